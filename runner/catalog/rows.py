"""Digests of the rows of tables, computed by the server, and the values of sequences."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql

from runner.catalog.reader import fetch_groups, snapshot_of, snapshot_query
from runner.catalog.snapshot import ObjectKey, SequenceFeed, Snapshot, TableShape
from runner.comparison import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from psycopg import Connection
    from psycopg.rows import TupleRow


# Tables that are locked at the same time.
_LOCKED_TABLES = 100


class RowDigest(NamedTuple):
    """The number of rows in a table and the sum of their hashes: equal for equal rows."""

    rows: int
    digest: int


class SequenceState(NamedTuple):
    """The last value of a sequence, None before the first, and the furthest in its column."""

    last_value: int | None
    furthest: int | None


def comparable(
    reference: Snapshot, target: Snapshot
) -> tuple[tuple[TableShape, ...], tuple[SequenceFeed, ...]]:
    """Return the tables and sequences of the reference that the target has, with all columns."""
    columns = {table.name: set(table.columns) for table in target.tables}
    names = target.objects.keys()
    return (
        tuple(
            table
            for table in reference.tables
            if table.name in columns and columns[table.name] >= set(table.columns)
        ),
        tuple(
            feed
            for feed in reference.feeds
            if ObjectKey("sequence", feed.sequence) in names
            and ObjectKey("column", f"{feed.table}.{feed.column}") in names
        ),
    )


def read_rows(
    conn: Connection[TupleRow], tables: Sequence[TableShape], feeds: Sequence[SequenceFeed] = ()
) -> tuple[dict[TableShape, RowDigest], dict[SequenceFeed, SequenceState]]:
    """Read digests of the tables and the states of the sequences in one round trip.

    A digest is a sum: the order of rows does not matter, the number of duplicates does. Rows that
    a row security policy hides from the role are not included.
    """
    groups = _groups(tables, feeds)
    if not groups:
        return {}, {}
    return _parse(tables, feeds, [rows[0] for rows in fetch_groups(conn, *groups)])


def read_with_snapshot(
    conn: Connection[TupleRow],
    tables: Sequence[TableShape],
    feeds: Sequence[SequenceFeed] = (),
    more: Sequence[str] = (),
) -> tuple[Snapshot, dict[TableShape, RowDigest], dict[SequenceFeed, SequenceState]]:
    """Read a snapshot, with `more` queries, and the result of `read_rows` in one round trip.

    Raises psycopg.Error and leaves the savepoint of `fetch_groups` if a table does not exist.
    """
    groups = snapshot_query(*more), *_groups(tables, feeds)
    (answer,), *answers = (rows[0] for rows in fetch_groups(conn, *groups))
    return snapshot_of(answer), *_parse(tables, feeds, answers)


def _groups(tables: Sequence[TableShape], feeds: Sequence[SequenceFeed]) -> list[str]:
    statements = [*map(_digest_query, tables), *map(_sequence_query, feeds)]
    return [";\n".join(group) for group in _batched(statements, _LOCKED_TABLES)]


def _batched(statements: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(statements), size):
        yield statements[start : start + size]


def _parse(
    tables: Sequence[TableShape], feeds: Sequence[SequenceFeed], answers: list[tuple[Any, ...]]
) -> tuple[dict[TableShape, RowDigest], dict[SequenceFeed, SequenceState]]:
    digests = {
        table: RowDigest(rows, int(digest))
        for table, (rows, digest) in zip(tables, answers, strict=False)
    }
    states = {
        feed: SequenceState(last, furthest)
        for feed, (last, furthest) in zip(feeds, answers[len(tables) :], strict=True)
    }
    return digests, states


def compare_sequences(target: Mapping[SequenceFeed, SequenceState]) -> tuple[Difference, ...]:
    """Return the sequences that are behind their column, where the next INSERT would fail."""
    found = []
    for feed, state in target.items():
        if state.furthest is None:
            continue
        last, furthest = state.last_value, state.furthest
        if last is None or (last > furthest if feed.descending else last < furthest):
            bound = "at most" if feed.descending else "at least"
            found.append(
                Difference(
                    "changed", "sequence", feed.sequence,
                    f"{bound} {furthest}, as in {feed.table}.{feed.column}",
                    "not yet called" if last is None else str(last), property="last_value",
                )
            )  # fmt: skip
    return tuple(found)


def row_text(columns: Iterable[str]) -> str:
    """Return an expression for the text of a row."""
    return f"ROW({', '.join(columns)})::pg_catalog.text"


def row_hash(table: TableShape) -> str:
    """Return an expression for the hash of a row's text, of 64 bits.

    Servers of one byte order compute the same since version 11 (src/common/hashfn.c).
    """
    return f'pg_catalog.hashtextextended({row_text(table.columns)} COLLATE pg_catalog."C", 0)'


def _digest_query(table: TableShape) -> str:
    return (
        "SELECT pg_catalog.count(*), COALESCE(pg_catalog.sum(hash), 0) "
        f"FROM (SELECT {row_hash(table)} FROM ONLY {table.name}) AS r (hash)"
    )


def _sequence_query(feed: SequenceFeed) -> str:
    furthest = "min" if feed.descending else "max"
    table, column = (sql.Literal(name).as_string() for name in (feed.table, feed.column))
    # In the target the column may have a user-defined type, whose cast would call a function.
    built_in = (
        "SELECT COALESCE(NULLIF(b.typbasetype, 0), b.oid, t.oid) < 16384"
        " FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid"
        " LEFT JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype"
        f" WHERE a.attrelid = {table}::pg_catalog.regclass"
        f" AND pg_catalog.quote_ident(a.attname) = {column}"
    )
    return (
        f"SELECT CASE WHEN is_called THEN last_value END, CASE WHEN ({built_in})"
        f" THEN (SELECT pg_catalog.{furthest}({feed.column}) FROM {feed.table}) END"
        f" FROM {feed.sequence}"
    )
