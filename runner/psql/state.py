r"""The state of a psql session while it reads: its variables and two settings.

Without a server, variables set by a query or by the connection have no known value. All branches of
an `\if` on such a variable are read, and none is certain to be taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol

from runner.psql.source import Source, canonical_encoding
from runner.psql.sql_text import (
    TRANSACTION_CONTROL,
    first_words,
    quote_identifier,
    quote_literal,
    read_control,
    transaction_commands,
    variable_name,
)
from runner.psql.steps import Statement, Sync

# Set from the connection, or by the last result. See SyncVariables in src/bin/psql/command.c
# and SetResultVariables in src/bin/psql/common.c.
_CONNECTION = frozenset(
    {"DBNAME", "USER", "HOST", "PORT", "SERVER_VERSION_NUM", "SERVER_VERSION_NAME"}
)
_RESULT = frozenset({"ROW_COUNT", "LASTOID"})

# Unique beginnings of psql's boolean values: `ParseVariableBool` in src/bin/psql/variables.c.
TRUE, FALSE = "1|on|t|tr|tru|true|y|ye|yes", "0|off?|f|fa|fal|fals|false|no?"

# `valid_variable_name` in src/bin/psql/variables.c. Bytes above 127 are letters there. A single
# set with a range up to U+10FFFF would take a hundred times as long to compile.
VARIABLE_NAME = re.compile(r"(?:[A-Za-z0-9_]|[^\x00-\x7f])+")

# psql sets these after each statement, so they are read only after the server has answered.
RESULT_VARIABLES = frozenset({"ERROR", "SQLSTATE", "ROW_COUNT"})

# The variables of `psql -v ON_ERROR_STOP=1` (psql 18) at its start, without those for the prompt.
# The code that connects adds the variables of the connection.
_DEFAULTS = (
    "AUTOCOMMIT=on COMP_KEYWORD_CASE=preserve-upper ECHO=none ECHO_HIDDEN=off FETCH_COUNT=0"
    " HIDE_TABLEAM=off HIDE_TOAST_COMPRESSION=off HISTCONTROL=none HISTSIZE=500"
    " LAST_ERROR_MESSAGE= LAST_ERROR_SQLSTATE=00000 ON_ERROR_ROLLBACK=off ON_ERROR_STOP=1"
    " QUIET=off SHOW_ALL_RESULTS=on SHOW_CONTEXT=errors SINGLELINE=off SINGLESTEP=off"
    " VERBOSITY=default VERSION_NAME=18 VERSION_NUM=180000 WATCH_INTERVAL=2"
)
BUILT_IN = {"VERSION": "PostgreSQL 18", **dict(one.split("=") for one in _DEFAULTS.split())}

# Settings that affect the server's lexer and how it decodes the message. The pattern begins with
# the underscore, because a byte without case is found fast.
_SETTING = re.compile(
    rb"_(?i:(?<=standard_)conforming_strings|(?<=client_)encoding|(?<=backslash_)quote)"
)
# Statements that can change a setting of the session; a SELECT does it by set_config().
_CAN_SET = frozenset({b"SET", b"RESET", b"DISCARD", b"SELECT", b"WITH", b"DO", b"CALL", b"EXECUTE"})
# The end of a transaction and ROLLBACK TO SAVEPOINT may also restore settings.
_RESTORES_SETTINGS = TRANSACTION_CONTROL - {b"BEGIN"}
# Statements that can change the settings without naming them.
_CHANGES_ALL = ((b"RESET", b"ALL"), (b"DISCARD", b"ALL"))
_SET = (
    rb"(?i)\s*set\s+(?:session\s+|local\s+)?(?:(standard_conforming_strings|client_encoding)"
    rb"\s*(?:=|\s+to\s)|(names)\s)\s*(?:'([^']*)'|([A-Za-z0-9_-]+))\s*;?\s*\Z"
)
# Commands before which psql sends no BEGIN: command_no_begin in src/bin/psql/common.c.
_WITHOUT_BEGIN = (
    rb"(?:ABORT|BEGIN|START|COMMIT|END|ROLLBACK|PREPARE TRANSACTION|VACUUM|CLUSTER\Z|ALTER SYSTEM"
    rb"|CREATE (?:DATABASE|TABLESPACE|(?:UNIQUE )?INDEX CONCURRENTLY)|DISCARD ALL"
    rb"|(?:DROP|REINDEX) (?:DATABASE|TABLESPACE|SYSTEM|(?:INDEX|TABLE) CONCURRENTLY))\b"
)


class FileAccess(Protocol):
    """Access to the files that scripts name, and to programs, if it `allows_programs`.

    `data` is a file of `\\copy`, for None standard input; `include` one of `\\i` or `\\ir`;
    `in_folder` one whose path is in the container's folder. They raise ArgumentError. `program`
    returns the output of a shell command and its exit status.
    """

    allows_programs: bool

    def data(self, name: str | None, source: Source) -> Source: ...
    def in_folder(self, name: str, source: Source) -> Source | None: ...
    def program(self, command: str, environ: Mapping[str, str]) -> tuple[bytes, int]: ...
    def change_directory(self, name: str | None) -> None: ...
    def include(self, name: str, source: Source, *, relative: bool) -> Source: ...


class TextFormat(NamedTuple):
    """The settings that decide how text is read; `encoding` is PostgreSQL's name."""

    standard_conforming_strings: bool = True
    encoding: str = "UTF8"


