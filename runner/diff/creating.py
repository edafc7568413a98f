"""The statements that create objects, from the definitions in a snapshot. Pure.

Owners, privileges and comments are not part of them: they differ then, and are set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.catalog.snapshot import ObjectKey
from runner.diff.item import Alternatives, CannotWrite, Item, own_name
from runner.diff.templates import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.catalog.snapshot import Snapshot


def created(item: Item) -> Alternatives:
    """Return how to create an object that is missing. Raises CannotWrite."""
    kind, wanted = item.key.object, item.wanted
    if kind == "sequence" and feeds_identity(item.goal, item.key):
        return ()  # it is created with its column
    found = alternatives(f"create {wanted.get('form', '')} {kind}".replace("  ", " "), values(item))
    if not found:
        raise CannotWrite(f"no statement is written for a missing {kind}")
    return found


def values(item: Item) -> dict[str, str]:
    """Return the names and properties of an object, and clauses that are made of them."""
    wanted, kind, definition = item.wanted, item.key.object, item.wanted.get("definition", "")
    found = {**wanted, **item.names()}
    if kind in ("column", "attribute"):
        found |= _column(item.goal, item.key, wanted)
    elif kind in ("table", "foreign table", "type"):
        separator = ",\n    " if kind == "table" else ", "
        found["columns"] = separator.join(_columns(item.goal, item.key))
    elif kind in ("view", "materialized view"):
        found["query"] = definition.rstrip().removesuffix(";")
    elif kind == "index":
        # ONLY, as the server writes it, leaves the index of a partitioned table invalid.
        found["on all partitions"] = definition.replace(" ON ONLY ", " ON ", 1)
    elif definition.startswith(("CHECK", "FOREIGN KEY")) and "NOT VALID" not in definition:
        found["checked"] = definition
    return found


def _columns(goal: Snapshot, table: ObjectKey) -> Iterator[str]:
    for key, entry in goal.objects.items():
        if key.object in ("column", "attribute") and entry.parent == table:
            column = {"own": own_name(key, table), **entry.properties}
            (definition,) = alternatives("<COLUMN>", column | _column(goal, key, column))
            yield from definition


def _column(goal: Snapshot, key: ObjectKey, column: Mapping[str, str]) -> dict[str, str]:
    """Return the clauses of a column, whose NOT NULL ALTER may have to set, and its sequence."""
    plain = "NOT NULL" * (column.get("not null") == "NOT NULL")
    found = {"plain not null": plain, "identity": column.get("identity", "")}
    for sequence, entry in goal.objects.items():
        if sequence.object == "sequence" and entry.properties.get("owned by") == key.name:
            ((options,),) = alternatives("<SEQUENCE OPTIONS>", {**entry.properties, "type": ""})
            found |= {"sequence": sequence.name, "sequence options": options}
            if found["identity"]:
                found["identity"] += f" (SEQUENCE NAME {sequence.name} {options})"
    return found


def feeds_identity(goal: Snapshot, sequence: ObjectKey) -> bool:
    """Return whether a sequence is created and dropped with an identity column."""
    owner = goal.objects[sequence].properties.get("owned by", "")
    column = goal.objects.get(ObjectKey("column", owner))
    return column is not None and "identity" in column.properties
