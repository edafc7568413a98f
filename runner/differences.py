"""What a comparison found as text: counts on a line, or a table of differences."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from runner.terminal import WIDTH, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.results import Defined, Found, Verification

_COLOURS = {"missing": "red", "extra": "yellow", "changed": "magenta"}
# What a reader looks for first; the others follow in the order of their names.
_FIRST = ("tables", "columns", "constraints", "indexes", "sequences", "views", "triggers")
_LAST = ("rows", "assertions")
# More would bury what comes after them; `--json` has all.
_MOST = 100
# A definition is shown around the lines that differ.
_AROUND = 2


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


def table(verification: Verification, *, colour: bool) -> str:
    """The differences as a table of 80 columns, with the places in the scripts."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    for header, ratio in (("", None), ("what", 5), ("expected", 4), ("actual", 4)):
        grid.add_column(header, ratio=ratio, overflow="fold")
    for found in verification.found[:_MOST]:
        difference = found.difference
        expected, actual = _around(difference.expected, difference.actual)
        what = Text(_what(found))
        if found.script is not None:
            what.append(f"\n{escape(found.script)}:{found.line}", "dim")
        kind = Text(difference.kind, _COLOURS[difference.kind])
        grid.add_row(kind, what, Text(expected), Text(actual))
    out = io.StringIO()
    console = Console(
        file=out,
        width=WIDTH,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
    )
    console.print(grid)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    if (left := len(verification.found) - _MOST) > 0:
        lines.append(f"and {left:,} more; --json lists them all")
    return "\n".join(lines)


def half_made(first: Defined) -> str:
    """What a database looks like whose scripts stopped somewhere."""
    what = f"the rows of {first.name}" if first.kind == "rows" else f"{first.kind} {first.name}"
    return (
        f"Half made: what the scripts build before {first.script}:{first.line} is there, and"
        f" nothing that comes after it; the first that is missing is {what}."
    )


def _what(found: Found) -> str:
    difference = found.difference
    what = f"{difference.object} {difference.name}"
    return escape(what if difference.property is None else f"{what}, {difference.property}")


def _around(expected: str | None, actual: str | None) -> tuple[str, str]:
    """Both sides; of long ones only the lines around those that differ."""
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


def _part(lines: list[str], first: int, end: int) -> str:
    start, stop = max(first - _AROUND, 0), min(len(lines) - end + _AROUND, len(lines))
    shown = [*(["…"] * (start > 0)), *lines[start:stop], *(["…"] * (stop < len(lines)))]
    return _shown("\n".join(shown))


def _shown(text: str | None) -> str:
    return "-" if text is None else escape(text, keep="\n")
