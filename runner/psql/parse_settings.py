"""Statements that change how the server reads the text that follows.

The server reads a whole message with the settings in force when it arrives, so nothing may
share a message with a statement that changes them.
"""

from __future__ import annotations

import re

from runner.psql.source import client_encoding
from runner.psql.sql_text import first_words
from runner.psql.state import State, parse_boolean
from runner.psql.steps import Statement, Sync

# Settings that the server's own lexer and its decoding of the message depend on.
# Looked for by their underscore: bytes are found fast where case does not matter.
_NAME = re.compile(
    rb"_(?i:(?<=standard_)conforming_strings|(?<=client_)encoding|(?<=backslash_)quote)"
)
# Statements that can change a setting of the session; a SELECT does it by set_config().
_CAN_SET = frozenset({b"SET", b"RESET", b"DISCARD", b"SELECT", b"WITH", b"DO", b"CALL", b"EXECUTE"})
# The end of a transaction, or a way back to a savepoint, also takes settings back.
_TAKE_BACK = frozenset({b"ROLLBACK", b"ABORT", b"COMMIT", b"END"})
# Statements that can change them without naming them.
_UNNAMED = ((b"RESET", b"ALL"), (b"DISCARD", b"ALL"))
_SET = re.compile(
    rb"\s*set\s+(?:session\s+|local\s+)?(?:(standard_conforming_strings|client_encoding)"
    rb"\s*(?:=|\s+to\s)|(names)\s)\s*(?:'([^']*)'|([A-Za-z0-9_-]+))\s*;?\s*\Z",
    re.IGNORECASE,
)


def update(statement: Statement, state: State) -> Sync | None:
    """Brings `state` up to a statement that sets one of these, as far as its text tells.

    Gives a Sync when the text after it must wait until the server has run it.
    """
    words = first_words(statement.text, 3)
    if not words or words[0] not in _CAN_SET | _TAKE_BACK:
        return Sync(known=False) if len(statement.starts) > 1 else None
    named = words[:2] == (b"SET", b"NAMES") or _names(statement.text)
    takes_back = words[0] in _TAKE_BACK or words[:2] in _UNNAMED
    if not named and not (state.has_changed and takes_back):
        return None
    match = _SET.match(statement.text)
    if match is None:
        state.has_changed = True
        return Sync(known=False)
    value = (match.group(3) or match.group(4) or b"").decode("ascii", "replace")
    if (match.group(1) or b"").lower() == b"standard_conforming_strings":
        wanted = parse_boolean(value)
        if wanted == state.standard_conforming_strings:
            return None
        state.has_changed = True
        if wanted is None:
            return Sync(known=False)
        state.standard_conforming_strings = wanted
        return Sync()
    if canonical_encoding(value) == canonical_encoding(state.encoding):
        return None
    state.has_changed = True
    state.set_encoding(canonical_encoding(value))
    return Sync()


def _names(text: bytes) -> bool:
    # One byte is found ten times as fast as a pattern: it is not in most long literals.
    return b"_" in text and _NAME.search(text) is not None


def canonical_encoding(name: str) -> str:
    """Gives one spelling for an encoding: `utf-8` and `unicode` are UTF8 (encnames.c)."""
    return client_encoding(name) or name.upper()
