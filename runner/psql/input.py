"""The input stack: the block of the file, the rest of a line, the values of variables.

psql's lexer keeps a stack of buffers for the values of variables (psqlscan_push_new_buffer). Here
the rest of a line is another buffer when a COPY before it has its data on the next lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from runner.errors import ScriptError
from runner.psql.slash_arguments import LARGEST_VALUE
from runner.psql.source import Block, LineTooLong, Source, blocks
from runner.psql.state import State
from runner.psql.statement_buffer import too_long
from runner.psql.steps import CopyData

# Added to the length of each pushed value, so that empty values also reach the limit.
_FRAME_COST = 1000
_BOM = b"\xef\xbb\xbf"
# Begins with what is rare, which is found fast: a line of these two bytes alone.
_END_OF_DATA = rb"\\\.(?<![^\n]\\\.)\r?\n"


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
    """The stack of frames: the file's block first, the frame being read last.

    The reader advances `pos` of the frame. `line` is the line number that `line_at` last returned.
    """

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
        """Return the COPY data, which begins on the next line of the file, as for psql.

        The rest of the current line is SQL to read after the data.
        """
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
