r"""Options of printing: `\pset` and its short forms. Only their values are checked (`do_pset`)."""

from __future__ import annotations

import re
from functools import cache

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, MetaCommand, Outcome
from runner.texts import rows

_NAMED = {
    "boolean": "1|0|on|off?|{true}|{false}|{yes}|{no}",  # as `state.parse_boolean`
    "integer": r"\s*[+-]?(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)",
}


@cache
def allowed_values() -> dict[str, tuple[str, str]]:
    """Of each option, after a backslash, and variable: a pattern for its values; what they are."""
    return {
        name: (_pattern(one.pattern), one.text)
        for one in rows("psql/values.txt")
        for name in one.key.split("|")
    }


def _pattern(text: str) -> str:
    named = re.sub(r"\{(boolean|integer)\}", lambda found: _NAMED[found[1]], text)
    return re.sub(
        r"\{([\w-]+)\}",
        lambda found: "|".join(found[1][: end + 1] for end in range(len(found[1]))),
        named,
    )


def check_option(option: str, value: str | None) -> None:
    """Raises ArgumentError for an option or a value that psql refuses."""
    if f"\\{option}" not in allowed_values():
        hint = "Correct it, or remove the line."
        raise ArgumentError(f"\\pset: unknown option: {option}", hint)
    if value is not None:
        check_value(f"\\{option}", value)


def check_value(name: str, value: str) -> None:
    """Raises ArgumentError for a value that psql refuses."""
    pattern, allowed = allowed_values()[name]
    if not re.fullmatch(pattern, value, re.IGNORECASE):
        shown = name.removeprefix("\\")
        raise ArgumentError(f'unrecognized value "{value}" for "{shown}"', f"Write {allowed}.")


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
