"""The one `psycopg.connect`; waiting and retrying; errors of the driver made ours."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner import __version__, unreachable
from runner.errors import (
    ConnectionFailed,
    LockNotAvailable,
    Refused,
    RunnerError,
    StatementFailed,
    UsageError,
)
from runner.results import Target

if TYPE_CHECKING:
    from runner.results import Observer

# Parameters that a conninfo, a service or libpq's environment may set otherwise. A line that
# died without a word is noticed after a minute, while the server works on a long statement.
_DEFAULTS = {
    "fallback_application_name": f"raw-sql-runner {__version__}",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


def connect(
    conninfo: str, *, connect_timeout: float, observer: Observer
) -> psycopg.Connection[tuple[Any, ...]]:
    """Connect, in autocommit mode; the session's settings are the server's, as psql's are.

    What may pass (refused, starting up, too many connections, …) is tried again for
    `connect_timeout` seconds, and the observer hears why, once for each reason.

    Raises UsageError when libpq cannot use the parameters, else ConnectionFailed. Neither
    holds a password.
    """
    parameters = _parameters(conninfo)
    place = unreachable.where(parameters)
    pauses = _Pauses(connect_timeout, observer)
    while True:
        try:
            return _attempt(parameters, pauses.left())
        except psycopg.OperationalError as error:
            failures = unreachable.each_failure(str(error), place)
            reason = _passing(failures, parameters)
            if reason and pauses.pause(f"no connection to {place}: {reason}"):
                continue
            # "from None": psycopg's text names the hosts once more, in its own words.
            raise _failed(failures, parameters) from None


def _attempt(parameters: dict[str, str], left: float) -> psycopg.Connection[tuple[Any, ...]]:
    """One try of every host, each with its share of the time that is left."""
    hosts = parameters.get("host", "").count(",") + 1
    timeout = max(left / hosts, 2)
    try:
        if asked := float(parameters.get("connect_timeout", 0)):
            timeout = min(timeout, asked)
    except ValueError:
        raise UsageError("connect_timeout in the conninfo is not a number") from None
    options: dict[str, Any] = {**parameters, "connect_timeout": int(timeout)}
    return psycopg.connect(autocommit=True, prepare_threshold=None, **options)


class _Pauses:
    """Pauses that grow, until the time is up; says at once that it waits, and why."""

    def __init__(self, seconds: float, observer: Observer) -> None:
        self._deadline = time.monotonic() + seconds
        self._observer = observer
        self._next = _FIRST_PAUSE
        self._said: set[str] = set()

    def left(self) -> float:
        """Seconds that are left."""
        return max(self._deadline - time.monotonic(), 0.0)

    def pause(self, reason: str) -> bool:
        """Wait a little; False, at once, when the time is up."""
        if not (left := self.left()):
            return False
        if reason not in self._said:
            self._said.add(reason)
            self._observer.note(f"{reason}; trying for {round(left, 1):g} s")
        time.sleep(min(self._next, left))
        self._next = min(self._next * 2, _LONGEST_PAUSE)
        return True


def _parameters(conninfo: str) -> dict[str, str]:
    """All that libpq would connect with: the conninfo, its service, PG* variables, defaults.

    Raises UsageError for a service that libpq cannot find or read.
    """
    given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    options = {option.keyword: option.val for option in pq.Conninfo.get_defaults()}
    if "service" in given or options.get(b"service"):
        # psycopg looks at PGHOST where a service would say otherwise, and connects to the
        # wrong server. libpq tells what the service says only of a connection, so one is begun.
        pgconn = pq.PGconn.connect_start(conninfo.encode())
        message = pgconn.get_error_message()
        options = {option.keyword: option.val for option in pgconn.info}
        pgconn.finish()
        if not any(options.values()):
            raise UsageError(f"libpq cannot use the service: {message}")
    found = {name.decode(): value.decode() for name, value in options.items() if value is not None}
    return {**_DEFAULTS, **found, **given}


def _passing(failures: list[str], parameters: dict[str, str]) -> str | None:
    """Why a connection may be had later; None when a failure is final."""
    reasons = [unreachable.passing(failure) for failure in failures]
    for position, failure in enumerate(failures):
        if reasons[position] is None and unreachable.in_other_language(failure, parameters):
            # libpq keeps the SQLSTATE to itself, but PQping knows 57P03 in any language. It
            # needs no password; an empty one keeps it from the password file too. It cannot
            # be interrupted, so it gets little time.
            alone = {"password": "", "passfile": os.devnull, "connect_timeout": "2"}
            harmless = make_conninfo("", **{**parameters, **alone})
            if pq.PGconn.ping(harmless.encode()) == pq.Ping.REJECT:
                reasons[position] = unreachable.STARTING
    return None if None in reasons else reasons[-1]


def _failed(failures: list[str], parameters: dict[str, str]) -> RunnerError:
    """The error for a connection that was not had."""
    text = "\n".join(failures)
    if not re.search(r"connection to |could not translate|failed to resolve", text):
        return UsageError(f"libpq cannot use the connection's parameters: {text}")
    return ConnectionFailed(text, hint=unreachable.hint(text, parameters))


def describe(conn: psycopg.Connection[Any], *, embedded: bool = False) -> Target:
    """What a connection is connected to, without a round trip."""
    info = conn.info
    version = info.parameter_status("server_version") or ""
    return Target(
        host=info.host or info.hostaddr,
        port=info.port,
        dbname=info.dbname,
        user=info.user,
        # "12.22 (Debian 12.22-1.pgdg120+1)" on Debian and in the Docker image
        server_version=version.partition(" ")[0],
        embedded=embedded,
    )


def read_only_reason(conn: psycopg.Connection[Any]) -> str | None:
    """Why this session cannot write, None when it can. One round trip."""
    row = conn.execute(
        "SELECT pg_catalog.pg_is_in_recovery(),"
        " pg_catalog.current_setting('transaction_read_only') = 'on'"
    ).fetchone()
    in_recovery, read_only = row or (False, False)
    if in_recovery:
        return "this is a read-only replica; use the writer endpoint"
    if read_only:
        return "default_transaction_read_only is on for this role, database or server"
    return None


def wait_until_writable(
    conninfo: str, *, connect_timeout: float, observer: Observer, embedded: bool = False
) -> Target:
    """The target, as soon as it answers and can be written to; each try is a new connection.

    Raises what `connect` raises, and Refused when it is still read-only at the end.
    """
    pauses = _Pauses(connect_timeout, observer)
    while True:
        with connect(conninfo, connect_timeout=pauses.left(), observer=observer) as conn:
            target = describe(conn, embedded=embedded)
            try:
                reason = read_only_reason(conn)
            except psycopg.OperationalError as error:
                failure: RunnerError = driver_error(error)
                reason = failure.message
            else:
                failure = Refused(f"{target}: {reason}")
        if reason is None:
            return target
        if not pauses.pause(reason):
            raise failure


def driver_error(error: psycopg.Error) -> RunnerError:
    """Our error for one of psycopg's that belongs to no script. Raise it "from" the other."""
    diag = error.diag
    sqlstate = error.sqlstate
    message = diag.message_primary or str(error).strip() or type(error).__name__
    kind: type[RunnerError] = StatementFailed
    hint = diag.message_hint
    if sqlstate is None and isinstance(error, psycopg.OperationalError):
        # No answer of the server at all: libpq's own words about the line.
        kind = ConnectionFailed
    elif sqlstate == "55P03":
        kind = LockNotAvailable
        hint = hint or "wait longer: --lock-timeout"
    elif sqlstate in ("25006", "42501"):
        kind = Refused
    elif sqlstate and (sqlstate.startswith("08") or sqlstate in _GONE):
        kind = ConnectionFailed
    return kind(
        message, hint=hint, detail=diag.message_detail, context=diag.context, sqlstate=sqlstate
    )


# admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout,
# idle_in_transaction_session_timeout, transaction_timeout
_GONE = {"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"}
