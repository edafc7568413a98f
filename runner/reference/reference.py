"""The reference: what the scripts build in an empty database, beside the run or before it.

Two threads serve it. One makes the database, watches and drops it; the other runs the scripts
there.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from runner.connect import session
from runner.connect.queries import fetch
from runner.errors import ConnectionFailed, Refused, StatementFailed
from runner.reference import database
from runner.reference.builder import Built, Rebuild, Stopped, Unheard
from runner.reference.database import OR_GO_WITHOUT, Collision, ReferenceSpec, told
from runner.signals import signals_held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection


# Seconds: between two looks at who waits for whom; for the end of it all.
_TICK, _END = 0.25, 30.0
# Between two looks at least so many round trips; and from this distance on, in seconds, it is
# quicker to let the server look.
_REST, _DISTANT = 5, 0.05
_WAITING = """
SELECT pg_catalog.bool_or(o.pid = ANY (pg_catalog.pg_blocking_pids({own}))
                          OR {own} = ANY (pg_catalog.pg_blocking_pids(o.pid)))
  FROM pg_catalog.unnest({others}::pg_catalog.int4[]) AS o (pid)
"""


class Reference:
    """One reference, from `start` to `close`; `beside` is another one that is open."""

    def __init__(self, spec: ReferenceSpec, beside: Reference | None = None) -> None:
        self._conn: Connection[tuple[Any, ...]] | None = None
        self._spec = spec
        self._result: Built | None = None
        self._failure: BaseException | None = None
        self._rebuild: Rebuild | None = None
        self._trip = 0.0  # seconds that a round trip to the server takes, at the most
        self._is_direct = False  # no pooler stands before the server
        self._others = [spec.likeness.pid, *([beside.pid] if beside else [])]
        self._made, self._done, self._released = (threading.Event() for _ in range(3))
        self._keeper = threading.Thread(target=self._keep, name="reference", daemon=True)

    @property
    def pid(self) -> int:
        """The server's process that somebody may wait for; 0 while there is none."""
        return self._rebuild.pid if self._rebuild else 0

    def start(self) -> None:
        """Begins, and comes back at once; for another server, when the database is made there."""
        self._keeper.start()
        if self._spec.settings.reference is not None:
            self._made.wait()
            self.check()

    def check(self) -> None:
        """Raises the failure there is no need to wait for: without a reference, or a collision.

        Where a script failed here, the run will mostly tell better.
        """
        if self._failure is not None and not isinstance(self._failure, StatementFailed):
            raise self._failure

    def built(self) -> Built:
        """Waits until the scripts have ended here. Raises why they did not."""
        self._done.wait()
        if self._failure is not None:
            raise self._failure
        if self._result is None:
            raise Refused("the reference was given up")
        return self._result

    def open_connection(self) -> Connection[tuple[Any, ...]]:
        """The connection of a reference that is built, its transaction open."""
        self.built()
        if self._conn is None:
            raise Collision
        return self._conn

    def is_busy(self) -> bool:
        """Whether its transaction is open, so that somebody may wait for it."""
        return self._keeper.is_alive() and not self._released.is_set()

    def close(self) -> None:
        """Drops it, whatever it is doing. Calling it again does nothing."""
        self._released.set()
        if self._keeper.ident is not None:
            with signals_held():
                self._keeper.join(_END)

    def release(self) -> None:
        """Lets it end by itself; `close` waits for that."""
        self._released.set()

    # -- the thread that has the database ---------------------------------------------------

    def _keep(self) -> None:
        try:
            own = self._spec.settings.reference is None
            name = self._spec.likeness.new_name() if own else None
            self._is_direct = name is not None
            began = time.monotonic()
            with self._connect(self._keeper_conninfo(name)) as keeper:
                self._trip = time.monotonic() - began
                self._serve(keeper, name or self._claim(keeper, own=own))
        except BaseException as error:  # noqa: BLE001, it is raised where it is asked for
            self._fail(error)
        finally:
            self._made.set()
            self._done.set()

    def _connect(self, conninfo: str) -> Connection[tuple[Any, ...]]:
        return session.connect(
            conninfo,
            connect_timeout=self._spec.settings.connect_timeout,
            observer=Unheard(self._released),
            is_target=self._spec.settings.reference is None,
        )

    def _keeper_conninfo(self, name: str | None) -> str:
        # In SQL_ASCII there would be no text.
        named = {} if name is None else {"application_name": name}
        return make_conninfo(self._spec.server, client_encoding="UTF8", **named)

    def _serve(self, keeper: Connection[tuple[Any, ...]], name: str) -> None:
        self._make(keeper, name)
        builder = threading.Thread(target=self._build, args=(name,), daemon=True)
        try:
            self._made.set()
            builder.start()
            database.sweep(keeper)
            while not self._released.wait(max(_TICK, _REST * self._trip)):
                self._watch(keeper)
        finally:
            self._stop(builder)
            self._drop(keeper, name)

    def _claim(self, keeper: Connection[tuple[Any, ...]], *, own: bool) -> str:
        """A name, where the opening of the run has not told enough to know one."""
        name, found = database.claim_name(keeper, self._spec.likeness.pid if own else 0)
        self._is_direct = found.backend_pid == keeper.info.backend_pid
        database.require_same_major_version(self._spec.likeness, keeper)
        if found.read_only and self._is_direct:
            # Behind a pooler it would stay in the server's session, for the next client.
            keeper.execute("SET default_transaction_read_only = off")
        return name

    def _make(self, keeper: Connection[tuple[Any, ...]], name: str) -> None:
        try:
            database.create_database(keeper, name, self._spec.likeness)
        except errors.Error as error:
            if isinstance(session.driver_error(error), ConnectionFailed):
                raise
            raise Refused(
                f"no database can be made to compare with: {error.diag.message_primary}",
                detail=error.diag.message_detail,
                hint=OR_GO_WITHOUT,
                sqlstate=error.sqlstate,
            ) from error

    def _watch(self, keeper: Connection[tuple[Any, ...]]) -> None:
        """Ends the reference where it and the run wait for each other, now or in the end."""
        if not self.pid or self._failure is not None:
            return
        query = sql.SQL(_WAITING).format(own=self.pid, others=sql.Literal(self._others))
        if fetch(keeper, query)[0][0]:
            self._failure = Collision()
            self._released.set()

    def _stop(self, builder: threading.Thread) -> None:
        while builder.is_alive():
            if self._conn is not None:
                with suppress(psycopg.Error):
                    session.cancel(self._conn)
            builder.join(_TICK)
        if self._conn is not None:
            self._conn.close()

    def _drop(self, keeper: Connection[tuple[Any, ...]], name: str) -> None:
        try:
            database.drop_database(keeper, name, looks=self._trip < _DISTANT)
        except psycopg.OperationalError:
            with self._connect(self._keeper_conninfo(name)) as another:
                database.drop_database(another, name)

    def _fail(self, error: BaseException) -> None:
        if self._failure is None and not isinstance(error, Stopped):
            self._failure = told(error)

    # -- the thread that runs the scripts ---------------------------------------------------

    def _build(self, name: str) -> None:
        conninfo = make_conninfo(self._spec.server, dbname=name)
        try:
            self._conn = conn = self._connect(conninfo)
            given = (self._spec, conn, conninfo, self._released)
            self._rebuild = Rebuild(*given, is_direct=self._is_direct)
            self._result = self._rebuild.run()
        except BaseException as error:  # noqa: BLE001, it is raised where it is asked for
            self._fail(error)
        finally:
            self._done.set()


@contextmanager
def reference(spec: ReferenceSpec, beside: Reference | None = None) -> Iterator[Reference]:
    """A reference that is being built, dropped at the end whatever happens."""
    found = Reference(spec, beside)
    try:
        found.start()
        yield found
    finally:
        found.close()