class State:
    """psql's variables, `standard_conforming_strings` and `client_encoding`.

    The reader reads it, and the code that runs the statements updates it from the server. `given`
    are the variables that the command line sets. When `offline`, some variables have no known
    value. `uncertain` counts the enclosing branches that may not be taken. `asks_where`: the script
    reads a variable of the connection. `knows_environ`: no command has run that may have changed
    the environment. `runs_programs`: the script runs programs.
    """

    def __init__(
        self,
        files: FileAccess,
        variables: Mapping[str, str] | None = None,
        *,
        text_format: TextFormat | None = None,
        environ: Mapping[str, str] | None = None,
        given: Collection[str] = (),
        offline: bool = False,
    ) -> None:
        text_format = text_format or TextFormat()
        self.variables = {**BUILT_IN, **(variables or {}), "ENCODING": text_format.encoding}
        self.given = given
        self.files = files
        self.standard_conforming_strings, self.encoding = text_format
        self.has_changed = False  # whether a statement may have set one of the two
        self.in_transaction = False  # as far as the text of the statements shows
        self.environ = dict(environ or {})
        self.restrict_key: str | None = None
        self.unnamed = 0  # statements that \parse '' has prepared
        # Set by \bind: returns the statement to send instead of the next one.
        self.bound: Callable[[Statement | None], Statement | None] | None = None
        self.offline = offline
        self.uncertain = 0
        self.asks_where = False
        self.knows_environ = True
        self.runs_programs = False
        self._unknown = set(_CONNECTION | _RESULT) if offline else set()
        self._prefixes: tuple[str, ...] = ()  # of variables that queries set
        self._assigned = set[str]()  # in branches that may not be taken

    def assign(self, name: str, value: str) -> None:
        self.unset(name)
        self.variables[name] = value

    def unset(self, name: str) -> None:
        self.variables.pop(name, None)
        self._unknown.discard(name)
        if self.uncertain:
            self._assigned.add(name)

    def mark_unknown(self, name: str) -> None:
        self._unknown.add(name)

    def is_unknown(self, name: str) -> bool:
        """Return whether a variable has, or may have, a value that only a server knows."""
        if name in self._unknown:
            self.asks_where |= name in _CONNECTION
            return True
        return name not in self.variables and name.startswith(self._prefixes)

    def is_unknown_reference(self, reference: bytes) -> bool:
        """Return whether a reference's value is unknown; `:{?NAME}` of the connection is known."""
        name = variable_name(reference)
        return self.is_unknown(name) and (reference[1:2] != b"{" or name not in _CONNECTION)

    def expand(self, reference: bytes) -> bytes | None:
        """Return the text that replaces a variable reference, or None if the variable is not set.

        `:name` becomes the value, `:'name'` a literal, `:"name"` an identifier, `:{?name}` TRUE or
        FALSE.
        """
        quote, name = reference[1:2], variable_name(reference)
        value, is_unknown = self.variables.get(name), self.is_unknown(name)
        if quote == b"{":
            return b"TRUE" if value is not None or is_unknown else b"FALSE"
        if is_unknown or value is None:
            return None
        is_quoted, encoded = quote in (b"'", b'"'), value.encode("utf-8", "surrogateescape")
        if is_quoted and self.encoding == "UTF8" and re.search("[\udc80-\udcff]", value):
            return None  # PQescapeInternal (libpq, fe-exec.c) refuses invalid UTF-8
        if quote == b"'":
            return quote_literal(encoded)
        return quote_identifier(encoded) if is_quoted else encoded

    def note_gset(self, prefix: str, query: bytes) -> None:
        r"""Record a `\gset` without a server: any variable with the prefix may change.

        A variable with a value keeps it, unless the query contains its name or a `*`.
        """
        if not self.offline:
            return
        self._prefixes += (prefix,)
        text = query.decode("utf-8", "replace").lower()
        for name in self.variables:
            column = name.removeprefix(prefix).lower()
            if name.startswith(prefix) and (column in text or "*" in text):
                self._unknown.add(name)

    def set_uncertain(self, uncertain: int) -> None:
        """Set `uncertain`, and forget variables set in a branch that may not have been taken."""
        self.uncertain = uncertain
        self._unknown |= self._assigned
        if not uncertain:
            self._assigned.clear()

    def is_special(self, name: str) -> bool:
        """Return whether psql itself uses the variable; `\\gset` does not set such variables."""
        return name in BUILT_IN and not name.startswith(("LAST_", "VERSION"))

    def succeeded(self) -> None:
        """Set psql's variables about the last statement; a run continues only after success."""
        if "ERROR" not in self.variables:
            self.variables.update(ERROR="false", SQLSTATE="00000", ROW_COUNT="0", LASTOID="0")

    @property
    def begins(self) -> bool:
        """Whether psql sends BEGIN before the next statement that may be in a transaction."""
        value = self.variables["AUTOCOMMIT"]
        return value != "on" and not self.in_transaction and parse_boolean(value) is False

    def begin_session(self) -> None:
        self.standard_conforming_strings = True
        self.set_encoding("UTF8")

    def set_encoding(self, name: str) -> None:
        self.encoding = self.variables["ENCODING"] = name


