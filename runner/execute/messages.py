"""The parts of a message, and the places of their commands in the scripts."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from runner.errors import Place
from runner.psql.sql_text import first_words

if TYPE_CHECKING:
    from runner.connect.wire import PipelineCommand
    from runner.execute.execution import RunningScript
    from runner.psql.steps import CopyData, Statement, Statements


# Of each script, so many bytes are sent before their answers are taken. The first are few, so that
# the server begins at once; the next are larger. That bounds what libpq holds.
FIRST_MESSAGE = 1 << 17
LARGEST_MESSAGE = 1 << 20


def is_copy(statement: Statement) -> bool:
    """Return whether one of the commands is COPY."""
    return b"copy" in statement.text[:4].lower() or (
        (statement.text[:1] in b"-/" or len(statement.starts) > 1)
        and any(first_words(command, 1) == (b"COPY",) for command in statement.commands)
    )


@dataclass(eq=False)
class Part:
    """Statements of a script, or commands of the runner's `own`; without either, nothing is sent.

    In a pipeline each command goes in a message of its own. `is_alone`: in a simple-query message,
    as psql sends it; libpq has no COPY in a pipeline. `merged` are sent instead of the script's
    commands, each with the number of statements that it replaces. `done` counts the commands that
    the server has ended, `answers` are the first values of the rows of the runner's own commands,
    `data` is the COPY data that is being sent. `progress` belongs to the script; with `is_end`
    nothing of the script follows.
    """

    statement: Statements | None = None
    progress: RunningScript | None = None
    own: Sequence[bytes] = ()
    is_alone: bool = False
    is_end: bool = False
    merged: Sequence[tuple[PipelineCommand, int]] = ()
    data: CopyData | None = None
    answers: list[bytes] = field(default_factory=list)
    done: int = 0

    @cached_property
    def count(self) -> int:
        """The number of commands that the server will end."""
        return len(self.own if self.statement is None else self.statement.commands)

    @cached_property
    def of_script(self) -> int:
        """The number of commands that belong to the script; the runner's own follow."""
        return 0 if self.statement is None else self.count - self.statement.uncounted

    @property
    def commands(self) -> Sequence[PipelineCommand]:
        """The text of each command; the first of a statement begins with the comments before it."""
        if self.statement is None:
            return self.own
        if self.merged:
            return [command for command, _ in self.merged]
        commands, lead = self.statement.commands, self.statement.lead
        return [lead + commands[0], *commands[1:]] if lead else commands


class Message:
    """Parts that were sent together; `part` is the one that the server is executing.

    Only the end of all answers shows that the last part has ended. `encoding` is the client
    encoding, in PostgreSQL's spelling, when the message is sent: after an error the server has
    undone what a script has set.
    """

    def __init__(self, parts: Sequence[Part], encoding: bytes | None) -> None:
        self.parts = parts
        try:
            self.codec = codecs.lookup((encoding or b"utf-8").decode()).name
        except LookupError:
            self.codec = "latin-1"  # byte by byte, for one that Python lacks
        self._left = list(reversed(parts))
        self.next_part()

    def next_part(self) -> None:
        self.part = self._left.pop()

    @property
    def is_at_end(self) -> bool:
        return not self._left

    def commands(self) -> Iterator[PipelineCommand]:
        return chain.from_iterable(part.commands for part in self.parts)

    def command(self) -> tuple[Statements, int, bytes] | None:
        """Return the statement that the server executes, the offset of its command, and its text.

        None for one of the runner's own commands.
        """
        statement = self.part.statement
        if statement is None:
            return None
        if self.part.is_alone:
            return statement, 0, statement.text
        start, *ends = (*statement.starts[self._command :], len(statement.text))
        return statement, start, statement.text[start : ends[0]]

    @property
    def _command(self) -> int:
        return min(self.part.done, self.part.count - 1)

    def place(self, position: int | None = None) -> Place | None:
        """Return the place of the command that the server is executing, or of a position in it.

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
        """The number of characters of comments that were sent before the current command."""
        statement, is_first = self.part.statement, self.part.is_alone or not self.part.done
        if statement is None or not is_first:
            return 0
        return len(statement.lead.decode(self.codec, "surrogateescape"))

    def statement_place(self) -> Place | None:
        """The line of the current statement."""
        if self.part.statement is None:
            return None
        statement = self.part.statement.at(self._command)
        return Place(statement.source.name, statement.line)

    def place_at(self, statement: Statements, byte: int) -> Place:
        return statement.source.place(statement.file_offset(byte), self.codec)
