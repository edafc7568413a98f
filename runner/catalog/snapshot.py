"""The catalog of a database as plain values, and the comparison of two catalogs. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from runner.comparison import ComparisonWarning, Difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.catalog.shapes import SequenceFeed, TableShape


class ObjectKey(NamedTuple):
    """An object by its kind (`table`) and its name as SQL writes it (`public.users`)."""

    object: str
    name: str


class CatalogObject(NamedTuple):
    """The properties of an object; dropping `parent`, its table or schema, drops it too."""

    parent: ObjectKey | None
    properties: Mapping[str, str]


class Snapshot(NamedTuple):
    """A read of pg_catalog (not an MVCC snapshot); columns stand in their table's order.

    `unreadable` are the tables whose rows policies hide from the role; `withheld` those of roles
    that it may act for, but does not.
    """

    objects: Mapping[ObjectKey, CatalogObject]
    role: str
    tables: tuple[TableShape, ...] = ()
    feeds: tuple[SequenceFeed, ...] = ()
    unreadable: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    def without_withheld(self) -> Snapshot:
        """Return the snapshot for a role that acts for no other."""
        tables = tuple(one for one in self.tables if one.name not in self.withheld)
        feeds = tuple(one for one in self.feeds if one.table not in self.withheld)
        unreadable = (*self.unreadable, *self.withheld)
        return self._replace(tables=tables, feeds=feeds, unreadable=unreadable)

    def checked(self) -> dict[str, int]:
        """Return the number of objects by the plural of their kind: `{"tables": 4, ...}`."""
        counts = Counter(key.object for key in self.objects)
        return {_PLURALS.get(kind, f"{kind}s"): count for kind, count in sorted(counts.items())}


_PLURALS = {
    "index": "indexes",
    "policy": "policies",
    "statistics": "statistics",
    "default privileges": "default privileges",
    "operator class": "operator classes",
    "operator family": "operator families",
    "text search dictionary": "text search dictionaries",
}

# Parts of a table, type or domain: an extra one changes how that behaves.
PARTS = frozenset(
    {"attribute", "column", "constraint", "distribution", "index", "policy", "rule", "trigger"}
)

# What the server names where the script does not, and how to make it once.
_ONCE = {
    "index": "Write CREATE INDEX IF NOT EXISTS {} ON …",
    "constraint": "Write it inside CREATE TABLE IF NOT EXISTS, or before it: ALTER TABLE … DROP"
    " CONSTRAINT IF EXISTS {};",
}
_NUMBER = re.compile(r'\d+("?)$')

# The names that format_type returns, and the aliases that are usual in scripts.
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
    """Return the differences of the target, each once.

    A missing object stands for its parts. An object that only the target has is a difference if
    it is a part of an object that the reference has, or with `strict`. `built_by` is the role
    (quoted) that ran the scripts on the target, if another one has read the snapshot: it is
    expected to own what the role of the reference owns there.
    """
    compared = _Comparison(reference, target, built_by or target.role)
    changes = (*compared.missing(), *compared.changed(), *compared.reordered())
    return (*changes, *compared.additional(strict))


def varying_properties(one: Snapshot, other: Snapshot) -> frozenset[tuple[str, str, str | None]]:
    """Return object, name and property of each difference of two builds of the same scripts.

    For example a default of `'now'`, or a comment with the date.
    """
    return frozenset(map(key_of, compare(one, other, strict=True)))


def key_of(difference: Difference) -> tuple[str, str, str | None]:
    """Return object, name and property of a difference."""
    return difference.object, difference.name, difference.property


def parts_added_again(reference: Snapshot, target: Snapshot) -> Iterator[ComparisonWarning]:
    """Yield what to write for each part that every run makes once more."""
    same = _parts_added_again(reference, target)
    for first in sorted(set(same.values())):
        copies = [_own(key) for key in same if same[key] == first]
        yield ComparisonWarning(
            f"{first.object} {first.name} has been made again, as {', '.join(copies)}: each run"
            " makes one more",
            f"Drop {', '.join(copies)}. {_ONCE[first.object].format(_own(first))}",
        )


def _parts_added_again(reference: Snapshot, target: Snapshot) -> dict[ObjectKey, ObjectKey]:
    """Return the parts made again by a statement that gives no name, and the first of each.

    The server adds a number: `t_id_idx1`, by the second `CREATE INDEX ON t (id)`.
    """
    found = {}
    for key, actual in target.objects.items():
        first = ObjectKey(key.object, _NUMBER.sub(r"\1", key.name))
        wanted = reference.objects.get(first)
        if key.object not in _ONCE or key in reference.objects or wanted is None:
            continue
        properties = {
            name: value.replace(_own(key), _own(first)) for name, value in actual.properties.items()
        }
        if wanted == CatalogObject(actual.parent, properties):
            found[key] = first
    return found


def _own(key: ObjectKey) -> str:
    """Its name without the schema and the table."""
    return key.name.rpartition(".")[2]


def _order(snapshot: Snapshot, other: Snapshot) -> dict[ObjectKey, list[str]]:
    order: dict[ObjectKey, list[str]] = {}
    for key, entry in snapshot.objects.items():
        if key.object in ("column", "attribute") and key in other.objects and entry.parent:
            order.setdefault(entry.parent, []).append(key.name)
    return order


class _Comparison:
    """Compares `target` with `reference`; `role` has run the scripts there."""

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
                pair = self.pair(key, name, wanted, actual)
                if pair is not None:
                    yield Difference("changed", *key, *pair, property=name)

    def additional(self, strict: bool) -> Iterator[Difference]:
        known = self.reference.objects
        same = {} if strict else _parts_added_again(self.reference, self.target)
        for key, actual in self.target.objects.items():
            if key in known or key in same or actual.parent in self.redefined:
                continue
            # An extra object stands for its parts, an extra schema for the objects in it.
            is_part = actual.parent is not None and actual.parent not in known
            if not is_part and (strict or key.object in PARTS):
                yield Difference("extra", *key, actual=_describe(actual))

    def reordered(self) -> Iterator[Difference]:
        """Yield the tables and types whose common columns are in another order."""
        wanted = _order(self.reference, self.target)
        actual = _order(self.target, self.reference)
        for parent, names in wanted.items():
            if names != actual.get(parent, names) and parent not in self.redefined:
                expected, got = (
                    ", ".join(name.removeprefix(f"{parent.name}.") for name in order)
                    for order in (names, actual[parent])
                )
                yield Difference("changed", *parent, expected, got, property="column order")

    def pair(
        self, key: ObjectKey, name: str, wanted: CatalogObject, actual: CatalogObject
    ) -> tuple[str | None, str | None] | None:
        """Return the expected and the actual value to show; None when they are equivalent."""
        expected, got = wanted.properties.get(name), actual.properties.get(name)
        if name == "owner" and expected is not None:
            expected = self.roles.get(expected, expected)
        if name == "privileges":
            got = self._granted(expected, got)
        if name == "replication" and expected is None:
            return None  # no reference has replicas of shards
        if name == "colocated with" and got is not None:
            # Citus puts tables of others into the same group.
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
        return _with_type_aliases(name, expected), _with_type_aliases(name, got)

    def _granted(self, expected: str | None, actual: str | None) -> str | None:
        """Return the actual lines without those that default privileges of the target add.

        ALTER DEFAULT PRIVILEGES was run there before the scripts, and affects every new object.
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
    """The actual lines of the roles in the expected ones; who has all has what they say."""
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


def _with_type_aliases(name: str, value: str | None) -> str | None:
    return short_type(value) if value is not None and name == "type" else value


def _describe(entry: CatalogObject) -> str | None:
    """Return one line that describes an object: its definition, or the type of a column."""
    properties = entry.properties
    if "definition" in properties:
        return properties["definition"]
    words = [_with_type_aliases("type", properties.get("type")), properties.get("not null")]
    if "default" in properties:
        words.append(f"DEFAULT {properties['default']}")
    words += [properties.get("identity"), properties.get("generated")]
    return " ".join(word for word in words if word) or None
