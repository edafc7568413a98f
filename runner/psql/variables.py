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

# What the runner needs of psql's variables, and what is wrong otherwise; the others are warnings.
# psql also checks the values of its other variables, which change prompts and output.
_NEEDED = {
    "AUTOCOMMIT": True,
    "SINGLELINE": False,
    "ON_ERROR_STOP": True,
    "ON_ERROR_ROLLBACK": False,
}
_WRONG = {
    "AUTOCOMMIT": (
        "off would leave the transaction to the script",
        "Remove the line: the runner opens and commits the transaction.",
    ),
    "SINGLELINE": (
        "on would end a statement at the end of each line",
        "Remove the line, and end each statement with a semicolon.",
    ),
}
_NO_EFFECT = ("has no effect: the runner stops at the first error", "Remove the line.")
# The image's, which a run sets as its entrypoint does.
_OF_THE_TARGET = ("POSTGRES_USER", "POSTGRES_DB")


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
    if name in _NEEDED:
        return _assign(context, name, "off")
    context.state.unset(name)
    return None


def _check_name(name: str) -> None:
    if not VARIABLE_NAME.fullmatch(name):
        hint = "Use letters, digits and underscores."
        raise ArgumentError(f'invalid variable name: "{name}"', 0, hint)


def _assign(context: Context, name: str, value: str) -> Outcome | None:
    if name not in _NEEDED:
        context.state.assign(name, value)
        return None
    value = value or "on"
    is_on = parse_boolean(value)
    if name == "ON_ERROR_ROLLBACK" and value.lower() == "interactive":
        is_on = True
    if is_on is None:
        taken = "on, off or interactive" if name == "ON_ERROR_ROLLBACK" else "on or off"
        refused = f'unrecognized value "{value}" for "{name}"'
        raise ArgumentError(refused, 0, f"Write {taken}.")
    context.state.assign(name, value)
    if is_on is _NEEDED[name]:
        return None
    message, hint = _WRONG.get(name, _NO_EFFECT)
    found = problem_here(context, f"{name} {message}", hint, warning=name not in _WRONG)
    return Outcome((found,))


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
