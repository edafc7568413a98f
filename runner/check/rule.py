"""One SQL command as the rules see it, and what a rule is. Pure.

A rule looks at the tokens of a command, as psql's own lists do; nothing is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Literal, NamedTuple

from runner.psql.sql_text import Token, first_words, tokens

Severity = Literal["error", "warning"]

# No rule looks further, except for the language of a function, which may stand at its end.
_LONGEST_RULE = 80
# Enough for the name of what is created and for the role of a GRANT on a few tables.
_LONGEST_HEAD = 60
_QUOTED = frozenset({"string", "escape", "name"})
# What pg_restore leaves out with --no-owner and --no-privileges.
_OWNERS = r"ALTER (?!DEFAULT ).* OWNER TO |SET (?:LOCAL |SESSION )?SESSION AUTHORIZATION "
_PRIVILEGES = r"(?:GRANT|REVOKE) .*? ON |ALTER DEFAULT PRIVILEGES "
# A list of names comes before the word that tells.
_LONGEST_LIST = 10_000
_QUOTED_WORD = re.compile(rb"['\"][\w-]*['\"]")


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
        return _joined(token.text for token in self.tokens(count))

    @cached_property
    def head(self) -> str:
        """As many leading tokens as names are looked for in."""
        return self.leading(_LONGEST_HEAD)

    @cached_property
    def rest(self) -> str:
        """What comes after the first word, for the patterns of rules.

        The semicolon is left out; so is what stands between quotes, unless it is one word.
        """
        found = self.tokens(None if self.first == b"CREATE" else _LONGEST_RULE + 1)
        return _joined(_opaque(token) for token in found[1:] if token.text != b";")


def _joined(texts: Iterable[bytes]) -> str:
    return b" ".join(texts).decode("utf-8", "replace")


def _opaque(token: Token) -> bytes:
    is_word = token.kind != "dollar" and _QUOTED_WORD.fullmatch(token.text)
    return token.text if is_word or token.kind not in (*_QUOTED, "dollar") else b"$$"


class Rule(NamedTuple):
    """A kind of command: what it does in Docker, what on the target, what to write instead.

    `first` are the words that it may begin with. `pattern` is matched against `Command.rest`,
    and compiled when the first such command comes: most patterns are never needed. `always` and
    `for_owners` are those of the finding.
    """

    first: tuple[str, ...]
    pattern: str
    message: str
    docker: str
    target: str
    rewrite: str
    severity: Severity = "error"
    always: bool = False
    for_owners: bool = False


Rules = Mapping[bytes, tuple[Rule, ...]]


def indexed(rules: Iterable[Rule]) -> Rules:
    """Gives the rules by the first words of commands, each in the order of `rules`."""
    found: dict[bytes, tuple[Rule, ...]] = {}
    for rule in rules:
        for word in rule.first:
            found[word.encode()] = (*found.get(word.encode(), ()), rule)
    return found


def matching(rules: Rules, command: Command) -> Rule | None:
    """Gives the first rule that a command falls under."""
    candidates = rules.get(command.first, ())
    return next((rule for rule in candidates if re.match(rule.pattern, command.rest)), None)


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
