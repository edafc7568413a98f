"""Build the statements that remove one difference. Pure.

Owner, privileges and comment of a created object are further differences, with own statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from runner.catalog.snapshot import ObjectKey, Snapshot
from runner.diff.item import (
    Alternatives,
    CannotWrite,
    Commands,
    Item,
    alternatives,
    own_name,
    parse_entries,
    templates,
)

# Kinds that are not dropped and created again: they hold rows or values, or are types of columns.
_KEPT = ("attribute", "column", "domain", "extension", "schema", "sequence", "table", "type")
_FOREIGN = ("foreign-data wrapper", "foreign table", "server", "user mapping")
_LABEL = re.compile(r"E?'(?:[^']|'')*'")
_GRANT_OPTION = " WITH GRANT OPTION"
_GRANTED_ON = {
    **dict.fromkeys(("view", "materialized view", "foreign table"), "TABLE"),
    "aggregate": "FUNCTION",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
    "server": "FOREIGN SERVER",
}
# The privileges of PUBLIC on a new object (acldefault in src/backend/utils/adt/acl.c).
_PUBLIC = {
    **dict.fromkeys(("function", "procedure", "aggregate", "ON FUNCTIONS"), "EXECUTE"),
    **dict.fromkeys(("type", "domain", "language", "ON TYPES"), "USAGE"),
}


def statements(item: Item) -> Alternatives:
    """Return the alternatives that may remove a difference. Raises CannotWrite."""
    kind, difference = item.key.object, item.difference
    if kind == "default privileges" or difference.property == "privileges":
        return (_privilege_commands(item),)
    if difference.kind == "extra":
        return _drop_commands(item)
    if difference.kind == "missing":
        return _create_commands(item)
    found = _change_commands(item, str(difference.property))
    if f"create {kind}" in templates() and kind not in _KEPT:
        return *found, *_drop_commands(item)
    if kind in ("type", "domain") and not found:
        own = item.names()["own index"]  # renamed, so that a new type can take its name
        old = f'{own[:-1]}_old"' if own.endswith('"') else f"{own}_old"
        return *_drop_commands(item), (f"ALTER {kind.upper()} {item.key.name} RENAME TO {old}",)
    if not found and difference.property == "generated":
        raise CannotWrite("the column holds values of its own, and the scripts generate them")
    return found


def _drop_commands(item: Item) -> Alternatives:
    names = item.names()
    return alternatives(f"drop {item.key.object}", names) or alternatives("drop any", names)


def _change_commands(item: Item, name: str) -> Alternatives:
    kind = item.key.object
    value = _template_values(item) | _values_for_property(item, name)
    found = () if item.difference.expected else alternatives(f"unset {kind} {name}", value)
    found = found or alternatives(f"alter {kind} {name}", value)
    found = found or alternatives(f"alter any {name}", value)
    commands = () if found else _FUNCTIONS.get(name, _entry_commands)(item)
    return (commands,) if commands else found


def _values_for_property(item: Item, name: str) -> dict[str, str]:
    new, old = item.names()["new"], item.names()["old"]
    generated = item.wanted.get("generated", "")
    now = item.current.objects[item.key].properties.get("generated", "")
    match name:
        case "not null":
            return {"special not null": new.removeprefix("NOT NULL")}
        case "identity":
            return {"always": new.removesuffix(" AS IDENTITY") if old else ""}
        case "generated" | "type" if now and (generated or now.endswith("VIRTUAL")):
            ((add,),), ((drop,),) = _create_commands(item), _drop_commands(item)
            expression = generated.removeprefix("GENERATED ALWAYS AS ").rpartition(" ")[0]
            return {"expression": expression, "drop": drop, "add": add}
        case "definition" if old == f"{new} NOT VALID":
            return {"validated": item.own}
    return {}


def _inheritance_commands(item: Item) -> Commands:
    now, name = item.current.objects[item.key].properties, item.key.name
    was, wanted = now.get("inherits", ""), item.wanted.get("inherits", "")
    if "partition bound" in now or "partition bound" in item.wanted:
        detach = (f"ALTER TABLE {was} DETACH PARTITION {name}",) if was else ()
        bound = item.wanted.get("partition bound", "")
        attach = (f"ALTER TABLE {wanted} ATTACH PARTITION {name} {bound}",) if wanted else ()
        return (*detach, *attach)
    removed = [f"NO INHERIT {one}" for one in was.split(", ") if one]
    new = [f"INHERIT {one}" for one in wanted.split(", ") if one]
    return tuple(f"ALTER TABLE {name} {one}" for one in (*removed, *new))


def _label_commands(item: Item) -> Commands:
    """Return the commands that add labels to an enum; none if it has labels to remove or move."""
    wanted, actual = (_LABEL.findall(item.names()[one]) for one in ("new", "old"))
    if [one for one in wanted if one in actual] != actual:
        return ()
    added = []
    for position, label in enumerate(wanted):
        if label not in actual:
            where = f" AFTER {wanted[position - 1]}" if position else f" BEFORE {actual[0]}"
            added.append(f"ALTER TYPE {item.key.name} ADD VALUE {label}{where if actual else ''}")
    return tuple(added)


def _entry_commands(item: Item) -> Commands:
    name = str(item.difference.property)
    kind = "foreign" if item.key.object in _FOREIGN else item.key.object
    separator = "=" if name.endswith("options") else " WITH | SET STATISTICS "
    names, commands = item.names(), list[str]()
    wanted, actual = (parse_entries(names[one], separator) for one in ("new", "old"))
    for one in (one for one in wanted | actual if wanted.get(one) != actual.get(one)):
        verb, add = "set" if one in wanted else "unset", "ADD" * (one not in actual)
        values = {**names, "entry": one, "value": wanted.get(one, ""), "add": add}
        for of in (kind, "any"):
            if found := alternatives(f"{verb} each {of} {name}", values):
                commands += found[0]
                break
    return tuple(commands)


def _create_commands(item: Item) -> Alternatives:
    kind, wanted = item.key.object, item.wanted
    column = item.desired.objects.get(ObjectKey("column", wanted.get("owned by", "")))
    if kind == "sequence" and column and "identity" in column.properties:
        return ()  # the column creates its sequence
    name = " ".join(filter(None, ("create", wanted.get("form"), kind)))
    return alternatives(name, _template_values(item))


def _template_values(item: Item) -> dict[str, str]:
    wanted, kind, definition = item.wanted, item.key.object, item.wanted.get("definition", "")
    found = {**wanted, **item.names()}
    if kind in ("column", "attribute"):
        found |= _column_clauses(item.desired, item.key, wanted)
    elif kind in ("table", "foreign table", "type"):
        columns: list[str] = []
        for key, entry in item.desired.objects.items():
            if key.object in ("column", "attribute") and entry.parent == item.key:
                column = {"own": own_name(key, item.key), **entry.properties}
                clauses = _column_clauses(item.desired, key, column)
                columns += alternatives("<COLUMN>", column | clauses)[0]
        found["columns"] = (",\n    " if kind == "table" else ", ").join(columns)
    elif kind in ("view", "materialized view"):
        found["query"] = definition.rstrip().removesuffix(";")
    elif kind == "index" and "index state" not in wanted:
        # The server writes ONLY, which would leave the index of a partitioned table invalid.
        found["on all partitions"] = definition.replace(" ON ONLY ", " ON ", 1)
    elif definition.startswith(("CHECK", "FOREIGN KEY")) and "NOT VALID" not in definition:
        found["checked"] = definition
    return found


def _column_clauses(desired: Snapshot, key: ObjectKey, column: Mapping[str, str]) -> dict[str, str]:
    plain = "NOT NULL" * (column.get("not null") == "NOT NULL")  # it needs no ALTER
    found = {"plain not null": plain, "identity": column.get("identity", "")}
    for sequence, entry in desired.objects.items():
        if sequence.object == "sequence" and entry.properties.get("owned by") == key.name:
            ((options,),) = alternatives("<SEQUENCE OPTIONS>", {**entry.properties, "type": ""})
            found |= {"sequence": sequence.name, "sequence options": options}
            if found["identity"]:
                found["identity"] += f" (SEQUENCE NAME {sequence.name} {options})"
    return found


def _privilege_commands(item: Item) -> Commands:
    commands = list[str]()
    now = item.current.objects.get(item.key)
    wanted = _privileges_by_role(item.wanted.get("privileges"))
    actual = _privileges_by_role(now.properties.get("privileges") if now else None)
    for role in sorted(wanted.keys() | actual.keys()):
        if wanted.get(role) != actual.get(role):
            commands += _grant_commands(item, role, wanted.get(role) or _initial(item, role))
    return tuple(commands)


def _privileges_by_role(lines: str | None) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in (lines or "").split("\n") if line)


def _initial(item: Item, role: str) -> str:
    kind, name = item.key
    if kind == "default privileges":
        if " IN SCHEMA " in name:
            return "none"
        kind = f"ON {name.rpartition(' ON ')[2]}"
        owner = name.removeprefix("FOR ROLE ").partition(" ON ")[0]
    else:
        owner = item.current.objects[item.key].properties.get("owner", "")
    if role == owner:
        return "ALL"
    if item.key == ("schema", "public") and role == "PUBLIC":
        return "USAGE"  # since 15
    return _PUBLIC.get(kind, "none") if role == "PUBLIC" else "none"


def _grant_commands(item: Item, role: str, wanted: str) -> list[str]:
    columns, head = "", ""
    kind, name = item.key
    if kind == "default privileges":
        for_role, _, objects = name.rpartition(" ON ")
        head, on = f"ALTER DEFAULT PRIVILEGES {for_role} ", objects
    elif kind == "column":
        columns, on = f" ({item.own})", f"TABLE {item.parent.name}"
    else:
        on = f"{_GRANTED_ON.get(kind, kind.upper())} {name}"
    commands = [f"{head}REVOKE ALL{columns} ON {on} FROM {role}"]
    each = [one for one in wanted.split(", ") if one != "none"]
    for option in ("", _GRANT_OPTION):
        named = [one.removesuffix(_GRANT_OPTION) for one in each
                 if one.endswith(_GRANT_OPTION) == bool(option)]  # fmt: skip
        if named:
            listed = ", ".join(f"{one}{columns}" for one in named)
            commands.append(f"{head}GRANT {listed} ON {on} TO {role}{option}")
    return commands


_FUNCTIONS: Mapping[str, Callable[[Item], Commands]] = {
    "inherits": _inheritance_commands,
    "labels": _label_commands,
    "partition bound": _inheritance_commands,
}
