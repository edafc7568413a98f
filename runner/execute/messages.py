"""Statements to messages, and positions in messages to places in scripts."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from sys import maxsize
from typing import TYPE_CHECKING

from runner.errors import Place
from runner.psql.sql_text import first_words
from runner.psql.steps import Statement, Statements, Step

if TYPE_CHECKING:
    from runner.execute.execution import RunningScript
    from runner.execute.shared import Shared
    from runner.psql.steps import CopyData


# Of each script, so many bytes are sent before their answers are taken. The first are few, so that
# the server begins at once; the next double up to the largest. That bounds what libpq holds.
FIRST_MESSAGE = 1 << 17
LARGEST_MESSAGE = 1 << 20


@dataclass(frozen=True)
class Batch:
    """Statements whose answers are taken together.

    `is_alone`: one statement in a simple-query message, as psql sends it. Else they go in a
    pipeline, each command in a message of its own; libpq has no COPY there. `is_last`: no step
    follows it. `uncounted` are the indexes of the runner's own commands in it, `merged` the numbers
    of statements that its first commands stand for.
    """

    statements: Sequence[Statements] = ()
    is_alone: bool = False
    is_last: bool = False
    merged: Sequence[int] = ()

    @cached_property
    def uncounted(self) -> frozenset[int]:
        found, end = set[int](), 0
        if any(statement.uncounted for statement in self.statements):
            for statement in self.statements:
                end += len(statement.starts)
                found.update(range(end - statement.uncounted, end))
        return frozenset(found)

    @property
    def asks_for_data(self) -> bool:
        return bool(self.statements[-1].data)

    @property
    def size(self) -> int:
        return sum(len(statement.text) for statement in self.statements)

    @property
    def count(self) -> int:
        """How many SQL commands the server will end."""
        return sum(len(statement.starts) for statement in self.statements)

    @property
    def commands(self) -> Iterator[bytes]:
        """The text of each SQL command, the first of a statement with the comments before it."""
        for statement in self.statements:
            if not statement.lead:
                yield from statement.commands
                continue
            first, *others = statement.commands
            yield statement.lead + first
            yield from others

    def statements_of(self, index: int) -> int:
        return self.merged[index] if index < len(self.merged) else 1

    def at_command(self, index: int) -> tuple[Statements, int]:
        """The statement that holds the SQL command of this index, from 0, and which it is there."""
        for statement in self.statements:
            if index < len(statement.starts):
                return statement, index
            index -= len(statement.starts)
        return self.statements[-1], -1


def batches(
    steps: Iterator[Step | Shared], *, autocommit: bool = False
) -> Iterator[Batch | Step | Shared]:
    """Groups consecutive statements into batches; other steps pass in their order.

    A batch ends before a step that is not a statement and when it is large enough. A COPY is alone,
    and with `autocommit` every statement.
    """
    waiting: list[Statements] = []
    size, limit = 0, FIRST_MESSAGE
    for step in steps:
        alone = isinstance(step, Statement) and (autocommit or is_copy(step))
        if waiting and (alone or not isinstance(step, Statements)):
            yield Batch(waiting)
            waiting, size = [], 0
        if not isinstance(step, Statements):
            yield step
            continue
        if alone:
            yield Batch([step], is_alone=True)
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
        if rest is not None:
            waiting.append(rest)
            size += len(rest.text)
    if waiting:
        yield Batch(waiting, is_last=True)


def is_copy(statement: Statement) -> bool:
    """Whether one of its commands is COPY."""
    return b"copy" in statement.text[:4].lower() or (
        (statement.text[:1] in b"-/" or len(statement.starts) > 1)
        and any(first_words(command, 1) == (b"COPY",) for command in statement.commands)
    )


@dataclass(slots=True)
class Part:
    """What a message holds of one script: first commands of the runner's `own`, then a batch.

    `done` counts the commands of the batch that the server has ended, and is below 0 while it
    is at the runner's own; `answers` is what these have given, the first value of each row.
    `data` is the COPY data that is being sent. `progress` is the script's, None for what is no
    script's; `is_end` says that nothing of it follows.
    """

    own: Sequence[bytes] = ()
    progress: RunningScript | None = None
    batch: Batch = field(default_factory=Batch)
    data: CopyData | None = None
    is_end: bool = False
    answers: list[bytes] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        self.done = -len(self.own)


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
        return self.part.batch.count if self._left else maxsize

    def commands(self) -> Iterator[bytes]:
        for part in self.parts:
            yield from part.own
            yield from part.batch.commands

    @property
    def is_at_end(self) -> bool:
        return not self._left

    @property
    def last(self) -> Statements | None:
        parts = (part for part in reversed(self.parts) if part.batch.statements)
        return next((part.batch.statements[-1] for part in parts), None)

    def place(self, position: int | None = None) -> Place | None:
        """The place of the command that the server is at, or of a position in it.

        Positions count characters from 1. None for one of the runner's own commands.
        """
        if (found := self.command()) is None:
            return None
        statement, start, text = found
        if position is None:
            return self.place_at(statement, start + len(text) - len(text.lstrip()))
        before = text.decode(self.codec, "surrogateescape")[: position - 1]
        return self.place_at(statement, start + len(before.encode(self.codec, "surrogateescape")))

    def sent_before(self) -> int:
        """How many characters of comments were sent before the command that the server is at."""
        batch = self.part.batch
        if self.part.done < 0 or not batch.statements:
            return 0
        statement, command = batch.at_command(self.part.done)
        is_first = batch.is_alone or command == 0
        return len(statement.lead.decode(self.codec, "surrogateescape")) if is_first else 0

    def command(self) -> tuple[Statements, int, bytes] | None:
        """The statement that the server is at, where its command begins, and the text from there.

        None for one of the runner's own commands.
        """
        batch = self.part.batch
        if self.part.done < 0 or not batch.statements:
            return None
        statement, command = batch.at_command(self.part.done)
        start = 0 if batch.is_alone else statement.starts[command]
        return statement, start, statement.text[start:]

    def statement_place(self) -> Place | None:
        """The line of the statement that the server is at."""
        batch = self.part.batch
        if not batch.statements or self.part.done < 0:
            return None
        statements, command = batch.at_command(self.part.done)
        statement = statements.at(command)
        return Place(statement.source.name, statement.line)

    def place_at(self, statement: Statements, byte: int) -> Place:
        return statement.source.place(statement.file_offset(byte), self.codec)


def _codec(encoding: bytes) -> str:
    """Python's name of an encoding; latin-1, byte by byte, for one that Python lacks."""
    try:
        return codecs.lookup(encoding.decode()).name
    except LookupError:
        return "latin-1"
