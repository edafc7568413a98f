"""The formats of a diagram, by the name of its file."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from runner.diagram.mermaid import to_mermaid
from runner.diagram.page import to_html
from runner.diagram.picture import to_svg
from runner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.diagram.model import Model

    Draw = Callable[[Model], str]


_BEGIN, _END = "<!-- diagram: written by the runner -->", "<!-- end of diagram -->"
_BETWEEN = re.compile(f"{re.escape(_BEGIN)}\n.*?{re.escape(_END)}", re.DOTALL)


def drawing(output: Path | None) -> Draw:
    """How to draw for a file, or for stdout. Raises UsageError if its name does not say."""
    formats: dict[str, Draw] = {".mmd": to_mermaid, ".svg": to_svg, ".html": to_html}
    if output is None:
        return to_mermaid
    formats[".md"] = partial(_in_markdown, output)
    if output.suffix.lower() not in formats:
        hint = f"end it in {', '.join(formats)}"
        raise UsageError(f"{output}: its name says no format", hint=hint)
    return formats[output.suffix.lower()]


def is_stale(text: str, output: Path) -> bool:
    """Whether a file is missing or holds something else."""
    return not output.exists() or _content(output) != text


def _content(output: Path) -> str:
    try:
        return output.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{output}: {error}") from None


def write(text: str, output: Path) -> None:
    """Write the file. Raises UsageError if that cannot be done."""
    try:
        output.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from None


def _in_markdown(output: Path, model: Model) -> str:
    """The page with the diagram between its comments."""
    page = _content(output)
    if not _BETWEEN.search(page):
        hint = f"put the lines {_BEGIN} and {_END} where it should be"
        raise UsageError(f"{output} has no place for the diagram", hint=hint)
    block = f"{_BEGIN}\n```mermaid\n{to_mermaid(model)}```\n{_END}"
    return _BETWEEN.sub(lambda _: block, page, count=1)
