"""One command on several targets: their names, and a thread for each of some at a time."""

from __future__ import annotations

import gc
import queue
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from runner.connect.failures import hosts_and_ports
from runner.connect.queries import no_timeouts
from runner.environment import EMBEDDED, usable_conninfo
from runner.errors import (
    WORST_FIRST,
    HeldBack,
    InternalError,
    Interrupted,
    RunnerError,
    UsageError,
)
from runner.signals import Stop, signals_held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from psycopg import Connection
    from psycopg.rows import TupleRow


# Seconds: between two cancels, and for the runs to end once they are cancelled.
_AGAIN, _GRACE = 0.2, 15.0
# What names the place, beside or within a service.
_OF_SERVICE = ("service", "host", "hostaddr", "port", "dbname")


def read_targets(path: Path) -> list[str]:
    """The conninfos of a file, one a line; blank lines and those that begin with # do not count.

    Raises UsageError when the file cannot be read or names no target, and for a line that is
    no usable conninfo, of which nothing is shown.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {path}: it is not UTF-8") from error
    found = [
        usable_conninfo(line, f"{path}:{number}")
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not found:
        raise UsageError(f"{path} names no target", hint="one conninfo a line")
    return found


def several(options: Sequence[str], path: Path | None) -> tuple[str, ...]:
    """The conninfos of a command on several targets; empty where one target at most is named.

    Raises UsageError for those that cannot be used, or not together.
    """
    if path is None and len(options) < 2:
        return ()
    if EMBEDDED in options:
        raise UsageError("the embedded PostgreSQL cannot be one of several targets")
    found = [usable_conninfo(option, "--target") for option in options]
    if path is not None:
        found += read_targets(path)
    names: set[str] = set()
    for name in map(name_of, found):
        if name in names:
            raise UsageError(f"the target {name} is named twice")
        names.add(name)
    return tuple(found)


def name_of(conninfo: str) -> str:
    """Host, port and database for a message, or the service that says them. Connects nowhere."""
    given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    options = pq.Conninfo.get_defaults()
    defaults = {option.keyword.decode(): (option.val or b"").decode() for option in options}
    known = {**defaults, **given}
    if known.get("service"):
        shown = {"service": known["service"], **given}
        return " ".join(f"{key}={shown[key]}" for key in _OF_SERVICE if key in shown)
    return f"{hosts_and_ports(known)}/{known['dbname'] or known['user']}"


class Member:
    """One target of a fleet. `code` is None until its command has ended."""

    def __init__(self, fleet: Fleet, index: int, name: str) -> None:
        self.fleet = fleet
        self.index = index
        self.name = name
        self.code: int | None = None
        self.stop = Stop()
        self.began = self.is_waiting = self.is_alive = False
        self.held_back = self.is_reported = False

    def ready(self, conn: Connection[TupleRow]) -> None:
        """Everything is done but COMMIT: nothing interrupts the member from here on.

        Together, waits until all others are here too. Raises KeyboardInterrupt, HeldBack when
        another one failed, and psycopg.Error when the connection breaks meanwhile.
        """
        if self.fleet.together:
            self.fleet.meet(self, conn)
        else:
            self.stop.refuse()

    def to_reported_error(self, error: RunnerError) -> RunnerError:
        """The error itself; Interrupted when it comes after a cancel."""
        if not self.stop.is_requested:
            return error
        return Interrupted("interrupted", state=error.state, committed=error.committed)

    def stop_server(self) -> None:
        """Cancels repeatedly: between two statements there is nothing to cancel."""
        while self.code is None and not self.stop.is_too_late:
            for cancel in self.stop.cancels:
                with suppress(psycopg.Error):
                    cancel()
            time.sleep(_AGAIN)


class Fleet:
    """Runs a command on `jobs` targets at a time.

    `together`, none commits before all are ready to, and none does when one of them fails. All
    are held open at once then, and `jobs` of them are at work.
    """

    def __init__(self, names: Sequence[str], jobs: int, *, together: bool = False) -> None:
        self.members = tuple(Member(self, index, name) for index, name in enumerate(names))
        self.together = together
        self.interrupted = False
        self.changed = threading.Condition(threading.RLock())
        self._threads = len(names) if together else min(jobs, len(names))
        self._slots = threading.Semaphore(jobs)
        self._decided = False
        self._next = iter(self.members)
        self._ended: queue.SimpleQueue[Member] = queue.SimpleQueue()

    def run(self, work: Callable[[Member], int], report: Callable[[Member], None]) -> int:
        """Calls `work` for each member, which returns its exit code; `report`s each as it ends.

        `report` is called here, in the caller's thread, also of those that were stopped before
        they had a connection, but not of those that never began. Gives the worst exit code.
        """
        # A run leaves cycles behind, with all that it has read, which Python's own collection comes
        # late for. After each target there is one, which does not look at what is there by now.
        gc.freeze()
        for _ in range(self._threads):
            threading.Thread(target=self._serve, args=(work,), daemon=True).start()
        try:
            for _ in self.members:
                self._report(self._ended.get(), report)
        except KeyboardInterrupt:
            with suppress(KeyboardInterrupt), signals_held():
                self._stop(report)
        finally:
            gc.unfreeze()
        return worst(
            Interrupted.exit_code if m.code is None else m.code
            for m in self.members
            if not m.held_back
        )

    def _serve(self, work: Callable[[Member], int]) -> None:
        """One thread: runs one target after the other."""
        while (member := self._take()) is not None:
            code = InternalError.exit_code
            try:
                code = work(member)
            finally:
                self._end(member, code)

    def _end(self, member: Member, code: int) -> None:
        with self.changed:
            member.code = code
            member.stop.forget()
            if not member.is_waiting:
                self._slots.release()
                member.is_waiting = member.is_alive = not code  # it had nothing to commit
            self.changed.notify_all()
        self._ended.put(member)

    def _take(self) -> Member | None:
        self._slots.acquire()
        with self.changed:
            member = None if self.interrupted else next(self._next, None)
            if member is None:
                self._slots.release()
            else:
                member.began = True
            return member

    def _report(self, member: Member, report: Callable[[Member], None]) -> None:
        with signals_held():
            if not member.is_reported:
                member.is_reported = True
                report(member)
                gc.collect()

    # -- together ---------------------------------------------------------------------------

    def meet(self, member: Member, conn: Connection[TupleRow]) -> None:
        """Returns when all members are ready and their connections still work."""
        conn.execute(no_timeouts(conn).encode())
        self._slots.release()
        with self.changed:
            member.is_waiting = True
            self.changed.notify_all()
        while not self._is_over(lambda: all(one.is_waiting for one in self.members), _AGAIN):
            conn.pgconn.consume_input()  # raises where the connection is lost
        self._hold_back(member)
        conn.execute(b"SELECT 1")
        with self.changed:
            member.is_alive = True
            if all(one.is_alive for one in self.members) and not self._is_lost():
                self._decided = True
                for one in self.members:
                    one.stop.refuse()
            self.changed.notify_all()
        self._is_over(lambda: self._decided)
        self._hold_back(member)

    def _is_over(self, reached: Callable[[], bool], seconds: float | None = None) -> bool:
        """Waits until that is reached, or cannot be any more."""
        with self.changed:
            return self.changed.wait_for(lambda: bool(reached() or self._is_lost()), seconds)

    def _is_lost(self) -> bool:
        """Whether none will commit."""
        return not self._decided and (self.interrupted or any(one.code for one in self.members))

    def _hold_back(self, member: Member) -> None:
        with self.changed:
            member.stop.check()
            if self._is_lost():
                failed = next(one for one in self.members if one.code and not one.held_back)
                member.held_back = True
                raise HeldBack(f"not committed, because {failed.name} failed")

    # -- interrupted ------------------------------------------------------------------------

    def _stop(self, report: Callable[[Member], None]) -> None:
        """Cancels what runs, and waits until it is rolled back or committed.

        Members without a connection do not begin, and are not waited for.
        """
        with self.changed:
            self.interrupted = True
            for member in self.members:
                member.stop.request()
            self.changed.notify_all()
        for member in self.members:
            if member.stop.cancels and member.code is None:
                threading.Thread(target=member.stop_server, daemon=True).start()
        for _ in range(self._threads):
            self._slots.release()
        deadline = time.monotonic() + _GRACE
        while self._is_waited_for(deadline):
            with suppress(queue.Empty):
                self._report(self._ended.get(timeout=_AGAIN), report)
        for member in self.members:
            if member.began:
                self._report(member, report)

    def _is_waited_for(self, deadline: float) -> bool:
        in_time = time.monotonic() < deadline
        return any(
            member.code is None and (member.stop.is_too_late or (member.stop.cancels and in_time))
            for member in self.members
        )


def worst(codes: Iterable[int]) -> int:
    """The exit code of a whole: 0 only if all are, else the first of WORST_FIRST among them."""
    return min(codes, key=WORST_FIRST.index, default=0)
