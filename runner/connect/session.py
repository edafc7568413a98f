"""Sessions: connecting with retries, driver errors converted."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow, tuple_row

from runner.connect import failures, tls, wire
from runner.connect.parameters import Login
from runner.connect.queries import PATH, first_rows
from runner.connect.server_info import SERVER_INFO, ServerInfo, describe, refusal
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
    from collections.abc import Iterable, Iterator

    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGconn
    from psycopg.rows import RowFactory

    from runner.observer import Observer

T = TypeVar("T")
# What psycopg would log (to stderr without a handler) is in our errors.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

# A host that does not answer must not use up the time that another, or a new try, would need.
_LONGEST_ATTEMPT = 5.0
_CANCEL_TIMEOUT = 5.0
# For a query that reads nothing.
LONGEST_ANSWER = 10.0
# admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout,
# idle_in_transaction_session_timeout, transaction_timeout
_GONE = {"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"}

_OTHER_ANSWER = "the server's answer is none of PostgreSQL's"
_CANCELED = (
    "If it is statement_timeout, this run can do without: PGOPTIONS='-c statement_timeout=0'"
)
_EXPECTED = "Expected the rows of the runner's own queries"
_NO_POSTGRESQL = (
    "Look at what listens at this address: another service, or a proxy that changes answers."
)


class Session(psycopg.Connection[TupleRow]):
    """A connection in autocommit mode, with the conninfo that led there.

    `round_trips` counts the messages that were sent: psycopg waits once for each of its own.
    """

    def __init__(self, pgconn: PGconn, row_factory: RowFactory[TupleRow] = tuple_row) -> None:
        super().__init__(pgconn, row_factory)
        self.conninfo = ""
        self.round_trips = 0
        self._answer_within: float | None = None

    def wait(self, gen: PQGen[T], *args: Any, **options: Any) -> T:
        """See psycopg.Connection. Raises OperationalError where `answering_within` is over."""
        self.round_trips += 1
        if self._answer_within is not None:
            gen = wire.limited(gen, self._answer_within)
        return super().wait(gen, *args, **options)

    @contextmanager
    def answering_within(self, seconds: float) -> Iterator[None]:
        """Each of the runner's own queries inside is answered, as by PostgreSQL, within the time.

        A pooler whose pool is full, and a hung server, accept a login and never answer a query.
        What is no PostgreSQL answers something else. Raises what `driver_error` makes of an error,
        and ConnectionFailed, with the connection closed; a script has not failed.
        """
        self._answer_within = seconds
        try:
            yield
        except psycopg.Error as error:
            if error.sqlstate is None:
                self.close()
            known = driver_error(error)
            is_silent = error.sqlstate or isinstance(error, psycopg.OperationalError)
            if error.sqlstate == "57014":  # query_canceled
                known = known.converted(ConnectionFailed, hint=_CANCELED)
            elif isinstance(known, StatementFailed) or not is_silent:
                known = known.converted(ConnectionFailed, detail=_EXPECTED, hint=_NO_POSTGRESQL)
            raise known from error
        except (LookupError, TypeError, ValueError) as error:
            self.close()
            detail = f"{_EXPECTED}: {error}."
            raise ConnectionFailed(_OTHER_ANSWER, detail=detail, hint=_NO_POSTGRESQL) from error
        finally:
            self._answer_within = None

    def send(self, message: bytes) -> None:
        """Sends a simple-query message; `wire.results` takes the answers."""
        self.round_trips += 1
        wire.send(self.pgconn, message)

    def send_pipeline(self, commands: Iterable[wire.Sent]) -> None:
        """Sends each command in its own message; `wire.results` takes the answers to all."""
        self.round_trips += 1
        wire.send_pipeline(self.pgconn, commands)

    def cancel_statement(self) -> None:
        """Stops what the server is doing. May be called by another thread. Raises psycopg.Error."""
        self.cancel_safe(timeout=_CANCEL_TIMEOUT)

    def conninfo_alike(self) -> str:
        """The conninfo for another connection like this one.

        TLS that the server does not have, and that is not required, is not asked for again: that
        would cost a round trip.
        """
        asks = self.info.get_parameters().get("sslmode", "prefer") in ("prefer", "allow")
        if asks and not self.pgconn.ssl_in_use:
            return make_conninfo(self.conninfo, sslmode="disable")
        return self.conninfo


def connect(
    conninfo: str, *, connect_timeout: float | None, observer: Observer, is_target: bool = True
) -> Session:
    """Connects; the session's settings are the server's, as psql's are.

    Transient failures (refused, starting up, too many connections, …) are retried for
    `connect_timeout` seconds, or as long as the kind of host may need (None); each reason is
    reported once. A server that is not the target gets no password from AWS.

    Raises UsageError when libpq cannot use the parameters or AWS gives no password, else
    ConnectionFailed. Neither holds a password.
    """
    login = Login(conninfo, is_target=is_target)
    return _connect(conninfo, login, failures.Backoff(login.retry_time(connect_timeout), observer))


@contextmanager
def connected(
    conninfo: str, observer: Observer, connect_timeout: float | None = None
) -> Iterator[Session]:
    """A connection of the runner's own. Raises RunnerError for all errors."""
    conn = connect(conninfo, connect_timeout=connect_timeout, observer=observer)
    with conn, errors_converted():
        yield conn


