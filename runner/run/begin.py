"""The first message of a run: BEGIN, its advisory lock, the inventory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg.rows import TupleRow

from runner.connect.queries import SERVER_INFO, ServerInfo, all_rows, pinned, refusal, statement
from runner.connect.session import Session
from runner.errors import Refused
from runner.registry import registry
from runner.run import other_runs

if TYPE_CHECKING:
    from runner.guard.guard import Guard
    from runner.reference.spec import DatabaseProperties
    from runner.run.state import RunState


# Whatever the role's default is, each statement must see what others have committed, as it does
# when psql sends it alone.
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED;"
# Seconds, without --connect-timeout.
_LONGEST_ANSWER = 60.0
_IF_LACKING = (
    "If it is plpgsql: CREATE EXTENSION plpgsql, and GRANT USAGE ON LANGUAGE plpgsql. Else this may"
    " be a PostgreSQL-compatible database; see docs/aws.md, Compatible databases."
)
_WAIT = (
    f"SELECT FROM (SELECT pg_catalog.pg_advisory_xact_lock({other_runs.KEY}) OFFSET 0) AS w (done)"
    " WHERE w.done IS NULL;"
)
_LOCKED = "SELECT pg_catalog.set_config('runner.locked', 'true', true);"
_NOT_COUNTING = "track_counts is off, so the guard cannot see rows that are deleted"
_COUNT = "Switch it on for this role or database: ALTER DATABASE … SET track_counts = on;"


class Opened(NamedTuple):
    """The answers to BEGIN: the transaction is open and holds the run's lock.

    With `unfinished`, runs may have left databases or roles on the server.
    """

    server: ServerInfo
    registry: registry.RegistryInfo
    properties: DatabaseProperties | None
    catalog: Sequence[str]
    unfinished: bool


def begin_transaction(
    state: RunState,
    conn: Session,
    settings: str,
    guard: Guard | None = None,
    *,
    verify: bool = False,
    catalog: Sequence[str] = (),
) -> Opened:
    """Begin a transaction with these settings. One round trip, unless another run holds the lock.

    The answers fill the `guard`. With `verify`, the properties for the reference are asked for,
    too. The answers to the `catalog` commands are kept. Raises Refused when the target is
    read-only, is no PostgreSQL, or has a registry that cannot be used, LossError when a table that
    the guard was to count would lose rows, LockNotAvailable.
    """
    own = state.ctx.settings
    questions = [*registry.info_query(own.registry_schema), other_runs.MAY_BE_LEFT]
    questions += () if guard is None else guard.questions()
    target = statement("reference/target") if verify else ""
    asked = "\n".join(pinned(*questions, *catalog))
    patience = math.inf
    if own.lock_timeout:  # the first answer may wait for locks, and for a large catalog
        patience = max(own.connect_timeout or _LONGEST_ANSWER, 1.0) + own.lock_timeout
    with conn.answering_within(patience):
        try:
            server, is_counting, answers = _ask(state, conn, (settings, target), asked)
        except (psycopg.ProgrammingError, psycopg.NotSupportedError) as error:
            if error.sqlstate is None:  # psycopg's own, of an answer that is none
                raise
            message = f"this server lacks what a run needs: {error.diag.message_primary}"
            raise Refused(message, hint=_IF_LACKING, sqlstate=error.sqlstate) from error
        properties = None
        if verify:
            from runner.reference.spec import database_properties

            properties = database_properties(answers.pop(0), conn)
        (registered,), (is_left,), *answers = answers
        found = registry.RegistryInfo.read(registered)
        if guard is not None:
            if not is_counting:
                raise Refused(_NOT_COUNTING, hint=_COUNT)
            guard.start(*(text for (text,) in answers[:2]))
    if own.registry:
        found.check()
    kept = tuple(text for (text,) in answers[0 if guard is None else 2 :])
    return Opened(server, found, properties, kept, is_left)


def _ask(
    state: RunState, conn: Session, first: tuple[str, str], asked: str
) -> tuple[ServerInfo, bool, list[TupleRow]]:
    """Return the server's facts, whether it counts rows, and the answers, once the lock is taken.

    `first` are the settings, and the questions for which search_path must still be the session's
    default.
    """
    settings, target = first
    own = pinned(SERVER_INFO, ";", statement("run/lock") % {"key": other_runs.KEY})
    answers = all_rows(conn, "\n".join([_BEGIN, settings, target, *own, asked]))
    properties = [answers.pop(0)] if target else []
    server, (is_locked, is_counting, _) = ServerInfo.of(answers.pop(0)), answers.pop(0)
    state.on_server_info(server)
    state.lock_monitor.watch(server.backend_pid)
    if read_only := refusal(server, conn.info.host):
        raise read_only
    if not is_locked:
        # The run that holds it may have changed everything.
        answers = all_rows(conn, f"{_WAIT}{target}{_LOCKED}{asked}")
        if target:  # search_path is no longer the default
            properties = [(*answers.pop(0)[:-1], properties[0][-1])]
        _, *answers = answers
    return server, is_counting, [*properties, *answers]
