"""Where tests run: servers, a template database that the scripts have built, and clones of it."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from runner import commands
from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.embedded.server import embedded_server
from runner.observer import Silent
from runner.reference.database import drop_abandoned, new_database
from runner.report.text_report import Style, lines
from runner.results import Failure
from runner.run.prepare import Prepared, prepare
from runner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from runner.errors import RunnerError

_ROLES = "SELECT rolname::text FROM pg_roles"


class Template(NamedTuple):
    """A database that the scripts have built and verified; `server` leads to its server."""

    server: str
    name: str

    def conninfo(self, dbname: str) -> str:
        """The conninfo of a database of the same server."""
        return make_conninfo(self.server, dbname=dbname)


def scripts_folder(config: pytest.Config) -> Path:
    """The folder of the scripts, relative to the working directory where it is below that."""
    folder, here = config.rootpath / str(config.getini("runner_scripts")), Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def project_settings(config: pytest.Config) -> Settings:
    """What to run, and where. DATABASE_URL and its like name no database for tests."""
    options = {
        "scripts": (scripts_folder(config),),
        "target": config.getoption("--runner-target"),
        "data_dir": config.rootpath / ".runner" / "pytest",
    }
    return Settings.load(options, {})


def error_text(error: RunnerError) -> str:
    """An error as the command line prints it."""
    return "\n".join(lines(Failure(error), Style(Settings())))


@contextmanager
def connected(conninfo: str) -> Iterator[session.Session]:
    """A connection of the plugin's own, in autocommit mode. Raises RunnerError."""
    conn = session.connect(conninfo, connect_timeout=None, observer=Silent())
    with conn, session.errors_converted():
        yield conn


@contextmanager
def server(settings: Settings) -> Iterator[str]:
    """The conninfo of the target, or of an embedded server, which need not survive a crash."""
    if settings.target is not None:
        yield session.psql_conninfo(settings.target)
        return
    extensions = prepare(settings, Silent()).outline.extensions
    with embedded_server(settings.data_dir, extensions, durable=False) as embedded:
        yield embedded.conninfo


def build_template(settings: Settings, server: str) -> Template:
    """Return the template of these scripts; build it if there is none yet.

    Its name holds digests of the role and the folder's path, and of the scripts and the server's
    version, so it serves all processes and later runs until a script changes. Those of earlier
    versions of the scripts are dropped, with the roles that they made. Raises what `apply` raises.
    """
    prepared = prepare(settings, Silent())
    with connected(server) as admin:
        folder = _digest(admin.info.user, *(str(path.resolve()) for path in settings.scripts))
        version, scripts = str(admin.info.server_version), (one.sha256 for one in prepared.checked)
        prefix = f"runner_template_{folder}_"
        template = Template(server, prefix + _digest(version, *scripts))
        admin.execute(f"SELECT pg_catalog.pg_advisory_lock({int(folder, 16)})".encode())
        drop_abandoned(admin)
        found: dict[str, list[str]] = dict(
            fetch(admin, sql.SQL(statement("testing/templates")).format(prefix=prefix))
        )
        if template.name not in found:
            for old, roles in found.items():
                with suppress(psycopg.Error):  # another run may still clone it
                    admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
                    for role in roles:
                        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
            _build(admin, settings, prepared, template)
    return template


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:15]


def _build(admin: session.Session, settings: Settings, prepared: Prepared, built: Template) -> None:
    """Apply the scripts to a database that gets its name when all is done."""
    before = set(fetch(admin, _ROLES))
    with new_database(admin) as name:
        commands.apply(replace(settings, target=built.conninfo(name)), Silent(), prepared)
        made = {one for (one,) in set(fetch(admin, _ROLES)) - before} & prepared.outline.roles
        database = sql.Identifier(name)
        if made:
            comment = f"made with the roles {json.dumps(sorted(made))}"
            admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, comment))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        admin.execute(rename.format(database, sql.Identifier(built.name)))


@contextmanager
def cloned(template: Template) -> Iterator[str]:
    """The conninfo of a new database like the template, which is dropped at the end."""
    with connected(template.server) as admin, new_database(admin, template.name) as name:
        yield template.conninfo(name)
