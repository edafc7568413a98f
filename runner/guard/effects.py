"""The state before a transaction and what the transaction did, as the server reports them. Pure."""

from __future__ import annotations

import json
from typing import NamedTuple


class Table(NamedTuple):
    """A table or materialized view before the first script; see sql/inventory.sql.

    `root` and `root_name` are the topmost partitioned table above it. `columns` counts dropped
    ones, too.
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


class Sequence(NamedTuple):
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
    sequences: dict[int, Sequence]
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
        {oid: Sequence(*row) for part in found["sequences"] or () for oid, *row in part or ()},
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
