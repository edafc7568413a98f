"""Print the progress of a run, and the result of a command."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from runner.errors import RunnerError
from runner.observer import Observer
from runner.report.progress import Activity, Display
from runner.report.terminal import (
    WIDTH,
    duration_text,
    escape,
    folded,
    has_colour,
    labelled,
    message_head,
    plural,
    width,
)
from runner.settings import Settings

if TYPE_CHECKING:
    from rich.console import RenderableType

    from runner.results import Failure, Notice, Result, ScriptResult, Target


# A sentence that names an option which `plan` and `verify` do not have.
_ONLY_APPLY = r"[^.\n]*--transaction none[^.\n]*\.?"


class Printer(Observer):
    """The observer that prints what a command reports; `finish` prints its result.

    Results go to `out`; errors, warnings and progress to `err`. With `--format`, one document goes
    to `out` and all text to `err`. `check`, for one of several targets, is called during the run
    and may raise an exception to end it; the run then has no display. Call `close` at the end.
    """

    def __init__(
        self,
        settings: Settings,
        command: str | None = None,
        *,
        out: TextIO | None = None,
        err: TextIO | None = None,
        check: Callable[[], None] | None = None,
    ) -> None:
        self.activity = Activity()
        self._settings = settings
        self._command = command
        self._err = err or sys.stderr
        self._document = out or sys.stdout
        is_text = settings.format in ("text", "github")
        self._result = self._document if is_text else self._err
        # stdout belongs to psql, and to the SQL of diff.
        self._out = self._err if command in ("psql", "diff") else self._result
        self._check = check
        self._display = Display(self._err, self.activity, partial(self.write, self._err))
        self._started = time.monotonic()
        self._target: Target | None = None
        self._scripts: list[ScriptResult] = []
        self._is_lost = False  # whether some of the output could not be written

    def note(self, message: str) -> None:
        self.activity.state = message
        self.print_unless_quiet(escape(message))

    def connected(self, target: Target) -> None:
        self._target = target
        self.activity.state = "connected"
        self.print_unless_quiet(escape(f"Target: {target}"))

    def script_started(self, name: str, size: int) -> None:
        if self._check is not None:
            self._check()
        self.activity.start_script(name, size)
        if self._check is None and not self._settings.quiet:
            self._display.start()

    def progress(self, done: int) -> None:
        if self._check is not None:
            self._check()
        self.activity.done = max(self.activity.done, done)

    def script_finished(self, result: ScriptResult) -> None:
        self._scripts.append(result)
        self.activity.finish_script()
        statements = f"{result.statements:>8,} {plural('statement', result.statements):<10}"
        rows = f"{result.rows:>10,} {plural('row', result.rows):<4}"
        figures = f" {statements} {rows} {duration_text(result.seconds):>10}"
        name = escape(result.name)
        self.print_unless_quiet(f"{name}{' ' * (WIDTH - len(figures) - width(name))}{figures}")

    def notice(self, notice: Notice) -> None:
        settings = self._settings
        # DROP … IF EXISTS found nothing: no SQLSTATE says so, only the English message.
        is_skipped = notice.sqlstate == "00000" and notice.message.endswith("not exist, skipping")
        hidden = settings.quiet or (is_skipped and not settings.verbose)
        if hidden and notice.severity != "WARNING":
            return
        colour = has_colour(self._err)
        head = message_head(notice.place, notice.severity, notice.message, colour=colour)
        more = labelled(DETAIL=notice.detail, HINT=notice.hint)
        self.write(self._err, "\n".join([head, *more]))

    def output(self, text: str, *, to_stderr: bool = False) -> None:
        shown = escape(text, keep="\n\t").removesuffix("\n")
        if to_stderr:
            self.write(self._err, shown)
        else:
            self.print_unless_quiet(shown)

    def failure(self, error: RunnerError) -> Failure:
        """Return the result of a command that ended with the error."""
        from runner.results import Failure

        if self._command in ("plan", "verify"):  # without advice to use an option of `apply`
            hint = re.sub(_ONLY_APPLY, "", error.hint or "").strip() or None
            changes: dict[str, Any] = {"hint": hint}
            if findings := getattr(error, "findings", ()):
                texts = ((one, re.sub(_ONLY_APPLY, "", one.rewrite).strip()) for one in findings)
                changes["findings"] = tuple(one._replace(rewrite=text) for one, text in texts)
            error = error.converted(type(error), **changes)
        seconds = time.monotonic() - self._started
        return Failure(error, self._target, tuple(self._scripts), seconds)

    def finish(self, result: Result | Failure) -> None:
        """Print a result: its lines and, with `--format`, its document."""
        from runner.report.text_report import Style, lines
        from runner.results import Failure

        stream = self._err if isinstance(result, Failure) else self._result
        if shown := lines(result, Style(self._settings, has_colour(stream))):
            self.write(stream, "\n".join(shown))
        if self._settings.format != "text":
            from runner.report.formats import document

            if text := document(result, self._settings, self._command):
                self.write(self._document, text)

    def show(self, draw: Callable[[int], RenderableType]) -> None:
        """Show on a terminal what `draw` returns for its width, instead of the current script."""
        self._display.draw = draw
        if not self._settings.quiet:
            self._display.start()

    def close(self) -> None:
        self._display.close()

    def write(self, stream: TextIO, text: str) -> None:
        """Print and flush text. Ignore a closed pipe (`… | head`); report a full disk once."""
        with self._display.lock:
            self._display.clear()
            try:
                print(folded(text, stream), file=stream, flush=True)
            except OSError as error:  # must not fail the run
                is_lost = stream is not self._err and not isinstance(error, BrokenPipeError)
                if is_lost and not self._is_lost:
                    self._is_lost = True
                    self.write(self._err, f"WARNING: cannot write the output: {error.strerror}")

    def print_unless_quiet(self, text: str) -> None:
        """Print text that is neither a warning nor an error; nothing with `quiet`."""
        if not self._settings.quiet:
            self.write(self._out, text)
