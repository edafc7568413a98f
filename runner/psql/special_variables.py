"""The variables on which psql itself acts, and the values that it takes for them.

See the hooks in src/bin/psql/startup.c, and ParseVariableBool, ParseVariableNum and
ParseVariableDouble in variables.c.
"""

from __future__ import annotations

import re

from runner.psql.slash import ArgumentError
from runner.psql.state import parse_boolean

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
