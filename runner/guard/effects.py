"""The server's answers: the state before a transaction, and what the transaction did. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple


class Table(NamedTuple):
    """A table or materialized view before the first script; see sql/inventory.sql.

    `root`, `root_name`: the topmost partitioned table above it. `columns` counts dropped ones, too.
    """

    oid: int
    name: str
    relkind: str
    filenode: int
    deleted: int
    inserted: int
    updated: int
    dropped: frozenset[int] = frozenset()
    citus: bool = False
    is_heap: bool = True
    root: int | None = None
    root_name: str | None = None
    columns: int = 0


class Feed(NamedTuple):
    """A sequence that is the default of a table's column, or its identity."""

    sequence: int
    name: str
    table: int
    column: int
    ascending: bool = True


class SequenceValue(NamedTuple):
    """The state of a sequence before the first script; see sql/sequences.sql."""

    last: int
    name: str
    step: int
    cycles: bool
    called: bool


class Inventory(NamedTuple):
    """The tables and sequences before the first script.

    `xid` is the 64-bit id of the transaction, `began` its start as the server writes it.
    `large_objects` counts the unlinked ones, and deleted and updated pages, so far.
    """

    xid: int
    began: str
    tables: dict[int, Table]
    feeds: tuple[Feed, ...]
    sequences: dict[int, SequenceValue]
    large_objects: int
    relations: frozenset[int]


class Relation(NamedTuple):
    """A relation that the transaction changed or created; see sql/effects.sql.

    Row numbers and dropped columns are counted from the first script. `ascending` is the direction
    of a sequence that does not cycle. `root` is the partitioned table at the top of its tree.
    """

    oid: int
    exclusive: bool
    relkind: str | None
    filenode: int | None
    deleted: int
    inserted: int
    updated: int
    dropped: frozenset[int]
    name: str | None
    temporary: bool | None
    ours: bool | None
    writing: bool = False
    last_value: int | None = None
    ascending: bool | None = None
    citus: bool = False
    root: int | None = None
    columns: int | None = None  # with the dropped ones

    @property
    def gone(self) -> bool:
        """Whether the transaction has dropped the relation."""
        return self.exclusive and self.relkind is None


class Effects(NamedTuple):
    """What the transaction has done so far.

    `xid` is its 64-bit id, if it has one. `catalogs` are the system catalogs that the scripts wrote
    to or altered directly, `outside` the number of commands that they sent to servers of Citus.
    """

    xid: int | None
    relations: dict[int, Relation]
    large_objects: int
    retyped: frozenset[int] = frozenset()
    catalogs: tuple[str, ...] = ()
    outside: int | None = None

    def known(self, before: Inventory) -> list[tuple[Table, Relation]]:
        """Yield each existing table that the transaction changed: before the run, and now."""
        tables = before.tables
        return [(tables[oid], found) for oid, found in self.relations.items() if oid in tables]

    def created(self, relkinds: str = "r") -> list[Relation]:
        """Return the created relations of these kinds, in the order of their creation."""
        found = (one for _, one in sorted(self.relations.items()) if one.ours and not one.temporary)
        return [one for one in found if one.relkind and one.relkind in relkinds]


def inventory(text: str) -> Inventory:
    """Parse the answer to sql/inventory.sql."""
    found = json.loads(text)
    tables = {oid: Table(oid, *row) for oid, *row in found["tables"] or ()}
    return Inventory(
        found["xid"],
        found["began"],
        {oid: one._replace(dropped=frozenset(one.dropped or ())) for oid, one in tables.items()},
        tuple(Feed(*row) for row in found["feeds"] or ()),
        {oid: SequenceValue(*row) for part in found["sequences"] or () for oid, *row in part or ()},
        found["large_objects"],
        frozenset(found["relations"] or ()),
    )


def effects(text: str | bytes, before: Inventory) -> Effects:
    """Parse the answer to sql/effects.sql, without what was the case `before` the run."""
    found = json.loads(text)
    relations = {}
    for one in (Relation(*row) for row in found["relations"] or ()):
        table = before.tables.get(one.oid) or _UNKNOWN
        relations[one.oid] = one._replace(
            deleted=one.deleted - table.deleted,
            inserted=one.inserted - table.inserted,
            updated=one.updated - table.updated,
            dropped=frozenset(one.dropped or ()) - table.dropped,
        )
    return Effects(
        found["xid"],
        relations,
        found["large_objects"] - before.large_objects,
        frozenset(map(int, found["retyped"] or ())),
        tuple(found["catalogs"] or ()),
        found["outside"],
    )


