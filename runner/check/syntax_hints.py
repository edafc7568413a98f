"""Write hints for errors whose cause the text around them shows. Pure."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from runner.check.failed_statement import QUOTE, FailedStatement
from runner.texts import words

_FILE = "check/remedies.txt"
_PAIRS = (
    *(b"PRIMARY KEY", b"FOREIGN KEY", b"NOT NULL", b"IF EXISTS", b"ON DELETE", b"ON UPDATE"),
    *(b"ORDER BY", b"GROUP BY", b"INSERT INTO", b"DELETE FROM"),
)
_TYPOGRAPHIC = "[\u2018-\u201f\u00ab\u00bb\u00b4\u2032\u2033]"


def lookalike_character(failed: FailedStatement) -> str | None:
    """Return a hint if a name has an invisible character, or one that looks like another."""
    before = failed.before.text.decode("utf-8", "replace")
    for char in "".join((before, failed.word, *failed.names)):
        category = unicodedata.category(char)
        if char.isascii() or category[0] not in "ZCPS":
            continue
        if re.match(_TYPOGRAPHIC, char):
            return "These are typographic quotes: write ' around a text, and \" around a name."
        name = f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
        if category[0] in "ZC":
            message = f"An invisible character, {name}, is read as a letter"
            return f"{message}: delete it, or write a blank."
        alike = unicodedata.normalize("NFKC", char)
        plain = alike if alike.isascii() else "- or --" if category == "Pd" else "another character"
        return f"{name} is read as a letter: write {plain}"
    return None


def misplaced_quotes(failed: FailedStatement) -> str | None:
    """Return a hint if a text contains a single quote that is not doubled."""
    for one, other in pairwise(failed.tokens[: (failed.at or 0) + 1]):
        is_next = other.offset == one.offset + len(one.text)
        if one.kind == "string" and other.kind == "word" and is_next:
            return "A quote that is part of a text is written twice: 'it''s'."
    return None


def unset_variable(failed: FailedStatement) -> str | None:
    """Return a hint if a psql variable without a value stays in the text."""
    is_next = failed.after.offset == failed.token.offset + 1
    if failed.word != ":" or not is_next or failed.after.kind not in ("word", "string", "name"):
        return None
    text = failed.text[failed.after.offset :][: len(failed.after.text)]
    name = text.decode("utf-8", "replace").strip("\"'")
    if re.match(rb"[\w)'\"]:", failed.text[failed.token.offset - 1 :]):
        return f"A cast is written with two colons: ::{name}"
    return f"The variable {name} is not set: --var {name}=…"


def unexpected_token(failed: FailedStatement) -> str | None:
    """Return a hint about a token that the grammar does not expect; the message quotes it."""
    if failed.names[:1] in (["THEN"], ["LOOP"]):  # PL/pgSQL names the keyword that is missing
        return f"{failed.names[0]} is missing: IF … THEN, CASE … WHEN … THEN, FOR … LOOP."
    quoted = f"(?i){QUOTE}(?:;|{re.escape(failed.word)})"
    if failed.word and not re.search(quoted, failed.message):
        return None
    return failed.remedy("syntax") or _keyword_hint(failed) or failed.remedy("comma")


def _keyword_hint(failed: FailedStatement) -> str | None:
    keywords = words(_FILE, "keyword")
    found = [one.text for one in (failed.token, failed.before) if one.kind == "word"]
    if failed.at is None:
        found = [name.upper().encode() for name in failed.names]
    for one in found:
        if one in keywords | words(_FILE, "right") or failed.definition(
            one.decode("utf-8", "replace").lower()
        ):
            continue
        if near := [word for word in (*keywords, *_PAIRS) if is_one_typo_apart(word, one)]:
            letters = sorted(one)
            best = max(near, key=lambda word: (sorted(word) == letters, len(word), word))
            return f"Did you mean {best.decode()}?"
    return None


def is_one_typo_apart(one: bytes, other: bytes) -> bool:
    """Return whether two words differ by one letter: missing, added, replaced or moved."""
    shorter, also = (
        {word[:at] + word[at + 1 :] for at in range(len(word))} for word in (one, other)
    )
    is_alike = len(one) == len(other) and shorter & also
    return min(len(one), len(other)) > 2 and bool(one in also or other in shorter or is_alike)


def text_as_name(failed: FailedStatement) -> str | None:
    """Return a hint if a text is in double quotes, or in none."""
    if failed.token.kind == "name":
        text = failed.word[1:-1].replace("'", "''")
        return f"Double quotes are for names. A text is written '{text}'."
    before = failed.marked_text.partition("@")[0]
    if " VALUES " in before and " RETURNING " not in before and failed.token.kind == "word":
        return f"A text is written in single quotes: '{failed.shown}'."
    return None
