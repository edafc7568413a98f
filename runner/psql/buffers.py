"""The buffers of psql's main loop: the stack of its input, and the query buffer.

The input is the block of the file, the rest of a line, and the values of variables. psql's lexer
keeps such a stack (psqlscan_push_new_buffer). Here the rest of a line is another buffer when a COPY
before it has its data on the next lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import BinaryIO

from runner.errors import ScriptError
from runner.psql.lexer import Event, Lexer, Mode
from runner.psql.source import LARGEST_VALUE, LONGEST, Block, LineTooLong, Source, blocks
from runner.psql.sql_text import leading_space, misplaced_quote
from runner.psql.state import State
from runner.psql.steps import CopyData, Origin, Statement, Statements

# Added to the length of each pushed value, so that empty values also reach the limit.
_FRAME_COST = 1000
_BOM = b"\xef\xbb\xbf"
# Begins with what is rare, which is found fast: a line of these two bytes alone.
_END_OF_DATA = rb"\\\.(?<![^\n]\\\.)\r?\n"
_BLANK = re.compile(rb"[; \t\r\n\f\v]*+")
_CLOSING_HINTS = {
    Mode.STRING: "Write its closing quote; a quote that is part of it is written twice.",
    Mode.ESCAPE_STRING: "Write its closing quote; a quote that is part of it is written \\'.",
    Mode.IDENTIFIER: "Write its closing quote; a quote that is part of it is written twice.",
    Mode.DOLLAR: "Write the tag again where the text ends.",
    Mode.COMMENT: "Write its */; each /* inside needs one, too.",
}


@dataclass(slots=True, eq=False)
class Frame:
    """A piece of input: a block of the file, the rest of a line, or a variable's value."""

    text: bytes
    base: int
    pos: int = 0
    name: bytes | None = None
    line: int = 0  # line number of the rest of a line

    def offset(self, pos: int) -> int:
        """Return the file offset of a position; all of a variable's value has one offset."""
        return self.base + pos if self.name is None else self.base


class Input:
    """The stack of frames: the file's block first, the frame being read last, at its `pos`."""

    def __init__(self, source: Source, state: State, stream: BinaryIO) -> None:
        self.source = source
        self.state = state
        self.blocks: Iterator[Block] = blocks(stream)
        self.frames: list[Frame] = []
        self.line = 1
        self._nested = 0  # total cost of values nested in the value of one variable
        self._counted = 0  # bytes of the current block whose line feeds are in `line`

    def more(self) -> bool:
        """Pop frames that are read to their end; return False at the end of the file."""
        while self.frames and self.frames[-1].pos >= len(self.frames[-1].text):
            if len(self.frames) == 1 and not self._next_block():
                return False
            if len(self.frames) > 1:
                self.frames.pop()
        return bool(self.frames) or self._next_block()

    def _next_block(self) -> bool:
        try:
            block = next(self.blocks, None)
        except LineTooLong as exc:
            raise too_long("a line", self.source, exc.offset) from None
        if block is None:
            return False
        if self.frames:
            self.line_at(self.frames[0], len(self.frames[0].text))
        self._counted = 0
        start = 0
        if block.offset == 0 and self.state.encoding == "UTF8" and block.data.startswith(_BOM):
            start = len(_BOM)
        self.frames[:1] = [Frame(block.data, block.offset, start)]
        if block.offset == 0 and block.data.startswith(b"PGDMP"):  # as in psql's mainloop.c
            raise ScriptError(
                "The input is a PostgreSQL custom-format dump",
                place=self.source.place(0),
                hint="Convert it to plain SQL: pg_restore -f FILE.sql DUMP",
            )
        if b"\0" in block.data:
            raise ScriptError(
                "a zero byte: PostgreSQL does not accept one in SQL text",
                place=self.source.place(block.offset + block.data.index(b"\0")),
                hint="Save the file as UTF-8: it is in UTF-16."
                if block.data.startswith((b"\xff\xfe", b"\xfe\xff"))
                else "Delete it.",
            )
        return True

    def line_at(self, frame: Frame, pos: int) -> int:
        """Return the line number at a position, counting forward from the previous call."""
        if frame is self.frames[0] and pos > self._counted:
            self.line += frame.text.count(b"\n", self._counted, pos)
            self._counted = pos
        return frame.line or self.line

    def copy_data(self) -> CopyData:
        """Return the COPY data, from the next line on; the rest of this line is read after it."""
        frame = self.frames[0]
        end = frame.text.find(b"\n", max(frame.pos - 1, 0)) + 1 or len(frame.text)
        if frame.pos < end:
            line = self.line_at(frame, frame.pos)
            rest = Frame(frame.text[frame.pos : end], frame.base + frame.pos, line=line)
            self.frames.insert(1, rest)
        frame.pos = max(frame.pos, end)
        line = self.line_at(frame, frame.pos)
        return CopyData(self._data_blocks(), self.source, frame.base + frame.pos, line)

    def push_value(self, value: bytes, offset: int, name: bytes) -> None:
        """Push the value of a variable; `offset` is the offset of its name."""
        is_nested = self.frames[-1].name is not None
        self._nested = self._nested + len(value) + _FRAME_COST if is_nested else 0
        if self._nested > LARGEST_VALUE:
            raise ScriptError(
                f"the value of {name.decode(errors='replace')} expands to more than 16 MB",
                place=self.source.place(offset),
                hint="Values that name other variables may take 16 MB in all.",
            )
        self.frames.append(Frame(value, offset, name=name))

    def _data_blocks(self) -> Iterator[bytes]:
        r"""Yield the lines up to `\.` or the end of the file (handleCopyIn in psql's copy.c)."""
        while True:
            frame = self.frames[0]
            found = None
            if frame.text.find(b"\\", frame.pos) >= 0:  # ten times as fast as the pattern
                found = re.compile(_END_OF_DATA).search(frame.text, frame.pos)
            end, after = found.span() if found else (len(frame.text), len(frame.text))
            data = frame.text[frame.pos : end] if frame.pos or end < len(frame.text) else frame.text
            frame.pos = after
            if data:
                yield data
            if end < after or not self._next_block():
                return


