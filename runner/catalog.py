"""A database's catalog read in one round trip; changes nothing, not even a setting.

Not read, so not compared: passwords and when they end, the values of options and settings that may
be secrets, large objects, what the scripts add to or grant on an extension's objects, names and
comments of NOT NULL constraints (a property of the column, as before 18), privileges on server
parameters, tablespaces themselves, versions of collations, rows of foreign tables and materialized
views. What all databases of a server share is in `shared`, as far as the scripts change it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg.rows import tuple_row

from runner.snapshot import (
    PARTS,
    CatalogObject,
    ObjectKey,
    SequenceFeed,
    Snapshot,
    TableShape,
)
from runner.statements import decoded, encoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from psycopg import Connection

# In this order: what has parts comes before its parts.
_AREAS = (
    "reader", "schemas", "extensions", "types", "tables", "views", "sequences", "columns",
    "constraints", "indexes", "triggers", "policies", "statistics", "functions", "operators",
    "languages", "collations", "text_search", "foreign_data", "publications", "security_labels",
    "privileges",
)  # fmt: skip

# The roles that Amazon keeps for itself.
_AMAZON = re.compile(r"rds(_|admin|repladmin|topmgr|writeforward)")

_RELATIONS = ("table", "view", "materialized view", "foreign table", "type", "domain")


class ResultSet(NamedTuple):
    """What one statement of a message returned."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def read_snapshot(conn: Connection[Any], *more: str) -> Snapshot:
    """Everything that scripts can create, as seen inside the open transaction of `conn`.

    One round trip, for `more` queries of such rows too. Left out: the system's objects, those of
    extensions and of Amazon's roles, temporary ones, and the runner's registry.
    """
    return snapshot_of(ask(conn, snapshot_queries(), *more))


def snapshot_of(results: Iterable[ResultSet]) -> Snapshot:
    """The snapshot in the results of `snapshot_queries`."""
    reading = _Reading()
    for result in results:
        for row in result.rows:
            reading.add(dict(zip(result.columns, row, strict=True)))
    return reading.snapshot()


def ask(conn: Connection[Any], *groups: str) -> Iterator[ResultSet]:
    """The result sets of read-only statements, all sent in one message.

    The settings that shape text hold for these statements alone: a savepoint stands around them
    and is rolled back, within the same message. That also gives back the locks after each group,
    or thousands of tables would fill the server's lock table. Needs an open transaction.
    """
    settings = load_sql("settings")
    message = " ".join(
        [
            "SAVEPOINT runner_snapshot;",
            *(f"{settings} {group}; ROLLBACK TO SAVEPOINT runner_snapshot;" for group in groups),
            "RELEASE SAVEPOINT runner_snapshot",
        ]
    )
    with conn.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(encoded(conn, message), prepare=False)
        while True:
            if cursor.description is not None:
                columns = tuple(column.name for column in cursor.description)
                if columns[0] != "set_config":
                    yield ResultSet(columns, decoded(conn, cursor.fetchall()))
            if not cursor.nextset():
                return


@cache
def load_sql(area: str) -> str:
    """The text of `sql/<area>.sql`."""
    return resources.files("runner").joinpath("sql", f"{area}.sql").read_text("utf-8")


@cache
def snapshot_queries() -> str:
    """The statements, one group for `ask`, whose results all begin with a column `object`."""
    return "\n".join(map(load_sql, _AREAS)).rstrip().removesuffix(";")


@dataclass(slots=True)
class _Reading:
    """Rows put together into a snapshot; a `?` column is for the reading, no property."""

    objects: dict[ObjectKey, CatalogObject] = field(default_factory=dict)
    parents: dict[str, ObjectKey] = field(default_factory=dict)
    columns: dict[ObjectKey, dict[str, dict[str, Any]]] = field(default_factory=dict)
    keys: dict[ObjectKey, Sequence[str]] = field(default_factory=dict)
    feeds: list[SequenceFeed] = field(default_factory=list)
    role: str = ""
    server_version: int = 0

    def add(self, row: dict[str, Any]) -> None:
        """Take in one row: an object, or more properties of one that is known."""
        kind = row.pop("object")
        if kind == "reader":
            self.role, self.server_version = row["role"], int(row["server_version_num"])
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
        """Keep what the comparison of rows needs to know."""
        if key.object == "table" and row["?rows"]:
            self.columns[key], self.keys[key] = {}, row["?key"] or ()
        elif key.object == "column" and parent in self.columns:
            self.columns[parent][key.name.removeprefix(f"{parent.name}.")] = row
        elif key.object == "sequence" and row["?tables"] and row["cycle"] == "NO CYCLE":
            descending = row["increment"].startswith("-")
            for table, column in zip(row["?tables"], row["?columns"], strict=True):
                self.feeds.append(SequenceFeed(key.name, table, column, descending))

    def snapshot(self) -> Snapshot:
        shapes = (
            TableShape(key.name, tuple(_alike(columns)), tuple(self.keys[key]))
            for key, columns in self.columns.items()
        )
        return Snapshot(self.objects, self.role, self.server_version, tuple(shapes),
                        tuple(self.feeds))  # fmt: skip


def _alike(columns: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The columns that two runs of the same scripts fill with the same values.

    A default such as now() differs each time, and so does what is generated from such a column.
    """
    apart = [name for name, row in columns.items() if row["?volatile"]]
    words = "|".join(map(re.escape, apart))
    for name, row in columns.items():
        generated = words and re.search(rf'(?<![\w$"])({words})(?![\w$"])', row["generated"] or "")
        if name not in apart and not generated:
            yield name
