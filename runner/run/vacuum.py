"""VACUUM of the scripts, after COMMIT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from runner.connect.queries import encoded
from runner.psql.maintenance import read_vacuum
from runner.psql.sql_text import catalog_name
from runner.results import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from runner.connect.session import Session
    from runner.observer import Observer
    from runner.psql.steps import Statement


def vacuum(
    conn: Session, statements: Sequence[Statement], made: Collection[str], observer: Observer
) -> None:
    """Runs them for the tables that the run has made, whose names are quoted for SQL.

    An error is a warning: all else is committed.
    """
    for statement in statements:
        options, tables = read_vacuum(statement.text)
        names = [name for name in made if not tables or _last(name) in tables]
        try:
            if names:
                conn.execute(encoded(conn, f"VACUUM {options} {', '.join(names)}"))
        except psycopg.Error as error:
            place = statement.source.place(statement.file_offset(0))
            message = f"VACUUM has failed, after COMMIT: {str(error).strip()}"
            observer.notice(Notice("WARNING", message, place))


def _last(name: str) -> str:
    """The table's own name, as in the catalog, of one that is quoted where it has to be."""
    if name.endswith('"'):
        return catalog_name('"' + name.rpartition('."')[2])
    return name.rpartition(".")[2]
