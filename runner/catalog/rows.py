"""The rows of tables compared by hashes that the server makes; memory does not grow with them."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql

from runner.catalog.reader import fetch_groups, snapshot_of, snapshot_query
from runner.catalog.snapshot import ObjectKey, SequenceFeed, Snapshot, TableShape
from runner.results import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from psycopg import Connection


# How many hashes of one table are held at once.
HASHES = 50_000
# How many tables are locked at once.
_LOCKED = 100
# How long a row may be when it is shown.
_SHOWN = 300


class RowDigest(NamedTuple):
    """How many rows a table holds, and the sum of their hashes: equal for equal rows."""

    rows: int
    digest: int


class SequenceState(NamedTuple):
    """The last value a sequence gave, None when it gave none, and the furthest in its column."""

    last_value: int | None
    furthest: int | None


def comparable(
    reference: Snapshot, target: Snapshot
) -> tuple[tuple[TableShape, ...], tuple[SequenceFeed, ...]]:
    """The reference's tables and sequences that the target has too, with the same columns."""
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
    conn: Connection[Any], tables: Sequence[TableShape], feeds: Sequence[SequenceFeed] = ()
) -> tuple[dict[TableShape, RowDigest], dict[SequenceFeed, SequenceState]]:
    """Digests of the tables and the states of the sequences, in one round trip.

    The digest is a sum, so order does not matter and each duplicate counts. Rows that a row
    security policy hides from the role are not seen.
    """
    groups = _groups(tables, feeds)
    if not groups:
        return {}, {}
    return _taken(tables, feeds, [rows[0] for rows in fetch_groups(conn, *groups)])


def read_with_snapshot(
    conn: Connection[Any],
    tables: Sequence[TableShape],
    feeds: Sequence[SequenceFeed] = (),
    more: Sequence[str] = (),
) -> tuple[Snapshot, dict[TableShape, RowDigest], dict[SequenceFeed, SequenceState]]:
    """The snapshot, with `more` queries, and what `read_rows` gives, all in one round trip.

    Raises psycopg.Error, and leaves the savepoint of `ask`, where one of them is not there.
    """
    groups = snapshot_query(*more), *_groups(tables, feeds)
    (answer,), *answers = (rows[0] for rows in fetch_groups(conn, *groups))
    return snapshot_of(answer), *_taken(tables, feeds, answers)


def _groups(tables: Sequence[TableShape], feeds: Sequence[SequenceFeed]) -> list[str]:
    statements = [*map(_digest, tables), *map(_state, feeds)]
    return [";\n".join(group) for group in _batched(statements, _LOCKED)]


