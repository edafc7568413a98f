"""The options of the commands, by group. Their defaults are in Settings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.settings import Settings, duration, jobs, schema_name, table, variable

if TYPE_CHECKING:
    from collections.abc import Callable

    Adding = Callable[..., argparse.Action]

_DEFAULTS = Settings()


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


def common_options(parser: argparse.ArgumentParser) -> None:
    """Options that may be used before or after the command."""
    add = parser.add_argument_group("common options").add_argument
    _target_options(add)
    _connection_options(add)
    add("--json", action="store_true", help="print one JSON object to stdout, all else to stderr")
    add("-q", "--quiet", action="store_true", help="print only warnings and errors")
    add("-v", "--verbose", action="store_true", help="print all notices and the server log's path")


def _target_options(add: Adding) -> None:
    """Options that name the targets."""
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


def _connection_options(add: Adding) -> None:
    """Options of the connection to a target."""
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


def _check_options(parser: argparse.ArgumentParser) -> None:
    """Options of `check`."""
    _scripts_options(parser)
    _transaction_options(parser)
    _comparison_options(parser)
    add = parser.add_argument
    add("--strict", action="store_true", help="treat warnings as errors")
    add("--offline", action="store_true", help="only read the scripts; start no server")


def _apply_options(parser: argparse.ArgumentParser) -> None:
    """Options of `apply`."""
    _run_options(parser)
    parser.add_argument(
        "-1",
        "--once",
        action="store_true",
        help="do nothing if the last run applied these scripts and the database still matches them",
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="with several targets, commit only after all of them are ready, and on none if one"
        " fails; holds a transaction and its locks on all targets at once, so it is suitable for"
        " tens of targets, not for thousands",
    )


def _verify_options(parser: argparse.ArgumentParser) -> None:
    """Options of `verify`."""
    _scripts_options(parser)
    _comparison_options(parser)
    parser.add_argument(
        "--strict",
        action="store_true",
        help="also report objects and rows that the scripts do not create",
    )


def _run_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that run the scripts on the target."""
    _scripts_options(parser)
    _transaction_options(parser)
    _guard_options(parser)
    _comparison_options(parser)
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
    """The option of commands that read the scripts folder."""
    parser.add_argument(
        "-s",
        "--scripts",
        metavar="DIR",
        type=Path,
        help=f"folder of *.sql files (default: {_DEFAULTS.scripts})",
    )


def _comparison_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that build the scripts in a database of their own."""
    parser.add_argument(
        "--assertions",
        metavar="DIR",
        type=Path,
        help="folder of assertions in plain SQL (default, but for verify: the folder verify next to"
        " the scripts)",
    )
    parser.add_argument(
        "--reference",
        metavar="CONNINFO",
        help="server of the same major version on which to create the reference database"
        " (default: the server of the target; for check, the embedded PostgreSQL)",
    )


def _scripts_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that read the scripts as psql does."""
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


def _status_options(parser: argparse.ArgumentParser) -> None:
    """Options of `status`."""
    _folder_option(parser)
    _registry_option(parser)


def _no_options(_parser: argparse.ArgumentParser) -> None:
    """A command with the common options only."""


OPTIONS = {
    "check": _check_options,
    "apply": _apply_options,
    "plan": _run_options,
    "verify": _verify_options,
    "status": _status_options,
    "wait": _no_options,
    "psql": _no_options,
}
