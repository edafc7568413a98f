"""Differences that a comparison found, and changes of a run, as lines of text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.report.terminal import MAGENTA, RED, WIDTH, YELLOW, coloured, escape, fit, width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.comparison import Defined, Found, Verification
    from runner.results import ObjectChange


_SIGNS = {"created": "+", "dropped": "-", "changed": "~", "rows": "#"}
_COLOURS = {"missing": RED, "extra": YELLOW, "changed": MAGENTA}
_INDENT, _LABEL = 9, 10
# Lines of one side.
_LINES = 8
# Printed first and last; the others are in the order of their names.
_FIRST = ("tables", "columns", "constraints", "indexes", "sequences", "views", "triggers")
_LAST = ("rows", "assertions")
# Differences printed; --json has all.
_MOST = 100
# Lines printed around those that differ.
_AROUND = 2


def change_lines(change: ObjectChange) -> list[str]:
    """The sign, kind and object of a change; for a property, both values below."""
    where = f" in {escape(change.database)}" if change.database else ""
    head = f"{_SIGNS[change.kind]} {change.kind:<8} {change.object} {escape(change.name)}{where}"
    if change.kind == "rows":
        counts = (
            (change.inserted, "inserted"),
            (change.updated, "updated"),
            (change.deleted, "deleted"),
            (change.overwritten, "rows of others overwritten"),
        )
        return [f"{head}: {', '.join(f'{count:,} {what}' for count, what in counts if count)}"]
    if change.kind != "changed":
        return [head]
    if change.property is None:
        return [f"{head}: {escape(change.after or '')}"]
    was, now = (
        fit(escape(text or "nothing"), WIDTH - 10) for text in (change.before, change.after)
    )
    return [f"{head}, {change.property}", f"    was {was}", f"    now {now}"]


def counts(checked: Mapping[str, int]) -> str:
    """`4 tables, 27 columns, 1 function, 9 rows`."""
    known = [*_FIRST, *sorted(set(checked) - {*_FIRST, *_LAST}), *_LAST]
    return ", ".join(
        f"{checked[kind]:,} {kind if checked[kind] != 1 else _singular(kind)}"
        for kind in known
        if checked.get(kind)
    )


def _singular(plural: str) -> str:
    if plural in ("statistics", "default privileges"):
        return plural
    for ending, single in (("ies", "y"), ("sses", "ss"), ("xes", "x")):
        if plural.endswith(ending):
            return plural.removesuffix(ending) + single
    return plural.removesuffix("s")


def difference_lines(verification: Verification, *, colour: bool) -> list[str]:
    """Each difference with its place in the scripts and both sides, in 80 columns."""
    lines: list[str] = []
    for found in verification.found[:_MOST]:
        difference = found.difference
        kind = f"{difference.kind:<{_INDENT}}"
        kind = coloured(kind, _COLOURS[difference.kind], colour)
        first, *others = _heading(found)
        lines += [kind + first, *(" " * _INDENT + line for line in others)]
        nothing = "(none)" if difference.kind == "changed" else None
        expected, actual = _around(difference.expected or nothing, difference.actual or nothing)
        lines += [*_side("expected", expected), *_side("actual", actual)]
    if (left := len(verification.found) - _MOST) > 0:
        lines.append(f"and {left:,} more; --json lists them all")
    return [line.rstrip() for line in lines]


def _heading(found: Found) -> list[str]:
    """The object, and its place in the scripts: on one line if it fits."""
    difference = found.difference
    what = f"{difference.object} {difference.name}"
    if difference.database not in (None, difference.name):
        what = f"{what} in {difference.database}"
    if difference.property is not None:
        what = f"{what}, {difference.property}"
    lines = _wrapped(escape(what), WIDTH - _INDENT)
    if found.script is not None:
        place = escape(f"{found.script}:{found.line}")
        room = WIDTH - _INDENT - width(lines[-1]) - width(place)
        if room < 2:
            *before, place = _cut(place, WIDTH - _INDENT)
            lines += [*before, ""]
            room = WIDTH - _INDENT - width(place)
        lines[-1] += " " * room + place
    return lines


def _side(label: str, text: str | None) -> list[str]:
    if text is None:
        return []
    left = f"{'':{_INDENT}}{label:<{_LABEL}}"
    lines = [line for part in text.split("\n") for line in _wrapped(part, WIDTH - len(left))]
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], "…"]
    return [left + lines[0], *(" " * len(left) + line for line in lines[1:])]


def _wrapped(text: str, cells: int) -> list[str]:
    """Escaped text in lines of at most `cells`, broken at blanks if possible."""
    lines = [""]
    for piece in re.findall(r"\s+|\S+", text):
        if width(lines[-1] + piece) <= cells:
            lines[-1] += piece
        elif not piece.isspace():
            lines += _cut(piece, cells)
    return [line for line in lines if line.strip()] or [""]


def _cut(word: str, cells: int) -> list[str]:
    pieces = [""]
    for char in word:
        if width(pieces[-1] + char) > cells:
            pieces.append("")
        pieces[-1] += char
    return pieces


def stopped_at(first: Defined) -> str:
    """The sentence about a database whose scripts stopped before they created `first`."""
    if first.kind == "rows":
        # The missing ones may be those of a later INSERT.
        what = f"First incomplete: the rows of {first.name}."
    else:
        what = f"First missing: {first.kind} {first.name}."
    return (
        f"Incomplete: the database contains what the scripts create before"
        f" {first.script}:{first.line}, and nothing after it. {what}"
    )


def _around(expected: str | None, actual: str | None) -> tuple[str | None, str | None]:
    """Both sides, reduced to the lines around those that differ."""
    if expected is None or actual is None:
        return _shown(expected), _shown(actual)
    wanted, got = expected.split("\n"), actual.split("\n")
    first = 0
    while first < min(len(wanted), len(got)) and wanted[first] == got[first]:
        first += 1
    end = 0
    while end < min(len(wanted), len(got)) - first and wanted[-1 - end] == got[-1 - end]:
        end += 1
    return _part(wanted, first, end), _part(got, first, end)


def _part(lines: list[str], first: int, end: int) -> str | None:
    start, stop = max(first - _AROUND, 0), min(len(lines) - end + _AROUND, len(lines))
    shown = [*(["…"] * (start > 0)), *lines[start:stop], *(["…"] * (stop < len(lines)))]
    return _shown("\n".join(shown))


def _shown(text: str | None) -> str | None:
    return None if text is None else escape(text.rstrip("\n"), keep="\n")
