"""Tokens that more than one reader of SQL text has to find."""

from __future__ import annotations

import re

_VARIABLE = re.compile(
    rb":(?:[A-Za-z0-9_\x80-\xff]++|'[A-Za-z0-9_\x80-\xff]++'"
    rb'|"[A-Za-z0-9_\x80-\xff]++"|\{\?[A-Za-z0-9_\x80-\xff]++\})'
)


def comment_end(text: bytes, pos: int, depth: int = 0) -> tuple[int, int]:
    """Finds the end of a nested comment, from inside it, `depth` levels down.

    Gives the position after it and -1, or the end of the text and the depth there.
    """
    close = opened = -1
    while True:
        # Each is looked for once and then kept until it is passed.
        if close < pos and (close := text.find(b"*/", pos)) < 0:
            close = len(text)
        if opened < pos and (opened := text.find(b"/*", pos)) < 0:
            opened = len(text)
        if opened < close:
            depth += 1
            pos = opened + 2
        elif close == len(text):
            return close, depth
        else:
            pos = close + 2
            depth -= 1
            if depth < 0:
                return pos, depth


def variable_at(text: bytes, pos: int) -> bytes:
    """Gives the variable reference at `pos`, such as `:name`, `:'name'` or `:{?name}`."""
    match = _VARIABLE.match(text, pos)
    return match.group() if match else b""
