"""The error that refuses a run because rows would be lost or changed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from psycopg import sql

from runner.errors import Place
from runner.guard.changes import (
    CHANGED,
    DELETED,
    DROPPED,
    OBJECTS,
    SET_BACK,
    SWITCHED_OFF,
    TRUNCATED,
    UNFED,
    WRITTEN,
)
from runner.guard.effects import Change, Contents, Missing
from runner.results import Loss, LossError

_KEEPING = {
    DROPPED: "To keep the rows, leave the DROP TABLE out, write CREATE TABLE IF NOT EXISTS,"
    " and add a new column with ALTER TABLE … ADD COLUMN IF NOT EXISTS.",
    UNFED: "To keep the sequence, leave the DROP out; write CREATE SEQUENCE IF NOT EXISTS."
    " Or set a new one of the column to its last value: setval().",
    OBJECTS: "To keep a large object, make it again with oid and content: lo_from_bytea(OID,"
    " CONTENT).",
}


def loss_error(
    losses: Sequence[Loss],
    changes: Sequence[Change],
    contents: Contents,
    missing: Mapping[tuple[int, str], Missing],
) -> LossError:
    """Return the error for losses by these `changes`; `missing` are the rows that were compared."""
    flags = sorted({f"--allow-loss {shlex.quote(loss.table)}" for loss in losses})
    described = []
    for loss, change in zip(losses, changes, strict=True):
        looked, found = contents.looked.get(change.key), missing.get(change.key)
        reasons = [str(loss), looked.why if looked else ""]
        if found and change.cause in (DROPPED, TRUNCATED, DELETED):
            reasons.append(f"{found.rows:,} of them not inserted again")
        if found and found.keys:
            reasons.append(f"such as {', '.join(found.keys)}")
        described.append("; ".join(filter(None, reasons)))
    first = losses[0]
    hint = f"To allow this, add: {' '.join(flags)}{_keeping(changes)}"
    if changes[0].cause == WRITTEN:
        hint = "Write ALTER or DROP instead. --transaction none guards nothing."
    elif changes[0].cause == SWITCHED_OFF:
        hint = "Remove the statement that sets track_counts."
    return LossError(
        losses,
        f"the run would {_what(changes)}",
        detail="\n".join(described),
        hint=hint,
        place=Place(first.script, first.line) if first.script and first.line else None,
    )


def _what(changes: Sequence[Change]) -> str:
    if all(change.feed for change in changes):
        return "set back or drop sequences that tables use"
    if changes[0].cause == WRITTEN:
        return "write to the system catalogs, which the guard cannot follow"
    if changes[0].cause == SWITCHED_OFF:
        return "switch track_counts off, which hides deletions from the guard"
    if all(change.cause == OBJECTS for change in changes):
        return "change or unlink large objects that the scripts did not create"
    are_changed = all(one.cause in CHANGED for one in changes)
    return f"{'change' if are_changed else 'delete'} rows that the scripts did not create"


def _keeping(changes: Sequence[Change]) -> str:
    met = {change.cause for change in changes}
    found = [text for cause, text in _KEEPING.items() if cause in met]
    for feed in dict.fromkeys(c.feed for c in changes if c.feed and c.cause == SET_BACK):
        literal = sql.Literal(feed.name).as_string()
        further = "greatest" if feed.ascending else "least"
        value = f"{further}(VALUE, (SELECT last_value FROM {feed.name}))"  # noqa: S608, to read
        remedy = "To keep the sequence, leave the statement out, or write"
        found.append(f"{remedy}: SELECT setval({literal}, {value});")
    return "".join(f"\n{one}" for one in found)
