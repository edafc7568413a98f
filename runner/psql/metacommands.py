r"""psql's meta-commands: which work here, which are passed over, which are refused.

Behaviour is that of src/bin/psql/command.c (version 18). Each function takes the arguments
of one command and the loop that met it, and gives an Outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.psql.copy import parse_slash_copy
from runner.psql.slash import ArgumentError, Arguments, Kind, UnknownValue
from runner.psql.source import Source
from runner.psql.state import VARIABLE_NAME, parse_boolean
from runner.psql.steps import Connect, Echo, Gexec, Gset, Problem, Statement, Step

if TYPE_CHECKING:
    from runner.psql.reader import Loop


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a meta-command leads to.

    `steps` come first; with `send` the statement buffer is sent, as the step that it makes;
    `include` is a file to read; `quit` ends the file.
    """

    steps: tuple[Step, ...] = ()
    send: Callable[[Statement], Step | None] | None = None
    include: Source | None = None
    quit: bool = False


NOTHING = Outcome()
Command = Callable[[Arguments, "Loop"], Outcome]


def run_metacommand(arguments: Arguments, loop: Loop) -> Outcome:
    """Runs one meta-command. Raises ArgumentError for what psql would call an error."""
    name = arguments.name
    if name.lower() == "copy":
        name = "copy"  # the one command of which psql does not mind the case
    branching = _BRANCHING.get(name)
    if branching is not None:
        branching(arguments, loop)
        return NOTHING
    command = _COMMANDS.get(name)
    if (command is None and name in _DISPLAY) or name.startswith("d"):
        command = _pass_over
    if command is None and name in _REFUSED:
        command = _refuse
    if command is None:
        raise ArgumentError(f"invalid command \\{name}", 0)
    if not loop.conditionals.active:
        arguments.take(Kind.WHOLE_LINE if name in _WHOLE_LINE else Kind.NO_EVAL)
        return NOTHING
    return command(arguments, loop)


def without_arguments(name: str) -> Outcome:
    """Gives what a meta-command leads to where its arguments are unknown: the `\\g`s still send."""
    sends = name in ("g", "gx", "gset")
    return Outcome(send=lambda statement: statement) if sends else NOTHING


# -- passed over, refused -------------------------------------------------------------------

# They only change how psql shows results, or show something: the database does not notice.
_DISPLAY = frozenset(
    "a C conninfo copyright errverbose f h H help html l l+ list list+ lo_list lo_list+ o out p"
    " print pset s sf sf+ sv sv+ t T timing x z zS restrict unrestrict ?".split()
)
_WHOLE_LINE = frozenset("! copy ef ev h help sf sf+ sv sv+".split())

_REFUSED = {
    "!": "It would run a program on this machine; do that outside the scripts.",
    "prompt": "Nobody is there to answer; give the value with --var NAME=VALUE.",
    "password": "Nobody is there to answer; use ALTER ROLE … PASSWORD.",
    "watch": "It would never end.",
    "e": "It opens an editor.",
    "edit": "It opens an editor.",
    "ef": "It opens an editor.",
    "ev": "It opens an editor.",
    "lo_import": "Use the function pg_catalog.lo_from_bytea.",
    "lo_export": "It writes a file on this machine.",
    "lo_unlink": "Use the function pg_catalog.lo_unlink.",
    "w": "It writes a file on this machine.",
    "write": "It writes a file on this machine.",
    **dict.fromkeys(
        "bind bind_named parse close close_prepared startpipeline endpipeline sync syncpipeline"
        " sendpipeline flush flushrequest getresults".split(),
        "It uses psql's extended protocol; write the values into the statement.",
    ),
}


def _pass_over(arguments: Arguments, loop: Loop) -> Outcome:
    if arguments.name in ("o", "out"):
        target = arguments.take(Kind.FILE_OR_PIPE)
        if target and target.startswith("|"):
            return _problem(arguments, loop, "It would run a program on this machine.")
    elif arguments.name in _WHOLE_LINE:
        arguments.take(Kind.WHOLE_LINE)
    return NOTHING


def _refuse(arguments: Arguments, loop: Loop) -> Outcome:
    if arguments.name in _WHOLE_LINE:
        arguments.take(Kind.WHOLE_LINE)
    return _problem(arguments, loop, _REFUSED[arguments.name])


def _problem(arguments: Arguments, loop: Loop, hint: str) -> Outcome:
    message = f"the meta-command \\{arguments.name} does not work here"
    return Outcome((Problem(message, hint, loop.source, loop.command_offset),))


def _required(arguments: Arguments, *, strip_semicolons: bool = False) -> str:
    value = arguments.take(strip_semicolons=strip_semicolons)
    if value is None:
        raise ArgumentError(f"\\{arguments.name}: missing required argument", 0)
    return value


# -- conditionals ---------------------------------------------------------------------------


def _condition(arguments: Arguments) -> bool | None:
    """A value that is no boolean counts as false, as in psql; None is for an unknown one."""
    try:
        return parse_boolean(" ".join(arguments.rest())) or False
    except UnknownValue:
        arguments.active = False
        return None


def _branch(loop: Loop) -> None:
    """After a command that ends a branch, begins one, or both."""
    offline = loop.state.offline
    if offline:
        offline.uncertain = loop.uncertain + loop.conditionals.uncertain
        offline.branch_ended()


def _if(arguments: Arguments, loop: Loop) -> None:
    was_active = loop.conditionals.active
    loop.conditionals.begin(loop.lexer.paren_depth, loop.command_offset)
    if was_active:
        loop.conditionals.take(_condition(arguments))
    _branch(loop)


