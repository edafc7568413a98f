"""Write text for a terminal: escape control characters, measure widths, format numbers."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
import unicodedata
from pathlib import Path
from typing import TextIO

from runner.errors import Place, UsageError

WIDTH = 80
RED, YELLOW, MAGENTA, BOLD = "31", "33", "35", "1"
# Characters of a line to read on either side of the caret; a line may be many megabytes long.
_CONTEXT = 4 * WIDTH
_TAB = 8
_SGR = re.compile("\x1b\\[[0-9;]*m")
# Format characters (category Cf) that change the direction of the text around them.
_BIDI = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
# Code points with which "surrogateescape" represents bytes that are not UTF-8.
_BYTES = range(0xDC80, 0xDD00)


def escape(text: str, *, keep: str = "") -> str:
    r"""Return foreign text (of a server, a script, a file name) with control characters as `\x1b`.

    Also escape characters that change the direction of text, line separators, lone surrogates and
    bytes that are not UTF-8. Characters in `keep` are not escaped.
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
    """Return escaped text; its further lines are indented, so that none can imitate a message."""
    return escape(text.rstrip("\n").replace("\r\n", "\n"), keep="\n\t").replace("\n", "\n  ")


def width(text: str) -> int:
    """Return the number of terminal cells of escaped text without tabs."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut_start(text: str, cells: int) -> str:
    """Return text cut at its start, because paths and targets differ at their end."""
    return text if len(text) <= cells else f"…{text[len(text) - cells + 1 :]}"


def source_lines(source: str, column: int | None, prefix: str = "") -> list[str]:
    """Return a line of a script, cut, its tabs expanded, and a caret under the 1-based column."""
    at = min((column or 1) - 1, len(source))
    start = max(at - _CONTEXT, 0)
    pieces = _pieces(source[start : at + _CONTEXT])
    room, target = WIDTH - width(prefix), at - start
    first, end = 0, len(pieces)
    if width("".join(pieces)) > room:
        while width("".join(pieces[first:end])) > room - 2:
            # Cut at the side that is longer.
            is_left = target - first >= end - target
            first, end = (first + 1, end) if is_left else (first, end - 1)
    left = "…" if start + first > 0 else ""
    right = "…" if start + end < len(source) else ""
    lines = [f"{prefix}{left}{''.join(pieces[first:end])}{right}".rstrip()]
    if column is not None:
        lines.append(" " * width(prefix + left + "".join(pieces[first:target])) + "^")
    return lines


def _pieces(text: str) -> list[str]:
    """Return for each character what is shown: itself, an escape, or blanks for a tab."""
    pieces = []
    cells = 0
    for char in text:
        piece = " " * (_TAB - cells % _TAB) if char == "\t" else escape(char)
        cells += width(piece)
        pieces.append(piece)
    return pieces


def has_colour(stream: TextIO) -> bool:
    """Return whether a stream is a terminal with colour, and NO_COLOR is not set."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def coloured(text: str, code: str, colour: bool) -> str:
    """Return the text in an SGR colour, if `colour` is true."""
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def message_head(
    place: Place | None, severity: str, message: str, code: str | None = None, *, colour: bool
) -> str:
    """Return the first line of a message: `file:line:column: ERROR: what happened (SQLSTATE)`."""
    where = "" if place is None else f"{escape(str(place))}: "
    shown = escape(severity)
    if severity not in ("NOTICE", "INFO", "LOG", "DEBUG"):
        shown = coloured(shown, YELLOW if severity == "WARNING" else RED, colour)
    return f"{where}{shown}: {paragraph(message)}{f' ({code})' * bool(code)}"


def labelled(**texts: str | None) -> list[str]:
    """Return further lines of a message, such as DETAIL and HINT."""
    return [f"{label}: {paragraph(text)}" for label, text in texts.items() if text]


def plural(word: str, number: int | None = None) -> str:
    """Return the plural of a word; the word itself if `number` is 1."""
    if number == 1 or (word.endswith("s") and not word.endswith("ss")):
        return word
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}{'es' if word.endswith(('x', 's')) else 's'}"


def count(number: int, word: str) -> str:
    """Return a number and its word: `1 row`, `1,234 rows`."""
    return f"{number:,} {plural(word, number)}"


def duration_text(seconds: float) -> str:
    """Return a number of seconds as `0.21 s` or `1 min 15 s`."""
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def write_file(text: str, output: Path) -> None:
    """Write the text to a file that the command line names. Raises UsageError if that fails."""
    try:
        output.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from None


def folded(text: str, stream: TextIO) -> str:
    """Return the text for a stream; for a terminal, break its lines between words."""
    if not stream.isatty():
        return text
    columns = shutil.get_terminal_size((WIDTH, 0)).columns
    lines: list[str] = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())] + "  "
        is_long = width(_SGR.sub("", line)) > columns
        lines += wrapped(line, columns, indent) if is_long else [line]
    return "\n".join(lines)


def wrapped(text: str, columns: int, indent: str, head: str = "") -> list[str]:
    """Break text between words into lines: `head` before the first, `indent` before the others."""
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
