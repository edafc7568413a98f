"""Values of variables in SQL, in arguments and in backquotes, quoted as the reference asks."""

from __future__ import annotations

import os
import re
from shlex import quote
from typing import TYPE_CHECKING

from runner.psql.sql_text import VARIABLE, variable_name

if TYPE_CHECKING:
    from runner.psql.state import State


def with_variables(command: bytes, state: State) -> bytes:
    """Return a backquoted command with variables replaced; `:'name'` is quoted for a shell."""

    def replaced(found: re.Match[bytes]) -> bytes:
        value = state.variables.get(variable_name(found[0]))
        if value is None or found[0][1:2] in (b'"', b"{"):
            return found[0]
        return os.fsencode(quote(value) if found[0][1:2] == b"'" else value)

    return VARIABLE.sub(replaced, command)


def expand(reference: bytes, state: State) -> bytes | None:
    """Return the text that replaces a variable reference, or None if the variable is not set.

    `:name` becomes the value, `:'name'` a literal, `:"name"` an identifier, `:{?name}` TRUE or
    FALSE.
    """
    quote = reference[1:2]
    name = variable_name(reference)
    if quote == b"{":
        return b"TRUE" if name in state.variables or state.is_unknown(name) else b"FALSE"
    value = state.variables.get(name)
    if state.is_unknown(name) or value is None:
        return None
    encoded = value.encode("utf-8", "surrogateescape")
    if quote in (b"'", b'"') and state.encoding == "UTF8" and re.search("[\udc80-\udcff]", value):
        return None  # PQescapeInternal (libpq, fe-exec.c) refuses invalid UTF-8
    if quote == b"'":
        return quote_literal(encoded)
    return quote_identifier(encoded) if quote == b'"' else encoded


def quote_literal(value: bytes) -> bytes:
    """Quote a value as an SQL literal, as PQescapeLiteral does (libpq, fe-exec.c)."""
    quoted = b"'" + value.replace(b"\\", b"\\\\").replace(b"'", b"''") + b"'"
    return b" E" + quoted if b"\\" in value else quoted


def quote_identifier(value: bytes) -> bytes:
    """Quote a value as an SQL identifier, as PQescapeIdentifier does (libpq, fe-exec.c)."""
    return b'"' + value.replace(b'"', b'""') + b'"'
