"""One run of all scripts on one target, from BEGIN to COMMIT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import pq

from runner import lock, opening, outcome, registry, session, wire
from runner.blueprint import Plan
from runner.catalog import read_snapshot
from runner.changes import changes
from runner.errors import ConnectionFailed, Interrupted, RunnerError
from runner.facts import Facts
from runner.guard import Guard
from runner.precheck import Checked
from runner.results import DifferencesError, Loss, ObjectChange, ScriptResult, Verification
from runner.scripts import LEFT_BEHIND, Scripts
from runner.signals import signals_held, too_late
from runner.statements import EFFECTS, first_rows, statement
from runner.verification import Verifier

if TYPE_CHECKING:
    from runner.alike import SharedReferences
    from runner.assertions import AssertionFile
    from runner.executor import Executor
    from runner.fleet import Member
    from runner.folder import Folder
    from runner.outline import Outline
    from runner.results import Observer, Target
    from runner.settings import Settings

_CANCEL_TIMEOUT = 5.0


def run_scripts(
    conn: psycopg.Connection[tuple[Any, ...]],
    conninfo: str,
    settings: Settings,
    folder: Folder,
    checked: Sequence[Checked],
    observer: Observer,
    target: Target,
    outline: Outline,
    asserted: Sequence[AssertionFile],
    member: Member | None = None,
    *,
    plan: bool = False,
    shared: SharedReferences | None = None,
) -> Done:
    """Runs the scripts, compares, and commits; a `plan` sees what has changed and rolls back.

    `conninfo` is where `conn` leads, for a script that connects elsewhere; `asserted` is to hold
    in the end. One run of several is a `member`, which says when to commit; their references
    are `shared`. Raises
    DifferencesError, StatementFailed, ScriptError, Refused, LockNotAvailable, ConnectionFailed,
    OutcomeUnknown, Interrupted or HeldBack, each with the state of the target.
    """
    run = _Run(conn, conninfo, settings, folder, observer, target, member)
    verified: Verification | None = None
    if run.one_by_one:
        with run.outcome_told():
            run.begin_without_transaction()
            run.all_scripts(checked)
            run.record_by_itself()
    else:
        with ExitStack() as stack, run.outcome_told():
            run.begin()
            if plan:
                run.remember()
            run.expect(checked, outline, stack, shared)
            while not run.succeeds(checked):
                run.begin_again()
            verified = run.verify(asserted)
            if plan:
                run.see_changes()
            else:
                run.commit()
    results = tuple(run.scripts.results)
    return Done(run.target, results, run.executor, run.guard.lost, verified, run.changes)


class Done(NamedTuple):
    """The target with what it says of itself, the scripts' results, the executor for its counts,
    what was lost because the user allowed it, what was compared, and what a plan saw change."""

    target: Target
    scripts: tuple[ScriptResult, ...]
    executor: Executor
    loss: tuple[Loss, ...]
    verification: Verification | None
    changes: tuple[ObjectChange, ...]


class _Run:
    """The state of one run: what has been done so far, for the message if it fails."""

    def __init__(
        self,
        conn: psycopg.Connection[tuple[Any, ...]],
        conninfo: str,
        settings: Settings,
        folder: Folder,
        observer: Observer,
        target: Target,
        member: Member | None,
    ) -> None:
        self.conn = conn
        self.conninfo = conninfo
        self.settings = settings
        self.folder = folder
        self.observer = observer
        self.target = target
        self.member = member
        self.one_by_one = settings.transaction == "none"
        self.guard = Guard(settings.allow_loss, observer)
        self.watch = lock.Watch(conninfo, settings.lock_timeout, observer)
        self.scripts = Scripts(
            *(conn, conninfo, settings, folder, observer, target),
            guard=None if self.one_by_one else self.guard,
            watch=self.watch,
        )
        self.executor = self.scripts.executor
        self.keeper: psycopg.Connection[tuple[Any, ...]] | None = None
        self.verifier: Verifier | None = None
        self.is_told = self.committing = self.committed = False
        self.changes: tuple[ObjectChange, ...] = ()

    # -- the steps of a run -----------------------------------------------------------------

    def begin(self) -> None:
        """One round trip: BEGIN, our settings, the run's lock, what is there and whose it is."""
        settings = b"".join(self.scripts.own_settings()).decode()
        verify = self.settings.verify
        self.opened = opening.open_transaction(
            *(self.conn, settings, self.guard, self.observer, self._answered), verify=verify
        )
        self._opened(self.opened)

    def _answered(self, found: Facts) -> None:
        """Tells, once, what was connected to, as far as only the server knows it."""
        if not self.is_told:
            self.is_told = True
            self.target = replace(self.target, aurora_version=found.aurora_version)
            self.observer.connected(self.target)

    def _opened(self, opened: opening.Opened) -> None:
        self.executor.round_trips += opened.round_trips
        self.watch.pid = opened.facts.backend_pid
        if self.settings.registry:
            opened.registry.check_version()

    def all_scripts(self, checked: Sequence[Checked]) -> None:
        """The scripts, in order, each in what looks like a new session."""
        for one in checked:
            self.scripts.run(one)

    def expect(
        self,
        checked: Sequence[Checked],
        outline: Outline,
        stack: ExitStack,
        shared: SharedReferences | None,
    ) -> None:
        """Begins with the reference. Raises Refused when there can be none."""
        if self.opened.likeness is None:
            return
        plan = Plan(
            *(self.conninfo, self.settings, self.folder, checked, outline, self.target),
            self.opened.likeness,
        )
        self.verifier = Verifier(plan, stack, alone=outline.cluster_wide, shared=shared)
        self.executor.between = self.verifier.check
        if self.member is not None:
            self.member.running(self.verifier.release)
        self.verifier.start()

    def succeeds(self, checked: Sequence[Checked]) -> bool:
        """Scripts, guard, comparison. False when all of it has to be done once more."""
        try:
            self.all_scripts(checked)
            if not self.nothing_is_lost():
                return False
            if self.verifier is not None:
                self.verifier.compare(self.conn, in_run=True)
        except RunnerError as error:
            if self.verifier is None or not self.verifier.collided(error):
                raise
            self.observer.note("The scripts change what all databases of the server share.")
            self.observer.note("Once more, after the reference instead of beside it.")
            return False
        return True

    def nothing_is_lost(self) -> bool:
        """One round trip: what have the scripts done? False when it takes a look at what was.

        Raises Refused when rows would be lost.
        """
        session_anew = b"".join(self.scripts.new_session()).decode()
        questions = statement(EFFECTS) + statement(registry.FACTS)
        *_, (effects,), (facts,) = first_rows(self.conn, session_anew + questions)
        self.executor.round_trips += 1
        self.registry = registry.Facts.read(facts)
        self.guard.saw(effects)
        counts = []
        if question := self.guard.question():
            ((counts,),) = first_rows(self.conn, question)
            self.executor.round_trips += 1
        return self.guard.judge(counts)

    def begin_again(self) -> None:
        """Everything back, and a look at what was there. Raises Refused when it would be lost."""
        self.conn.rollback()
        self.executor.round_trips += 1
        self.scripts.run_again()
        self.begin()
        if self.verifier is not None:
            self.verifier.start_again()

    def verify(self, asserted: Sequence[AssertionFile]) -> Verification | None:
        """What was compared, and the assertions. Raises DifferencesError when not all agrees."""
        if self.verifier is None:
            return None
        verification = self.verifier.conclude(self.conn, asserted)
        self.executor.round_trips += self.verifier.round_trips
        if not verification.agrees:
            raise DifferencesError(verification)
        return verification

    def remember(self) -> None:
        """One round trip: what a plan compares with in the end."""
        self.catalog = read_snapshot(self.conn)
        self.executor.round_trips += 1

    def see_changes(self) -> None:
        """Two round trips: what the scripts have changed; then all of it back."""
        now = read_snapshot(self.conn)
        self.changes = changes(self.catalog, now, self.guard.before, self.guard.now)
        self.conn.execute(b"ROLLBACK;" + LEFT_BEHIND)
        self.executor.round_trips += 2

    def commit(self) -> None:
        """One round trip: records the run, leaves nothing in the session, and makes all last.

        Two where it waits for other members: what may fail is done before that.
        """
        entry = registry.Entry(
            self.guard.before.xid,
            self.guard.contents.system,
            tuple(table.oid for table in self.guard.created()),
            tuple(self.scripts.results),
            registry.git_revision(self.folder.path),
        )
        last = self._record(self.registry, entry) + self.scripts.end_session().decode()
        if self.member is not None:
            if self.member.fleet.together:
                first_rows(self.conn, last)
                self.executor.round_trips += 1
                last = ""
            self.member.ready(self.conn)
        with signals_held():
            self._commit(f"{last}COMMIT")
            self._is_done()
        self.guard.tell()

    def _is_recorded(self) -> bool:
        return self.settings.registry and not self.registry.obstacle

    def _record(self, facts: registry.Facts, entry: registry.Entry) -> str:
        """The statements that record the run; none where that cannot be, which is said."""
        if not self.settings.registry:
            return ""
        if facts.obstacle:
            self.observer.notice(registry.unrecorded(facts.obstacle))
            return ""
        return registry.record(facts, entry)

    def _commit(self, message: str) -> None:
        """From here on a lost connection leaves the outcome open; then the server is asked."""
        self.committing = True
        try:
            first_rows(self.conn, message)
        except psycopg.OperationalError as error:
            if self.conn.pgconn.status != pq.ConnStatus.BAD:
                raise
            xid = self.guard.before.xid
            recorded_at = self.guard.before.began if self._is_recorded() else None
            if not outcome.was_committed(
                self.conninfo, xid, self.settings, self.observer, recorded_at
            ):
                raise ConnectionFailed(
                    "the connection broke during COMMIT, which did not happen",
                    detail=str(error).strip(),
                    hint="Apply again.",
                ) from None
            self.observer.note(f"transaction {xid} was committed")
        self.executor.round_trips += 1

    def _is_done(self) -> None:
        self.committed = True
        if self.member is None:
            too_late()

    # -- the same without a transaction -----------------------------------------------------

    def begin_without_transaction(self) -> None:
        """The run's lock is a transaction's: here that of a connection of its own.

        No setting goes to a session that may not be ours.
        """
        (row,) = first_rows(self.conn, opening.FACTS)
        self._answered(found := Facts(*row))
        opening.check_no_pooler(found.backend_pid, self.conn)
        self.conn.execute(b"".join(self.scripts.own_settings()))
        self.executor.round_trips += 2
        self.keeper = session.connect(
            self.conninfo, connect_timeout=self.settings.connect_timeout, observer=self.observer
        )
        own = opening.keeper_settings(self.settings.lock_timeout)
        self._opened(
            opening.open_transaction(self.keeper, own, None, self.observer, self._answered)
        )
        self.watch.pid = found.backend_pid
        self.observer.notice(opening.UNGUARDED)

    def record_by_itself(self) -> None:
        """Records the run in a transaction of its own. It names no tables: whoever wants may
        have written to them before this."""
        self.scripts.leave_session()
        begin = "BEGIN; SELECT pg_catalog.txid_current();" + statement(registry.FACTS)
        (xid,), (text,) = first_rows(self.conn, begin)
        facts = registry.Facts.read(text)
        revision = registry.git_revision(self.folder.path)
        entry = registry.Entry(xid, None, (), tuple(self.scripts.results), revision)
        first_rows(self.conn, f"{self._record(facts, entry)}COMMIT")
        self.executor.round_trips += 2
        self._is_done()

    # -- when it fails ----------------------------------------------------------------------

    @contextmanager
    def outcome_told(self) -> Iterator[None]:
        """Whatever goes wrong inside becomes one of our errors that says what is now true."""
        try:
            yield
        except KeyboardInterrupt:
            if self.committed:
                return  # it came too late to undo anything
            self._stop_server()
            raise self._told(Interrupted("interrupted")) from None
        except RunnerError as error:
            self._roll_back()
            raise self._told(self._named(error)) from None
        except psycopg.Error as error:
            self._roll_back()
            raise self._told(self._named(session.driver_error(error))) from None
        finally:
            self.watch.close()
            if self.keeper is not None:
                # Closing alone would leave the lock to the server for a moment longer.
                with suppress(psycopg.Error):
                    self.keeper.rollback()
                self.keeper.close()

    def _named(self, error: RunnerError) -> RunnerError:
        """With the sessions that held the lock which a statement waited for."""
        return lock.named(error, self.watch.holders) if error.sqlstate == "55P03" else error

    def _told(self, error: RunnerError) -> RunnerError:
        if error.state is not None:
            return error
        if not self.one_by_one:
            error.state = "Nothing has changed: the transaction was rolled back."
            return error
        done = [result.name for result in self.scripts.results]
        said = [f"all of {', '.join(done)}"] if done else []
        last = self.executor.last
        if last is not None and last.source.name not in done:
            end = last.line + last.text.count(b"\n")
            said.append(f"{last.source.name} up to line {end}")
        if self.scripts.shell is not None:
            said.append(f"what {self.scripts.shell.name} did")
        what = " and ".join(said) or "nothing"
        error.committed = None
        error.state = f"Without a transaction, what ran before is in: {what}."
        return error

    def _roll_back(self) -> None:
        try:
            if self.conn.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                self.conn.execute(b"ROLLBACK;" + LEFT_BEHIND)
        except psycopg.Error:
            self.conn.close()

    def _stop_server(self) -> None:
        """Cancels the running statement, so that its locks do not outlive us; then rolls back.

        Whoever interrupts once more does not even wait for the server's answer.
        """
        with suppress(psycopg.Error, KeyboardInterrupt):
            with signals_held():
                self.conn.cancel_safe(timeout=_CANCEL_TIMEOUT)
            wire.abandon(self.conn.pgconn)
            self._roll_back()
        self.conn.close()
