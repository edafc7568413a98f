"""Who hears of a run while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from runner.results import Notice, NotRun, ScriptResult, Target


class Observer(Protocol):
    """Hears of a run while it goes on. `report` implements it; commands only call it."""

    def note(self, message: str) -> None:
        """Something the user should know now, such as which target was chosen."""

    def connected(self, target: Target) -> None:
        """The target was connected to."""

    def not_run(self, entries: tuple[NotRun, ...]) -> None:
        """Entries of the scripts folder that are not run."""

    def script_started(self, name: str, size: int) -> None:
        """A script of `size` bytes on disk begins."""

    def progress(self, done: int) -> None:
        """So many bytes of the current script's file have been read and sent."""

    def script_finished(self, result: ScriptResult) -> None:
        """A script ran to its end."""

    def notice(self, notice: Notice) -> None:
        """A NOTICE or WARNING came."""

    def output(self, text: str, *, to_stderr: bool = False) -> None:
        r"""Text that the script itself prints: `\echo`, and `\warn` to stderr."""


class Silent:
    """An observer that tells nobody."""

    def note(self, message: str) -> None:
        """See Observer."""

    def connected(self, target: Target) -> None:
        """See Observer."""

    def not_run(self, entries: tuple[NotRun, ...]) -> None:
        """See Observer."""

    def script_started(self, name: str, size: int) -> None:
        """See Observer."""

    def progress(self, done: int) -> None:
        """See Observer."""

    def script_finished(self, result: ScriptResult) -> None:
        """See Observer."""

    def notice(self, notice: Notice) -> None:
        """See Observer."""

    def output(self, text: str, *, to_stderr: bool = False) -> None:
        """See Observer."""
