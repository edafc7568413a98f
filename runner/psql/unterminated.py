"""What is still open at the end of a file: a quote, a comment, a parenthesis or an `\\if`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.psql.lexer import Lexer, Mode
from runner.psql.sql_text import misplaced_quote

if TYPE_CHECKING:
    from runner.psql.conditionals import IfBlock
    from runner.psql.statement_buffer import StatementBuffer


_CLOSE = {
    Mode.STRING: "Write its closing quote; a quote that is part of it is written twice.",
    Mode.ESCAPE_STRING: "Write its closing quote; a quote that is part of it is written \\'.",
    Mode.IDENTIFIER: "Write its closing quote; a quote that is part of it is written twice.",
    Mode.DOLLAR: "Write the tag once more where it ends.",
    Mode.COMMENT: "Write its */; each /* inside needs one, too.",
}


def left_unterminated(
    lexer: Lexer, buffer: StatementBuffer, blocks: list[IfBlock]
) -> tuple[str, int, str] | None:
    """The message, the byte of the file and the hint; None where nothing is open."""
    if lexer.mode is not Mode.SQL:
        offset = _opened(lexer, buffer)
        return f"unterminated {lexer.mode.value}", offset, _CLOSE[lexer.mode]
    if lexer.paren_depth and buffer:
        return "unterminated parenthesis", lexer.paren_began, "Write its )."
    if blocks:
        return "\\if without \\endif", blocks[-1].offset, "Write \\endif where it ends."
    return None


def _opened(lexer: Lexer, buffer: StatementBuffer) -> int:
    """The byte of the file where what is still open begins, most likely."""
    statement = buffer.finish()
    if statement is None or lexer.mode in (Mode.DOLLAR, Mode.COMMENT):
        return lexer.began
    at = misplaced_quote(statement.text, identifiers=lexer.mode is Mode.IDENTIFIER)
    return lexer.began if at is None else min(statement.file_offset(at), lexer.began)
