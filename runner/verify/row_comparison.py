"""The rows of a target compared with those of a reference, by digests and then one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from psycopg import Connection, errors, sql
from psycopg.rows import TupleRow

from runner.catalog.row_differences import RowCheck, compare_rows
from runner.catalog.rows import (
    RowDigest,
    SequenceState,
    comparable_feeds,
    count_doubled,
    read_rows,
    read_state,
    shapes_without_times,
    written,
)
from runner.catalog.shapes import SequenceFeed, TableShape
from runner.catalog.snapshot import ObjectKey, Snapshot
from runner.comparison import ComparisonWarning, Difference
from runner.errors import Refused
from runner.guard.effects import Effects, Inventory
from runner.reference.reference_state import ReferenceState
from runner.verify.definitions import unqualified

# The most columns that a hint lists.
_LISTED = 4
_MISSING_SELECT = (
    "The comparison reads all tables that the scripts fill, and the sequences that feed them:"
    " GRANT SELECT on these to the role; --verify schema leaves rows out."
)


class WrittenTables(NamedTuple):
    """The tables that a run made, and the number of rows that it inserted into each table.

    `sequences` are the last values before the run of the sequences that it may have moved.
    """

    made: frozenset[str]
    inserted: dict[str, int]
    sequences: dict[str, int | None]

    @classmethod
    def by(cls, before: Inventory, now: Effects) -> WrittenTables:
        """Return what the transaction has written so far."""
        found = [one for one in now.relations.values() if one.name is not None and not one.gone]
        made = frozenset(str(one.name) for one in found if one.ours)
        inserted = {
            str(one.name): one.inserted
            for one in found
            if one.inserted > 0 or one.updated > 0
            or (one.citus and one.writing)  # which no local counter counts
        }  # fmt: skip
        moved = (one for one in found if one.relkind == "S")
        were = {str(one.name): before.sequences.get(one.oid) for one in moved}
        return cls(made, inserted, {name: was and was.last for name, was in were.items()})

    def checks(self, tables: Iterable[TableShape]) -> Iterator[RowCheck]:
        """Yield the rows to compare: all rows of new tables, and the new rows of existing tables.

        Columns fed by sequences are left out, unless the run made the sequence, too.
        """
        for table in tables:
            if table.name in self.made:
                shape = table.without_fed(self.made)
                some = bool(table.where)  # only some rows of the reference
                yield RowCheck(shape, shape._replace(where=""), extra=not some)
            elif table.name in self.inserted and not (table.where or table.columnar):
                seed = table.without_fed()
                yield RowCheck(seed, seed._replace(where=written(seed)), missing=False)

    def feeds(self, feeds: Iterable[SequenceFeed]) -> list[SequenceFeed]:
        """Return the sequences that the run, or one of its rows, may have left behind."""
        tables = self.made | self.inserted.keys()
        return [f for f in feeds if f.table in tables or f.sequence in self.sequences]

    def is_left(self, feed: SequenceFeed, last_value: int | None) -> bool:
        """Return whether the run has written to the table, or set the sequence back."""
        before = self.sequences.get(feed.sequence)
        moved = -1 if last_value is None else (last_value - (before or 0)) * feed.increment
        is_back = before is not None and moved < 0
        return feed.table in self.inserted or feed.table in self.made or is_back


@dataclass(frozen=True, slots=True)
class RowComparison:
    """Compares the rows of the target, whose catalog is `snapshot`, that a run has `written`.

    Without a run, looks for each row of the reference; with `strict`, there must be no other rows.
    `digests` and `states` are what was read of the target's tables and sequences.
    """

    conn: Connection[TupleRow]
    snapshot: Snapshot
    written: WrittenTables | None = None
    strict: bool = False
    digests: dict[TableShape, RowDigest] = field(default_factory=dict)
    states: dict[SequenceFeed, SequenceState] = field(default_factory=dict)

    def read(self, tables: Iterable[TableShape], feeds: Iterable[SequenceFeed] = ()) -> None:
        """Read what was not read yet. Raises Refused where the role may not read."""
        new = [table for table in tables if table not in self.digests]
        try:
            digests, states = read_state(
                self.conn, new, [feed for feed in feeds if feed not in self.states]
            )
        except (errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState) as error:
            message = error.diag.message_primary or str(error)
            raise Refused(message, hint=_MISSING_SELECT, sqlstate=error.sqlstate) from error
        self.digests.update(digests)
        self.states.update(states)

    def checks(
        self, reference: ReferenceState, only: Collection[str] | None = None
    ) -> list[RowCheck]:
        """Return the rows to compare, of all tables or of the named ones."""
        columns = {table.name: set(table.columns) for table in self.snapshot.tables}
        tables = [
            table
            for table in reference.digests
            if set(table.columns) <= columns.get(table.name, set())
            and table.name in columns
            and (only is None or table.name in only)
        ]
        if self.written is not None:
            return list(self.written.checks(map(self._with_times, tables)))
        filled = (self._with_times(table) for table in tables if reference.digests[table].rows)
        return [check for table in filled for check in self._looked_for(reference, table)]

    def _with_times(self, table: TableShape) -> TableShape:
        """Return the shape without times in columns that have another type in the target."""
        there = self.snapshot.objects
        types = {c: there[ObjectKey("column", f"{table.name}.{c}")] for c, *_ in table.times}
        times = (one for one in table.times if types[one[0]].properties["type"] == one[1])
        return table._replace(times=tuple(times))

    def _looked_for(self, reference: ReferenceState, table: TableShape) -> Iterator[RowCheck]:
        """Yield checks of the columns that never hold the time of the run, then of the others."""
        with reference.lock:
            found = shapes_without_times(
                reference.conn, reference.here(table.without_fed()), table.times
            )
        common = set(table.columns).intersection(*(shape.columns for shape in found))
        base = table.without_fed().without(set(table.columns) - common)
        yield RowCheck(base, base._replace(where=""), extra=self.strict and not table.where)
        for shape in found:
            if len(shape.columns) > len(base.columns):
                yield RowCheck(shape, shape._replace(where="", times=table.times), extra=False)

    def differences(
        self, reference: ReferenceState, checks: Collection[RowCheck]
    ) -> list[Difference]:
        """Return the rows that differ."""
        self.read(check.actual for check in checks)
        with reference.lock:
            unknown = [c.wanted for c in checks if c.wanted not in reference.digests]
            here = [reference.here(table) for table in unknown]
            read = read_rows(reference.conn, here)
            known = reference.digests | {t: read[h] for t, h in zip(unknown, here, strict=True)}
            found: list[Difference] = []
            for check in checks:
                wanted, actual = known[check.wanted], self.digests[check.actual]
                if wanted == actual or not (check.missing or actual.rows):
                    continue
                compared = check._replace(wanted=reference.here(check.wanted))
                rows = wanted.rows, actual.rows
                more, extra = compare_rows(reference.conn, self.conn, compared, rows)
                inserted = self.written.inserted.get(check.actual.name, 0) if self.written else 0
                # Rows that only the target has may all be rows of others that the run updated.
                if self.written is None or check.missing or extra > actual.rows - inserted:
                    found += more
        return list(dict.fromkeys(found))

    def rows(self, reference: ReferenceState, checks: Collection[RowCheck]) -> int:
        """Return how many rows were compared: those that the run wrote, or those of the scripts."""
        if self.written is None:
            tables = {check.actual.name for check in checks}
            digests = reference.digests.items()
            counts = {table.name: digest.rows for table, digest in digests if not table.where}
            return sum(counts[name] for name in tables)
        return sum({c.actual.name: self.digests[c.actual].rows for c in checks}.values())

    def sequences(self, reference: ReferenceState) -> dict[SequenceFeed, SequenceState]:
        """Return the states of the sequences that the scripts use, or the run left behind."""
        written, feeds = self.written, comparable_feeds(reference.snapshot, self.snapshot)
        feeds = written.feeds(feeds) if written else feeds
        self.read((), feeds)
        states = ((feed, self.states[feed]) for feed in feeds)
        return {f: s for f, s in states if not written or written.is_left(f, s.last_value)}

    def kept(self, reference: ReferenceState) -> tuple[str, ...]:
        """Return the tables that the scripts fill and the run has not written to."""
        if self.written is None:
            return ()
        filled = {table.name for table, digest in reference.digests.items() if digest.rows}
        there = {table.name for table in self.snapshot.tables}
        return tuple(sorted((filled & there) - self.written.made - self.written.inserted.keys()))

    def is_derived(self, difference: Difference) -> bool:
        """Return whether a row that the run wrote depends on rows that existed before.

        That is so where the catalog agrees: the row was selected from them, a trigger wrote it, or
        it has the next number.
        """
        kind = difference.object in ("row", "rows")
        return kind and self.written is not None and table_of(difference) not in self.written.made

    def warnings(
        self, reference: ReferenceState, checks: Collection[RowCheck]
    ) -> Iterator[ComparisonWarning]:
        """Yield warnings about rows that were not compared, and rows that the run has doubled."""
        snapshot, names = self.snapshot, {table.name for table in reference.snapshot.tables}
        names |= set(reference.snapshot.unreadable)
        written = self.written.made | self.written.inserted.keys() if self.written else names
        for name in snapshot.unreadable:
            if name not in names or name not in written:
                continue
            yield ComparisonWarning(
                f"the rows of {name} are not verified: {snapshot.role} may not read all of them",
                "Verify as the owner of the table or, where row-level security hides rows, as a"
                " role with BYPASSRLS. An index that calls functions of the owner hides them, too.",
            )
        added = self.written.inserted.keys() - self.written.made if self.written else ()
        for table in snapshot.tables:
            if table.columnar and table.name in added:
                message = f"new rows of {table.name}, if any, are not verified: it is columnar"
                yield ComparisonWarning(message)
        for name in sorted(reference.unstable & written):
            yield ComparisonWarning(
                f"the rows of {name} are not verified: two builds of the scripts do not agree in"
                " their number"
            )
        yield from self._doubled(checks)

    def _doubled(self, checks: Collection[RowCheck]) -> Iterator[ComparisonWarning]:
        for check in checks:
            table = check.actual
            inserted = self.written and self.written.inserted.get(table.name)
            if check.missing or not (inserted and self.digests[table].rows):
                continue
            shapes = shapes_without_times(self.conn, table, table.times)
            rows = count_doubled(self.conn, (one._replace(times=()) for one in shapes))
            if not rows:
                continue
            common = set(table.columns).intersection(*(one.columns for one in shapes)) - table.nulls
            columns = [column for column in table.columns if column in common]
            listed = ", ".join(columns) if len(columns) <= _LISTED else ""
            unique = f"({listed or 'the columns that tell one row from another'})"
            index = sql.Identifier(f"{unqualified(table.name)}_seed").as_string()
            yield ComparisonWarning(
                f"the scripts have inserted {rows:,} {'row' if rows == 1 else 'rows'} into"
                f" {table.name} that it had already: each run doubles them",
                "Delete the copies. Write before the rows: CREATE UNIQUE INDEX IF NOT EXISTS"
                f" {index} ON {table.name} {unique}; and at the end of their INSERT:"
                f" ON CONFLICT {unique} DO NOTHING",
            )


def table_of(difference: Difference) -> str:
    """Return the table of a row that differs."""
    return difference.name.partition(" (")[0]


def unverified_rows(differences: Iterable[Difference]) -> Iterator[ComparisonWarning]:
    """Yield for each table a row that the scripts do not write into an empty database."""
    for name, found in {table_of(one): one.actual for one in differences}.items():
        yield ComparisonWarning(
            f"rows that the run wrote into {name} are not verified: the scripts do not write them"
            f" into an empty database, such as {found}"
        )
