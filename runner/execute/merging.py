"""Sends runs of one-row INSERTs as INSERTs of many rows, where nobody can tell the difference.

The same rows in INSERTs of a hundred take the server a third of the time, and a fifth as a prepared
INSERT with parameters. The text shows what is constant, sql/mergeable.sql what the table does with
the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from runner.connect.queries import pinned, statement
from runner.connect.wire import PipelineCommand, Prepare
from runner.execute.messages import Part
from runner.psql.steps import PlainStatements, Statement

# Rows of one INSERT: more rows take more memory of the server and save no time.
_ROWS = 100
_MOST_PARAMETERS = 65_535  # the limit of a message
# With fewer consecutive INSERTs the catalog query takes longer than it saves.
_WORTH = 40

_SPACE = rb"[ \t\n\r\f\v]*+"
_NAME = rb'(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+|"[^"\\]++")'
_LIST = rb"\(" + _SPACE + b"%b" + _SPACE + rb"(?:," + _SPACE + b"%b" + _SPACE + rb"|)*+\)"
_HEAD = (
    rb"(?i)(INSERT\s++INTO\s++((?:" + _NAME + rb"\.|)" + _NAME + rb")" + _SPACE
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


class _Inserts(NamedTuple):
    """INSERTs that differ only in their row; `pattern` matches one of them.

    Its groups are the `width` values of the row; without a width, its group is the row.
    """

    table: bytes
    head: bytes
    tail: bytes
    pattern: re.Pattern[bytes]
    width: int

    def command(self, rows: Sequence[tuple[bytes, ...]], *, has_escapes: bool) -> PipelineCommand:
        """Return the command for some rows; with a width, `prepared` precedes it."""
        if not self.width:
            return self.head + b",".join(row for (row,) in rows) + self.tail
        if has_escapes:
            return [one and one.replace(b"''", b"'") for row in rows for one in row]
        return [one for row in rows for one in row]

    def prepared(self, rows: int) -> Prepare:
        numbers = iter(range(1, rows * self.width + 1))
        row = [b",".join(b"$%d" % next(numbers) for _ in range(self.width)) for _ in range(rows)]
        return Prepare(self.head + b",".join(b"(%b)" % one for one in row) + self.tail)


class _Run(NamedTuple):
    """Consecutive INSERTs; `starts` are the offsets of each and of the end of the last one."""

    inserts: _Inserts
    starts: list[int]
    rows: list[tuple[bytes, ...]]


class InsertMerger:
    """Decides which INSERTs of one script are merged, while it `is_on`.

    What is known of tables is forgotten at any statement except an INSERT into another known table,
    because it may change how a table handles rows.
    """

    def __init__(self, *, is_on: bool) -> None:
        self._is_on = is_on
        self.forget()

    def forget(self) -> None:
        self._tables: dict[bytes, bytes] = {}  # columns; empty where INSERTs cannot be merged
        self._asked: dict[bytes, Part] = {}
        self._runs: dict[int, list[_Run]] = {}  # by the index of their part

    def _forget(self, *, is_plain: bool) -> None:
        """Forget all tables: what is not plain, such as DROP TRIGGER, may change any of them."""
        refused = [one for one, columns in self._tables.items() if not columns]
        self.forget()
        self._tables = dict.fromkeys(refused if is_plain else (), b"")

    def stop(self) -> None:
        """Send each INSERT alone from now on, because one has failed."""
        self._is_on = False

    def question(self, parts: Sequence[Part]) -> Sequence[Part]:
        """Read the INSERTs at the beginning of a message; return the query to send before it."""
        self._runs = {}
        plain = (one.statement for one in parts if isinstance(one.statement, PlainStatements))
        is_worth = self._tables or sum(one.text.count(b";") for one in plain) >= _WORTH
        for number, part in enumerate(parts if self._is_on and is_worth else ()):
            statement = part.statement
            if isinstance(statement, PlainStatements):
                runs = self._runs[number] = list(_runs(statement.text, self._tables))
                if not runs or runs[-1].starts[-1] < len(statement.text):
                    break
            elif statement is not None or part.own:
                break
        known, runs = self._tables, [run for runs in self._runs.values() for run in runs]
        names = {run.inserts.table for run in runs if len(run.rows) >= _WORTH}
        self._asked = {one: Part(own=_question(one)) for one in sorted(names - known.keys())}
        return list(self._asked.values())

    def answered(self) -> None:
        self._tables |= {one: part.answers[0] for one, part in self._asked.items()}
        self._asked = {}

    def merged(self, parts: Sequence[Part]) -> Sequence[Part]:
        """Merge those INSERTs whose tables allow it."""
        found: list[Part] = []
        for number, part in enumerate(parts):
            runs = list(takewhile(self._allows, self._runs.get(number, ())))
            found += _merged(part, runs)
            length = len(part.statement.text) if part.statement is not None else bool(part.own)
            if length > (runs[-1].starts[-1] if runs else 0):
                self._forget(is_plain=isinstance(part.statement, PlainStatements))
        return found

    def _allows(self, run: _Run) -> bool:
        return bool(self._tables.get(run.inserts.table))


def _question(table: bytes) -> Sequence[bytes]:
    name = b"'" + table.replace(b"'", b"''") + b"'"
    named = statement("execute/mergeable_name").encode().replace(b"{name}", name)
    return (named, *(one.encode() for one in pinned(statement("execute/mergeable"))))


def _inserts_at(text: bytes, start: int, tables: Mapping[bytes, bytes]) -> _Inserts | None:
    """Return the pattern of the INSERT at an offset; None if it cannot be merged."""
    head = re.compile(_HEAD).match(text, start)
    row = re.compile(_ROW).match(text, head.end(1)) if head else None
    tail = re.compile(_TAIL).match(text, row.end()) if row else None
    columns = tables.get(head[2]) if head else b""
    if not head or not row or not tail or columns == b"":
        return None
    kinds = _kinds(row[0], head[3], columns) if columns else []
    values = (_SPACE + b"," + _SPACE).join(b"(?:%b|(?i:null))" % one for one in kinds)
    rows = rb"\(%b%b%b\)" % (_SPACE, values, _SPACE) if kinds else b"(%b)" % _ROW
    pattern = re.escape(head[1]) + rows + re.escape(tail[0]) + _SPACE
    return _Inserts(head[2], head[1], tail[0], re.compile(pattern), len(kinds))


def _kinds(row: bytes, listed: bytes, columns: bytes) -> list[bytes]:
    """Return the patterns of a row's values as parameters; none if a value cannot be one."""
    classes = {line[1:]: line[:1] for line in columns.split(b"\n")}
    names = [one.strip(b'"') if b'"' in one else one.lower() for one in re.findall(_NAME, listed)]
    values = re.findall(b"(?i:" + _VALUE + b")", row)
    found = []
    for value, name in zip(values, names or classes, strict=False):
        bare = _BARE.get(classes.get(name, b"-"), b"")
        kind = _QUOTED if bare and value.startswith(b"'") else bare
        if not kind or not re.fullmatch(kind + rb"|(?i:null)", value.rstrip()):
            return []
        found.append(kind)
    return found if len(found) == len(values) else []


