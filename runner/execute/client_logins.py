"""What the sessions of client programs begin with: their databases, roles and settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql

from runner.errors import StatementFailed
from runner.execute.startup_settings import set_commands, settings_of
from runner.psql.steps import Connect

if TYPE_CHECKING:
    from runner.connect.session import Session
    from runner.execute.client_requests import RequestReader
    from runner.execute.executor import Executor
    from runner.execute.messages import ScriptProgress
    from runner.psql.state import State
    from runner.results import Target
    from runner.scripts.folder import Script


_NO_RIGHT = "42501"
# The image's superuser, if POSTGRES_USER names no other: the one that runs the scripts.
_IMAGE_USER = "postgres"
# They connect to a maintenance database, and their statements are about the server.
_OF_THE_SERVER = frozenset({"createdb", "createuser", "dropdb", "dropuser"})


class Inside(NamedTuple):
    """What the sessions run in. `begin` sends what makes the run's session look like a new one.

    `idle` is called while no client asks for anything.
    """

    executor: Executor
    idle: Callable[[], None]
    target: Target
    script: Script
    progress: ScriptProgress
    state: State
    begin: Callable[[], None]


class ClientLogin(NamedTuple):
    """What a session begins with; no `role` is that of the run."""

    dbname: str
    role: str | None
    settings: tuple[bytes, ...]


def login_of(parameters: Mapping[str, str], target: Target, conn: Session) -> ClientLogin:
    """What the parameters of a startup packet ask for."""
    user = parameters.get("user", target.user)
    is_elsewhere = parameters.get("application_name") not in _OF_THE_SERVER
    dbname = parameters.get("database", user) if is_elsewhere else target.dbname
    role = None if user in (target.user, _IMAGE_USER) else user
    return ClientLogin(dbname, role, set_commands(conn, settings_of(parameters)))


class Logins:
    """The sessions of clients on the run's connection, one after the other."""

    def __init__(self, inside: Inside) -> None:
        self.current: ClientLogin | None = None
        self._inside = inside
        self._dbname = inside.target.dbname  # the current one

    @property
    def _conn(self) -> Session:
        return self._inside.executor.exchange.conn

    def become(self, login: ClientLogin, reader: RequestReader) -> None:
        """Makes the run's session look like the one that a client has.

        Raises StatementFailed where a server would refuse it, ScriptError where the runner does.
        """
        self.current = None
        self._inside.begin()
        self._enter(login.dbname, reader)
        if not self._inside.executor.is_passed_over:
            if login.settings:
                self._own(b"".join(login.settings))
            if login.role is not None:
                self._log_in(sql.Literal(login.role))
        self.current = login

    def _log_in(self, role: sql.Literal) -> None:
        try:
            self._own(sql.SQL("SET SESSION AUTHORIZATION {}").format(role).as_string().encode())
        except StatementFailed as error:
            if error.sqlstate != _NO_RIGHT:
                raise
            self._own(sql.SQL("SET ROLE {}").format(role).as_string().encode())

    def _enter(self, dbname: str, reader: RequestReader) -> None:
        r"""Goes to another database, as `\connect` does."""
        if dbname == self._dbname:
            return
        connect = Connect(dbname, None, None, None, reader.statement(dbname.encode()))
        inside = self._inside
        try:
            inside.executor.run_steps(iter((connect,)), inside.state, inside.progress)
        finally:
            inside.executor.forget()
        self._dbname = dbname

    def _own(self, commands: bytes) -> None:
        """Sends commands in a savepoint. Raises StatementFailed."""
        try:
            with self._conn.transaction():
                self._conn.execute(commands)
        except psycopg.Error as error:
            if error.sqlstate is None:
                raise
            raise StatementFailed(
                str(error.diag.message_primary), sqlstate=error.sqlstate
            ) from None
