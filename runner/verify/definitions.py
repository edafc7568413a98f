"""Where the scripts define what differs, and at which statement they stopped. Pure.

A database whose init scripts failed is thereby distinguished from one that was changed later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from runner.catalog.rows import RowDigest
from runner.catalog.shapes import TableShape
from runner.catalog.snapshot import Snapshot
from runner.comparison import Definition, Difference, LocatedDifference
from runner.psql.sql_text import catalog_name
from runner.reference.reference_state import ReferenceState

# Kinds that belong to a role, such as a membership or a setting, or to a server.
_OF_ANOTHER = re.compile(r'\b(ROLE|TO|SERVER) ("(?:[^"]|"")+"|[^\s"]+)')
_KINDS = {"ROLE": "role", "TO": "role", "SERVER": "server"}


class DefinitionIndex:
    """Finds the statement that defines the object of a difference.

    `snapshots` tell the table of each part of a table; the last snapshot that has the part counts.
    """

    def __init__(self, found: Iterable[Definition], *snapshots: Snapshot) -> None:
        self._parents = {
            (key.object.split()[-1], key.name): entry.parent
            for snapshot in snapshots
            for key, entry in snapshot.objects.items()
        }
        self._by_name: dict[tuple[str, ...], Definition] = {}
        for one in found:
            self._by_name.setdefault((one.kind, one.name), one)
            self._by_name.setdefault((one.kind, one.name, one.table), one)

    def find(self, difference: Difference) -> Definition | None:
        """Return the statement; None where the text of the scripts does not show it."""
        if difference.object in ("row", "rows"):
            table = unqualified(difference.name.partition(" (")[0])
            # CREATE TABLE AS fills a table too, and so do functions and triggers.
            return self._by_name.get(("rows", table)) or self._by_name.get(("table", table))
        return self.find_object(difference.object, difference.name)

    def find_object(self, kind: str, name: str) -> Definition | None:
        """Return the statement that creates an object, or for a part of a table, the table."""
        kind = kind.split()[-1]
        parent = self._parents.get((kind, name))
        key = kind, unqualified(re.split(r"\(| USING ", name)[0])
        # Triggers of several tables may have the same name.
        on_table = (*key, unqualified(parent.name)) if parent else key
        if found := self._by_name.get(on_table) or self._by_name.get(key):
            return found
        if parent is not None and parent.object != "schema":
            return self.find_object(*parent)
        of = _OF_ANOTHER.search(name)
        return self._by_name.get((_KINDS[of[1]], unqualified(of[2]))) if of else None

    def located(self, difference: Difference) -> LocatedDifference:
        """Return the difference with the place of the statement that defines its object."""
        found = self.find(difference)
        return LocatedDifference(difference, *((found.script, found.line) if found else ()))


def unqualified(name: str) -> str:
    """Return the last part of a quoted name, without the quotes."""
    parts = re.findall(r'"(?:[^"]|"")+"|[^."]+', name)
    return catalog_name(parts[-1]) if parts else name


def first_unapplied(
    differences: Sequence[Difference],
    definitions: Sequence[Definition],
    reference: ReferenceState,
    target: Mapping[TableShape, RowDigest],
) -> Definition | None:
    """Return the first statement without effect in `target`, if no statement after it has any."""
    states = _states(differences, reference, target)
    found = []
    for one in definitions:
        state = states.get((one.kind, one.name))
        if state and one.kind != "rows" and states.get(("table", one.table)) == "missing":
            state = "missing"
        if state:  # otherwise a later statement drops or deletes it
            found.append((one, state))
    at = next((at for at, (_, state) in enumerate(found) if state != "there"), None)
    if at is None or any(one.kind == "extra" for one in differences):
        return None
    rest = [state for _, state in found[at:]]
    if "there" in rest or ("missing" not in rest and len(rest) == 1):
        return None
    return found[at][0]


def _states(
    differences: Sequence[Difference],
    reference: ReferenceState,
    target: Mapping[TableShape, RowDigest],
) -> dict[tuple[str, str], str]:
    """Return for each object, and the rows of each table, whether it exists: yes, no or partly."""
    missing = {
        _key(one.object, one.name.partition(" (")[0] if one.object == "row" else one.name)
        for one in differences
        if one.kind == "missing"
    }
    objects = (_key(key.object, key.name) for key in reference.snapshot.objects)
    states = {key: "missing" if key in missing else "there" for key in objects}
    empty = {unqualified(table.name) for table, held in target.items() if not held.rows}
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
