"""Statements rewritten for a reference: with known names of databases, on another day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from runner.psql.sql_text import first_words, tokens

_NAME = rb"(?P<name>(?:\bpg_catalog\s*\.\s*)?\bcurrent_(?:database\s*\(\s*\)|catalog\b))"
# Elsewhere the name is that of a database to change, which has to be the reference.
_COMPARED = re.compile(
    rb"(?i)(?P<before>(?P<first>'[^']*')\s*(?:=|<>|!=)\s*)?" + _NAME + rb"(?:\s*::\s*\w+)?"
    rb"(?(before)|(?=\s*(?:=|<>|!=|!?~|IS\b|(?:NOT\s+)?(?:IN|I?LIKE)\b)[\s(]*(?P<second>'[^']*')?))"
)
_QUALIFIED = re.compile(rb"(?i)(\bFROM|\bJOIN|,)\s*(?P<name>pg_catalog\s*\.\s*pg_database)\b")
_BARE = re.compile(rb"(?i)(\bFROM|\bJOIN|,)\s*(?P<name>pg_database)\b")
# With this setting, which pg_dump makes, the view pg_database of a reference cannot be read.
_NO_VIEWS = re.compile(
    rb"(?is)(SELECT\s+(?:pg_catalog\.)?set_config\(name\b.*)'restrict_nonsystem_relation_kind'"
)
_FILLED = re.compile(rb"(?i)CREATE\s[\w\s]*?TABLE\b[^()]*\bAS\b")
_VIEW = re.compile(rb"(?i)CREATE\s[\w\s]*?(?:VIEW|RULE)\b")
_RUN = frozenset(b"CALL DELETE DO INSERT SELECT UPDATE VALUES WITH".split())
_REPLICAS = re.compile(
    rb"(?i)(\bcitus\.shard_replication_factor['\"]?\s*(?:=|\bto\b|,)\s*'?)[0-9]+"
)
# A date of another year, month and day of the week.
_AGO = timedelta(days=400)
_AS_IT_IS = rb"\bDEFAULT\s*\(*\s*(?:now|CURRENT_|LOCALTIMESTAMP)|--[^\n]*|/\*.*?\*/|" + (
    rb"[eE]'(?:[^'\\]|''|\\.|)*+'|'(?:[^']|''|)*+'|\"[^\"]*+\""
)
_CLOCK = re.compile(
    rb"(?is)(?P<word>'(?:today|now|yesterday|tomorrow)')|" + _AS_IT_IS + rb"|"
    rb"\bage\((?P<age>[^(),]*)\)|\b(?P<date>CURRENT_DATE)\b|"
    rb"\b(?P<local>LOCALTIMESTAMP)\b(?:\(\d\))?|\b(?P<time>CURRENT_TIMESTAMP(?!\w)(?:\(\d\))?|"
    rb"(?:pg_catalog\.)?(?:now|(?:transaction|statement|clock)_timestamp)\(\))"
)  # fmt: skip


def by_known_names(text: bytes, own: str | None) -> bytes:
    """Return the text of a statement for a reference, whose database the scripts know as `own`.

    What it defines stays as it is, and asks in the database that uses it. None is not known: it is
    taken for what the scripts look for.
    """
    first, *_ = *first_words(text, 1), b""
    if _VIEW.match(text):
        return _replaced(_BARE, text, lambda found: found[1] + b" pg_catalog.pg_database")
    if first not in _RUN and not _FILLED.match(text):
        return text

    def compared(found: re.Match[bytes]) -> bytes:
        named = own and b"$runner$%b$runner$" % own.encode("utf-8", "surrogateescape")
        named = named or found["first"] or found["second"]
        return (found["before"] or b"") + named + b"::pg_catalog.name" if named else found[0]

    if found := _NO_VIEWS.match(text):
        text = b"%b''%b" % (found[1], text[found.end() :])
    text = _replaced(_QUALIFIED, text, lambda found: found[1] + b" pg_database")
    return _replaced(_COMPARED, text, compared)


def _replaced(
    pattern: re.Pattern[bytes], text: bytes, new: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    """Replace what a pattern finds by its name, but not in a string."""
    found = tokens(text) if pattern.search(text) else ()
    strings = [
        range(one.offset, one.offset + len(one.text))
        for one in found
        if one.kind in ("string", "escape")
    ]
    return pattern.sub(
        lambda one: one[0] if any(one.start("name") in s for s in strings) else new(one), text
    )


def with_one_replica(text: bytes) -> bytes:
    """Replace the value of citus.shard_replication_factor by 1, the limit of a single server."""
    return _REPLICAS.sub(rb"\g<1>1", text)


def on_another_day(text: bytes) -> bytes:
    """Return the text of a statement with another time in place of the current one.

    The time is written as a literal, which is allowed wherever clock functions are. Strings stay,
    except those that PostgreSQL reads as a time. Defaults stay: only their values are compared.
    """
    then = f"'{(datetime.now(UTC) - _AGO):%Y-%m-%d %H:%M:%S}'".encode()
    times = {
        "word": then,
        "date": b"date " + then,
        "local": b"timestamp " + then,
        "time": b"timestamptz " + then,
    }

    def at(found: re.Match[bytes]) -> bytes:
        if found["age"]:
            return b"age(timestamp %b, %b)" % (then, found["age"])
        return times.get(found.lastgroup or "", found[0])

    return _CLOCK.sub(at, text)
