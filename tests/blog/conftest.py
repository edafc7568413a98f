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
def built_blog(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[psycopg.Connection]:
    """A connection to a database that `python -m runner apply` built on this server."""
    name = unique_name()
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            _apply(server.conninfo(name), tmp_path_factory.mktemp("apply"))
            with psycopg.connect(server.conninfo(name)) as conn:
                yield conn
        finally:
            admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def target_blog(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """A connection to the database that `--target` names."""
    with psycopg.connect(request.config.getoption("--target")) as conn:
        yield conn


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


@pytest.fixture
def blog_connection(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection]:
    """A connection to the blog database in a transaction that is rolled back.

    Sequences do not roll back: a test gives its rows an id below zero, so that none moves.
    """
    name = "target_blog" if request.config.getoption("--target") else "built_blog"
    conn: psycopg.Connection = request.getfixturevalue(name)
    yield conn
    conn.rollback()
