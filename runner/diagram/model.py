"""The data model: tables and the links between them, read from a database, with names as in SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from psycopg import pq

from runner.catalog.reader import read_snapshot
from runner.catalog.rows import cell, read_single_rows
from runner.catalog.shapes import TableShape
from runner.catalog.snapshot import ObjectKey, short_type
from runner.check.script_facts import definitions
from runner.check.scripts import read_scripts
from runner.comparison import Definition
from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.observer import Observer
from runner.rehearsal.rehearsal import built
from runner.scripts.folder import read_folders
from runner.settings import Settings
from runner.verify.definitions import DefinitionIndex

_RELATIONS = ("table", "foreign table", "view", "materialized view")
# The number of rows shown per table, and of characters per value.
_SHOWN_ROWS, _LONGEST_VALUE = 5, 200


class Column(NamedTuple):
    """A column; `default` may also be GENERATED …, `keys` are any of PK, FK and UK."""

    name: str
    type: str
    not_null: bool
    default: str | None
    keys: Sequence[str]
    comment: str | None


class Detail(NamedTuple):
    """A constraint, an index, a trigger, a policy, or the function of a trigger."""

    kind: str
    name: str
    properties: Mapping[str, str]
    place: str | None
    function: Detail | None = None


class Rows(NamedTuple):
    """The number of rows that the scripts insert, and the first rows as text."""

    number: int
    first: Sequence[Sequence[str | None]]


class Entity(NamedTuple):
    """A table or a view; `place` is the script's line that creates it."""

    name: str
    schema: str
    kind: str
    columns: Sequence[Column]
    parts: Sequence[Detail]
    properties: Mapping[str, str]
    place: str | None
    rows: Rows | None


class Link(NamedTuple):
    """A line between two tables: a foreign key, partition, inheritance or view.

    For a foreign key: `is_optional` if a row may reference none, `is_unique` if at most one row
    references another.
    """

    kind: str
    table: str
    columns: Sequence[str]
    other: str
    other_columns: Sequence[str]
    is_optional: bool
    is_unique: bool


class Model(NamedTuple):
    """All tables and views by schema and name, and the links between them."""

    tables: Sequence[Entity]
    links: Sequence[Link]


def scripts_model(settings: Settings, observer: Observer) -> Model:
    """Return the model that the scripts build, with places and rows. Raises their errors."""
    folder = read_folders(settings.scripts, allow_shell=settings.allow_shell)
    reading = read_scripts(folder, settings.variables, in_transaction=settings.transaction == "all")
    defined = [one for one, _ in definitions(folder, settings.variables)]
    with built(settings, folder, reading, observer) as conn, session.errors_converted():
        return _Reader(conn, defined).model()


def target_model(conninfo: str, settings: Settings, observer: Observer) -> Model:
    """Return the model of a database, without rows. Raises the errors of connecting."""
    with session.connected(conninfo, observer, settings.connect_timeout) as conn:
        return _Reader(conn, None).model()


class _Reader:
    """A reader of a database; with the scripts' statements `defined` also of rows and places."""

    def __init__(self, conn: session.Session, defined: Sequence[Definition] | None) -> None:
        if conn.info.transaction_status == pq.TransactionStatus.IDLE:
            conn.execute("BEGIN READ ONLY")
        snapshot = read_snapshot(conn)
        self._objects = snapshot.objects
        self._index = DefinitionIndex(defined or (), snapshot)
        self._links = [Link(kind, *ends) for kind, *ends in fetch(conn, statement("diagram/links"))]
        self._functions: dict[str, str] = dict(fetch(conn, statement("diagram/trigger_functions")))
        self._columns: dict[str, list[Column]] = defaultdict(list)
        for table, name, kind, *others in fetch(conn, statement("diagram/columns")):
            self._columns[table].append(Column(name, short_type(kind), *others))
        self._parts: dict[ObjectKey | None, list[ObjectKey]] = defaultdict(list)
        for key, entry in snapshot.objects.items():
            self._parts[entry.parent].append(key)
        self._rows: dict[str, Rows] = {}
        tables = () if defined is None else snapshot.tables
        answers = read_single_rows(conn, [_rows_query(table) for table in tables])
        for table, (number, first) in zip(tables, answers, strict=True):
            self._rows[table.name] = Rows(number, first or [])

    def model(self) -> Model:
        found = [self._table(key) for key in self._objects if key.object in _RELATIONS]
        names = {table.name for table in found}
        links = [one for one in self._links if one.table in names and one.other in names]
        return Model(sorted(found, key=lambda one: (one.schema, one.name)), links)

    def _table(self, key: ObjectKey) -> Entity:
        entry = self._objects[key]
        properties, parts = dict(entry.properties), []
        for part in self._parts[key]:
            name = part.name.removeprefix(f"{key.name}.")
            if part.object not in ("column", "sequence"):
                parts.append(self._detail(part, name))
            elif granted := self._objects[part].properties.get("privileges"):
                properties[f"privileges on {name}"] = granted
        schema = entry.parent.name if entry.parent else ""
        columns, rows = self._columns[key.name], self._rows.get(key.name)
        return Entity(
            key.name, schema, key.object, columns, parts, properties, self._place(key), rows
        )

    def _detail(self, key: ObjectKey, name: str) -> Detail:
        function = ObjectKey("function", self._functions.get(key.name, ""))
        is_called = key.object == "trigger" and function in self._objects
        called = self._detail(function, function.name) if is_called else None
        properties = self._objects[key].properties
        return Detail(key.object, name, properties, self._place(key), called)

    def _place(self, key: ObjectKey) -> str | None:
        one = self._index.find_object(*key)
        return f"{one.script}:{one.line}" if one else None


def _rows_query(table: TableShape) -> str:
    """Return the query for the row count and first rows as text; times of the run are `now()`."""
    cells = (f"left(({cell(table, one)})::text, {_LONGEST_VALUE})" for one in table.columns)
    order = f"ORDER BY {', '.join(table.key)} " if table.key else ""
    return (
        f"SELECT (SELECT count(*) FROM ONLY {table.name}), (SELECT json_agg(r.cells) FROM ("  # noqa: S608, quoted by the server
        f"SELECT ARRAY[{', '.join(cells)}]::text[] FROM ONLY {table.name}"
        f" {order}LIMIT {_SHOWN_ROWS}) AS r (cells))"
    )
