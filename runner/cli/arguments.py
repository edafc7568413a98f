"""The parser of the command line."""

from __future__ import annotations

import argparse
import re
from functools import partial
from typing import Any, NoReturn

from runner import __version__
from runner.cli import help_texts as texts
from runner.cli.options import OPTIONS, common_options
from runner.errors import UsageError


class _Parser(argparse.ArgumentParser):
    """Raises UsageError, which shows no argument that may contain a password."""

    def __init__(self, **options: Any) -> None:
        style = partial(argparse.RawDescriptionHelpFormatter, width=80, max_help_position=26)
        super().__init__(**options, formatter_class=style, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        quote = re.search(r"['\"]", message)
        if quote and not re.match(r"'[\w.-]{0,20}'(?!\S)", message[quote.start() :]):
            message = message[: quote.start()].rstrip(" :")
        raise UsageError(message, hint=f"see {self.prog} --help")


def parse(arguments: list[str]) -> argparse.Namespace:
    """The parsed arguments; what follows `--` is `psql_args`. Raises UsageError."""
    ours, psql_args = arguments, None
    if "--" in arguments:
        split = arguments.index("--")
        ours, psql_args = arguments[:split], arguments[split + 1 :]
    parser = _parser()
    args, unknown = parser.parse_known_args(ours)
    if unknown:
        hint = f"see {parser.prog} {args.command} --help"
        if args.command == "psql":
            hint += "; options of psql itself go after --"
        raise UsageError(f"unknown {_names(unknown)}", hint=hint)
    if psql_args is not None and args.command != "psql":
        raise UsageError(f"{args.command} does not accept arguments after --")
    args.psql_args = psql_args or []
    return args


def _names(unknown: list[str]) -> str:
    """Names of unknown options, without values: a value may be a password."""
    names = []
    for argument in unknown:
        if argument.startswith("--"):
            names.append(argument.partition("=")[0])
        elif argument.startswith("-"):
            names.append(argument[:2])
    if names:
        return f"option {', '.join(names)}"
    return "argument (not shown); use -t to specify the target"


def _parser() -> _Parser:
    # Only options that are given are set: the defaults are in Settings.
    common = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common_options(common)
    parser = _Parser(
        prog="python -m runner",
        description=texts.DESCRIPTION,
        epilog="\n".join([texts.TARGET, texts.exit_codes(), texts.EXAMPLES]),
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )

    for name, text in texts.COMMANDS.items():
        epilog = [text.more, texts.TARGET, texts.exit_codes()] if text.more else [texts.TARGET]
        command = subparsers.add_parser(
            name,
            help=text.summary,
            description=text.description,
            epilog="\n".join(epilog),
            parents=[common],
            argument_default=argparse.SUPPRESS,
        )
        OPTIONS[name](command)
    subparsers.choices["psql"].usage = "python -m runner psql [OPTIONS] [-- PSQL-ARGUMENTS]"
    return parser
