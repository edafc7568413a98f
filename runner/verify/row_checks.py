"""Which rows of the target are compared with which of the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from runner.catalog.row_differences import RowCheck
from runner.catalog.rows import written

if TYPE_CHECKING:
    from runner.catalog.shapes import SequenceFeed, TableShape
    from runner.guard.effects import Effects, Inventory


class Written(NamedTuple):
    """What a run has made, and how many rows it has inserted into each table it has written to.

    `sequences` are the last values, before the run, of those that it may have moved.
    """

    made: frozenset[str]
    inserted: dict[str, int]
    sequences: dict[str, int | None]

    @classmethod
    def by(cls, before: Inventory, now: Effects) -> Written:
        """Return what the transaction has done so far."""
        found = [one for one in now.relations.values() if one.name is not None and not one.gone]
        made = frozenset(str(one.name) for one in found if one.ours)
        inserted = {}
        for one in found:
            then = before.tables.get(one.oid)
            more = one.inserted - (then.inserted if then else 0)
            is_on_shards = one.citus and one.writing  # where no counter is read
            if more > 0 or one.updated - (then.updated if then else 0) > 0 or is_on_shards:
                inserted[str(one.name)] = max(more, 0)
        moved = (one for one in found if one.relkind == "S")
        return cls(made, inserted, {str(s.name): before.sequences.get(s.oid) for s in moved})

    def checks(self, tables: Iterable[TableShape]) -> Iterator[RowCheck]:
        """Yield what is compared: all rows of new tables, and the new rows of others.

        The values of a column that a new sequence feeds are as in the reference.
        """
        for table in tables:
            if table.name in self.made:
                shape = table.without_fed(self.made)
                some = bool(table.where)  # of the rows in the reference
                yield RowCheck(shape, shape._replace(where=""), extra=not some)
            elif table.name in self.inserted and not (table.where or table.columnar):
                seed = table.without_fed()
                yield RowCheck(seed, seed._replace(where=written(seed)), missing=False)

    def feeds(self, feeds: Iterable[SequenceFeed]) -> list[SequenceFeed]:
        """Return the sequences that the run, or one of its rows, may have left behind."""
        tables = self.made | self.inserted.keys()
        return [f for f in feeds if f.table in tables or f.sequence in self.sequences]

    def is_left(self, feed: SequenceFeed, last_value: int | None) -> bool:
        """Whether the run has written to the table, or set the sequence back."""
        before = self.sequences.get(feed.sequence)
        moved = -1 if last_value is None else (last_value - (before or 0)) * feed.increment
        is_back = before is not None and moved < 0
        return feed.table in self.inserted or feed.table in self.made or is_back

    def is_updated(self, check: RowCheck, written: int, extra: int) -> bool:
        """Whether the rows that the reference lacks may all be those of others, updated."""
        return not check.missing and extra <= written - self.inserted.get(check.actual.name, 0)
