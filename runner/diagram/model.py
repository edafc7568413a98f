"""Tables and the links between them, as values. Names are written as in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """A column; `default` may also be GENERATED …, `keys` are any of PK, FK and UK."""

    name: str
    type: str
    not_null: bool
    default: str | None
    keys: Sequence[str]
    comment: str | None


class Detail(NamedTuple):
    """A constraint, an index, a trigger, a policy, or the function of a trigger."""

    kind: str
    name: str
    properties: Mapping[str, str]
    place: str | None
    function: Detail | None = None


class Rows(NamedTuple):
    """The number of rows that the scripts insert, and the first rows as text."""

    number: int
    first: Sequence[Sequence[str | None]]


class Entity(NamedTuple):
    """A table or a view; `place` is the script's line that creates it."""

    name: str
    schema: str
    kind: str
    columns: Sequence[Column]
    parts: Sequence[Detail]
    properties: Mapping[str, str]
    place: str | None
    rows: Rows | None


class Link(NamedTuple):
    """A line between two tables: a foreign key, partition, inheritance or view.

    For a foreign key: `is_optional` if a row may reference none, `is_unique` if at most one row
    references another.
    """

    kind: str
    table: str
    columns: Sequence[str]
    other: str
    other_columns: Sequence[str]
    is_optional: bool
    is_unique: bool


class Model(NamedTuple):
    """All tables and views by schema and name, and the links between them."""

    tables: Sequence[Entity]
    links: Sequence[Link]
