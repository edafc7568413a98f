"""Hints for errors of a run, from the scripts and the registry's earlier runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg

from runner.comparison import DifferencesError
from runner.connect import session
from runner.connect.session import Session
from runner.errors import LockNotAvailable, Refused, RunnerError
from runner.results import LossError

if TYPE_CHECKING:
    from runner.check.failed_statement import Facts
    from runner.run.context import RunContext
    from runner.scripts.folder import Folder
    from runner.settings import Settings

_DUPLICATE = ("42P07", "42710", "42723", "42P06", "42701")


def with_advice(
    found: RunnerError | psycopg.Error,
    ctx: RunContext,
    holders: str | None,
    conn: Session | None = None,
) -> RunnerError:
    """Return the error with one more hint, if there is one; `conn` is to a changed target.

    An exceeded lock timeout gets the `holders` of the lock, if they are known.
    """
    error = found if isinstance(found, RunnerError) else session.driver_error(found)
    if error.sqlstate == "55P03":
        detail = error.detail or (f"The lock is held by {holders}." if holders else None)
        hint = "wait longer: --lock-timeout"
        error = error.converted(LockNotAvailable, hint=hint, detail=detail)
    applied = ""
    if conn and error.sqlstate in _DUPLICATE:
        from runner.registry import registry

        with suppress(psycopg.Error, RunnerError):
            for run in registry.read_runs(conn, ctx.settings.registry_schema, 1):
                applied = f": these scripts were applied on {run.finished_at:%Y-%m-%d %H:%M %Z}"
    folder, variables = ctx.prepared.folder, ctx.settings.variables
    return with_remedy(error, lambda: facts_of(folder, variables, applied))


def with_remedy(error: RunnerError, facts: Callable[[], Facts]) -> RunnerError:
    """Return the error of a statement with one more hint, if there is one."""
    if error.statement is None:
        return error
    from runner.check.failed_statement import narrowed_place
    from runner.check.hints import remedy

    found = remedy(error, facts)
    # A change in the scripts is better advice than a GRANT or CREATE by hand.
    replaces = found and isinstance(error, Refused) and error.sqlstate in ("42501", "42704")
    hints = filter(None, (found, None if replaces else error.hint))
    return error.converted(type(error), hint="\n".join(hints) or None, place=narrowed_place(error))


def facts_of(folder: Folder, variables: Mapping[str, str], applied: str = "") -> Facts:
    """Return what the scripts create."""
    from runner.check.failed_statement import Facts
    from runner.check.script_facts import definitions

    scripts = [script.name for script in folder.scripts]
    return Facts(list(definitions(folder, variables)), scripts, applied)


@contextmanager
def naming_diff(settings: Settings) -> Iterator[None]:
    """Add the command `diff` to hints of errors where it would write ALTER instead of DROP."""
    try:
        yield
    except LossError as error:
        if not any(loss.cause == "dropped" or "column" in loss.cause for loss in error.losses):
            raise
        more = f"For SQL that keeps the rows: {settings.command('diff')}"
        raise error.converted(LossError, hint=f"{error.hint}\n{more}") from None
    except DifferencesError as error:
        if not error.verification.differs_in_catalog:
            raise
        more = f"For the SQL that corrects the target: {settings.command('diff')}"
        raise error.converted(DifferencesError, hint=f"{more}\n{error.hint}") from None
