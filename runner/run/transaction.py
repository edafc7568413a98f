"""One run of all scripts on one target, from BEGIN to COMMIT."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import pq

from runner.connect.queries import first_rows, pinned
from runner.errors import ConnectionFailed, RunnerError
from runner.execute.script_runner import LEFT_BEHIND
from runner.guard.guard import tables_of_others
from runner.registry import registry
from runner.results import DifferencesError, LossError
from runner.run import commit_outcome, opening
from runner.run.autocommit import OneByOne
from runner.run.context import Attempt
from runner.signals import signals_held
from runner.verify import assertions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.connect.session import Session
    from runner.fleet import Member
    from runner.observer import Observer
    from runner.results import Loss, ObjectChange, ScriptResult, Target, Verification
    from runner.run.prepare import Prepared
    from runner.settings import Settings
    from runner.verify.verifier import Verifier


def run_scripts(
    conn: Session,
    conninfo: str,
    settings: Settings,
    prepared: Prepared,
    observer: Observer,
    target: Target,
    member: Member | None = None,
    *,
    plan: bool = False,
) -> Done:
    """Runs the scripts, compares, and commits; a `plan` rolls back.

    What has changed is seen for a plan and for JSON. `conninfo` is where `conn` leads, for a
    script that connects elsewhere. One run of several is a `member`, which says when to commit.
    Raises DifferencesError, StatementFailed, ScriptError, Refused, LockNotAvailable,
    ConnectionFailed, OutcomeUnknown, Interrupted or HeldBack, each with the state of the target.
    """
    given = (conn, conninfo, settings, prepared, observer, target, member)
    with ExitStack() as stack:
        if settings.transaction == "none":
            return _one_by_one(OneByOne(*given), stack)
        run = _Run(*given, tells_changes=plan or settings.json)
        return _in_transaction(run, stack, plan=plan)


def _one_by_one(run: OneByOne, stack: ExitStack) -> Done:
    with run.outcome_told():
        run.begin(stack)
        run.all_scripts()
        run.record_alone()
    return Done(run.target, tuple(run.scripts.results), run.round_trips, (), None, None)


def _in_transaction(run: _Run, stack: ExitStack, *, plan: bool) -> Done:
    verified: Verification | None = None
    with run.outcome_told():
        run.begin()
        run.expect(stack)
        with run.lines_told():
            while not run.succeeds():
                run.begin_again()
        verified = run.verify()
        run.see_changes()
        if plan:
            run.take_back()
        else:
            run.commit()
    results = tuple(run.scripts.results)
    created = [relation.name for relation in run.guard.created()]
    example = created[-1] if created else None
    return Done(
        run.target, results, run.round_trips, run.guard.lost, verified, run.changes, example
    )


class Done(NamedTuple):
    """The target with what it says of itself, the scripts' results, the round trips,
    what was lost because the user allowed it, what was compared, what was seen to change, None
    where nobody looked, and a table that the scripts created."""

    target: Target
    scripts: tuple[ScriptResult, ...]
    round_trips: int
    loss: tuple[Loss, ...]
    verification: Verification | None
    changes: tuple[ObjectChange, ...] | None
    example_table: str | None = None


class _Run(Attempt):
    """All in one transaction."""

    verifier: Verifier | None = None
    changes: tuple[ObjectChange, ...] | None = None

    def __init__(self, *given: Any, tells_changes: bool) -> None:
        super().__init__(*given)
        self.tells_changes = tells_changes
        self.catalogs = ["", ""]  # before the scripts and after them, where somebody asks

    def begin(self) -> None:
        """One round trip: BEGIN, our settings, the run's lock, what is there and whose it is."""
        settings = b"".join(self.scripts.own_settings()).decode()
        opened = opening.open_transaction(
            *(self.conn, settings, self.guard, self.observer, self.answered),
            *(self.prepared.outline.needs, self.settings.registry_schema),
            verify=self.settings.verify,
            elsewhere=self.settings.reference is not None,
            catalog=self._catalog_commands() if self.tells_changes else (),
        )
        self.likeness = opened.likeness
        self.catalogs[0] = opened.catalog or ""
        self.opened(opened)

    def _catalog_commands(self) -> tuple[str, ...]:
        from runner.catalog.reader import snapshot_commands
        from runner.catalog.shared import shared_queries

        return snapshot_commands(*shared_queries(self.prepared.outline, self.target.dbname))

    def expect(self, stack: ExitStack) -> None:
        """Begins with the reference. Raises Refused when there can be none."""
        if self.likeness is None:
            return
        from runner.verify.verifier import Verifier

        conninfo = self.conn.conninfo_alike()
        spec = self.prepared.reference_spec(conninfo, self.settings, self.target, self.likeness)
        self.verifier = Verifier(spec, stack, self.prepared.shared)
        self.exchange.between = self.verifier.check
        if self.member is not None:
            self.member.running(self.verifier.release)
        self.verifier.start()

    def succeeds(self) -> bool:
        """Scripts, guard, assertions, comparison. False when all of it has to be done once more."""
        try:
            self.all_scripts()
            if not self.nothing_is_lost():
                return False
            if self.verifier is not None:
                self.verifier.run_assertions(self.conn, self.prepared.asserted)
                changed = self.guard.now.relations.values()
                self.verifier.read_changes(self.conn, self.catalogs[1], changed)
                self.verifier.compare_target(self.conn)
        except RunnerError as error:
            if self.verifier is None or not self.verifier.must_repeat(error, self.watch.holders):
                raise
            from runner.verify.verifier import OUT_OF_MEMORY

            if error.sqlstate == OUT_OF_MEMORY:
                self.observer.note("The server has no room for the locks of two such runs.")
            else:
                self.observer.note("The scripts change what all databases of the server share.")
            self.observer.note("Once more, after the reference instead of beside it.")
            return False
        return True

    def nothing_is_lost(self) -> bool:
        """What have the scripts done? It is asked with their end. False when it takes a look
        at what was.

        Raises Refused when rows would be lost.
        """
        asked = [*pinned(registry.info_query(self.settings.registry_schema))]
        if self.tells_changes or self.verifier is not None:
            asked += self._catalog_commands()
        if self.verifier is not None and self.prepared.asserted:
            asked.append(assertions.BEFORE)
        registry_info, *catalog = self.scripts.finish(*asked)
        self.catalogs[1:] = catalog
        before, self.registry = self.registry, registry.RegistryInfo.read(registry_info)
        self.registry.check_after(before)
        if self.settings.registry:
            self.registry.check()
        if before.version is not None and self.registry.version is None:
            self.observer.notice(registry.DROPPED)
        self.guard.made_by_others(tables_of_others(self.conninfo, self.guard.vanished()))
        counts = []
        if question := self.guard.question():
            ((counts,),) = first_rows(self.conn, question)
        return self.guard.judge(counts)

    def begin_again(self) -> None:
        """Everything back, and a look at what was there. Raises Refused when it would be lost."""
        self.conn.rollback()
        self.scripts.run_again()
        self.begin()
        if self.verifier is not None:
            self.verifier.restart()

    @contextmanager
    def lines_told(self) -> Iterator[None]:
        """A refusal inside names the lines that did it, as far as they can be found."""
        try:
            yield
        except LossError as error:
            from runner.run import loss_lines

            raise self.guard.refusal(loss_lines.with_lines(self, error.losses)) from None

    def verify(self) -> Verification | None:
        """What was compared, and the assertions. Raises DifferencesError when not all agrees."""
        if self.verifier is None:
            return None
        verification = self.verifier.finish(self.conn, self.prepared.asserted)
        if not verification.agrees:
            raise DifferencesError(verification)
        return verification

    def see_changes(self) -> None:
        """What the scripts have changed, where somebody wants to know."""
        if not self.tells_changes:
            return
        from runner.catalog.reader import snapshot_of
        from runner.run.changes import object_changes

        before, now = map(snapshot_of, self.catalogs)
        self.changes = object_changes(before, now, self.guard.before, self.guard.now)

    def take_back(self) -> None:
        """One round trip: all of it back."""
        self.conn.execute(b"ROLLBACK;" + LEFT_BEHIND)
        self.guard.tell_unused()

    def commit(self) -> None:
        """One round trip: records the run, leaves nothing in the session, and makes all last.

        Two where it waits for other members: what may fail is done before that.
        """
        tables = self.guard.vouched()
        given = (self.registry, self.guard.before.xid, self.guard.contents.system, tables)
        last = " ".join((*pinned(self.record(*given)), self.scripts.end_session().decode()))
        if self.member is not None:
            if self.member.fleet.together:
                first_rows(self.conn, last)
                last = ""
            self.member.ready(self.conn)
        with signals_held():
            self._commit(f"{last}COMMIT")
            self.is_done()
        self.guard.tell()

    def _is_recorded(self) -> bool:
        return self.settings.registry and not self.registry.obstacle

    def _commit(self, message: str) -> None:
        """From here on a lost connection leaves the outcome open; then the server is asked."""
        try:
            first_rows(self.conn, message)
        except psycopg.OperationalError as error:
            if self.conn.pgconn.status != pq.ConnStatus.BAD:
                raise
            xid = self.guard.before.xid
            recorded_at = self.guard.before.began if self._is_recorded() else None
            if not commit_outcome.was_committed(
                self.conninfo, xid, self.settings, self.observer, recorded_at
            ):
                raise ConnectionFailed(
                    "the connection broke during COMMIT, which did not happen",
                    detail=str(error).strip(),
                    hint="Apply again.",
                ) from None
            self.observer.note(f"transaction {xid} was committed")
