"""Options and fixtures for pytest: a database for each test, built by the scripts.

The scripts run once, into a template database; each test gets a clone or a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from runner import commands
from runner.connect.session import Session
from runner.errors import RunnerError, UsageError
from runner.observer import Silent
from runner.project.compose import compose_file, container_of
from runner.reference.database import new_database
from runner.settings import Settings
from runner.testing import databases
from runner.testing.databases import Template
from runner.testing.verification import REPORTED, ScriptFile
from runner.verify.assertions import assertions_folders

# Those of --runner-verify.
_FOLDERS = pytest.StashKey[list[Path]]()


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
    if config.getoption("--runner-verify"):
        scripts = databases.scripts_folder(config)
        found = [scripts, *assertions_folders(None, (scripts,))]
        config.stash[_FOLDERS] = folders = [one.absolute() for one in found]
        named = [Path(one.partition("::")[0]).resolve() for one in config.args]
        if not any(one.is_relative_to(folder.resolve()) for one in named for folder in folders):
            config.args += map(str, folders)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScriptFile | None:
    """With --runner-verify: the tests of what a script builds, or asserts."""
    if any(file_path.is_relative_to(one) for one in parent.config.stash.get(_FOLDERS, ())):
        return ScriptFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Fail the first test that meets an error of the scripts or the server, skip the others.

    pytest keeps the error with the fixture, and raises it in each test.
    """
    try:
        return (yield)
    except RunnerError as error:
        text = databases.error_text(error)
        if item.config.stash.get(REPORTED, None) == text:
            reason = "see the error of the first test that needs the scripts or the server"
            raise pytest.skip.Exception(reason) from None
        item.config.stash[REPORTED] = text
        raise pytest.fail.Exception(text, pytrace=False) from None


@pytest.fixture(scope="session")
def runner_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """The conninfo of the server of all databases: that of --runner-target, else the embedded one.

    A fixture of this name in conftest.py names another.
    """
    with databases.server(databases.project_settings(pytestconfig)) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def runner_docker(request: pytest.FixtureRequest) -> Iterator[str]:
    """The conninfo of the project's docker-compose.yml, which pytest-docker starts and removes."""
    from pytest_docker.plugin import DockerComposeExecutor, get_docker_services

    if (path := compose_file(request.config.rootpath)) is None:
        raise UsageError(f"there is no docker-compose.yml in {request.config.rootpath}")
    names = ("compose_command", "compose_project_name", "setup", "cleanup")
    command, project, setup, cleanup = (request.getfixturevalue(f"docker_{n}") for n in names)
    compose = DockerComposeExecutor(command, str(path), project)
    url = container_of(compose.execute("config").decode(), path).url
    if url is None:
        raise UsageError(f"{path} publishes no port 5432")
    # What fails to start is removed, too, because it is started in here.
    with get_docker_services(command, str(path), project, [], cleanup):
        for step in [setup] if isinstance(setup, str) else setup:
            compose.execute(step)
        commands.wait(Settings(target=url, connect_timeout=60.0), Silent())
        yield url


@pytest.fixture(scope="session")
def runner_template(runner_server: str, pytestconfig: pytest.Config) -> Template:
    """The template database: `name`, and `conninfo(dbname)` for its server.

    The scripts were applied and verified. All processes of a run share it, and later runs until a
    script changes.
    """
    return databases.build_template(databases.project_settings(pytestconfig), runner_server)


@pytest.fixture(scope="session")
def _runner_admin(runner_template: Template) -> Iterator[Session]:
    with databases.connected(runner_template.server) as admin:
        yield admin


@pytest.fixture
def runner_conninfo(_runner_admin: Session, runner_template: Template) -> Iterator[str]:
    """The conninfo of a new database that the scripts have built; it is dropped after the test."""
    with new_database(_runner_admin, runner_template.name) as name:
        yield runner_template.conninfo(name)


@pytest.fixture
def runner_db(runner_conninfo: str) -> Iterator[psycopg.Connection]:
    """A connection to a new database that the scripts have built; it is dropped after the test."""
    with closing(psycopg.connect(runner_conninfo)) as conn:
        yield conn


@pytest.fixture(scope="session")
def _runner_shared(runner_template: Template) -> Iterator[dict[str, psycopg.Connection]]:
    """The connection of all transactions, by its conninfo."""
    with databases.cloned(runner_template) as conninfo:
        shared = {conninfo: psycopg.connect(conninfo)}
        yield shared
        shared[conninfo].close()


@pytest.fixture
def runner_transaction(
    _runner_shared: dict[str, psycopg.Connection],
) -> Iterator[psycopg.Connection]:
    """A connection in a transaction that is rolled back after the test.

    All tests of a process share its database, and the connection until one closes it. What a
    rollback leaves, such as the values of sequences, stays.
    """
    ((conninfo, conn),) = _runner_shared.items()
    if conn.closed:
        conn = _runner_shared[conninfo] = psycopg.connect(conninfo)
    yield conn
    if not conn.closed:
        conn.rollback()
