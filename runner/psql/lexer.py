"""psql's lexer: the ends of statements, and the places of meta-commands and variables.

A port of the rules of PostgreSQL's src/fe_utils/psqlscan.l (of version 18) to a few patterns that
each match a long stretch. psql lexes line by line, so only quotes and comments contain line feeds;
the input here is split at line ends for the same reason, and the object keeps the state between two
pieces.
"""

from __future__ import annotations

import re
from enum import Enum

from runner.psql.sql_text import comment_end, variable_at

# A possessive group ends with an empty alternative: before Python 3.11.5 a repetition that fails
# half-way does not restore the position (https://github.com/python/cpython/issues/106052).
_IDENT = rb"[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*+"
_COMMENT = rb"--[^\n\r]*+"
# Digits and directly following junk: {integer_junk} takes a whole identifier, `$` included.
_NUMBER = rb"[0-9]++(?:" + _IDENT + rb")?"
_PLAIN = rb"[^'\"$\\/\-:();\n]++"
_LINE_FEED = rb"\n(?!\n)"
# A quote after an e is left to `_quote`: it may begin an E'…' string.
_STRING = rb"(?<![eE])'[^']*+'"
_HARMLESS = rb"|".join([_LINE_FEED, rb'"[^"]*+"', _COMMENT, rb"-", rb"/(?!\*)", rb":[:=]"])
_IN_PARENS = [_PLAIN, _LINE_FEED, _STRING, rb"-(?!-)", rb"\([^'\"$\\/\-:();\n]*+\)"]
_PARENS = rb"\((?:" + b"|".join(_IN_PARENS) + rb"|)*+\)"

# Most statements: skip everything that does not change the lexer's state.
_SKIP = re.compile(rb"(?:" + b"|".join([_PLAIN, _STRING, _HARMLESS, _PARENS]) + rb"|)*+")
# The same with standard_conforming_strings off: stop at each quote.
_SKIP_TO_QUOTE = re.compile(rb"(?:" + _PLAIN + rb"|" + _HARMLESS + rb"|)*+")
# In CREATE FUNCTION and PROCEDURE: also stop at each word.
_SKIP_TO_WORD = re.compile(
    rb"(?:[^'\"$\\/\-:();\nA-Za-z0-9_\x80-\xff]++|" + _NUMBER + rb"|" + _HARMLESS + rb"|)*+"
)
_WORD = re.compile(_IDENT)
_NUMBER_AND_JUNK = re.compile(_NUMBER)
_WORD_BYTES = re.compile(rb"[A-Za-z0-9_\x80-\xff]")
_DOLLAR_TAG = re.compile(rb"\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+)?\$")
_PARAMETER = re.compile(rb"\$" + _NUMBER)
_ESCAPED = re.compile(rb"[^\\']*+(?:(?:\\.|'')[^\\']*+|)*+", re.DOTALL)

# The beginning of a statement that cannot be CREATE FUNCTION or PROCEDURE.
_NO_BODY = re.compile(
    rb"(?!create)[a-z]+[ \t\n\r]|create[ \t\n\r]+(?!or[ \t\n\r]|function|procedure)[a-z]+[ \t\n\r]",
    re.IGNORECASE,
)
# psql remembers the first letter of these, up to the fourth word of a statement.
_CREATE_WORDS = frozenset({b"create", b"or", b"replace", b"function", b"procedure"})
_BODY_WORDS = frozenset({b"begin", b"case", b"end"})


class Event(Enum):
    """The reason why `Lexer.scan` stopped."""

    END = "end of the piece"
    SEMICOLON = "a semicolon that ends a statement"
    EMPTY_LINE = "an empty line"
    BACKSLASH = "a meta-command, or an escaped semicolon or colon"
    VARIABLE = "a variable"


class Mode(Enum):
    """The construct that the lexer is inside of; the value is its name in an error."""

    SQL = "statement"
    STRING = "quoted string"
    ESCAPE_STRING = "escape string"
    IDENTIFIER = "quoted identifier"
    DOLLAR = "dollar-quoted string"
    COMMENT = "/* comment"