def psql_conninfo(conninfo: str) -> str:
    """The conninfo with which psql gets in as `connect` does. Raises UsageError as it does."""
    return Login(conninfo).conninfo(conninfo)


def _connect(conninfo: str, login: Login, backoff: failures.Backoff) -> Session:
    while True:
        failed: list[str] = []
        for parameters in login.attempts():
            try:
                return _attempt(conninfo, parameters, backoff.left())
            except psycopg.OperationalError as error:
                failed += failures.each_failure(str(error), failures.where(parameters))
        reason = _transient_reason(failed, login)
        if reason and backoff.wait(f"no connection to {login.place}: {reason}"):
            continue
        if login.has_new_secret(failed):
            continue
        if login.may_ask_for_token(failed) and _asks_for_token(login.parameters):
            login.use_tokens()
            continue
        raise _failed(failed, login)


def _attempt(conninfo: str, parameters: dict[str, str], left: float) -> Session:
    """One try of every host, each with its share of the remaining time."""
    hosts = parameters.get("host", "").count(",") + 1
    try:
        asked = float(parameters.get("connect_timeout") or _LONGEST_ATTEMPT)
    except ValueError:
        raise UsageError("connect_timeout in the conninfo is not a number") from None
    timeout = int(min(max(left / hosts, 2), asked or _LONGEST_ATTEMPT))
    options: dict[str, Any] = {**parameters, "connect_timeout": timeout}
    found = Session.connect(autocommit=True, prepare_threshold=None, **options)
    found.conninfo = conninfo
    return found


def _asks_for_token(parameters: dict[str, str]) -> bool:
    """Whether the server wants a password as it is, which on RDS is what IAM users log in with.

    Others prove that they know theirs: md5 or SCRAM. libpq can be told to refuse (since 16).
    """
    if pq.version() < 160000:
        return False
    try:
        _attempt("", {**parameters, "require_auth": "!password"}, _LONGEST_ATTEMPT).close()
    except psycopg.OperationalError as error:
        return "server requested a cleartext password" in str(error)
    return False


def _transient_reason(failed: list[str], login: Login) -> str | None:
    """Why the failures are transient; None when one is final."""
    is_resuming = login.rds and failures.is_resuming(failed)
    reasons = [failures.transient_reason(failure, is_resuming=is_resuming) for failure in failed]
    return None if None in reasons else reasons[-1]


def _failed(failed: list[str], login: Login) -> RunnerError:
    """The error for these failures of one connection."""
    text = "\n".join(failed)
    if not re.search(r"connection to |could not translate|failed to resolve", text):
        return UsageError(f"libpq cannot use the connection's parameters: {text}")
    if explained := tls.explain(text, login.parameters):
        detail, hint = explained
        return ConnectionFailed(text, detail=detail, hint=hint)
    return ConnectionFailed(text, hint=failures.hint(text, login.parameters))


def server_info(conn: Session, connect_timeout: float | None) -> ServerInfo:
    """Recovery, read-only mode, backend and Aurora version. One round trip.

    Raises what `Session.answering_within` raises, after `connect_timeout` seconds or so.
    """
    seconds = min(connect_timeout or LONGEST_ANSWER, LONGEST_ANSWER)
    with conn.answering_within(max(seconds, 1.0)):
        return ServerInfo.of(first_rows(conn, PATH + SERVER_INFO)[0])


def wait_until_writable(
    conninfo: str, *, connect_timeout: float | None, observer: Observer, embedded: bool = False
) -> Target:
    """Waits until the target answers and can be written to; each try is a new connection.

    Raises what `connect` raises, and Refused when it is still read-only at the end.
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
    """Raises what `driver_error` makes of an error of psycopg."""
    try:
        yield
    except psycopg.Error as error:
        raise driver_error(error) from error


def is_lost(sqlstate: str, message: str) -> bool:
    """Whether the server says that a connection is lost: to it, or from it to another server."""
    if message.startswith("failed to COPY to shard "):  # Citus, of a worker that takes no more data
        return True
    if sqlstate == "XX000":  # internal_error: Citus has no other for what libpq says of a worker
        return failures.transient_reason(message) is not None
    # protocol_violation is of the same class, but about a message
    return sqlstate in _GONE or (sqlstate.startswith("08") and sqlstate != "08P01")


def driver_error(error: psycopg.Error) -> RunnerError:
    """Converts an error of psycopg that belongs to no script. Raise it "from" the other."""
    diag = error.diag
    sqlstate = error.sqlstate
    message = diag.message_primary or str(error).strip() or type(error).__name__
    kind: type[RunnerError] = StatementFailed
    hint = diag.message_hint
    # Without a SQLSTATE it is libpq's message about the connection, or about what came.
    if sqlstate is None or is_lost(sqlstate, message):
        kind = ConnectionFailed
    elif sqlstate == "55P03":
        kind = LockNotAvailable
        hint = hint or "wait longer: --lock-timeout"
    elif sqlstate in ("25006", "42501"):
        kind = Refused
    return kind(
        message, hint=hint, detail=diag.message_detail, context=diag.context, sqlstate=sqlstate
    )
