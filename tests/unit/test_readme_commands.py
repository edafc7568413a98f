"""What README.md and docs/ say to type, the command line takes; links lead somewhere."""

from __future__ import annotations

import re
import shlex
import tomllib
from typing import Any

import pytest

from runner.cli.arguments import COMMANDS, parse
from runner.environment import with_access
from runner.settings import Settings
from tests.readme import PAGES, README, pages

# What stands for something of the reader's own in a command.
_STANDS_FOR = {"COMMAND": "check", "CONNINFO": "host=a"}
_COMMAND = re.compile(r"python -m runner +([^`\n#>|]+)")


def written() -> list[str]:
    """The arguments of each command, those in a sentence too."""
    texts = sorted(set(_COMMAND.findall(pages())))
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
    for command in COMMANDS:
        with pytest.raises(SystemExit):
            parse([command, "--help"])
        listed |= set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out))
    named = set(re.findall(r"`(--[a-z][a-z-]+)", pages()))
    assert len(named) > 10
    of_others = {"--quick", "--runner-reference", "--runner-target", "--runner-verify"}
    assert named - of_others <= listed


def test_the_first_page_lists_every_command_and_is_short() -> None:
    text = README.read_text("utf-8")
    table = text.partition("## Commands")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)[: len(COMMANDS)] == [*COMMANDS]
    assert len(text.splitlines()) <= 300


def test_links_lead_to_what_is_there() -> None:
    for page in PAGES:
        links = re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", page.read_text("utf-8"))
        for path, anchor in links:
            target = page.parent / path if path else page
            assert target.exists(), (page.name, path)
            if anchor:
                headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
                anchors = [re.sub(r"[^\w -]", "", h).lower().replace(" ", "-") for h in headings]
                assert anchor in anchors, (page.name, anchor)


def test_the_extras_that_it_installs_are_there() -> None:
    project = tomllib.loads((README.parent / "pyproject.toml").read_text("utf-8"))["project"]
    named = re.findall(r"(?:raw-sql-runner|'\.)\[([\w,]+)\]", pages())
    assert len(named) > 2
    assert set(",".join(named).split(",")) <= set(project["optional-dependencies"])
