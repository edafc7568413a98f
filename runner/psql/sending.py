r"""Meta-commands that send the statement before them: `\g`, `\gset`, `\gexec`, `\bind`, `\parse`.

`\bind`, `\bind_named`, `\parse` and `\close_prepared` are sent as plain SQL here. Parameters have
no type in psql's extended query, like quoted literals; a statement that is parsed and later bound
becomes a PREPARE and an EXECUTE.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from runner.psql.slash_arguments import Arguments, Context, MetaCommand
from runner.psql.sql_text import quote_identifier, quote_literal, tokens
from runner.psql.steps import Gexec, Gset, Statement, Step

_NUMBER = re.compile(rb"[0-9]+")


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


SENDING: dict[str, MetaCommand] = {
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
