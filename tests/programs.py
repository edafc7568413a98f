"""Programs that pip does not bring."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def missing(problem: str) -> NoReturn:
    """Skip the test, or fail where CI is set."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(problem)


def find_program(name: str) -> str:
    """Where it is. Without it a test is skipped, and fails where CI is set."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    return found or missing(f"{name} is not installed")


def find_extension(*names: str) -> Path:
    """The programs of a PostgreSQL of the machine that has these extensions, as `find_program`."""
    for bin_dir in sorted(Path("/usr/lib/postgresql").glob("*/bin")):
        extensions = Path("/usr/share/postgresql", bin_dir.parent.name, "extension")
        if all((extensions / f"{name}.control").exists() for name in names):
            return bin_dir
    return missing(f"no PostgreSQL of this machine has {' and '.join(names)}")
