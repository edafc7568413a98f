"""Servers for tests, a template database built by the scripts, and clones of it."""

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
_CLOSED = pq.PGconn.connect_start(b"-")  # an invalid conninfo, so it was never open


class Template(NamedTuple):
    """A database built and verified by the scripts, its server, and a session for cloning."""

    server: str
    name: str
    admin: session.Session
    transactions: Iterator[psycopg.Connection | None] = iter(())


@cache
def project(config: pytest.Config) -> tuple[Settings, Prepared]:
    """Return the settings and the prepared scripts. Ignores DATABASE_URL and PG* variables."""
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
    """Return the folders of the scripts."""
    return [config.rootpath / one for one in config.getini("runner_scripts")]


def error_text(error: RunnerError) -> str:
    """Return an error as the command line prints it, with pytest's option name."""
    return "\n".join(lines(Failure(error), Style(Settings()))).replace(" --ref", " --runner-ref")


@contextmanager
def reported_once(config: pytest.Config) -> Iterator[None]:
    """Fail with the first error of the scripts or the server; skip the tests after it."""
    try:
        yield
    except RunnerError as error:
        if REPORTED in config.stash:
            raise pytest.skip.Exception("see the first error of the scripts or server") from None
        config.stash[REPORTED] = True
        raise pytest.fail.Exception(error_text(error), pytrace=False) from None


@contextmanager
def server(settings: Settings, prepared: Prepared) -> Iterator[str]:
    """Yield the conninfo of the target, or of an embedded server that need not survive a crash."""
    extensions = prepared.facts.extensions
    with commands.target_conninfo(settings, Observer(), extensions, durable=False) as conninfo:
        yield session.psql_conninfo(conninfo)


@contextmanager
def template_database(settings: Settings, prepared: Prepared, server: str) -> Iterator[Template]:
    """Yield the template of these scripts; build it if its name, their digests, is new.

    Drops templates of earlier scripts and the roles they created. Raises what `apply` raises.
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
    """Apply the scripts to a new database; it gets the template's name after success."""
    with new_database(built.admin) as name:
        own = settings._replace(target=make_conninfo(built.server, dbname=name), format="json")
        changes = commands.apply(own, Observer(), prepared).changes or ()
        made = [o[1:3] for o in changes if o.kind == "created" and o.object in ("role", "database")]
        done = sql.SQL("COMMENT ON DATABASE {old} IS {made}; ALTER DATABASE {old} RENAME TO {new}")
        names = {"old": sql.Identifier(name), "new": sql.Identifier(built.name)}
        built.admin.execute(done.format(made=f"made with {json.dumps(made)}", **names))


@contextmanager
def cloned(template: Template) -> Iterator[str]:
    """Yield the conninfo of a new clone of the template, which is dropped at the end."""
    with session.errors_converted(), new_database(template.admin, template.name) as name:
        yield make_conninfo(template.server, dbname=name)


def transactions(template: Template) -> Generator[psycopg.Connection | None, None, None]:
    """Yield connections in a transaction of one clone; None after each rollback."""
    with cloned(template) as conninfo, closing(psycopg.connect(conninfo)) as holder:
        # A connection keeps others from dropping the clone as abandoned.
        ((query,),) = fetch(holder, statement("testing/settings"))
        while True:
            with closing(psycopg.connect(conninfo, autocommit=True)) as own:
                while not own.closed:
                    conn = psycopg.Connection(own.pgconn)
                    # No __exit__: it would wait for a COPY that a test has left open.
                    psycopg.Transaction(conn).__enter__()
                    yield conn
                    conn.pgconn = _CLOSED  # for a test that keeps it
                    _reset(own, query)
                    yield None


def _reset(conn: psycopg.Connection, query: str) -> None:
    """Reset the session, or close it if settings remain: no command removes a setting's name."""
    with suppress(psycopg.Error):
        conn.pgconn.exit_pipeline_mode()
        conn.rollback()
        conn.execute("DISCARD ALL")
        if not fetch(conn, query):
            return
    conn.close()
