"""One database of a run, in a transaction of its own: its guard, reference and record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg import pq, sql
from psycopg.rows import TupleRow

from runner.comparison import Verification
from runner.connect.queries import all_rows, fetch, pinned, statement
from runner.connect.session import Session
from runner.errors import ConnectionFailed, Refused, RunnerError
from runner.guard.changes import written_on_shards
from runner.guard.guard import Guard
from runner.registry import registry
from runner.results import ObjectChange
from runner.run.context import RunContext, open_again
from runner.verify import assertions

if TYPE_CHECKING:
    from runner.run.state import Opened, RunState
    from runner.verify.verifier import Verifier

# Each sequence is locked until the end of its message: thousands would fill the lock table.
_AT_ONCE = 1000
_SET_BACK = " The scripts had set sequences, which a rollback does not undo. Set back: {}."
_UNKNOWN = (
    " Sequences that the scripts set with setval() may have kept their new values: they could not"
    " be set back."
)


class DatabaseRun:
    """The steps of a run in one database; `is_reopened`: it has committed there before."""

    def __init__(
        self,
        ctx: RunContext,
        conn: Session,
        name: str,
        *,
        reads_changes: bool,
        is_reopened: bool = False,
    ) -> None:
        self.ctx = ctx
        self.conn = conn
        self.name = name
        self.guard = Guard(ctx.settings.allow_loss, ctx.observer)
        self.verifier: Verifier | None = None
        self.asserted = ctx.prepared.asserted if name == ctx.target.dbname else ()
        self.opened: Opened
        self.registry: registry.RegistryInfo  # after the scripts
        self.catalog: Sequence[str]  # after the scripts, if it was asked for
        self.reads_changes = reads_changes
        self._is_reopened = is_reopened

    def begin(self, state: RunState, *, verify: bool = False, guarded: bool = True) -> Opened:
        """Begin the run here, in one round trip. Raises Refused and LockNotAvailable."""
        sessions = state.scripts.sessions
        self.opened = state.begin(
            self.conn,
            sessions.first_settings().decode(),
            self.guard if guarded else None,
            verify=verify,
            catalog=self._catalog_commands(sessions.roles_back(), is_before=True)
            if self.reads_changes
            else (),
        )
        return self.opened

    def _catalog_commands(
        self, roles_back: Iterable[str], *, is_before: bool = False
    ) -> tuple[str, ...]:
        """Return the commands that read the catalog after `roles_back`, which they roll back.

        The catalog of the target includes the objects that all databases share; that of another
        database includes those that concern this database. With `is_before`, it is not used to read
        rows.
        """
        from runner.catalog.reader import shared_queries, snapshot_commands

        facts, home = self.ctx.prepared.facts, self.ctx.target.dbname
        shared = shared_queries(facts, home, None if self.name == home else self.name)
        savepoint, *commands = snapshot_commands(*shared, is_trusted=is_before)
        return (savepoint, *roles_back, *commands)

    def asked(self, roles_back: Iterable[str] = ()) -> list[str]:
        """Return the queries for the effects of the scripts; `take` takes the answers."""
        asked = [*pinned(*registry.info_query(self.ctx.settings.registry_schema))]
        if self.reads_changes or self.verifier is not None:
            asked += self._catalog_commands(roles_back)
        if self.verifier is not None and self.asserted:
            asked.append(assertions.BEFORE)
        return asked

    def take(self, answers: Sequence[str]) -> None:
        """Take their answers.

        Raises Refused for scripts that have written to the registry, or to the servers of Citus
        outside the transaction by a call that `check` could not see.
        """
        if self.guard.now.outside and not self.ctx.prepared.facts.calls_workers:
            raise Refused(
                "the scripts have sent commands to the servers of Citus, in transactions of their"
                " own, by master_run_on_worker or a function that calls it",
                hint="Write the statement for the table itself: Citus runs it on all its shards, in"
                " the transaction. Or call the function by its name: check says what it means.",
                state="The transaction was rolled back. What those servers did is not undone.",
            )
        registered, *self.catalog = answers
        before, self.registry = self.opened.registry, registry.RegistryInfo.read(registered)
        self.registry.check_after(before)
        if self.ctx.settings.registry:
            self.registry.check()
        if before.version is not None and self.registry.version is None:
            self.ctx.observer.notice(registry.DROPPED)

    def read_effects(self) -> None:
        """Ask for the effects of the scripts, and take the answers."""
        self.take([text for (text,) in all_rows(self.conn, " ".join(self.asked()))])

    def compare(self) -> None:
        """Run the assertions and compare with the reference. Raises what `Verifier` raises."""
        if self.verifier is None:
            return
        self.verifier.run_assertions(self.conn, self.asserted)
        if not self._is_reopened:
            before, now = self.guard.before, self.guard.now
            self.verifier.read_changes(self.conn, self.catalog, before, now)
        self.verifier.compare_target(self.conn)

    def verification(self) -> Verification | None:
        return None if self.verifier is None else self.verifier.finish(self.conn, self.asserted)

    def changes(self) -> tuple[ObjectChange, ...]:
        from runner.catalog.reader import parse_snapshot
        from runner.run.changes import object_changes

        guard = self.guard
        overwritten = {loss.table: loss.rows for loss in guard.overwritten}
        before, after = parse_snapshot(self.opened.catalog), parse_snapshot(self.catalog)
        return object_changes(before, after, guard.before, guard.now, overwritten)

    def record(self, state: RunState) -> str:
        """Return the statements that record the run and reset the session, sent before COMMIT."""
        guard = self.guard
        own_tables, changed = map(
            tuple, guard.own_tables(verified=self.ctx.settings.verify == "all")
        )
        entry = registry.Entry(guard.before.xid, guard.contents.system, own_tables, changed)
        record = [*pinned(state.record(self.registry, entry))]
        if written_on_shards(guard.before, guard.now):
            record += pinned(statement("run/citus_commit"))
        return " ".join((*record, state.scripts.sessions.end_session().decode()))

    def restore_sequences(self) -> str:
        """Set sequences back that a rollback leaves behind their value before the run.

        Return a sentence for the user that names them, with a leading space; empty if there are
        none. A closed connection is replaced by a new one.
        """
        before = self.guard.before
        if not before.sequences:
            return ""
        try:
            query = sql.SQL(statement("run/restore_sequences"))
            were = [(oid, was.last, was.called) for oid, was in before.sequences.items()]
            restored: list[TupleRow] = []
            with open_again(self.conn) as another:
                for start in range(0, len(were), _AT_ONCE):
                    saved = json.dumps(were[start : start + _AT_ONCE])
                    restored += fetch(another, query.format(saved=saved))
        except (RunnerError, psycopg.Error):
            return _UNKNOWN
        listed = ", ".join(f"{name} to {value}" for name, value in sorted(restored))
        return _SET_BACK.format(listed) if listed else ""

    def commit(self, message: str) -> None:
        """Send COMMIT. If the connection is lost, ask for the outcome on a new one.

        Raises ConnectionFailed when nothing was committed, and OutcomeUnknown.
        """
        try:
            all_rows(self.conn, message)
        except psycopg.OperationalError as error:
            if self.conn.pgconn.status != pq.ConnStatus.BAD:
                raise
            from runner.run.after_commit import was_committed

            settings, observer, before = self.ctx.settings, self.ctx.observer, self.guard.before
            is_recorded = settings.registry and not self.registry.obstacle
            recorded_at = before.began if is_recorded else None
            if not was_committed(self.conn.conninfo, before.xid, settings, observer, recorded_at):
                raise ConnectionFailed(
                    "the connection broke during COMMIT: nothing was committed",
                    detail=str(error).strip(),
                    hint="Apply again.",
                ) from None
            observer.note(f"transaction {before.xid} was committed")
