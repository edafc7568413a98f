"""Options and fixtures for pytest: a database for each test, built by the scripts.

The scripts run once, into a template database; each test gets a clone or a transaction of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.errors import RunnerError
from runner.testing.project import fail_once, project_settings, scripts_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.connect.session import Session
    from runner.testing.databases import Template
    from runner.testing.verification import ScriptFile

# Those of --runner-verify.
_FOLDERS = pytest.StashKey["list[Path]"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """See `pytest --help`."""
    group = parser.getgroup("raw-sql-runner")
    group.addoption(
        "--runner-target",
        metavar="CONNINFO",
        help="the server of the databases for tests, and the database that --runner-verify"
        " examines (default: the embedded PostgreSQL)",
    )
    group.addoption(
        "--runner-verify",
        action="store_true",
        help="add a test for each object and seeded table that the scripts build",
    )
    parser.addini("runner_scripts", "the folder of the scripts", default="data/sql")


def pytest_configure(config: pytest.Config) -> None:
    """With --runner-verify: collect the scripts, unless the command line names one of them."""
    config.stash[_FOLDERS] = []
    if config.getoption("--runner-verify"):
        from runner.verify.assertions import assertions_folders

        scripts = scripts_folder(config)
        found = [scripts, *assertions_folders(None, (scripts,))]
        config.stash[_FOLDERS] = folders = [one.absolute() for one in found]
        named = [Path.cwd() / one.partition("::")[0] for one in config.args]
        if not any(one.is_relative_to(folder) for one in named for folder in folders):
            config.args += map(str, folders)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScriptFile | None:
    """With --runner-verify: the tests of what a script builds, or asserts."""
    if any(file_path.is_relative_to(one) for one in parent.config.stash[_FOLDERS]):
        from runner.testing.verification import ScriptFile

        return ScriptFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """An error of the scripts would be that of each test: pytest keeps it with the fixture."""
    try:
        return (yield)
    except RunnerError as error:
        met = error
    fail_once(item.config, met)  # not in the block above, whose error would be printed too


@pytest.fixture(scope="session")
def runner_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """The conninfo of the server of all databases: that of --runner-target, else the embedded one.

    A fixture of this name in conftest.py names another.
    """
    from runner.testing.databases import server

    with server(project_settings(pytestconfig)) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def runner_docker(request: pytest.FixtureRequest) -> Iterator[str]:
    """The conninfo of the project's docker-compose.yml, which pytest-docker starts and removes.

    Skips where pytest-docker is not installed or no Docker engine answers.
    """
    from runner.testing.databases import container

    with container(request) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def runner_template(runner_server: str, pytestconfig: pytest.Config) -> Template:
    """The template database: `name`, and `conninfo(dbname)` for its server.

    The scripts were applied and verified. All processes of a run share it, and later runs until a
    script changes.
    """
    from runner.testing.databases import build_template

    return build_template(project_settings(pytestconfig), runner_server)


@pytest.fixture(scope="session")
def _runner_admin(runner_template: Template) -> Iterator[Session]:
    from runner.testing.databases import connected

    with connected(runner_template.server) as admin:
        yield admin


@pytest.fixture
def runner_conninfo(_runner_admin: Session, runner_template: Template) -> Iterator[str]:
    """The conninfo of a new database that the scripts have built; it is dropped after the test."""
    from runner.testing.databases import new_database

    with new_database(_runner_admin, runner_template.name) as name:
        yield runner_template.conninfo(name)


@pytest.fixture
def runner_db(runner_conninfo: str) -> Iterator[psycopg.Connection]:
    """A connection to a new database that the scripts have built; it is dropped after the test."""
    with psycopg.connect(runner_conninfo) as conn:
        yield conn
        if not conn.closed:
            conn.rollback()


@pytest.fixture(scope="session")
def _runner_shared_db(runner_template: Template) -> Iterator[Callable[[], psycopg.Connection]]:
    from runner.testing.databases import cloned

    with cloned(runner_template) as conninfo, psycopg.connect(conninfo) as first:
        kept = [first]

        def connection() -> psycopg.Connection:
            if kept[-1].closed:
                kept.append(psycopg.connect(conninfo))
            return kept[-1]

        yield connection
        kept[-1].close()


@pytest.fixture
def runner_transaction(
    _runner_shared_db: Callable[[], psycopg.Connection],
) -> Iterator[psycopg.Connection]:
    """A connection in a transaction that is rolled back after the test.

    All tests of a process share its database, and the connection until one closes it. What a
    rollback leaves, such as the values of sequences, stays.
    """
    conn = _runner_shared_db()
    yield conn
    if not conn.closed:
        conn.rollback()
