r"""psql's meta-commands: those that work here, those that are ignored, those that are refused.

Behaviour is that of src/bin/psql/command.c (version 18). A command is a function that
takes its arguments and the context that it stands in, and gives an Outcome.
"""

from __future__ import annotations

import os
import re

from runner.psql.conditionals import BRANCHING, BranchContext, is_active, run_conditional
from runner.psql.connect_command import slash_connect
from runner.psql.copy_command import parse_slash_copy
from runner.psql.display import DISPLAY, check_option
from runner.psql.extended import EXTENDED
from runner.psql.slash_arguments import (
    ArgumentError,
    Arguments,
    Context,
    Kind,
    MetaCommand,
    Outcome,
    problem,
    problem_here,
    required,
    run_program,
)
from runner.psql.source import client_encoding
from runner.psql.steps import Echo, Gexec, Gset, Statement, Step
from runner.psql.variables import VARIABLES

# They only print something, or change how psql prints results; the database is not affected.
_DISPLAY = frozenset(
    "a C conninfo copyright errverbose f h H help html p print s sf sf+ sv sv+ T ?".split()
)
# Of `\\d` and its kin psql looks at two letters, and takes any after them: `exec_command_d`.
_DESCRIBE = re.compile(
    r"d(?:[+SabcCdDgilLmnoOpsEtTuvxXy].*|A(?:[+cfopx].*)?|e[stuw].*|f(?:[+Sanptwx].*)?"
    r"|F(?:[+dptx].*)?|P(?:[+itnx].*)?|rds.*|rg.*|R[ps].*)?"
    r"|l(?:ist)?(?:x|\+|x\+|\+x)?|lo_list.*|z(?:S|x|Sx|xS)?"
)
_WHOLE_LINE = frozenset("! copy ef ev h help sf sf+ sv sv+".split())

_REFUSED = {
    "prompt": "It asks the user; give the value with --var NAME=VALUE.",
    "password": "It asks the user; use ALTER ROLE … PASSWORD.",
    "watch": "It repeats the statement without end.",
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
        "startpipeline endpipeline sync syncpipeline sendpipeline flush flushrequest"
        " getresults".split(),
        "It begins a pipeline of psql; leave these commands out.",
    ),
}
_SEND = Outcome(send=lambda statement: statement)


def _echo(arguments: Arguments, _context: Context) -> Outcome:
    words: list[str] = []
    end = "\n"
    while (word := arguments.take()) is not None:
        if not words and end and word == "-n" and not arguments.quoted:
            end = ""
        else:
            words.append(word)
    return Outcome((Echo(" ".join(words) + end, arguments.name == "warn"),))


def _include(arguments: Arguments, context: Context) -> Outcome:
    name = required(arguments, strip_semicolons=True)
    relative = arguments.name in ("ir", "include_relative")
    return Outcome(include=context.state.files.include(name, context.source, relative=relative))


def _encoding(arguments: Arguments, context: Context) -> Outcome | None:
    name = arguments.take()
    if name is None:
        return None
    # PQsetClientEncoding in libpq's fe-connect.c
    if name == "auto":
        name = "UTF8"  # of the image's locale, en_US.utf8
    if client_encoding(name) is None or "'" in name or "\\" in name:
        message = f'\\encoding: "{name}" is not an encoding'
        hint = "Correct its name, or remove the line."
        return Outcome((problem_here(context, message, hint, warning=True),))
    return Outcome((context.statement_here(f"set client_encoding to '{name}'"),))


def _cd(arguments: Arguments, context: Context) -> None:
    context.state.files.change_directory(arguments.take(strip_semicolons=True))


def _copy(arguments: Arguments, context: Context) -> Outcome:
    copy = parse_slash_copy(arguments.take(Kind.WHOLE_LINE) or "")
    if copy is None:
        hint = "Write \\copy TABLE FROM 'FILE', all on one line."
        raise ArgumentError("\\copy: parse error", 0, hint)
    if copy.program:
        return problem(arguments, context, "It would run a program on this machine.")
    if copy.to and copy.file:
        return problem(arguments, context, "It writes a file on this machine.")
    statement = context.statement_here(copy.query)
    if copy.to:
        return Outcome((statement,))
    data = None if copy.file is None else context.state.files.data(copy.file, context.source)
    steps: tuple[Step, ...] = (statement._replace(data=(data,)),)
    if copy.file == "":
        message = "\\copy … from pstdin takes the standard input of the runner"
        hint = "Put the data into the script or into a file next to it: then each run has the same."
        steps = (problem_here(context, message, hint, warning=True), *steps)
    return Outcome(steps)


def _quit(_arguments: Arguments, context: Context) -> Outcome | None:
    offline = context.state.offline
    if not offline or not offline.uncertain:
        return Outcome(quit=True)
    # The rest of the file may never be read: it is as uncertain as this branch.
    context.uncertain += 1
    offline.uncertain += 1
    return None


def _reset(_arguments: Arguments, context: Context) -> None:
    context.buffer.clear()
    context.lexer.reset()


def _restrict(arguments: Arguments, context: Context) -> None:
    """Only `\\unrestrict` with the same key is allowed after it (CVE-2025-8714)."""
    context.state.restrict_key = arguments.take() or required(arguments)


