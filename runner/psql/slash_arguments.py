"""The arguments of a meta-command, and the part of the reader that it may use.

A port of src/bin/psql/psqlscanslash.l (version 18).
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from runner.psql.buffers import StatementBuffer
from runner.psql.lexer import Lexer
from runner.psql.source import LARGEST_VALUE, Source
from runner.psql.sql_text import VARIABLE, variable_at, variable_name
from runner.psql.state import State
from runner.psql.steps import Problem, Statement, Step

_SPACE = re.compile(rb"[ \t\n\r\f\v]*+")
_NAME = re.compile(rb"[^ \t\n\r\f\v\\]*+")
_UNQUOTED = re.compile(rb"[^ \t\n\r\f\v\\'`\":]++")
_SINGLE_QUOTED = re.compile(rb"'((?:[^'\\]++|''|\\.|)*+)('?)", re.DOTALL)
_ESCAPE = re.compile(rb"''|\\([0-7]{1,3})|\\x([0-9A-Fa-f]{1,2})|\\(.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"b": b"\b", b"r": b"\r", b"f": b"\f"}


class ArgumentError(Exception):
    """A meta-command that cannot work, with a hint; `pos` is a position in its line."""

    def __init__(self, message: str, hint: str, pos: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.pos = pos


class UnknownValue(ArgumentError):
    """An argument with a variable whose value only a server knows; see `State`."""


class ProgramRefused(ArgumentError):
    """An argument with a command in backquotes that is not allowed to run."""


class Arguments:
    """The arguments of one meta-command in `line`, which begins at the backslash.

    `name` is the command's name; `pos` advances as arguments are taken. With `active` false (in a
    branch not taken) variables are not expanded.
    """

    def __init__(self, line: bytes, state: State, *, active: bool = True) -> None:
        self.line = line
        self.state = state
        self.active = active
        self._expanded = 0  # bytes that variables have added
        self.quoted = False  # whether the last argument had a quoted part
        self.unterminated: int | None = None  # where an unclosed quote begins
        end = _NAME.match(line, 1).end()  # type: ignore[union-attr]
        self.name = line[1:end].decode("utf-8", "replace")
        self.pos = end

    def take_line(self) -> str:
        start = _SPACE.match(self.line, self.pos).end()  # type: ignore[union-attr]
        self.pos = len(self.line)
        return self.line[start:].decode("utf-8", "surrogateescape")

    def take(self, *, strip_semicolons: bool = False) -> str | None:
        """Take the next argument; return None if there is none. Raises ArgumentError."""
        start = self.pos = _SPACE.match(self.line, self.pos).end()  # type: ignore[union-attr]
        value, unquoted, quoted = self._argument()
        if self.unterminated is not None:
            return None
        if strip_semicolons:
            while unquoted and value.endswith(b";"):
                value = value[:-1]
                unquoted -= 1
        self.quoted = quoted
        value = value.partition(b"\0")[0]  # a C string ends there
        if not value and (not quoted or self.pos == start):
            return None
        return value.decode("utf-8", "surrogateescape")

    def required(self, *, strip_semicolons: bool = False) -> str:
        """Take an argument; raise ArgumentError if there is none."""
        value = self.take(strip_semicolons=strip_semicolons)
        if value is None:
            hint = "Write the argument after it, on the same line."
            raise ArgumentError(f"\\{self.name}: missing required argument", hint)
        return value

    def refused(self, hint: str) -> ArgumentError:
        return ArgumentError(f"the meta-command \\{self.name} does not work here", hint)

    def rest(self) -> list[str]:
        found = []
        while (value := self.take()) is not None:
            found.append(value)
        return found

    def finish(self) -> int:
        """Skip unused arguments and a `\\\\` separator; return the position of the next SQL."""
        self.active = False
        self.rest()
        if self.line[self.pos : self.pos + 2] == b"\\\\":
            self.pos += 2
        return self.pos

    def _argument(self) -> tuple[bytes, int, bool]:
        """Return the value, its number of unquoted bytes at the end, and whether any is quoted."""
        parts: list[bytes] = []
        unquoted = 0
        quoted = False
        while self.pos < len(self.line):
            char = self.line[self.pos : self.pos + 1]
            if char in b" \t\n\r\f\v\\":
                break
            part = self._quote_or_variable(char)
            if part is not None:
                unquoted, quoted = 0, True
            else:
                match = _UNQUOTED.match(self.line, self.pos)
                part = match[0] if match else char
                self.pos += len(part)
                unquoted += len(part)
            parts.append(part)
        return b"".join(parts), unquoted, quoted

    def _quote_or_variable(self, char: bytes) -> bytes | None:
        if char == b"'":
            return self._single_quoted()
        if char == b'"':
            start, self.pos = self.pos, self._closing_quote(b'"')
            return self.line[start : self.pos]
        if char == b"`":
            start, self.pos = self.pos, self._closing_quote(b"`")
            if not self.active:
                return b""
            return self._program_output(self.line[start + 1 : self.pos - 1], start)
        if char == b":" and self.active:
            end = self.pos + len(variable_at(self.line, self.pos))
            reference = self.line[self.pos : end]
            if reference and self.state.is_unknown_reference(reference):
                raise UnknownValue("only a server knows this value", "", self.pos)
            value = self.state.expand(reference) if reference else None
            if value is None and reference[1:2] in (b"'", b'"'):
                value = reference  # not set: psql keeps the reference, with its quotes
            if value is not None:
                self._expanded += len(value)
                if self._expanded > LARGEST_VALUE:
                    message = f"variables make this longer than {LARGEST_VALUE >> 20} MB"
                    raise ArgumentError(message, "Does a value contain itself?", self.pos)
                self.pos = end
                return value
        return None

    def _program_output(self, command: bytes, start: int) -> bytes:
        """Return the output of a command in backquotes, without a line feed at its end."""
        if not self.state.files.allows_programs:
            message = "a command in backquotes would run on this machine"
            hint = (
                "Allow it with --allow-shell, or give the value of the variable: --var NAME=VALUE."
            )
            raise ProgramRefused(message, hint, start)
        if self.state.offline:
            self.state.runs_programs = True
            raise UnknownValue("only the command knows this value", "", start)
        return run_program(_with_variables(command, self.state), self.state).removesuffix(b"\n")

    def _closing_quote(self, quote: bytes) -> int:
        found = self.line.find(quote, self.pos + 1)
        if found < 0:
            self.unterminated = self.pos
            return len(self.line)
        return found + 1

    def _single_quoted(self) -> bytes:
        found = _SINGLE_QUOTED.match(self.line, self.pos)
        if not found or not found[2]:
            self.unterminated, self.pos = self.pos, len(self.line)
            return b""
        self.pos = found.end()
        return _ESCAPE.sub(_unescaped, found[1])


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, hexadecimal, char = found.groups(b"")
    if octal or hexadecimal:
        return bytes([int(octal or hexadecimal, 8 if octal else 16) & 0xFF])
    return _ESCAPED.get(char, char or b"'")


def _with_variables(command: bytes, state: State) -> bytes:
    """Return a backquoted command with variables replaced; `:'name'` is quoted for a shell."""

    def replaced(found: re.Match[bytes]) -> bytes:
        value = state.variables.get(variable_name(found[0]))
        if value is None or found[0][1:2] in (b'"', b"{"):
            return found[0]
        return os.fsencode(shlex.quote(value) if found[0][1:2] == b"'" else value)

    return VARIABLE.sub(replaced, command)


def run_program(command: bytes, state: State) -> bytes:
    """Return the output of a command, and set psql's variables about its exit status."""
    output, status = state.files.program(os.fsdecode(command), state.environ)
    state.assign("SHELL_ERROR", "true" if status else "false")
    state.assign("SHELL_EXIT_CODE", str(status))
    return output


