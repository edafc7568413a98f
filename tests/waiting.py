"""Waiting for what a test cannot be told of."""

from __future__ import annotations

import time
from collections.abc import Callable

# Not a bound on the work of a busy machine, where CREATE DATABASE of 12 alone may take a minute.
TIMEOUT = 180.0
_PAUSE = 0.005


def until(condition: Callable[[], object], what: str) -> None:
    """Asks again and again until it is so; the time limit is for a test that would hang."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(_PAUSE)
