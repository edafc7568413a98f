"""What the bytes of a file show while they are read: its encoding, line ends, odd characters.

Whole blocks are looked at, at the speed of the C library; single statements are not.
"""

from __future__ import annotations

import codecs
import io
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from runner.psql.plain import PLAIN
from runner.psql.source import Source
from runner.psql.steps import PlainStatements

if TYPE_CHECKING:
    from runner.psql.steps import Statements

BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Blanks other than the ASCII one, line and paragraph separators, and format characters.
_INVISIBLE = re.compile(
    rb"\xc2[\x85\xa0\xad]|\xd8\x9c|\xe1\x9a\x80|\xe1\xa0\x8e|\xe2\x80[\x80-\x8f\xa8-\xaf]"
    rb"|\xe2\x81[\x9f-\xaf]|\xe3\x80\x80|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]"
)
_QUOTED = re.compile(rb"'[^']*'|\"[^\"]*\"")
# Zero width joiners are letters of some scripts: they stand between two other letters there.
_JOINERS = (b"\xe2\x80\x8c", b"\xe2\x80\x8d")
_CRLF = b"\r\n"
_READS_FILES = b"pg_read_"


class Content:
    """What has been seen of one file. Offsets are those of bytes in it; None is: not seen.

    While `in_data` is set, the bytes are COPY data: nothing but their encoding matters.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.size = 0
        self.in_data = False
        self.bom = self.utf16 = False
        self.crlf: int | None = None  # where the first line that is known to end so does
        self.has_crlf = False  # perhaps in quotes
        self.invalid: int | None = None
        self.invisible = False
        self.reads_files = False
        self._block = b"", 0
        self._decoder: codecs.IncrementalDecoder | None = None

    def watched(self) -> Source:
        """Gives the source for its one reading."""
        opened = self.source.open
        return replace(self.source, open=lambda: _Watched(opened(), self))  # type: ignore[arg-type, return-value]

    def see(self, block: bytes) -> None:
        """Takes the next bytes of the file."""
        if not self.size:
            self.bom = block.startswith(BOM)
            self.utf16 = block.startswith(_UTF16)
            first = block.partition(b"\n")[0]
            self.crlf = len(first) - 1 if first.endswith(b"\r") else None
        if not self.in_data and _READS_FILES in block:
            self.reads_files = True
        if not self.in_data and self.crlf is None and _CRLF in block:
            self.has_crlf = True
            self._block = block, self.size
        if self._decoder is not None or not block.isascii():
            self._see_others(block)
        self.size += len(block)

    def line_ends(self, statement: Statements) -> None:
        """Looks for a CR LF after a statement: one elsewhere may be data that is meant so."""
        if not self.has_crlf or self.crlf is not None:
            return
        ends = [len(statement.text)]
        if isinstance(statement, PlainStatements) and b";\r\n" in statement.text:
            ends += [found.end(1) for found in re.finditer(PLAIN, statement.text)]
        block, base = self._block
        for end in sorted(map(statement.file_offset, ends)):
            if end >= base and block.startswith(_CRLF, end - base):
                self.crlf = end
                return

    def end(self) -> None:
        """The file has been read to its end."""
        if self._decoder is not None and self.invalid is None:
            self._decode(b"", final=True)

    def _see_others(self, block: bytes) -> None:
        if self.invalid is None:
            self._decode(block)
        if not self.in_data and not self.invisible:
            start = len(BOM) if not self.size and self.bom else 0
            self.invisible = _INVISIBLE.search(block, start) is not None

    def _decode(self, block: bytes, *, final: bool = False) -> None:
        self._decoder = self._decoder or codecs.getincrementaldecoder("utf-8")()
        waiting = self._decoder.getstate()[0]
        try:
            self._decoder.decode(block, final)
        except UnicodeDecodeError as exc:
            self.invalid = self.size - len(waiting) + exc.start


class _Watched(io.RawIOBase):
    """A stream whose blocks are seen as they are read."""

    def __init__(self, stream: BinaryIO, content: Content) -> None:
        super().__init__()
        self._stream = stream
        self._content = content

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        if block:
            self._content.see(block)
        else:
            self._content.end()
        return block

    def close(self) -> None:
        self._stream.close()
        super().close()


def has_invisible(statement: bytes) -> bool:
    """A quick look at a statement: whether it may have such characters outside quotes."""
    return not statement.isascii() and _INVISIBLE.search(_QUOTED.sub(b"", statement)) is not None


def invisible_characters(word: bytes) -> list[tuple[int, str]]:
    """Gives the offsets in a word of characters that nobody sees, and what they are."""
    found = []
    for match in _INVISIBLE.finditer(word):
        start, end = match.span()
        between = start and end < len(word) and word[start - 1] > 0x7F < word[end]
        if match.group() not in _JOINERS or not between:
            char = match.group().decode("utf-8")
            found.append((start, f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()))
    return found
