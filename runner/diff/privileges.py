"""The GRANT and REVOKE statements for privileges that differ. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.diff.item import Commands, Item

_GRANT_OPTION = " WITH GRANT OPTION"
_WORDS = {
    "view": "TABLE",
    "materialized view": "TABLE",
    "foreign table": "TABLE",
    "aggregate": "FUNCTION",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
    "server": "FOREIGN SERVER",
}
# The privileges of PUBLIC on a new object (acldefault in src/backend/utils/adt/acl.c).
_PUBLIC = {
    **dict.fromkeys(("function", "procedure", "aggregate", "ON FUNCTIONS"), "EXECUTE"),
    **dict.fromkeys(("type", "domain", "language", "ON TYPES"), "USAGE"),
}


def privilege_commands(item: Item) -> Commands:
    """Return the statements that give each role the desired privileges on an object."""
    commands = list[str]()
    now = item.current.objects.get(item.key)
    wanted = _by_role(item.wanted.get("privileges"))
    actual = _by_role(now.properties.get("privileges") if now else None)
    for role in sorted(wanted.keys() | actual.keys()):
        if wanted.get(role) != actual.get(role):
            commands += _role_commands(item, role, wanted.get(role) or _initial(item, role))
    return tuple(commands)


def _by_role(lines: str | None) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in (lines or "").split("\n") if line)


def _initial(item: Item, role: str) -> str:
    """Return the privileges of a role on an object before any GRANT or REVOKE."""
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


def _role_commands(item: Item, role: str, wanted: str) -> list[str]:
    columns, head = "", ""
    kind, name = item.key
    if kind == "default privileges":
        for_role, _, objects = name.rpartition(" ON ")
        head, on = f"ALTER DEFAULT PRIVILEGES {for_role} ", objects
    elif kind == "column":
        columns, on = f" ({item.own})", f"TABLE {item.parent.name}"
    else:
        on = f"{_WORDS.get(kind, kind.upper())} {name}"
    commands = [f"{head}REVOKE ALL{columns} ON {on} FROM {role}"]
    each = [one for one in wanted.split(", ") if one != "none"]
    for option in ("", _GRANT_OPTION):
        named = [one.removesuffix(_GRANT_OPTION) for one in each
                 if one.endswith(_GRANT_OPTION) == bool(option)]  # fmt: skip
        if named:
            listed = ", ".join(f"{one}{columns}" for one in named)
            commands.append(f"{head}GRANT {listed} ON {on} TO {role}{option}")
    return commands
