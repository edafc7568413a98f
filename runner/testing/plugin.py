"""Options and fixtures for pytest: a database for each test, built by the scripts.

The scripts run once, into a template database; each test gets a clone or a transaction of its own.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.testing.databases import Template


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


def scripts_folder(config: pytest.Config) -> Path:
    """The folder of the scripts, relative to the working directory where it is below that."""
    folder = config.rootpath / str(config.getini("runner_scripts"))
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


class _Scripts:
    """The server and the template of one process; an error of the scripts is told once."""

    def __init__(self, config: pytest.Config) -> None:
        self.stack = ExitStack()
        self._config = config
        self._template: Template | None = None
        self._error: str | None = None

    def template(self) -> Template:
        """Build or find the template. Fails the first test that needs it, and skips the others."""
        from runner.errors import RunnerError
        from runner.results import Failure
        from runner.testing.databases import build_template
        from runner.testing.verification import text_of

        if self._error is not None:
            pytest.skip("the scripts failed: see the error of the first test that needs them")
        if self._template is None:
            try:
                self._template = build_template(self._server(), scripts_folder(self._config))
            except RunnerError as error:
                self._error = text_of(Failure(error))
            except psycopg.Error as error:
                self._error = f"--runner-target: {error}"
            if self._error is not None:
                pytest.fail(self._error, pytrace=False)
        assert self._template is not None  # noqa: S101, for mypy
        return self._template

    def _server(self) -> str:
        if target := self._config.getoption("--runner-target"):
            return str(target)
        from runner.embedded.server import embedded_server

        data_dir = self._config.rootpath / ".runner" / "pgdata"
        return self.stack.enter_context(embedded_server(data_dir)).conninfo


_SCRIPTS = pytest.StashKey[_Scripts]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is connected before a test asks for it."""
    config.stash[_SCRIPTS] = scripts = _Scripts(config)
    config.add_cleanup(scripts.stack.close)


def template_of(config: pytest.Config) -> Template:
    """The template of this process. Fails or skips the test where the scripts fail."""
    return config.stash[_SCRIPTS].template()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the fixtures: an error in one of these would be told for each test."""
    if "runner_template" in getattr(item, "fixturenames", ()):
        template_of(item.config)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """With --runner-verify: the tests of what the scripts build."""
    if config.getoption("--runner-verify"):
        from runner.testing.verification import collect

        items.extend(collect(session, template_of(config)))


@pytest.fixture(scope="session")
def runner_template(request: pytest.FixtureRequest) -> Template:
    """The template database: `name`, and `conninfo(dbname)` for its server.

    The scripts were applied and verified. All processes of a run share it, and later runs until a
    script changes.
    """
    return template_of(request.config)


@pytest.fixture
def runner_conninfo(runner_template: Template) -> Iterator[str]:
    """The conninfo of a new database that the scripts have built; it is dropped after the test."""
    from runner.testing.databases import cloned

    with cloned(runner_template) as conninfo:
        yield conninfo


@pytest.fixture
def runner_db(runner_conninfo: str) -> Iterator[psycopg.Connection]:
    """A connection to a new database that the scripts have built; it is dropped after the test."""
    with psycopg.connect(runner_conninfo) as conn:
        yield conn
        conn.rollback()


@pytest.fixture(scope="session")
def _runner_shared_db(runner_template: Template) -> Iterator[psycopg.Connection]:
    from runner.testing.databases import cloned

    with cloned(runner_template) as conninfo, psycopg.connect(conninfo) as conn:
        yield conn


@pytest.fixture
def runner_transaction(_runner_shared_db: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A connection in a transaction that is rolled back after the test.

    All tests of a process share its database. What a rollback leaves, such as the values of
    sequences, stays.
    """
    yield _runner_shared_db
    _runner_shared_db.rollback()
