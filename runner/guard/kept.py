"""Queries after the scripts: which rows still exist, and where sequences continue."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from runner.connect.queries import all_rows, pinned, statement
from runner.guard import changes
from runner.guard.contents import Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.connect.session import Session
    from runner.guard.changes import Change
    from runner.guard.contents import Contents
    from runner.guard.effects import Effects, Inventory, Relation


def with_keep(change: Change, before: Inventory, now: Effects) -> Change:
    """Return the change with the columns to compare, if the run may have put the rows back.

    Or if it may have deleted only rows of the scripts. In a table that held or holds rows of other
    partitions, all columns are compared, so that no row is mistaken for another.
    """
    if change.keep or change.table.oid not in before.tables:
        return change
    found = now.relations.get(holder(change, now) or 0)
    if found is None or change.cause not in (changes.DROPPED, changes.TRUNCATED, changes.DELETED):
        return change
    # No counter counts rows that are moved into Citus or columnar tables.
    is_put_back = found.citus or found.inserted > 0 or change.cause == changes.DROPPED
    if change.cause == changes.DELETED and not is_put_back:
        return change._replace(keep="all")
    is_same = found.name == change.table.name or change.cause != changes.DROPPED
    return change._replace(keep=("stable" if is_same else "all") if is_put_back else None)


def ask(
    conn: Session, look: Sequence[Change], contents: Contents, before: Inventory, now: Effects
) -> tuple[dict[int, int], list[int], dict[tuple[int, str], Missing]]:
    """Return the number of rows in tables with a new relfilenode, the sequences that are behind,
    and the missing rows of each change that was compared.

    One round trip, if there is anything to ask.
    """
    changed = (c for c in changes.table_changes(before, now) if c.cause == changes.TRUNCATED)
    unread = contents.safe | contents.planted
    empty = [now.relations[c.table.oid] for c in changed if c.table.oid not in unread]
    emptied = [one for one in empty if one.relkind != "f"]
    rows: dict[int, int] = {}
    for one in (one for one in empty if one.relkind == "f"):
        # If its server cannot be reached, nothing can have been done to it.
        with suppress(psycopg.Error), conn.transaction():
            ((rows[one.oid],),) = all_rows(conn, f"SELECT pg_catalog.count(*) FROM {one.name}")
    behind = changes.set_back(before, now)
    counted = [
        *(f"SELECT pg_catalog.count(*) FROM ONLY {one.name}" for one in emptied),
        *(_behind(before, now.relations[oid]) for oid in behind),
    ]
    looked = ((one, contents.looked.get(one.key)) for one in look if one.keep)
    compared = [(one, held.kept) for one, held in looked if held and held.kept]
    if not (counted or compared):
        return rows, [], {}
    counts = f"SELECT ARRAY[{', '.join(f'({one})' for one in counted)}]::pg_catalog.int8[];"
    holders = [(holder(one, now) or 0, one, kept) for one, kept in compared]
    commands = [counts]
    if asked := [(oid, oid == one.table.oid, kept) for oid, one, kept in holders]:
        text = sql.Literal(json.dumps(asked, ensure_ascii=False)).as_string()
        done = "SET LOCAL runner.kept = '';"
        commands += [f"SET LOCAL runner.kept = {text};", statement("guard/kept"), done]
        commands.append(statement("guard/look_answer"))
    (numbers,), *answers = all_rows(conn, " ".join(pinned(*commands)))
    found = json.loads(answers[0][0]) if answers else []
    values = iter(numbers)
    return (
        rows | {one.oid: next(values) for one in emptied},
        [oid for oid in behind if next(values)],
        {
            change.key: Missing(rows, tuple(keys or ()), untouched)
            for (change, _), (rows, keys, untouched) in zip(compared, found, strict=True)
        },
    )


def holder(change: Change, now: Effects) -> int | None:
    """Return the table that holds the rows now: the same one, or a new one of that name.

    It may be partitioned. The rows of a dropped partition may be in other partitions.
    """
    table = change.table
    if change.cause not in (changes.DROPPED, changes.ELSEWHERE):
        return table.oid
    made = {one.name: one.oid for one in reversed(now.created("rp"))}
    root = now.relations.get(table.root or 0)
    left = table.root if root and not root.gone else None
    kept = left if change.cause == changes.DROPPED else table.oid
    return made.get(table.name) or made.get(table.root_name) or kept


def _behind(before: Inventory, now: Relation) -> str:
    """Return a query: 1 if the sequence is behind its last value before the run, else 0."""
    was = before.sequences[now.oid]
    found = {"name": now.name, "oid": now.oid, "last": was.last, "step": was.step}
    return statement("guard/behind") % found
