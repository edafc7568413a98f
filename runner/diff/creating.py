"""The statements that create objects, from the definitions in a snapshot. Pure.

Owners, privileges and comments are not part of them: they differ then, and are set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.catalog.snapshot import ObjectKey
from runner.diff.item import Alternatives, CannotWrite, Item, own_name
from runner.diff.templates import alternatives, fill

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.catalog.snapshot import Snapshot

SEQUENCE_OPTIONS = (
    "[AS {type} ]START WITH {start} INCREMENT BY {increment} MINVALUE {minvalue}"
    " MAXVALUE {maxvalue} CACHE {cache} {cycle}"
)
_COLUMN = (
    "{own} {type}[ OPTIONS ({foreign options:foreign})][ COLLATE {collation}][ DEFAULT {default}]"
    "[ {generated}][ {plain not null}][ {identity}]"
)
_TABLE = "CREATE [{persistence} ]TABLE {name}"
_STORAGE = (
    "[ PARTITION BY {partition by}][ USING {access method}][ WITH ({storage options:with})]"
    "[ TABLESPACE {tablespace}]"
)
_FUNCTION = ("{definition}", "SET check_function_bodies = off; {definition}")
_TEXT_SEARCH = ("CREATE {object} ({definition})",)
_PUBLISHED = (
    "publish = {publish:literal|''}[, publish_via_partition_root = {publish via partition root}]"
    "[, publish_generated_columns = {publish generated columns}]"
)
# By kind, and by the form of a type; the first that the server accepts is run.
_CREATE: Mapping[str, tuple[str, ...]] = {
    "access method": ("CREATE ACCESS METHOD {name} TYPE {definition}",),
    "aggregate": ("CREATE AGGREGATE {bare}{definition}",),
    "attribute": (f"ALTER TYPE {{parent}} ADD ATTRIBUTE {_COLUMN} CASCADE",),
    "base type": ("CREATE TYPE {name} ({definition})",),
    "cast": ("CREATE CAST {name} {method}[ {context}]",),
    "collation": ("CREATE COLLATION {name} ({definition})",),
    "column": (f"ALTER TABLE {{parent}} ADD COLUMN {_COLUMN}",),
    "composite type": ("CREATE TYPE {name} AS ({columns|})",),
    "constraint": (
        # The second statement reads the table under a lock that lets others write.
        "ALTER {parent kind} {parent} ADD CONSTRAINT {own} {checked} NOT VALID;"
        " ALTER {parent kind} {parent} VALIDATE CONSTRAINT {own}",
        "ALTER {parent kind} {parent} ADD CONSTRAINT {own} {definition}",
    ),
    "conversion": ("CREATE [{default} ]CONVERSION {name} {definition}",),
    "domain": (
        "CREATE DOMAIN {name} AS {type}[ COLLATE {collation}][ DEFAULT {default}][ {not null}]",
    ),
    "enum type": ("CREATE TYPE {name} AS ENUM ({labels|})",),
    "event trigger": (
        "CREATE EVENT TRIGGER {name} ON {event}[ WHEN TAG IN ({tags})]"
        " EXECUTE FUNCTION {function}",
    ),
    "extension": (
        "CREATE EXTENSION {name} SCHEMA {schema} VERSION {version:literal}",
        "CREATE EXTENSION {name} SCHEMA {schema}",
    ),
    "foreign table": (
        "CREATE FOREIGN TABLE {name} ({columns|}) SERVER {server}[ OPTIONS ({options:foreign})]",
    ),
    "foreign-data wrapper": (
        "CREATE {object}[ HANDLER {handler}][ VALIDATOR {validator}]"
        "[ OPTIONS ({options:foreign})]",
    ),
    "function": _FUNCTION,
    "index": ("{on all partitions}", "{definition}"),
    "language": ("CREATE [{trusted} ]LANGUAGE {name}[ {definition}]",),
    "materialized view": (
        "CREATE MATERIALIZED VIEW {name}[ USING {access method}][ WITH ({options:with})]"
        "[ TABLESPACE {tablespace}] AS\n{query}[\n  {populated}]",
    ),
    "operator": ("CREATE OPERATOR {bare} ({definition})",),
    "operator class": ("CREATE OPERATOR CLASS {bare} {definition} AS {members}",),
    "operator family": (
        "CREATE {object}; ALTER {object} ADD {members}", "CREATE {object}"
    ),
    "policy": (
        "CREATE {object} AS {as} FOR {for} TO {to}[ USING ({using})]"
        "[ WITH CHECK ({with check})]",
    ),
    "procedure": _FUNCTION,
    "publication": (f"CREATE PUBLICATION {{name}}[ FOR {{for}}] WITH ({_PUBLISHED})",),
    "range type": ("CREATE TYPE {name} AS RANGE ({range})",),
    "rule": ("{definition}",),
    "schema": ("CREATE SCHEMA {name}",),
    "sequence": (f"CREATE [{{persistence}} ]SEQUENCE {{name}} {SEQUENCE_OPTIONS}",),
    "server": (
        "CREATE SERVER {name}[ TYPE {type:literal}][ VERSION {version:literal}]"
        " FOREIGN DATA WRAPPER {foreign-data wrapper}[ OPTIONS ({options:foreign})]",
    ),
    "shell type": ("CREATE TYPE {name}",),
    "statistics": ("{definition}",),
    "table": (
        f"{_TABLE} PARTITION OF {{inherits}} {{partition bound}}{_STORAGE}",
        f"{_TABLE} OF {{of type}}{_STORAGE}",
        f"{_TABLE} (\n    {{columns}}\n)[ INHERITS ({{inherits}})]{_STORAGE}",
        f"{_TABLE} ({{columns|}}){_STORAGE}",
    ),
    "text search configuration": ("CREATE {object} (PARSER = {parser})",),
    "text search dictionary": ("CREATE {object} (TEMPLATE = {template}[, {options}])",),
    "text search parser": _TEXT_SEARCH,
    "text search template": _TEXT_SEARCH,
    "transform": ("CREATE {object} ({definition})",),
    "trigger": ("{definition}",),
    "user mapping": ("CREATE {object}[ OPTIONS ({options:foreign})]",),
    "view": ("CREATE VIEW {name}[ WITH ({options:with})] AS\n{query}",),
}  # fmt: skip
# Those that can be created.
KINDS = frozenset({*_CREATE, "type"})


def created(item: Item) -> Alternatives:
    """Return how to create an object that is missing. Raises CannotWrite."""
    kind, wanted = item.key.object, item.wanted
    templates = _CREATE.get(f"{wanted['form']} type" if kind == "type" else kind)
    if templates is None:
        raise CannotWrite(f"no statement is written for a missing {kind}")
    if kind == "sequence" and feeds_identity(item.goal, item.key):
        return ()  # it is created with its column
    return alternatives(templates, values(item))


def values(item: Item) -> dict[str, str]:
    """Return the names and properties of an object, and clauses that are made of them."""
    wanted, kind, definition = item.wanted, item.key.object, item.wanted.get("definition", "")
    found = {**wanted, **item.names()}
    if kind in ("column", "attribute"):
        found |= _column(item.goal, item.key, wanted)
    elif kind in ("table", "foreign table", "type"):
        separator = ",\n    " if kind == "table" else ", "
        found["columns"] = separator.join(_columns(item.goal, item.key))
    elif kind in ("view", "materialized view"):
        found["query"] = definition.rstrip().removesuffix(";")
    elif kind == "index":
        # ONLY, as the server writes it, leaves the index of a partitioned table invalid.
        found["on all partitions"] = definition.replace(" ON ONLY ", " ON ", 1)
    elif definition.startswith(("CHECK", "FOREIGN KEY")) and "NOT VALID" not in definition:
        found["checked"] = definition
    return found


def _columns(goal: Snapshot, table: ObjectKey) -> Iterator[str]:
    for key, entry in goal.objects.items():
        if key.object in ("column", "attribute") and entry.parent == table:
            column = {"own": own_name(key, table), **entry.properties}
            yield from fill(_COLUMN, column | _column(goal, key, column)) or ()


def _column(goal: Snapshot, key: ObjectKey, column: Mapping[str, str]) -> dict[str, str]:
    """Return the clauses of a column: since 18 its NOT NULL may be one that ALTER has to set."""
    plain = "NOT NULL" * (column.get("not null") == "NOT NULL")
    return {"plain not null": plain, "identity": identity_clause(goal, key, column)}


def identity_clause(goal: Snapshot, key: ObjectKey, column: Mapping[str, str]) -> str:
    """Return GENERATED … AS IDENTITY with the name and the options of its sequence."""
    words = column.get("identity", "")
    for sequence, entry in goal.objects.items():
        if words and sequence.object == "sequence" and entry.properties.get("owned by") == key.name:
            options = fill(SEQUENCE_OPTIONS, {**entry.properties, "type": ""}) or ("",)
            return f"{words} (SEQUENCE NAME {sequence.name} {options[0]})"
    return words


def feeds_identity(goal: Snapshot, sequence: ObjectKey) -> bool:
    """Return whether a sequence is created and dropped with an identity column."""
    owner = goal.objects[sequence].properties.get("owned by", "")
    column = goal.objects.get(ObjectKey("column", owner))
    return column is not None and "identity" in column.properties
