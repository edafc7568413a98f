r"""Meta-commands that only print, or change how psql prints: their arguments are checked.

`do_pset` in src/bin/psql/command.c. A wrong option or value is an error, at which psql stops.
"""

from __future__ import annotations

import re

from runner.psql.slash_arguments import (
    NOTHING,
    ArgumentError,
    Arguments,
    Context,
    MetaCommand,
    Outcome,
)
from runner.psql.state import parse_boolean

_FORMATS = tuple("aligned asciidoc csv html latex troff-ms unaligned wrapped".split())
_LINES = ("single", "double")
# Options with one of these values, or any prefix of one.
_PREFIXES = {
    "linestyle": ("ascii", "old-ascii", "unicode"),
    "unicode_border_linestyle": _LINES,
    "unicode_column_linestyle": _LINES,
    "unicode_header_linestyle": _LINES,
}
# Options that are booleans, and what else they take.
_BOOLEANS = {
    **dict.fromkeys(("x", "expanded", "vertical"), ("auto",)),
    **dict.fromkeys(("numericlocale", "t", "tuples_only", "footer", "\\timing"), ()),
    "pager": ("always",),
}
_ANY = frozenset(
    "border null fieldsep fieldsep_zero recordsep recordsep_zero C title T tableattr"
    " columns".split()
)
_NUMBER = re.compile(r"\s*[+-]?\d+")  # atoi
_INTEGER = re.compile(r"\s*[+-]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")  # strtol


def _pset(arguments: Arguments, _context: Context) -> Outcome:
    option, value = arguments.take(), arguments.take()
    if option is not None:
        _check(option, value)
    return NOTHING


def _short(option: str) -> MetaCommand:
    def command(arguments: Arguments, _context: Context) -> Outcome:
        _check(option, arguments.take())
        return NOTHING

    return command


def _check(option: str, value: str | None) -> None:
    """Raises ArgumentError for what psql refuses."""
    if option in _ANY:
        return
    allowed = _allowed(option)
    if allowed is None:
        hint = "Correct it, or remove the line."
        raise ArgumentError(f"\\pset: unknown option: {option}", 0, hint)
    if value is not None and not _is_allowed(option, value):
        message = f'unrecognized value "{value}" for "{option}"'
        raise ArgumentError(message, 0, f"Write {allowed}.")


def _allowed(option: str) -> str | None:
    """What the values of an option are; None for an unknown one."""
    if option in _BOOLEANS:
        return ", ".join(("on", "off", *_BOOLEANS[option]))
    if option in _PREFIXES:
        return ", ".join(_PREFIXES[option])
    others = {
        "format": ", ".join(_FORMATS),
        "xheader_width": "full, column, page or a number",
        "csv_fieldsep": "one character of one byte, no quote and no line end",
        "pager_min_lines": "a number",
    }
    return others.get(option)


def _is_allowed(option: str, value: str) -> bool:
    lower = value.lower()
    if option in _BOOLEANS:
        return lower in _BOOLEANS[option] or parse_boolean(value) is not None
    if option in _PREFIXES:
        return any(name.startswith(lower) for name in _PREFIXES[option])
    if option == "format":
        matching = sum(name.startswith(lower) for name in _FORMATS)
        return matching == 1 or (not matching and "latex-longtable".startswith(lower))
    if option == "csv_fieldsep":
        return len(value.encode("utf-8", "surrogateescape")) == 1 and value not in '"\n\r'
    if option == "pager_min_lines":
        return _INTEGER.fullmatch(value) is not None
    number = _NUMBER.match(value)
    return lower in ("full", "column", "page") or (number is not None and int(number[0]) != 0)


DISPLAY: dict[str, MetaCommand] = {
    "pset": _pset,
    "x": _short("expanded"),
    "t": _short("tuples_only"),
    "timing": _short("\\timing"),
}
