"""The sessions of a shell script's client programs, all of them inside the run's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import IO, cast

from psycopg import pq

from runner.adapt.transaction_blocks import RELEASE_BLOCK, ROLL_BACK_BLOCK, TransactionBlocks
from runner.check.scripts import Checked
from runner.connect.session import Session
from runner.errors import RunnerError, ScriptError, StatementFailed
from runner.execute.execution import Execution, RunningScript
from runner.execute.executor import Executor
from runner.observer import Observer
from runner.psql.enum_labels import uses_new_label
from runner.psql.source import Source
from runner.psql.sql_text import first_words
from runner.psql.state import State
from runner.psql.steps import Connect
from runner.results import Notice
from runner.scripts.files import Recording, Request
from runner.sessions.client import (
    Answers,
    Client,
    RequestReader,
    buffered_data,
    commands_in,
    conninfo_of,
    control_of,
    savepoint_of,
)
from runner.sessions.sessions import Sessions

_Own = tuple[tuple[bytes, ...], tuple[bytes, ...], bytes]
# Commands before a request, after it, and after an error.
_IN_SAVEPOINT: _Own = (
    (b"SAVEPOINT runner_client;",),
    (b"RELEASE SAVEPOINT runner_client;",),
    b"ROLLBACK TO SAVEPOINT runner_client; RELEASE SAVEPOINT runner_client;",
)
_BEGINS = (b"BEGIN", b"START TRANSACTION")
_ASKS = ((b"SELECT",), (b"SHOW",), (b"WITH",))
_ABORTED = "current transaction is aborted, commands ignored until end of transaction block"


class _Caller(Observer):
    """One client's login, its BEGIN … COMMIT, and the `listener` that gets the run's warnings."""

    def __init__(self, number: int, login: Connect, conn: Session, executor: Executor) -> None:
        self.number = number
        self.login = login
        rights, labels = executor.blocks.rights, executor.blocks.labels
        self.blocks = TransactionBlocks(self, conn, executor.deferred, rights, labels)
        self.is_aborted = False
        self.listener: Answers | None = None

    @property
    def state(self) -> bytes:
        return (b"E" if self.is_aborted else b"T") if self.blocks.is_open else b"I"

    def notice(self, notice: Notice) -> None:
        if notice.severity == "WARNING" and self.listener is not None:
            self.listener.warn(notice.message)


class ClientSessions:
    """Carries out the requests of client programs, each in a savepoint; `requests` has them all.

    A program that got an error may go on, as psql does without ON_ERROR_STOP: `error` is the last
    one that it got, `refused` one of the runner itself. Raises what Executor.run raises, except
    errors of statements.
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
        self._executor = sessions.executor
        self._execution = execution
        # Called while no client sends a request.
        self.idle = execution.between or (lambda: None)
        self._script = checked.script
        self.requests: list[Request] = []
        self._learn = cast("Recording", checked.recording).learn
        self._progress = progress
        self._state = state
        self._reader = RequestReader(checked.script.source, state)
        self._current: str | None = None
        self._callers: dict[int, _Caller] = {}

    @property
    def _conn(self) -> Session:
        return self._executor.exchange.conn

    def connected(self, client: Client, parameters: Mapping[str, str]) -> None:
        request = Request(client.number, parameters=parameters)
        if not self._callers:
            self._current = None
        try:
            self._connect(request)
        except StatementFailed as error:
            self.error = error
            message = error.message.removeprefix("\\connect: ")
            client.send_message(b"E", "FATAL", error.sqlstate or "08004", message)
            client.close()
            return
        self._add(request)
        client.accept(self._conn.pgconn.parameter_status)

    def query(self, client: Client, text: bytes, data: Sequence[IO[bytes]]) -> None:
        caller, name = self._callers[client.number], self._script.name
        request = Request(caller.number, text, [buffered_data(name, file) for file in data])
        caller.listener = listener = Answers(client)
        try:
            self._perform(caller, request)
            if self._executor.is_passed_over:
                request = request._replace(failed=None)
        except StatementFailed as error:
            if uses_new_label(error, self._executor.blocks.labels):
                raise  # the run starts again
            request = request._replace(failed=True)
            listener.failed(error)
        self._add(request)
        client.ready(self._conn.pgconn.parameter_status, caller.state)

    def ended(self, client: Client) -> None:
        caller = self._callers.pop(client.number, None)
        if caller is not None and caller.blocks.is_open:
            caller.listener = None
            request = Request(caller.number, b"ROLLBACK")
            self._perform(caller, request)
            self._add(request)

    def explained(self, failure: StatementFailed) -> RunnerError:
        """Return the failure of the script with what the server or the runner has refused."""
        if self.refused is not None:
            return self.refused
        if self.error is None:
            return failure
        message = f"{failure.message}: {self.error.message}"
        return self.error.converted(type(self.error), message=message)

    def _add(self, request: Request) -> None:
        self.requests.append(request)
        if not request.failed:
            self._learn(self._current, request.text)

    def replay(self, requests: Iterable[Request]) -> None:
        """Carry out recorded requests once more. Raises StatementFailed, too."""
        for request in requests:
            if request.parameters is not None:
                self._current = None
                self._connect(request)
                continue
            try:
                self._perform(self._callers[request.client], request)
            except StatementFailed:
                if request.failed is False:
                    raise

    def _connect(self, request: Request) -> None:
        conninfo = conninfo_of(request.parameters or {}, self._execution.target)
        place = self._reader.statement(b"\\connect")
        login = Connect(None, None, None, None, place, conninfo, reuse=False)
        self._become(login)
        self._callers[request.client] = _Caller(request.client, login, self._conn, self._executor)

    def _become(self, login: Connect) -> None:
        """Make the run's session look like that of the client. Raises StatementFailed."""
        if login.conninfo == self._current:
            return
        self._current = None
        try:
            self._executor.connect(login, self._state)
        except ScriptError as error:
            self.refused = error
            raise error.converted(StatementFailed) from None
        self._current = login.conninfo

    def _perform(self, caller: _Caller, request: Request) -> None:
        """Run the commands between BEGIN and COMMIT, all or none. Raises StatementFailed."""
        self._become(caller.login)
        strings = self._conn.pgconn.parameter_status(b"standard_conforming_strings")
        commands, data = commands_in(request.text, strings), iter(request.data)
        if not commands and caller.listener is not None:
            caller.listener.empty()
        for (control, moves), group in groupby(
            commands, lambda at: (control_of(at[1]), savepoint_of(at[1]))
        ):
            ends = control not in (None, *_BEGINS) or moves == b"ROLLBACK"
            if caller.is_aborted and not ends:
                raise StatementFailed(_ABORTED, sqlstate="25P02")
            alike = list(group)
            for number, (start, command) in enumerate(alike, 1):
                before, after, undo = _IN_SAVEPOINT
                if moves and caller.blocks.is_open:  # our savepoint would end with the script's
                    before, after, undo = (), (), ROLL_BACK_BLOCK
                    caller.is_aborted = False
                elif control is not None:
                    before = after = ()
                    undo = ROLL_BACK_BLOCK + RELEASE_BLOCK if caller.blocks.is_open else b""
                    command = b"ROLLBACK" if caller.is_aborted else command
                    caller.is_aborted = False
                own = before * (number == 1), after * (number == len(alike)), undo
                self._command(caller, (start, command), data, own)

    def _command(
        self, caller: _Caller, at: tuple[int, bytes], data: Iterator[Source], own: _Own
    ) -> None:
        """Run one command; `own`: the runner's commands before it, after it, and after an error."""
        (start, command), (before, after, undo) = at, own
        if before and (rights := self._executor.blocks.rights):
            before = (*rights.if_they_exist(command), *before)
        executor, listener = self._executor, caller.listener
        if listener is not None:
            listener.begin(start, is_silent=control_of(command) is not None)
        executor.exchange.listener = listener
        passed_over = executor.is_passed_over
        # In a reference: a question in another database is most often about the server, or fails.
        executor.is_passed_over &= first_words(command, 1) not in _ASKS or listener is None
        try:
            steps = executor.without_left_out(self._reader.steps(command, data))
            executor.run_steps(caller.blocks.passed(steps), self._state, self._progress, before)
            executor.flush(after)
        except RunnerError as error:
            undone = self._undone(caller, error, undo, is_set=not before)
            if executor.is_passed_over or not passed_over:
                raise undone from None
        finally:
            executor.exchange.listener = None
            executor.is_passed_over = passed_over
        if listener is not None and not listener.has_answered:
            listener.not_sent(command)

    def _undone(
        self, caller: _Caller, error: RunnerError, undo: bytes, *, is_set: bool
    ) -> RunnerError:
        """Undo what has failed; return the error for the client, or raise it to end the run."""
        self._executor.forget()
        status = self._conn.pgconn.transaction_status
        is_alive = status == pq.TransactionStatus.INTRANS
        # `is_set`: a message before has set the savepoint.
        if status == pq.TransactionStatus.INERROR or (is_set and is_alive):
            self._conn.execute(undo)
        elif not is_alive or error.state is not None:
            raise error
        caller.is_aborted = caller.blocks.is_open
        if not isinstance(error, StatementFailed) and error.sqlstate is None:
            self.refused = error
        place = error.place if self._reader.is_in_script else None
        self.error = error.converted(type(error), place=place)
        return self.error.converted(StatementFailed)
