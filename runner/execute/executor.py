"""Runs the steps of scripts: sends batches and COPY data, carries out meta-commands."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from runner.errors import MergedInsertFailed, RunnerError, ScriptError
from runner.execute import reconnect, step_filters
from runner.execute.exchange import Exchange
from runner.execute.execution import Execution
from runner.execute.merging import InsertMerger
from runner.execute.messages import FIRST_MESSAGE, Batch, Part, batches
from runner.execute.query_results import follow_server, set_row_count, set_variables, statements_in
from runner.execute.recovery import Recovery
from runner.execute.shared import Shared, with_shared
from runner.execute.transaction_blocks import TransactionBlocks, own_statements
from runner.psql.reader import read_script
from runner.psql.steps import (
    Connect,
    CopyData,
    Echo,
    Gexec,
    Gset,
    Problem,
    Statement,
    Step,
    Sync,
    separated,
)
from runner.results import Notice

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

    from runner.check.command import LeftOut
    from runner.connect.session import Session
    from runner.execute.execution import RunningScript
    from runner.execute.role_rights import RoleRights
    from runner.psql.source import Source
    from runner.psql.state import State


class Executor:
    """Runs scripts on one connection.

    `reconnect` does a `\\connect`: it gives where that leads, and psql's variables about it.
    """

    def __init__(
        self,
        execution: Execution,
        reconnect: Callable[[Connect, dict[str, str]], tuple[Session, dict[str, str]] | None],
        left_out: LeftOut | None = None,
        rights: RoleRights | None = None,
    ) -> None:
        self.exchange = Exchange(execution)
        self._execution = execution
        self._reconnect = reconnect
        self._left_out = left_out
        self._recovery = None if execution.on_error is None else Recovery(execution)
        version = execution.session.info.server_version
        self.blocks = TransactionBlocks(execution.observer, version, rights)
        self._rights = rights
        alone = execution.autocommit or execution.on_error is not None
        self._merger = InsertMerger(is_on=execution.merges and not alone)
        self._queued: list[Part] = []  # goes with the next message
        self._progress: RunningScript | None = None  # of the script that runs
        self._steps: Iterator[Batch | Step | Shared] = iter(())  # of the script that runs
        self.is_passed_over = False  # what comes, until the next \\connect

    def _part(self) -> Part:
        """The last one of the next message."""
        if not self._queued:
            self._queued.append(Part((), self._progress))
        return self._queued[-1]

    @property
    def is_waiting(self) -> bool:
        """Whether the end of a script is still to be sent."""
        return any(part.batch.statements for part in self._queued)

    def run(
        self, source: Source, state: State, progress: RunningScript, own: Sequence[bytes] = ()
    ) -> None:
        """Runs a script to its end; `own` are commands to put before its first message.

        A short end is sent with the next script's beginning or by `flush`, and the progress is
        complete only then. Raises StatementFailed, ScriptError, or psycopg.Error when the
        connection breaks or one of `own` fails.
        """
        steps = read_script(source, state)
        if self._recovery is not None:
            steps = step_filters.rehearsed(steps, autocommit=self._execution.autocommit)
        if not self._execution.data:
            steps = step_filters.without_data(steps)
        in_blocks = separated if self._execution.autocommit else self.blocks.script
        self.run_steps(in_blocks(self.sent(steps)), state, progress, own)
        self._end_script()

    def run_steps(
        self,
        steps: Iterator[Step],
        state: State,
        progress: RunningScript,
        own: Sequence[bytes] = (),
    ) -> None:
        """Runs some steps of a script, as `run` does; more of them may follow."""
        self._merger.forget()
        self._progress = progress
        self._queued.append(Part(own, progress))
        if self._recovery is not None:
            self._transmit()
        self._steps = self._batches(steps)
        step = self._next_step(self.flush)
        while step is not None:
            if not isinstance(step, Batch):
                self._carry_out(step, state)
                step = self._next_step(self.flush)
            elif self._is_short_end(step):
                self._part().batch = self._merger.merged(step)
                step = None
            else:
                step = self._run_batch(step)

    def sent(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Without what is left out."""
        return steps if self._left_out is None else step_filters.without(steps, self._left_out)

    def _batches(self, steps: Iterator[Step]) -> Iterator[Batch | Step | Shared]:
        execution = self._execution
        if not execution.autocommit:
            steps = step_filters.with_lock_timeout(steps)
            if self._recovery is not None:
                steps = step_filters.apart_from_savepoints(steps)
        if execution.probe is not None:
            steps = step_filters.probed(steps, execution.probe)
        routed: Iterator[Step | Shared] = steps
        if execution.databases is not None:
            routed = with_shared(steps, lambda: self.is_passed_over)
        return batches(routed, autocommit=execution.autocommit)

    def _next_step(self, first: Callable[[], object]) -> Batch | Step | Shared | None:
        """The next step of the script; where it is an error, `first` is done before that is raised.

        If one of the statements before fails, that is the error.
        """
        try:
            return next(self._steps, None)
        except ScriptError:
            first()
            raise

    def _is_short_end(self, batch: Batch) -> bool:
        if batch.is_alone or not batch.is_last or self._recovery is not None:
            return False
        return batch.size + sum(part.batch.size for part in self._queued) <= FIRST_MESSAGE

    def _run_batch(self, batch: Batch) -> Batch | Step | Shared | None:
        """Sends a batch and returns the next step, which is read while the server works."""
        self._send(batch)
        if batch.asks_for_data:
            self._collect()
            return self._next_step(self.flush)
        ahead = self._next_step(self._collect)
        self._collect()
        return ahead

    def _end_script(self) -> None:
        part = self._part()
        part.is_end = True
        if part.own and not self.is_waiting:
            self._transmit()
        elif not self.is_waiting:
            self._queued.clear()
            if part.progress is not None:
                part.progress.end()

    def flush(self, own: Sequence[bytes] = ()) -> Sequence[bytes]:
        """Sends queued statements and the runner's `own` commands; returns the answers to these.

        One round trip, or none when there is nothing to send. Raises as `run` does.
        """
        asked = Part(own)
        if own:
            self._queued.append(asked)
        if own or self.is_waiting:
            self._transmit()
        return asked.answers

    def forget(self) -> None:
        self._queued.clear()
        self.blocks.substitutes.vacuums.clear()

    def _transmit(self) -> None:
        parts, self._queued = self._queued, []
        self.exchange.send(parts)
        self._collect()

    def _send(self, batch: Batch) -> None:
        if batch.is_alone and any(part.own or part.batch.statements for part in self._queued):
            self._transmit()
        self._part().batch = batch = self._merger.merged(batch)
        parts, self._queued = self._queued, []
        if self._recovery is not None:
            self._recovery.before(batch, self.exchange.conn)
        self.exchange.send([*parts, *self._merger.question(batch)])

    def _collect(self, rows: list[PGresult] | None = None) -> None:
        try:
            self.exchange.collect(lambda: next(self._steps, None), rows)
        except MergedInsertFailed:
            self._merger.stop()
            raise
        except RunnerError as error:
            if self._recovery is None:
                raise
            for batch in self._recovery.after(error, self.exchange.conn):
                self._send(batch)
                self._collect()
        self._merger.answered()

    def _carry_out(self, step: Step | Shared, state: State) -> None:
        if not isinstance(step, Gset | Gexec):
            self.flush()
        if isinstance(step, Sync):
            follow_server(state, self.exchange.pgconn)
            set_row_count(state, self.exchange.tag)
        elif isinstance(step, Gset):
            self._gset(step, state)
        elif isinstance(step, Gexec):
            self._gexec(step.statement, state)
        elif isinstance(step, Connect):
            self.connect(step, state)
        elif isinstance(step, Shared):
            self._share(step)
        elif isinstance(step, Echo):
            self._execution.observer.output(step.text, to_stderr=step.to_stderr)
        elif isinstance(step, CopyData):  # of a COPY that was not sent, or has failed
            deque(step.blocks, 0)
        elif isinstance(step, Problem):
            self._report(step)

    def _report(self, problem: Problem) -> None:
        message, place, hint = problem.message, problem.source.place(problem.offset), problem.hint
        if not problem.warning:
            raise ScriptError(message, place=place, hint=hint)
        self._execution.observer.notice(Notice("WARNING", message, place, hint=hint))

    def _query(self, statement: Statement) -> list[PGresult]:
        rows: list[PGresult] = []
        self._send(Batch([statement], is_alone=self._execution.autocommit))
        self._collect(rows)
        return rows

    def _gset(self, step: Gset, state: State) -> None:
        rows = self._query(step.statement)
        if self._recovery is None or not self._recovery.has_failed:
            is_query = self.exchange.tag.startswith(b"SELECT")
            set_variables(step, rows, state, self.exchange.codec, is_query=is_query)

    def _gexec(self, statement: Statement, state: State) -> None:
        rows = self._query(statement)
        tag = self.exchange.tag
        steps: Iterator[Step] = statements_in(rows, statement, state)
        if not self._execution.autocommit:
            steps = self.blocks.passed(steps)
        for batch in self._batches(steps):
            if isinstance(batch, Shared):
                self._share(batch)
            elif isinstance(batch, Batch):
                self._send(batch)
                self._collect()
        self.exchange.keep_tag(tag)  # psql's ROW_COUNT stays that of the query

    def connect(self, step: Connect, state: State) -> None:
        """Connects as psql does; None is a database whose statements are passed over."""
        found = self._reconnect(step, reconnect.named_parameters(step))
        self.is_passed_over = found is None
        self._merger.forget()
        if found is not None:
            conn, variables = found
            self.exchange.use(conn)
            state.variables.update(variables)
        follow_server(state, self.exchange.pgconn)  # which is as new

    def _share(self, shared: Shared) -> None:
        """A statement about roles or databases, where its effect is seen by all."""
        databases = self._execution.databases
        if databases is None or (found := databases.share(shared, self._progress)) is None:
            return
        current, (conn, statement) = self.exchange.conn, found
        own = self._rights.made(statement.text) if self._rights and conn is None else []
        self.exchange.use(conn or current)
        self._send(Batch([statement, *own_statements(statement, own)]))
        self._collect()
        self.exchange.use(current)
