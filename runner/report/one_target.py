"""The report of the run on one of several targets: kept, and told when it has ended."""

from __future__ import annotations

import io
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.report.json_report import JsonReport
from runner.report.text_report import TextReport

if TYPE_CHECKING:
    from runner.errors import RunnerError
    from runner.fleet import Member
    from runner.results import ApplyResult, PlanResult, ScriptResult, StatusResult, Target
    from runner.settings import Settings


class OneTarget(TextReport):
    """Hears of the run on one target and keeps the text; knows how far it is.

    The run ends where it tells of something, once the whole was interrupted. `summary` is what
    it came to, where "done" says too little.
    """

    def __init__(self, settings: Settings, command: str, member: Member) -> None:
        self.member = member
        self.state = "connecting"
        self.error: RunnerError | None = None
        self.object = self.summary = ""
        self.began = self.ended = time.monotonic()
        self._text = io.StringIO()
        self._size = 0
        self._open(replace(settings, quiet=not settings.verbose), command)

    def _open(self, settings: Settings, command: str) -> None:  # noqa: ARG002, one is for JSON
        super().__init__(settings, out=self._text, err=self._text)

    @property
    def text(self) -> str:
        """What it had to say; whose fault it is that it was held back is said there."""
        is_held_back = self.member.held_back and not self.member.fleet.interrupted
        return "" if is_held_back else self._text.getvalue()

    @property
    def verdict(self) -> str:
        """In a word or two how it ended."""
        if self.error is not None:
            return self.error.code.replace("_", " ")
        return "differences" if self.member.code else "done"

    def note(self, message: str) -> None:
        self.state = message
        super().note(message)

    def connected(self, target: Target) -> None:
        self.state = "connected"
        super().connected(target)

    def script_started(self, name: str, size: int) -> None:
        self.member.stop.check()
        self.state, self._size = name, size
        super().script_started(name, size)

    def progress(self, done: int) -> None:
        self.member.stop.check()
        if self._size:
            self.state = f"{self.state.partition(': ')[0]}: {done * 100 // self._size} %"

    def script_finished(self, result: ScriptResult) -> None:
        self.state = f"{result.name}: done"
        super().script_finished(result)

    def applied(self, result: ApplyResult) -> None:
        if result.already is not None:
            self.summary = "it was applied already"
        super().applied(result)

    def planned(self, result: PlanResult) -> None:
        self.summary = _planned(result)
        super().planned(result)

    def status(self, result: StatusResult) -> None:
        self.summary = _status(result)
        super().status(result)

    def failed(self, error: RunnerError) -> None:
        self.error = error
        super().failed(error)

    def close(self) -> None:
        super().close()
        self.ended = time.monotonic()

    def row(self) -> tuple[str, str, str]:
        """Name, state and time for the table."""
        state = self.state
        if self.member.committing:
            state = "finishing"
        elif self.member.is_waiting:
            state = "waiting for the others"
        return self.member.name, state, f"{time.monotonic() - self.began:.0f} s"


class OneJsonTarget(OneTarget, JsonReport):
    """The same, with the JSON object of the run."""

    def _open(self, settings: Settings, command: str) -> None:
        self._object = io.StringIO()
        JsonReport.__init__(self, settings, command, out=self._object, err=self._text)

    def close(self) -> None:
        super().close()
        self.object = self._object.getvalue()


def _planned(result: PlanResult) -> str:
    """What `apply` would change: `4 created, 2 changed, 9 rows inserted`."""
    kinds = Counter(change.kind for change in result.changes)
    figures = {
        "created": kinds["created"],
        "changed": kinds["changed"],
        "dropped": kinds["dropped"],
        "rows inserted": sum(change.inserted or 0 for change in result.changes),
        "rows updated": sum(change.updated or 0 for change in result.changes),
        "rows deleted": sum(change.deleted or 0 for change in result.changes),
    }
    said = [f"{number:,} {what}" for what, number in figures.items() if number]
    return ", ".join(said) or "nothing would change"


def _status(result: StatusResult) -> str:
    """When the last run was, and which scripts are not as they were: `1 changed, 1 new`."""
    if not result.runs:
        return "nothing is recorded"
    when = result.runs[0].finished_at.astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
    kinds = Counter(script.status for script in result.scripts if script.status != "same")
    changed = ", ".join(f"{number:,} {what}" for what, number in sorted(kinds.items()))
    return f"applied {when}, {changed or 'the scripts are the same'}"
