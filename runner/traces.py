"""After which script a change was first seen, and which line made it, if that is certain. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.effects import (
    COLUMN,
    DELETED,
    DROPPED,
    TRUNCATED,
    UNFED,
    UNLINKED,
    Change,
    Effects,
    Inventory,
    changes,
    in_place,
    objects_lost,
    of_others,
    unfed,
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
    UNLINKED: (),
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
        for change in self._all(now):
            self.first.setdefault(change.key, last)

    def _all(self, now: Effects) -> Iterator[Change]:
        for change in changes(self.before, now):
            yield change
            if change.cause == TRUNCATED:  # or only rewritten, and changed in place too
                yield from in_place(change.table, now.relations[change.table.oid])
        gone = dict.fromkeys(vanished(self.before, now), "")
        yield from of_others(self.before, now, gone)
        yield from unfed(self.before, now)
        yield from objects_lost(self.before, now)

    def place(self, change: Change, columns: Sequence[str] = ()) -> tuple[str | None, int | None]:
        """The script that did it, and the line, as far as both are certain.

        `columns` are the names of those that the table lost.
        """
        index = self.first.get(change.key)
        if index is None:
            return None, None
        script, suspects = self.scripts[index]
        schema, bare = _parts(change.feed.name if change.feed else change.table.name)
        found = suspects.culprit([bare, *columns], _TAGS[change.cause], schema)
        return (found.script, found.line) if found else (script, None)


def _parts(name: str) -> tuple[str, str]:
    """Schema and name of a relation, as the catalog has them."""
    found = [(one[1] or one[2]).replace('""', '"') for one in _NAME.finditer(name)]
    return ("", *found)[-2], found[-1]
