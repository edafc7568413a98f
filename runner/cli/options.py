"""The options of the commands, by group. Their defaults are in Settings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.errors import UsageError
from runner.settings import Settings, duration, jobs, schema_name, table, variable

if TYPE_CHECKING:
    from collections.abc import Callable

    Adding = Callable[..., argparse.Action]

COMMON = "common options"
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


class _Once(argparse.Action):
    """An option that may be given once."""

    def __call__(
        self, _parser: object, namespace: argparse.Namespace, value: Any, option: object = None
    ) -> None:
        if hasattr(namespace, self.dest):
            raise UsageError(
                f"{option} is given more than once",
                hint="put the files into one folder, or run the command for one after the other",
            )
        setattr(namespace, self.dest, value)


def common_options(parser: argparse.ArgumentParser) -> None:
    """Options that may be used before or after the command."""
    add = parser.add_argument_group(COMMON).add_argument
    _target_options(add)
    _connection_options(add)
    formats = ("text", "json", "github", "sarif", "markdown")
    of_each = "text, json (or --json), github, sarif, markdown"
    add("--format", metavar="FORMAT", choices=formats, help=of_each)
    hidden = argparse.SUPPRESS
    add("--json", action="store_const", const="json", dest="format", help=hidden)
    add("-q", "--quiet", action="store_true", help="print only warnings and errors")
    add("-v", "--verbose", action="store_true", help="print all notices, and the server log's path")


def _target_options(add: Adding) -> None:
    add(
        "-t",
        "--target",
        metavar="CONNINFO",
        action=_Collect,
        help="target (default: DATABASE_URL, PGHOST …, embedded)",
    )
    add(
        "--targets",
        metavar="FILE",
        type=Path,
        dest="targets_file",
        help="targets from FILE, one a line; # begins a comment",
    )
    add(
        "--jobs",
        metavar="N",
        type=jobs,
        help=f"targets to process at a time (default: {_DEFAULTS.jobs})",
    )
    add("--env-file", metavar="FILE", help="read FILE instead of .env")


def _connection_options(add: Adding) -> None:
    add(
        "--connect-timeout",
        metavar="TIME",
        type=duration,
        help="try to connect for: 2min (default: 10s; RDS 60s)",
    )
    add(
        "--lock-timeout",
        metavar="TIME",
        type=duration,
        help=f"longest wait for locks; 0: no limit (default: {_DEFAULTS.lock_timeout:g}s)",
    )
    add(
        "--iam", action="store_const", const="1", help="log in with an AWS IAM token (RUNNER_IAM=1)"
    )
    add("--iam-host", metavar="HOST[:PORT]", help="what to sign it for, behind a tunnel or alias")
    add("--secret", metavar="NAME", help="AWS Secrets Manager's secret with user, password")


def _check_options(parser: argparse.ArgumentParser) -> None:
    _scripts_options(parser)
    _transaction_options(parser)
    _comparison_options(parser)
    add = parser.add_argument
    add("--strict", action="store_true", help="treat warnings as errors")
    add("--offline", action="store_true", help="only read the scripts; start no server")
    add("--schema-only", action="store_true", help="rehearse no INSERT, COPY and assertion")


def _apply_options(parser: argparse.ArgumentParser) -> None:
    _run_options(parser)
    parser.add_argument(
        "-1",
        "--once",
        action="store_true",
        help="do nothing if applied already, and still the same",
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help="commit on all of (some tens of) targets, or on none",
    )


def _plan_options(parser: argparse.ArgumentParser) -> None:
    _run_options(parser)
    parser.add_argument(
        "--exit-code", action="store_true", help="exit with 10 if apply would change something"
    )


def _verify_options(parser: argparse.ArgumentParser) -> None:
    _scripts_options(parser)
    _comparison_options(parser)
    _verify_option(parser, "all", "schema")
    parser.add_argument(
        "--strict", action="store_true", help="report what the scripts do not create, too"
    )


def _diagram_options(parser: argparse.ArgumentParser) -> None:
    _scripts_options(parser)
    _transaction_options(parser)
    add = parser.add_argument
    _reference_option(parser, "server that the scripts are run on (default: embedded)")
    add(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        help="FILE.mmd, .svg, .html; .md between its comments",
    )
    add("--check", action="store_true", help="write nothing; exit with 1 if FILE is stale")


def _diff_options(parser: argparse.ArgumentParser) -> None:
    """Options of `diff`."""
    _scripts_options(parser)
    _reference_option(parser, "server for the reference (default: target, embedded)")
    _verify_option(parser, "all", "schema")
    _allow_loss_option(parser)
    _registry_option(parser)
    add = parser.add_argument
    add(
        "--drop",
        metavar="NAME",
        nargs="?",
        const="",
        action="append",
        help="drop an extra NAME, or what holds no rows",
    )
    add(
        "--rename",
        metavar="OLD=NEW",
        action="append",
        help="rename first: public.users.kind=user_type",
    )
    add("-o", "--output", metavar="FILE", type=Path, help="write the SQL to FILE")


def _run_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that run the scripts on the target."""
    _scripts_options(parser)
    _transaction_options(parser)
    _guard_options(parser)
    _comparison_options(parser)
    _verify_option(parser, "all", "schema", "none")
    parser.add_argument(
        "--no-verify",
        dest="verify",
        action="store_const",
        const="none",
        help="the same as --verify none",
    )


