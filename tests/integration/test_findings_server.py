"""The server refuses in a transaction what `check` says it does, and nothing that it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.servers import unique_name
from tests.unit.findings import check, folder_of
from tests.unit.test_findings import ALLOWED, PERHAPS, REFUSED, RIGHTS, SURE_USES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server

OBJECTS = """
create table t (i int); create index x on t (i); create index concurrently_x on t (i);
create table p (i int) partition by range (i);
create table q partition of p for values from (0) to (1);
create type mood as enum ('ok');
"""
# They need a subscription that works, and so a publisher.
UNTRIED = {statement for statement in REFUSED if statement.startswith("ALTER SUBSCRIPTION")}
# Syntax that came later than version 12.
SINCE = {
    "ALTER TABLE p DETACH PARTITION q CONCURRENTLY": 14,
    "REINDEX (CONCURRENTLY) TABLE t": 14,
    "REINDEX (VERBOSE, CONCURRENTLY true) TABLE t": 14,
}


@pytest.fixture(scope="module")
def database(module_database: str) -> str:
    """The conninfo of a database with what the statements name."""
    with psycopg.connect(module_database) as conn:
        conn.execute(OBJECTS)
    return module_database


@pytest.fixture
def conn(database: str) -> Iterator[psycopg.Connection]:
    """A connection in a transaction, which is rolled back."""
    with psycopg.connect(database) as conn:
        conn.execute("SELECT 1")
        yield conn
        conn.rollback()


@pytest.mark.parametrize("statement", sorted(REFUSED.keys() - UNTRIED))
def test_the_server_refuses_it(conn: psycopg.Connection, server: Server, statement: str) -> None:
    if server.version < SINCE.get(statement, 0):
        pytest.skip(f"came with version {SINCE[statement]}")
    with pytest.raises(psycopg.errors.ActiveSqlTransaction):
        conn.execute(statement.encode())


@pytest.mark.parametrize("statement", ALLOWED)
def test_the_server_does_not_refuse_what_is_passed(
    conn: psycopg.Connection, statement: str
) -> None:
    """It may have other reasons, such as a table that is not there."""
    sqlstate = None
    try:
        conn.execute(statement.encode())
    except psycopg.Error as error:
        sqlstate = error.sqlstate
    assert sqlstate != "25001"


def test_a_do_block_that_commits_is_refused(conn: psycopg.Connection, tmp_path: Path) -> None:
    text = "DO $$ BEGIN COMMIT; END $$;"
    assert len(check(folder_of(tmp_path, text))) == 1
    with pytest.raises(psycopg.errors.InvalidTransactionTermination):
        conn.execute(text)


@pytest.mark.parametrize("use", SURE_USES)
def test_a_new_value_is_refused_where_it_is_used(conn: psycopg.Connection, use: str) -> None:
    conn.execute("ALTER TYPE mood ADD VALUE 'happy'")
    with pytest.raises(psycopg.errors.UnsafeNewEnumValueUsage):
        conn.execute(use.encode())


def test_a_new_value_as_text_is_not_refused(conn: psycopg.Connection) -> None:
    conn.execute("ALTER TYPE mood ADD VALUE 'happy'")
    conn.execute(PERHAPS[0].encode())


def test_settings_that_need_a_superuser_are_the_servers(
    conn: psycopg.Connection, tmp_path: Path
) -> None:
    """All that a server lets only superusers set, but for what exists to debug the server."""
    names = conn.execute(
        "SELECT name FROM pg_settings WHERE context = 'superuser'"
        " AND name !~ '^(jit|debug)_|^wal_consistency_checking$|^lc_|^trace_'"
    ).fetchall()
    missed = [
        name
        for (name,) in names
        if not any(
            one.rights or one.severity == "error"
            for one in check(folder_of(tmp_path, f"SET {name} = 1;"))
        )
    ]
    assert missed == []


def test_who_is_no_superuser_is_refused(
    admin: psycopg.Connection, make_database: Callable[..., str]
) -> None:
    name = unique_name()
    role = sql.Identifier(name)
    admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE").format(role))
    try:
        found = {}
        with psycopg.connect(make_conninfo(make_database(owner=name), user=name)) as conn:
            for statement in RIGHTS:
                try:
                    conn.execute(statement.encode())
                except psycopg.Error as error:
                    found[statement] = error.sqlstate
                conn.rollback()
        others = {one: found.get(one) for one in RIGHTS if found.get(one) != "42501"}
        # A role, database, table, function, language or extension that is not there is seen first.
        assert set(others.values()) <= {"22023", "42704", "3D000", "42P01", "0A000", "42883"}
        assert len(others) < 14
    finally:
        admin.execute(sql.SQL("DROP OWNED BY {}").format(role))
