"""The runner's own SQL means the same whatever is set on the database or the role."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import runner

FILES = sorted((Path(runner.__file__).parent / "sql").glob("*.sql"))
_TOKEN = re.compile(r"--[^\n]*|(?i:e)'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\$\$.*?\$\$", re.DOTALL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_string_depends_on_standard_conforming_strings(path: Path) -> None:
    tokens = _TOKEN.findall(path.read_text())
    assert [one for one in tokens if one.startswith("'") and "\\" in one] == []
