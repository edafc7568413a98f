"""What every run has, in one transaction or without: its parts, and what is told when it fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psycopg
from psycopg import pq

from runner.connect import session, wire
from runner.errors import Interrupted, RunnerError
from runner.execute.script_runner import LEFT_BEHIND, Scripts
from runner.guard.guard import Guard
from runner.registry import registry
from runner.run import lock
from runner.signals import signals_held, too_late

if TYPE_CHECKING:
    from runner.connect.session import ServerInfo
    from runner.fleet import Member
    from runner.observer import Observer
    from runner.results import Target
    from runner.run.opening import Opened
    from runner.run.prepare import Prepared
    from runner.settings import Settings


class Attempt:
    """The state of one run: what has been done so far, for the message if it fails.

    `conninfo` is where `conn` leads, for a script that connects elsewhere. One run of several
    is a `member`. The `guard` sees nothing without a transaction.
    """

    def __init__(
        self,
        conn: session.Session,
        conninfo: str,
        settings: Settings,
        prepared: Prepared,
        observer: Observer,
        target: Target,
        member: Member | None,
    ) -> None:
        self.conn = conn
        self.conninfo = conninfo
        self.settings = settings
        self.prepared = prepared
        self.observer = observer
        self.target = target
        self.member = member
        self.guard = Guard(settings.allow_loss, observer)
        self.watch = lock.LockMonitor(conninfo, settings.lock_timeout, observer)
        self.scripts = Scripts(
            *(conn, conninfo, settings, prepared.folder, observer, target),
            guard=None if settings.transaction == "none" else self.guard,
            watch=self.watch,
            changes_defaults=prepared.outline.changes_defaults,
        )
        self.exchange = self.scripts.executor.exchange
        self._is_told = self.committed = False
        self.keeper: session.Session | None = None  # another one, which holds the run's lock

    @property
    def round_trips(self) -> int:
        """Those of all sessions that the run has used."""
        return self.scripts.round_trips + (self.keeper.round_trips if self.keeper else 0)

    def answered(self, found: ServerInfo) -> None:
        """Tells, once, what was connected to, as far as only the server knows it."""
        if not self._is_told:
            self._is_told = True
            self.target = self.target._replace(aurora_version=found.aurora_version)
            self.observer.connected(self.target)

    def opened(self, opened: Opened) -> None:
        """The transaction has the run's lock. Raises Refused for a registry that is not ours."""
        self.watch.pid = opened.server.backend_pid
        self.registry = opened.registry
        if self.settings.registry:
            self.registry.check()

    def all_scripts(self) -> None:
        """The scripts, in order, each in what looks like a new session."""
        for one in self.prepared.checked:
            self.scripts.run(one)

    def record(
        self,
        info: registry.RegistryInfo,
        xid: int,
        system: int | None = None,
        tables: Sequence[int] = (),
    ) -> str:
        """The statements that record the run; none where that cannot be, which is said."""
        if not self.settings.registry:
            return ""
        if info.obstacle:
            self.observer.notice(registry.not_recorded(info.obstacle))
            return ""
        revision = registry.git_revision(self.prepared.folder.path)
        results = tuple(self.scripts.results)
        return registry.record(info, registry.Entry(xid, system, tuple(tables), results, revision))

    def is_done(self) -> None:
        """It cannot be undone any more."""
        self.committed = True
        if self.member is None:
            too_late()

    def state_after(self, error: RunnerError) -> tuple[str, bool | None]:
        """What is true of the target after this error, and whether it was committed."""
        return "Nothing has changed: the transaction was rolled back.", error.committed

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

    def _named(self, error: RunnerError) -> RunnerError:
        """With the sessions that held the lock which a statement waited for."""
        return lock.with_holders(error, self.watch.holders) if error.sqlstate == "55P03" else error

    def _told(self, error: RunnerError) -> RunnerError:
        state, committed = error.state, error.committed
        if state is None:
            state, committed = self.state_after(error)
        round_trips = self.round_trips
        return error.with_state(state, committed=committed, round_trips=round_trips)

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
                self.conn.cancel_statement()
            wire.abandon(self.conn.pgconn)
            self._roll_back()
        self.conn.close()
