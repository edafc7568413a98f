"""The options of the commands, in tables. Their defaults are in Settings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from runner.settings import Settings, duration, jobs, schema_name, table, variable

COMMON = "common options"
_DEFAULTS = Settings()
_USUAL = _DEFAULTS.scripts[0]


class _Collect(argparse.Action):
    """All values of an option, whether before or after the command."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.values: list[Any] = []

    def __call__(
        self, _parser: object, namespace: argparse.Namespace, value: Any, _option: object = None
    ) -> None:
        self.values.append(value)
        setattr(namespace, self.dest, self.values)


def _flag(text: str, **more: Any) -> dict[str, Any]:
    return {"action": "store_true", "help": text, **more}


def _const(value: str, text: str, **more: Any) -> dict[str, Any]:
    return {"action": "store_const", "const": value, "help": text, **more}


def _value(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"metavar": name, "help": text, **more}


def _list(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"metavar": name, "help": text, "action": "append", **more}


def _verify(*choices: str) -> dict[str, Any]:
    text = f"{', '.join(choices)} (default: {_DEFAULTS.verify}); schema: no rows"
    return _value("WHAT", text, choices=choices)


_FORMATS = ("text", "json", "github", "sarif", "markdown")
_COMMON = {
    "-t --target": _value(
        "CONNINFO", "target (default: DATABASE_URL, PGHOST …, embedded)", action=_Collect
    ),
    "--targets": _value(
        "FILE", "read targets from FILE, one a line", type=Path, dest="targets_file"
    ),
    "--jobs": _value("N", f"targets to process at a time (default: {_DEFAULTS.jobs})", type=jobs),
    "--env-file": _value("FILE", "read FILE instead of .env"),
    "--connect-timeout": _value(
        "TIME", "try to connect for TIME (default: 10s; RDS 60s)", type=duration
    ),
    "--lock-timeout": _value(
        "TIME",
        f"wait for locks for TIME; 0 disables (default: {_DEFAULTS.lock_timeout:g}s)",
        type=duration,
    ),
    "--iam": _const("1", "log in with an AWS IAM token (RUNNER_IAM=1)"),
    "--iam-host": _value("HOST[:PORT]", "host to sign the token for, behind a tunnel"),
    "--secret": _value("NAME", "AWS Secrets Manager secret with user, password"),
    "--format": _value(
        "FORMAT", "text, json (or --json), github, sarif, markdown", choices=_FORMATS
    ),
    "--json": _const("json", argparse.SUPPRESS, dest="format"),
    "-q --quiet": _flag("print only warnings and errors"),
    "-v --verbose": _flag("print all notices, and the server log's path"),
}

_FOLDER = {
    "-s --scripts": _list(
        "DIR", f"folder of *.sql files (default: {_USUAL}); repeatable", type=Path
    ),
}
_SCRIPTS = {
    **_FOLDER,
    "--var": _list(
        "NAME=VALUE", "set a psql variable; repeatable", type=variable, dest="variables"
    ),
    "--allow-shell": _flag("let *.sh, `…` and \\! run programs here"),
    "--no-owner": _flag("leave out ALTER … OWNER TO, as pg_restore does"),
    "--no-privileges": _flag("leave out GRANT and REVOKE on objects"),
}
_TRANSACTION = {
    "--transaction": _value(
        "all|none",
        f"none commits each statement (default: {_DEFAULTS.transaction})",
        choices=("all", "none"),
    ),
}
_REFERENCE = {
    "--reference": _value("CONNINFO", "server for the reference (default: target, embedded)"),
}
_COMPARISON = {
    "--assertions": _value("DIR", "folder of assertions (default: verify beside -s)", type=Path),
    **_REFERENCE,
}
_ALLOW_LOSS = {
    "--allow-loss": _list("TABLE", "allow the run to delete rows of TABLE; repeatable", type=table),
}
_REGISTRY = {
    "--registry-schema": _value(
        "NAME",
        f"schema that runs are recorded in (default: {_DEFAULTS.registry_schema})",
        type=schema_name,
    ),
}
_RUN = {
    **_SCRIPTS,
    **_TRANSACTION,
    **_ALLOW_LOSS,
    "--no-registry": {
        "action": "store_false",
        "dest": "registry",
        "help": "do not record the run in the target",
    },
    **_REGISTRY,
    **_COMPARISON,
    "--verify": _verify("all", "schema", "none"),
    "--no-verify": _const("none", "the same as --verify none", dest="verify"),
}

OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "init": _FOLDER,
    "check": {
        **_SCRIPTS,
        **_TRANSACTION,
        **_COMPARISON,
        "--strict": _flag("treat warnings as errors"),
        "--offline": _flag("only read the scripts; start no server"),
        "--schema-only": _flag("leave out INSERT, COPY and assertions"),
    },
    "apply": {
        **_RUN,
        "-1 --once": _flag("do nothing if already applied and unchanged"),
        "--together": _flag("commit on all targets, or on none"),
    },
    "plan": {
        **_RUN,
        "--exit-code": _flag("exit with 10 if apply would change something"),
    },
    "verify": {
        **_SCRIPTS,
        **_COMPARISON,
        "--assertions": _value("DIR", "folder of assertions (default: none)", type=Path),
        "--verify": _verify("all", "schema"),
        "--strict": _flag("report what the scripts do not create, too"),
    },
    "diagram": {
        **_SCRIPTS,
        **_TRANSACTION,
        "--reference": _value("CONNINFO", "server that the scripts are run on (default: embedded)"),
        "-o --output": _value("FILE", "FILE.mmd, .svg, .html; .md between its comments", type=Path),
        "--check": _flag("write nothing; exit with 1 if FILE is stale"),
    },
    "diff": {
        **_SCRIPTS,
        **_REFERENCE,
        "--verify": _verify("all", "schema"),
        **_ALLOW_LOSS,
        **_REGISTRY,
        "--drop": _list(
            "NAME", "drop extra NAME; without NAME, all without rows", nargs="?", const=""
        ),
        "--rename": _list("OLD=NEW", "rename, such as public.users.kind=user_type"),
        "--rows": _flag("insert the scripts' rows that are missing"),
        "--prove-on": _value("CONNINFO", "search and prove on a copy of the target"),
        "--no-proof": _flag("do not prove the SQL", action="store_false", dest="proof"),
        "-o --output": _value("FILE", "write the SQL to FILE", type=Path),
    },
    "status": {**_FOLDER, **_REGISTRY},
    "wait": {},
    "psql": {},
}


def common_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that may be used before or after the command."""
    group = parser.add_argument_group(COMMON)
    for names, options in _COMMON.items():
        group.add_argument(*names.split(), **options)


def options_of(command: str, parser: argparse.ArgumentParser) -> None:
    """Add the options of one command."""
    for names, options in OPTIONS[command].items():
        parser.add_argument(*names.split(), **options)
