r"""Source and target of COPY and `\copy` (src/bin/psql/copy.c), and the files of their data."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable
from functools import partial
from itertools import chain
from typing import NamedTuple

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, run_program
from runner.psql.source import Source
from runner.psql.sql_text import Token, leading_space, string_value, tokens
from runner.psql.state import FileAccess, State
from runner.psql.steps import Problem, Statement, Step

# Tokens as `strtokx` makes them in `parse_slash_copy` (src/bin/psql/copy.c).
_BEFORE = r'\s*("(?:[^"]|"")*"?|[.,()]|[^\s.,()"]+)'
_IN_QUERY = r"""\s*("(?:[^"]|"")*"?|'(?:[^']|'')*'?|[()]|[^\s()"']+)"""
_IN_COLUMNS = r'\s*("(?:[^"]|"")*"?|[()]|[^\s()"]+)'
_FILE = r"\s*('(?:[^']|'')*'?|;|[^\s;']+)"
_FROM_FILE = "Put the data into the script, or into a file next to it: \\copy … from 'FILE'."

_SERVER_COPY = "COPY with a file or a program on the server"
_SERVER_COPY_HINT = (
    "The target has no such file and does not let you read files. Put the file into the scripts"
    " folder and name it /docker-entrypoint-initdb.d/FILE, or use \\copy."
)


class CopyEnd(NamedTuple):
    """The file or stream of a COPY in SQL, on the client or on the server.

    `kind` is stdin, stdout, program or file; `file` is the path, whose literal is at `start` to
    `end` of the text; `to` is true for COPY … TO.
    """

    kind: str
    to: bool
    file: str = ""
    start: int = 0
    end: int = 0


def copy_end(command: bytes) -> CopyEnd | None:
    """Return the file or stream of a COPY command; None for other commands."""
    depth = 0
    previous: Token | None = None
    for number, token in enumerate(tokens(command)):
        if number == 0 and (token.kind, token.text) != ("word", b"COPY"):
            return None
        if token.text in (b"(", b")"):
            depth += 1 if token.text == b"(" else -1
        elif not depth and previous and previous.text in (b"FROM", b"TO"):
            end = _copy_end_at(token, to=previous.text == b"TO")
            if end:
                return end
        previous = token if token.kind == "word" and not depth else None
    return None


def _copy_end_at(token: Token, *, to: bool) -> CopyEnd | None:
    if token.kind == "word" and token.text in (b"STDIN", b"STDOUT"):
        # gram.y accepts both words for both directions.
        return CopyEnd("stdout" if to else "stdin", to)
    if token.kind == "word" and token.text == b"PROGRAM":
        return CopyEnd("program", to)
    name = string_value(token)
    if name is None:
        return None
    file = name.decode("utf-8", "surrogateescape")
    return CopyEnd("file", to, file, token.offset, token.offset + len(token.text))


def with_copy_data(statement: Statement, files: FileAccess) -> tuple[Statement, Problem | None]:
    """Return the statement with the sources of its COPY data, and a Problem if one is unusable."""
    source = statement.source
    data: list[Source | None] = []
    for start, command in zip(statement.starts, statement.commands, strict=True):
        lead = leading_space(command) if len(statement.starts) > 1 else 0
        end = copy_end(command) if command[lead : lead + 4].upper() == b"COPY" else None
        if end is None or end.kind == "stdout":
            continue
        if end.kind == "stdin":
            data.append(None)
            continue
        offset = statement.file_offset(start + lead)
        try:
            is_read = end.kind == "file" and not end.to
            file = files.in_folder(end.file, source) if is_read else None
        except ArgumentError as exc:
            return statement, Problem(exc.message, exc.hint or "", source, offset)
        if file is None:
            return statement, Problem(_SERVER_COPY, _SERVER_COPY_HINT, source, offset)
        data.append(file)
        statement = statement.with_replaced(start + end.start, start + end.end, b" STDIN ")
    return statement._replace(data=tuple(data)), None


def _unquoted(word: str) -> str:
    return word[1:-1].replace("''", "'") if word.startswith("'") else word


def _program_output(command: str, state: State) -> bytes:
    if state.offline:
        state.runs_programs = True
        return b""
    output = run_program(os.fsencode(command), state)
    if state.variables["SHELL_EXIT_CODE"] != "0":
        hint = "Run it by itself to see its error."
        raise ArgumentError(f"\\copy: the program {command} has failed", hint)
    return output


def slash_copy(arguments: Arguments, context: Context) -> Iterable[Step]:
    r"""Run `\\copy`. Raises ArgumentError where psql would refuse it."""
    words = _Words(arguments.take_line())
    before, word = _take_table_or_query(words)
    if word.lower() not in ("from", "to"):
        raise words.error()
    to, name = word.lower() == "to", words.take(_FILE)
    program = words.take(_FILE) if name.lower() == "program" else None
    if program is not None and not program.startswith("'"):
        raise words.error()
    if program is not None and (to or not context.state.files.allows_programs):
        allow = "." if to else ": allow that with --allow-shell."
        raise arguments.refused(f"It would run a program on this machine{allow}")
    is_own = name.lower() in ("stdin", "stdout", "pstdin", "pstdout")
    if to and not is_own:
        raise arguments.refused("It writes a file on this machine.")
    direction = " TO STDOUT " if to else " FROM STDIN "
    text = f"COPY {before}{direction}{words.line[words.pos :].lstrip()}"
    statement = context.statement_here(text.encode("utf-8", "surrogateescape"))
    if to:
        return context.sent(statement)
    if is_own and not name.lower().startswith("p"):
        return context.sent(statement._replace(data=(None,)))
    if program is not None:
        output = _program_output(_unquoted(program), context.state)
        found = Source(program, partial(io.BytesIO, output))
    else:
        found = context.state.files.data(None if is_own else _unquoted(name), context.source)
    steps = context.sent(statement._replace(data=(found,)))
    if is_own:
        message = "\\copy … from pstdin takes the standard input of the runner"
        return chain((context.warning_here(message, _FROM_FILE),), steps)
    return steps


class _Words:
    """The words of a line, taken one by one. Raises ArgumentError at the end of the line."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.pos = 0

    def take(self, pattern: str = _BEFORE) -> str:
        match = re.compile(pattern).match(self.line, self.pos)
        if match is None:
            raise self.error()
        self.pos = match.end()
        return match.group(1)

    def error(self) -> ArgumentError:
        hint = "Write \\copy TABLE FROM 'FILE', all on one line."
        return ArgumentError("\\copy: parse error", hint)


def _take_table_or_query(words: _Words) -> tuple[str, str]:
    """Return the table or query, with its words joined as psql joins them, and the next word."""
    before = ""
    word = words.take()
    if word.lower() == "binary":
        before, word = word, words.take()
    if word == "(":
        depth = 1
        while depth:
            before += " " + word
            word = words.take(_IN_QUERY)
            depth += {"(": 1, ")": -1}.get(word, 0)
    before += " " + word
    word = words.take()
    if word == ".":
        before += word + words.take()
        word = words.take()
    if word == "(":
        while word != ")":
            before += " " + word
            word = words.take(_IN_COLUMNS)
        before += " )"
        word = words.take()
    return before, word
