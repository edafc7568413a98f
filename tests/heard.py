"""An observer of a run that keeps what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.results import Notice, NotRun, ScriptResult, Target


class Heard:
    """An observer that keeps the notes, and acts on the first."""

    def __init__(self, act: Callable[[], object] = lambda: None) -> None:
        self.notes: list[str] = []
        self._act = act

    def note(self, message: str) -> None:
        self.notes.append(message)
        if len(self.notes) == 1:
            self._act()

    def connected(self, target: Target) -> None: ...

    def not_run(self, entries: tuple[NotRun, ...]) -> None: ...

    def script_started(self, name: str, size: int) -> None: ...

    def progress(self, done: int) -> None: ...

    def script_finished(self, result: ScriptResult) -> None: ...

    def notice(self, notice: Notice) -> None: ...

    def output(self, text: str, *, to_stderr: bool = False) -> None: ...
