"""The model as a Mermaid erDiagram."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runner.diagram.model import Column, Entity, Link, Model

# Mermaid's syntax of a name, of a type and inside quotes (its erDiagram.jison).
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_TYPE = re.compile(r"[^A-Za-z0-9_\-\[\]()]")
_IDENTIFIER = re.compile(r'"((?:[^"]|"")*)"')
_NOT_IN_QUOTES = re.compile(r'["%\\\x00-\x1f]')
_SERIAL_TYPES = ("smallserial", "serial", "bigserial")


def to_mermaid(model: Model) -> str:
    """Return the text of the diagram."""
    lines = ["erDiagram"]
    lines += [f"    {_link(one)}" for one in model.links]
    for table in model.tables:
        lines += ["", *_table(table)] if len(lines) > 1 else _table(table)
    return "\n".join(lines) + "\n"


def _table(table: Entity) -> Iterator[str]:
    if not table.columns:
        yield f"    {_entity(table.name)}"
        return
    yield f"    {_entity(table.name)} {{"
    for column in table.columns:
        yield f"        {_column(column)}"
    yield "    }"


def _column(column: Column) -> str:
    """Return a column's line: type, name, keys, and other properties as a comment."""
    written = column.type, _unquoted(column.name)
    shown = [_NOT_IN_TYPE.sub("_", one) for one in written]
    comment = [one for one in reversed(written) if one not in shown]
    if column.not_null and "PK" not in column.keys and column.type not in _SERIAL_TYPES:
        comment.append("NOT NULL")
    if column.default:
        comment.append(column.default)
    words = [one if _NAME.match(one) else f"_{one}" for one in shown]
    if column.keys:
        words.append(", ".join(column.keys))
    if comment:
        words.append(_quoted(", ".join(comment)))
    return " ".join(words)


def _link(link: Link) -> str:
    if link.kind == "foreign key":
        parent = "|o" if link.is_optional else "||"
        child = "o|" if link.is_unique else "o{"
        line, label = f"{parent}--{child}", ", ".join(link.columns)
    else:
        line, label = ("||..o|" if link.kind == "partition" else "||..o{"), link.kind
    return f"{_entity(link.other)} {line} {_entity(link.table)} : {_quoted(label)}"


def _entity(name: str) -> str:
    """Return the name of a table without the schema public."""
    short = _unquoted(name).removeprefix("public.")
    return short if _NAME.fullmatch(short) else _quoted(short)


def _quoted(text: str) -> str:
    return f'"{_NOT_IN_QUOTES.sub("_", text)}"'


def _unquoted(name: str) -> str:
    """Return a name, qualified or not, without its SQL quotes."""
    return _IDENTIFIER.sub(lambda match: match[1].replace('""', '"'), name)
