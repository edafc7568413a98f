"""Just enough SQL for the oracle: tokens, statements, and what the listener must react to.

Written apart from the runner's lexer, with one regular expression, so that the two do not share
their mistakes. Quotes are read with standard_conforming_strings on.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    rb"""
    (?P<space>[ \t\n\r\f\v]++)
  | (?P<comment>--[^\n\r]*+)
  | (?P<nested>/\*)
  | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*+'?)
  | (?P<string>(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*+'?)
  | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")*+"?)
  | (?P<dollar>\$(?P<tag>(?:[A-Za-z_\x80-\xff][A-Za-z_0-9\x80-\xff]*+)?)\$.*?(?:\$(?P=tag)\$|\Z))
  | (?P<word>[A-Za-z_\x80-\xff][A-Za-z_0-9$\x80-\xff]*+)
  | (?P<number>[0-9]++(?:\.[0-9]++)?|\$[0-9]++)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(rb"/\*|\*/")
_BLANK = frozenset({"space", "comment"})
_AS_WRITTEN = frozenset({"escaped", "string", "quoted", "dollar"})
_DEFAULTS = {"STANDARD_CONFORMING_STRINGS": "on", "CLIENT_ENCODING": "UTF8"}
_TRUE = frozenset({"on", "true", "yes", "1"})


def is_empty(message: bytes) -> bool:
    """Whether it has no token but `;`, so that a server runs nothing."""
    return all(text == b";" for kind, text in _tokens(message) if kind not in _BLANK)


def statements(message: bytes) -> Iterator[list[bytes]]:
    """The statements of a message, each as its tokens without white space and comments.

    Words come in upper case, quoted things as written.
    """
    statement: list[bytes] = []
    for kind, text in _tokens(message):
        if text == b";":
            if statement:
                yield statement
            statement = []
        elif kind not in _BLANK:
            statement.append(text if kind in _AS_WRITTEN else text.upper())
    if statement:
        yield statement


def copy_direction(statement: list[bytes]) -> bytes | None:
    """FROM or TO when the statement is a COPY from or to the client, else None.

    The grammar takes STDIN and STDOUT for the same thing on both sides (gram.y, copy_file_name).
    """
    if statement[0] != b"COPY":
        return None
    depth = 0
    for word, following in itertools.pairwise(statement):
        depth += {b"(": 1, b")": -1}.get(word, 0)
        if depth == 0 and word in (b"FROM", b"TO"):
            return word if following in (b"STDIN", b"STDOUT") else None
    return None


def changed_setting(statement: list[bytes]) -> tuple[str, str] | None:
    """What a SET, RESET or set_config() makes of a setting psql lexes by: (name, value) or None.

    These are `standard_conforming_strings` and `client_encoding`, which a server reports.
    """
    words = [word.decode("utf-8", "replace") for word in statement]
    if words[0] == "SELECT":
        called = re.search(r"SET_CONFIG\('(\w+)','(\w+)',", "".join(words))
        name, value = (called[1].upper(), called[2]) if called else ("", "")
    elif words[0] in ("SET", "RESET"):
        words = [word for word in words[1:] if word not in ("SESSION", "LOCAL", "=", "TO")]
        name, value = words[0], " ".join(words[1:]).strip("'\"")
        name = "CLIENT_ENCODING" if name == "NAMES" else name
    else:
        return None
    if name not in _DEFAULTS:
        return None
    if value in ("", "DEFAULT"):
        value = _DEFAULTS[name]
    if name == "STANDARD_CONFORMING_STRINGS":
        value = "on" if value.lower() in _TRUE else "off"
    return name.lower(), value


def _tokens(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Split SQL into (kind, text); the texts together are the input."""
    at = 0
    while match := _TOKEN.match(text, at):
        kind, end = str(match.lastgroup), match.end()
        if kind == "nested":
            kind, end = "comment", _comment_end(text, at)
        yield kind, text[at:end]
        at = end


def _comment_end(text: bytes, start: int) -> int:
    """The offset after the nested comment that begins at `start`; the end if it has none."""
    depth = 0
    for edge in _COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge[0] == b"/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)
