"""ALTER TYPE … ADD VALUE, and the new value in use before its transaction has ended. Pure.

Measured: PostgreSQL 12 to 16 refuse that (55P04), 17 and 18 only where the type is older than
the transaction. See EnumUncommitted in src/backend/catalog/pg_enum.c.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from runner.psql.words import Token, tokens
from runner.rules import Rule, Severity

_ADD_VALUE = re.compile(rb"(?i)\bADD\s+VALUE\b")
_TABLE = re.compile(rb"(?i)\s*(?:CREATE|ALTER)\b[^(]*?\bTABLE\b")
# A statement that matters before a value is added begins with CREATE or ALTER, or a comment.
_FIRST = (b"C", b"c", b"A", b"a", b"/", b" ")
_PARTS = frozenset({b"IF", b"NOT", b"EXISTS", b"ONLY"})


@dataclass(slots=True)
class EnumValues:
    """The values that a run has added so far, by their text, and the tables that may hold them.

    `made` are the types that the scripts themselves create.
    """

    added: dict[bytes, bytes] = field(default_factory=dict)  # value: type
    made: dict[bytes, set[bytes]] = field(default_factory=dict)  # type: its first values
    tables: list[bytes] = field(default_factory=list)

    def copy(self) -> EnumValues:
        """Gives a copy that goes its own way."""
        made = {name: set(values) for name, values in self.made.items()}
        return EnumValues(dict(self.added), made, list(self.tables))

    def see(self, command: bytes) -> list[Rule]:
        """Takes the next command; gives what is wrong with it, if it uses a new value."""
        if not self.added and command[:1] not in _FIRST:
            return []
        head = command[:16].lstrip()[:6].upper()
        if head == b"CREATE" and b"ENUM" in command.upper():
            self._created(list(tokens(command)))
        elif head.startswith(b"ALTER") and _ADD_VALUE.search(command):
            self._value_added(list(tokens(command)))
            return []
        found = self._used(command) if self.added else None
        if head in (b"CREATE", b"ALTER ", b"ALTER\t", b"ALTER\n") and _TABLE.match(command):
            self.tables.append(command)
        return [found] if found else []

    def in_data(self, command: bytes, data: bytes) -> Rule | None:
        """Tells whether a block of COPY data has a new value in a field of such a table."""
        for value, type_name in self.added.items():
            if value in data and self._concerns(list(tokens(command)), type_name):
                pattern = rb'(?m)(?:^|[\t,"|])' + re.escape(value) + rb'(?:[\t,"|\r]|$)'
                if re.search(pattern, data):
                    return self._rule(value, type_name)
        return None

    def _created(self, found: list[Token]) -> None:
        words = [token.text for token in found]
        if words[1:2] == [b"TYPE"] and b"ENUM" in words:
            name = _name(found, 2)
            self.made[name] = {_value(token) for token in found if token.kind == "string"}

    def _value_added(self, found: list[Token]) -> None:
        if found[1].text != b"TYPE":
            return
        name = _name(found, 2)
        values = [_value(token) for token in found if token.kind == "string"]
        if values and values[0] not in self.made.get(name, ()):
            self.added[values[0]] = name

    def _used(self, command: bytes) -> Rule | None:
        for value, type_name in self.added.items():
            if value not in command:
                continue
            found = list(tokens(command))
            literal = any(token.kind == "string" and _value(token) == value for token in found)
            if literal and self._concerns(found, type_name):
                return self._rule(value, type_name)
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

    def _rule(self, value: bytes, type_name: bytes) -> Rule:
        text, name = value.decode("utf-8", "replace"), type_name.decode("utf-8", "replace")
        target = "refused (55P04): the value was added in the same transaction"
        severity: Severity = "error"
        if type_name in self.made:
            target = "refused (55P04) before PostgreSQL 17: the value is of the same transaction"
            severity = "warning"
        return Rule(
            (),
            "",
            f"the value '{text}' of {name} is used in the run that adds it",
            "each statement is committed by itself, and it runs",
            target,
            "Put the value into CREATE TYPE … AS ENUM.",
            severity,
        )


def _bare(token: Token) -> bytes:
    return token.text.strip(b'"') if token.kind == "name" else token.text.lower()


def _value(token: Token) -> bytes:
    return token.text[1:-1].replace(b"''", b"'")


def _name(found: list[Token], start: int) -> bytes:
    """Gives the last part of the name, perhaps with a schema, that begins at a token."""
    end = start
    while end + 2 < len(found) and found[end + 1].text == b".":
        end += 2
    return _bare(found[end]) if end < len(found) else b""


def _table_name(found: list[Token]) -> bytes:
    start = next((i for i, token in enumerate(found) if token.text == b"TABLE"), 0) + 1
    while start < len(found) and found[start].text in _PARTS:
        start += 1
    return _name(found, start)
