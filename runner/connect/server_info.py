"""What a server says of itself, and whether it can be written to."""

from __future__ import annotations

from typing import NamedTuple, Self

from psycopg import Connection
from psycopg.rows import TupleRow

from runner.connect import aws
from runner.errors import Refused
from runner.results import Target


class ServerInfo(NamedTuple):
    """The row of sql/server_info.sql; behind a pooler `backend_pid` is the server's process."""

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
        return Refused("this is a read-only replica", hint=aws.writer_hint(host))
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
