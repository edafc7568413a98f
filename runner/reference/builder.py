"""The scripts once more, in the database of a reference; what they build there is read.

In a transaction that is never committed: roles and other things that all databases of a server
share leave no trace.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql

from runner.catalog.reader import (
    changed,
    read_shared,
    role_in_the_way,
    set_roles_aside,
    snapshot_commands,
    snapshot_of,
)
from runner.catalog.rows import RowDigest, read_rows
from runner.catalog.snapshot import CatalogObject, ObjectKey, Snapshot, TableShape
from runner.connect.queries import encoded
from runner.errors import StatementFailed
from runner.execute.script_runner import Scripts
from runner.observer import Silent
from runner.psql.sql_text import catalog_name
from runner.reference import database
from runner.reference.database import ReferenceSpec

if TYPE_CHECKING:
    from psycopg import Connection

    from runner.catalog.reader import Row


class Stopped(Exception):
    """Nobody wants the reference any more."""


class Built(NamedTuple):
    """What the scripts have built in the reference."""

    snapshot: Snapshot
    digests: Mapping[TableShape, RowDigest]


class Unheard(Silent):
    """Nobody hears of a reference. Where nobody wants it any more, its scripts end here."""

    def __init__(self, released: threading.Event) -> None:
        self._released = released

    def progress(self, done: int) -> None:  # noqa: ARG002, the observer's
        """After each message. Raises Stopped."""
        if self._released.is_set():
            raise Stopped


class Rebuild:
    """Runs the scripts on `conn`, which `conninfo` leads to, until `released` is set.

    `is_direct`: no pooler stands before the server. `pid` is the server's process once there
    is a transaction that somebody may wait for.
    """

    def __init__(
        self,
        spec: ReferenceSpec,
        conn: Connection[tuple[Any, ...]],
        conninfo: str,
        released: threading.Event,
        *,
        is_direct: bool,
    ) -> None:
        self.pid = 0
        self._spec = spec
        self._conn = conn
        self._conninfo = conninfo
        self._observer = Unheard(released)
        self._is_direct = is_direct
        self._roles = set(spec.outline.roles)

    def run(self) -> Built:
        """Gives what the scripts have built. Raises what they do, and Stopped.

        A role that a statement hides is found when it is in the way; then they run again.
        """
        while True:
            try:
                return self._once()
            except StatementFailed as error:
                role = role_in_the_way(error)
                if role is None or role in self._roles:
                    raise
                self._roles.add(role)
                self._conn.rollback()

    def _once(self) -> Built:
        spec = self._spec
        settings = replace(spec.settings, transaction="all")
        given = (self._conn, self._conninfo, settings, spec.folder, self._observer, spec.target)
        scripts = Scripts(*given, changes_defaults=spec.outline.changes_defaults)
        self._begin(scripts)
        before = self._shared()
        for one in spec.checked:
            scripts.run(one)
        snapshot = snapshot_of(scripts.finish(*snapshot_commands())[-1])
        shared = changed(before, self._shared(), spec.outline.shared)
        digests, _ = read_rows(self._conn, snapshot.tables)
        objects = {**self._without_given(snapshot), **shared}
        return Built(snapshot._replace(objects=objects), digests)

    def _begin(self, scripts: Scripts) -> None:
        """Begins the transaction, with the first script where nothing has to be known before."""
        create = sql.SQL("CREATE SCHEMA IF NOT EXISTS {};")
        schemas = map(sql.Identifier, self._spec.given_schemas())
        begin = (
            b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;",
            *scripts.own_settings(),
            *(encoded(self._conn, create.format(schema).as_string()) for schema in schemas),
        )
        if self._is_direct and not self._roles and not self._spec.outline.cluster_wide:
            self.pid = self._conn.info.backend_pid
            scripts.opening = begin
            return
        cursor = self._conn.execute(b"".join((*begin, b"SELECT pg_catalog.pg_backend_pid()")))
        while cursor.nextset():
            pass
        (self.pid,) = cursor.fetchone() or (0,)
        set_roles_aside(self._conn, self._roles, f"{database.PREFIX}{self.pid}")

    def _shared(self) -> list[Row]:
        return read_shared(self._conn, self._spec.outline, self._spec.target.dbname)

    def _without_given(self, snapshot: Snapshot) -> dict[ObjectKey, CatalogObject]:
        given = set(self._spec.given_schemas())
        return {
            key: entry
            for key, entry in snapshot.objects.items()
            if key.object != "schema" or catalog_name(key.name) not in given
        }
