"""Where tests run: servers, a template database that the scripts have built, and clones of it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from runner import commands
from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.environment import is_enabled
from runner.errors import RunnerError
from runner.observer import Observer
from runner.reference.database import drop_abandoned, new_database
from runner.report.text_report import Style, lines
from runner.results import Failure
from runner.run.context import Prepared, prepare
from runner.settings import Settings

REPORTED = pytest.StashKey[bool]()
_CLOSED = pq.PGconn.connect_start(b"-")  # no conninfo, so it was never open


class Template(NamedTuple):
    """A database that the scripts have built and verified, its server, and a session for clones."""

    server: str
    name: str
    admin: session.Session
    transactions: Iterator[psycopg.Connection | None] = iter(())


@cache
def project(config: pytest.Config) -> tuple[Settings, Prepared]:
    """What to run, and where. DATABASE_URL and its like name no database for tests."""
    options = {
        "scripts": tuple(Path(os.path.relpath(one)) for one in script_folders(config)),
        "target": config.getoption("--runner-target"),
        "reference": config.getoption("--runner-reference"),
        "data_dir": config.rootpath / ".runner" / "pytest",
        "allow_shell": is_enabled(os.environ, "RUNNER_ALLOW_SHELL"),
    }
    settings = Settings.load(options, {})
    return settings, prepare(settings, Observer())


def script_folders(config: pytest.Config) -> list[Path]:
    """The folders of the scripts."""
    return [config.rootpath / one for one in config.getini("runner_scripts")]


def error_text(error: RunnerError) -> str:
    """An error as the command line prints it, with pytest's name of an option."""
    return "\n".join(lines(Failure(error), Style(Settings()))).replace(" --ref", " --runner-ref")


@contextmanager
def reported_once(config: pytest.Config) -> Iterator[None]:
    """Fail with the first error of the scripts or the server; skip what meets it later."""
    try:
        yield
    except RunnerError as error:
        if REPORTED in config.stash:
            raise pytest.skip.Exception("see the first error of the scripts or server") from None
        config.stash[REPORTED] = True
        raise pytest.fail.Exception(error_text(error), pytrace=False) from None


@contextmanager
def server(settings: Settings, prepared: Prepared) -> Iterator[str]:
    """The conninfo of the target, or of an embedded server, which need not survive a crash."""
    extensions = prepared.outline.extensions
    with commands.target_conninfo(settings, Observer(), extensions, durable=False) as conninfo:
        yield session.psql_conninfo(conninfo)


@contextmanager
def template_of(settings: Settings, prepared: Prepared, server: str) -> Iterator[Template]:
    """The template of these scripts, built if there is none: its name holds their digests.

    Those of earlier scripts are dropped, with the roles that they made. Raises what `apply` raises.
    """
    with session.connected(server, Observer()) as admin:
        folder = _digest(admin.info.user, *(str(path.resolve()) for path in settings.scripts))
        version, scripts = str(admin.info.server_version), (one.sha256 for one in prepared.checked)
        prefix = f"runner_template_{folder}_"
        template = Template(server, prefix + _digest(version, *scripts), admin)
        admin.execute(f"SELECT pg_catalog.pg_advisory_lock({int(folder, 16)})".encode())
        drop_abandoned(admin)
        found = fetch(admin, sql.SQL(statement("testing/templates")).format(prefix=prefix))
        if template.name not in (name for name, _ in found):
            for _, drop in found:
                with suppress(psycopg.Error):  # another run may still clone it
                    admin.execute(drop.encode())
            _build(settings, prepared, template)
        admin.execute("SELECT pg_catalog.pg_advisory_unlock_all()")
        with closing(transactions(template)) as shared:
            yield template._replace(transactions=shared)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:15]


def _build(settings: Settings, prepared: Prepared, built: Template) -> None:
    """Apply the scripts to a database, which gets its name when all is done."""
    with new_database(built.admin) as name:
        own = settings._replace(target=make_conninfo(built.server, dbname=name), format="json")
        changes = commands.apply(own, Observer(), prepared).changes or ()
        made = [o[1:3] for o in changes if o.kind == "created" and o.object in ("role", "database")]
        done = sql.SQL("COMMENT ON DATABASE {old} IS {made}; ALTER DATABASE {old} RENAME TO {new}")
        names = {"old": sql.Identifier(name), "new": sql.Identifier(built.name)}
        built.admin.execute(done.format(made=f"made with {json.dumps(made)}", **names))


@contextmanager
def cloned(template: Template) -> Iterator[str]:
    """The conninfo of a new database like the template, which is dropped at the end."""
    with session.errors_converted(), new_database(template.admin, template.name) as name:
        yield make_conninfo(template.server, dbname=name)


def transactions(template: Template) -> Generator[psycopg.Connection | None, None, None]:
    """Connections in transactions of one clone, each followed by nothing: it is rolled back."""
    with cloned(template) as conninfo, closing(psycopg.connect(conninfo)) as holder:
        # Connected, the clone is no abandoned database.
        ((query,),) = fetch(holder, statement("testing/settings"))
        while True:
            with closing(psycopg.connect(conninfo, autocommit=True)) as own:
                while not own.closed:
                    conn = psycopg.Connection(own.pgconn)
                    # It is not left, which would wait for a COPY that a test has left open.
                    psycopg.Transaction(conn).__enter__()
                    yield conn
                    conn.pgconn = _CLOSED  # for a test that keeps it
                    _clean(own, query)
                    yield None


def _clean(conn: psycopg.Connection, query: str) -> None:
    """Make the session like a new one, or close it: nothing takes a setting's name away."""
    with suppress(psycopg.Error):
        conn.pgconn.exit_pipeline_mode()
        conn.rollback()
        conn.execute("DISCARD ALL")
        if not fetch(conn, query):
            return
    conn.close()
