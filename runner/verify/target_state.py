"""The state of the target, as far as it is compared with that of the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import errors

from runner.catalog.reader import read_snapshot
from runner.catalog.rows import RowDigest, SequenceState, comparable, read_rows, read_with_snapshot
from runner.catalog.shared import without_other_shared_objects
from runner.catalog.snapshot import SequenceFeed, Snapshot, TableShape
from runner.errors import Refused

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from runner.guard.effects import Relation
    from runner.reference.reference_state import ReferenceState


_MISSING_SELECT = (
    "The comparison reads all tables that the scripts fill, and the sequences that feed them:"
    " GRANT SELECT on these to the role."
)
_ROLL_BACK = b"ROLLBACK TO SAVEPOINT runner_snapshot; RELEASE SAVEPOINT runner_snapshot"


class TargetState(NamedTuple):
    """Catalog, rows and sequences of the target."""

    snapshot: Snapshot
    digests: Mapping[TableShape, RowDigest]
    states: Mapping[SequenceFeed, SequenceState]


def read_changed_tables(
    conn: Connection[TupleRow], snapshot: Snapshot, changed: Iterable[Relation]
) -> TargetState:
    """Read the tables that a run has inserted into, while the reference is still being built.

    `changed` are the relations that the run has changed: their sequences are read too. One round
    trip. A missing right is left to `complete_target_state`, which raises an error for it.
    """
    inserted = {relation.name: relation.inserted for relation in changed}
    tables = [table for table in snapshot.tables if inserted.get(table.name)]
    feeds = [feed for feed in snapshot.feeds if feed.table in inserted]
    try:
        digests, states = read_rows(conn, tables, feeds)
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        conn.execute(_ROLL_BACK)
        digests, states = {}, {}
    return TargetState(snapshot, digests, states)


def read_target_state(
    conn: Connection[TupleRow], reference: ReferenceState, more: Sequence[str]
) -> TargetState:
    """Read all that the reference has; `more` are queries for the snapshot.

    One round trip where the target has all of the tables, otherwise a few. Raises Refused where
    the role may not read.
    """
    wanted = reference.snapshot
    try:
        with _reading_rights_required():
            found = read_with_snapshot(conn, list(reference.digests), wanted.feeds, more)
        snapshot, digests, states = found
        return TargetState(without_other_shared_objects(wanted, snapshot), digests, states)
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
    conn.execute(_ROLL_BACK)
    nothing = TargetState(read_snapshot(conn, *more), {}, {})
    return complete_target_state(conn, reference, nothing)


def complete_target_state(
    conn: Connection[TupleRow], reference: ReferenceState, known: TargetState
) -> TargetState:
    """Read what the reference and the target have in common and is not known yet."""
    snapshot = without_other_shared_objects(reference.snapshot, known.snapshot)
    shapes, feeds = comparable(reference.snapshot, snapshot)
    existing = {table.name for table in shapes}
    tables = [table for table in reference.digests if table.name in existing]
    other_tables = [table for table in tables if table not in known.digests]
    other_feeds = [feed for feed in feeds if feed not in known.states]
    with _reading_rights_required():
        digests, states = read_rows(conn, other_tables, other_feeds)
    return TargetState(
        snapshot,
        {table: digests.get(table) or known.digests[table] for table in tables},
        {feed: states.get(feed) or known.states[feed] for feed in feeds},
    )


@contextmanager
def _reading_rights_required() -> Iterator[None]:
    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise Refused(
            error.diag.message_primary or str(error), hint=_MISSING_SELECT, sqlstate="42501"
        ) from error
