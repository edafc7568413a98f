"""Whether the scripts were applied only partially: up to a statement, and nothing after it. Pure.

So a database whose init scripts have failed is distinguished from one that was changed later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from runner.verify.definitions import unqualified

if TYPE_CHECKING:
    from runner.catalog.snapshot import Snapshot
    from runner.comparison import Defined, Difference


class PartialApplication:
    """Finds the first statement without effect in a target that has these differences.

    `filled` are the tables that the scripts put rows into, `empty` those of the target.
    """

    def __init__(
        self,
        differences: Sequence[Difference],
        reference: Snapshot,
        filled: Collection[str],
        empty: Collection[str],
    ) -> None:
        missing = [one for one in differences if one.kind == "missing"]
        self._missing = {
            (one.object.split()[-1], unqualified(one.name))
            for one in missing
            if one.object != "row"
        }
        self._incomplete = {
            unqualified(one.name.partition(" (")[0]) for one in missing if one.object == "row"
        }
        self._known = {(key.object.split()[-1], unqualified(key.name)) for key in reference.objects}
        self._filled = set(map(unqualified, filled))
        self._empty = set(map(unqualified, empty))
        self._has_extra = any(one.kind == "extra" for one in differences)

    def first_unapplied(self, definitions: Sequence[Defined]) -> Defined | None:
        """Return the first statement without effect if no statement after it has any."""
        states = [(one, state) for one in definitions if (state := self._state(one)) is not None]
        at = next((at for at, (_, state) in enumerate(states) if state != "there"), None)
        if at is None or self._has_extra:
            return None
        rest = [state for _, state in states[at:]]
        if "there" in rest or ("missing" not in rest and len(rest) == 1):
            return None
        return states[at][0]

    def _state(self, one: Defined) -> str | None:
        """Return there, missing or partly; None for what a later statement drops or deletes."""
        if one.kind == "rows":
            return self._state_of_rows(one.name)
        key = one.kind, one.name
        if key not in self._known:
            return None
        is_missing = key in self._missing or (one.table and ("table", one.table) in self._missing)
        return "missing" if is_missing else "there"

    def _state_of_rows(self, table: str) -> str | None:
        if table not in self._filled:
            return None
        if table in self._empty or ("table", table) in self._missing:
            return "missing"
        return "partly" if table in self._incomplete else "there"
