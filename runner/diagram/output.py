"""The formats of a diagram by file suffix: Mermaid, SVG, HTML and a block in Markdown."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from runner.diagram.model import Column, Link, Model
from runner.diagram.picture import svg, to_svg
from runner.environment import read_file
from runner.errors import UsageError
from runner.texts import read_text

Draw = Callable[[Model], str]
_BEGIN, _END = "<!-- diagram: written by the runner -->", "<!-- end of diagram -->"
_BETWEEN = re.compile(f"{re.escape(_BEGIN)}\n.*?{re.escape(_END)}", re.DOTALL)
# Mermaid's syntax of a name, of a type and inside quotes (its erDiagram.jison).
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_TYPE = re.compile(r"[^A-Za-z0-9_\-\[\]()]")
_IDENTIFIER = re.compile(r'"((?:[^"]|"")*)"')
_NOT_IN_QUOTES = re.compile(r'["%\\\x00-\x1f]')
_SERIAL_TYPES = ("smallserial", "serial", "bigserial")


def draw_function(output: Path | None) -> Draw:
    """Return the function that draws for a file or stdout. Raises UsageError for other suffixes."""
    formats: dict[str, Draw] = {".mmd": to_mermaid, ".svg": to_svg, ".html": _to_html}
    if output is None:
        return to_mermaid
    formats[".md"] = partial(_in_markdown, output)
    if output.suffix.lower() not in formats:
        hint = f"end it in {', '.join(formats)}"
        raise UsageError(f"{output}: its name has no known ending", hint=hint)
    return formats[output.suffix.lower()]


def is_stale(text: str, output: Path) -> bool:
    """Return whether a file is missing or differs from `text`."""
    return not output.exists() or read_file(output) != text


def _in_markdown(output: Path, model: Model) -> str:
    page = read_file(output)
    if not _BETWEEN.search(page):
        hint = f"put the lines {_BEGIN} and {_END} where it should be"
        raise UsageError(f"{output} has no comments for the diagram", hint=hint)
    block = f"{_BEGIN}\n```mermaid\n{to_mermaid(model)}```\n{_END}"
    return _BETWEEN.sub(lambda _: block, page, count=1)


def _to_html(model: Model) -> str:
    """Return the page, whose policy allows its own script alone, whatever the names contain."""
    script = read_text("diagram/page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        "style": read_text("diagram/picture.css") + read_text("diagram/page.css"),
        "picture": svg(model),
        # Without "<" no text can end the script element.
        "data": json.dumps(_to_objects(model), ensure_ascii=True).replace("<", "\\u003c"),
        "script": script,
    }
    page = read_text("diagram/page.html")
    return re.sub("@(policy|style|picture|data|script)@", lambda m: parts[m[1]], page)


def _to_objects(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _to_objects(one) for name, one in value._asdict().items()}
    return [_to_objects(one) for one in value] if isinstance(value, list) else value


def to_mermaid(model: Model) -> str:
    """Return the text of the diagram."""
    lines = ["erDiagram", *(f"    {_link(one)}" for one in model.links)]
    for table in model.tables:
        lines += [""] * (len(lines) > 1)
        head = f"    {_entity(table.name)}"
        body = [f"        {_column(one)}" for one in table.columns]
        lines += [f"{head} {{", *body, "    }"] if body else [head]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
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
    short = _unquoted(name).removeprefix("public.")
    return short if _NAME.fullmatch(short) else _quoted(short)


def _quoted(text: str) -> str:
    return f'"{_NOT_IN_QUOTES.sub("_", text)}"'


def _unquoted(name: str) -> str:
    return _IDENTIFIER.sub(lambda match: match[1].replace('""', '"'), name)
