"""Reads runs of statements that differ only in their constants, and writes their commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from runner.connect.wire import PipelineCommand, Prepare

# Rows of one INSERT, as constants and as arrays: more take more memory and save no time.
_ROWS, _ELEMENTS = 100, 500

_SPACE = rb"[ \t\n\r\f\v]*+"
_NAME = rb'(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+|"[^"\\]++")'
_LIST = rb"\(" + _SPACE + b"%b" + _SPACE + rb"(?:," + _SPACE + b"%b" + _SPACE + rb"|)*+\)"
_TABLE = rb"(?:" + _NAME + rb"\.|)" + _NAME
_HEAD = (
    rb"(?i)((INSERT\s++INTO\s++(" + _TABLE + rb")" + _SPACE
    + rb"(" + _LIST % (_NAME, _NAME) + rb"|)" + _SPACE
    + rb"(?:OVERRIDING\s++(?:SYSTEM|USER)\s++VALUE\s++|))VALUES" + _SPACE + rb")\("
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
_REST = rb"|(?P<rest>(?s:.+))"

# By name, the class of a column in sql/mergeable.sql and the array type of its type.
Columns = dict[bytes, tuple[bytes, int]]
Run = Sequence[re.Match[bytes]]  # consecutive statements


class Form(NamedTuple):
    """Statements that differ only in their constants; `pattern` matches one of them.

    Its groups are the parameters of `prepared`: arrays of them in an INSERT, whose types it names.
    Without `prepared` the only group is the row of an INSERT. Where no such statement follows, the
    pattern matches the rest of the text. A command has up to `most` rows.
    """

    table: bytes
    head: bytes
    tail: bytes
    pattern: re.Pattern[bytes]
    most: int
    prepared: Prepare | None

    def command(self, run: Run) -> PipelineCommand:
        """Return the command for some statements; `prepared` precedes it."""
        if self.prepared is None:
            return self.head + b",".join([one[1] for one in run]) + self.tail
        if types := self.prepared.types:
            columns = zip(*[one.groups() for one in run], strict=True)
            return [_array(column) for column, _ in zip(columns, types, strict=False)]
        return [one and one.replace(b"''", b"'") for one in run[0].groups()[:-1]]


def _array(literals: Sequence[bytes | None]) -> bytes:
    """Return an array of the values of literals, which come without their quotes."""
    if None not in literals:
        text = b'","'.join(literals)  # type: ignore[arg-type]
        is_plain = text.count(b'"') == 2 * len(literals) - 2 and b"\\" not in text
        if is_plain and b"''" not in text:
            return b'{"%b"}' % text
    return b"{%b}" % b",".join(map(_element, literals))


def _element(literal: bytes | None) -> bytes:
    if literal is None:
        return b"NULL"
    text = literal.replace(b"''", b"'").replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'"%b"' % text


def runs_at_start(text: bytes, tables: Mapping[bytes, Columns]) -> Iterator[tuple[Form, Run]]:
    """Return the runs at the start of a text, except on tables known to refuse it."""
    end = 0
    while form := _insert_at(text, end, tables) or _update_at(text, end, tables):
        run = list(form.pattern.finditer(text, end))
        if run[-1].lastgroup:
            del run[-1]
        if not run:
            return
        yield form, run
        end = run[-1].end()


def columns_of(answer: bytes) -> Columns:
    """Return the columns that sql/mergeable.sql names."""
    lines = (line.split(b" ", 2) for line in answer.split(b"\n") if line)
    return {name: (kind, int(oid)) for kind, oid, name in lines}


def _insert_at(text: bytes, start: int, tables: Mapping[bytes, Columns]) -> Form | None:
    """Return the form of the INSERT at an offset; None if it cannot be merged.

    `tables` gives the columns of known tables, none of those whose statements are not merged.
    """
    head = re.compile(_HEAD).match(text, start)
    row = re.compile(_ROW).match(text, head.end(1)) if head else None
    tail = re.compile(_TAIL).match(text, row.end()) if row else None
    columns = tables.get(head[3]) if head else {}
    if not head or not row or not tail or columns == {}:
        return None
    names = [_column(one) for one in re.findall(_NAME, head[4])] or list(columns or ())
    values = re.findall(b"(?i:" + _VALUE + b")", row[0])
    kinds = _kinds(names, values, columns or {})
    types = [columns[name][1] for name, _ in zip(names, kinds, strict=False)] if columns else []
    prepared, most, one = None, _ROWS, b"(%b)" % _ROW
    if kinds and all(types):
        # The server reads arrays faster than as many parameters.
        arrays = b",".join(b"pg_catalog.unnest($%d)" % (at + 1) for at in range(len(types)))
        prepared = Prepare(head[2] + b" SELECT " + arrays + tail[0], types)
        inner = (_SPACE + b"," + _SPACE).join(kinds)
        most, one = _ELEMENTS, rb"\(%b%b%b\)" % (_SPACE, inner, _SPACE)
    pattern = re.compile(re.escape(head[1]) + one + re.escape(tail[0]) + _SPACE + _REST)
    return Form(head[3], head[1], tail[0], pattern, most, prepared)


def _update_at(text: bytes, start: int, tables: Mapping[bytes, Columns]) -> Form | None:
    """Return the form of the UPDATE at an offset, as `_insert_at` does."""
    found = re.compile(_UPDATE).match(text, start)
    columns = tables.get(found[2]) if found else {}
    if not found or columns == {}:
        return None
    assigned = list(re.compile(b"(?i)" + _ASSIGNED).finditer(found[3]))
    names = [_column(one[1]) for one in assigned]
    kinds = [b"((?i:%b))" % _CONSTANT] * len(names)  # of a table that is not known yet
    if columns is not None:
        kinds = _kinds(names, [one[2] for one in assigned], columns)
        if not kinds or not columns[names[-1]][0].isupper():
            return None
    starts = (0, *(one.end(2) for one in assigned))
    ends = (*(one.start(2) for one in assigned), len(found[3]))
    pieces = [found[3][a:b] for a, b in zip(starts, ends, strict=True)]
    inner = b"".join(re.escape(p) + k for p, k in zip(pieces, kinds, strict=False))
    pattern = re.compile(
        re.escape(found[1]) + inner + re.escape(pieces[-1]) + b";" + _SPACE + _REST
    )
    numbered = (b"%b$%d" % (piece, at + 1) for at, piece in enumerate(pieces[:-1]))
    prepared = Prepare(found[1] + b"".join(numbered) + pieces[-1])
    return Form(found[2], found[1], b";", pattern, 1, prepared)


def _kinds(names: Sequence[bytes], values: Sequence[bytes], columns: Columns) -> list[bytes]:
    """Return the patterns of the values as parameters; none if a value cannot be one."""
    found = []
    for value, name in zip(values, names, strict=False):
        kind, _ = columns.get(name, (b"-", 0))
        pattern = _BARE.get(kind.lower(), b"")
        if pattern and value.startswith(b"'"):
            pattern = _QUOTED
        if not pattern or not re.fullmatch(pattern + rb"|(?i:null)", value.rstrip()):
            return []
        found.append(b"(?:%b|(?i:null))" % pattern)
    return found if len(found) == len(values) else []


def _column(name: bytes) -> bytes:
    """Return the name of a column as the catalog has it."""
    return name.strip(b'"') if b'"' in name else name.lower()
