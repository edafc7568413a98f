"""The differences of a target, the statements that mend them, and their proof."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from runner.catalog.reader import read_snapshot
from runner.catalog.shared import shared_queries, without_other_shared_objects
from runner.check.definitions import definitions
from runner.comparison import Difference, Found
from runner.connect.queries import encoded
from runner.diff.goal import Dropping, Left, differences, goal_of, left_of
from runner.diff.proof import prove
from runner.diff.renames import renaming
from runner.diff.search import FoundStatement, Search
from runner.errors import Refused
from runner.results import DiffResult, LeftOver, ProvenStatement
from runner.run.database_run import DatabaseRun
from runner.run.state import RunState
from runner.verify.definitions import DefinitionIndex
from runner.verify.verifier import Verifier, most_common_owner

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from runner.catalog.snapshot import Snapshot
    from runner.connect.session import Session
    from runner.errors import RunnerError
    from runner.reference.reference_state import ReferenceState
    from runner.run.context import RunContext

_ORDER = (
    "PostgreSQL cannot change the order of columns; it matters to SELECT *, and to INSERT and COPY"
    " without a list of columns"
)
_ROWS = "rows are not changed by this command"
_DROP = "to drop it, add: --drop {name}"


def find_statements(ctx: RunContext) -> DiffResult:
    """Search and prove on the target, in transactions that are rolled back.

    Raises Refused where there can be no reference, LossError where rows would be lost, and what
    the scripts or the connection raise.
    """
    run = DatabaseRun(ctx, ctx.session, ctx.target.dbname, reads_changes=False)
    state = RunState(ctx, run.guard)
    with ExitStack() as stack, state.reported_errors(_unchanged):
        stack.callback(state.roll_back)
        verifier = _verifier(ctx, run, state, stack)
        reference = verifier.wait_for_reference()
        written, reasons = _searched(ctx, reference)
        proof = prove(state, run, verifier, [one.text for one in written])
    found = proof.verification.found
    return DiffResult(
        target=state.target,
        statements=_with_places(ctx, reference.snapshot, written),
        left=tuple(_left_over(one, reasons) for one in found),
        checked=proof.verification.checked,
        locks=proof.locks,
        seconds=proof.seconds,
    )


def _unchanged(_error: RunnerError) -> tuple[str, bool | None]:
    return "Nothing has changed: the transaction was rolled back.", False


def _verifier(ctx: RunContext, run: DatabaseRun, state: RunState, stack: ExitStack) -> Verifier:
    """Begin the transaction, and begin to build the reference."""
    properties = run.begin(state, verify=True).properties
    if properties is None:
        raise Refused("the target did not say what a reference has to be like")
    conninfo = ctx.session.conninfo_alike()
    spec = ctx.prepared.reference_spec(conninfo, ctx.settings, ctx.target, properties)
    verifier = Verifier(spec, stack, ctx.prepared.shared)
    ctx.stop.on_request(verifier.release)
    verifier.start()
    return verifier


def _searched(
    ctx: RunContext, reference: ReferenceState
) -> tuple[list[FoundStatement], dict[Left, str]]:
    """Return the statements, and why something is left."""
    names = ctx.settings.drop
    dropping = Dropping("" in names, frozenset(filter(None, names)))
    shared = shared_queries(ctx.prepared.outline, ctx.target.dbname)
    left = dict.fromkeys(reference.varying, "its value varies from build to build")
    conn, renamed = ctx.session, list[FoundStatement]()
    for text, key in renaming(read_snapshot(conn), ctx.settings.rename):
        conn.execute(encoded(conn, text))
        renamed.append(FoundStatement(text, key))
    found, left = search(conn, reference.snapshot, dropping, left, shared)
    return [*renamed, *found], left


def search(
    conn: Session,
    wanted: Snapshot,
    dropping: Dropping,
    left: dict[Left, str],
    shared: Sequence[str] = (),
) -> tuple[list[FoundStatement], dict[Left, str]]:
    """Search in the open transaction of `conn`; what is left is left from the beginning."""
    target = without_other_shared_objects(wanted, read_snapshot(conn, *shared))
    owner = most_common_owner(wanted, target) or target.role
    goal = goal_of(wanted, target, owner, dropping, left)
    first = {left_of(item.difference) for item in differences(goal, target)}
    while True:
        conn.execute(b"SAVEPOINT runner_search")
        one = Search(conn, goal, shared)
        more = one.run(target)
        conn.execute(b"ROLLBACK TO SAVEPOINT runner_search")
        if not more:
            return one.written, left
        left = left | _left(more, first)
        goal = goal_of(wanted, target, owner, dropping, left)


def _left(found: Mapping[Left, str], first: Collection[Left]) -> dict[Left, str]:
    """Return what is left from the beginning, so that nothing differs that did not before.

    Where something else would, a type could not be replaced that rows or objects still use.
    """
    if all(one in first for one in found):
        return dict(found)
    kinds = ("type", "domain")
    types = [one for one in first if one[0] in kinds] or first
    reason = "; ".join(dict.fromkeys(found.values()))
    return dict.fromkeys(types, reason)


def _with_places(
    ctx: RunContext, reference: Snapshot, written: list[FoundStatement]
) -> tuple[ProvenStatement, ...]:
    made = definitions(ctx.prepared.folder, ctx.settings.variables)
    index = DefinitionIndex((one for one, _ in made), reference)
    found = []
    for one in written:
        place = index.find_object(*one.key)
        where = (place.script, place.line) if place else (None, None)
        found.append(ProvenStatement(one.text, *one.key, *where))
    return tuple(found)


def _left_over(found: Found, reasons: Mapping[Left, str]) -> LeftOver:
    difference = found.difference
    return LeftOver(difference, _reason(difference, reasons), found.script, found.line)


def _reason(difference: Difference, reasons: Mapping[Left, str]) -> str:
    if reason := reasons.get(left_of(difference)):
        return reason
    if difference.property == "column order":
        return _ORDER
    if difference.object in ("row", "rows", "sequence"):
        return _ROWS
    return _DROP.format(name=difference.name) if difference.kind == "extra" else ""
