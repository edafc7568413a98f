"""Sessions: connecting with retries, and converting the driver's errors."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.pq.abc import PGconn
from psycopg.rows import RowFactory, TupleRow, tuple_row

from runner.connect import failures, tls, wire
from runner.connect.parameters import Login
from runner.connect.queries import SET_PATH, all_rows, statement
from runner.connect.server_info import ServerInfo, describe, refusal
from runner.errors import (
    ConnectionFailed,
    LockNotAvailable,
    Refused,
    RunnerError,
    StatementFailed,
    UsageError,
)
from runner.observer import Observer
from runner.results import Target

T = TypeVar("T")
# psycopg's log (stderr without a handler) would repeat our error messages.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

# Seconds. A host that does not answer must leave time for the other hosts and for another attempt.
_LONGEST_ATTEMPT = 5.0
_CANCEL_TIMEOUT = 5.0
# Seconds for a query that reads no table.
LONGEST_ANSWER = 10.0

_OTHER_ANSWER = "the answer is not that of a PostgreSQL server"
_TIMEOUT_HINT = (
    "If this is statement_timeout, switch it off for this run: PGOPTIONS='-c statement_timeout=0'"
)
_EXPECTED = "Expected the rows of the runner's own queries"
_NO_POSTGRESQL = (
    "Look at what listens at this address: another service, or a proxy that changes answers."
)


class Session(psycopg.Connection[TupleRow]):
    """A connection in autocommit mode; `conninfo` is the string it was opened with.

    `round_trips` counts the messages sent: psycopg waits once for each of its own.
    """

    def __init__(self, pgconn: PGconn, row_factory: RowFactory[TupleRow] = tuple_row) -> None:
        super().__init__(pgconn, row_factory)
        self.conninfo = ""
        self.round_trips = 0
        self._answer_within = math.inf
        self._watch: wire.Watch | None = None

    def wait(self, gen: PQGen[T], *args: Any, **options: Any) -> T:
        """See psycopg.Connection. Raises OperationalError after the time of `answering_within`."""
        self.round_trips += 1
        if self._watch is not None or self._answer_within < math.inf:
            gen = wire.watched(gen, self._answer_within, self._watch)
        return super().wait(gen, *args, **options)

    @contextmanager
    def answering_within(self, seconds: float) -> Iterator[None]:
        """Require a valid PostgreSQL answer to each query in the block within `seconds`.

        A pooler whose pool is full, and a hung server, accept a login and never answer a query.
        Other services answer with something else. Raises what `driver_error` returns, and
        ConnectionFailed after closing the connection; never StatementFailed.
        """
        self._answer_within = seconds
        try:
            yield
        except psycopg.Error as error:
            if error.sqlstate is None:
                self.close()
            known = driver_error(error)
            is_expected = error.sqlstate or isinstance(error, psycopg.OperationalError)
            if error.sqlstate == "57014":  # query_canceled
                known = known.converted(ConnectionFailed, hint=_TIMEOUT_HINT)
            elif isinstance(known, StatementFailed) or not is_expected:
                known = known.converted(ConnectionFailed, detail=_EXPECTED, hint=_NO_POSTGRESQL)
            raise known from error
        except (LookupError, TypeError, ValueError) as error:
            self.close()
            detail = f"{_EXPECTED}: {error}."
            raise ConnectionFailed(_OTHER_ANSWER, detail=detail, hint=_NO_POSTGRESQL) from error
        finally:
            self._answer_within = math.inf

    @contextmanager
    def watched(self, watch: wire.Watch) -> Iterator[None]:
        """Call `watch` while the server is silent in the block; see `wire.Watch`."""
        self._watch = watch
        try:
            yield
        finally:
            self._watch = None

    def send(self, message: bytes) -> None:
        """Send a simple-query message; `wire.results` yields its results."""
        self.round_trips += 1
        self.pgconn.send_query(message)
        # Rows of a SELECT are received one at a time and dropped: no caller needs all of them.
        self.pgconn.set_single_row_mode()
        self.pgconn.flush()

    def send_pipeline(self, commands: Iterable[wire.PipelineCommand]) -> None:
        """Send each command in a message of its own; `wire.results` yields all results."""
        self.round_trips += 1
        wire.send_pipeline(self.pgconn, commands)

    def cancel_statement(self) -> None:
        """Cancel the running statement. Other threads may call this. Raises psycopg.Error."""
        self.cancel_safe(timeout=_CANCEL_TIMEOUT)


def connect(
    conninfo: str, *, connect_timeout: float | None, observer: Observer, is_target: bool = True
) -> Session:
    """Return a new session with the server's default settings, like a psql session.

    Transient failures (refused, starting up, too many connections, …) are retried for
    `connect_timeout` seconds; None uses the default of the kind of host. Each reason is reported
    once. With `is_target=False` no password comes from AWS.

    Raises UsageError when libpq cannot use the parameters or AWS gives no password, else
    ConnectionFailed. Neither message holds a password.
    """
    login = Login(conninfo, is_target=is_target)
    return _connect(conninfo, login, failures.Backoff(login.retry_time(connect_timeout), observer))


@contextmanager
def connected(
    conninfo: str, observer: Observer, connect_timeout: float | None = None
) -> Iterator[Session]:
    """Open a connection for the block. Raises RunnerError for all errors."""
    conn = connect(conninfo, connect_timeout=connect_timeout, observer=observer)
    with conn, errors_converted():
        yield conn


def psql_conninfo(conninfo: str) -> str:
    """Return the conninfo with which psql connects as `connect` does. Raises UsageError."""
    return Login(conninfo).conninfo(conninfo)


def _connect(conninfo: str, login: Login, backoff: failures.Backoff) -> Session:
    address = failures.hosts_and_ports(login.parameters)
    while True:
        failed: list[str] = []
        for parameters in login.attempts():
            try:
                return _attempt(conninfo, parameters, backoff.left())
            except psycopg.OperationalError as error:
                failed += failures.each_failure(str(error), failures.hosts_and_ports(parameters))
        is_resuming = login.rds and failures.is_resuming(failed)
        reasons = [failures.transient_reason(one, is_resuming=is_resuming) for one in failed]
        reason = None if None in reasons else reasons[-1]  # none where any failure is final
        if reason and backoff.wait(f"no connection to {address}: {reason}"):
            continue
        if login.has_new_secret(failed):
            continue
        if login.may_ask_for_token(failed) and _asks_for_token(login.parameters):
            login.iam = True
            continue
        text = "\n".join(failed)
        if not re.search(r"connection to |could not translate|failed to resolve", text):
            raise UsageError(f"libpq cannot use the connection's parameters: {text}")
        explained = tls.explain(text, login.parameters)
        detail, hint = explained or (None, failures.hint(text, login.parameters))
        raise ConnectionFailed(text, detail=detail, hint=hint)


def _attempt(conninfo: str, parameters: dict[str, str], left: float) -> Session:
    """Try to connect to each host, with an equal share of the remaining time."""
    hosts = parameters.get("host", "").count(",") + 1
    try:
        conninfo_timeout = float(parameters.get("connect_timeout") or _LONGEST_ATTEMPT)
    except ValueError:
        raise UsageError("connect_timeout in the conninfo is not a number") from None
    timeout = int(min(max(left / hosts, 2), conninfo_timeout or _LONGEST_ATTEMPT))
    options: dict[str, Any] = {**parameters, "connect_timeout": timeout}
    found = Session.connect(autocommit=True, prepare_threshold=None, **options)
    found.conninfo = conninfo
    return found


def _asks_for_token(parameters: dict[str, str]) -> bool:
    """Return whether the server requests a cleartext password, as RDS does from IAM users.

    Other users authenticate by md5 or SCRAM. libpq 16 and later can refuse to send a password.
    """
    if pq.version() < 160000:
        return False
    try:
        _attempt("", {**parameters, "require_auth": "!password"}, _LONGEST_ATTEMPT).close()
    except psycopg.OperationalError as error:
        return "server requested a cleartext password" in str(error)
    return False


def server_info(conn: Session, connect_timeout: float | None) -> ServerInfo:
    """Query recovery, read-only mode, backend and Aurora version. One round trip.

    Raises what `Session.answering_within` raises, after about `connect_timeout` seconds.
    """
    seconds = min(connect_timeout or LONGEST_ANSWER, LONGEST_ANSWER)
    with conn.answering_within(max(seconds, 1.0)):
        return ServerInfo.of(all_rows(conn, SET_PATH + statement("connect/server_info"))[0])


def wait_until_writable(
    conninfo: str, *, connect_timeout: float | None, observer: Observer, embedded: bool = False
) -> Target:
    """Wait until the target accepts writes; each attempt is a new connection.

    Raises what `connect` raises, and Refused when it is still read-only at the deadline.
    """
    login = Login(conninfo)
    backoff = failures.Backoff(login.retry_time(connect_timeout), observer)
    while True:
        with _connect(conninfo, login, backoff) as conn:
            try:
                found = server_info(conn, backoff.left())
            except RunnerError as error:
                failure: RunnerError | None = error
            else:
                target = describe(conn, embedded=embedded, server=found)
                failure = refusal(found, target.host)
        if failure is None:
            return target
        if not backoff.wait(failure.message):
            raise failure


@contextmanager
def errors_converted() -> Iterator[None]:
    """Convert psycopg errors in the block with `driver_error`."""
    try:
        yield
    except psycopg.Error as error:
        raise driver_error(error) from error


def driver_error(error: psycopg.Error) -> RunnerError:
    """Convert a psycopg error that belongs to no script. Raise the result "from" it."""
    diag = error.diag
    sqlstate = error.sqlstate
    message = diag.message_primary or str(error).strip() or type(error).__name__
    kind: type[RunnerError] = StatementFailed
    hint = diag.message_hint
    # An error without a SQLSTATE is libpq's, about the connection or the data received.
    if sqlstate is None or failures.is_lost(sqlstate, message):
        kind = ConnectionFailed
    elif sqlstate == "55P03":
        kind = LockNotAvailable
        hint = hint or "wait longer: --lock-timeout"
    elif sqlstate in ("25006", "42501"):
        kind = Refused
    return kind(
        message, hint=hint, detail=diag.message_detail, context=diag.context, sqlstate=sqlstate
    )
