"""Sends runs of one-row INSERTs as INSERTs of many rows, where nobody can tell the difference.

The same rows in INSERTs of a hundred take the server a third of the time, and a sixth as arrays for
a prepared INSERT; a prepared UPDATE takes half the time. `mergeable` reads the statements,
sql/mergeable.sql asks what the table does with the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from runner.connect.queries import pinned, statement
from runner.connect.wire import PipelineCommand
from runner.execute.mergeable import Columns, Form, Run, columns_of, runs_at_start
from runner.execute.messages import Part
from runner.psql.steps import PlainStatements, Statement

# With fewer consecutive statements the catalog query takes longer than it saves.
_WORTH = 40


class InsertMerger:
    """Decides which INSERTs and UPDATEs of one script are merged, while it `is_on`.

    What is known of tables is forgotten at any statement except one of these on another known
    table, because it may change how a table handles rows.
    """

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on
        self.forget()

    def forget(self) -> None:
        self._tables: dict[bytes, Columns] = {}  # empty where nothing can be merged
        self._asked: dict[bytes, Part] = {}
        self._runs: dict[int, list[tuple[Form, Run]]] = {}  # by the index of their part

    def question(self, parts: Sequence[Part]) -> Sequence[Part]:
        """Read the statements at the start of a message; return the query to send before it."""
        known, runs = self._tables, self._read(parts)
        names = {form.table for form, run in runs if len(run) >= _WORTH}
        self._asked = {}
        for one in sorted(names - known.keys()):
            literal = b"'" + one.replace(b"'", b"''") + b"'"
            named = statement("execute/mergeable_name").encode().replace(b"{name}", literal)
            asked = (one.encode() for one in pinned(statement("execute/mergeable")))
            self._asked[one] = Part(own=(named, *asked))
        return list(self._asked.values())

    def _read(self, parts: Sequence[Part]) -> list[tuple[Form, Run]]:
        self._runs = {}
        plain = (one.statement for one in parts if isinstance(one.statement, PlainStatements))
        is_worth = self._tables or sum(one.text.count(b";") for one in plain) >= _WORTH
        for number, part in enumerate(parts if self.is_on and is_worth else ()):
            statement = part.statement
            if isinstance(statement, PlainStatements):
                runs = self._runs[number] = list(runs_at_start(statement.text, self._tables))
                if not runs or runs[-1][1][-1].end() < len(statement.text):
                    break
            elif statement is not None or part.own:
                break
        return [run for runs in self._runs.values() for run in runs]

    def answered(self, parts: Sequence[Part]) -> None:
        """Read the message once more, now that its tables are known."""
        self._tables |= {one: columns_of(part.answers[0]) for one, part in self._asked.items()}
        merged = {form.table for form, _ in self._read(parts)}
        self._tables |= {one: {} for one in self._asked.keys() - merged}
        self._asked = {}

    def merged(self, parts: Sequence[Part]) -> Sequence[Part]:
        """Merge those statements whose tables allow it."""
        found: list[Part] = []
        for number, part in enumerate(parts):
            read = self._runs.get(number, ())
            runs = list(takewhile(lambda run: self._tables.get(run[0].table), read))
            found += _merged(part, runs)
            length = len(part.statement.text) if part.statement is not None else bool(part.own)
            if length > (runs[-1][1][-1].end() if runs else 0):
                # What is not plain, such as DROP TRIGGER, may change any table.
                is_plain = isinstance(part.statement, PlainStatements)
                refused = [one for one, columns in self._tables.items() if not columns]
                self.forget()
                self._tables = {one: {} for one in refused if is_plain}
        return found


def _merged(part: Part, runs: Sequence[tuple[Form, Run]]) -> Iterator[Part]:
    """Return the part with long runs as fewer INSERTs or as prepared UPDATEs.

    The last statement of a run stays as it is, because what follows may ask for its row count.
    """
    statements, start = part.statement, 0
    for form, run in runs:
        if isinstance(statements, PlainStatements) and len(run) >= _WORTH:
            if start < run[0].start():
                between = statements.after(start)
                text = between.text[: run[0].start() - start]
                yield replace(part, statement=replace(between, text=text))
            yield _groups(part, statements, form, run[:-1])
            start = run[-1].start()
    if start and isinstance(statements, PlainStatements):
        part = replace(part, statement=statements.after(start))
    yield part


def _groups(part: Part, statements: PlainStatements, form: Form, run: Run) -> Part:
    start, end = run[0].start(), run[-1].end()
    merged: list[tuple[PipelineCommand, int]] = [(form.prepared, 0)] if form.prepared else []
    starts = [0] * len(merged)
    for at in range(0, len(run), form.most):
        group = run[at : at + form.most]
        merged.append((form.command(group), len(group)))
        starts.append(group[0].start() - start)
    first = statements.after(start)
    text = statements.text[start:end]
    statement = Statement(text, first.offset, first.line, first.source, tuple(starts))
    return replace(part, statement=statement, merged=merged)
