"""What a server says of itself, and what is known of a connection without asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from runner.connect import rds
from runner.errors import Refused
from runner.results import Target

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


# aurora_version() can only be called where it exists, and without a round trip more only by a
# function that takes SQL as text; ts_stat is the one that all servers have. Nobody but AWS puts
# a function into pg_catalog.
SERVER_INFO = """\
SELECT pg_catalog.pg_is_in_recovery(),
  pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on',
  pg_catalog.pg_backend_pid(),
  CASE WHEN pg_catalog.to_regprocedure('pg_catalog.aurora_version()') IS NOT NULL
    THEN (SELECT s.word FROM pg_catalog.ts_stat(
      'SELECT pg_catalog.array_to_tsvector(ARRAY[pg_catalog.aurora_version()])') AS s)
  END"""


class ServerInfo(NamedTuple):
    """The row of `SERVER_INFO`. `backend_pid` is that of the session which really answered."""

    in_recovery: bool
    read_only: bool
    backend_pid: int
    aurora_version: str | None

    @classmethod
    def of(cls, row: TupleRow) -> Self:
        """Convert the row. Raises TypeError for one that no PostgreSQL gives."""
        found = cls(*row)
        if [type(value) for value in found[:3]] != [bool, bool, int]:
            raise TypeError(f"no server answers {row} to what it is")
        return found


def refusal(info: ServerInfo, host: str) -> Refused | None:
    """Why nothing can be written there, and what to do; None when it can."""
    if info.in_recovery:
        return Refused("this is a read-only replica", hint=rds.writer_hint(host))
    if info.read_only:
        return Refused(
            "the target is read-only: default_transaction_read_only is on",
            hint="Switch it off for this role, database or server, or use the writer endpoint.",
        )
    return None


def describe(
    conn: Connection[TupleRow], *, embedded: bool = False, server: ServerInfo | None = None
) -> Target:
    """The target of a connection, without a round trip."""
    info = conn.info
    version = info.parameter_status("server_version") or ""
    return Target(
        host=info.host or info.hostaddr,
        port=info.port,
        dbname=info.dbname,
        user=info.user,
        # "12.22 (Debian 12.22-1.pgdg120+1)" on Debian and in the Docker image
        server_version=version.partition(" ")[0],
        aurora_version=server.aurora_version if server else None,
        embedded=embedded,
    )
