"""psql's query buffer, with the origin of each part of its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

from runner.errors import ScriptError
from runner.psql.lexer import Event, Lexer, Mode
from runner.psql.source import LONGEST, Source
from runner.psql.sql_text import leading_space, misplaced_quote
from runner.psql.steps import Origin, Statement, Statements

_BLANK = re.compile(rb"[; \t\r\n\f\v]*+")
_CLOSING_HINTS = {
    Mode.STRING: "Write its closing quote; a quote that is part of it is written twice.",
    Mode.ESCAPE_STRING: "Write its closing quote; a quote that is part of it is written \\'.",
    Mode.IDENTIFIER: "Write its closing quote; a quote that is part of it is written twice.",
    Mode.DOLLAR: "Write the tag again where the text ends.",
    Mode.COMMENT: "Write its */; each /* inside needs one, too.",
}


def too_long(what: str, source: Source, offset: int) -> ScriptError:
    """Return the error for a line or statement that is too long to be held in memory."""
    return ScriptError(
        f"{what} is longer than {LONGEST >> 20} MB",
        place=source.place(offset),
        hint="Write several; COPY takes any number of rows.",
    )


class StatementBuffer:
    """The text of a statement, collected in pieces. False while it is empty."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.previous: Statements | None = None
        self.clear()

    def clear(self) -> None:
        """Empty the buffer, as `\\r` does."""
        self.text = BytesIO()  # which returns its value without a copy
        self.origins: list[Origin] = []
        self.starts = [0]
        self.lines: list[tuple[int, int]] = []  # text offset and line of each piece
        self.next_offset = -1

    def __bool__(self) -> bool:
        return self.text.tell() > 0

    def add(self, text: bytes, offset: int, line: int, verbatim: bool) -> None:
        self.lines.append((self.text.tell(), line))
        if not verbatim or offset != self.next_offset:
            self.origins.append(Origin(self.text.tell(), offset, verbatim))
        self.next_offset = offset + len(text) if verbatim else -1
        self.text.write(text)
        if self.text.tell() > LONGEST:
            raise too_long("a statement", self.source, self.origins[0].file_offset)

    def drop_line_feed(self) -> None:
        """Drop the last line feed: psql adds it only if the next line adds to the statement."""
        text = self.text.getvalue()
        if text.endswith(b"\n"):
            length = self.text.seek(len(text.rstrip(b"\n")))
            self.text.truncate()
            self.next_offset = -1
            if len(self.origins) > 1 and self.origins[-1].text_offset == length:
                self.origins.pop()  # the origin of the line feed only

    def finish(self, *, send_previous: bool = False) -> Statement | None:
        r"""Return the statement and empty the buffer; None when there is nothing to send.

        With `send_previous` an empty buffer returns the last statement again, as `\g` does.
        """
        text = self.text.getvalue()
        if not text:
            return self.previous.at(-1) if send_previous and self.previous else None
        finished = self._statement(text.rstrip(b"\n"))
        self.previous = finished  # also a text without a command, which psql sends again
        self.clear()
        return finished

    def _statement(self, text: bytes) -> Statement | None:
        lead = leading_space(text) if text[:1] in b"/-\n\r\t\f\v " else 0
        if _BLANK.match(text, lead).end() == len(text):  # type: ignore[union-attr]
            return None
        origins = tuple(o._replace(text_offset=o.text_offset - lead) for o in self.origins)
        at, line = max(one for one in self.lines if one[0] <= lead)
        line += text.count(b"\n", at, lead)
        found = Statement(text[lead:], 0, line, self.source, origins=origins, lead=text[:lead])
        return found._replace(
            offset=found.file_offset(0),
            starts=tuple(max(s - lead, 0) for s in _command_offsets(text, self.starts)),
            origins=origins if len(origins) > 1 or not origins[0].verbatim else None,
        )


def _command_offsets(text: bytes, starts: Sequence[int]) -> tuple[int, ...]:
    """Return the offsets that begin a command, not only a comment or a semicolon."""
    if len(starts) == 1:
        return (0,)
    return tuple(
        start
        for start, end in pairwise((*starts, len(text)))
        if text[start + leading_space(text[start:end]) : end].strip(b"; \t\r\n\f\v")
    ) or (0,)


def unterminated(lexer: Lexer, buffer: StatementBuffer) -> tuple[str, int, str] | None:
    """Return message, byte and hint for an open quote or parenthesis; None if none is open.

    The byte is where the quote or comment most likely begins.
    """
    if lexer.mode is not Mode.SQL:
        offset, statement = lexer.opened_at, buffer.finish()
        if statement is not None and lexer.mode not in (Mode.DOLLAR, Mode.COMMENT):
            at = misplaced_quote(statement.text, identifiers=lexer.mode is Mode.IDENTIFIER)
            offset = offset if at is None else min(statement.file_offset(at), offset)
        return f"unterminated {lexer.mode.value}", offset, _CLOSING_HINTS[lexer.mode]
    if lexer.paren_depth and buffer:
        return "unterminated parenthesis", lexer.paren_opened_at, "Add the missing )."
    return None


def command_starts(text: bytes, *, standard_conforming_strings: bool) -> tuple[int, ...]:
    r"""Return the offsets of the SQL commands in a field of `\gexec`, which psql sends unread."""
    lexer = Lexer()
    lexer.standard_conforming_strings = standard_conforming_strings
    starts, pos = [0], 0
    while pos < len(text):
        event, pos = lexer.scan(text, pos, 0)
        if event is Event.SEMICOLON:
            starts.append(pos)
        elif event is not Event.END:
            pos += 1  # no meta-command and no variable here
    return _command_offsets(text, starts)
