"""Findings from the bytes, the names and the permissions of files.

Bytes are searched in whole blocks while they are read, which takes little time.
"""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, BinaryIO

from runner.errors import Place
from runner.psql.source import Source
from runner.psql.steps import PLAIN, PlainStatements
from runner.results import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from runner.psql.steps import Statements
    from runner.scripts.folder import Folder


BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Blanks other than the ASCII one, line and paragraph separators, and format characters.
_INVISIBLE = re.compile(
    rb"\xc2[\x85\xa0\xad]|\xd8\x9c|\xe1\x9a\x80|\xe1\xa0\x8e|\xe2\x80[\x80-\x8f\xa8-\xaf]"
    rb"|\xe2\x81[\x9f-\xaf]|\xe3\x80\x80|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]"
)
_QUOTED = re.compile(rb"'[^']*'|\"[^\"]*\"")
# Zero width joiners: some languages write them between two letters.
_JOINERS = (b"\xe2\x80\x8c", b"\xe2\x80\x8d")
_CRLF = b"\r\n"

_NUMBER = re.compile(r"\d+(?:[-.]\d+)*")  # dates and versions, too
# `.SQL`, `.sql~`, `.sql.txt`, `.sql.bak`, `.sq`, `.psql`, `.slq`, `01_create_sql`, …
_TYPO = re.compile(r"(?i)\.[a-z]?sql\b|\.(?:sq|slq|qsl|sqll|ddl)$|[_-]?sql$")
_ZERO_PADDED = "Number the files with leading zeros, in lower case: 01_create.sql, 02_seed.sql."
# The official image's user `postgres`; the Alpine one's is 70.
_OTHERS = "the container runs the scripts as the user postgres (uid 999)"


