r"""What meta-commands do with variables and options, and those that send the statement before them.

For psql's own variables and options mostly only the values are checked: see the hooks in
src/bin/psql/startup.c, ParseVariableBool in variables.c, and do_pset in command.c.

`\bind`, `\bind_named`, `\parse` and `\close_prepared` are sent as plain SQL here. Parameters have
no type in psql's extended query, like quoted literals; a statement that is parsed and later bound
becomes a PREPARE and an EXECUTE.
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
from runner.psql.sql_text import quote_identifier, quote_literal, tokens
from runner.psql.state import BUILT_IN, FALSE, TRUE, VARIABLE_NAME
from runner.psql.steps import Gexec, Gset, Statement, Step
from runner.texts import first_match, rows

_VALUE_PATTERNS = {
    "boolean": f"{TRUE}|{FALSE}",
    "integer": r"\s*[+-]?(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)",
}

# Variables of the image, which a run sets as the image's entrypoint does.
_TARGET_VARIABLES = ("POSTGRES_USER", "POSTGRES_DB")
_NUMBER = re.compile(rb"[0-9]+")


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


def _g(arguments: Arguments, context: Context) -> Iterable[Step]:
    target = arguments.take()
    if target is not None and target.startswith("("):  # print options
        while target is not None and not target.endswith(")"):
            target = arguments.take()
        target = arguments.take()
    _check_target(target, arguments)
    return context.sent_buffer()


def _check_target(target: str | None, arguments: Arguments) -> None:
    """Refuse a program as the target of results; a file as the target is ignored."""
    if target is not None and target.startswith("|"):
        raise arguments.refused("It would run a program on this machine.")


def _gset(arguments: Arguments, context: Context) -> Iterable[Step]:
    prefix = arguments.take() or ""

    def fetch(statement: Statement) -> Step:
        context.state.note_gset(prefix, statement.text)
        return Gset(statement, prefix)

    return context.sent_buffer(fetch)


def _bind(arguments: Arguments, context: Context) -> None:
    parameters = _literals(arguments)
    context.state.bound = lambda found: found and _with_parameters(found, parameters)


def _bind_named(arguments: Arguments, context: Context) -> None:
    name = _prepared(arguments.required(), context)
    parameters = b", ".join(_literals(arguments))
    text = b"EXECUTE " + name + (b"(" + parameters + b")" if parameters else b"")
    statement = context.statement_here(text)
    context.state.bound = lambda _: statement


def _parse(arguments: Arguments, context: Context) -> Iterable[Step]:
    name = arguments.required()
    context.state.unnamed += not name
    prefix = b"PREPARE " + _prepared(name, context) + b" AS "
    return context.sent_buffer(lambda statement: statement.with_replaced(0, 0, prefix))


def _close_prepared(arguments: Arguments, context: Context) -> Iterable[Step]:
    name = _prepared(arguments.required(), context)
    return context.sent(context.statement_here(b"DEALLOCATE " + name))


def _prepared(name: str, context: Context) -> bytes:
    name = name or f" {context.state.unnamed}"
    return quote_identifier(name.encode("utf-8", "surrogateescape"))


def _literals(arguments: Arguments) -> list[bytes]:
    return [quote_literal(one.encode("utf-8", "surrogateescape")) for one in arguments.rest()]


def _with_parameters(statement: Statement, parameters: list[bytes]) -> Statement:
    """Return the statement with literals for $1, $2, …; others are left to the server."""
    places = []
    for token in tokens(statement.text):
        number = _NUMBER.match(statement.text, token.offset + 1) if token.text == b"$" else None
        if number and 0 < int(number[0]) <= len(parameters):
            places.append((token.offset, number.end(), int(number[0])))
    for start, end, index in reversed(places):
        statement = statement.with_replaced(start, end, b" " + parameters[index - 1].lstrip())
    return statement


FUNCTIONS: dict[str, MetaCommand] = {
    "set": _set,
    "unset": _unset,
    "getenv": _getenv,
    "setenv": _setenv,
    "pset": _pset,
    "x": lambda arguments, _context: _check_option("expanded", arguments.take()),
    "t": lambda arguments, _context: _check_option("tuples_only", arguments.take()),
    "timing": lambda arguments, _context: _check_option("\\timing", arguments.take()),
    **dict.fromkeys(("o", "out"), lambda found, _: _check_target(found.take(), found)),
    "g": _g,
    "gx": _g,
    "gset": _gset,
    "gexec": lambda _, context: context.sent_buffer(Gexec),
    "gdesc": lambda _, context: context.sent_buffer(lambda _: None),
    "crosstabview": lambda _, context: context.sent_buffer(),
    "bind": _bind,
    "bind_named": _bind_named,
    "parse": _parse,
    "close_prepared": _close_prepared,
}
