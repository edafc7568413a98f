"""Each property of each kind of object: change exactly that, and exactly that is reported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest

from runner.catalog.reader import read_snapshot
from runner.catalog.snapshot import Snapshot, compare
from runner.comparison import Difference
from runner.connect.queries import all_rows, statement
from runner.guard.effects import NO_INVENTORY, effects
from tests.integration.everything import SCRIPT, database, execute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server


class Mutation(NamedTuple):
    """`expected`: one line each, `changed column app.post.title: type`; `since`: a version."""

    sql: str
    expected: str
    since: int


def read_mutations() -> list[Mutation]:
    mutations = []
    for text in Path(__file__).with_name("mutations.txt").read_text().splitlines():
        if text and not text.startswith("#"):
            statement, _, expected = text.partition(" =>")
            since = 12
            if statement.startswith("["):
                number, _, statement = statement[1:].partition("] ")
                since = int(number)
            expected = expected.strip().replace(" & ", "\n")
            mutations.append(Mutation(statement, expected, since))
    return mutations


MUTATIONS = read_mutations()


def line(difference: Difference) -> str:
    text = f"{difference.kind} {difference.object} {difference.name}"
    return f"{text}: {difference.property}" if difference.property else text


@pytest.fixture(scope="module")
def everything(server: Server) -> Iterator[psycopg.Connection]:
    """A connection to a database that everything.sql built."""
    with database(server, SCRIPT.read_text()) as conninfo, psycopg.connect(conninfo) as conn:
        yield conn


@pytest.fixture(scope="module")
def reference(everything: psycopg.Connection) -> Snapshot:
    snapshot = read_snapshot(everything)
    everything.rollback()
    return snapshot


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.sql[:90])
def test_a_change_is_reported_and_nothing_else(
    server: Server, everything: psycopg.Connection, reference: Snapshot, mutation: Mutation
) -> None:
    if server.version < mutation.since:
        pytest.skip(f"PostgreSQL {mutation.since}")
    with everything.transaction(force_rollback=True):
        execute(everything, mutation.sql)
        ((done,),) = all_rows(
            everything, statement("guard/effects") + statement("guard/effects_answer")
        )
        found = compare(reference, read_snapshot(everything))
    assert sorted(map(line, found)) == sorted(mutation.expected.splitlines())
    # For the guard, nothing but these is a script's own write to the system catalogs.
    assert bool(effects(done, NO_INVENTORY).catalogs) == mutation.sql.startswith("UPDATE pg_")


def test_there_are_mutations_enough() -> None:
    reported = [mutation for mutation in MUTATIONS if mutation.expected]
    assert len({mutation.sql for mutation in reported}) >= 300
