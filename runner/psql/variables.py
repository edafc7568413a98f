r"""`\set`, `\unset`, `\getenv`, `\setenv`, and the variables on which psql itself acts.

See the hooks in src/bin/psql/startup.c, and ParseVariableBool, ParseVariableNum and
ParseVariableDouble in variables.c.
"""

from __future__ import annotations

import re

from runner.psql.slash_arguments import (
    NOTHING,
    ArgumentError,
    Arguments,
    Command,
    Context,
    Outcome,
    UnknownValue,
    required,
)
from runner.psql.state import VARIABLE_NAME, parse_boolean
from runner.psql.steps import Problem

_BOOLEANS = frozenset(
    "AUTOCOMMIT HIDE_TABLEAM HIDE_TOAST_COMPRESSION ON_ERROR_STOP QUIET SHOW_ALL_RESULTS SINGLELINE"
    " SINGLESTEP".split()
)
# These take one word beside the booleans.
_BOOLEANS_AND = {"ECHO_HIDDEN": "noexec", "ON_ERROR_ROLLBACK": "interactive"}
_CHOICES = {
    "COMP_KEYWORD_CASE": "lower upper preserve-lower preserve-upper",
    "ECHO": "none errors queries all",
    "HISTCONTROL": "none ignorespace ignoredups ignoreboth",
    "SHOW_CONTEXT": "never errors always",
    "VERBOSITY": "default verbose terse sqlstate",
}
_INTEGERS = frozenset({"FETCH_COUNT", "HISTSIZE"})
_INTEGER = re.compile(r"\s*[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)")
# What `\unset` leaves.
_UNSET = {
    **dict.fromkeys((*_BOOLEANS, *_BOOLEANS_AND), "off"),
    "COMP_KEYWORD_CASE": "preserve-upper",
    "ECHO": "none",
    "FETCH_COUNT": "0",
    "HISTCONTROL": "none",
    "HISTSIZE": "500",
    "IGNOREEOF": "0",
    "SHOW_CONTEXT": "errors",
    "VERBOSITY": "default",
    "WATCH_INTERVAL": "2",
}
# The image's, which a run sets as its entrypoint does.
_OF_THE_TARGET = ("POSTGRES_USER", "POSTGRES_DB")


def value_set(name: str, value: str) -> str:
    """Gives what psql sets a variable to. Raises ArgumentError for a value that it refuses."""
    if name in _BOOLEANS or name in _BOOLEANS_AND:
        value = value or "on"
        if parse_boolean(value) is None and value.lower() != _BOOLEANS_AND.get(name):
            more = f" or {_BOOLEANS_AND[name]}" if name in _BOOLEANS_AND else ""
            raise _refused(name, value, f"on or off{more}")
    elif name in _CHOICES and value.lower() not in _CHOICES[name].split():
        raise _refused(name, value, _CHOICES[name].replace(" ", ", "))
    elif name in _INTEGERS and not _is_integer(value):
        raise _refused(name, value, "an integer")
    elif name == "IGNOREEOF" and not _is_integer(value):
        return "10"
    elif name == "WATCH_INTERVAL" and not _is_interval(value):
        raise _refused(name, value, "a number of seconds")
    return value


def value_unset(name: str) -> str | None:
    r"""Gives what `\unset` leaves in a variable; None when it takes it away."""
    return _UNSET.get(name)


def _refused(name: str, value: str, taken: str) -> ArgumentError:
    message = f'unrecognized value "{value}" for "{name}"'
    return ArgumentError(message, 0, f"Write {taken}.")


def _is_integer(value: str) -> bool:
    """Whether strtol takes all of it, with base 0, and it is an int."""
    if not _INTEGER.fullmatch(value):
        return False
    digits = value.strip().lower()
    base = 16 if "x" in digits else 8 if digits.lstrip("+-").startswith("0") else 10
    try:
        return -(2**31) <= int(digits, base) < 2**31
    except ValueError:  # 08
        return False


def _is_interval(value: str) -> bool:
    """Whether strtod takes all of it, and it is not negative. psql takes what is too large."""
    try:
        number = float.fromhex(value) if "0x" in value.lower() else float(value)
    except (ValueError, OverflowError):
        return False
    is_c = value.isascii() and "_" not in value and value == value.rstrip()
    return is_c and not number < 0


def _set(arguments: Arguments, context: Context) -> Outcome:
    name = arguments.take()
    if name is None:
        return NOTHING
    try:
        value = "".join(arguments.rest())
    except UnknownValue:
        context.state.forget(name)
        raise
    _check_name(name)
    return _assign(context, name, value)


def _unset(arguments: Arguments, context: Context) -> Outcome:
    name = required(arguments)
    value = value_unset(name)
    if value is not None:
        return _assign(context, name, value)
    context.state.unset(name)
    return NOTHING


def _check_name(name: str) -> None:
    if not VARIABLE_NAME.fullmatch(name):
        hint = "Use letters, digits and underscores."
        raise ArgumentError(f'invalid variable name: "{name}"', 0, hint)


def _assign(context: Context, name: str, value: str) -> Outcome:
    value = value_set(name, value)
    context.state.assign(name, value)
    message, hint, warning = "", "Remove the line.", True
    if name == "AUTOCOMMIT" and not parse_boolean(value):
        message, warning = "AUTOCOMMIT off would leave the transaction to the script", False
        hint = "Remove the line: the runner opens and commits the transaction."
    elif name == "SINGLELINE" and parse_boolean(value):
        message, warning = "SINGLELINE on would end a statement at the end of each line", False
        hint = "Remove the line, and end each statement with a semicolon."
    elif name == "ON_ERROR_STOP" and not parse_boolean(value):
        message = "ON_ERROR_STOP off has no effect: the runner stops at the first error"
    elif name == "ON_ERROR_ROLLBACK" and value.lower() != "off":
        message = "ON_ERROR_ROLLBACK has no effect: the runner stops at the first error"
    if not message:
        return NOTHING
    return Outcome(
        (Problem(message, hint, context.source, context.command_offset, warning=warning),)
    )


def _getenv(arguments: Arguments, context: Context) -> Outcome:
    name, variable = required(arguments), required(arguments)
    _check_name(name)
    offline = context.state.offline
    if variable in _OF_THE_TARGET and offline:
        context.state.forget(name)
    elif variable in context.state.environ:
        return _assign(context, name, context.state.environ[variable])
    elif offline and not offline.knows_environ:
        context.state.forget(name)
    elif name not in context.state.variables:
        message = f"the environment variable {variable} is not set"
        hint = f"Set it for the runner, too, or give --var {name}=VALUE."
        return Outcome(
            (Problem(message, hint, context.source, context.command_offset, warning=True),)
        )
    return NOTHING


def _setenv(arguments: Arguments, context: Context) -> Outcome:
    name = required(arguments)
    value = arguments.take()
    if "=" in name:
        message = '\\setenv: environment variable name must not contain "="'
        raise ArgumentError(message, 0, "Write \\setenv NAME VALUE.")
    if value is None:
        context.state.environ.pop(name, None)
    else:
        context.state.environ[name] = value
    return NOTHING


VARIABLES: dict[str, Command] = {
    "set": _set,
    "unset": _unset,
    "getenv": _getenv,
    "setenv": _setenv,
}
