"""After which script a change was first seen, and which line made it, if that is certain. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.effects import (
    COLUMN,
    DELETED,
    DROPPED,
    TRUNCATED,
    UNFED,
    Effects,
    Inventory,
    changes,
    in_place,
    lost_feeds,
    of_others,
    vanished,
)

if TYPE_CHECKING:
    from runner.culprits import Suspects

_NAME = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')
# The statements that do it openly, the likeliest first.
_TAGS = {
    DROPPED: (b"DROP",),
    UNFED: (b"DROP", b"ALTER"),
    TRUNCATED: (b"TRUNCATE",),
    DELETED: (b"DELETE", b"MERGE"),
    COLUMN: (b"ALTER", b"DROP"),
}


@dataclass(slots=True)
class Traces:
    """After which script a change was first seen, and what that script ran."""

    before: Inventory
    first: dict[tuple[int, str], int]
    scripts: list[tuple[str, Suspects]]

    def saw(self, now: Effects) -> None:
        """The effects after the last of `scripts`."""
        if not self.scripts:
            return
        last = len(self.scripts) - 1
        for change in changes(self.before, now):
            self.first.setdefault((change.table.oid, change.cause), last)
            if change.cause == TRUNCATED:  # or only rewritten, and changed in place too
                for other in in_place(change.table, now.relations[change.table.oid]):
                    self.first.setdefault((change.table.oid, other.cause), last)
        gone = dict.fromkeys(vanished(self.before, now), "")
        for change in of_others(self.before, now, gone):
            self.first.setdefault((change.table.oid, change.cause), last)
        for feed in lost_feeds(self.before, now):
            self.first.setdefault((feed.sequence, UNFED), last)
        if now.large_objects[0] > self.before.large_objects[0]:
            self.first.setdefault((0, DELETED), last)

    def place(
        self, oid: int, cause: str, name: str, columns: Sequence[str] = ()
    ) -> tuple[str | None, int | None]:
        """The script that did it, and the line, as far as both are certain."""
        index = self.first.get((oid, cause))
        if index is None:
            return None, None
        script, suspects = self.scripts[index]
        schema, bare = _parts(name)
        found = suspects.culprit([bare, *columns], _TAGS[cause], schema)
        return (found.script, found.line) if found else (script, None)


def _parts(name: str) -> tuple[str, str]:
    """Schema and name of a relation, as the catalog has them."""
    found = [(one[1] or one[2]).replace('""', '"') for one in _NAME.finditer(name)]
    return ("", *found)[-2], found[-1]
