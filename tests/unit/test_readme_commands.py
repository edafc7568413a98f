"""Whatever README.md tells to type, the command line takes."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from runner.cli.arguments import parse
from runner.environment import with_access
from runner.settings import Settings
from tests.readme import README

# What stands for something of the reader's own in a command.
_STANDS_FOR = {"COMMAND": "check", "CONNINFO": "host=a"}
_COMMAND = re.compile(r"python -m runner +([^`\n#>|]+)")


def written() -> list[str]:
    """The arguments of each command, those in a sentence too."""
    texts = sorted(set(_COMMAND.findall(README.read_text("utf-8"))))
    return [
        re.sub(r"\b[A-Z]+\b", lambda m: _STANDS_FOR.get(m[0], m[0]), text).strip() for text in texts
    ]


@pytest.mark.parametrize("text", written())
def test_a_command_of_the_page_is_understood(text: str) -> None:
    arguments = shlex.split(text)
    if "--help" in arguments:
        with pytest.raises(SystemExit) as ended:
            parse(arguments)
        assert ended.value.code == 0
        return
    options: dict[str, Any] = vars(parse(arguments))
    options["target"] = (options.get("target") or ["host=a"])[0]
    Settings.load(options, with_access({}, options))


def test_the_page_has_commands() -> None:
    assert {text.split()[0] for text in written()} >= {"check", "apply", "plan", "verify", "psql"}


def test_the_options_that_it_names_are_there(capsys: pytest.CaptureFixture[str]) -> None:
    listed = set()
    for command in ("check", "apply", "plan", "verify", "diagram", "status", "wait", "psql"):
        with pytest.raises(SystemExit):
            parse([command, "--help"])
        listed |= set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out))
    named = set(re.findall(r"`(--[a-z][a-z-]+)", README.read_text("utf-8")))
    assert len(named) > 10
    of_pytest = {"--runner-target", "--runner-verify", "--target"}
    assert named - of_pytest <= listed
