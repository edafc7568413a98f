"""The comparison of two snapshots, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.catalog.shapes import TableShape
from runner.catalog.snapshot import CatalogObject, ObjectKey, Snapshot, compare
from runner.comparison import Difference
from runner.diff.item import parse_entries

PUBLIC = ObjectKey("schema", "public")
USERS = ObjectKey("table", "public.users")
EMAIL = ObjectKey("column", "public.users.email")
ID = ObjectKey("column", "public.users.id")
Objects = dict[ObjectKey, CatalogObject]


def make(objects: Objects, *, role: str = "me") -> Snapshot:
    return Snapshot(objects, role)


def users(**properties: str) -> Objects:
    """A table with two columns, and properties for the second."""
    return {
        PUBLIC: CatalogObject(None, {}),
        USERS: CatalogObject(PUBLIC, {"owner": "me"}),
        ID: CatalogObject(USERS, {"type": "integer", "not null": "NOT NULL"}),
        EMAIL: CatalogObject(USERS, {"type": "text", **properties}),
    }


def without(objects: Objects, *keys: ObjectKey) -> Objects:
    return {key: entry for key, entry in objects.items() if key not in keys}


def test_equal_snapshots_have_no_difference() -> None:
    assert compare(make(users()), make(users()), strict=True) == ()


def test_a_missing_table_stands_for_its_columns() -> None:
    target = make(without(users(), USERS, ID, EMAIL))
    assert compare(make(users()), target) == (Difference("missing", *USERS),)


def test_a_missing_schema_stands_for_all_in_it() -> None:
    assert compare(make(users()), make({})) == (Difference("missing", *PUBLIC),)


def test_a_view_in_place_of_a_table_is_a_missing_table() -> None:
    view = ObjectKey("view", "public.users")
    target = {
        PUBLIC: CatalogObject(None, {}),
        view: CatalogObject(PUBLIC, {"owner": "me"}),
        EMAIL: CatalogObject(view, {"type": "integer"}),
    }
    assert compare(make(users()), make(target)) == (Difference("missing", *USERS),)


def test_a_missing_column_is_described() -> None:
    reference = make(users(**{"default": "'x'::text", "not null": "NOT NULL"}))
    (difference,) = compare(reference, make(without(users(), EMAIL)))
    assert difference.expected == "text NOT NULL DEFAULT 'x'::text"


def test_each_property_is_a_difference() -> None:
    target = make(users(collation='"C"', default="''::text"))
    assert compare(make(users(default="now()", comment="mail")), target) == (
        Difference("changed", *EMAIL, "now()", "''::text", property="default"),
        Difference("changed", *EMAIL, "mail", None, property="comment"),
        Difference("changed", *EMAIL, None, '"C"', property="collation"),
    )


@pytest.mark.parametrize("kind", ["column", "constraint", "index", "policy", "rule", "trigger"])
def test_an_extra_part_of_a_known_table_is_a_difference(kind: str) -> None:
    key = ObjectKey(kind, "public.users.extra")
    target = make({**users(), key: CatalogObject(USERS, {"definition": "all of it"})})
    assert compare(make(users()), target) == (Difference("extra", *key, actual="all of it"),)


def test_other_extra_objects_count_when_strict() -> None:
    table, column = ObjectKey("table", "public.more"), ObjectKey("column", "public.more.id")
    target = make(
        {
            **users(),
            table: CatalogObject(PUBLIC, {}),
            column: CatalogObject(table, {"type": "date"}),
        }
    )
    assert compare(make(users()), target) == ()
    assert compare(make(users()), target, strict=True) == (Difference("extra", *table),)


def test_the_order_of_common_columns_is_compared() -> None:
    moved = users()
    moved[ID] = moved.pop(ID)
    assert compare(make(users()), make(moved)) == (
        Difference("changed", *USERS, "id, email", "email, id", property="column order"),
    )
    added = ObjectKey("column", "public.users.first")
    first = {PUBLIC: moved[PUBLIC], USERS: moved[USERS], added: CatalogObject(USERS, {}), **users()}
    assert [d.kind for d in compare(make(users()), make(first))] == ["extra"]


@pytest.mark.parametrize(
    ("spelled_out", "short"),
    [
        ("character varying(255)", "varchar(255)"),
        ("character varying", "varchar"),
        ("character varying(9)[]", "varchar(9)[]"),
        ("character(3)", "char(3)"),
        ("bit varying(8)", "varbit(8)"),
        ("timestamp with time zone", "timestamptz"),
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("timestamp without time zone", "timestamp"),
        ("time(6) without time zone[]", "time(6)[]"),
        ("time with time zone", "timetz"),
        ("numeric(10,2)", "numeric(10,2)"),
        ("app.character_sheet", "app.character_sheet"),
        ("double precision", "double precision"),
    ],
)
def test_types_are_in_the_words_of_sql(spelled_out: str, short: str) -> None:
    (difference,) = compare(make(users()), make(users(type=spelled_out)))
    assert (difference.expected, difference.actual) == ("text", short)


def test_the_owner_is_the_role_that_ran_the_scripts() -> None:
    theirs = users()
    theirs[USERS] = CatalogObject(PUBLIC, {"owner": "them"})
    (difference,) = compare(make(users()), make(theirs))
    assert (difference.property, difference.expected, difference.actual) == ("owner", "me", "them")
    assert compare(make(users()), make(theirs, role="them")) == ()
    assert compare(make(users()), make(theirs, role="other"), built_by="them") == ()


def test_what_the_scripts_leave_of_public_they_do_not_claim() -> None:
    target = users()
    target[PUBLIC] = CatalogObject(None, {"owner": "cloud", "privileges": "PUBLIC: none"})
    assert compare(make(users()), make(target)) == ()
    reference = users()
    reference[PUBLIC] = CatalogObject(None, {"privileges": "PUBLIC: ALL"})
    assert [d.property for d in compare(make(reference), make(target))] == ["privileges"]


def test_grants_of_the_targets_default_privileges_are_no_difference() -> None:
    default = ObjectKey("default privileges", "FOR ROLE me ON TABLES")
    granted = "auditor: SELECT\nreader: SELECT"
    target = users()
    target[USERS] = CatalogObject(PUBLIC, {"owner": "me", "privileges": granted})
    target[default] = CatalogObject(None, {"privileges": "reader: SELECT"})
    assert compare(make(users()), make(target)) == (
        Difference("changed", *USERS, None, "auditor: SELECT", property="privileges"),
    )
    # The scripts' own default privileges excuse nothing.
    reference = {**users(), default: CatalogObject(None, {"privileges": "reader: SELECT"})}
    (difference,) = compare(make(reference), make(target))
    assert difference.actual == granted


def test_a_view_defined_otherwise_stands_for_its_columns() -> None:
    view, column = ObjectKey("view", "public.v"), ObjectKey("column", "public.v.a")
    one = {view: CatalogObject(None, {"definition": "SELECT 1 AS a"})}
    one[column] = CatalogObject(view, {"type": "integer"})
    other = {view: CatalogObject(None, {"definition": "SELECT 'x' AS b"})}
    other[ObjectKey("column", "public.v.b")] = CatalogObject(view, {"type": "text"})
    assert [(d.kind, d.name) for d in compare(make(one), make(other))] == [("changed", "public.v")]


def test_checked_counts_by_kind() -> None:
    keys = [ID, EMAIL, USERS, ObjectKey("index", "i"), ObjectKey("policy", "p")]
    checked = make({key: CatalogObject(None, {}) for key in keys}).checked()
    assert checked == {"column": 2, "index": 1, "policy": 1, "table": 1}


def test_columns_of_a_shape_can_be_taken_apart() -> None:
    shape = TableShape("t", ("a", "b"), ("a",))
    assert shape.without({"b"}) == TableShape("t", ("a",), ("a",))
    assert shape.stable({"a"}) == TableShape("t", ("b",))
    assert shape.each() == (TableShape("t", ("a",)), TableShape("t", ("b",)))


NAMES = st.sampled_from("abcdef")
PROPERTIES = st.dictionaries(
    st.sampled_from(["type", "comment", "default"]), st.sampled_from(["x", "y"])
)
SNAPSHOTS = st.dictionaries(NAMES, PROPERTIES).map(
    lambda tables: make(
        {ObjectKey("table", name): CatalogObject(None, values) for name, values in tables.items()}
    )
)


@given(SNAPSHOTS, SNAPSHOTS)
def test_no_difference_means_equal(one: Snapshot, other: Snapshot) -> None:
    """Strictly compared, and each difference named once; the other way round mirrors it."""
    found = compare(one, other, strict=True)
    assert (not found) == (dict(one.objects) == dict(other.objects))
    assert len({(d.kind, d.object, d.name, d.property) for d in found}) == len(found)
    mirrored = {"missing": "extra", "extra": "missing", "changed": "changed"}
    back = compare(other, one, strict=True)
    assert sorted((mirrored[d.kind], d.name, d.property or "") for d in found) == sorted(
        (d.kind, d.name, d.property or "") for d in back
    )


def test_a_value_of_an_option_may_have_commas() -> None:
    assert parse_entries("extensions=hstore, postgis, host=b, use=a=1") == {
        "extensions": "hstore, postgis",
        "host": "b",
        "use": "a=1",
    }
    assert parse_entries(None) == {}
