"""What is counted after the scripts, where the transaction's counters do not tell a loss."""
# ruff: noqa: S608 -- every name in these statements was quoted by the server it came from

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.connect.queries import pinned, statement
from runner.guard.changes import set_back, unfed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.guard.changes import Change
    from runner.guard.effects import Effects, Feed, Inventory, Relation


def counted(
    before: Inventory, now: Effects, rewritten: Iterable[Change], compared: tuple[str, ...]
) -> str | None:
    """The query for an array of counts, and for what is `compared`; None for nothing of it.

    Counted are the rows of tables that were truncated or only rewritten, the sequences that are
    behind, and those that go on in the place of one that is gone.
    """
    relations = (now.relations[change.table.oid] for change in rewritten)
    counts = [f"(SELECT pg_catalog.count(*) FROM ONLY {one.name})" for one in relations]
    counts += [f"({_behind(before, now.relations[o], o)})" for o in set_back(before, now)]
    made = now.created(before, "S")
    counts += ["+".join(["0", *_fed(before, made, feed)]) for feed in unfed(before, now)]
    if not (counts or compared):
        return None
    return " ".join(pinned(f"SELECT ARRAY[{', '.join(counts)}]::pg_catalog.int8[];", *compared))


def _behind(before: Inventory, sequence: Relation, oid: int) -> str:
    """Whether a sequence is behind where that with the oid was: 1 or 0."""
    if (was := before.sequences.get(oid)) is None:
        return "SELECT 0"
    now = {"name": sequence.name, "oid": sequence.oid}
    return statement("guard/behind") % (now | {"last": was.last, "step": was.step})


def _fed(before: Inventory, made: Iterable[Relation], feed: Feed) -> Iterator[str]:
    """Whether each of these sequences feeds the column in place of its own, and is not behind."""
    for one in made:
        named = {"oid": one.oid, "table": feed.table, "column": feed.column}
        is_behind = _behind(before, one, feed.sequence)
        yield f"({statement('guard/feeds') % named}) * (1 - ({is_behind}))"
