"""The state that a run should leave the target in: catalog and rows of a reference.

Columns whose values differ from build to build (random(), clock_timestamp()) are left out of the
comparison: a second build shows which those are.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from runner.catalog.row_differences import common_rows
from runner.catalog.rows import RowDigest, SequenceState, cell, read_rows
from runner.catalog.shapes import SequenceFeed, TableShape
from runner.catalog.snapshot import Snapshot, compare, key_of
from runner.comparison import Difference
from runner.connect.queries import encoded, no_timeouts, statement
from runner.errors import LockNotAvailable, Refused
from runner.reference.reference import Reference
from runner.reference.rewriting import on_another_day
from runner.reference.spec import ReferenceSpec

# With random(), so many builds have to agree before a difference counts.
_BUILDS_IF_RANDOM = 12

# Parameters of a conninfo in which targets with the same reference may differ.
_PER_TARGET = ("dbname", "application_name", "password", "passfile")

Digests = dict[TableShape, RowDigest]


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """The catalog, rows and sequences that a target should have, and a connection to fetch rows.

    Several targets may share the connection: hold `lock` while using it. `digests` leave out the
    columns that vary from build to build; `varying` are properties that do (object, name,
    property). `unstable` are tables that cannot be compared, because even their numbers of rows
    vary. `is_copy`: the rows are a copy, with the values as text. `snapshot_again` is the catalog
    after a second run of the scripts, if it was asked for.
    """

    snapshot: Snapshot
    digests: Digests
    states: Mapping[SequenceFeed, SequenceState]
    conn: Connection[TupleRow]
    lock: threading.Lock = field(default_factory=threading.Lock)
    varying: Collection[tuple[str, str, str | None]] = ()
    unstable: frozenset[str] = frozenset()
    is_copy: bool = False
    snapshot_again: Snapshot | None = None
    builds: int = 1
    builds_needed: int = 2

    def compare_catalog(
        self, target: Snapshot, *, strict: bool = False, built_by: str | None = None
    ) -> list[Difference]:
        """Return the differences that neither vary nor come with another run of the scripts."""
        found = compare(self.snapshot, target, strict=strict, built_by=built_by)
        left = {key_of(one) for one in found} - {*self.varying}
        if self.snapshot_again is not None:
            again = compare(self.snapshot_again, target, strict=strict, built_by=built_by)
            left &= {key_of(one) for one in again}
        return [one for one in found if key_of(one) in left]

    def here(self, table: TableShape) -> TableShape:
        """Return the shape of a table on the connection."""
        return table._replace(times=()) if self.is_copy else table


def state_beside_run(reference: Reference) -> ReferenceState:
    """Wait for a reference that is built beside the run. Its transaction stays open."""
    built = reference.result()
    needed = _BUILDS_IF_RANDOM if built.is_random else 2
    return ReferenceState(
        built.snapshot, built.digests, built.states, reference.connection(), builds_needed=needed
    )


def state_before_run(first: Reference, second: Reference) -> ReferenceState:
    """Wait for the first reference, build the second, and keep only what both have in common.

    No transaction of the scripts stays open that could block the run. The rows are copied as text
    from the second database, which is closed, into the first one.
    """
    earlier = first.result()
    conn = first.connection()
    columns = _digests_by_column(conn, earlier.digests)
    # A pooler may end a session that is in no transaction, and the database would look abandoned.
    conn.execute(f"ROLLBACK AND CHAIN; {no_timeouts(conn)}".encode())
    with closing(second):
        second.start()
        built = second.result()
        source = second.connection()
        tables = list(_stable_shapes(earlier.digests, built.digests, columns, source))
        digests = read_rows(source, tables)
        _copy_as_text(source, conn, {one: digests[one] for one in tables if one.columns})
    varying = frozenset(map(key_of, compare(earlier.snapshot, built.snapshot, strict=True)))
    state = ReferenceState(built.snapshot, digests, built.states, conn, varying=varying)
    return replace(state, unstable=_unstable(earlier.digests, tables), is_copy=True)


def with_another_build(
    spec: ReferenceSpec,
    reference: Reference,
    state: ReferenceState,
    differing: Collection[str],
) -> ReferenceState:
    """Build the scripts once more, and leave out what differs (random(), clock_timestamp()).

    If the target may have been built on another day, the second build uses another date. Rows are
    compared for the `differing` tables; rows that are equal in all builds are compared in all
    columns. Where two builds differ, a third has to agree before anything counts as a difference.
    Columns of the tables in `spec.repeat` that get other values in a second run count as fed by a
    sequence. Raises Collision.
    """
    first = {table: digest for table, digest in state.digests.items() if table.name in differing}
    rewrite = on_another_day if spec.of_any_day and state.builds == 1 else None
    with closing(Reference(spec._replace(rewrite=rewrite), reference)) as another:
        another.start()
        built = another.result()
        changed, shapes, common = _rows_in_common(
            state.conn, first, another.connection(), built.digests
        )
    others = {table: digest for table, digest in state.digests.items() if table not in first}
    varies_in = frozenset(map(key_of, compare(state.snapshot, built.snapshot, strict=True)))
    varies = varies_in or state.varying or changed
    if rewrite is not None:  # the literal for CURRENT_DATE is in definitions, too
        varies_in = frozenset(key for key in varies_in if key[2] in (None, "comment"))
    known = {table: first[table] for table in shapes if table in first}
    new = [table for table in (*shapes, *common) if table not in known]
    digests = known | read_rows(state.conn, new)
    return replace(
        state,
        digests=others | {_fed_again(one, built.repeated): d for one, d in digests.items()},
        varying={*state.varying, *varies_in},
        unstable=state.unstable | _unstable(first, shapes),
        snapshot_again=state.snapshot_again or built.snapshot_again,
        builds=state.builds + 1,
        builds_needed=max(state.builds_needed, 3 if varies else 2),
    )


def _rows_in_common(
    earlier: Connection[TupleRow], first: Digests, conn: Connection[TupleRow], built: Digests
) -> tuple[list[TableShape], list[TableShape], list[TableShape]]:
    """Compare the tables of `first` with another build, in the database of `conn`.

    `built` are digests of that build, where they are known. Return the tables that differ; all
    tables, reduced to columns of equal values; and the common rows of tables where only some rows
    are in both.
    """
    found = built | read_rows(conn, [one for one in first if one not in built])
    changed = [table for table, digest in first.items() if found[table] != digest]
    columns = _digests_by_column(earlier, changed)
    shapes = list(_stable_shapes(first, found, columns, conn))
    kept = {table.name for table in shapes}
    differ = [table for table in first if table not in shapes and table.name in kept]
    common = [common_rows(earlier, conn, table) for table in differ]
    return changed, shapes, [one for one in common if one]


def with_second_run(spec: ReferenceSpec, state: ReferenceState) -> ReferenceState:
    """Add what two runs of the scripts leave, for a state that was built before the run.

    Unless that has to wait for the target's run. `spec.repeat` is as for `with_another_build`.
    """
    with closing(Reference(spec)) as another, suppress(LockNotAvailable):
        another.start()
        built = another.result()
        digests = {_fed_again(one, built.repeated): d for one, d in state.digests.items()}
        return replace(state, digests=digests, snapshot_again=built.snapshot_again)
    return state


def _fed_again(table: TableShape, columns: Iterable[TableShape]) -> TableShape:
    return table.with_fed([one.columns[0] for one in columns if one.name == table.name])


def _unstable(tables: Iterable[TableShape], stable: Iterable[TableShape]) -> frozenset[str]:
    return frozenset({one.name for one in tables} - {one.name for one in stable})


def _digests_by_column(conn: Connection[TupleRow], tables: Iterable[TableShape]) -> Digests:
    return read_rows(conn, [column for table in tables for column in table.each()])


def _stable_shapes(
    first: Digests, second: Digests, columns: Digests, conn: Connection[TupleRow]
) -> Iterator[TableShape]:
    """Yield the tables, reduced to the columns that two builds fill with the same values.

    `columns` are digests of the single columns of the first build, `conn` is a connection to the
    second. A table whose number of rows differs is left out.
    """
    for table, digest in first.items():
        other = second.get(table)
        if other == digest:
            yield table
        elif table.where:
            continue  # the rows of an earlier build that are not in this one
        elif other is not None and other.rows == digest.rows:
            theirs = _digests_by_column(conn, [table])
            varying = [one.columns[0] for one in table.each() if columns[one] != theirs[one]]
            if not varying:
                yield from table.each()  # equal values, combined differently into rows
            else:
                yield table.stable(varying)


def _copy_as_text(
    source: Connection[TupleRow], target: Connection[TupleRow], tables: Digests
) -> None:
    """Copy rows into an empty database, each column as text: that leaves their digests equal."""
    columns: dict[str, list[str]] = {}
    for table in tables:
        columns.setdefault(table.name, []).extend(table.columns)
    cells = {table.name: table for table in tables}
    filled = {table.name for table, digest in tables.items() if digest.rows}
    source.execute(statement("catalog/settings").encode())
    for name, shown in columns.items():
        listed = ", ".join(shown)
        values = ", ".join(cell(cells[name], column) for column in shown)
        schema = re.findall(r'(?:"[^"]*"|[^".])+', name)[0]  # of a quoted name
        typed = ", ".join(f"{column} pg_catalog.text" for column in shown)
        target.execute(encoded(target, f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        # It is there in the copy of a database.
        target.execute(encoded(target, f"DROP TABLE IF EXISTS {name} CASCADE"))
        target.execute(encoded(target, f"CREATE TABLE {name} ({typed})"))
        if name not in filled:
            continue
        out = f"COPY (SELECT {values} FROM ONLY {name}) TO STDOUT"  # noqa: S608, quoted by the server
        into = f"COPY {name} ({listed}) FROM STDIN"
        with (
            source.cursor().copy(encoded(source, out)) as blocks,
            target.cursor().copy(encoded(target, into)) as copy,
        ):
            for block in blocks:
                copy.write(block)


class ReferencePool:
    """Builds one reference for all targets with equal properties and keeps it until `close`.

    The first target that asks builds it, before the runs that are compared with it. Threads may ask
    at the same time.
    """

    def __init__(self) -> None:
        self._locks: dict[Hashable, threading.Lock] = {}
        self._states: dict[Hashable, ReferenceState] = {}
        self._open: list[Reference] = []
        self._stopped = False

    def state(self, spec: ReferenceSpec) -> ReferenceState:
        """Return the state that a target should end in; build it if this has not been done.

        A failure is raised for the target that started the build. The next one tries again.
        """
        parameters = conninfo_to_dict(spec.conninfo)
        server = [(one, str(parameters[one])) for one in sorted(parameters.keys() - _PER_TARGET)]
        properties = spec.properties
        lists = properties.extensions, properties.schemas, properties.settings
        key = (*server, properties.options, *lists)
        with self._locks.setdefault(key, threading.Lock()):
            if key not in self._states:
                self._states[key] = self._build(spec)
            return self._states[key]

    def _build(self, spec: ReferenceSpec) -> ReferenceState:
        first, second = Reference(spec), Reference(spec)
        self._open += [first, second]
        if self._stopped:
            raise Refused("the build of the reference database was cancelled")
        try:
            first.start()
            return state_before_run(first, second)
        except BaseException:
            first.close()
            raise

    def stop(self) -> None:
        """Cancel all builds, drop all references, and build no more."""
        self._stopped = True
        for reference in self._open:
            reference.release()

    def close(self) -> None:
        """Stop, and wait until all references are dropped."""
        self.stop()
        for reference in self._open:
            reference.close()
