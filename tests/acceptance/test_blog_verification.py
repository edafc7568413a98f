"""`pytest tests/blog --runner-verify`: it verifies a database, and changes nothing."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.blog.verification import CHECKOUT, verify_blog
from tests.servers import find_tool

if TYPE_CHECKING:
    from tests.conftest import Runner
    from tests.servers import Server


@pytest.fixture
def blog(runner: Runner, fresh_database: str) -> str:
    """The conninfo of a database that the runner built from data/sql."""
    runner("apply", "-q", "-s", CHECKOUT / "data" / "sql", "-t", fresh_database, check=0)
    return fresh_database


def dump(server: Server, conninfo: str) -> list[str]:
    """The database as pg_dump writes it; its `\\restrict` key is another each time."""
    command = [str(find_tool(server, "pg_dump")), "--dbname", conninfo]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    return [line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrest"))]


def test_a_database_in_use_passes_and_stays_as_it_is(server: Server, blog: str) -> None:
    """Rows and sequences included."""
    with psycopg.connect(blog) as conn:
        conn.execute("INSERT INTO users (name) VALUES ('Ann')")
        conn.execute("INSERT INTO comments (content, user_id, post_id) VALUES ('Thanks', 4, 2)")
    before = dump(server, blog)
    result = verify_blog(blog)
    assert result.returncode == 0, result.stdout
    assert dump(server, blog) == before
