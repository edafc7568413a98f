"""Text for a terminal: hostile characters made visible, widths in cells, counts, times, places.

Pure: strings in, strings out.
"""

from __future__ import annotations

import os
import textwrap
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from runner.errors import Place
    from runner.results import Target


WIDTH = 80
RED, YELLOW, MAGENTA, BOLD = "31", "33", "35", "1"
# What is looked at on either side of a caret; a line may be many megabytes long.
_NEAR = 4 * WIDTH
_TAB = 8
# Format characters (category Cf) that turn the direction of the text around them.
_BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# What "surrogateescape" makes of bytes that are not UTF-8.
_BYTES = range(0xDC80, 0xDD00)


def escape(text: str, *, keep: str = "") -> str:
    r"""Text of a server, a script or a file name, with `\x1b` and the like in plain sight.

    Control characters, what reverses the direction of writing, line separators, lone
    surrogates and bytes that are not UTF-8 are escaped, but for those in `keep`.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char in keep else _visible(char) for char in text)


def _visible(char: str) -> str:
    code = ord(char)
    category = unicodedata.category(char)
    if category == "Cc":
        return f"\\x{code:02x}"
    if code in _BYTES:
        return f"\\x{code - 0xDC00:02x}"
    if code in _BIDI or category in ("Zl", "Zp", "Cs"):
        return f"\\u{code:04x}"
    return char


def paragraph(text: str) -> str:
    """Escaped text of several lines; the later ones are indented, so that none passes for ours."""
    return escape(text.rstrip("\n").replace("\r\n", "\n"), keep="\n\t").replace("\n", "\n  ")


def width(text: str) -> int:
    """How many cells a terminal needs for escaped text without tabs."""
    return sum(map(_cells, text))


def _cells(char: str) -> int:
    if char.isascii():
        return 1
    # Combining and enclosing marks, and format characters such as the zero width joiner
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def fit(text: str, cells: int) -> str:
    """Text padded or, with an ellipsis, cut to `cells`."""
    if width(text) <= cells:
        return text + " " * (cells - width(text))
    kept = text
    while width(kept) > cells - 1:
        kept = kept[:-1]
    return f"{kept}…" + " " * (cells - 1 - width(kept))


def source_lines(source: str, column: int | None, prefix: str = "") -> list[str]:
    """A script's line that fits the terminal and, below it, a caret under a 1-based column.

    Tabs become blanks up to the next stop, which keeps the caret where it belongs.
    """
    at = min((column or 1) - 1, len(source))
    start = max(at - _NEAR, 0)
    pieces = _pieces(source[start : at + _NEAR])
    first, end = _window(pieces, at - start, WIDTH - width(prefix) - 2)
    if width("".join(pieces)) <= WIDTH - width(prefix):
        first, end = 0, len(pieces)
    left = "…" if start + first > 0 else ""
    right = "…" if start + end < len(source) else ""
    lines = [f"{prefix}{left}{''.join(pieces[first:end])}{right}".rstrip()]
    if column is not None:
        lines.append(" " * width(prefix + left + "".join(pieces[first : at - start])) + "^")
    return lines


def _window(pieces: list[str], target: int, room: int) -> tuple[int, int]:
    """The widest range around `target` that fits, growing on both sides where it can."""
    first, end = target, min(target + 1, len(pieces))
    used = width("".join(pieces[first:end]))
    growing = True
    while growing:
        growing = False
        if first > 0 and used + width(pieces[first - 1]) <= room:
            first, growing = first - 1, True
            used += width(pieces[first])
        if end < len(pieces) and used + width(pieces[end]) <= room:
            used += width(pieces[end])
            end, growing = end + 1, True
    return first, end


def _pieces(text: str) -> list[str]:
    """What is shown for each character."""
    pieces = []
    cells = 0
    for char in text:
        piece = " " * (_TAB - cells % _TAB) if char == "\t" else escape(char)
        cells += width(piece)
        pieces.append(piece)
    return pieces


def has_colour(stream: TextIO) -> bool:
    """Whether colour is shown there, and wanted (NO_COLOR)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def coloured(text: str, code: str, colour: bool) -> str:
    """Text with an SGR code around it, where there is colour."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


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


def duration_text(seconds: float) -> str:
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
