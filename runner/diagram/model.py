"""Tables and what connects them, as values to draw. Names are as SQL writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Column(NamedTuple):
    """A column; `default` may also be GENERATED …, `keys` are of PK, FK and UK."""

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
    """The number of rows that the scripts insert, and the first of them as text."""

    number: int
    first: Sequence[Sequence[str | None]]


class Entity(NamedTuple):
    """A table or a view; `place` is the line of the scripts that creates it."""

    name: str
    schema: str
    kind: str
    columns: Sequence[Column]
    parts: Sequence[Detail]
    properties: Mapping[str, str]
    place: str | None
    rows: Rows | None


class Link(NamedTuple):
    """A line from a table to another: foreign key, partition, inherits or view.

    Of a foreign key: a row may refer to no other if it `is_optional`, and at most one row refers
    to another if it `is_unique`.
    """

    kind: str
    table: str
    columns: Sequence[str]
    other: str
    other_columns: Sequence[str]
    is_optional: bool
    is_unique: bool


class Model(NamedTuple):
    """All tables and views, by schema and name, and the lines between them."""

    tables: Sequence[Entity]
    links: Sequence[Link]
