"""One difference with the definitions of its object on both sides. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from psycopg import sql

from runner.catalog.snapshot import CatalogObject, ObjectKey, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.comparison import Difference

# Commands that make one difference go away: the first alternative that the server accepts is run.
Commands = tuple[str, ...]
Alternatives = tuple[Commands, ...]

_WORDS = {"foreign-data wrapper": "FOREIGN DATA WRAPPER", "attribute": "COLUMN"}
_ON_TABLE = ("constraint", "trigger", "rule", "policy")
_NOTHING = CatalogObject(None, {})


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
    def name(self) -> str:
        """Its name as SQL writes it, with that of its table if it is part of one."""
        return self.difference.name

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

    @property
    def identity(self) -> str:
        """The object as COMMENT ON and DROP write it."""
        return identity(self.key, self.parent)


def own_name(key: ObjectKey, parent: ObjectKey | None) -> str:
    """Return the name of a part within its table: `bio` of `public.users.bio`."""
    return key.name.removeprefix(f"{parent.name}.") if parent else key.name


def identity(key: ObjectKey, parent: ObjectKey | None) -> str:
    """Return an object as COMMENT ON and DROP write it: `TRIGGER touch ON public.users`."""
    word = _WORDS.get(key.object, key.object.upper())
    if key.object in _ON_TABLE and parent:
        domain = "DOMAIN " if parent.object == "domain" else ""
        return f"{word} {own_name(key, parent)} ON {domain}{parent.name}"
    return f"{word} {key.name}"


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return sql.Literal(text).as_string()


def options(text: str | None) -> dict[str, str]:
    """Return `fillfactor=70, x=y` by name. Raises CannotWrite where a value is not known."""
    pairs = (one.partition("=") for one in (text or "").split(", ") if one)
    found = {name: value for name, _, value in pairs}
    for name, value in found.items():
        if value == "...":
            raise CannotWrite(f"the option {name} may be a secret, so its value was not read")
    return found


def parts(snapshot: Snapshot, parent: ObjectKey, kind: str) -> dict[str, Mapping[str, str]]:
    """Return the parts of one kind of a table or type by their own names, in their order."""
    return {
        own_name(key, parent): entry.properties
        for key, entry in snapshot.objects.items()
        if key.object == kind and entry.parent == parent
    }
