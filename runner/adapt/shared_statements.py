"""Statements about the objects that all databases of a server share: databases, roles. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from runner.check.command import Command
from runner.check.script_facts import ROLE_IN_BODY, SHARED_IN_BODY
from runner.psql.sql_text import Token, catalog_name, quote_identifier, tokens
from runner.psql.steps import Gexec, Statement, Statements, Step

# In the comment on a database or role that a run has made and not committed.
UNFINISHED_MARK = "raw-sql-runner: made by the unfinished run "
_SHARED = (
    r"(?!CREATE DATABASE IF\b)(?:CREATE|ALTER|DROP) (?:ROLE|USER|GROUP|DATABASE)\b(?! MAPPING\b)"
    r"|(?:GRANT|REVOKE) (?!.* ON )"
    r"|(?:GRANT|REVOKE) .* ON DATABASE\b"
    r"|COMMENT ON (?:ROLE|DATABASE)\b"
)
_FIRST = frozenset(b"CREATE ALTER DROP GRANT REVOKE COMMENT DO".split())
_NAMED = frozenset({"word", "name"})
_OPTION_FOR = frozenset(b"ADMIN INHERIT SET OPTION FOR".split())
_KINDS = frozenset(b"ROLE USER GROUP".split())


class Shared(NamedTuple):
    """A statement about databases (as the tokens that name them) or about roles.

    `roles` are lists of names: two for a GRANT, otherwise one; for a DO block that makes roles, the
    names in its text. `sources` are the databases of the scripts whose content a new database
    copies, the oldest first; `creator` is the role that makes a database, if not the run's.
    """

    statement: Statement
    verb: bytes
    databases: tuple[Token, ...]
    roles: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...] = ()
    creator: str | None = None

    @property
    def database_names(self) -> tuple[str, ...]:
        return tuple(map(name_of_token, self.databases))

    def renamed(self, name: str) -> Statement:
        """Return the statement with another name for its database."""
        token = self.databases[0]
        end = token.offset + len(token.text)
        return self.statement.with_replaced(token.offset, end, quote_identifier(name.encode()))

    def without_owner(self, name: str) -> Statement:
        """Return CREATE DATABASE with another name, and without a role that may not exist."""
        text = self.statement.text
        if (clause := self._option(b"OWNER")) is not None:
            text = text[: clause.start] + b" " * (clause.stop - clause.start) + text[clause.stop :]
        return self._replace(statement=self.statement._replace(text=text)).renamed(name)

    def owned_by(self, name: str) -> Statement | None:
        """Return the owner in CREATE DATABASE as that of the database with this name."""
        text, owner = self.statement.text, quote_identifier((self.creator or "").encode())
        if (clause := self._option(b"OWNER")) is not None:
            owner = self._value(clause)
        elif self.creator is None:
            return None
        altered = b"ALTER DATABASE " + quote_identifier(name.encode()) + b" OWNER TO " + owner
        return self.statement.with_replaced(0, len(text), altered)

    @property
    def template(self) -> str | None:
        clause = self._option(b"TEMPLATE")
        return catalog_name(self._value(clause).decode().strip()) if clause else None

    @property
    def new_name(self) -> str | None:
        last = [one for one in tokens(self.statement.text) if one.text != b";"][-3:]
        is_renamed = self.databases and [one.text for one in last[:2]] == [b"RENAME", b"TO"]
        return name_of_token(last[2]) if is_renamed else None

    def _value(self, clause: slice) -> bytes:
        return re.sub(rb"^\w+\s*=?", b"", self.statement.text[clause])

    def _option(self, name: bytes) -> slice | None:
        found = list(tokens(self.statement.text))
        for at, token in enumerate(found[:-1]):
            if token.kind == "word" and token.text == name:
                last = found[at + 2] if found[at + 1].text == b"=" else found[at + 1]
                return slice(token.offset, last.offset + len(last.text))
        return None


def with_shared(
    steps: Iterator[Step],
    is_passed_over: Callable[[], bool],
    generated: Callable[[Statement], Sequence[Shared] | None],
) -> Iterator[Step | Shared]:
    r"""Yield the steps, with statements about databases and roles as `Shared`.

    While statements about one database are left out, other statements are, too, except `\gset`,
    which usually asks about the whole server. `generated`: see `Databases`.
    """
    for step in steps:
        found = shared(step) if isinstance(step, Statement) and len(step.starts) == 1 else None
        is_of_one = found is None and isinstance(step, Statements)
        if isinstance(step, Gexec) and is_passed_over():
            if (known := generated(step.statement)) is not None:
                yield from known
                continue
            is_of_one = re.search(SHARED_IN_BODY, step.statement.text) is None
        if not (is_of_one and is_passed_over()):
            yield step if found is None else found


def shared(statement: Statement) -> Shared | None:
    """Return the statement with its names, or None if it concerns only this database."""
    command = Command(statement.text)
    if command.first not in _FIRST:
        return None
    if command.first == b"DO":
        names = re.findall(ROLE_IN_BODY, statement.text.decode("utf-8", "surrogateescape"))
        roles = (tuple(map(catalog_name, names)),)
        return Shared(statement, b"DO", (), roles) if names else None
    if not re.match(_SHARED, command.head):
        return None
    found = command.tokens(60)
    words = [token.text if token.kind == "word" else b"" for token in found]
    if b"DATABASE" in words:
        databases = tuple(_names(found, words.index(b"DATABASE") + 1))
        return Shared(statement, command.first, databases, ())
    return Shared(statement, command.first, (), tuple(_roles(found, words)))


def name_of_token(token: Token) -> str:
    """Return a name as the catalog has it."""
    return catalog_name(token.text.decode("utf-8", "surrogateescape"))


def _names(found: Sequence[Token], start: int) -> Iterator[Token]:
    """Yield the names of a list that begins there, after IF EXISTS."""
    while start < len(found) and found[start].text in (b"IF", b"NOT", b"EXISTS"):
        start += 1
    while start < len(found) and found[start].kind in _NAMED:
        yield found[start]
        if start + 1 >= len(found) or found[start + 1].text != b",":
            return
        start += 2


def _roles(found: Sequence[Token], words: Sequence[bytes]) -> Iterator[tuple[str, ...]]:
    first = words[0]
    if first in (b"GRANT", b"REVOKE"):
        start = 1
        while first == b"REVOKE" and start < len(found) and words[start] in _OPTION_FOR:
            start += 1
        between = b"TO" if first == b"GRANT" else b"FROM"
        starts = [start, *(at + 1 for at, word in enumerate(words) if word == between)]
    else:
        starts = [next((at + 1 for at, word in enumerate(words) if word in _KINDS), len(found))]
    for start in starts[:2]:
        yield tuple(map(name_of_token, _names(found, start)))
