"""Read the catalog of a database in one round trip, leaving the session's settings unchanged.

docs/reference.md lists what is not read and therefore not compared. NOT NULL is a property of the
column, as before version 18. Objects that all databases share (roles, memberships, settings,
privileges) are read only if the scripts change shared objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import TupleRow, tuple_row

from runner.catalog.shapes import CRON, CRON_JOBS, Shapes
from runner.catalog.snapshot import PARTS, CatalogObject, ObjectKey, Snapshot
from runner.check.script_facts import ScriptFacts
from runner.connect.queries import decoded, encoded, statement
from runner.errors import StatementFailed

# Roles of Amazon RDS and Aurora.
_AMAZON_ROLE = re.compile(r"rds(_|admin|repladmin|topmgr|writeforward)")

Row = dict[str, Any]

_DUPLICATE_OBJECT = "42710"
# The quoted name in a message; translations of messages use other quotation marks.
_QUOTED = re.compile('["«»“„‟”](.+)["«»“”]')
_SHARED_KINDS = frozenset({"comment", "database privilege", "role", "role membership", "setting"})

_SAVEPOINT = "SAVEPOINT runner_snapshot;"
_ROLLBACK = "ROLLBACK TO SAVEPOINT runner_snapshot;"
_RELEASE = "RELEASE SAVEPOINT runner_snapshot;"
_RELATIONS = ("table", "view", "materialized view", "foreign table", "type", "domain")


def read_snapshot(conn: Connection[TupleRow], *more: str, trusted: Sequence[str] = ()) -> Snapshot:
    """Read all objects that scripts can create, in the open transaction of `conn`.

    Needs one round trip. `more`: further queries whose rows have the same form. `trusted`: see
    `_planted`. Not read: objects of the system, of extensions and of Amazon's roles, temporary
    objects, the runner's registry.
    """
    planted = [_planted(trusted)] if trusted else []
    queries = _snapshot_queries(*more, is_trusted=bool(trusted))
    found = fetch_groups(conn, " ".join((*planted, *queries)))
    return parse_snapshot((answer for rows in found for (answer,) in rows), is_run=False)


def parse_snapshot(answers: Iterable[str | None], *, is_run: bool = True) -> Snapshot:
    """Build a snapshot from the values that the commands of `snapshot_commands` return.

    Columns whose names begin with `?` are no properties. In a run, the role can read the tables of
    roles that it may grant itself.
    """
    objects: dict[ObjectKey, CatalogObject] = {}
    parents: dict[str | None, ObjectKey] = {}
    shapes, role = Shapes(), ""
    for row in chain.from_iterable(map(json.loads, filter(None, answers))):
        kind = row.pop("object")
        if kind == "reader":
            role = row["role"]
            continue
        key, within = ObjectKey(kind, row.pop("name")), row.pop("parent", None)
        if set(row) == {"privileges"} and kind != "default privileges":
            if (known := objects.get(key)) is not None:
                objects[key] = CatalogObject(known.parent, {**known.properties, **row})
            continue
        parent = parents.get(within)
        if (kind in PARTS and parent is None) or _AMAZON_ROLE.match(row.get("owner") or ""):
            continue
        if parent is None and within is not None:
            parent = ObjectKey("schema", within)
        if row.get("?withheld") and not is_run:
            row["?hidden"] = "true"
        shapes.add(kind, key.name, row, parent.name if parent else "")
        objects[key] = CatalogObject(
            parent, {n: v for n, v in row.items() if v and not n.startswith("?")}
        )
        if kind in _RELATIONS:
            parents[key.name] = key
    tables = shapes.tables()
    if ("extension", CRON) in objects:
        tables = (*tables, CRON_JOBS)
    return Snapshot(objects, role, tables, tuple(shapes.feeds), tuple(shapes.unreadable))


def fetch_groups(conn: Connection[TupleRow], *groups: str) -> Iterator[list[tuple[Any, ...]]]:
    """Send groups of read-only statements in one message of a transaction; yield rows of each.

    A savepoint around each group, rolled back in the same message, restores the settings and
    releases the locks: locks on thousands of tables would fill the lock table of the server.
    """
    settings = statement("catalog/settings")
    parts = (f"{settings} {group}; {_ROLLBACK}" for group in groups)
    message = " ".join([_SAVEPOINT, *parts, _RELEASE])
    with conn.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(encoded(conn, message), prepare=False)
        while True:
            if cursor.description:  # it is empty for a command that returns no rows
                yield decoded(conn, cursor.fetchall())
            if not cursor.nextset():
                return


def snapshot_commands(*more: str, is_trusted: bool = False) -> tuple[str, ...]:
    """Return the commands that `read_snapshot` sends; each returns rows of one value, or none.

    With `is_trusted`, the rows of all tables may be read, or none will be: see sql/planted.sql.
    """
    queries = _snapshot_queries(*more, is_trusted=is_trusted)
    return (_SAVEPOINT, statement("catalog/settings"), *queries, _ROLLBACK, _RELEASE)


def _planted(trusted: Sequence[str] = ()) -> str:
    """Return the statement that finds the tables that must not be read.

    `trusted` are the definitions of functions that other roles own and that may be called.
    """
    condition = "false"
    if trusted:
        definitions = sql.SQL(", ").join(map(sql.Literal, trusted)).as_string()
        condition = (
            "CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid)"
            f" IN ({definitions}) ELSE false END"
        )
    return statement("catalog/planted").replace("{trusted}", condition)


def _snapshot_queries(*more: str, is_trusted: bool = False) -> Iterator[str]:
    """Yield statements that return the objects, some in each row: all in one take more memory."""
    yield statement("catalog/left_out")
    yield _existing(is_trusted)
    yield from map(rows_as_json, more)


@cache
def _existing(is_trusted: bool) -> str:
    texts = {"is_trusted": str(is_trusted), "planted": _planted()}
    found = re.sub(
        r"\{(\w+)\}",
        lambda name: texts.get(name[1]) or _query(name[1]),
        statement("catalog/existing"),
    )
    return re.sub(r"\n(?: *--[^\n]*\n)* *", "\n", found)  # send no comments and no indentation


def _query(name: str) -> str:
    """Return a query that sets runner.answer to the rows that the query of a file returns."""
    query = statement(f"catalog/{name}").rstrip().removesuffix(";")
    if '"?oid"' in query:
        query = statement("catalog/objects").format(query=query)
    answer = f"COALESCE(({rows_as_json(query)[:-1]}), '')"
    return (
        f"SELECT CASE WHEN pg_catalog.set_config('runner.answer', {answer}, true) IS NULL"
        " THEN ''::pg_catalog.tsvector END"
    )


def rows_as_json(query: str) -> str:
    """Return a statement for the rows of a query as a JSON array without NULLs; NULL if none."""
    query = query.rstrip().removesuffix(";")
    row = "pg_catalog.json_strip_nulls(pg_catalog.row_to_json(found))"
    return f"SELECT pg_catalog.json_agg({row})::pg_catalog.text FROM (\n{query}\n) AS found;"  # noqa: S608, constant queries


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