_UNKNOWN = Table(0, "", "r", 0, 0, 0, 0)
NO_INVENTORY = Inventory(0, "", {}, (), {}, 0, frozenset())
NO_EFFECTS = Effects(None, {}, 0)


class Change(NamedTuple):
    """What happened to a table that existed before the run.

    `columns` are the numbers of dropped columns. `feed` is a sequence of the table and `text`
    describes what happened to it. `keep` selects the columns whose values are compared: see
    sql/look.sql.
    """

    table: Table
    cause: str
    deleted: int = 0
    columns: tuple[int, ...] = ()
    feed: Feed | None = None
    keep: str | None = None
    text: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """The oid and the cause, which identify the change."""
        return (self.feed.sequence if self.feed else self.table.oid), self.cause


class CountedTable(NamedTuple):
    """The number of rows in a table before the scripts changed it, and of values in its `columns`.

    `columns` are pairs of number and name. A number is None where the role may not count. With
    `recorded`, the registry has a run that made the table. sql/kept.sql compares with `kept`.
    """

    oid: int
    cause: str
    rows: int | None
    not_ours: int | None
    columns: list[tuple[int, str]] | None
    values: list[int] | None
    recorded: bool = False
    kept: dict[str, Any] | None = None

    @property
    def why(self) -> str:
        """The reason why the rows count as foreign."""
        if not self.rows or self.not_ours is None:
            return ""
        if not self.recorded:
            return "no recorded run made this table"
        if self.not_ours == self.rows:
            return "its rows are not as a recorded run left them"
        return f"the scripts wrote all but {self.not_ours} of the rows that it held"

    def of_columns(self, numbers: tuple[int, ...]) -> tuple[list[str], int | None]:
        """Return the names of columns, and the number of values in the fullest of them."""
        at = [i for i, (number, _) in enumerate(self.columns or ()) if number in numbers]
        names = [name for number, name in self.columns or () if number in numbers]
        return names, max((self.values[i] for i in at), default=None) if self.values else None


class Contents(NamedTuple):
    """The answer of sql/look.sql; each table has the `key` of the change that was asked about.

    `allowed` are tables that may be lost, `unknown` the names in --allow-loss without a table.
    `registry` is its schema, if it records contents; `planted` are tables that must not be read.
    """

    system: int | None
    hides: bool
    safe: frozenset[int | tuple[int, str]]
    own: frozenset[int]
    looked: dict[tuple[int, str], CountedTable]
    allowed: frozenset[int]
    unknown: tuple[str, ...] = ()
    registry: str | None = None
    planted: frozenset[int] = frozenset()

    def is_safe(self, change: Change) -> bool:
        """Return whether nothing is lost: the table was empty, or held only rows of the scripts."""
        return change.table.oid in self.safe or change.key in self.safe

    def may_be_kept(self, change: Change) -> bool:
        """Return whether the change is safe, or a comparison of rows may show that it is."""
        held = self.looked.get(change.key)
        only_others = held and held.not_ours == held.rows and change.keep == "all"
        is_certain = change.deleted and only_others
        return self.is_safe(change) or bool(change.keep and not is_certain)

    def held(self, change: Change) -> CountedTable | None:
        """Return the table before the run, if its rows were counted."""
        return self.looked.get(change.key) or self.looked.get((change.table.oid, "allowed"))


def read_contents(text: str, allow: Iterable[str]) -> Contents:
    """Parse the answer to sql/look.sql, which is `{}` where the query could not be sent."""
    found: dict[str, Any] = json.loads(text)
    looked = [CountedTable(*row) for row in found.get("looked", ())]
    named = found.get("named") or ()
    return Contents(
        found.get("system"),
        found.get("hides", True),
        frozenset(tuple(one) if isinstance(one, list) else one for one in found.get("safe", ())),
        frozenset(found.get("own", ())),
        {(one.oid, one.cause): one for one in looked},
        frozenset(found.get("allowed", ())),
        tuple(name for name, oid in zip(allow, named, strict=False) if oid is None),
        found.get("registry"),
        frozenset(found.get("planted") or ()),
    )


class Missing(NamedTuple):
    """The number of missing rows (None if nothing was compared), and the keys of some of them.

    `untouched`: the number of foreign rows that the run has not written; see sql/kept.sql.
    """

    rows: int | None
    keys: tuple[str, ...] = ()
    untouched: int | None = None


NOT_COMPARED = Missing(None)


NO_CONTENTS = read_contents("{}", ())
