"""Runs of one-row INSERTs as INSERTs of many rows, where nobody can tell the difference.

The same rows in INSERTs of a hundred take the server a third of the time. The text shows what
is constant, sql/mergeable.sql what the table does with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from runner.connect.queries import pinned, statement
from runner.execute.messages import Batch, Part
from runner.psql.steps import Origin, PlainStatements, Statement

if TYPE_CHECKING:
    from runner.psql.steps import Statements

# Rows of one INSERT: with more the server needs more memory and no less time.
_ROWS = 100
# So many INSERTs in a row are worth the question.
_WORTH = 40

_SPACE = rb"[ \t\n\r\f\v]*+"
_NAME = rb'(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+|"[^"\\]++")'
_LIST = rb"\(" + _SPACE + b"%b" + _SPACE + rb"(?:," + _SPACE + b"%b" + _SPACE + rb"|)*+\)"
_HEAD = re.compile(
    rb"(?i)(INSERT\s++INTO\s++((?:" + _NAME + rb"\.|)" + _NAME + rb")" + _SPACE
    + rb"(?:" + _LIST % (_NAME, _NAME) + rb"|)" + _SPACE
    + rb"(?:OVERRIDING\s++(?:SYSTEM|USER)\s++VALUE\s++|)VALUES" + _SPACE + rb")\("
)  # fmt: skip
# Of the types only those whose input and casts are PostgreSQL's own.
_TYPE = (
    rb"(?:small|big|)int(?:eger|)|int[248]|real|float[48]?|double\s++precision|numeric|decimal|"
    rb"bool(?:ean|)|text|(?:var|bp|)char|character(?:\s++varying|)|bytea|uuid|jsonb?|date|inet|"
    rb"interval|time(?:stamp|)(?:tz|\s++with(?:out|)\s++time\s++zone|)"
)
_CAST = (
    rb"::"
    + _SPACE
    + rb"(?:"
    + _TYPE
    + rb")(?!\w)(?:"
    + _LIST % (rb"\d++", rb"\d++")
    + (rb"|)(?:\[\]|)*+" + _SPACE)
)
_CONSTANT = (
    rb"(?:(?:(?:date|time|timestamp|interval)\s++|)'[^']*+'(?:'[^']*+'|)*+"
    rb"|(?:null|true|false|default)(?!\w)"
    rb"|[-+]?+(?:\d++(?:\.\d*+|)|\.\d++)(?:e[-+]?+\d++|)(?!\w))"
)
_VALUE = _CONSTANT + _SPACE + rb"(?:" + _CAST + rb"|)*+"
# Most rows match the first of these two, which is faster.
_FAST = rb"(?:'[^']*+'(?:'[^']*+'|)*+|[-+0-9.]++|null|true|false|default|NULL|TRUE|FALSE|DEFAULT)"
_ROW = rb"(?:\((?:" + _FAST + rb"(?:, ?|(?=\)))|)*+\)|(?i:" + _LIST % (_VALUE, _VALUE) + rb"))"
_TAIL = re.compile(_SPACE + rb"(?i:ON\s++CONFLICT\s*+(?:\([^;'()]*+\)\s*+|)DO\s++NOTHING\s*+|);")


class _Inserts(NamedTuple):
    """INSERTs that differ in their row only; `pattern` matches one, its row is group 1."""

    table: bytes
    head: bytes
    tail: bytes
    pattern: re.Pattern[bytes]


class Merged(NamedTuple):
    """Statements to send, and how many of the script's the first of their commands stand for.

    `is_whole`: all of them are the INSERTs that were to be merged.
    """

    statements: list[Statements]
    counts: list[int]
    is_whole: bool


class InsertMerger:
    """Decides which INSERTs of the batches of one script go together, while it `is_on`."""

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on
        self._asked: Part | None = None  # in the message that was sent
        self.forget()

    def forget(self) -> None:
        """A statement in between may change what the table does."""
        self._inserts: _Inserts | None = None  # those that were asked for last
        self._is_allowed = False

    def stop(self) -> None:
        """One has failed: from now on each goes by itself."""
        self.is_on = False

    def merged(self, batch: Batch) -> Batch:
        """Merges the INSERTs that a batch begins with, if that is allowed."""
        if not self.is_on or batch.is_alone or self._inserts is None or not self._is_allowed:
            return batch
        merged = merge(batch.statements, self._inserts)
        if not merged.is_whole:
            self.forget()
        return Batch(merged.statements, is_last=batch.is_last, merged=merged.counts)

    def question(self, batch: Batch) -> Sequence[Part]:
        """What asks whether the INSERTs that a batch ends in can be merged.

        Nothing where that is known, or they are too few.
        """
        last = batch.statements[-1]
        if not self.is_on or batch.is_alone or self._is_allowed:
            return ()
        inserts = _inserts_at_end(last) if isinstance(last, PlainStatements) else None
        if inserts is not None and inserts == self._inserts:
            return ()
        self._inserts = inserts
        self._asked = Part(_question(inserts.table)) if inserts is not None else None
        return [self._asked] if self._asked is not None else ()

    def answered(self) -> None:
        """The message was answered."""
        if self._asked is not None:
            self._is_allowed = self._asked.answers == [b"t"]
            self._asked = None


def _question(table: bytes) -> Sequence[bytes]:
    name = b"'" + table.replace(b"'", b"''") + b"'"
    named = statement("execute/mergeable_name").encode().replace(b"{name}", name)
    return (named, *(one.encode() for one in pinned(statement("execute/mergeable"))))


def _inserts_at_end(statements: PlainStatements) -> _Inserts | None:
    """The last INSERTs, if they are many and differ in their row only."""
    starts = statements.starts[-_WORTH:]
    inserts = _inserts_at(statements.text, starts[0])
    if len(starts) < _WORTH or inserts is None:
        return None
    same = all(inserts.pattern.match(statements.text, start) for start in starts)
    return inserts if same else None


def _inserts_at(text: bytes, start: int) -> _Inserts | None:
    """The INSERT at an offset, as what others may be like; None for another statement."""
    head = _HEAD.match(text, start)
    row = re.compile(_ROW).match(text, head.end(1)) if head else None
    tail = _TAIL.match(text, row.end()) if row else None
    if not head or not tail:
        return None
    pattern = rb"%b(%b)%b" % (re.escape(head[1]), _ROW, re.escape(tail[0]))
    return _Inserts(head[2], head[1], tail[0], re.compile(pattern + _SPACE))


def merge(statements: Sequence[Statements], inserts: _Inserts) -> Merged:
    """Merges the INSERTs that the statements begin with, but for the last statement.

    What follows may ask for the row count of that one.
    """
    found: list[Statements] = []
    counts: list[int] = []
    for number, one in enumerate(statements, 1):
        is_last = number == len(statements)
        starts, rows = _rows(one, inserts) if isinstance(one, PlainStatements) else ([0], [])
        taken = len(rows) - is_last
        if taken > 0:
            merged, of_rows = _merged(one, inserts, starts, rows[:taken])
            found.append(merged)
            counts += of_rows
        is_whole = starts[-1] == len(one.text)
        if is_last or not is_whole:
            rest = one.after(starts[max(taken, 0)]) if isinstance(one, PlainStatements) else one
            return Merged([*found, rest, *statements[number:]], counts, is_last and is_whole)
    return Merged(found, counts, is_whole=False)


def _rows(statements: PlainStatements, inserts: _Inserts) -> tuple[list[int], list[bytes]]:
    """Where the first INSERTs and what follows them begin, and the rows of the INSERTs."""
    text, match = statements.text, inserts.pattern.match
    starts, rows = [0], []
    while found := match(text, starts[-1]):
        rows.append(found[1])
        starts.append(found.end())
    return starts, rows


def _merged(
    statements: Statements, inserts: _Inserts, starts: list[int], rows: list[bytes]
) -> tuple[Statement, list[int]]:
    groups = [rows[at : at + _ROWS] for at in range(0, len(rows), _ROWS)]
    commands = [inserts.head + b",".join(group) + inserts.tail for group in groups]
    offsets = tuple(accumulate(map(len, commands), initial=0))[:-1]
    file_offsets = [statements.file_offset(start) for start in starts[: len(rows) : _ROWS]]
    origins = tuple(Origin(*at, verbatim=True) for at in zip(offsets, file_offsets, strict=True))
    merged = Statement(
        b"".join(commands),
        statements.offset,
        statements.line,
        statements.source,
        offsets,
        (),
        origins,
    )
    return merged, list(map(len, groups))
