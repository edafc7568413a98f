"""A template database that the scripts have built, and databases that are cloned from it."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from runner import commands
from runner.connect.queries import fetch, statement
from runner.observer import Silent
from runner.run.prepare import prepare
from runner.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from runner.check.scripts import Checked


_PREFIX = "runner_template_"
_COMMENT = "template of raw-sql-runner for {}"


class Template(NamedTuple):
    """A database that the scripts have built and verified; `server` leads to its server."""

    server: str
    name: str
    scripts: Path

    def conninfo(self, dbname: str) -> str:
        """The conninfo of a database of the same server."""
        return make_conninfo(self.server, dbname=dbname)


def build_template(server: str, scripts: Path) -> Template:
    """Return the template of these scripts; build it if there is none yet.

    It is found by the digests of the scripts, so it serves all processes and later runs until a
    script changes. Templates of earlier versions of the scripts are dropped. Raises what `apply`
    raises, and psycopg.Error.
    """
    checked = prepare(Settings(scripts=scripts, verbose=False), Silent()).checked
    with _admin(server) as admin:
        name = _PREFIX + _digest(checked, admin.info.server_version, scripts)
        key = int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)
        admin.execute(f"SELECT pg_catalog.pg_advisory_lock({key})".encode())
        if name not in _templates(admin, scripts):
            _build(admin, server, scripts, name)
            for old in _templates(admin, scripts):
                if old != name:
                    with suppress(psycopg.Error):  # another run may still clone it
                        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
    return Template(server, name, scripts)


def _digest(checked: Sequence[Checked], version: int, scripts: Path) -> str:
    parts = [str(version), str(scripts.resolve()), *(one.sha256 for one in checked)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


def _templates(admin: psycopg.Connection, scripts: Path) -> list[str]:
    """The finished templates of a folder: the comment is set last."""
    comment = sql.Literal(_COMMENT.format(scripts.resolve()))
    rows = fetch(admin, sql.SQL(statement("testing/templates")).format(comment=comment))
    return [name for (name,) in rows]


def _build(admin: psycopg.Connection, server: str, scripts: Path, name: str) -> None:
    identifier = sql.Identifier(name)
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifier))  # of a killed run
    admin.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    try:
        target = make_conninfo(server, dbname=name)
        commands.apply(Settings(scripts=scripts, target=target), Silent())
    except BaseException:
        admin.execute(sql.SQL("DROP DATABASE {}").format(identifier))
        raise
    comment = sql.Literal(_COMMENT.format(scripts.resolve()))
    admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(identifier, comment))


@contextmanager
def cloned(template: Template) -> Iterator[str]:
    """The conninfo of a new database like the template, which is dropped at the end."""
    name = f"runner_test_{os.getpid()}_{secrets.token_hex(4)}"
    identifier = sql.Identifier(name)
    clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with _admin(template.server) as admin:
        admin.execute(clone.format(identifier, sql.Identifier(template.name)))
        try:
            yield template.conninfo(name)
        finally:
            end = sql.SQL(statement("testing/end_sessions")).format(name=sql.Literal(name))
            fetch(admin, end)
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(identifier))


@contextmanager
def _admin(server: str) -> Iterator[psycopg.Connection]:
    """A connection that makes and drops databases, to the one that `server` names."""
    with psycopg.connect(server, autocommit=True) as admin:
        yield admin