def _unrestrict(arguments: Arguments, context: Context) -> None:
    key = arguments.take() or required(arguments)
    if context.state.restrict_key is None:
        hint = "Remove the line."
        raise ArgumentError("\\unrestrict: not currently in restricted mode", 0, hint)
    if context.state.restrict_key != key:
        hint = "Write the key of the \\restrict before it."
        raise ArgumentError("\\unrestrict: wrong key", 0, hint)
    context.state.restrict_key = None


# -- sending --------------------------------------------------------------------------------


def _g(arguments: Arguments, context: Context) -> Outcome:
    target = arguments.take(Kind.FILE_OR_PIPE)
    if target is not None and target.startswith("("):
        _options(target[1:], arguments)
        target = arguments.take(Kind.FILE_OR_PIPE)
    if target is not None:
        return problem(arguments, context, "It writes results to a file or a program.")
    return _SEND


def _options(first: str, arguments: Arguments) -> None:
    """Checks `(OPTION=VALUE …)`: process_command_g_options in src/bin/psql/command.c."""
    option: str | None = first
    while option is not None:
        if body := option.removesuffix(")"):
            name, equals, value = body.partition("=")
            check_option(name, value if equals else None)
        if option.endswith(")"):
            return
        option = arguments.take()
    raise ArgumentError(f"\\{arguments.name}: missing right parenthesis", 0, "Write the ).")


def _gset(arguments: Arguments, context: Context) -> Outcome:
    prefix = arguments.take() or ""

    def fetch(statement: Statement) -> Step:
        if context.state.offline:
            context.state.offline.fetched(prefix, statement.text, list(context.state.variables))
        return Gset(statement, prefix)

    return Outcome(send=fetch)


# -- ignored, refused -----------------------------------------------------------------------


def _ignore(arguments: Arguments, _context: Context) -> None:
    if arguments.name in _WHOLE_LINE:
        arguments.take(Kind.WHOLE_LINE)


def _output(arguments: Arguments, context: Context) -> Outcome | None:
    target = arguments.take(Kind.FILE_OR_PIPE)
    if target and target.startswith("|"):
        return problem(arguments, context, "It would run a program on this machine.")
    return None


def _shell(arguments: Arguments, context: Context) -> Outcome | None:
    command = arguments.take(Kind.WHOLE_LINE) or ""
    if not context.state.files.allows_programs:
        hint = "It would run a program on this machine: allow that with --allow-shell."
        return problem(arguments, context, hint)
    if context.state.offline:
        return None
    output = run_program(os.fsencode(command), context.state)
    return Outcome((Echo(output.decode("utf-8", "replace")),))


def _refuse(arguments: Arguments, context: Context) -> Outcome:
    if arguments.name in _WHOLE_LINE:
        arguments.take(Kind.WHOLE_LINE)
    return problem(arguments, context, _REFUSED[arguments.name])


_COMMANDS: dict[str, MetaCommand] = {
    "!": _shell,
    **VARIABLES,
    **DISPLAY,
    **EXTENDED,
    "restrict": _restrict,
    "unrestrict": _unrestrict,
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
    "c": slash_connect,
    "connect": slash_connect,
    "g": _g,
    "gx": _g,
    "gset": _gset,
    "gexec": lambda *_: Outcome(send=Gexec),
    "gdesc": lambda *_: Outcome(send=lambda _statement: None),  # the statement is not run
    "crosstabview": lambda *_: _SEND,
    "o": _output,
    "out": _output,
    **dict.fromkeys(_DISPLAY, _ignore),
    **dict.fromkeys(_REFUSED, _refuse),
}


def run_metacommand(arguments: Arguments, context: BranchContext) -> Outcome | None:
    """Runs one meta-command. Raises ArgumentError for what psql would call an error."""
    name, active = arguments.name, is_active(context.blocks)
    if context.state.restrict_key is not None and name != "unrestrict":
        message = "backslash commands are restricted; only \\unrestrict is allowed"
        raise ArgumentError(message, 0, "Remove it, or move it after the \\unrestrict.")
    if name in BRANCHING:
        run_conditional(arguments, context)
        return None
    if name.lower() == "copy":
        name = "copy"  # the only command whose name psql compares without case
    command = _COMMANDS.get(name)
    # In a branch not taken psql reads only the beginning of some names.
    if command is None and (_DESCRIBE.fullmatch(name) or (name[:1] == "d" and not active)):
        command = _ignore
    if command is None and name.startswith("lo_") and not active:
        command = _ignore
    if command is None:
        hint = "Correct its name, or delete the backslash if this is not a meta-command."
        raise ArgumentError(f"invalid command \\{name}", 0, hint)
    if not active:
        arguments.take(Kind.WHOLE_LINE if name in _WHOLE_LINE else Kind.NO_EVAL)
        return None
    return command(arguments, context)


def without_arguments(arguments: Arguments, context: Context) -> Outcome | None:
    """Gives the outcome of a meta-command whose arguments are unknown.

    `\\g`, `\\gx` and `\\gset` still send, and `\\connect` begins a new session.
    """
    if arguments.name in ("c", "connect"):
        return slash_connect(arguments, context)
    return _SEND if arguments.name in ("g", "gx", "gset") else None
