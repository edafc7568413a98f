r"""Meta-commands about variables and options: `\set`, `\unset`, `\getenv`, `\setenv`, `\pset`.

For psql's own variables and options mostly only the values are checked: see the hooks in
src/bin/psql/startup.c, ParseVariableBool in variables.c, and do_pset in command.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from runner.psql.slash_arguments import (
    ArgumentError,
    Arguments,
    Context,
    MetaCommand,
    ProgramRefused,
    UnknownValue,
)
from runner.psql.state import BUILT_IN, FALSE, TRUE, VARIABLE_NAME
from runner.psql.steps import Step
from runner.texts import first_match, rows

_VALUE_PATTERNS = {
    "boolean": f"{TRUE}|{FALSE}",
    "integer": r"\s*[+-]?(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)",
}

# Variables of the image, which a run sets as the image's entrypoint does.
_TARGET_VARIABLES = ("POSTGRES_USER", "POSTGRES_DB")


def _set(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    name = arguments.take()
    if name is None:
        return None
    try:
        value = "".join(arguments.rest())
    except UnknownValue:
        context.state.mark_unknown(name)
        raise
    except ProgramRefused:
        if name not in context.state.given:
            raise
        return None  # the command line sets its value
    _check_name(name)
    return _assign(context, name, value)


def _unset(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    name = arguments.required()
    if name in _allowed_values():  # its default: see the substitute hooks in startup.c
        is_boolean = re.fullmatch(_allowed_values()[name][0], "off")
        return _assign(context, name, "off" if is_boolean else BUILT_IN[name])
    context.state.unset(name)
    return None


def _check_name(name: str) -> None:
    if not VARIABLE_NAME.fullmatch(name):
        hint = "Use letters, digits and underscores."
        raise ArgumentError(f'invalid variable name: "{name}"', hint)


def _assign(context: Context, name: str, value: str) -> Iterable[Step] | None:
    if name in _allowed_values():
        value = value or ("on" if re.fullmatch(_allowed_values()[name][0], "on") else "")
        _check_value(name, value)
    context.state.assign(name, value)
    if (found := first_match("psql/not_followed.txt", name, value.lower())) is None:
        return None
    message, _, hint = found[1].partition(". ")
    if name == "SINGLELINE":
        raise ArgumentError(message, hint)
    return (context.warning_here(message, hint),)


def _getenv(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    name, variable = arguments.required(), arguments.required()
    _check_name(name)
    offline = context.state.offline
    if offline and variable in _TARGET_VARIABLES:
        context.state.mark_unknown(name)
    elif variable in context.state.environ:
        return _assign(context, name, context.state.environ[variable])
    elif offline and not context.state.knows_environ:
        context.state.mark_unknown(name)
    elif name not in context.state.variables:
        message = f"the environment variable {variable} is not set"
        hint = f"Set it for the runner, too, or give --var {name}=VALUE."
        return (context.warning_here(message, hint),)
    return None


def _setenv(arguments: Arguments, context: Context) -> None:
    name = arguments.required()
    value = arguments.take()
    if "=" in name:
        message = '\\setenv: environment variable name must not contain "="'
        raise ArgumentError(message, "Write \\setenv NAME VALUE.")
    if value is None:
        context.state.environ.pop(name, None)
    else:
        context.state.environ[name] = value


@cache
def _allowed_values() -> dict[str, tuple[str, str]]:
    """Return a pattern and a description of the values of each variable and option."""

    def replaced(found: re.Match[str]) -> str:
        beginnings = (found[1][: end + 1] for end in range(len(found[1])))
        return _VALUE_PATTERNS.get(found[1]) or "|".join(beginnings)

    return {
        name: (re.sub(r"\{([\w-]+)\}", replaced, one.pattern), one.text)
        for one in rows("psql/values.txt")
        for name in one.key.split("|")
    }


def _pset(arguments: Arguments, _context: Context) -> None:
    if (option := arguments.take()) is not None:
        _check_option(option, arguments.take())


def _check_option(option: str, value: str | None) -> None:
    if f"\\{option}" not in _allowed_values():
        hint = "Correct it, or remove the line."
        raise ArgumentError(f"\\pset: unknown option: {option}", hint)
    if value is not None:
        _check_value(f"\\{option}", value)


def _check_value(name: str, value: str) -> None:
    pattern, allowed = _allowed_values()[name]
    if not re.fullmatch(pattern, value, re.IGNORECASE):
        shown = name.removeprefix("\\")
        raise ArgumentError(f'unrecognized value "{value}" for "{shown}"', f"Write {allowed}.")


VARIABLES: dict[str, MetaCommand] = {
    "set": _set,
    "unset": _unset,
    "getenv": _getenv,
    "setenv": _setenv,
    "pset": _pset,
    "x": lambda arguments, _context: _check_option("expanded", arguments.take()),
    "t": lambda arguments, _context: _check_option("tuples_only", arguments.take()),
    "timing": lambda arguments, _context: _check_option("\\timing", arguments.take()),
}
