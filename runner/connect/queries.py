"""The runner's own statements: their files, search_path, encoding and answers."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import Connection, sql
    from psycopg.rows import TupleRow

# A role that may create in a schema of the search_path could put an operator, a function or a type
# there that fits better than the one of pg_catalog (CVE-2018-1058). So the runner's own statements
# run with this path. Outside a transaction block it is in effect to the end of the message, which
# is an implicit one (exec_simple_query in src/backend/tcop/postgres.c).
PATH = "SET LOCAL search_path = pg_catalog, pg_temp;"
# The same inside a transaction, whose scripts go on with their own path. Nothing here is looked up
# in it. Each gives an empty result: a row would be taken for an answer.
_PIN = (
    "SELECT FROM (SELECT pg_catalog.set_config('runner.search_path',"
    " pg_catalog.current_setting('search_path'), true),"
    " pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true) OFFSET 0) AS s (saved, own)"
    " WHERE s.saved IS NULL;"
)
_UNPIN = (
    "SELECT FROM (SELECT pg_catalog.set_config('search_path',"
    " pg_catalog.current_setting('runner.search_path'), true) OFFSET 0) AS s (restored)"
    " WHERE s.restored IS NULL;"
)


def pinned(*commands: str) -> tuple[str, ...]:
    """The commands of the runner's own, between those that set search_path and put it back."""
    return (_PIN, *commands, _UNPIN)


def fetch(conn: Connection[TupleRow], query: str | sql.Composed) -> list[TupleRow]:
    """The rows of one query of the runner's own, in one message, in a transaction or outside."""
    text = query if isinstance(query, str) else query.as_string(conn)
    text = f"{text.rstrip().removesuffix(';')};"
    cursor = conn.execute(encoded(conn, " ".join(pinned(text))))
    cursor.nextset()
    return decoded(conn, cursor.fetchall())


@cache
def statement(name: str) -> str:
    """The text of a package's file: `guard/effects` is that of `guard/sql/effects.sql`."""
    package, file = name.split("/")
    return resources.files("runner").joinpath(package, "sql", f"{file}.sql").read_text("utf-8")


def no_timeouts(conn: Connection[TupleRow]) -> str:
    """The commands after which no timeout of a role or database ends the transaction.

    It may have to wait for another one, and it holds all statements of the scripts.
    """
    found = "SET LOCAL idle_in_transaction_session_timeout = 0;"
    if conn.info.server_version >= 170000:
        found += " SET LOCAL transaction_timeout = 0;"
    return found


def first_rows(conn: Connection[TupleRow], statements: str) -> list[TupleRow]:
    """The first row of each result set that has one, of statements that go in one message.

    In a database in SQL_ASCII text has no known encoding: its bytes come back as they are.
    """
    cursor = conn.execute(encoded(conn, statements))
    rows: list[TupleRow] = []
    while True:
        if cursor.description is not None and (row := cursor.fetchone()) is not None:
            rows += decoded(conn, [row])
        if not cursor.nextset():
            return rows


def is_restricted(conn: Connection[TupleRow]) -> bool:
    """Whether the session's role is no superuser."""
    return conn.pgconn.parameter_status(b"is_superuser") == b"off"


def codec(conn: Connection[TupleRow]) -> str:
    """Python's name of the session's encoding; in SQL_ASCII most text is UTF-8."""
    return "utf-8" if conn.info.encoding == "ascii" else conn.info.encoding


def encoded(conn: Connection[TupleRow], statements: str) -> bytes:
    """Text in the session's encoding; bytes that could not be decoded are sent unchanged.

    A character that the encoding lacks becomes `&#N;`, so that no other name is meant by it.
    """
    try:
        return statements.encode(codec(conn), "surrogateescape")
    except UnicodeEncodeError:
        return statements.encode(codec(conn), "xmlcharrefreplace")


def decoded(conn: Connection[TupleRow], rows: list[TupleRow]) -> list[TupleRow]:
    """Rows with decoded text, in a database in SQL_ASCII as well."""
    if conn.info.encoding != "ascii":
        return rows
    return [tuple(map(_decoded, row)) for row in rows]


def _decoded(value: object) -> object:
    if isinstance(value, list):
        return [_decoded(one) for one in value]
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
