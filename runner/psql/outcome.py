"""What a meta-command leads to, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from runner.psql.slash import ArgumentError, Arguments
from runner.psql.source import Source
from runner.psql.steps import Problem, Statement, Step

if TYPE_CHECKING:
    from runner.psql.reader import Loop


class Outcome(NamedTuple):
    """What a meta-command leads to.

    `steps` come first; with `send` the statement buffer is sent, as the step that it makes;
    `include` is a file to read; `quit` ends the file.
    """

    steps: tuple[Step, ...] = ()
    send: Callable[[Statement], Step | None] | None = None
    include: Source | None = None
    quit: bool = False


NOTHING = Outcome()
Command = Callable[[Arguments, "Loop"], Outcome]


def problem(arguments: Arguments, loop: Loop, hint: str) -> Outcome:
    """The outcome of a meta-command that is refused."""
    message = f"the meta-command \\{arguments.name} does not work here"
    return Outcome((Problem(message, hint, loop.source, loop.command_offset),))


def required(arguments: Arguments, *, strip_semicolons: bool = False) -> str:
    """Takes an argument that must be there. Raises ArgumentError."""
    value = arguments.take(strip_semicolons=strip_semicolons)
    if value is None:
        hint = "Write the argument after it, on the same line."
        raise ArgumentError(f"\\{arguments.name}: missing required argument", 0, hint)
    return value
