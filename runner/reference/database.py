"""An empty database for one run, made like the target, and dropped again; why there may be none.

What a killed run leaves behind is told by its name, its age and that nobody uses it. Its owner's
session bears its name; behind a pooler that may be given to another client, so the name also says
which process of the server is in the run's open transaction.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import errors, sql

from runner.connect import session
from runner.connect.queries import PATH, fetch, first_rows
from runner.errors import ConnectionFailed, LockNotAvailable, Refused, RunnerError, StatementFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection

    from runner.check.script_facts import Outline
    from runner.check.scripts import Checked
    from runner.results import Target
    from runner.scripts.folder import Folder
    from runner.settings import Settings


OR_GO_WITHOUT = (
    "--reference CONNINFO names another server where a database can be made for it;"
    " apply and plan go without the comparison with --no-verify."
)
_SMALL_POOL = (
    "The pooler had no connection for it while the run has its own: a pool of one is too small. "
)

PREFIX = "runner_reference_"
_NAME = rf"^{PREFIX}[0-9]{{10}}_[0-9]+_[0-9a-f]{{8}}$"
# GUC_LIST_QUOTE in src/backend/utils/misc/guc_tables.c, as far as a session can set them.
_LISTS = frozenset(
    {"local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces"}
)
# Seconds. One that is younger may be about to get its first session: the next run takes it.
_YOUNG = 1.0
# By pg_database.datlocprovider: the provider and the option that names its locale.
_PROVIDERS = {
    "c": ("libc", None),
    "i": ("icu", "ICU_LOCALE"),
    "b": ("builtin", "BUILTIN_LOCALE"),
}
_SINCE = {"c": 150000, "i": 150000, "b": 170000}
_LOOK, _LOOKS = 0.002, 10
_SESSIONS = "SELECT pid FROM pg_catalog.pg_stat_activity WHERE datname = {}"
_END_SESSIONS = _SESSIONS.replace("pid", "pg_catalog.pg_terminate_backend(pid)", 1)
_STALE = """
SELECT d.datname
  FROM (SELECT datname, datdba,
               CASE WHEN datname ~ {name}
                    THEN pg_catalog.split_part(datname, '_', 3)::pg_catalog.float8 END AS made_at,
               pg_catalog.split_part(datname, '_', 4) AS pid
          FROM pg_catalog.pg_database) AS d
 WHERE d.made_at < pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) - {young}
   AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a
                    WHERE a.datname = d.datname OR a.application_name = d.datname
                       OR (a.pid::pg_catalog.text = d.pid AND a.xact_start IS NOT NULL))
 ORDER BY d.datname
"""


class Collision(LockNotAvailable):
    """The run and its reference wait for each other: both change what all databases share."""

    def __init__(self, message: str = "the run and its reference wait for each other") -> None:
        super().__init__(message, hint="wait longer: --lock-timeout")


class ReferenceSpec(NamedTuple):
    """What a reference is built from, and what it is to be like."""

    conninfo: str
    settings: Settings
    folder: Folder
    checked: Sequence[Checked]
    outline: Outline
    target: Target
    likeness: Likeness

    @property
    def server(self) -> str:
        """The conninfo of the server that has the reference."""
        return self.conninfo if self.settings.reference is None else self.settings.reference

    def given_schemas(self) -> list[str]:
        """Schemas of the target that no script creates: somebody made them for the scripts."""
        return sorted(set(self.likeness.schemas) - self.outline.schemas)


def no_database(role: str) -> Refused:
    """Why this role cannot have a reference."""
    return Refused(
        f"the role {role} may not create databases, and the comparison needs one",
        hint=f"Let a superuser say: ALTER ROLE {role} CREATEDB. Or: {OR_GO_WITHOUT}",
    )


def require_rights(spec: ReferenceSpec) -> None:
    """Raises Refused when the target's role can make no database, and no other server is named."""
    if spec.settings.reference is not None:
        return
    role = spec.target.user
    if spec.likeness.in_recovery:
        raise Refused(
            "this is a read-only replica: no database can be made here to compare with",
            hint=OR_GO_WITHOUT,
        )
    if not spec.likeness.may_create:
        raise no_database(role)


def require_same_major_version(target: Likeness, conn: Connection[Any]) -> None:
    """Raise Refused when the server of `conn` has another major version than the target.

    Catalogs of two major versions cannot be compared: what ruleutils.c prints differs.
    """
    wanted, found = target.server_version // 10000, conn.info.server_version // 10000
    if found != wanted:
        raise Refused(
            f"the reference server is PostgreSQL {found}, but the target is PostgreSQL {wanted}",
            hint=f"--reference: name a server of version {wanted}, or leave --reference out.",
        )


def told(error: BaseException) -> BaseException:
    """Our error for what failed in the reference, which says that it was there."""
    if isinstance(error, psycopg.Error):
        error = session.driver_error(error)
    if not isinstance(error, RunnerError):
        return error
    if error.sqlstate == "55P03":
        return Collision(f"in the reference database: {error.message}")
    kind = type(error)
    hint = error.hint
    if isinstance(error, StatementFailed):
        kind = Refused if error.sqlstate == "42501" else StatementFailed
        hint = (
            f"{hint + ' ' if hint else ''}This is not the target but an empty database, where the"
            f" scripts have to work too. {OR_GO_WITHOUT}"
        )
    elif isinstance(error, ConnectionFailed):
        small = error.message == "query_wait_timeout"  # PgBouncer's words
        hint = f"{_SMALL_POOL if small else ''}{OR_GO_WITHOUT}"
    return kind(
        f"in the reference database: {error.message}" if error.place else error.message,
        hint=hint,
        detail=error.detail,
        context=error.context,
        place=error.place,
        sqlstate=error.sqlstate,
        severity=error.severity,
    )


