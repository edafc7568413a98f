"""A statement of the scripts that failed, and what the scripts tell about it. Pure.

The server's text may be in any language: what counts is its SQLSTATE, the names that it quotes,
and the tokens around its position.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from runner.comparison import Defined
from runner.errors import Place, RunnerError
from runner.psql.sql_text import Token, tokens

# Quotation marks of any language.
QUOTE = '["\u00ab\u00bb\u201c-\u201f]'
# A name in a message: quoted, or before a parenthesis.
_NAME = re.compile(f'{QUOTE}(.+?){QUOTE}|([^\\s"(]+)\\(')


class Facts(NamedTuple):
    """What the scripts make, with the texts; their names in order; when they were applied."""

    made: Sequence[tuple[Defined, bytes]]
    order: Sequence[str]
    applied: str = ""


class FailedStatement:
    """A statement that failed, its tokens, and the `token` that the server names, if any."""

    def __init__(self, error: RunnerError, facts: Callable[[], Facts]) -> None:
        self.facts = facts
        self.place = error.place or Place("", 0)
        text, offset = error.statement or ("", None)
        start = len(text if offset is None else text[:offset].encode("utf-8", "surrogateescape"))
        self.text = text.encode("utf-8", "surrogateescape")
        self.detail = error.detail or ""
        self.tokens = [token for token in tokens(self.text) if token.text != b";"]
        self.joined = b" ".join(token.text for token in self.tokens).decode("utf-8", "replace")
        self.at = len(self.tokens)
        if offset is not None:
            self.at = sum(token.offset < start for token in self.tokens)
        end = Token("end", b"", len(self.text))
        padded = [end, *self.tokens, end, end]
        self.before, self.token, self.after = padded[self.at : self.at + 3]
        self.word = self.token.text.decode("utf-8", "replace")
        names = (quoted or called for quoted, called in _NAME.findall(error.message))
        self.names = [name.rpartition(".")[2] for name in names]
        self.message = error.message
        self.lacks_role = error.message.startswith('role "')

    @property
    def depth(self) -> int:
        """How many parentheses are open before the token."""
        before = [token.text for token in self.tokens[: self.at]]
        return before.count(b"(") - before.count(b")")

    @property
    def gap(self) -> bytes:
        """What stands before the token, after the one before it."""
        return self.text[self.before.offset + len(self.before.text) : self.token.offset]

    def made(self, name: str) -> Defined | None:
        """The first other statement that makes what has this name."""
        here = (self.place.script, self.place.line)
        made = (one for one in self.like() if one.name == name)
        return next((one for one in made if (one.script, one.line) != here), None)

    def like(self) -> Iterator[Defined]:
        """What the scripts make, only the roles where it is a role that is missing."""
        kinds = {"rows": False, "role": True}
        made = (one for one, _ in self.facts().made)
        return (one for one in made if kinds.get(one.kind, not self.lacks_role))

    def is_later(self, one: Defined) -> bool | None:
        """Whether the other statement runs after this one; None if that is not known."""
        order = list(self.facts().order)
        if not {one.script, self.place.script} <= set(order):
            return None
        places = ((order.index(at.script), at.line) for at in (one, self.place))
        return next(places) > next(places)
