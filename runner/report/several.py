"""Several targets: a line for each that ends, a table of those that run, a summary."""

from __future__ import annotations

import io
import json
import sys
import textwrap
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, TextIO

from runner.errors import Interrupted
from runner.report.annotations import annotated
from runner.report.printer import Printer
from runner.report.terminal import end, escape
from runner.report.text_report import local_time
from runner.results import ApplyResult, Failure, StatusResult, exit_code

if TYPE_CHECKING:
    from rich.console import RenderableType

    from runner.fleet import Member
    from runner.results import Result
    from runner.settings import Settings


# Columns: of the time, and between and around the three columns.
_TIME, _BETWEEN = 6, 6


class OneTarget:
    """The run on one of several targets. `printer` collects its output until it ends."""

    def __init__(self, settings: Settings, command: str, member: Member) -> None:
        self.member = member
        self.result: Result | Failure | None = None
        self.started = self.ended = time.monotonic()
        self._text = io.StringIO()
        own = settings._replace(quiet=not settings.verbose, format="text")
        self.printer = Printer(
            own, command, out=self._text, err=self._text, check=member.stop.check
        )

    def finish(self, result: Result | Failure) -> None:
        """Collect the result, at the end of the run."""
        self.result = result
        self.printer.finish(result)
        self.printer.close()
        self.ended = time.monotonic()

    @property
    def text(self) -> str:
        """The output; empty if the target was held back because of another one's error."""
        held_back = self.member.held_back and not self.member.fleet.interrupted
        return "" if held_back else self._text.getvalue()

    def row(self) -> tuple[str, str, str]:
        """Name, state and time for the table."""
        activity = self.printer.activity
        state = activity.state
        if self.member.stop.is_too_late:
            state = "committing"
        elif self.member.is_waiting:
            state = "waiting for the other targets"
        elif activity.percent:
            state = f"{activity.script}: {activity.percent} %"
        return self.member.name, state, f"{time.monotonic() - self.started:.0f} s"


