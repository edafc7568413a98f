"""Print runs on several targets: a line for each that ends, a table while they run, a summary."""

from __future__ import annotations

import io
import json
import sys
import textwrap
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from runner.errors import Interrupted
from runner.fleet import Member
from runner.report.formats import annotated, to_json
from runner.report.printer import Printer
from runner.report.terminal import count, cut_start, escape
from runner.report.text_report import local_time
from runner.results import ApplyResult, Failure, Result, StatusResult, exit_code
from runner.settings import Settings

if TYPE_CHECKING:
    from rich.console import RenderableType


# Width of the column of times, with the space between the three columns.
_TIME = 12


class OneTarget:
    """The run on one of several targets; `printer` collects its output until the run ends."""

    def __init__(self, settings: Settings, command: str, member: Member) -> None:
        self.member = member
        self.result: Result | Failure | None = None
        self.started = time.monotonic()
        self._text = io.StringIO()
        own = settings._replace(quiet=not settings.verbose, format="text")
        self.printer = Printer(
            own, command, out=self._text, err=self._text, check=member.stop.check
        )

    def finish(self, result: Result | Failure) -> None:
        """Collect the result at the end of the run."""
        self.result = result
        self.printer.finish(result)
        self.printer.close()

    @property
    def text(self) -> str:
        """The output; empty if another target's error held this one back."""
        held_back = self.member.held_back and not self.member.fleet.interrupted
        return "" if held_back else self._text.getvalue()

    @property
    def outcome(self) -> str:
        """The outcome in words: `done`, `differences`, or the code of an error."""
        if isinstance(self.result, Failure):
            return self.result.error.code.replace("_", " ")
        if self.result is None or isinstance(self.result, ApplyResult):
            return "done"
        return "differences" if exit_code(self.result) else "done"

    def row(self) -> tuple[str, str, str]:
        """Return name, state and time for the table."""
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
    """The printer of several targets; `printer` shows their table. Any thread may call `start`."""

    def __init__(
        self, settings: Settings, command: str, printer: Printer, members: tuple[Member, ...]
    ) -> None:
        self._settings = settings
        self._command = command
        self._printer = printer
        self._members = members
        self._started = time.monotonic()
        self._ended = 0
        self._results: dict[int, Result | Failure] = {}  # for the document, if there is one
        self._failed: dict[str, list[str]] = defaultdict(list)
        self._running: dict[int, OneTarget] = {}
        printer.show(self._draw)

    def start(self, member: Member) -> OneTarget:
        one = self._running[member.index] = OneTarget(self._settings, self._command, member)
        return one

    def ended(self, member: Member) -> None:
        """Print the line of a target whose run ended, or was cancelled before it connected."""
        one = self._running.pop(member.index, None)
        if one is None or one.result is None or member.code is None:
            one = self._not_started(member)
        self._ended += 1
        if self._settings.format != "text" and one.result is not None:
            self._results[member.index] = one.result
        if one.outcome != "done":
            self._failed[one.outcome].append(member.name)
        line = f"{self._ended:,}/{len(self._members):,} {escape(member.name)}: {one.outcome}"
        line += f"{_summary(one.result)}, {time.monotonic() - one.started:.2f} s\n"
        line += textwrap.indent(one.text, "  ")
        if one.outcome != "done" or (self._settings.quiet and one.text):
            self._printer.write(sys.stderr, line.rstrip())
        else:
            self._printer.print_unless_quiet(line.rstrip())

    def summary(self, code: int) -> None:
        """Print the last lines and, with `--format`, the document of the whole command."""
        self._printer.close()
        seconds, total = time.monotonic() - self._started, len(self._members)
        done = self._ended - sum(map(len, self._failed.values()))
        lines = [f"Done: {done:,} of {total:,} targets in {seconds:.2f} s."]
        lines += [escape(f"{why}: {', '.join(names)}") for why, names in self._failed.items()]
        if self._ended < total:
            lines.append(f"not started: {total - self._ended:,}")
        self._printer.print_unless_quiet("\n".join(lines))
        if self._settings.format != "text":
            self._printer.write(sys.stdout, self._document(code, seconds))

    def _document(self, code: int, seconds: float) -> str:
        if self._settings.format == "json":
            objects = []
            for member in self._members:
                result = self._results.get(member.index) or self._not_started(member).result
                if result is not None:
                    objects.append({"name": member.name, **to_json(result, self._command)})
            found = {"command": self._command, "exit_code": code, "targets": objects}
            return json.dumps({**found, "seconds": round(seconds, 3)})
        own = (m for m in self._members if m.index in self._results and not m.held_back)
        return annotated(self._settings.format, (self._results[m.index] for m in own))

    def _not_started(self, member: Member) -> OneTarget:
        one = OneTarget(self._settings, self._command, member)
        error = Interrupted("interrupted", state="Nothing has changed: nothing was sent.")
        one.finish(one.printer.failure(error))
        return one

    def _draw(self, width: int) -> RenderableType:
        """Return a table with a row for each running target, under the number that ended."""
        from rich.table import Table
        from rich.text import Text

        failed = sum(map(len, self._failed.values()))
        title = f"{self._ended:,} of {len(self._members):,} ended, {failed:,} failed"
        table = Table("target", "state", "time", title=title, title_justify="left", box=None)
        for row in [one.row() for one in list(self._running.values())]:
            table.add_row(*(Text(cut_start(escape(text), (width - _TIME) // 2)) for text in row))
        return table


def _summary(result: Result | Failure | None) -> str:
    """Return details of a result, after a comma; empty if it has none."""
    match result:
        case ApplyResult(planned=True):
            # For example `4 created, 2 changed, rows of 3 tables`.
            changes = Counter(change.kind for change in result.changes or ())
            rows = changes.pop("rows", 0)
            texts = [f"{number:,} {kind}" for kind, number in changes.items()]
            texts += [f"rows of {count(rows, 'table')}"] if rows else []
            return f", {', '.join(texts) or 'no changes'}"
        case ApplyResult() if result.already is not None:
            return ", already applied"
        case StatusResult(runs=()):
            return ", no run recorded"
        case StatusResult():
            kinds = Counter(one.status for one in result.scripts if one.status != "same")
            changed = ", ".join(f"{number:,} {status}" for status, number in sorted(kinds.items()))
            applied = local_time(result.runs[0].finished_at)
            return f", applied {applied}, {changed or 'scripts unchanged'}"
    return ""
