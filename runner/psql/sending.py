r"""Meta-commands that send the statement before them: `\g` and its variants, `\bind`.

`\bind`, `\bind_named`, `\parse` and `\close_prepared` are sent as plain SQL here. Parameters have
no type in psql's extended query, like quoted literals; a statement that is parsed and later bound
becomes a PREPARE and an EXECUTE.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, MetaCommand
from runner.psql.sql_text import first_words, quote_identifier, quote_literal, tokens
from runner.psql.steps import Gexec, Gset, Statement, Step

_PREPARABLE = frozenset(b"SELECT INSERT UPDATE DELETE MERGE VALUES WITH TABLE".split())
_UNNAMED = "runner_unnamed"  # SQL cannot name the unnamed prepared statement
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
    name = _identifier(_statement_name(arguments))
    parameters = b", ".join(_literals(arguments))
    text = b"EXECUTE " + name + (b"(" + parameters + b")" if parameters else b"")
    statement = context.statement_here(text)
    context.state.bound = lambda _: statement


def _parse(arguments: Arguments, context: Context) -> Iterable[Step]:
    name = _statement_name(arguments)
    prefix = b"PREPARE " + _identifier(name) + b" AS "
    context.state.parsed.add(name)

    def parsed(statement: Statement) -> Statement:
        _require_one(statement)
        if not _PREPARABLE.isdisjoint(first_words(statement.text, 1)):
            return statement.with_replaced(0, 0, prefix)
        raise ArgumentError(
            "\\parse: SQL cannot prepare this statement", "Write it where it is to be run."
        )

    return context.sent_buffer(parsed)


def _close_prepared(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    name = _statement_name(arguments)
    if name not in context.state.parsed:
        return None  # not an error, as in the protocol
    context.state.parsed.remove(name)
    return context.sent(context.statement_here(b"DEALLOCATE " + _identifier(name)))


def _statement_name(arguments: Arguments) -> str:
    name = arguments.take()
    if name is None and not arguments.quoted:
        return arguments.required()
    return name or _UNNAMED


def _identifier(name: str) -> bytes:
    return quote_identifier(name.encode("utf-8", "surrogateescape"))


def _literals(arguments: Arguments) -> list[bytes]:
    return [quote_literal(one.encode("utf-8", "surrogateescape")) for one in arguments.rest()]


def _require_one(statement: Statement) -> None:
    if len(statement.starts) > 1:
        message = "cannot insert multiple commands into a prepared statement"
        raise ArgumentError(message, "End each with a semicolon and a \\bind of its own.")


def _with_parameters(statement: Statement, parameters: list[bytes]) -> Statement:
    """Return the statement with literals for $1, $2, … Raises ArgumentError as for psql."""
    _require_one(statement)
    places = []
    for token in tokens(statement.text):
        number = _NUMBER.match(statement.text, token.offset + 1) if token.text == b"$" else None
        if number:
            places.append((token.offset, number.end(), int(number[0])))
    needed = max((number for *_, number in places), default=0)
    if needed != len(parameters):
        raise ArgumentError(
            f"bind message supplies {len(parameters)} parameters, but the statement requires"
            f" {needed}",
            "Give \\bind one value for each of $1, $2, …",
        )
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
