"""Sequences that a rolled back run has set: setval() is not undone with its transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from runner.connect.queries import fetch, statement
from runner.errors import RunnerError
from runner.run.context import open_again

if TYPE_CHECKING:
    from runner.connect.session import Session
    from runner.guard.effects import Inventory

# Each is locked until the end of its message: thousands would fill the server's lock table.
_AT_ONCE = 1000
_UNKNOWN = (
    " Sequences that the scripts set with setval() may have kept their new values: they could not"
    " be set back."
)


def restore(conn: Session, before: Inventory, *, reconnect: bool = True) -> str:
    """Sets sequences that are now behind their value in `before` back to it after a rollback.

    Returns a sentence for the user that names them, with a
    space before it; empty if there are none. If `conn` is closed, uses a new connection, but not
    with `reconnect` false.
    """
    if not before.sequences:
        return ""
    try:
        if conn.closed and not reconnect:
            return _UNKNOWN
        with open_again(conn) as another:
            return _report(_restore(another, before))
    except (RunnerError, psycopg.Error):
        return _UNKNOWN


def _restore(conn: Session, before: Inventory) -> list[tuple[str, int]]:
    query = sql.SQL(statement("run/restore_sequences"))
    were, found = [(oid, was.last, was.called) for oid, was in before.sequences.items()], []
    for start in range(0, len(were), _AT_ONCE):
        saved = json.dumps(were[start : start + _AT_ONCE])
        found += fetch(conn, query.format(saved=saved))
    return sorted((name, value) for name, value in found)


def _report(restored: list[tuple[str, int]]) -> str:
    if not restored:
        return ""
    listed = ", ".join(f"{name} to {value}" for name, value in restored)
    return f" The scripts had set sequences, which a rollback does not undo. Set back: {listed}."
