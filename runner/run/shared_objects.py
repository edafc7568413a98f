"""Databases and roles that a run makes at once, because all its connections have to see them.

Their comment marks them as those of an unfinished run. The mark goes with the COMMIT of the
target's transaction. Until then they are dropped when the run ends, or by the next run after `kill
-9`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property

import psycopg
from psycopg import Connection, errors, pq, sql
from psycopg.rows import TupleRow

from runner.adapt.shared_statements import UNFINISHED_MARK, Shared
from runner.connect.queries import fetch, is_restricted, statement
from runner.connect.session import Session
from runner.errors import Refused, RunnerError, StatementFailed
from runner.execute.exchange import Exchange
from runner.execute.execution import Execution, RunningScript
from runner.execute.messages import Part
from runner.psql.steps import Statement
from runner.run.context import open_again
from runner.run.database_run import DatabaseRun
from runner.run.other_runs import KEY, UNFINISHED, Unfinished, drop, unfinished
from runner.run.state import RunState

_ROLES = "SELECT r.rolname::pg_catalog.text FROM pg_catalog.pg_roles AS r"
_ACTING = "runner_acting_"
_IN_TRANSACTION, _UNDEFINED_OBJECT = "25001", "42704"
DATABASES = "SELECT d.datname::pg_catalog.text FROM pg_catalog.pg_database AS d"


class SharedObjects:
    """The databases and roles of one run, made on a connection that is opened when it is needed."""

    def __init__(self, home: DatabaseRun, state: RunState) -> None:
        self.databases: set[str] = set()
        self.roles: set[str] = set()
        self._conn: Session | None = None
        self._home = home
        self._state = state
        self._exchange: Exchange | None = None
        self._role = ""
        self._acted_for: set[str] = set()  # names given to `act_for`

    def __bool__(self) -> bool:
        return bool(self.databases or self.roles or self._acted_for)

    def act_for(self, names: Collection[str]) -> bool:
        """Let the run's role act for the older roles with these names, in all its databases.

        A membership that one transaction grants is not seen by the others, and blocks them. So the
        run's role gets a role that is a member of them, which is dropped with the last COMMIT.
        Return False if it may not create roles.
        """
        from runner.adapt.role_rights import act_for

        if self._acted_for.issuperset(names):
            return True
        conn = self._connection()
        role = Unfinished("ROLE", f"{_ACTING}{self._first_xid}")
        try:
            with conn.transaction():
                if not self._acted_for:
                    conn.execute(role.command("CREATE {}"))
                    self._mark(role)
                    conn.execute(act_for([role.name]))
                conn.execute(act_for(names, sql.Identifier(role.name).as_string()))
        except errors.InsufficientPrivilege:
            return False
        self._acted_for.update(names)
        return True

    def carry_out(self, shared: Shared, progress: RunningScript | None, role: str) -> bool:
        """Run a statement about the run's databases or roles, as the current role of the script.

        Return False if the statement belongs in a transaction. Raises StatementFailed, and Refused
        for what could not be undone.
        """
        self._role = role
        if shared.verb == b"COMMENT":
            return self._comment(shared, progress)
        if shared.databases:
            return self._about_database(shared, progress)
        if shared.verb in (b"CREATE", b"DO") and shared.roles:
            return self._make_roles(shared, progress)
        if not any(names and self.roles.issuperset(names) for names in shared.roles):
            return False
        self._send(shared.statement, progress)
        self._look()
        return True

    def _about_database(self, shared: Shared, progress: RunningScript | None) -> bool:
        names = shared.database_names
        is_other = not self.databases.issuperset(names)
        if shared.verb == b"CREATE":
            self._make_database(shared, names[0], progress)
        elif shared.verb != b"DROP" and is_other:
            return False
        else:
            if is_other and names[0] in self._names(DATABASES):
                place = shared.statement.source.place(shared.statement.offset)
                lost = "it existed before the run, and all of it would be lost"
                hint = "Drop it yourself, or leave the statement out of the scripts."
                raise Refused(f"DROP DATABASE {names[0]}: {lost}", place=place, hint=hint)
            self._send(shared.statement, progress)
        self._look()
        return True

    def _make_database(self, shared: Shared, name: str, progress: RunningScript | None) -> None:
        """Create it under a name that marks it: `kill -9` may come before the comment."""
        if name in self._names(DATABASES):
            self._send(shared.statement, progress)  # which raises the server's error
            return
        conn = self._connection()
        # The server reads it as it is written, in a transaction, in which it cannot run.
        with conn.transaction(force_rollback=True):
            try:
                self._send(shared.statement, None)
            except StatementFailed as error:
                if error.sqlstate != _IN_TRANSACTION:
                    raise
        temporary = UNFINISHED + self._run()
        self._send(shared.renamed(temporary), progress)
        self._mark(Unfinished("DATABASE", temporary))
        names = map(sql.Identifier, (temporary, name))
        conn.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))

    def _make_roles(self, shared: Shared, progress: RunningScript | None) -> bool:
        """Return False if a transaction must run it.

        The role exists already, names another that only the transaction sees, or a DO block does
        something else as well.
        """
        conn, is_block = self._connection(), shared.verb == b"DO"
        conn.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ")
        try:
            before = self._names(_ROLES)
            known = [name in before for name in shared.roles[0]]
            if all(known) if is_block else any(known):
                return False
            self._send(shared.statement, progress)
            query = sql.SQL(statement("run/new_roles"))
            ((new, more),) = fetch(conn, query.format(before=sorted(before)))
            if is_block and (more or not new):
                return False
            for name in new:
                self._mark(Unfinished("ROLE", name))
            if is_restricted(conn):
                from runner.adapt.role_rights import act_for

                conn.execute(act_for(new))
            conn.execute(b"COMMIT")
        except (Refused, StatementFailed) as error:
            if not is_block and error.sqlstate != _UNDEFINED_OBJECT:
                raise
            return False
        finally:
            conn.rollback()
        self._look()
        return True

    def _mark(self, one: Unfinished) -> None:
        self._connection().execute(one.commented(UNFINISHED_MARK + self._run()))

    def _comment(self, shared: Shared, progress: RunningScript | None) -> bool:
        is_role, conn = not shared.databases, self._connection()
        name = shared.roles[0][0] if is_role else shared.database_names[0]
        if name not in (self.roles if is_role else self.databases):
            return False
        one = Unfinished("ROLE" if is_role else "DATABASE", name)
        with conn.transaction():
            self._send(shared.statement, progress)
            query = sql.SQL(statement("run/comment"))
            ((comment,),) = fetch(conn, query.format(kind=one.kind, name=name))
            self._mark(one._replace(comment=comment))
        return True

    def _look(self) -> None:
        mine = self._own_unfinished(self._connection())
        self.databases = {one.name for one in mine if one.kind == "DATABASE"}
        self.roles = {one.name for one in mine if one.kind == "ROLE"}

    def _own_unfinished(self, conn: Connection[TupleRow]) -> list[Unfinished]:
        return [one for one in unfinished(conn) if one.run.endswith(f"_{self._first_xid}")]

    def _names(self, query: str) -> set[str]:
        return {name for (name,) in fetch(self._connection(), query)}

    def _run(self) -> str:
        return f"{self._home.opened.server.backend_pid}_{self._first_xid}"

    @cached_property
    def _first_xid(self) -> int:
        """The same for all attempts of the run."""
        return self._home.guard.before.xid

    def _connection(self) -> Session:
        if self._conn is None:
            ctx = self._state.ctx
            self._conn = ctx.connect()
            self._state.also(self._conn)
            timeout = round(ctx.settings.lock_timeout * 1000)
            self._conn.execute(f"SET lock_timeout = {timeout}".encode())
        return self._conn

    def _send(self, what: Statement, progress: RunningScript | None) -> None:
        ctx, conn = self._state.ctx, self._connection()
        if self._exchange is None:
            watch = self._state.lock_monitor
            self._exchange = Exchange(
                Execution(conn, ctx.observer, ctx.target, autocommit=True, watch=watch)
            )
        conn.execute(sql.SQL("SET ROLE {}").format(sql.Literal(self._role)))
        try:
            self._exchange.send([Part(what, progress, is_alone=True)])
            self._exchange.collect(lambda: None)
        finally:
            with suppress(psycopg.Error):  # a rollback resets it, too
                conn.execute(b"RESET ROLE")

    def keep(self, conn: Connection[TupleRow]) -> None:
        """Remove the marks; this takes effect with the COMMIT of this transaction."""
        if self:
            commands = [
                one.command("DROP {}") if one.name.startswith(_ACTING) else one.commented()
                for one in self._own_unfinished(conn)
            ]
            conn.execute(b"; ".join(commands))

    def undo(self, *, runs_again: bool = False) -> str:
        """Drop them all; return a sentence for the user with a leading space, or an empty text.

        The role of `act_for` stays for a run that begins again: it has begun with it.
        """
        if self._conn is None:
            return ""
        try:
            with self._locked(), open_again(self._conn) as conn:
                conn.rollback()
                found = self._own_unfinished(conn)
                acting = [one for one in found if one.name.startswith(_ACTING)]
                made = (one for one in found if one not in acting)
                dropped = [str(one) for one, _ in drop(conn, made)]
                if not runs_again:
                    list(drop(conn, acting))
        except (RunnerError, psycopg.Error):
            return " The next run on this server will drop what this run had made."
        self.databases, self.roles = set(), set()
        return f" Dropped again: {', '.join(dropped)}." if dropped else ""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Take the lock that the rollback has released: to other runs this one goes on."""
        conn = self._home.conn
        is_idle = conn.pgconn.transaction_status == pq.TransactionStatus.IDLE
        lock = f"BEGIN; SELECT pg_catalog.pg_try_advisory_xact_lock({KEY})".encode()
        try:
            with suppress(psycopg.Error):
                if is_idle:
                    conn.execute(lock)
            yield
        finally:
            with suppress(psycopg.Error):
                if is_idle:
                    conn.rollback()

    def leave(self) -> None:
        """Leave them to the next run, which will know whether this run was committed."""
        self._conn = None
