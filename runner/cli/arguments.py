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
    """Raises UsageError, and shows no argument that may hold a password."""

    def __init__(self, **options: Any) -> None:
        style = partial(argparse.RawDescriptionHelpFormatter, width=80, max_help_position=26)
        super().__init__(**options, formatter_class=style, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        quote = re.search(r"['\"]", message)
        if quote and not re.match(r"'[\w.-]{0,20}'(?!\S)", message[quote.start() :]):
            message = message[: quote.start()].rstrip(" :")
        raise UsageError(message, hint=f"see {self.prog} --help")


class _Collect(argparse.Action):
    """All values of an option, those before the command and those behind it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.values: list[str] = []

    def __call__(
        self, _parser: object, namespace: argparse.Namespace, value: Any, _option: object = None
    ) -> None:
        self.values.append(value)
        setattr(namespace, self.dest, self.values)


def parse(arguments: list[str]) -> argparse.Namespace:
    """The arguments, those of psql after `--` apart. Raises UsageError."""
    ours, psql_args = arguments, None
    if "--" in arguments:
        split = arguments.index("--")
        ours, psql_args = arguments[:split], arguments[split + 1 :]
    parser = _parser()
    args, unknown = parser.parse_known_args(ours)
    if unknown:
        hint = f"see {parser.prog} {args.command} --help"
        if args.command == "psql":
            hint += "; psql's own options stand after --"
        raise UsageError(f"unknown {_names(unknown)}", hint=hint)
    if psql_args is not None and args.command != "psql":
        raise UsageError(f"{args.command} takes nothing after --")
    args.psql_args = psql_args or []
    return args


def _names(unknown: list[str]) -> str:
    """Unknown arguments by their options' names: a value may be a password."""
    names = []
    for argument in unknown:
        if argument.startswith("--"):
            names.append(argument.partition("=")[0])
        elif argument.startswith("-"):
            names.append(argument[:2])
    if names:
        return f"option {', '.join(names)}"
    return "argument (it is not shown); the target stands after -t"


def _parser() -> _Parser:
    common = _common()
    parser = _Parser(
        prog="python -m runner",
        description=texts.DESCRIPTION,
        epilog="\n".join([texts.TARGET, texts.EXIT_CODE_TABLE, texts.EXAMPLES]),
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=True
    )

    def command(name: str, text: str, description: str, more: str = "") -> argparse.ArgumentParser:
        epilog = "\n".join([more, texts.TARGET, texts.EXIT_CODE_TABLE]) if more else texts.TARGET
        return subparsers.add_parser(
            name, help=text, description=description, epilog=epilog, parents=[common]
        )

    check = command(
        "check", "what would go wrong, without a database", texts.CHECK, texts.CHECK_MORE
    )
    _scripts_options(check)
    _way_options(check)
    check.add_argument("--strict", action="store_true", help="take warnings for errors")
    apply = command("apply", "run the scripts, verify, commit", texts.APPLY, texts.APPLY_MORE)
    _run_options(apply)
    apply.add_argument(
        "-1",
        "--once",
        action="store_true",
        help="do nothing where exactly these scripts were applied last and still verify",
    )
    apply.add_argument(
        "--together",
        action="store_true",
        help="of several targets none commits before all can, and none does when one fails;"
        " all are held open at once, with their locks: for tens of targets, not for thousands",
    )
    plan = command("plan", "what apply would change: the same run, rolled back", texts.PLAN)
    _run_options(plan)
    verify = command(
        "verify", "compare a database with the scripts", texts.VERIFY, texts.VERIFY_MORE
    )
    _scripts_options(verify)
    _verify_options(verify)
    verify.add_argument(
        "--strict",
        action="store_true",
        help="list what the scripts do not build, too, and rows that they do not insert",
    )
    status = command("status", "what was applied, when, by whom", texts.STATUS)
    _folder_option(status)
    _registry_option(status)
    command("wait", "until the target answers and is writable", texts.WAIT)
    psql = command("psql", "psql on the target", texts.PSQL, texts.PSQL_MORE)
    psql.usage = "python -m runner psql [OPTIONS] [-- PSQL-ARGUMENTS]"
    return parser


def _common() -> _Parser:
    """Options before or after the command. Defaults are in Settings: only what is given is set."""
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    add = parser.add_argument_group("common options").add_argument
    add(
        "-t",
        "--target",
        metavar="CONNINFO",
        action=_Collect,
        help="the database; see below. Given several times: all of them",
    )
    add(
        "--targets",
        metavar="FILE",
        type=Path,
        dest="targets_file",
        help="the databases: one conninfo a line; lines that begin with # do not count",
    )
    add(
        "--jobs",
        metavar="N",
        type=jobs,
        help=f"how many of several targets at a time (default: {_DEFAULTS.jobs})",
    )
    add("--env-file", metavar="FILE", help="read this file instead of .env")
    add(
        "--connect-timeout",
        metavar="TIME",
        type=duration,
        help="how long to try to connect: 10, 10s, 500ms, 2min; 0 tries once"
        " (default: 60s for a host of Amazon RDS or Aurora, else 10s)",
    )
    add(
        "--lock-timeout",
        metavar="TIME",
        type=duration,
        help="how long to wait for a lock; 0 waits without end"
        f" (default: {_DEFAULTS.lock_timeout:g}s)",
    )
    add(
        "--iam",
        action="store_const",
        const="1",
        help="log in with a token of AWS IAM, signed anew for each connection",
    )
    add(
        "--iam-host",
        metavar="HOST[:PORT]",
        help="what to sign the token for, where a tunnel or another name leads there",
    )
    add(
        "--secret",
        metavar="NAME",
        help="name or ARN of a secret of AWS Secrets Manager with user and password; its host,"
        " port and dbname count where nothing else names them",
    )
    add("--json", action="store_true", help="one JSON object on stdout, the rest on stderr")
    add("-q", "--quiet", action="store_true", help="print only warnings and errors")
    add("-v", "--verbose", action="store_true", help="print all notices, and where the log is")
    return parser


def _run_options(parser: argparse.ArgumentParser) -> None:
    """Options of the commands that run the scripts on the target."""
    _scripts_options(parser)
    _way_options(parser)
    _guard_options(parser)
    _verify_options(parser)
    parser.add_argument(
        "--no-verify",
        dest="verify",
        action="store_false",
        help="do not compare with what the scripts build in an empty database",
    )


def _guard_options(parser: argparse.ArgumentParser) -> None:
    """Options of the commands that could lose rows."""
    parser.add_argument(
        "--allow-loss",
        metavar="TABLE",
        type=table,
        action="append",
        help="let the rows of this table be lost, written as in SQL; may be given several times",
    )
    parser.add_argument(
        "--no-registry",
        dest="registry",
        action="store_false",
        help="do not record the run in the target",
    )
    _registry_option(parser)


def _registry_option(parser: argparse.ArgumentParser) -> None:
    """The option of the commands that read or write the registry."""
    parser.add_argument(
        "--registry-schema",
        metavar="NAME",
        type=schema_name,
        help="the schema in which runs are recorded"
        f" (default: RUNNER_REGISTRY_SCHEMA, else {_DEFAULTS.registry_schema})",
    )


def _folder_option(parser: argparse.ArgumentParser) -> None:
    parser.argument_default = argparse.SUPPRESS
    parser.add_argument(
        "-s",
        "--scripts",
        metavar="DIR",
        type=Path,
        help=f"the folder of *.sql files (default: {_DEFAULTS.scripts})",
    )


def _verify_options(parser: argparse.ArgumentParser) -> None:
    """Options of the commands that compare."""
    parser.add_argument(
        "--assertions",
        metavar="DIR",
        type=Path,
        help="the folder of assertions in plain SQL (apply: verify beside the scripts' folder)",
    )
    parser.add_argument(
        "--reference",
        metavar="CONNINFO",
        help="a server of the same major version that builds the reference (default: the target)",
    )


def _scripts_options(parser: argparse.ArgumentParser) -> None:
    """Options of the commands that run scripts."""
    _folder_option(parser)
    add = parser.add_argument
    add(
        "--var",
        metavar="NAME=VALUE",
        type=variable,
        action="append",
        dest="variables",
        help="set a psql variable; may be given several times",
    )


def _way_options(parser: argparse.ArgumentParser) -> None:
    """Options of how scripts are run."""
    add = parser.add_argument
    add(
        "--transaction",
        choices=("all", "none"),
        help="one over all scripts, or each statement by itself"
        f" (default: {_DEFAULTS.transaction})",
    )
    add(
        "--allow-shell",
        action="store_true",
        help="run *.sh too, as the entrypoint does; needs --transaction none",
    )
