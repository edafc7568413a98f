"""Read a script from memory, in blocks of any size."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from runner.errors import ScriptError
from runner.psql.reader import read_script
from runner.psql.source import Source
from runner.psql.state import State, TextFormat
from runner.psql.steps import CopyData, Problem, Statement, separated
from runner.scripts.files import Files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.psql.steps import Step

NO_FOLDER = Path("/nonexistent")


class Trickle(io.BytesIO):
    """A stream that gives a few bytes at a time, as a pipe may do."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self.most = most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.most if size is None or size < 0 else min(size, self.most))


def source_of(data: bytes, most: int = 1 << 30) -> Source:
    """A script named `s.sql` that is read at most `most` bytes at a time."""
    return Source("s.sql", lambda: Trickle(data, most))


def state_of(
    variables: dict[str, str] | None = None, *, strings: bool = True, encoding: str = "UTF8"
) -> State:
    return State(Files(NO_FOLDER), variables, text_format=TextFormat(strings, encoding))


def steps_of(data: bytes, most: int = 1 << 30, state: State | None = None) -> Iterator[Step]:
    return read_script(source_of(data, most), state or state_of())


def read(data: bytes, most: int = 1 << 30, state: State | None = None) -> list[object]:
    """All steps of a script as values that can be compared: of COPY data its bytes and place.

    Raises ScriptError as a run does.
    """
    found: list[object] = []
    for step in separated(steps_of(data, most, state)):
        if isinstance(step, CopyData):
            found.append((b"".join(step.blocks), step.offset, step.line))
        elif isinstance(step, Problem) and not step.warning:
            raise ScriptError(step.message, place=step.source.place(step.offset))
        else:
            found.append(step)
    return found


def statements_of(data: bytes, most: int = 1 << 30, state: State | None = None) -> list[Statement]:
    """The statements among the steps."""
    return [step for step in read(data, most, state) if isinstance(step, Statement)]


def texts_of(data: bytes, state: State | None = None) -> list[str]:
    """Their text."""
    return [
        statement.text.decode("utf-8", "replace")
        for statement in statements_of(data, 1 << 30, state)
    ]
