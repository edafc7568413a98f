"""Runs the steps of scripts: sends statements and COPY data, carries out meta-commands."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from psycopg.pq.abc import PGresult

from runner.adapt import step_filters
from runner.adapt.shared_statements import Shared
from runner.adapt.transaction_blocks import TransactionBlocks
from runner.check.command import Command, LeftOut
from runner.errors import MergedInsertFailed, RunnerError, ScriptError
from runner.execute.error_rollback import Recovery
from runner.execute.exchange import Exchange
from runner.execute.execution import Execution, RunningScript
from runner.execute.merging import InsertMerger
from runner.execute.messages import FIRST_MESSAGE, LARGEST_MESSAGE, Part, is_copy
from runner.execute.query_results import follow_server, set_variables, statements_in
from runner.psql.enum_labels import EnumLabels
from runner.psql.reader import read_script
from runner.psql.source import Source
from runner.psql.state import State
from runner.psql.steps import (
    Connect,
    CopyData,
    Echo,
    Gexec,
    Gset,
    PlainStatements,
    Problem,
    Statement,
    Statements,
    Step,
    Sync,
    separated,
)

if TYPE_CHECKING:
    from runner.adapt.role_rights import RoleRights
    from runner.connect.session import Session


class Executor:
    r"""Runs scripts on one connection.

    `reconnect` carries out a `\connect`: it returns the new session and psql's variables about it.
    """

    def __init__(
        self,
        execution: Execution,
        reconnect: Callable[[Connect], tuple[Session, dict[str, str]] | None],
        left_out: LeftOut | None = None,
        rights: RoleRights | None = None,
        labels: EnumLabels | None = None,
    ) -> None:
        self.exchange = Exchange(execution)
        self._execution = execution
        self._reconnect = reconnect
        self.is_passed_over = False  # statements are left out until the next \\connect
        self._filtered = partial(execution.filtered, is_passed_over=lambda: self.is_passed_over)
        self._left_out = left_out
        self._recovery = None if execution.on_error is None else Recovery(execution)
        self.deferred: list[Statement] = []  # to run after COMMIT
        conn, self._rights = execution.session, rights
        self.blocks = TransactionBlocks(execution.observer, conn, self.deferred, rights, labels)
        alone = execution.autocommit or execution.on_error is not None
        self._merger = InsertMerger(is_on=execution.merges and not alone)
        self._pending: list[Part] = []  # parts of the next message
        self._size = 0  # bytes of the statements in it
        self._limit = FIRST_MESSAGE
        self._progress: RunningScript | None = None  # of the script that runs
        self._steps: Iterator[Step | Shared] = iter(())  # of the script that runs

    def run(
        self, source: Source, state: State, progress: RunningScript, own: Sequence[bytes] = ()
    ) -> None:
        """Run a script to its end; `own` are commands to send before its first message.

        A short rest is sent with the beginning of the next script or by `flush`; only then is the
        progress complete. Raises StatementFailed, ScriptError, or psycopg.Error when the connection
        breaks or one of `own` fails.
        """
        in_blocks = separated if self._execution.autocommit else self.blocks.script
        steps = self.without_left_out(read_script(source, state))
        self.run_steps(in_blocks(steps), state, progress, own)
        self._pending.append(Part(None, progress, is_end=True))
        if not 0 < self._size <= FIRST_MESSAGE or self._recovery is not None:
            self._transmit()
        self._collect()

    def run_steps(
        self,
        steps: Iterator[Step],
        state: State,
        progress: RunningScript,
        own: Sequence[bytes] = (),
    ) -> None:
        """Run some steps of a script, as `run` does; more of them may follow."""
        self._merger.forget()
        self._progress, self._limit = progress, FIRST_MESSAGE
        self._pending.append(Part(None, progress, own))
        if self._recovery is not None:
            self._transmit()
        self._steps = self._filtered(steps)
        self._run(self._steps, state)

    def without_left_out(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Yield the steps without the statements that options leave out."""
        if (left_out := self._left_out) is None:
            return steps
        steps = steps if self._execution.left_out is None else separated(steps)
        return (
            one for one in steps if not (isinstance(one, Statement) and left_out(Command(one.text)))
        )

    def _run(self, steps: Iterator[Step | Shared], state: State) -> None:
        while True:
            try:
                step = next(steps, None)
            except ScriptError:
                self.flush()  # errors of earlier statements take precedence
                raise
            if step is None:
                return
            if isinstance(step, Statements):
                self._put(step)
            else:
                self._carry_out(step, state)

    def _put(self, statement: Statements) -> None:
        """Add a statement to the next message, which is sent when it is full.

        A statement may be split between messages. COPY, and all in autocommit mode, is sent alone.
        """
        if isinstance(statement, Statement) and (self._execution.autocommit or is_copy(statement)):
            self.flush()
            self._append(statement, is_alone=True)
            self._transmit()
            self._collect()
            return
        rest: Statements | None = statement
        while rest is not None and self._size + len(rest.text) > self._limit:
            if isinstance(rest, PlainStatements):
                fits, rest = rest.cut(self._limit - self._size)
                if fits is not None:
                    self._append(fits)
            if not self._size:
                break  # larger than any message
            self._transmit(is_full=True)
            self._limit = min(4 * self._limit, LARGEST_MESSAGE)
        if rest is not None:
            self._append(rest)

    def _append(self, statement: Statements, *, is_alone: bool = False) -> None:
        self._pending.append(Part(statement, self._progress, is_alone=is_alone))
        self._size += len(statement.text)

    def flush(self, own: Sequence[bytes] = ()) -> Sequence[bytes]:
        """Send pending statements and the runner's `own` commands; return the answers to these.

        One round trip, or none when there is nothing to send. Raises as `run` does.
        """
        asked = Part(own=own)
        self._pending.append(asked)
        if self._size or any(part.own for part in self._pending):
            self._transmit()
        self._collect()
        return asked.answers

    def forget(self) -> None:
        self._pending, self._size = [], 0

    def _transmit(self, *, is_full: bool = False) -> None:
        """Send what is pending, as soon as the message before it is answered.

        Until then the server works while the next message is read and its INSERTs are merged. Only
        a large message asks about unknown tables before.
        """
        parts: Sequence[Part] = self._pending
        is_large = is_full or self._size > FIRST_MESSAGE
        self._pending, self._size = [], 0
        if (question := self._merger.question(parts)) and is_large:
            self._collect()
            self._send(question)
            self._collect()
            self._merger.answered(parts)
        parts = self._merger.merged(parts)
        self._collect()
        self._send(parts)

    def _send(self, parts: Sequence[Part]) -> None:
        if self._recovery is not None:
            self._recovery.before(parts, self.exchange.conn)
        self.exchange.send(parts)

    def _collect(self, rows: list[PGresult] | None = None) -> None:
        """Take the answers to the last message, unless that was done."""
        try:
            self.exchange.collect(lambda: next(self._steps, None), rows)
        except RunnerError as error:
            if isinstance(error, MergedInsertFailed):
                self._merger.is_on = False  # one of the statements fails
            if self._recovery is None:
                raise
            alone = self._recovery.after(error, self.exchange.conn)
            for statement in alone:
                self._send([Part(statement, self._progress)])
                self._collect(rows if statement is alone[-1] else None)

    def _carry_out(self, step: Step | Shared, state: State) -> None:
        if not isinstance(step, Gset | Gexec):
            self.flush()
        if isinstance(step, Sync):
            follow_server(state, self.exchange.pgconn)
            count = self.exchange.tag.rsplit(b" ", 1)[-1]
            state.variables["ROW_COUNT"] = count.decode() if count.isdigit() else "0"
        elif isinstance(step, Gset):
            self._gset(step, state)
        elif isinstance(step, Gexec):
            self._gexec(step.statement, state)
        elif isinstance(step, Connect):
            self.connect(step, state)
        elif isinstance(step, Shared):
            self._run_shared(step)
        elif isinstance(step, Echo):
            self._execution.observer.output(step.text, to_stderr=step.to_stderr)
        elif isinstance(step, CopyData):  # its COPY was not sent, or has failed
            deque(step.blocks, 0)
        elif isinstance(step, Problem) and not step.warning and self._recovery is None:
            # With a recovery it was reported before the run.
            place = step.source.place(step.offset)
            raise ScriptError(step.message, place=place, hint=step.hint)

    def _query(self, statement: Statement) -> list[PGresult]:
        rows: list[PGresult] = []
        self._append(statement, is_alone=self._execution.autocommit)
        self._transmit()
        self._collect(rows)
        return rows

    def _gset(self, step: Gset, state: State) -> None:
        databases = self._execution.databases
        if self.is_passed_over and databases is not None:
            self.flush()
            if not databases.can_run(step.statement):
                return
        rows = self._query(step.statement)
        if self._recovery is None or not self._recovery.has_failed:
            known = databases.with_known_names if databases else str
            set_variables(step, rows, state, self.exchange, known)

    def _gexec(self, statement: Statement, state: State) -> None:
        rows = self._query(statement)
        tag = self.exchange.tag
        steps: Iterator[Step] = statements_in(rows, statement, state)
        if not self._execution.autocommit:
            steps = self.blocks.passed(steps)
        self._run(self._filtered(steps), state)
        self.flush()
        self.exchange.tag = tag  # psql's ROW_COUNT stays that of the query

    def connect(self, step: Connect, state: State) -> None:
        """Connect as psql does; None is a database whose statements are left out."""
        found = self._reconnect(step)
        self.is_passed_over = found is None
        self._merger.forget()
        if found is not None:
            conn, variables = found
            self.exchange.use(conn)
            state.variables.update(variables)
        follow_server(state, self.exchange.pgconn)  # whose settings are those of a new session

    def _run_shared(self, shared: Shared) -> None:
        """Run a statement about roles or databases where its effect is visible to all sessions."""
        self.flush()  # the beginning of the session
        databases = self._execution.databases
        if databases is None or (found := databases.run_shared(shared, self._progress)) is None:
            return
        current, (conn, statement) = self.exchange.conn, found
        own = self._rights.making(statement.text) if self._rights and conn is None else ([], [])
        self.exchange.use(conn or current)
        try:
            # A client program may go on after an error, when the savepoint no longer exists.
            with nullcontext() if conn in (None, current) else conn.transaction():
                before, after = (step_filters.own_statements(statement, one) for one in own)
                for one in (*before, statement, *after):
                    self._append(one)
                self.flush()
        finally:
            self.exchange.use(current)
