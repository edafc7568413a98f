"""The state that a run should leave the target in: catalog and rows of a reference.

Rows are compared without the columns whose values differ from build to build (random(),
clock_timestamp()): a second build shows which those are.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.catalog.reader import settings
from runner.catalog.rows import RowDigest, read_rows
from runner.catalog.snapshot import Snapshot, TableShape, varying_properties
from runner.connect.queries import encoded
from runner.reference.reference import Reference

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from runner.reference.spec import ReferenceSpec


Digests = Mapping[TableShape, RowDigest]


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """Catalog, digests of the tables that have rows, and a connection to fetch these rows.

    Several targets may share the connection: hold `lock` while using it. `varying` are the
    properties (object, name, property) that differ from build to build; empty after one build.
    """

    snapshot: Snapshot
    digests: Digests
    conn: Connection[TupleRow]
    lock: threading.Lock = field(default_factory=threading.Lock)
    varying: Collection[tuple[str, str, str | None]] = ()


def state_beside_run(reference: Reference) -> ReferenceState:
    """Wait for a reference that is built beside the run. Its transaction stays open."""
    built = reference.result()
    return ReferenceState(built.snapshot, _with_rows(built.digests), reference.connection())


def state_before_run(first: Reference, second: Reference) -> ReferenceState:
    """Wait for the first reference, build the second, and keep only what both have in common.

    No transaction of the scripts stays open that could block the run. The rows are copied from the
    second database, which is closed, into the first one, as text.
    """
    earlier = first.result()
    before = _with_rows(earlier.digests)
    conn = first.connection()
    columns = _digests_by_column(conn, list(before))
    # A pooler may end a session that is in no transaction, and the database would look abandoned.
    conn.execute(b"ROLLBACK AND CHAIN; SET LOCAL idle_in_transaction_session_timeout = 0")
    with closing(second):
        second.start()
        built = second.result()
        source = second.connection()
        tables = list(_stable_shapes(before, built.digests, columns, source))
        digests, _ = read_rows(source, tables)
        _copy_as_text(source, conn, tables)
    varying = varying_properties(earlier.snapshot, built.snapshot)
    return ReferenceState(built.snapshot, digests, conn, varying=varying)


def without_varying_columns(
    spec: ReferenceSpec, reference: Reference, state: ReferenceState, tables: Sequence[TableShape]
) -> ReferenceState:
    """Build a second reference and drop columns whose values differ (random(), clock_timestamp()).

    The digests are those of `tables` only. Raises Collision.
    """
    first = {table: state.digests[table] for table in tables}
    columns = _digests_by_column(state.conn, tables)
    with closing(Reference(spec, reference)) as second:
        second.start()
        built = second.result()
        shapes = list(_stable_shapes(first, built.digests, columns, second.connection()))
    digests, _ = read_rows(state.conn, shapes)
    varying = varying_properties(state.snapshot, built.snapshot)
    return ReferenceState(state.snapshot, digests, state.conn, varying=varying)


def _with_rows(digests: Digests) -> Digests:
    return {table: digest for table, digest in digests.items() if digest.rows}


def _digests_by_column(conn: Connection[TupleRow], tables: Sequence[TableShape]) -> Digests:
    digests, _ = read_rows(conn, [column for table in tables for column in table.each()])
    return digests


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
        elif other is not None and other.rows == digest.rows:
            theirs = _digests_by_column(conn, [table])
            varying = [one.columns[0] for one in table.each() if columns[one] != theirs[one]]
            if not varying:
                yield from table.each()  # equal values, combined differently into rows
            elif len(varying) < len(table.columns):
                yield table.without(varying)


def _copy_as_text(
    source: Connection[TupleRow], target: Connection[TupleRow], tables: Sequence[TableShape]
) -> None:
    """Copy rows into an empty database, each column as text: that leaves their digests equal."""
    columns: dict[str, list[str]] = {}
    for table in tables:
        columns.setdefault(table.name, []).extend(table.columns)
    source.execute(" ".join(settings()).encode())
    for name, shown in columns.items():
        listed = ", ".join(shown)
        typed = ", ".join(f"{column} pg_catalog.text" for column in shown)
        target.execute(encoded(target, f"CREATE SCHEMA IF NOT EXISTS {_schema(name)}"))
        target.execute(encoded(target, f"CREATE TABLE {name} ({typed})"))
        out = f"COPY (SELECT {listed} FROM ONLY {name}) TO STDOUT"  # noqa: S608, quoted by the server
        into = f"COPY {name} ({listed}) FROM STDIN"
        with (
            source.cursor().copy(encoded(source, out)) as blocks,
            target.cursor().copy(encoded(target, into)) as copy,
        ):
            for block in blocks:
                copy.write(block)


def _schema(name: str) -> str:
    """Return the schema of a quoted name: `"a.b"` for `"a.b".c`."""
    dots = [at for at, char in enumerate(name) if char == "." and name.count('"', 0, at) % 2 == 0]
    return name[: dots[0]]
