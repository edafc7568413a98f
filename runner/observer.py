"""What is reported of a run while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.results import Notice, NotRun, ScriptResult, Target


class Observer:
    """Called as a run goes on: by the commands and below, from one thread at a time.

    Here each does nothing: this one is silent; `report.printer` prints.
    """

    def note(self, message: str) -> None:
        """A message for the user, such as which target was chosen."""

    def connected(self, target: Target) -> None:
        """The target was connected to."""

    def not_run(self, entries: tuple[NotRun, ...]) -> None:
        """Entries of the scripts folder that are not run."""

    def script_started(self, name: str, size: int) -> None:
        """A script starts; `size` is that of its text in bytes, 0 where it is not known."""

    def progress(self, done: int) -> None:
        """`done` bytes of the current script's file were read and sent."""

    def script_finished(self, result: ScriptResult) -> None:
        """The current script ran to its end."""

    def notice(self, notice: Notice) -> None:
        """The server, or the runner, sent a NOTICE or WARNING."""

    def output(self, text: str, *, to_stderr: bool = False) -> None:
        r"""Text that the script itself prints: `\echo`, and `\warn` to stderr."""


class ProgressOnly(Observer):
    """Passes on the progress of the scripts, and nothing that they print."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def script_started(self, name: str, size: int) -> None:
        self._observer.script_started(name, size)

    def progress(self, done: int) -> None:
        self._observer.progress(done)