def _verify_option(parser: argparse.ArgumentParser, *choices: str) -> None:
    """The option that says what is compared with the reference."""
    parser.add_argument(
        "--verify",
        metavar="WHAT",
        choices=choices,
        help=f"{', '.join(choices)} (default: {_DEFAULTS.verify}); schema: no rows",
    )


def _allow_loss_option(parser: argparse.ArgumentParser) -> None:
    """The option of commands that are guarded."""
    parser.add_argument(
        "--allow-loss",
        metavar="TABLE",
        type=table,
        action="append",
        help="allow the run to delete rows of TABLE; repeatable",
    )


def _guard_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that can delete rows."""
    _allow_loss_option(parser)
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
        help=f"schema that runs are recorded in (default: {_DEFAULTS.registry_schema})",
    )


def _folder_option(parser: argparse.ArgumentParser) -> None:
    """The option of commands that read the scripts folder."""
    parser.add_argument(
        "-s",
        "--scripts",
        metavar="DIR",
        type=Path,
        action=_Once,
        help=f"folder of *.sql files (default: {_DEFAULTS.scripts})",
    )


def _comparison_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that build the scripts in a database of their own."""
    parser.add_argument(
        "--assertions",
        metavar="DIR",
        type=Path,
        help="assertions (default, not of verify: verify beside -s)",
    )
    _reference_option(parser, "server for the reference (default: target, embedded)")


def _reference_option(parser: argparse.ArgumentParser, text: str) -> None:
    """The option of commands that build the scripts in a database of their own."""
    parser.add_argument("--reference", metavar="CONNINFO", help=text)


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
        help="set a psql variable; repeatable",
    )
    add(
        "--allow-shell",
        action="store_true",
        help="run *.sh, `…` and \\!, in verify for its reference",
    )
    add("--no-owner", action="store_true", help="leave out ALTER … OWNER TO, as pg_restore does")
    add("--no-privileges", action="store_true", help="leave out GRANT and REVOKE on objects")


def _transaction_options(parser: argparse.ArgumentParser) -> None:
    """Options that say how scripts are run."""
    add = parser.add_argument
    add(
        "--transaction",
        metavar="all|none",
        choices=("all", "none"),
        help=f"none commits each statement (default: {_DEFAULTS.transaction})",
    )


def _status_options(parser: argparse.ArgumentParser) -> None:
    _folder_option(parser)
    _registry_option(parser)


def _no_options(_parser: argparse.ArgumentParser) -> None:
    """A command with the common options only."""


OPTIONS = {
    "init": _folder_option,
    "check": _check_options,
    "apply": _apply_options,
    "plan": _plan_options,
    "verify": _verify_options,
    "diagram": _diagram_options,
    "diff": _diff_options,
    "status": _status_options,
    "wait": _no_options,
    "psql": _no_options,
}
