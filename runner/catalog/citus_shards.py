"""Find shards of Citus that differ from their tables or from each other."""

from __future__ import annotations

import json

from psycopg import Connection
from psycopg.rows import TupleRow

from runner.catalog.snapshot import Snapshot
from runner.comparison import ComparisonWarning, Difference
from runner.connect.queries import fetch, statement


def compare_shards(
    conn: Connection[TupleRow], reference: Snapshot, *, rows: bool
) -> tuple[list[Difference], list[ComparisonWarning]]:
    """Return the differences of shards from their tables, and warnings about silent servers.

    Shards are compared by columns, indexes, constraints, triggers and policies, and with `rows` the
    copies of a shard with each other. Sends nothing if the scripts distribute nothing.
    """
    found, unanswered = [], []
    functions: dict[str, str] = {}  # digests of their definitions on the coordinator
    kinds = ("distribution", "function", "procedure")
    names = {key.name for key in reference.objects if key.object in kinds}
    if not any(key.object == "distribution" for key in reference.objects):
        return [], []
    for server, is_answer, result in fetch(conn, statement("catalog/citus_shards"), refused=""):
        if not is_answer:
            unanswered.append(
                ComparisonWarning(f"the shards on {server} are not verified: {result}")
            )
            continue
        parts, digests = json.loads(result)
        for table, shard, definition, is_missing in parts or []:
            a, b = (definition, "none") if is_missing else (None, definition)
            place = f"shard {shard} on {server}"
            found.append(Difference("changed", "distribution", table, a, b, property=place))
        functions = functions or digests or {}
        for name in functions:
            if digests is None or functions[name] != digests.get(name):
                values = ("the same on all servers", "another definition or none")
                found.append(Difference("changed", "function", name, *values, property=server))
    # Citus's own functions read its views.
    placements = statement("catalog/citus_placements")
    for table, shard, copies in fetch(conn, placements, refused="") if rows else ():
        values = ("the same on all servers", copies)
        found.append(Difference("changed", "rows", table, *values, property=f"shard {shard}"))
    return [one for one in found if one.name in names], unanswered
