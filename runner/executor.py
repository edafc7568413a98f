"""Runs the steps of scripts: sends batches, streams COPY data, counts.

Never commits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from psycopg import errors, pq

from runner import rights, wire
from runner.batches import Batch, batches
from runner.culprits import Suspects
from runner.errors import RunnerError, ScriptError, StatementFailed
from runner.message import Message, Notices
from runner.precheck import without_transaction_control
from runner.psql.reader import read_script
from runner.psql.settings_seen import canonical_encoding
from runner.psql.state import VARIABLE_NAME
from runner.psql.statements import command_starts
from runner.psql.steps import (
    Connect,
    CopyData,
    Echo,
    Gexec,
    Gset,
    Origin,
    Problem,
    Statement,
    Step,
    Sync,
)
from runner.results import Notice

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.pq.abc import PGresult

    from runner.psql.source import Source
    from runner.psql.state import State
    from runner.results import Observer, Target

_COUNTED = (b"INSERT", b"COPY", b"UPDATE", b"DELETE", b"MERGE")
# What the server's own hint leaves out: what one transaction over all scripts has to do with it.
_OUTSIDE = "Leave it out of the scripts, or run them as psql does: --transaction none."
_ADVICE = {
    "25001": _OUTSIDE,
    "2D000": _OUTSIDE,
    "53200": "One transaction holds a lock on every object it touches: raise"
    " max_locks_per_transaction, or use --transaction none.",
    "55006": "Move the DDL before the rows: both are in one transaction.",
    "55P04": "Put the value into CREATE TYPE: one that is added cannot be used in the transaction"
    " that adds it.",
}
_SQLSTATE = pq.DiagnosticField.SQLSTATE
_NAME = rb'(?:"(?:[^"]|"")+"|[a-z_\x80-\xff][a-z0-9_$\x80-\xff]*)'
_CREATE_TABLE = re.compile(
    rb"create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?("
    + _NAME
    + rb"(?:\."
    + _NAME
    + rb")?)",
    re.IGNORECASE,
)
# Tags of what no script may run in the run's transaction. ROLLBACK is not among them: it is
# the tag of ROLLBACK TO SAVEPOINT as well.
_ENDS_TRANSACTION = (b"COMMIT", b"BEGIN", b"START TRANSACTION", b"PREPARE TRANSACTION")


class Executor:
    """Runs scripts on one connection; `target` is what they are told of where it leads.

    `statements` and `rows` count what the server has confirmed of the current script,
    `round_trips` the messages that it has answered, `last` is the last statement that ran.
    `one_by_one` sends every statement alone and in no transaction of ours. `watch` is told
    when the server is silent, `between` is called after each message. `said` is the last value
    that a preamble has returned, `suspects` are statements of the current script that may have
    taken something away.
    """

    def __init__(
        self,
        conn: Connection[tuple[Any, ...]],
        observer: Observer,
        target: Target,
        *,
        one_by_one: bool,
        reconnect: Callable[[Connect], Connection[tuple[Any, ...]]],
        watch: wire.Watch | None = None,
    ) -> None:
        self.observer = observer
        self.target = target
        self.one_by_one = one_by_one
        self.reconnect = reconnect
        self.watch = watch
        self.between: Callable[[], None] | None = None
        self.said: bytes | None = None
        self.suspects = Suspects()
        self.message = Message(Batch(), (), None)
        self.round_trips = 0
        self.last: Statement | None = None
        self.tag = b""  # of the last command
        self.created: tuple[Message, int] | None = None
        self.broken_at: Statement | None = None  # where the run's transaction ended
        self.collecting = False
        self.notices = Notices(observer)
        self.conn = conn
        self.use(conn)

    def use(self, conn: Connection[tuple[Any, ...]]) -> None:
        """From here on works on this connection."""
        with suppress(ValueError):  # nobody listens yet
            self.conn.remove_notice_handler(self._notice)
        self.conn = conn
        self.pgconn = conn.pgconn
        conn.add_notice_handler(self._notice)

    def run(self, source: Source, state: State, preamble: tuple[bytes, ...] = ()) -> None:
        """Runs a script to its end; `preamble` are commands to put before its first message.

        Raises StatementFailed, ScriptError, or psycopg.OperationalError when the connection
        breaks.
        """
        self.source, self.state, self.preamble = source, state, preamble
        self.statements = self.rows = 0
        self.said, self.suspects = None, Suspects()
        steps = read_script(source, state)
        if not self.one_by_one:
            steps = without_transaction_control(steps)
        self.steps = batches(steps, one_by_one=self.one_by_one)
        step = next(self.steps, None)
        while step is not None:
            if isinstance(step, Batch):
                step = self._run_batch(step)
            else:
                self._carry_out(step)
                step = next(self.steps, None)
        if self.preamble:
            self._send(Batch())
            self._collect()

    def _run_batch(self, batch: Batch) -> Batch | Step | None:
        """Sends a batch, and reads the script on while the server works. Gives the next step."""
        self._send(batch)
        if batch.asks_for_data:
            self._collect()
            return next(self.steps, None)
        try:
            ahead = next(self.steps, None)
        except ScriptError:
            # What was sent comes first in the script: if it fails, that is the error.
            self._collect()
            raise
        self._collect()
        return ahead

    def _send(self, batch: Batch) -> None:
        encoding = self.pgconn.parameter_status(b"client_encoding")
        self.message = Message(batch, self.preamble, encoding)
        self.preamble = ()
        wire.send(self.pgconn, self.message.text())

    def _collect(self, rows: list[PGresult] | None = None) -> None:
        """Takes the answers to a message; feeds it COPY data where the server asks for it.

        Rows go to `rows`, one result each; without it they are dropped as they come.
        """
        failed: PGresult | None = None
        ended = False
        self.collecting = True
        for result in wire.results(self.pgconn, self._tell_notices, self.watch):
            status = result.status
            if status in wire.ENDED:
                self._ended(result.command_status or b"")
                ended = True
            if self.notices.untold:
                self._tell_notices()
            if status == wire.SINGLE_TUPLE and self.message.done < 0:
                self.said = result.get_value(0, 0)
            elif status == wire.SINGLE_TUPLE and rows is not None:
                if ended:
                    rows.clear()  # psql, too, looks at the last result of a message
                rows.append(result)
                ended = False
            elif status == wire.COPY_IN:
                self._copy_in()
            elif status == wire.FATAL_ERROR and failed is None:
                failed = result
        self._tell_notices()
        self.collecting = False
        self.round_trips += 1
        if failed is not None:
            raise self._failure(failed)
        self.suspects.settle(self.message.batch)
        self._check_session()

    def _ended(self, tag: bytes) -> None:
        message = self.message
        message.done += 1
        if message.done > 0:
            self.tag = tag
            self.statements += 1
            self.suspects.note(message.done - 1, tag)
            if tag == b"INSERT 0 1":
                self.rows += 1
            elif tag.startswith(_COUNTED):
                self.rows += int(tag.rsplit(b" ", 1)[1])
                message.data = None
            elif tag == b"CREATE TABLE":
                self.created = message, message.done - 1
            elif tag in _ENDS_TRANSACTION and not self.broken_at:
                # To the reader it is a part of the command before it.
                self.broken_at = message.batch.at_command(max(message.done - 2, 0))

    def created_table(self) -> str | None:
        """Gives the name of the last table that a script created, as the script writes it."""
        if self.created is None:
            return None
        message, index = self.created
        found = _CREATE_TABLE.match(message.batch.at_command(index).text)
        return found.group(1).decode(message.codec, "replace") if found else None

    def _copy_in(self) -> None:
        step = next(self.steps, None)
        try:
            if not isinstance(step, CopyData):
                raise ScriptError(
                    "the server asks for COPY data where the script has none",
                    place=self.message.place(),
                )
            self.message.data = step
            wire.copy_in(self.pgconn, step.blocks)
        except RunnerError:
            wire.abandon(self.pgconn)  # so that the transaction can be rolled back
            raise

    def _check_session(self) -> None:
        """After each message: is it still our transaction?"""
        if self.message.batch.statements:
            self.last = self.message.batch.statements[-1]
            self.observer.progress(self.last.offset + len(self.last.text))
        in_transaction = self.pgconn.transaction_status == pq.TransactionStatus.INTRANS
        if (self.broken_at or not in_transaction) and not self.one_by_one:
            raise self._transaction_ended()
        if self.between is not None:
            self.between()

    def _transaction_ended(self) -> RunnerError:
        """The error for a COMMIT or ROLLBACK that only the server could see."""
        last = self.message.batch.statements[-1]
        at = self.broken_at or last
        error = StatementFailed(
            "a statement here ended the run's transaction",
            place=at.source.place(at.offset, self.message.codec),
            hint="Remove the COMMIT or ROLLBACK that is hidden in it.",
        )
        line = last.line + last.text.count(b"\n")
        end = f"{last.source.name}:{line}"
        error.committed = None
        error.state = f"What ran up to {end} is committed, unless it was rolled back there."
        return error

    def _carry_out(self, step: Step) -> None:
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
        selected = self.tag.startswith(b"SELECT")
        if len(rows) > 1 or (selected and not rows):
            count = "more than one row" if rows else "no rows"
            raise StatementFailed(f"{count} returned for \\gset", place=place)
        for row in rows:
            for column in range(row.nfields):
                name = step.prefix + (row.fname(column) or b"").decode(self.message.codec)
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
        for row in self._query(statement):
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

    def _connect(self, step: Connect) -> None:
        """In a transaction of ours nothing, to where we are; elsewhere refused. Else as psql."""
        target = self.target
        here = (target.dbname, target.user, target.host, str(target.port))
        wanted = (step.dbname, step.user, step.host, step.port)
        same = all(there in (None, now) for now, there in zip(here, wanted, strict=True))
        if not self.one_by_one:
            if same:
                return
            statement = step.statement
            raise ScriptError(
                "\\connect to another database or user would leave the run's transaction",
                place=statement.source.place(statement.offset),
                hint="Use --transaction none, or apply the scripts of each database by themselves.",
            )
        self.use(self.reconnect(step))

    def _synchronise(self) -> None:
        """Takes over what the server says of the settings that reading a script depends on."""
        strings = self.pgconn.parameter_status(b"standard_conforming_strings")
        self.state.standard_conforming_strings = strings != b"off"
        encoding = self.pgconn.parameter_status(b"client_encoding") or b"UTF8"
        self.state.set_encoding(canonical_encoding(encoding.decode()))
        count = self.tag.rsplit(b" ", 1)[-1]
        self.state.variables["ROW_COUNT"] = count.decode() if count.isdigit() else "0"

    def _failure(self, result: PGresult) -> RunnerError:
        if self.pgconn.status == pq.ConnStatus.BAD and not result.error_field(_SQLSTATE):
            raise errors.OperationalError(result.get_error_message(self.message.codec))
        failed = self.message.failed(result)
        advice = _ADVICE.get(failed.sqlstate or "")
        if failed.sqlstate == "42501":
            # Who runs the scripts, and where, is not in the server's hint.
            advice = rights.advice(failed.message, self.target.user, self.target.host)
        failed.hint = "\n".join(filter(None, (failed.hint, advice))) or None
        return failed

    def _notice(self, diag: errors.Diagnostic) -> None:
        self.notices.heard(diag, self.message, self.pgconn if self.collecting else None)

    def _tell_notices(self) -> None:
        self.notices.tell(self.message)
