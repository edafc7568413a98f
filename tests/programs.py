"""Programs that pip does not bring."""

from __future__ import annotations

import os
import shutil

import pytest


def find_program(name: str) -> str:
    """Where it is. Without it a test is skipped, and fails where CI is set."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is not installed")
    return found
