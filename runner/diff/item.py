"""One difference with the definitions of its object on both sides. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from psycopg import sql

from runner.catalog.snapshot import CatalogObject, ObjectKey, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.comparison import Difference

# Commands that make one difference go away: the first alternative that the server accepts is run.
Commands = tuple[str, ...]
Alternatives = tuple[Commands, ...]

_WORDS = {
    "aggregate": "ROUTINE",
    "attribute": "COLUMN",
    "foreign-data wrapper": "FOREIGN DATA WRAPPER",
}
_ON_TABLE = ("constraint", "trigger", "rule", "policy")
_NOTHING = CatalogObject(None, {})
_OPTIONS = re.compile(r", (?=[^ ,=]+=)")  # a value may have commas of its own
_SCHEMA = re.compile(r'("(?:[^"]|"")+"|[^."]+)\.')


class CannotWrite(Exception):
    """No statement can be written for a difference; the text says why."""


class Item(NamedTuple):
    """A difference between `goal`, the catalog that is wanted, and `current`."""

    difference: Difference
    goal: Snapshot
    current: Snapshot

    @property
    def key(self) -> ObjectKey:
        """The object that differs."""
        return ObjectKey(self.difference.object, self.difference.name)

    @property
    def wanted(self) -> Mapping[str, str]:
        """The properties that it should have."""
        return self.goal.objects.get(self.key, _NOTHING).properties

    @property
    def parent(self) -> ObjectKey:
        """The table, type or schema that it belongs to."""
        found = (self.goal.objects.get(self.key) or self.current.objects[self.key]).parent
        return found or ObjectKey("schema", "")

    @property
    def own(self) -> str:
        """Its name within its table."""
        return own_name(self.key, self.parent)

    def names(self) -> dict[str, str]:
        """Return what the templates of statements call it.

        `object` is written as COMMENT ON and DROP write it: `TRIGGER touch ON public.users`.
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
            # Of `public.sum(integer)`, and of `public.ops USING btree`.
            "bare": re.split(r"\(| USING ", name)[0],
            "new": self.difference.expected or "", "old": self.difference.actual or "",
        }  # fmt: skip


def own_name(key: ObjectKey, parent: ObjectKey | None) -> str:
    """Return the name of a part within its table: `bio` of `public.users.bio`."""
    return key.name.removeprefix(f"{parent.name}.") if parent else key.name


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return sql.Literal(text).as_string().lstrip()


def options(text: str | None) -> dict[str, str]:
    """Return `fillfactor=70, x=y` by name."""
    pairs = (one.partition("=") for one in _OPTIONS.split(text or "") if one)
    return {name: value for name, _, value in pairs}


def setting(name: str, value: str, equals: str = " ") -> str:
    """Return an option as SQL writes it. Raises CannotWrite where the value is not known."""
    if value == "...":
        raise CannotWrite(f"the option {name} may be a secret, so its value was not read")
    return f"{name}{equals}{literal(value)}"
