"""What is streamed stays small: the runner's private memory has a bound, whatever it reads.

`test_flat_memory` proves that files of INSERTs and COPY data do not make it grow; here is all
else that is as large as somebody makes it.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.scripts import query, write_scripts
from tests.conftest import clean_environment, needs_proc

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.needs18, needs_proc]

MB = 1_000_000
# Less than the text of each script: whoever keeps that whole goes beyond it.
LIMIT = 80 * MB
# The kernel's own record of the most memory that the process ever had, without pages of files.
MEASURED = """
import re, sys
from runner.cli.main import main
code = main(sys.argv[1:])
text = open("/proc/self/status").read()
peak, files = (int(re.search(rf"{name}:\\s*(\\d+)", text)[1]) for name in ("VmHWM", "RssFile"))
print((peak - files) * 1024)
sys.exit(code)
"""


def private_memory(home: Path, *args: str | Path) -> int:
    """The peak of the runner's memory without pages of files, in bytes."""
    result = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, args)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        cwd=home,
        env=clean_environment(home),
    )
    return int(result.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            "create unlogged table t (a text);\ncopy t from stdin;\n"
            + ("x" * 999 + "\n") * 100_000
            + "\\.\n",
            id="compressed",
        ),
        pytest.param(
            "create table t (a text);\n"
            "select repeat('x', 1000) from generate_series(1, 100000);\n"
            "copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout;\n",
            id="results",
        ),
        pytest.param(
            "create table t (a text);\n" + "".join(f"select '{n:040000}';\n" for n in range(2_500)),
            id="statements",
        ),
        pytest.param(
            "create table t (a text);\n" + "".join(f"-- {n:09990}\n" for n in range(10_000)),
            id="comments",
        ),
    ],
)
def test_private_memory_is_bounded(tmp_path: Path, fresh_database: str, script: str) -> None:
    scripts = write_scripts(tmp_path)
    (scripts / "01.sql.gz").write_bytes(gzip.compress(script.encode(), 1))
    used = private_memory(tmp_path, "apply", "-q", "-s", scripts, "-t", fresh_database)
    assert used < LIMIT
    assert query(fresh_database, "select count(*) from t")[0] in (0, 100_000)
