"""Fixtures for runs of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.scripts import drop_roles
from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg


@pytest.fixture
def prefix(admin: psycopg.Connection[Any]) -> Iterator[str]:
    """Begins the names of all roles of a test, which are dropped after it."""
    name = unique_name()
    yield name
    drop_roles(admin, name)
