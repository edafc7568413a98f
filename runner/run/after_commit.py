"""After COMMIT: its outcome if the connection was lost, and commands that no transaction allows."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg
from psycopg import sql

from runner.connect import session
from runner.connect.queries import fetch
from runner.connect.session import Session
from runner.errors import OutcomeUnknown, RunnerError
from runner.observer import Observer
from runner.psql.sql_text import first_words
from runner.psql.steps import Statement
from runner.results import Notice
from runner.run import other_runs
from runner.settings import Settings

_PATIENCE = 10.0


def was_committed(
    conninfo: str, xid: int, settings: Settings, observer: Observer, recorded_at: str | None = None
) -> bool:
    """Ask on a new connection whether the transaction with the 64-bit id `xid` was committed.

    `recorded_at` is the time at which the run began, if it was to be recorded in the registry.
    Raises OutcomeUnknown when the answer could not be had within the connect timeout.
    """
    observer.note("the connection broke during COMMIT; asking for its outcome")
    timeout = settings.connect_timeout
    deadline = time.monotonic() + (timeout or _PATIENCE)
    while True:
        try:
            with session.connect(conninfo, connect_timeout=timeout, observer=observer) as conn:
                status = _status(conn, xid)
                if status == "in progress" and _has_ended(conn, timeout or _PATIENCE):
                    # A crash has ended what seems to run; its id may have been assigned again.
                    now = _status(conn, xid)
                    status = "aborted" if now == "in progress" else now
                if status == "committed" and recorded_at:
                    found = _recorded(conn, settings.registry_schema, xid, recorded_at)
                    status = status if found else "aborted"
            break
        except (RunnerError, psycopg.Error) as error:
            # A crashing server may still accept a session and then end it.
            if not isinstance(error, psycopg.OperationalError) or time.monotonic() >= deadline:
                # "from None": an error of the driver shows where it was connected to.
                raise _unknown(xid, str(error).strip()) from None
    if status not in ("committed", "aborted"):
        raise _unknown(xid, f"The server says: {status or 'too long ago to know'}.")
    return status == "committed"


def _status(conn: Session, xid: int) -> str | None:
    """Ask pg_xact_status() under its old name, which version 12 has as well.

    A replica may lag behind: only `committed` is certain there.
    """
    in_recovery = fetch(conn, "SELECT pg_catalog.pg_is_in_recovery()") != [(False,)]
    try:
        ((status,),) = fetch(conn, f"SELECT pg_catalog.txid_status({xid:d})")
    except psycopg.errors.InvalidParameterValue:
        # An id in the future: the crash lost it, so it was not committed.
        status = "aborted"
    return None if in_recovery and status != "committed" else status


def _recorded(conn: Session, schema: str, xid: int, began: str) -> bool:
    """Return whether the run is in the registry.

    The id is not enough after a crash: the server forgets ids that no COMMIT has written to the
    disk, and assigns them again.
    """
    table = sql.Identifier(schema, "run")
    exists = sql.SQL("SELECT pg_catalog.to_regclass({})").format(table.as_string())
    if fetch(conn, exists) == [(None,)]:
        return False
    query = sql.SQL("SELECT 1 FROM {} WHERE first_xid = {} AND started_at = {}::timestamptz")
    return bool(fetch(conn, query.format(table, xid, began)))


def _has_ended(conn: Session, seconds: float) -> bool:
    """Wait for the lock that the transaction holds; return False after the timeout.

    Nothing marks a transaction that a crash has ended: as long as one with an older id runs, the
    server takes it for running (pg_xact_status in xid8funcs.c).
    """
    timeout = max(round(seconds * 1000), 1)
    try:
        conn.execute(
            f"BEGIN; SET LOCAL lock_timeout = {timeout};"
            f" SELECT pg_catalog.pg_advisory_xact_lock({other_runs.KEY})".encode()
        )
    except psycopg.errors.LockNotAvailable:
        return False
    finally:
        conn.rollback()
    return True


def _unknown(xid: int, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"the connection broke during COMMIT: transaction {xid} may or may not have happened",
        detail=why,
        hint=f"Ask the server before you apply again: SELECT pg_catalog.txid_status({xid});"
        " says committed or aborted.",
        state="It is not known whether the target was changed.",
        committed=None,
    )


def run_deferred(conn: Session, statements: Sequence[Statement], observer: Observer) -> None:
    """Run the deferred statements as they are written, after COMMIT. An error is a warning."""
    for statement in statements:
        (what,) = first_words(statement.text, 1)
        try:
            conn.execute(statement.text)
        except psycopg.Error as error:
            place = statement.source.place(statement.file_offset(0))
            name = what.decode().replace("ALTER", "ALTER SYSTEM")
            message = f"{name} has failed, after COMMIT: {str(error).strip()}"
            observer.notice(Notice("WARNING", message, place))
