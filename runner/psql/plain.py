"""Plain statements, told at one glance: most of a large seed is of this kind.

Nothing in them needs the lexer, and nothing a look at their words.
"""

from __future__ import annotations

import re

_TEXT = rb"[^'\"$\\/\-:();]*+"
_QUOTED = (rb"'(?<![eE]')[^']*+'", rb"-(?!-)", rb"/(?!\*)", rb"::", rb'"[^"]*+"')
_FLAT = _TEXT + rb"(?:" + b"".join(part + _TEXT + b"|" for part in _QUOTED) + rb")*+"
_NESTED = _FLAT + rb"(?:\(" + _FLAT + rb"\)" + _FLAT + rb"|)*+"
_SPACE = rb"[ \t\n\r\f\v]*+"
_BODY = rb"(?i:insert|update|delete|comment(?![ \t]+on[ \t]+extension))[ \t\n\r]" + (
    _FLAT + rb"(?:\(" + _NESTED + rb"\)" + _FLAT + rb"|)*+;"
)
PLAIN = _SPACE + rb"(" + _BODY + rb")"  # compiled by who takes statements apart: few do
_RUN = re.compile(rb"(?:" + _BODY + _SPACE + rb"|)*+")


def run_at(text: bytes, start: int, most: int) -> bytes:
    """Gives the statements of the run that begins at `start`, as many as fit in `most` bytes."""
    end = _RUN.match(text, start, start + most).end()  # type: ignore[union-attr]
    return text[start:end].rstrip()
