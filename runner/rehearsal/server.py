"""Create the temporary database of a rehearsal, and drop it afterwards.

The role has the privileges of Aurora's master user: it owns the database and may create databases
and roles, but is no superuser. On the embedded PostgreSQL it is called postgres, as in the
container; with --reference it is the role of the conninfo.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress

from psycopg.conninfo import make_conninfo

from runner.check.script_facts import ScriptFacts
from runner.connect import session
from runner.connect.queries import fetch, is_restricted, statement
from runner.embedded.server import EmbeddedServer, embedded_server
from runner.errors import Refused
from runner.observer import Observer
from runner.reference.database import drop_abandoned, new_database
from runner.settings import Settings

_SUPERUSER = "rdsadmin"  # as on Amazon RDS
# The role that initdb created gets another name. rds_superuser may set the parameter too.
_DEMOTE = """
ALTER ROLE postgres RENAME TO runner_initdb; CREATE ROLE postgres LOGIN CREATEDB CREATEROLE;
ALTER DATABASE postgres OWNER TO postgres;"""
_GRANT = "GRANT SET ON PARAMETER session_replication_role TO postgres"


@contextmanager
def temporary_database(
    settings: Settings, facts: ScriptFacts, observer: Observer
) -> Iterator[session.Session]:
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
                    superuser = make_conninfo(own, user=_SUPERUSER)
                    with _connect(superuser, settings, observer) as other:
                        other.execute(statement("rehearsal/create_extension"))
                conn = stack.enter_context(_connect(own, settings, observer))
                if settings.transaction == "none":  # as the session that holds a run's lock
                    stack.enter_context(_connect(own, settings, observer))
                yield conn
                conn.rollback()  # psycopg would commit, and leave roles on the server


@contextmanager
def _server(settings: Settings, facts: ScriptFacts, observer: Observer) -> Iterator[str]:
    """Yield the conninfo of the server; the embedded server has its own data directory."""
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
                    is_recent = conn.info.server_version >= 150000
                    conn.execute(_DEMOTE + (_GRANT if is_recent else ""))
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


def _connect(conninfo: str, settings: Settings, observer: Observer) -> session.Session:
    timeout = settings.connect_timeout
    return session.connect(conninfo, connect_timeout=timeout, observer=observer, is_target=False)