@dataclass(eq=False)
class IfBlock:
    """An open `\\if` block: its offset, and whether its current branch is read.

    The text of a branch not taken is lexed and discarded. psql then restores the depths (of
    parentheses and of BEGIN … END) from before the branch. `is_decided`: no later branch can be
    taken. Without a server it may be unknown whether a branch is taken: then this branch and the
    later ones `may_run`. `outer_uncertain` is `State.uncertain` outside the block.
    """

    offset: int
    depths: tuple[int, int]
    is_decided: bool
    outer_uncertain: int
    active: bool = False
    is_else: bool = False
    may_run: bool = False


MakeStep = Callable[[Statement], Step | None]


class Context(Protocol):
    """The part of the reader that meta-commands read or change.

    The methods return steps, or make a statement or a warning with the place of the meta-command.
    """

    source: Source
    state: State
    lexer: Lexer
    buffer: StatementBuffer
    blocks: list[IfBlock]  # open blocks of this file, innermost last
    command_offset: int  # of the meta-command
    ended: bool  # whether the rest of this file is skipped

    def statement_here(self, text: bytes) -> Statement: ...
    def warning_here(self, message: str, hint: str) -> Problem: ...
    def sent(self, statement: Statement) -> Iterator[Step]: ...
    def sent_buffer(self, make: MakeStep | None = None) -> Iterator[Step]: ...
    def included(self, source: Source) -> Iterator[Step]: ...


MetaCommand = Callable[[Arguments, Context], Iterable[Step] | None]
