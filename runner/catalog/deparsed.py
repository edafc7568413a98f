"""Code that two versions of PostgreSQL print differently, held against each other. Pure.

What ruleutils.c prints has changed: a query of one table names its columns without the table since
16; since 14 an expression keeps the words that SQL has for some functions, and EXTRACT is numeric.
"""

from __future__ import annotations

import re
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


_QUALIFIER = re.compile(r'(?:\b[a-z_][\w$]*|"(?:[^"]|"")+")\.(?=[a-z_"])')
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$]+|\S""")
_TRIMMED = {"BOTH": "btrim", "LEADING": "ltrim", "TRAILING": "rtrim"}
_NAMES = frozenset(
    {"btrim", "date_part", "ltrim", '"overlaps"', '"overlay"', '"position"', "rtrim",
     '"substring"', "timezone"}
)  # fmt: skip
_BETWEEN = frozenset({"FOR", "FROM", "IN", "PLACING"})
_CAST = re.compile(r"(\(.*\)) : : [\w ]+")


def same_code(one: str | None, other: str | None, versions: tuple[int, int]) -> bool:
    """Whether two servers of these `server_version_num` mean the same by what they print.

    Between servers that print alike, every character counts.
    """
    if one is None or other is None or one == other:
        return one == other
    older, newer = sorted(versions)
    if older < 160000 <= newer:
        one, other = (_QUALIFIER.sub("", code) for code in (one, other))
    if older < 140000 and older // 10000 != newer // 10000:
        one, other = _as_calls(one), _as_calls(other)
    return one == other


def _as_calls(code: str) -> str:
    """The tokens, with the functions that SQL has words for called by their names."""
    open_groups: list[list[str]] = [[]]
    for piece in _TOKEN.findall(code):
        if piece == "(":
            open_groups.append([])
        elif piece == ")" and len(open_groups) > 1:
            group = open_groups.pop()
            open_groups[-1] += _closed(open_groups[-1], group)
        else:
            open_groups[-1].append(piece)
    text = " ( ".join(" ".join(group) for group in open_groups)
    return text.replace("double precision", "numeric")


def _closed(before: list[str], group: list[str]) -> list[str]:
    """What a group in parentheses is written as; `before` loses the word that called it."""
    word = before[-1] if before else ""
    called = _called(word, group)
    if called is not None:
        before.pop()
    else:
        called = _infix(group)
    if called is not None:
        name, *arguments = called
        return [name, f"({' , '.join(map(_uncast, arguments))})"]
    if word == "similar_escape":  # of 12
        before[-1] = "similar_to_escape"
        arguments = [one for one in _split(group, {","}) if one != "NULL : : text"]
        return [f"({' , '.join(arguments)})"]
    if word in _NAMES:
        return [f"({' , '.join(map(_uncast, _split(group, {','})))})"]
    return [f"({' '.join(group)})"]


def _uncast(argument: str) -> str:
    """Without the cast around it: among words of SQL an implicit one is not printed."""
    cast = _CAST.fullmatch(argument)
    if cast is None:
        return argument
    depths = accumulate((one == "(") - (one == ")") for one in _TOKEN.findall(cast[1]))
    return argument if 0 in list(depths)[:-1] else cast[1][1:-1]


def _called(word: str, group: list[str]) -> tuple[str, ...] | None:
    """The function and its arguments in `TRIM(BOTH FROM a)` and the like."""
    parts = _split(group)
    if word == "TRIM" and group and group[0] in _TRIMMED and len(parts) == 2:
        characters = parts[0].split(" ", 1)[1:]
        return _TRIMMED[group[0]], parts[1], *characters
    if word == "EXTRACT" and len(parts) == 2:
        return "date_part", f"'{parts[0]}' : : text", parts[1]
    if word == "POSITION" and len(parts) == 2:
        return '"position"', parts[1][1:-1], parts[0][1:-1]
    if word in ("OVERLAY", "SUBSTRING") and len(parts) > 1:
        return f'"{word.lower()}"', *parts
    return None


def _infix(group: list[str]) -> tuple[str, ...] | None:
    """The function and its arguments in `(a AT TIME ZONE b)` and `((a, b) OVERLAPS (c, d))`."""
    if "AT" in group:
        at = group.index("AT")
        if group[at + 1 : at + 3] == ["TIME", "ZONE"]:
            return "timezone", " ".join(group[at + 3 :]), " ".join(group[:at])
    if group[1:2] == ["OVERLAPS"] and len(group) == 3:
        pairs = (_split(_TOKEN.findall(pair[1:-1]), {","}) for pair in (group[0], group[2]))
        return '"overlaps"', *(one for pair in pairs for one in pair)
    return None


def _split(group: list[str], between: Collection[str] = _BETWEEN) -> list[str]:
    """What stands before, between and after the words that separate arguments."""
    parts = groupby(group, key=between.__contains__)
    return [" ".join(words) for is_word, words in parts if not is_word]