def too_long(what: str, source: Source, offset: int) -> ScriptError:
    """Return the error for a line or statement that is too long to be held in memory."""
    return ScriptError(
        f"{what} is longer than {LONGEST >> 20} MB",
        place=source.place(offset),
        hint="Write several; COPY takes any number of rows.",
    )


class StatementBuffer:
    """The text of a statement, collected in pieces. False while it is empty."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.previous: Statements | None = None
        self.clear()

    def clear(self) -> None:
        self.text = BytesIO()  # which returns its value without a copy
        self.origins: list[Origin] = []
        self.starts = [0]
        self.lines: list[tuple[int, int]] = []  # text offset and line of each piece
        self.next_offset = -1

    def __bool__(self) -> bool:
        return self.text.tell() > 0

    def add(self, text: bytes, offset: int, line: int, verbatim: bool) -> None:
        self.lines.append((self.text.tell(), line))
        if not verbatim or offset != self.next_offset:
            self.origins.append(Origin(self.text.tell(), offset, verbatim))
        self.next_offset = offset + len(text) if verbatim else -1
        self.text.write(text)
        if self.text.tell() > LONGEST:
            raise too_long("a statement", self.source, self.origins[0].file_offset)

    def drop_line_feed(self) -> None:
        """Drop the last line feed: psql adds it only if the next line adds to the statement."""
        text = self.text.getvalue()
        if text.endswith(b"\n"):
            length = self.text.seek(len(text.rstrip(b"\n")))
            self.text.truncate()
            self.next_offset = -1
            if len(self.origins) > 1 and self.origins[-1].text_offset == length:
                self.origins.pop()  # the origin of the line feed only

    def finish(self, *, send_previous: bool = False) -> Statement | None:
        """Return the statement; for an empty buffer None, or with `send_previous` the last one."""
        text = self.text.getvalue()
        if not text:
            return self.previous.at(-1) if send_previous and self.previous else None
        finished = self._statement(text.rstrip(b"\n"))
        self.previous = finished  # also a text without a command, which psql sends again
        self.clear()
        return finished

    def _statement(self, text: bytes) -> Statement | None:
        lead = leading_space(text) if text[:1] in b"/-\n\r\t\f\v " else 0
        if _BLANK.match(text, lead).end() == len(text):  # type: ignore[union-attr]
            return None
        origins = tuple(o._replace(text_offset=o.text_offset - lead) for o in self.origins)
        at, line = max(one for one in self.lines if one[0] <= lead)
        line += text.count(b"\n", at, lead)
        found = Statement(text[lead:], 0, line, self.source, origins=origins, lead=text[:lead])
        starts = tuple(max(s - lead, 0) for s in _command_offsets(text, self.starts))
        kept = origins if len(origins) > 1 or not origins[0].verbatim else None
        return found._replace(offset=found.file_offset(0), starts=starts, origins=kept)


def _command_offsets(text: bytes, starts: Sequence[int]) -> tuple[int, ...]:
    """Return the offsets that begin a command, not only a comment or a semicolon."""
    if len(starts) == 1:
        return (0,)
    return tuple(
        start
        for start, end in pairwise((*starts, len(text)))
        if text[start + leading_space(text[start:end]) : end].strip(b"; \t\r\n\f\v")
    ) or (0,)


def unterminated(lexer: Lexer, buffer: StatementBuffer) -> tuple[str, int, str] | None:
    """Return message, byte and hint for an open quote or parenthesis; None if none is open."""
    if lexer.mode is not Mode.SQL:
        offset, statement = lexer.opened_at, buffer.finish()
        if statement is not None and lexer.mode not in (Mode.DOLLAR, Mode.COMMENT):
            at = misplaced_quote(statement.text, identifiers=lexer.mode is Mode.IDENTIFIER)
            offset = offset if at is None else min(statement.file_offset(at), offset)
        return f"unterminated {lexer.mode.value}", offset, _CLOSING_HINTS[lexer.mode]
    if lexer.paren_depth and buffer:
        return "unterminated parenthesis", lexer.paren_opened_at, "Add the missing )."
    return None


def command_starts(text: bytes, *, standard_conforming_strings: bool) -> tuple[int, ...]:
    r"""Return the offsets of the SQL commands in a field of `\gexec`, which psql sends unread."""
    lexer = Lexer()
    lexer.standard_conforming_strings = standard_conforming_strings
    starts, pos = [0], 0
    while pos < len(text):
        event, pos = lexer.scan(text, pos, 0)
        if event is Event.SEMICOLON:
            starts.append(pos)
        elif event is not Event.END:
            pos += 1  # no meta-command and no variable here
    return _command_offsets(text, starts)
