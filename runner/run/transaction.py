"""One run of all scripts on one target, from BEGIN to COMMIT."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import pq

from runner.comparison import DifferencesError
from runner.connect.queries import first_rows, pinned
from runner.errors import ConnectionFailed, Interrupted, MergedInsertFailed, RunnerError
from runner.execute.script_runner import LEFT_BEHIND
from runner.guard.guard import Guard
from runner.registry import registry
from runner.results import LossError, Notice
from runner.run.begin import BeginRequest, Opened, begin_transaction
from runner.run.context import Done, warn
from runner.run.state import RunState
from runner.signals import signals_held
from runner.verify import assertions

if TYPE_CHECKING:
    from runner.comparison import Verification
    from runner.reference.spec import DatabaseProperties
    from runner.results import Loss, ObjectChange
    from runner.run.context import RunContext
    from runner.verify.verifier import Verifier


def run_in_transaction(ctx: RunContext, *, plan: bool = False) -> Done:
    """Runs the scripts, compares, and commits; a `plan` rolls back.

    The changes are read for a plan and for JSON. One run of several is a member, which says when
    to commit. Raises DifferencesError, StatementFailed, ScriptError, Refused, LockNotAvailable,
    ConnectionFailed, OutcomeUnknown, Interrupted or HeldBack, each with the state of the target.
    """
    run = _Transaction(ctx, reads_changes=plan or ctx.settings.json)
    verification = changes = None
    with ExitStack() as stack, run.state.reported_errors(run.state_after):
        stack.callback(run.state.scripts.close)
        opened = run.begin()
        run.start_reference(stack, opened.properties)
        while (ended := run.guarded_attempt(opened)) is None:
            opened = run.begin_again()
        verification = run.verify()
        if run.reads_changes:
            changes = run.changes(opened.catalog, ended.catalog)
        if plan:
            run.roll_back()
        else:
            run.commit(ended.registry)
    created = [relation.name for relation in run.guard.created()]
    return Done(
        run.state.target,
        tuple(run.state.scripts.results),
        run.state.round_trips,
        run.guard.lost,
        verification,
        changes,
        created[-1] if created else None,
    )


class Ended(NamedTuple):
    """The registry and the catalog after the scripts, as far as they were asked for."""

    registry: registry.RegistryInfo
    catalog: str


class _Transaction:
    """The parts of a run in one transaction, and its steps in order."""

    def __init__(self, ctx: RunContext, *, reads_changes: bool) -> None:
        self.ctx = ctx
        self.reads_changes = reads_changes
        self.guard = Guard(ctx.settings.allow_loss, ctx.observer)
        self.verifier: Verifier | None = None
        self.state = RunState(ctx, self.guard, self._check_reference)

    def state_after(self, error: RunnerError) -> tuple[str, bool | None]:
        """The state of the target after an error and the rollback."""
        restored = self._restore_sequences(reconnect=not isinstance(error, Interrupted))
        return f"Nothing has changed: the transaction was rolled back.{restored}", error.committed

    def _restore_sequences(self, *, reconnect: bool = True) -> str:
        from runner.run.sequences import restore

        return restore(self.ctx.session, self.guard.before.sequences, reconnect=reconnect)

    def _check_reference(self) -> None:
        if self.verifier is not None:
            self.verifier.check()

    def begin(self) -> Opened:
        """One round trip: BEGIN, our settings, the run's lock, what is there and whose it is."""
        settings = self.ctx.settings
        request = BeginRequest(
            b"".join(self.state.scripts.own_settings()).decode(),
            settings.registry_schema,
            self.ctx.observer,
            self.state.on_server_info,
            self.guard,
            verify=settings.verify != "none",
            elsewhere=settings.reference is not None,
            catalog=self._catalog_commands() if self.reads_changes else (),
        )
        opened = begin_transaction(self.ctx.session, request)
        self.state.opened(opened, opened.server.backend_pid)
        return opened

    def _catalog_commands(self) -> tuple[str, ...]:
        from runner.catalog.reader import snapshot_commands
        from runner.catalog.shared import shared_queries

        ctx = self.ctx
        return snapshot_commands(*shared_queries(ctx.prepared.outline, ctx.target.dbname))

    def start_reference(self, stack: ExitStack, properties: DatabaseProperties | None) -> None:
        """Begins to build the reference. Raises Refused when there can be none."""
        if properties is None:
            return
        from runner.verify.verifier import Verifier

        ctx = self.ctx
        conninfo = ctx.session.conninfo_alike()
        spec = ctx.prepared.reference_spec(conninfo, ctx.settings, ctx.target, properties)
        self.verifier = Verifier(spec, stack, ctx.prepared.shared)
        ctx.stop.on_request(self.verifier.release)
        self.verifier.start(awaits_run=any(one.script.shell for one in ctx.prepared.checked))

    def attempt(self, opened: Opened) -> Ended | None:
        """Scripts, guard, assertions, comparison. None when all of it has to be done once more."""
        try:
            self.state.run_scripts()
            ended = self._finish(opened.registry)
            if not self.guard.judge(self._counts()):
                return None
            if self.verifier is not None:
                conn = self.ctx.session
                self.verifier.run_assertions(conn, self.ctx.prepared.asserted)
                before, now = self.guard.before, self.guard.now
                self.verifier.read_changes(conn, ended.catalog, before, now)
                self.verifier.compare_target(conn)
        except MergedInsertFailed:
            return None
        except RunnerError as error:
            self._require_collision(error)
            return None
        return ended

    def _require_collision(self, error: RunnerError) -> None:
        """Raises the error again, unless the run failed because of its own reference."""
        holders = self.state.lock_monitor.holders
        if self.verifier is None or not self.verifier.must_repeat(error, holders):
            raise error
        from runner.verify.verifier import OUT_OF_MEMORY

        if error.sqlstate == OUT_OF_MEMORY:
            self.ctx.observer.note("The server has no room for the locks of two such runs.")
        else:
            self.ctx.observer.note("The scripts change what all databases of the server share.")
        self.ctx.observer.note("Once more, after the reference instead of beside it.")

    def _finish(self, before: registry.RegistryInfo) -> Ended:
        """Sends the end of the scripts, with the queries for their effects.

        Raises Refused for scripts that have written to the registry.
        """
        settings = self.ctx.settings
        asked = [*pinned(registry.info_query(settings.registry_schema))]
        if self.reads_changes or self.verifier is not None:
            asked += self._catalog_commands()
        if self.verifier is not None and self.ctx.prepared.asserted:
            asked.append(assertions.BEFORE)
        registered, *catalog = self.state.scripts.finish(*asked)
        after = registry.RegistryInfo.read(registered)
        after.check_after(before)
        if settings.registry:
            after.check()
        if before.version is not None and after.version is None:
            self.ctx.observer.notice(registry.DROPPED)
        return Ended(after, catalog[0] if catalog else "")

    def _counts(self) -> list[list[int] | str]:
        """What the guard asks for."""
        conn, vanished = self.ctx.session, self.guard.vanished()
        is_superuser = conn.pgconn.parameter_status(b"is_superuser") == b"on"
        written = self.guard.uncounted() if is_superuser else []  # may switch the counters off
        names: dict[int, str] = {}
        if vanished or written:
            from runner.guard import elsewhere

            names = elsewhere.committed_tables(conn.conninfo, vanished)
            others = [one for one in written if not one.exclusive]
            elsewhere.check_counters(conn, self.guard.before, others)
        self.guard.concurrent_tables(names, [one for one in written if one.exclusive])
        if not (question := self.guard.question()):
            return []
        return [value for (value,) in first_rows(conn, question)]

    def begin_again(self) -> Opened:
        """Rolls back, and begins with a look at what the guard asks for."""
        self.ctx.session.rollback()
        self.state.scripts.run_again()
        try:
            opened = self.begin()
        except LossError as error:
            raise self.guard.refusal(self._with_lines(error)) from None
        if self.verifier is not None:
            self.verifier.restart()
        return opened

    def guarded_attempt(self, opened: Opened) -> Ended | None:
        """As `attempt`; a refusal names the lines that lose rows, as far as they can be found.

        There is none for rows that only statements which name their table overwrite.
        """
        try:
            return self.attempt(opened)
        except LossError as error:
            losses = self._with_lines(error)
            if not losses:
                return None
            raise self.guard.refusal(losses) from None

    def _with_lines(self, error: LossError) -> list[Loss]:
        from runner.run.loss_lines import with_lines

        losses, is_complete = with_lines(self.state, self.guard, error.losses)
        return self.guard.without_named(losses) if is_complete else losses

    def verify(self) -> Verification | None:
        """What was compared, and the assertions. Raises DifferencesError when not all agrees."""
        if self.verifier is None:
            return None
        verification = self.verifier.finish(self.ctx.session, self.ctx.prepared.asserted)
        if not verification.agrees:
            raise DifferencesError(verification)
        warn(self.ctx.observer, verification)
        return verification

    def changes(self, before: str, after: str) -> tuple[ObjectChange, ...]:
        """What the scripts have changed, by the catalog before and after them."""
        from runner.catalog.reader import snapshot_of
        from runner.run.changes import RowChanges, object_changes

        guard = self.guard
        overwritten = {loss.table: loss.rows for loss in guard.overwritten}
        moved = RowChanges(guard.before, guard.now, overwritten)
        return object_changes(snapshot_of(before), snapshot_of(after), moved)

    def roll_back(self) -> None:
        """Two round trips: sequences that the scripts have set are set back."""
        self.ctx.session.execute(b"ROLLBACK;" + LEFT_BEHIND)
        if restored := self._restore_sequences():
            self.ctx.observer.notice(Notice("WARNING", restored.strip()))
        self.guard.report_changed()
        self.guard.report_unused()

    def commit(self, info: registry.RegistryInfo) -> None:
        """One round trip: records the run, resets the session and commits.

        Two where it waits for other members: what may fail is done before that.
        """
        guard, conn, member = self.guard, self.ctx.session, self.ctx.member
        vouched = tuple(guard.vouched())
        changed = tuple(guard.changed(vouched))
        entry = registry.Entry(guard.before.xid, guard.contents.system, vouched, changed)
        record = pinned(self.state.record(info, entry))
        last = " ".join((*record, self.state.scripts.end_session().decode()))
        if member is not None:
            if member.fleet.together:
                first_rows(conn, last)
                last = ""
            member.ready(conn)
        with signals_held():
            self._commit(f"{last}COMMIT", info)
            self.state.is_committed()
        guard.report()
        self._vacuum()

    def _vacuum(self) -> None:
        if statements := self.state.scripts.executor.blocks.substitutes.vacuums:
            from runner.run.vacuum import vacuum

            guard = self.guard
            known = (table.name for table in guard.before.tables.values())
            made = [relation.name or "" for relation in guard.created()]
            vacuum(self.ctx.session, statements, [*made, *known], self.ctx.observer)

    def _commit(self, message: str, info: registry.RegistryInfo) -> None:
        """Sends COMMIT. If the connection is lost, a new one asks for the outcome."""
        conn, settings, observer = self.ctx.session, self.ctx.settings, self.ctx.observer
        try:
            first_rows(conn, message)
        except psycopg.OperationalError as error:
            if conn.pgconn.status != pq.ConnStatus.BAD:
                raise
            from runner.run.commit_outcome import was_committed

            xid = self.guard.before.xid
            is_recorded = settings.registry and not info.obstacle
            recorded_at = self.guard.before.began if is_recorded else None
            if not was_committed(conn.conninfo, xid, settings, observer, recorded_at):
                raise ConnectionFailed(
                    "the connection broke during COMMIT, which did not happen",
                    detail=str(error).strip(),
                    hint="Apply again.",
                ) from None
            observer.note(f"transaction {xid} was committed")
