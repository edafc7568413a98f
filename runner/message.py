"""One message to the server: what was sent, how far the server is, and where that stands."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from psycopg import errors

from runner.batches import Batch
from runner.errors import Place, StatementFailed
from runner.results import Notice

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

    from runner.psql.steps import CopyData, Statement
    from runner.results import Observer

# `COPY users, line 3, column email: …`; some servers translate the word before the number.
_COPY_LINE = re.compile(r"^COPY .+?, \D*?(\d+)")
# The server looks at a whole message before it reads it, and tells no position, but the bytes.
_NOT_IN_REPERTOIRE, _UNTRANSLATABLE = "22021", "22P05"
_BYTE = re.compile(r"\b0x([0-9a-f]{2})\b")
_ENCODING_HINT = (
    "Save the script as UTF-8, or say at its top what it is in: SET client_encoding = 'LATIN1';"
)


class Message:
    """A batch that was sent, after commands of the runner's own: the `preamble`.

    `done` counts the commands of the batch that the server has ended, `data` is the COPY data
    that it is being sent. `encoding` is the client encoding, in PostgreSQL's spelling, when
    the message is sent: after an error the server has taken back what a script has set.
    """

    def __init__(self, batch: Batch, preamble: Sequence[bytes], encoding: bytes | None) -> None:
        self.batch = batch
        self.preamble = b"".join(preamble)
        self.done = -len(preamble)
        self.data: CopyData | None = None
        self.codec = _codec(encoding or b"utf-8")

    def text(self) -> bytes:
        """Gives what is sent."""
        return self.preamble + self.batch.text

    def place(self, position: int | None = None) -> Place | None:
        """Gives the place of the server's position in the message, else of its statement."""
        if not self.batch.statements:
            return None
        if position is not None and position > len(self.preamble):
            return self._at(*self.batch.at_position(position - len(self.preamble), self.codec))
        return self._at(self.batch.at_command(max(self.done, 0)), 0)

    def failed(self, result: PGresult) -> StatementFailed:
        """Makes an error of the server ours, with its place in the script."""
        diag = errors.Diagnostic(result, self.codec)
        place = self.place(int(diag.statement_position) if diag.statement_position else None)
        hint = diag.message_hint
        line = _COPY_LINE.match(diag.context or "")
        if diag.sqlstate == _NOT_IN_REPERTOIRE:
            hint = hint or _ENCODING_HINT
        if diag.sqlstate in (_NOT_IN_REPERTOIRE, _UNTRANSLATABLE):
            place = self._of_bytes(diag.message_primary or "") or place
        if self.data is not None and line:
            number = self.data.line + int(line.group(1)) - 1
            place = self.data.source.line_place(number, self.codec)
        return StatementFailed(
            diag.message_primary or "the server gave no message",
            severity=diag.severity or "ERROR",
            sqlstate=diag.sqlstate,
            detail=diag.message_detail,
            hint=hint,
            context=diag.context,
            place=place,
        )

    def statement_place(self) -> Place | None:
        """Gives the line of the statement that the server is at."""
        if not self.batch.statements or self.done < 0:
            return None
        statement = self.batch.at_command(self.done)
        return Place(statement.source.name, statement.line)

    def _of_bytes(self, message: str) -> Place | None:
        """The place of the bytes that a message names: `0xe9 0x27`."""
        named = bytes(int(byte, 16) for byte in _BYTE.findall(message))
        for statement in self.batch.statements:
            if named and (found := statement.text.find(named)) >= 0:
                return self._at(statement, found)
        return None

    def _at(self, statement: Statement, byte: int) -> Place:
        return statement.source.place(statement.file_offset(byte), self.codec)


class Notices:
    """Tells the observer of notices, each with the place of the statement that it belongs to.

    libpq hands out a notice as soon as it has read it, when the result of the statement before
    may not have been taken yet (pqParseInput3 in fe-protocol3.c). Such a notice is `untold`
    until `tell` is called, which is after that result.
    """

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.untold: list[Notice] = []

    def heard(self, diag: errors.Diagnostic, message: Message, pgconn: PGconn | None) -> None:
        """Takes a notice; `pgconn` is given while results are being taken."""
        clear = not self.untold
        if pgconn is not None:
            try:
                # It is on already; libpq refuses when a result is there to be taken.
                pgconn.set_single_row_mode()
            except errors.OperationalError:
                clear = False
        # Now: its text is gone when this returns.
        self.untold.append(
            Notice(
                diag.severity_nonlocalized or diag.severity or "NOTICE",
                diag.message_primary or "",
                None,
                diag.sqlstate,
                diag.message_detail,
                diag.message_hint,
            )
        )
        if clear:
            self.tell(message)

    def tell(self, message: Message) -> None:
        """Tells what is untold: it belongs to the statement that the server is at."""
        for notice in self.untold:
            self.observer.notice(replace(notice, place=message.statement_place()))
        self.untold.clear()


def _codec(encoding: bytes) -> str:
    """Python's name of an encoding; one that Python lacks is taken byte by byte."""
    try:
        return codecs.lookup(encoding.decode()).name
    except LookupError:
        return "latin-1"
