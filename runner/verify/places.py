"""The places in the scripts of what differs, and of the statement at which they stopped. Pure.

So a database whose init scripts have failed is distinguished from one that was changed later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runner.comparison import Found
from runner.verify.definitions import DefinitionIndex, unqualified

if TYPE_CHECKING:
    from runner.catalog.snapshot import Snapshot
    from runner.comparison import Defined, Difference
    from runner.reference.reference_state import ReferenceState
    from runner.verify.target_state import TargetState


def located(
    differences: Sequence[Difference], definitions: Sequence[Defined], *snapshots: Snapshot
) -> Iterator[Found]:
    """Yield the differences with the places of the statements that define their objects."""
    index = DefinitionIndex(definitions, *snapshots)
    for one in differences:
        place = index.find(one)
        yield Found(one, place.script, place.line) if place else Found(one)


def first_unapplied(
    differences: Sequence[Difference],
    definitions: Sequence[Defined],
    reference: ReferenceState,
    target: TargetState,
) -> Defined | None:
    """Return the first statement without effect, if no statement after it has any."""
    states = _states(differences, reference, target)
    found = []
    for one in definitions:
        state = states.get((one.kind, one.name))
        if state and one.kind != "rows" and states.get(("table", one.table)) == "missing":
            state = "missing"
        if state:  # else a later statement drops or deletes it
            found.append((one, state))
    at = next((at for at, (_, state) in enumerate(found) if state != "there"), None)
    if at is None or any(one.kind == "extra" for one in differences):
        return None
    rest = [state for _, state in found[at:]]
    if "there" in rest or ("missing" not in rest and len(rest) == 1):
        return None
    return found[at][0]


def _states(
    differences: Sequence[Difference], reference: ReferenceState, target: TargetState
) -> dict[tuple[str, str], str]:
    """Return whether each object, and the rows of each table, are there, missing or partly."""
    missing = {
        _key(one.object, one.name.partition(" (")[0] if one.object == "row" else one.name)
        for one in differences
        if one.kind == "missing"
    }
    objects = (_key(key.object, key.name) for key in reference.snapshot.objects)
    states = {key: "missing" if key in missing else "there" for key in objects}
    empty = {unqualified(table.name) for table, held in target.digests.items() if not held.rows}
    for table, held in reference.digests.items():
        name = unqualified(table.name)
        if held.rows:
            is_missing = name in empty or states.get(("table", name)) == "missing"
            is_partly = ("row", name) in missing
            state = "missing" if is_missing else "partly" if is_partly else "there"
            states["rows", name] = state
    return states


def _key(kind: str, name: str) -> tuple[str, str]:
    return kind.split()[-1], unqualified(name)
