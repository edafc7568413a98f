r"""The route of a `\connect`: `do_connect` in src/bin/psql/command.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner.connect import session
from runner.errors import ConnectionFailed, StatementFailed, UsageError
from runner.psql.steps import LOCAL_HOSTS, Connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.observer import Observer
    from runner.results import Target
    from runner.settings import Settings


_SERVER = frozenset({"host", "hostaddr", "port"})
_KNOWN = _SERVER | {"dbname", "user", "password"}
_PORT = "5432"  # as in the image


def named_parameters(step: Connect) -> dict[str, str]:
    r"""The parameters that a `\connect` names. Raises StatementFailed where libpq takes none."""
    words = {"dbname": step.dbname, "user": step.user, "host": step.host, "port": step.port}
    given = {name: value for name, value in words.items() if value is not None}
    try:
        text = make_conninfo("", **given) if step.conninfo is None else step.conninfo
        return {name: str(value) for name, value in conninfo_to_dict(text).items()}
    except (ProgrammingError, ValueError):  # what is no text in UTF-8 among them
        place = step.statement.source.place(step.statement.offset)
        message = "\\connect: libpq cannot use these parameters"
        # "from None": libpq's own text quotes the part that it could not read.
        raise StatementFailed(message, place=place) from None


def is_here(given: Mapping[str, str], target: Target) -> bool:
    """Whether these parameters name the server of the target, which in the image is this one."""
    host, port = given.get("host", given.get("hostaddr")), given.get("port")
    is_server = host in (None, target.host) or host in LOCAL_HOSTS or str(host).startswith("/")
    return is_server and port in (None, str(target.port), _PORT) and given.keys() <= _KNOWN


def route(
    step: Connect, given: dict[str, str], home: session.Session, now: session.Session
) -> tuple[str, bool]:
    """The conninfo to which these parameters lead, and whether that is another server.

    `home` is the run's session, `now` the current one.

    What is not named stays as it is. A conninfo alone begins anew, with libpq's defaults; in the
    container these lead to the very server, so if it names none, it means that of the target.
    """
    actual = {one.keyword.decode(): one.val.decode() for one in now.pgconn.info if one.val}
    base = conninfo_to_dict(now.conninfo)
    if not step.reuse:
        names_server = given.keys() & {"host", "hostaddr", "service"}
        base = {} if names_server else {**conninfo_to_dict(home.conninfo), "dbname": None}
        if not names_server:
            given.setdefault("dbname", given.get("user", actual["user"]))
    changed = {
        name for name in ("user", *_SERVER) if name in given and given[name] != actual.get(name)
    }
    if changed:
        base.pop("password", None)
    if "host" in changed and step.conninfo is None:
        base.pop("hostaddr", None)
    elsewhere = bool(changed & _SERVER) or "service" in given
    return make_conninfo("", **{**base, **given}), elsewhere


def new_connection(
    step: Connect, conninfo: str, settings: Settings, observer: Observer, *, elsewhere: bool = False
) -> session.Session:
    r"""Raises StatementFailed, with the place of the `\connect`, where psql stops."""
    try:
        return session.connect(
            conninfo,
            connect_timeout=settings.connect_timeout,
            observer=observer,
            is_target=not elsewhere,
        )
    except (ConnectionFailed, UsageError) as error:
        raise StatementFailed(
            f"\\connect: {error.message}",
            place=step.statement.source.place(step.statement.offset),
            detail=error.detail,
            hint=error.hint,
        ) from error


def variables(conn: session.Session, target: Target) -> dict[str, str]:
    """psql's variables about a connection: `SyncVariables`."""
    return {
        "DBNAME": target.dbname,
        "USER": target.user,
        "HOST": target.host,
        "PORT": str(target.port),
        "SERVER_VERSION_NUM": str(conn.info.server_version),
        "SERVER_VERSION_NAME": conn.info.parameter_status("server_version") or "",
    }
