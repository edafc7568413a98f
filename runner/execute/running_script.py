"""One script while it runs: its counts and its time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from runner.results import ScriptResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.check.scripts import Checked
    from runner.observer import Observer


class RunningScript:
    """Counts statements and their rows. No method may raise.

    `on_answers` takes the first values of the rows that the runner's own commands before it give.
    """

    def __init__(
        self,
        checked: Checked,
        observer: Observer,
        on_answers: Callable[[Sequence[bytes]], None],
        on_end: Callable[[ScriptResult], None],
    ) -> None:
        self.statements = self.rows = 0
        self.on_answers = on_answers
        self._checked = checked
        self._observer = observer
        self._on_end = on_end
        self._started: float | None = None

    def start(self) -> None:
        """The server begins with it; called again with each message that holds some of it."""
        if self._started is None:
            self._started = time.monotonic()
            script = self._checked.script
            size = script.size if script.name.endswith(".sql") else 0  # not of what is compressed
            self._observer.script_started(script.name, size)

    def end(self) -> None:
        """The server has ended it."""
        script = self._checked.script
        seconds = time.monotonic() - (self._started or 0.0)
        counts = self.statements, self.rows
        self._on_end(ScriptResult(script.name, self._checked.sha256, script.size, *counts, seconds))
