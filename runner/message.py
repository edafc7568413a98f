"""One message to the server: what was sent, how far the server is, and where that stands."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg import errors

from runner.batches import Batch
from runner.errors import Place, StatementFailed
from runner.results import Notice

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

    from runner.psql.steps import CopyData, Statement

# `COPY users, line 3, column email: …`; some servers translate the word before the number.
_COPY_LINE = re.compile(r"^COPY .+?, \D*?(\d+)")
# character_not_in_repertoire, untranslatable_character. The server looks at a whole message
# before it reads it, and tells no position, but the bytes.
_ENCODING_ERRORS = ("22021", "22P05")
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
        return self.preamble + self.batch.text()

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
        if diag.sqlstate in _ENCODING_ERRORS:
            hint = hint or _ENCODING_HINT
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

    def notice(self, diag: errors.Diagnostic) -> Notice:
        """Makes a notice of the server ours, with the line of the statement that runs."""
        place = None
        if self.batch.statements and self.done >= 0:
            statement = self.batch.at_command(self.done)
            place = Place(statement.source.name, statement.line)
        return Notice(
            diag.severity_nonlocalized or diag.severity or "NOTICE",
            diag.message_primary or "",
            place,
            diag.sqlstate,
            diag.message_detail,
            diag.message_hint,
        )

    def _of_bytes(self, message: str) -> Place | None:
        """The place of the bytes that a message names: `0xe9 0x27`."""
        named = bytes(int(byte, 16) for byte in _BYTE.findall(message))
        for statement in self.batch.statements:
            if named and (found := statement.text.find(named)) >= 0:
                return self._at(statement, found)
        return None

    def _at(self, statement: Statement, byte: int) -> Place:
        return statement.source.place(statement.file_offset(byte), self.codec)


def _codec(encoding: bytes) -> str:
    """Python's name of an encoding; one that Python lacks is taken byte by byte."""
    try:
        return codecs.lookup(encoding.decode()).name
    except LookupError:
        return "latin-1"
