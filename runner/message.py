"""One message to the server: what was sent, how far the server is, and where that stands."""

from __future__ import annotations

import codecs
import re
from sys import maxsize
from typing import TYPE_CHECKING

from psycopg import errors

from runner.errors import Place, StatementFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg.pq.abc import PGresult

    from runner.batches import Batch
    from runner.psql.steps import CopyData, Statements
    from runner.tally import Tally

# `COPY users, line 3, column email: …`; some servers translate the word before the number.
_COPY_LINE = re.compile(r"^COPY .+?, \D*?(\d+)")
# The server looks at a whole message before it reads it, and tells no position, but the bytes.
NOT_IN_REPERTOIRE, UNTRANSLATABLE = "22021", "22P05"
_BYTE = re.compile(r"\b0x([0-9a-f]{2})\b")
_ENCODING_HINT = (
    "Save the script as UTF-8, or say at its top what it is in: SET client_encoding = 'LATIN1';"
)


class Part:
    """What a message holds of one script: first commands of the runner's `own`, then a batch.

    `done` counts the commands of the batch that the server has ended, and is below 0 while it
    is at the runner's own; `answers` is what these have given, the first value of each row.
    `data` is the COPY data that is being sent. `tally` is the script's, None for what is no
    script's; `is_end` says that nothing of it follows.
    """

    __slots__ = ("answers", "batch", "data", "done", "is_end", "own", "tally")

    def __init__(self, batch: Batch, own: Sequence[bytes] = (), tally: Tally | None = None) -> None:
        self.batch = batch
        self.own = b"".join(own)
        self.tally = tally
        self.done = -len(own)
        self.answers: list[bytes] = []
        self.data: CopyData | None = None
        self.is_end = False


class Message:
    """Parts of scripts that were sent together; `part` is the one that the server is at.

    It has ended that one when it has ended as many of its commands as `ends_at` says; of the
    last one only the end of all answers tells. `encoding` is the client encoding, in
    PostgreSQL's spelling, when the message is sent: after an error the server has taken back
    what a script has set.
    """

    def __init__(self, parts: Sequence[Part], encoding: bytes | None) -> None:
        self.parts = parts
        self.codec = _codec(encoding or b"utf-8")
        self._left = list(reversed(parts))
        self.next_part()

    def next_part(self) -> None:
        """The server is at the next part."""
        self.part = self._left.pop()
        self.ends_at = self.part.batch.commands if self._left else maxsize

    def text(self) -> bytes:
        """Gives what is sent."""
        return b"".join([text for part in self.parts for text in (part.own, part.batch.text)])

    @property
    def is_at_end(self) -> bool:
        """Whether the server is at the last part."""
        return not self._left

    @property
    def statements(self) -> Iterator[Statements]:
        """All statements, of all scripts."""
        return (statement for part in self.parts for statement in part.batch.statements)

    @property
    def last(self) -> Statements | None:
        """The last statement."""
        parts = (part for part in reversed(self.parts) if part.batch.statements)
        return next((part.batch.statements[-1] for part in parts), None)

    def place(self, position: int | None = None) -> Place | None:
        """Gives the place of the server's position in the message, else of its statement."""
        if position is not None:
            for part in self.parts:
                position -= len(part.own.decode(self.codec))
                if position <= 0:
                    break  # in a command of the runner's own
                length = len(part.batch.text.decode(self.codec, "surrogateescape"))
                if position <= length or (part is self.parts[-1] and part.batch.statements):
                    return self._at(*part.batch.at_position(position, self.codec))
                position -= length
        if self.part.done < 0 or not self.part.batch.statements:
            return None
        return self._at(self.part.batch.at_command(self.part.done), 0)

    def failed(self, result: PGresult) -> StatementFailed:
        """Makes an error of the server ours, with its place in the script."""
        diag = errors.Diagnostic(result, self.codec)
        place = self.place(int(diag.statement_position) if diag.statement_position else None)
        hint = diag.message_hint
        line = _COPY_LINE.match(diag.context or "")
        if diag.sqlstate == NOT_IN_REPERTOIRE:
            hint = hint or _ENCODING_HINT
        if diag.sqlstate in (NOT_IN_REPERTOIRE, UNTRANSLATABLE):
            place = self._of_bytes(diag.message_primary or "") or place
        data = self.part.data
        if data is not None and line:
            place = data.source.line_place(data.line + int(line.group(1)) - 1, self.codec)
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
        part = self.part
        if not part.batch.statements or part.done < 0:
            return None
        statement = part.batch.at_command(part.done)
        return Place(statement.source.name, statement.line)

    def _of_bytes(self, message: str) -> Place | None:
        """The place of the bytes that a message names: `0xe9 0x27`."""
        named = bytes(int(byte, 16) for byte in _BYTE.findall(message))
        for statement in self.statements:
            if named and (found := statement.text.find(named)) >= 0:
                return self._at(statement, found)
        return None

    def _at(self, statement: Statements, byte: int) -> Place:
        return statement.source.place(statement.file_offset(byte), self.codec)


def _codec(encoding: bytes) -> str:
    """Python's name of an encoding; one that Python lacks is taken byte by byte."""
    try:
        return codecs.lookup(encoding.decode()).name
    except LookupError:
        return "latin-1"
