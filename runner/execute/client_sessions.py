"""The sessions of a shell script's client programs, all of them inside the run's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import IO, TYPE_CHECKING, cast

from psycopg import pq

from runner.errors import RunnerError, ScriptError, StatementFailed
from runner.execute.answers import Answers
from runner.execute.client_requests import (
    RequestReader,
    commands_in,
    control_of,
    kept_data,
    usual_tag,
)
from runner.execute.sessions import ClientLogin, Sessions
from runner.execute.startup_settings import set_commands, settings_of
from runner.execute.transaction_blocks import RELEASE_BLOCK, ROLL_BACK_BLOCK, TransactionBlocks
from runner.observer import Silent
from runner.psql.copy_command import copy_end
from runner.psql.source import Source
from runner.psql.sql_text import first_words, leading_space
from runner.psql.steps import Connect, Step
from runner.scripts.recording import Request

if TYPE_CHECKING:
    from runner.check.scripts import Checked
    from runner.connect.session import Session
    from runner.execute.execution import Execution
    from runner.execute.gateway import Client
    from runner.execute.running_script import RunningScript
    from runner.psql.state import State
    from runner.results import Notice, Target
    from runner.scripts.recording import Recording


_SAVEPOINT, _RELEASE = b"SAVEPOINT runner_client;", b"RELEASE SAVEPOINT runner_client;"
_UNDO = b"ROLLBACK TO SAVEPOINT runner_client;" + _RELEASE
_TAGS = {b"END": b"COMMIT", b"ABORT": b"ROLLBACK"}
_ASKS = ((b"SELECT",), (b"SHOW",), (b"WITH",))
_BEGINS = (b"BEGIN", b"START TRANSACTION")
# The image's superuser, if POSTGRES_USER names no other: the one that runs the scripts.
_IMAGE_USER = "postgres"
# They connect to a maintenance database, and their statements are about the server.
_OF_THE_SERVER = frozenset({"createdb", "createuser", "dropdb", "dropuser"})
_ABORTED = "current transaction is aborted, commands ignored until end of transaction block"


class _Caller(Silent):
    """One client's session: its number, its login, its BEGIN … COMMIT and whether that is aborted.

    It is the observer of these, and passes their warnings on to `listener`.
    """

    def __init__(self, number: int, login: ClientLogin, version: int) -> None:
        self.number = number
        self.login = login
        self.blocks = TransactionBlocks(self, version)
        self.is_aborted = False
        self.listener: Answers | None = None

    @property
    def state(self) -> bytes:
        """As ReadyForQuery tells it."""
        return (b"E" if self.is_aborted else b"T") if self.blocks.is_open else b"I"

    def notice(self, notice: Notice) -> None:
        """A warning about BEGIN or COMMIT."""
        if notice.severity == "WARNING" and self.listener is not None:
            self.listener.warn(notice.message)


class ClientSessions:
    """Does what client programs ask for, each request in a savepoint, and records it.

    A program that is refused something may go on, as psql does without ON_ERROR_STOP: `error` is
    what it was told last. What the runner itself refuses is in `refused`. Raises what Executor.run
    raises, but for errors of statements.
    """

    def __init__(
        self,
        sessions: Sessions,
        execution: Execution,
        checked: Checked,
        progress: RunningScript,
        state: State,
    ) -> None:
        self.error: RunnerError | None = None
        self.refused: RunnerError | None = None
        self._sessions = sessions
        self._executor = sessions.executor
        self._execution = execution
        self._script = checked.script
        self._recording = cast("Recording", checked.recording)
        self._progress = progress
        self._state = state
        self._reader = RequestReader(checked.script.source, state)
        self._current: ClientLogin | None = None
        self._clients: dict[Client, _Caller] = {}
        self._callers: dict[int, _Caller] = {}

    @property
    def _conn(self) -> Session:
        return self._executor.exchange.conn

    # -- what clients ask for ---------------------------------------------------------------

    def idle(self) -> None:
        """See gateway.Handler."""
        if self._execution.between is not None:
            self._execution.between()

    def connected(self, client: Client, parameters: Mapping[str, str]) -> None:
        """See gateway.Handler."""
        request = Request(len(self._callers) + 1, parameters=parameters)
        try:
            caller = self._connect(request, alone=not self._clients)
        except StatementFailed as error:
            self.error = error
            client.tell(b"E", "FATAL", error.sqlstate or "08004", error.message)
            client.finish()
            return
        self._recording.add(request)
        self._clients[client] = caller
        client.welcome(self._conn.pgconn.parameter_status)

    def copies(self, text: bytes) -> list[bool]:
        """See gateway.Handler."""
        ends = ((command, copy_end(command)) for _, command in commands_in(text, self._conn.pgconn))
        return [b"binary" in one.lower() for one, end in ends if end and end.kind == "stdin"]

    def query(self, client: Client, text: bytes, data: Sequence[IO[bytes]]) -> None:
        """See gateway.Handler."""
        caller, name = self._clients[client], self._script.name
        request = Request(caller.number, text, [kept_data(name, file) for file in data])
        caller.listener = listener = Answers(client)
        try:
            self._perform(caller, request)
        except StatementFailed as error:
            self.error = error
            request = request._replace(failed=True)
            listener.failed(error)
        self._recording.add(request)
        client.ready(self._conn.pgconn.parameter_status, caller.state)

    def ended(self, client: Client) -> None:
        """See gateway.Handler."""
        caller = self._clients.pop(client, None)
        if caller is not None and caller.blocks.is_open:
            caller.listener = None
            request = Request(caller.number, b"ROLLBACK")
            self._perform(caller, request)
            self._recording.add(request)

    def explained(self, failure: StatementFailed) -> RunnerError:
        """A failure of the script, with what the server or the runner has refused to it."""
        if self.refused is not None:
            return self.refused
        if self.error is None:
            return failure
        return self.error.converted(
            StatementFailed, message=f"{failure.message}: {self.error.message}"
        )

    def replay(self) -> None:
        """Does once more what was recorded. Raises StatementFailed, too."""
        for request in self._recording.requests:
            if request.parameters is not None:
                self._connect(request, alone=True)
                continue
            try:
                self._perform(self._callers[request.client], request)
            except StatementFailed:
                if not request.failed:
                    raise

    # -- how it is done ---------------------------------------------------------------------

    def _connect(self, request: Request, *, alone: bool) -> _Caller:
        """Begins a session. Raises StatementFailed where a server would refuse it."""
        login = _login_of(request.parameters or {}, self._execution.target, self._conn)
        caller = _Caller(request.client, login, self._conn.info.server_version)
        self._callers[request.client] = caller
        self._become(login, anew=alone)
        return caller

    def _become(self, login: ClientLogin, *, anew: bool = False) -> None:
        """Makes the run's session look like the one that a client has. Raises StatementFailed."""
        if not anew and login == self._current:
            return
        self._current = None
        place = self._reader.statement(login.dbname.encode())
        step = Connect(login.dbname, None, None, None, place)
        try:
            self._sessions.log_in(login, self._script.name, step, self._state)
        except ScriptError as error:
            self.refused = error
            raise error.converted(StatementFailed) from None
        self._current = login

    def _perform(self, caller: _Caller, request: Request) -> None:
        """Runs the commands of a request. Raises StatementFailed after taking them back."""
        self._become(caller.login)
        commands, data = commands_in(request.text, self._conn.pgconn), iter(request.data)
        if not commands and caller.listener is not None:
            caller.listener.empty()
        for control, group in groupby(commands, lambda one: control_of(one[1])):
            if caller.is_aborted and (control is None or control in _BEGINS):
                raise StatementFailed(_ABORTED, sqlstate="25P02")
            if control is None:
                self._run(caller, list(group), data)
            else:
                for _, command in group:
                    self._end_or_begin(caller, command, control)

    def _run(
        self, caller: _Caller, commands: Sequence[tuple[int, bytes]], data: Iterator[Source]
    ) -> None:
        """Runs commands without BEGIN and COMMIT, all or none of them. Raises StatementFailed."""
        own: tuple[bytes, ...] = (_SAVEPOINT,)
        try:
            for start, command in commands:
                end = (_RELEASE,) if start == commands[-1][0] else ()
                with self._answered(caller, start, command):
                    asks = first_words(command, 1)[:1] in _ASKS
                    self._send(caller, self._reader.steps(command, data), own, end, asks=asks)
                own = ()
        except RunnerError as error:
            raise self._undone(caller, error, _UNDO, is_set=not own) from None

    def _end_or_begin(self, caller: _Caller, command: bytes, control: bytes) -> None:
        """BEGIN, COMMIT or ROLLBACK of a client. Raises StatementFailed."""
        listener, tag = caller.listener, _TAGS.get(control, control)
        if caller.is_aborted:
            command, tag = b"ROLLBACK", b"ROLLBACK"
        is_open = caller.blocks.is_open
        if listener is not None:
            listener.is_silent = True
        try:
            self._send(caller, iter((self._reader.statement(command),)), (), ())
        except RunnerError as error:
            undo = ROLL_BACK_BLOCK + RELEASE_BLOCK if is_open else b""
            raise self._undone(caller, error, undo) from None
        finally:
            caller.is_aborted = False
            if listener is not None:
                listener.is_silent = False
        if listener is not None:
            listener.done(tag)

    def _send(
        self,
        caller: _Caller,
        steps: Iterator[Step],
        before: Sequence[bytes],
        after: Sequence[bytes],
        *,
        asks: bool = False,
    ) -> None:
        executor = self._executor
        executor.exchange.listener = caller.listener
        passed_over = executor.is_passed_over
        # In a reference: what a script asks elsewhere is most often true of the whole server.
        executor.is_passed_over &= not asks or caller.listener is None
        try:
            passed = caller.blocks.passed(executor.sent(steps))
            executor.run_steps(passed, self._state, self._progress, before, may_wait=_always)
            executor.flush(after)
        finally:
            executor.exchange.listener = None
            executor.is_passed_over = passed_over

    def _undone(
        self, caller: _Caller, error: RunnerError, undo: bytes, *, is_set: bool = False
    ) -> RunnerError:
        """Takes back what has failed, and returns the error for the client.

        `is_set`: an earlier message has set the savepoint. Raises the error again where the run
        cannot go on.
        """
        self._executor.forget()
        status = self._conn.pgconn.transaction_status
        if status == pq.TransactionStatus.INERROR or (
            is_set and status == pq.TransactionStatus.INTRANS
        ):
            self._conn.execute(undo)
        elif status != pq.TransactionStatus.INTRANS or error.state is not None:
            raise error
        caller.is_aborted = caller.blocks.is_open
        if not isinstance(error, StatementFailed):
            self.refused = error
        place = error.place if self._reader.is_in_script else None
        return error.converted(StatementFailed, place=place)

    @contextmanager
    def _answered(self, caller: _Caller, start: int, command: bytes) -> Iterator[None]:
        """The client is told the end of this command, also where it was not sent."""
        listener = caller.listener
        if listener is not None:
            listener.start, listener.has_answered = start, False
        yield
        if listener is not None and not listener.has_answered:
            end = copy_end(command[leading_space(command) :])
            if end is not None and end.kind == "stdout":
                listener.copied(b"")  # psql waits for data
            listener.done(usual_tag(command))


def _login_of(parameters: Mapping[str, str], target: Target, conn: Session) -> ClientLogin:
    """What the parameters of a startup packet ask for."""
    user = parameters.get("user", target.user)
    is_elsewhere = parameters.get("application_name") not in _OF_THE_SERVER
    dbname = parameters.get("database", user) if is_elsewhere else target.dbname
    role = None if user in (target.user, _IMAGE_USER) else user
    return ClientLogin(dbname, role, set_commands(conn, settings_of(parameters)))


def _always() -> bool:
    return True
