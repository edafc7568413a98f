"""The error for rows that would be lost or changed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from runner.errors import Place
from runner.guard import effects
from runner.results import Loss, LossError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.guard.contents import Contents, Missing
    from runner.guard.effects import Change


def loss_error(
    losses: Sequence[Loss],
    changes: Sequence[Change],
    contents: Contents,
    missing: Mapping[tuple[int, str], Missing],
) -> LossError:
    """The error for losses by these `changes`; `missing` are rows that were compared."""
    flags = sorted({f"--allow-loss {shlex.quote(loss.table)}" for loss in losses})
    what = "change" if all(one.cause in effects.CHANGED for one in changes) else "delete"
    described = []
    for loss, change in zip(losses, changes, strict=True):
        looked, found = contents.looked.get(change.key), missing.get(change.key)
        keys = f"; such as {', '.join(found.keys)}" if found and found.keys else ""
        described.append(f"{loss}{looked.why if looked else ''}{keys}")
    first = losses[0]
    return LossError(
        losses,
        f"the run would {what} rows that the scripts did not create",
        detail="\n".join(described),
        hint=f"To allow this, add: {' '.join(flags)}{_keeping(losses)}",
        place=Place(first.script, first.line) if first.script and first.line else None,
    )


def _keeping(losses: Sequence[Loss]) -> str:
    """How to keep the rows of tables that the scripts drop."""
    if not any(loss.cause == "dropped" for loss in losses):
        return ""
    return (
        "\nTo keep the rows, leave the DROP TABLE out, write CREATE TABLE IF NOT EXISTS, and add a"
        " new column with ALTER TABLE … ADD COLUMN IF NOT EXISTS."
    )
