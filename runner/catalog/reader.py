"""Read the catalog of a database in one round trip, without changing even a setting.

What is not read, so not compared, is listed in docs/reference.md; NOT NULL is a property of the
column, as before 18. Objects that all databases of a server share: `runner.catalog.shared`.
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
_AMAZON = re.compile(r"rds(_|admin|repladmin|topmgr|writeforward)")

_SAVEPOINT = "SAVEPOINT runner_snapshot;"
_BACK = "ROLLBACK TO SAVEPOINT runner_snapshot;"
_END = "RELEASE SAVEPOINT runner_snapshot;"
_RELATIONS = ("table", "view", "materialized view", "foreign table", "type", "domain")


def read_snapshot(conn: Connection[TupleRow], *more: str) -> Snapshot:
    """Read everything that scripts can create, in the open transaction of `conn`.

    One round trip, including `more` queries that return such rows. Left out: objects of the
    system, of extensions and of Amazon's roles, temporary objects, and the runner's registry.
    """
    found = fetch_groups(conn, " ".join(_snapshot_queries(*more)))
    return parse_snapshot(answer for ((answer,),) in found)


def parse_snapshot(answers: Iterable[str | None]) -> Snapshot:
    """Parse what `snapshot_commands` return."""
    builder = _SnapshotBuilder()
    for answer in filter(None, answers):
        for row in json.loads(answer):
            builder.add(row)
    return builder.snapshot()


def fetch_groups(conn: Connection[TupleRow], *groups: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of each of several read-only statements, all sent in one message.

    A savepoint around each group, rolled back in the same message, restores the settings and
    releases the locks: those of thousands of tables would fill the lock table of the server.
    Needs an open transaction.
    """
    message = " ".join(
        [_SAVEPOINT, *(f"{' '.join(settings())} {group}; {_BACK}" for group in groups), _END]
    )
    with conn.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(encoded(conn, message), prepare=False)
        while True:
            if cursor.description:  # it is empty for a command that returns no rows
                yield decoded(conn, cursor.fetchall())
            if not cursor.nextset():
                return


def snapshot_commands(*more: str) -> tuple[str, ...]:
    """Return the commands of `read_snapshot`; each that returns a row returns one value."""
    return (_SAVEPOINT, *settings(), *_snapshot_queries(*more), _BACK, _END)


def settings() -> tuple[str, ...]:
    """Return the commands to send after the savepoint, before the queries; none returns a row."""
    return statement("catalog/settings"), statement("catalog/left_out")


def _snapshot_queries(*more: str) -> Iterator[str]:
    """Yield a statement for each query: as one they would take the server four times the memory."""
    yield from map(rows_as_json, (*map(_query, _QUERIES), *more))


def _query(name: str) -> str:
    query = statement(f"catalog/{name}").rstrip().removesuffix(";")
    return statement("catalog/objects").format(query=query) if '"?oid"' in query else query


def rows_as_json(query: str) -> str:
    """Return a statement for the rows of a query: an array of objects, or null without rows."""
    query = query.rstrip().removesuffix(";")
    return f"SELECT pg_catalog.json_agg(found)::pg_catalog.text FROM (\n{query}\n) AS found;"  # noqa: S608, constant queries


@dataclass(slots=True)
class _SnapshotBuilder:
    """Assembles rows into a snapshot. A column whose name begins with `?` is not a property."""

    objects: dict[ObjectKey, CatalogObject] = field(default_factory=dict)
    parents: dict[str, ObjectKey] = field(default_factory=dict)
    shapes: Shapes = field(default_factory=Shapes)
    role: str = ""

    def add(self, row: dict[str, Any]) -> None:
        """Add one row: an object, or the privileges of an object that was added before."""
        kind = row.pop("object")
        if kind == "reader":
            self.role = row["role"]
            return
        key, parent = ObjectKey(kind, row.pop("name")), self._parent(kind, row.pop("parent"))
        if set(row) == {"privileges"} and kind != "default privileges":
            self._merge(key, row)
            return
        if (kind in PARTS and parent is None) or _AMAZON.match(row.get("owner") or ""):
            return
        self._shape(key, parent, row)
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

    def _merge(self, key: ObjectKey, row: dict[str, Any]) -> None:
        if (known := self.objects.get(key)) is not None:
            self.objects[key] = CatalogObject(known.parent, {**known.properties, **row})

    def _shape(self, key: ObjectKey, parent: ObjectKey | None, row: dict[str, Any]) -> None:
        """Collect the tables, columns and sequences whose rows and values can be compared."""
        if key.object == "table":
            self.shapes.add_table(key.name, row)
        elif key.object == "column" and parent is not None:
            column = key.name.removeprefix(f"{parent.name}.")
            self.shapes.add_column(parent.name, column, row)
        elif key.object == "sequence":
            self.shapes.add_sequence(key.name, row)

    def snapshot(self) -> Snapshot:
        """Return what was added."""
        extensions = (key.name for key in self.objects if key.object == "extension")
        tables = (*self.shapes.tables(), *extension_tables(extensions))
        feeds, *unread = self.shapes.feeds, self.shapes.unreadable, self.shapes.withheld
        return Snapshot(self.objects, self.role, tables, tuple(feeds), *map(tuple, unread))
