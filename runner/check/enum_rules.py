"""ALTER TYPE … ADD VALUE, and the new value in use before its transaction has ended. Pure.

Measured: PostgreSQL 12 to 16 refuse that (55P04), 17 and 18 only where the type is older than
the transaction. See EnumUncommitted in src/backend/catalog/pg_enum.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from runner.check.rule import Rule
from runner.psql.sql_text import Token, string_value, tokens

_ADD_VALUE = re.compile(rb"(?i)\bADD\s+VALUE\b")
_TABLE = re.compile(rb"(?i)\s*(?:CREATE|ALTER)\b[^(]*?\bTABLE\b")
# Before a value is added only what makes a type or a table matters: CREATE, ALTER, DO, a SELECT
# for `\gexec`, or a comment before them.
_FIRST = (b"C", b"c", b"A", b"a", b"D", b"d", b"S", b"s", b"/", b" ")
_PARTS = frozenset({b"IF", b"NOT", b"EXISTS", b"ONLY"})


class _Added(NamedTuple):
    """A new value. `name` is its type's as it was written; `certain`, that it was not there."""

    value: bytes
    name: tuple[bytes, ...]
    certain: bool


@dataclass(slots=True)
class EnumValues:
    """The values that a run has added so far, and the tables that may hold them.

    `made` are the types that the scripts themselves create, `perhaps` the texts of commands that
    may do so when they run.
    """

    added: list[_Added] = field(default_factory=list)
    made: dict[bytes, set[bytes]] = field(default_factory=dict)  # type: its first values
    perhaps: list[bytes] = field(default_factory=list)
    tables: list[bytes] = field(default_factory=list)

    def copy(self) -> EnumValues:
        """Gives a copy that goes its own way."""
        made = {name: set(values) for name, values in self.made.items()}
        return EnumValues(list(self.added), made, list(self.perhaps), list(self.tables))

    def see(self, command: bytes) -> list[Rule]:
        """Takes the next command; gives what is wrong with it, if it uses a new value."""
        if not self.added and command[:1] not in _FIRST:
            return []
        head = command[:16].lstrip()[:6].upper()
        if head.startswith(b"ALTER") and _ADD_VALUE.search(command):
            self._value_added(list(tokens(command)))
            return []
        upper = command.upper()
        if b"ENUM" in upper and b"TYPE" in upper:
            self._created(command)
        found = self._used(command) if self.added else None
        if head in (b"CREATE", b"ALTER ", b"ALTER\t", b"ALTER\n") and _TABLE.match(command):
            self.tables.append(command)
        return [found] if found else []

    def in_data(self, command: bytes, data: bytes) -> Rule | None:
        """Tells whether a block of COPY data has a new value in a field of such a table."""
        for added in self.added:
            if added.value in data and self._concerns(list(tokens(command)), added.name[-1]):
                pattern = rb'(?m)(?:^|[\t,"|])' + re.escape(added.value) + rb'(?:[\t,"|\r]|$)'
                if re.search(pattern, data):
                    return self._rule(added, certain=False)
        return None

    def _created(self, command: bytes) -> None:
        found = list(tokens(command))
        words = [token.text for token in found]
        if words[:2] != [b"CREATE", b"TYPE"]:
            self.perhaps.append(command.lower())
        else:
            name = _name(found, 2)[-1]
            self.made[name] = {string_value(token) or b"" for token in found}
            self.added = [added for added in self.added if added.name[-1] != name]

    def _value_added(self, found: list[Token]) -> None:
        if found[1].text != b"TYPE":
            return
        name = _name(found, 2)
        values = [value for token in found if (value := string_value(token)) is not None]
        if values and values[0] not in self.made.get(name[-1], ()):
            may_be_there = any(token.text == b"EXISTS" for token in found)
            made = name[-1] in self.made or any(name[-1] in text for text in self.perhaps)
            self.added.append(_Added(values[0], name, not may_be_there and not made))

    def _used(self, command: bytes) -> Rule | None:
        for added in self.added:
            if added.value not in command:
                continue
            found = list(tokens(command))
            if added.certain and _is_certain(found, added):
                return self._rule(added, certain=True)
            found = list(_executed(found))
            literal = any(string_value(token) == added.value for token in found)
            if literal and self._concerns(found, added.name[-1]):
                return self._rule(added, certain=False)
        return None

    def _concerns(self, found: list[Token], type_name: bytes) -> bool:
        """Whether the tokens name the type, or a table whose definition does."""
        names = {_bare(token) for token in found}
        if type_name in names:
            return True
        for table in self.tables:
            if type_name in table.lower():
                defined = list(tokens(table))
                if type_name in map(_bare, defined) and _table_name(defined) in names:
                    return True
        # Of the tables of a type that is not the scripts' own, nothing is known.
        return False

    def _rule(self, added: _Added, *, certain: bool) -> Rule:
        value, name = (text.decode("utf-8", "replace") for text in (added.value, added.name[-1]))
        target = "refused (55P04): the value was added in the same transaction"
        if added.name[-1] in self.made:
            target = "refused (55P04) before PostgreSQL 17: the value is of the same transaction"
        elif not certain:
            target = "refused (55P04) if it is, for it was added in the same transaction"
        use = "is" if certain or added.name[-1] in self.made else "may be"
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
    """Whether the value stands where it can only be one of the type.

    That is: `'c'::mood`, `CAST('c' AS mood)`, `mood 'c'`, and `mood DEFAULT 'c'` of a column.
    """
    texts = [token.text for token in found]
    if b"EXISTS" in texts:
        return False  # perhaps the statement does nothing
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
    """The tokens, and those of a body that the server looks into at once: of DO, or in SQL."""
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
    while start < len(found) and found[start].text in _PARTS:
        start += 1
    return _name(found, start)[-1]
