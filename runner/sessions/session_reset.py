r"""The commands that make a session look new without ending its transaction.

Also the settings that a session begins with, and the connection of a `\connect` (do_connect in
psql's command.c).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from psycopg import Error, ProgrammingError, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner.adapt.transaction_blocks import CHECK_CONSTRAINTS
from runner.connect.queries import encoded, no_timeouts, statement
from runner.connect.session import Session, connect
from runner.errors import ConnectionFailed, StatementFailed, UsageError
from runner.observer import Observer
from runner.psql.steps import LOCAL_HOSTS, Connect
from runner.results import Target
from runner.settings import Settings

# Removes everything that an earlier script may have left, which a new session does not have.
# DISCARD ALL does the same, but not in a transaction.
RESET = (b"RESET SESSION AUTHORIZATION;", b"RESET ALL;")
# The guard needs to know how the script left it.
TRACK_COUNTS = b"SELECT pg_catalog.current_setting('track_counts');"
DISCARD = (
    b"CLOSE ALL;", b"UNLISTEN *;", b"DEALLOCATE ALL;", b"DISCARD TEMP;", b"DISCARD SEQUENCES;",
    b"SELECT pg_catalog.pg_advisory_unlock_all();",
)  # fmt: skip
# These outlive a rollback, and a pooler gives the server's session to the next client.
LEFT_BEHIND = b"DEALLOCATE ALL; SELECT pg_catalog.pg_advisory_unlock_all()"
# Parameters of a startup packet that are not settings.
_NO_SETTINGS = frozenset({"", "user", "database", "options", "replication", "application_name"})
_PORT = "5432"  # as in the image


def own_settings(conn: Session, lock_timeout: float, *, autocommit: bool) -> tuple[bytes, ...]:
    """Return the commands that set what the runner needs, whatever a script has set."""
    local = "" if autocommit else "LOCAL "
    timeout = f"SET {local}lock_timeout = '{round(lock_timeout * 1000)}ms';".encode()
    if autocommit:
        return (timeout,)
    timeouts = (f"{one};".encode() for one in no_timeouts(conn).split(";") if one)
    further = (statement(f"sessions/{name}").encode() for name in ("deferred", "citus"))
    return (timeout, *timeouts, CHECK_CONSTRAINTS, *further)


def settings_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the settings in a startup packet: those in `options`, as of PGOPTIONS, and others."""
    text = parameters.get("options", "")
    words = iter(re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:\\.|[^\s\\])+", text))
    found = {}
    for word in words:
        setting = next(words, "") if word == "-c" else re.sub("^(-c|--)", "", word)
        name, _, value = setting.partition("=")
        found[name.replace("-", "_")] = value
    return found | {name: v for name, v in parameters.items() if name not in _NO_SETTINGS}


def set_commands(conn: Session, settings: Mapping[str, str]) -> tuple[bytes, ...]:
    """Return the commands that give a session these settings."""
    command = sql.SQL("SELECT pg_catalog.set_config({}, {}, false);")
    made = (command.format(*map(sql.Literal, pair)) for pair in settings.items())
    return tuple(encoded(conn, one.as_string(conn)) for one in made)


def named_parameters(step: Connect) -> dict[str, str]:
    r"""Return the parameters that a `\connect` names. Raises StatementFailed as libpq does."""
    words = {"dbname": step.dbname, "user": step.user, "host": step.host, "port": step.port}
    given = {name: value for name, value in words.items() if value is not None}
    try:
        text = make_conninfo("", **given) if step.conninfo is None else step.conninfo
        return {name: str(value) for name, value in conninfo_to_dict(text).items()}
    except (ProgrammingError, ValueError):  # some are not UTF-8
        place = step.statement.place()
        message = "\\connect: libpq cannot use these parameters"
        # "from None": libpq's own text quotes the part that it could not read.
        raise StatementFailed(message, place=place) from None


def is_here(given: Mapping[str, str], target: Target) -> bool:
    """Return whether these parameters name the target's server, as they name the image's there."""
    host, port = given.get("host", given.get("hostaddr")), given.get("port")
    is_server = host in (None, target.host) or host in LOCAL_HOSTS or str(host).startswith("/")
    return is_server and port in (None, str(target.port), _PORT) and "service" not in given


def new_connection(
    of: Session,
    dbname: str | None,
    settings: Settings,
    observer: Observer,
    step: Connect | None = None,
) -> Session:
    r"""Open another session on a server. Raises StatementFailed for the `\connect` of a step."""
    conninfo = make_conninfo(of.conninfo, dbname=dbname)
    try:
        return connect(conninfo, connect_timeout=settings.connect_timeout, observer=observer)
    except (ConnectionFailed, UsageError) as error:
        if step is None:
            raise
        place = step.statement.place()
        message = f"\\connect: {error.message}"
        raise StatementFailed(message, place=place, detail=error.detail, hint=error.hint) from error


def variables(conn: Session, target: Target) -> dict[str, str]:
    """Return psql's variables about a connection: see `SyncVariables`."""
    return {
        "DBNAME": target.dbname,
        "USER": target.user,
        "HOST": target.host,
        "PORT": str(target.port),
        "SERVER_VERSION_NUM": str(conn.info.server_version),
        "SERVER_VERSION_NAME": conn.info.parameter_status("server_version") or "",
    }


def in_savepoint(conn: Session, *commands: bytes) -> None:
    """Send commands, if there are any, in a savepoint. Raises StatementFailed."""
    if not commands:
        return
    try:
        with conn.transaction():
            conn.execute(b"".join(commands))
    except Error as error:
        if error.sqlstate is None:
            raise
        raise StatementFailed(str(error.diag.message_primary), sqlstate=error.sqlstate) from None
