"""The runner's peak memory does not grow with the file: 20 MB against 200 MB."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.scripts import query
from tests.conftest import clean_environment, needs_proc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.needs18, needs_proc]

# The kernel's own record of the most memory that the process ever had, exact to the page.
MEASURED = """
import sys
from runner.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write(open("/proc/self/status").read())
sys.exit(code)
"""
SMALL, LARGE = 20_000_000, 200_000_000
# Rows of 2 kB, so that the server is done soon; as many statements as a file of 10 MB has.
BODY = "x" * 2000
HEAD = "CREATE UNLOGGED TABLE t (body text);\nALTER TABLE t ALTER body SET STORAGE PLAIN;\n"
KINDS = {
    "inserts": ("", f"INSERT INTO t (body) VALUES ('{BODY}');\n", ""),
    "copy": ("COPY t FROM stdin;\n", f"{BODY}\n", "\\.\n"),
}
# What the blocks and messages of two runs may differ by, in kB: from 60 MB on no file needs
# more, and one of 20 MB needs 4 MB less.
NOISE = 8_000


@pytest.mark.parametrize("kind", KINDS)
def test_ten_times_the_file_needs_the_same_memory(
    kind: str, tmp_path: Path, make_database: Callable[..., str]
) -> None:
    before, row, after = KINDS[kind]
    peaks = {}
    scripts = tmp_path / "sql"
    scripts.mkdir()
    for size in (SMALL, LARGE):
        count = size // len(row)
        with (scripts / "01.sql").open("w") as script:
            script.write(HEAD + before)
            script.writelines(row for _ in range(count))
            script.write(after)
        database = make_database()
        peaks[size] = peak(tmp_path, "apply", "-q", "-s", str(scripts), "-t", database)
        assert query(database, "select count(*) from t") == [count]
    assert peaks[LARGE] < peaks[SMALL] + NOISE


def peak(home: Path, *args: str) -> int:
    """Runs the runner and gives the peak of its resident memory in kB."""
    command = [sys.executable, "-c", MEASURED, *args]
    result = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=home, env=clean_environment(home)
    )
    assert result.returncode == 0, result.stderr
    (found,) = re.findall(r"^VmHWM:\s*(\d+) kB$", result.stderr, re.MULTILINE)
    return int(found)
