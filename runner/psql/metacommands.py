r"""psql's meta-commands: supported, ignored and refused ones.

They behave as in src/bin/psql/command.c (version 18). A command is a function from its arguments
and its context to the steps to run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from runner.psql.copy_command import slash_copy
from runner.psql.sending import SENDING
from runner.psql.slash_arguments import (
    ArgumentError,
    Arguments,
    Context,
    IfBlock,
    MetaCommand,
    UnknownValue,
    run_program,
)
from runner.psql.state import parse_boolean
from runner.psql.steps import Connect, Echo, Problem, Step, Sync
from runner.psql.variables import VARIABLES
from runner.texts import first_match

# Commands that only print, or change how psql prints results; they do not affect the database.
_DISPLAY = frozenset("a C conninfo copyright errverbose f h H help html p print s T ?".split())
_DESCRIBE = r"d(?!r(?!ds|g)|elete)\S*|l(?:ist)?[x+]*|lo_list.*|s[fv]\+?|z[Sx]*"
_REUSE = "-reuse-previous="
_BOOLEAN_HINT = (
    "Compare in SQL: SELECT 1 = 1 AS found \\gset and \\if :found; or ask \\if :{?name}."
)
_BRANCHING = ("if", "elif", "else", "endif")
_WHOLE_LINE = frozenset("! copy ef ev h help sf sf+ sv sv+".split())


def _echo(arguments: Arguments, _context: Context) -> Iterable[Step]:
    words: list[str] = []
    end = "\n"
    while (word := arguments.take()) is not None:
        if not words and end and word == "-n" and not arguments.quoted:
            end = ""
        else:
            words.append(word)
    return (Echo(" ".join(words) + end, arguments.name == "warn"),)


def _include(arguments: Arguments, context: Context) -> Iterable[Step]:
    name = arguments.required(strip_semicolons=True)
    relative = arguments.name in ("ir", "include_relative")
    return context.included(context.state.files.include(name, context.source, relative=relative))


def _encoding(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    name = arguments.take()
    if name is None:
        return None
    # PQsetClientEncoding in libpq's fe-connect.c; the image's locale is en_US.utf8
    text = f"set client_encoding to '{'UTF8' if name == 'auto' else name}'"
    statement = context.statement_here(text.encode("utf-8", "surrogateescape"))
    return context.sent(statement._replace(uncounted=1))


def _cd(arguments: Arguments, context: Context) -> None:
    context.state.files.change_directory(arguments.take(strip_semicolons=True))


def _quit(_arguments: Arguments, context: Context) -> None:
    if not context.state.uncertain:
        context.ended = True
        return
    # The rest of the file may never be read: it is as uncertain as this branch.
    context.state.uncertain += 1
    for block in context.blocks:
        block.outer_uncertain += 1


def _reset(_arguments: Arguments, context: Context) -> None:
    context.buffer.clear()
    context.lexer.reset()


def _restrict(arguments: Arguments, context: Context) -> None:
    """Allow only `\\unrestrict` with the same key from here on (CVE-2025-8714)."""
    key, state = arguments.take() or arguments.required(), context.state
    if arguments.name == "restrict":
        state.restrict_key = key
    elif state.restrict_key is None:
        raise ArgumentError("\\unrestrict: not currently in restricted mode", "Remove the line.")
    elif state.restrict_key != key:
        raise ArgumentError("\\unrestrict: wrong key", "Write the key of the \\restrict before it.")
    else:
        state.restrict_key = None


def _connect(arguments: Arguments, context: Context) -> Iterable[Step]:
    # exec_command_connect and read_connect_arg
    given: list[str | None] = []
    while (value := arguments.take(strip_semicolons=True)) is not None:
        is_same = value == "-" and not arguments.quoted
        # Without double quotes: OT_SQLIDHACK in psqlscanslash.l
        bare = re.sub(r'"((?:[^"]|"")*)"?', lambda found: found[1].replace('""', '"'), value)
        given.append(None if is_same else bare)
    reuse = None
    if given and given[0] and given[0].startswith(_REUSE):
        text = str(given.pop(0)).removeprefix(_REUSE)
        if (reuse := parse_boolean(text)) is None:
            message = f'unrecognized value "{text}" for "-reuse-previous": Boolean expected'
            raise ArgumentError(message, "Write on or off.")
    dbname, user, host, port = (*given, None, None, None, None)[:4]
    statement = context.statement_here(b"\\connect")
    # recognized_connection_string in psql's common.c
    if dbname is None or not re.search("=|^postgres(?:ql)?://", dbname):
        step = Connect(dbname, user, host, port, statement, reuse=reuse is not False)
    else:
        step = Connect(None, None, None, None, statement, dbname, reuse is True)
    context.state.in_transaction = False
    return step, Sync()


def _run_conditional(arguments: Arguments, context: Context) -> tuple[Problem, ...]:
    # src/fe_utils/conditional.c
    problems: tuple[Problem, ...] = ()
    name, blocks, lexer, state = arguments.name, context.blocks, context.lexer, context.state
    depths = lexer.paren_depth, lexer.begin_depth
    if name == "if":
        block = IfBlock(context.command_offset, depths, not arguments.active, state.uncertain)
        blocks.append(block)
    elif not blocks:
        hint = "Remove it, or write the \\if in the same file: it cannot be in another."
        raise ArgumentError(f"\\{name}: no matching \\if", hint)
    elif blocks[-1].is_else and name != "endif":
        hint = "Leave one of them out." if name == "else" else "Move it before the \\else."
        raise ArgumentError(f"\\{name}: cannot occur after \\else", hint)
    else:
        block = blocks[-1]
        if name == "endif":
            blocks.pop()
        if block.active and (name == "endif" or not block.may_run):
            block.depths = depths
        lexer.paren_depth, lexer.begin_depth = block.depths
    if name == "else":
        block.is_else = True
    if name in ("if", "elif") and not (block.is_decided or block.may_run):
        problems = _evaluate(block, arguments, context)
    elif name != "endif":
        block.active = block.may_run or (block.is_else and not block.is_decided)
    state.set_uncertain(block.outer_uncertain + (block.may_run and name != "endif"))
    return problems


def _evaluate(block: IfBlock, arguments: Arguments, context: Context) -> tuple[Problem, ...]:
    """Evaluate the condition; an invalid boolean is false, with a warning, as in psql."""
    arguments.active = True
    try:
        text = " ".join(arguments.rest())
    except UnknownValue:
        arguments.active = False
        block.active = block.may_run = True
        return ()
    value = parse_boolean(text)
    block.active = block.is_decided = bool(value)
    if value is not None:
        return ()
    message = f'unrecognized value "{text}" for "\\{arguments.name} expression": Boolean expected'
    return (context.warning_here(message, _BOOLEAN_HINT),)


def _ignore(arguments: Arguments, _context: Context) -> None:
    if arguments.name in _WHOLE_LINE:
        arguments.take_line()


def _shell(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    command = arguments.take_line()
    if not context.state.files.allows_programs:
        hint = "It would run a program on this machine: allow that with --allow-shell."
        raise arguments.refused(hint)
    if context.state.offline:
        context.state.runs_programs = True
        return None
    return (Echo(run_program(os.fsencode(command), context.state).decode("utf-8", "replace")),)


_COMMANDS: dict[str, MetaCommand] = {
    "!": _shell,
    **VARIABLES,
    **SENDING,
    **dict.fromkeys(("restrict", "unrestrict"), _restrict),
    "encoding": _encoding,
    "cd": _cd,
    "copy": slash_copy,
    **dict.fromkeys(("echo", "qecho", "warn"), _echo),
    **dict.fromkeys(("i", "ir", "include", "include_relative"), _include),
    **dict.fromkeys(("q", "quit"), _quit),
    **dict.fromkeys(("r", "reset"), _reset),
    **dict.fromkeys(("c", "connect"), _connect),
    **dict.fromkeys(_DISPLAY, _ignore),
}


def run_metacommand(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    """Run one meta-command. Raises ArgumentError for errors of psql."""
    name, active = arguments.name, arguments.active
    if context.state.restrict_key is not None and name != "unrestrict":
        message = "backslash commands are restricted; only \\unrestrict is allowed"
        raise ArgumentError(message, "Remove it, or move it after the \\unrestrict.")
    if name in _BRANCHING:
        return _run_conditional(arguments, context)
    if name.lower() == "copy":
        name = "copy"  # the only name that psql compares case-insensitively
    command = _COMMANDS.get(name)
    # In a branch not taken psql checks only the beginning of some names.
    is_passed_over = not active and name.startswith(("d", "lo_"))
    if command is None and (is_passed_over or re.fullmatch(_DESCRIBE, name)):
        command = _ignore
    if command is None:
        if (refusal := first_match("psql/refused.txt", "refused", name)) is None:
            raise _unknown_command(name)
        if active:
            raise arguments.refused(refusal[1])
    if command is None or not active:
        command = _ignore
    return command(arguments, context)


def _unknown_command(name: str) -> ArgumentError:
    from difflib import get_close_matches

    hint = "Correct its name, or delete the backslash if this is not a meta-command."
    if near := get_close_matches(name, _COMMANDS, 1, 0.75):
        hint = f"Did you mean \\{near[0]}?"
    elif name == ".":
        hint = "It ends the data of COPY … FROM stdin: correct the COPY before it."
    return ArgumentError(f"invalid command \\{name}", hint)


def without_arguments(arguments: Arguments, context: Context) -> Iterable[Step] | None:
    r"""Run what also works with unknown arguments: a command that sends, or `\connect`."""
    if arguments.name in ("c", "connect"):
        return _connect(arguments, context)
    return context.sent_buffer() if arguments.name in ("g", "gx", "gset") else None
