"""Prints a run while it goes on, and the result of a command."""

from __future__ import annotations

import os
import re
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from runner.observer import Observer
from runner.report.progress import Activity, Display
from runner.report.terminal import (
    RED,
    WIDTH,
    YELLOW,
    coloured,
    duration_text,
    escape,
    folded,
    has_colour,
    labelled,
    paragraph,
    place_head,
    plural,
    width,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.errors import RunnerError
    from runner.report.progress import View
    from runner.results import Failure, Notice, NotRun, Result, ScriptResult, Target
    from runner.settings import Settings


# duplicate_table, duplicate_schema, duplicate_object, duplicate_column, duplicate_function,
# duplicate_database: notices of IF NOT EXISTS (duplicate_cursor is not DDL)
_DUPLICATES = {"42P07", "42P06", "42710", "42701", "42723", "42P04"}


# The sentence with an option that `plan` and `verify` do not have.
_ONLY_APPLY = re.compile(r"[^.\n]*--transaction none[^.\n]*\.?")


class Printer(Observer):
    """The Observer of the commands: prints what they report, and their result with `finish`.

    Results go to `out`; errors, warnings and progress to `err`. With `--json` and the like, one
    document goes to `out` and all text to `err`. `check` is called during the run of one of several
    targets, and may raise an exception to end it; the run then has no display. Call `close` at the
    end.
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
        self._json = out or sys.stdout
        # stdout belongs to psql, and to the SQL of diff.
        is_text = settings.format in ("text", "github") and command not in ("psql", "diff")
        self._out = self._json if is_text else self._err
        self._check = check
        self._display = Display(self._err, self.activity, partial(self.write, self._err))
        self._started = time.monotonic()
        self._target: Target | None = None
        self._scripts: list[ScriptResult] = []
        self._skipped = 0

    # The Observer

    def note(self, message: str) -> None:
        self.activity.state = message
        self._print_unless_quiet(escape(message))

    def connected(self, target: Target) -> None:
        self._target = target
        self.activity.state = "connected"
        self._print_unless_quiet(escape(f"Target: {target}"))

    def not_run(self, entries: tuple[NotRun, ...]) -> None:
        for entry in entries:
            self._print_unless_quiet(f"not run: {escape(entry.name)} ({escape(entry.reason)})")

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
        name, room = escape(result.name), WIDTH - len(figures)
        if width(name) > room and self._out.isatty():
            name = f"{name}\n{' ' * room}"
        else:
            name += " " * (room - width(name))
        self._print_unless_quiet(f"{name}{figures}")

    def notice(self, notice: Notice) -> None:
        severity, settings = notice.severity, self._settings
        if severity == "NOTICE" and notice.sqlstate in _DUPLICATES:
            self._skipped += 1
            severity = "SKIPPED"
        hidden = settings.quiet or (_is_absence(notice) and not settings.verbose)
        if hidden and severity != "WARNING":
            return
        if severity not in ("NOTICE", "INFO", "LOG", "DEBUG"):
            code = YELLOW if severity in ("WARNING", "SKIPPED") else RED
            severity = coloured(escape(severity), code, has_colour(self._err))
        head = f"{place_head(notice.place)}{severity}: {paragraph(notice.message)}"
        self.write(self._err, "\n".join([head, *labelled(notice.detail, notice.hint)]))

    def output(self, text: str, *, to_stderr: bool = False) -> None:
        shown = escape(text, keep="\n\t").removesuffix("\n")
        if to_stderr:
            self.write(self._err, shown)
        else:
            self._print_unless_quiet(shown)

    # The result

    def failure(self, error: RunnerError) -> Failure:
        """The result of a command that ended with this error."""
        from runner.results import Failure

        seconds = time.monotonic() - self._started
        return Failure(self._advising(error), self._target, tuple(self._scripts), seconds)

    def _advising(self, error: RunnerError) -> RunnerError:
        """The error, for `plan` and `verify` without the advice that they cannot follow."""
        if self._command not in ("plan", "verify"):
            return error
        changes: dict[str, Any] = {"hint": _ONLY_APPLY.sub("", error.hint or "").strip() or None}
        if findings := getattr(error, "findings", ()):
            left = ((one, _ONLY_APPLY.sub("", one.rewrite).strip()) for one in findings)
            changes["findings"] = tuple(one._replace(rewrite=rewrite) for one, rewrite in left)
        return error.converted(type(error), **changes)

    def finish(self, result: Result | Failure) -> None:
        """Print the result: its lines and, with `--format`, its document."""
        from runner.results import DiffResult, Failure, VerifyResult

        if isinstance(result, VerifyResult):
            for error in result.verification.assertions:
                self._print_lines(self._err, self.failure(error))
        stream = self._err if isinstance(result, Failure) else self._out
        if isinstance(result, DiffResult) and self._settings.format in ("text", "github"):
            stream = self._json
        self._print_lines(stream, result)
        if document := self._document(result):
            self.write(self._json, document)

    def _document(self, result: Result | Failure) -> str:
        """What else is printed in the format that was asked for."""
        match self._settings.format:
            case "json":
                import json

                from runner.report.json_report import to_json

                return json.dumps(to_json(result, self._command))
            case "github" | "sarif":
                from runner.report.annotations import annotated

                return annotated(self._settings.format, [result])
            case "markdown":
                from runner.report.annotations import as_markdown
                from runner.report.text_report import Style, lines

                return as_markdown(
                    result, lines(result, Style(self._settings._replace(quiet=False)))
                )
        return ""

    def _lines(self, stream: TextIO, result: Result | Failure) -> list[str]:
        from runner.report.text_report import Style, lines

        return lines(result, Style(self._settings, has_colour(stream), self._skipped))

    def _print_lines(self, stream: TextIO, result: Result | Failure) -> None:
        if text := self._lines(stream, result):
            self.write(stream, "\n".join(text))

    def show(self, view: View) -> None:
        """Show this view instead of the current script."""
        self._display.view = view
        if not self._settings.quiet:
            self._display.start()

    def close(self) -> None:
        """Stop showing progress."""
        self._display.close()

    def write(self, stream: TextIO, text: str) -> None:
        """Print and flush text. A closed pipe (`… | head`) is ignored."""
        with self._display.lock:
            self._display.clear()
            try:
                print(folded(text, stream), file=stream, flush=True)
            except OSError:
                # The run must not fail, nor the final flush of Python.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

    def _print_unless_quiet(self, text: str) -> None:
        if not self._settings.quiet:
            self.write(self._out, text)


def _is_absence(notice: Notice) -> bool:
    """Whether it is the notice of a DROP … IF EXISTS that found nothing.

    It has no SQLSTATE of its own, so notices in other languages are printed.
    """
    return notice.sqlstate == "00000" and notice.message.endswith("does not exist, skipping")
