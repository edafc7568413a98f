"""Statements that change how the server reads the text that follows.

The server reads a whole message with the settings in force when it arrives, so nothing may
share a message with a statement that changes them.
"""

from __future__ import annotations

import re

from runner.psql.state import State, parse_boolean
from runner.psql.steps import Statement
from runner.psql.words import first_words

# Settings that the server's own lexer and its decoding of the message depend on.
_NAMES = (b"standard_conforming_strings", b"client_encoding", b"backslash_quote")
# Statements that can change a setting of the session; a SELECT does it by set_config().
_CAN_SET = frozenset(
    {b"SET", b"RESET", b"DISCARD", b"ROLLBACK", b"SELECT", b"WITH", b"DO", b"CALL", b"EXECUTE"}
)
# Statements that can change them without naming them.
_UNNAMED = ((b"SET", b"NAMES"), (b"RESET", b"ALL"), (b"DISCARD", b"ALL"))
_SET = re.compile(
    rb"\s*set\s+(?:session\s+|local\s+)?(?:(standard_conforming_strings|client_encoding)"
    rb"\s*(?:=|\s+to\s)|(names)\s)\s*(?:'([^']*)'|([A-Za-z0-9_-]+))\s*;?\s*\Z",
    re.IGNORECASE,
)


def update(statement: Statement, state: State) -> bool:
    """Brings `state` up to a statement that sets one of these, as far as its text tells.

    Gives true when the text after it must wait until the server has run it; then what the
    server reports is the truth.
    """
    words = first_words(statement.text, 3)
    if not words or words[0] not in _CAN_SET:
        return len(statement.starts) > 1
    lower = statement.text.lower()
    named = any(name in lower for name in _NAMES)
    # Going back to a savepoint also takes settings back.
    rolls_back_to = words[:1] == (b"ROLLBACK",) and b"TO" in words
    if not (named or words[:2] in _UNNAMED or rolls_back_to):
        return False
    match = _SET.match(statement.text)
    if match is None:
        return True
    value = (match.group(3) or match.group(4) or b"").decode("ascii", "replace")
    if (match.group(1) or b"").lower() == b"standard_conforming_strings":
        wanted = parse_boolean(value)
        if wanted is None or wanted == state.standard_conforming_strings:
            return wanted is None
        state.standard_conforming_strings = wanted
        return True
    if canonical_encoding(value) == canonical_encoding(state.encoding):
        return False
    state.set_encoding(canonical_encoding(value))
    return True


def canonical_encoding(name: str) -> str:
    """Gives one spelling for an encoding: `utf-8` and `unicode` are UTF8 (encnames.c)."""
    bare = re.sub(r"[^A-Z0-9_]", "", name.upper())
    return "UTF8" if bare == "UNICODE" else bare
