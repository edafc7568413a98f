"""The state of a run: its first message, its sessions, and the error reported when it fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import pq
from psycopg.rows import TupleRow

from runner.adapt.shared_statements import UNFINISHED_MARK
from runner.connect import wire
from runner.connect.queries import all_rows, pinned, statement
from runner.connect.server_info import ServerInfo, refusal
from runner.connect.session import Session
from runner.errors import Interrupted, Refused, RunnerError
from runner.execute.execution import Databases, Execution
from runner.registry import registry
from runner.results import Notice
from runner.run import other_runs
from runner.sessions.script_runner import Scripts
from runner.sessions.session_reset import LEFT_BEHIND
from runner.signals import ignore_signals, signals_held

if TYPE_CHECKING:
    from runner.guard.guard import Guard
    from runner.reference.spec import DatabaseProperties
    from runner.run.context import RunContext

    StateAfter = Callable[[RunnerError], tuple[str, bool | None]]

# Whatever the role's default is, each statement must see what others have committed, as it does
# when psql sends it alone.
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED;"
# Seconds, without --connect-timeout.
_LONGEST_ANSWER = 60.0
_IF_LACKING = (
    "If it is plpgsql: CREATE EXTENSION plpgsql, and GRANT USAGE ON LANGUAGE plpgsql. Else this may"
    " be a PostgreSQL-compatible database; see docs/aws.md, Compatible databases."
)
_LOCKED = "SELECT pg_catalog.set_config('runner.locked', 'true', true);"
_NOT_COUNTING = "track_counts is off, so the guard cannot see rows that are deleted"
_COUNT = "Switch it on for this role or database: ALTER DATABASE … SET track_counts = on;"


class Opened(NamedTuple):
    """The answers to BEGIN and to the lock; `unfinished`: runs may have left databases or roles."""

    server: ServerInfo
    registry: registry.RegistryInfo
    properties: DatabaseProperties | None
    catalog: Sequence[str]
    unfinished: bool


class RunState:
    """The scripts of a run, its lock monitor, and whether it was committed.

    `check` is called after each message. `guard` is None without a transaction. `databases` is
    called to create the databases of scripts that may connect to others.
    """

    def __init__(
        self,
        ctx: RunContext,
        guard: Guard | None = None,
        check: Callable[[], None] | None = None,
        databases: Callable[[RunState], Databases | None] | None = None,
    ) -> None:
        self.ctx = ctx
        self._others: list[Session] = []
        self.target = ctx.target
        self.committed = False
        self.lock_monitor = other_runs.LockMonitor(
            self._sessions, ctx.settings.lock_timeout, ctx.observer
        )
        execution = Execution(
            ctx.session,
            ctx.observer,
            ctx.target,
            autocommit=guard is None,
            watch=self.lock_monitor,
            between=check,
            databases=databases(self) if databases else None,
        )
        self.scripts = Scripts(execution, ctx.settings, guard=guard, facts=ctx.prepared.facts)
        self._is_reported = False
        in_background = ThreadPoolExecutor(1)
        self._revision = in_background.submit(registry.git_revision, ctx.prepared.folder.path)
        in_background.shutdown(wait=False)

    @property
    def round_trips(self) -> int:
        elsewhere = self.scripts.sessions.elsewhere  # on connections that scripts have closed
        return elsewhere + sum(conn.round_trips for conn in self._sessions())

    def on_server_info(self, found: ServerInfo) -> None:
        """Report the connected target once, with what only the server knows of itself."""
        if self._is_reported:
            return
        self._is_reported = True
        self.target = self.target._replace(aurora_version=found.aurora_version)
        self.ctx.observer.connected(self.target)
        facts, user = self.ctx.prepared.facts, self.target.user
        if facts.makes_schema_of(user):
            message = f'the schema {user} is named like the role: "$user" is left out of'
            detail = "In the container the role is postgres, and $user is no schema."
            hint = "Write the schema before the name of each table, or set search_path."
            notice = Notice("WARNING", f"{message} search_path", detail=detail, hint=hint)
            self.ctx.observer.notice(notice)

    def begin(
        self,
        conn: Session,
        settings: str,
        guard: Guard | None = None,
        *,
        verify: bool = False,
        catalog: Sequence[str] = (),
    ) -> Opened:
        """Begin a transaction with these settings and take the run's lock.

        One round trip, unless another run holds the lock. The answers fill the `guard`. With
        `verify`, the properties for the reference are asked for, too. The answers to the `catalog`
        commands are kept. Raises Refused when the target is read-only, is no PostgreSQL, or has a
        registry that cannot be used, LossError when a table that the guard was to count would lose
        rows, LockNotAvailable.
        """
        own = self.ctx.settings
        left = statement("run/may_be_left")
        left = left.format(database=other_runs.UNFINISHED, comment=UNFINISHED_MARK)
        questions = [*registry.info_query(own.registry_schema), left]
        questions += () if guard is None else guard.questions()
        target = statement("reference/target") if verify else ""
        asked = "\n".join(pinned(*questions, *catalog))
        patience = math.inf
        if own.lock_timeout:  # the first answer may wait for locks, and for a large catalog
            patience = max(own.connect_timeout or _LONGEST_ANSWER, 1.0) + own.lock_timeout
        with conn.answering_within(patience):
            try:
                server, is_counting, answers = self._ask(conn, settings, target, asked)
            except (psycopg.ProgrammingError, psycopg.NotSupportedError) as error:
                if error.sqlstate is None:  # psycopg's own, of an answer that is none
                    raise
                message = f"this server lacks what a run needs: {error.diag.message_primary}"
                raise Refused(message, hint=_IF_LACKING, sqlstate=error.sqlstate) from error
            properties = None
            if verify:
                from runner.reference.spec import database_properties

                properties = database_properties(answers.pop(0), conn)
            (registered,), (is_left,), *answers = answers
            found = registry.RegistryInfo.read(registered)
            if guard is not None:
                if not is_counting:
                    raise Refused(_NOT_COUNTING, hint=_COUNT)
                guard.start(*(text for (text,) in answers[:2]))
        if own.registry:
            found.check()
        kept = tuple(text for (text,) in answers[0 if guard is None else 2 :])
        return Opened(server, found, properties, kept, is_left)

    def _ask(
        self, conn: Session, settings: str, target: str, asked: str
    ) -> tuple[ServerInfo, bool, list[TupleRow]]:
        """Return the server's facts, whether it counts rows, and the answers, with the lock taken.

        `target` is asked while search_path is still the session's default.
        """
        key = {"key": other_runs.KEY}
        own = pinned(statement("connect/server_info"), statement("run/lock") % key)
        answers = all_rows(conn, "\n".join([_BEGIN, settings, target, *own, asked]))
        properties = [answers.pop(0)] if target else []
        server, (is_locked, is_counting, _) = ServerInfo.of(answers.pop(0)), answers.pop(0)
        self.on_server_info(server)
        self.lock_monitor.watch(server.backend_pid)
        if read_only := refusal(server, conn.info.host):
            raise read_only
        if not is_locked:
            # The run that holds it may have changed everything.
            answers = all_rows(conn, f"{statement('run/wait') % key}{target}{_LOCKED}{asked}")
            if target:  # search_path is no longer the default
                properties = [(*answers.pop(0)[:-1], properties[0][-1])]
            _, *answers = answers
        return server, is_counting, [*properties, *answers]

    def also(self, conn: Session) -> None:
        self._others.append(conn)
        self.ctx.stop.on_request(conn.cancel_statement)

    def _sessions(self) -> Collection[Session]:
        r"""Return all sessions of the run; a `\connect` without a transaction may open another."""
        current = self.scripts.executor.exchange.conn
        return dict.fromkeys((self.ctx.session, *self._others, current))

    def roll_back(self) -> None:
        """Roll back all open transactions; close the connections that are broken."""
        for conn in self._sessions():
            try:
                if conn.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                    conn.execute(b"ROLLBACK;" + LEFT_BEHIND)
            except psycopg.Error:
                conn.close()

    def close(self) -> None:
        self.scripts.close()
        # After a mere close the server would keep their locks for a moment.
        self.roll_back()
        for conn in self._others:
            conn.close()

    def run_scripts(self) -> None:
        for one in self.ctx.prepared.checked:
            self.scripts.run(one)

    def record(self, info: registry.RegistryInfo, entry: registry.Entry) -> str:
        """Return the statements that record the run; none without a registry that can be used."""
        if not self.ctx.settings.registry:
            return ""
        if info.obstacle:
            self.ctx.observer.notice(registry.not_recorded(info.obstacle))
            return ""
        results = tuple(self.scripts.results)
        entry = entry._replace(scripts=results, git_revision=self._revision.result())
        return registry.record(info, entry)

    def is_committed(self) -> None:
        """Note that the run is committed and cannot be undone any more."""
        self.committed = True
        if self.ctx.prepared.member is None:
            ignore_signals()

    @contextmanager
    def reported_errors(self, state_after: StateAfter) -> Iterator[None]:
        """Roll back after an error, and raise it as a RunnerError with the target's state."""
        try:
            with self.ctx.session.watched(self.lock_monitor):
                yield
        except KeyboardInterrupt:
            if self.committed:
                return  # too late to undo anything
            self._cancel()
            error: RunnerError = Interrupted("interrupted")
            try:
                error = self._with_state(error, state_after)
            finally:
                self.ctx.session.close()
            raise error from None
        except (RunnerError, psycopg.Error) as error:
            self.roll_back()
            known = self.ctx.with_advice(error, self.lock_monitor.holders, by_run=True)
            raise self._with_state(known, state_after) from None
        finally:
            self.lock_monitor.close()

    def _with_state(self, error: RunnerError, state_after: StateAfter) -> RunnerError:
        state, committed = error.state, error.committed
        if state is None:
            state, committed = state_after(error)
        known = {"state": state, "committed": committed, "round_trips": self.round_trips}
        return error.converted(type(error), **known)

    def _cancel(self) -> None:
        """Cancel the running statement, so that its locks do not outlive the run; then roll back.

        A second interrupt does not wait for the server's answer.
        """
        with suppress(psycopg.Error, KeyboardInterrupt):
            for conn in self._sessions():
                if conn.pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
                    with signals_held():
                        conn.cancel_statement()
                    wire.abandon(conn.pgconn)
            self.roll_back()
            return
        self.ctx.session.close()
