"""Waiting for what a test cannot be told of."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMEOUT = 60.0
_PAUSE = 0.005


def until(condition: Callable[[], object], what: str) -> None:
    """Asks again and again until it is so; the time limit is for a test that would hang."""
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(_PAUSE)
