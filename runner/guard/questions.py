"""Questions after the scripts, to the run's session and to others, which see no effect of it."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

import json
from collections.abc import Container, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql

from runner.connect import session
from runner.connect.queries import SET_PATH, all_rows, pinned, statement
from runner.connect.session import Session
from runner.errors import Refused, RunnerError
from runner.guard import changes
from runner.guard.effects import (
    Change,
    Contents,
    Effects,
    Feed,
    Inventory,
    Missing,
    Relation,
    Table,
)
from runner.observer import Observer

_FIRST = 16384  # FirstNormalObjectId (src/include/access/transam.h): below are system objects
_WITHIN = 5.0  # seconds


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
) -> tuple[dict[int, int], list[int], list[Feed], dict[tuple[int, str], Missing]]:
    """Ask what the guard has to know after the scripts, in one round trip, if there is anything.

    Return the number of rows in tables with a new relfilenode, the sequences that are behind, the
    columns that another sequence feeds again, and the missing rows of each compared change.
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
    behind, unfed = changes.set_back(before, now), changes.columns_without_sequence(before, now)
    counted = [
        *(f"SELECT pg_catalog.count(*) FROM ONLY {one.name}" for one in emptied),
        *(_behind(before, now.relations[oid], oid) for oid in behind),
        *(_fed(before, now, feed) for feed in unfed),
    ]
    looked = ((one, contents.looked.get(one.key)) for one in look if one.keep)
    compared = [(one, held.kept) for one, held in looked if held and held.kept]
    if not (counted or compared):
        return rows, [], [], {}
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
        [feed for feed in unfed if next(values)],
        {
            change.key: Missing(rows, tuple(keys or ()), untouched)
            for (change, _), (rows, keys, untouched) in zip(compared, found, strict=True)
        },
    )


def holder(change: Change, now: Effects) -> int | None:
    """Return the table that holds the rows now: the same, a new one of that name, or its root."""
    table = change.table
    if change.cause not in (changes.DROPPED, changes.ELSEWHERE):
        return table.oid
    made = {one.name: one.oid for one in reversed(now.created("rp"))}
    root = now.relations.get(table.root or 0)
    left = table.root if root and not root.gone else None
    kept = left if change.cause == changes.DROPPED else table.oid
    return made.get(table.name) or made.get(table.root_name) or kept


def _behind(before: Inventory, sequence: Relation, oid: int) -> str:
    """Return a query: 1 if the sequence is behind the last value of the sequence `oid`, else 0."""
    if (was := before.sequences.get(oid)) is None:
        return "SELECT 0"
    now = {"name": sequence.name, "oid": sequence.oid}
    return statement("guard/behind") % (now | {"last": was.last, "step": was.step})


def _fed(before: Inventory, now: Effects, feed: Feed) -> str:
    """Return an expression: the number of new sequences that feed the column and are not behind."""
    terms = ["0"]
    for one in now.created("S"):
        named = {"oid": one.oid, "table": feed.table, "column": feed.column}
        is_behind = _behind(before, one, feed.sequence)
        terms.append(f"({statement('guard/feeds') % named}) * (1 - ({is_behind}))")
    return f"SELECT {' + '.join(terms)}"


def changes_tables_of_others(
    conn: Session, before: Inventory, now: Effects, made: Container[int]
) -> bool:
    """Return whether the scripts changed tables that other sessions created during the run.

    Another session is asked about dropped tables that are not among those `made` by the run: it
    still sees what was committed. Raises ConnectionFailed, and Refused if no session can be opened.
    """
    since = [
        one for oid, one in now.relations.items() if oid >= _FIRST and oid not in before.relations
    ]
    theirs = [one for one in since if not (one.gone or one.ours or one.temporary)]
    if any(one.exclusive or one.deleted or one.updated for one in theirs):
        return True
    if not (gone := [str(one.oid) for one in since if one.gone and one.oid not in made]):
        return False
    question = statement("guard/others") % {"oids": ",".join(gone)}
    unknown = "whether another session made a table that the scripts have dropped"
    return bool(_ask(conn.conninfo, question, unknown))


