"""Digests of the rows of tables, which the server computes, and sequences that are behind them."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from runner.catalog.reader import fetch_groups
from runner.catalog.shapes import TIME, SequenceFeed, TableShape
from runner.catalog.snapshot import Snapshot
from runner.comparison import ComparisonWarning, Difference
from runner.connect.queries import statement

# Tables that one group of statements locks at the same time.
_LOCKED_TABLES = 100
# Rows that the open transaction and its savepoints have written: age() counts from its id. A later
# transaction of another session also has a negative age, but if its rows are visible it has ended.
_WRITTEN = (
    "(pg_catalog.age(xmin) = 0 OR pg_catalog.age(xmin) < 0 AND pg_catalog.txid_status("
    "pg_catalog.txid_current() - pg_catalog.age(xmin)) = 'in progress')"
)
# The same on the nodes of Citus, where a row that another session adds also counts as written.
_WRITTEN_ON_SHARDS = "pg_catalog.age(xmin) <= 0"
# The text that stands for now() of the writing transaction: equal in target and reference.
_NOW = "now()"
# A subquery: Citus evaluates it on the coordinator, not in the transactions of the worker nodes.
_LOCAL = "(SELECT pg_catalog.timezone(pg_catalog.current_setting('runner.timezone'), {}))"
# On a worker node CURRENT_TIMESTAMP is the start of the node's transaction, by the node's clock.
_ON_SHARDS = (
    "pg_catalog.now() OPERATOR(pg_catalog.-) '1 s'::pg_catalog.interval",
    "pg_catalog.clock_timestamp() OPERATOR(pg_catalog.+) '1 s'::pg_catalog.interval",
)


class RowDigest(NamedTuple):
    """The number of rows in a table and the sum of their hashes, whatever the order of the rows."""

    rows: int
    digest: Decimal


def read_rows(
    conn: Connection[TupleRow], tables: Iterable[TableShape]
) -> dict[TableShape, RowDigest]:
    """Read digests of the tables in one round trip."""
    digests, _ = read_state(conn, tables, ())
    return digests


def read_single_rows(conn: Connection[TupleRow], queries: Sequence[str]) -> list[tuple[Any, ...]]:
    """Read the only row of each query, in one round trip."""
    groups = (
        ";\n".join(queries[start : start + _LOCKED_TABLES])
        for start in range(0, len(queries), _LOCKED_TABLES)
    )
    return [rows[0] for rows in fetch_groups(conn, *groups)] if queries else []


def shapes_without_times(
    conn: Connection[TupleRow], table: TableShape, times: Iterable[tuple[str, str, str]]
) -> list[TableShape]:
    """Return shapes of a table without the columns that hold the time of the transaction.

    `times`: the columns that may hold it. Rows that hold it in other columns get another shape.
    """
    names = [column for column, *_ in times if column in table.columns]
    if not names:
        return [table]
    cells = [f"{cell(table, name)} IS NOT DISTINCT FROM '{_NOW}'" for name in names]
    flags = f"ARRAY[{', '.join(cells)}]::pg_catalog.bool[]"
    (rows,) = fetch_groups(conn, f"SELECT DISTINCT {flags} {from_clause(table)}")
    found = []
    for (are_now,) in rows:
        shape = table.without([name for name, is_now in zip(names, are_now, strict=True) if is_now])
        condition = f"{flags} = '{{{','.join('ft'[one] for one in are_now)}}}'::pg_catalog.bool[]"
        where = " AND ".join(filter(None, (table.where, condition)))
        found.append(shape._replace(where=where) if len(rows) > 1 else shape)
    return found


def count_doubled(conn: Connection[TupleRow], tables: Iterable[TableShape]) -> int:
    """Return the number of new rows in these tables equal to a row that existed before the run."""
    queries = [
        f"SELECT pg_catalog.count(*) FROM (SELECT {row_hash(table)} {from_clause(table)})"
        f" AS r (hash) WHERE hash IN (SELECT {row_hash(table)} FROM ONLY {table.name}"
        f" WHERE NOT ({written(table)}))"
        for table in tables
    ]
    return sum(number for (number,) in read_single_rows(conn, queries))


def written(table: TableShape) -> str:
    """Return the condition for rows that the open transaction has written."""
    return _WRITTEN_ON_SHARDS if table.citus else _WRITTEN


def from_clause(table: TableShape) -> str:
    """Return the FROM clause and the WHERE clause that select the rows of a shape."""
    return f"FROM ONLY {table.name}" + (f" WHERE {table.where}" if table.where else "")


def cell(table: TableShape, column: str) -> str:
    """Return an expression for the value of a column, as the comparison uses it.

    The time of the transaction becomes the text `now()`, so that two runs compare as equal.
    """
    if column in table.nulls:
        return f"CASE WHEN pg_catalog.num_nulls({column}) = 0 THEN 'NOT NULL' END"
    kind, default = next((one[1:] for one in table.times if one[0] == column), ("", ""))
    if not kind:
        return column
    zone = "(SELECT {})" if kind.endswith(" with time zone") else _LOCAL
    times = _ON_SHARDS if table.citus else ("pg_catalog.now()",)
    first, *last = (f"{zone.format(time)}::{kind}" for time in times)
    is_now = f"{column} BETWEEN {first} AND {last[0]}" if last else f"{column} = {first}"
    if default:
        computed = f"{column} = ({default})::{kind}"
        is_now = f"{is_now} OR {computed}" if TIME.match(kind) else computed
    text = f"{column}::pg_catalog.text"
    if table.citus and kind.startswith("timestamp") and kind.endswith(" with time zone"):
        # The text in UTC, whatever the time zone of the node that holds the row.
        text = f"pg_catalog.timezone('UTC', {column})::pg_catalog.text || '+00'"
    return f"CASE WHEN {is_now} THEN '{_NOW}' ELSE {text} END"


def row_text(cells: Iterable[str]) -> str:
    """Return an expression for the text of a row."""
    return f"ROW({', '.join(cells)})::pg_catalog.text"


def row_hash(table: TableShape) -> str:
    """Return an expression for the 64-bit hash of a row's text.

    Since version 11, servers of the same byte order compute equal hashes (src/common/hashfn.c).
    """
    text = row_text(cell(table, column) for column in table.columns)
    return f'pg_catalog.hashtextextended({text} COLLATE pg_catalog."C", 0)'


class SequenceState(NamedTuple):
    """The last value of a sequence (None before the first call), and what it will collide with.

    `collision`: the furthest value in the column that the sequence will reach, so INSERT fails.
    """

    last_value: int | None
    collision: int | None


def read_state(
    conn: Connection[TupleRow], tables: Iterable[TableShape], feeds: Iterable[SequenceFeed]
) -> tuple[dict[TableShape, RowDigest], dict[SequenceFeed, SequenceState]]:
    """Read digests of tables and the states of sequences in one round trip."""
    shapes, wanted = list(tables), list(feeds)
    queries = [
        "SELECT pg_catalog.count(*), COALESCE(pg_catalog.sum(hash), 0)"
        f" FROM (SELECT {row_hash(shape)} {from_clause(shape)}) AS r (hash)"
        for shape in shapes
    ]
    answers = read_single_rows(conn, [*queries, *map(_query, wanted)])
    digests = {shape: RowDigest(*one) for shape, one in zip(shapes, answers, strict=False)}
    states = zip(wanted, answers[len(shapes) :], strict=True)
    return digests, {feed: SequenceState(*one) for feed, one in states}


def _query(feed: SequenceFeed) -> str:
    direction = {"furthest": "max", "ahead": ">", "end": feed.greatest}
    if feed.increment < 0:
        direction = {"furthest": "min", "ahead": "<", "end": feed.least}
    return statement("catalog/sequence_state") % (feed._asdict() | direction)


def comparable_feeds(reference: Snapshot, target: Snapshot) -> list[SequenceFeed]:
    """Return the target's sequences that fill the same columns as in the reference."""
    wanted = {feed[:3] for feed in reference.feeds}
    return [feed for feed in target.feeds if feed[:3] in wanted]


