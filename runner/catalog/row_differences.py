"""The rows that differ in a table whose digests differ; memory does not grow with the table."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from psycopg import sql

from runner.catalog.reader import fetch_groups
from runner.catalog.rows import cell, from_table, row_hash, row_text
from runner.catalog.shapes import TableShape
from runner.comparison import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from psycopg import Connection
    from psycopg.rows import TupleRow

    Row = dict[str, str | None]


# Hashes of one table that are held at the same time.
HASHES = 50_000
# The digest of each such bucket tells whether the rows in it are equal.
_BUCKET = "hash & 4095"
# Characters of a value that are shown.
_SHOWN = 300


class RowCheck(NamedTuple):
    """Rows of a table that are compared: those wanted in the reference, those in the target.

    With `missing` each wanted row must be there as often, with `extra` there must be no other.
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
    """Return the rows that differ, at most `limit` in each direction, and how many are extra.

    `rows` are the numbers of rows in both. Hashes are compared in parts, in one round trip to
    each server for HASHES rows that may differ.
    """
    wanted, actual = check.wanted, check.actual
    missing, extra = Counter[int](), Counter[int]()
    missing_rows = extra_rows = 0
    compared = [count for count, is_all in zip(rows, check[2:], strict=True) if is_all]
    for part in _differing_parts(reference, target, check, max(compared)):
        if check.missing:
            here = _hashes(reference, wanted, part)
            there = _hashes(target, actual, part if check.extra else _is_one_of(here))
        else:
            there = _hashes(target, actual, part)
            here = _hashes(reference, wanted, _is_one_of(there))
        absent = here - there if check.missing else Counter[int]()
        more = there - here if check.extra else Counter[int]()
        missing_rows += absent.total()
        extra_rows += more.total()
        _keep(missing, absent, limit)
        _keep(extra, more, limit)
    lost = _rows_by_hash(reference, wanted, missing, limit)
    others = _rows_by_hash(target, actual, extra, limit)
    others |= _rows_by_key(target, actual, lost.keys() - others.keys())
    found = list(_row_differences(actual, lost, others))
    is_exact = check.missing and check.extra
    most = max(missing_rows, extra_rows)
    if (is_exact and rows[0] != rows[1]) or most > limit or (most and not found):
        counts = f"{rows[1]} rows, {missing_rows} missing, {extra_rows} extra"
        name = actual.name
        found.insert(0, Difference("changed", "rows", name, f"{rows[0]} rows", counts))
    return found, extra_rows


def common_rows(
    one: Connection[TupleRow], other: Connection[TupleRow], table: TableShape
) -> TableShape | None:
    """Return the shape of those rows that are in both databases; None if there are none.

    None, too, if there are more than HASHES.
    """
    there = _hashes(other, table._replace(where=""), "true")
    common = _hashes(one, table, "true").keys() & there.keys()
    if not 0 < len(common) <= HASHES:
        return None
    return table._replace(where=_is_one_of(common, row_hash(table)))


def _differing_parts(
    reference: Connection[TupleRow],
    target: Connection[TupleRow],
    check: RowCheck,
    rows: int,
) -> Iterator[str]:
    """Yield conditions for parts of about HASHES of so many rows; what is equal is left out."""
    if rows <= HASHES:
        yield "true"
        return
    here = _buckets(reference, check.wanted)
    there = _buckets(target, check.actual)
    part: list[int] = []
    held = 0
    for bucket in (*here, *(there.keys() - here.keys())):
        counts = (digests.get(bucket, (0, 0))[0] for digests in (here, there))
        size = max(n for n, is_all in zip(counts, check[2:], strict=True) if is_all)
        if size and here.get(bucket) != there.get(bucket):
            part.append(bucket)
            held += size
        if held >= HASHES:
            yield _is_one_of(part, _BUCKET)
            part, held = [], 0
    if part:
        yield _is_one_of(part, _BUCKET)


def _buckets(conn: Connection[TupleRow], table: TableShape) -> dict[int, tuple[int, Decimal]]:
    """Read a digest of each bucket of hashes."""
    (rows,) = fetch_groups(
        conn,
        f"SELECT {_BUCKET}, pg_catalog.count(*), pg_catalog.sum(hash)"
        f" FROM (SELECT {row_hash(table)} {from_table(table)}) AS r (hash) GROUP BY 1",
    )
    return {bucket: (count, digest) for bucket, count, digest in rows}


def _is_one_of(hashes: Iterable[int], value: str = "hash") -> str:
    return f"{value} = ANY ('{{{','.join(map(str, hashes))}}}'::pg_catalog.int8[])"


def _hashes(conn: Connection[TupleRow], table: TableShape, condition: str) -> Counter[int]:
    (rows,) = fetch_groups(
        conn,
        "SELECT hash, pg_catalog.count(*) "
        f"FROM (SELECT {row_hash(table)} {from_table(table)}) AS r (hash) "
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
        f"{row_text(table.key or table.columns)}, {_cells(table)} "
        f"{from_table(table)}) AS r (hash, key, cells) "
        f"WHERE {_is_one_of(hashes)} ORDER BY key LIMIT {limit}",
    )
    return {key: dict(zip(table.columns, cells, strict=True)) for key, cells in rows}


def _rows_by_key(
    conn: Connection[TupleRow], table: TableShape, keys: Iterable[str]
) -> dict[str, Row]:
    """Fetch the rows that have these primary keys, by their text."""
    columns, wanted = table.key, list(keys)
    if not columns or not wanted:
        return {}
    (rows,) = fetch_groups(
        conn,
        f"SELECT key, cells FROM (SELECT {row_text(columns)}, {_cells(table)} "
        f"FROM ONLY {table.name}) AS r (key, cells) "
        f"WHERE key = ANY ({sql.Literal(wanted).as_string()}::pg_catalog.text[])",
    )
    return {key: dict(zip(table.columns, cells, strict=True)) for key, cells in rows}


def _cells(table: TableShape) -> str:
    # format() calls the output function of the type; a cast to text could be a user's function.
    cells = (
        f"CASE WHEN pg_catalog.num_nulls({one}) = 0"
        f" THEN pg_catalog.format('%s', {cell(table, one)}) END"
        for one in table.columns
    )
    return f"ARRAY[{', '.join(cells)}]::pg_catalog.text[]"


def _row_differences(
    table: TableShape, missing: Mapping[str, Row], extra: Mapping[str, Row]
) -> Iterator[Difference]:
    """Yield a difference for each row, or for each column where both have the key."""
    columns = ", ".join(table.key)
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
