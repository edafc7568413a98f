"""The databases of a run: that of the target, and those that its scripts connect to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from psycopg import sql

from runner.adapt.shared_statements import Shared
from runner.connect.queries import all_rows, fetch, statement
from runner.connect.session import Session
from runner.errors import Refused, RunnerError
from runner.execute.execution import Databases, RunningScript, Where
from runner.guard.guard import Guard
from runner.psql.steps import Connect
from runner.run.context import RunContext
from runner.run.database_run import DatabaseRun
from runner.run.shared_objects import DATABASES, SharedObjects
from runner.sessions import session_reset

if TYPE_CHECKING:
    import psycopg

    from runner.reference.one_database import VisitedDatabase
    from runner.reference.spec import ReferenceSpec
    from runner.run.state import RunState
    from runner.verify.verifier import Verifier


_ROLE = "SELECT CURRENT_USER::pg_catalog.text"


class RunDatabases(Databases):
    """The databases of a run, each with its own transaction and reference; `home` is the target's.

    Statements about roles and databases run at once if the run made these (`shared_objects`). Any
    other runs in the transaction of `home`, so that no two transactions wait for each other.
    """

    def __init__(self, home: DatabaseRun, state: RunState) -> None:
        self.home = home
        self.shared_objects = SharedObjects(home, state)
        self.others: dict[str, DatabaseRun] = {}
        self.finished: list[DatabaseRun] = []  # committed already: made and copied by the run
        self._current = home
        self._verifiers: dict[str, Verifier] = {}
        self._refused: dict[str, Refused] = {}  # why there is no reference of a database
        self._guards: dict[str, Guard] = {}  # of earlier attempts
        self._state = state

    def parts(self) -> tuple[DatabaseRun, ...]:
        """Return all connected databases: first those that the run made, last the target's."""
        made = self.shared_objects.databases
        others = sorted(self.others.values(), key=lambda part: part.name not in made)
        return (*others, self.home)

    def connect(self, name: str, step: Connect | None) -> tuple[Session, Guard] | None:
        """Go on in another database. Raises what `DatabaseRun.begin` raises."""
        part = self.home
        if step is not None and name != part.name:
            part = self.others.get(name) or self._open(name, step)
        self._current = part
        return part.conn, part.guard

    def _open(self, name: str, step: Connect | None = None) -> DatabaseRun:
        ctx = self._state.ctx
        if name in self._refused:
            raise self._refused[name]
        conn = session_reset.new_connection(ctx.session, name, ctx.settings, ctx.observer, step)
        self._state.also(conn)
        is_reopened = any(part.name == name for part in self.finished)
        reads = self.home.reads_changes
        part = DatabaseRun(ctx, conn, name, reads_changes=reads, is_reopened=is_reopened)
        self.others[name] = part
        part.verifier = self._verifiers.get(name)
        part.guard = self._guards.get(name, part.guard)
        with conn.watched(self._state.lock_monitor):
            part.begin(self._state)
        return part

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        name = shared.database_names[0] if shared.databases else None
        used = self.others.get((name if shared.verb != b"CREATE" else shared.template) or "")
        if used and used is not self._current and used.name in self.shared_objects.databases:
            if shared.verb == b"DROP":
                self.others.pop(used.name).conn.close()
            elif shared.verb == b"CREATE":
                self._finish(used)
        if shared.roles and (part := self._user_of(shared)):
            return part.conn, shared.statement
        ((role,),) = fetch(self._current.conn, _ROLE)
        if self.shared_objects.carry_out(shared, progress, role):
            for part in self.parts():
                part.conn.execute(statement("run/take_note").encode())
            return None
        is_block = shared.verb == b"DO"
        return (self._current if is_block else self.home).conn, shared.statement

    def act_for(self, names: Collection[str]) -> bool:
        return self.shared_objects.act_for(names)

    def _user_of(self, shared: Shared) -> DatabaseRun | None:
        """Return the part whose transaction used the roles: the statement would wait for it."""
        roles = [name for names in shared.roles for name in names]
        query = sql.SQL(statement("run/role_users"))
        found = fetch(self.home.conn, query.format(roles=roles, drops=shared.verb == b"DROP"))
        pids = {pid for (pid,) in found}
        used = [part for part in self.parts() if part.opened.server.backend_pid in pids]
        return used[-1] if used else None

    def _finish(self, part: DatabaseRun) -> None:
        """Commit a database of this run that is to be copied: nobody may be connected to it."""
        part.read_effects()
        part.guard.judge(part.conn)
        part.commit(f"{part.record(self._state)}COMMIT")
        part.conn.close()
        self.finished.append(self.others.pop(part.name))

    def reopen(self) -> None:
        """Begin again in databases where the run has committed, so that they are compared."""
        for part in self.finished:
            if part.name in self.shared_objects.databases and part.name not in self.others:
                self._open(part.name)

    def forget(self) -> None:
        """Drop what was made and close the other databases, before another attempt."""
        for name, part in self.others.items():
            part.conn.close()
            if name not in self.shared_objects.databases:
                self._guards[name] = part.guard
        self.others.clear()
        self.finished.clear()
        self.undo(runs_again=True)

    def undo(self, *, runs_again: bool = False) -> str:
        for name in self.shared_objects.databases & self.others.keys():
            self.others.pop(name).conn.close()
        return self.shared_objects.undo(runs_again=runs_again)

    def start_references(self, stack: ExitStack) -> None:
        """Start to build the references, also for another attempt of the run.

        Those of other databases are built as far as the reference of the target shows which these
        are. Raises Refused when there can be none.
        """
        ctx, home, properties = self._state.ctx, self.home, self.home.opened.properties
        if properties is None:
            return
        self._state.scripts.sessions.act_at_once()
        awaits_run = not all(one.is_known for one in ctx.prepared.checked)
        if home.verifier is None:
            spec = ctx.reference_spec(properties)
            home.verifier = ctx.start_verifier(spec, stack, awaits_run=awaits_run)
        else:
            home.verifier.restart()
        if not ctx.prepared.facts.may_be_several:
            return
        for name, spec in other_specs(ctx, home.verifier.spec, home.verifier.visited()):
            if name in self._verifiers:
                self._verifiers[name].restart()
                continue
            before_run = home.verifier.builds_before_run
            try:
                self._verifiers[name] = ctx.start_verifier(
                    spec, stack, awaits_run=awaits_run, before_run=before_run
                )
            except Refused as error:
                if spec.create is None:
                    raise
                self._refused[name] = error  # in most cases CREATE DATABASE fails, too

    def must_repeat(self, error: RunnerError | psycopg.Error, holders: str | None) -> bool:
        """Return whether the run must be repeated after its references: see `Verifier`."""
        home = self.home.verifier
        verifiers = [home, *self._verifiers.values()] if home else []
        if not any(one.must_repeat(error, holders) for one in verifiers):
            return False
        for one in verifiers:
            one.builds_before_run = True
        return True


def other_specs(
    ctx: RunContext, home: ReferenceSpec, visited: Mapping[str, VisitedDatabase]
) -> Iterator[tuple[str, ReferenceSpec]]:
    r"""Yield each database of a `\connect` with what its reference is built from.

    `visited` has the CREATE DATABASE of those that the scripts make. A database that exists is not
    made. One that neither exists nor is made is left to the error of its `\connect`, and a copy of
    the target's database to the error of its CREATE DATABASE.
    """
    from runner.reference.spec import database_properties

    existing = {name for (name,) in fetch(ctx.session, DATABASES)}
    for name, one in visited.items():
        spec, create = home._replace(part=name, visited=one), one.create
        if name in existing:
            with ctx.connect(name) as conn:
                (row,) = all_rows(conn, statement("reference/target"))
                properties = database_properties(row, conn)
            # The name of the reference contains the process id of the run's session.
            yield name, spec._replace(properties=properties._replace(pid=home.properties.pid))
        elif create is not None and create.template != ctx.target.dbname:
            properties = home.properties._replace(owner=None, schemas=(), settings=())
            yield name, spec._replace(create=create, properties=properties)
