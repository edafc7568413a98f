"""Several targets at once: a line for each as it ends, a table of those that run, a summary."""

from __future__ import annotations

import json
import sys
import textwrap
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TextIO

from runner.errors import Interrupted
from runner.report.one_target import OneJsonTarget, OneTarget
from runner.report.terminal import WIDTH, escape

if TYPE_CHECKING:
    from collections.abc import Callable

    import rich.live
    import rich.table

    from runner.fleet import Member
    from runner.report.text_report import TextReport
    from runner.settings import Settings


# Seconds: until the table is worth its lines, and between two looks.
_LONG, _TICK = 1.0, 0.2
# Columns: of the time, and all that stands between and around the three.
_TIME, _BETWEEN = 6, 6


class TargetsReport:
    """Tells of several targets, through a `report` that has told what is true of all.

    `begin` may be called by any thread; `close` must be called at the end.
    """

    def __init__(
        self, settings: Settings, command: str, report: TextReport, members: tuple[Member, ...]
    ) -> None:
        self._settings = settings
        self._command = command
        self._report = report
        self._members = members
        self._out = sys.stderr if settings.json else sys.stdout
        self._began = time.monotonic()
        self._told = 0
        self._objects: dict[int, str] = {}
        self._verdicts: dict[str, list[str]] = defaultdict(list)
        self._running: dict[int, OneTarget] = {}
        self._table = None if settings.quiet else _LiveTable(sys.stderr, self._rows)

    def begin(self, member: Member) -> OneTarget:
        """What hears of the run on one target."""
        kind = OneJsonTarget if self._settings.json else OneTarget
        report = self._running[member.index] = kind(self._settings, self._command, member)
        return report

    def ended(self, member: Member) -> None:
        """A run has ended, or was given up before it had a connection: its line."""
        report = self._running.pop(member.index, None)
        if report is None or member.code is None:
            report = self._not_begun(member)
        self._told += 1
        if self._settings.json:
            self._objects[member.index] = report.object
        if report.verdict != "done":
            self._verdicts[report.verdict].append(member.name)
        total = f"{len(self._members):,}"
        line = f"{self._told:>{len(total)},}/{total} {escape(member.name)}: {report.verdict}"
        if report.summary:
            line += f", {report.summary}"
        text = f"{line}, {report.ended - report.began:.2f} s\n{textwrap.indent(report.text, '  ')}"
        if report.verdict != "done" or (self._settings.quiet and report.text):
            self._write(sys.stderr, text)
        else:
            self._say(text)

    def _not_begun(self, member: Member) -> OneTarget:
        report = self.begin(member)
        self._running.pop(member.index)
        report.failed(Interrupted("interrupted", state="Nothing has changed: nothing was sent."))
        report.close()
        return report

    def summary(self, code: int) -> int:
        """The last lines, or the one JSON object. Gives the exit code."""
        self.close()
        seconds, total = time.monotonic() - self._began, len(self._members)
        done = self._told - sum(map(len, self._verdicts.values()))
        self._say(f"Done: {done:,} of {total:,} targets in {seconds:.2f} s.")
        for verdict, names in self._verdicts.items():
            text = f"{verdict}: {escape(', '.join(names))}"
            self._say(textwrap.fill(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False))
        if self._told < total:
            self._say(f"not begun: {total - self._told:,}")
        if self._settings.json:
            found = {
                "command": self._command,
                "exit_code": code,
                "targets": [self._object(member) for member in self._members],
                "seconds": round(seconds, 3),
            }
            self._write(sys.stdout, json.dumps(found))
        return code

    def _object(self, member: Member) -> dict[str, Any]:
        text = self._objects.get(member.index) or self._not_begun(member).object
        found: dict[str, Any] = json.loads(text)
        return {"name": member.name, **found}

    def close(self) -> None:
        """Take the table off the screen."""
        if self._table is not None:
            self._table.close()

    def _say(self, text: str) -> None:
        if not self._settings.quiet:
            self._write(self._out, text)

    def _write(self, stream: TextIO, text: str) -> None:
        if self._table is None:
            self._report.write(stream, text.rstrip())
            return
        with self._table.lock:
            self._table.clear()
            self._report.write(stream, text.rstrip())

    def _rows(self) -> tuple[str, list[tuple[str, str, str]]]:
        """What the table shows: how far all of it is, and those that run."""
        failed = sum(map(len, self._verdicts.values()))
        title = f"{self._told:,} of {len(self._members):,} ended, {failed:,} failed"
        return title, [report.row() for report in list(self._running.values())]


class _LiveTable:
    """Drawn by a thread of its own on a terminal; elsewhere nothing.

    `lock` is held while it is drawn; whoever prints holds it too, and calls `clear`.
    """

    def __init__(
        self, stream: TextIO, rows: Callable[[], tuple[str, list[tuple[str, str, str]]]]
    ) -> None:
        self.lock = threading.RLock()
        self._stream = stream
        self._rows = rows
        self._live: rich.live.Live | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="table", daemon=True)
        if stream.isatty():
            self._thread.start()

    def clear(self) -> None:
        """Take the table off the screen; it comes back at the next look."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def close(self) -> None:
        """Nothing is drawn any more."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()
        self.clear()

    def _run(self) -> None:
        if self._stopped.wait(_LONG):
            return
        # Imported by the first run that lasts: it takes longer than many a run does.
        from rich.console import Console
        from rich.live import Live

        console = Console(file=self._stream)
        while not self._stopped.wait(_TICK):
            with self.lock:
                if self._live is None:
                    self._live = Live(console=console, auto_refresh=False, transient=True)
                    self._live.start()
                self._live.update(self._drawn(console.width), refresh=True)

    def _drawn(self, width: int) -> rich.table.Table:
        from rich.table import Table
        from rich.text import Text

        title, rows = self._rows()
        table = Table(title=title, title_justify="left", box=None, expand=False)
        for name in ("target", "state"):
            table.add_column(name, no_wrap=True)
        table.add_column("time", justify="right", no_wrap=True, min_width=_TIME)
        names, states = ([escape(row[column]) for row in rows] for column in (0, 1))
        left = width - _TIME - _BETWEEN
        # Half of it for the names, or what the states leave.
        share = max(left // 2, left - max(map(len, states), default=0))
        share = min(share, max(map(len, names), default=0))
        for name, state, row in zip(names, states, rows, strict=True):
            table.add_row(*map(Text, (_end(name, share), _end(state, left - share), row[2])))
        return table


def _end(text: str, width: int) -> str:
    """A text that fits, by its end: there stand a target's database and how far a script is."""
    return text if len(text) <= width else f"…{text[len(text) - width + 1 :]}"