def parse_boolean(value: str) -> bool | None:
    """Return the boolean that psql reads; None for what is neither."""
    if re.fullmatch(TRUE, value, re.IGNORECASE):
        return True
    return False if re.fullmatch(FALSE, value, re.IGNORECASE) else None


def implicit_begin(statement: Statement, state: State) -> Statement | None:
    """Return the BEGIN that psql sends first (AUTOCOMMIT is off), and update `state` for both."""
    found = None
    if state.begins and not re.match(_WITHOUT_BEGIN, b" ".join(first_words(statement.text))):
        state.in_transaction = True
        found = statement.with_replaced(0, len(statement.text), b"BEGIN")
        found = found._replace(starts=(0,), data=(), uncounted=1, lead=b"")
    for start, words in transaction_commands(statement):
        control = read_control(statement.commands[statement.starts.index(start)])
        if control is not None or words == b"PREPARE TRANSACTION":
            state.in_transaction = control is not None and (control.begins or control.chains)
    return found


def follow_settings(statement: Statement, state: State) -> Sync | None:
    """Update `state` for a statement that changes these settings, as far as its text shows.

    Returns a Sync when the following text may be read only after the server has run it. The server
    reads a whole message with the settings in force when it arrives.
    """
    words = first_words(statement.text, 3)
    if not words or words[0] not in _CAN_SET | _RESTORES_SETTINGS:
        return Sync(known=False) if len(statement.starts) > 1 else None
    named = words[:2] == (b"SET", b"NAMES") or _SETTING.search(statement.text) is not None
    restores = words[0] in _RESTORES_SETTINGS or words[:2] in _CHANGES_ALL
    if not named and not (state.has_changed and restores):
        return None
    strings: bool | None = None
    if match := re.match(_SET, statement.text):
        value = (match[3] or match[4] or b"").decode("ascii", "replace")
        before = state.standard_conforming_strings, state.encoding
        if (match[1] or b"").lower() == b"standard_conforming_strings":
            strings = parse_boolean(value)
        else:
            strings = before[0]
            state.set_encoding(canonical_encoding(value))
        if (strings, state.encoding) == before:
            return None
        if strings is not None:
            state.standard_conforming_strings = strings
    state.has_changed = True
    return Sync(known=strings is not None)
