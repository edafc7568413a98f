"""Runs the steps of scripts: sends batches, streams COPY data, counts, places errors.

Never commits.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from psycopg import errors, pq

from runner import wire
from runner.batches import Batch, batches
from runner.errors import Place, RunnerError, ScriptError, StatementFailed
from runner.precheck import without_transaction_control
from runner.psql.reader import read_script
from runner.psql.settings_seen import canonical_encoding
from runner.psql.state import VARIABLE_NAME
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
    from runner.results import Observer

_COUNTED = (b"INSERT", b"COPY", b"UPDATE", b"DELETE", b"MERGE")
# What the server's own hint leaves out: what one transaction over all scripts has to do with it.
_ADVICE = {
    "25001": "Leave it out of the scripts, or run them as psql does: --transaction none.",
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
# `COPY users, line 3, column email: …`; some servers translate the word before the number.
_COPY_LINE = re.compile(r"^COPY .+?, \D*?(\d+)")


class Executor:
    """Runs scripts on one connection.

    `statements` and `rows` count what the server has confirmed of the current script,
    `round_trips` the messages that it has answered, `last` is the last statement that ran.
    `one_by_one` sends every statement alone and in no transaction of ours.
    """

    def __init__(
        self,
        conn: Connection[tuple[Any, ...]],
        observer: Observer,
        *,
        one_by_one: bool,
        reconnect: Callable[[Connect], Connection[tuple[Any, ...]]],
    ) -> None:
        self.observer = observer
        self.one_by_one = one_by_one
        self.reconnect = reconnect
        self.batch = Batch()
        self.done = 0
        self.round_trips = 0
        self.last: Statement | None = None
        self.tag = b""  # of the last command
        self.created: tuple[Batch, int] | None = None
        self.use(conn)

    def use(self, conn: Connection[tuple[Any, ...]]) -> None:
        """From here on works on this connection."""
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
        self.batch = batch
        self.done = -len(self.preamble)  # commands of the batch that the server has ended
        self.data: CopyData | None = None
        self.preamble_size = sum(len(command) for command in self.preamble)
        wire.send(self.pgconn, b"".join(self.preamble) + batch.text())
        self.preamble = ()

    def _collect(self, rows: list[PGresult] | None = None) -> None:
        """Takes the answers to a message; feeds it COPY data where the server asks for it.

        Rows go to `rows`, one result each; without it they are dropped as they come.
        """
        failed: PGresult | None = None
        ended = False
        for result in wire.results(self.pgconn):
            status = result.status
            if status in wire.ENDED:
                self._ended(result.command_status or b"")
                ended = True
            elif status == wire.SINGLE_TUPLE:
                if rows is not None:
                    if ended:
                        rows.clear()  # psql, too, looks at the last result of a message
                    rows.append(result)
                    ended = False
            elif status == wire.COPY_IN:
                self._copy_in()
            elif status == wire.FATAL_ERROR and failed is None:
                failed = result
        self.round_trips += 1
        if failed is not None:
            raise self._failure(failed)
        self._check_session()

    def _ended(self, tag: bytes) -> None:
        self.done += 1
        if self.done > 0:
            self.tag = tag
            self.statements += 1
            if tag == b"INSERT 0 1":
                self.rows += 1
            elif tag.startswith(_COUNTED):
                self.rows += int(tag.rsplit(b" ", 1)[1])
                self.data = None
            elif tag == b"CREATE TABLE":
                self.created = self.batch, self.done - 1

    def created_table(self) -> str | None:
        """Gives the name of the last table that a script created, as the script writes it."""
        if self.created is None:
            return None
        batch, index = self.created
        found = _CREATE_TABLE.match(batch.at_command(index).text)
        return found.group(1).decode(self._codec, "replace") if found else None

    def _copy_in(self) -> None:
        step = next(self.steps, None)
        if not isinstance(step, CopyData):
            wire.copy_in(self.pgconn, ())
            raise ScriptError(
                "the server asks for COPY data where the script has none", place=self._place()
            )
        self.data = step
        wire.copy_in(self.pgconn, step.blocks)

    def _check_session(self) -> None:
        """After each message: is it still our transaction, and our idea of the settings?"""
        if self.batch.statements:
            self.last = self.batch.statements[-1]
            self.observer.progress(self.last.offset + len(self.last.text))
        in_transaction = self.pgconn.transaction_status == pq.TransactionStatus.INTRANS
        if not in_transaction and not self.one_by_one:
            raise ScriptError(
                "a statement here ended the transaction: what ran before it is committed",
                place=self._place(),
                hint="Remove the COMMIT or ROLLBACK that a function or a procedure hides.",
            )

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
                name = step.prefix + (row.fname(column) or b"").decode(self._codec)
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
        for row in self._query(statement):
            for column in range(row.nfields):
                text = row.get_value(0, column)
                if text:
                    origin = Origin(0, statement.offset, verbatim=False)
                    found.append(statement._replace(text=text, starts=(0,), origins=(origin,)))
        steps = iter(found) if self.one_by_one else without_transaction_control(iter(found))
        for batch in batches(steps, one_by_one=self.one_by_one):
            if isinstance(batch, Batch):
                self._send(batch)
                self._collect()

    def _connect(self, step: Connect) -> None:
        """In a transaction of ours nothing, to where we are; elsewhere refused. Else as psql."""
        info = self.conn.info
        here = (info.dbname, info.user, info.host, str(info.port))
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

    # -- places -----------------------------------------------------------------------------

    @property
    def _codec(self) -> str:
        """Python's name of the client encoding; one that Python lacks is taken byte by byte."""
        name = (self.pgconn.parameter_status(b"client_encoding") or b"utf-8").decode()
        try:
            return codecs.lookup(name).name
        except LookupError:
            return "latin-1"

    def _place(self, position: int | None = None) -> Place | None:
        """Where the server is, or was: at a position in the message, else at its statement."""
        if not self.batch.statements:
            return None
        if position is not None and position > self.preamble_size:
            statement, byte = self.batch.at_position(position - self.preamble_size, self._codec)
        else:
            statement, byte = self.batch.at_command(max(self.done, 0)), 0
        return statement.source.place(statement.file_offset(byte), self._codec)

    def _failure(self, result: PGresult) -> RunnerError:
        """Makes an error of the server ours, with its place in the script."""
        if self.pgconn.status == pq.ConnStatus.BAD and not result.error_field(_SQLSTATE):
            raise errors.OperationalError(result.get_error_message(self._codec))
        diag = errors.Diagnostic(result, self._codec)
        position = int(diag.statement_position) if diag.statement_position else None
        place = self._place(position)
        found = _COPY_LINE.match(diag.context or "")
        if self.data is not None and found:
            place = self._data_place(self.data, int(found.group(1)))
        return StatementFailed(
            diag.message_primary or "the server gave no message",
            severity=diag.severity or "ERROR",
            sqlstate=diag.sqlstate,
            detail=diag.message_detail,
            hint=diag.message_hint or _ADVICE.get(diag.sqlstate or ""),
            context=diag.context,
            place=place,
        )

    def _data_place(self, data: CopyData, line: int) -> Place:
        return data.source.line_place(data.line + line - 1, self._codec)

    def _notice(self, diag: errors.Diagnostic) -> None:
        place = None
        if self.batch.statements and self.done >= 0:
            statement = self.batch.at_command(self.done)
            place = Place(statement.source.name, statement.line)
        self.observer.notice(
            Notice(
                diag.severity_nonlocalized or diag.severity or "NOTICE",
                diag.message_primary or "",
                place,
                diag.sqlstate,
                diag.message_detail,
                diag.message_hint,
            )
        )
