"""VACUUM and CREATE INDEX CONCURRENTLY: the tables that they name. Pure."""

from __future__ import annotations

from typing import NamedTuple

from runner.psql.sql_text import Token, catalog_name, tokens

_OPTIONS = frozenset(b"FULL FREEZE VERBOSE ANALYZE ANALYSE".split())
_TO_NAME = 16  # tokens


class Vacuum(NamedTuple):
    """The options as they are written, and the tables, without schema, as in the catalog."""

    options: str
    tables: tuple[str, ...]


def read_vacuum(command: bytes) -> Vacuum:
    """Reads a VACUUM. Without a table it is of all of them."""
    found = [token for token in tokens(command) if token.text != b";"][1:]
    texts = [token.text for token in found]
    end = 0
    if texts[:1] == [b"("]:
        end = texts.index(b")") + 1 if b")" in texts else len(texts)
    while end < len(texts) and texts[end] in _OPTIONS:
        end += 1
    options = b" ".join(texts[:end]).decode("utf-8", "replace")
    return Vacuum(options, tuple(_names(found[end:])))


def _names(items: list[Token]) -> list[str]:
    """The last part of each name of a list, in which columns stand in parentheses."""
    found: list[str] = []
    depth, is_new = 0, True
    for token in items:
        if token.text in (b"(", b")"):
            depth += 1 if token.text == b"(" else -1
        elif depth:
            continue
        elif token.text == b",":
            is_new = True
        elif token.kind in ("word", "name"):
            name = catalog_name(token.text.decode("utf-8", "replace"))
            found[len(found) - (not is_new) :] = [name]
            is_new = False
    return found


class ConcurrentIndex(NamedTuple):
    """Where CONCURRENTLY stands in a CREATE INDEX, and the table, without schema."""

    start: int
    end: int
    table: str


def concurrent_index(command: bytes) -> ConcurrentIndex | None:
    """Reads a CREATE INDEX CONCURRENTLY; None for any other command."""
    found = [token for _, token in zip(range(_TO_NAME), tokens(command), strict=False)]
    words = [token.text for token in found]
    if words[:1] != [b"CREATE"] or b"CONCURRENTLY" not in words[2:4] or b"ON" not in words:
        return None
    at, on = words.index(b"CONCURRENTLY"), words.index(b"ON")
    rest = found[on + 1 + (words[on + 1 : on + 2] == [b"ONLY"]) :]
    stop = next((n for n, token in enumerate(rest) if token.text in (b"(", b"USING")), len(rest))
    start = found[at].offset
    table = _names(rest[:stop])
    return ConcurrentIndex(start, start + len(words[at]), table[0] if table else "")
