"""A script as a stream of blocks of whole lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from runner.errors import Place

# Bytes per read: large enough to make calls cheap, and small compared with the memory.
BLOCK_SIZE = 1 << 18
# Bytes of a line or a statement: both are held in memory, and a small compressed file can be large.
LONGEST = 128 << 20
# Bytes of all values in one meta-command: repeating `\\set a :a:a` doubles a value each time.
LARGEST_VALUE = 16 << 20


def canonical_encoding(name: str) -> str:
    """Return one spelling for an encoding: `utf-8` and `unicode` are UTF8 (encnames.c)."""
    is_utf8 = re.sub("[^A-Z0-9]", "", name.upper()) in ("UTF8", "UNICODE")
    return "UTF8" if is_utf8 else name.upper()


@dataclass
class Source:
    """A file of statements: `name` is for messages, `open` returns its SQL as bytes.

    `\\ir` is relative to `directory`; `included_from` is the chain of including files. `runs` are
    the plain statements found by an earlier reading: length and hash by offset. Every script is
    read at least twice.
    """

    name: str
    open: Callable[[], BinaryIO] = field(compare=False, repr=False)
    directory: str = ""
    included_from: tuple[str, ...] = ()
    runs: dict[int, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    def place(self, offset: int, encoding: str = "utf-8") -> Place:
        """Return the place of a byte. Reads the file again; `encoding` is Python's name of one."""
        line = 1
        with self.open() as stream, suppress(LineTooLong):
            for block in blocks(stream):
                data, within = block.data, offset - block.offset
                if within < len(data) or (within == len(data) and data[-1:] != b"\n"):
                    line += data.count(b"\n", 0, within)
                    start = data.rfind(b"\n", 0, within) + 1
                    text = data[start:].partition(b"\n")[0]
                    before = text[: within - start].decode(encoding, "replace")
                    source = text.rstrip(b"\r").decode(encoding, "replace")
                    if line == 1 and source.startswith("\ufeff"):
                        source, before = source[1:], before[1:]
                    return Place(self.name, line, len(before) + 1, source, self.included_from)
                line += data.count(b"\n")
        return Place(self.name, line, included_from=self.included_from)

    def line_place(self, line: int, encoding: str = "utf-8") -> Place:
        """Return the place of a whole line, given its number."""
        with self.open() as stream:
            found = (block.data.removesuffix(b"\n").split(b"\n") for block in blocks(stream))
            before = islice(chain.from_iterable(found), line - 1)
            offset = sum(len(one) + 1 for one in before)
        return self.place(offset, encoding)._replace(line=line, column=None)

    def read_blocks(self) -> Iterator[bytes]:
        with self.open() as stream:
            while data := stream.read(BLOCK_SIZE):
                yield data


class Block(NamedTuple):
    """Whole lines of a script; only the last block may end without a line feed."""

    data: bytes
    offset: int


class LineTooLong(Exception):
    """A line of more than LONGEST bytes, which begins at `offset`."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


def blocks(stream: BinaryIO, size: int = BLOCK_SIZE) -> Iterator[Block]:
    """Yield blocks of whole lines of a stream, so that no token of psql is split.

    A line longer than `size` is one block of its own. Every byte is copied a bounded number of
    times, however long a line is. Raises LineTooLong.
    """
    offset = length = 0
    parts: list[bytes] = []
    while data := stream.read(size):
        cut = data.rfind(b"\n") + 1
        if not cut:
            parts.append(data)
            length += len(data)
            if length > LONGEST:
                parts.clear()
                raise LineTooLong(offset)
            continue
        # A memoryview, because a slice would be another copy.
        block = b"".join([*parts, memoryview(data)[:cut]]) if parts or cut < len(data) else data
        yield Block(block, offset)
        offset += len(block)
        parts = [data[cut:]] if cut < len(data) else []
        length = len(data) - cut
    if parts:
        yield Block(b"".join(parts), offset)
