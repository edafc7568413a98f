"""The first message of a run: the transaction, the run's lock, what is there, what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import sql

from runner.connect import session
from runner.connect.queries import first_rows, pinned, statement
from runner.errors import Refused
from runner.registry import registry
from runner.results import Notice
from runner.run import lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from runner.check.needs import Needs
    from runner.guard.guard import Guard
    from runner.observer import Observer
    from runner.reference.spec import DatabaseProperties


# Where unqualified names are made, for sql/preflight.sql: asked with the session's own search_path.
_SCHEMA = (
    "SELECT FROM (SELECT pg_catalog.set_config('runner.schema',"
    " pg_catalog.current_schema()::pg_catalog.text, true) OFFSET 0) AS s (made_in)"
    " WHERE s.made_in IS NULL;"
)
_RIGHTS = {
    "schemas": "GRANT CREATE ON DATABASE {database} TO {user};",
    "roles": "ALTER ROLE {user} CREATEROLE;",
}

# Whatever the role's default is: each statement sees what others have committed, as it does
# when psql sends it alone.
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED;"
UNGUARDED = Notice(
    "WARNING",
    "without a transaction nothing is guarded: what the scripts drop or delete is gone",
)
# Functions, tables and statements that every PostgreSQL since 12 has.
_LACKING = (
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedTable,
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.SyntaxError,
)
_LOCKED = "SELECT pg_catalog.set_config('runner.locked', 'true', true);"


class Opened(NamedTuple):
    """The transaction is open and the run's lock is had."""

    server: session.ServerInfo
    registry: registry.RegistryInfo
    likeness: DatabaseProperties | None = None
    catalog: str | None = None


def open_transaction(
    conn: Connection[tuple[Any, ...]],
    settings: str,
    guard: Guard | None,
    observer: Observer,
    answered: Callable[[session.ServerInfo], None],
    needs: Needs,
    registry_schema: str,
    *,
    verify: bool = False,
    elsewhere: bool = False,
    catalog: Sequence[str] = (),
) -> Opened:
    """Begins the transaction of a run, with these `settings` for it; fills the guard.

    `answered` hears at once what the server says of itself. To `verify`, it also asks what a
    reference has to be like, which is made here unless it is `elsewhere`. Of the commands in
    `catalog` the last answer is kept. One round trip, unless
    another run is under way. Raises Refused when the target is read-only, is no PostgreSQL, lacks
    what the scripts need, or a table that the guard was to look at would lose rows, and
    LockNotAvailable.
    """
    given = (conn, settings, guard, observer, answered, needs, registry_schema,
             verify, elsewhere, catalog)  # fmt: skip
    try:
        return _open(*given, can_look=True)
    except (psycopg.errors.UndefinedObject, psycopg.errors.InsufficientPrivilege) as error:
        if guard is None:
            raise
        conn.rollback()
        opened = _open(*given, can_look=False)
        observer.notice(
            Notice(
                "WARNING",
                "the guard takes every row for somebody else's: it needs plpgsql to look at them",
                detail=error.diag.message_primary,
            )
        )
        return opened
    except _LACKING as error:
        raise Refused(
            f"this server lacks what a run needs: {error.diag.message_primary}",
            hint="This may be a PostgreSQL-compatible database; see README, Compatible databases.",
            sqlstate=error.sqlstate,
        ) from error


