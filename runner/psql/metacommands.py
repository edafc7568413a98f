r"""psql's meta-commands: which work here, which are passed over, which are refused.

Behaviour is that of src/bin/psql/command.c (version 18). A command is a function that
takes its arguments and the loop that met it, and gives an Outcome.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.psql.outcome import NOTHING, Command, Outcome, problem
from runner.psql.sending_commands import SENDING
from runner.psql.slash import ArgumentError, Arguments, Kind
from runner.psql.variable_commands import BRANCHING, VARIABLES

if TYPE_CHECKING:
    from runner.psql.reader import Loop


_COMMANDS: dict[str, Command] = {**VARIABLES, **SENDING}


def run_metacommand(arguments: Arguments, loop: Loop) -> Outcome:
    """Runs one meta-command. Raises ArgumentError for what psql would call an error."""
    name = arguments.name
    if name.lower() == "copy":
        name = "copy"  # the one command of which psql does not mind the case
    branching = BRANCHING.get(name)
    if branching is not None:
        branching(arguments, loop)
        return NOTHING
    command = _COMMANDS.get(name)
    if command is None and (name in _DISPLAY or _DESCRIBE.fullmatch(name)):
        command = _pass_over
    if command is None and name.startswith(("d", "lo_")) and not loop.conditionals.active:
        command = _pass_over  # in a branch not taken psql looks at no more of these names
    if command is None and name in _REFUSED:
        command = _refuse
    if command is None:
        hint = "Correct its name, or delete the backslash if this is no command of psql."
        raise ArgumentError(f"invalid command \\{name}", 0, hint)
    if not loop.conditionals.active:
        arguments.take(Kind.WHOLE_LINE if name in _WHOLE_LINE else Kind.NO_EVAL)
        return NOTHING
    return command(arguments, loop)


def without_arguments(arguments: Arguments, loop: Loop) -> Outcome:
    """Gives what a meta-command leads to where its arguments are unknown.

    The `\\g`s still send, and `\\connect` begins a new session.
    """
    if arguments.name in ("c", "connect"):
        return _COMMANDS["connect"](arguments, loop)
    sends = arguments.name in ("g", "gx", "gset")
    return Outcome(send=lambda statement: statement) if sends else NOTHING


# -- passed over, refused -------------------------------------------------------------------

# They only change how psql shows results, or show something: the database does not notice.
_DISPLAY = frozenset(
    "a C conninfo copyright errverbose f h H help html o out p print pset s sf sf+ sv sv+ t T"
    " timing x restrict unrestrict ?".split()
)
# Of `\\d` and its kin psql looks at two letters, and takes any after them: `exec_command_d`.
_DESCRIBE = re.compile(
    r"d(?:[+SabcCdDgilLmnoOpsEtTuvxXy].*|A(?:[+cfopx].*)?|e[stuw].*|f(?:[+Sanptwx].*)?"
    r"|F(?:[+dptx].*)?|P(?:[+itnx].*)?|rds.*|rg.*|R[ps].*)?"
    r"|l(?:ist)?(?:x|\+|x\+|\+x)?|lo_list.*|z(?:S|x|Sx|xS)?"
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
            return problem(arguments, loop, "It would run a program on this machine.")
    elif arguments.name in _WHOLE_LINE:
        arguments.take(Kind.WHOLE_LINE)
    return NOTHING


def _refuse(arguments: Arguments, loop: Loop) -> Outcome:
    if arguments.name in _WHOLE_LINE:
        arguments.take(Kind.WHOLE_LINE)
    return problem(arguments, loop, _REFUSED[arguments.name])
