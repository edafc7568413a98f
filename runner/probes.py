"""A probe after each statement: whether what was lost is gone by now. Pure.

Tags and texts of statements do not tell whose trigger or function it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from runner.effects import LARGE_OBJECTS, UNLINKED, Change, Inventory
from runner.psql.steps import CopyData, Gexec, Gset, Statement, Step, separated

SQLSTATE = "RUN01"  # of a probe that fails; its detail is a JSON array of numbers


def probe(template: str, before: Inventory, changes: Mapping[int, Change]) -> bytes:
    """The statement, from that of guard_probe.sql, that fails once one of these has come about.

    `before` is how things stood at the beginning of the transaction that it is asked in.
    """
    asked = [[number, *_condition(before, change)] for number, change in changes.items()]
    return (template % {"asked": json.dumps(asked)}).encode()


def _condition(before: Inventory, change: Change) -> tuple[object, ...]:
    """See guard_probe.sql."""
    oid, cause = change.key
    table = before.tables.get(change.table.oid, change.table)
    deleted = table.deleted
    if oid == LARGE_OBJECTS:
        objects = before.large_objects
        deleted = objects.unlinked if cause == UNLINKED else objects.deleted
    return oid, cause, deleted, table.inserted, table.filenode, change.columns


def probed(steps: Iterator[Step], text: bytes) -> Iterator[Step]:
    """Passes the steps on, and after each statement a probe that stands where that one does."""
    last: Statement | None = None
    data = 0  # what of the last statement is still to come
    for step in separated(steps):
        yield step
        if isinstance(step, CopyData):
            data -= 1
        elif isinstance(step, Statement):
            last, data = step, len(step.data)
        elif isinstance(step, Gset | Gexec):
            last = step.statement
        if last is not None and not data:
            yield Statement(text, last.offset, last.line, last.source)
            last = None
