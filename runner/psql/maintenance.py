"""The tables and indexes that VACUUM and CONCURRENTLY commands name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from runner.psql.sql_text import Token, catalog_name, tokens

_OPTIONS = frozenset(b"FULL FREEZE VERBOSE ANALYZE ANALYSE".split())
_BEFORE_NAME = (b"IF", b"EXISTS", b"ONLY")
_AFTER_NAME = (b"(", b"USING", b"CASCADE", b"RESTRICT", b";")
_LAST_PART = re.compile(r'("(?:[^"]|"")+"|[^\s",.]+)(?= ,|$)')
_MOST_TOKENS = 16  # tokens


def read_vacuum(command: bytes) -> tuple[str, list[str]]:
    """Return the options of a VACUUM as written, and its tables (none: all) without schema."""
    found = [token for token in tokens(command) if token.text != b";"][1:]
    texts = [token.text for token in found]
    end = 0
    if texts[:1] == [b"("]:
        end = texts.index(b")") + 1 if b")" in texts else len(texts)
    while end < len(texts) and texts[end] in _OPTIONS:
        end += 1
    options = b" ".join(texts[:end]).decode("utf-8", "replace")
    return options, _names(found[end:])


def _names(items: Iterable[Token]) -> list[str]:
    """Return the last part of each name in a list; columns in parentheses are skipped."""
    text = b" ".join(token.text for token in items).decode("utf-8", "replace")
    names = _LAST_PART.findall(re.sub(r" \([^()]*\)", "", text))
    return [catalog_name(name) for name in names]


def read_concurrently(command: bytes) -> tuple[str, bytes] | None:
    """Return the table or index of an index command with CONCURRENTLY, or None.

    The name has no schema; the second value is the command without that word.
    """
    found = [token for _, token in zip(range(_MOST_TOKENS), tokens(command), strict=False)]
    words = [token.text for token in found]
    if b"CONCURRENTLY" not in words or words[0] not in (b"CREATE", b"DROP"):
        return None
    at = words.index(b"CONCURRENTLY")
    if words[at - 1] != b"INDEX":
        return None
    before = words.index(b"ON") if words[0] == b"CREATE" and b"ON" in words else at
    rest = [token for token in found[before + 1 :] if token.text not in _BEFORE_NAME]
    stop = next((n for n, token in enumerate(rest) if token.text in _AFTER_NAME), len(rest))
    names = _names(rest[:stop])
    start, end = found[at].offset, found[at].offset + len(words[at])
    blank = b" " * (end - start)
    return names[0] if names else "", command[:start] + blank + command[end:]
