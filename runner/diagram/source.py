"""Reads the model from a database: what the scripts have built, or a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import pq

from runner.catalog.reader import read_snapshot
from runner.catalog.rows import cell, read_each
from runner.check.definitions import definitions
from runner.check.scripts import read_scripts
from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.diagram.model import Link, Model, Rows, Sources, model_of
from runner.rehearsal.rehearsal import built
from runner.scripts.folder import read_folders
from runner.verify.definitions import DefinitionIndex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.catalog.shapes import TableShape
    from runner.comparison import Defined
    from runner.observer import Observer
    from runner.settings import Settings


# Rows of a table that are shown, and characters of each value.
_FIRST, _LONGEST = 5, 200


def scripts_model(settings: Settings, observer: Observer) -> Model:
    """What the scripts build, with the places of its definitions and the first rows.

    Raises UsageError, FindingsError, and what the scripts raise when they run.
    """
    folder = read_folders(settings.scripts, allow_shell=settings.allow_shell)
    in_transaction = settings.transaction == "all"
    reading = read_scripts(folder, settings.variables, in_transaction=in_transaction)
    defined = [one for one, _ in definitions(folder, settings.variables)]
    with built(settings, folder, reading, observer) as conn, session.errors_converted():
        return _read(conn, defined)


def target_model(conninfo: str, settings: Settings, observer: Observer) -> Model:
    """What a database holds, without any rows. Raises what connecting raises."""
    timeout = settings.connect_timeout
    with (
        session.connect(conninfo, connect_timeout=timeout, observer=observer) as conn,
        session.errors_converted(),
    ):
        return _read(conn, None)


def _read(conn: session.Session, defined: Sequence[Defined] | None) -> Model:
    """The model; with `defined`, the statements of the scripts, also rows and places."""
    if conn.info.transaction_status == pq.TransactionStatus.IDLE:
        conn.execute("BEGIN READ ONLY")
    snapshot = read_snapshot(conn)
    links = [Link(kind, *ends) for kind, *ends in fetch(conn, statement("diagram/links"))]
    keys: dict[str, list[str]] = dict(fetch(conn, statement("diagram/keys")))
    functions: dict[str, str] = dict(fetch(conn, statement("diagram/trigger_functions")))
    rows = {} if defined is None else _rows(conn, snapshot.tables)
    index = DefinitionIndex(defined or (), snapshot)

    def place(kind: str, name: str) -> str | None:
        one = index.find_object(kind, name)
        return f"{one.script}:{one.line}" if one else None

    return model_of(Sources(snapshot, links, keys, functions, rows, place))


def _rows(conn: session.Session, tables: Sequence[TableShape]) -> Mapping[str, Rows]:
    answers = read_each(conn, [_rows_query(table) for table in tables])
    return {
        table.name: Rows(number, first or [])
        for table, (number, first) in zip(tables, answers, strict=True)
    }


def _rows_query(table: TableShape) -> str:
    """The number of rows, and the first as arrays of text; the time of the run is `now()`."""
    cells = (f"left(({cell(table, one)})::text, {_LONGEST})" for one in table.columns)
    order = f"ORDER BY {', '.join(table.key)} " if table.key else ""
    return (
        f"SELECT (SELECT count(*) FROM ONLY {table.name}), (SELECT json_agg(r.cells) FROM ("  # noqa: S608, quoted by the server
        f"SELECT ARRAY[{', '.join(cells)}]::text[] FROM ONLY {table.name}"
        f" {order}LIMIT {_FIRST}) AS r (cells))"
    )