def unseen_changes(
    conn: Session, before: Inventory, now: Effects, contents: Contents
) -> list[Change]:
    """Return changes of tables to compare whatever the counters say: they may have been off."""
    written = [
        found
        for table, found in (now.known(before) if contents.hides else ())
        if found.writing and not found.gone and table.is_heap and not (found.citus or table.citus)
        and (found.filenode, found.deleted, found.updated) == (table.filenode, 0, 0)
        and found.oid not in contents.safe
    ]  # fmt: skip
    counted = [before.tables[one.oid] for one in written if not one.exclusive]
    older = f"pg_catalog.age(xmin) > pg_catalog.age('{before.xid % 2**32}'::pg_catalog.xid)"
    older_gone = with_fewer_rows(conn, counted, now, here=older, there=older)
    locked = [before.tables[one.oid] for one in written if one.exclusive]
    on_shards = [c for c in changes.written_on_shards(before, now) if not contents.is_safe(c)]
    # Transaction ids of Citus's servers tell which rows are new. Rows that another session inserted
    # during the run may count as gone, so the contents are compared.
    new = "pg_catalog.age(xmin) > 0"
    fewer = with_fewer_rows(conn, [c.table for c in on_shards], now, here=new, there="true")
    return [
        *(Change(table, changes.VALUES, keep="all") for table in locked),
        *(Change(table, changes.ELSEWHERE, keep="all") for table in older_gone),
        *(change for change in on_shards if change.table in fewer),
    ]


def with_fewer_rows(
    conn: Session, tables: Sequence[Table], now: Effects, *, here: str, there: str
) -> list[Table]:
    """Return the tables that have fewer rows `here` than `there`, in another session."""
    if not tables:
        return []
    # Counted here before and after, because others may delete some meanwhile; and by the new name,
    # which only this session sees, if the scripts have renamed the schema.
    renamed = [one._replace(name=now.relations[one.oid].name or one.name) for one in tables]
    own = " ".join(pinned(_counts(renamed, here)))
    ((first,),) = all_rows(conn, own)
    elsewhere = _ask(conn.conninfo, _counts(tables, there), "whether the scripts deleted rows")
    ((second,),) = all_rows(conn, own)
    counts = zip(tables, elsewhere, json.loads(first), json.loads(second), strict=True)
    return [table for table, rows, *ours in counts if rows > max(ours)]


def _counts(tables: Sequence[Table], where: str) -> str:
    queries = (f"SELECT pg_catalog.count(*) FROM ONLY {one.name} WHERE {where}" for one in tables)
    counts = ", ".join(f"({one})" for one in queries)
    return f"SELECT pg_catalog.to_json(ARRAY[{counts}])::pg_catalog.text;"


def large_objects_lost(conn: Session, now: Effects, contents: Contents) -> int:
    """Return how many existing large objects the run has unlinked or given other content.

    Not those that are as a run has made them. Those that this role may not read count as changed if
    functions of other roles could write them.
    """
    if not now.large_objects:
        return 0
    recorded = "SELECT NULL, NULL WHERE false"
    if contents.registry:
        registry = sql.Identifier(contents.registry)
        recorded = sql.SQL(statement("registry/recorded")).format(registry=registry).as_string()
    question = statement("guard/large_objects") % {"recorded": recorded}
    ((found,),) = all_rows(conn, " ".join(pinned(question)))
    there = _ask(conn.conninfo, question, "whether the scripts change large objects")
    lost = dict(there).items() - json.loads(found or "{}").items()
    return len(lost | {(oid, None) for oid in there if contents.hides and there[oid] is None})


def _ask(conninfo: str, question: str, unknown: str) -> Any:
    """Return the JSON that a query gives in another session. Raises Refused, ConnectionFailed."""
    with session.connect(conninfo, connect_timeout=_WITHIN, observer=Observer()) as conn:
        try:
            with conn.answering_within(_WITHIN):
                all_rows(conn, "SELECT 1")  # it answers; counting many rows may take longer
            with session.errors_converted():
                ((answer,),) = all_rows(conn, SET_PATH + question)
        except RunnerError as error:
            raise Refused(
                f"it is not known {unknown}",
                detail=str(error),
                hint="It takes a second connection: a pool of one is too small.",
            ) from error
        return json.loads(answer or "{}")