class Likeness(NamedTuple):
    """What `sql/target.sql` tells of the target. `pid` is the process that serves us there.

    `clock` is the server's, in seconds. `is_direct`: no pooler stands before the server.
    """

    pid: int
    clock: int
    read_only: bool
    in_recovery: bool
    may_create: bool
    encoding: str
    database: Mapping[str, Any]
    schemas: tuple[str, ...]
    settings: tuple[str, ...]
    is_direct: bool
    server_version: int

    def new_name(self) -> str | None:
        """A name that a new session can bear from its beginning; None where it has to ask."""
        usual = self.is_direct and not self.read_only
        return f"{PREFIX}{self.clock}_{_name_end(self.pid)}" if usual else None


def likeness(row: tuple[Any, ...], conn: Connection[Any]) -> Likeness:
    """What the one row of `sql/target.sql` tells that `conn` has given."""
    *values, schemas, settings = row
    is_direct = values[0] == conn.info.backend_pid
    version = conn.info.server_version
    return Likeness._make((*values, tuple(schemas), tuple(settings), is_direct, version))


def _name_end(pid: int) -> str:
    return f"{pid}_{secrets.token_hex(4)}"


def claim_name(conn: Connection[Any], pid: int) -> tuple[str, session.ServerInfo]:
    """A new name, by the server's clock, and what the server says of itself. One round trip.

    The session bears the name, so that others see its owner. `pid` is the server's process in
    whose transaction the run is; 0 when it is another server's.
    """
    epoch = "pg_catalog.floor(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()))"
    end = _name_end(pid)
    name = f"pg_catalog.concat('{PREFIX}', {epoch}::pg_catalog.text, '_{end}')"
    claim = f"SELECT pg_catalog.set_config('application_name', {name}, false)"
    found, (claimed,) = first_rows(conn, f"{PATH}{session.SERVER_INFO};\n{claim}")
    return claimed, session.ServerInfo(*found)


def create_database(conn: Connection[Any], name: str, target: Likeness) -> None:
    """Makes the empty database: encoding, collation and locale provider are the target's."""
    command = sql.SQL("CREATE DATABASE {} TEMPLATE template0 {}").format(
        sql.Identifier(name),
        sql.SQL(" ").join(
            sql.SQL("{} {}").format(sql.SQL(word), sql.Literal(value))
            for word, value in _options(target, conn.info.server_version).items()
        ),
    )
    conn.execute(command)
    try:
        for setting in target.settings:
            _set(conn, name, *setting.split("=", 1))
    except BaseException:
        drop_database(conn, name)
        raise


def _set(conn: Connection[Any], database: str, name: str, value: str) -> None:
    """Gives every session of the database a setting that those of the target have."""
    # A list stands in the catalog as SQL writes it (flatten_set_variable_args in guc_funcs.c).
    shown = sql.SQL(value) if name in _LISTS and value else sql.Literal(value)
    identifiers = sql.SQL(".").join(map(sql.Identifier, name.split(".")))
    command = sql.SQL("ALTER DATABASE {} SET {} TO {}")
    with suppress(errors.InsufficientPrivilege, errors.CantChangeRuntimeParam):
        conn.execute(command.format(sql.Identifier(database), identifiers, shown))


def _options(target: Likeness, version: int) -> dict[str, str]:
    """CREATE DATABASE's options by version: 15 brought providers, 16 rules, 17 the builtin one."""
    database = target.database
    options = {
        "ENCODING": target.encoding,
        "LC_COLLATE": database["datcollate"],
        "LC_CTYPE": database["datctype"],
    }
    provider = database.get("datlocprovider", "c")
    if version < _SINCE[provider]:
        return options
    options["LOCALE_PROVIDER"], word = _PROVIDERS[provider]
    if word is not None:
        options[word] = database.get("datlocale") or database["daticulocale"]
    if version >= 160000 and database.get("daticurules"):
        options["ICU_RULES"] = database["daticurules"]
    return options


def drop_database(conn: Connection[Any], name: str, *, looks: bool = True) -> None:
    """Drops it; sessions that are still in it, such as a pooler's, are ended first if need be.

    A session of ours may be just about to end. It is waited for, since the server would look
    again after 100 ms only (CountOtherDBBackends in src/backend/storage/ipc/procarray.c): with
    `looks`, unless each of them would take longer than that.
    """
    command = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    for _ in range(_LOOKS if looks else 1):
        if looks and not fetch(conn, sql.SQL(_SESSIONS).format(name)):
            break
        time.sleep(_LOOK)
    try:
        conn.execute(command)
    except errors.ObjectInUse:
        fetch(conn, sql.SQL(_END_SESSIONS).format(name))
        conn.execute(command)


def sweep(conn: Connection[Any]) -> None:
    """Drops what killed runs have left: databases of such a name that no session is in or owns.

    Those of other roles stay, and what somebody else drops at the same time is no error.
    """
    for (name,) in fetch(conn, sql.SQL(_STALE).format(name=_NAME, young=_YOUNG)):
        try:
            conn.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        except (errors.ObjectInUse, errors.InsufficientPrivilege, errors.InternalError):
            continue
