r"""The route of a `\connect`: `do_connect` in src/bin/psql/command.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner.connect import session
from runner.errors import ConnectionFailed, StatementFailed, UsageError
from runner.psql.steps import LOCAL_HOSTS, Connect
from runner.sessions.session_reset import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.observer import Observer
    from runner.results import Target
    from runner.settings import Settings


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
    return is_server and port in (None, str(target.port), _PORT) and "service" not in given


def session_settings(given: Mapping[str, str]) -> dict[str, str]:
    """What the parameters set for the session."""
    names = ("application_name", "client_encoding")
    found = {name: given[name] for name in names if name in given}
    return settings_of({"options": given.get("options", "")}) | found


def new_connection(
    step: Connect, conninfo: str, settings: Settings, observer: Observer
) -> session.Session:
    r"""Raises StatementFailed, with the place of the `\connect`, where psql stops."""
    try:
        return session.connect(
            conninfo,
            connect_timeout=settings.connect_timeout,
            observer=observer,
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