class Content:
    """What has been found in one file: byte offsets, or None.

    While `in_data` is set, the bytes are COPY data, of which only the encoding matters.
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
        self._block = b"", 0
        self._decoder: codecs.IncrementalDecoder | None = None

    def watched(self) -> Source:
        """A source that passes its blocks to `see` while it is read, once."""
        opened = self.source.open
        return replace(self.source, open=lambda: _Watched(opened(), self))  # type: ignore[arg-type, return-value]

    def see(self, block: bytes) -> None:
        if not self.size:
            self.bom = block.startswith(BOM)
            self.utf16 = block.startswith(_UTF16)
            first = block.partition(b"\n")[0]
            self.crlf = len(first) - 1 if first.endswith(b"\r") else None
        if not self.in_data and self.crlf is None and _CRLF in block:
            self.has_crlf = True
            self._block = block, self.size
        if self._decoder is not None or not block.isascii():
            self._see_others(block)
        self.size += len(block)

    def line_ends(self, statement: Statements) -> None:
        """Looks for a CR LF after a statement: elsewhere it may be intended, in a string."""
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
    """A stream that passes its blocks to a Content."""

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
    """Whether a statement may have invisible characters outside quotes. Fast, but not certain."""
    return not statement.isascii() and _INVISIBLE.search(_QUOTED.sub(b"", statement)) is not None


def invisible_characters(word: bytes) -> list[tuple[int, str]]:
    """Gives the offsets of invisible characters in a word, and their names."""
    found = []
    for match in _INVISIBLE.finditer(word):
        start, end = match.span()
        between = start and end < len(word) and word[start - 1] > 0x7F < word[end]
        if match.group() not in _JOINERS or not between:
            char = match.group().decode("utf-8")
            found.append((start, f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()))
    return found


_SHELL = Finding(
    "error",
    "",
    "a shell script runs only with --allow-shell",
    docker="the entrypoint runs it",
    target="it is not run: it may do anything on this machine",
    rewrite="Add --allow-shell (or RUNNER_ALLOW_SHELL=1), or write it in SQL.",
)


def folder_findings(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    """Yields the findings about names, order and permissions.

    `read` are the real paths of files that the scripts read themselves.
    """
    yield from _order(folder)
    yield from _same_numbers(folder)
    yield from _not_run(folder, read)
    if os.name == "posix":
        yield from _permissions(folder, read)


def _order(folder: Folder) -> Iterator[Finding]:
    if folder.byte_order is not None:
        ours = ", ".join(script.path.name for script in folder.scripts)
        yield Finding(
            "warning",
            str(folder.path),
            "the order of the scripts depends on the locale",
            docker=f"{ours} (en_US.utf8)",
            target=f"the same; in byte order: {', '.join(folder.byte_order)}",
            rewrite=_ZERO_PADDED,
            always=True,
        )
    for one, other in folder.uncertain:
        yield Finding(
            "warning",
            str(folder.path),
            f"the order of {one} and {other} is not certain",
            docker="its locale, en_US.utf8, orders case, punctuation and rare letters",
            target=f"{one} runs first; the runner does not know the whole locale",
            rewrite=_ZERO_PADDED,
            always=True,
        )


def _same_numbers(folder: Folder) -> Iterator[Finding]:
    numbered = [
        ([int(one) for one in re.findall(r"\d+", found.group())], script)
        for script in folder.scripts
        if (found := _NUMBER.match(script.path.name))
    ]
    for parts, group in groupby(sorted(numbered, key=lambda one: one[0]), lambda one: one[0]):
        number = "-".join(map(str, parts))
        (_, first), *others = group
        for _, script in others:
            yield Finding(
                "warning",
                script.name,
                f"{first.path.name} has the number {number} too",
                docker="the rest of their names decides which runs first",
                target="the same",
                rewrite="Give each script its own number.",
            )


def _not_run(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    for entry in folder.not_run:
        path = folder.path / entry.name
        real = os.path.realpath(path)
        # The entrypoint's `*` never sees a name that begins with a dot.
        is_read = any(_within(file, real) for file in read) and not _is_named_as_script(path)
        if entry.name.startswith(".") or is_read:
            continue
        is_shell = entry.name.endswith(".sh") and not path.is_dir()
        yield _SHELL._replace(script=str(path)) if is_shell else _entry_not_run(path, entry.reason)


def _entry_not_run(path: Path, reason: str) -> Finding:
    typo = _TYPO.search(path.name) and not path.is_dir()
    move = "Move it elsewhere."
    if _is_named_as_script(path):
        return Finding(
            "error",
            str(path),
            "a folder with the name of a script",
            docker="it fails (Is a directory), and no script after it runs",
            target="the scripts after it would run",
            rewrite="Docker makes one where a mounted file is missing: put the file there.",
        )
    return Finding(
        "warning",
        str(path),
        "this looks like a script but is not run" if typo else f"not run: {reason}",
        docker="the entrypoint ignores it",
        target="it is not run either",
        rewrite=f"Rename it to {_renamed(path.name)}, or move it elsewhere." if typo else move,
    )


def _is_named_as_script(path: Path) -> bool:
    """Whether the entrypoint would run a folder, because of its name."""
    return path.is_dir() and path.name.endswith((".sql", ".sql.gz", ".sql.xz", ".sql.zst", ".sh"))


def _within(file: str, path: str) -> bool:
    return file == path or file.startswith(path + os.sep)


def _renamed(name: str) -> str:
    found = _TYPO.search(name)
    return f"{name[: found.start()] if found else name}.sql"


def _permissions(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    wanted = stat.S_IROTH | stat.S_IXOTH
    mode = folder.path.stat().st_mode
    if mode & wanted != wanted:
        yield _unreadable(folder.path, mode, "the folder", "nothing runs", "o+rx")
    whole = os.path.realpath(folder.path)
    inside = [folder.path / os.path.relpath(file, whole) for file in read if _within(file, whole)]
    for path in sorted({up for file in inside for up in file.parents if folder.path in up.parents}):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            yield _unreadable(path, mode, "what is in the folder", "it fails", "o+x")
    for path in (*(script.path for script in folder.scripts), *sorted(inside)):
        mode = path.stat().st_mode
        if not mode & stat.S_IROTH:
            yield _unreadable(path, mode, "the file", "it fails", "o+r")


def _unreadable(path: Path, mode: int, what: str, result: str, change: str) -> Finding:
    return Finding(
        "warning",
        str(path),
        f"others may not read {what}: its mode is {stat.S_IMODE(mode):04o}",
        docker=f"{result}: {_OTHERS}",
        target="it runs: your user may read it",
        rewrite=f"chmod {change} {path}",
        place=Place(str(path), 1, 1) if what == "the file" else None,
    )
