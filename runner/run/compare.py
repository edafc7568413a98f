"""Databases that are only read, each compared with a reference."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from runner.comparison import Difference, LocatedDifference, Verification, merge
from runner.connect import session
from runner.connect.queries import all_rows, no_timeouts, statement
from runner.connect.session import Session
from runner.errors import Collision, Refused, RunnerError
from runner.reference.spec import ReferenceSpec, database_properties
from runner.registry.registry import read_runs
from runner.results import RecordedRun
from runner.run import other_runs
from runner.verify.assertions import BEFORE

if TYPE_CHECKING:
    from runner.reference.reference_state import ReferenceState
    from runner.run.context import RunContext
    from runner.verify.verifier import Verifier


def last_run(ctx: RunContext) -> RecordedRun | None:
    """Return the last run, if it applied these scripts and the database still verifies."""
    try:
        runs = read_runs(ctx.session, ctx.settings.registry_schema, 1)
    except Refused:
        return None
    wanted = [(Path(one.script.name).name, one.sha256) for one in ctx.prepared.checked]
    if not runs or wanted != [(script.name, script.sha256) for script in runs[0].scripts]:
        return None
    if ctx.settings.verify != "none":
        verification, _ = compare_only(ctx._replace(prepared=ctx.prepared._replace(asserted=())))
        if not verification.agrees:
            return None
    return runs[0]


def compare_only(ctx: RunContext) -> tuple[Verification, ReferenceState]:
    """Compare a target with a reference in a read-only transaction; return both.

    The assertions run in another transaction, which is rolled back. Raises why there is no
    reference, Refused where a right is missing, ConnectionFailed and LockNotAvailable.
    """
    conn, asserted = ctx.session, ctx.prepared.asserted
    monitor = other_runs.LockMonitor(lambda: [conn], ctx.settings.lock_timeout, ctx.observer)
    try:
        with ExitStack() as stack, conn.watched(monitor):
            stack.callback(monitor.close)
            # The name of the reference contains the process id of the run's session.
            begin = f"BEGIN READ ONLY; {no_timeouts(conn)} {statement('reference/target')}"
            with conn.answering_within(session.LONGEST_ANSWER):
                properties = database_properties(all_rows(conn, begin)[0], conn)
            # The scripts began before the settings that they make existed.
            text = ctx.prepared.facts.shared
            made = text if "alter database" in text else ""
            kept = (one for one in properties.settings if one.partition("=")[0] not in made)
            properties = properties._replace(settings=tuple(kept))
            spec = ctx.reference_spec(properties)._replace(of_any_day=True)
            verifier = _compared(ctx, conn, spec, stack)
            several = ctx.prepared.facts.may_be_several
            others = _others(ctx, spec, verifier, stack) if several else {}
        if asserted:
            conn.execute(f"BEGIN READ WRITE; {ctx.timeouts()}; {BEFORE}".encode())
        verification = verifier.finish(conn, asserted)
        conn.rollback()
    except (RunnerError, psycopg.Error) as error:
        raise ctx.with_advice(error, monitor.holders) from None
    whole = merge(verification, others)
    ctx.warn(whole)
    return whole, verifier.wait_for_reference()


def _compared(ctx: RunContext, conn: Session, spec: ReferenceSpec, stack: ExitStack) -> Verifier:
    """Compare in a read-only transaction, again if the verifier asks for it."""
    verifier = ctx.start_verifier(spec, stack)
    begin = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {ctx.timeouts()}"
    while True:
        try:
            verifier.wait_for_reference()
            conn.rollback()
            conn.execute(begin.encode())
            verifier.compare_target(conn, strict=ctx.settings.strict)
            return verifier
        except Collision as error:
            if not verifier.must_repeat(error):
                raise
        finally:
            conn.rollback()
        verifier.restart()


def _others(
    ctx: RunContext, home: ReferenceSpec, verifier: Verifier, stack: ExitStack
) -> dict[str, Verification]:
    from runner.run.databases import other_specs

    visited = verifier.visited()
    found = {
        name: Verification({}, (LocatedDifference(Difference("missing", "database", name)),))
        for name in visited
    }
    for name, spec in other_specs(ctx, home, visited):
        if spec.create is None:
            with ctx.connect(name) as conn:
                found[name] = _compared(ctx, conn, spec, stack).finish(conn)
    return found
