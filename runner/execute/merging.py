"""Runs of one-row INSERTs as INSERTs of many rows, where nobody can tell the difference.

The same rows in INSERTs of a hundred take the server a third of the time. The text shows what
is constant, sql/mergeable.sql what the table does with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from runner.connect.queries import pinned, statement
from runner.execute.messages import Part
from runner.psql.steps import Origin, PlainStatements, Statement

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
_STRING = rb"'[^']*+'(?:'[^']*+'|)*+"
_CONSTANT = (
    rb"(?:" + _STRING + rb"|[-+]?+(?:\d++(?:\.\d*+|)|\.\d++)(?:e[-+]?+\d++|)(?!\w)"
    rb"|(?:null|true|false|default)(?!\w)|(?:date|time|timestamp|interval)\s++" + _STRING + rb")"
)  # the most frequent first
_VALUE = _CONSTANT + _SPACE + rb"(?:" + _CAST + rb"|)*+"
_ROW = rb"(?i:" + _LIST % (_VALUE, _VALUE) + rb")"
_TAIL = re.compile(_SPACE + rb"(?i:ON\s++CONFLICT\s*+(?:\([^;'()]*+\)\s*+|)DO\s++NOTHING\s*+|);")


class _Inserts(NamedTuple):
    """INSERTs that differ in their row only; `pattern` matches one, its row is group 1."""

    table: bytes
    head: bytes
    tail: bytes
    pattern: re.Pattern[bytes]


class InsertMerger:
    """Decides which INSERTs of one script go together, while it `is_on`."""

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

    @property
    def is_asking(self) -> bool:
        return self._asked is not None

    def merged(self, parts: Sequence[Part]) -> Sequence[Part]:
        """Merges the INSERTs that a message begins with, if that is allowed."""
        return [merged for part in parts for merged in self._merged(part)]

    def _merged(self, part: Part) -> Sequence[Part]:
        statement, inserts = part.statement, self._inserts
        if not self.is_on or not self._is_allowed or statement is None or inserts is None:
            return [part]
        if not isinstance(statement, PlainStatements):
            self.forget()
            return [part]
        starts, rows = _rows(statement, inserts)
        if starts[-1] < len(statement.text):
            self.forget()
        return _groups(part, statement, inserts, starts, rows) if len(rows) > 1 else [part]

    def question(self, last: Part) -> Sequence[Part]:
        """What asks whether the INSERTs that a message ends in can be merged.

        Nothing where that is known, or they are too few.
        """
        statement = last.statement
        if not self.is_on or self._is_allowed or not isinstance(statement, PlainStatements):
            return ()
        inserts = _inserts_at_end(statement)
        if inserts == self._inserts:
            return ()
        self._inserts = inserts
        self._asked = Part(own=_question(inserts.table)) if inserts is not None else None
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


def _rows(statements: PlainStatements, inserts: _Inserts) -> tuple[list[int], list[bytes]]:
    """Where the first INSERTs and what follows them begin, and the rows of the INSERTs."""
    text, match = statements.text, inserts.pattern.match
    starts, rows = [0], []
    while found := match(text, starts[-1]):
        rows.append(found[1])
        starts.append(found.end())
    return starts, rows


def _groups(
    part: Part,
    statements: PlainStatements,
    inserts: _Inserts,
    starts: list[int],
    rows: list[bytes],
) -> Sequence[Part]:
    """The INSERTs as fewer ones, but for the last row: what follows may ask for its row count."""
    last = len(rows) - 1
    groups = [rows[at : min(at + _ROWS, last)] for at in range(0, last, _ROWS)]
    commands = [inserts.head + b",".join(group) + inserts.tail for group in groups]
    offsets = tuple(accumulate(map(len, commands), initial=0))[:-1]
    file_offsets = [statements.file_offset(start) for start in starts[:last:_ROWS]]
    origins = tuple(Origin(*at, verbatim=True) for at in zip(offsets, file_offsets, strict=True))
    text, line, source = b"".join(commands), statements.line, statements.source
    merged = Statement(text, statements.offset, line, source, offsets, (), origins)
    rest = statements.after(starts[last])
    return [
        replace(part, statement=merged, merged=list(map(len, groups))),
        replace(part, statement=rest),
    ]
