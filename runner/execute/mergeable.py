"""Reads runs of statements that differ only in their constants, and writes their commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from runner.connect.wire import PipelineCommand, Prepare

# Rows of one INSERT: more rows take more memory of the server and save no time.
_ROWS = 100
_MOST_PARAMETERS = 65_535  # the limit of a message

_SPACE = rb"[ \t\n\r\f\v]*+"
_NAME = rb'(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+|"[^"\\]++")'
_LIST = rb"\(" + _SPACE + b"%b" + _SPACE + rb"(?:," + _SPACE + b"%b" + _SPACE + rb"|)*+\)"
_TABLE = rb"(?:" + _NAME + rb"\.|)" + _NAME
_HEAD = (
    rb"(?i)(INSERT\s++INTO\s++(" + _TABLE + rb")" + _SPACE
    + rb"(" + _LIST % (_NAME, _NAME) + rb"|)" + _SPACE
    + rb"(?:OVERRIDING\s++(?:SYSTEM|USER)\s++VALUE\s++|)VALUES" + _SPACE + rb")\("
)  # fmt: skip
# Only types whose input and casts are built in.
_TYPE = (
    rb"(?:small|big|)int(?:eger|)|int[248]|real|float[48]?|double\s++precision|numeric|decimal|"
    rb"bool(?:ean|)|text|(?:var|bp|)char|character(?:\s++varying|)|bytea|uuid|jsonb?|date|inet|"
    rb"interval|time(?:stamp|)(?:tz|\s++with(?:out|)\s++time\s++zone|)"
)
_CAST = (
    rb"::%b(?:%b)(?!\w)(?:%b|)(?:\[\]|)*+" % (_SPACE, _TYPE, _LIST % (rb"\d++", rb"\d++")) + _SPACE
)
_STRING = rb"'[^']*+'(?:'[^']*+'|)*+"
_CONSTANT = (
    rb"(?:" + _STRING + rb"|[-+]?+(?:\d++(?:\.\d*+|)|\.\d++)(?:e[-+]?+\d++|)(?!\w)"
    rb"|(?:null|true|false|default)(?!\w)|(?:date|time|timestamp|interval)\s++" + _STRING + rb")"
)  # the most frequent first
_VALUE = _CONSTANT + _SPACE + rb"(?:" + _CAST + rb"|)*+"
_ROW = rb"(?i:" + _LIST % (_VALUE, _VALUE) + rb")"
# Constants that are read alike as literals and as parameters, by the class of their column in
# sql/mergeable.sql; the group is the value of the parameter. A float would keep the sign of -0.
_QUOTED = rb"'([^']*+(?:''[^']*+|)*+)'"
_MINUS = rb"(?:-(?=[0.]*+[1-9])|)"
_BARE = {
    b"i": rb"(" + _MINUS + rb"\d++)",
    b"n": rb"(" + _MINUS + rb"\d++(?:\.\d++|))",
    b"b": rb"((?i:true|false))",
    b"s": _QUOTED,
}
_TAIL = _SPACE + rb"(?i:ON\s++CONFLICT\s*+(?:\([^;'()]*+\)\s*+|)DO\s++NOTHING\s*+|);"
_ASSIGNED = rb"(" + _NAME + rb")" + _SPACE + rb"=" + _SPACE + rb"(" + _CONSTANT + rb")"
_UPDATE = rb"(?i)(UPDATE\s++(%b)\s++SET)(\s++%b(?:\s*+,\s*+%b|)*+\s*+WHERE\s++%b%b);" % (
    *(_TABLE, _ASSIGNED, _ASSIGNED, _ASSIGNED, _SPACE),
)


class Form(NamedTuple):
    """Statements that differ only in their constants; `pattern` matches one of them.

    `pieces` are the texts around the constants, which are the groups of the pattern. Without
    pieces the only group is the row of an INSERT. A command has up to `most` rows.
    """

    table: bytes
    head: bytes
    pieces: Sequence[bytes]
    tail: bytes
    pattern: re.Pattern[bytes]
    most: int

    def command(self, rows: Sequence[tuple[bytes, ...]], *, has_escapes: bool) -> PipelineCommand:
        """Return the command for some rows; with pieces, `prepared` precedes it."""
        if not self.pieces:
            return self.head + b",".join(row for (row,) in rows) + self.tail
        if has_escapes:
            return [one and one.replace(b"''", b"'") for row in rows for one in row]
        return [one for row in rows for one in row]

    def prepared(self, rows: int) -> Prepare:
        numbers, *pieces = count(1), *self.pieces[:-1]
        row = (b"".join(b"%b$%d" % (one, next(numbers)) for one in pieces) for _ in range(rows))
        return Prepare(self.head + b",".join(one + self.pieces[-1] for one in row) + self.tail)


class Run(NamedTuple):
    """Consecutive statements; `starts` are the offsets of each and of the end of the last one."""

    form: Form
    starts: list[int]
    rows: list[tuple[bytes, ...]]


def runs_at_start(text: bytes, tables: Mapping[bytes, bytes]) -> Iterator[Run]:
    """Return the runs at the start of a text, except on tables known to refuse it."""
    starts = [0]
    while form := _insert_at(text, starts[-1], tables) or _update_at(text, starts[-1], tables):
        starts, rows, match = [starts[-1]], [], form.pattern.match
        while found := match(text, starts[-1]):
            rows.append(found.groups())
            starts.append(found.end())
        if not rows:
            return
        yield Run(form, starts, rows)


def _insert_at(text: bytes, start: int, tables: Mapping[bytes, bytes]) -> Form | None:
    """Return the form of the INSERT at an offset; None if it cannot be merged.

    `tables` gives the columns of known tables, nothing for those whose statements are not merged.
    """
    head = re.compile(_HEAD).match(text, start)
    row = re.compile(_ROW).match(text, head.end(1)) if head else None
    tail = re.compile(_TAIL).match(text, row.end()) if row else None
    columns = tables.get(head[2]) if head else b""
    if not head or not row or not tail or columns == b"":
        return None
    names = re.findall(_NAME, head[3]) or [line[1:] for line in (columns or b"").split(b"\n")]
    values = re.findall(b"(?i:" + _VALUE + b")", row[0])
    kinds = _kinds(names, values, columns) if columns else []
    pieces = [b"(", *[b","] * (len(kinds) - 1), b")"] if kinds else []
    inner = (_SPACE + b"," + _SPACE).join(kinds)
    rows = rb"\(%b%b%b\)" % (_SPACE, inner, _SPACE) if kinds else b"(%b)" % _ROW
    pattern = re.compile(re.escape(head[1]) + rows + re.escape(tail[0]) + _SPACE)
    most = min(_ROWS, _MOST_PARAMETERS // max(len(kinds), 1))
    return Form(head[2], head[1], pieces, tail[0], pattern, most)


def _update_at(text: bytes, start: int, tables: Mapping[bytes, bytes]) -> Form | None:
    """Return the form of the UPDATE at an offset, as `_insert_at` does."""
    found = re.compile(_UPDATE).match(text, start)
    columns = tables.get(found[2]) if found else b""
    if not found or columns == b"":
        return None
    assigned = list(re.compile(b"(?i)" + _ASSIGNED).finditer(found[3]))
    names = [one[1] for one in assigned]
    kinds = [b"((?i:%b))" % _CONSTANT] * len(names)  # of a table that is not known yet
    if columns is not None:
        kinds = _kinds(names, [one[2] for one in assigned], columns)
        if not kinds or _column(names[-1]) not in re.findall(rb"(?m)^[A-Z](.*)$", columns):
            return None
    starts = (0, *(one.end(2) for one in assigned))
    ends = (*(one.start(2) for one in assigned), len(found[3]))
    pieces = [found[3][a:b] for a, b in zip(starts, ends, strict=True)]
    inner = b"".join(re.escape(p) + k for p, k in zip(pieces, kinds, strict=False))
    pattern = re.compile(re.escape(found[1]) + inner + re.escape(pieces[-1]) + b";" + _SPACE)
    return Form(found[2], found[1], pieces, b";", pattern, 1)


def _kinds(names: Sequence[bytes], values: Sequence[bytes], columns: bytes) -> list[bytes]:
    """Return the patterns of the values as parameters; none if a value cannot be one."""
    classes = {line[1:]: line[:1].lower() for line in columns.split(b"\n")}
    found = []
    for value, name in zip(values, names, strict=False):
        bare = _BARE.get(classes.get(_column(name), b"-"), b"")
        kind = _QUOTED if bare and value.startswith(b"'") else bare
        if not kind or not re.fullmatch(kind + rb"|(?i:null)", value.rstrip()):
            return []
        found.append(b"(?:%b|(?i:null))" % kind)
    return found if len(found) == len(values) else []


def _column(name: bytes) -> bytes:
    """Return the name of a column as the catalog has it."""
    return name.strip(b'"') if b'"' in name else name.lower()
