"""The proof: the statements run in a transaction that is guarded, compared and rolled back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from runner.connect.queries import encoded, fetch, first_rows, pinned, statement
from runner.results import TableLock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.comparison import Verification
    from runner.connect.session import Session
    from runner.run.database_run import DatabaseRun
    from runner.run.state import RunState
    from runner.verify.verifier import Verifier

_LOCKS = {
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ShareLock": "SHARE",
    "ShareUpdateExclusiveLock": "SHARE UPDATE EXCLUSIVE",
}


class Proof(NamedTuple):
    """What is left after the statements, the locks that they took, and how long they ran."""

    verification: Verification
    locks: tuple[TableLock, ...]
    seconds: float


class _Relation(NamedTuple):
    oid: int
    name: str
    table: int
    file: int
    lock: str | None
    scans: int


def prove(
    state: RunState, run: DatabaseRun, verifier: Verifier, statements: Sequence[str]
) -> Proof:
    """Run the statements, compare, roll back.

    Raises LossError where rows would be lost, and what `Verifier.compare_target` raises.
    """
    conn = run.conn
    while True:
        state.roll_back()
        run.begin(state)
        before = _relations(conn)
        started = time.monotonic()
        for one in statements:
            conn.execute(encoded(conn, one))
        seconds = time.monotonic() - started
        locks = _locks(before, _relations(conn))
        effects = first_rows(conn, " ".join(pinned(statement("guard/effects"))))
        run.guard.record_effects(effects[0][0])
        if run.judge():
            break
    verifier.compare_target(conn, strict=state.ctx.settings.strict)
    verification = verifier.finish(conn)
    state.roll_back()
    return Proof(verification, locks, seconds)


def _relations(conn: Session) -> dict[int, _Relation]:
    query = statement("diff/locks").rstrip().removesuffix(";")
    return {row[0]: _Relation(*row) for row in fetch(conn, query)}


def _locks(before: dict[int, _Relation], after: dict[int, _Relation]) -> tuple[TableLock, ...]:
    """Return the locks on tables that were there before."""
    rewritten = {
        one.table for oid, one in after.items() if oid in before and before[oid].file != one.file
    }
    scanned = {
        one.table for oid, one in after.items() if oid in before and one.scans > before[oid].scans
    }
    return tuple(
        TableLock(one.name, _LOCKS[str(one.lock)], oid in rewritten, oid in scanned)
        for oid, one in after.items()
        if oid in before and one.table == oid and one.lock not in (None, before[oid].lock)
    )