def _runs(text: bytes, tables: Mapping[bytes, bytes]) -> Iterator[_Run]:
    """Return the runs of INSERTs at the start of a text, except into tables known to refuse it."""
    starts = [0]
    while inserts := _inserts_at(text, starts[-1], tables):
        starts, rows, match = [starts[-1]], [], inserts.pattern.match
        while found := match(text, starts[-1]):
            rows.append(found.groups())
            starts.append(found.end())
        yield _Run(inserts, starts, rows)


def _merged(part: Part, runs: Sequence[_Run]) -> Iterator[Part]:
    """Return the part with long runs as fewer INSERTs.

    The last INSERT of a run stays single, because what follows may ask for its row count.
    """
    statements, start = part.statement, 0
    for run in runs:
        if isinstance(statements, PlainStatements) and len(run.rows) >= _WORTH:
            if start < run.starts[0]:
                between = statements.after(start)
                text = between.text[: run.starts[0] - start]
                yield replace(part, statement=replace(between, text=text))
            yield _groups(part, statements, run)
            start = run.starts[-2]
    if start and isinstance(statements, PlainStatements):
        part = replace(part, statement=statements.after(start))
    yield part


def _groups(part: Part, statements: PlainStatements, run: _Run) -> Part:
    inserts, start, rows = run.inserts, run.starts[0], run.rows[:-1]
    size = min(_ROWS, _MOST_PARAMETERS // max(inserts.width, 1))
    first, text = statements.after(start), statements.text[start : run.starts[-2]]
    merged: list[tuple[PipelineCommand, int]] = []
    starts, has_escapes, prepared = [], b"''" in text, 0
    for at in range(0, len(rows), size):
        group, offset = rows[at : at + size], run.starts[at] - start
        if inserts.width and len(group) != prepared:
            prepared = len(group)
            merged.append((inserts.prepared(prepared), 0))
            starts.append(offset)
        merged.append((inserts.command(group, has_escapes=has_escapes), len(group)))
        starts.append(offset)
    statement = Statement(text, first.offset, first.line, first.source, tuple(starts))
    return replace(part, statement=statement, merged=merged)
