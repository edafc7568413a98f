"""The options of a command, with their defaults and parsers. Opens no file or connection."""

from __future__ import annotations

import os
import re
from argparse import ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from runner import PROGRAM
from runner.environment import EMBEDDED, configured_target, is_enabled, usable_conninfo
from runner.errors import UsageError

_UNITS = {"ms": 0.001, "": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
# The server's lock_timeout is an int of milliseconds.
_LONGEST_TIME = 2_147_483
# Each job has a thread and a few connections.
_MOST_JOBS = 100
# psql accepts these names of variables. See valid_variable_name in src/bin/psql/variables.c.
_VARIABLE = r"(?s)((?:[A-Za-z0-9_]|[^\x00-\x7f])+)=(.*)"

_NAME = r'(?:(?:[A-Za-z_]|[^\x00-\x7f])(?:[A-Za-z0-9_$]|[^\x00-\x7f])*|"(?:[^"]|"")+")'
_TABLE = rf"{_NAME}(?:\.{_NAME})?"


class OptionError(ArgumentTypeError, ValueError):
    """An invalid value of an option. The text does not show it: it may be a password."""


class Settings(NamedTuple):
    """The options of a command, with their defaults.

    `target` is a conninfo: empty if libpq's variables (PGHOST, PGSERVICE, …) name the target, None
    for the embedded server in `data_dir`. Timeouts are in seconds: `lock_timeout` 0 disables it,
    `connect_timeout` 0 tries once, and None depends on the target. `targets` are the conninfos of a
    command on several targets, `jobs` of them at a time; with `together`, none commits before all
    are ready. `output` is the file for a diagram or for the SQL of `diff`; with `check` the diagram
    is only compared with the file.
    """

    scripts: tuple[Path, ...] = (Path("data/sql"),)
    assertions: Path | None = None
    target: str | None = None
    target_named: bool = False
    data_dir: Path = Path(".runner/pgdata")
    connect_timeout: float | None = None
    lock_timeout: float = 10.0
    transaction: Literal["all", "none"] = "all"
    variables: Mapping[str, str] = MappingProxyType({})
    format: str = "text"
    exit_code: bool = False
    quiet: bool = False
    verbose: bool = False
    strict: bool = False
    offline: bool = False
    schema_only: bool = False
    allow_shell: bool = False
    allow_loss: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    rename: tuple[str, ...] = ()
    rows: bool = False
    proof: bool = True
    prove_on: str | None = None
    registry: bool = True
    registry_schema: str = "runner"
    no_owner: bool = False
    no_privileges: bool = False
    once: bool = False
    verify: Literal["all", "schema", "none"] = "all"
    reference: str | None = None
    targets: tuple[str, ...] = ()
    jobs: int = 8
    together: bool = False
    output: Path | None = None
    check: bool = False

    def __repr__(self) -> str:
        """Return no values: a conninfo may hold a password."""
        return f"{type(self).__name__}(…)"

    @property
    def embedded(self) -> bool:
        return self.target is None

    def command(self, name: str) -> str:
        """Return the command line of another command with the same scripts and target.

        It holds neither the password, which may then be in PGPASSWORD, nor values of variables.
        """
        words = [PROGRAM, name]
        if self.scripts != Settings().scripts:
            words += [f"-s {quote(str(one))}" for one in self.scripts]
        if self.target_named:
            words += ["-t", EMBEDDED if self.target is None else quote(_redacted(self.target))]
        words += ["--no-owner"] * self.no_owner + ["--no-privileges"] * self.no_privileges
        return " ".join([*words, *(f"--var {quote(one)}=..." for one in self.variables)])

    @classmethod
    def load(
        cls, options: Mapping[str, Any], environ: Mapping[str, str], *, offline: bool = False
    ) -> Settings:
        """Return the settings from options and an environment (see `environment`).

        `options` holds the options of the command line by field name; other names, and None, are
        ignored. A command that is `offline` has no target. Raises UsageError for an invalid target
        or environment variable, and for options that cannot be combined.
        """
        names = {*cls._fields} - {"target"}
        given = {k: value for k, value in options.items() if k in names and value is not None}
        if "variables" in given:
            given["variables"] = dict(given["variables"])
        for option in {"reference", "prove_on"} & given.keys():
            name = f"--{option.replace('_', '-')}"
            given[option] = usable_conninfo(given[option], name)
        for repeatable in {"scripts", "allow_loss", "drop", "rename"} & given.keys():
            given[repeatable] = tuple(dict.fromkeys(given[repeatable]))
        if "format" not in given and environ.get("GITHUB_ACTIONS") == "true":
            given["format"] = "github"
        if not given.get("targets"):
            given.setdefault("allow_shell", is_enabled(environ, "RUNNER_ALLOW_SHELL"))
        _check_combination(given)
        if given.get("targets"):
            return cls(**given, target="")
        if offline:
            return cls(**given)
        target = configured_target(options.get("target"), environ)
        return cls(**given, target=target, target_named="target" in options)


def duration(text: str) -> float:
    """Return the seconds of `10`, `10s`, `500ms`, `2min` or `1h`. Raises OptionError."""
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+) ?([a-z]*)", text.strip())
    if not match or match[2] not in _UNITS:
        raise OptionError("not a time such as 10s, 500ms or 2min")
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds > _LONGEST_TIME:
        raise OptionError(f"longer than {_LONGEST_TIME} seconds")
    return seconds


def jobs(text: str) -> int:
    """Return the number of targets to run at a time. Raises OptionError."""
    if not (text.isdecimal() and 0 < int(text) <= _MOST_JOBS):
        raise OptionError(f"not a number from 1 to {_MOST_JOBS}")
    return int(text)


def schema_name(text: str) -> str:
    """Return the name of a schema that needs no quotes. Raises OptionError."""
    if not re.fullmatch(r"(?!pg_)[a-z_][a-z0-9_]{0,62}", text):
        raise OptionError("not the name of a schema in lower case")
    return text


def variable(text: str) -> tuple[str, str]:
    """Return name and value of a psql variable from NAME=VALUE. Raises OptionError."""
    if not (match := re.fullmatch(_VARIABLE, text)):
        raise OptionError("not NAME=VALUE, with letters, digits and _ in the name")
    return match[1], match[2]


def table(text: str) -> str:
    """Return the table name as SQL writes it: comments or public."Comments". Raises OptionError."""
    if not re.fullmatch(_TABLE, text):
        raise OptionError("not TABLE or SCHEMA.TABLE, written as in SQL")
    return text


def _redacted(conninfo: str) -> str:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    found = conninfo_to_dict(conninfo)
    secrets = [name for name in found if "password" in name]
    return make_conninfo("", **{**found, **dict.fromkeys(secrets)}) if secrets else conninfo


def _check_combination(given: Mapping[str, Any]) -> None:
    if given.get("prove_on") and given.get("targets"):
        raise UsageError("--prove-on cannot be used with several targets")
    if given.get("check") and not given.get("output"):
        raise UsageError("--check needs the file to compare", hint="name it with -o FILE")
    if given.get("allow_shell") and given.get("targets"):
        raise UsageError("--allow-shell cannot be used with several targets")
    if given.get("allow_shell") and not hasattr(os, "killpg"):
        raise UsageError("--allow-shell needs bash and Unix sockets, which Windows lacks")
    if given.get("allow_shell") and len(given.get("scripts", ())) > 1:
        raise UsageError("--allow-shell accepts only one folder of scripts")
    if given.get("together") and given.get("targets") and given.get("transaction") == "none":
        raise UsageError("--together and --transaction none cannot be used together")
