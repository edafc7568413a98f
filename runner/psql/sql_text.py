"""SQL text as psql sees it: tokens, the first words of a command, and what some commands name.

This is not a parser; psql has none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from runner.psql.steps import Statement

VARIABLE = re.compile(
    rb":(?:[A-Za-z0-9_\x80-\xff]++|'[A-Za-z0-9_\x80-\xff]++'"
    rb'|"[A-Za-z0-9_\x80-\xff]++"|\{\?[A-Za-z0-9_\x80-\xff]++\})'
)

_TOKEN = re.compile(
    rb"""
      (?P<space> [ \t\n\r\f\v]++ | --[^\n\r]*+ )
    | (?P<comment> /\* )
    | (?P<escape> [eE] ' [^'\\]*+ (?: (?: \\. | '' ) [^'\\]*+ | )*+ ' )
    | (?P<dollar> \$ (?: [A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+ )? \$ )
    | (?P<word> [A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*+ )
    | (?P<string> ' [^']*+ (?: '' [^']*+ | )*+ ' )
    | (?P<name> " [^"]*+ (?: "" [^"]*+ | )*+ " )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Up to four words separated by space only: the beginning of nearly every statement.
_WORD = rb"([A-Za-z_][A-Za-z0-9_$]*+)"
_SPACE = rb"[ \t\n\r\f\v]"
_COMMENT_MARK = re.compile(rb"/\*|\*/")
_WORD_AT = rb"[A-Za-z_\x80-\xff]"
_ENDS_STATEMENT = rb";[ \t\r]*+\n"
_HEAD = re.compile(
    _WORD + (rb"(?>" + _SPACE + rb"++" + _WORD + rb"|)") * 3 + rb"(?!" + _SPACE + rb"*+(?:--|/\*))"
)

# Commands that begin or end a transaction, by their first word.
TRANSACTION_CONTROL = frozenset({b"BEGIN", b"COMMIT", b"END", b"ABORT", b"ROLLBACK"})
# Most statements do not begin like this, which a pattern shows fast.
_MAY_CONTROL = re.compile(
    rb"(?i)[ \t\n\r\f\v]*+(?:--|/\*|BEGIN|START|COMMIT|END|ABORT|ROLLBACK|PREPARE)"
)
# BEGIN, COMMIT, ROLLBACK and their synonyms, as in gram.y.
_MODE = (
    rb"(?: ,)? (?:ISOLATION LEVEL (?:SERIALIZABLE|REPEATABLE READ|READ COMMITTED|READ UNCOMMITTED)"
    rb"|READ WRITE|READ ONLY|(?:NOT )?DEFERRABLE)"
)
_BEGIN = rb"(?:BEGIN(?: WORK| TRANSACTION)?|START TRANSACTION)(?:" + _MODE + rb")*"
_END = rb"(COMMIT|END|ROLLBACK|ABORT)(?: WORK| TRANSACTION)?(?: AND( NO)? (CHAIN))?"
_MOST_TOKENS = 24  # tokens of such a command

# VACUUM and CONCURRENTLY
_BEFORE_NAME = (b"IF", b"EXISTS", b"ONLY")
_AFTER_NAME = (b"(", b"USING", b"CASCADE", b"RESTRICT", b";")
_LAST_PART = re.compile(r'("(?:[^"]|"")+"|[^\s",.]+)(?= ,|$)')


def comment_end(text: bytes, pos: int, depth: int = 0) -> tuple[int, int]:
    """Find the end of a nested comment from inside it, `depth` levels down.

    Returns the position after it and -1, or the end of the text and the depth there.
    """
    for found in _COMMENT_MARK.finditer(text, pos):
        depth += 1 if found[0] == b"/*" else -1
        if depth < 0:
            return found.end(), depth
    return len(text), depth


def variable_at(text: bytes, pos: int) -> bytes:
    """Return the variable reference at `pos`, such as `:name`, `:'name'` or `:{?name}`."""
    match = VARIABLE.match(text, pos)
    return match.group() if match else b""


def variable_name(reference: bytes) -> str:
    """Return the name in a variable reference."""
    return reference.strip(b":'\"{?}").decode("utf-8", "surrogateescape")


def quote_literal(value: bytes) -> bytes:
    """Quote a value as an SQL literal, as PQescapeLiteral does (libpq, fe-exec.c)."""
    quoted = b"'" + value.replace(b"\\", b"\\\\").replace(b"'", b"''") + b"'"
    return b" E" + quoted if b"\\" in value else quoted


def quote_identifier(value: bytes) -> bytes:
    """Quote a value as an SQL identifier, as PQescapeIdentifier does (libpq, fe-exec.c)."""
    return b'"' + value.replace(b'"', b'""') + b'"'


class Token(NamedTuple):
    """A word (in upper case), or another token as written, with its byte offset."""

    kind: str
    text: bytes
    offset: int


def tokens(text: bytes) -> Iterator[Token]:
    """Yield the tokens of one statement, without comments and space."""
    pos = 0
    while pos < len(text):
        match = _TOKEN.match(text, pos)
        if match is None:  # impossible: the last alternative matches any byte
            return
        kind, end = match.lastgroup or "other", match.end()
        if kind == "comment":
            pos, _ = comment_end(text, pos + 2)
            continue
        if kind == "dollar":
            closing = text.find(match.group(), end)
            kind, end = ("other", pos + 1) if closing < 0 else (kind, closing + end - pos)
        if kind != "space":
            token = text[pos:end]
            yield Token(kind, token.upper() if kind == "word" else token, pos)
        pos = end


def misplaced_quote(text: bytes, *, identifiers: bool) -> int | None:
    """Return the likely place of a surplus or missing quote before an unclosed one, or None."""
    for token in tokens(text):
        if token.text == (b'"' if identifiers else b"'"):
            return token.offset
        end = token.offset + len(token.text)
        if identifiers and token.kind == "name" and b"\n" in token.text:
            return token.offset
        if not identifiers and token.kind in ("string", "escape"):
            if re.search(_ENDS_STATEMENT, token.text):
                return token.offset
            if re.match(_WORD_AT, text[end : end + 1]):
                return end - 1
    return None


def string_value(token: Token) -> bytes | None:
    """Return the value of a string constant, else None; escapes in it are not decoded."""
    if token.kind == "string":
        return token.text[1:-1].replace(b"''", b"'")
    if token.kind == "escape":
        return token.text[2:-1].replace(b"''", b"'")
    if token.kind == "dollar":
        tag = token.text.index(b"$", 1) + 1
        return token.text[tag:-tag]
    return None


def catalog_name(name: str) -> str:
    """Return a name as in the catalog: in lower case, or without its double quotes."""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return name.lower()


def first_words(text: bytes, count: int = 4) -> tuple[bytes, ...]:
    """Return at most `count` words, in upper case, that a statement begins with."""
    head = _HEAD.match(text)
    if head is not None and count <= 4:
        return tuple([word.upper() for word in head.groups() if word is not None][:count])
    words: list[bytes] = []
    for token in tokens(text):
        if token.kind != "word":
            break
        words.append(token.text)
        if len(words) == count:
            break
    return tuple(words)


def leading_space(text: bytes) -> int:
    """Return the position of the first token."""
    return next((token.offset for token in tokens(text)), len(text))


def transaction_control(words: tuple[bytes, ...]) -> bytes | None:
    """Return the command, such as COMMIT, if these first words are one; None for savepoints."""
    first, second = (*words, b"", b"")[:2]
    if first in TRANSACTION_CONTROL:
        return None if first == b"ROLLBACK" and b"TO" in words[1:3] else first
    if (first, second) in ((b"START", b"TRANSACTION"), (b"PREPARE", b"TRANSACTION")):
        return first + b" " + second
    return None


def transaction_commands(statement: Statement) -> Iterator[tuple[int, bytes]]:
    """Yield the transaction control in a statement: its offset in the text, and the command."""
    if len(statement.starts) == 1 and not _MAY_CONTROL.match(statement.text):
        return
    for start, command in zip(statement.starts, statement.commands, strict=True):
        control = transaction_control(first_words(command))
        if control is not None and not is_of_body(command, control):
            yield start, control


def is_of_body(command: bytes, control: bytes) -> bool:
    """Return whether it is the BEGIN or END of a cut body, a syntax error for the server."""
    return control in (b"BEGIN", b"END") and read_control(command) is None


class TransactionControl(NamedTuple):
    """A command that begins or ends a transaction; `first` is its first word."""

    first: bytes
    chains: bool = False

    @property
    def begins(self) -> bool:
        return self.first in (b"BEGIN", b"START")


def read_control(command: bytes) -> TransactionControl | None:
    """Return the command; None for one without a savepoint equivalent (PREPARE TRANSACTION)."""
    found = [token.text for _, token in zip(range(_MOST_TOKENS), tokens(command), strict=False)]
    text = b" ".join(found[:-1] if found[-1:] == [b";"] else found)
    if re.fullmatch(_BEGIN, text):
        return TransactionControl(found[0])
    if end := re.fullmatch(_END, text):
        return TransactionControl(end[1], chains=end[3] is not None and end[2] is None)
    return None


def refused_control(control: bytes) -> str:
    """Return the message about transaction control in a script, for error and finding."""
    return f"{control.decode()} would end or split the one transaction of the run"


def read_concurrently(command: bytes) -> tuple[str, bytes] | None:
    """Return the unqualified table or index, and the command without the word CONCURRENTLY."""
    found = [token for _, token in zip(range(_MOST_TOKENS), tokens(command), strict=False)]
    words = [token.text for token in found]
    if b"CONCURRENTLY" not in words or words[0] not in (b"CREATE", b"DROP"):
        return None
    at = words.index(b"CONCURRENTLY")
    if words[at - 1] != b"INDEX":
        return None
    before = words.index(b"ON") if words[0] == b"CREATE" and b"ON" in words else at
    rest = [word for word in words[before + 1 :] if word not in _BEFORE_NAME]
    listed = b" ".join(takewhile(lambda word: word not in _AFTER_NAME, rest))
    names = _LAST_PART.findall(listed.decode("utf-8", "replace"))
    start, end = found[at].offset, found[at].offset + len(words[at])
    blank = b" " * (end - start)
    return catalog_name("".join(names[:1])), command[:start] + blank + command[end:]
