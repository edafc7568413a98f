"""The blog's triggers: each one refreshes updated_at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from psycopg import sql

if TYPE_CHECKING:
    from psycopg import Connection

# Table -> a column that a test may write text to.
TABLES = {"social_accounts": "username", "users": "name", "posts": "title", "comments": "content"}
# now() stands still within a transaction, so the rows that the triggers refresh are old ones.
OLD = datetime(2000, 1, 1, tzinfo=UTC)

all_tables = pytest.mark.parametrize("table", TABLES)


def run(conn: Connection, query: str, table: str, *params: object) -> list[tuple[object, ...]]:
    """`query` with {table} and {column} filled in; the rows it returns."""
    names = {"table": sql.Identifier(table), "column": sql.Identifier(TABLES[table])}
    return conn.execute(sql.SQL(query).format(**names), params).fetchall()


def insert_old_row(conn: Connection, table: str, row_id: int = -1) -> None:
    """A row of the year 2000 that no sequence gave its id; an INSERT leaves updated_at alone."""
    rows = run(
        conn,
        "INSERT INTO {table} (id, {column}, created_at, updated_at) VALUES (%s, 'old', %s, %s)"
        " RETURNING updated_at",
        table,
        *(row_id, OLD, OLD),
    )
    assert rows == [(OLD,)]


@all_tables
def test_an_update_refreshes_updated_at_and_nothing_else(
    runner_transaction: Connection, table: str
) -> None:
    insert_old_row(runner_transaction, table)
    rows = run(
        runner_transaction,
        "UPDATE {table} SET {column} = 'new' WHERE id = -1"
        " RETURNING id, {column}, created_at, updated_at = now(), updated_at > created_at",
        table,
    )
    assert rows == [(-1, "new", OLD, True, True)]


@all_tables
def test_an_update_cannot_set_updated_at_itself(runner_transaction: Connection, table: str) -> None:
    insert_old_row(runner_transaction, table)
    query = "UPDATE {table} SET updated_at = %s WHERE id = -1 RETURNING updated_at = now()"
    assert run(runner_transaction, query, table, OLD) == [(True,)]


@all_tables
def test_an_update_that_changes_nothing_counts(runner_transaction: Connection, table: str) -> None:
    insert_old_row(runner_transaction, table)
    query = "UPDATE {table} SET {column} = {column} WHERE id = -1 RETURNING updated_at = now()"
    assert run(runner_transaction, query, table) == [(True,)]


@all_tables
def test_the_trigger_fires_for_each_row(runner_transaction: Connection, table: str) -> None:
    """Every row of the UPDATE is refreshed; a row it leaves out stays old."""
    for row_id in (-1, -2, -3):
        insert_old_row(runner_transaction, table, row_id)
    run(
        runner_transaction,
        "UPDATE {table} SET {column} = 'new' WHERE id IN (-1, -2) RETURNING id",
        table,
    )
    query = "SELECT id, updated_at = now() FROM {table} WHERE id < 0 ORDER BY id"
    assert run(runner_transaction, query, table) == [(-3, False), (-2, True), (-1, True)]


@all_tables
def test_a_row_of_an_earlier_transaction_is_refreshed(
    runner_transaction: Connection, table: str
) -> None:
    """The seed row was committed before this transaction began, so its time moves on."""
    before = run(runner_transaction, "SELECT updated_at FROM {table} WHERE id = 1", table)
    after = run(
        runner_transaction,
        "UPDATE {table} SET {column} = {column} WHERE id = 1 RETURNING updated_at",
        table,
    )
    assert len(before) == len(after) == 1
    assert after > before