class Lexer:
    """The state of psql's lexer between two pieces of input.

    `paren_depth` and `begin_depth` are psql's; `opened_at` is the file offset of the open quote or
    comment, `paren_opened_at` of the open parenthesis. Offsets are the caller's `base` plus the
    position in the piece. `has_body` is true in CREATE FUNCTION and PROCEDURE, where BEGIN and END
    are counted; None while the statement's first words do not decide it.
    """

    def __init__(self) -> None:
        self.standard_conforming_strings = True
        self.reset()

    def reset(self) -> None:
        """Reset the state, as `psql_scan_reset` does after a forced send."""
        self.mode = Mode.SQL
        self.tag = b""
        self.comment_depth = 0
        self.paren_depth = 0
        self.begin_depth = 0
        self.opened_at = self.paren_opened_at = 0
        self.word_end = -1
        self.scan_start = 0
        self.new_statement()

    def new_statement(self) -> None:
        """Expect CREATE FUNCTION again: after a semicolon, also an escaped one."""
        self.has_body: bool | None = None
        self.statement_words: list[bytes] = []

    def scan(self, text: bytes, pos: int, base: int) -> tuple[Event, int]:
        """Lex `text` from `pos` to the next event.

        Returns the event and a position: after the semicolon, at the line feed of the empty line,
        at the backslash, at the colon of the variable, or at the end of the text.
        """
        end = len(text)
        self.word_end = -1
        self.scan_start = pos  # no token begins before it
        if self.has_body is None and not self.statement_words and _NO_BODY.match(text, pos):
            self.has_body = False
        while pos < end:
            if self.mode is not Mode.SQL:
                pos = self._continue_inside(text, pos)
                continue
            skip = _SKIP if self.standard_conforming_strings else _SKIP_TO_QUOTE
            skip = skip if self.has_body is False else _SKIP_TO_WORD
            pos = skip.match(text, pos).end()  # type: ignore[union-attr]
            if pos >= end:
                break
            char = text[pos]
            if char == 0x3B:  # ;
                pos += 1
                if not self.paren_depth and not self.begin_depth:
                    self.new_statement()
                    return Event.SEMICOLON, pos
            elif char == 0x0A:
                return Event.EMPTY_LINE, pos + 1
            elif char == 0x5C:  # backslash
                return Event.BACKSLASH, pos
            elif char == 0x3A and variable_at(text, pos):  # :
                return Event.VARIABLE, pos
            else:
                pos = self._enter(text, pos, base)
        return Event.END, end

    def _enter(self, text: bytes, pos: int, base: int) -> int:
        char = text[pos]
        if char == 0x3A:  # :
            return pos + 1
        if char == 0x28:  # (
            if not self.paren_depth:
                self.paren_opened_at = base + pos
            self.paren_depth += 1
            return pos + 1
        if char == 0x29:  # )
            self.paren_depth = max(0, self.paren_depth - 1)
            return pos + 1
        if char == 0x24:  # $
            return self._dollar(text, pos, base)
        if char == 0x27:  # '
            return self._quote(text, pos, base)
        self.opened_at = base + pos
        if char == 0x22:  # "
            self.mode = Mode.IDENTIFIER
            return pos + 1
        if char == 0x2F:  # / of /*
            self.mode = Mode.COMMENT
            self.comment_depth = 0
            return pos + 2
        return self._word(text, pos)

    def _quote(self, text: bytes, pos: int, base: int) -> int:
        """Enter a string, whose kind depends on the word before it."""
        self.opened_at = base + pos
        # The e of `a$e'…'` is not a prefix: psql reads `a$e` as one word.
        start = pos if pos == self.word_end else self._run_start(text, pos)
        prefix = text[start:pos].lower()
        unicode = text[max(self.scan_start, pos - 2) : pos].lower() == b"u&"
        plain = prefix in (b"b", b"x") or (unicode and self._run_start(text, pos - 1) == pos - 2)
        if prefix == b"e" or (not plain and not self.standard_conforming_strings):
            self.mode = Mode.ESCAPE_STRING
        else:
            self.mode = Mode.STRING
        return pos + 1

    def _dollar(self, text: bytes, pos: int, base: int) -> int:
        """Enter a dollar quote, or skip a `$` that is part of a word or a parameter."""
        start = self._run_start(text, pos)
        if start < pos:
            # `a$b` is one word; `1$$` is a number and a dollar quote.
            whole = _NUMBER_AND_JUNK.match(text, start) or _WORD.match(text, start)
            if whole and whole.end() > pos:
                self.word_end = whole.end()
                return self.word_end
        if tag := _DOLLAR_TAG.match(text, pos):
            self.mode = Mode.DOLLAR
            self.tag = tag.group()
            self.opened_at = base + pos
            return tag.end()
        parameter = _PARAMETER.match(text, pos)
        return parameter.end() if parameter else pos + 1

    def _word(self, text: bytes, pos: int) -> int:
        """Read a word; in CREATE FUNCTION and PROCEDURE count BEGIN, CASE and END, as psql does."""
        end = _WORD.match(text, pos).end()  # type: ignore[union-attr]
        word = text[pos:end].lower()
        if text[end : end + 1] == b"'" and word in (b"e", b"b", b"x", b"n"):
            return end  # the prefix of a string
        if word == b"u" and text[end : end + 2] in (b"&'", b'&"'):
            return end + 1
        if self.has_body is None:  # is it CREATE [OR REPLACE] FUNCTION or PROCEDURE?
            self.statement_words.append(word if word in _CREATE_WORDS else b"")
            head = b" ".join(self.statement_words)
            if head not in (b"create", b"create or", b"create or replace"):
                self.has_body = word in (b"function", b"procedure") and head.startswith(b"create ")
        if self.has_body and not self.paren_depth and word in _BODY_WORDS:
            if word == b"end":
                self.begin_depth = max(0, self.begin_depth - 1)
            elif word == b"begin" or self.begin_depth:
                self.begin_depth += 1
        self.word_end = end
        return end

    def _run_start(self, text: bytes, pos: int) -> int:
        """Return the start of the run of word bytes that ends before `pos`."""
        while pos > self.scan_start and _WORD_BYTES.match(text, pos - 1):
            pos -= 1
        return pos

    def _continue_inside(self, text: bytes, pos: int) -> int:
        if self.mode in (Mode.STRING, Mode.IDENTIFIER):
            quote = b"'" if self.mode is Mode.STRING else b'"'
            while (found := text.find(quote, pos)) >= 0:
                if text[found + 1 : found + 2] != quote:
                    self.mode = Mode.SQL
                    return found + 1
                pos = found + 2
            return len(text)
        if self.mode is Mode.ESCAPE_STRING:
            end = _ESCAPED.match(text, pos).end()  # type: ignore[union-attr]
            if text[end : end + 1] != b"'":  # the end of the text, or a backslash that ends it
                return len(text)
            self.mode = Mode.SQL
            return end + 1
        if self.mode is Mode.COMMENT:
            end, self.comment_depth = comment_end(text, pos, self.comment_depth)
            if self.comment_depth < 0:
                self.mode = Mode.SQL
            return end
        found = text.find(self.tag, pos)
        if found < 0:
            return len(text)
        self.mode = Mode.SQL
        return found + len(self.tag)
