"""Tells a database whose scripts stopped somewhere from one that was changed later. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runner.outline import unqualified

if TYPE_CHECKING:
    from runner.expected import Digests, Expected
    from runner.results import Defined
    from runner.snapshot import Difference


class HalfMade:
    """Tells a database whose scripts stopped somewhere from one that was changed later.

    Then everything that they define before some statement is there, and nothing after it.
    """

    def __init__(
        self, differences: Sequence[Difference], expected: Expected, actual: Digests
    ) -> None:
        self._missing = {
            (difference.object.split()[-1], unqualified(difference.name)): difference
            for difference in differences
            if difference.kind == "missing" and difference.object != "row"
        }
        self._known = {
            (k.object.split()[-1], unqualified(k.name)) for k in expected.snapshot.objects
        }
        self._rows = {unqualified(table.name) for table in expected.digests}
        self._empty = {unqualified(t.name) for t, digest in actual.items() if not digest.rows}
        self._fewer = {
            unqualified(d.name.partition(" (")[0])
            for d in differences
            if d.kind == "missing" and d.object == "row"
        }
        self._extra = any(difference.kind == "extra" for difference in differences)

    def first(self, in_order: Sequence[Defined]) -> Defined | None:
        """The first statement that has no effect there, where all after it have none either."""
        states = [(one, state) for one in in_order if (state := self._state(one)) is not None]
        at = next((at for at, (_, state) in enumerate(states) if state != "there"), None)
        if at is None or self._extra:
            return None
        rest = [state for _, state in states[at:]]
        if "there" in rest or ("missing" not in rest and len(rest) == 1):
            return None
        return states[at][0]

    def _state(self, one: Defined) -> str | None:
        """there, missing, or partly; None for what the scripts take back later."""
        if one.kind == "rows":
            if one.name not in self._rows:
                return None
            if one.name in self._empty or ("table", one.name) in self._missing:
                return "missing"
            return "partly" if one.name in self._fewer else "there"
        key = one.kind, one.name
        if key not in self._known:
            return None
        gone = key in self._missing or (one.table and ("table", one.table) in self._missing)
        return "missing" if gone else "there"
