"""The catalog that a database should have, and what it still lacks. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.catalog.snapshot import PARTS, CatalogObject, ObjectKey, Snapshot, compare
from runner.comparison import Difference
from runner.diff.item import Item

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# They hold rows or values: dropped only by name.
_HOLD_ROWS = frozenset({"attribute", "column", "foreign table", "materialized view", "table"})
_QUERIES = ("view", "materialized view")
_RELATIONS = ("table", "view", "materialized view", "foreign table", "sequence")
# (object, name, property); None is the whole object.
Left = tuple[str, str, str | None]


class Dropping(NamedTuple):
    """What `--drop` allows: all parts of tables without rows, and objects by name."""

    parts: bool = False
    names: frozenset[str] = frozenset()

    def allows(self, key: ObjectKey, parent: ObjectKey | None, reference: Snapshot) -> bool:
        """Whether an object that only the target has may be dropped.

        A view may be where the scripts have another kind of relation of its name.
        """
        is_part = key.object in PARTS and key.object not in _HOLD_ROWS
        if self.parts and is_part and parent in reference.objects:
            return True
        if parent in reference.objects and parent and parent.object in _QUERIES:
            return True
        if {key.name, key.name.removeprefix("public.")} & self.names:
            return True
        kinds = _RELATIONS if key.object == "view" else ()
        return any(ObjectKey(kind, key.name) in reference.objects for kind in kinds)


def desired_snapshot(
    reference: Snapshot, target: Snapshot, owner: str, dropping: Dropping, left: Collection[Left]
) -> Snapshot:
    """Return the objects of the reference, and those of the target that are not dropped.

    `owner` is expected to own what the role of the reference owns there. What is `left` stays as
    it is in the target.
    """
    objects: dict[ObjectKey, CatalogObject] = {}
    for key, entry in reference.objects.items():
        is_own = entry.properties.get("owner") == reference.role
        changed = {"owner": owner} if is_own else {}
        objects[key] = CatalogObject(entry.parent, {**entry.properties, **changed})
    for key, entry in target.objects.items():
        # The parts of a table, and the objects in a schema, are dropped with it.
        is_part = entry.parent in target.objects and entry.parent not in objects
        if key not in objects and not (is_part or dropping.allows(key, entry.parent, reference)):
            objects[key] = entry
    for kind, name, prop in left:
        _keep_as_in_target(objects, target.objects, ObjectKey(kind, name), prop)
    return Snapshot(objects, owner)


def _keep_as_in_target(
    objects: dict[ObjectKey, CatalogObject],
    there: Mapping[ObjectKey, CatalogObject],
    key: ObjectKey,
    prop: str | None,
) -> None:
    """Take an object, or one property of it, as it is in the target."""
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
    """Return what differs, without the order of columns, which no statement changes.

    A sequence that a missing table owns is one of its own: the table's defaults need it.
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
