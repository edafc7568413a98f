"""The steps that reading a script yields."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

from runner.errors import Place
from runner.psql.source import Source

# Plain statements, found by one pattern without the lexer: most of a large seed consists of them.
# They contain no empty line outside quotes, which psql would drop.
_TEXT = rb"[^'\"$\\/\-:();\n]*+"
_QUOTED = (rb"'(?<![eE]')[^']*+'", rb"-(?!-)", rb"/(?!\*)", rb"::", rb'"[^"]*+"', rb"\n(?!\n)")
_PARTS = b"".join(part + _TEXT + b"|" for part in _QUOTED)
_FLAT = _TEXT + rb"(?:" + _PARTS + rb")*+"
_NESTED = _TEXT + rb"(?:" + _PARTS + rb"\(" + _FLAT + rb"\)" + _TEXT + rb"|)*+"
_SPACE = rb"[ \t\n\r\f\v]*+"
_COMMENT = rb"comment(?![ \t]+on[ \t]+(?:extension|role|database))"
_BODY = (
    rb"(?i:insert|update|delete|"
    + _COMMENT
    + rb")(?:[ \t\r]|\n(?!\n))"
    + (_TEXT + rb"(?:" + _PARTS + rb"\(" + _NESTED + rb"\)" + _TEXT + rb"|)*+;")
)
_RUN = re.compile(rb"(?:" + _BODY + _SPACE + rb"|)*+")
# One statement of such a run, in which only quotes hide a semicolon.
_ONE = re.compile(_SPACE + rb"([^;'\"]*+(?:(?:'[^']*+'|\"[^\"]*+\")[^;'\"]*+|)*+;)")


def run_at(text: bytes, start: int, most: int) -> bytes:
    """Return the plain statements that begin at `start`, as many as fit in `most` bytes."""
    end = _RUN.match(text, start, start + most).end()  # type: ignore[union-attr]
    return text[start:end].rstrip()


class Origin(NamedTuple):
    """The place of a text from `text_offset` on; a variable's value, not `verbatim`, has one."""

    text_offset: int
    file_offset: int
    verbatim: bool


class Statement(NamedTuple):
    """The text that psql would send in one message, and its place in the file.

    `offset` is the byte offset of its first byte in the file, `line` that byte's 1-based line.
    `text` is the text of the file, except where a meta-command or a variable has changed it: then
    `origins` maps it to the file. `starts` are the offsets of its SQL commands in the text: `\\;`
    separates several. For each item of `data` the server asks for COPY data: a file, or None for
    the lines that follow in the script. The last `uncounted` commands are the runner's own. `lead`
    holds the comments before the text, which psql sends, too.
    """

    text: bytes
    offset: int
    line: int
    source: Source
    starts: tuple[int, ...] = (0,)
    data: tuple[Source | None, ...] = ()
    origins: tuple[Origin, ...] | None = None
    uncounted: int = 0
    lead: bytes = b""

    def with_replaced(self, start: int, end: int, new: bytes) -> Statement:
        moved = len(new) - (end - start)
        before = self.origins or (Origin(0, self.offset, verbatim=True),)
        origins = (
            *(o for o in before if o.text_offset < start),
            Origin(start, self.file_offset(start), verbatim=False),
            Origin(start + len(new), self.file_offset(end), self.origin(end).verbatim),
            *(o._replace(text_offset=o.text_offset + moved) for o in before if o.text_offset > end),
        )
        text = self.text[:start] + new + self.text[end:]
        starts = tuple(at + moved if at > start else at for at in self.starts)
        return self._replace(text=text, starts=starts, origins=origins)

    def at(self, command: int) -> Statement:  # noqa: ARG002, this statement has all commands
        return self

    @property
    def commands(self) -> tuple[bytes, ...]:
        ends = (*self.starts[1:], len(self.text))
        return tuple(self.text[a:b] for a, b in zip(self.starts, ends, strict=True))

    def origin(self, text_offset: int) -> Origin:
        origins = self.origins or (Origin(0, self.offset, verbatim=True),)
        return origins[max(bisect([one.text_offset for one in origins], text_offset) - 1, 0)]

    def file_offset(self, text_offset: int) -> int:
        origin = self.origin(text_offset)
        return origin.file_offset + origin.verbatim * (text_offset - origin.text_offset)

    def place(self, text_offset: int = 0) -> Place:
        return self.source.place(self.file_offset(text_offset))


