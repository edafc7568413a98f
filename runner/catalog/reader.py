"""A database's catalog read in one round trip; changes nothing, not even a setting.

Not read, so not compared: passwords and when they end, the values of options and settings that may
be secrets, large objects, what the scripts add to or grant on an extension's objects, names and
comments of NOT NULL constraints (a property of the column, as before 18), whether an inherited
column is the child's own as well, privileges on server parameters, tablespaces themselves, versions
of collations, rows of foreign tables and materialized views, a schema of the scripts that is called
`runner`. What all databases of a server share is read by `read_shared`,
as far as the scripts change it: roles, memberships, settings, rights on databases.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from psycopg import errors, sql
from psycopg.rows import tuple_row

from runner.catalog.snapshot import (
    PARTS,
    CatalogObject,
    ObjectKey,
    SequenceFeed,
    Snapshot,
    TableShape,
)
from runner.connect.queries import decoded, encoded, statement

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from psycopg import Connection

    from runner.check.script_facts import Outline
    from runner.errors import StatementFailed

    Row = dict[str, Any]


# In this order: what has parts comes before its parts.
_QUERIES = (
    "reader", "schemas", "extensions", "types", "tables", "views", "sequences", "columns",
    "constraints", "indexes", "triggers", "event_triggers", "rules", "policies", "statistics",
    "functions", "aggregates", "operators", "operator_families", "operator_classes", "languages",
    "transforms", "casts", "access_methods", "collations", "conversions",
    "text_search_configurations", "text_search_dictionaries", "text_search_parsers",
    "text_search_templates", "foreign_data_wrappers", "foreign_servers", "user_mappings",
    "publications", "subscriptions", "security_labels", "privileges",
)  # fmt: skip
# Settings that make text out of values and expressions the same everywhere.
# Local to the savepoint that stands around the queries: rolling back to it puts back what was
# there. Expressions print unqualified only what search_path finds (ruleutils.c), dates, intervals,
# floats, bytea and money print by these settings.
_SETTINGS = (
    "SET LOCAL search_path = pg_catalog, pg_temp;",
    "SET LOCAL datestyle = 'ISO, YMD';",
    "SET LOCAL intervalstyle = postgres;",
    "SET LOCAL timezone = 'UTC';",
    "SET LOCAL extra_float_digits = 1;",
    "SET LOCAL bytea_output = hex;",
    "SET LOCAL lc_monetary = 'C';",
    "SET LOCAL quote_all_identifiers = off;",
    "SET LOCAL standard_conforming_strings = on;",
    # The joins are written in a good order: planning them is most of the work.
    "SET LOCAL join_collapse_limit = 1;",
    "SET LOCAL jit = off;",
)
# The roles that Amazon keeps for itself.
_AMAZON = re.compile(r"rds(_|admin|repladmin|topmgr|writeforward)")

_SAVEPOINT = "SAVEPOINT runner_snapshot;"
_BACK = "ROLLBACK TO SAVEPOINT runner_snapshot;"
_END = "RELEASE SAVEPOINT runner_snapshot;"
_RELATIONS = ("table", "view", "materialized view", "foreign table", "type", "domain")
# It is not there. Or nobody may, or it is the role of this very session; then a script will say
# that it exists.
_NOT_RENAMED = (
    errors.UndefinedObject,
    errors.InsufficientPrivilege,
    errors.FeatureNotSupported,
)
_DUPLICATE_OBJECT = "42710"
# Translations quote in other ways.
_QUOTED = re.compile('["«»“„‟”](.+)["«»“”]')
_KINDS = frozenset({"comment", "database privilege", "role", "role membership", "setting"})


def read_snapshot(conn: Connection[Any], *more: str) -> Snapshot:
    """Everything that scripts can create, as seen inside the open transaction of `conn`.

    One round trip, for `more` queries of such rows too. Left out: the system's objects, those of
    extensions and of Amazon's roles, temporary ones, and the runner's registry.
    """
    (((answer,),),) = fetch_groups(conn, snapshot_query(*more))
    return snapshot_of(answer)


def snapshot_of(answer: str) -> Snapshot:
    """The snapshot in the answer to `snapshot_query`."""
    builder = _SnapshotBuilder()
    for rows in json.loads(answer):
        for row in rows or ():
            builder.add(row)
    return builder.snapshot()


def fetch_groups(conn: Connection[Any], *groups: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of each of several read-only statements, all sent in one message.

    The settings that shape text hold for these statements alone: a savepoint stands around them
    and is rolled back, within the same message. That also gives back the locks after each group,
    or thousands of tables would fill the server's lock table. Needs an open transaction.
    """
    message = " ".join(
        [_SAVEPOINT, *(f"{' '.join(settings())} {group}; {_BACK}" for group in groups), _END]
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
    return (_SAVEPOINT, *settings(), f"{snapshot_query(*more)};", _BACK, _END)


def settings() -> tuple[str, ...]:
    """The commands that go before the queries, within their savepoint. None gives a row."""
    return (*_SETTINGS, statement("catalog/left_out"))


@cache
def snapshot_query(*more: str) -> str:
    """One statement for all queries and `more`; its one value is an array of the rows of each."""
    queries = [statement(f"catalog/{name}") for name in _QUERIES]
    values = ", ".join(map(rows_as_json, [*queries, *more]))
    return f"SELECT pg_catalog.json_build_array({values})::pg_catalog.text"


def rows_as_json(query: str) -> str:
    """The rows of a query as a value: an array of objects, null when there are none."""
    query = query.rstrip().removesuffix(";")
    return f"(SELECT pg_catalog.json_agg(found) FROM (\n{query}\n) AS found)"  # noqa: S608, our own


@dataclass(slots=True)
class _SnapshotBuilder:
    """Rows put together into a snapshot; a `?` column is for the reading, no property."""

    objects: dict[ObjectKey, CatalogObject] = field(default_factory=dict)
    parents: dict[str, ObjectKey] = field(default_factory=dict)
    columns: dict[ObjectKey, dict[str, dict[str, Any]]] = field(default_factory=dict)
    keys: dict[ObjectKey, Sequence[str]] = field(default_factory=dict)
    feeds: list[SequenceFeed] = field(default_factory=list)
    role: str = ""

    def add(self, row: dict[str, Any]) -> None:
        """Take in one row: an object, or more properties of one that is known."""
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
        return Snapshot(self.objects, self.role, tuple(shapes), tuple(self.feeds))


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


def shared_queries(outline: Outline, database: str) -> tuple[str, ...]:
    """What a snapshot asks beside the rest, where the scripts change what databases share.

    `database` is the name that the scripts know.
    """
    query = sql.SQL(statement("catalog/shared")).format(database=sql.Literal(database)).as_string()
    return (query,) if outline.cluster_wide else ()


def read_shared(conn: Connection[Any], outline: Outline, database: str) -> list[Row]:
    """What there is, for `changed`; nothing where the scripts do not change it. One round trip."""
    found: list[Row] = []
    for query in shared_queries(outline, database):
        (((answer,),),) = fetch_groups(conn, f"SELECT {rows_as_json(query)}::text")
        found += json.loads(answer)
    return found


def changed(
    before: Collection[Row], after: Collection[Row], text: str
) -> dict[ObjectKey, CatalogObject]:
    """What scripts of this text have made. Others may change roles, too, at the same time."""
    known = {repr(row) for row in before}
    found = {}
    for row in after:
        roles = filter(None, row["?roles"] or ())
        if repr(row) not in known and all(role.lower() in text for role in roles):
            properties = {"definition": row["definition"]} if row["definition"] else {}
            found[ObjectKey(row["object"], row["name"])] = CatalogObject(None, properties)
    return found


def set_roles_aside(conn: Connection[Any], roles: Collection[str], prefix: str) -> None:
    """What the scripts create must not be there: a role belongs to all databases.

    Renamed in this transaction, which is rolled back; nobody else sees it.
    """
    for number, role in enumerate(sorted(roles)):
        names = map(sql.Identifier, (role, f"{prefix}_{number}"))
        command = sql.SQL("ALTER ROLE {} RENAME TO {}").format(*names)
        with suppress(*_NOT_RENAMED), conn.transaction():
            conn.execute(encoded(conn, command.as_string()))


def role_in_the_way(error: StatementFailed) -> str | None:
    """The role that a script has found there already, in a statement that hides its name."""
    found = _QUOTED.search(error.message) if error.sqlstate == _DUPLICATE_OBJECT else None
    return found[1] if found else None


def only_as(reference: Snapshot, target: Snapshot) -> Snapshot:
    """The target without what it shares with other databases and the scripts do not make."""
    objects = {
        key: entry
        for key, entry in target.objects.items()
        if key.object not in _KINDS or key in reference.objects
    }
    return target._replace(objects=objects)
