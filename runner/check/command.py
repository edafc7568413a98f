"""One SQL command by its tokens, as psql's own lists see it: nothing is parsed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from runner.psql.sql_text import Token, catalog_name, first_words, tokens

# Enough for the name of what is created, and for the role of a GRANT on a few tables.
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
# What pg_restore leaves out with --no-owner and --no-privileges.
_OWNERS = r"ALTER (?!DEFAULT ).* OWNER TO |SET (?:LOCAL |SESSION )?SESSION AUTHORIZATION "
_PRIVILEGES = r"(?:GRANT|REVOKE) .*? ON |ALTER DEFAULT PRIVILEGES "
# A list of names comes before the word that tells.
_LONGEST_LIST = 10_000


class Created(NamedTuple):
    """The kind and the name of what a command creates, and the table that it is on."""

    kind: str
    name: str
    on: str = ""
    is_bare: bool = True  # without the name of a schema


class Command:
    """One SQL command of a script. All rules share its tokens: each is made once, when needed.

    `words` are the words that it begins with, in upper case, four at the most, and `first` is the
    first of them. The command is `certain` to run unless it stands in a branch that may not be
    taken, and `alone` when it is the only one of its message.
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
        """The text in lower case, to look for a word in it."""
        return self.text.lower()

    def tokens(self, count: int | None = None) -> list[Token]:
        """The first `count` tokens, or all of them."""
        missing = None if count is None else max(count - len(self._tokens), 0)
        self._tokens += islice(self._unread, missing)
        return self._tokens[:count]

    def leading(self, count: int) -> str:
        """The first tokens with one blank between; words are in upper case."""
        return b" ".join(token.text for token in self.tokens(count)).decode("utf-8", "replace")

    @cached_property
    def head(self) -> str:
        """As many leading tokens as names are looked for in."""
        return self.leading(_LONGEST_HEAD)

    @cached_property
    def created(self) -> Created | None:
        """What it creates."""
        found = self.first == b"CREATE" and _CREATED.match(self.leading(_UP_TO_NAME))
        if not found:
            return None
        kind, name = found.groups()
        is_on = kind in ("TRIGGER", "INDEX", "RULE", "POLICY")
        on = _ON.search(self.head, found.end()) if is_on else None
        kind = "role" if kind in ("USER", "GROUP") else kind.lower()
        return Created(kind, bare_name(name), bare_name(on[1]) if on else "", " . " not in name)


def bare_name(name: str) -> str:
    """The name without its schema, as the catalog has it; blanks stand around the point."""
    return catalog_name(re.split(r" \. (?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$)", name)[-1])


LeftOut = Callable[[Command], bool]


def left_out(*, owners: bool, privileges: bool, more: str | None = None) -> LeftOut | None:
    """Return what tells whether a command is left out of the run; None if all are sent.

    Left out are those that set `owners` or `privileges`, and those that match the pattern `more`.
    """
    choice = ((_OWNERS, owners), (_PRIVILEGES, privileges), (more or "", more is not None))
    patterns = "|".join(pattern for pattern, is_chosen in choice if is_chosen)
    if not patterns:
        return None
    matches = re.compile(patterns).match
    first = {word.encode() for word in re.findall(r"[A-Z]{3,}", patterns)}
    return lambda command: (
        command.first in first and matches(command.leading(_LONGEST_LIST)) is not None
    )