@dataclass(eq=False)
class PlainStatements:
    """Consecutive plain statements in a file, with only white space between them.

    The attributes are those of one Statement with several commands; `commands` and `starts` are
    computed on first use, so that a large seed needs only a few hundred objects.
    """

    text: bytes
    offset: int
    line: int
    source: Source
    data: ClassVar = ()
    uncounted: ClassVar = 0
    lead: ClassVar = b""

    @cached_property
    def starts(self) -> tuple[int, ...]:
        return tuple(found.start(1) for found in _ONE.finditer(self.text))

    @cached_property
    def commands(self) -> Sequence[bytes]:
        return _ONE.findall(self.text)

    def at(self, command: int) -> Statement:
        """Return one statement by its index, which may be negative."""
        return next(self.each(self.starts[command]))

    def each(self, start: int = 0) -> Iterator[Statement]:
        line, counted = self.line, 0
        for found in _ONE.finditer(self.text, start):
            start = found.start(1)
            line += self.text.count(b"\n", counted, start)
            counted = start
            yield Statement(found.group(1), self.offset + start, line, self.source)

    def file_offset(self, text_offset: int) -> int:
        return self.offset + text_offset

    def after(self, start: int) -> PlainStatements:
        """Return the statements from an offset on, which must begin one."""
        line = self.line + self.text.count(b"\n", 0, start)
        return PlainStatements(self.text[start:], self.offset + start, line, self.source)

    def cut(self, size: int) -> tuple[PlainStatements | None, PlainStatements | None]:
        """Split it in two: as many statements as fit in `size` bytes, and the others."""
        head = run_at(self.text, 0, size)
        rest = self.text[len(head) :].lstrip()
        if not head or not rest:
            return (None, self) if rest else (self, None)
        return (
            PlainStatements(head, self.offset, self.line, self.source),
            self.after(len(self.text) - len(rest)),
        )


class CopyData(NamedTuple):
    """The data of a COPY, to be read before the next step, and the place of its first line."""

    blocks: Iterator[bytes]
    source: Source
    offset: int
    line: int


class Problem(NamedTuple):
    """An error or warning about something that cannot work on the target, with a hint."""

    message: str
    hint: str
    source: Source
    offset: int
    warning: bool = False


class Sync(NamedTuple):
    """A point at which the server must have answered all steps before the next one is read.

    The caller then updates `State` with what the server reports. Unless `known`, only the server
    knows how to read the following text.
    """

    known: bool = True


class Gset(NamedTuple):
    """A statement to run; the columns of its only row become variables named `prefix` + column."""

    statement: Statement
    prefix: str


class Gexec(NamedTuple):
    """A statement to run; each field of its result, row by row, is then run as a statement."""

    statement: Statement


class Echo(NamedTuple):
    r"""Text that `\\echo`, `\\qecho` (stdout) or `\\warn` (stderr) prints, new line included."""

    text: str
    to_stderr: bool = False


LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")  # in the image these are the server itself


class Connect(NamedTuple):
    r"""`\\connect`: the parameters as psql would use them; None keeps the current value.

    A conninfo string or URL may replace the four parameters. Without `reuse`, parameters that are
    not named have libpq's defaults.
    """

    dbname: str | None
    user: str | None
    host: str | None
    port: str | None
    statement: Statement
    conninfo: str | None = None
    reuse: bool = True


Statements = Statement | PlainStatements
Step = Statements | CopyData | Problem | Sync | Gset | Gexec | Echo | Connect


def separated(
    steps: Iterator[Step], are_separated: Callable[[PlainStatements], bool] = lambda _: True
) -> Iterator[Step]:
    """Yield the steps with plain statements one by one, if `are_separated`."""
    for step in steps:
        if isinstance(step, PlainStatements) and are_separated(step):
            yield from step.each()
        else:
            yield step
