"""Find rows that differ, in memory that does not grow with the table."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from os.path import commonprefix
from typing import NamedTuple

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from runner.catalog.reader import fetch_groups
from runner.catalog.rows import cell, from_clause, row_hash, row_text
from runner.catalog.shapes import TableShape
from runner.comparison import Difference
from runner.connect.queries import encoded, statement

_Row = tuple[int, int]
_Cells = dict[str, str | None]

# Row hashes that one FETCH returns.
HASHES = 50_000
# Characters of a value that a difference shows.
_SHOWN = 300


class RowCheck(NamedTuple):
    """A comparison of a table: `wanted` rows of the reference with `actual` rows of the target.

    `missing`: report wanted rows that the target lacks. `extra`: report rows that only it has.
    """

    wanted: TableShape
    actual: TableShape
    missing: bool = True
    extra: bool = True


def compare_rows(
    reference: Connection[TupleRow],
    target: Connection[TupleRow],
    check: RowCheck,
    rows: tuple[int, int],
    *,
    limit: int = 10,
) -> tuple[list[Difference], int]:
    """Return differing rows, at most `limit` missing and `limit` extra, and the number of extra.

    `rows`: the numbers of rows in both databases. A round trip to a server reads HASHES hashes.
    """
    wanted, actual = check.wanted, check.actual
    missing, extra = list[int](), list[int]()
    missing_rows = extra_rows = 0
    for value, counts in _merged(_hashes(reference, wanted), _hashes(target, actual)):
        more = sum(counts)
        if more > 0 and check.missing:
            missing_rows += more
            missing += [value] * (len(missing) < limit)
        elif more < 0 and check.extra:
            extra_rows -= more
            extra += [value] * (len(extra) < limit)
    reference_rows = _fetch_rows(reference, wanted, _in_hashes(missing), limit)
    target_rows = _fetch_rows(target, actual, _in_hashes(extra), limit)
    if keys := actual.key and [key for key in reference_rows if key not in target_rows]:
        wanted_keys = f"key = ANY ({sql.Literal(keys).as_string()}::pg_catalog.text[])"
        target_rows |= _fetch_rows(target, actual._replace(where=""), wanted_keys, limit)
    found = list(_row_differences(actual, reference_rows, target_rows))
    is_exact = check.missing and check.extra
    most = max(missing_rows, extra_rows)
    if (is_exact and rows[0] != rows[1]) or most > limit or (most and not found):
        counts_text = f"{rows[1]} rows, {missing_rows} missing, {extra_rows} extra"
        name = actual.name
        found.insert(0, Difference("changed", "rows", name, f"{rows[0]} rows", counts_text))
    return found, extra_rows


def common_rows(
    one: Connection[TupleRow], other: Connection[TupleRow], table: TableShape
) -> TableShape | None:
    """Return the shape of the rows that both databases have; None if none, or more than HASHES."""
    hashes = _merged(_hashes(one, table), _hashes(other, table._replace(where="")))
    common = [*islice((value for value, counts in hashes if len(counts) == 2), HASHES + 1)]
    if not 0 < len(common) <= HASHES:
        return None
    return table._replace(where=_in_hashes(common, row_hash(table)))


def _in_hashes(hashes: Iterable[int], value: str = "hash") -> str:
    return f"{value} = ANY ('{{{','.join(map(str, hashes))}}}'::pg_catalog.int8[])"


def _merged(first: Iterator[_Row], second: Iterator[_Row]) -> Iterator[tuple[int, list[int]]]:
    """Yield each hash with its numbers of rows: positive for `first`, negative for `second`."""
    signed = ((value, -count) for value, count in second)
    for value, group in groupby(merge(first, signed), itemgetter(0)):
        yield value, [count for _, count in group]


def _hashes(conn: Connection[TupleRow], table: TableShape) -> Iterator[_Row]:
    """Yield the hashes of the rows in ascending order, each with its number of rows."""
    query = (
        f"SELECT hash, pg_catalog.count(*) FROM (SELECT {row_hash(table)} {from_clause(table)})"
        " AS r (hash) GROUP BY hash ORDER BY hash"
    )
    settings = statement("catalog/settings")
    declare = f"{settings} DECLARE runner_hashes NO SCROLL CURSOR FOR {query}"
    with conn.transaction(force_rollback=True):
        conn.execute(encoded(conn, declare))
        while rows := conn.execute(f"FETCH {HASHES} FROM runner_hashes".encode()).fetchall():
            yield from rows


def _fetch_rows(
    conn: Connection[TupleRow], table: TableShape, condition: str, limit: int
) -> dict[str, _Cells]:
    """Fetch the rows that meet the condition, by the text of their key, or of the row if no key."""
    # format() calls the output function of the type; a cast to text could be a user's function.
    cells = ", ".join(
        f"CASE WHEN pg_catalog.num_nulls({one}) = 0"
        f" THEN pg_catalog.format('%s', {cell(table, one)}) END"
        for one in table.columns
    )
    (rows,) = fetch_groups(
        conn,
        f"SELECT key, cells FROM (SELECT {row_hash(table)}, "
        f"{row_text(table.key or table.columns)}, ARRAY[{cells}]::pg_catalog.text[] "
        f"{from_clause(table)}) AS r (hash, key, cells) "
        f"WHERE {condition} ORDER BY key LIMIT {limit}",
    )
    return {key: dict(zip(table.columns, values, strict=True)) for key, values in rows}


def _row_differences(
    table: TableShape, missing: Mapping[str, _Cells], extra: Mapping[str, _Cells]
) -> Iterator[Difference]:
    """Yield a difference for each row; for each column if both databases have the row's key."""
    columns = ", ".join(table.key)
    for key in (*missing, *(key for key in extra if key not in missing)):
        name = f"{table.name} ({columns}) = {key}" if columns else table.name
        wanted, actual = missing.get(key), extra.get(key)
        if wanted is not None and actual is not None:
            for column in table.columns:
                values = wanted[column], actual[column]
                if values[0] != values[1]:
                    # Long values are shown from a little before the first difference.
                    same = len(commonprefix([value or "" for value in values]))  # noqa: RUF071, no paths
                    a, b = (_literal(value, max(same - _SHOWN // 3, 0)) for value in values)
                    yield Difference("changed", "row", name, a, b, property=column)
        elif wanted is not None:
            yield Difference("missing", "row", name, _row_literal(wanted))
        elif actual is not None:
            yield Difference("extra", "row", name, actual=_row_literal(actual))


def _row_literal(row: _Cells) -> str:
    return ", ".join(f"{column} {_literal(value)}" for column, value in row.items())


def _literal(value: str | None, first: int = 0) -> str:
    if value is None:
        return "NULL"
    if len(value) > _SHOWN:
        last = first + _SHOWN
        value = f"{'...' * (first > 0)}{value[first:last]}{'...' * (last < len(value))}"
    return "'" + value.replace("'", "''") + "'"
