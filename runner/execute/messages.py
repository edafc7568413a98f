"""Statements to messages, and positions in messages to places in scripts."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from sys import maxsize
from typing import TYPE_CHECKING, Protocol

from psycopg import errors

from runner.errors import Place, StatementFailed
from runner.psql.steps import Statement, Statements, Step

if TYPE_CHECKING:
    from psycopg.pq.abc import PGresult

    from runner.psql.steps import CopyData


# The first message of a script is small, so that the server begins at once; the next ones
# double up to the largest. The server parses a whole message before it runs its first
# statement and needs about ten times its size for that, so the largest bounds its memory.
FIRST_MESSAGE = 1 << 17
LARGEST_MESSAGE = 1 << 20

# `COPY users, line 3, column email: …`; some servers translate the word before the number.
_COPY_LINE = re.compile(r"^COPY .+?, \D*?(\d+)")
# The server checks the encoding of a whole message first; it gives the bytes but no position.
NOT_IN_REPERTOIRE, UNTRANSLATABLE = "22021", "22P05"
_BYTE = re.compile(r"\b0x([0-9a-f]{2})\b")
_ENCODING_HINT = (
    "Save the script as UTF-8, or say at its top what it is in: SET client_encoding = 'LATIN1';"
)


class Batch:
    """Statements that go in one simple-query message.

    Only the last one may ask for COPY data. `text` is the message: the statements as they stand
    in the files, one after the other. It is put together here and now, because the server still
    works on the batch before. `is_last`: no step follows it.
    """

    __slots__ = ("is_last", "statements", "text")

    def __init__(self, statements: Sequence[Statements] = (), *, is_last: bool = False) -> None:
        self.statements = statements
        self.is_last = is_last
        self.text = b"".join(map(_terminated, [s.text for s in statements]))

    @property
    def asks_for_data(self) -> bool:
        """Whether the server will ask for COPY data."""
        return bool(self.statements[-1].data)

    @property
    def commands(self) -> int:
        """How many SQL commands the server will end."""
        return sum(len(statement.starts) for statement in self.statements)

    def at_command(self, index: int) -> Statement:
        """The statement that holds the SQL command of this index, from 0."""
        for statement in self.statements:
            if index < len(statement.starts):
                return statement.at(index)
            index -= len(statement.starts)
        return self.statements[-1].at(-1)

    def at_position(self, position: int, encoding: str) -> tuple[Statements, int]:
        """The statement and the byte offset in its text for a position in the message.

        `position` is the server's: 1-based, in characters; `encoding` is Python's name of the
        client encoding.
        """
        left = position - 1
        for statement in self.statements:
            text = _terminated(statement.text).decode(encoding, "surrogateescape")
            if left < len(text):
                before = text[:left].encode(encoding, "surrogateescape")
                return statement, min(len(before), len(statement.text))
            left -= len(text)
        last = self.statements[-1]
        return last, len(last.text)


def _terminated(text: bytes) -> bytes:
    # On a line of its own, in case the text ends in a comment; there may be a `;` in that, too.
    if text.endswith(b";") and b"--" not in text[text.rfind(b"\n") + 1 :]:
        return text + b"\n"
    return text + b"\n;\n"


def batches(steps: Iterator[Step], *, autocommit: bool = False) -> Iterator[Batch | Step]:
    """Groups consecutive statements into batches; other steps pass in their order.

    A batch ends before a step that is not a statement, after a statement that asks for COPY
    data, and when it is large enough. `autocommit` sends every statement alone, as psql does.
    """
    waiting: list[Statements] = []
    size, limit = 0, FIRST_MESSAGE
    for step in steps:
        if not isinstance(step, Statements):
            if waiting:
                yield Batch(waiting)
                waiting, size = [], 0
            yield step
            continue
        rest: Statements | None = step
        while rest is not None and size + len(rest.text) > limit:
            fits, rest = rest.cut(limit - size)
            if fits is not None:
                waiting.append(fits)
            if not waiting:
                break
            yield Batch(waiting)
            waiting, size = [], 0
            limit = min(2 * limit, LARGEST_MESSAGE)
        if rest is None:
            continue
        waiting.append(rest)
        size += len(rest.text) + 1
        if autocommit or step.data:
            yield Batch(waiting)
            waiting, size = [], 0
    if waiting:
        yield Batch(waiting, is_last=True)


class Part:
    """What a message holds of one script: first commands of the runner's `own`, then a batch.

    `done` counts the commands of the batch that the server has ended, and is below 0 while it
    is at the runner's own; `answers` is what these have given, the first value of each row.
    `data` is the COPY data that is being sent. `progress` is the script's, None for what is no
    script's; `is_end` says that nothing of it follows.
    """

    __slots__ = ("answers", "batch", "data", "done", "is_end", "own", "progress")

    def __init__(
        self, batch: Batch, own: Sequence[bytes] = (), progress: ScriptProgress | None = None
    ) -> None:
        self.batch = batch
        self.own = b"".join(own)
        self.progress = progress
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
        self._left = list(reversed(parts[1:]))
        self.part = parts[0]
        self.ends_at = self._end()

    def next_part(self) -> None:
        """The server is at the next part."""
        self.part = self._left.pop()
        self.ends_at = self._end()

    def _end(self) -> int:
        return self.part.batch.commands if self._left else maxsize

    def text(self) -> bytes:
        """The message as it is sent."""
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
        """The place of the server's position in the message, else of its statement."""
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
        """Converts an error of the server, with its place in the script."""
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
        """The line of the statement that the server is at."""
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
    """Python's name of an encoding; latin-1, byte by byte, for one that Python lacks."""
    try:
        return codecs.lookup(encoding.decode()).name
    except LookupError:
        return "latin-1"


class ScriptProgress(Protocol):
    """One script while it runs: counts its statements and their rows. No method may raise."""

    statements: int
    rows: int

    def start(self) -> None:
        """The server begins with it; called again with each message that holds some of it."""

    def on_answers(self, answers: Sequence[bytes]) -> None:
        """Takes the first values of the rows that the runner's own commands have given."""

    def end(self) -> None:
        """The server has ended it."""
