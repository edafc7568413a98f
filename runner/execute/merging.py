"""Sends runs of one-row INSERTs as INSERTs of many rows, where nobody can tell the difference.

The same rows in INSERTs of a hundred take the server a third of the time, and a fifth as a prepared
INSERT with parameters; a prepared UPDATE takes half the time. `mergeable` reads the statements,
sql/mergeable.sql asks what the table does with the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from runner.connect.queries import pinned, statement
from runner.connect.wire import PipelineCommand
from runner.execute.mergeable import Run, runs_at_start
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
        self._is_on = is_on
        self.forget()

    def forget(self) -> None:
        self._tables: dict[bytes, bytes] = {}  # columns; empty where nothing can be merged
        self._asked: dict[bytes, Part] = {}
        self._runs: dict[int, list[Run]] = {}  # by the index of their part

    def stop(self) -> None:
        """Send each statement as it is from now on, because one has failed."""
        self._is_on = False

    def question(self, parts: Sequence[Part]) -> Sequence[Part]:
        """Read the statements at the start of a message; return the query to send before it."""
        known, runs = self._tables, self._read(parts)
        names = {run.form.table for run in runs if len(run.rows) >= _WORTH}
        self._asked = {}
        for one in sorted(names - known.keys()):
            literal = b"'" + one.replace(b"'", b"''") + b"'"
            named = statement("execute/mergeable_name").encode().replace(b"{name}", literal)
            asked = (one.encode() for one in pinned(statement("execute/mergeable")))
            self._asked[one] = Part(own=(named, *asked))
        return list(self._asked.values())

    def _read(self, parts: Sequence[Part]) -> list[Run]:
        self._runs = {}
        plain = (one.statement for one in parts if isinstance(one.statement, PlainStatements))
        is_worth = self._tables or sum(one.text.count(b";") for one in plain) >= _WORTH
        for number, part in enumerate(parts if self._is_on and is_worth else ()):
            statement = part.statement
            if isinstance(statement, PlainStatements):
                runs = self._runs[number] = list(runs_at_start(statement.text, self._tables))
                if not runs or runs[-1].starts[-1] < len(statement.text):
                    break
            elif statement is not None or part.own:
                break
        return [run for runs in self._runs.values() for run in runs]

    def answered(self, parts: Sequence[Part]) -> None:
        """Read the message once more, now that its tables are known."""
        self._tables |= {one: part.answers[0] for one, part in self._asked.items()}
        merged = {run.form.table for run in self._read(parts)}
        self._tables |= dict.fromkeys(self._asked.keys() - merged, b"")
        self._asked = {}

    def merged(self, parts: Sequence[Part]) -> Sequence[Part]:
        """Merge those statements whose tables allow it."""
        found: list[Part] = []
        for number, part in enumerate(parts):
            read = self._runs.get(number, ())
            runs = list(takewhile(lambda run: self._tables.get(run.form.table), read))
            found += _merged(part, runs)
            length = len(part.statement.text) if part.statement is not None else bool(part.own)
            if length > (runs[-1].starts[-1] if runs else 0):
                # What is not plain, such as DROP TRIGGER, may change any table.
                is_plain = isinstance(part.statement, PlainStatements)
                refused = [one for one, columns in self._tables.items() if not columns]
                self.forget()
                self._tables = dict.fromkeys(refused if is_plain else (), b"")
        return found


def _merged(part: Part, runs: Sequence[Run]) -> Iterator[Part]:
    """Return the part with long runs as fewer INSERTs or as prepared UPDATEs.

    The last statement of a run stays as it is, because what follows may ask for its row count.
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


def _groups(part: Part, statements: PlainStatements, run: Run) -> Part:
    form, start, rows = run.form, run.starts[0], run.rows[:-1]
    first, text = statements.after(start), statements.text[start : run.starts[-2]]
    merged: list[tuple[PipelineCommand, int]] = []
    starts, has_escapes, prepared = [], b"''" in text, 0
    for at in range(0, len(rows), form.most):
        group, offset = rows[at : at + form.most], run.starts[at] - start
        if form.pieces and len(group) != prepared:
            prepared = len(group)
            merged.append((form.prepared(prepared), 0))
            starts.append(offset)
        merged.append((form.command(group, has_escapes=has_escapes), len(group)))
        starts.append(offset)
    statement = Statement(text, first.offset, first.line, first.source, tuple(starts))
    return replace(part, statement=statement, merged=merged)
