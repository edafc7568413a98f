"""Write the hint for an error of a statement of the scripts. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from itertools import pairwise

from runner.check.failed_statement import QUOTE, Facts, FailedStatement, narrowed_place
from runner.check.script_facts import definition_of
from runner.comparison import Definition
from runner.errors import Refused, RunnerError
from runner.psql.sql_text import catalog_name
from runner.texts import words

_FILE = "check/remedies.txt"
_TYPOGRAPHIC = "[\u2018-\u201f\u00ab\u00bb\u00b4\u2032\u2033]"
_PAIRS = (
    *(b"PRIMARY KEY", b"FOREIGN KEY", b"NOT NULL", b"IF EXISTS", b"ON DELETE", b"ON UPDATE"),
    *(b"ORDER BY", b"GROUP BY", b"INSERT INTO", b"DELETE FROM"),
)
_ACTS = re.compile("(?i)(?:set|member of) role")
# By SQLSTATE, statements whose duplicate name is a part's, or of an object that the server has.
_PARTS = {"42701": "(?!ALTER )", "42710": "CREATE (?:TABLE|(?:TRUSTED )?(?:PROCEDURAL )?LANGUAGE) "}
_CONSTRAINT = re.compile(r"(?i)\bconstraint\s+(\w+)")
_ROUTINES = ("function", "procedure")
_CLOCK = (
    r"\bDEFAULT\s+\(*(?:pg_catalog\.)?(?:now|current_timestamp|localtimestamp"
    r"|transaction_timestamp|txid_current|pg_current_xact_id)\b"
)


def with_remedy(error: RunnerError, facts: Callable[[], Facts]) -> RunnerError:
    """Return the error of a statement with one more hint, if any; `facts` reads the scripts."""
    if error.statement is None:
        return error
    rules = (*_RULES.get(error.sqlstate or "", ()), FailedStatement.remedy)
    failed = FailedStatement(error, facts)
    found = next(filter(None, (rule(failed) for rule in rules)), None)
    # A change in the scripts is better advice than a GRANT or CREATE by hand.
    replaces = found and isinstance(error, Refused) and error.sqlstate in ("42501", "42704")
    hints = filter(None, (found, None if replaces else error.hint))
    return error.converted(type(error), hint="\n".join(hints) or None, place=narrowed_place(error))


def _named_tables(failed: FailedStatement) -> Iterator[tuple[Definition, str]]:
    named = {*failed.names[1:], *failed.joined.lower().split()}
    for one, text in failed.facts().definitions:
        if one.kind == "table" and one.name in named:
            yield one, text.decode("utf-8", "replace")


def _missing_column_hint(failed: FailedStatement) -> str | None:
    is_of_row = failed.names[:1] in (["new"], ["old"])  # of a trigger
    column, near = "".join(failed.names[is_of_row : is_of_row + 1]), None
    for one, text in _named_tables(failed) if column else ():
        names = {catalog_name(name) for name in re.findall(r'"[^"]*"|\w+', text.partition("(")[2])}
        if column in names and re.search("(?i)if not exists", text):
            return (
                f"{one.name} is there already without {column}, so {one.script}:{one.line} did"
                f" nothing. Write ALTER TABLE {one.name} ADD COLUMN IF NOT EXISTS {column} …"
            )
        near = near or _similar_name_hint(column, dict.fromkeys(names, f", of {one.name}"))
    if is_of_row:
        return near or f"The table has no column {column}: add it, or leave the trigger out."
    return near


def _missing_object_hint(failed: FailedStatement) -> str | None:
    name = "".join(failed.names[:1])
    if not name or re.search(rf"^DROP | USING {re.escape(name.upper())}\b", failed.joined):
        return None
    if re.search(rf'"SET {re.escape(name)}\b', failed.context, re.IGNORECASE):
        return f"In PL/pgSQL a variable is set without SET: {name} := value;"
    if (
        failed.sqlstate == "42P01"
        and catalog_name(failed.word) == name
        and failed.after.text == b"."
    ):
        return f"{name} is not in FROM: write the name, or the alias, that FROM gives."
    one = failed.definition(name)
    if one and one.kind == "table" and failed.sqlstate == "42704" and failed.at is None:
        return None  # it lacks a key
    if one:
        where, later = f"{one.script}:{one.line}", failed.runs_later(one)
        if not later:
            lost = "not in a schema of search_path, or it was dropped"
            lost = "with other arguments" if one.kind in _ROUTINES else lost
            return f"{name} is made in {where}" + (f", but {lost}." if later is False else ".")
        if one.script != failed.place.script:
            return f"{name} is made later, in {where}. Scripts run in the order of their names."
        return f"{name} is made later, in {where}. Move that before this statement."
    known = {one.name: f", made in {one.script}:{one.line}" for one in failed.candidates()}
    if failed.at is None and " CONSTRAINT" in failed.joined:
        known = {n: "" for _, text in _named_tables(failed) for n in _CONSTRAINT.findall(text)}
    is_setting = failed.at is None and not failed.message.startswith("type ")
    missing = {"42704": "setting" if is_setting else "type", "42883": "function"}
    comes = missing.get(failed.sqlstate or "", "")
    known |= {name.decode(): "" for name in sorted(words(_FILE, comes))}
    is_known = failed.sqlstate == "22023" or (failed.sqlstate == "42704" and is_setting)
    is_called = failed.sqlstate == "42883" and " TRIGGER " not in failed.joined
    if (near := _similar_name_hint(name, known)) or is_known or is_called:
        return near
    return f"No script makes {name} before: create it, or correct its name."


def _similar_name_hint(name: str, known: Mapping[str, str]) -> str | None:
    alike = [n for n in known if n.lower() == name or _is_one_typo_apart(n.encode(), name.encode())]
    near = [*alike, *get_close_matches(name, known, 1, 0.75)]
    if not near or near[0] == name:
        return None
    quoted = near[0] if near[0].islower() else f'"{near[0]}"'
    return f"Did you mean {quoted}{known[near[0]]}?"


def _exists_hint(failed: FailedStatement) -> str | None:
    if (parts := _PARTS.get(failed.sqlstate or "")) and re.match(parts, failed.joined):
        return None
    kind, name, on = definition_of(failed.text.lstrip()) or ("", "", "")
    name = name or "".join(failed.names[:1])
    if kind == "role" or failed.message.startswith("role "):
        return failed.remedy("role")
    if (one := failed.definition(name)) and failed.runs_later(one) is False:
        where = f"{name} was first made in {one.script}:{one.line}."
    elif kind:
        where = f"{name} existed before this run{failed.facts().applied}."
    else:
        where = f"{name} exists already."
    if instead := failed.remedy("again"):
        return f"{where} {instead}"
    table = f" ON {on}" if on else ""
    return f"{where} Drop it before: DROP {kind.upper()} IF EXISTS {name}{table};"


def _enum_values_hint(failed: FailedStatement) -> str | None:
    for one, text in failed.facts().definitions:
        if one.kind == "type" and re.search(rf"\b{re.escape(one.name)}:", failed.message):
            labels = re.findall("'(?:[^']|'')*'", text.decode("utf-8", "replace"))
            return f"{one.name} has the values {', '.join(labels)}."
    return None


def _constant_key_hint(failed: FailedStatement) -> str | None:
    for column in re.findall(r"\w+", failed.detail.partition("=")[0]):
        clock = rf"(?i)\b{column}\b[^,]*{_CLOCK}"
        if any(re.search(clock, text) for _, text in _named_tables(failed)):
            return (
                "now() and the number of the transaction are the same in all statements of the"
                f" run: give {column} values, or for a time DEFAULT clock_timestamp()."
            )
    return None


def _role_membership_hint(failed: FailedStatement) -> str | None:
    name = failed.names[0] if failed.names and _ACTS.search(failed.message) else ""
    makes = re.compile(rb"(?i)\bcreate\s+(?:role|user|group)\b")
    is_made = makes.search(failed.text) or any(
        one.name == name if one.kind == "role" else one.kind in _ROUTINES and makes.search(text)
        for one, text in failed.facts().definitions
    )
    quoted = name if re.fullmatch("[a-z_][a-z0-9_]*", name) else f'"{name}"'
    return f"Write after CREATE ROLE: GRANT {quoted} TO CURRENT_USER;" if name and is_made else None


def _lookalike_character(failed: FailedStatement) -> str | None:
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


def _misplaced_quotes(failed: FailedStatement) -> str | None:
    for one, other in pairwise(failed.tokens[: (failed.at or 0) + 1]):
        is_next = other.offset == one.offset + len(one.text)
        if one.kind == "string" and other.kind == "word" and is_next:
            return "A quote that is part of a text is written twice: 'it''s'."
    return None


def _unset_variable(failed: FailedStatement) -> str | None:
    is_next = failed.after.offset == failed.token.offset + 1
    if failed.word != ":" or not is_next or failed.after.kind not in ("word", "string", "name"):
        return None
    text = failed.text[failed.after.offset :][: len(failed.after.text)]
    name = text.decode("utf-8", "replace").strip("\"'")
    if re.match(rb"[\w)'\"]:", failed.text[failed.token.offset - 1 :]):
        return f"A cast is written with two colons: ::{name}"
    return f"The variable {name} is not set: --var {name}=…"


def _unexpected_token(failed: FailedStatement) -> str | None:
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
        if near := [word for word in (*keywords, *_PAIRS) if _is_one_typo_apart(word, one)]:
            letters = sorted(one)
            best = max(near, key=lambda word: (sorted(word) == letters, len(word), word))
            return f"Did you mean {best.decode()}?"
    return None


def _is_one_typo_apart(one: bytes, other: bytes) -> bool:
    """Return whether two words differ by one letter: missing, added, replaced or moved."""
    shorter, also = (
        {word[:at] + word[at + 1 :] for at in range(len(word))} for word in (one, other)
    )
    is_alike = len(one) == len(other) and shorter & also
    return min(len(one), len(other)) > 2 and bool(one in also or other in shorter or is_alike)


def _text_as_name(failed: FailedStatement) -> str | None:
    if failed.token.kind == "name":
        text = failed.word[1:-1].replace("'", "''")
        return f"Double quotes are for names. A text is written '{text}'."
    before = failed.marked_text.partition("@")[0]
    if " VALUES " in before and " RETURNING " not in before and failed.token.kind == "word":
        return f"A text is written in single quotes: '{failed.shown}'."
    return None


_NAMES = (_lookalike_character, FailedStatement.words_of_other_databases, _misplaced_quotes)
_RULES: dict[str, tuple[Callable[[FailedStatement], str | None], ...]] = {
    "42601": (*_NAMES, _unset_variable, _unexpected_token),
    "42703": (*_NAMES, _text_as_name, _missing_column_hint),
    **dict.fromkeys(("42P01", "42704", "42883", "3F000", "22023"), (*_NAMES, _missing_object_hint)),
    **dict.fromkeys(("0A000", "42725", "42804"), (FailedStatement.words_of_other_databases,)),
    **dict.fromkeys(("42P07", "42710", "42723", "42P06", "42701"), (_exists_hint,)),
    "22P02": (_enum_values_hint,),
    "42501": (_role_membership_hint,),
    "23505": (_constant_key_hint,),
}
