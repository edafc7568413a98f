r"""Options of printing: `\pset` and its short forms. Only their values are checked (`do_pset`)."""

from __future__ import annotations

import re

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, MetaCommand, Outcome


def _prefixes(words: str) -> str:
    return "|".join(word[:end] for word in words.split() for end in range(1, len(word) + 1))


# Each option: what its values are, and a pattern for them.
ON_OFF = "1|0|on|off?|" + _prefixes("true false yes no")  # as `state.parse_boolean`
BOOLEAN = ("on or off", ON_OFF)
INTEGER = r"\s*[+-]?(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)"
_EXPANDED = ("on, off or auto", ON_OFF + "|auto")
_LINE = ("single or double", _prefixes("single double"))
_FORMATS = "aligned asciidoc csv html latex-longtable troff-ms unaligned wrapped"
_OPTIONS = {
    **dict.fromkeys(("x", "expanded", "vertical"), _EXPANDED),
    **dict.fromkeys(("numericlocale", "t", "tuples_only", "footer", "\\timing"), BOOLEAN),
    "pager": ("on, off or always", ON_OFF + "|always"),
    "format": (", ".join(_FORMATS.split()), "(?!a$)(?:" + _prefixes(_FORMATS) + ")"),
    "linestyle": ("ascii, old-ascii or unicode", _prefixes("ascii old-ascii unicode")),
    "unicode_border_linestyle": _LINE,
    "unicode_column_linestyle": _LINE,
    "unicode_header_linestyle": _LINE,
    "xheader_width": ("full, column, page or a number", r"full|column|page|\s*[+-]?0*[1-9].*"),
    "csv_fieldsep": ("one byte, no quote or line end", r'(?!["\n\r])[\x01-\x7f\udc80-\udcff]'),
    "pager_min_lines": ("a number", INTEGER),
    **dict.fromkeys(
        "border null fieldsep fieldsep_zero recordsep recordsep_zero C title T tableattr"
        " columns".split(),
        ("anything", "(?s:.*)"),
    ),
}


def check_option(option: str, value: str | None) -> None:
    """Raises ArgumentError for an option or a value that psql refuses."""
    if option not in _OPTIONS:
        hint = "Correct it, or remove the line."
        raise ArgumentError(f"\\pset: unknown option: {option}", 0, hint)
    if value is not None:
        check_value(option, value, _OPTIONS[option])


def check_value(name: str, value: str, allowed: tuple[str, str]) -> None:
    """Raises ArgumentError for a value that is not one of those `allowed`, in any case."""
    if not re.fullmatch(allowed[1], value, re.IGNORECASE):
        message = f'unrecognized value "{value}" for "{name}"'
        raise ArgumentError(message, 0, f"Write {allowed[0]}.")


def _pset(arguments: Arguments, _context: Context) -> Outcome | None:
    option, value = arguments.take(), arguments.take()
    if option is not None:
        check_option(option, value)
    return None


def _short(option: str) -> MetaCommand:
    return lambda arguments, _context: check_option(option, arguments.take())


DISPLAY: dict[str, MetaCommand] = {
    "pset": _pset,
    "x": _short("expanded"),
    "t": _short("tuples_only"),
    "timing": _short("\\timing"),
}
