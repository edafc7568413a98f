"""What a statement is, told from its first words. Not a parser: psql has none either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from runner.psql.tokens import comment_end

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
# Up to four words with nothing but space between them: how nearly every statement begins.
_WORD = rb"([A-Za-z_][A-Za-z0-9_$]*+)"
_SPACE = rb"[ \t\n\r\f\v]"
_HEAD = re.compile(
    _WORD + (rb"(?:" + _SPACE + rb"++" + _WORD + rb")?") * 3 + rb"(?!" + _SPACE + rb"*+(?:--|/\*))"
)

# Statements that end or begin a transaction, as psql names them.
_TRANSACTION_CONTROL = frozenset({b"BEGIN", b"COMMIT", b"END", b"ABORT", b"ROLLBACK"})


class Token(NamedTuple):
    """A word (in upper case), or any other token as it stands, with its byte offset."""

    kind: str
    text: bytes
    offset: int


def tokens(text: bytes) -> Iterator[Token]:
    """Splits the text of one statement into tokens, without space and comments."""
    pos = 0
    while pos < len(text):
        match = _TOKEN.match(text, pos)
        if match is None:  # cannot be: the last alternative takes any byte
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


def string_value(token: Token) -> bytes | None:
    """Gives the value of a string constant, else None; with escapes in it, its text."""
    if token.kind == "string":
        return token.text[1:-1].replace(b"''", b"'")
    if token.kind == "escape":
        return token.text[2:-1].replace(b"''", b"'")
    if token.kind == "dollar":
        tag = token.text.index(b"$", 1) + 1
        return token.text[tag:-tag]
    return None


def catalog_name(name: str) -> str:
    """A name as the catalog has it: folded to lower case, or what stands in double quotes."""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return name.lower()


def first_words(text: bytes, count: int = 4) -> tuple[bytes, ...]:
    """Gives the words, in upper case, that a statement begins with, `count` at the most."""
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


def leading_space(text: bytes, pos: int = 0) -> int:
    """Gives the position of the first token at or after `pos`."""
    for token in tokens(text[pos:]):
        return pos + token.offset
    return len(text)


def transaction_control(words: tuple[bytes, ...]) -> bytes | None:
    """Gives the command, such as COMMIT, when the words begin one that controls transactions.

    Savepoints are not among them: they work inside the one transaction.
    """
    first, second = (*words, b"", b"")[:2]
    if first in _TRANSACTION_CONTROL:
        rolls_back_to = first == b"ROLLBACK" and b"TO" in words[1:3]
        return None if rolls_back_to else first
    if (first, second) in ((b"START", b"TRANSACTION"), (b"PREPARE", b"TRANSACTION")):
        return first + b" " + second
    return None
