"""The rows that differ in a table whose digests differ; memory does not grow with the table."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from psycopg import sql

from runner.catalog.reader import fetch_groups
from runner.catalog.rows import row_hash, row_text
from runner.comparison import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from psycopg import Connection
    from psycopg.rows import TupleRow

    from runner.catalog.snapshot import TableShape

    Row = dict[str, str | None]


# Hashes of one table that are held at the same time.
HASHES = 50_000
# Characters of a value that are shown.
_SHOWN = 300


def compare_rows(
    reference: Connection[TupleRow],
    target: Connection[TupleRow],
    table: TableShape,
    rows: tuple[int, int],
    *,
    exact: bool,
    limit: int = 10,
) -> tuple[Difference, ...]:
    """Return the rows that differ, at most `limit` in each direction, and their numbers.

    Each row of the reference must be in the target as often; with `exact` the target must have no
    other rows. `rows` are the numbers of rows in both. Hashes are compared in parts, in one round
    trip to each server for HASHES rows.
    """
    missing, extra = Counter[int](), Counter[int]()
    missing_rows = extra_rows = 0
    for condition in _parts(max(rows if exact else rows[:1])):
        wanted = _hashes(reference, table, condition)
        found = _hashes(target, table, condition if exact else _is_one_of(wanted))
        absent, more = wanted - found, found - wanted if exact else Counter[int]()
        missing_rows += absent.total()
        extra_rows += more.total()
        _keep(missing, absent, limit)
        _keep(extra, more, limit)
    lost = _rows_by_hash(reference, table, missing, limit)
    if exact:
        others = _rows_by_hash(target, table, extra, limit)
    else:
        others = _rows_by_key(target, table, lost)
    head: tuple[Difference, ...] = ()
    if (exact and rows[0] != rows[1]) or max(missing_rows, extra_rows) > limit:
        counts = f"{rows[1]} rows, {missing_rows} missing, {extra_rows} extra"
        head = (Difference("changed", "rows", table.name, f"{rows[0]} rows", counts),)
    return (*head, *_row_differences(table, lost, others))


def _parts(rows: int) -> Iterator[str]:
    """Yield conditions that divide so many rows into parts of about HASHES rows."""
    parts = 1
    while rows > parts * HASHES:
        parts *= 2
    for part in range(parts):
        yield f"hash & {parts - 1} = {part}"


def _is_one_of(hashes: Iterable[int]) -> str:
    return f"hash = ANY ('{{{','.join(map(str, hashes))}}}'::pg_catalog.int8[])"


def _hashes(conn: Connection[TupleRow], table: TableShape, condition: str) -> Counter[int]:
    (rows,) = fetch_groups(
        conn,
        "SELECT hash, pg_catalog.count(*) "
        f"FROM (SELECT {row_hash(table)} FROM ONLY {table.name}) AS r (hash) "
        f"WHERE {condition} GROUP BY hash",
    )
    return Counter(dict(rows))


def _keep(kept: Counter[int], found: Counter[int], limit: int) -> None:
    for value, count in found.items():
        if len(kept) < limit:
            kept[value] = count


def _rows_by_hash(
    conn: Connection[TupleRow], table: TableShape, hashes: Counter[int], limit: int
) -> dict[str, Row]:
    """Fetch the rows that have these hashes, by the text of their primary key or else the row."""
    if not hashes:
        return {}
    (rows,) = fetch_groups(
        conn,
        f"SELECT key, cells FROM (SELECT {row_hash(table)}, "
        f"{row_text(_key(table) or table.columns)}, {_cells(table)} "
        f"FROM ONLY {table.name}) AS r (hash, key, cells) "
        f"WHERE {_is_one_of(hashes)} ORDER BY key LIMIT {limit}",
    )
    return {key: dict(zip(table.columns, cells, strict=True)) for key, cells in rows}


def _rows_by_key(
    conn: Connection[TupleRow], table: TableShape, keys: Iterable[str]
) -> dict[str, Row]:
    """Fetch the rows that have these primary keys, by their text."""
    columns, wanted = _key(table), list(keys)
    if not columns or not wanted:
        return {}
    (rows,) = fetch_groups(
        conn,
        f"SELECT {row_text(columns)}, {_cells(table)} FROM ONLY {table.name} "
        f"WHERE {row_text(columns)} = ANY ({sql.Literal(wanted).as_string()}::pg_catalog.text[])",
    )
    return {key: dict(zip(table.columns, cells, strict=True)) for key, cells in rows}


def _cells(table: TableShape) -> str:
    return f"ARRAY[{', '.join(map(_cell, table.columns))}]::pg_catalog.text[]"


def _cell(column: str) -> str:
    # format() calls the output function of the type; a cast to text could be a user's function.
    text = f"pg_catalog.format('%s', {column})"
    return f"CASE WHEN pg_catalog.num_nulls({column}) = 0 THEN {text} END"


def _key(table: TableShape) -> tuple[str, ...]:
    """Return the primary key, or nothing if two builds fill it with different values."""
    return table.key if set(table.key) <= set(table.columns) else ()


def _row_differences(
    table: TableShape, missing: Mapping[str, Row], extra: Mapping[str, Row]
) -> Iterator[Difference]:
    """Yield a difference for each row, or for each column where both have the key."""
    columns = ", ".join(_key(table))
    for key in (*missing, *(key for key in extra if key not in missing)):
        name = f"{table.name} ({columns}) = {key}" if columns else table.name
        wanted, actual = missing.get(key), extra.get(key)
        if wanted is not None and actual is not None:
            yield from _column_differences(table, name, wanted, actual)
        elif wanted is not None:
            yield Difference("missing", "row", name, _row_literal(wanted))
        elif actual is not None:
            yield Difference("extra", "row", name, actual=_row_literal(actual))


def _column_differences(
    table: TableShape, name: str, wanted: Row, actual: Row
) -> Iterator[Difference]:
    for column in table.columns:
        if wanted[column] != actual[column]:
            values = _literal(wanted[column]), _literal(actual[column])
            yield Difference("changed", "row", name, *values, property=column)


def _row_literal(row: Row) -> str:
    return ", ".join(f"{column} {_literal(value)}" for column, value in row.items())


def _literal(value: str | None) -> str:
    if value is None:
        return "NULL"
    short = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."
    return "'" + short.replace("'", "''") + "'"
