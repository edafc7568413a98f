"""Runs a folder of plain SQL files on any PostgreSQL, in one transaction."""

import sys
from pathlib import Path

__version__ = "0.1.0"
_SCRIPT = "raw-sql-runner"
# What was called, as messages and help name it.
PROGRAM = _SCRIPT if Path(sys.argv[0]).stem == _SCRIPT else "python -m runner"
