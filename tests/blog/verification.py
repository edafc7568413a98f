"""`pytest tests/blog --runner-verify` as a process, on a database that is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKOUT = Path(__file__).resolve().parents[2]


def verify_blog(conninfo: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the blog's tests on a database; a password goes into `PGPASSWORD=`, not the conninfo."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider"),
            *("tests/blog", "--runner-verify", "--runner-target", conninfo),
        ],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=CHECKOUT,
        encoding="utf-8",
        env={**_plain_environment(), **env},
    )


def _plain_environment() -> Mapping[str, str]:
    """Without what configures another pytest, or another database."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "PYTEST_")) and name != "DATABASE_URL"
    }
