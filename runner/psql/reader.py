"""psql's main loop: yields the steps of a script (src/bin/psql/mainloop.c)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from runner.errors import ScriptError
from runner.psql.buffers import Frame, Input, StatementBuffer, unterminated
from runner.psql.copy_command import with_copy_data
from runner.psql.lexer import Event, Lexer, Mode
from runner.psql.metacommands import run_metacommand, without_arguments
from runner.psql.slash_arguments import ArgumentError, Arguments, IfBlock, MakeStep, UnknownValue
from runner.psql.source import BLOCK_SIZE, Source
from runner.psql.sql_text import variable_at, variable_name
from runner.psql.state import RESULT_VARIABLES, State, follow_settings, implicit_begin
from runner.psql.steps import (
    CopyData,
    Origin,
    PlainStatements,
    Problem,
    Statement,
    Step,
    Sync,
    run_at,
)

_SPACE = re.compile(rb"[ \t\n\r\f\v]*+")
_EMPTY_LINES = re.compile(rb"\n*+")
_LEADING = re.compile(rb"(?:[ \t\n\r\f\v]++|--[^\n\r]*+|)*+")
_CLOSE_HINT = "Close the quote on the same line: a meta-command ends with it."


def read_script(source: Source, state: State) -> Iterator[Step]:
    """Yield what psql would send for `psql -f`, step by step.

    Plain INSERT, UPDATE, DELETE and COMMENT statements come as PlainStatements, many at a time;
    `separated` yields them one by one. The caller that runs the steps updates `state`. Raises
    ScriptError, with the place, for an unterminated quote, comment or parenthesis, and a zero byte;
    an error in a meta-command is a Problem. Reads no further ahead than the current block.
    """
    with source.open() as stream:
        yield from MainLoop(source, state, stream).steps()


class MainLoop:
    """psql's MainLoop for one file, with its own lexer, query buffer and conditional stack."""

    def __init__(self, source: Source, state: State, stream: BinaryIO) -> None:
        self.source = source
        self.state = state
        self.lexer = Lexer()
        self.buffer = StatementBuffer(source)
        self.blocks: list[IfBlock] = []
        self.active = True  # whether the current branch is taken
        self.command_offset = 0  # of the current meta-command
        self.ended = False  # by \\q
        self.input = Input(source, state, stream)

    def steps(self) -> Iterator[Step]:
        while not self.ended and self.input.more():
            if self._is_plain():
                yield from self._plain_statements()
            frame = self.input.frames[-1]
            if frame.pos >= len(frame.text):
                continue
            event = self._scan(frame)
            if event is Event.SEMICOLON:
                yield from self._statement()
            elif event is Event.VARIABLE:
                yield from self._variable(frame)
            elif event is Event.BACKSLASH:
                try:
                    yield from self._backslash()
                except ArgumentError as exc:
                    yield self._problem(exc)
                self.active = not self.blocks or self.blocks[-1].active
        if not self.ended and (found := unterminated(self.lexer, self.buffer)):
            raise self.error(*found)
        if not self.ended and self.blocks:
            hint = "Write \\endif where it ends."
            raise self.error("\\if without \\endif", self.blocks[-1].offset, hint)
        yield from self._statement()

    def _problem(self, found: ArgumentError) -> Problem:
        return Problem(found.message, found.hint, self.source, self.command_offset + found.pos)

    def error(self, message: str, offset: int, hint: str | None = None) -> ScriptError:
        return ScriptError(message, place=self.source.place(offset), hint=hint)

    def _is_plain(self) -> bool:
        return (
            not self.buffer
            and len(self.input.frames) == 1
            and self.lexer.mode is Mode.SQL
            and not (self.lexer.paren_depth or self.lexer.begin_depth)
            and self.active
            and self.state.standard_conforming_strings
            and not self.state.begins
        )

    def _plain_statements(self) -> Iterator[PlainStatements]:
        frame, source = self.input.frames[0], self.source
        text, base = frame.text, frame.base
        is_cut = True
        while is_cut:
            start = _SPACE.match(text, frame.pos).end()  # type: ignore[union-attr]
            is_cut = start + BLOCK_SIZE < len(text)
            length, fingerprint = source.runs.get(base + start, (0, 0))
            found = text[start : start + length]
            if not found or hash(found) != fingerprint:
                found = run_at(text, start, BLOCK_SIZE)
            if not found:
                return
            source.runs[base + start] = len(found), hash(found)
            line = self.input.line_at(frame, start)
            statements = PlainStatements(found, base + start, line, source)
            yield statements
            self.buffer.previous = statements
            self.state.succeeded()
            frame.pos = start + len(found)

    def _scan(self, frame: Frame) -> Event:
        """Lex to the next event and move the text read to the statement buffer."""
        if self.lexer.mode is Mode.SQL:  # psql drops empty lines
            if not self.buffer:
                frame.pos = _LEADING.match(frame.text, frame.pos).end()  # type: ignore[union-attr]
            elif frame.name is None and self._begins_line(frame):
                frame.pos = _EMPTY_LINES.match(frame.text, frame.pos).end()  # type: ignore[union-attr]
        self.lexer.standard_conforming_strings = self.state.standard_conforming_strings
        start = frame.pos
        event, frame.pos = self.lexer.scan(frame.text, start, frame.base)
        if self.active and frame.pos > start:
            line = self.input.line_at(frame, start)
            text, offset = frame.text[start : frame.pos], frame.offset(start)
            self.buffer.add(text, offset, line, frame.name is None)
        return event

    def _statement(self) -> Iterator[Step]:
        if not (self.active and self.buffer):
            return
        try:
            statement = self._finished()
        except ArgumentError as exc:
            yield self._problem(exc)
        else:
            yield from self.sent(statement) if statement is not None else ()

    def _finished(self, *, send_previous: bool = False) -> Statement | None:
        statement = self.buffer.finish(send_previous=send_previous)
        bound, self.state.bound = self.state.bound, None
        return statement if bound is None else bound(statement)

    def sent(self, statement: Statement, make: MakeStep | None = None) -> Iterator[Step]:
        """Yield a step that sends, then its COPY data, then the Sync that it requires."""
        if not statement.data:
            statement, problem = with_copy_data(statement, self.state.files)
            if problem:
                yield problem
        step = make(statement) if make else statement
        if step is None:
            return
        if not statement.uncounted and (begin := implicit_begin(statement, self.state)):
            yield begin
        yield step
        self.state.succeeded()
        for source in statement.data:
            if source is not None:
                yield CopyData(source.read_blocks(), source, 0, 1)
                continue
            data = self.input.copy_data()
            yield data
            deque(data.blocks, maxlen=0)  # if the caller has not read the data
        if sync := follow_settings(statement, self.state):
            yield sync

    def _variable(self, frame: Frame) -> Iterator[Step]:
        """Replace a variable reference by its value (see psqlscan.l, `:{variable_char}+`)."""
        offset, start = frame.offset(frame.pos), frame.pos
        reference = frame.text[start : start + len(variable_at(frame.text, start))]
        line = self.input.line_at(frame, start)
        if self.active and variable_name(reference) in RESULT_VARIABLES:
            yield Sync()
        frame.pos += len(reference)
        if not self.active:
            return
        value = self.state.expand(reference)
        bare = reference[1:2] not in (b"'", b'"', b"{")
        if value is None or (bare and any(one.name == reference for one in self.input.frames)):
            self.buffer.add(reference, offset, line, frame.name is None)
        elif bare:
            self.input.push_value(value, offset, reference)
        else:
            self.buffer.add(value, offset, line, verbatim=False)

    def _backslash(self) -> Iterator[Step]:
        frame = self.input.frames[-1]
        if frame.text[frame.pos + 1 : frame.pos + 2] in (b";", b":"):
            self._escaped(frame)
            return
        start, active = frame.pos, self.active
        self.command_offset = frame.offset(start)
        if self._begins_line(frame):
            self.buffer.drop_line_feed()
        self.input.line_at(frame, start)
        end = frame.text.find(b"\n", start)
        line = frame.text[start : end if end >= 0 else len(frame.text)]
        frame.pos += len(line)  # where reading continues after an error
        arguments = Arguments(line, self.state, active=active)
        for name in RESULT_VARIABLES:
            if b":" in line and name.encode() in line and active:
                yield Sync()
        try:
            steps = run_metacommand(arguments, self)
            frame.pos = start + arguments.finish()
        except UnknownValue:
            frame.pos = start + arguments.finish()
            steps = without_arguments(arguments, self)
        if arguments.unterminated is not None and active:
            offset = self.command_offset + arguments.unterminated
            yield Problem("unterminated quoted string", _CLOSE_HINT, self.source, offset, True)
        yield from steps or ()

    def _begins_line(self, frame: Frame) -> bool:
        begins_block = frame is self.input.frames[0] and not frame.pos
        return begins_block or frame.text[frame.pos - 1 : frame.pos] == b"\n"

    def statement_here(self, text: bytes) -> Statement:
        origins = (Origin(0, self.command_offset, verbatim=False),)
        return Statement(text, self.command_offset, self.input.line, self.source, origins=origins)

    def warning_here(self, message: str, hint: str) -> Problem:
        return Problem(message, hint, self.source, self.command_offset, warning=True)

    def _escaped(self, frame: Frame) -> None:
        r"""Read `\;`, a semicolon that does not send, or `\:`, a colon without a variable."""
        if self.active:
            char = frame.text[frame.pos + 1 : frame.pos + 2]
            line = self.input.line_at(frame, frame.pos)
            self.buffer.add(char, frame.offset(frame.pos + 1), line, frame.name is None)
            if char == b";":
                self.buffer.starts.append(self.buffer.text.tell())
        if frame.text[frame.pos + 1 : frame.pos + 2] == b";" and not self.lexer.begin_depth:
            self.lexer.new_statement()
        frame.pos += 2

    def sent_buffer(self, make: MakeStep | None = None) -> Iterator[Step]:
        statement = self._finished(send_previous=True)
        self.lexer.reset()
        if statement is not None:
            yield from self.sent(statement, make)

    def included(self, source: Source) -> Iterator[Step]:
        uncertain = self.state.uncertain
        yield from read_script(source, self.state)
        self.state.uncertain = uncertain
