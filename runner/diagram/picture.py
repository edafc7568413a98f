"""The model as SVG."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from runner.diagram.layout import (
    PAD,
    ROW,
    Box,
    cells,
    kind_label,
    lay_out,
    text_width,
    title,
    widths,
)
from runner.diagram.model import Entity, Link, Model
from runner.texts import read_text

# Characters that XML does not allow.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BOLT = "M6 0L0 8H4L2 14L9 5H5L8 0Z"
_ABOVE_BASELINE = 6


def to_svg(model: Model) -> str:
    """Return the SVG file. Raises UsageError without graphviz-pure."""
    return svg(model, f"<style>{read_text('diagram/picture.css')}</style>") + "\n"


def svg(model: Model, style: str = "") -> str:
    """Return the SVG element: schemas, lines and tables, each with its number in the model."""
    layout = lay_out(model)
    numbers = {table.name: number for number, table in enumerate(model.tables)}
    kind = "model packed" if layout.is_packed else "model"
    # Without tables Graphviz returns 0, which is invalid in a viewBox.
    width, height = max(round(layout.width), 1), max(round(layout.height), 1)
    size = f'role="img" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" {size}>',
        f"<title>Data model: {len(model.tables)} tables</title>",
        style,
        read_text("diagram/line_ends.svg"),
    ]
    parts += [_schema(name, box) for name, box in layout.schemas]
    for link, path in zip(model.links, layout.lines, strict=True):
        parts.append(_line(link, path, numbers))
    for number, (table, box) in enumerate(zip(model.tables, layout.tables, strict=True)):
        parts += _table(number, table, box)
    return "\n".join([*filter(None, parts), "</svg>"])


def escaped(text: str) -> str:
    """Return text escaped for an element or an attribute."""
    return html.escape(_NOT_IN_XML.sub("\ufffd", text))


def _schema(name: str, box: Box) -> str:
    shown = escaped(name)
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    return (
        f'<g class="schema" data-schema="{shown}"><rect {place} rx="8"/>'
        f'<text x="{box.x + PAD:.1f}" y="{box.y + ROW:.1f}">{shown}</text></g>'
    )


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
        f"<title>{escaped(f'{link.kind}: {label}')}</title></path>"
    )


def _end_label(table: str, columns: Sequence[str]) -> str:
    return f"{table} ({', '.join(columns)})" if columns else table


def _table(number: int, table: Entity, box: Box) -> Iterator[str]:
    kind = "table view" if table.kind.endswith("view") else "table"
    yield f'<g class="{kind}" data-table="{number}" transform="translate({box.x:.1f} {box.y:.1f})">'
    label = filter(None, (f"{table.kind} {table.name}", table.properties.get("comment")))
    yield f"<title>{escaped(': '.join(label))}</title>"
    width, height = f'width="{box.width:.1f}"', f'height="{box.height:.1f}"'
    yield f'<rect class="box" {width} {height} rx="3"/>'
    yield f'<rect class="head" x="0.5" y="0.5" width="{box.width - 1:.1f}" height="{ROW - 1}"/>'
    yield _text("name", PAD, 0, title(table))
    fires = any(part.kind == "trigger" for part in table.parts)
    if shown := kind_label(table):
        room = box.width - text_width(shown) - PAD - 2 * PAD * fires
        yield _text("type", room, 0, shown)
    if fires:
        yield f'<path class="fires" transform="translate({box.width - 18:.1f} 3)" d="{_BOLT}"/>'
    keys, names, _ = widths(table)
    for row, column in enumerate(table.columns, 1):
        for name, x, text in zip(
            ("key", "column", "type"), (PAD, keys, keys + names), cells(column), strict=True
        ):
            if text:
                yield _text(name, x, row, text)
    yield "</g>"


def _text(kind: str, x: float, row: int, text: str) -> str:
    y = (row + 1) * ROW - _ABOVE_BASELINE
    return f'<text class="{kind}" x="{x:.1f}" y="{y}">{escaped(text)}</text>'
