"""Servers for tests, a template database that the scripts have built, and clones of it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from runner import commands
from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.embedded.server import embedded_server
from runner.errors import UsageError
from runner.observer import Silent
from runner.project.compose import compose_file, container_of
from runner.reference.database import claim_name, drop_abandoned, drop_database
from runner.run.prepare import prepare
from runner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE = 60.0  # seconds for a container


class Template(NamedTuple):
    """A database that the scripts have built and verified; `server` leads to its server."""

    server: str
    name: str

    def conninfo(self, dbname: str) -> str:
        """The conninfo of a database of the same server."""
        return make_conninfo(self.server, dbname=dbname)


def connected(conninfo: str) -> session.Session:
    """A connection of the plugin's own, in autocommit mode."""
    return session.connect(conninfo, connect_timeout=None, observer=Silent())


@contextmanager
def server(settings: Settings) -> Iterator[str]:
    """The conninfo of the target, or of an embedded server, which need not survive a crash."""
    if settings.target is not None:
        yield session.psql_conninfo(settings.target)
        return
    extensions = prepare(settings, Silent()).outline.extensions
    with embedded_server(settings.data_dir, extensions, durable=False) as embedded:
        yield embedded.conninfo


@contextmanager
def container(request: pytest.FixtureRequest) -> Iterator[str]:
    """The conninfo of the project's container, once its scripts have run and it listens on TCP.

    How to start and remove it say the fixtures of pytest-docker. Skips where that is not installed
    or no engine answers; raises UsageError where the container does not start.
    """
    docker: Any = pytest.importorskip("pytest_docker.plugin", reason="needs pytest-docker")
    try:
        _run(docker.execute, "docker info --format '{{.ServerVersion}}'")
    except UsageError as error:
        pytest.skip(f"no Docker engine: {error.message}")
    if (path := compose_file(request.config.rootpath)) is None:
        raise UsageError(f"there is no docker-compose.yml in {request.config.rootpath}")
    names = ("compose_command", "compose_project_name", "setup", "cleanup")
    command, project, setup, cleanup = (request.getfixturevalue(f"docker_{n}") for n in names)
    compose = docker.DockerComposeExecutor(command, str(path), project)
    url = container_of(_run(compose.execute, "config"), path).url
    if url is None:
        raise UsageError(f"{path} publishes no port 5432")
    with docker.get_docker_services(command, str(path), project, [], cleanup):
        for step in docker.str_to_list(setup):
            _run(compose.execute, step)
        commands.wait(Settings(target=url, connect_timeout=_PATIENCE), Silent())
        yield url


def _run(execute: Callable[[str], bytes], command: str) -> str:
    try:
        return execute(command).decode()
    except Exception as error:  # noqa: BLE001, the only class that pytest-docker raises
        raise UsageError(str(error)) from None


def build_template(settings: Settings, server: str) -> Template:
    """Return the template of these scripts; build it if there is none yet.

    Its name holds digests of the folder's path, and of the scripts and the server's version, so it
    serves all processes and later runs until a script changes. Those of earlier versions of the
    scripts are dropped. Raises what `apply` raises.
    """
    checked = prepare(settings, Silent()).checked
    folder = _digest(*(str(path.resolve()) for path in settings.scripts))
    prefix = f"runner_template_{folder}_"
    with connected(server) as admin:
        version = str(admin.info.server_version)
        template = Template(server, prefix + _digest(version, *(one.sha256 for one in checked)))
        admin.execute(f"SELECT pg_catalog.pg_advisory_lock({int(folder, 16)})".encode())
        drop_abandoned(admin)
        query = sql.SQL(statement("testing/templates")).format(prefix=prefix)
        found = [name for (name,) in fetch(admin, query)]
        if template.name not in found:
            _build(admin, settings, template)
            for old in found:
                with suppress(psycopg.Error):  # another run may still clone it
                    admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
    return template


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:15]


def _build(admin: session.Session, settings: Settings, template: Template) -> None:
    """Apply the scripts to a database that gets its name when all is done."""
    with new_database(admin, "template0") as name:
        commands.apply(replace(settings, target=template.conninfo(name)), Silent())
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        admin.execute(rename.format(sql.Identifier(name), sql.Identifier(template.name)))


@contextmanager
def cloned(template: Template) -> Iterator[str]:
    """The conninfo of a new database like the template, which is dropped at the end."""
    with connected(template.server) as admin, new_database(admin, template.name) as name:
        yield template.conninfo(name)


@contextmanager
def new_database(admin: session.Session, template: str) -> Iterator[str]:
    """The name of a new database, which is dropped at the end.

    If this process is killed, a later run drops it, as it does references: by its name, which is
    the application_name of `admin` up to the next new database.
    """
    name, _ = claim_name(admin, 0)
    create = "CREATE DATABASE {} TEMPLATE {}"
    # Copying files is faster where nothing waits for the disk.
    if admin.info.server_version >= 150000 and fetch(admin, "SHOW fsync") == [("off",)]:
        create += " STRATEGY file_copy"
    admin.execute(sql.SQL(create).format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield name
    finally:
        drop_database(admin, name)
