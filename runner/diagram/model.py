"""Tables and what connects them, as values to draw: made from a catalog. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from runner.catalog.snapshot import ObjectKey, short_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from runner.catalog.snapshot import CatalogObject, Snapshot

    Place = Callable[[str, str], str | None]


RELATIONS = ("table", "foreign table", "view", "materialized view")
_SERIAL = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
# Properties that a column, a key or a line shows already.
_SHOWN = ("definition", "comment", "inherits")


class Column(NamedTuple):
    """A column; `keys` are of PK, FK and UK. Names are as SQL writes them, here and below.

    `default` may also be GENERATED … as SQL writes that.
    """

    name: str
    type: str
    not_null: bool
    default: str | None
    keys: tuple[str, ...]
    comment: str | None


class Detail(NamedTuple):
    """A constraint, an index, a trigger or a policy; `body` is the function of a trigger."""

    kind: str
    name: str
    text: str
    comment: str | None = None
    place: str | None = None
    body: str | None = None
    body_place: str | None = None


class Rows(NamedTuple):
    """The number of rows that the scripts insert, and the first of them as text."""

    number: int
    first: Sequence[Sequence[str | None]]


class Entity(NamedTuple):
    """A table or a view; `place` is the line of the scripts that creates it."""

    name: str
    schema: str
    kind: str
    columns: tuple[Column, ...]
    parts: tuple[Detail, ...]
    properties: Mapping[str, str]
    comment: str | None = None
    place: str | None = None
    rows: Rows | None = None

    @property
    def has_triggers(self) -> bool:
        """Whether something runs when rows are written."""
        return any(part.kind == "trigger" for part in self.parts)


class Link(NamedTuple):
    """A line from a table to another: foreign key, partition, inherits or view.

    Of a foreign key: a row refers to no other if it `is_optional`, and at most one row refers to
    another if it `is_unique`.
    """

    kind: str
    table: str
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]
    is_optional: bool = False
    is_unique: bool = False


class Model(NamedTuple):
    """All tables and views, by schema and name, and the lines between them."""

    tables: tuple[Entity, ...]
    links: tuple[Link, ...]


class ModelBuilder:
    """Makes the model of a catalog. `links` are the rows of links.sql, `rows` those of tables.

    `place` tells where an object of a kind and a name is defined.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        links: Sequence[tuple[str, str, list[str], str, list[str]]],
        rows: Mapping[str, Rows],
        place: Place,
    ) -> None:
        self._objects = snapshot.objects
        self._rows = rows
        self._place = place
        self._keys: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self._functions: dict[str, str] = {}
        self._links: list[Link] = []
        for kind, name, columns, other, other_columns in links:
            if kind == "trigger":
                self._functions[name] = other
            elif kind in ("primary key", "unique"):
                self._keys[name].append((kind, tuple(columns)))
            else:
                ends = name, tuple(columns or ()), other, tuple(other_columns or ())
                self._links.append(Link(kind, *ends))
        self._referring = {(one.table, column) for one in self._links for column in one.columns}
        self._parts: dict[ObjectKey, list[ObjectKey]] = defaultdict(list)
        for key, entry in self._objects.items():
            if entry.parent is not None:
                self._parts[entry.parent].append(key)

    def model(self) -> Model:
        """All tables and views, and the lines between them."""
        tables = {
            key.name: self._table(key, entry)
            for key, entry in self._objects.items()
            if key.object in RELATIONS
        }
        drawn = sorted(tables.values(), key=lambda one: (one.schema, one.name))
        lines = (one for one in self._links if one.table in tables and one.other in tables)
        return Model(tuple(drawn), tuple(self._with_ends(one, tables[one.table]) for one in lines))

    def _table(self, key: ObjectKey, entry: CatalogObject) -> Entity:
        parts = self._parts[key]
        return Entity(
            key.name,
            entry.parent.name if entry.parent else "",
            key.object,
            tuple(self._column(one, key.name) for one in parts if one.object == "column"),
            tuple(self._part(one) for one in parts if one.object not in ("column", "sequence")),
            dict(self._properties(key, entry)),
            entry.properties.get("comment"),
            self._place(*key),
            self._rows.get(key.name),
        )

    def _properties(self, key: ObjectKey, entry: CatalogObject) -> Iterator[tuple[str, str]]:
        yield from ((n, v) for n, v in entry.properties.items() if n not in _SHOWN)
        if key.object.endswith("view"):
            yield "definition", entry.properties.get("definition", "")
        for part in self._parts[key]:
            granted = self._objects[part].properties.get("privileges")
            if part.object == "column" and granted:
                yield f"privileges on {part.name.removeprefix(f'{key.name}.')}", granted

    def _column(self, key: ObjectKey, table: str) -> Column:
        found = self._objects[key].properties
        name = key.name.removeprefix(f"{table}.")
        kind, default = short_type(found.get("type", "")), found.get("default")
        if default and self._is_serial(key.name, default) and kind in _SERIAL:
            kind, default = _SERIAL[kind], None
        default = default or found.get("identity") or found.get("generated")
        not_null = "not null" in found
        return Column(name, kind, not_null, default, self._marks(table, name), found.get("comment"))

    def _is_serial(self, column: str, default: str) -> bool:
        """Whether a sequence of the column's own feeds it."""
        taken = re.fullmatch(r"nextval\('(.*)'::regclass\)", default)
        owner = taken and self._objects.get(ObjectKey("sequence", taken[1].replace("''", "'")))
        return bool(owner and owner.properties.get("owned by") == column)

    def _marks(self, table: str, column: str) -> tuple[str, ...]:
        keys = self._keys[table]
        marks = ["PK"] * any(kind == "primary key" and column in of for kind, of in keys)
        marks += ["FK"] * ((table, column) in self._referring)
        marks += ["UK"] * any(kind == "unique" and (column,) == of for kind, of in keys)
        return tuple(marks)

    def _part(self, key: ObjectKey) -> Detail:
        found = self._objects[key].properties
        name = key.name.removeprefix(f"{getattr(self._objects[key].parent, 'name', '')}.")
        text = found.get("definition") or " ".join(
            f"{word.upper()} {value}" for word, value in found.items() if word != "comment"
        )
        if found.get("enabled", "ENABLE") != "ENABLE":
            text += f" ({found['enabled']})"
        place = self._place(*key)
        part = Detail(key.object, name, text, found.get("comment"), place)
        function = self._functions.get(key.name, "") if key.object == "trigger" else ""
        for kind in ("function", "procedure"):
            if body := self._objects.get(ObjectKey(kind, function)):
                text = body.properties.get("definition", "")
                return part._replace(body=text, body_place=self._place(kind, function))
        return part

    def _with_ends(self, link: Link, table: Entity) -> Link:
        if link.kind != "foreign key":
            return link
        nullable = any(not c.not_null for c in table.columns if c.name in link.columns)
        keys = (set(of) for _, of in self._keys[link.table])
        unique = any(of <= set(link.columns) for of in keys)
        return link._replace(is_optional=nullable, is_unique=unique)
