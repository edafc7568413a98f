"""Whether a trigger fires: a row is changed, in a transaction that is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import sql

from runner.connect.queries import fetch, statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection


# Bits of pg_trigger.tgtype (src/include/catalog/pg_trigger.h).
_INSERT, _DELETE, _UPDATE = 4, 8, 16


class NotTried(Exception):
    """Why it cannot be known whether the trigger fires."""


class Trigger(NamedTuple):
    """A trigger for each row. `column` can be set to itself, `has_condition`: it has a WHEN."""

    name: str
    schema: str
    table: str
    function: str
    type: int
    has_condition: bool
    column: str | None


def read_triggers(conn: Connection) -> list[Trigger]:
    """The triggers for each row of the tables of a database."""
    return [Trigger(*row) for row in fetch(conn, statement("testing/triggers"))]


def fire(conn: Connection, trigger: Trigger) -> bool:
    """Whether a change of one row calls the function of a trigger; the caller rolls back.

    Raises NotTried where no change can be made without inventing values.
    """
    try:
        conn.execute("SET LOCAL track_functions = 'all'")
    except psycopg.errors.InsufficientPrivilege:
        raise NotTried("only a superuser may count the calls of functions") from None
    refused = "it fires on TRUNCATE only"
    for change in _changes(trigger):
        before = _calls(conn, trigger)
        try:
            with conn.transaction():
                done = conn.execute(change).rowcount
        except psycopg.Error as error:
            refused = f"no row can be changed without values: {error.diag.message_primary}"
            continue
        if _calls(conn, trigger) > before:
            return True
        if done:
            if trigger.has_condition:
                raise NotTried("its WHEN is not true for the row that was tried")
            return False
        refused = "the table has no row"
    raise NotTried(refused)


def _calls(conn: Connection, trigger: Trigger) -> int:
    query = sql.SQL(statement("testing/calls")).format(function=sql.Literal(trigger.function))
    ((calls,),) = fetch(conn, query)
    return int(calls)


def _changes(trigger: Trigger) -> Iterator[sql.Composed]:
    """Changes of one row that fire it."""
    table = sql.Identifier(trigger.schema, trigger.table)
    one = sql.SQL(
        "(tableoid, ctid) OPERATOR(pg_catalog.=) (SELECT tableoid, ctid FROM {} LIMIT 1)"
    ).format(table)
    if trigger.type & _UPDATE and trigger.column is not None:
        column = sql.Identifier(trigger.column)
        update = sql.SQL("UPDATE {} SET {} = {} WHERE {}")
        yield update.format(table, column, column, one)
    if trigger.type & _INSERT:
        yield sql.SQL("INSERT INTO {} DEFAULT VALUES").format(table)
    if trigger.type & _DELETE:
        yield sql.SQL("DELETE FROM {} WHERE {}").format(table, one)
