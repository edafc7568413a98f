"""Each property of each kind of object: change exactly that, and exactly that is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.catalog import read_snapshot
from runner.snapshot import Difference, Snapshot, compare
from tests.integration.everything import SCRIPT, database, execute
from tests.integration.mutations import MUTATIONS, Mutation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

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
        found = compare(reference, read_snapshot(everything))
    assert sorted(map(line, found)) == sorted(mutation.expected.splitlines())


def test_there_are_mutations_enough() -> None:
    reported = [mutation for mutation in MUTATIONS if mutation.expected]
    assert len({mutation.sql for mutation in reported}) >= 300