def _open(
    conn: Connection[tuple[Any, ...]],
    settings: str,
    guard: Guard | None,
    observer: Observer,
    answered: Callable[[session.ServerInfo], None],
    needs: Needs,
    registry_schema: str,
    verify: bool,
    elsewhere: bool,
    catalog: Sequence[str],
    *,
    can_look: bool,
) -> Opened:
    # Names are looked up as the session does it, and its settings are read, before they are ours.
    before = [_SCHEMA]
    questions = [_preflight(needs), registry.info_query(registry_schema)]
    if guard is not None:
        before.append(guard.names())
        questions += guard.questions(can_look=can_look)
    if verify:
        before.append(statement("reference/target"))
    questions += catalog
    begin = statement("run/lock") % {"key": lock.KEY}
    message = [_BEGIN, settings, *before, *pinned(session.SERVER_INFO, ";", begin, *questions)]
    answers = first_rows(conn, "\n".join(message))
    target = answers.pop(0) if verify else None
    row, (locked, counting, _), *answers = answers
    found = session.ServerInfo(*row)
    answered(found)
    read_only = session.refusal(found, conn.info.host)
    if not (locked or read_only):
        lock.wait_for_lock(conn, observer)
        # The run that we waited for may have changed everything.
        answers = first_rows(conn, "\n".join([*before, *pinned(_LOCKED, *questions)]))
        target = answers.pop(0) if verify else None
        _, *answers = answers
    (lacks,), registered, *answers = answers
    snapshot = answers.pop()[0] if catalog else None
    lacking = [read_only] if read_only else []
    lacking += _missing(needs, lacks, conn.info.user)
    likeness = _likeness(target, conn) if target else None
    if likeness and not (elsewhere or likeness.may_create or read_only):
        lacking.append(_no_database(conn.info.user))
    _require(lacking)
    if guard is not None:
        if not counting:
            observer.notice(_not_counting())
        guard.begun(answers[0][0], answers[1][0])
    registry_info = registry.RegistryInfo.read(registered[0])
    return Opened(found, registry_info, likeness, snapshot)


def _preflight(needs: Needs) -> str:
    """The statements that ask, the answer to which `_missing` takes."""
    asked = sql.Literal(needs.to_text()).as_string()
    return f"SET LOCAL runner.needs = {asked}; {statement('run/preflight')}"


def _missing(needs: Needs, answer: str, user: str) -> Iterator[Refused]:
    """Yields each thing that is missing, and what to do about it."""
    found = json.loads(answer)
    if needs.schema and not found["may_create"]:
        schema = found["schema"]
        yield Refused(
            f"the role {user} may not create in the schema {schema}"
            if schema
            else f"there is no schema in which the role {user} may create",
            hint=_grant(schema or "public", user)
            + "; since PostgreSQL 15 not everybody may create in public.",
        )
    for name in found["closed"]:
        if not (needs.schema and name == found["schema"]):
            yield Refused(
                f"the role {user} may not create in the schema {name}",
                hint=_grant(name, user) + ";",
            )
    for what, right in _RIGHTS.items():
        if what in needs.makes and what not in found["may_make"]:
            yield Refused(
                f"the role {user} may not create {what}",
                hint=right.format(user=user, database=found["database"]),
            )
    for name in found["extensions"]:
        yield Refused(
            f"the server does not have the extension {name}",
            hint=f"Look into pg_available_extensions on the target for {name}.",
        )
    for name in found["roles"]:
        yield Refused(
            f"there is no role {name}, which the scripts name", hint=f"CREATE ROLE {name};"
        )


def _grant(schema: str, user: str) -> str:
    return f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {user}"


def _require(found: Sequence[Refused]) -> None:
    """Raises one Refused for all that is missing."""
    if len(found) == 1:
        raise found[0]
    if found:
        raise Refused(
            "the target lacks what the scripts need",
            detail="\n".join(one.message for one in found),
            hint="\n".join(dict.fromkeys(one.hint for one in found if one.hint)),
        )


def _likeness(row: tuple[Any, ...], conn: Connection[tuple[Any, ...]]) -> DatabaseProperties:
    from runner.reference.spec import database_properties

    return database_properties(row, conn)


def _no_database(role: str) -> Refused:
    from runner.reference.spec import missing_createdb

    return missing_createdb(role)


def check_no_pooler(pid: int, conn: Connection[tuple[Any, ...]]) -> None:
    """Raises Refused when the session that answered is not the one that was connected to."""
    if pid != conn.info.backend_pid:
        raise Refused(
            "--transaction none through a connection pooler",
            detail="Each statement could run in another session of the server, without"
            " the settings and temporary tables of the one before, and leave its own to"
            " other clients.",
            hint="Connect to the server itself.",
        )


def keeper_settings(lock_timeout: float) -> str:
    """The settings of a transaction that only keeps the run's lock, however long it takes."""
    return (
        f"SET LOCAL lock_timeout = {round(lock_timeout * 1000)};"
        " SET LOCAL idle_in_transaction_session_timeout = 0;"
    )


def _not_counting() -> Notice:
    return Notice(
        "WARNING",
        "track_counts is off on this server: the guard does not see rows that are deleted",
        hint="ALTER DATABASE … SET track_counts = on",
    )
