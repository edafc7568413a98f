"""What to do about an error that the server gave to a statement of the scripts. Pure.

The server's text may be in any language: what counts is its SQLSTATE, the names that it quotes,
and the tokens around its position.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

from runner.check.definitions import defined
from runner.check.dialects import foreign_words
from runner.check.script_facts import ROLE_IN_BODY
from runner.comparison import Defined
from runner.errors import Place, RunnerError
from runner.psql.sql_text import Token, catalog_name, tokens

_STATEMENTS = frozenset(
    b"ALTER ANALYZE BEGIN COMMENT COMMIT COPY CREATE DELETE DO DROP GRANT INSERT REVOKE SELECT SET"
    b" TRUNCATE UPDATE WITH".split()
)
_KEYWORDS = _STATEMENTS | frozenset(
    b"ADD AND CASCADE CHECK COLUMN CONFLICT CONSTRAINT DEFAULT DISTINCT EXISTS EXTENSION FOREIGN"
    b" FROM FUNCTION GENERATED GROUP HAVING INDEX INTO JOIN LANGUAGE LIMIT MATERIALIZED NOT NULL"
    b" ORDER PRIMARY PROCEDURE REFERENCES REPLACE RETURNING RETURNS SCHEMA SEQUENCE TABLE TRIGGER"
    b" TYPE UNIQUE USING VALUES VIEW WHERE".split()
)
# Blanks other than the ASCII one, line and paragraph separators, and format characters.
_INVISIBLE = re.compile(
    "[\x85\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]"
)
_TYPOGRAPHIC = re.compile("[\u2018-\u201f\u00ab\u00bb]")
# A name in a message: quoted, in any language, or before a parenthesis.
_NAME = re.compile('["\u00ab\u00bb\u201c-\u201f](.+?)["\u00ab\u00bb\u201c-\u201f]|([^\\s"(]+)\\(')
# Settings and options that a dump sets, and who writes them.
_SETTINGS = {
    "transaction_timeout": "PostgreSQL 17 and later have it",
    "default_toast_compression": "PostgreSQL 14 and later have it",
    "pg_attver": "pg_dump of Debian's PostgreSQL 15.20 writes it",
}
_ACTS = re.compile("(?i)(?:set|member of) role")
_SKIPPED = "DO $$ BEGIN CREATE {} …; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
# By the kind of an object that exists already; any other kind is dropped before.
_INSTEAD = {
    **dict.fromkeys(("view", "function", "procedure", "aggregate"), "CREATE OR REPLACE {}"),
    **dict.fromkeys(
        ("index", "sequence", "schema", "extension", "server", "statistics"),
        "CREATE {} IF NOT EXISTS",
    ),
    "table": "CREATE TABLE IF NOT EXISTS, or DROP TABLE IF EXISTS before it.",
    **dict.fromkeys(("type", "domain", "role"), _SKIPPED),
}
_CLOCK = (
    r"\bDEFAULT\s+\(*(?:pg_catalog\.)?(?:now|current_timestamp|localtimestamp"
    r"|transaction_timestamp|txid_current|pg_current_xact_id)\b"
)


class Facts(NamedTuple):
    """What the scripts make, with the texts; their names in order; when they were applied."""

    made: Sequence[tuple[Defined, bytes]]
    order: Sequence[str]
    applied: str = ""


class _Failed:
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


def remedy(error: RunnerError, facts: Callable[[], Facts]) -> str | None:
    """The hint for an error that has its `statement`; None when nothing is known.

    `facts` are asked for only when they are needed.
    """
    rules = _RULES.get(error.sqlstate or "", ())
    failed = _Failed(error, facts)
    return next(filter(None, (rule(failed) for rule in rules)), None)


def _foreign(failed: _Failed) -> str | None:
    return foreign_words(failed.joined)


def _invisible(failed: _Failed) -> str | None:
    near = failed.before.text.decode("utf-8", "replace") + failed.word
    if not (found := _INVISIBLE.search("".join((near, *failed.names)))):
        return None
    name = f"U+{ord(found[0]):04X} {unicodedata.name(found[0], '')}".rstrip()
    return f"An invisible character, {name}, is read as a letter: delete it, or write a blank."


def _quotes(failed: _Failed) -> str | None:
    for one, other in pairwise(failed.tokens[: failed.at + 1]):
        is_next = other.offset == one.offset + len(one.text)
        if one.kind == "string" and other.kind == "word" and is_next:
            return "A quote that is part of a text is written twice: 'it''s'."
    if _TYPOGRAPHIC.search(failed.word + "".join(failed.names)):
        return "These are typographic quotes: write ' around a text, and \" around a name."
    return None


def _variable(failed: _Failed) -> str | None:
    if failed.word != ":" or failed.after.offset != failed.token.offset + 1:
        return None
    name = failed.text[failed.after.offset :][: len(failed.after.text)].decode("utf-8", "replace")
    return f"The variable {name} is not set: --var {name}=…"


def _punctuation(failed: _Failed) -> str | None:
    line, token, begins_line = failed.place.line, failed.token, b"\n" in failed.gap
    if failed.before.text == b",":
        what = {")": "the parenthesis", "": "the semicolon", ";": "the semicolon"}
        return f"Remove the comma before {what.get(failed.word, failed.word)}."
    if not failed.depth and failed.at and token.text in _STATEMENTS and begins_line:
        return f"A semicolon is missing before line {line}."
    for one in (token, failed.before):
        near = [known for known in sorted(_KEYWORDS, key=len) if _one_slip(known, one.text)]
        if one.kind == "word" and one.text not in _KEYWORDS and near:
            return f"Did you mean {near[-1].decode()}?"
    if failed.depth and token.kind not in ("other", "end") and failed.before.text != b"(":
        return f"A comma is missing before {f'line {line}' if begins_line else failed.word}."
    return None


def _one_slip(one: bytes, other: bytes) -> bool:
    """Whether one letter is missing, too many, another or elsewhere."""
    shorter, also = (
        {word[:at] + word[at + 1 :] for at in range(len(word))} for word in (one, other)
    )
    is_alike = len(one) == len(other) and shorter & also
    return min(len(one), len(other)) > 2 and bool(one in also or other in shorter or is_alike)


def _values(failed: _Failed) -> str | None:
    words = [token.text for token in failed.tokens]
    if words[:2] != [b"INSERT", b"INTO"] or b"VALUES" not in words or failed.token.kind == "end":
        return None
    values = words.index(b"VALUES")
    rows = range(values, failed.at + 1)
    given = _count(words[max((at for at in rows if words[at] == b"("), default=values + 1) :])
    if failed.before.text not in (b",", b"(") or failed.word == ")":
        return None
    if b"(" not in words[:values]:
        return f"The row has {given} values: more than the table has columns."
    wanted = _count(words[words.index(b"(") :])
    return f"{given} {'values' if given > 1 else 'value'} for {wanted} columns."


def _count(words: Sequence[bytes]) -> int:
    """How many items stand in the parentheses that begin here."""
    depth, count = 0, 1
    for word in words:
        depth += (word == b"(") - (word == b")")
        count += word == b"," and depth == 1
        if not depth:
            break
    return count


def _text_as_name(failed: _Failed) -> str | None:
    if failed.token.kind != "name":
        return None
    text = failed.word[1:-1].replace("'", "''")
    return f"Double quotes are for names. A text is written '{text}'."


def _skipped_column(failed: _Failed) -> str | None:
    """A column that stands in a CREATE TABLE IF NOT EXISTS which did nothing."""
    for one, text in failed.facts().made if failed.names else ():
        column, lower = failed.names[0], text.lower().decode("utf-8", "replace")
        is_named = one.name in (*failed.names[1:], *failed.joined.lower().split())
        skips = one.kind == "table" and "if not exists" in lower
        if skips and is_named and re.search(rf"\b{re.escape(column)}\b", lower):
            return (
                f"{one.name} is there already without {column}, so {one.script}:{one.line} did"
                f" nothing. Write ALTER TABLE {one.name} ADD COLUMN IF NOT EXISTS {column} …"
            )
    return None


def _missing(failed: _Failed) -> str | None:
    """An object that is made later, elsewhere, or under another name."""
    if not failed.names:
        return None
    name = failed.names[0]
    if one := failed.made(name):
        where, later = f"{one.script}:{one.line}", failed.is_later(one)
        if not later:
            lost = (
                ", but not in a schema of search_path, or it was dropped" if later is False else ""
            )
            return f"{name} is made in {where}{lost}."
        if one.script != failed.place.script:
            return f"{name} is made later, in {where}. Scripts run in the order of their names."
        return f"{name} is made later, in {where}. Move that before this statement."
    known = {one.name: one for one in failed.like()}
    near = [*(n for n in known if n.lower() == name), *get_close_matches(name, known, 1, 0.75)]
    if not near or near[0] == name:
        return None
    quoted = near[0] if near[0].islower() else f'"{near[0]}"'
    return f"Did you mean {quoted}, made in {known[near[0]].script}:{known[near[0]].line}?"


def _setting(failed: _Failed) -> str | None:
    who = next((_SETTINGS[name] for name in failed.names if name in _SETTINGS), None)
    return who and f"{who}: leave the line out."


def _exists(failed: _Failed) -> str | None:
    """Where it was made, or when it was applied, and what to write instead."""
    kind, name, on = defined(failed.text.lstrip()) or ("", "", "")
    name = name or "".join(failed.names[:1])
    if kind == "role":
        where = "Roles belong to the server, and pg_dumpall writes all of them: leave it out, or"
    elif (one := failed.made(name)) and failed.is_later(one) is False:
        where = f"{name} was first made in {one.script}:{one.line}."
    else:
        where = f"{name} was there before this run{failed.facts().applied}."
    instead = _INSTEAD.get("" if "MATERIALIZED" in failed.joined else kind)
    if " ADD COLUMN " in failed.joined:
        instead = "ADD COLUMN IF NOT EXISTS"
    if instead is None:
        table = f" ON {on}" if on else ""
        return f"{where} Drop it before: DROP {kind.upper() or '…'} IF EXISTS {name}{table};"
    verb = "write" if where.endswith("or") else "Write"
    return f"{where} {verb} {instead.format(kind.upper())}"


def _stands_still(failed: _Failed) -> str | None:
    """A key that the default of a column makes the same for all rows of the run."""
    columns = re.findall(r"\w+", failed.detail.partition("=")[0])
    for one, text in failed.facts().made if failed.detail else ():
        for column in columns if one.name in failed.joined.lower() else ():
            if re.search(
                rf"\b{column}\b[^,]*{_CLOCK}", text.decode("utf-8", "replace"), re.IGNORECASE
            ):
                return (
                    "now() and the number of the transaction are the same in all statements of the"
                    f" run: give {column} values, or for a time DEFAULT clock_timestamp()."
                )
    return None


def _own_role(failed: _Failed) -> str | None:
    """A role that the scripts make, and which this one may not act for."""
    name = failed.names[0] if failed.names and _ACTS.search(failed.message) else ""
    made = {one.name for one in failed.like() if one.kind == "role"}
    text = failed.text.decode("utf-8", "replace")
    made.update(catalog_name(one) for one in re.findall(ROLE_IN_BODY, text))
    quoted = name if re.fullmatch("[a-z_][a-z0-9_]*", name) else f'"{name}"'
    return f"Write after CREATE ROLE: GRANT {quoted} TO CURRENT_USER;" if name in made else None


def _database(_failed: _Failed) -> str | None:
    return 'In the scripts, :"DBNAME" is the name of the target\'s database.'


_RULES: dict[str, tuple[Callable[[_Failed], str | None], ...]] = {
    "42601": (_invisible, _foreign, _quotes, _variable, _values, _punctuation),
    "42703": (_invisible, _quotes, _text_as_name, _skipped_column),
    **dict.fromkeys(
        ("42P01", "42704", "42883", "3F000"), (_invisible, _foreign, _quotes, _setting, _missing)
    ),
    "22023": (_setting,),
    **dict.fromkeys(("42P07", "42710", "42723", "42P06", "42701"), (_exists,)),
    "3D000": (_database,),
    "42501": (_own_role,),
    "23505": (_stands_still,),
}
