"""The commands that make the server's session look like a new one, inside of a transaction.

And the settings that a new one begins with: of a startup packet, and of libpq's environment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg import sql

from runner.connect.queries import encoded, no_timeouts, pinned, statement
from runner.execute.transaction_blocks import CHECK_CONSTRAINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.check.script_facts import ScriptFacts
    from runner.connect.session import Session

# What a new psql session does not have: everything that an earlier script may have left.
# DISCARD ALL does the same, but not in a transaction.
_RESET = (b"RESET SESSION AUTHORIZATION;", b"RESET ALL;")
# As the script left it: the guard's counters need it.
_TRACK_COUNTS = b"SELECT pg_catalog.current_setting('track_counts');"
_DISCARD = (
    b"CLOSE ALL;",
    b"UNLISTEN *;",
    b"DEALLOCATE ALL;",
    b"DISCARD TEMP;",
    b"DISCARD SEQUENCES;",
    b"SELECT pg_catalog.pg_advisory_unlock_all();",
)
# Behind a pooler the server's session goes on, with the next client. These outlive a rollback.
LEFT_BEHIND = b"DEALLOCATE ALL; SELECT pg_catalog.pg_advisory_unlock_all()"
# Parameters of a startup packet that are no settings of the session to be.
_NO_SETTINGS = frozenset({"", "user", "database", "options", "replication", "application_name"})
# Variables that libpq makes settings of: EnvironmentOptions in fe-protocol3.c.
_VARIABLES = {"PGTZ": "timezone", "PGDATESTYLE": "datestyle", "PGGEQO": "geqo"}


def own_settings(conn: Session, lock_timeout: float, *, autocommit: bool) -> tuple[bytes, ...]:
    """The commands that give the session what the runner needs, whatever a script has set."""
    local = "" if autocommit else "LOCAL "
    timeout = f"SET {local}lock_timeout = '{round(lock_timeout * 1000)}ms';".encode()
    if autocommit:
        return (timeout,)
    timeouts = (f"{one};".encode() for one in no_timeouts(conn).split(";") if one)
    return (timeout, *timeouts, CHECK_CONSTRAINTS, statement("sessions/citus").encode())


def new_defaults(conn: Session, database: str) -> bytes:
    """The command that sets what a new session in this database begins with."""
    query = sql.SQL(statement("sessions/new_defaults")).format(database=sql.Literal(database))
    return encoded(conn, query.as_string())


def without_user_schema(user: str, facts: ScriptFacts | None) -> tuple[bytes, ...]:
    """The command that leaves "$user" out of search_path, if the scripts make such a schema."""
    is_made = facts is not None and facts.makes_schema_of(user)
    return (statement("sessions/no_user_schema").encode(),) if is_made else ()


def new_session(own: Sequence[bytes], *, is_guarded: bool) -> tuple[bytes, ...]:
    """The commands that reset a session; `own` are those after its settings are.

    The guard's query stands between them, while the temporary tables still exist.
    """
    reset = (*_RESET, *own)
    if not is_guarded:
        return (*reset, *_DISCARD)
    effects = (command.encode() for command in pinned(statement("guard/effects")))
    return (_TRACK_COUNTS, *reset, *effects, *_DISCARD)


def end_session(own: Sequence[bytes]) -> bytes:
    """The commands after which nothing of the scripts is left in the server's session.

    Deferred constraints come first, while the lock timeout of `own` counts.
    """
    return b"".join((*own, *_RESET, *_DISCARD))


def settings_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """The settings in a startup packet: those of `options`, as of PGOPTIONS, and the others."""
    text = parameters.get("options", "")
    words = iter(re.sub(r"\\(.)", r"\1", word) for word in re.findall(r"(?:\\.|[^\s\\])+", text))
    found = {}
    for word in words:
        setting = next(words, "") if word == "-c" else re.sub("^(-c|--)", "", word)
        name, _, value = setting.partition("=")
        found[name.replace("-", "_")] = value
    return found | {name: v for name, v in parameters.items() if name not in _NO_SETTINGS}


def exported_settings(environ: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """The settings that libpq takes from an environment where that has changed."""
    names = {**_VARIABLES, "PGOPTIONS": "options"}
    changed = {names[n]: environ[n] for n in names if environ.get(n, "") != before.get(n, "")}
    return settings_of(changed)


def set_commands(conn: Session, settings: Mapping[str, str]) -> tuple[bytes, ...]:
    """The commands that give a session these settings."""
    command = sql.SQL("SELECT pg_catalog.set_config({}, {}, false);")
    made = (command.format(*map(sql.Literal, pair)) for pair in settings.items())
    return tuple(encoded(conn, one.as_string(conn)) for one in made)
