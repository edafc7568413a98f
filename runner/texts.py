"""Tables of what to say where a pattern fits, each in a text file of its package. Pure."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import NamedTuple


class TextRow(NamedTuple):
    """A row of a table, `KEY PATTERN => TEXT`; the comments of the file say what they mean."""

    key: str
    pattern: str
    text: str


@cache
def words(file: str, key: str) -> frozenset[bytes]:
    """The words of the rows of a key."""
    return frozenset(
        word.encode() for one in rows(file) if one.key == key for word in one.text.split()
    )


def fitting(file: str, key: str, text: str) -> tuple[re.Match[str], str] | None:
    """The first row of a key that fits the text: the match of its pattern, and what it says."""
    for one in rows(file):
        if one.key == key and (match := re.search(one.pattern, text)):
            return match, one.text
    return None


@cache
def rows(file: str) -> tuple[TextRow, ...]:
    """The rows of a file, such as check/remedies.txt."""
    text = resources.files("runner").joinpath(file).read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    found = (re.match(r"(\S+) ?(.*?) ?=> (.*)", line) for line in lines)
    return tuple(TextRow(*row.groups()) for row in found if row)
