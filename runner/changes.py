"""What a run changes in a database: its catalog before and after, and the rows it moved. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from runner.results import ObjectChange
from runner.snapshot import compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.effects import Effects, Inventory
    from runner.snapshot import Snapshot

_KINDS: Mapping[str, Literal["created", "dropped", "changed"]] = {
    "missing": "dropped",
    "extra": "created",
    "changed": "changed",
}


def changes(
    before: Snapshot, after: Snapshot, inventory: Inventory, effects: Effects
) -> tuple[ObjectChange, ...]:
    """What is created, dropped and changed, each object once, then the rows, table by table.

    A table that was dropped and made anew just as it was is changed all the same.
    """
    found = [
        ObjectChange(
            _KINDS[difference.kind],
            difference.object,
            difference.name,
            difference.property,
            difference.expected,
            difference.actual,
        )
        for difference in compare(before, after, strict=True)
    ]
    named = {change.name for change in found if change.object == "table"}
    return (*found, *_made_anew(named, inventory, effects), *_rows(inventory, effects))


def _made_anew(named: set[str], inventory: Inventory, effects: Effects) -> Iterator[ObjectChange]:
    made = {relation.name for relation in effects.created(inventory)}
    for oid, table in inventory.tables.items():
        relation = effects.relations.get(oid)
        gone = relation is not None and relation.gone
        if gone and table.name in made and table.name not in named:
            yield ObjectChange("changed", "table", table.name, after="dropped and created again")


def _rows(inventory: Inventory, effects: Effects) -> Iterator[ObjectChange]:
    for oid, relation in effects.relations.items():
        if relation.gone or relation.temporary or relation.name is None:
            continue
        if relation.name.startswith("pg_catalog."):  # COMMENT keeps its lock on one
            continue
        then = inventory.tables.get(oid)
        inserted = relation.inserted - (then.inserted if then else 0)
        deleted = relation.deleted - (then.deleted if then else 0)
        if inserted > 0 or deleted > 0:
            yield ObjectChange(
                "rows", "table", relation.name, inserted=max(inserted, 0), deleted=max(deleted, 0)
            )