def _elif(arguments: Arguments, loop: Loop) -> None:
    counts, loop.lexer.paren_depth = loop.conditionals.elif_(loop.lexer.paren_depth)
    if counts:
        arguments.active = True
        loop.conditionals.take(_condition(arguments))
    _branch(loop)


def _else(_arguments: Arguments, loop: Loop) -> None:
    loop.lexer.paren_depth = loop.conditionals.else_(loop.lexer.paren_depth)
    _branch(loop)


def _endif(_arguments: Arguments, loop: Loop) -> None:
    loop.lexer.paren_depth = loop.conditionals.endif(loop.lexer.paren_depth)
    _branch(loop)


_BRANCHING: dict[str, Callable[[Arguments, Loop], None]] = {
    "if": _if,
    "elif": _elif,
    "else": _else,
    "endif": _endif,
}

# -- variables ------------------------------------------------------------------------------

_BOOLEAN_VARIABLES = frozenset({"AUTOCOMMIT", "ON_ERROR_STOP", "QUIET", "SINGLELINE", "SINGLESTEP"})


def _set(arguments: Arguments, loop: Loop) -> Outcome:
    name = arguments.take()
    if name is None:
        return NOTHING
    try:
        value = "".join(arguments.rest())
    except UnknownValue:
        loop.state.forget(name)
        raise
    _check_name(name)
    if name in _BOOLEAN_VARIABLES:
        value = value or "on"
        if parse_boolean(value) is None:
            raise ArgumentError(f'unrecognized value "{value}" for "{name}": Boolean expected', 0)
    return _assign(loop, name, value)


def _unset(arguments: Arguments, loop: Loop) -> Outcome:
    name = _required(arguments)
    if name in _BOOLEAN_VARIABLES:
        return _assign(loop, name, "off")
    loop.state.unset(name)
    return NOTHING


def _check_name(name: str) -> None:
    if not VARIABLE_NAME.fullmatch(name):
        raise ArgumentError(f'invalid variable name: "{name}"', 0)


def _assign(loop: Loop, name: str, value: str) -> Outcome:
    loop.state.assign(name, value)
    message = hint = ""
    if name == "AUTOCOMMIT" and not parse_boolean(value):
        message = "AUTOCOMMIT off would leave the transaction to the script"
        hint = "Remove the line: the runner opens and commits the transaction."
        return Outcome((Problem(message, hint, loop.source, loop.command_offset),))
    if name == "ON_ERROR_STOP" and not parse_boolean(value):
        message = "ON_ERROR_STOP off has no effect: the runner stops at the first error"
    elif name == "ON_ERROR_ROLLBACK" and value.lower() != "off":
        message = "ON_ERROR_ROLLBACK has no effect: the runner stops at the first error"
    if not message:
        return NOTHING
    hint = "Remove the line."
    return Outcome((Problem(message, hint, loop.source, loop.command_offset, warning=True),))


def _getenv(arguments: Arguments, loop: Loop) -> Outcome:
    name, variable = _required(arguments), _required(arguments)
    _check_name(name)
    if variable in loop.state.environ:
        return _assign(loop, name, loop.state.environ[variable])
    return NOTHING


def _setenv(arguments: Arguments, loop: Loop) -> Outcome:
    name = _required(arguments)
    value = arguments.take()
    if "=" in name:
        raise ArgumentError('\\setenv: environment variable name must not contain "="', 0)
    if value is None:
        loop.state.environ.pop(name, None)
    else:
        loop.state.environ[name] = value
    return NOTHING


# -- output, files, sessions ----------------------------------------------------------------


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
    name = _required(arguments, strip_semicolons=True)
    relative = arguments.name in ("ir", "include_relative")
    return Outcome(include=loop.state.files.include(name, loop.source, relative=relative))


def _encoding(arguments: Arguments, loop: Loop) -> Outcome:
    name = arguments.take()
    if name is None:
        return NOTHING
    # PQsetClientEncoding in libpq's fe-connect.c
    return Outcome((loop.statement_here(f"set client_encoding to '{name}'"),))


def _cd(arguments: Arguments, loop: Loop) -> Outcome:
    loop.state.files.change_directory(arguments.take(strip_semicolons=True))
    return NOTHING


def _copy(arguments: Arguments, loop: Loop) -> Outcome:
    copy = parse_slash_copy(arguments.take(Kind.WHOLE_LINE) or "")
    if copy is None:
        raise ArgumentError("\\copy: parse error", 0)
    if copy.program:
        return _problem(arguments, loop, "It would run a program on this machine.")
    if copy.to and copy.file:
        return _problem(arguments, loop, "It writes a file on this machine.")
    statement = loop.statement_here(copy.query)
    if copy.to:
        return Outcome((statement,))
    data = None if copy.file is None else loop.state.files.data(copy.file, loop.source)
    return Outcome((statement._replace(data=(data,)),))


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
    given: list[str | None] = []
    while (value := arguments.take(strip_semicolons=True)) is not None:
        if not value.startswith("-reuse-previous"):
            given.append(None if value == "-" else value)
    dbname, user, host, port = (*given, None, None, None, None)[:4]
    text = "\\" + arguments.name
    return Outcome((Connect(dbname, user, host, port, loop.statement_here(text)),))


# -- sending --------------------------------------------------------------------------------


def _g(arguments: Arguments, loop: Loop) -> Outcome:
    target = arguments.take(Kind.FILE_OR_PIPE)
    if target is not None and target.startswith("("):
        while target is not None and not target.endswith(")"):
            target = arguments.take()
        target = arguments.take(Kind.FILE_OR_PIPE)
    if target is not None:
        return _problem(arguments, loop, "It writes results to a file or a program.")
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


_COMMANDS: dict[str, Command] = {
    "set": _set,
    "unset": _unset,
    "getenv": _getenv,
    "setenv": _setenv,
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
