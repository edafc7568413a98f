"""An error of a statement with what the scripts, and the runs before, tell about it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg

from runner.errors import RunnerError

if TYPE_CHECKING:
    from runner.check.hints import Facts
    from runner.connect.session import Session
    from runner.run.context import RunContext

_DUPLICATE = ("42P07", "42710", "42723", "42P06", "42701")


def advised(error: RunnerError, ctx: RunContext, conn: Session | None = None) -> RunnerError:
    """The error with one more hint, if there is one. `conn`: to a target that has changed."""
    if error.statement is None:
        return error
    from runner.check.hints import remedy

    applied = _applied(ctx, conn) if conn and error.sqlstate in _DUPLICATE else ""
    found = remedy(error, lambda: _facts(ctx, applied))
    return error.converted(type(error), hint="\n".join(filter(None, (error.hint, found))) or None)


def _facts(ctx: RunContext, applied: str) -> Facts:
    from runner.check.definitions import definitions
    from runner.check.hints import Facts

    folder = ctx.prepared.folder
    made = tuple(definitions(folder, ctx.settings.variables))
    return Facts(made, [script.name for script in folder.scripts], applied)


def _applied(ctx: RunContext, conn: Session) -> str:
    """When a run was last applied, for the end of a sentence. Empty if that is not known."""
    from runner.registry import registry

    with suppress(psycopg.Error, RunnerError):
        for run in registry.runs(conn, 1, ctx.settings.registry_schema):
            return f": these scripts were applied on {run.finished_at:%Y-%m-%d %H:%M %Z}"
    return ""
