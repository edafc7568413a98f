"""The argument parser: the options of `options.txt`, with the defaults of Settings."""

from __future__ import annotations

import argparse
import re
import shlex
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from runner import PROGRAM, __version__
from runner.environment import is_utf8
from runner.errors import EXIT_CODES, UsageError
from runner.settings import Settings, duration, jobs, schema_name, table, variable
from runner.texts import rows

_COMMON = (
    f"Common options (see {PROGRAM} --help): -t --targets --jobs --env-file"
    " --connect-timeout --lock-timeout --iam --iam-host --secret --format --json -q -v"
)
_DESCRIPTION = (
    "Runs the SQL files that Docker's PostgreSQL image runs, on any PostgreSQL."
    f" The options of a command, and the exit codes: {PROGRAM} COMMAND --help"
)
# Summary for the list of commands, and description for the command's own help.
COMMANDS = {
    name: (summary, text.format(program=PROGRAM))
    for name, summary, text in rows("cli/commands.txt")
}
# Options of other programs, and what to use here.
_OTHER_PROGRAMS = {
    "--dry-run": f"{PROGRAM} plan shows what apply would change",
    "--check": f"{PROGRAM} check reads the scripts, plan rehearses them on the target",
    "--force": "--allow-loss TABLE allows a run to delete rows",
    "--version": f"{PROGRAM} --version",
    **dict.fromkeys(
        ("-d", "-p", "-U", "--dbname", "--host", "--port", "--username"),
        "-t names the target, such as -t 'host=HOST dbname=NAME user=USER'",
    ),
}


_GROUP = "common options"
_DEFAULTS = Settings()._asdict()
_FORMATS = ("text", "json", "github", "sarif", "markdown")
# The parser of a value, by the value's name in the help.
_TYPES = {
    "DIR": Path,
    "FILE": Path,
    "TIME": duration,
    "N": jobs,
    "TABLE": table,
    "NAME=VALUE": variable,
}


