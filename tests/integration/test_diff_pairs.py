"""What `diff` finds for pairs of schemas that have nothing to do with each other, with rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.catalog.snapshot import Snapshot, compare, key_of
from runner.diff.search import search
from tests.integration.diffing import after, session_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.connect.session import Session
    from tests.servers import Server

# The types that a column may have, by its name, and a value of each, to insert and as a default.
TYPES = {
    "x": {"integer": "7", "bigint": "7", "numeric(8,2)": "7.5", "text": "'7'"},
    "y": {"text": "'7'", "varchar(20)": "'7'", "app.short": "'7'", "char(3)": "'7'"},
    "z": {"date": "'2020-02-29'", "timestamp": "'2020-02-29'", "text": "'2020-02-29'"},
    "w": {"app.mood": "'ok'", "text": "'ok'"},
    "v": {"boolean": "true", "integer": "1"},
    "g": dict.fromkeys(("integer", "bigint", "text"), "DEFAULT"),
}
# What a table may have besides its columns.
PARTS = (
    "CREATE INDEX {t}_idx ON app.{t} ({c})",
    "CREATE UNIQUE INDEX {t}_key ON app.{t} (id, {c})",
    "ALTER TABLE app.{t} ADD CONSTRAINT {t}_check CHECK ({c} IS NOT NULL)",
    "ALTER TABLE app.{t} ADD CONSTRAINT {t}_other FOREIGN KEY (id) REFERENCES app.a (id)",
    "ALTER TABLE app.{t} ADD CONSTRAINT {t}_both UNIQUE ({c}, id)",
    "CREATE VIEW app.{t}_view AS SELECT id, {c} FROM app.{t}",
    "CREATE VIEW app.{t}_view AS SELECT {c}, id AS number FROM app.{t};"
    " CREATE VIEW app.{t}_views AS SELECT number FROM app.{t}_view",
    "CREATE MATERIALIZED VIEW app.{t}_kept AS SELECT {c} FROM app.{t}",
    "CREATE FUNCTION app.{t}_rows() RETURNS SETOF app.{t} LANGUAGE sql AS 'SELECT * FROM app.{t}'",
    "CREATE FUNCTION app.{t}_touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    " CREATE TRIGGER {t}_touch BEFORE UPDATE OF {c} ON app.{t} FOR EACH ROW"
    " EXECUTE FUNCTION app.{t}_touch()",
    "ALTER TABLE app.{t} ENABLE ROW LEVEL SECURITY;"
    " CREATE POLICY {t}_all ON app.{t} USING ({c} IS NOT NULL)",
    "COMMENT ON COLUMN app.{t}.{c} IS 'a comment'; COMMENT ON TABLE app.{t} IS 'another'",
    "GRANT SELECT ON app.{t} TO PUBLIC; GRANT UPDATE ({c}) ON app.{t} TO everything_reader",
)


@st.composite
def columns(draw: st.DrawFn, name: str) -> tuple[str, str]:
    """A column as CREATE TABLE writes it, and a value."""
    kind, value = draw(st.sampled_from(sorted(TYPES[name].items())))
    if name == "g":
        return f"g {kind} GENERATED ALWAYS AS ('{draw(st.integers(1, 2))}'::{kind}) STORED", value
    more = draw(st.sampled_from(["", f"DEFAULT {value}", f"NOT NULL DEFAULT {value}"]))
    return f"{name} {kind} {more}", value


@st.composite
def tables(draw: st.DrawFn, name: str) -> list[str]:
    """The statements that create and fill a table, and what belongs to it."""
    names = draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, unique=True))
    drawn = [draw(columns(one)) for one in names]
    key = draw(st.sampled_from(["serial", "integer", "bigint"]))
    made = ", ".join(words for words, _ in drawn)
    values = ", ".join(value for _, value in drawn)
    parts = draw(st.lists(st.sampled_from(PARTS), max_size=5, unique=True))
    # Only one of those that create a view of the same name.
    heads = {one.partition(" AS ")[0]: one for one in parts}
    return [
        f"CREATE TABLE app.{name} (id {key} PRIMARY KEY, {made})",
        # Before 14 DEFAULT is not accepted for a generated column in one of several rows.
        *(
            f"INSERT INTO app.{name} (id, {', '.join(names)}) VALUES ({n}, {values})"
            for n in (1, 2)
        ),
        *(one.format(t=name, c=names[0]) for one in heads.values()),
    ]


@st.composite
def schemas(draw: st.DrawFn) -> str:
    labels = ["'ok'", *draw(st.lists(st.sampled_from(["'sad'", "'up'"]), unique=True))]
    length = draw(st.integers(5, 9))
    names = draw(st.sets(st.sampled_from("bc"))) | {"a"}
    parts = [
        "CREATE SCHEMA app",
        f"CREATE TYPE app.mood AS ENUM ({', '.join(labels)})",
        f"CREATE DOMAIN app.short AS varchar({length}) CHECK (VALUE <> 'x{length}')",
    ]
    for name in sorted(names):
        parts += draw(tables(name))
    return ";\n".join(parts)


@pytest.fixture(scope="module")
def empty(server: Server) -> Iterator[Session]:
    with session_of(server) as conn:
        yield conn


def rows(conn: Session, common: dict[str, list[str]]) -> dict[str, list[Any]]:
    """The rows of the tables, in the columns of one type."""
    return {
        table: conn.execute(
            f"SELECT {', '.join(names)} FROM {table} ORDER BY id".encode()
        ).fetchall()
        for table, names in common.items()
    }


def common_columns(one: Snapshot, other: Snapshot) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, entry in one.objects.items():
        there = other.objects.get(key)
        if key.object != "column" or entry.parent is None or there is None:
            continue
        same = entry.properties.get("type") == there.properties.get("type")
        is_plain = "generated" not in {*entry.properties, *there.properties}
        if entry.parent.object == "table" and same and is_plain:
            found.setdefault(entry.parent.name, []).append(key.name.rpartition(".")[2])
    return found


def check_pair(conn: Session, wanted_text: str, target_text: str) -> bool:
    """Whether all is mended; what is not has a reason, and no row is lost or changed."""
    wanted = after(conn, wanted_text)
    target = after(conn, target_text)
    different = compare(wanted, target, strict=True)
    extra = (one.name for one in different if one.kind == "extra")
    common = common_columns(wanted, target)
    before = rows(conn, common)
    found, left = search(conn, wanted, {"", *extra}, {})
    statements = [one.text for one in found.written]
    now = after(conn, target_text, *statements)
    assert rows(conn, common) == before
    rest = [one for one in compare(wanted, now) if one.property != "column order"]
    assert {key_of(one) for one in rest} <= left.keys()
    assert all(left.values())
    return not rest


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(schemas(), schemas())
def test_any_schema_becomes_any_other_and_keeps_its_rows(
    empty: Session, wanted: str, target: str
) -> None:
    check_pair(empty, wanted, target)
    empty.rollback()
