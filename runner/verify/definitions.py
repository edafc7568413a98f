"""The statements of the scripts that define the objects of differences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from runner.comparison import Defined
from runner.psql.sql_text import catalog_name

if TYPE_CHECKING:
    from runner.catalog.snapshot import Snapshot
    from runner.comparison import Difference

# What belongs to a role, such as a membership or a setting, or to a server.
_OF_ANOTHER = re.compile(r'\b(ROLE|TO|SERVER) ("(?:[^"]|"")+"|[^\s"]+)')
_KINDS = {"ROLE": "role", "TO": "role", "SERVER": "server"}


class DefinitionIndex:
    """Finds the statement that defines the object of a difference.

    `snapshots` tell the tables of its parts; what the last one says counts.
    """

    def __init__(self, found: Iterable[Defined], *snapshots: Snapshot) -> None:
        self._parents = {
            (key.object.split()[-1], key.name): entry.parent
            for snapshot in snapshots
            for key, entry in snapshot.objects.items()
        }
        self._by_name: dict[tuple[str, ...], Defined] = {}
        for one in found:
            self._by_name.setdefault((one.kind, one.name), one)
            self._by_name.setdefault((one.kind, one.name, one.table), one)

    def find(self, difference: Difference) -> Defined | None:
        """Return the statement; None where the text of the scripts does not show it."""
        if difference.object in ("row", "rows"):
            table = unqualified(difference.name.partition(" (")[0])
            # CREATE TABLE AS fills a table too, and so do functions and triggers.
            return self._by_name.get(("rows", table)) or self._by_name.get(("table", table))
        return self.find_object(difference.object, difference.name)

    def find_object(self, kind: str, name: str) -> Defined | None:
        """Return the statement that creates an object, or for a part of a table, the table."""
        kind = kind.split()[-1]
        parent = self._parents.get((kind, name))
        key = kind, unqualified(re.split(r"\(| USING ", name)[0])
        # Triggers of several tables may have one name.
        on_table = (*key, unqualified(parent.name)) if parent else key
        if found := self._by_name.get(on_table) or self._by_name.get(key):
            return found
        if parent is not None and parent.object != "schema":
            return self.find_object(*parent)
        of = _OF_ANOTHER.search(name)
        return self._by_name.get((_KINDS[of[1]], unqualified(of[2]))) if of else None


def unqualified(name: str) -> str:
    """Return the last part of a quoted name, without the quotes."""
    parts = re.findall(r'"(?:[^"]|"")+"|[^."]+', name)
    return catalog_name(parts[-1]) if parts else name
