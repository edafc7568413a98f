"""What a transaction did to the tables that existed before it, as far as it may be a loss. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from runner.guard.effects import (
    Change,
    Effects,
    Feed,
    Inventory,
    Relation,
    SequenceValue,
    Table,
)

LARGE_OBJECTS = 2613  # the oid of pg_largeobject
DROPPED, TRUNCATED, DELETED, COLUMN = "dropped", "truncated", "deleted from", "column dropped"
OVERWRITTEN, VALUES, OBJECTS = "overwritten", "values changed", "unlinked or written to"
UNFED, SET_BACK = "sequence dropped", "sequence set back"
ELSEWHERE = "deleted or changed"  # rows that no counter has counted
WRITTEN = "written to"  # a system catalog
SWITCHED_OFF = "switched off"
CHANGED = (OVERWRITTEN, VALUES)


def table_changes(
    before: Inventory, now: Effects, counts: Mapping[int, int] | None = None
) -> Iterator[Change]:
    """Yield the changes of existing tables. `counts` are the numbers of rows of tables now, by oid.

    A new relfilenode means TRUNCATE or a rewrite. Without `counts`, yield a change for both.
    """
    made = {one.name for one in now.created("m")}
    for table, relation in now.known(before):
        if relation.gone:
            if table.relkind == "r" or (table.relkind == "m" and table.name not in made):
                yield Change(table, DROPPED)
        elif table.relkind == "f":
            if relation.writing:
                yield Change(table, ELSEWHERE, keep="all")
            elif relation.exclusive and (counts is None or counts.get(table.oid) == 0):
                yield Change(table, TRUNCATED)  # or altered
        elif table.relkind == "r":  # a materialized view is refreshed
            yield from _changed(table, relation, counts)
    for oid in now.retyped & before.tables.keys():
        yield Change(before.tables[oid], VALUES, keep="all")
    yield from _made_shards(before, now)


def fewer_columns(before: Inventory, now: Effects) -> Iterator[tuple[str, str]]:
    """Yield the name of each table that was created again with fewer columns, and a text."""
    made = {one.name: (one.columns or 0) - len(one.dropped) for one in now.created()}
    for table, found in now.known(before):
        gone = table.columns - len(table.dropped) - made.get(table.name, table.columns)
        if found.gone and gone > 0:
            fewer = "1 fewer column" if gone == 1 else f"{gone} fewer columns"
            yield table.name, f"{table.name} created again with {fewer}"


def _made_shards(before: Inventory, now: Effects) -> Iterator[Change]:
    """Yield the tables that a foreign key to one of Citus made shards, which it hides."""
    made = {one.name for one in now.created() if one.citus}
    for oid, table in before.tables.items():
        if table.name in made and not ((found := now.relations.get(oid)) and found.gone):
            yield Change(table, ELSEWHERE, keep="all")


def all_changes(before: Inventory, now: Effects) -> Iterator[Change]:
    """Yield every change that may turn out to be a loss."""
    yield from table_changes(before, now)
    yield from written_on_shards(before, now)
    moved = sequence_changes(before, now, set_back(before, now))
    yield from (change for change in moved if isinstance(change, Change))
    yield from objects_lost(now)
    yield from written_catalogs(now)


def written_catalogs(now: Effects) -> list[Change]:
    """Return a change for all catalogs that the scripts wrote to: no counter tells it from DDL."""
    table = Table(0, ", ".join(now.catalogs), "r", 0, 0, 0, 0)
    return [Change(table, WRITTEN)] if now.catalogs else []


COUNTERS_OFF = Change(Table(0, "track_counts", "r", 0, 0, 0, 0), SWITCHED_OFF)


def _changed(table: Table, found: Relation, counts: Mapping[int, int] | None) -> Iterator[Change]:
    is_citus = table.citus or found.citus
    is_new_file = found.exclusive and found.filenode != table.filenode and not is_citus
    # ALTER TABLE … TYPE keeps the rows, so there are more than the transaction has inserted since.
    # TRUNCATE resets the counters.
    is_filled = counts and counts.get(table.oid, 0) - found.inserted + found.deleted > 0
    if is_new_file and not is_filled:
        yield Change(table, TRUNCATED)
        if counts is not None:
            return
    if found.deleted > 0 and not is_citus:
        yield Change(table, DELETED, deleted=found.deleted)
    if found.dropped:
        yield Change(table, COLUMN, columns=tuple(sorted(found.dropped)))
    if found.updated > 0 and not is_citus:
        yield Change(table, OVERWRITTEN, keep="all")
    if is_new_file:
        yield Change(table, VALUES, keep="all")
    if is_citus and found.exclusive:
        yield Change(table, ELSEWHERE, keep="all")


def written_on_shards(before: Inventory, now: Effects) -> list[Change]:
    """Return changes of Citus tables written to without exclusive lock; columnar ones only grow."""
    return [
        Change(table, ELSEWHERE, keep="all")
        for table, found in now.known(before)
        if (table.citus or found.citus) and table.is_heap
        and found.writing and not found.exclusive
    ]  # fmt: skip


def objects_lost(now: Effects, lost: int | None = None) -> Iterator[Change]:
    """Yield the change of large objects. `lost` is the number of lost ones, None if unknown."""
    if rows := now.large_objects if lost is None else lost:
        table = Table(LARGE_OBJECTS, "pg_catalog.pg_largeobject", "r", 0, 0, 0, 0)
        yield Change(table, OBJECTS, deleted=rows)


def set_back(before: Inventory, now: Effects) -> list[int]:
    """Return the oids of sequences that may be behind their last value before the run."""
    return [
        oid
        for oid, was in before.sequences.items()
        if (found := now.relations.get(oid)) is not None
        and not (found.gone or was.cycles)
        and (found.last_value is None or found.ascending != (was.step > 0)
             or (found.last_value - was.last) * was.step < 0)
    ]  # fmt: skip


def columns_without_sequence(before: Inventory, now: Effects) -> list[Feed]:
    """Return the columns that still exist, but whose sequence was dropped."""
    return [
        feed
        for feed in before.feeds
        if _is_left(feed, now) and (found := now.relations.get(feed.sequence)) and found.gone
    ]


def _is_left(feed: Feed, now: Effects) -> bool:
    user = now.relations.get(feed.table)
    return not user or not (user.gone or feed.column in user.dropped)


def sequence_changes(
    before: Inventory, now: Effects, behind: Collection[int], fed_again: Collection[Feed] = ()
) -> Iterator[Change | str]:
    """Yield what happened to sequences that were dropped or are `behind`.

    Yield a change for each column that exists and took its values from such a sequence, unless
    another sequence continues it (`fed_again`); and a text for a sequence that feeds no column.
    """
    for feed in before.feeds:
        table, found = before.tables.get(feed.table), now.relations.get(feed.sequence)
        if not (table and found and _is_left(feed, now)) or feed in fed_again:
            continue
        if found.gone:
            yield Change(table, UNFED, feed=feed, text=f"sequence {feed.name} dropped")
        elif feed.sequence in behind:
            text = _set_back(before.sequences[feed.sequence], found)
            yield Change(table, SET_BACK, feed=feed, text=text)
    fed = {feed.sequence for feed in before.feeds if feed.table in before.tables}
    for oid in before.sequences.keys() - fed:
        was, found = before.sequences[oid], now.relations.get(oid)
        if found and found.gone:
            yield f"sequence {was.name} dropped; it was at {was.last}"
        elif found and oid in behind:
            yield _set_back(was, found)


def _set_back(was: SequenceValue, found: Relation) -> str:
    value = "its start" if found.last_value is None else found.last_value
    return f"sequence {was.name} set back from {was.last} to {value}"
