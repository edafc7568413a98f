"""Text for a terminal: control characters escaped, widths in cells, counts, times, places."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING, TextIO

from runner.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from runner.errors import Place
    from runner.results import Target


WIDTH = 80
RED, YELLOW, MAGENTA, BOLD = "31", "33", "35", "1"
# Characters used on either side of a caret; a line may be many megabytes long.
_NEAR = 4 * WIDTH
_TAB = 8
_SGR = re.compile("\x1b\\[[0-9;]*m")
# Format characters (category Cf) that change the direction of the text around them.
_BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# Code points by which "surrogateescape" represents bytes that are not UTF-8.
_BYTES = range(0xDC80, 0xDD00)


def escape(text: str, *, keep: str = "") -> str:
    r"""Text of a server, a script or a file name, with control characters as `\x1b`.

    Also escapes characters that change the direction of text, line separators, lone surrogates
    and bytes that are not UTF-8. Characters in `keep` are not escaped.
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
    """Escaped text, with all lines but the first indented: none can imitate a message."""
    return escape(text.rstrip("\n").replace("\r\n", "\n"), keep="\n\t").replace("\n", "\n  ")


def width(text: str) -> int:
    """The number of terminal cells of escaped text without tabs."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def end(text: str, cells: int) -> str:
    """Text cut at its start: a path ends with its file, a target with its database."""
    return text if len(text) <= cells else f"…{text[len(text) - cells + 1 :]}"


def source_lines(source: str, column: int | None, prefix: str = "") -> list[str]:
    """A script's line, cut to the terminal, and a line with a caret under the 1-based column.

    Tabs are expanded, so that the caret is below its character.
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
    """The range of pieces around `target` that fits into `room` cells."""
    cells = [width(piece) for piece in pieces]
    first, end = 0, len(cells)
    while sum(cells[first:end]) > room:
        # From the side of which more is left.
        first, end = (first + 1, end) if target - first >= end - target else (first, end - 1)
    return first, end


def _pieces(text: str) -> list[str]:
    """The text for each character: itself, escaped, or blanks for a tab."""
    pieces = []
    cells = 0
    for char in text:
        piece = " " * (_TAB - cells % _TAB) if char == "\t" else escape(char)
        cells += width(piece)
        pieces.append(piece)
    return pieces


def has_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal with colour, and NO_COLOR is not set."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def coloured(text: str, code: str, colour: bool) -> str:
    """Text in an SGR colour, if `colour` is true."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def message_head(
    place: Place | None, severity: str, message: str, code: str | None = None, *, colour: bool
) -> str:
    """The first line of a message: `file:line:column: ERROR: what happened (SQLSTATE)`."""
    where = "" if place is None else f"{escape(str(place))}: "
    shown = escape(severity)
    if severity not in ("NOTICE", "INFO", "LOG", "DEBUG"):
        shown = coloured(shown, YELLOW if severity == "WARNING" else RED, colour)
    return f"{where}{shown}: {paragraph(message)}{f' ({code})' * bool(code)}"


def labelled(**texts: str | None) -> list[str]:
    """Further lines of a message, such as DETAIL and HINT."""
    return [f"{label}: {paragraph(text)}" for label, text in texts.items() if text]


def in_target(target: Target) -> str:
    """The database, for the end of a sentence: `in blog at localhost:5438`."""
    if target.embedded:
        return f"in {escape(target.dbname)} on the embedded PostgreSQL"
    port = f":{target.port}" if target.port else ""
    return f"in {escape(target.dbname)} at {escape(target.host)}{port}"


def plural(word: str, number: int) -> str:
    """The singular or plural of a word."""
    return word if number == 1 else f"{word}s"


def count(number: int, word: str) -> str:
    """A number and its word: `1 row`, `1,234 rows`."""
    return f"{number:,} {plural(word, number)}"


def duration_text(seconds: float) -> str:
    """A number of seconds as `0.21 s` or `1 min 15 s`."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def write_file(text: str, output: Path) -> None:
    """Write a file that the command line names. Raises UsageError if that cannot be done."""
    try:
        output.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from None


def folded(text: str, stream: TextIO) -> str:
    """The text for a stream: on a terminal its lines are broken between words."""
    if not stream.isatty():
        return text
    columns = shutil.get_terminal_size((WIDTH, 0)).columns
    return "\n".join(part for line in text.split("\n") for part in _fold(line, columns))


def _fold(line: str, columns: int) -> list[str]:
    if width(_SGR.sub("", line)) <= columns:
        return [line]
    return wrapped(line, columns, line[: len(line) - len(line.lstrip())] + "  ")


def wrapped(text: str, columns: int, indent: str, head: str = "") -> list[str]:
    """Lines broken between words: `head` is before the first of them, `indent` before others."""
    return textwrap.wrap(
        text,
        columns,
        initial_indent=head,
        subsequent_indent=indent,
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
