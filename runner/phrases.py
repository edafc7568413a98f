"""Words that the report puts together: counts, times, places, sentences on lines of 80 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from runner.terminal import WIDTH, escape, paragraph

if TYPE_CHECKING:
    from runner.errors import Place
    from runner.results import Target


def place_head(place: Place | None) -> str:
    """What a message begins with, when its place is known."""
    return "" if place is None else f"{escape(str(place))}: "


def labelled(detail: str | None, hint: str | None, context: str | None = None) -> list[str]:
    """What belongs to a message, a paragraph each."""
    found = (("DETAIL", detail), ("HINT", hint), ("CONTEXT", context))
    return [f"{label}: {paragraph(text)}" for label, text in found if text]


def in_target(target: Target) -> str:
    """Where, for the end of a sentence."""
    if target.embedded:
        return f"in {escape(target.dbname)} on the embedded PostgreSQL"
    port = f":{target.port}" if target.port else ""
    return f"in {escape(target.dbname)} at {escape(target.host)}{port}"


def plural(word: str, number: int) -> str:
    """The word as the number wants it."""
    return word if number == 1 else f"{word}s"


def count(number: int, word: str) -> str:
    """A number of things."""
    return f"{number:,} {plural(word, number)}"


def duration(seconds: float) -> str:
    """Seconds as people write them."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def wrapped(text: str, indent: str = "  ") -> str:
    """A sentence of ours on lines of 80 columns."""
    return textwrap.fill(
        escape(text),
        WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
