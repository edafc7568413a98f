"""The lines that lost rows: the scripts run once more, with a probe after each statement.

Nothing of that run is kept, and nobody hears of what it does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg

from runner.connect.queries import statement
from runner.errors import RunnerError, StatementFailed
from runner.execute.script_runner import Scripts
from runner.guard.effects import LARGE_OBJECTS, UNLINKED, Change, Inventory
from runner.guard.guard import Guard
from runner.observer import Silent
from runner.run import opening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results import Loss
    from runner.run.context import Attempt


SQLSTATE = "RUN01"  # of a probe that fails; its detail is a JSON array of numbers
# Each pass finds all that one statement does. The locks are not to be held for ever.
_PASSES = 10


def probe(template: str, before: Inventory, changes: Mapping[int, Change]) -> bytes:
    """The statement, from that of sql/probe.sql, that fails once one of these has come about.

    `before` is how things stood at the beginning of the transaction that it is asked in.
    """
    asked = [[number, *_condition(before, change)] for number, change in changes.items()]
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


def with_lines(attempt: Attempt, losses: Sequence[Loss]) -> list[Loss]:
    """The losses of a run that is refused, with script and line as far as they can be found."""
    found, passes = list(losses), 0
    attempt.observer.note("The scripts run once more to find the lines that lose rows.")
    attempt.exchange.leave()
    with suppress(RunnerError, psycopg.Error):
        while passes < _PASSES and (lacking := _without_line(attempt, found)):
            passes += 1
            attempt.conn.rollback()
            done, script, line = _first(attempt, lacking)
            for number in done:
                found[number] = found[number]._replace(script=script, line=line)
    return found


def _without_line(attempt: Attempt, losses: Sequence[Loss]) -> dict[int, Change]:
    return {n: attempt.guard.refused[n] for n, one in enumerate(losses) if not one.line}


def _first(attempt: Attempt, changes: Mapping[int, Change]) -> tuple[list[int], str, int]:
    """Runs the scripts up to the first statement after which some of these numbered changes have
    come about. Gives their numbers, and where it stands.

    Raises RunnerError or psycopg.Error when there is none, or something else fails.
    """
    settings = b"".join(attempt.scripts.own_settings()).decode()
    guard, outline, silent = Guard((), Silent()), attempt.prepared.outline, Silent()
    opening.open_transaction(
        *(attempt.conn, settings, guard, silent),
        lambda _: None,
        outline.requirements,
        attempt.settings.registry_schema,
    )
    scripts = Scripts(
        *(attempt.conn, attempt.conninfo, attempt.settings, attempt.prepared.folder),
        *(silent, attempt.target),
        watch=attempt.watch,
        changes_defaults=outline.changes_defaults,
        probe=probe(statement("run/probe"), guard.before, changes),
    )
    try:
        for one in attempt.prepared.checked:
            scripts.run(one)
        scripts.finish()
    except StatementFailed as error:
        if error.sqlstate == SQLSTATE and error.place:
            return json.loads(error.detail or "[]"), error.place.script, error.place.line
        raise
    finally:
        scripts.executor.exchange.leave()
    raise StatementFailed("no statement does it by itself")
