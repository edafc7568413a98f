"""One SQL command, recognised by its first tokens; nothing is parsed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from runner.psql.sql_text import Token, catalog_name, first_words, tokens

# Tokens up to the name of a created object, and up to the role of a GRANT on a few tables.
_UP_TO_NAME, _LONGEST_HEAD = 14, 60
NAME = r'((?:"(?:[^"]|"")+"|[^\s".(;,]+)(?: \. (?:"(?:[^"]|"")+"|[^\s".(;,]+))*)'
_KINDS = (
    "TABLE", "VIEW", "SEQUENCE", "INDEX", "FUNCTION", "PROCEDURE", "AGGREGATE", "TRIGGER", "RULE",
    "POLICY", "TYPE", "DOMAIN", "SCHEMA", "EXTENSION", "PUBLICATION", "SERVER", "COLLATION",
    "STATISTICS", "CONSTRAINT", "ROLE", "USER", "GROUP", "SUBSCRIPTION", "LANGUAGE", "CONVERSION",
    "DICTIONARY", "CONFIGURATION", "PARSER", "TEMPLATE", "CLASS", "FAMILY", "METHOD", "WRAPPER",
)  # fmt: skip
_CREATED = re.compile(
    r"CREATE (?:OR REPLACE |GLOBAL |LOCAL |TEMP |TEMPORARY |UNLOGGED |UNIQUE |MATERIALIZED"
    r" |RECURSIVE |FOREIGN |EVENT |CONSTRAINT |TRUSTED |PROCEDURAL |TEXT SEARCH |OPERATOR |ACCESS"
    r" |DATA |DEFAULT )*"
    rf"({'|'.join(_KINDS)}) (?!MAPPING )(?:CONCURRENTLY )?(?:IF NOT EXISTS )?"
    rf"(?:AUTHORIZATION )?{NAME}"
)
_ON = re.compile(rf" ON (?:ONLY )?{NAME}")
# The commands that pg_restore omits with --no-owner and --no-privileges.
_OWNERS = (
    r"ALTER (?!DEFAULT ).* OWNER TO |REASSIGN OWNED |SET (?:LOCAL |SESSION )?SESSION AUTHORIZATION "
)
_PRIVILEGES = r"(?:GRANT|REVOKE) .*? ON |ALTER DEFAULT PRIVILEGES "
# Tokens to read of a command whose list of names precedes the deciding word.
_LONGEST_LIST = 10_000


class Created(NamedTuple):
    """The object that a command creates; `on`: the table of a trigger, index, rule or policy."""

    kind: str
    name: str
    on: str = ""


class Command:
    """One SQL command of a script, whose tokens are read once and only as far as needed.

    `words`: the first words in upper case, four at most; `first`: the first of them. `certain`: not
    in a branch that may not be taken. `alone`: the only command of its message.
    """

    def __init__(self, text: bytes, *, certain: bool = True, alone: bool = True) -> None:
        self.text = text
        self.certain = certain
        self.alone = alone
        self.words = first_words(text)
        self.first = self.words[0] if self.words else b""
        self._tokens: list[Token] = []
        self._unread = tokens(text)

    @cached_property
    def lower(self) -> bytes:
        return self.text.lower()

    def tokens(self, count: int | None = None) -> list[Token]:
        missing = None if count is None else max(count - len(self._tokens), 0)
        self._tokens += islice(self._unread, missing)
        return self._tokens[:count]

    def leading(self, count: int) -> str:
        """Return the first tokens, separated by one blank; words are in upper case."""
        return b" ".join(token.text for token in self.tokens(count)).decode("utf-8", "replace")

    @cached_property
    def head(self) -> str:
        """The first tokens, as many as rules search for names."""
        return self.leading(_LONGEST_HEAD)

    @cached_property
    def created(self) -> Created | None:
        found = self.first == b"CREATE" and _CREATED.match(self.leading(_UP_TO_NAME))
        if not found:
            return None
        kind, name = found.groups()
        is_on = kind in ("TRIGGER", "INDEX", "RULE", "POLICY")
        on = _ON.search(self.head, found.end()) if is_on else None
        kind = "role" if kind in ("USER", "GROUP") else kind.lower()
        return Created(kind, bare_name(name), bare_name(on[1]) if on else "")


def bare_name(name: str) -> str:
    """Return a name without its schema, spelled as in the catalog; blanks surround the dot."""
    return catalog_name(re.split(r" \. (?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$)", name)[-1])


LeftOut = Callable[[Command], bool]


def left_out(*, owners: bool, privileges: bool, more: str | None = None) -> LeftOut | None:
    """Return a function that tells whether a run leaves a command out; None if it sends all."""
    choice = ((_OWNERS, owners), (_PRIVILEGES, privileges), (more or "", more is not None))
    patterns = "|".join(pattern for pattern, is_chosen in choice if is_chosen)
    if not patterns:
        return None
    matches = re.compile(patterns).match
    first = {word.encode() for word in re.findall(r"[A-Z]{3,}", patterns)}
    return lambda command: (
        command.first in first and matches(command.leading(_LONGEST_LIST)) is not None
    )
