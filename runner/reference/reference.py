"""One reference database: built beside the run or before it, and always dropped.

Two threads serve it. The keeper creates the database, watches for collisions with the run, and
drops it; the builder runs the scripts in it.
"""

from __future__ import annotations

import threading
from contextlib import suppress

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.errors import Collision, ConnectionFailed, Refused
from runner.observer import Observer
from runner.reference import database
from runner.reference.builder import BuildCancelled, Builder, BuildResult
from runner.reference.spec import (
    ALTERNATIVES,
    ReferenceSpec,
    is_of_scripts,
    reference_error,
    require_same_major_version,
)
from runner.signals import signals_held

# Seconds between two checks of pg_blocking_pids, and until close() stops waiting for the drop.
_CHECK_INTERVAL, _CLOSE_TIMEOUT = 0.25, 30.0


class Reference:
    """A reference database from `start` to `close`; `beside` is another one that stays open."""

    def __init__(self, spec: ReferenceSpec, beside: Reference | None = None) -> None:
        self._conn: session.Session | None = None
        self._spec = spec
        self._is_on_target = spec.settings.reference is None
        self._result: BuildResult | None = None
        self._failure: BaseException | None = None
        self._builder: Builder | None = None
        self._holders: str | None = None  # of the lock that the build waits for
        self._is_direct = False  # no connection pooler in between
        self._others = [spec.properties.pid, *([beside.pid] if beside else [])]
        self._created, self._done, self._released = (threading.Event() for _ in range(3))
        self._keeper = threading.Thread(target=self._keep, name="reference", daemon=True)

    @property
    def pid(self) -> int:
        """The server process whose locks others may wait for; 0 before its transaction begins."""
        return self._builder.pid if self._builder else 0

    def start(self) -> None:
        """Start the build and return. On another server, wait until the database is created."""
        self._keeper.start()
        if not self._is_on_target:
            self._created.wait()
            self.check()

    def check(self) -> None:
        """Raise the failure to create it, or a collision; errors of scripts are left to the run."""
        if self._failure is not None and not is_of_scripts(self._failure):
            raise self._failure

    def result(self) -> BuildResult:
        """Wait until the build has ended; return its result or raise its failure."""
        self._done.wait()
        if self._failure is not None:
            raise self._failure
        if self._result is None:
            raise Refused("the build of the reference database was cancelled")
        return self._result

    def connection(self) -> session.Session:
        """Return the connection to a reference that is built, its transaction still open."""
        self.result()
        if self._conn is None:
            raise Collision
        return self._conn

    def is_started(self) -> bool:
        """Return whether its sessions hold locks, or have done so."""
        return self._keeper.ident is not None

    def is_busy(self) -> bool:
        """Return whether its transaction may be open and hold locks."""
        return self._keeper.is_alive() and not self._released.is_set()

    def close(self) -> None:
        """Cancel the build if it is still running, and wait until the database is dropped."""
        self._released.set()
        if self.is_started():
            with signals_held():
                self._keeper.join(_CLOSE_TIMEOUT)

    def release(self) -> None:
        """Let the keeper drop the database, without waiting for that."""
        self._released.set()

    def _keep(self) -> None:
        try:
            # With client_encoding SQL_ASCII psycopg would return bytes.
            conninfo = make_conninfo(self._spec.server, client_encoding="UTF8")
            with self._connect(conninfo) as keeper:
                self._serve(keeper)
        except BaseException as error:  # noqa: BLE001, raised by check and result
            self._fail(error)
        finally:
            self._created.set()
            self._done.set()

    def _connect(self, conninfo: str) -> session.Session:
        return session.connect(
            conninfo,
            connect_timeout=self._spec.settings.connect_timeout,
            observer=Observer(),
            is_target=self._is_on_target,
        )

    def _serve(self, keeper: session.Session) -> None:
        name = self._create(keeper)
        builder = threading.Thread(target=self._build, args=(name,), daemon=True)
        try:
            self._created.set()
            builder.start()
            database.drop_abandoned(keeper)
            while not self._released.wait(_CHECK_INTERVAL):
                self._detect_collision(keeper)
        finally:
            while builder.is_alive():
                if self._conn is not None:
                    with suppress(psycopg.Error):
                        self._conn.cancel_statement()
                builder.join(_CHECK_INTERVAL)
            if self._conn is not None:
                self._conn.close()
            try:
                database.drop_database(keeper, name)
            except psycopg.OperationalError:
                with self._connect(self._spec.server) as another:
                    database.drop_database(another, name)

    def _create(self, keeper: session.Session) -> str:
        pid = self._spec.properties.pid if self._is_on_target else 0
        with keeper.answering_within(session.LONGEST_ANSWER):
            name, found, strategy = database.claim_name(keeper, pid)
        self._is_direct = found.backend_pid == keeper.info.backend_pid
        require_same_major_version(self._spec.properties, keeper)
        if found.read_only and self._is_direct:
            # A pooler would keep the setting in the server's session, for the next client.
            keeper.execute("SET default_transaction_read_only = off")
        try:
            if self._spec.create is not None:
                keeper.execute(self._spec.create.without_owner(name).text)
            else:
                database.create_database(keeper, name, self._spec.properties, strategy)
        except errors.Error as error:
            if isinstance(session.driver_error(error), ConnectionFailed):
                raise
            raise Refused(
                f"cannot create the reference database: {error.diag.message_primary}",
                detail=error.diag.message_detail,
                hint=ALTERNATIVES,
                sqlstate=error.sqlstate,
            ) from error
        return name

    def _detect_collision(self, keeper: session.Session) -> None:
        """Cancel the build when it blocks the run or is blocked by it."""
        if not self.pid or self._failure is not None:
            return
        blocking = f"SELECT pg_catalog.unnest(pg_catalog.pg_blocking_pids({self.pid}))"
        query = sql.SQL(statement("reference/collision")).format(
            own=self.pid,
            others=sql.Literal(self._others),
            holders=sql.SQL(statement("connect/holders").format(pids=blocking)),
        )
        collides, holders = fetch(keeper, query)[0]
        self._holders = holders or self._holders
        if collides:
            self._failure = Collision()
            self._released.set()

    def _fail(self, error: BaseException) -> None:
        if self._failure is None and not isinstance(error, BuildCancelled):
            timeout = self._spec.settings.lock_timeout
            self._failure = reference_error(error, timeout, self._holders)

    def _build(self, name: str) -> None:
        conninfo = make_conninfo(self._spec.server, dbname=name)
        try:
            self._conn = conn = self._connect(conninfo)
            self._builder = Builder(self._spec, conn, self._released, is_direct=self._is_direct)
            self._result = self._builder.run()
        except BaseException as error:  # noqa: BLE001, raised by check and result
            self._fail(error)
        finally:
            self._done.set()
