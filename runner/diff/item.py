"""One difference, and the templates of the statements that remove it. Pure.

`statements.txt` has the templates, and explains their syntax. They are filled with the names and
properties of the object.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from psycopg import sql

from runner.catalog.snapshot import CatalogObject, ObjectKey, Snapshot
from runner.comparison import Difference
from runner.texts import read_text

# Commands that remove one difference: the first alternative that the server accepts is used.
Commands = tuple[str, ...]
Alternatives = tuple[Commands, ...]

_WORDS = {
    "aggregate": "ROUTINE",
    "attribute": "COLUMN",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
}
_ON_TABLE = ("constraint", "trigger", "rule", "policy")
_NOTHING = CatalogObject(None, {})
_SCHEMA = re.compile(r'("(?:[^"]|"")+"|[^."]+)\.')


class CannotWrite(Exception):
    """No statement can be written for a difference; the message says why."""


class Item(NamedTuple):
    """A difference between the `desired` catalog and the `current` catalog."""

    difference: Difference
    desired: Snapshot
    current: Snapshot

    @property
    def key(self) -> ObjectKey:
        """The object that differs."""
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
        """The name of the object within its table."""
        return own_name(self.key, self.parent)

    def names(self) -> dict[str, str]:
        """Return the names of the object for the fields of templates.

        `object` has the form of COMMENT ON and DROP: `TRIGGER touch ON public.users`.
        """
        kind, name, parent, own = *self.key, self.parent.name, self.own
        word = _WORDS.get(kind, kind.upper())
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
    """Return the value of an option in SQL syntax. Raises CannotWrite if it was not read."""
    if text == "...":
        raise CannotWrite("the option may be a secret, so its value was not read")
    return literal(text)


_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{([^{}|:]+)(?::(\w+))?(?:\|([^{}]*))?\}")
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