class _Collect(argparse.Action):
    """An action that collects all values of an option, given before or after the command."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.values: list[Any] = []

    def __call__(
        self, _parser: object, namespace: argparse.Namespace, value: Any, _option: object = None
    ) -> None:
        self.values.append(value)
        setattr(namespace, self.dest, self.values)


# Arguments of add_argument that follow neither from the option's name nor from its default.
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "--target": {"action": _Collect},
    "--targets": {"dest": "targets_file", "action": "store"},
    "--iam": {"action": "store_const", "const": "1"},
    "--format": {"choices": _FORMATS},
    "--json": {
        "dest": "format",
        "action": "store_const",
        "const": "json",
        "help": argparse.SUPPRESS,
    },
    "--registry-schema": {"type": schema_name},
    "--var": {"dest": "variables", "action": "append"},
    "--no-registry": {"dest": "registry", "action": "store_false"},
    "--no-proof": {"dest": "proof", "action": "store_false"},
    "--no-verify": {"dest": "verify", "action": "store_const", "const": "none"},
    "--drop": {"nargs": "?", "const": ""},
}


class _HelpFormatter(argparse.HelpFormatter):
    """A help formatter that writes the value of an option once: `-t, --target CONNINFO`."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80, max_help_position=28)

    def _fill_text(self, text: str, width: int, _indent: str) -> str:
        return textwrap.fill(text, width, break_on_hyphens=False)

    def _format_action(self, action: argparse.Action) -> str:
        text = super()._format_action(action)
        return text.partition("\n")[2] if action.dest == "command" else text

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are UsageErrors without arguments that may contain a password."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=_HelpFormatter, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        from difflib import get_close_matches

        if tried := re.match(r"argument COMMAND: invalid choice: '([\w-]{0,20})' ", message):
            near = get_close_matches(tried[1], COMMANDS, 1)
            hint = f"did you mean {near[0]}?" if near else f"see {self.prog} --help"
            raise UsageError(f"unknown command {tried[1]}", hint=hint)
        quote = re.search(r"['\"]", message)
        if quote and not re.match(r"'[\w.-]{0,20}'(?!\S)", message[quote.start() :]):
            message = message[: quote.start()].rstrip(" :")
        raise UsageError(message, hint=f"see {self.prog} --help")


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the parsed arguments; those after `--` are `psql_args`. Raises UsageError."""
    ours, psql_args = arguments, None
    if "--" in arguments:
        split = arguments.index("--")
        ours, psql_args = arguments[:split], arguments[split + 1 :]
    if any(not is_utf8(one) and not Path(one).exists() for one in ours):
        raise UsageError("an argument is not UTF-8 (not shown)")
    parser, commands = _parsers(ours)
    args, unknown = parser.parse_known_args(ours)
    if unknown:
        raise _unknown_error(commands[args.command], args.command, unknown)
    if psql_args is not None and args.command != "psql":
        raise UsageError(f"{args.command} does not accept arguments after --")
    args.psql_args = psql_args or []
    return args


def _unknown_error(parser: argparse.ArgumentParser, command: str, unknown: list[str]) -> UsageError:
    """Return the error for unknown arguments, without values: one may be a password."""
    options = [argument.partition("=")[0] for argument in unknown if argument.startswith("--")]
    options += [arg[:2] for arg in unknown if arg[:1] == "-" and arg[:2] != "--"]
    if not options:
        paths = [Path(argument) for argument in unknown]
        if all(path.exists() for path in paths):
            folders = dict.fromkeys(str(path if path.is_dir() else path.parent) for path in paths)
            hint = f"name the folder with -s: {' '.join(f'-s {shlex.quote(f)}' for f in folders)}"
            return UsageError(f"unknown argument {' '.join(unknown)}", hint=hint)
        return UsageError("unknown argument (not shown); use -t to specify the target")
    from difflib import get_close_matches

    known = parser._option_string_actions  # noqa: SLF001, there is no other way to ask
    near = [*get_close_matches(options[0], (*_OTHER_PROGRAMS, *known), 1, 0.8), ""][0]
    hint = _OTHER_PROGRAMS.get(near) or (near and f"did you mean {near}?")
    if command == "psql":
        hint = "options of psql itself go after --"
    return UsageError(
        f"unknown option {', '.join(options)}",
        hint=hint or f"see {PROGRAM} {command} --help",
    )


def _parsers(given: Sequence[str]) -> tuple[_Parser, Mapping[str, argparse.ArgumentParser]]:
    """Return the parser and its subparsers; only `given` commands get options, which saves time."""
    # The namespace holds only the given options: the defaults are in Settings.
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    _add_options("*", common.add_argument_group(_GROUP))
    parser = _Parser(
        prog=PROGRAM,
        usage=f"{PROGRAM} COMMAND [OPTIONS]",
        description=_DESCRIPTION,
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )
    codes = [f"{code} {re.split('[,:;]', text)[0]}" for code, text in EXIT_CODES.items()]
    for name, (summary, description) in COMMANDS.items():
        command = subparsers.add_parser(
            name,
            prog=f"{PROGRAM} {name}",
            usage=f"{PROGRAM} {name} [OPTIONS]{' [-- PSQL-ARGUMENTS]' * (name == 'psql')}",
            help=summary,
            description=description,
            epilog=f"{_COMMON}. Exit codes: {', '.join(codes)}." if name in given else None,
            parents=[common] if name in given else [],
            argument_default=argparse.SUPPRESS,
        )
        if name in given:
            _add_options(name, command)
        # Only the main help describes the common options.
        groups = (group for group in command._action_groups if group.title != _GROUP)  # noqa: SLF001
        command._action_groups = list(groups)  # noqa: SLF001
    shown = parser._action_groups  # noqa: SLF001
    shown[:] = [shown[-1], *(group for group in shown if group.title == _GROUP)]
    return parser, subparsers.choices


def _add_options(command: str, parser: argparse._ActionsContainer) -> None:
    for one in rows("cli/options.txt"):
        if command in one.key.split(","):
            names = re.findall(r"(?<!\S)-\S+", one.pattern)
            name, value = names[-1], one.pattern.removeprefix(" ".join(names)).strip()
            arguments: dict[str, Any] = {"help": one.text.format_map(_DEFAULTS)}
            if value:
                arguments |= {"metavar": value, "type": _TYPES.get(value)}
            elif name not in _ARGUMENTS:
                arguments["action"] = "store_true"
            if "|" in value:
                arguments["choices"] = value.split("|")
            if value and isinstance(_DEFAULTS.get(name[2:].replace("-", "_")), tuple):
                arguments["action"] = "append"
            parser.add_argument(*names, **{**arguments, **_ARGUMENTS.get(name, {})})
