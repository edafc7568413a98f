"""What a server says of itself before anything runs: writable or not, Aurora, behind a pooler."""

from __future__ import annotations

from typing import NamedTuple

from runner import endpoints
from runner.errors import Refused


class Facts(NamedTuple):
    """The row that `QUERY` gives. `backend_pid` is that of the session which really answered."""

    in_recovery: bool
    read_only: bool
    backend_pid: int
    aurora_version: str | None


# aurora_version() can only be called where it exists, and without a round trip more only by a
# function that takes SQL as text; ts_stat is the one that all servers have. Nobody but AWS puts
# a function into pg_catalog.
QUERY = """\
SELECT pg_catalog.pg_is_in_recovery(),
  pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on',
  pg_catalog.pg_backend_pid(),
  CASE WHEN pg_catalog.to_regprocedure('pg_catalog.aurora_version()') IS NOT NULL
    THEN (SELECT s.word FROM pg_catalog.ts_stat(
      'SELECT pg_catalog.array_to_tsvector(ARRAY[pg_catalog.aurora_version()])') AS s)
  END"""


def refusal(facts: Facts, host: str) -> Refused | None:
    """Why nothing can be written there, and what to do; None when it can."""
    if facts.in_recovery:
        return Refused("this is a read-only replica", hint=endpoints.use_writer(host))
    if facts.read_only:
        return Refused(
            "the target is read-only: default_transaction_read_only is on",
            hint="Switch it off for this role, database or server, or use the writer endpoint.",
        )
    return None
