r"""Small scripts that stand for something without end are an error, in little time and memory."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.test_memory import MEASURED
from tests.conftest import clean_environment, needs_proc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = needs_proc

LIMIT = 256_000_000
X = b"x" * 1_000_000
LINES = (b"x" * 99 + b"\n") * 10_000


def packed(*pieces: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        with gzip.open(folder / "01.sql.gz", "wb", compresslevel=1) as stream:
            stream.writelines(pieces)

    return write


def plain(text: str, parts: dict[str, str] | None = None) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "parts").mkdir()
        (folder / "01.sql").write_text(text)
        for name, part in (parts or {}).items():
            (folder / "parts" / name).write_text(part)

    return write


def fifo(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        plain(text)(folder)
        os.mkfifo(folder / "parts" / "fifo")

    return write


DOUBLED = "\\set a 0123456789abcdef\n" + "\\set a :a:a\n" * 18
CASES = {
    "a line": (packed(b"select 1;\nselect '", *[X] * 200, b"';\n"), "01.sql.gz:2: ERROR: a line"),
    "a line of COPY data": (packed(b"copy t from stdin;\n", *[X] * 200), "2: ERROR: a line is"),
    "a statement": (packed(b"select 1;\nselect '", *[LINES] * 200), "2:1: ERROR: a statement"),
    "a comment": (packed(b"/*", *[LINES] * 200, b"*/ select 1;"), "1:1: ERROR: a statement is"),
    "a value put into itself": (plain("\\set a x\n" + "\\set a :a:a\n" * 40), "longer than 16 MB"),
    "a long argument": (plain(DOUBLED + "\\echo " + ":a" * 100), "20:15: ERROR: variables make"),
    "many long values": (plain(DOUBLED + "select " + ":'a', " * 100 + "1;"), "20:1: ERROR: a stat"),
    "values of values": (
        plain("".join(f"\\set v{n} ':v{n + 1}:v{n + 1}'\n" for n in range(40)) + "select :v0;"),
        "41:8: ERROR: the value of :v",
    ),
    "a tree of files": (
        plain("\\ir parts/0", {str(n): f"\\ir {n + 1}\n" * 2 for n in range(40)} | {"40": ""}),
        "more than 10000 files are included by one script",
    ),
    "a chain of files": (
        plain("\\ir parts/0", {str(n): f"\\ir {n + 1}\n" for n in range(200)}),
        "files are included more than 100 deep",
    ),
    "an included fifo": (fifo("\\ir parts/fifo"), "1:1: ERROR"),
    "a copied fifo": (fifo("\\copy t from /docker-entrypoint-initdb.d/parts/fifo"), "1:1: ERROR"),
    "a COPY of a fifo": (
        fifo("copy t from '/docker-entrypoint-initdb.d/parts/fifo';"),
        "1:1: ERROR",
    ),
    "an included device": (plain("\\i /dev/zero"), "/dev/zero is not a regular file"),
    "a copied device": (plain("\\copy t from /dev/zero"), "/dev/zero is not a regular file"),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_an_error(tmp_path: Path, name: str) -> None:
    write, message = CASES[name]
    (tmp_path / "sql").mkdir()
    write(tmp_path / "sql")
    result = subprocess.run(
        [sys.executable, "-c", MEASURED, "check", "--offline", "-s", "sql"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
    )
    assert result.returncode == 2
    assert message in result.stdout
    assert int(result.stdout.splitlines()[-1]) < LIMIT


def test_the_null_device_is_an_empty_file(tmp_path: Path) -> None:
    plain("\\i /dev/null\n\\copy t from /dev/null\n")(tmp_path)
    command = [sys.executable, "-m", "runner", "check", "--offline", "-s", "."]
    subprocess.run(command, check=True, cwd=tmp_path, env=clean_environment(tmp_path))
