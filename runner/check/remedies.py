"""The table of remedies: words of other databases, and what PostgreSQL has instead. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.check.failed_statement import FailedStatement
from runner.texts import rows


def foreign_words(failed: FailedStatement) -> str | None:
    """What to write instead, one line for each word that is found, where one is named."""
    found = list(_found("*", failed.joined))
    if not any(failed.is_named(*match.span()) for _, match in found):
        return None
    return "\n".join(_text(failed, *one) for one in found)


def by_code(failed: FailedStatement, code: str | None = None) -> str | None:
    """What the table has first for a code: that of the error, or another."""
    found = next(_found(code or failed.sqlstate or "", failed.marked), None)
    return found and _text(failed, *found)


def _found(code: str, text: str) -> Iterator[tuple[str, re.Match[str]]]:
    for one in rows("check/remedies.txt"):
        if code in one.key.split(",") and (match := re.search(one.pattern, text)):
            yield one.text, match


def _text(failed: FailedStatement, text: str, match: re.Match[str]) -> str:
    word = next(filter(None, match.groups()), match[0])
    line = f"line {failed.place.line}" if failed.begins_line else failed.shown
    return text.format(word, low=word.lower(), shown=failed.shown, line=line)
