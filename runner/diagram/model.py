"""Tables and what connects them, as values to draw: made from a catalog. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from runner.catalog.snapshot import ObjectKey, short_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from runner.catalog.snapshot import Snapshot

    Place = Callable[[str, str], str | None]


RELATIONS = ("table", "foreign table", "view", "materialized view")
_SERIAL = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}


class Column(NamedTuple):
    """A column; `keys` are of PK, FK and UK. Names are as SQL writes them, here and below.

    `default` may also be GENERATED … as SQL writes that.
    """

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
    columns: tuple[Column, ...]
    parts: tuple[Detail, ...]
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
    columns: tuple[str, ...]
    other: str
    other_columns: tuple[str, ...]
    is_optional: bool
    is_unique: bool


class Model(NamedTuple):
    """All tables and views, by schema and name, and the lines between them."""

    tables: tuple[Entity, ...]
    links: tuple[Link, ...]


class Sources(NamedTuple):
    """What a model is made from: the catalog, and by their names what it does not hold.

    The lines, the keys of columns, the functions of triggers, the rows of tables, and what tells
    where the object of a kind and a name is defined.
    """

    snapshot: Snapshot
    links: Sequence[Link]
    keys: Mapping[str, Sequence[str]]
    functions: Mapping[str, str]
    rows: Mapping[str, Rows]
    place: Place


def model_of(sources: Sources) -> Model:
    """All tables and views, and the lines between them."""
    objects = sources.snapshot.objects
    parts: dict[ObjectKey, list[ObjectKey]] = defaultdict(list)
    for key, entry in objects.items():
        if entry.parent is not None:
            parts[entry.parent].append(key)
    found = [_table(key, parts[key], sources) for key in objects if key.object in RELATIONS]
    names = {table.name for table in found}
    links = (one for one in sources.links if one.table in names and one.other in names)
    return Model(tuple(sorted(found, key=lambda one: (one.schema, one.name))), tuple(links))


def _table(key: ObjectKey, parts: Sequence[ObjectKey], sources: Sources) -> Entity:
    entry = sources.snapshot.objects[key]
    columns = [one for one in parts if one.object == "column"]
    properties = dict(entry.properties)
    for one in columns:
        if granted := sources.snapshot.objects[one].properties.get("privileges"):
            properties[f"privileges on {_short(one, key)}"] = granted
    return Entity(
        key.name,
        entry.parent.name if entry.parent else "",
        key.object,
        tuple(_column(one, key, sources) for one in columns),
        tuple(
            _part(one, key, sources) for one in parts if one.object not in ("column", "sequence")
        ),
        properties,
        sources.place(*key),
        sources.rows.get(key.name),
    )


def _short(key: ObjectKey, table: ObjectKey) -> str:
    return key.name.removeprefix(f"{table.name}.")


def _column(key: ObjectKey, table: ObjectKey, sources: Sources) -> Column:
    objects = sources.snapshot.objects
    found, name = objects[key].properties, _short(key, table)
    kind, default = short_type(found.get("type", "")), found.get("default")
    # A sequence of the column's own feeds it.
    taken = re.fullmatch(r"nextval\('(.*)'::regclass\)", default or "")
    owner = taken and objects.get(ObjectKey("sequence", taken[1].replace("''", "'")))
    if owner and owner.properties.get("owned by") == key.name and kind in _SERIAL:
        kind, default = _SERIAL[kind], None
    default = default or found.get("identity") or found.get("generated")
    keys = sources.keys.get(key.name, ())
    return Column(name, kind, "not null" in found, default, keys, found.get("comment"))


def _part(key: ObjectKey, table: ObjectKey, sources: Sources) -> Detail:
    def detail(key: ObjectKey, name: str, function: Detail | None = None) -> Detail:
        properties = sources.snapshot.objects[key].properties
        return Detail(key.object, name, properties, sources.place(*key), function)

    called = sources.functions.get(key.name, "") if key.object == "trigger" else ""
    bodies = (ObjectKey(kind, called) for kind in ("function", "procedure"))
    bodies = (one for one in bodies if one in sources.snapshot.objects)
    return detail(key, _short(key, table), next((detail(one, called) for one in bodies), None))
