"""The server refuses in a transaction what `check` says it does, and nothing that it passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.unit.findings import check, folder_of
from tests.unit.test_findings import ALLOWED, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator
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
