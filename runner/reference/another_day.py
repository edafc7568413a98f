"""Statements as they would be sent on another day: what a script computes from it differs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

# The year, the month and the day of the week differ.
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


def another_day(text: bytes) -> bytes:
    """Gives the text with another time in place of the current one.

    It is written as a literal, which is allowed wherever those are. Strings stay, but for those
    that PostgreSQL reads as a time, and so do defaults: their values are compared by them.
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
