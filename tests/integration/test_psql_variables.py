r"""What `\set` and `\unset` do to a variable, as psql does it: ON_ERROR_STOP, and plain ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import ScriptError
from runner.psql.steps import Echo
from tests.oracle import psql_messages
from tests.unit.reading import steps_of

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "ERROR HISTFILE ON_ERROR_ROLLBACK ON_ERROR_STOP own ECHO ECHO_HIDDEN FETCH_COUNT VERBOSITY"
    " QUIET SHOW_CONTEXT SHOW_ALL_RESULTS SINGLESTEP HISTSIZE HISTCONTROL COMP_KEYWORD_CASE"
    " WATCH_INTERVAL"
).split()
VALUES = [
    *"on of T no 1 0 2 abc '' +7 010 0x10 5.5 INTERACTIVE interactiv all ; 1_0".split(),
    *"none ERRORS queries always Verbose noexec preserve-lower ignoreboth -1 '1 ' ' 1'".split(" "),
    *("' on'", "'on '", ""),
]


def echoed(text: str) -> list[str]:
    """What the lines say that `echo` makes."""
    return [line.removeprefix("@") for line in text.splitlines() if line.startswith("@")]


def echo(name: str) -> str:
    return f"\\echo '@':{{?{name}}} :'{name}'\n"


def ours(name: str, command: str) -> str:
    script = f"\\unset {name}\n{command}\n{echo(name)}"
    [said] = echoed("".join(one.text for one in steps_of(script.encode()) if isinstance(one, Echo)))
    return said


def test_psql_takes_the_same_values(tmp_path: Path) -> None:
    pairs = [(name, f"\\set {name} {value}") for name in NAMES for value in VALUES]
    script = tmp_path / "set.sql"
    # Whatever is refused leaves the variable as it was.
    head = "\\set ON_ERROR_STOP off\n\\unset"
    each = [f"{head} {name}\n{command}\n{echo(name)}" for name, command in pairs]
    script.write_text("".join(each))
    said = echoed(psql_messages(script).stdout.decode())
    assert len(said) == len(pairs)
    different = []
    for (name, command), expected in zip(pairs, said, strict=True):
        try:
            found = ours(name, command)
        except ScriptError:
            found = ours(name, "")
        if found != expected:
            different.append((command, expected, found))
    assert different == []
