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
    match output.suffix.lower() if output else ".mmd":
        case ".mmd":
            return to_mermaid
        case ".svg":
            return to_svg
        case ".html":
            return to_html
        case ".md" if output:
            return partial(_in_markdown, output)
    raise UsageError(
        f"{output}: its name says no format", hint="end it in .mmd, .svg, .html or .md"
    )


def is_stale(text: str, output: Path) -> bool:
    """Whether a file is missing or holds something else."""
    try:
        return output.read_text("utf-8") != text
    except FileNotFoundError:
        return True
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
    try:
        page = output.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{output}: {error}") from None
    if not _BETWEEN.search(page):
        hint = f"put the lines {_BEGIN} and {_END} where it should be"
        raise UsageError(f"{output} has no place for the diagram", hint=hint)
    block = f"{_BEGIN}\n```mermaid\n{to_mermaid(model)}```\n{_END}"
    return _BETWEEN.sub(lambda _: block, page, count=1)
