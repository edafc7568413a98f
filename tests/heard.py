"""An observer of a run that keeps what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Callable


class Heard(Observer):
    """An observer that keeps the notes, and acts on the first."""

    def __init__(self, act: Callable[[], object] = lambda: None) -> None:
        self.notes: list[str] = []
        self._act = act

    def note(self, message: str) -> None:
        self.notes.append(message)
        if len(self.notes) == 1:
            self._act()
