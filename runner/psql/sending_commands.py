"""Meta-commands that lead to something: output, files, sessions, statements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.psql.copy import parse_slash_copy
from runner.psql.encodings import client_encoding
from runner.psql.outcome import NOTHING, Command, Outcome, problem, required
from runner.psql.slash import ArgumentError, Arguments, Kind
from runner.psql.state import parse_boolean
from runner.psql.steps import Connect, Echo, Gexec, Gset, Problem, Statement, Step, Sync

if TYPE_CHECKING:
    from runner.psql.reader import Loop

_REUSE = "-reuse-previous="


def _echo(arguments: Arguments, _loop: Loop) -> Outcome:
    words: list[str] = []
    end = "\n"
    while (word := arguments.take()) is not None:
        if not words and end and word == "-n" and not arguments.quoted:
            end = ""
        else:
            words.append(word)
    return Outcome((Echo(" ".join(words) + end, arguments.name == "warn"),))


def _include(arguments: Arguments, loop: Loop) -> Outcome:
    name = required(arguments, strip_semicolons=True)
    relative = arguments.name in ("ir", "include_relative")
    return Outcome(include=loop.state.files.include(name, loop.source, relative=relative))


def _encoding(arguments: Arguments, loop: Loop) -> Outcome:
    name = arguments.take()
    if name is None:
        return NOTHING
    # PQsetClientEncoding in libpq's fe-connect.c
    if name == "auto":
        name = "UTF8"  # of the image's locale, en_US.utf8
    if client_encoding(name) is None or "'" in name or "\\" in name:
        message = f'\\encoding: "{name}" is no encoding'
        hint = "Correct its name, or remove the line."
        return Outcome((Problem(message, hint, loop.source, loop.command_offset, warning=True),))
    return Outcome((loop.statement_here(f"set client_encoding to '{name}'"),))


def _cd(arguments: Arguments, loop: Loop) -> Outcome:
    loop.state.files.change_directory(arguments.take(strip_semicolons=True))
    return NOTHING


def _copy(arguments: Arguments, loop: Loop) -> Outcome:
    copy = parse_slash_copy(arguments.take(Kind.WHOLE_LINE) or "")
    if copy is None:
        hint = "Write \\copy TABLE FROM 'FILE', all on one line."
        raise ArgumentError("\\copy: parse error", 0, hint)
    if copy.program:
        return problem(arguments, loop, "It would run a program on this machine.")
    if copy.to and copy.file:
        return problem(arguments, loop, "It writes a file on this machine.")
    statement = loop.statement_here(copy.query)
    if copy.to:
        return Outcome((statement,))
    data = None if copy.file is None else loop.state.files.data(copy.file, loop.source)
    steps: tuple[Step, ...] = (statement._replace(data=(data,)),)
    if copy.file == "":
        message = "\\copy … from pstdin takes the standard input of the runner"
        hint = (
            "Put the data into the script or into a file beside it, so that it is always the same."
        )
        warning = Problem(message, hint, loop.source, loop.command_offset, warning=True)
        steps = (warning, *steps)
    return Outcome(steps)


def _quit(_arguments: Arguments, loop: Loop) -> Outcome:
    offline = loop.state.offline
    if offline and offline.uncertain:
        # Perhaps the rest is never read: it is as uncertain as this branch.
        loop.uncertain += 1
        offline.uncertain += 1
        return NOTHING
    return Outcome(quit=True)


def _reset(_arguments: Arguments, loop: Loop) -> Outcome:
    loop.buffer.clear()
    loop.lexer.reset()
    return NOTHING


def _connect(arguments: Arguments, loop: Loop) -> Outcome:
    """See exec_command_connect in src/bin/psql/command.c."""
    given = _connect_arguments(arguments)
    reuse = None
    if given and given[0] and given[0].startswith(_REUSE):
        value = str(given.pop(0)).removeprefix(_REUSE)
        reuse = parse_boolean(value)
        if reuse is None:
            message = f'unrecognized value "{value}" for "-reuse-previous": Boolean expected'
            raise ArgumentError(message, 0, "Write on or off.")
    dbname, user, host, port = (*given, None, None, None, None)[:4]
    statement = loop.statement_here("\\" + arguments.name)
    if dbname is None or not _is_conninfo(dbname):
        connect = Connect(dbname, user, host, port, statement, reuse=reuse is not False)
    elif (user, host, port) == (None, None, None):
        connect = Connect(None, None, None, None, statement, dbname, reuse is True)
    else:
        message = "\\connect: user, host or port beside a connection string"
        raise ArgumentError(message, 0, "Write them into the connection string.")
    return Outcome((connect, Sync()))


def _connect_arguments(arguments: Arguments) -> list[str | None]:
    """All that is left, None for `-`: see read_connect_arg."""
    given: list[str | None] = []
    while (value := arguments.take(strip_semicolons=True)) is not None:
        is_same = value == "-" and not arguments.quoted
        given.append(None if is_same else _unquoted(value))
    return given


def _unquoted(value: str) -> str:
    """Without double quotes, as an identifier's: OT_SQLIDHACK in src/bin/psql/psqlscanslash.l."""
    return re.sub(r'"((?:[^"]|"")*)"?', lambda found: found[1].replace('""', '"'), value)


def _is_conninfo(text: str) -> bool:
    """See recognized_connection_string in src/bin/psql/common.c."""
    return "=" in text or text.startswith(("postgresql://", "postgres://"))


# -- sending --------------------------------------------------------------------------------


def _g(arguments: Arguments, loop: Loop) -> Outcome:
    target = arguments.take(Kind.FILE_OR_PIPE)
    if target is not None and target.startswith("("):
        while target is not None and not target.endswith(")"):
            target = arguments.take()
        target = arguments.take(Kind.FILE_OR_PIPE)
    if target is not None:
        return problem(arguments, loop, "It writes results to a file or a program.")
    return Outcome(send=lambda statement: statement)


def _gset(arguments: Arguments, loop: Loop) -> Outcome:
    prefix = arguments.take() or ""

    def fetch(statement: Statement) -> Step:
        if loop.state.offline:
            loop.state.offline.fetched(prefix, statement.text, list(loop.state.variables))
        return Gset(statement, prefix)

    return Outcome(send=fetch)


def _gexec(_arguments: Arguments, _loop: Loop) -> Outcome:
    return Outcome(send=Gexec)


def _gdesc(_arguments: Arguments, _loop: Loop) -> Outcome:
    """It describes the result without running the statement."""
    return Outcome(send=lambda _statement: None)


def _crosstabview(_arguments: Arguments, _loop: Loop) -> Outcome:
    return Outcome(send=lambda statement: statement)


SENDING: dict[str, Command] = {
    "echo": _echo,
    "qecho": _echo,
    "warn": _echo,
    "i": _include,
    "ir": _include,
    "include": _include,
    "include_relative": _include,
    "encoding": _encoding,
    "q": _quit,
    "quit": _quit,
    "cd": _cd,
    "copy": _copy,
    "r": _reset,
    "reset": _reset,
    "c": _connect,
    "connect": _connect,
    "g": _g,
    "gx": _g,
    "gset": _gset,
    "gexec": _gexec,
    "gdesc": _gdesc,
    "crosstabview": _crosstabview,
}
