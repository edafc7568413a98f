"""The statements that change one property of an object, or drop it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.diff.creating import (
    created,
    identity_definition,
    publishing,
    sequence_options,
)
from runner.diff.item import Alternatives, CannotWrite, Item, literal, options
from runner.diff.privileges import privileges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# They hold no rows, and what they are is in their definition: dropped and made again they are as
# good as before.
REMADE = frozenset({
    "access method", "aggregate", "cast", "collation", "constraint", "conversion", "event trigger",
    "foreign-data wrapper", "function", "index", "language", "materialized view", "operator",
    "operator class", "operator family", "policy", "procedure", "publication", "rule", "server",
    "statistics", "text search configuration", "text search dictionary", "text search template",
    "transform", "trigger", "user mapping", "view", "foreign table",
})  # fmt: skip
_WITH_OPTIONS = ("storage options", "options")


def statements(item: Item) -> Alternatives:
    """Return how to make a difference go away. Raises CannotWrite."""
    kind, difference = item.key.object, item.difference
    if difference.kind == "extra":
        return ((dropped(item),),)
    if kind == "default privileges":
        return (privileges(item),)
    if difference.kind == "missing":
        return created(item)
    name = str(difference.property)
    if name in _ANY:
        return _ANY[name](item)
    change = _CHANGES.get((kind, name)) or _CHANGES.get((_relation(kind), name))
    found = change(item) if change else ()
    if kind in REMADE:
        return (*found, (dropped(item),))
    if kind in ("type", "domain") and not change:
        return (dropped(item),), (f"ALTER {kind.upper()} {item.name} RENAME TO {_old(item)}",)
    if not (found or change):
        raise CannotWrite(f"no statement is written for another {name} of a {kind}")
    return found


def dropped(item: Item) -> str:
    """Return the statement that drops an object."""
    kind, table = item.key.object, item.parent.name
    if kind == "column":
        return f"ALTER TABLE {table} DROP COLUMN {item.own}"
    if kind == "attribute":
        return f"ALTER TYPE {table} DROP ATTRIBUTE {item.own} CASCADE"
    if kind == "constraint":
        word = "DOMAIN" if item.parent.object == "domain" else "TABLE"
        return f"ALTER {word} {table} DROP CONSTRAINT {item.own}"
    return f"DROP {item.identity}"


def _relation(kind: str) -> str:
    """The kind whose statements it takes."""
    like_table = ("foreign table", "materialized view", "view")
    return "table" if kind in like_table else "constraint" if kind == "index" else kind


def _old(item: Item) -> str:
    """The name of a type that another one replaces."""
    name = item.name.removeprefix(f"{item.parent.name}.")
    return f'{name[:-1]}_old"' if name.endswith('"') else f"{name}_old"


def _alter(item: Item, words: str) -> Alternatives:
    kind = item.key.object
    word = {"foreign-data wrapper": "FOREIGN DATA WRAPPER"}.get(kind, kind.upper())
    return ((f"ALTER {word} {item.name} {words}",),)


def _owner(item: Item) -> Alternatives:
    return _alter(item, f"OWNER TO {item.difference.expected}")


def _comment(item: Item) -> Alternatives:
    text = item.difference.expected
    return ((f"COMMENT ON {item.identity} IS {literal(text) if text else 'NULL'}",),)


def _index_of(item: Item) -> str:
    """The index of a constraint, or the index."""
    if item.key.object == "index":
        return item.name
    schema = _schema_of(item.parent.name)
    return f"{schema}.{item.own}"


def _schema_of(name: str) -> str:
    found = re.match(r'"(?:[^"]|"")+"|[^."]+', name)
    return found[0] if found else name


def _index_comment(item: Item) -> Alternatives:
    text = item.difference.expected
    words = literal(text) if text else "NULL"
    return ((f"COMMENT ON INDEX {_index_of(item)} IS {words}",),)


def _privileges(item: Item) -> Alternatives:
    return (privileges(item),)


def _set_options(item: Item, head: str) -> Alternatives:
    wanted, actual = options(item.difference.expected), options(item.difference.actual)
    changed = [f"{n} = {literal(v)}" for n, v in wanted.items() if actual.get(n) != v]
    gone = [name for name in actual if name not in wanted]
    commands = [f"{head} SET ({', '.join(changed)})"] if changed else []
    commands += [f"{head} RESET ({', '.join(gone)})"] if gone else []
    return (tuple(commands),)


def _relation_options(item: Item) -> Alternatives:
    if item.key.object in ("server", "foreign-data wrapper", "foreign table", "user mapping"):
        return _foreign_options(item, f"ALTER {item.identity}")
    if item.key.object == "text search dictionary":
        return ((f"ALTER {item.identity} ({item.difference.expected})",),)
    if item.key.object in ("constraint", "index"):
        return _set_options(item, f"ALTER INDEX {_index_of(item)}")
    return _set_options(item, f"ALTER {item.key.object.upper()} {item.name}")


def _foreign_options(item: Item, head: str) -> Alternatives:
    wanted, actual = options(item.difference.expected), options(item.difference.actual)
    words = [f"{'SET' if name in actual else 'ADD'} {name} {literal(value)}"
             for name, value in wanted.items() if actual.get(name) != value]  # fmt: skip
    words += [f"DROP {name}" for name in actual if name not in wanted]
    return ((f"{head} OPTIONS ({', '.join(words)})",),)


# Tables


def _alter_table(item: Item, words: str) -> Alternatives:
    return ((f"ALTER TABLE {item.name} {words}",),)


def _persistence(item: Item) -> Alternatives:
    words = f"SET {item.difference.expected or 'LOGGED'}"
    return _alter(item, words) if item.key.object == "sequence" else _alter_table(item, words)


def _row_security(item: Item) -> Alternatives:
    wanted = (item.difference.expected or "").split(", ")
    enable = "ENABLE" if "ENABLE" in wanted else "DISABLE"
    force = "FORCE" if "FORCE" in wanted else "NO FORCE"
    return _alter_table(item, f"{enable} ROW LEVEL SECURITY, {force} ROW LEVEL SECURITY")


def _replica_identity(item: Item) -> Alternatives:
    words = item.difference.expected or "DEFAULT"
    head, _, index = words.rpartition(".")
    return _alter_table(item, f"REPLICA IDENTITY {f'USING INDEX {index}' if head else words}")


def _inherits(item: Item) -> Alternatives:
    """Parents, or the bound of a partition: both differ when it is detached."""
    now = item.current.objects[item.key].properties
    was, wanted = now.get("inherits", ""), item.wanted.get("inherits", "")
    if "partition bound" in now or "partition bound" in item.wanted:
        detach = (f"ALTER TABLE {was} DETACH PARTITION {item.name}",) if was else ()
        attach = f"ALTER TABLE {wanted} ATTACH PARTITION {item.name}"
        bound = item.wanted.get("partition bound", "")
        return ((*detach, f"{attach} {bound}") if wanted else detach,)
    gone = [f"NO INHERIT {one}" for one in was.split(", ") if one]
    new = [f"INHERIT {one}" for one in wanted.split(", ") if one]
    return (tuple(f"ALTER TABLE {item.name} {one}" for one in (*gone, *new)),)


def _of_type(item: Item) -> Alternatives:
    wanted = item.difference.expected
    return _alter_table(item, f"OF {wanted}" if wanted else "NOT OF")


def _table_access_method(item: Item) -> Alternatives:
    return _alter_table(item, f"SET ACCESS METHOD {item.difference.expected or 'heap'}")


def _populated(item: Item) -> Alternatives:
    no_data = " WITH NO DATA" if item.difference.expected else ""
    return ((f"REFRESH MATERIALIZED VIEW {item.name}{no_data}",),)


# Columns


def _alter_column(item: Item, *words: str) -> tuple[str, ...]:
    head = f"ALTER TABLE {item.parent.name}"
    return tuple(f"{head} ALTER COLUMN {item.own} {one}" for one in words)


def _column_type(item: Item) -> Alternatives:
    wanted, column = item.wanted, item.own
    if item.parent.object in ("view", "materialized view"):
        return ()  # it changes with the column or type that it is made from
    if item.key.object == "attribute":
        head = f"ALTER TYPE {item.parent.name} ALTER ATTRIBUTE {column} TYPE {wanted['type']}"
        collation = f" COLLATE {wanted['collation']}" if "collation" in wanted else ""
        return ((f"{head}{collation} CASCADE",),)
    collation = f" COLLATE {wanted['collation']}" if "collation" in wanted else ""
    plain = f"TYPE {wanted['type']}{collation}"
    by_cast = f"{plain} USING {column}::{wanted['type']}"
    by_text = f"{plain} USING {column}::pg_catalog.text::{wanted['type']}"
    ways = (plain, by_cast, by_text)
    without = "DROP DEFAULT"
    return (
        *(_alter_column(item, one) for one in ways),
        *(_alter_column(item, without, one) for one in ways),
    )


def _not_null(item: Item) -> Alternatives:
    wanted = item.difference.expected
    if item.key.object == "domain":
        return _alter(item, "SET NOT NULL" if wanted else "DROP NOT NULL")
    drop, plain = _alter_column(item, "DROP NOT NULL"), _alter_column(item, "SET NOT NULL")
    if not wanted:
        return (drop,)
    # Since 18 NOT NULL may be NOT VALID or NO INHERIT.
    as_constraint = f"ALTER TABLE {item.parent.name} ADD NOT NULL {item.own}"
    special = wanted.removeprefix("NOT NULL")
    if special:
        return (f"{as_constraint}{special}",), (*drop, f"{as_constraint}{special}")
    return plain, (*drop, *plain)


def _default(item: Item) -> Alternatives:
    wanted = item.difference.expected
    words = f"SET DEFAULT {wanted}" if wanted else "DROP DEFAULT"
    return _alter(item, words) if item.key.object == "domain" else (_alter_column(item, words),)


def _identity(item: Item) -> Alternatives:
    wanted, actual = item.difference.expected, item.difference.actual
    if not wanted:
        return (_alter_column(item, "DROP IDENTITY"),)
    if actual:
        return (_alter_column(item, f"SET {wanted.removesuffix(' AS IDENTITY')}"),)
    add = f"ADD {identity_definition(item, item.name, wanted)}"
    return _alter_column(item, add), _alter_column(item, "DROP DEFAULT", add)


def _generated(item: Item) -> Alternatives:
    wanted = item.difference.expected
    if not wanted:
        return (_alter_column(item, "DROP EXPRESSION"),)
    again = dropped(item), created(item)[0][0]
    if not item.difference.actual:
        raise CannotWrite("the column holds values of its own, and the scripts generate them")
    expression = wanted.removeprefix("GENERATED ALWAYS AS ").rpartition(" ")[0]
    return _alter_column(item, f"SET EXPRESSION AS {expression}"), again


def _storage(item: Item) -> Alternatives:
    wanted = item.difference.expected
    if wanted:
        return (_alter_column(item, f"SET STORAGE {wanted}"),)
    kinds = ("DEFAULT", "EXTENDED", "MAIN", "PLAIN")
    return tuple(_alter_column(item, f"SET STORAGE {one}") for one in kinds)


def _compression(item: Item) -> Alternatives:
    return (_alter_column(item, f"SET COMPRESSION {item.difference.expected or 'DEFAULT'}"),)


def _statistics(item: Item) -> Alternatives:
    wanted = item.difference.expected or "-1"
    if item.key.object == "statistics":
        return ((f"ALTER STATISTICS {item.name} SET STATISTICS {wanted}",),)
    if item.key.object == "column":
        return (_alter_column(item, f"SET STATISTICS {wanted}"),)
    words = {one.partition(" ")[0]: one for one in wanted.split(", ") if one != "-1"}
    for one in (item.difference.actual or "").split(", "):
        words.setdefault(one.partition(" ")[0], f"{one.partition(' ')[0]} SET STATISTICS -1")
    found = (f"ALTER INDEX {item.name} ALTER COLUMN {one}" for one in filter(None, words.values()))
    return (tuple(found),)


def _column_options(item: Item) -> Alternatives:
    return _set_options(item, _alter_column(item, "")[0].rstrip())


def _column_foreign_options(item: Item) -> Alternatives:
    return _foreign_options(item, _alter_column(item, "")[0].rstrip())


# Parts of tables


def _definition(item: Item) -> Alternatives:
    """Functions, views and rules are replaced; a constraint may only have to be validated."""
    wanted, kind = item.difference.expected or "", item.key.object
    if kind == "constraint":
        if f"{wanted} NOT VALID" == item.difference.actual:
            return ((f"ALTER TABLE {item.parent.name} VALIDATE CONSTRAINT {item.own}",),)
        return ()
    if kind in ("function", "procedure"):
        return created(item)
    if kind in ("view", "rule", "trigger") and not wanted.startswith("CREATE CONSTRAINT"):
        ((command, *_), *_) = created(item)
        return ((command.replace("CREATE ", "CREATE OR REPLACE ", 1),),)
    return ()


def _enabled(item: Item) -> Alternatives:
    words = item.difference.expected
    if item.key.object == "event trigger":
        return _alter(item, str(words))
    kind = item.key.object.upper()
    return ((f"ALTER TABLE {item.parent.name} {words} {kind} {item.own}",),)


def _clustered(item: Item) -> Alternatives:
    index = _index_of(item).removeprefix(f"{_schema_of(item.parent.name)}.")
    words = f"CLUSTER ON {index}" if item.difference.expected else "SET WITHOUT CLUSTER"
    return ((f"ALTER TABLE {item.parent.name} {words}",),)


def _index_state(item: Item) -> Alternatives:
    return ((f"REINDEX INDEX {_index_of(item)}",),)


def _index_partition(item: Item) -> Alternatives:
    parent = item.difference.expected
    if not parent:
        return ()
    return ((f"ALTER INDEX {parent} ATTACH PARTITION {_index_of(item)}",),)


# Other objects


def _wrapper(item: Item) -> Alternatives:
    wanted = re.sub(r"\([^()]*\)", "", item.difference.expected or "")
    words = [one if one in wanted else f"NO {one.strip()}" for one in ("HANDLER ", "VALIDATOR ")]
    given = [one for one in wanted.split(", ") if one]
    return _alter(item, " ".join([*given, *(one for one in words if one.startswith("NO "))]))


def _labels(item: Item) -> Alternatives:
    """New labels are added at their places; another list needs another type."""
    wanted, actual = _split(item.difference.expected), _split(item.difference.actual)
    rename = f"ALTER TYPE {item.name} RENAME TO {_old(item)}"
    if [one for one in wanted if one in actual] != actual:
        return (dropped(item),), (rename,)
    added = []
    for position, label in enumerate(wanted):
        if label not in actual:
            where = f"AFTER {wanted[position - 1]}" if position else f"BEFORE {actual[0]}"
            added.append(f"ALTER TYPE {item.name} ADD VALUE {label} {where if actual else ''}")
    return tuple(one.rstrip() for one in added), (rename,)


def _split(labels: str | None) -> list[str]:
    return re.findall(r"E?'(?:[^']|'')*'", labels or "")


def _sequence(item: Item) -> Alternatives:
    return _alter(item, sequence_options(item.wanted))


def _owned_by(item: Item) -> Alternatives:
    return _alter(item, f"OWNED BY {item.difference.expected or 'NONE'}")


def _server_version(item: Item) -> Alternatives:
    return ((f"ALTER SERVER {item.name} VERSION {literal(item.difference.expected or '')}",),)


def _publication(item: Item) -> Alternatives:
    wanted = item.wanted
    if item.difference.property == "tables" and "tables" in wanted and "schemas" not in wanted:
        return _alter(item, f"SET TABLE {wanted['tables']}")
    if item.difference.property in ("tables", "schemas"):
        return ()
    return _alter(item, f"SET ({publishing(wanted)})")


def _mapping(item: Item) -> Alternatives:
    """The dictionaries of each type of token: added, altered, dropped."""
    wanted, actual = (
        dict(one.split(" WITH ") for one in (text or "").split(", ") if one)
        for text in (item.difference.expected, item.difference.actual)
    )
    head, words = f"ALTER {item.identity}", list[str]()
    for token, dictionaries in wanted.items():
        if actual.get(token) != dictionaries:
            verb = "ALTER" if token in actual else "ADD"
            listed = ", ".join(dictionaries.split())
            words.append(f"{head} {verb} MAPPING FOR {token} WITH {listed}")
    words += [f"{head} DROP MAPPING FOR {token}" for token in actual if token not in wanted]
    return (tuple(words),)


def _extension_version(item: Item) -> Alternatives:
    return _alter(item, f"UPDATE TO {literal(item.difference.expected or '')}")


def _extension_schema(item: Item) -> Alternatives:
    return _alter(item, f"SET SCHEMA {item.difference.expected}")


_ANY: Mapping[str, Callable[[Item], Alternatives]] = {
    "owner": _owner,
    "comment": _comment,
    "index comment": _index_comment,
    "privileges": _privileges,
}
_CHANGES: Mapping[tuple[str, str], Callable[[Item], Alternatives]] = {
    **{(kind, name): _relation_options for name in _WITH_OPTIONS for kind in (
        "table", "constraint", "server", "foreign-data wrapper", "user mapping",
        "text search dictionary",
    )},
    **{("sequence", name): _sequence for name in (
        "type", "start", "increment", "minvalue", "maxvalue", "cache", "cycle",
    )},
    **{("publication", name): _publication for name in (
        "publish", "publish via partition root", "publish generated columns", "tables", "schemas",
    )},
    **{(kind, "definition"): _definition for kind in (
        "constraint", "function", "procedure", "rule", "trigger", "table",
    )},
    **{(kind, "enabled"): _enabled for kind in ("trigger", "rule", "event trigger")},
    **{(kind, name): _column_type for kind in ("column", "attribute")
       for name in ("type", "collation")},
    **{(kind, "not null"): _not_null for kind in ("column", "domain")},
    **{(kind, "default"): _default for kind in ("column", "domain")},
    **{(kind, "statistics"): _statistics for kind in ("column", "constraint", "statistics")},
    **{(kind, "persistence"): _persistence for kind in ("table", "sequence")},
    **{("table", name): _inherits for name in ("inherits", "partition bound")},
    ("table", "row security"): _row_security,
    ("table", "replica identity"): _replica_identity,
    ("table", "of type"): _of_type,
    ("table", "access method"): _table_access_method,
    ("table", "populated"): _populated,
    ("column", "identity"): _identity,
    ("column", "generated"): _generated,
    ("column", "storage"): _storage,
    ("column", "compression"): _compression,
    ("column", "options"): _column_options,
    ("column", "foreign options"): _column_foreign_options,
    ("constraint", "clustered"): _clustered,
    ("constraint", "index state"): _index_state,
    ("constraint", "index partition of"): _index_partition,
    ("type", "labels"): _labels,
    ("sequence", "owned by"): _owned_by,
    ("foreign-data wrapper", "definition"): _wrapper,
    ("server", "version"): _server_version,
    ("text search configuration", "mapping"): _mapping,
    ("extension", "version"): _extension_version,
    ("extension", "schema"): _extension_schema,
}  # fmt: skip
