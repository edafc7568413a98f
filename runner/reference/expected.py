"""What a run is to end with: the reference's snapshot, and its rows but for what varies.

Targets that are alike share one reference, which is built once.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg.conninfo import conninfo_to_dict

from runner.catalog.reader import settings
from runner.catalog.rows import RowDigest, read_rows
from runner.catalog.snapshot import Snapshot, TableShape, varying
from runner.connect.queries import encoded
from runner.errors import Refused
from runner.reference.reference import Reference, reference

if TYPE_CHECKING:
    from psycopg import Connection

    from runner.reference.database import ReferenceSpec


Digests = Mapping[TableShape, RowDigest]

# What differs between the targets of a server, and makes no difference to a reference.
_OF_A_TARGET = ("dbname", "application_name", "password", "passfile")
# Columns of pg_database; which of them there are depends on the server.
_LOCALE = (
    *("datcollate", "datctype", "datlocprovider"),
    *("datlocale", "daticulocale", "daticurules"),
)


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
    spec: ReferenceSpec, beside: Reference, expected: Expected, tables: Sequence[TableShape]
) -> Expected:
    """The same for some of the tables, without what differs in another reference.

    An INSERT with random() differs each time, and is as the scripts say. Raises Collision.
    """
    first = {table: expected.digests[table] for table in tables}
    columns = _by_column(expected.conn, tables)
    with reference(spec, beside) as second:
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
    """The schema in a quoted name: `"a.b".c` gives `"a.b"`."""
    dots = [at for at, char in enumerate(name) if char == "." and name.count('"', 0, at) % 2 == 0]
    return name[: dots[0]]


@dataclass(slots=True)
class _Group:
    """Targets that are alike; `lock` is held while their reference is built."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    expected: Expected | None = None


class SharedReferences:
    """One reference for all targets on a server that are alike: role, encoding, settings, ….

    It is built before the runs that are held against it, by the first that asks for it, and kept
    until `close`. Threads may ask at the same time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[Hashable, _Group] = {}
        self._open: list[Reference] = []
        self._stopped = False

    def expected(self, spec: ReferenceSpec) -> Expected:
        """What the target of this spec is to be like. Raises why there is no reference.

        A failure is told to the one who built it; who comes next tries again.
        """
        with self._lock:
            group = self._groups.setdefault(_kind(spec), _Group())
        with group.lock:
            if group.expected is None:
                group.expected = self._build(spec)
            return group.expected

    def _build(self, spec: ReferenceSpec) -> Expected:
        first, second = Reference(spec), Reference(spec)
        with self._lock:
            if self._stopped:
                raise Refused("the reference was given up")
            self._open += [first, second]
        try:
            first.start()
            return built_alone(first, second)
        except BaseException:
            self._end(first)
            raise
        finally:
            self._end(second)

    def _end(self, one: Reference) -> None:
        one.close()
        with self._lock:
            self._open.remove(one)

    def stop(self) -> None:
        """Ends all of them, whatever they are doing; builds no more."""
        with self._lock:
            self._stopped = True
            for one in self._open:
                one.release()

    def close(self) -> None:
        """Drops all of them."""
        self.stop()
        for one in list(self._open):
            one.close()


def _kind(spec: ReferenceSpec) -> Hashable:
    """What two targets have to have in common to be alike."""
    given = conninfo_to_dict(spec.conninfo)
    place = [(key, str(given[key])) for key in sorted(given.keys() - _OF_A_TARGET)]
    like = spec.likeness
    locale = tuple(like.database.get(column) for column in _LOCALE)
    return (*place, like.encoding, *locale, like.schemas, like.settings)
