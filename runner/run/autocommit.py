"""A run without a transaction: statement by statement, as psql does."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import psycopg

from runner.connect import session
from runner.connect.queries import PATH, first_rows
from runner.connect.session import ServerInfo
from runner.errors import ConnectionFailed
from runner.registry import registry
from runner.run import opening
from runner.run.context import Attempt

if TYPE_CHECKING:
    from contextlib import ExitStack

    from psycopg import Connection

    from runner.errors import RunnerError


class OneByOne(Attempt):
    """The run's lock is a transaction's: here that of a connection of its own, the keeper."""

    def begin(self, stack: ExitStack) -> None:
        """The lock is held until `stack` ends. No setting goes to a session that may not be ours.

        Raises Refused, LockNotAvailable and ConnectionFailed.
        """
        (row,) = first_rows(self.conn, PATH + session.SERVER_INFO)
        self.answered(found := ServerInfo(*row))
        opening.check_no_pooler(found.backend_pid, self.conn)
        self.conn.execute(b"".join(self.scripts.own_settings()))
        self.keeper = keeper = session.connect(
            self.conninfo, connect_timeout=self.settings.connect_timeout, observer=self.observer
        )
        stack.callback(_close, keeper)
        stack.callback(self.scripts.close)
        needs = self.prepared.outline.needs
        own = opening.keeper_settings(self.settings.lock_timeout)
        schema = self.settings.registry_schema
        given = (keeper, own, None, self.observer, self.answered, needs, schema)
        self.opened(opening.open_transaction(*given))
        self.watch.pid = found.backend_pid
        self.observer.notice(opening.UNGUARDED)

    def record_alone(self) -> None:
        """Records the run in a transaction of its own. It names no tables: whoever wants may
        have written to them before this."""
        self.scripts.leave_session()
        question = registry.info_query(self.settings.registry_schema)
        begin = f"BEGIN; {PATH} SELECT pg_catalog.txid_current(); {question}"
        (xid,), (text,) = first_rows(self.conn, begin)
        info = registry.RegistryInfo.read(text)
        first_rows(self.conn, f"{self.record(info, xid)}COMMIT")
        self.is_done()

    def state_after(self, error: RunnerError) -> tuple[str, bool | None]:
        """What is in already."""
        done = [result.name for result in self.scripts.results]
        said = [f"all of {', '.join(done)}"] if done else []
        last = self.exchange.last
        if last is not None and last.source.name not in done:
            end = last.line + last.text.count(b"\n")
            said.append(f"{last.source.name} up to line {end}")
        if self.scripts.shell_script is not None:
            said.append(f"what {self.scripts.shell_script.name} did")
        what = " and ".join(said) or "nothing"
        state = f"Not rolled back (--transaction none). Already committed: {what}."
        if isinstance(error, ConnectionFailed) and (open_ := self.exchange.unanswered):
            state += f" The result of the statement at {open_} is unknown: the connection was lost."
        return state, None


def _close(keeper: Connection[tuple[object, ...]]) -> None:
    # Closing alone would leave the lock to the server for a moment longer.
    with suppress(psycopg.Error):
        keeper.rollback()
    keeper.close()
