"""The first message of a run: BEGIN, its advisory lock, the inventory."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from runner.connect.queries import first_rows, no_timeouts, pinned, statement
from runner.connect.server_info import SERVER_INFO, ServerInfo, refusal
from runner.errors import Refused
from runner.registry import registry
from runner.results import Notice
from runner.run import lock, unfinished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.rows import TupleRow

    from runner.connect.session import Session
    from runner.guard.guard import Guard
    from runner.observer import Observer
    from runner.reference.spec import DatabaseProperties
    from runner.settings import Settings


# Whatever the role's default is: each statement sees what others have committed, as it does
# when psql sends it alone.
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED;"
UNGUARDED = Notice(
    "WARNING", "without a transaction nothing is guarded: what the scripts drop or delete is gone"
)
# Seconds, without --connect-timeout.
_LONGEST_ANSWER = 60.0
# Functions, tables, statements and the language plpgsql, which every PostgreSQL since 12 has.
_LACKING = (
    psycopg.errors.UndefinedObject,
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedTable,
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.SyntaxError,
)
_LOCKED = "SELECT pg_catalog.set_config('runner.locked', 'true', true);"


class BeginRequest(NamedTuple):
    """What the first message of a run sets and asks, and within how many seconds it is answered.

    `on_server_info` is called at once with what the server says of itself. The answers fill the
    `guard`. To `verify`, it is also asked what a reference has to be like, which is made on this
    server unless it is `elsewhere`. The answers to the `catalog` commands are kept.
    """

    own_settings: str
    registry_schema: str
    observer: Observer
    on_server_info: Callable[[ServerInfo], None]
    guard: Guard | None = None
    verify: bool = False
    elsewhere: bool = False
    catalog: Sequence[str] = ()
    within: float = math.inf


class Opened(NamedTuple):
    """The transaction is open and holds the run's lock.

    `unfinished`: a run that has ended has left databases or roles on the server.
    """

    server: ServerInfo
    registry: registry.RegistryInfo
    properties: DatabaseProperties | None = None
    catalog: Sequence[str | None] = ()
    unfinished: bool = False


def begin_transaction(conn: Session, request: BeginRequest) -> Opened:
    """Begins the transaction of a run. One round trip, unless another run is under way.

    Raises Refused when the target is read-only, is no PostgreSQL, cannot have a reference, or a
    table that the guard was to look at would lose rows, and LockNotAvailable.
    """
    with conn.answering_within(request.within):
        try:
            return _begin(conn, request)
        except _LACKING as error:
            raise Refused(
                f"this server lacks what a run needs: {error.diag.message_primary}",
                hint="If it is plpgsql: CREATE EXTENSION plpgsql, and GRANT USAGE ON LANGUAGE"
                " plpgsql. Else this may be a PostgreSQL-compatible database; see README,"
                " Compatible databases.",
                sqlstate=error.sqlstate,
            ) from error


def _begin(conn: Session, request: BeginRequest) -> Opened:
    before, questions = _questions(request)
    lock_run = statement("run/lock") % {"key": lock.KEY}
    own = pinned(SERVER_INFO, ";", lock_run, *questions)
    answers = first_rows(conn, "\n".join([_BEGIN, request.own_settings, *before, *own]))
    target = answers.pop(0) if request.verify else None
    row, (locked, counting, _), *answers = answers
    server = ServerInfo.of(row)
    request.on_server_info(server)
    read_only = refusal(server, conn.info.host)
    if not (locked or read_only):
        lock.wait_for_lock(conn, request.observer)
        # The run that we waited for may have changed everything.
        answers = first_rows(conn, "\n".join([*before, *pinned(_LOCKED, *questions)]))
        target = answers.pop(0) if request.verify else None
        _, *answers = answers
    (registered,), (is_left,), *answers = answers
    asked = 0 if request.guard is None else 2
    snapshot = tuple(answer for (answer,) in answers[asked:])
    properties = _properties(target, conn) if target else None
    lacking = [*_lacking(request, properties, read_only)]
    if request.guard is not None and not counting:
        lacking.append(_not_counting())
    _require(lacking)
    if request.guard is not None:
        request.guard.start(answers[0][0], answers[1][0])
    found = registry.RegistryInfo.read(registered)
    return Opened(server, found, properties, snapshot, is_left)


def _questions(request: BeginRequest) -> tuple[list[str], list[str]]:
    """What is asked with the session's own search_path and settings, and what with the runner's."""
    before = [statement("reference/target")] if request.verify else []
    questions = [registry.info_query(request.registry_schema), unfinished.left_behind()]
    if request.guard is not None:
        questions += request.guard.questions()
    return before, [*questions, *request.catalog]


def _lacking(
    request: BeginRequest, properties: DatabaseProperties | None, read_only: Refused | None
) -> Iterator[Refused]:
    """Yields each reason to refuse the run."""
    if read_only:
        yield read_only
    if properties and not (request.elsewhere or properties.may_create or read_only):
        from runner.reference.spec import missing_createdb

        yield missing_createdb(properties.role)


def _require(found: Sequence[Refused]) -> None:
    """Raises one Refused for all reasons."""
    if len(found) == 1:
        raise found[0]
    if found:
        raise Refused(
            "the target lacks what the run needs",
            detail="\n".join(one.message for one in found),
            hint="\n".join(dict.fromkeys(one.hint for one in found if one.hint)),
        )


def _properties(row: TupleRow, conn: Session) -> DatabaseProperties:
    from runner.reference.spec import database_properties

    return database_properties(row, conn)


def check_no_pooler(pid: int, conn: Session) -> None:
    """Raises Refused when a pooler stands between: the backend is another one."""
    if pid != conn.info.backend_pid:
        raise Refused(
            "--transaction none through a connection pooler",
            detail="Each statement could run in another session of the server, without"
            " the settings and temporary tables of the one before, and leave its own to"
            " other clients.",
            hint="Connect to the server itself.",
        )


def answer_within(settings: Settings) -> float:
    """The time for the answer to the first message, which may wait for locks, in seconds.

    The catalog of a large database takes a while to read.
    """
    if not settings.lock_timeout:
        return math.inf
    return max(settings.connect_timeout or _LONGEST_ANSWER, 1.0) + settings.lock_timeout


def keeper_settings(keeper: Session, lock_timeout: float) -> str:
    """The settings of a transaction that only holds the run's lock."""
    return f"SET LOCAL lock_timeout = {round(lock_timeout * 1000)}; {no_timeouts(keeper)}"


def _not_counting() -> Refused:
    return Refused(
        "track_counts is off, so the guard cannot see rows that are deleted",
        hint="Switch it on for this role or database: ALTER DATABASE … SET track_counts = on;",
    )
