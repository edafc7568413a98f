"""Find sequences whose next value is already taken in the unique column that they fill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from runner.catalog.rows import RowDigest, digest_query, read_single_rows
from runner.catalog.shapes import SequenceFeed, TableShape
from runner.catalog.snapshot import Snapshot
from runner.comparison import ComparisonWarning, Difference
from runner.connect.queries import statement


class SequenceState(NamedTuple):
    """The last value of a sequence (None before the first call), and what it will collide with.

    `collision`: the furthest value in the column that the sequence will reach, so INSERT fails.
    """

    last_value: int | None
    collision: int | None


def read_state(
    conn: Connection[TupleRow], tables: Iterable[TableShape], feeds: Iterable[SequenceFeed]
) -> tuple[dict[TableShape, RowDigest], dict[SequenceFeed, SequenceState]]:
    """Read digests of tables and the states of sequences in one round trip."""
    shapes, wanted = list(tables), list(feeds)
    answers = read_single_rows(conn, [*map(digest_query, shapes), *map(_query, wanted)])
    digests = {shape: RowDigest(*one) for shape, one in zip(shapes, answers, strict=False)}
    states = zip(wanted, answers[len(shapes) :], strict=True)
    return digests, {feed: SequenceState(*one) for feed, one in states}


def _query(feed: SequenceFeed) -> str:
    direction = {"furthest": "max", "ahead": ">", "end": feed.greatest}
    if feed.increment < 0:
        direction = {"furthest": "min", "ahead": "<", "end": feed.least}
    return statement("catalog/sequence_state") % (feed._asdict() | direction)


def comparable_feeds(reference: Snapshot, target: Snapshot) -> list[SequenceFeed]:
    """Return the target's sequences that fill the same columns as in the reference."""
    wanted = {feed[:3] for feed in reference.feeds}
    return [feed for feed in target.feeds if feed[:3] in wanted]


def compare_sequences(
    reference: Mapping[SequenceFeed, SequenceState], target: Mapping[SequenceFeed, SequenceState]
) -> tuple[list[Difference], list[ComparisonWarning]]:
    """Return differences and warnings for sequences behind their column: an INSERT would fail.

    A sequence that is behind in the reference too is a warning: the scripts themselves cause it.
    """
    behind = {feed[:3] for feed, _ in sequences_behind(reference)}
    found, warnings = [], []
    for feed, warning in sequences_behind(target):
        if feed[:3] in behind:
            warnings.append(warning)
            continue
        bound = "at least" if feed.increment > 0 else "at most"
        last, furthest = target[feed]
        actual = "not yet called" if last is None else str(last)
        found.append(
            Difference("changed", "sequence", feed.sequence,
                       f"{bound} {furthest}, as in {feed.table}.{feed.column}", actual,
                       property="last_value")
        )  # fmt: skip
    return found, warnings


def sequences_behind(
    states: Mapping[SequenceFeed, SequenceState],
) -> Iterator[tuple[SequenceFeed, ComparisonWarning]]:
    """Yield each sequence that is behind its column, with a warning that says what to add."""
    for feed, state in states.items():
        if state.collision is None:
            continue
        name = sql.Literal(feed.sequence).as_string()
        last = "has not been called" if state.last_value is None else f"is at {state.last_value}"
        yield (
            feed,
            ComparisonWarning(
                f"the sequence {feed.sequence} {last}, but {feed.table}.{feed.column} holds"
                f" {state.collision}: an INSERT without a value for {feed.column} will fail with a"
                " duplicate key, in the container too",
                f"Add to the scripts, after the rows: SELECT setval({name}, {state.collision});",
            ),
        )
