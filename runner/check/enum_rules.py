"""ALTER TYPE … ADD VALUE, and uses of the new value in the same transaction. Pure.

Measured: PostgreSQL 12 to 16 refuse that (55P04), 17 and 18 only where the type is older than
the transaction. See EnumUncommitted in src/backend/catalog/pg_enum.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from runner.check.rule import Command, Rule
from runner.psql.sql_text import Token, string_value, tokens

# What may stand between TABLE and the table's name.
_BEFORE_NAME = frozenset({b"IF", b"NOT", b"EXISTS", b"ONLY"})
_MAY_CREATE_TYPE = (b"CREATE", b"DO", b"SELECT")


class _Added(NamedTuple):
    """A new value of the type `name`. It is `certain` if the type cannot have had it before."""

    value: bytes
    name: tuple[bytes, ...]
    certain: bool


@dataclass(slots=True)
class EnumValues:
    """The values that a run has added so far, and the tables that may hold them."""

    added: list[_Added] = field(default_factory=list)
    # The types that the scripts themselves create, and the values that those begin with.
    created: dict[bytes, set[bytes]] = field(default_factory=dict)
    # The texts of commands that may create a type when they run.
    may_create: list[bytes] = field(default_factory=list)
    # CREATE and ALTER TABLE, which are tokenised once a value has been added: `_tables` are the
    # tables whose definition has a name.
    _definitions: list[Command] = field(default_factory=list)
    _tables: dict[bytes, set[bytes]] = field(default_factory=dict)

    def copy(self) -> EnumValues:
        """A copy, to read a script once more from the same beginning."""
        created = {name: set(values) for name, values in self.created.items()}
        tables = {name: set(tables) for name, tables in self._tables.items()}
        added, may_create, definitions = self.added, self.may_create, self._definitions
        return EnumValues([*added], created, [*may_create], [*definitions], tables)

    def see(self, command: Command) -> list[Rule]:
        """Takes the next command; gives what is wrong with it, if it uses a new value."""
        if command.words[:2] == (b"ALTER", b"TYPE") and b"value" in command.lower:
            self._type_altered(command)
            return []
        if command.first in _MAY_CREATE_TYPE and b"enum" in command.lower:
            self._type_created(command)
        found = self._used(command) if self.added else None
        if command.first in (b"CREATE", b"ALTER") and b"TABLE" in command.words:
            self._definitions.append(command)
        return [found] if found else []

    def in_data(self, command: Command, data: bytes) -> Rule | None:
        """Finds a new value in a field of a block of COPY data for such a table."""
        for added in self.added:
            if added.value in data and self._concerns(command.tokens(), added.name[-1]):
                pattern = rb'(?m)(?:^|[\t,"|])' + re.escape(added.value) + rb'(?:[\t,"|\r]|$)'
                if re.search(pattern, data):
                    return self._rule(added, certain=False)
        return None

    def _type_created(self, command: Command) -> None:
        if command.words[:2] != (b"CREATE", b"TYPE"):
            self.may_create.append(command.lower)
            return
        found = command.tokens()
        name = _name(found, 2)[-1]
        self.created[name] = {string_value(token) or b"" for token in found}
        self.added = [added for added in self.added if added.name[-1] != name]

    def _type_altered(self, command: Command) -> None:
        found = command.tokens()
        texts = [token.text for token in found]
        values = [value for token in found if (value := string_value(token)) is not None]
        name = _name(found, 2)
        if (b"ADD", b"VALUE") not in pairwise(texts) or not values:
            return
        if values[0] not in self.created.get(name[-1], ()):
            created = name[-1] in self.created or any(name[-1] in one for one in self.may_create)
            certain = b"EXISTS" not in texts and not created
            self.added.append(_Added(values[0], name, certain))

    def _used(self, command: Command) -> Rule | None:
        for added in self.added:
            if added.value not in command.text:
                continue
            found = command.tokens()
            if added.certain and _is_certain(found, added):
                return self._rule(added, certain=True)
            found = list(_executed(found))
            literal = any(string_value(token) == added.value for token in found)
            if literal and self._concerns(found, added.name[-1]):
                return self._rule(added, certain=False)
        return None

    def _concerns(self, found: list[Token], type_name: bytes) -> bool:
        """Whether the tokens name the type, or a table whose definition does.

        Of the tables of a type that the scripts have not created, nothing is known.
        """
        for definition in self._definitions:
            table = _table_name(definition.tokens())
            for name in map(_bare, definition.tokens()):
                self._tables.setdefault(name, set()).add(table)
        self._definitions.clear()
        names = {_bare(token) for token in found}
        return type_name in names or not names.isdisjoint(self._tables.get(type_name, ()))

    def _rule(self, added: _Added, *, certain: bool) -> Rule:
        value, name = (text.decode("utf-8", "replace") for text in (added.value, added.name[-1]))
        target = "refused (55P04): the same transaction adds the value"
        if added.name[-1] in self.created:
            target = "refused (55P04) before PostgreSQL 17: the same transaction adds the value"
        elif not certain:
            target = "refused (55P04) if it is: the same transaction adds the value"
        use = "is" if certain or added.name[-1] in self.created else "may be"
        return Rule(
            (),
            "",
            f"the value '{value}' of {name} {use} used in the run that adds it",
            "each statement is committed by itself, and it runs",
            target,
            "Put the value into CREATE TYPE … AS ENUM.",
            "error" if certain else "warning",
        )


def _is_certain(found: list[Token], added: _Added) -> bool:
    """Whether the value can only be one of the type.

    That is so in `'c'::mood`, `CAST('c' AS mood)`, `mood 'c'`, and `mood DEFAULT 'c'` of a column.
    """
    texts = [token.text for token in found]
    if b"EXISTS" in texts:
        return False  # the statement may do nothing
    for at, token in enumerate(found):
        if string_value(token) != added.value:
            continue
        if texts[at + 1 : at + 3] == [b":", b":"] and _name(found, at + 3) == added.name:
            return True
        if texts[at + 1 : at + 2] == [b"AS"] and texts[max(at - 2, 0) : at] == [b"CAST", b"("]:
            return _name(found, at + 2) == added.name
        before = at - 1
        while before > 0 and texts[before] in (b"DEFAULT", b"NOT", b"NULL"):
            before -= 1
        if _name_before(found, before) == added.name:
            return True
    return False


def _executed(found: list[Token]) -> Iterator[Token]:
    """The tokens, and those of a body that the server checks at once: of DO, or in SQL."""
    words = {found[0].text} if found else set()
    words |= {after.text for token, after in pairwise(found) if token.text == b"LANGUAGE"}
    for token in found:
        yield token
        if token.kind == "dollar" and words & {b"DO", b"SQL"}:
            yield from tokens(string_value(token) or b"")


def _bare(token: Token) -> bytes:
    return token.text.strip(b'"') if token.kind == "name" else token.text.lower()


def _name(found: list[Token], start: int) -> tuple[bytes, ...]:
    """Gives the parts of the name, perhaps with a schema, that begins at a token."""
    end = start
    while end + 2 < len(found) and found[end + 1].text == b".":
        end += 2
    return tuple(map(_bare, found[start : end + 1 : 2])) or (b"",)


def _name_before(found: list[Token], end: int) -> tuple[bytes, ...]:
    """Gives the parts of the name that ends at a token."""
    start = end
    while start > 1 and found[start - 1].text == b".":
        start -= 2
    return tuple(map(_bare, found[max(start, 0) : end + 1 : 2]))


def _table_name(found: list[Token]) -> bytes:
    start = next((i for i, token in enumerate(found) if token.text == b"TABLE"), 0) + 1
    while start < len(found) and found[start].text in _BEFORE_NAME:
        start += 1
    return _name(found, start)[-1]
