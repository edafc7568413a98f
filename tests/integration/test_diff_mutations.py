"""What `diff` finds for the changes of mutations.txt, back and forth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.catalog.snapshot import Snapshot, compare, key_of
from runner.diff.search import search
from tests.integration.diffing import after, session_of
from tests.integration.everything import SCRIPT
from tests.integration.test_mutations import MUTATIONS, Mutation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.connect.session import Session
    from tests.servers import Server

# The others take as long again for each ten of them.
EVERY = 16
SAMPLE = [one for one in MUTATIONS if one.expected][::EVERY]
# Of them all, at most so many may be left to the user.
MOST_LEFT = 0.1


@pytest.fixture(scope="module")
def everything(server: Server) -> Iterator[Session]:
    with session_of(server, SCRIPT.read_text()) as conn:
        yield conn


def is_mended(conn: Session, wanted: Snapshot, *changes: str) -> bool:
    """Whether nothing differs after the statements; what does was left with a reason."""
    target = after(conn, *changes)
    before = {key_of(one) for one in compare(wanted, target)}
    extra = (one.name for one in compare(wanted, target) if one.kind == "extra")
    found, left = search(conn, wanted, {"", *extra}, {})
    rest = compare(wanted, after(conn, *changes, *(one.text for one in found.written)))
    unordered = {key_of(one) for one in rest if one.property != "column order"}
    assert unordered <= left.keys() & before
    assert all(left.values())
    return not rest


def test_sql_is_found_for_nearly_every_change_and_its_reverse(
    server: Server, everything: Session
) -> None:
    """The rest is left with a reason, and nothing differs then that did not before."""
    reference = after(everything)
    results: list[bool] = []
    for one in _for_version(server.version):
        results.append(is_mended(everything, reference, one.sql))
        changed = after(everything, one.sql)
        results.append(is_mended(everything, changed))
    everything.rollback()
    assert results.count(False) <= MOST_LEFT * len(results)


def _for_version(version: int) -> list[Mutation]:
    return [one for one in SAMPLE if one.since <= version]
