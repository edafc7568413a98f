"""The databases of a rehearsal: a temporary one, and those of the scripts, one at a time.

The role has the privileges of Aurora's master user: it owns the database and may create databases
and roles, but is no superuser. On the embedded PostgreSQL it is called postgres, as in the
container; with --reference it is the role of the conninfo.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress

from psycopg.conninfo import make_conninfo

from runner.adapt.shared_statements import Shared
from runner.check.script_facts import ScriptFacts
from runner.connect import session
from runner.connect.queries import fetch, is_restricted, statement
from runner.connect.session import Session
from runner.embedded.server import EmbeddedServer, embedded_server
from runner.errors import Query, Refused, RunnerError, StatementFailed
from runner.execute.execution import RunningScript, Where
from runner.execute.server_errors import hint_for
from runner.observer import Observer
from runner.psql.steps import Connect
from runner.reference.database import drop_abandoned, new_database
from runner.reference.one_database import OneDatabase, VisitedDatabase
from runner.reference.rewriting import by_known_names
from runner.settings import Settings

TARGET_DATABASE = ":DBNAME"
_IN_TRANSACTION = "25001"
_IF_EXISTS = re.compile(rb"(?i)\bIF\s+EXISTS\b")
_SUPERUSER = "rdsadmin"  # as on Amazon RDS
# The role that initdb created gets another name. rds_superuser may set the parameter too.
_DEMOTE = """
ALTER ROLE postgres RENAME TO runner_initdb; CREATE ROLE postgres LOGIN CREATEDB CREATEROLE;
ALTER DATABASE postgres OWNER TO postgres;"""
_GRANT = "GRANT SET ON PARAMETER session_replication_role TO postgres"


class RehearsedDatabases(OneDatabase):
    """The databases that a rehearsal connects to; CREATE DATABASE is sent only to be parsed.

    The name of the target is unknown, so each name that no script creates is `taken` for it.
    `on_error` is called with the errors that the server, or a run, would give.
    """

    def __init__(
        self,
        conn: Session,
        other: tuple[str, VisitedDatabase] | None,
        on_error: Callable[[RunnerError, bytes], object],
    ) -> None:
        super().__init__(conn, TARGET_DATABASE, *(other or (TARGET_DATABASE,)))
        self.taken: set[str] = set()
        self._only_read: set[tuple[str, int]] = set()
        self._on_error = on_error

    def connect(self, name: str, step: Connect | None) -> tuple[Session, None] | None:
        name = self._known(name, TARGET_DATABASE)
        if name not in (TARGET_DATABASE, *self._created):
            self.taken.add(name)
            name = TARGET_DATABASE
        return super().connect(name, step)

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        name = "".join(shared.database_names[:1])
        creates, exists = bool(name) and shared.verb == b"CREATE", name in self._created
        is_optional = _IF_EXISTS.search(shared.statement.text)
        if name and shared.verb == b"DROP" and not exists and not is_optional:
            lost = "it does not exist, or all of it would be lost"
            self._fail(shared, None, f"DROP DATABASE {name}: {lost}")
        # A query that returns the statement usually checks first that the database is missing.
        if creates and exists and shared.statement.origins is None:
            self._fail(shared, "42P04", f'database "{name}" already exists')
        found = super().run_shared(shared, progress)
        if found is None and creates:
            self._only_read.add(shared.statement.place()[:2])
            return None, shared.statement
        return found

    def sent(self, text: bytes) -> bytes:
        return by_known_names(text, None if self.current == TARGET_DATABASE else self.current)

    def is_only_parsed(self, error: RunnerError) -> bool:
        """Return whether the server refused a CREATE DATABASE only because of the transaction."""
        place = error.place
        return error.sqlstate == _IN_TRANSACTION and bool(place and place[:2] in self._only_read)

    def _fail(self, shared: Shared, sqlstate: str | None, message: str) -> None:
        statement = shared.statement
        text = statement.text.decode("utf-8", "replace")
        error = StatementFailed(
            message,
            sqlstate=sqlstate,
            place=statement.place(),
            statement=Query(text),
            hint=hint_for(sqlstate, text) if sqlstate else None,
        )
        self._on_error(error, statement.text)


@contextmanager
def temporary_database(
    settings: Settings, facts: ScriptFacts, observer: Observer
) -> Iterator[Session]:
    """Create an empty database, yield a session with it, and drop it at the end.

    Raises the errors of starting the embedded server and of connecting, and StatementFailed or
    Refused if the role may not create databases.
    """
    with _server(settings, facts, observer) as conninfo:
        keeper = _connect(make_conninfo(conninfo, client_encoding="UTF8"), settings, observer)
        with keeper, session.errors_converted():
            drop_abandoned(keeper)
            with new_database(keeper) as name, ExitStack() as stack:
                own = make_conninfo(conninfo, dbname=name)
                if settings.reference is None:
                    with _connect(make_conninfo(own, user=_SUPERUSER), settings, observer) as other:
                        other.execute(statement("rehearsal/create_extension"))
                conn = stack.enter_context(_connect(own, settings, observer))
                if settings.transaction == "none":  # as the session that holds a run's lock
                    stack.enter_context(_connect(own, settings, observer))
                yield conn
                conn.rollback()  # psycopg would commit, and leave roles on the server


@contextmanager
def _server(settings: Settings, facts: ScriptFacts, observer: Observer) -> Iterator[str]:
    if settings.reference is not None:
        yield settings.reference
        return
    with ExitStack() as stack:
        server = _started(settings, facts.extensions, stack)
        superuser = make_conninfo(server.conninfo, user=_SUPERUSER)
        with _connect(server.conninfo, settings, observer) as first:
            if not is_restricted(first):
                first.execute("CREATE ROLE rdsadmin LOGIN SUPERUSER")
                with _connect(superuser, settings, observer) as conn:
                    conn.execute(_DEMOTE + (_GRANT if conn.info.server_version >= 150000 else ""))
        try:
            yield server.conninfo
        finally:
            if settings.transaction == "none":
                with _connect(superuser, settings, observer) as conn:
                    for (command,) in fetch(conn, statement("rehearsal/left")):
                        conn.execute(command)


def _started(settings: Settings, extensions: Collection[str], stack: ExitStack) -> EmbeddedServer:
    """Start the embedded server with the extensions, or else without them."""
    data_dir = settings.data_dir.with_name("rehearsal")
    for place in (data_dir, data_dir.with_name("rehearsal-full")):
        with suppress(Refused):
            return stack.enter_context(embedded_server(place, extensions, durable=False))
    return stack.enter_context(embedded_server(data_dir, durable=False))


def _connect(conninfo: str, settings: Settings, observer: Observer) -> Session:
    timeout = settings.connect_timeout
    return session.connect(conninfo, connect_timeout=timeout, observer=observer, is_target=False)
