r"""The databases of a run: that of the target, and those that its scripts `\connect` to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from runner.execute import reconnect
from runner.run.database_run import DatabaseRun

if TYPE_CHECKING:
    from runner.connect.session import Session
    from runner.execute.execution import RunningScript, Where
    from runner.execute.shared import Shared
    from runner.guard.guard import Guard
    from runner.psql.steps import Connect
    from runner.run.made import Made
    from runner.run.state import RunState
    from runner.verify.verifier import Verifier


# A server process takes notice of what others have committed when it locks something: that a role
# is there by now. A function that locks a schema for a look at it is there for everybody.
_TAKE_NOTE = (
    b"SELECT FROM pg_catalog.pg_get_object_address('schema', ARRAY['pg_catalog'],"
    b" ARRAY[]::pg_catalog.text[])"
)


class RunDatabases:
    """Each in a transaction of its own; `home` is that of the target.

    What is about roles and databases is not bound to one: `made` are those of this run; about any
    other the transaction of `home` decides, so that no two transactions wait for each other.
    """

    def __init__(self, home: DatabaseRun, made: Made, state: RunState) -> None:
        self.home = home
        self.made = made
        self.others: dict[str, DatabaseRun] = {}
        self._current = home
        self.verifiers: dict[str, Verifier] = {}
        self._guards: dict[str, Guard] = {}  # of an attempt before this one
        self._state = state

    def parts(self) -> tuple[DatabaseRun, ...]:
        """All that were connected to: those that the run made first, that of the target last."""
        others = sorted(self.others.values(), key=lambda part: part.name not in self.made.databases)
        return (*others, self.home)

    def connect(self, name: str, step: Connect | None) -> tuple[Session, Guard] | None:
        """See execute.execution.Databases. Raises what `DatabaseRun.begin` raises."""
        part = self.home
        if step is not None and name != part.name:
            part = self.others.get(name) or self._open(name, step)
        self._current = part
        self._state.lock_monitor.watch(part.opened.server.backend_pid)
        return part.conn, part.guard

    def _open(self, name: str, step: Connect) -> DatabaseRun:
        ctx = self._state.ctx
        conninfo = make_conninfo(ctx.session.conninfo_alike(), dbname=name)
        conn = reconnect.new_connection(step, conninfo, ctx.settings, ctx.observer)
        self._state.also(conn)
        part = self.others[name] = self.home.beside(conn, name)
        part.verifier = self.verifiers.get(name)
        part.guard = self._guards.get(name, part.guard)
        part.begin(self._state)
        return part

    def share(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        """See execute.execution.Databases."""
        name = shared.database_names[0] if shared.databases else None
        if shared.verb == b"DROP" and name in self.made.databases and name in self.others:
            self.others.pop(name).conn.close()
        if self.made.carry_out(shared, progress):
            for part in self.parts():
                part.conn.execute(_TAKE_NOTE)
            return None
        is_block = shared.verb == b"DO"
        return (self._current if is_block else self.home).conn, shared.statement

    def forget(self) -> None:
        """Before another attempt: drops what was made, and closes the others."""
        for name, part in self.others.items():
            part.conn.close()
            if name not in self.made.databases:
                self._guards[name] = part.guard
        self.others.clear()
        self.made.undo()
