"""Fixtures for runs of the command line."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from runner.embedded.server import embedded_server
from tests.acceptance.scripts import drop_roles
from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg

    from tests.servers import ServerPool


@pytest.fixture(scope="session")
def rehearsing(pool: ServerPool) -> Iterator[Path]:
    """A folder in which `check` finds its server running, which it would start and stop."""
    folder = pool.folder / unique_name()
    place = folder / ".runner" / "rehearsal"
    place.parent.mkdir(parents=True)
    place.symlink_to(folder / "data")  # which is stopped even if pytest is killed
    with ExitStack() as stack, ThreadPoolExecutor() as thread:
        # In this thread it would turn signals into KeyboardInterrupt until the end.
        thread.submit(stack.enter_context, embedded_server(place, durable=False)).result()
        yield folder


@pytest.fixture
def rehearsing_here(rehearsing: Path, tmp_path: Path) -> None:
    """The same in `tmp_path`."""
    (tmp_path / ".runner").symlink_to(rehearsing / ".runner")


@pytest.fixture
def prefix(admin: psycopg.Connection[Any]) -> Iterator[str]:
    """Begins the names of all roles of a test, which are dropped after it."""
    name = unique_name()
    yield name
    drop_roles(admin, name)
