"""What the target holds, as far as it is held against the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import errors

from runner.catalog.reader import only_as, read_snapshot
from runner.catalog.rows import RowDigest, SequenceState, comparable, read_rows, read_with_snapshot
from runner.catalog.snapshot import SequenceFeed, Snapshot, TableShape
from runner.errors import Refused

if TYPE_CHECKING:
    from psycopg import Connection

    from runner.guard.effects import Relation
    from runner.reference.expected import Expected


_MAY_NOT_READ = (
    "The comparison reads all tables that the scripts fill, and the sequences that feed them:"
    " GRANT SELECT on these to the role."
)
_SKIP_ASK = b"ROLLBACK TO SAVEPOINT runner_snapshot; RELEASE SAVEPOINT runner_snapshot"


class Actual(NamedTuple):
    """The target's snapshot, and what was read of its rows. `round_trips` is what it cost."""

    snapshot: Snapshot
    digests: Mapping[TableShape, RowDigest]
    states: Mapping[SequenceFeed, SequenceState]
    round_trips: int


def filled(conn: Connection[Any], snapshot: Snapshot, done: Iterable[Relation]) -> Actual:
    """What a run has made of its target, read while the reference is still being built.

    `done` is what the run has changed: the tables that it has put rows in are read, and the
    sequences of all. What may not be read is left to `read`, which says why. One round trip.
    """
    changed = {relation.name: relation.inserted for relation in done}
    tables = [table for table in snapshot.tables if changed.get(table.name)]
    feeds = [feed for feed in snapshot.feeds if feed.table in changed]
    try:
        digests, states = read_rows(conn, tables, feeds)
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        conn.execute(_SKIP_ASK)
        digests, states = {}, {}
    return Actual(snapshot, digests, states, int(bool(tables or feeds)))


def read(conn: Connection[Any], expected: Expected, more: Sequence[str]) -> Actual:
    """All that is expected; `more` are queries for its snapshot.

    One round trip where the target has all of it; a few where it has not. Raises Refused where
    the role may not read.
    """
    wanted = expected.snapshot
    try:
        with _permission():
            found = read_with_snapshot(conn, list(expected.digests), wanted.feeds, more)
        snapshot, digests, states = found
        return Actual(only_as(wanted, snapshot), digests, states, 1)
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
    conn.execute(_SKIP_ASK)
    nothing = Actual(read_snapshot(conn, *more), {}, {}, 3)
    return completed(conn, expected, nothing)


def completed(conn: Connection[Any], expected: Expected, known: Actual) -> Actual:
    """The same with all that the target has of what is expected: mostly that is known already."""
    snapshot = only_as(expected.snapshot, known.snapshot)
    shapes, feeds = comparable(expected.snapshot, snapshot)
    there = {table.name for table in shapes}
    tables = [table for table in expected.digests if table.name in there]
    other_tables = [table for table in tables if table not in known.digests]
    other_feeds = [feed for feed in feeds if feed not in known.states]
    with _permission():
        digests, states = read_rows(conn, other_tables, other_feeds)
    return Actual(
        snapshot,
        {table: digests.get(table) or known.digests[table] for table in tables},
        {feed: states.get(feed) or known.states[feed] for feed in feeds},
        known.round_trips + bool(other_tables or other_feeds),
    )


@contextmanager
def _permission() -> Iterator[None]:
    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise Refused(
            error.diag.message_primary or str(error), hint=_MAY_NOT_READ, sqlstate="42501"
        ) from error
