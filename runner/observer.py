"""The interface through which a run reports its progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.results import Notice, ScriptResult, Target


class Observer:
    """A silent observer; `report.printer` has one that prints.

    Commands and the packages below them call it during a run, from one thread at a time.
    """

    def note(self, message: str) -> None:
        """Report a message for the user, such as the chosen target or a file that is not run."""

    def connected(self, target: Target) -> None:
        """Report that the target was connected to."""

    def script_started(self, name: str, size: int) -> None:
        """Report that a script starts; `size`: the bytes of its text, 0 if unknown."""

    def progress(self, done: int) -> None:
        """Report that `done` bytes of the current script's file were read and sent."""

    def script_finished(self, result: ScriptResult) -> None:
        """Report that the current script ran to its end."""

    def notice(self, notice: Notice) -> None:
        """Report a NOTICE or WARNING of the server or the runner."""

    def output(self, text: str, *, to_stderr: bool = False) -> None:
        r"""Report text that the script prints: `\echo`, and `\warn` to stderr."""


class ProgressOnly(Observer):
    """An observer that reports the progress of scripts to another one, but not what they print."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    def script_started(self, name: str, size: int) -> None:
        self._observer.script_started(name, size)

    def progress(self, done: int) -> None:
        self._observer.progress(done)
