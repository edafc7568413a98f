"""The blog database under test: one that the runner builds, or the one that `--target` names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers import Server

CHECKOUT = Path(__file__).resolve().parents[2]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Without `--target` the tests run on each server of the run; with it they start none."""
    if "blog_connection" in metafunc.fixturenames and not metafunc.config.getoption("--target"):
        metafunc.fixturenames.append("server")


def pytest_itemcollected(item: pytest.Item) -> None:
    """`--no-db` skips these tests, except on a database that was named."""
    if not item.config.getoption("--target"):
        item.add_marker(pytest.mark.db)


@pytest.fixture(scope="session")
def built_blog(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The conninfo of a database that `python -m runner apply` built."""
    name = unique_name()
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            conninfo = server.conninfo(name)
            _apply(conninfo, tmp_path_factory.mktemp("apply"))
            yield conninfo
        finally:
            admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _apply(conninfo: str, directory: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PG", "RUNNER_"))
    }
    scripts = CHECKOUT / "data" / "sql"
    result = subprocess.run(
        [sys.executable, "-m", "runner", "apply", "-q", "-s", scripts, "-t", conninfo],
        check=False,
        capture_output=True,
        cwd=directory,
        encoding="utf-8",
        env={**environment, "PYTHONPATH": str(CHECKOUT)},
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="session")
def blog_session(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """One connection for all tests: to `--target`, else to the database just built."""
    conninfo: str | None = request.config.getoption("--target")
    with psycopg.connect(conninfo or request.getfixturevalue("built_blog")) as conn:
        yield conn
        conn.rollback()


@pytest.fixture
def blog_connection(blog_session: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A connection to the blog database in a transaction that is rolled back.

    Sequences do not roll back: a test gives its rows an id below zero, so that none moves.
    """
    yield blog_session
    blog_session.rollback()
