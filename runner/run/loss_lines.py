"""The lines that lost rows: the scripts run once more, with a probe after each statement.

That run is rolled back, and what it prints is not shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import chain

import psycopg

from runner.connect.queries import statement
from runner.errors import Place, RunnerError
from runner.execute.execution import Execution
from runner.guard.changes import ELSEWHERE, OBJECTS, OVERWRITTEN, SET_BACK
from runner.guard.effects import Change, CountedTable, Inventory
from runner.guard.guard import Guard
from runner.observer import Observer
from runner.psql.sql_text import first_words, tokens
from runner.psql.steps import Statement
from runner.reference.one_database import OneDatabase
from runner.results import Loss, Notice
from runner.run.database_run import DatabaseRun
from runner.run.state import RunState
from runner.sessions.script_runner import Scripts

SQLSTATE = "RUN01"  # of the notices of probes; their detail is JSON: see sql/probe.sql
_NAME = rb'(?:"(?:[^"]|"")+"|[^\s".(;,]+)'
_UPDATED = re.compile(
    rb"(?:(?<!DO )(?<!FOR )(?<!KEY )(?<!THEN )\bUPDATE|\bMERGE INTO"
    rb"|\bINSERT INTO(?=.* DO UPDATE\b)) (?:ONLY )?(%b(?: \. %b)*)" % (_NAME, _NAME)
)
_PREFIXES = (b"UPDATE", b"MERGE", b"INSERT", b"WITH")


class AllLossesFound(Exception):
    """The line of each loss is known: the rest of the scripts need not run."""


class ProbeReports(Observer):
    """Collects the place after which each of `count` numbered losses was first reported."""

    def __init__(self, count: int) -> None:
        self.places: dict[int, Place] = {}
        self._count = count
        self._updated: dict[int, int] = {}

    def notice(self, notice: Notice) -> None:
        """Take what a probe reports; see sql/probe.sql."""
        if notice.sqlstate != SQLSTATE or not notice.place:
            return
        found = json.loads(notice.detail or "[]")
        for number in found["lost"]:
            self.places.setdefault(number, notice.place)
        for number, updated, is_named in found["updated"]:
            # A rollback to a savepoint resets the probe's memory, but not the counters.
            if updated > self._updated.get(number, 0) and not is_named:
                self.places.setdefault(number, notice.place)
            self._updated[number] = updated

    def progress(self, done: int) -> None:  # noqa: ARG002, the observer's
        """Stop after the message in which the last loss was found. Raises AllLossesFound."""
        if len(self.places) == self._count:
            raise AllLossesFound


def probe(template: str, before: Inventory, refused: Guard) -> Callable[[Statement], bytes]:
    """Return the statements, made from sql/probe.sql, that report which `refused` changes occurred.

    `before` is the inventory at the beginning of the transaction in which they are sent.
    """
    asked = [
        [number, *_condition(before, change, refused.contents.held(change))]
        for number, change in enumerate(refused.refused)
    ]
    behind = {"name": "%1$s", "oid": "%2$s", "last": "%3$s", "step": "%4$s"}
    found = {"asked": json.dumps(asked), "behind": statement("guard/behind") % behind}
    found["effects"] = statement("guard/effects")
    text = (template % found).encode()

    def after(last: Statement) -> bytes:
        count = len(last.commands) - last.uncounted
        updated = [updated_names(command) for command in last.commands[:count]]
        names = b", ".join(
            b"pg_catalog.to_regclass(E'" + name.replace(b"\\", rb"\\").replace(b"'", b"''") + b"')"
            for name in chain.from_iterable(updated if all(updated) else ())
        )
        return text.replace(b"@named", names)

    return after


def updated_names(text: bytes) -> list[bytes]:
    """Return the tables that an UPDATE, MERGE or INSERT ON CONFLICT DO UPDATE names."""
    if not first_words(text, 1) or first_words(text, 1)[0] not in _PREFIXES:
        return []
    shown = (one.text if one.kind in ("word", "name") else one.text[:1] for one in tokens(text))
    return [name.replace(b" . ", b".") for name in re.findall(_UPDATED, b" ".join(shown))]


def _condition(before: Inventory, change: Change, held: CountedTable | None) -> tuple[object, ...]:
    """Return the condition for a change; see sql/probe.sql."""
    oid, cause = change.key
    table = before.tables.get(change.table.oid, change.table)
    deleted, inserted, numbers = table.deleted, table.inserted, change.columns
    if cause == OBJECTS:
        deleted = before.large_objects
    elif cause == OVERWRITTEN:
        deleted = table.updated
    elif cause == ELSEWHERE:
        deleted = (held and held.rows) or 0
    elif cause == SET_BACK:
        deleted, inserted = before.sequences[oid].last, before.sequences[oid].step
    return oid, cause, deleted, inserted, table.filenode, numbers


def with_lines(
    state: RunState, part: DatabaseRun, losses: Sequence[Loss]
) -> tuple[list[Loss], bool]:
    """Return the refused losses with script and line where found, and whether all scripts ran."""
    ctx = state.ctx
    ctx.observer.note("The scripts run once more to find the lines that lose rows.")
    state.scripts.executor.exchange.leave()
    reports = ProbeReports(len(losses))
    found, is_complete = list(losses), False
    with suppress(AllLossesFound, RunnerError, psycopg.Error):
        part.conn.rollback()
        part.restore_sequences()
        _run_probed(state, part, reports)
        is_complete = True
    for number, place in reports.places.items():
        found[number] = found[number]._replace(script=place.script, line=place.line)
    return found, is_complete


def _run_probed(state: RunState, part: DatabaseRun, reports: ProbeReports) -> None:
    """Run the scripts once more. Raises AllLossesFound, RunnerError and psycopg.Error."""
    ctx, guard = state.ctx, Guard((), reports)
    state.begin(part.conn, state.scripts.sessions.first_settings().decode(), guard)
    facts, databases = ctx.prepared.facts, None
    if facts.may_be_several:
        databases = OneDatabase(part.conn, ctx.target.dbname, part.name)
    execution = Execution(
        part.conn,
        reports,
        ctx.target,
        watch=state.lock_monitor,
        probe=probe(statement("run/probe"), guard.before, part.guard),
        databases=databases,
    )
    scripts = Scripts(execution, ctx.settings, facts=facts)
    try:
        for one in ctx.prepared.checked:
            scripts.run(one)
        scripts.finish()
    finally:
        scripts.executor.exchange.leave()
