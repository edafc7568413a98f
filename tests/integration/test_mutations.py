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
# As many changes are made together. Those of one object stand beside each other in the file.
TOGETHER = 10
# A write to the system catalogs, and what other changes depend on, are made alone.
CATALOGS = "UPDATE pg_"
_ALONE = (CATALOGS, "DROP SCHEMA app", "ALTER DEFAULT PRIVILEGES")
_OTHERS = [one for one in MUTATIONS if not one.sql.startswith(_ALONE)]
_PARTS = -(-len(_OTHERS) // TOGETHER)
GROUPS = [
    *([one] for one in MUTATIONS if one.sql.startswith(_ALONE)),
    *(_OTHERS[number::_PARTS] for number in range(_PARTS)),
]


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


def is_reported(conn: psycopg.Connection, reference: Snapshot, changes: list[Mutation]) -> bool:
    """Whether exactly these changes are reported."""
    with conn.transaction(force_rollback=True):
        execute(conn, ";".join(one.sql for one in changes))
        ((done,),) = all_rows(conn, statement("guard/effects") + statement("guard/effects_answer"))
        found = compare(reference, read_snapshot(conn))
    expected = [text for one in changes for text in one.expected.splitlines()]
    # For the guard, nothing but these is a script's own write to the system catalogs.
    are_catalogs = changes[0].sql.startswith(CATALOGS)
    is_as_expected = sorted(map(line, found)) == sorted(expected)
    return is_as_expected and bool(effects(done, NO_INVENTORY).catalogs) == are_catalogs


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].sql[:90])
def test_changes_are_reported_and_nothing_else(
    server: Server, everything: psycopg.Connection, reference: Snapshot, group: list[Mutation]
) -> None:
    """Those that do not go together, because one needs what another changes, are made alone."""
    known = [one for one in group if one.since <= server.version]
    if not known:
        pytest.skip(f"PostgreSQL {group[0].since}")
    try:
        if is_reported(everything, reference, known):
            return
    except psycopg.Error:
        everything.rollback()
    wrong = [one for one in known if not is_reported(everything, reference, [one])]
    assert not wrong


def test_there_are_mutations_enough() -> None:
    reported = [mutation for mutation in MUTATIONS if mutation.expected]
    assert len({mutation.sql for mutation in reported}) >= 300