def compare_sequences(
    reference: Mapping[SequenceFeed, SequenceState], target: Mapping[SequenceFeed, SequenceState]
) -> tuple[list[Difference], list[ComparisonWarning]]:
    """Return differences and warnings for sequences behind their column: an INSERT would fail.

    A sequence that is behind in the reference too is a warning: the scripts themselves cause it.
    """
    behind = {feed[:3] for feed, _ in sequences_behind(reference)}
    found, warnings = [], []
    for feed, warning in sequences_behind(target):
        if feed[:3] in behind:
            warnings.append(warning)
            continue
        bound = "at least" if feed.increment > 0 else "at most"
        last, furthest = target[feed]
        actual = "not yet called" if last is None else str(last)
        found.append(
            Difference("changed", "sequence", feed.sequence,
                       f"{bound} {furthest}, as in {feed.table}.{feed.column}", actual,
                       property="last_value")
        )  # fmt: skip
    return found, warnings


def sequences_behind(
    states: Mapping[SequenceFeed, SequenceState],
) -> Iterator[tuple[SequenceFeed, ComparisonWarning]]:
    """Yield each sequence that is behind its column, with a warning that says what to add."""
    for feed, state in states.items():
        if state.collision is None:
            continue
        name = sql.Literal(feed.sequence).as_string()
        last = "has not been called" if state.last_value is None else f"is at {state.last_value}"
        yield (
            feed,
            ComparisonWarning(
                f"the sequence {feed.sequence} {last}, but {feed.table}.{feed.column} holds"
                f" {state.collision}: an INSERT without a value for {feed.column} will fail with a"
                " duplicate key, in the container too",
                f"Add to the scripts, after the rows: SELECT setval({name}, {state.collision});",
            ),
        )
