"""The differences from the catalog that the target should have, and templates of statements. Pure.

`statements.txt` has the templates, and explains their syntax. They are filled with the names and
properties of the object that differs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import NamedTuple

from psycopg import sql

from runner.catalog.snapshot import PARTS, CatalogObject, ObjectKey, Snapshot, compare
from runner.comparison import Difference
from runner.texts import read_text

# Commands that remove one difference: the first alternative that the server accepts is used.
Commands = tuple[str, ...]
Alternatives = tuple[Commands, ...]

_WORDS = {"aggregate": "ROUTINE", "attribute": "COLUMN"}
_ON_TABLE = ("constraint", "trigger", "rule", "policy")
_NOTHING = CatalogObject(None, {})
_SCHEMA = re.compile(r'("(?:[^"]|"")+"|[^."]+)\.')
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{([^{}|:]+)(?::(\w+))?(?:\|([^{}]*))?\}")
# Objects that hold rows or values: `--drop` drops them only if it names them.
_HOLD_ROWS = frozenset({"attribute", "column", "foreign table", "materialized view", "table"})
_QUERIES = ("view", "materialized view")
_RELATIONS = ("table", "view", "materialized view", "foreign table", "sequence")
# Object, name and property of a difference; property None: the whole object.
DiffKey = tuple[str, str, str | None]


class CannotWrite(Exception):
    """No statement can be written for a difference; the message says why."""


class Item(NamedTuple):
    """A difference between the `desired` catalog and the `current` catalog."""

    difference: Difference
    desired: Snapshot
    current: Snapshot

    @property
    def key(self) -> ObjectKey:
        return ObjectKey(self.difference.object, self.difference.name)

    @property
    def wanted(self) -> Mapping[str, str]:
        """The properties that the object should have; none if it should not exist."""
        return self.desired.objects.get(self.key, _NOTHING).properties

    @property
    def parent(self) -> ObjectKey:
        """The table, type or schema that the object belongs to."""
        found = (self.desired.objects.get(self.key) or self.current.objects[self.key]).parent
        return found or ObjectKey("schema", "")

    @property
    def own(self) -> str:
        return own_name(self.key, self.parent)

    def names(self) -> dict[str, str]:
        """Return the names for the fields of templates; `object` has the form of COMMENT ON."""
        kind, name, parent, own = *self.key, self.parent.name, self.own
        word = _WORDS.get(kind, kind.upper().replace("-", " "))  # FOREIGN DATA WRAPPER
        on = f"{'DOMAIN ' * (self.parent.object == 'domain')}{parent}"
        schema = _SCHEMA.match(parent if kind == "constraint" else name)
        return {
            "kind": word, "name": name, "parent": parent, "own": own,
            "parent kind": "DOMAIN" if self.parent.object == "domain" else "TABLE",
            "object": f"{word} {own} ON {on}" if kind in _ON_TABLE else f"{word} {name}",
            "index": f"{schema[0] if schema else ''}{own}" if kind == "constraint" else name,
            "own index": own if kind == "constraint" else name[len(schema[0]) if schema else 0 :],
            # `public.sum` of `public.sum(integer)`, `public.ops` of `public.ops USING btree`.
            "bare": re.split(r"\(| USING ", name)[0],
            "new": self.difference.expected or "", "old": self.difference.actual or "",
        }  # fmt: skip


def own_name(key: ObjectKey, parent: ObjectKey | None) -> str:
    """Return the name of a part within its table: `bio` of `public.users.bio`."""
    return key.name.removeprefix(f"{parent.name}.") if parent else key.name


def literal(text: str) -> str:
    """Return the text as an SQL string literal."""
    return sql.Literal(text).as_string().lstrip()


def parse_entries(text: str | None, separator: str = "=") -> dict[str, str]:
    """Return the values of `fillfactor=70, x=y` by name; a value may contain commas."""
    parts = re.split(f"(?:^|, )([^ ,=]+)(?:{separator})", text or "")
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _option(text: str) -> str:
    if text == "...":
        raise CannotWrite("the option may be a secret, so its value was not read")
    return literal(text)


_FORMATS: Mapping[str, Callable[[str], str]] = {
    "": str,
    "literal": literal,
    "option": _option,
    "names": lambda text: ", ".join(text.split()),
    "with": lambda text: ", ".join(f"{n} = {_option(v)}" for n, v in parse_entries(text).items()),
    "foreign": lambda text: ", ".join(f"{n} {_option(v)}" for n, v in parse_entries(text).items()),
}


@cache
def templates() -> Mapping[str, list[str]]:
    """Return the templates by their names, such as `create table` and `alter column type`."""
    found = defaultdict[str, list[str]](list)
    for line in read_text("diff/statements.txt").splitlines():
        name, is_template, template = line.partition(": ")
        if not is_template or line.startswith("#"):
            continue
        for part in re.findall("<[A-Z ]+>", template):
            template = template.replace(part, found[part][0])
        first, *others = name.split("|")
        kind = first.rpartition(" ")[0]
        for one in (first, *(f"{kind} {other}" for other in others)):
            found[one].append(template.replace("\\n", "\n"))
    return dict(found)


def fill(template: str, values: Mapping[str, str]) -> Commands | None:
    """Return the commands of a template; None if `values` lack a field that they need."""

    def optional(found: re.Match[str]) -> str:
        return found[1] if has_all(found[1]) else ""

    def value(found: re.Match[str]) -> str:
        given = values.get(found[1])
        return _FORMATS[found[2] or ""](given) if given else found[3]

    def has_all(part: str) -> bool:
        return all(values.get(one[1]) or one[3] is not None for one in _FIELD.finditer(part))

    commands = [_OPTIONAL.sub(optional, one) for one in template.split("; ")]
    if not all(map(has_all, commands)):
        return None
    return tuple(_FIELD.sub(value, one).strip() for one in commands)


def alternatives(name: str, values: Mapping[str, str]) -> Alternatives:
    """Return the commands of each template with this name that `values` can fill."""
    filled = (fill(one, values) for one in templates().get(name, ()))
    return tuple(one for one in filled if one is not None)


def _may_drop(
    key: ObjectKey, parent: ObjectKey | None, reference: Snapshot, dropped: Collection[str]
) -> bool:
    if parent and parent in reference.objects:
        is_part = key.object in PARTS and key.object not in _HOLD_ROWS
        if parent.object in _QUERIES or ("" in dropped and is_part):
            return True
    # A view may be dropped if the scripts create another kind of relation with its name.
    others = (ObjectKey(kind, key.name) for kind in _RELATIONS)
    is_replaced = key.object == "view" and any(one in reference.objects for one in others)
    return is_replaced or key.name in dropped or key.name.removeprefix("public.") in dropped


def desired_snapshot(
    reference: Snapshot,
    target: Snapshot,
    owner: str,
    dropped: Collection[str],
    kept: Collection[DiffKey],
) -> Snapshot:
    """Return the reference's objects (owned by `owner`) and the target's that are not dropped.

    `dropped` are the names of `--drop`, "" for all parts of tables without rows. The differences in
    `kept` stay as in the target.
    """
    objects: dict[ObjectKey, CatalogObject] = {}
    for key, entry in reference.objects.items():
        changed = {"owner": owner} if entry.properties.get("owner") == reference.role else {}
        objects[key] = CatalogObject(entry.parent, {**entry.properties, **changed})
    for key, entry in target.objects.items():
        # Dropping a table drops its parts; dropping a schema drops the objects in it.
        is_part = entry.parent in target.objects and entry.parent not in objects
        if key not in objects and not (is_part or _may_drop(key, entry.parent, reference, dropped)):
            objects[key] = entry
    gone = target.objects.keys() - objects.keys()
    while gone:  # the indexes of partitions go with that of the partitioned table
        names = {key.name for key in gone if key.object == "index"}
        parents = ((key, one.properties.get("index partition of")) for key, one in objects.items())
        gone = {key for key, parent in parents if parent in names}
        objects = {key: entry for key, entry in objects.items() if key not in gone}
    for one in kept:
        _keep_as_in_target(objects, target.objects, one)
    return Snapshot(objects, owner)


def _keep_as_in_target(
    objects: dict[ObjectKey, CatalogObject], there: Mapping[ObjectKey, CatalogObject], kept: DiffKey
) -> None:
    key, prop = ObjectKey(*kept[:2]), kept[2]
    if key not in there:
        objects.pop(key, None)
    elif prop is None or key not in objects:
        objects[key] = there[key]
    else:
        found = {n: v for n, v in objects[key].properties.items() if n != prop}
        if prop in there[key].properties:
            found[prop] = there[key].properties[prop]
        objects[key] = CatalogObject(objects[key].parent, found)


def differences(desired: Snapshot, current: Snapshot) -> list[Item]:
    """Return the differences, except in the order of columns, which no statement can change.

    A missing sequence that a missing table owns is added: the defaults of the table need it.
    """
    found = compare(desired, current._replace(role=desired.role), strict=True)
    needed = [
        Difference("missing", *key)
        for key, entry in desired.objects.items()
        if key.object == "sequence" and key not in current.objects
        if entry.parent in desired.objects and entry.parent not in current.objects
    ]
    return [
        Item(one, desired, current) for one in (*needed, *found) if one.property != "column order"
    ]
