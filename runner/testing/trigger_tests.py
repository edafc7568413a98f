"""Whether a trigger fires: a row is changed, in a transaction that is rolled back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg import sql

from runner.connect.queries import fetch, statement
from runner.testing.databases import connected

if TYPE_CHECKING:
    from collections.abc import Sequence


class Trigger(NamedTuple):
    """A trigger for each row: its name with the table, its own, and messages that may fire it."""

    key: str
    name: str
    has_condition: bool
    messages: Sequence[str]


def read_triggers(conn: psycopg.Connection, *, keeps_sequences: bool) -> list[Trigger]:
    """The triggers for each row of the tables of a database; see triggers.sql."""
    query = sql.SQL(statement("testing/triggers")).format(keeps_sequences=keeps_sequences)
    return [Trigger(*row) for row in fetch(conn, query)]


def fire(conninfo: str, trigger: Trigger) -> None:
    """Fail unless a change of a row calls the trigger; each change is rolled back.

    Skips where no row can be changed without inventing values.
    """
    refused = "a new row would take the next number of a sequence"
    with connected(conninfo) as conn:
        for message in trigger.messages:
            try:
                plans = _explained(conn, message)
            except psycopg.Error as error:
                refused = f"no row can be changed: {error.diag.message_primary}"
                continue
            if trigger.name in (one["Trigger Name"] for plan in plans for one in plan["Triggers"]):
                return
            if any(part["Actual Rows"] for plan in plans for part in plan["Plan"]["Plans"]):
                if trigger.has_condition:
                    pytest.skip("its WHEN is not true for the row that was tried")
                pytest.fail(f"{trigger.key} did not fire", pytrace=False)
            refused = "the table has no row"
    pytest.skip(refused)


def _explained(conn: psycopg.Connection, message: str) -> list[dict[str, Any]]:
    """What EXPLAIN ANALYZE says of the last statement: also which triggers were called."""
    with conn.transaction(force_rollback=True):
        cursor = conn.execute(message.encode())
        while cursor.nextset():
            pass
        ((plans,),) = cursor.fetchall()
        return list(plans)
