"""Prove the statements: run them under the guard, compare the target, and roll back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from runner.connect.queries import encoded, fetch, first_rows, pinned, statement
from runner.results import Proof, TableLock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.comparison import Verification
    from runner.connect.session import Session
    from runner.diff.search import FoundStatement
    from runner.run.database_run import DatabaseRun
    from runner.run.state import RunState
    from runner.verify.verifier import Verifier


class _Relation(NamedTuple):
    oid: int
    name: str
    table: int
    file: int
    lock: str | None
    scans: int


def prove(
    state: RunState, run: DatabaseRun, verifier: Verifier, statements: Sequence[FoundStatement]
) -> tuple[Proof, Verification]:
    """Run the statements, which the open transaction has already run once; compare; roll back.

    Raises LossError if rows would be lost, and the errors of `Verifier.compare_target`.
    """
    conn = run.conn
    # Read before the guard takes locks: so far only the statements have locked tables.
    locks = {one.oid: one.lock for one in _relations(conn).values()}
    while True:
        state.roll_back()
        run.begin(state)
        before = _relations(conn)
        started = time.monotonic()
        for one in statements:
            conn.execute(encoded(conn, one.text))
        seconds = time.monotonic() - started
        after = _relations(conn)
        effects = pinned(statement("guard/effects"), statement("guard/effects_answer"))
        run.guard.record_effects(first_rows(conn, " ".join(effects))[0][0])
        if run.guard.judge(run.conn):
            break
    verifier.compare_target(conn, strict=state.ctx.settings.strict)
    verification = verifier.finish(conn)
    state.roll_back()
    return Proof(state.target, _table_locks(locks, before, after), seconds), verification


def _relations(conn: Session) -> dict[int, _Relation]:
    return {row[0]: _Relation(*row) for row in fetch(conn, statement("diff/locks"))}


def _table_locks(
    locks: Mapping[int, str | None], before: Mapping[int, _Relation], after: Mapping[int, _Relation]
) -> tuple[TableLock, ...]:
    """Return the locks on tables that already existed, with mode names as in LOCK TABLE."""
    known = [(before[oid], one) for oid, one in after.items() if oid in before]
    rewritten = {now.table for was, now in known if was.file != now.file}
    scanned = {now.table for was, now in known if was.scans < now.scans}
    return tuple(
        TableLock(now.name, mode, now.oid in rewritten, now.oid in scanned)
        for _, now in known
        if now.table == now.oid and (mode := locks.get(now.oid))
    )
