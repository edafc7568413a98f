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

from runner.diagram.mermaid import to_mermaid
from runner.diagram.model import Model
from runner.diagram.picture import svg, to_svg
from runner.environment import read_file
from runner.errors import UsageError
from runner.texts import read_text

Draw = Callable[[Model], str]
_BEGIN, _END = "<!-- diagram: written by the runner -->", "<!-- end of diagram -->"
_BETWEEN = re.compile(f"{re.escape(_BEGIN)}\n.*?{re.escape(_END)}", re.DOTALL)


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
    """Return the page, which loads nothing. Raises UsageError without graphviz-pure.

    Its policy lets the browser run only this script, whatever the names of tables contain.
    """
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
