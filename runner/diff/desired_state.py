"""The catalog that the target should have, and its differences from the current one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from runner.catalog.snapshot import PARTS, CatalogObject, ObjectKey, Snapshot, compare
from runner.comparison import Difference
from runner.diff.item import Item

# Objects that hold rows or values: `--drop` drops them only if it names them.
_HOLD_ROWS = frozenset({"attribute", "column", "foreign table", "materialized view", "table"})
_QUERIES = ("view", "materialized view")
_RELATIONS = ("table", "view", "materialized view", "foreign table", "sequence")
# Object, name and property of a difference; property None: the whole object.
DiffKey = tuple[str, str, str | None]


def _may_drop(
    key: ObjectKey, parent: ObjectKey | None, reference: Snapshot, dropped: Collection[str]
) -> bool:
    """Return whether an object that only the target has may be dropped.

    A view may be dropped if the scripts create another kind of relation with its name.
    """
    if parent and parent in reference.objects:
        is_part = key.object in PARTS and key.object not in _HOLD_ROWS
        if parent.object in _QUERIES or ("" in dropped and is_part):
            return True
    others = (ObjectKey(kind, key.name) for kind in _RELATIONS)
    is_replaced = key.object == "view" and any(one in reference.objects for one in others)
    return is_replaced or key.name in dropped or key.name.removeprefix("public.") in dropped


def desired_snapshot(
    reference: Snapshot,
    target: Snapshot,
    owner: str,
    dropped: Collection[str],
    kept: Collection[DiffKey],
) -> Snapshot:
    """Return the reference's objects (owned by `owner`) and the target's that are not dropped.

    `dropped` are the names of `--drop`, "" for all parts of tables without rows. The differences in
    `kept` stay as in the target.
    """
    objects: dict[ObjectKey, CatalogObject] = {}
    for key, entry in reference.objects.items():
        is_own = entry.properties.get("owner") == reference.role
        changed = {"owner": owner} if is_own else {}
        objects[key] = CatalogObject(entry.parent, {**entry.properties, **changed})
    for key, entry in target.objects.items():
        # Dropping a table drops its parts; dropping a schema drops the objects in it.
        is_part = entry.parent in target.objects and entry.parent not in objects
        if key not in objects and not (is_part or _may_drop(key, entry.parent, reference, dropped)):
            objects[key] = entry
    while attached := _attached_to_dropped(objects, target):
        objects = {key: entry for key, entry in objects.items() if key not in attached}
    for one in kept:
        _keep_as_in_target(objects, target.objects, one)
    return Snapshot(objects, owner)


def _attached_to_dropped(
    objects: Mapping[ObjectKey, CatalogObject], target: Snapshot
) -> set[ObjectKey]:
    """Return the indexes of partitions that go with the index of the partitioned table."""
    dropped = {key.name for key in target.objects.keys() - objects.keys() if key.object == "index"}
    parents = ((key, one.properties.get("index partition of")) for key, one in objects.items())
    return {key for key, parent in parents if parent in dropped}


def _keep_as_in_target(
    objects: dict[ObjectKey, CatalogObject], there: Mapping[ObjectKey, CatalogObject], kept: DiffKey
) -> None:
    """Replace an object in `objects`, or one property of it, by its state in the target."""
    key, prop = ObjectKey(*kept[:2]), kept[2]
    if key not in there:
        objects.pop(key, None)
    elif prop is None or key not in objects:
        objects[key] = there[key]
    else:
        found = {n: v for n, v in objects[key].properties.items() if n != prop}
        if prop in there[key].properties:
            found[prop] = there[key].properties[prop]
        objects[key] = CatalogObject(objects[key].parent, found)


def differences(desired: Snapshot, current: Snapshot) -> list[Item]:
    """Return the differences, except in the order of columns, which no statement can change.

    A missing sequence that a missing table owns is added: the defaults of the table need it.
    """
    found = compare(desired, current._replace(role=desired.role), strict=True)
    needed = [
        Difference("missing", *key)
        for key, entry in desired.objects.items()
        if key.object == "sequence" and key not in current.objects
        if entry.parent in desired.objects and entry.parent not in current.objects
    ]
    return [
        Item(one, desired, current) for one in (*needed, *found) if one.property != "column order"
    ]