def _taken(
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


def compare_rows(
    reference: Connection[Any],
    target: Connection[Any],
    table: TableShape,
    rows: tuple[int, int],
    *,
    exact: bool,
    limit: int = 10,
) -> tuple[Difference, ...]:
    """What differs in one table whose digests do: at most `limit` rows each way, and the numbers.

    Every row of the reference must be in the target, as often; with `exact` the target must have
    no other. `rows` are the numbers of rows in both. Memory stays bounded: hashes are compared a
    part at a time, in one round trip to each server for HASHES rows.
    """
    parts = 1
    while max(rows if exact else rows[:1]) > parts * HASHES:
        parts *= 2
    missing, extra = Counter[int](), Counter[int]()
    missing_rows = extra_rows = 0
    for part in range(parts):
        wanted = _hashes(reference, table, f"hash & {parts - 1} = {part}")
        if exact:
            actual = _hashes(target, table, f"hash & {parts - 1} = {part}")
        else:
            actual = _hashes(target, table, _among(wanted))
        missing_rows += (wanted - actual).total()
        extra_rows += (actual - wanted).total() if exact else 0
        _keep(missing, wanted - actual, limit)
        _keep(extra, actual - wanted if exact else Counter(), limit)
    absent = _fetch(reference, table, missing, limit)
    others = _fetch(target, table, extra, limit) if exact else _of_keys(target, table, absent)
    found = _named(table, absent, others)
    if (exact and rows[0] != rows[1]) or max(missing_rows, extra_rows) > limit:
        actual_words = f"{rows[1]} rows, {missing_rows} missing, {extra_rows} extra"
        found.insert(0, Difference("changed", "rows", table.name, f"{rows[0]} rows", actual_words))
    return tuple(found)


def compare_sequences(target: Mapping[SequenceFeed, SequenceState]) -> tuple[Difference, ...]:
    """Sequences that are behind the column they feed: the next INSERT would fail."""
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


def _batched(statements: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(statements), size):
        yield statements[start : start + size]


def _digest(table: TableShape) -> str:
    return (
        "SELECT pg_catalog.count(*), COALESCE(pg_catalog.sum(hash), 0) "
        f"FROM (SELECT {_hash(table)} FROM ONLY {table.name}) AS r (hash)"
    )


def _hash(table: TableShape) -> str:
    """64 bits of a row's text. The same on every server since 11 (hashfn.c) of one byte order."""
    return f'pg_catalog.hashtextextended({_text(table.columns)} COLLATE pg_catalog."C", 0)'


def _text(columns: Iterable[str]) -> str:
    return f"ROW({', '.join(columns)})::pg_catalog.text"


def _shown_value(column: str) -> str:
    """A column's text as its type's output function makes it: `::text` could call a cast."""
    shown = f"pg_catalog.format('%s', {column})"
    return f"CASE WHEN pg_catalog.num_nulls({column}) = 0 THEN {shown} END"


def _state(feed: SequenceFeed) -> str:
    furthest = "min" if feed.descending else "max"
    table, column = (sql.Literal(name).as_string() for name in (feed.table, feed.column))
    # The target may have given the column a type with a cast that calls somebody's function.
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


def _hashes(conn: Connection[Any], table: TableShape, condition: str) -> Counter[int]:
    (rows,) = fetch_groups(
        conn,
        "SELECT hash, pg_catalog.count(*) "
        f"FROM (SELECT {_hash(table)} FROM ONLY {table.name}) AS r (hash) "
        f"WHERE {condition} GROUP BY hash",
    )
    return Counter(dict(rows))


def _among(hashes: Iterable[int]) -> str:
    return f"hash = ANY ('{{{','.join(map(str, hashes))}}}'::pg_catalog.int8[])"


def _keep(kept: Counter[int], found: Counter[int], limit: int) -> None:
    for value, count in found.items():
        if len(kept) < limit:
            kept[value] = count


def _fetch(
    conn: Connection[Any], table: TableShape, hashes: Counter[int], limit: int
) -> dict[str, dict[str, str | None]]:
    """The rows of these hashes, by the text of their primary key, or of the whole row."""
    if not hashes:
        return {}
    values = ", ".join(map(_shown_value, table.columns))
    (rows,) = fetch_groups(
        conn,
        f"SELECT key, cells FROM (SELECT {_hash(table)}, "
        f"{_text(_key(table) or table.columns)}, ARRAY[{values}]::pg_catalog.text[] "
        f"FROM ONLY {table.name}) AS r (hash, key, cells) "
        f"WHERE {_among(hashes)} ORDER BY key LIMIT {limit}",
    )
    return {key: dict(zip(table.columns, cells, strict=True)) for key, cells in rows}


def _of_keys(
    conn: Connection[Any], table: TableShape, keys: Iterable[str]
) -> dict[str, dict[str, str | None]]:
    """The rows that have these primary keys, by their text."""
    columns, wanted = _key(table), list(keys)
    if not columns or not wanted:
        return {}
    values = ", ".join(map(_shown_value, table.columns))
    (rows,) = fetch_groups(
        conn,
        f"SELECT {_text(columns)}, ARRAY[{values}]::pg_catalog.text[] FROM ONLY {table.name} "
        f"WHERE {_text(columns)} = ANY ({sql.Literal(wanted).as_string()}::pg_catalog.text[])",
    )
    return {key: dict(zip(table.columns, cells, strict=True)) for key, cells in rows}


def _key(table: TableShape) -> tuple[str, ...]:
    """The primary key, unless two runs fill it differently."""
    return table.key if set(table.key) <= set(table.columns) else ()


def _named(
    table: TableShape,
    missing: Mapping[str, dict[str, str | None]],
    extra: Mapping[str, dict[str, str | None]],
) -> list[Difference]:
    """Rows told apart by their key: changed where both have it."""
    return [
        difference
        for key in (*missing, *(key for key in extra if key not in missing))
        for difference in _row(table, key, missing.get(key), extra.get(key))
    ]


def _row(
    table: TableShape,
    key: str,
    wanted: dict[str, str | None] | None,
    actual: dict[str, str | None] | None,
) -> Iterator[Difference]:
    columns = ", ".join(_key(table))
    name = f"{table.name} ({columns}) = {key}" if columns else table.name
    if wanted is None or actual is None:
        kind, row = ("missing", wanted) if actual is None else ("extra", actual)
        text = ", ".join(f"{column} {_shown(value)}" for column, value in (row or {}).items())
        if kind == "missing":
            yield Difference("missing", "row", name, text)
        else:
            yield Difference("extra", "row", name, actual=text)
        return
    for column in table.columns:
        if wanted[column] != actual[column]:
            expected, got = _shown(wanted[column]), _shown(actual[column])
            yield Difference("changed", "row", name, expected, got, property=column)


def _shown(value: str | None) -> str:
    if value is None:
        return "NULL"
    short = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
    return "'" + short.replace("'", "''") + "'"