class TargetsPrinter:
    """Prints the results of several targets, with the `printer` of the command.

    It is the View of that printer's display. `start` may be called by any thread.
    """

    def __init__(
        self, settings: Settings, command: str, printer: Printer, members: tuple[Member, ...]
    ) -> None:
        self._settings = settings
        self._command = command
        self._printer = printer
        self._members = members
        self._out = sys.stderr if settings.format in ("json", "sarif") else sys.stdout
        self._started = time.monotonic()
        self._ended = 0
        self._results: dict[int, Result | Failure] = {}  # for the document, if there is one
        self._names: dict[str, list[str]] = defaultdict(list)
        self._running: dict[int, OneTarget] = {}
        printer.show(self)

    def start(self, member: Member) -> OneTarget:
        """Start the report of a target."""
        one = self._running[member.index] = OneTarget(self._settings, self._command, member)
        return one

    def ended(self, member: Member) -> None:
        """Print the line of a target that ended, or was cancelled before it connected."""
        one = self._running.pop(member.index, None)
        if one is None or one.result is None or member.code is None:
            one = self._not_started(member)
        self._ended += 1
        result = one.result
        if self._settings.format != "text" and result is not None:
            self._results[member.index] = result
        verdict = _verdict(result)
        if verdict != "done":
            self._names[verdict].append(member.name)
        total = f"{len(self._members):,}"
        line = f"{self._ended:>{len(total)},}/{total} {escape(member.name)}: {verdict}"
        line += f"{_summary(result)}, {one.ended - one.started:.2f} s\n"
        line += textwrap.indent(one.text, "  ")
        if verdict != "done" or (self._settings.quiet and one.text):
            self._write(sys.stderr, line)
        else:
            self._write_unless_quiet(line)

    def summary(self, code: int) -> None:
        """Print the last lines and, with `--format`, the document of the whole command."""
        self._printer.close()
        seconds, total = time.monotonic() - self._started, len(self._members)
        done = self._ended - sum(map(len, self._names.values()))
        self._write_unless_quiet(f"Done: {done:,} of {total:,} targets in {seconds:.2f} s.")
        for verdict, names in self._names.items():
            self._write_unless_quiet(escape(f"{verdict}: {', '.join(names)}"))
        if self._ended < total:
            self._write_unless_quiet(f"not started: {total - self._ended:,}")
        if self._settings.format != "text":
            self._write(sys.stdout, self._document(code, seconds))

    def _document(self, code: int, seconds: float) -> str:
        """The results of all targets in the format that was asked for."""
        if self._settings.json:
            from runner.report.json_report import to_json

            ended = (
                self._results.get(m.index) or self._not_started(m).result for m in self._members
            )
            objects = [
                {"name": member.name, **to_json(result, self._command)}
                for member, result in zip(self._members, ended, strict=True)
                if result is not None
            ]
            found = {"command": self._command, "exit_code": code, "targets": objects}
            return json.dumps({**found, "seconds": round(seconds, 3)})
        own = (m for m in self._members if m.index in self._results and not m.held_back)
        return annotated(self._settings.format, (self._results[m.index] for m in own))

    def _not_started(self, member: Member) -> OneTarget:
        one = OneTarget(self._settings, self._command, member)
        error = Interrupted("interrupted", state="Nothing has changed: nothing was sent.")
        one.finish(one.printer.failure(error))
        return one

    def _write_unless_quiet(self, text: str) -> None:
        if not self._settings.quiet:
            self._write(self._out, text)

    def _write(self, stream: TextIO, text: str) -> None:
        self._printer.write(stream, text.rstrip())

    # The View

    def line(self) -> str | None:
        """Nothing: each target prints a line when it ends."""
        return None

    def draw(self, width: int) -> RenderableType | None:
        """The number of targets that ended, and a row for each that runs."""
        from rich.table import Table
        from rich.text import Text

        failed = sum(map(len, self._names.values()))
        title = f"{self._ended:,} of {len(self._members):,} ended, {failed:,} failed"
        table = Table(title=title, title_justify="left", box=None, expand=False)
        for name in ("target", "state"):
            table.add_column(name, no_wrap=True)
        table.add_column("time", justify="right", no_wrap=True, min_width=_TIME)
        rows = [one.row() for one in list(self._running.values())]
        left = width - _TIME - _BETWEEN
        share = min(left // 2, max((len(escape(name)) for name, _, _ in rows), default=0))
        for name, state, seconds in rows:
            shown = end(escape(name), share), end(escape(state), left - share), seconds
            table.add_row(*map(Text, shown))
        return table


def _verdict(result: Result | Failure | None) -> str:
    """The outcome of a run: the code of an error in words, `differences` or `done`."""
    if isinstance(result, Failure):
        return result.error.code.replace("_", " ")
    is_done = result is None or isinstance(result, ApplyResult) or not exit_code(result)
    return "done" if is_done else "differences"


def _summary(result: Result | Failure | None) -> str:
    """More about a run that is done, after a comma."""
    match result:
        case ApplyResult(planned=True):
            return f", {_planned(result)}"
        case ApplyResult() if result.already is not None:
            return ", already applied"
        case StatusResult():
            return f", {_recorded(result)}"
    return ""


def _planned(result: ApplyResult) -> str:
    """What `apply` would change: `4 created, 2 changed, 9 rows inserted`."""
    changes = result.changes or ()
    kinds = Counter(change.kind for change in changes)
    figures = {
        "created": kinds["created"],
        "changed": kinds["changed"],
        "dropped": kinds["dropped"],
        "rows inserted": sum(change.inserted or 0 for change in changes),
        "rows updated": sum(change.updated or 0 for change in changes),
        "rows deleted": sum(change.deleted or 0 for change in changes),
    }
    counts = [f"{number:,} {what}" for what, number in figures.items() if number]
    return ", ".join(counts) or "no changes"


def _recorded(result: StatusResult) -> str:
    """When the last run was, and which scripts have changed: `1 changed, 1 new`."""
    if not result.runs:
        return "no run recorded"
    kinds = Counter(script.status for script in result.scripts if script.status != "same")
    changed = ", ".join(f"{number:,} {what}" for what, number in sorted(kinds.items()))
    changed = changed or "scripts unchanged"
    return f"applied {local_time(result.runs[0].finished_at)}, {changed}"
