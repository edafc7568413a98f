"""The SQL of this package: each statement as its file says, and what several answer at once."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection

EFFECTS = "guard_effects"


@cache
def statement(name: str) -> str:
    """The text of `sql/NAME.sql`."""
    return resources.files("runner").joinpath("sql", f"{name}.sql").read_text("utf-8")


def first_rows(conn: Connection[Any], statements: str) -> list[tuple[Any, ...]]:
    """The first row of each result set that has one, of statements that go in one message.

    In a database in SQL_ASCII nobody knows what bytes mean: they come back as they are.
    """
    codec = "utf-8" if conn.info.encoding == "ascii" else conn.info.encoding
    cursor = conn.execute(statements.encode(codec, "surrogateescape"))
    rows: list[tuple[Any, ...]] = []
    while True:
        if cursor.description is not None and (row := cursor.fetchone()) is not None:
            rows.append(tuple(_decoded(value, codec) for value in row))
        if not cursor.nextset():
            return rows


def _decoded(value: object, codec: str) -> object:
    return value.decode(codec, "surrogateescape") if isinstance(value, bytes) else value
