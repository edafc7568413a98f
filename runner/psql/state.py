"""What psql knows while it reads: its variables, and two settings of the session."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from runner.psql.source import Source

# psql's names for boolean values: `ParseVariableBool` in src/bin/psql/variables.c.
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False}

# `valid_variable_name` in src/bin/psql/variables.c. Bytes above 127 are letters there.
VARIABLE_NAME = re.compile(r"[A-Za-z0-9_\u0080-\U0010ffff\udc80-\udcff]+")

# Variables that psql fills after each statement; to read one means to wait for the server.
FOLLOWS_RESULTS = frozenset({"ERROR", "SQLSTATE", "ROW_COUNT"})
# What they hold here: a run goes on only after success.
_SUCCESS = {"ERROR": "false", "SQLSTATE": "00000", "ROW_COUNT": "0"}
_NEVER_FAILED = {"LAST_ERROR_MESSAGE": "", "LAST_ERROR_SQLSTATE": "00000"}


class Files(Protocol):
    """Finds the files that scripts name."""

    def include(self, name: str, source: Source, *, relative: bool) -> Source:
        r"""Gives the file of `\\i` or `\\ir`. Raises ArgumentError when it cannot be read."""


class State:
    """psql's variables, `standard_conforming_strings` and `client_encoding`.

    The reader consults it, and whoever runs the statements keeps it true to the server.
    `encoding` is PostgreSQL's name, such as UTF8 or SJIS.
    """

    def __init__(
        self,
        files: Files,
        variables: Mapping[str, str] | None = None,
        *,
        standard_conforming_strings: bool = True,
        encoding: str = "UTF8",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.variables: dict[str, str] = {
            "AUTOCOMMIT": "on",
            "ON_ERROR_STOP": "1",
            "ON_ERROR_ROLLBACK": "off",
            "ENCODING": encoding,
            **_SUCCESS,
            **_NEVER_FAILED,
            **(variables or {}),
        }
        self.files = files
        self.standard_conforming_strings = standard_conforming_strings
        self.encoding = encoding
        self.environ = dict(environ or {})

    def set_encoding(self, name: str) -> None:
        """Takes note of a new client_encoding."""
        self.encoding = self.variables["ENCODING"] = name


def parse_boolean(value: str) -> bool | None:
    """Reads a boolean as psql does: unique prefixes of true, false, yes, no; on, off, 1, 0.

    Gives None for anything else.
    """
    text = value.lower()
    if text in ("1", "on"):
        return True
    if text in ("0", "of", "off"):
        return False
    for name, meaning in _BOOLEANS.items():
        if text and name.startswith(text):
            return meaning
    return None


def quote_literal(value: bytes) -> bytes:
    """Quotes a value as an SQL literal, as PQescapeLiteral does (libpq, fe-exec.c)."""
    quoted = b"'" + value.replace(b"'", b"''").replace(b"\\", b"\\\\") + b"'"
    return b" E" + quoted if b"\\" in value else quoted


def quote_identifier(value: bytes) -> bytes:
    """Quotes a value as an SQL identifier, as PQescapeIdentifier does (libpq, fe-exec.c)."""
    return b'"' + value.replace(b'"', b'""') + b'"'
