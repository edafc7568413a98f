"""The statements that make one difference go away. Pure.

Owners, privileges and comments are no part of those that create: they differ then, and are set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.catalog.snapshot import ObjectKey
from runner.diff.item import (
    Alternatives,
    CannotWrite,
    Commands,
    Item,
    alternatives,
    options,
    own_name,
    setting,
    templates,
)
from runner.diff.privileges import privileges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from runner.catalog.snapshot import Snapshot

# They hold rows or values, or others are of their type: not dropped to be created anew.
_KEPT = ("attribute", "column", "domain", "extension", "schema", "sequence", "table", "type")
_FOREIGN = ("foreign-data wrapper", "foreign table", "server", "user mapping")
_LABEL = re.compile(r"E?'(?:[^']|'')*'")


def statements(item: Item) -> Alternatives:
    """Return how to make a difference go away. Raises CannotWrite."""
    kind, difference = item.key.object, item.difference
    if kind == "default privileges" or difference.property == "privileges":
        return (privileges(item),)
    if difference.kind == "extra":
        whole = (f"DROP SCHEMA {item.key.name} CASCADE",)
        return (dropped(item), whole) if kind == "schema" else (dropped(item),)
    if difference.kind == "missing":
        return _created(item)
    found = _changed(item, str(difference.property))
    if f"create {kind}" in templates() and kind not in _KEPT:
        return (*found, dropped(item))
    if kind in ("type", "domain") and not found:
        return dropped(item), (_renamed(item),)
    if not found and difference.property == "generated":
        raise CannotWrite("the column holds values of its own, and the scripts generate them")
    if not found:
        raise CannotWrite(f"no statement is written that changes {difference.property}")
    return found


def dropped(item: Item) -> Commands:
    """Return the statement that drops an object."""
    names = item.names()
    found = alternatives(f"drop {item.key.object}", names)
    return found[0] if found else (f"DROP {names['object']}",)


def _changed(item: Item, name: str) -> Alternatives:
    kind = item.key.object
    value = _values(item) | _clauses(item, name)
    found = () if item.difference.expected else alternatives(f"unset {kind} {name}", value)
    found = found or alternatives(f"alter {kind} {name}", value)
    if name in _FUNCTIONS and not found:
        commands = _FUNCTIONS[name](item)
        return (commands,) if commands else ()
    return found or alternatives(f"alter any {name}", value)


def _clauses(item: Item, name: str) -> dict[str, str]:
    """Return what only the statements for some properties are written with."""
    new, old = _arguments_of(item)
    generated, now = item.wanted.get("generated"), item.current.objects[item.key].properties
    match name:
        case "not null":
            return {"special not null": new.removeprefix("NOT NULL")}
        case "identity":
            return {"always": new.removesuffix(" AS IDENTITY") if old else ""}
        case "generated" | "type" if generated and "generated" in now:
            ((add,),) = _created(item)
            expression = generated.removeprefix("GENERATED ALWAYS AS ").rpartition(" ")[0]
            return {"expression": expression, "drop": dropped(item)[0], "add": add}
        case "definition" if f"create {item.key.object}" in templates():
            (command, *_), *_ = _created(item)
            replaced = re.sub("^CREATE (OR REPLACE )?", "CREATE OR REPLACE ", command)
            validated = item.own if old == f"{new} NOT VALID" else ""
            return {"replaced": replaced, "validated": validated}
    return {}


def _renamed(item: Item) -> str:
    """Return the statement that makes room for another type of the same name."""
    own = item.names()["own index"]
    old = f'{own[:-1]}_old"' if own.endswith('"') else f"{own}_old"
    return f"ALTER {item.key.object.upper()} {item.key.name} RENAME TO {old}"


def _arguments_of(item: Item) -> tuple[str, str]:
    return item.difference.expected or "", item.difference.actual or ""


def _options(item: Item) -> Commands:
    kind, names = item.key.object, item.names()
    head = f"ALTER {names['kind']} {item.key.name}"
    if kind == "column":
        ((head,),) = alternatives("<ALTER COLUMN>", names)
    elif kind == "constraint":
        head = f"ALTER INDEX {names['index']}"
    elif kind in _FOREIGN:
        return _foreign_options(item)
    wanted, actual = map(options, _arguments_of(item))
    changed = [setting(n, v, " = ") for n, v in wanted.items() if actual.get(n) != v]
    gone = [name for name in actual if name not in wanted]
    commands = [f"{head} SET ({', '.join(changed)})"] if changed else []
    commands += [f"{head} RESET ({', '.join(gone)})"] if gone else []
    return tuple(commands)


def _foreign_options(item: Item) -> Commands:
    wanted, actual = map(options, _arguments_of(item))
    words = [f"{'SET' if name in actual else 'ADD'} {setting(name, value)}"
             for name, value in wanted.items() if actual.get(name) != value]  # fmt: skip
    words += [f"DROP {name}" for name in actual if name not in wanted]
    names = item.names()
    ((head,),) = alternatives("<ALTER COLUMN>", names) or ((f"ALTER {names['object']}",),)
    return (f"{head} OPTIONS ({', '.join(words)})",)


def _inherits(item: Item) -> Commands:
    """Parents, or the bound of a partition: both differ when it is detached."""
    now, name = item.current.objects[item.key].properties, item.key.name
    was, wanted = now.get("inherits", ""), item.wanted.get("inherits", "")
    if "partition bound" in now or "partition bound" in item.wanted:
        detach = (f"ALTER TABLE {was} DETACH PARTITION {name}",) if was else ()
        bound = item.wanted.get("partition bound", "")
        attach = (f"ALTER TABLE {wanted} ATTACH PARTITION {name} {bound}",) if wanted else ()
        return (*detach, *attach)
    gone = [f"NO INHERIT {one}" for one in was.split(", ") if one]
    new = [f"INHERIT {one}" for one in wanted.split(", ") if one]
    return tuple(f"ALTER TABLE {name} {one}" for one in (*gone, *new))


def _labels(item: Item) -> Commands:
    """New labels are added at their places; another list needs another type."""
    wanted, actual = map(_LABEL.findall, _arguments_of(item))
    if [one for one in wanted if one in actual] != actual:
        return ()
    added = []
    for position, label in enumerate(wanted):
        if label not in actual:
            where = f" AFTER {wanted[position - 1]}" if position else f" BEFORE {actual[0]}"
            added.append(f"ALTER TYPE {item.key.name} ADD VALUE {label}{where if actual else ''}")
    return tuple(added)


def _mapping(item: Item) -> Commands:
    """The dictionaries of each type of token: added, altered, dropped."""
    wanted, actual = (
        dict(one.split(" WITH ") for one in text.split(", ") if one) for text in _arguments_of(item)
    )
    commands = [f"DROP MAPPING FOR {token}" for token in actual if token not in wanted]
    for token, dictionaries in wanted.items():
        if actual.get(token) != dictionaries:
            verb = "ALTER" if token in actual else "ADD"
            commands.append(f"{verb} MAPPING FOR {token} WITH {', '.join(dictionaries.split())}")
    return tuple(f"ALTER {item.names()['object']} {one}" for one in commands)


def _index_statistics(item: Item) -> Commands:
    wanted, actual = (
        dict(one.split(" ", 1) for one in text.split(", ") if one) for text in _arguments_of(item)
    )
    targets, index = dict.fromkeys(actual, "SET STATISTICS -1") | wanted, item.names()["index"]
    return tuple(f"ALTER INDEX {index} ALTER COLUMN {n} {t}" for n, t in targets.items())


def _created(item: Item) -> Alternatives:
    """Return how to create an object that is missing. Raises CannotWrite."""
    kind, wanted = item.key.object, item.wanted
    column = item.desired.objects.get(ObjectKey("column", wanted.get("owned by", "")))
    if kind == "sequence" and column and "identity" in column.properties:
        return ()  # it is created with its column
    found = alternatives(
        f"create {wanted.get('form', '')} {kind}".replace("  ", " "), _values(item)
    )
    if not found:
        raise CannotWrite(f"no statement is written for a missing {kind}")
    return found


def _values(item: Item) -> dict[str, str]:
    """Return the names and properties of an object, and clauses that are made of them."""
    wanted, kind, definition = item.wanted, item.key.object, item.wanted.get("definition", "")
    found = {**wanted, **item.names()}
    if kind in ("column", "attribute"):
        found |= _column(item.desired, item.key, wanted)
    elif kind in ("table", "foreign table", "type"):
        separator = ",\n    " if kind == "table" else ", "
        found["columns"] = separator.join(_columns(item.desired, item.key))
    elif kind in ("view", "materialized view"):
        found["query"] = definition.rstrip().removesuffix(";")
    elif kind == "index":
        # ONLY, as the server writes it, leaves the index of a partitioned table invalid.
        found["on all partitions"] = definition.replace(" ON ONLY ", " ON ", 1)
    elif definition.startswith(("CHECK", "FOREIGN KEY")) and "NOT VALID" not in definition:
        found["checked"] = definition
    return found


def _columns(desired: Snapshot, table: ObjectKey) -> Iterator[str]:
    for key, entry in desired.objects.items():
        if key.object in ("column", "attribute") and entry.parent == table:
            column = {"own": own_name(key, table), **entry.properties}
            (definition,) = alternatives("<COLUMN>", column | _column(desired, key, column))
            yield from definition


def _column(desired: Snapshot, key: ObjectKey, column: Mapping[str, str]) -> dict[str, str]:
    """Return the clauses of a column, whose NOT NULL ALTER may have to set, and its sequence."""
    plain = "NOT NULL" * (column.get("not null") == "NOT NULL")
    found = {"plain not null": plain, "identity": column.get("identity", "")}
    for sequence, entry in desired.objects.items():
        if sequence.object == "sequence" and entry.properties.get("owned by") == key.name:
            ((options,),) = alternatives("<SEQUENCE OPTIONS>", {**entry.properties, "type": ""})
            found |= {"sequence": sequence.name, "sequence options": options}
            if found["identity"]:
                found["identity"] += f" (SEQUENCE NAME {sequence.name} {options})"
    return found


_FUNCTIONS: Mapping[str, Callable[[Item], Commands]] = {
    "foreign options": _foreign_options,
    "inherits": _inherits,
    "labels": _labels,
    "mapping": _mapping,
    "options": _options,
    "partition bound": _inherits,
    "statistics": _index_statistics,
    "storage options": _options,
}
