"""What README.md and the pages of docs/ say to type and to write, taken from the pages."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
PAGES = (README, *sorted((README.parent / "docs").glob("*.md")))
_HEADING = re.compile(r"^(#+) (.*)$")
_FENCE = re.compile(r"^( *)```(\w*)$")


def pages() -> str:
    """The text of all pages."""
    return "\n".join(page.read_text("utf-8") for page in PAGES)


def blocks(section: str, language: str) -> list[str]:
    """The code blocks of a section and of those below it, as they are printed."""
    found: list[str] = []
    level, block, indent = 0, None, ""
    for line in pages().splitlines():
        if fence := _FENCE.match(line):
            if block is not None and block[0] == language and level:
                found.append("\n".join(block[1:]) + "\n")
            block = [fence[2]] if block is None else None
            indent = fence[1]
        elif block is not None:
            block.append(line.removeprefix(indent))
        elif heading := _HEADING.match(line):
            if heading[2] == section:
                level = len(heading[1])
            elif len(heading[1]) <= level:
                level = 0
    return found


def commands(block: str) -> list[str]:
    """What a `console` block says to type: lines after `$ `, with those that continue them."""
    text = block.replace("\\\n", "")
    return [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
