"""The requests of client programs: their commands, each as the steps of a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import IO, BinaryIO, cast

from psycopg.conninfo import make_conninfo

from runner.psql.copy_command import copy_end, with_copy_data
from runner.psql.source import Source
from runner.psql.sql_text import first_words, leading_space, tokens, transaction_control
from runner.psql.state import State
from runner.psql.statement_buffer import command_starts
from runner.psql.steps import CopyData, Origin, Statement, Step
from runner.results import Target
from runner.scripts.files import KeptFile
from runner.sessions.session_reset import settings_of

# These programs connect to a maintenance database; their statements concern the server.
_OF_THE_SERVER = frozenset({"createdb", "createuser", "dropdb", "dropuser"})
# In the options of a connection.
_SEPARATOR, _ESCAPED = r"([\\\s])", r"\\\1"
_SAVEPOINTS = (b"SAVEPOINT", b"RELEASE", b"ROLLBACK")


class RequestReader:
    """Finds the commands of client programs in the text of their script, for their places.

    `is_in_script` is whether the last command was found there.
    """

    def __init__(self, source: Source, state: State) -> None:
        self.is_in_script = False
        self._source = source
        self._text = b"".join(source.read_blocks())
        self._state = state

    def statement(self, text: bytes) -> Statement:
        """Return the statement of a text, with the place of its first line in the script."""
        head = text[leading_space(text) :].partition(b"\n")[0].strip()
        offset = self._text.find(head)
        self.is_in_script = offset >= 0
        offset = max(offset, 0)
        line = self._text.count(b"\n", 0, offset) + 1
        origins = (Origin(0, offset, verbatim=False),)
        return Statement(text, offset, line, self._source, origins=origins)

    def steps(self, command: bytes, sent: Iterator[Source]) -> Iterator[Step]:
        """Yield the steps of one command; `sent` is the COPY data that the program has sent."""
        statement, problem = with_copy_data(self.statement(command), self._state.files)
        if problem is not None:
            yield problem
        yield statement
        for source in statement.data:
            found = source or next(sent)
            yield CopyData(found.read_blocks(), found, 0, 1)


def commands_in(text: bytes, strings: bytes | None) -> list[tuple[int, bytes]]:
    """Return the commands in a text as the server reads it, and their offsets in characters.

    `strings` is the server's standard_conforming_strings.
    """
    starts = command_starts(text, standard_conforming_strings=strings != b"off")
    return [
        (len(text[:start].decode("utf-8", "replace")), text[start:end])
        for start, end in pairwise((*starts, len(text)))
        if any(token.text != b";" for token in tokens(text[start:end]))
    ]


def copies_in(text: bytes, strings: bytes | None) -> list[bool]:
    """Return for each COPY … FROM STDIN in a text whether its data is binary."""
    ends = ((command, copy_end(command)) for _, command in commands_in(text, strings))
    return [b"binary" in one.lower() for one, end in ends if end and end.kind == "stdin"]


def control_of(command: bytes) -> bytes | None:
    """Return BEGIN, COMMIT or the like; None for another command."""
    return transaction_control(first_words(command))


def savepoint_of(command: bytes) -> bytes | None:
    """Return SAVEPOINT, RELEASE or the ROLLBACK of ROLLBACK TO; None for another command."""
    first, *_ = *first_words(command, 1), b""
    return first if first in _SAVEPOINTS and control_of(command) is None else None


def buffered_data(name: str, file: IO[bytes]) -> Source:
    """Return the source of data that a client has sent."""
    return Source(name, lambda: cast("BinaryIO", KeptFile(file.fileno())))


def conninfo_of(parameters: Mapping[str, str], target: Target) -> str:
    """Return what the parameters of a startup packet ask for."""
    user = parameters.get("user", target.user)
    is_elsewhere = parameters.get("application_name") not in _OF_THE_SERVER
    dbname = parameters.get("database", user) if is_elsewhere else target.dbname
    pairs = (f"{name}={value}" for name, value in settings_of(parameters).items())
    options = (f"-c {re.sub(_SEPARATOR, _ESCAPED, pair)}" for pair in pairs)
    return make_conninfo("", dbname=dbname, user=user, options=" ".join(options))
