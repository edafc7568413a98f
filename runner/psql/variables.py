r"""`\set`, `\unset`, `\getenv`, `\setenv`, and the variables that decide how statements are sent.

See the hooks in src/bin/psql/startup.c, and ParseVariableBool in variables.c.
"""

from __future__ import annotations

from runner.psql.slash_arguments import (
    ArgumentError,
    Arguments,
    Context,
    MetaCommand,
    Outcome,
    ProgramRefused,
    UnknownValue,
    problem_here,
    required,
)
from runner.psql.state import VARIABLE_NAME, parse_boolean

# psql also checks the values of its other variables. Those change only prompts and output, so any
# value is accepted here.
_BOOLEANS = frozenset({"AUTOCOMMIT", "ON_ERROR_STOP", "SINGLELINE"})
_ON_ERROR_ROLLBACK = "ON_ERROR_ROLLBACK"  # takes "interactive", too
# The image's, which a run sets as its entrypoint does.
_OF_THE_TARGET = ("POSTGRES_USER", "POSTGRES_DB")


def _value_set(name: str, value: str) -> str:
    """Gives what psql sets a variable to. Raises ArgumentError for a value that it refuses."""
    if name not in _BOOLEANS and name != _ON_ERROR_ROLLBACK:
        return value
    value = value or "on"
    interactive = name == _ON_ERROR_ROLLBACK and value.lower() == "interactive"
    if parse_boolean(value) is None and not interactive:
        taken = "on, off or interactive" if name == _ON_ERROR_ROLLBACK else "on or off"
        message = f'unrecognized value "{value}" for "{name}"'
        raise ArgumentError(message, 0, f"Write {taken}.")
    return value


def _set(arguments: Arguments, context: Context) -> Outcome | None:
    name = arguments.take()
    if name is None:
        return None
    try:
        value = "".join(arguments.rest())
    except UnknownValue:
        context.state.forget(name)
        raise
    except ProgramRefused:
        if name not in context.state.given:
            raise
        return None  # it has the value that the command line gives
    _check_name(name)
    return _assign(context, name, value)


def _unset(arguments: Arguments, context: Context) -> Outcome | None:
    name = required(arguments)
    if name in _BOOLEANS or name == _ON_ERROR_ROLLBACK:
        return _assign(context, name, "off")
    context.state.unset(name)
    return None


def _check_name(name: str) -> None:
    if not VARIABLE_NAME.fullmatch(name):
        hint = "Use letters, digits and underscores."
        raise ArgumentError(f'invalid variable name: "{name}"', 0, hint)


def _assign(context: Context, name: str, value: str) -> Outcome | None:
    value = _value_set(name, value)
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
        return None
    return Outcome((problem_here(context, message, hint, warning=warning),))


def _getenv(arguments: Arguments, context: Context) -> Outcome | None:
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
        return Outcome((problem_here(context, message, hint, warning=True),))
    return None


def _setenv(arguments: Arguments, context: Context) -> None:
    name = required(arguments)
    value = arguments.take()
    if "=" in name:
        message = '\\setenv: environment variable name must not contain "="'
        raise ArgumentError(message, 0, "Write \\setenv NAME VALUE.")
    if value is None:
        context.state.environ.pop(name, None)
    else:
        context.state.environ[name] = value


VARIABLES: dict[str, MetaCommand] = {
    "set": _set,
    "unset": _unset,
    "getenv": _getenv,
    "setenv": _setenv,
}
