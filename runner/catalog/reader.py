"""Read the catalog of a database in one round trip, leaving the session's settings unchanged.

docs/reference.md lists what is not read and therefore not compared. NOT NULL is a property of the
column, as before version 18. `runner.catalog.shared` reads the objects that databases share.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

from runner.catalog.shapes import Shapes, extension_tables
from runner.catalog.snapshot import PARTS, CatalogObject, ObjectKey, Snapshot
from runner.connect.queries import decoded, encoded, statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection
    from psycopg.rows import TupleRow


# An object comes before its parts (PARTS in snapshot.py).
_QUERIES = (
    "reader", "schemas", "extensions", "types", "tables", "views", "sequences", "columns",
    "constraints", "indexes", "triggers", "event_triggers", "rules", "policies", "statistics",
    "functions", "aggregates", "operators", "operator_families", "operator_classes", "languages",
    "transforms", "casts", "access_methods", "collations", "conversions",
    "text_search_configurations", "text_search_dictionaries", "text_search_parsers",
    "text_search_templates", "foreign_data_wrappers", "foreign_servers", "user_mappings",
    "publications", "subscriptions", "security_labels", "privileges", "citus",
)  # fmt: skip
# Roles of Amazon RDS and Aurora.
_AMAZON_ROLE = re.compile(r"rds(_|admin|repladmin|topmgr|writeforward)")

_SAVEPOINT = "SAVEPOINT runner_snapshot;"
_ROLLBACK = "ROLLBACK TO SAVEPOINT runner_snapshot;"
_RELEASE = "RELEASE SAVEPOINT runner_snapshot;"
_RELATIONS = ("table", "view", "materialized view", "foreign table", "type", "domain")


def read_snapshot(conn: Connection[TupleRow], *more: str) -> Snapshot:
    """Read all objects that scripts can create, in the open transaction of `conn`.

    Needs one round trip. `more`: further queries whose rows have the same form. Not read: objects
    of the system, of extensions and of Amazon's roles, temporary objects, the runner's registry.
    """
    found = fetch_groups(conn, " ".join(_snapshot_queries(*more)))
    return parse_snapshot(answer for ((answer,),) in found)


def parse_snapshot(answers: Iterable[str | None]) -> Snapshot:
    """Build a snapshot from the values that the commands of `snapshot_commands` return."""
    builder = _SnapshotBuilder()
    for answer in filter(None, answers):
        for row in json.loads(answer):
            builder.add(row)
    return builder.snapshot()


def fetch_groups(conn: Connection[TupleRow], *groups: str) -> Iterator[list[tuple[Any, ...]]]:
    """Send groups of read-only statements in one message of a transaction; yield rows of each.

    A savepoint around each group, rolled back in the same message, restores the settings and
    releases the locks: locks on thousands of tables would fill the lock table of the server.
    """
    before = " ".join(settings_commands())
    parts = (f"{before} {group}; {_ROLLBACK}" for group in groups)
    message = " ".join([_SAVEPOINT, *parts, _RELEASE])
    with conn.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(encoded(conn, message), prepare=False)
        while True:
            if cursor.description:  # it is empty for a command that returns no rows
                yield decoded(conn, cursor.fetchall())
            if not cursor.nextset():
                return


def snapshot_commands(*more: str) -> tuple[str, ...]:
    """Return the commands that `read_snapshot` sends; each returns one value or no row."""
    return (_SAVEPOINT, *settings_commands(), *_snapshot_queries(*more), _ROLLBACK, _RELEASE)


def settings_commands() -> tuple[str, ...]:
    """Return the commands for the settings that the queries need; none of them returns a row."""
    return statement("catalog/settings"), statement("catalog/left_out")


def _snapshot_queries(*more: str) -> Iterator[str]:
    """Yield a statement for each query: one statement for all takes four times the memory."""
    yield from map(rows_as_json, (*map(_query, _QUERIES), *more))


def _query(name: str) -> str:
    query = statement(f"catalog/{name}").rstrip().removesuffix(";")
    return statement("catalog/objects").format(query=query) if '"?oid"' in query else query


def rows_as_json(query: str) -> str:
    """Return a statement for the rows of a query as a JSON array of objects; NULL if no rows."""
    query = query.rstrip().removesuffix(";")
    return f"SELECT pg_catalog.json_agg(found)::pg_catalog.text FROM (\n{query}\n) AS found;"  # noqa: S608, constant queries


@dataclass(slots=True)
class _SnapshotBuilder:
    """A builder of a snapshot from rows; columns whose names begin with `?` are no properties."""

    objects: dict[ObjectKey, CatalogObject] = field(default_factory=dict)
    parents: dict[str, ObjectKey] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=Shapes)
    role: str = ""

    def add(self, row: dict[str, Any]) -> None:
        """Add the object of a row, or add its privileges to an object that is known already."""
        kind = row.pop("object")
        if kind == "reader":
            self.role = row["role"]
            return
        key, parent = ObjectKey(kind, row.pop("name")), self._parent(kind, row.pop("parent"))
        if set(row) == {"privileges"} and kind != "default privileges":
            self._add_privileges(key, row)
            return
        if (kind in PARTS and parent is None) or _AMAZON_ROLE.match(row.get("owner") or ""):
            return
        self._add_shape(key, parent, row)
        properties = {n: v for n, v in row.items() if v and not n.startswith("?")}
        self.objects[key] = CatalogObject(parent, properties)
        if kind in _RELATIONS:
            self.parents[key.name] = key

    def _parent(self, kind: str, name: str | None) -> ObjectKey | None:
        if name is None:
            return None
        if kind in PARTS:
            return self.parents.get(name)
        return self.parents.get(name) or ObjectKey("schema", name)

    def _add_privileges(self, key: ObjectKey, row: dict[str, Any]) -> None:
        if (known := self.objects.get(key)) is not None:
            self.objects[key] = CatalogObject(known.parent, {**known.properties, **row})

    def _add_shape(self, key: ObjectKey, parent: ObjectKey | None, row: dict[str, Any]) -> None:
        """Collect the tables, columns and sequences whose rows and values can be compared."""
        if key.object == "table":
            self.shapes.add_table(key.name, row)
        elif key.object == "column" and parent is not None:
            column = key.name.removeprefix(f"{parent.name}.")
            self.shapes.add_column(parent.name, column, row)
        elif key.object == "sequence":
            self.shapes.add_sequence(key.name, row)

    def snapshot(self) -> Snapshot:
        """Return a snapshot of all rows that were added."""
        extensions = (key.name for key in self.objects if key.object == "extension")
        tables = (*self.shapes.tables(), *extension_tables(extensions))
        feeds, *unread = self.shapes.feeds, self.shapes.unreadable, self.shapes.withheld
        return Snapshot(self.objects, self.role, tables, tuple(feeds), *map(tuple, unread))
