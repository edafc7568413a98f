"""One run of all scripts on one target, from BEGIN to COMMIT."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import psycopg

from runner.comparison import DifferencesError, Verification, merge
from runner.connect.queries import all_rows
from runner.errors import Collision, MergedInsertFailed, OutcomeUnknown, RunnerError
from runner.results import ApplyResult, Loss, LossError, Notice, ObjectChange
from runner.run.context import RunContext
from runner.run.database_run import DatabaseRun
from runner.run.databases import RunDatabases
from runner.run.other_runs import drop_left_behind
from runner.run.state import RunState
from runner.signals import signals_held


def run_in_transaction(ctx: RunContext, *, plan: bool = False) -> ApplyResult:
    """Run the scripts, compare and commit; for a `plan`, roll back.

    The changes are read for a plan and for JSON. Of several targets, the member decides when to
    commit. Raises DifferencesError, StatementFailed, ScriptError, Refused, LockNotAvailable,
    ConnectionFailed, OutcomeUnknown, Interrupted or HeldBack, each with the state of the target.
    """
    reads_changes = plan or ctx.settings.format == "json"
    knows_changes = reads_changes or ctx.settings.verify != "none"
    run = _Transaction(ctx, reads_changes=knows_changes)
    verification = changes = None
    with ExitStack() as stack, run.state.reported_errors(run.state_after):
        stack.callback(run.close)
        run.begin()
        run.databases.start_references(stack)
        while not run.guarded_attempt():
            run.begin_again(stack)
        verification = run.verify()
        if knows_changes:
            changes = run.changes()
        if plan:
            run.roll_back()
        else:
            run.commit()
            if changes:
                from runner.run.changes import removal_notices

                made = run.shared_objects.databases
                for notice in removal_notices(one for one in changes if one.database not in made):
                    ctx.observer.notice(notice)
    return ApplyResult(
        run.state.target,
        tuple(run.state.scripts.results),
        run.state.round_trips,
        tuple(loss for part in run.databases.parts() for loss in part.guard.lost),
        verification,
        changes if reads_changes else None,
        tuple(part.name for part in run.databases.parts()),
    )


class _Transaction:
    """The databases of a run, one or several, and the steps of the run in order."""

    def __init__(self, ctx: RunContext, *, reads_changes: bool) -> None:
        self.ctx = ctx
        self.home = DatabaseRun(ctx, ctx.session, ctx.target.dbname, reads_changes=reads_changes)
        self.state = RunState(ctx, self.home.guard, self._check_reference, self._databases)
        self._committed: list[str] = []  # names of committed databases

    def _databases(self, state: RunState) -> RunDatabases | None:
        self.databases = RunDatabases(self.home, state)
        self.shared_objects = self.databases.shared_objects
        return self.databases if self.ctx.prepared.facts.may_be_several else None

    def state_after(self, error: RunnerError) -> tuple[str, bool | None]:
        """Return the state of the target after an error and the rollback."""
        parts, made = self.databases.parts(), self.shared_objects.databases
        found = (part.restore_sequences() for part in parts if part.name not in made)
        restored = "".join(dict.fromkeys(found))
        if self._committed:
            left = ", ".join(part.name for part in parts if part.name not in self._committed)
            state = f"Committed in {', '.join(self._committed)}; rolled back in {left}."
            return f"{state}{restored}{self.databases.undo()}", None
        transactions = "the transactions were" if len(parts) > 1 else "the transaction was"
        state = f"Nothing has changed: {transactions} rolled back.{self.databases.undo()}{restored}"
        return state, error.committed

    def close(self) -> None:
        if not self.state.committed:
            self.state.roll_back()
            self.databases.undo()
        self.state.close()

    def _check_reference(self) -> None:
        if self.home.verifier is not None:
            self.home.verifier.check()

    def begin(self) -> None:
        """Begin in the target's database; drop what unfinished runs have left on the server."""
        if self.home.begin(self.state, verify=self.ctx.settings.verify != "none").unfinished:
            drop_left_behind(self.ctx)

    def attempt(self) -> bool:
        """Run scripts, guard, assertions and comparison. Return False if all must be repeated."""
        try:
            self.state.run_scripts()
            scripts = self.state.scripts
            self.home.take(scripts.finish(*self.home.asked(scripts.sessions.roles_back())))
            self.databases.reopen()
            parts = self.databases.parts()
            shares, verifier = self.ctx.prepared.facts.cluster_wide, self.home.verifier
            if verifier and verifier.awaits_run and (shares or len(parts) > 1):
                raise Collision  # only now it is known that references must be built before the run
            for part in parts:
                if part is not self.home:
                    part.read_effects()
            judged = [part.guard.judge(part.conn) for part in parts]
            if not all(judged):
                return False
            for part in parts:
                part.compare()
        except MergedInsertFailed:
            return False
        except (RunnerError, psycopg.Error) as error:
            scripts, is_alone = self.state.scripts, self.ctx.prepared.member is None
            if is_alone and isinstance(error, RunnerError) and scripts.has_learned_label(error):
                self.ctx.observer.note("Running the scripts again, with the label in CREATE TYPE.")
            else:
                self._require_collision(error)
            return False
        return True

    def _require_collision(self, error: RunnerError | psycopg.Error) -> None:
        """Raise the error again, unless the run failed because of its own reference."""
        if not self.databases.must_repeat(error, self.state.lock_monitor.holders):
            raise error
        from runner.verify.verifier import has_no_room

        why = "The scripts change objects that all databases of the server share."
        if has_no_room(error):
            why = "The server has no room for the locks of two such runs."
        self.ctx.observer.note(why)
        self.ctx.observer.note("Running the scripts again, after the reference is built.")

    def begin_again(self, stack: ExitStack) -> None:
        """Roll back, and begin by counting the rows that the guards ask for."""
        self.state.roll_back()
        self.databases.forget()
        self.state.scripts.run_again()
        # Before it begins: memberships that the run grants to its role would block the reference.
        self.databases.start_references(stack)
        try:
            self.begin()
        except LossError as error:
            raise self._refusal(self.home, self._with_lines(self.home, error)) from None

    def guarded_attempt(self) -> bool:
        """As `attempt`; a refusal names the lines that lose rows, as far as they can be found.

        Statements that name their table may overwrite its rows: such a loss has no line and is no
        refusal.
        """
        try:
            return self.attempt()
        except LossError as error:
            part = next(one for one in self.databases.parts() if one.guard.refused)
            losses = self._with_lines(part, error)
            if not losses:
                return False
            raise self._refusal(part, losses) from None

    def _with_lines(self, part: DatabaseRun, error: LossError) -> list[Loss]:
        from runner.run.loss_lines import with_lines

        self.state.roll_back()
        self.databases.undo()
        losses, is_complete = with_lines(self.state, part, error.losses)
        return part.guard.without_named(losses) if is_complete else losses

    def _refusal(self, part: DatabaseRun, losses: Sequence[Loss]) -> LossError:
        error = part.guard.refusal(losses)
        if part is self.home:
            return error
        return error.converted(LossError, detail=f"In the database {part.name}:\n{error.detail}")

    def verify(self) -> Verification | None:
        """Return what was compared, with the assertions. Raises DifferencesError."""
        found = {part.name: part.verification() for part in self.databases.parts()}
        home = found.pop(self.home.name)
        if home is None:
            return None
        verification = merge(home, {name: one for name, one in found.items() if one is not None})
        if not verification.agrees:
            raise DifferencesError(verification)
        self.ctx.warn(verification)
        return verification

    def changes(self) -> tuple[ObjectChange, ...]:
        databases = sorted(self.shared_objects.databases)
        made = [ObjectChange("created", "database", name) for name in databases]
        others = [
            change._replace(database=part.name)
            for part in (*self.databases.finished, *self.databases.parts()[:-1])
            for change in part.changes()
        ]
        return (*made, *self.home.changes(), *others)

    def roll_back(self) -> None:
        """Roll back, and set back sequences that the scripts have set. Two round trips."""
        self.state.roll_back()
        for part in self.databases.parts():
            if restored := part.restore_sequences():
                self.ctx.observer.notice(Notice("WARNING", restored.strip()))
            part.guard.report(self._where(part), is_committed=False)

    def _where(self, part: DatabaseRun) -> str:
        return "" if part is self.home else f"in the database {part.name}: "

    def commit(self) -> None:
        """Record the run, reset the session and commit. One round trip.

        Two where several transactions commit one after the other: everything that may fail is sent
        before. The transaction of the target comes last, because it removes the marks of what the
        run made.
        """
        member, parts = self.ctx.prepared.member, self.databases.parts()
        last = {part.name: part.record(self.state) for part in parts}
        roles_back = "".join(self.state.scripts.sessions.roles_back())
        if len(parts) > 1 or self.shared_objects or (member is not None and member.fleet.together):
            for part in parts:
                all_rows(part.conn, last.pop(part.name))
        if member is not None:
            member.ready(self.home.conn)
        last[self.home.name] = last.get(self.home.name, "") + roles_back
        with signals_held():
            for part in parts:
                if part is self.home:
                    self.shared_objects.keep(part.conn)  # while its role may act for the owners
                try:
                    part.commit(f"{last.get(part.name, '')}COMMIT")
                except OutcomeUnknown:
                    self.shared_objects.leave()
                    raise
                if part.name not in self.shared_objects.databases:
                    self._committed.append(part.name)
            self.state.is_committed()
        for part in parts:
            is_known, where = part.reads_changes, self._where(part)
            part.guard.report(where, is_committed=True, knows_columns=is_known)
        if statements := self.state.scripts.executor.deferred:
            from runner.run.after_commit import run_deferred

            run_deferred(self.ctx.session, statements, self.ctx.observer)
