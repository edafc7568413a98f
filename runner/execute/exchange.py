"""Sends messages and takes the answers: streams COPY data, counts tags, reports notices.

Never commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from psycopg import errors, pq
from psycopg.pq.abc import PGconn, PGresult

from runner.connect import failures, wire
from runner.errors import (
    ConnectionFailed,
    Place,
    RunnerError,
    ScriptError,
    StatementFailed,
    WaitsForItself,
)
from runner.execute.execution import Execution
from runner.execute.messages import Message, Part
from runner.psql.steps import CopyData, Statements
from runner.results import Notice

if TYPE_CHECKING:
    from runner.connect.session import Session


_COUNTED = (b"INSERT", b"COPY", b"UPDATE", b"DELETE", b"MERGE")
# warning_privilege_not_revoked, warning_privilege_not_granted
_NOT_GRANTED = ("01006", "01007")
_PREPARED = (
    "That server has prepared it. Its rows are seen when it answers again and Citus has committed"
    " them: within a minute, or by SELECT recover_prepared_transactions();"
)


class Listener(Protocol):
    """Receives results, notices and COPY … TO STDOUT data for a client program."""

    def result(self, result: PGresult, /) -> None: ...
    def notice(self, diag: errors.Diagnostic, /) -> None: ...
    def copied(self, block: bytes, /) -> None: ...


class Exchange:
    """Sends messages on one connection and counts their answers for the scripts.

    `last` is the last statement that ran, `tag` the tag of the last command. A `listener` gets the
    answers as well, and the notices instead of the observer.
    """

    def __init__(self, execution: Execution) -> None:
        self.conn = execution.session
        self.user = execution.target.user  # named by errors about missing rights
        self.listener: Listener | None = None
        self.last: Statements | None = None
        self.last_committed: Statements | None = None  # in autocommit mode
        self.tag = b""
        self._execution = execution
        self._message = Message([Part()], None)
        self._is_sent = self._collecting = False
        self._notices: list[Notice] = []  # not reported yet
        self.conn.add_notice_handler(self._on_notice)

    @property
    def pgconn(self) -> PGconn:
        return self.conn.pgconn

    @property
    def codec(self) -> str:
        """Python's name of the encoding of the last message and its answers."""
        return self._message.codec

    def use(self, conn: Session) -> None:
        self.leave()
        self.conn = conn
        conn.add_notice_handler(self._on_notice)

    def leave(self) -> None:
        """Remove the notice handler from the connection."""
        with suppress(ValueError):  # it was removed before
            self.conn.remove_notice_handler(self._on_notice)

    def send(self, parts: Sequence[Part]) -> None:
        """Send parts in one message or one pipeline; nothing if they contain no command."""
        self._message = message = Message(parts, self.pgconn.parameter_status(b"client_encoding"))
        self._is_sent = True
        if not any(part.count for part in parts):
            return
        if parts[-1].is_alone or self._execution.autocommit:
            texts = (one for one in message.commands() if isinstance(one, bytes))
            self.conn.send(b"".join(texts))
        else:
            self.conn.send_pipeline(message.commands())

    def collect(self, next_step: Callable[[], object], rows: list[PGresult] | None = None) -> None:
        """Take the answers to what was sent; `next_step` returns the COPY data that they ask for.

        Rows go to `rows`, one result each; without it they are dropped as they come. Raises
        StatementFailed, what `next_step` raises, ScriptError when it returns something else, or
        psycopg.Error for a command of the runner's own and a lost connection.
        """
        if not self._is_sent:
            return
        self._is_sent = False
        self._collecting = True
        self._advance()
        try:
            failed = self._take_results(next_step, rows)
        except WaitsForItself as error:
            self.conn.cancel_statement()
            wire.abandon(self.pgconn)
            raise error.converted(WaitsForItself, place=self._message.place()) from None
        self._report_notices()
        self._collecting = False
        if failed is not None:
            raise self._failure(failed)
        self._end_part()
        self._check_session()

    def _take_results(
        self, next_step: Callable[[], object], rows: list[PGresult] | None
    ) -> PGresult | None:
        """Take all results; return the first error."""
        failed, ended = None, False
        listener, watch = self.listener, self._execution.watch
        copied = None if listener is None else listener.copied
        for result in wire.results(self.pgconn, self._report_notices, watch, copied):
            status, part = result.status, self._message.part
            if listener and (part.done < part.of_script or status == wire.FATAL_ERROR):
                listener.result(result)
            if status in wire.ENDED:
                self._ended(part, result.command_status or b"")
                ended = True
            if status == wire.SINGLE_TUPLE and part.statement is None:
                part.answers.append(result.get_value(0, 0) or b"")
            elif status == wire.SINGLE_TUPLE and rows is not None and self._message.is_at_end:
                if ended:
                    rows.clear()  # psql also uses only the last result of a message
                rows.append(result)
                ended = False
            elif status == wire.COPY_IN:
                self._copy_in(next_step())
            elif status == wire.FATAL_ERROR:
                failed = failed or result
        return failed

    def _advance(self) -> None:
        """Go to the next part when the server has ended one; the last ends with all answers."""
        while True:
            part = self._message.part
            if part.progress is not None:
                part.progress.start()
            if part.done < part.count or self._message.is_at_end:
                return
            self._end_part()
            self._message.next_part()

    def _end_part(self) -> None:
        part = self._message.part
        if part.progress is not None and part.own:
            part.progress.on_answers(part.answers)
        if part.progress is not None and part.is_end:
            part.progress.end()

    def _ended(self, part: Part, tag: bytes) -> None:
        part.done += 1
        if part.done <= part.of_script:
            self.tag = tag
            if part.progress is not None:
                part.progress.statements += part.merged[part.done - 1][1] if part.merged else 1
                if tag.startswith(_COUNTED):
                    part.progress.rows += int(tag.rsplit(b" ", 1)[1])
                    part.data = None
        if part.done >= part.count:
            self._advance()

    @property
    def unanswered(self) -> Place | None:
        """Return the place of the statement that was not answered before the connection broke."""
        is_lost = self._collecting and self.pgconn.status == pq.ConnStatus.BAD
        return self._message.statement_place() if is_lost else None

    def _copy_in(self, step: object) -> None:
        try:
            if not isinstance(step, CopyData):
                raise ScriptError(
                    "the server asks for COPY data where the script has none",
                    place=self._message.place(),
                )
            self._message.part.data = step
            wire.copy_in(self.pgconn, step.blocks)
        except RunnerError:
            wire.abandon(self.pgconn)  # so that the transaction can be rolled back
            raise

    def _check_session(self) -> None:
        """Report progress after each message. Raises when the run's transaction has ended."""
        if sent := [one.statement for one in self._message.parts if one.statement]:
            self.last = last = sent[-1]
            # The offset is in an included file, not in the script.
            is_included = bool(last.source.included_from)
            done = 0 if is_included else last.file_offset(len(last.text))
            self._execution.observer.progress(done)
        if self.pgconn.transaction_status == pq.TransactionStatus.IDLE:
            self.last_committed = self.last
        inside = self.pgconn.transaction_status == pq.TransactionStatus.INTRANS
        if not inside and not self._execution.autocommit:
            # By a COMMIT or ROLLBACK that only the server could see.
            one = self.last.at(-1) if self.last is not None else None
            end = f"up to {one.source.name}:{one.line}" if one else "before"
            raise StatementFailed(
                "a statement here ended the run's transaction",
                place=one.source.place(one.offset, self.codec) if one else None,
                hint="Remove the COMMIT or ROLLBACK that is hidden in it.",
                state=f"What ran {end} is committed, unless it was rolled back there.",
                committed=None,
            )
        if self._execution.between is not None:
            self._execution.between()

    def _failure(self, result: PGresult) -> Exception:
        from runner.execute.server_errors import failure

        is_lost = self.pgconn.status == pq.ConnStatus.BAD
        if is_lost and not result.error_field(pq.DiagnosticField.SQLSTATE):
            return errors.OperationalError(result.get_error_message(self.codec))
        target = self._execution.target._replace(user=self.user)
        found = failure(self._message, result, target)
        if not isinstance(found, StatementFailed):
            return found
        is_lost = is_lost or failures.is_lost(found.sqlstate or "", found.message)
        return found.converted(ConnectionFailed) if is_lost else found

    def _on_notice(self, diag: errors.Diagnostic) -> None:
        """Keep a notice until the next result.

        libpq passes a notice on as soon as it has read it, perhaps before the result of the
        preceding statement was taken (pqParseInput3 in fe-protocol3.c).
        """
        if self.listener is not None:
            self.listener.notice(diag)
            return
        severity = diag.severity_nonlocalized or diag.severity or "NOTICE"
        values = diag.message_primary or "", None, diag.sqlstate, diag.message_detail
        is_prepared = values[0].startswith("failed to commit transaction on ")  # by Citus
        hint = diag.message_hint or (_PREPARED if is_prepared else None)
        if diag.sqlstate in _NOT_GRANTED:
            hint = f"Its owner may grant this, or before the run: ALTER … OWNER TO {self.user};"
        # Decode it now: libpq frees the text when this returns.
        self._notices.append(Notice(severity, *values, hint))
        if not self._collecting:  # of COMMIT, which is not sent from here
            self._report_notices()

    def _report_notices(self) -> None:
        """Report the notices so far: they belong to the statement that the server is executing."""
        for notice in self._notices:
            place = self._message.statement_place()
            self._execution.observer.notice(notice._replace(place=place))
        self._notices.clear()
