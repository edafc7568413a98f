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
    """See ScriptProgress. `on_answers` takes those of the runner's own commands before it."""

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
        if self._started is None:
            self._started = time.monotonic()
            script = self._checked.script
            size = script.size if script.name.endswith(".sql") else 0  # not of what is compressed
            self._observer.script_started(script.name, size)

    def end(self) -> None:
        script = self._checked.script
        seconds = time.monotonic() - (self._started or 0.0)
        counts = self.statements, self.rows
        self._on_end(ScriptResult(script.name, self._checked.sha256, script.size, *counts, seconds))
