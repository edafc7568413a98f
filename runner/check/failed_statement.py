"""Look a failed statement up in the scripts and in the table of remedies. Pure.

The server's message may be in any language, so only its SQLSTATE, the names that it quotes and the
tokens around its position are used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from runner.check.script_facts import definitions
from runner.comparison import Definition
from runner.errors import Place, Query, RunnerError
from runner.psql.sql_text import Token, catalog_name, tokens
from runner.scripts.folder import Folder
from runner.texts import rows

# Quotation marks of any language.
QUOTE = '["\u00ab\u00bb\u201c-\u201f]'
# A name in a message: quoted, or after the kind of the object.
MESSAGE_NAME = re.compile(r'"((?:[^"]|"")+)"|(?:function|procedure|column) ([\w.]+)')
_DUPLICATE_COLUMN = "42701"
_NAME = f'{QUOTE}(.+?){QUOTE}|([^\\s"(]+)\\(|column ([^\\s"]+) '


class Facts(NamedTuple):
    """The definitions of the scripts, the scripts' names in order, and when they were applied."""

    definitions: Sequence[tuple[Definition, bytes]]
    order: Sequence[str]
    applied: str = ""

    @classmethod
    def of(cls, folder: Folder, variables: Mapping[str, str], applied: str = "") -> Self:
        """Return what the scripts create."""
        scripts = [script.name for script in folder.scripts]
        return cls(list(definitions(folder, variables)), scripts, applied)


class FailedStatement:
    """A statement that failed, or a function body in it; `token`: the token that the server names.

    `before`, `after`: the tokens around it. Where there is no token, each is the end token.
    """

    def __init__(self, error: RunnerError, facts: Callable[[], Facts]) -> None:
        self.facts = facts
        self.place = error.place or Place("", 0)
        self.sqlstate = error.sqlstate
        self.detail = error.detail or ""
        self.message = error.message
        self.context = error.context or ""
        text, offset = error.statement or ("", None)
        self.text = _bytes(text)
        start = None if offset is None else len(_bytes(text[:offset]))
        self.in_body = False
        for token in tokens(self.text) if start is not None else ():
            tag = token.text.find(b"$", 1) + 1 if token.kind == "dollar" else 0
            if start and tag and token.offset < start <= token.offset + len(token.text) - tag:
                self.in_body = True
                self.text, start = token.text[tag:-tag], start - token.offset - tag
                break
        self.tokens = list(tokens(self.text))
        if self.tokens and self.tokens[-1].text == b";" and not self.in_body:
            self.tokens.pop()
        self.joined = _joined(self.tokens)
        self.at: int | None = None
        if start is not None:
            self.at = sum(token.offset < start for token in self.tokens)
        end = Token("end", b"", len(self.text))
        padded = [end, *self.tokens, end, end]
        at = len(self.tokens) if self.at is None else self.at
        self.before, self.token, self.after = padded[at : at + 3]
        self.word = self.token.text.decode("utf-8", "replace")
        names = map("".join, re.findall(_NAME, error.message))
        self.names = [name.rpartition(".")[2] for name in names]
        self.lacks_role = error.message.startswith('role "')

    def is_named(self, start: int, end: int) -> bool:
        """Return whether the server names this part of `joined`, a neighbour of it, or nothing."""
        if self.at is None:
            return True
        first = len(_joined(self.tokens[: max(self.at - 1, 0)]))
        return start <= len(_joined(self.tokens[: self.at + 1])) + 1 and end >= first

    @property
    def shown(self) -> str:
        end = self.token.offset + len(self.token.text)
        return self.text[self.token.offset : end].decode("utf-8", "replace")

    @property
    def begins_line(self) -> bool:
        """Whether the token is the first one of a line after the first line."""
        line = self.text[: self.token.offset].rpartition(b"\n")
        return bool(line[1]) and not line[2].strip()

    @property
    def marked_text(self) -> str:
        """The tokens, with @ and the number of open parentheses before the named token."""
        before, after = self.tokens[: self.at], self.tokens[len(self.tokens[: self.at]) :]
        words = [token.text for token in before]
        depth = max(words.count(b"(") - words.count(b")"), 0)
        mark = "" if self.at is None else f"@{depth}{'^' * self.begins_line} "
        return f"{_joined(before)} {mark}{_joined(after)}".lstrip()

    def remedy(self, code: str | None = None) -> str | None:
        """Return the first remedy in the table for a code; by default the error's SQLSTATE."""
        found = next(_remedies(code or self.sqlstate or "", self.marked_text), None)
        return found and self._filled(*found)

    def words_of_other_databases(self) -> str | None:
        """Return a remedy line for each word of another database, if the server names one."""
        found = list(_remedies("*", self.joined))
        every = (one for _, match in found for one in match.re.finditer(self.joined))
        if not any(self.is_named(*one.span()) for one in every):
            return None
        return "\n".join(dict.fromkeys(self._filled(*one) for one in found))

    def _filled(self, text: str, match: re.Match[str]) -> str:
        word = next(filter(None, match.groups()), match[0])
        shown = self.shown or "the end"
        line = f"line {self.place.line}" if self.begins_line else shown
        return text.format(word, low=word.lower(), shown=shown, line=line)

    def definition(self, name: str) -> Definition | None:
        """Return the first other statement that creates an object with this name."""
        here = (self.place.script, self.place.line)
        found = (one for one in self.candidates() if one.name == name)
        return next((one for one in found if (one.script, one.line) != here), None)

    def candidates(self) -> Iterator[Definition]:
        """Return the objects that the scripts create; only the roles if a role is missing."""
        kinds = {"rows": False, "role": True}
        found = (one for one, _ in self.facts().definitions)
        return (one for one in found if kinds.get(one.kind, not self.lacks_role))

    def runs_later(self, one: Definition) -> bool | None:
        """Return whether another statement runs after this one; None if unknown."""
        order = list(self.facts().order)
        if not {one.script, self.place.script} <= set(order):
            return None
        places = ((order.index(at.script), at.line) for at in (one, self.place))
        return next(places) > next(places)


def narrowed_place(error: RunnerError) -> Place | None:
    """Return the place of an error; for a CREATE TABLE without a position, of the named column."""
    place, failed = error.place, error.statement or Query("")
    text = _bytes(failed.text)
    if place is None or failed.offset is not None or text[:12].upper() != b"CREATE TABLE":
        return place
    words = [token for token in tokens(text) if token.kind in ("word", "name")]
    for quoted, called in MESSAGE_NAME.findall(f"{error.message} {error.detail}"):
        name = quoted or called
        found = [
            one.offset for one in words if catalog_name(one.text.decode("utf-8", "replace")) == name
        ]
        above, _, before = text[: (found or [0])[-1]].rpartition(b"\n")
        if len(found) == (2 if error.sqlstate == _DUPLICATE_COLUMN else 1) and above:
            number = above.count(b"\n") + 1
            source = failed.text.split("\n")[number]
            column = len(before.decode("utf-8", "surrogateescape")) + 1
            return place._replace(line=place.line + number, column=column, source=source)
    return place


def _remedies(code: str, text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for one in rows("check/remedies.txt"):
        if code in one.key.split(",") and (match := re.search(one.pattern, text)):
            yield one.text, match


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _joined(found: Sequence[Token]) -> str:
    return b" ".join(token.text for token in found).decode("utf-8", "replace").replace("\n", " ")
