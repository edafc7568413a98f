"""A database of its own to look for differences in, and its catalog after changes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from runner.catalog.reader import read_snapshot
from runner.connect import session
from runner.observer import Observer
from tests.integration.everything import database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.catalog.snapshot import Snapshot
    from runner.connect.session import Session
    from tests.servers import Server


@contextmanager
def session_of(server: Server, *scripts: str) -> Iterator[Session]:
    """A session with a new database that the scripts have filled."""
    with (
        database(server, *scripts) as conninfo,
        session.connect(conninfo, connect_timeout=10, observer=Observer()) as conn,
    ):
        yield conn


def after(conn: Session, *changes: str) -> Snapshot:
    """Begins a transaction and makes the changes; returns the catalog."""
    conn.rollback()
    conn.execute(b"BEGIN")
    for change in changes:
        conn.execute(change.encode())
    return read_snapshot(conn)
