"""The lines that lost rows: the scripts run once more, with a probe after each statement.

That run is rolled back, and what it prints is not shown.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg

from runner.connect.queries import statement
from runner.errors import Place, RunnerError
from runner.execute.exchange import Execution
from runner.execute.script_runner import Scripts
from runner.guard.effects import LARGE_OBJECTS, UNLINKED, Change, Inventory
from runner.guard.guard import Guard
from runner.observer import Silent
from runner.run.begin import BeginRequest, begin_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results import Loss, Notice
    from runner.run.state import RunState


SQLSTATE = "RUN01"  # of what a probe reports; its detail is a JSON array of numbers


class AllFound(Exception):
    """The place of each loss is known: the rest of the scripts need not run."""


class ProbeReports(Silent):
    """Collects the place after which each of `count` numbered losses was first reported."""

    def __init__(self, count: int) -> None:
        self.places: dict[int, Place] = {}
        self._count = count

    def notice(self, notice: Notice) -> None:
        """Takes what a probe reports; see sql/probe.sql."""
        if notice.sqlstate == SQLSTATE and notice.place:
            for number in json.loads(notice.detail or "[]"):
                self.places.setdefault(number, notice.place)

    def progress(self, done: int) -> None:  # noqa: ARG002, the observer's
        """After each message. Raises AllFound."""
        if len(self.places) == self._count:
            raise AllFound


def probe(template: str, before: Inventory, changes: Sequence[Change]) -> bytes:
    """The statement, from that of sql/probe.sql, that reports which of these have come about.

    `before` is how things stood at the beginning of the transaction that it is asked in.
    """
    asked = [[number, *_condition(before, change)] for number, change in enumerate(changes)]
    return (template % {"asked": json.dumps(asked)}).encode()


def _condition(before: Inventory, change: Change) -> tuple[object, ...]:
    """See sql/probe.sql."""
    oid, cause = change.key
    table = before.tables.get(change.table.oid, change.table)
    deleted = table.deleted
    if oid == LARGE_OBJECTS:
        objects = before.large_objects
        deleted = objects.unlinked if cause == UNLINKED else objects.deleted
    return oid, cause, deleted, table.inserted, table.filenode, change.columns


def with_lines(state: RunState, guard: Guard, losses: Sequence[Loss]) -> list[Loss]:
    """The losses that `guard` has refused, with script and line as far as they can be found."""
    ctx = state.ctx
    ctx.observer.note("The scripts run once more to find the lines that lose rows.")
    state.scripts.executor.exchange.leave()
    reports = ProbeReports(len(losses))
    with suppress(AllFound, RunnerError, psycopg.Error):
        ctx.session.rollback()
        _run_probed(state, guard.refused, reports)
    found = list(losses)
    for number, place in reports.places.items():
        found[number] = found[number]._replace(script=place.script, line=place.line)
    return found


def _run_probed(state: RunState, changes: Sequence[Change], reports: ProbeReports) -> None:
    """Runs the scripts once more. Raises AllFound, RunnerError and psycopg.Error."""
    ctx, guard = state.ctx, Guard((), reports)
    needs, schema = ctx.prepared.outline.requirements, ctx.settings.registry_schema
    settings = b"".join(state.scripts.own_settings()).decode()
    request = BeginRequest(settings, needs, schema, reports, lambda _: None, guard)
    begin_transaction(ctx.session, request)
    scripts = Scripts(
        Execution(
            ctx.session,
            reports,
            ctx.target,
            watch=state.lock_monitor,
            probe=probe(statement("run/probe"), guard.before, changes),
        ),
        ctx.settings,
        ctx.prepared.folder,
        changes_defaults=ctx.prepared.outline.changes_defaults,
    )
    try:
        for one in ctx.prepared.checked:
            scripts.run(one)
        scripts.finish()
    finally:
        scripts.executor.exchange.leave()
