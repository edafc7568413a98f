"""What to write instead, where the text around an error shows it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from runner.check.failed_statement import QUOTE, FailedStatement
from runner.check.remedies import by_code

_KEYWORDS = frozenset(
    b"ADD ALTER ANALYZE AND BEGIN CASCADE CHECK COLUMN COMMENT COMMIT CONFLICT CONSTRAINT COPY"
    b" CREATE DEFAULT DELETE DISTINCT DO DROP EXISTS EXTENSION FOREIGN FROM FUNCTION GENERATED"
    b" GRANT GROUP HAVING INDEX INSERT INTO JOIN LANGUAGE LIMIT MATERIALIZED NOT NULL ON ORDER"
    b" PRIMARY PROCEDURE REFERENCES REPLACE RETURNING RETURNS REVOKE SCHEMA SELECT SEQUENCE SET"
    b" TABLE TRIGGER TRUNCATE TYPE UNIQUE UPDATE USING VALUES VIEW WHERE WITH".split()
)
_PAIRS = frozenset({b"PRIMARY KEY", b"FOREIGN KEY", b"NOT NULL", b"IF EXISTS"})
_TYPOGRAPHIC = re.compile("[\u2018-\u201f\u00ab\u00bb]")


def odd_character(failed: FailedStatement) -> str | None:
    """A character that is not seen, or looks like another one, is taken for part of a name."""
    near = failed.before.text.decode("utf-8", "replace") + failed.word
    for char in "".join((near, *failed.names)):
        category = unicodedata.category(char)
        if char.isascii() or category[0] not in "ZCPS" or _TYPOGRAPHIC.match(char):
            continue
        name = f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
        if category[0] in "ZC":
            said = f"An invisible character, {name}, is read as a letter"
            return f"{said}: delete it, or write a blank."
        alike = unicodedata.normalize("NFKC", char)
        plain = alike if alike.isascii() else "- or --" if category == "Pd" else "another"
        return f"{name} is read as a letter: write {plain}"
    return None


def misplaced_quotes(failed: FailedStatement) -> str | None:
    """A quote inside of a text, or quotes of a word processor."""
    for one, other in pairwise(failed.tokens[: (failed.at or 0) + 1]):
        is_next = other.offset == one.offset + len(one.text)
        if one.kind == "string" and other.kind == "word" and is_next:
            return "A quote that is part of a text is written twice: 'it''s'."
    if _TYPOGRAPHIC.search(failed.word + "".join(failed.names)):
        return "These are typographic quotes: write ' around a text, and \" around a name."
    return None


def unset_variable(failed: FailedStatement) -> str | None:
    """A variable of psql that has no value stays in the text."""
    is_next = failed.after.offset == failed.token.offset + 1
    if failed.word != ":" or not is_next or failed.after.kind == "end":
        return None
    name = failed.text[failed.after.offset :][: len(failed.after.text)].decode("utf-8", "replace")
    return f"The variable {name} is not set: --var {name}=…"


def of_the_grammar(failed: FailedStatement) -> str | None:
    """What a token that the grammar did not expect shows. The message quotes such a token."""
    quoted = f"(?i){QUOTE}(?:;|{re.escape(failed.word)})"
    if failed.word and not re.search(quoted, failed.message):
        return None
    return by_code(failed, "syntax") or _misspelt(failed) or by_code(failed, "comma")


def _misspelt(failed: FailedStatement) -> str | None:
    for one in (failed.token, failed.before):
        name = one.text.decode("utf-8", "replace").lower()
        if one.kind != "word" or one.text in _KEYWORDS or failed.made(name):
            continue
        known = sorted(_KEYWORDS | _PAIRS, key=len)
        if near := [word for word in known if _one_slip(word, one.text)]:
            return f"Did you mean {near[-1].decode()}?"
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
    rows = range(values, (failed.at or 0) + 1)
    given = _count(words[max((at for at in rows if words[at] == b"("), default=values + 1) :])
    if failed.before.text not in (b",", b"(") or failed.word == ")":
        return None
    if b"(" not in words[:values]:
        return f"The row has {given} values: more than the table has columns."
    wanted = _count(words[words.index(b"(") :])
    if given == wanted:
        return None
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
    """A text in double quotes, or in none."""
    if failed.token.kind == "name":
        text = failed.word[1:-1].replace("'", "''")
        return f"Double quotes are for names. A text is written '{text}'."
    in_values = " VALUES " in failed.marked.partition("@")[0]
    if in_values and failed.token.kind == "word":
        return f"A text is written in single quotes: '{failed.shown}'."
    return None
