"""A database's catalog read in one round trip; changes nothing, not even a setting.

Not read, so not compared: passwords and when they end, the values of options and settings that may
be secrets, large objects, what the scripts add to or grant on an extension's objects, names and
comments of NOT NULL constraints (a property of the column, as before 18), whether an inherited
column is the child's own as well, privileges on server parameters, tablespaces themselves, versions
of collations, rows of foreign tables and materialized views, a schema of the scripts that is called
`runner`. What all databases of a server share is in `shared`, as far as the scripts change it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from psycopg.rows import tuple_row

from runner.psql.statements import command_starts
from runner.snapshot import (
    PARTS,
    CatalogObject,
    ObjectKey,
    SequenceFeed,
    Snapshot,
    TableShape,
)
from runner.statements import decoded, encoded, statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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

_SAVEPOINT = "SAVEPOINT runner_snapshot;"
_BACK = "ROLLBACK TO SAVEPOINT runner_snapshot;"
_END = "RELEASE SAVEPOINT runner_snapshot;"
_RELATIONS = ("table", "view", "materialized view", "foreign table", "type", "domain")


def read_snapshot(conn: Connection[Any], *more: str) -> Snapshot:
    """Everything that scripts can create, as seen inside the open transaction of `conn`.

    One round trip, for `more` queries of such rows too. Left out: the system's objects, those of
    extensions and of Amazon's roles, temporary ones, and the runner's registry.
    """
    (((answer,),),) = ask(conn, snapshot_query(*more))
    return snapshot_of(answer)


def snapshot_of(answer: str) -> Snapshot:
    """The snapshot in the answer to `snapshot_query`."""
    reading = _Reading()
    for rows in json.loads(answer):
        for row in rows or ():
            reading.add(row)
    return reading.snapshot()


def ask(conn: Connection[Any], *groups: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of each of several read-only statements, all sent in one message.

    The settings that shape text hold for these statements alone: a savepoint stands around them
    and is rolled back, within the same message. That also gives back the locks after each group,
    or thousands of tables would fill the server's lock table. Needs an open transaction.
    """
    message = " ".join(
        [_SAVEPOINT, *(f"{statement('settings')} {group}; {_BACK}" for group in groups), _END]
    )
    with conn.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(encoded(conn, message), prepare=False)
        while True:
            if cursor.description:  # of what only sets something it is empty
                yield decoded(conn, cursor.fetchall())
            if not cursor.nextset():
                return


def snapshot_commands(*more: str) -> tuple[str, ...]:
    """What `read_snapshot` sends, command by command; one of them answers, with one value."""
    return (_SAVEPOINT, *commands("settings"), f"{snapshot_query(*more)};", _BACK, _END)


@cache
def snapshot_query(*more: str) -> str:
    """One statement for all areas and `more`; its one value is an array of the rows of each."""
    queries = [query for area in _AREAS for query in commands(area)]
    values = ", ".join(map(rows_as_json, [*queries, *more]))
    return f"SELECT pg_catalog.json_build_array({values})::pg_catalog.text"


def rows_as_json(query: str) -> str:
    """The rows of a query as a value: an array of objects, null when there are none."""
    query = query.rstrip().removesuffix(";")
    return f"(SELECT pg_catalog.json_agg(found) FROM (\n{query}\n) AS found)"  # noqa: S608, our own


@cache
def commands(area: str) -> tuple[str, ...]:
    """The statements of `sql/<area>.sql`."""
    text = statement(area).encode()
    starts = command_starts(text, standard_conforming_strings=True)
    ends = (*starts[1:], len(text))
    return tuple(text[start:end].decode() for start, end in zip(starts, ends, strict=True))


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
