"""Rows that are still there, or there again, with the content that they had before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from psycopg import sql

from runner.connect.queries import statement
from runner.guard import changes
from runner.guard.contents import Missing

if TYPE_CHECKING:
    from runner.guard.changes import Change
    from runner.guard.contents import Contents
    from runner.guard.effects import Effects, Inventory


def with_keep(change: Change, before: Inventory, now: Effects) -> Change:
    """The change, with the columns to compare if the run may have put the rows there again.

    Or if it may have deleted nothing but rows of ours. In a table that held or holds the rows of
    other partitions, too, no row is taken for another one's: all columns are compared.
    """
    if change.keep or change.table.oid not in before.tables:
        return change
    found = now.relations.get(_holder(change, before, now) or 0)
    if found is None or change.cause not in (changes.DROPPED, changes.TRUNCATED, changes.DELETED):
        return change
    # Tables of Citus, and columnar ones, count no rows that are moved to them.
    is_put_back = found.citus or found.inserted > 0 or change.cause == changes.DROPPED
    if change.cause == changes.DELETED and not is_put_back:
        return change._replace(keep="all")
    is_same = found.name == change.table.name or change.cause != changes.DROPPED
    return change._replace(keep=("stable" if is_same else "all") if is_put_back else None)


def question(
    look: Sequence[Change], contents: Contents, before: Inventory, now: Effects
) -> tuple[str, ...]:
    """The statements that give an answer for `missing`; none if there is nothing to compare."""
    asked = []
    for change, kept in _compared(look, contents):
        holder = _holder(change, before, now)
        asked.append((holder or 0, holder == change.table.oid, kept))
    if not asked:
        return ()
    text = sql.Literal(json.dumps(asked, ensure_ascii=False)).as_string()
    return (
        f"SET LOCAL runner.kept = {text};",
        statement("guard/kept"),
        "SET LOCAL runner.kept = '';",
        statement("guard/look_answer"),
    )


def missing(
    look: Sequence[Change], contents: Contents, answer: str
) -> dict[tuple[int, str], Missing]:
    """Reads the answer: for each change that was compared, how many rows are not there."""
    compared = [change.key for change, _ in _compared(look, contents)]
    found = json.loads(answer) if compared else []
    return {
        key: Missing(rows, tuple(keys or ()))
        for key, (rows, keys) in zip(compared, found, strict=True)
    }


def _compared(
    look: Sequence[Change], contents: Contents
) -> Iterator[tuple[Change, dict[str, Any]]]:
    for change in look:
        looked = contents.looked.get(change.key)
        if change.keep and looked and looked.kept:
            yield change, looked.kept


def _holder(change: Change, before: Inventory, now: Effects) -> int | None:
    """The table that holds the rows now: the same, or one that was made with its name.

    It may be partitioned. The rows of a partition that is gone may be in others.
    """
    table = change.table
    if change.cause not in (changes.DROPPED, changes.ON_SHARDS):
        return table.oid
    made = {one.name: one.oid for one in reversed(now.created(before, "rp"))}
    root = now.relations.get(table.root or 0)
    left = table.root if root and not root.gone else None
    kept = left if change.cause == changes.DROPPED else table.oid
    return made.get(table.name) or made.get(table.root_name) or kept
