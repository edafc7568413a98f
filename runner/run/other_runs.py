"""Other runs on the server: their lock, sessions that this run waits for, and what was left behind.

Databases and roles that a run made and did not commit are marked, so that the next run drops them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

import psycopg
from psycopg import Connection, errors, sql
from psycopg.rows import TupleRow

from runner.adapt.shared_statements import UNFINISHED_MARK
from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.errors import RunnerError, WaitsForItself
from runner.observer import Observer
from runner.results import Notice
from runner.run.context import RunContext

# "runner" in ASCII. An advisory lock belongs to one database, so the key can be the same in all.
# A lock of the transaction works through a pooler, and goes when the transaction ends, however
# that is.
KEY = 0x72756E6E6572
# How long the watching connection may take. Behind a pooler it may never be served: the run
# itself holds what it waits for.
_ANSWER_WITHIN = 3.0
# The prefix of a database's name until it is complete.
UNFINISHED = "runner_unfinished_"
_MARK = f" ?{UNFINISHED_MARK}[0-9_]+$"
_PATTERN = f"^(?:{UNFINISHED}|.* {UNFINISHED_MARK})([0-9]+_[0-9]+) ?$"


class LockMonitor:
    """Asks on a second session what the run's sessions wait for: after an error they wait no more.

    Call it whenever the server has been silent for `interval` seconds. `holders` are the sessions
    that held the lock when the run last waited, `sessions` those of the run. Raises WaitsForItself
    if one is both.
    """

    def __init__(
        self,
        sessions: Callable[[], Iterable[session.Session]],
        lock_timeout: float,
        observer: Observer,
    ) -> None:
        # Often enough to ask at least once within the timeout.
        self.interval = min(lock_timeout / 3, 1.0) if lock_timeout else 1.0
        self.holders: str | None = None
        self._pids: set[int] = set()  # of the server, where a pooler has others
        self._sessions = sessions
        self._observer = observer
        self._conn: session.Session | None = None
        self._useless = False

    def watch(self, pid: int) -> None:
        self._pids.add(pid)

    def __call__(self) -> None:
        """Query pg_blocking_pids(); errors are ignored."""
        if self._useless:
            return
        try:
            if self._conn is None:
                conninfo = next(iter(self._sessions())).conninfo
                self._conn = session.connect(conninfo, connect_timeout=0, observer=self._observer)
            of_clients = {one.info.backend_pid for one in self._sessions() if not one.closed}
            own = sorted(self._pids | of_clients)
            holders = statement("connect/holders").format(pids="TABLE b")
            with self._conn.answering_within(_ANSWER_WITHIN):
                asked = statement("run/waits").format(own=own, holders=holders)
                ((found, is_own),) = fetch(self._conn, asked)
        except (psycopg.Error, RunnerError):
            self._useless = True
            self.close()
            return
        if is_own:
            raise WaitsForItself(
                "this statement waits for another transaction of the same run",
                hint="All transactions of the run end together. "
                "To commit each statement, as psql does, use --transaction none.",
            )
        if found and found != self.holders:
            self._observer.note(f"waiting for a lock that is held by {found}")
        self.holders = found or self.holders

    def close(self) -> None:
        if self._conn is not None:
            self._conn.close()


class Unfinished(NamedTuple):
    """A DATABASE or ROLE of a run, which `goes_on` or has ended, and the scripts' comment."""

    kind: str
    name: str
    run: str = ""
    goes_on: bool = True
    comment: str | None = None

    def __str__(self) -> str:
        return f"{self.kind.lower()} {self.name}"

    def commented(self, mark: str = "") -> bytes:
        """Return the command that sets the comment of the scripts, followed by a mark."""
        text = " ".join(filter(None, (self.comment, mark)))
        return self.command(f"COMMENT ON {{}} IS {sql.Literal(text or None).as_string()}")

    def command(self, text: str) -> bytes:
        """Return a command about it, such as `DROP {}`."""
        name = sql.SQL("{} {}").format(sql.SQL(self.kind), sql.Identifier(self.name))
        return sql.SQL(text).format(name).as_string().encode()


def unfinished(conn: Connection[TupleRow]) -> list[Unfinished]:
    """Return what runs have made on this server and not committed."""
    query = sql.SQL(statement("run/unfinished")).format(key=KEY, pattern=_PATTERN, mark=_MARK)
    return [Unfinished(*row) for row in fetch(conn, query)]


def drop(conn: session.Session, found: Iterable[Unfinished]) -> Iterator[tuple[Unfinished, bool]]:
    """Drop them, databases first, and yield each with whether it is gone."""
    from runner.reference.database import drop_database

    for one in sorted(found):
        try:
            with suppress(errors.UndefinedObject, errors.InvalidCatalogName):
                if one.kind == "DATABASE":
                    drop_database(conn, one.name)
                else:
                    conn.execute(one.command("DROP {}"))
            yield one, True
        except (
            errors.InsufficientPrivilege,
            errors.ObjectInUse,
            errors.DependentObjectsStillExist,
            errors.InternalError,  # another run drops it at the same time
        ):
            yield one, False


def drop_left_behind(ctx: RunContext) -> None:
    """Drop and report what runs that have ended left on the server."""
    if all(one.goes_on for one in unfinished(ctx.session)):
        return  # without another connection, which a small pool does not have
    with ctx.connect() as conn:
        ended = {one.run for one in unfinished(conn) if not one.goes_on}
        # Locks are read as they are now, comments as they were when the statement began: a run may
        # have committed in between. Its lock is released after that, so a second look shows it.
        left = [one for one in unfinished(conn) if one.run in ended and not one.goes_on]
        for one, is_gone in drop(conn, left):
            done = "dropped" if is_gone else "this role may not drop"
            message = f"{done} the {one}, which a run that did not end had made"
            ctx.observer.notice(Notice("WARNING", message))
