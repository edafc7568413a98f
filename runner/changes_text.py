"""The changes of a plan as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.terminal import WIDTH, escape, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.results import ObjectChange

_SIGNS = {"created": "+", "dropped": "-", "changed": "~", "rows": "#"}


def changes_text(changes: Sequence[ObjectChange]) -> str:
    """One line each: a sign, what is done, the object; for a property what it was and becomes."""
    return "\n".join(line for change in changes for line in _lines(change))


def _lines(change: ObjectChange) -> list[str]:
    head = f"{_SIGNS[change.kind]} {change.kind:<8} {change.object} {escape(change.name)}"
    if change.kind == "rows":
        counts = (
            (change.inserted, "inserted"),
            (change.updated, "updated"),
            (change.deleted, "deleted"),
        )
        said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
        return [f"{head}: {said}"]
    if change.kind != "changed":
        return [head]
    if change.property is None:
        return [f"{head}: {escape(change.after or '')}"]
    was, now = (
        fit(escape(text or "nothing"), WIDTH - 10) for text in (change.before, change.after)
    )
    return [f"{head}, {change.property}", f"    was {was}", f"    now {now}"]
