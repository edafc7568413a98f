"""Read and compare objects shared by all databases: roles, memberships, settings, privileges.

The objects are read only if the scripts change shared objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from runner.catalog.reader import fetch_groups, rows_as_json
from runner.catalog.snapshot import CatalogObject, ObjectKey, Snapshot
from runner.check.script_facts import ScriptFacts
from runner.connect.queries import statement
from runner.errors import StatementFailed

Row = dict[str, Any]

_DUPLICATE_OBJECT = "42710"
# The quoted name in a message; translations of messages use other quotation marks.
_QUOTED = re.compile('["«»“„‟”](.+)["«»“”]')
_SHARED_KINDS = frozenset({"comment", "database privilege", "role", "role membership", "setting"})


def shared_queries(facts: ScriptFacts, database: str, part: str | None = None) -> tuple[str, ...]:
    """Return the queries to add to a snapshot; none if the scripts cannot change one.

    `database`: the target's name in the scripts. `part`: another database that the scripts connect
    to; if given, the queries return only the objects of that database.
    """
    if not facts.may_be_cluster_wide:
        return ()
    text = statement("catalog/shared_objects").rstrip().removesuffix(";")
    query = sql.SQL(text).format(database=sql.Literal(part or database)).as_string()
    return (query if part is None else f'SELECT * FROM ({query}) AS s WHERE s."?here"',)  # noqa: S608, our own


def read_shared_objects(conn: Connection[TupleRow], queries: Iterable[str]) -> list[Row]:
    """Return the rows of `shared_queries`, in one round trip for each query."""
    found: list[Row] = []
    for query in queries:
        (((answer,),),) = fetch_groups(conn, rows_as_json(query))
        found += json.loads(answer)
    return found


def changed_shared_objects(
    before: Collection[Row], after: Collection[Row], scripts: str
) -> dict[ObjectKey, CatalogObject]:
    """Return the new and changed objects whose roles are named in the text of the scripts.

    The text is asked because other sessions may change roles at the same time.
    """
    known = {repr(row) for row in before}
    found = {}
    for row in after:
        roles = filter(None, row.get("?roles", ()))
        if repr(row) not in known and all(role.lower() in scripts for role in roles):
            definition = row.get("definition")
            properties = {"definition": definition} if definition else {}
            found[ObjectKey(row["object"], row["name"])] = CatalogObject(None, properties)
    return found


def existing_object(error: StatementFailed) -> str | None:
    """Return the name in the error that an object exists (duplicate_object), or None."""
    found = _QUOTED.search(error.message) if error.sqlstate == _DUPLICATE_OBJECT else None
    return found[1] if found else None


def without_other_shared_objects(reference: Snapshot, target: Snapshot) -> Snapshot:
    """Return the target's snapshot without shared objects that the reference does not have."""
    objects = {
        key: entry
        for key, entry in target.objects.items()
        if key.object not in _SHARED_KINDS or key in reference.objects
    }
    return target._replace(objects=objects)
