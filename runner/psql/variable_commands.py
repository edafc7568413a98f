r"""Meta-commands that only psql sees: `\\if` and its kin, `\\set` and its kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from runner.psql.outcome import NOTHING, Command, Outcome, required
from runner.psql.slash import ArgumentError, Arguments, UnknownValue
from runner.psql.special_variables import value_set, value_unset
from runner.psql.state import VARIABLE_NAME, parse_boolean
from runner.psql.steps import Problem

if TYPE_CHECKING:
    from runner.psql.reader import Loop


def _condition(arguments: Arguments) -> bool | None:
    """A value that is no boolean counts as false, as in psql; None is for an unknown one."""
    try:
        return parse_boolean(" ".join(arguments.rest())) or False
    except UnknownValue:
        arguments.active = False
        return None


def _branch(loop: Loop) -> None:
    """After a command that ends a branch, begins one, or both."""
    offline = loop.state.offline
    if offline:
        offline.uncertain = loop.uncertain + loop.conditionals.uncertain
        offline.branch_ended()


def _if(arguments: Arguments, loop: Loop) -> None:
    was_active = loop.conditionals.active
    loop.conditionals.begin(loop.lexer.paren_depth, loop.command_offset)
    if was_active:
        loop.conditionals.take(_condition(arguments))
    _branch(loop)


def _elif(arguments: Arguments, loop: Loop) -> None:
    counts, loop.lexer.paren_depth = loop.conditionals.elif_(loop.lexer.paren_depth)
    if counts:
        arguments.active = True
        loop.conditionals.take(_condition(arguments))
    _branch(loop)


def _else(_arguments: Arguments, loop: Loop) -> None:
    loop.lexer.paren_depth = loop.conditionals.else_(loop.lexer.paren_depth)
    _branch(loop)


def _endif(_arguments: Arguments, loop: Loop) -> None:
    loop.lexer.paren_depth = loop.conditionals.endif(loop.lexer.paren_depth)
    _branch(loop)


BRANCHING: dict[str, Callable[[Arguments, Loop], None]] = {
    "if": _if,
    "elif": _elif,
    "else": _else,
    "endif": _endif,
}

# -- variables ------------------------------------------------------------------------------


def _set(arguments: Arguments, loop: Loop) -> Outcome:
    name = arguments.take()
    if name is None:
        return NOTHING
    try:
        value = "".join(arguments.rest())
    except UnknownValue:
        loop.state.forget(name)
        raise
    _check_name(name)
    return _assign(loop, name, value)


def _unset(arguments: Arguments, loop: Loop) -> Outcome:
    name = required(arguments)
    value = value_unset(name)
    if value is not None:
        return _assign(loop, name, value)
    loop.state.unset(name)
    return NOTHING


def _check_name(name: str) -> None:
    if not VARIABLE_NAME.fullmatch(name):
        hint = "Use letters, digits and underscores."
        raise ArgumentError(f'invalid variable name: "{name}"', 0, hint)


def _assign(loop: Loop, name: str, value: str) -> Outcome:
    value = value_set(name, value)
    loop.state.assign(name, value)
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
    return Outcome((Problem(message, hint, loop.source, loop.command_offset, warning=warning),))


# The image's, which a run sets as its entrypoint does.
_OF_THE_TARGET = ("POSTGRES_USER", "POSTGRES_DB")


def _getenv(arguments: Arguments, loop: Loop) -> Outcome:
    name, variable = required(arguments), required(arguments)
    _check_name(name)
    offline = loop.state.offline
    if variable in _OF_THE_TARGET and offline:
        loop.state.forget(name)
    elif variable in loop.state.environ:
        return _assign(loop, name, loop.state.environ[variable])
    elif offline and not offline.knows_environ:
        loop.state.forget(name)
    elif name not in loop.state.variables:
        message = f"the environment variable {variable} is not set"
        hint = f"Set it for the runner, too, or give --var {name}=VALUE."
        return Outcome((Problem(message, hint, loop.source, loop.command_offset, warning=True),))
    return NOTHING


def _setenv(arguments: Arguments, loop: Loop) -> Outcome:
    name = required(arguments)
    value = arguments.take()
    if "=" in name:
        message = '\\setenv: environment variable name must not contain "="'
        raise ArgumentError(message, 0, "Write \\setenv NAME VALUE.")
    if value is None:
        loop.state.environ.pop(name, None)
    else:
        loop.state.environ[name] = value
    return NOTHING


VARIABLES: dict[str, Command] = {
    "set": _set,
    "unset": _unset,
    "getenv": _getenv,
    "setenv": _setenv,
}
