"""What is counted after the scripts, where the transaction's counters do not tell a loss."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.connect.queries import pinned
from runner.guard.changes import set_back

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.guard.changes import Change
    from runner.guard.effects import Effects, Inventory


def counted(
    before: Inventory, now: Effects, rewritten: Iterable[Change], compared: tuple[str, ...]
) -> str | None:
    """The query for an array of counts, and for what is `compared`; None for nothing of it.

    Counted are the rows of tables that were truncated or only rewritten, the sequences that are
    behind, and the run's large objects.
    """
    relations = (now.relations[change.table.oid] for change in rewritten)
    counts = [f"(SELECT pg_catalog.count(*) FROM ONLY {one.name})" for one in relations]
    counts += [_is_behind(before, now, oid) for oid in set_back(before, now)]
    own = f"pg_catalog.age('{before.xid % 2**32}'::pg_catalog.xid)"
    if now.large_objects.unlinked > before.large_objects.unlinked:
        counts.append(
            "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata"
            f" WHERE pg_catalog.age(xmin) <= {own})"
        )
    if not (counts or compared):
        return None
    return " ".join(pinned(f"SELECT ARRAY[{', '.join(counts)}]::pg_catalog.int8[];", *compared))


def _is_behind(before: Inventory, now: Effects, oid: int) -> str:
    """Whether a sequence is behind where it was: 1 or 0."""
    value = "(q.last_value - CASE WHEN q.is_called THEN 0 ELSE s.seqincrement::numeric END)"
    return (
        "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_sequence AS s,"
        f" {now.relations[oid].name} AS q WHERE s.seqrelid = {oid} AND NOT s.seqcycle"
        f" AND pg_catalog.sign({value} - {before.sequences[oid]})"
        " = -pg_catalog.sign(s.seqincrement::numeric))"
    )
