"""What is counted after the scripts, where the transaction's counters do not tell a loss."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.connect.queries import pinned
from runner.guard.changes import set_back, unfed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.guard.changes import Change
    from runner.guard.effects import Effects, Feed, Inventory, Relation

# A sequence `s` with this `value` is behind …
_BEHIND = "NOT s.seqcycle AND s.seqincrement::numeric * v.value < s.seqincrement::numeric *"


def counted(
    before: Inventory, now: Effects, rewritten: Iterable[Change], compared: tuple[str, ...]
) -> str | None:
    """The query for an array of counts, and for what is `compared`; None for nothing of it.

    Counted are the rows of tables that were truncated or only rewritten, the sequences that are
    behind, those that go on in the place of one that is gone, and the run's large objects.
    """
    relations = (now.relations[change.table.oid] for change in rewritten)
    counts = [f"(SELECT pg_catalog.count(*) FROM ONLY {one.name})" for one in relations]
    counts += [
        _sequences(now.relations[oid], f"{_BEHIND} {before.sequences[oid]}")
        for oid in set_back(before, now)
    ]
    counts += [_fed_again(before, now, feed) for feed in unfed(before, now)]
    own = f"pg_catalog.age('{before.xid % 2**32}'::pg_catalog.xid)"
    if now.large_objects.unlinked > before.large_objects.unlinked:
        counts.append(
            "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata"
            f" WHERE pg_catalog.age(xmin) <= {own})"
        )
    if not (counts or compared):
        return None
    return " ".join(pinned(f"SELECT ARRAY[{', '.join(counts)}]::pg_catalog.int8[];", *compared))


def _fed_again(before: Inventory, now: Effects, feed: Feed) -> str:
    """How many of the sequences that the run made feed the same column, and are not behind."""
    feeds = (
        "EXISTS (SELECT FROM pg_catalog.pg_depend AS d"
        " LEFT JOIN pg_catalog.pg_attrdef AS a ON a.oid = d.objid"
        " WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass"
        f" AND (d.refobjid = s.seqrelid AND a.adrelid = {feed.table} AND a.adnum = {feed.column}"
        f" OR d.objid = s.seqrelid AND d.deptype = 'i' AND d.refobjid = {feed.table}"
        f" AND d.refobjsubid = {feed.column}))"
    )
    if (last := before.sequences.get(feed.sequence)) is not None:
        feeds += f" AND NOT ({_BEHIND} {last})"
    made = now.created(before, "S")
    return "+".join(["0::pg_catalog.int8", *(_sequences(one, feeds) for one in made)])


def _sequences(relation: Relation, where: str) -> str:
    """1 if this is so of a sequence `s` with the value `value`, else 0."""
    return (
        "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_sequence AS s,"
        " LATERAL (SELECT q.last_value - CASE WHEN q.is_called THEN 0 ELSE s.seqincrement::numeric"
        f" END FROM {relation.name} AS q) AS v (value)"
        f" WHERE s.seqrelid = {relation.oid} AND {where})"
    )
