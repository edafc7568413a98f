"""What is there before a transaction, and what it has done, as the server tells it. Pure."""

from __future__ import annotations

import json
from typing import NamedTuple


class Table(NamedTuple):
    """A table, or a materialized view, before the first script; see sql/inventory.sql.

    `root` and `root_name` are those of the table that it is a partition of, at the top.
    """

    oid: int
    name: str
    relkind: str
    filenode: int
    deleted: int
    inserted: int
    updated: int
    dropped: tuple[int, ...] | None
    citus: bool = False
    is_heap: bool = True
    root: int | None = None
    root_name: str | None = None


class Feed(NamedTuple):
    """A sequence that is the default of a table's column, or its identity."""

    sequence: int
    name: str
    table: int
    column: int
    ascending: bool = True


class Sequence(NamedTuple):
    """Where a sequence was before the first script; see sql/sequences.sql."""

    last: int
    name: str
    step: int
    cycles: bool
    called: bool


class Objects(NamedTuple):
    """Of large objects and of their pages, how many the transaction has deleted and put in.

    `updated` are pages.
    """

    unlinked: int
    made: int
    deleted: int
    inserted: int
    updated: int


class Inventory(NamedTuple):
    """What is there before the first script. `xid` is the transaction's id, of 64 bits.

    `began` is when the transaction did, as the server writes it.
    """

    xid: int
    began: str
    tables: dict[int, Table]
    feeds: tuple[Feed, ...]
    sequences: dict[int, Sequence]
    large_objects: Objects
    relations: frozenset[int]


class Relation(NamedTuple):
    """A relation that the transaction has changed or made; see sql/effects.sql."""

    oid: int
    exclusive: bool
    relkind: str | None
    filenode: int | None
    deleted: int
    inserted: int
    updated: int
    dropped: tuple[int, ...] | None
    name: str | None
    temporary: bool | None
    ours: bool | None
    writing: bool = False
    last_value: int | None = None
    ascending: bool | None = None
    citus: bool = False

    @property
    def gone(self) -> bool:
        """Whether the transaction has dropped it."""
        return self.exclusive and self.relkind is None


class Effects(NamedTuple):
    """What the transaction has done so far. `xid` is its id, of 64 bits, if it has one.

    `catalogs` are those of the system that the scripts have written to, or changed, themselves.
    """

    xid: int | None
    relations: dict[int, Relation]
    large_objects: Objects
    retyped: frozenset[int] = frozenset()
    catalogs: tuple[str, ...] = ()

    def known(self, before: Inventory) -> list[tuple[Table, Relation]]:
        """Each table of before that the transaction has changed, as it was and as it is."""
        tables = before.tables
        return [(tables[oid], found) for oid, found in self.relations.items() if oid in tables]

    def created(self, before: Inventory, relkinds: str = "r") -> list[Relation]:
        """The tables that the run made, in that order: those that hold rows of their own."""
        return [
            found
            for oid, found in sorted(self.relations.items())
            if found.exclusive and found.relkind and found.relkind in relkinds
            and not found.temporary
            and oid not in before.tables and oid not in before.relations
        ]  # fmt: skip


def inventory(text: str) -> Inventory:
    """Reads the answer to sql/inventory.sql."""
    found = json.loads(text)
    tables = [Table(*row) for row in found["tables"] or ()]
    feeds = tuple(Feed(*row) for row in found["feeds"] or ())
    by_oid = {table.oid: table for table in tables}
    relations = frozenset(found["relations"] or ())
    objects = Objects(*found["large_objects"])
    sequences = [one for part in found["sequences"] or () for one in part or ()]
    where = {oid: Sequence(*one) for oid, *one in sequences}
    return Inventory(found["xid"], found["began"], by_oid, feeds, where, objects, relations)


def effects(text: str | bytes) -> Effects:
    """Reads the answer to sql/effects.sql."""
    found = json.loads(text)
    relations = [Relation(*row) for row in found["relations"] or ()]
    by_oid = {relation.oid: relation for relation in relations}
    objects, retyped = Objects(*found["large_objects"]), frozenset(map(int, found["retyped"] or ()))
    return Effects(found["xid"], by_oid, objects, retyped, tuple(found["catalogs"] or ()))


NO_INVENTORY = Inventory(0, "", {}, (), {}, Objects(0, 0, 0, 0, 0), frozenset())
NO_EFFECTS = Effects(None, {}, Objects(0, 0, 0, 0, 0))
