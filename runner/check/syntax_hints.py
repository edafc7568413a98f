"""What to write instead, where the text around an error shows it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from runner.check.failed_statement import QUOTE, FailedStatement

_STATEMENTS = frozenset(
    b"ALTER ANALYZE BEGIN COMMENT COMMIT COPY CREATE DELETE DO DROP GRANT INSERT REVOKE SELECT SET"
    b" TRUNCATE UPDATE WITH".split()
)
_KEYWORDS = _STATEMENTS | frozenset(
    b"ADD AND CASCADE CHECK COLUMN CONFLICT CONSTRAINT DEFAULT DISTINCT EXISTS EXTENSION FOREIGN"
    b" FROM FUNCTION GENERATED GROUP HAVING INDEX INTO JOIN LANGUAGE LIMIT MATERIALIZED NOT NULL"
    b" ORDER PRIMARY PROCEDURE REFERENCES REPLACE RETURNING RETURNS SCHEMA SEQUENCE TABLE TRIGGER"
    b" TYPE UNIQUE USING VALUES VIEW WHERE".split()
)
# Blanks other than the ASCII one, line and paragraph separators, and format characters.
_INVISIBLE = re.compile(
    "[\x85\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]"
)
_TYPOGRAPHIC = re.compile("[\u2018-\u201f\u00ab\u00bb]")


def invisible_character(failed: FailedStatement) -> str | None:
    """A character that is not seen is taken for part of a name."""
    near = failed.before.text.decode("utf-8", "replace") + failed.word
    if not (found := _INVISIBLE.search("".join((near, *failed.names)))):
        return None
    name = f"U+{ord(found[0]):04X} {unicodedata.name(found[0], '')}".rstrip()
    return f"An invisible character, {name}, is read as a letter: delete it, or write a blank."


def misplaced_quotes(failed: FailedStatement) -> str | None:
    """A quote inside of a text, or quotes of a word processor."""
    for one, other in pairwise(failed.tokens[: failed.at + 1]):
        is_next = other.offset == one.offset + len(one.text)
        if one.kind == "string" and other.kind == "word" and is_next:
            return "A quote that is part of a text is written twice: 'it''s'."
    if _TYPOGRAPHIC.search(failed.word + "".join(failed.names)):
        return "These are typographic quotes: write ' around a text, and \" around a name."
    return None


def unset_variable(failed: FailedStatement) -> str | None:
    """A variable of psql that has no value stays in the text."""
    if failed.word != ":" or failed.after.offset != failed.token.offset + 1:
        return None
    name = failed.text[failed.after.offset :][: len(failed.after.text)].decode("utf-8", "replace")
    return f"The variable {name} is not set: --var {name}=…"


def punctuation(failed: FailedStatement) -> str | None:
    """A comma, a semicolon or a letter that is missing or too many."""
    line, token, begins_line = failed.place.line, failed.token, b"\n" in failed.gap
    if failed.word and not re.search(f"(?i){QUOTE}(?:;|{re.escape(failed.word)})", failed.message):
        return None  # not of the grammar, which quotes the token that it did not expect
    if failed.before.text == b",":
        what = {")": "the parenthesis", "": "the semicolon", ";": "the semicolon"}
        return f"Remove the comma before {what.get(failed.word, failed.word)}."
    if not failed.depth and failed.at and token.text in _STATEMENTS and begins_line:
        return f"A semicolon is missing before line {line}."
    for one in (token, failed.before):
        near = [known for known in sorted(_KEYWORDS, key=len) if _one_slip(known, one.text)]
        if one.kind == "word" and one.text not in _KEYWORDS and near:
            return f"Did you mean {near[-1].decode()}?"
    if failed.depth and token.kind not in ("other", "end") and failed.before.text != b"(":
        return f"A comma is missing before {f'line {line}' if begins_line else failed.word}."
    return None


def _one_slip(one: bytes, other: bytes) -> bool:
    """Whether one letter is missing, too many, another or elsewhere."""
    shorter, also = (
        {word[:at] + word[at + 1 :] for at in range(len(word))} for word in (one, other)
    )
    is_alike = len(one) == len(other) and shorter & also
    return min(len(one), len(other)) > 2 and bool(one in also or other in shorter or is_alike)


def number_of_values(failed: FailedStatement) -> str | None:
    """More values than columns."""
    words = [token.text for token in failed.tokens]
    if words[:2] != [b"INSERT", b"INTO"] or b"VALUES" not in words or failed.token.kind == "end":
        return None
    values = words.index(b"VALUES")
    rows = range(values, failed.at + 1)
    given = _count(words[max((at for at in rows if words[at] == b"("), default=values + 1) :])
    if failed.before.text not in (b",", b"(") or failed.word == ")":
        return None
    if b"(" not in words[:values]:
        return f"The row has {given} values: more than the table has columns."
    wanted = _count(words[words.index(b"(") :])
    return f"{given} {'values' if given > 1 else 'value'} for {wanted} columns."


def _count(words: Sequence[bytes]) -> int:
    """How many items stand in the parentheses that begin here."""
    depth, count = 0, 1
    for word in words:
        depth += (word == b"(") - (word == b")")
        count += word == b"," and depth == 1
        if not depth:
            break
    return count


def text_as_name(failed: FailedStatement) -> str | None:
    """A text in double quotes."""
    if failed.token.kind != "name":
        return None
    text = failed.word[1:-1].replace("'", "''")
    return f"Double quotes are for names. A text is written '{text}'."
