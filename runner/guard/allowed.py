"""The names of --allow-loss that allow nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.guard.effects import LARGE_OBJECTS, OBJECTS
from runner.results import Notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from runner.guard.contents import Contents
    from runner.guard.effects import Inventory


def unused(contents: Contents, before: Inventory, lost: Collection[str]) -> Iterator[Notice]:
    """Yields a notice for each whose tables are none of the `lost`."""
    for name, tables in contents.allowed.items():
        known = _known(before, tables)
        if known and known.isdisjoint(lost):
            yield Notice("NOTICE", f"--allow-loss {name}: it loses nothing")


def unknown(contents: Contents, before: Inventory) -> Iterator[Notice]:
    """Yields a notice for each that is no table."""
    for name, tables in contents.allowed.items():
        if not _known(before, tables):
            yield Notice("NOTICE", f"--allow-loss {name}: there is no such table")


def _known(before: Inventory, tables: Collection[int]) -> set[str]:
    names = {before.tables[oid].name for oid in tables if oid in before.tables}
    return names | ({OBJECTS} if LARGE_OBJECTS in tables else set())
