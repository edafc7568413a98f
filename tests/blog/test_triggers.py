"""The blog's triggers: as the catalog has them, and that each one really refreshes updated_at."""

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
# pg_trigger.h: TRIGGER_TYPE_ROW, TRIGGER_TYPE_BEFORE, TRIGGER_TYPE_UPDATE
FOR_EACH_ROW, BEFORE, ON_UPDATE = 1, 2, 16

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


def test_the_function(blog_connection: Connection) -> None:
    rows = blog_connection.execute(
        "SELECT lanname, prorettype::pg_catalog.regtype::text, pronargs, provolatile, prosecdef,"
        " proconfig"
        " FROM pg_catalog.pg_proc JOIN pg_catalog.pg_language ON pg_language.oid = prolang"
        " WHERE pg_proc.oid = 'updated_at_trigger()'::pg_catalog.regprocedure"
    ).fetchall()
    assert rows == [("plpgsql", "trigger", 0, "v", False, None)]


@all_tables
def test_the_only_trigger_of_the_table(blog_connection: Connection, table: str) -> None:
    """Event, timing, level, function, condition; and enabled."""
    rows = blog_connection.execute(
        "SELECT tgname, tgtype, tgfoid::pg_catalog.regprocedure::text, tgenabled, tgnargs,"
        " tgattr::text, tgqual IS NULL, pg_catalog.pg_get_triggerdef(oid, true)"
        " FROM pg_catalog.pg_trigger"
        " WHERE tgrelid = %s::pg_catalog.regclass AND NOT tgisinternal",
        [table],
    ).fetchall()
    name = f"update_{table}_timestamp"
    definition = (
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION updated_at_trigger()"
    )
    kind = FOR_EACH_ROW | BEFORE | ON_UPDATE
    assert rows == [(name, kind, "updated_at_trigger()", "O", 0, "", True, definition)]


@all_tables
def test_an_update_refreshes_updated_at_and_nothing_else(
    blog_connection: Connection, table: str
) -> None:
    insert_old_row(blog_connection, table)
    rows = run(
        blog_connection,
        "UPDATE {table} SET {column} = 'new' WHERE id = -1"
        " RETURNING id, {column}, created_at, updated_at = now(), updated_at > created_at",
        table,
    )
    assert rows == [(-1, "new", OLD, True, True)]


@all_tables
def test_an_update_cannot_set_updated_at_itself(blog_connection: Connection, table: str) -> None:
    insert_old_row(blog_connection, table)
    query = "UPDATE {table} SET updated_at = %s WHERE id = -1 RETURNING updated_at = now()"
    assert run(blog_connection, query, table, OLD) == [(True,)]


@all_tables
def test_an_update_that_changes_nothing_counts(blog_connection: Connection, table: str) -> None:
    insert_old_row(blog_connection, table)
    query = "UPDATE {table} SET {column} = {column} WHERE id = -1 RETURNING updated_at = now()"
    assert run(blog_connection, query, table) == [(True,)]


@all_tables
def test_the_trigger_fires_for_each_row(blog_connection: Connection, table: str) -> None:
    """Every row of the UPDATE is refreshed; a row it leaves out stays old."""
    for row_id in (-1, -2, -3):
        insert_old_row(blog_connection, table, row_id)
    run(
        blog_connection,
        "UPDATE {table} SET {column} = 'new' WHERE id IN (-1, -2) RETURNING id",
        table,
    )
    query = "SELECT id, updated_at = now() FROM {table} WHERE id < 0 ORDER BY id"
    assert run(blog_connection, query, table) == [(-3, False), (-2, True), (-1, True)]


@all_tables
def test_a_row_of_an_earlier_transaction_is_refreshed(
    blog_connection: Connection, table: str
) -> None:
    """The seed row was committed before this transaction began, so its time moves on."""
    before = run(blog_connection, "SELECT updated_at FROM {table} WHERE id = 1", table)
    after = run(
        blog_connection,
        "UPDATE {table} SET {column} = {column} WHERE id = 1 RETURNING updated_at",
        table,
    )
    assert len(before) == len(after) == 1
    assert after > before
