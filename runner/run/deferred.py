"""What the scripts run outside of a transaction: VACUUM, CLUSTER, REINDEX, ALTER SYSTEM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from runner.connect.queries import encoded, fetch
from runner.psql.maintenance import read_vacuum
from runner.psql.sql_text import catalog_name, first_words
from runner.results import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from runner.connect.session import Session
    from runner.observer import Observer
    from runner.psql.steps import Statement

_CLUSTERED = (
    "SELECT i.indrelid::pg_catalog.regclass::pg_catalog.text FROM pg_catalog.pg_index AS i"
    " WHERE i.indisclustered AND i.indrelid OPERATOR(pg_catalog.=)"
    " ANY ({}::pg_catalog.text[]::pg_catalog.regclass[])"
)


def run_deferred(
    conn: Session, statements: Sequence[Statement], made: Collection[str], observer: Observer
) -> None:
    """Runs them, after COMMIT, for the tables that the run has made, which are quoted for SQL.

    An error is a warning: all else is committed.
    """
    for statement in statements:
        (what,) = first_words(statement.text, 1)
        try:
            for command in _commands(conn, what, statement.text, made):
                conn.execute(command)
        except psycopg.Error as error:
            place = statement.source.place(statement.file_offset(0))
            name = what.decode().replace("ALTER", "ALTER SYSTEM")
            message = f"{name} has failed, after COMMIT: {str(error).strip()}"
            observer.notice(Notice("WARNING", message, place))


def _commands(conn: Session, what: bytes, text: bytes, made: Collection[str]) -> Iterator[bytes]:
    """Indexes that the run has made need no REINDEX."""
    if what == b"VACUUM":
        options, tables = read_vacuum(text)
        if names := [name for name in made if not tables or _last(name) in tables]:
            yield encoded(conn, f"VACUUM {options} {', '.join(names)}")
    elif what == b"ALTER":
        yield text
    elif what == b"CLUSTER":
        clustered = sql.SQL(_CLUSTERED).format(list(made))
        yield from (encoded(conn, f"CLUSTER {name}") for (name,) in fetch(conn, clustered))


def _last(name: str) -> str:
    """The table's own name, as in the catalog, of one that is quoted where it has to be."""
    if name.endswith('"'):
        return catalog_name('"' + name.rpartition('."')[2])
    return name.rpartition(".")[2]
