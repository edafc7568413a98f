"""What a run is given, with a transaction or without, or when the target is only compared."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from psycopg.conninfo import make_conninfo

from runner.connect import session
from runner.observer import Observer
from runner.results import Notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.comparison import Verification
    from runner.connect.session import Session
    from runner.results import Target
    from runner.run.prepare import Prepared
    from runner.settings import Settings
    from runner.signals import Stop

_CONNECT_TIMEOUT = 5.0  # seconds


class RunContext(NamedTuple):
    """One command on one target. `stop` ends it from outside."""

    session: Session
    settings: Settings
    prepared: Prepared
    observer: Observer
    target: Target
    stop: Stop

    def connect(self, dbname: str | None = None) -> Session:
        """Another connection to the server of the target."""
        conninfo = make_conninfo(self.session.conninfo_alike(), dbname=dbname)
        timeout = self.settings.connect_timeout
        return session.connect(conninfo, connect_timeout=timeout, observer=self.observer)


@contextmanager
def open_again(conn: Session) -> Iterator[Session]:
    """The connection itself, or another like it, for a moment, where it is closed."""
    if not conn.closed:
        yield conn
        return
    with session.connect(
        conn.conninfo, connect_timeout=_CONNECT_TIMEOUT, observer=Observer()
    ) as another:
        yield another


def warn(observer: Observer, verification: Verification) -> None:
    """Reports what is no difference, but may be a mistake in the scripts."""
    for caution in verification.cautions:
        observer.notice(Notice("WARNING", caution.message, hint=caution.hint))
