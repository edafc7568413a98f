"""What a server reports about itself, and what is known of a connection without a query."""

from __future__ import annotations

from typing import NamedTuple, Self

from psycopg import Connection
from psycopg.rows import TupleRow

from runner.connect import rds
from runner.errors import Refused
from runner.results import Target

# A call of aurora_version() is an error where it does not exist. Without another round trip only a
# function that takes SQL as text can call it, and ts_stat is the one in all servers. Only AWS adds
# functions to pg_catalog.
SERVER_INFO = """\
SELECT pg_catalog.pg_is_in_recovery(),
  pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on',
  pg_catalog.pg_backend_pid(),
  CASE WHEN pg_catalog.to_regprocedure('pg_catalog.aurora_version()') IS NOT NULL
    THEN (SELECT s.word FROM pg_catalog.ts_stat(
      'SELECT pg_catalog.array_to_tsvector(ARRAY[pg_catalog.aurora_version()])') AS s)
  END"""


class ServerInfo(NamedTuple):
    """The row of `SERVER_INFO`; behind a pooler `backend_pid` is the server's process."""

    in_recovery: bool
    read_only: bool
    backend_pid: int
    aurora_version: str | None

    @classmethod
    def of(cls, row: TupleRow) -> Self:
        """Convert the row. Raises TypeError for a row that PostgreSQL would not return."""
        found = cls(*row)
        if [type(value) for value in found[:3]] != [bool, bool, int]:
            raise TypeError(f"no PostgreSQL server answers {row}")
        return found


def refusal(info: ServerInfo, host: str) -> Refused | None:
    """Return why the server cannot be written to, with a remedy; None when it can."""
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
    """Return the target of a connection, without a round trip."""
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
