"""The catalog of a database as plain values, and the comparison of two catalogs. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from runner.catalog.shapes import SequenceFeed, TableShape
from runner.comparison import ComparisonWarning, Difference


class ObjectKey(NamedTuple):
    """The identity of an object: its kind (`table`) and its quoted name (`public.users`)."""

    object: str
    name: str


class CatalogObject(NamedTuple):
    """The properties of an object, and its `parent`: the table, type or schema that contains it."""

    parent: ObjectKey | None
    properties: Mapping[str, str]


class Snapshot(NamedTuple):
    """The objects in pg_catalog (not an MVCC snapshot); columns keep the order of their table.

    `unreadable`: tables whose rows `role` must not or cannot read.
    """

    objects: Mapping[ObjectKey, CatalogObject]
    role: str
    tables: tuple[TableShape, ...] = ()
    feeds: tuple[SequenceFeed, ...] = ()
    unreadable: tuple[str, ...] = ()

    def checked(self) -> dict[str, int]:
        """Return the number of objects by their kind: `{"column": 27, "table": 4, ...}`."""
        return dict(sorted(Counter(key.object for key in self.objects).items()))


# Parts of a table, type or domain: an extra part changes how the whole behaves.
PARTS = frozenset(
    {"attribute", "column", "constraint", "distribution", "index", "policy", "rule", "trigger"}
)

# Objects that the server names if the script does not, and a form that a second run can repeat.
_REPEATABLE_FORM = {
    "index": "Write CREATE INDEX IF NOT EXISTS {} ON …",
    "constraint": "Write it inside CREATE TABLE IF NOT EXISTS, or before it: ALTER TABLE … DROP"
    " CONSTRAINT IF EXISTS {};",
}
_NUMBER = re.compile(r'\d+("?)$')

# Names that format_type returns, and the aliases that scripts usually write.
_TYPES = (
    (re.compile(r"\bcharacter varying\b"), "varchar"),
    (re.compile(r"\bbit varying\b"), "varbit"),
    (re.compile(r"\bcharacter\b"), "char"),
    (re.compile(r"\b(time(?:stamp)?)(\(\d\))? without time zone\b"), r"\1\2"),
    (re.compile(r"\b(time(?:stamp)?)(\(\d\))? with time zone\b"), r"\1tz\2"),
)


def compare(
    reference: Snapshot, target: Snapshot, *, strict: bool = False, built_by: str | None = None
) -> tuple[Difference, ...]:
    """Return how the target differs from the reference.

    A missing object stands for its parts. An object that only the target has is a difference if
    it is a part of an object that the reference has, or with `strict`. `built_by`: the role
    (quoted) that ran the scripts on the target, if not the role that read the snapshot; it is
    expected to own in the target what the role of the reference owns in the reference.
    """
    compared = _Comparison(reference, target, built_by or target.role)
    changes = (*compared.missing(), *compared.changed(), *compared.reordered())
    return (*changes, *compared.additional(strict))


def most_common_owner(reference: Snapshot, target: Snapshot) -> str | None:
    """Return the role that owns most objects of the scripts in the target: it ran the scripts."""
    owners = Counter(
        target.objects[key].properties["owner"]
        for key, entry in reference.objects.items()
        if entry.properties.get("owner") == reference.role
        and key in target.objects
        and "owner" in target.objects[key].properties
    )
    return owners.most_common(1)[0][0] if owners else None


def key_of(difference: Difference) -> tuple[str, str, str | None]:
    """Return object, name and property of a difference."""
    return difference.object, difference.name, difference.property


def parts_added_again(reference: Snapshot, target: Snapshot) -> Iterator[ComparisonWarning]:
    """Yield a warning, with its remedy, for each part that every run creates once more."""
    first_of = _first_of_copies(reference, target)
    for first in sorted(set(first_of.values())):
        copies = [_bare_name(key) for key in first_of if first_of[key] == first]
        yield ComparisonWarning(
            f"{first.object} {first.name} was created again, as {', '.join(copies)}: each run"
            " adds another one",
            f"Drop {', '.join(copies)}. {_REPEATABLE_FORM[first.object].format(_bare_name(first))}",
        )


def _first_of_copies(reference: Snapshot, target: Snapshot) -> dict[ObjectKey, ObjectKey]:
    """Return each copy that a statement without a name has made, with the first such object.

    The server numbers copies: the second `CREATE INDEX ON t (id)` makes `t_id_idx1`.
    """
    found = {}
    for key, actual in target.objects.items():
        first = ObjectKey(key.object, _NUMBER.sub(r"\1", key.name))
        own, other = _bare_name(key), _bare_name(first)
        same = {name: value.replace(own, other) for name, value in actual.properties.items()}
        is_copy = reference.objects.get(first) == CatalogObject(actual.parent, same)
        if is_copy and key.object in _REPEATABLE_FORM and key not in reference.objects:
            found[key] = first
    return found


def _bare_name(key: ObjectKey) -> str:
    return key.name.rpartition(".")[2]


def _common_columns(snapshot: Snapshot, other: Snapshot) -> dict[ObjectKey, list[str]]:
    order: dict[ObjectKey, list[str]] = {}
    for key, entry in snapshot.objects.items():
        if key.object in ("column", "attribute") and key in other.objects and entry.parent:
            order.setdefault(entry.parent, []).append(key.name)
    return order


class _Comparison:
    """A comparison of `target` with `reference`; `role` ran the scripts on the target."""

    def __init__(self, reference: Snapshot, target: Snapshot, role: str) -> None:
        self.reference = reference
        self.target = target
        self.roles = {reference.role: role}
        # Views whose definitions differ: their columns are not compared.
        self.redefined = {
            key
            for key, wanted in reference.objects.items()
            if key.object in ("view", "materialized view")
            and (actual := target.objects.get(key)) is not None
            and wanted.properties.get("definition") != actual.properties.get("definition")
        }

    def missing(self) -> Iterator[Difference]:
        there = self.target.objects
        for key, wanted in self.reference.objects.items():
            if key in there or wanted.parent in self.redefined:
                continue
            if wanted.parent is None or wanted.parent in there:
                yield Difference("missing", *key, expected=_describe(wanted))

    def changed(self) -> Iterator[Difference]:
        there = self.target.objects
        for key, wanted in self.reference.objects.items():
            if (actual := there.get(key)) is None or wanted.parent in self.redefined:
                continue
            if wanted.parent != actual.parent and wanted.parent not in there:
                # The parent is replaced, a table by a view: only that difference is reported.
                continue
            for name in dict.fromkeys((*wanted.properties, *actual.properties)):
                values = self.values_to_show(key, name, wanted, actual)
                if values is not None:
                    yield Difference("changed", *key, *values, property=name)

    def additional(self, strict: bool) -> Iterator[Difference]:
        known = self.reference.objects
        copies = {} if strict else _first_of_copies(self.reference, self.target)
        for key, actual in self.target.objects.items():
            if key in known or key in copies or actual.parent in self.redefined:
                continue
            # An extra object stands for its parts, an extra schema for the objects in it.
            is_part = actual.parent is not None and actual.parent not in known
            if not is_part and (strict or key.object in PARTS):
                yield Difference("extra", *key, actual=_describe(actual))

    def reordered(self) -> Iterator[Difference]:
        """Yield the tables and types whose common columns are in another order."""
        wanted = _common_columns(self.reference, self.target)
        actual = _common_columns(self.target, self.reference)
        for parent, names in wanted.items():
            if names != actual.get(parent, names) and parent not in self.redefined:
                expected, got = (
                    ", ".join(name.removeprefix(f"{parent.name}.") for name in order)
                    for order in (names, actual[parent])
                )
                yield Difference("changed", *parent, expected, got, property="column order")

    def values_to_show(
        self, key: ObjectKey, name: str, wanted: CatalogObject, actual: CatalogObject
    ) -> tuple[str | None, str | None] | None:
        """Return the expected and the actual value to show; None if they are equivalent."""
        expected, got = wanted.properties.get(name), actual.properties.get(name)
        if name == "owner" and expected is not None:
            expected = self.roles.get(expected, expected)
        if name == "privileges":
            got = self._without_default_privileges(expected, got)
        if name == "replication" and expected is None:
            return None  # a reference has no replicas of shards
        if name == "colocated with" and got is not None:
            # Citus may put tables that the scripts do not know into the same group.
            known = (t for t in got.split(", ") if ObjectKey("table", t) in self.reference.objects)
            got = ", ".join(known) or None
        if key == ("schema", "public"):
            # Every database has this schema: only what the scripts set is compared.
            if expected is None:
                return None
            if name == "privileges":
                got = _granted_by_scripts(expected, got or "")
        if expected == got:
            return None
        if name == "type":
            return expected and short_type(expected), got and short_type(got)
        return expected, got

    def _without_default_privileges(self, expected: str | None, actual: str | None) -> str | None:
        """Return the actual lines without the lines that default privileges of the target add.

        ALTER DEFAULT PRIVILEGES ran there before the scripts and affects every new object.
        """
        known = (expected or "").split("\n")
        lines = (actual or "").split("\n")
        inherited = {
            line
            for key, entry in self.target.objects.items()
            if key.object == "default privileges" and key not in self.reference.objects
            for line in entry.properties.get("privileges", "").split("\n")
        }
        return "\n".join(ln for ln in lines if ln in known or ln not in inherited) or None


def _granted_by_scripts(expected: str, actual: str) -> str | None:
    """Return the actual lines of the expected roles; ALL includes any expected privilege."""
    wanted, found = (
        dict(line.partition(": ")[::2] for line in lines.split("\n"))
        for lines in (expected, actual)
    )
    for role in found.keys() & wanted.keys():
        if found[role] == "ALL" and wanted[role] != "none":
            found[role] = wanted[role]
    return "\n".join(f"{role}: {found[role]}" for role in found if role in wanted) or None


def short_type(name: str) -> str:
    """Return a type as scripts write it: `varchar(255)`, not `character varying(255)`."""
    for spelled_out, short in _TYPES:
        name = spelled_out.sub(short, name)
    return name


def _describe(entry: CatalogObject) -> str | None:
    """Return one line that describes an object: its definition, or the type of a column."""
    properties = entry.properties
    if "definition" in properties:
        return properties["definition"]
    words = [short_type(properties.get("type", "")), properties.get("not null")]
    if "default" in properties:
        words.append(f"DEFAULT {properties['default']}")
    words += [properties.get("identity"), properties.get("generated")]
    return " ".join(word for word in words if word) or None
