"""What a run changes in a database: its catalog before and after, and the written rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from runner.catalog.snapshot import Snapshot, compare
from runner.guard.effects import Effects, Inventory
from runner.results import Notice, ObjectChange

_KINDS: Mapping[str, Literal["created", "dropped", "changed"]] = {
    "missing": "dropped",
    "extra": "created",
    "changed": "changed",
}
# The guard reports their rows and values.
_GUARDED = ("table", "sequence", "materialized view")
_LISTED = 20
_SECURED = ("row security", None)


def object_changes(
    before: Snapshot,
    after: Snapshot,
    inventory: Inventory,
    effects: Effects,
    overwritten: Mapping[str, int | None],
) -> tuple[ObjectChange, ...]:
    """Return the created, dropped and changed objects, each once, then the rows by table.

    A table that was emptied, or dropped and created again as it was, has changed as well.
    `overwritten` are rows of others, by table.
    """
    found = [
        ObjectChange(_KINDS[d.kind], d.object, d.name, d.property, d.expected, d.actual)
        for d in compare(before, after, strict=True)
    ]
    named = {change.name for change in found if change.object == "table"}
    again = _as_before(named, inventory, effects)
    return (*found, *again, *_rows(inventory, effects, overwritten))


def removal_notices(changes: Iterable[ObjectChange]) -> list[Notice]:
    """Return notices about dropped parts, views and functions, lost privileges and changed owners.

    The scripts remove nothing that they created in an earlier run.
    """
    notices = [*_taken_away(changes)]
    if notices[_LISTED:]:
        notices[_LISTED:] = [f"and {len(notices) - _LISTED} more, which plan would list"]
    return [Notice("WARNING", text) for text in notices]


def _taken_away(changes: Iterable[ObjectChange]) -> Iterator[str]:
    for change in changes:
        what = f"{change.object} {change.name}"
        if change.kind == "dropped" and change.object not in _GUARDED:
            yield f"dropped: {what}"
        elif change.property == "privileges":
            now = (change.after or "").split("\n")
            if gone := [one for one in (change.before or "").split("\n") if one and one not in now]:
                yield f"privileges taken from {what}: {', '.join(gone)}"
        elif change.property == "enabled" or (change.property, change.before) == _SECURED:
            yield f"{what}: {change.after}"
        elif change.property == "owner":
            yield f"owner of {what}: {change.after}, before: {change.before}"


def _as_before(named: set[str], inventory: Inventory, effects: Effects) -> Iterator[ObjectChange]:
    made = {relation.name for relation in effects.created()}
    for oid, table in inventory.tables.items():
        relation = effects.relations.get(oid) if table.relkind == "r" else None
        if relation is None or not relation.exclusive or table.name in named:
            continue
        if relation.gone and table.name in made:
            yield ObjectChange("changed", "table", table.name, after="dropped and created again")
        elif not relation.gone and relation.filenode != table.filenode:
            yield ObjectChange("changed", "table", table.name, after="truncated or rewritten")


def _rows(
    inventory: Inventory, effects: Effects, overwritten: Mapping[str, int | None]
) -> Iterator[ObjectChange]:
    for oid, relation in effects.relations.items():
        if relation.gone or relation.temporary or relation.name is None or relation.relkind == "m":
            continue
        if relation.name.startswith("pg_catalog."):  # COMMENT locks one
            continue
        inserted, deleted, updated = relation.inserted, relation.deleted, relation.updated
        if inserted or deleted or updated:
            then = inventory.tables.get(oid)
            others = overwritten.get(then.name) or 0 if then else 0
            change = ObjectChange("rows", "table", relation.name, overwritten=others)
            yield change._replace(inserted=inserted, deleted=deleted, updated=updated)
