"""What a run is to end with: the reference's snapshot, and its rows but for what varies."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runner.reference import Reference, reference
from runner.rows import RowDigest, read_rows
from runner.snapshot import Snapshot, TableShape, varying
from runner.statements import encoded, statement

if TYPE_CHECKING:
    from psycopg import Connection

    from runner.blueprint import Plan


Digests = Mapping[TableShape, RowDigest]


@dataclass(frozen=True, slots=True)
class Expected:
    """The snapshot, the digests of the tables with rows, and the connection that has these.

    Whoever uses the connection holds `lock`: several targets may share it. `varying` are the
    properties that differ from build to build, as far as there was more than one.
    """

    snapshot: Snapshot
    digests: Digests
    conn: Connection[Any]
    lock: threading.Lock = field(default_factory=threading.Lock)
    varying: Collection[tuple[str, str, str | None]] = ()


def built_beside(beside: Reference) -> Expected:
    """What a reference holds, when it is built; the transaction that has the rows stays open."""
    built = beside.built()
    return Expected(built.snapshot, _with_rows(built.digests), beside.open_connection())


def built_alone(first: Reference, second: Reference) -> Expected:
    """Two builds, one after the other, which tell what varies. No transaction of theirs is left.

    The rows are in the first one's database, as text. The second is started here, and closed.
    """
    other = first.built()
    before = _with_rows(other.digests)
    conn = first.open_connection()
    columns = _by_column(conn, list(before))
    # No moment without a transaction, in which a pooler might leave the database without a session.
    conn.execute(b"ROLLBACK AND CHAIN; SET LOCAL idle_in_transaction_session_timeout = 0")
    with closing(second):
        second.start()
        built = second.built()
        source = second.open_connection()
        tables = list(_steady(before, built.digests, columns, source))
        digests, _ = read_rows(source, tables)
        _copy_as_text(source, conn, tables)
    varies = varying(other.snapshot, built.snapshot)
    return Expected(built.snapshot, digests, conn, varying=varies)


def but_for_what_varies(
    plan: Plan, beside: Reference, expected: Expected, tables: Sequence[TableShape]
) -> Expected:
    """The same for some of the tables, without what differs in another reference.

    An INSERT with random() differs each time, and is as the scripts say. Raises Collision.
    """
    first = {table: expected.digests[table] for table in tables}
    columns = _by_column(expected.conn, tables)
    with reference(plan, beside) as second:
        built = second.built()
        steady = list(_steady(first, built.digests, columns, second.open_connection()))
    digests, _ = read_rows(expected.conn, steady)
    varies = varying(expected.snapshot, built.snapshot)
    return Expected(expected.snapshot, digests, expected.conn, varying=varies)


def _with_rows(digests: Digests) -> Digests:
    return {table: digest for table, digest in digests.items() if digest.rows}


def _by_column(conn: Connection[Any], tables: Sequence[TableShape]) -> Digests:
    digests, _ = read_rows(conn, [column for table in tables for column in table.each()])
    return digests


def _steady(
    first: Digests, second: Digests, columns: Digests, conn: Connection[Any]
) -> Iterator[TableShape]:
    """The shapes that are alike in two references; `columns` are the first one's, one by one.

    `conn` leads to the second. A table with another number of rows is left out.
    """
    for table, digest in first.items():
        other = second.get(table)
        if other == digest:
            yield table
        elif other is not None and other.rows == digest.rows:
            theirs = _by_column(conn, [table])
            varying = [one.columns[0] for one in table.each() if columns[one] != theirs[one]]
            if not varying:
                yield from table.each()  # the same values, but not in the same rows
            elif len(varying) < len(table.columns):
                yield table.without(varying)


def _copy_as_text(
    source: Connection[Any], target: Connection[Any], tables: Sequence[TableShape]
) -> None:
    """Copies rows into an empty database, every column as text: their digests are the same.

    In the open transactions of both.
    """
    columns: dict[str, list[str]] = {}
    for table in tables:
        columns.setdefault(table.name, []).extend(table.columns)
    source.execute(statement("settings").encode())
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
    """The schema in a quoted name: `"a.b".c` gives `"a.b"`."""
    dots = [at for at, char in enumerate(name) if char == "." and name.count('"', 0, at) % 2 == 0]
    return name[: dots[0]]
