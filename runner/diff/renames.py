"""The statements of `--rename`, which come first. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.diff.item import own_name
from runner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.catalog.snapshot import ObjectKey, Snapshot

_KINDS = ("column", "table", "view", "materialized view", "sequence", "index", "type", "domain")


def renaming(target: Snapshot, names: Sequence[str]) -> Iterator[tuple[str, ObjectKey]]:
    """Yield the statement for each OLD=NEW, and the object. Raises UsageError for an unknown OLD.

    OLD is written as in SQL, `public.users.kind`, or without the schema public; NEW is its last
    part.
    """
    for one in names:
        old, _, new = one.partition("=")
        known = (key for key in target.objects if key.object in _KINDS)
        found = [key for key in known if key.name in (old, f"public.{old}")]
        if not (found and new):
            raise UsageError(
                f"--rename {one}: the target has no such column, table, view, index or type",
                hint="write it as public.users.kind=user_type",
            )
        key = found[0]
        parent = target.objects[key].parent
        if key.object == "column" and parent is not None:
            yield f"ALTER TABLE {parent.name} RENAME COLUMN {own_name(key, parent)} TO {new}", key
        else:
            yield f"ALTER {key.object.upper()} {key.name} RENAME TO {new}", key
