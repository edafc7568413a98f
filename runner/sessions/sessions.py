r"""The sessions that scripts run in: each looks new, and a `\connect` leads to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg import pq, sql

from runner.adapt.transaction_blocks import left_open
from runner.check.command import left_out
from runner.check.script_facts import ScriptFacts
from runner.connect.queries import codec, encoded, is_restricted, pinned, statement
from runner.connect.session import Session
from runner.errors import ScriptError, StatementFailed
from runner.execute.execution import Execution
from runner.execute.executor import Executor
from runner.guard.guard import Guard
from runner.psql.steps import Connect
from runner.sessions import session_reset
from runner.settings import Settings

if TYPE_CHECKING:
    from runner.adapt.role_rights import RoleRights

_NO_RIGHT = "42501"
# The image's superuser, if POSTGRES_USER names no other: the one that runs the scripts.
_IMAGE_USER = "postgres"
_IDLE, _UNKNOWN = pq.TransactionStatus.IDLE, pq.TransactionStatus.UNKNOWN
# Parameters of a connection that are settings, and those that count in a rehearsal.
_SETTINGS = ("application_name", "client_encoding")
_REHEARSED = ("dbname", "user", "options", *_SETTINGS)


class Sessions:
    r"""The sessions on the run's connections; `guard` belongs to the current database.

    In the run's transaction a `\connect` goes on in another database of the server, whose session
    is reset when it is left. Without a transaction it opens a connection, as each script does.
    """

    def __init__(
        self,
        execution: Execution,
        settings: Settings,
        guard: Guard | None,
        facts: ScriptFacts,
        begin: tuple[bytes, ...],
    ) -> None:
        conn = execution.session
        self.guard = guard
        self.is_used = False
        self.elsewhere = 0  # round trips on connections that scripts have closed
        self._execution = execution
        self._settings = settings
        self._home_guard = guard
        self._begin = begin
        self._dbname = execution.target.dbname  # the name that scripts use
        self._user = execution.target.user
        self._given: dict[str, str] = {}  # to the last `\\connect`
        self._changes_defaults = facts.may_be_cluster_wide
        self._rights: RoleRights | None = None
        is_about_roles = self._changes_defaults or facts.forced
        if is_about_roles and not execution.autocommit and is_restricted(conn):
            from runner.adapt.role_rights import RoleRights

            at_once = execution.databases.act_for if execution.databases else None
            self._rights = RoleRights(conn, facts, settings.registry_schema, at_once)
        owners, privileges = settings.no_owner, settings.no_privileges
        omits = left_out(owners=owners, privileges=privileges, more=execution.left_out)
        self.executor = Executor(execution, self._connect, omits, self._rights, facts.labels)
        self._asks = facts.asks_database
        # The schema of the user is not in search_path.
        makes_schema = facts.makes_schema_of(self._user)
        self._path = (statement("sessions/no_user_schema").encode(),) if makes_schema else ()

    @property
    def _first(self) -> tuple[bytes, ...]:
        databases = self._execution.databases if self._asks else None
        own = *self._path, *(self._rights.begin() if self._rights else ())
        return (*own, *(databases.session_commands() if databases else ()))

    def act_at_once(self) -> None:
        """Let the role act for the scripts' older roles, where other sessions have to see that."""
        if self._rights and self._execution.databases:
            self._rights.settings()

    def roles_back(self) -> tuple[str, ...]:
        """Return the commands that revoke what the run has granted to its own role."""
        return self._rights.taken_back() if self._rights else ()

    def own_settings(self) -> tuple[bytes, ...]:
        conn, timeout = self._execution.session, self._settings.lock_timeout
        own = session_reset.own_settings(conn, timeout, autocommit=self._execution.autocommit)
        # Not before the reference is built, which grants the same.
        return (*own, *(self._rights.settings() if self._rights and self.is_used else ()))

    def first_settings(self) -> bytes:
        """Return the commands of a transaction before the guard counts rows."""
        sees = self._rights.end_force() if self._rights and self.is_used else ()
        return b"".join((*self.own_settings(), *sees))

    def begin(self) -> tuple[bytes, ...]:
        """Reset the session, or return the commands for that, which precede the script."""
        is_first, self.is_used = not self.is_used, True
        if self._execution.autocommit:
            self._open(self._dbname)
            return self._first
        return (*(self._begin if is_first else self.reset()), *self._first)

    def reset(self) -> tuple[bytes, ...]:
        """Return the commands that make the current session look like a new one."""
        end = self._rights.end() if self._rights else ()
        reset = (*session_reset.RESET, *self._new_defaults(), *self.own_settings())
        if self.guard is None:
            return (*end, *reset, *session_reset.DISCARD)
        # The guard asks while the temporary tables still exist.
        asked = pinned(statement("guard/effects"), statement("guard/effects_answer"))
        effects = (command.encode() for command in asked)
        return (*end, session_reset.TRACK_COUNTS, *reset, *effects, *session_reset.DISCARD)

    def end_session(self) -> bytes:
        """Return the commands that remove all that the scripts left in the server's session."""
        # Deferred constraints come first, while the lock timeout applies.
        return b"".join((*self.own_settings(), *session_reset.RESET, *session_reset.DISCARD))

    def _new_defaults(self, role: str | None = None) -> tuple[bytes, ...]:
        if not self._changes_defaults:
            return ()
        query = sql.SQL(statement("sessions/new_defaults")).format(database=self._dbname, role=role)
        return (encoded(self._execution.session, query.as_string(self._execution.session)),)

    def take(self, answers: Sequence[bytes]) -> list[str]:
        """Record the effects in the answers to `reset`; return the answers after them."""
        count = len(self._new_defaults()) + (2 if self.guard is not None else 0) + 1
        self.record_effects(answers[:count])
        return self._decoded(answers[count:])

    def record_effects(self, answers: Sequence[bytes]) -> None:
        if self.guard is not None and answers:
            counts, *_, effects, _ = self._decoded(answers)
            self.guard.record_effects(effects, is_counting=counts == "on")

    def _decoded(self, answers: Sequence[bytes]) -> list[str]:
        name = codec(self._execution.session)
        return [answer.decode(name, "surrogateescape") for answer in answers]

    def end_script(self, name: str) -> None:
        if self.guard is not None:
            self.guard.script = name

    def forget(self) -> None:
        """Forget all sessions: everything is rolled back, and the run begins again."""
        self.executor.forget()
        self.executor.deferred.clear()
        self.close()
        self.is_used = True

    def _connect(self, step: Connect) -> tuple[Session, dict[str, str]] | None:
        """Go to a database of the server, maybe as another role; None if its script is left out.

        Raises StatementFailed where psql would stop, ScriptError for another server.
        """
        execution, given = self._execution, session_reset.named_parameters(step)
        if execution.on_error is not None:  # a rehearsal takes every server for the target's
            given = {name: given[name] for name in _REHEARSED if name in given}
        self._given = given = {**(self._given if step.reuse else {}), **given}
        target, databases = execution.target, execution.databases
        user = given.get("user") or (self._user if step.reuse else target.user)
        name = given.get("dbname") or (self._dbname if step.reuse else user)
        place = step.statement.place()
        stays = databases is None and not execution.autocommit
        if not session_reset.is_here(given, target) or (stays and name != target.dbname):
            hint = "Apply the scripts of each alone."
            raise ScriptError("\\connect leads to another server", place=place, hint=hint)
        if stays:
            return execution.session, {}
        conn, self._user = self._session_of(name, step), user
        if begin := self._first:
            (execution.session if conn is None else conn).execute(b"".join(begin))
        if conn is None:
            return None
        values = session_reset.settings_of({"options": given.get("options", "")})
        values |= {name: given[name] for name in _SETTINGS if name in given}
        try:
            self._become(conn, user, session_reset.set_commands(conn, values))
        except StatementFailed as error:
            message = f"\\connect: {error.message}"
            raise error.converted(StatementFailed, message=message, place=place) from None
        return conn, session_reset.variables(conn, target._replace(dbname=name, user=user))

    def _session_of(self, name: str, step: Connect) -> Session | None:
        databases = self._execution.databases
        if databases is None:
            return self._open(name, step)
        self.end_script(step.statement.source.name)
        self.record_effects(self.executor.flush(self.reset()))
        conn, self.guard = databases.connect(name, step) or (None, None)
        self._dbname = name
        return conn

    def start_in_target(self) -> None:
        """Begin a script in the database of the target, whose statements may be left out."""
        databases = self._execution.databases
        if databases is not None:
            self.executor.is_passed_over = databases.connect(self._dbname, None) is None

    def go_back(self) -> None:
        """Return to the run's session for the next script."""
        exchange, target = self.executor.exchange, self._execution.target
        is_new = exchange.conn is self._execution.session and exchange.user == target.user
        if not (is_new or self._execution.autocommit):
            self.record_effects(self.executor.flush(self.reset()))
        self.close()
        self._dbname, self.guard = target.dbname, self._home_guard
        self._user, self._given = target.user, {}
        exchange.user = self._user

    def _open(self, name: str, step: Connect | None = None) -> Session:
        execution = self._execution
        conn = session_reset.new_connection(
            execution.session, name, self._settings, execution.observer, step
        )
        self.close()
        conn.execute(b"".join(self.own_settings()))
        self.executor.exchange.use(conn)
        self._dbname = name
        return conn

    def close(self) -> None:
        """Return to the run's session; without a transaction, close that of the script."""
        exchange, home = self.executor.exchange, self._execution.session
        conn = exchange.conn
        exchange.use(home)
        if conn is home or not self._execution.autocommit:
            return
        if conn.pgconn.transaction_status not in (_IDLE, _UNKNOWN):  # psql would disconnect
            name = exchange.last.source.name if exchange.last else "the script"
            self._execution.observer.notice(left_open(name))
        self.elsewhere += conn.round_trips
        conn.close()

    def _become(self, conn: Session, user: str, settings: tuple[bytes, ...]) -> None:
        own = self._execution.target.user
        self.executor.exchange.user = own if user == _IMAGE_USER else user
        if user in (own, _IMAGE_USER):
            session_reset.in_savepoint(conn, *settings)
            return
        name = sql.Literal(user).as_string(conn)
        settings = (*self._new_defaults(user), *settings)
        try:
            session = encoded(conn, f"SET SESSION AUTHORIZATION {name};")
            session_reset.in_savepoint(conn, session, *settings)
        except StatementFailed as error:
            if error.sqlstate != _NO_RIGHT:
                raise
            session_reset.in_savepoint(conn, encoded(conn, f"SET ROLE {name};"), *settings)
