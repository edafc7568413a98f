"""Runs the steps of scripts: batches and COPY data go to the server, the rest is done here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from runner.connect import wire
from runner.errors import ScriptError, StatementFailed
from runner.execute import reconnect
from runner.execute.exchange import Exchange
from runner.execute.messages import FIRST_MESSAGE, Batch, Part, ScriptProgress, batches
from runner.execute.step_filters import probed, with_lock_timeout, without_transaction_control
from runner.psql.parse_settings import canonical_encoding
from runner.psql.reader import read_script
from runner.psql.state import VARIABLE_NAME
from runner.psql.statement_buffer import command_starts
from runner.psql.steps import (
    Connect,
    Echo,
    Gexec,
    Gset,
    Origin,
    Problem,
    Statement,
    Step,
    Sync,
    separated,
)
from runner.results import Notice

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

    from runner.connect.session import Session
    from runner.observer import Observer
    from runner.psql.source import Source
    from runner.psql.state import State
    from runner.results import Target


# To where a `\\connect` leads, with the parameters that it names: the new connection, and what
# psql's variables say of it.
Reconnect = Callable[[Connect, dict[str, str]], "tuple[Session, dict[str, str]]"]


class Executor:
    """Runs scripts on one connection; `target` is what they are told of where it leads.

    `one_by_one` sends every statement alone and in no transaction of ours. `watch` is told
    when the server is silent. A `probe` is run after each statement.
    """

    def __init__(
        self,
        conn: Session,
        observer: Observer,
        target: Target,
        *,
        one_by_one: bool,
        reconnect: Reconnect,
        watch: wire.Watch | None = None,
        probe: bytes | None = None,
    ) -> None:
        self.observer = observer
        self.probe = probe
        self.target = target
        self.one_by_one = one_by_one
        self.reconnect = reconnect
        self.exchange = Exchange(conn, observer, target, in_transaction=not one_by_one, watch=watch)
        self._waiting: list[Part] = []  # what goes with the next message

    @property
    def is_waiting(self) -> bool:
        """Whether the end of a script is still to be sent."""
        return any(part.batch.statements for part in self._waiting)

    def run(
        self,
        source: Source,
        state: State,
        progress: ScriptProgress,
        own: Sequence[bytes] = (),
        *,
        may_wait: Callable[[], bool] = lambda: False,
    ) -> None:
        """Runs a script to its end; `own` are commands to put before its first message.

        When it `may_wait`, a short end goes with the next script's beginning or with `flush`,
        and the progress is complete only then. Raises StatementFailed, ScriptError, or
        psycopg.Error when the connection breaks or one of `own` fails.
        """
        self.state, self.progress = state, progress
        self._waiting.append(Part(Batch(), own, progress))
        steps = read_script(source, state)
        if self.one_by_one:
            steps = separated(steps)
        else:
            steps = with_lock_timeout(without_transaction_control(steps))
        if self.probe is not None:
            steps = probed(steps, self.probe)
        self.steps = batches(steps, one_by_one=self.one_by_one)
        step = self._next_step()
        while step is not None:
            if not isinstance(step, Batch):
                self._carry_out(step)
                step = self._next_step()
            elif self._is_short_end(step) and may_wait():
                self._waiting[-1].batch = step
                step = None
            else:
                step = self._run_batch(step)
        self._end_script(waits=self.is_waiting and may_wait())

    def _next_step(self) -> Batch | Step | None:
        try:
            return next(self.steps, None)
        except ScriptError:
            # What comes before it in the scripts comes first: if it fails, that is the error.
            self.flush()
            raise

    def _is_short_end(self, batch: Batch) -> bool:
        size = len(batch.text) + sum(len(part.batch.text) for part in self._waiting)
        return batch.is_last and not batch.asks_for_data and size <= FIRST_MESSAGE

    def _run_batch(self, batch: Batch) -> Batch | Step | None:
        """Sends a batch, and reads the script on while the server works. Gives the next step."""
        self._send(batch)
        if batch.asks_for_data:
            self._collect()
            return self._next_step()
        try:
            ahead = next(self.steps, None)
        except ScriptError:
            self._collect()
            raise
        self._collect()
        return ahead

    def _end_script(self, *, waits: bool) -> None:
        part = self._waiting[-1]
        part.is_end = True
        if not waits and (part.own or self.is_waiting):
            self._transmit()
        elif not waits:
            self._waiting.clear()
            self.progress.ends()

    def flush(self, own: Sequence[bytes] = ()) -> Sequence[bytes]:
        """Sends what waits, and then the runner's `own` commands; gives what these answer.

        One round trip, or none when there is nothing to send. Raises as `run` does.
        """
        asked = Part(Batch(), own)
        if own:
            self._waiting.append(asked)
        if own or self.is_waiting:
            self._transmit()
        return asked.answers

    def forget(self) -> None:
        """What waits is not sent any more."""
        self._waiting.clear()

    def _transmit(self) -> None:
        parts, self._waiting = self._waiting, []
        self.exchange.send(parts)
        self._collect()

    def _send(self, batch: Batch) -> None:
        parts, self._waiting = self._waiting, [Part(Batch(), (), self.progress)]
        parts[-1].batch = batch
        self.exchange.send(parts)

    def _collect(self, rows: list[PGresult] | None = None) -> None:
        self.exchange.collect(lambda: next(self.steps, None), rows)

    def _carry_out(self, step: Step) -> None:
        if self.is_waiting and not isinstance(step, Gset | Gexec):
            self.flush()
            self._waiting.append(Part(Batch(), (), self.progress))
        if isinstance(step, Sync):
            self._synchronise()
        elif isinstance(step, Gset):
            self._gset(step)
        elif isinstance(step, Gexec):
            self._gexec(step.statement)
        elif isinstance(step, Connect):
            self._connect(step)
        elif isinstance(step, Echo):
            self.observer.output(step.text, to_stderr=step.to_stderr)
        elif isinstance(step, Problem):
            place = step.source.place(step.offset)
            if not step.warning:
                raise ScriptError(step.message, place=place, hint=step.hint)
            self.observer.notice(Notice("WARNING", step.message, place, hint=step.hint))

    def _query(self, statement: Statement) -> list[PGresult]:
        rows: list[PGresult] = []
        self._send(Batch([statement]))
        self._collect(rows)
        return rows

    def _gset(self, step: Gset) -> None:
        r"""`\gset`: one row becomes variables (StoreQueryTuple in src/bin/psql/common.c)."""
        rows = self._query(step.statement)
        place = step.statement.source.place(step.statement.offset)
        selected = self.exchange.tag.startswith(b"SELECT")
        if len(rows) > 1 or (selected and not rows):
            count = "more than one row" if rows else "no rows"
            raise StatementFailed(f"{count} returned for \\gset", place=place)
        for row in rows:
            for column in range(row.nfields):
                name = step.prefix + (row.fname(column) or b"").decode(self.exchange.codec)
                value = row.get_value(0, column)
                if not VARIABLE_NAME.fullmatch(name):
                    raise StatementFailed(f'invalid variable name: "{name}"', place=place)
                if self.state.is_special(name):
                    continue  # psql says that it ignores this
                if value is None:
                    self.state.unset(name)
                else:
                    self.state.variables[name] = value.decode("utf-8", "surrogateescape")

    def _gexec(self, statement: Statement) -> None:
        r"""`\gexec`: each field of the result, row by row, is a statement."""
        found: list[Step] = []
        origins = (Origin(0, statement.offset, verbatim=False),)
        strings = self.state.standard_conforming_strings
        rows = self._query(statement)
        tag = self.exchange.tag
        for row in rows:
            for column in range(row.nfields):
                text = row.get_value(0, column)
                if text:
                    starts = command_starts(text, standard_conforming_strings=strings)
                    found.append(statement._replace(text=text, starts=starts, origins=origins))
        steps = iter(found) if self.one_by_one else without_transaction_control(iter(found))
        for batch in batches(steps, one_by_one=self.one_by_one):
            if isinstance(batch, Batch):
                self._send(batch)
                self._collect()
        self.exchange.tag = tag  # psql's ROW_COUNT stays that of the query

    def _connect(self, step: Connect) -> None:
        """In a transaction of ours nothing, to where we are; elsewhere refused. Else as psql."""
        given = reconnect.named_parameters(step)
        if self.one_by_one:
            conn, variables = self.reconnect(step, given)
            self.exchange.use(conn)
            self.state.variables.update(variables)
        elif not reconnect.is_here(given, self.target):
            statement = step.statement
            raise ScriptError(
                "\\connect to another database or user would leave the run's transaction",
                place=statement.source.place(statement.offset),
                hint="Use --transaction none, or apply the scripts of each database by themselves.",
            )

    def _synchronise(self) -> None:
        """Takes over what the server says of the settings that reading a script depends on."""
        strings = self.exchange.pgconn.parameter_status(b"standard_conforming_strings")
        self.state.standard_conforming_strings = strings != b"off"
        encoding = self.exchange.pgconn.parameter_status(b"client_encoding") or b"UTF8"
        self.state.set_encoding(canonical_encoding(encoding.decode()))
        count = self.exchange.tag.rsplit(b" ", 1)[-1]
        self.state.variables["ROW_COUNT"] = count.decode() if count.isdigit() else "0"
