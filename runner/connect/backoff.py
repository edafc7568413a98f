"""Pauses between the tries of a connection."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.observer import Observer


_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0


class Backoff:
    """Exponential back-off with a deadline; reports each reason once."""

    def __init__(self, seconds: float, observer: Observer) -> None:
        self._deadline = time.monotonic() + seconds
        self._observer = observer
        self._next = _FIRST_PAUSE
        self._said: set[str] = set()

    def left(self) -> float:
        """Seconds that are left."""
        return max(self._deadline - time.monotonic(), 0.0)

    def wait(self, reason: str) -> bool:
        """Waits; False, at once, after the deadline."""
        if not (left := self.left()):
            return False
        if reason not in self._said:
            self._said.add(reason)
            shown = round(left, 1 if left < 10 else None)
            self._observer.note(f"{reason}; trying for {shown:g} s")
        time.sleep(min(self._next, left))
        self._next = min(self._next * 2, _LONGEST_PAUSE)
        return True
