"""Rules about single statements: what works in the container and not on the target. Pure.

A rule looks at the words of a statement, as psql's own lists do; nothing is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Literal, NamedTuple

from runner.psql.sql_text import Token, tokens

Severity = Literal["error", "warning"]

# No rule looks further, except for the language of a function, which may stand at its end.
_TOKENS = 80
_QUOTED = frozenset({"string", "escape", "name"})
_WORD = re.compile(rb"['\"][\w-]*['\"]")
# Most statements of a schema and of a seed: no rule is about them.
_PLAIN = re.compile(
    rb"(?i)(?:CREATE\s+(?:TABLE|VIEW|SEQUENCE|TRIGGER|SCHEMA|DOMAIN|MATERIALIZED|POLICY|RULE|TEMP"
    rb"|TEMPORARY|UNLOGGED|(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY\b)[\w\"]+)"
    rb"|COMMENT\s+ON\s+(?!EXTENSION\b)[A-Z]+"
    rb"|ALTER\s+(?:SEQUENCE|VIEW|SCHEMA|INDEX|TYPE)"
    rb"|ALTER\s+TABLE(?!.*\b(?:TRIGGER\s+ALL|CONCURRENTLY)\b)"
    rb"|DROP\s+(?:TABLE|VIEW|FUNCTION|TRIGGER|SEQUENCE|TYPE|SCHEMA)"
    rb"|SELECT|INSERT|UPDATE|DELETE|GRANT|REVOKE)\b",
    re.DOTALL,
)


class Rule(NamedTuple):
    """A kind of statement: what it does in Docker, what on the target, what to write instead.

    `first` are the words it may begin with; `pattern` is matched against the rest, as `shape`
    gives it: it is compiled when a statement asks for it, for most are never asked for. With
    `rights` it depends on the target's user whether the statement works.
    """

    first: tuple[str, ...]
    pattern: str
    message: str
    docker: str
    target: str
    rewrite: str
    severity: Severity = "error"
    rights: bool = False


Rules = Mapping[str, tuple[Rule, ...]]


def indexed(rules: Iterable[Rule]) -> Rules:
    """Gives the rules by the first words that they are about, in their order."""
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        for word in rule.first:
            found[word] = (*found.get(word, ()), rule)
    return found


def shape(command: bytes) -> tuple[str, str]:
    """Gives the first word of a command and the rest of it, its tokens joined by blanks.

    Words are in upper case; comments and the semicolon are left out, and so is what stands
    between quotes, if it is more than a word.
    """
    found = tokens(command)
    first = next(found, None)
    if first is None:
        return "", ""
    words = [
        _opaque(token)
        for token in (found if first.text == b"CREATE" else islice(found, _TOKENS))
        if token.text != b";"
    ]
    return first.text.decode("latin-1"), b" ".join(words).decode("latin-1")


def _opaque(token: Token) -> bytes:
    if token.kind == "dollar" or (token.kind in _QUOTED and not _WORD.fullmatch(token.text)):
        return b"$$"
    return token.text


def is_plain(command: bytes) -> bool:
    """A quick look: whether no rule can be about a command."""
    return _PLAIN.match(command) is not None


def matching(rules: Rules, first: str, rest: str) -> Rule | None:
    """Gives the first rule that a command falls under."""
    for rule in rules.get(first, ()):
        if re.match(rule.pattern, rest):
            return rule
    return None
