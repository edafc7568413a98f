"""The options of the commands, as `options.txt` has them. Their defaults are in Settings."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from runner.settings import Settings, duration, jobs, schema_name, table, variable
from runner.texts import rows

COMMON = "common options"
_DEFAULTS = Settings()._asdict()
_FORMATS = ("text", "json", "github", "sarif", "markdown")
# What a value is made of, by its name in the help.
_TYPES = {
    "DIR": Path,
    "FILE": Path,
    "TIME": duration,
    "N": jobs,
    "TABLE": table,
    "NAME=VALUE": variable,
}


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


# What neither the name of an option nor the default of its setting tells.
_MORE: dict[str, dict[str, Any]] = {
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


def add_options(command: str, parser: argparse._ActionsContainer) -> None:
    """Add the options of one command, or of all, `*`."""
    for one in rows("cli/options.txt"):
        if command in one.key.split(","):
            names = re.findall(r"(?<!\S)-\S+", one.pattern)
            value = one.pattern.removeprefix(" ".join(names)).strip()
            told = {"help": one.text.format_map(_DEFAULTS), **_described(names[-1], value)}
            parser.add_argument(*names, **{**told, **_MORE.get(names[-1], {})})


def _described(name: str, value: str) -> dict[str, Any]:
    """What argparse is told of an option by its name and the name of its value."""
    if not value:
        return {} if name in _MORE else {"action": "store_true"}
    told: dict[str, Any] = {"metavar": value, "type": _TYPES.get(value)}
    if "|" in value:
        told["choices"] = value.split("|")
    if isinstance(_DEFAULTS.get(name[2:].replace("-", "_")), tuple):
        told["action"] = "append"
    return told


def commands_with(option: str) -> list[str]:
    """The commands that have the option as one of their own."""
    found = [one.key for one in rows("cli/options.txt") if option in one.pattern.split()]
    return [command for key in found for command in key.split(",") if command != "*"]
