"""What a reference database is built from, its properties, and why it cannot be built."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from runner.adapt.shared_statements import Shared
from runner.check.script_facts import ScriptFacts
from runner.check.scripts import Checked
from runner.connect import session
from runner.errors import (
    Collision,
    ConnectionFailed,
    LockNotAvailable,
    Refused,
    RunnerError,
    ScriptError,
    StatementFailed,
)
from runner.reference.one_database import VisitedDatabase
from runner.results import Target
from runner.scripts.folder import Folder
from runner.settings import Settings

PREFIX = "runner_reference_"
ALTERNATIVES = (
    "--reference CONNINFO names another server of the same major version for it;"
    " apply and plan skip the comparison with --no-verify."
)
# undefined_table, undefined_column, undefined_object, undefined_function, invalid_schema_name
_LACKING = {"42P01", "42703", "42704", "42883", "3F000"}
_LACKS = (
    "The reference is an empty database, as in a new container. What the target has already and"
    " no script makes is missing there: let a script make it, with IF NOT EXISTS."
)
_EXTENSIONS = (
    "Of the target's extensions ({}) it has those that this role may create: --reference CONNINFO"
    " names a server and a role that may."
)
_DIFFERS = (
    "The target ran this without an error. The reference is a database of another name that holds"
    " nothing but what the scripts put there."
)
# Seconds within which the reference detects a collision with the run, and cancels its build.
_DETECTION_TIME = 3.0


class DatabaseProperties(NamedTuple):
    """Properties of the target that its reference database shares: a row of `sql/target.sql`.

    `pid` is the server process of the run's session; `owner` owns the database, if another role
    than the run's does. `options` are those of CREATE DATABASE. An extension is its name, version
    and schema; the schemas of extensions are not listed.
    """

    pid: int
    in_recovery: bool
    may_create: bool
    role: str
    owner: str | None
    options: str
    extensions: tuple[tuple[str, str, str], ...]
    schemas: tuple[str, ...]
    settings: tuple[str, ...]
    server_version: int


def database_properties(row: tuple[Any, ...], conn: Connection[TupleRow]) -> DatabaseProperties:
    """Convert the row of `sql/target.sql` that `conn` has returned."""
    *values, extensions, schemas, settings = row
    lists = tuple(map(tuple, extensions)), tuple(schemas), tuple(settings)
    return DatabaseProperties._make((*values, *lists, conn.info.server_version))


class ReferenceSpec(NamedTuple):
    """The scripts that a reference is built from, and the target whose properties it gets.

    `part` is the name of its database, if that is not the target's. `create` is the statement that
    makes this database in the run, `made` the same also if the database exists already.
    `of_any_day`: the target may have been built on another day. `rewrite` gives the text to send
    for a statement. Unless `repeat` is None, the scripts run twice, and the changes of the second
    run are read: of the catalog, and of the named tables.
    """

    conninfo: str
    settings: Settings
    folder: Folder
    checked: Sequence[Checked]
    facts: ScriptFacts
    target: Target
    properties: DatabaseProperties
    part: str | None = None
    create: Shared | None = None
    visited: VisitedDatabase | None = None
    of_any_day: bool = False
    rewrite: Callable[[bytes], bytes] | None = None
    repeat: Collection[str] | None = None

    @property
    def server(self) -> str:
        """The conninfo of the server that the reference is built on."""
        return self.conninfo if self.settings.reference is None else self.settings.reference


def require_rights(spec: ReferenceSpec) -> None:
    """Raise Refused when the reference is to be built on the target's server and cannot be."""
    if spec.settings.reference is not None:
        return
    if spec.properties.in_recovery:
        raise Refused(
            "cannot create the reference database: the target is a read-only replica",
            hint=ALTERNATIVES,
        )
    if not spec.properties.may_create:
        role = spec.properties.role
        raise Refused(
            f"cannot create the reference database: the role {role} may not create databases",
            hint=f"A superuser can allow it: ALTER ROLE {role} CREATEDB. Or: {ALTERNATIVES}",
        )


def require_same_major_version(target: DatabaseProperties, conn: Connection[TupleRow]) -> None:
    """Raise Refused when the server of `conn` has another major version than the target.

    Catalogs of two major versions cannot be compared: what ruleutils.c prints differs.
    """
    wanted, found = target.server_version // 10000, conn.info.server_version // 10000
    if found != wanted:
        raise Refused(
            f"the reference server is PostgreSQL {found}, but the target is PostgreSQL {wanted}",
            hint=f"--reference: name a server of version {wanted}, or leave --reference out.",
        )


def is_short(lock_timeout: float) -> bool:
    """Return whether a lock timeout ends before a collision of run and reference is detected."""
    return 0 < lock_timeout < _DETECTION_TIME


def reference_error(
    error: BaseException, lock_timeout: float, holders: str | None = None
) -> BaseException:
    """Return the error to raise for one of the build; `holders` hold the lock it waits for."""
    if isinstance(error, psycopg.Error):
        error = session.driver_error(error)
    if not isinstance(error, RunnerError):
        return error
    if error.sqlstate == "55P03":  # lock_not_available
        message = f"in the reference database: {error.message}"
        if is_short(lock_timeout):
            return Collision(message)
        detail = f"The lock is held by {holders}." if holders else error.detail
        hint = "wait longer: --lock-timeout"
        return error.converted(LockNotAvailable, message=message, detail=detail, hint=hint)
    if isinstance(error, ConnectionFailed):
        return error.converted(type(error), hint=ALTERNATIVES)
    return error


def is_of_scripts(error: BaseException | None) -> bool:
    """Return whether the scripts failed: then the target's own run, if there is one, reports it."""
    if isinstance(error, ConnectionFailed) and (error.sqlstate or "").startswith("08"):
        return error.place is not None  # a statement could not connect to another server
    if isinstance(error, RunnerError) and error.place is not None:
        return not isinstance(error, ConnectionFailed | LockNotAvailable)
    return isinstance(error, StatementFailed | ScriptError)


def only_in_reference(error: RunnerError, spec: ReferenceSpec, *, has_run: bool) -> RunnerError:
    """Return the scripts' error with its reason; `has_run`: they have just run on the target."""
    lacks = (error.sqlstate or "") in _LACKING
    extensions = ", ".join(name for name, _, _ in spec.properties.extensions)
    hints = [error.hint, _LACKS if lacks else _DIFFERS if has_run else None]
    hints.append(_EXTENSIONS.format(extensions) if lacks and extensions else None)
    if has_run:
        hints.append("--no-verify skips the comparison.")
    message = f"in the reference database: {error.message}" if error.place else error.message
    hint = "\n".join(filter(None, hints)) or None
    return error.converted(type(error), message=message, hint=hint)
