"""The pytest options and fixtures: a database built by the scripts for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from runner import commands
from runner.errors import UsageError
from runner.observer import Observer
from runner.project.files import compose_file, container_of
from runner.settings import Settings
from runner.testing import databases
from runner.testing.verification import ScriptFile
from runner.verify.assertions import assertions_folders

_FOLDERS = pytest.StashKey[list[Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """See `pytest --help`."""
    add = parser.getgroup("raw-sql-runner").addoption
    where = "the server for tests, and the database to verify (default: the embedded PostgreSQL)"
    add("--runner-target", metavar="CONNINFO", help=where)
    add("--runner-reference", metavar="CONNINFO", help="see apply --reference")
    add("--runner-verify", action="store_true", help="test each object that the scripts build")
    parser.addini("runner_scripts", "the folders of the scripts", "paths", ["data/sql"])


def pytest_configure(config: pytest.Config) -> None:
    """With --runner-verify: collect the scripts, unless the command line names one of them."""
    if config.getoption("--runner-verify"):
        scripts = databases.script_folders(config)
        config.stash[_FOLDERS] = folders = [*scripts, *assertions_folders(None, scripts)]
        named = [Path(one.partition("::")[0]).resolve() for one in config.args]
        if not any(one.is_relative_to(folder.resolve()) for one in named for folder in folders):
            config.args += map(str, folders)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScriptFile | None:
    """With --runner-verify: collect a script's objects and assertions as tests."""
    is_ours = any(map(file_path.is_relative_to, parent.config.stash.get(_FOLDERS, ())))
    return ScriptFile.from_parent(parent, path=file_path) if is_ours else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Report an error once: pytest keeps a fixture's error and raises it in each test."""
    with databases.reported_once(item.config):
        return (yield)


@pytest.fixture(scope="session")
def runner_server(pytestconfig: pytest.Config) -> Iterator[str]:
    """The server's conninfo: --runner-target, or the embedded one. conftest.py may name another."""
    with databases.server(*databases.project(pytestconfig)) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def runner_docker(request: pytest.FixtureRequest) -> Iterator[str]:
    """The conninfo of the project's docker-compose.yml, which pytest-docker starts and removes."""
    docker = pytest.importorskip("pytest_docker.plugin", reason="pytest-docker is not installed")
    if (path := compose_file(request.config.rootpath)) is None:
        raise UsageError(f"there is no docker-compose.yml in {request.config.rootpath}")
    names = ("compose_command", "compose_project_name", "setup", "cleanup")
    command, project, setup, cleanup = (request.getfixturevalue(f"docker_{n}") for n in names)
    compose = docker.DockerComposeExecutor(command, str(path), project)
    try:
        docker.execute("docker version --format {{.Server.Version}}")
    except Exception as error:  # noqa: BLE001, the only class that pytest-docker raises
        pytest.skip(f"no Docker engine: {error}")
    url = container_of(compose.execute("config").decode(), path).url
    if url is None:
        raise UsageError(f"{path} publishes no port 5432")
    # Started inside the block, so that services that fail to start are removed, too.
    with docker.get_docker_services(command, str(path), project, [], cleanup):
        for step in [setup] if isinstance(setup, str) else setup:
            compose.execute(step)
        commands.wait(Settings(target=url, connect_timeout=60.0), Observer())
        yield url


@pytest.fixture(scope="session")
def runner_template(
    runner_server: str, pytestconfig: pytest.Config
) -> Iterator[databases.Template]:
    """The `server` and `name` of the template, built and verified once until a script changes."""
    with databases.template_database(*databases.project(pytestconfig), runner_server) as template:
        yield template


@pytest.fixture
def runner_conninfo(runner_template: databases.Template) -> Iterator[str]:
    """The conninfo of a new database that the scripts have built; it is dropped after the test."""
    with databases.cloned(runner_template) as conninfo:
        yield conninfo


@pytest.fixture
def runner_db(runner_conninfo: str) -> Iterator[psycopg.Connection]:
    """A connection to a new database that the scripts have built; it is dropped after the test."""
    with closing(psycopg.connect(runner_conninfo)) as conn:
        yield conn


@pytest.fixture
def runner_transaction(runner_template: databases.Template) -> Iterator[psycopg.Connection]:
    """A connection in a transaction that is rolled back after the test.

    All tests of a process share its database. `commit()` is an error, and `with transaction()`
    makes a savepoint. What a rollback leaves, such as the values of sequences, stays.
    """
    if (conn := next(runner_template.transactions, None)) is None:
        raise UsageError("an earlier test has met an error of the server")
    yield conn
    next(runner_template.transactions)
