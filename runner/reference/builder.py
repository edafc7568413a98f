"""Run the scripts in the reference database and read what they have built.

The transaction is never committed: roles and other objects that all databases of a server share
leave no trace.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import closing, suppress
from functools import reduce
from typing import NamedTuple

import psycopg
from psycopg import sql

from runner.catalog.reader import (
    Row,
    changed_shared_objects,
    existing_object,
    parse_snapshot,
    read_shared_objects,
    shared_queries,
    snapshot_commands,
)
from runner.catalog.rows import RowDigest, SequenceState, read_rows, read_single_rows, read_state
from runner.catalog.shapes import CRON, SequenceFeed, TableShape
from runner.catalog.snapshot import Snapshot
from runner.connect.queries import encoded, statement
from runner.connect.session import Session
from runner.errors import MergedInsertFailed, ScriptError, StatementFailed
from runner.execute.execution import Execution
from runner.observer import Observer
from runner.psql.sql_text import catalog_name
from runner.reference.database import (
    ON_CRON,
    committed_commands,
    extension_commands,
    has_extension,
    without_extensions,
)
from runner.reference.one_database import OneDatabase, VisitedDatabase
from runner.reference.rewriting import by_known_names, with_one_replica
from runner.reference.spec import ReferenceSpec
from runner.sessions.script_runner import Scripts
from runner.sessions.session_reset import own_settings


class BuildCancelled(Exception):
    """The reference is no longer needed."""


class BuildResult(NamedTuple):
    """The catalog of the reference database, digests of its rows, and states of its sequences.

    `is_random`: the scripts called random(). `visited` are the other databases that they connect
    to, see `OneDatabase`. After a second run of the scripts, `repeated` are the columns that got
    other values in as many rows, and `snapshot_again` is the catalog.
    """

    snapshot: Snapshot
    digests: dict[TableShape, RowDigest]
    states: Mapping[SequenceFeed, SequenceState]
    is_random: bool
    visited: Mapping[str, VisitedDatabase]
    repeated: Collection[TableShape] = ()
    snapshot_again: Snapshot | None = None


class Builder:
    """Runs the scripts on `conn` until `released` is set.

    `is_direct`: there is no connection pooler in between. `pid` is the server process, set when its
    transaction begins and other sessions can wait for its locks.
    """

    def __init__(
        self, spec: ReferenceSpec, conn: Session, released: threading.Event, *, is_direct: bool
    ) -> None:
        self.pid = 0
        self._spec = spec
        self._rewrite = spec.rewrite
        self._conn = conn
        self._released = released
        self._is_direct = is_direct
        self._roles = set(spec.facts.roles)
        self._seed = f"SET seed = {random.random():.9f};".encode()  # noqa: S311, no secret
        # Those of the target that the scripts use but do not create.
        self._schemas = sorted(set(spec.properties.schemas) - spec.facts.schemas)
        self._merges = True
        self._scripts: Scripts

    def run(self) -> BuildResult:
        """Run the scripts; raise their errors, and BuildCancelled.

        A statement whose text does not show the name of the role, extension or schema that it
        creates may fail because that exists already. Then the scripts run again with the role
        renamed, or without what the target has. An error that only a rewritten statement causes is
        ignored.
        """
        while True:
            try:
                return self._run_once()
            except MergedInsertFailed:
                self._merges = False
                self._conn.rollback()
            except (ScriptError, StatementFailed) as error:
                self._conn.rollback()  # the target's run may wait for a lock of this one
                if self._scripts.has_learned_label(error):
                    continue
                if self._rewrite is not None:
                    self._rewrite = None
                    continue
                if error.sqlstate == "42P06" and self._schemas:  # duplicate_schema
                    self._schemas = []
                    continue
                name = existing_object(error) if isinstance(error, StatementFailed) else None
                if name is None or name in self._roles:
                    raise
                self._roles.add(name)
                self._spec.facts.own_extensions.add(name)

    def _run_once(self) -> BuildResult:
        spec = self._spec
        home = spec.target.dbname
        part = spec.part or home
        databases = OneDatabase(
            self._conn, home, part, spec.visited, sees_others=not spec.of_any_day
        )
        is_routed = spec.facts.may_be_several or "database" in spec.facts.shared
        self._scripts = scripts = Scripts(
            Execution(
                self._conn,
                Observer(),
                spec.target,
                between=self._check,
                left_out=ON_CRON if has_extension(spec, CRON) else None,
                rewrite=self._sent(databases),
                merges=self._merges,
                databases=databases if is_routed else None,
            ),
            spec.settings,
            facts=spec.facts,
            begin=self._begin(),
        )
        before = self._shared_objects()
        with closing(scripts):
            for one in spec.checked:
                scripts.run(one)
        snapshot = self._snapshot(scripts, before)
        digests, states = read_state(self._conn, snapshot.tables, snapshot.feeds)
        # Was random() called: is the next number not the first one after the seed?
        query = "SELECT pg_catalog.random()"
        now, first = read_single_rows(self._conn, (query, f"{self._seed.decode()} {query}"))
        result = BuildResult(snapshot, digests, states, now != first, databases.visited)
        if spec.repeat is None or spec.facts.may_be_several:
            return result
        return self._repeated(result, scripts, before)

    def _check(self) -> None:
        """Raise BuildCancelled, after the message that was just answered."""
        if self._released.is_set():
            raise BuildCancelled

    def _sent(self, databases: OneDatabase) -> Callable[[bytes], bytes] | None:
        """What gives the text that is sent for that of a statement."""
        spec = self._spec
        steps = [self._rewrite] if self._rewrite else []
        if spec.facts.asks_database or spec.facts.has_shell:
            steps.append(lambda text: by_known_names(text, databases.current))
        if has_extension(spec, "citus"):
            steps.append(with_one_replica)
        return (lambda text: reduce(lambda now, step: step(now), steps, text)) if steps else None

    def _snapshot(self, scripts: Scripts, before: list[Row]) -> Snapshot:
        """Return the catalog, and which shared objects are no longer as `before`."""
        savepoint, *commands = snapshot_commands(is_trusted=self._spec.create is None)
        back = scripts.sessions.roles_back()
        found = parse_snapshot(scripts.finish(savepoint, *back, *commands))
        snapshot = without_extensions(self._spec, found)
        with self._conn.transaction(force_rollback=True):
            for command in back:
                self._conn.execute(encoded(self._conn, command))
            after = self._shared_objects()
        objects = {
            key: entry
            for key, entry in snapshot.objects.items()
            if key.object != "schema" or catalog_name(key.name) not in self._schemas
        }
        objects |= changed_shared_objects(before, after, self._spec.facts.shared)
        return snapshot._replace(objects=objects)

    def _repeated(self, result: BuildResult, scripts: Scripts, before: list[Row]) -> BuildResult:
        """Run the scripts once more, add what that changes to the result, and roll it back."""
        tables = [one for one in result.snapshot.tables if one.name in (self._spec.repeat or ())]
        columns = [column for table in tables for column in table.each()]
        first = read_rows(self._conn, columns)
        with (
            suppress(ScriptError, StatementFailed, psycopg.ProgrammingError),
            self._conn.transaction(force_rollback=True),
        ):
            scripts.run_again()
            for one in self._spec.checked:
                scripts.run(one)
            again = self._snapshot(scripts, before)
            second = read_rows(self._conn, columns)
            as_many = [one for one in columns if second[one].rows == first[one].rows]
            changed = [one for one in as_many if second[one] != first[one]]
            return result._replace(repeated=changed, snapshot_again=again)
        return result

    def _begin(self) -> tuple[bytes, ...]:
        """Begin the transaction if the pid or roles are needed, or return the commands for it."""
        spec, schema = self._spec, sql.SQL("CREATE SCHEMA IF NOT EXISTS {};")
        own = [schema.format(sql.Identifier(one)).as_string() for one in self._schemas]
        name, owner = self._conn.info.dbname, spec.properties.owner
        if owner and spec.settings.reference is None:  # who may create in the database
            own.insert(0, _if_allowed("ALTER DATABASE {} OWNER TO {}", name, owner))
        begin = (
            *(encoded(self._conn, one) for one in committed_commands(spec)),
            b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;",
            *own_settings(self._conn, spec.settings.lock_timeout, autocommit=False),
            self._seed,
            *(encoded(self._conn, one) for one in (*own, *extension_commands(spec))),
        )
        if self._is_direct and not self._roles and not spec.facts.may_be_cluster_wide:
            self.pid = self._conn.info.backend_pid
            return begin
        cursor = self._conn.execute(b"".join((*begin, b"SELECT pg_catalog.pg_backend_pid()")))
        while cursor.nextset():
            pass
        (self.pid,) = cursor.fetchone() or (0,)
        for number, role in enumerate(sorted(self._roles)):  # the scripts can create it then
            rename = _if_allowed("ALTER ROLE {} RENAME TO {}", role, f"{name}_{number}")
            self._conn.execute(encoded(self._conn, rename))
        return ()

    def _shared_objects(self) -> list[Row]:
        spec = self._spec
        queries = shared_queries(spec.facts, spec.target.dbname, spec.part)
        return read_shared_objects(self._conn, queries)


def _if_allowed(command: str, *names: str) -> str:
    text = sql.SQL(command).format(*map(sql.Identifier, names)).as_string()
    return sql.SQL(statement("reference/if_allowed")).format(text).as_string()
