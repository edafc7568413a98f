"""Read the text files of the packages; some are tables of patterns and texts. Pure."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple


class TextRow(NamedTuple):
    """A row `KEY PATTERN => TEXT` of a table; the comments of the file explain its columns.

    A row with `{new}` in its text is a template: lines `+ PATTERN => NEW ;; …` after it stand for
    rows with these instead of `%` and `{new}`.
    """

    key: str
    pattern: str
    text: str


def read_text(file: str) -> str:
    """Return the text of a file of the runner, such as check/findings.txt."""
    return (Path(__file__).parent / file).read_text("utf-8")


@cache
def words(file: str, key: str) -> frozenset[bytes]:
    """Return the words in the texts of the rows with the key."""
    return frozenset(
        word.encode() for one in rows(file) if one.key == key for word in one.text.split()
    )


def first_match(file: str, key: str, text: str) -> tuple[re.Match[str], str] | None:
    """Return the match and the text of the first row with the key whose pattern matches."""
    for one in rows(file):
        if one.key == key and (match := re.search(one.pattern, text)):
            return match, one.text
    return None


@cache
def rows(file: str) -> tuple[TextRow, ...]:
    """Return the rows of a file such as check/remedies.txt."""
    lines = (line for line in read_text(file).splitlines() if line and not line.startswith("#"))
    found: list[TextRow] = []
    template = TextRow("", "", "")
    for line in lines:
        if line.startswith("+ "):
            found += _filled(template, line[2:])
        elif row := re.match(r"(\S+) ?(.*?) ?=> (.*)", line):
            template = TextRow(*row.groups())
            found += [] if "{new}" in template.text else [template]
    return tuple(found)


def _filled(template: TextRow, line: str) -> list[TextRow]:
    """Return the rows of a line `PATTERN => NEW ;; PATTERN => NEW` after its template."""
    return [
        TextRow(
            template.key,
            template.pattern.replace("%", pattern),
            template.text.replace("{new}", new),
        )
        for pattern, new in (one.split(" => ") for one in line.split(" ;; "))
    ]
