r"""What psql takes from the server's answers: `\gset`, `\gexec`, and settings for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from runner.errors import StatementFailed
from runner.psql.buffers import command_starts
from runner.psql.source import canonical_encoding
from runner.psql.state import VARIABLE_NAME, State, TextFormat
from runner.psql.steps import Gset, Origin, Statement

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

    from runner.execute.exchange import Exchange


def set_variables(
    step: Gset,
    rows: Sequence[PGresult],
    state: State,
    exchange: Exchange,
    known: Callable[[str], str],
) -> None:
    r"""Carry out `\gset`: set variables from one row (StoreQueryTuple in src/bin/psql/common.c).

    `known` gives a value as the scripts know it.
    Raises StatementFailed unless a query returned one row, and for an invalid name.
    """
    place = step.statement.source.place(step.statement.offset)
    is_query = exchange.tag.startswith(b"SELECT")
    if len(rows) > 1 or (is_query and not rows):
        count = "more than one row" if rows else "no rows"
        raise StatementFailed(f"{count} returned for \\gset", place=place)
    for row in rows:
        for column in range(row.nfields):
            name = step.prefix + (row.fname(column) or b"").decode(exchange.codec)
            value = row.get_value(0, column)
            if not VARIABLE_NAME.fullmatch(name):
                raise StatementFailed(f'invalid variable name: "{name}"', place=place)
            if state.is_special(name):
                continue  # psql ignores it with a message
            if value is None:
                state.unset(name)
            else:
                state.variables[name] = known(value.decode("utf-8", "surrogateescape"))


def statements_in(
    rows: Sequence[PGresult], statement: Statement, state: State
) -> Iterator[Statement]:
    r"""Carry out `\gexec`: yield each field of the result, row by row, as a statement."""
    origins = (Origin(0, statement.offset, verbatim=False),)
    strings = state.standard_conforming_strings
    for row in rows:
        for column in range(row.nfields):
            if text := row.get_value(0, column):
                starts = command_starts(text, standard_conforming_strings=strings)
                yield statement._replace(text=text, starts=starts, origins=origins)


def text_format(pgconn: PGconn) -> TextFormat:
    """Return the settings that determine how a session reads text, as the server reports them."""
    encoding = pgconn.parameter_status(b"client_encoding") or b"UTF8"
    strings = pgconn.parameter_status(b"standard_conforming_strings")
    return TextFormat(strings != b"off", canonical_encoding(encoding.decode()))


def follow_server(state: State, pgconn: PGconn) -> None:
    """Take over the server's settings that determine how a script is read."""
    state.standard_conforming_strings, encoding = text_format(pgconn)
    state.set_encoding(encoding)
