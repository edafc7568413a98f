"""The runner's own queries: their files, search_path, encoding and results."""

from __future__ import annotations

from functools import cache

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from runner.texts import read_text

# A role with CREATE on a schema of the search_path could create an operator, a function or a type
# that takes precedence over the one of pg_catalog (CVE-2018-1058). So the runner's own queries run
# with this path. Outside a transaction block it lasts to the end of the message, which is an
# implicit transaction block (exec_simple_query in src/backend/tcop/postgres.c).
SET_PATH = "SET LOCAL search_path = pg_catalog, pg_temp;"


def pinned(*commands: str, refused: str = "view") -> tuple[str, ...]:
    """Return the commands between those that pin and restore search_path.

    And extra_float_digits: with less than 1, different numbers have the same text. Relations of the
    kind `refused` cannot be read, but those of pg_catalog; "" for commands that need views.
    """
    pin = statement("connect/pin").format(refused=refused)
    return pin, *commands, statement("connect/unpin")


def fetch(
    conn: Connection[TupleRow], query: str | sql.Composed, refused: str = "view"
) -> list[TupleRow]:
    """Return the rows of one of the runner's own queries, sent in one message: see `pinned`."""
    text = query if isinstance(query, str) else query.as_string(conn)
    return all_rows(conn, " ".join(pinned(f"{text.rstrip().removesuffix(';')};", refused=refused)))


@cache
def statement(name: str) -> str:
    """Return the text of a package's file: `guard/effects` is guard/sql/effects.sql."""
    package, file = name.split("/")
    return read_text(f"{package}/sql/{file}.sql")


def no_timeouts(conn: Connection[TupleRow]) -> str:
    """Return the commands that disable the timeouts which could end the transaction.

    It may wait for another session's transaction, and it holds all statements of the scripts.
    """
    found = "SET LOCAL idle_in_transaction_session_timeout = 0;"
    if conn.info.server_version >= 170000:
        found += " SET LOCAL transaction_timeout = 0;"
    return found


def all_rows(conn: Connection[TupleRow], statements: str) -> list[TupleRow]:
    """Return the rows of all result sets of statements sent in one message.

    In a SQL_ASCII database text has no known encoding: undecodable bytes are kept.
    """
    cursor = conn.execute(encoded(conn, statements))
    rows: list[TupleRow] = []
    while True:
        if cursor.description is not None:
            rows += decoded(conn, cursor.fetchall())
        if not cursor.nextset():
            return rows


def is_restricted(conn: Connection[TupleRow]) -> bool:
    """Return whether the session's role is not a superuser."""
    return conn.pgconn.parameter_status(b"is_superuser") == b"off"


def codec(conn: Connection[TupleRow]) -> str:
    """Return Python's name of the session's encoding; SQL_ASCII is read as UTF-8."""
    return "utf-8" if conn.info.encoding == "ascii" else conn.info.encoding


def encoded(conn: Connection[TupleRow], statements: str) -> bytes:
    """Encode text for the session; bytes that could not be decoded are sent unchanged.

    A character that the encoding lacks becomes `&#N;`, so that a name never becomes another.
    """
    try:
        return statements.encode(codec(conn), "surrogateescape")
    except UnicodeEncodeError:
        return statements.encode(codec(conn), "xmlcharrefreplace")


def decoded(conn: Connection[TupleRow], rows: list[TupleRow]) -> list[TupleRow]:
    """Return the rows with decoded text, also from a SQL_ASCII database."""
    if conn.info.encoding != "ascii":
        return rows
    return [tuple(map(_decoded, row)) for row in rows]


def _decoded(value: object) -> object:
    if isinstance(value, list):
        return [_decoded(one) for one in value]
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
