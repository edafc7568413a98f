"""Statements to messages, and a position in a message back to its place. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.psql.steps import Statement, Statements, Step

# The first message of a script is small, so that the server begins at once; the next ones
# double up to the largest. The server parses a whole message before it runs its first
# statement and needs about ten times its size for that, so the largest bounds its memory.
FIRST_MESSAGE = 1 << 17
LARGEST_MESSAGE = 1 << 20


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
        """Gives the statement that holds the SQL command of this index, from 0."""
        for statement in self.statements:
            if index < len(statement.starts):
                return statement.at(index)
            index -= len(statement.starts)
        return self.statements[-1].at(-1)

    def at_position(self, position: int, encoding: str) -> tuple[Statements, int]:
        """Gives the statement and the byte offset in its text for a position in the message.

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


def batches(steps: Iterator[Step], *, one_by_one: bool = False) -> Iterator[Batch | Step]:
    """Groups consecutive statements into batches; other steps pass in their order.

    A batch ends before a step that is not a statement, after a statement that asks for COPY
    data, and when it is large enough. `one_by_one` sends every statement alone, as psql does.
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
        if one_by_one or step.data:
            yield Batch(waiting)
            waiting, size = [], 0
    if waiting:
        yield Batch(waiting, is_last=True)
