"""The command line's options and help texts."""

from __future__ import annotations

import argparse
import re
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from runner import __version__
from runner.cli import help_texts as texts
from runner.errors import UsageError
from runner.settings import Settings, duration, jobs, schema_name, table, variable

_DEFAULTS = Settings()


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


class _Collect(argparse.Action):
    """All values of an option, whether before or after the command."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.values: list[str] = []

    def __call__(
        self, _parser: object, namespace: argparse.Namespace, value: Any, _option: object = None
    ) -> None:
        self.values.append(value)
        setattr(namespace, self.dest, self.values)


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
    common = _common()
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

    def command(name: str, text: str, description: str, more: str = "") -> argparse.ArgumentParser:
        epilog = "\n".join([more, texts.TARGET, texts.exit_codes()]) if more else texts.TARGET
        return subparsers.add_parser(
            name, help=text, description=description, epilog=epilog, parents=[common]
        )

    check = command(
        "check", "find errors without connecting to a database", texts.CHECK, texts.CHECK_MORE
    )
    _scripts_options(check)
    _transaction_options(check)
    check.add_argument("--strict", action="store_true", help="treat warnings as errors")
    apply = command("apply", "run the scripts, verify, and commit", texts.APPLY, texts.APPLY_MORE)
    _run_options(apply)
    apply.add_argument(
        "-1",
        "--once",
        action="store_true",
        help="do nothing if the last run applied these scripts and the database still matches them",
    )
    apply.add_argument(
        "--together",
        action="store_true",
        help="with several targets, commit only after all of them are ready, and on none if one"
        " fails; holds a transaction and its locks on all targets at once, so it is suitable for"
        " tens of targets, not for thousands",
    )
    plan = command("plan", "show what apply would change", texts.PLAN)
    _run_options(plan)
    verify = command(
        "verify", "compare a database with the scripts", texts.VERIFY, texts.VERIFY_MORE
    )
    _scripts_options(verify)
    _verify_options(verify)
    verify.add_argument(
        "--strict",
        action="store_true",
        help="also report objects and rows that the scripts do not create",
    )
    status = command("status", "show what was applied, when and by whom", texts.STATUS)
    _folder_option(status)
    _registry_option(status)
    command("wait", "wait until the target is writable", texts.WAIT)
    psql = command("psql", "run psql on the target", texts.PSQL, texts.PSQL_MORE)
    psql.usage = "python -m runner psql [OPTIONS] [-- PSQL-ARGUMENTS]"
    return parser


def _common() -> _Parser:
    """Options before or after the command. Defaults are in Settings, so only given ones are set."""
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    add = parser.add_argument_group("common options").add_argument
    add(
        "-t",
        "--target",
        metavar="CONNINFO",
        action=_Collect,
        help="target database (see below); can be used multiple times",
    )
    add(
        "--targets",
        metavar="FILE",
        type=Path,
        dest="targets_file",
        help="read target databases from FILE, one conninfo per line; lines that begin with # are"
        " ignored",
    )
    add(
        "--jobs",
        metavar="N",
        type=jobs,
        help=f"number of targets to process at a time (default: {_DEFAULTS.jobs})",
    )
    add("--env-file", metavar="FILE", help="read FILE instead of .env")
    add(
        "--connect-timeout",
        metavar="TIME",
        type=duration,
        help="maximum time to try to connect: 10, 10s, 500ms, 2min; 0 tries once"
        " (default: 60s for Amazon RDS and Aurora, otherwise 10s)",
    )
    add(
        "--lock-timeout",
        metavar="TIME",
        type=duration,
        help="maximum time to wait for a lock; 0 disables the timeout"
        f" (default: {_DEFAULTS.lock_timeout:g}s)",
    )
    add(
        "--iam",
        action="store_const",
        const="1",
        help="log in with an AWS IAM token, which is signed for each connection",
    )
    add(
        "--iam-host",
        metavar="HOST[:PORT]",
        help="host and port to sign the token for when connecting through a tunnel or alias",
    )
    add(
        "--secret",
        metavar="NAME",
        help="name or ARN of an AWS Secrets Manager secret with user and password; its host, port"
        " and dbname are used if they are not specified elsewhere",
    )
    add("--json", action="store_true", help="print one JSON object to stdout, all else to stderr")
    add("-q", "--quiet", action="store_true", help="print only warnings and errors")
    add(
        "-v",
        "--verbose",
        action="store_true",
        help="print all notices, and the path of the server log",
    )
    return parser


def _run_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that run the scripts on the target."""
    _scripts_options(parser)
    _transaction_options(parser)
    _guard_options(parser)
    _verify_options(parser)
    parser.add_argument(
        "--no-verify",
        dest="verify",
        action="store_false",
        help="do not build a reference database and compare with it",
    )


def _guard_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that can delete rows."""
    parser.add_argument(
        "--allow-loss",
        metavar="TABLE",
        type=table,
        action="append",
        help="allow the run to delete rows of TABLE, written as in SQL; can be used multiple times",
    )
    parser.add_argument(
        "--no-registry",
        dest="registry",
        action="store_false",
        help="do not record the run in the target",
    )
    _registry_option(parser)


def _registry_option(parser: argparse.ArgumentParser) -> None:
    """The option of commands that read or write the registry."""
    parser.add_argument(
        "--registry-schema",
        metavar="NAME",
        type=schema_name,
        help="schema in which runs are recorded"
        f" (default: RUNNER_REGISTRY_SCHEMA, otherwise {_DEFAULTS.registry_schema})",
    )


def _folder_option(parser: argparse.ArgumentParser) -> None:
    parser.argument_default = argparse.SUPPRESS
    parser.add_argument(
        "-s",
        "--scripts",
        metavar="DIR",
        type=Path,
        help=f"folder of *.sql files (default: {_DEFAULTS.scripts})",
    )


def _verify_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that compare with a reference."""
    parser.add_argument(
        "--assertions",
        metavar="DIR",
        type=Path,
        help="folder of assertions in plain SQL (default for apply and plan: the folder verify next"
        " to the scripts)",
    )
    parser.add_argument(
        "--reference",
        metavar="CONNINFO",
        help="server of the same major version on which to create the reference database"
        " (default: the server of the target)",
    )


def _scripts_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that read scripts."""
    _folder_option(parser)
    add = parser.add_argument
    add(
        "--var",
        metavar="NAME=VALUE",
        type=variable,
        action="append",
        dest="variables",
        help="set a psql variable; can be used multiple times",
    )


def _transaction_options(parser: argparse.ArgumentParser) -> None:
    """Options that say how scripts are run."""
    add = parser.add_argument
    add(
        "--transaction",
        choices=("all", "none"),
        help="run all scripts in a single transaction, or commit each statement separately"
        f" (default: {_DEFAULTS.transaction})",
    )
    add(
        "--allow-shell",
        action="store_true",
        help="also run *.sh, as the entrypoint does; requires --transaction none",
    )
