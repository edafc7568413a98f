"""The shards of Citus, which are tables on other servers: does each match its table?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from runner.comparison import ComparisonWarning, Difference
from runner.connect.queries import fetch, statement

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from runner.catalog.snapshot import Snapshot


def compare_shards(
    conn: Connection[TupleRow], reference: Snapshot
) -> tuple[list[Difference], list[ComparisonWarning]]:
    """Return the differences of shards from their tables, and warnings about silent servers.

    Shards are compared by indexes and constraints. Sends nothing if the scripts distribute nothing.
    """
    found, unanswered = [], []
    tables = {key.name for key in reference.objects if key.object == "distribution"}
    for server, is_answer, result in (
        fetch(conn, statement("verify/citus_shards")) if tables else ()
    ):
        if not is_answer:
            unanswered.append(
                ComparisonWarning(f"the shards on {server} are not verified: {result}")
            )
            continue
        for table, shard, definition, is_missing in json.loads(result or "[]"):
            if table not in tables:
                continue
            values = (definition, "none") if is_missing else (None, definition)
            place = f"shard {shard} on {server}"
            found.append(Difference("changed", "distribution", table, *values, property=place))
    return found, unanswered
