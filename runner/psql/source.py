"""A script as a stream of blocks of whole lines, in a client encoding.

psql masks second bytes that look like ASCII: see `psqlscan_prepare_buffer` in
src/fe_utils/psqlscan.l and src/common/wchar.c. The names of encodings are those of
src/common/encnames.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from runner.errors import Place

_TWO_BYTES = rb"(?s)([\x80-\xff])."
# Half-width katakana are single bytes.
_SJIS = rb"(?s)([\x80-\xa0\xe0-\xff])."
_GB18030 = rb"(?s)([\x80-\xff])(?:[0-9]..|.)"
_MULTIBYTE = {
    "SJIS": _SJIS,
    "SHIFT_JIS_2004": _SJIS,
    "BIG5": _TWO_BYTES,
    "GBK": _TWO_BYTES,
    "UHC": _TWO_BYTES,
    "JOHAB": _TWO_BYTES,
    "GB18030": _GB18030,
}

# The encodings of encnames.c, each with its other names.
_NAMES = (
    "BIG5=WIN950 EUC_CN EUC_JIS_2004 EUC_JP EUC_KR EUC_TW GB18030 GBK=WIN936 ISO_8859_5 ISO_8859_6"
    " ISO_8859_7 ISO_8859_8 JOHAB KOI8R=KOI8 KOI8U LATIN1=ISO88591 LATIN2=ISO88592 LATIN3=ISO88593"
    " LATIN4=ISO88594 LATIN5=ISO88599 LATIN6=ISO885910 LATIN7=ISO885913 LATIN8=ISO885914"
    " LATIN9=ISO885915 LATIN10=ISO885916 MULE_INTERNAL SHIFT_JIS_2004"
    " SJIS=MSKANJI=SHIFTJIS=WIN932 SQL_ASCII UHC=WIN949 UTF8=UNICODE WIN1250 WIN1251=WIN WIN1252"
    " WIN1253 WIN1254 WIN1255 WIN1256 WIN1257 WIN1258=ABC=TCVN=TCVN5712=VSCII WIN866=ALT WIN874"
)
_BY_NAME = {
    name.replace("_", ""): names.partition("=")[0]
    for names in _NAMES.split()
    for name in names.split("=")
}

# Bytes per read: large enough to make calls cheap, and small compared with the memory.
BLOCK_SIZE = 1 << 18
# Bytes of a line or a statement: both are held in memory, and a small compressed file can be large.
LONGEST = 128 << 20


def masked(text: bytes, encoding: str) -> bytes:
    """Replace bytes of multibyte characters that look like ASCII; the length stays the same."""
    pattern = _MULTIBYTE.get(encoding)
    if pattern is None:
        return text
    return re.sub(pattern, lambda m: m[1] + b"\xff" * (len(m[0]) - 1), text)


def client_encoding(name: str) -> str | None:
    """Return PostgreSQL's name for a client encoding, such as UTF8 for `utf-8` or `unicode`.

    None for any other name. See pg_char_to_encoding in encnames.c.
    """
    bare = re.sub(r"[^A-Z0-9]", "", name.upper())
    return _BY_NAME.get(re.sub("^WINDOWS(?=[0-9])", "WIN", bare))


def canonical_encoding(name: str) -> str:
    """Return one spelling for an encoding: `utf-8` and `unicode` are UTF8 (encnames.c)."""
    return client_encoding(name) or name.upper()


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
        """Return line, column and text of the line for a byte; `encoding` is Python's name of one.

        Reads the file again from its beginning, so it is for errors only.
        """
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
