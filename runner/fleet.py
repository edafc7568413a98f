"""One command on several targets: their names, and a thread for each target in progress."""

from __future__ import annotations

import gc
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import Connection, pq
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from runner.connect.failures import hosts_and_ports
from runner.connect.queries import no_timeouts
from runner.environment import read_file, usable_conninfo
from runner.errors import WORST_FIRST, HeldBack, InternalError, Interrupted, UsageError
from runner.signals import Stop, signals_held

# Seconds: between two cancels, and for cancelled runs to end.
_INTERVAL, _GRACE = 0.2, 15.0
# The parameters that name a target of a service; the others override the service's.
_SHOWN_PARAMETERS = ("service", "host", "hostaddr", "port", "dbname")


def read_targets(path: Path) -> list[str]:
    """Return the conninfos of a file, one per line, without blank lines and # comments.

    Raises UsageError for a file that cannot be read or names no target, and for a line that is not
    a usable conninfo; the message does not show the line.
    """
    found = [
        usable_conninfo(line, f"{path}:{number}")
        for number, line in enumerate(read_file(path).split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not found:
        raise UsageError(f"{path} names no target", hint="one conninfo a line")
    return found


def target_conninfos(options: Sequence[str], path: Path | None) -> tuple[str, ...]:
    """Return the conninfos of several targets. Raises UsageError, also for `embedded`."""
    found = (usable_conninfo(option, "--target") for option in options)
    return (*found, *(read_targets(path) if path is not None else ()))


def target_name(conninfo: str) -> str:
    """Return host, port and database for a message, or the service. Does not connect."""
    given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    options = pq.Conninfo.get_defaults()
    defaults = {option.keyword.decode(): (option.val or b"").decode() for option in options}
    known = {**defaults, **given}
    if known.get("service"):
        shown = {"service": known["service"], **given}
        return " ".join(f"{key}={shown[key]}" for key in _SHOWN_PARAMETERS if key in shown)
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
        """Announce that only COMMIT is left; the member can no longer be interrupted.

        With `together`, wait for all other members. Raises KeyboardInterrupt, HeldBack when another
        member failed, and psycopg.Error when the connection is lost meanwhile.
        """
        if self.fleet.together:
            self.fleet.wait_for_others(self, conn)
        else:
            self.stop.refuse()

    def stop_server(self) -> None:
        """Cancel repeatedly: between two statements a cancel has no effect."""
        while self.code is None and not self.stop.is_too_late:
            for cancel in self.stop.cancels:
                with suppress(psycopg.Error):
                    cancel()
            time.sleep(_INTERVAL)


class Fleet:
    """The targets of a command that runs on `jobs` of them at a time.

    With `together`, no target commits before all are ready, and none commits if one fails. Then all
    transactions are open at the same time, and `jobs` of them execute statements.
    """

    def __init__(self, names: Sequence[str], jobs: int, *, together: bool = False) -> None:
        self.members = tuple(Member(self, index, name) for index, name in enumerate(names))
        self.together = together
        self.interrupted = False
        self.changed = threading.Condition()
        self._threads = len(names) if together else min(jobs, len(names))
        self._slots = threading.Semaphore(jobs)
        self._decided = False
        self._next = iter(self.members)
        self._ended: queue.SimpleQueue[Member] = queue.SimpleQueue()

    def run(self, work: Callable[[Member], int], report: Callable[[Member], None]) -> int:
        """Call `work` and then `report` for each member; return the worst of their exit codes.

        `report` is called in the caller's thread when a member ends, also for members stopped
        before they had a connection, but not for members that never began.
        """
        # A run leaves reference cycles with all data that it has read; Python would collect them
        # late. Objects that exist now are exempt from the collection after each target.
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
        return worst_code(
            Interrupted.exit_code if m.code is None else m.code
            for m in self.members
            if not m.held_back
        )

    def _serve(self, work: Callable[[Member], int]) -> None:
        while True:
            self._slots.acquire()
            with self.changed:
                member = None if self.interrupted else next(self._next, None)
                if member is None:
                    self._slots.release()
                    return
                member.began = True
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
                member.is_waiting = member.is_alive = not code  # nothing to commit
            self.changed.notify_all()
        self._ended.put(member)

    def _report(self, member: Member, report: Callable[[Member], None]) -> None:
        with signals_held():
            if not member.is_reported:
                member.is_reported = True
                report(member)
                gc.collect()

    def wait_for_others(self, member: Member, conn: Connection[TupleRow]) -> None:
        """Wait until all members are ready and their connections still work."""
        conn.execute(no_timeouts(conn).encode())
        self._slots.release()
        with self.changed:
            member.is_waiting = True
            self.changed.notify_all()
        while not self._wait_for(lambda: all(one.is_waiting for one in self.members), _INTERVAL):
            conn.pgconn.consume_input()  # raises if the connection is lost
        self._hold_back(member)
        conn.execute(b"SELECT 1")
        with self.changed:
            member.is_alive = True
            if all(one.is_alive for one in self.members) and not self._has_failed():
                self._decided = True
                for one in self.members:
                    one.stop.refuse()
            self.changed.notify_all()
        self._wait_for(lambda: self._decided)
        self._hold_back(member)

    def _wait_for(self, reached: Callable[[], bool], seconds: float | None = None) -> bool:
        """Wait until `reached` is true, or no member will commit; return False after `seconds`."""
        with self.changed:
            return self.changed.wait_for(lambda: bool(reached() or self._has_failed()), seconds)

    def _has_failed(self) -> bool:
        """Return whether no member will commit."""
        return not self._decided and (self.interrupted or any(one.code for one in self.members))

    def _hold_back(self, member: Member) -> None:
        with self.changed:
            member.stop.check()
            if self._has_failed():
                failed = next(one for one in self.members if one.code and not one.held_back)
                member.held_back = True
                raise HeldBack(f"not committed, because {failed.name} failed")

    def _stop(self, report: Callable[[Member], None]) -> None:
        """Cancel the running members, and wait until they are rolled back or committed.

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
        while any(
            one.code is None
            and (one.stop.is_too_late or (one.stop.cancels and time.monotonic() < deadline))
            for one in self.members
        ):
            with suppress(queue.Empty):
                self._report(self._ended.get(timeout=_INTERVAL), report)
        for member in self.members:
            if member.began:
                self._report(member, report)


def worst_code(codes: Iterable[int]) -> int:
    """Return the worst exit code in the order of WORST_FIRST; 0 if there is no other."""
    return min(codes, key=WORST_FIRST.index, default=0)
