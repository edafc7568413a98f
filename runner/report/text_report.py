"""Results and errors as text; with `json_report`, all that prints."""

from __future__ import annotations

import os
import shlex
import sys
import textwrap
from typing import TYPE_CHECKING, TextIO

from runner.report import differences
from runner.report.differences import changes_text
from runner.report.progress import Progress
from runner.report.terminal import (
    WIDTH,
    count,
    duration_text,
    escape,
    fit,
    in_target,
    labelled,
    paragraph,
    place_head,
    plural,
    source_lines,
    wrapped,
)
from runner.results import DifferencesError, FindingsError

if TYPE_CHECKING:
    from runner.errors import RunnerError
    from runner.results import (
        ApplyResult,
        CheckResult,
        Finding,
        Notice,
        NotRun,
        PlanResult,
        ScriptResult,
        StatusResult,
        Target,
        Verification,
        VerifyResult,
        WaitResult,
    )
    from runner.settings import Settings


_RED, _YELLOW, _BOLD = "31", "33", "1"
# duplicate_table, duplicate_schema, duplicate_object, duplicate_column, duplicate_function,
# duplicate_database, duplicate_cursor is no DDL: what IF NOT EXISTS left as it was
_DUPLICATES = {"42P07", "42P06", "42710", "42701", "42723", "42P04"}
_UNCHANGED = "apply would change no object and no row."


class TextReport:
    """Prints a run as it goes on: results on `out`; errors, warnings and progress on `err`.

    It is the Observer of the commands. `close` must be called at the end.
    """

    def __init__(
        self, settings: Settings, *, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self._settings = settings
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._skipped = 0
        self._progress = Progress(self._err, lambda line: self.write(self._err, line))

    # What the commands tell

    def note(self, message: str) -> None:
        """Something the user should know now."""
        self._say(escape(message))

    def connected(self, target: Target) -> None:
        """The target was connected to."""
        self._say(wrapped(f"Target: {target}"))

    def not_run(self, entries: tuple[NotRun, ...]) -> None:
        """Entries of the scripts folder that are not run."""
        for entry in entries:
            self._say(f"not run: {escape(entry.name)} ({escape(entry.reason)})")

    def script_started(self, name: str, size: int) -> None:
        """A script of `size` bytes on disk begins."""
        if not self._settings.quiet:
            self._progress.start(name, size)

    def progress(self, done: int) -> None:
        """So many bytes of it are done."""
        self._progress.update(done)

    def script_finished(self, result: ScriptResult) -> None:
        """A script ran to its end."""
        self._progress.finish()
        statements = f"{result.statements:>8,} {plural('statement', result.statements):<10}"
        rows = f"{result.rows:>10,} {plural('row', result.rows):<4}"
        figures = f" {statements} {rows} {duration_text(result.seconds):>10}"
        self._say(f"{fit(escape(result.name), WIDTH - len(figures))}{figures}")

    def notice(self, notice: Notice) -> None:
        """A NOTICE or WARNING came."""
        severity, sqlstate = notice.severity, notice.sqlstate or ""
        quiet = severity != "WARNING"
        if severity == "NOTICE" and sqlstate in _DUPLICATES:
            self._skipped += 1
            severity = "SKIPPED"
        if quiet and (self._settings.quiet or (not self._settings.verbose and _is_absence(notice))):
            return
        head = f"{place_head(notice.place)}{self._label(severity)}: {paragraph(notice.message)}"
        self.write(self._err, "\n".join([head, *labelled(notice.detail, notice.hint)]))

    def output(self, text: str, *, to_stderr: bool = False) -> None:
        r"""What a script prints itself (`\echo`, `\warn`)."""
        if to_stderr or not self._settings.quiet:
            shown = escape(text, keep="\n\t").removesuffix("\n")
            self.write(self._err if to_stderr else self._out, shown)

    # How a command ended

    def applied(self, result: ApplyResult) -> None:
        """The last lines of `apply`: what was compared, and what is now true."""
        if result.already is not None:
            when = result.already.finished_at.astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
            said = f"Nothing to do: exactly these scripts were applied on {when}"
            said += f" by {result.already.role}, {result.already.client}"
            said += ", and the database is what they build." if self._settings.verify else "."
            self._say(self._colour(wrapped(said), _BOLD, self._out))
            return
        if result.verification is not None:
            self._say(wrapped(f"Verified: {differences.counts(result.verification.checked)}."))
        self._say(self._colour(wrapped(self._outcome(result)), _BOLD, self._out))
        if self._skipped:
            what = (
                f"{count(self._skipped, 'object')} that {'was' if self._skipped == 1 else 'were'}"
            )
            compared = "" if result.verification else "; not compared with the script"
            self._say(f"Skipped: {what} there already{compared}.")
        if result.target.embedded:
            named = " -t embedded" if self._settings.embedded_named else ""
            table = result.example_table
            look = f"select * from {escape(table)}" if table else r"\dt"  # noqa: S608, for the user's eyes
            self._say(f"Look inside: python -m runner psql{named} -- -c {shlex.quote(look)}")

    def planned(self, result: PlanResult) -> None:
        """What `apply` would change, and that nothing has changed."""
        self._say(changes_text(result.changes) or wrapped(_UNCHANGED))
        for loss in result.loss:
            self._say(wrapped(f"would be lost, as allowed: {loss}"))
        if result.verification is not None:
            self._say(wrapped(f"Verified: {differences.counts(result.verification.checked)}."))
        said = (
            f"Planned in {duration_text(result.seconds)}, {in_target(result.target)}: apply would"
            " go through. All of it was rolled back; it held the locks that apply will hold, and"
            " sequences may have moved."
        )
        self._say(self._colour(wrapped(said), _BOLD, self._out))

    def _outcome(self, result: ApplyResult) -> str:
        figures = ", ".join(
            [
                count(len(result.scripts), "script"),
                count(sum(script.statements for script in result.scripts), "statement"),
                count(sum(script.rows for script in result.scripts), "row"),
            ]
        )
        if self._settings.transaction == "none":
            done = "Done, each statement by itself, not verified"
        else:
            done = "Committed" if result.committed else "Rolled back"
            done += "" if result.verification else ", not verified"
        return f"{done}: {figures} in {duration_text(result.seconds)}, {in_target(result.target)}."

    def checked(self, result: CheckResult) -> None:
        """What `check` found: each finding with its place, and their number."""
        for finding in result.findings:
            self.write(self._out, "\n".join(self._finding(finding)))
        errors, warnings = result.errors, len(result.findings) - result.errors
        scripts = count(result.scripts, "script")
        if not result.findings:
            self._say(f"{scripts}: nothing found.")
        else:
            self._say(f"{scripts}: {count(errors, 'error')}, {count(warnings, 'warning')}.")

    def _finding(self, finding: Finding) -> list[str]:
        colour = _RED if finding.severity == "error" else _YELLOW
        head = f"{finding.where}: {finding.severity}: "
        label = self._colour(f"{finding.severity}:", colour, self._out)
        text = escape(head + finding.message)  # one line, for those who look for a place in it
        lines = [text.replace(f"{finding.severity}:", label, 1)]
        if finding.place is not None:
            lines += [f"  included from {escape(n)}" for n in reversed(finding.place.included_from)]
        said = (("Docker", finding.docker), ("target", finding.target), ("", finding.rewrite))
        for who, what in said:
            if what:
                lines.append(wrapped(f"  {who}: {what}" if who else f"  {what}", "    "))
        return lines

    def status(self, result: StatusResult) -> None:
        """The runs, newest first, and how the scripts are on disk now."""
        self._say(wrapped(f"Target: {result.target}"))
        if not result.runs:
            self._say("Nothing was applied here by this runner, or nothing is recorded.")
        for run in result.runs:
            revision = f", revision {run.git_revision[:12]}" if run.git_revision else ""
            when = run.finished_at.astimezone().strftime("%Y-%m-%d %H:%M:%S %z")
            text = f"{when}  {run.role}, {run.client}, runner {run.runner_version}{revision}"
            self._say(wrapped(text))
            names = ", ".join(script.name for script in run.scripts)
            self._say(textwrap.indent(wrapped(names), "  "))
        if result.scripts:
            self._say("On disk, since the last run:")
        for script in result.scripts:
            self._say(f"  {script.status:<8} {escape(script.name)}")

    def verified(self, result: VerifyResult) -> None:
        """What `verify` found: counts when all agrees, else the differences."""
        verification = result.verification
        checked = differences.counts(verification.checked)
        if verification.agrees:
            self._say(wrapped(f"Verified: {checked}."))
            said = f"{result.target.dbname} is what the scripts build"
            if not self._settings.strict:
                said += ", and may hold more"
            self._say(self._colour(wrapped(f"{said}."), _BOLD, self._out))
            return
        self._differences(verification, self._out)
        if verification.partially_applied is not None:
            self.write(self._out, wrapped(differences.half_made(verification.partially_applied)))
            self.write(self._out, f"To mend it: {result.mend}")
        said = f"{DifferencesError(verification).message}; compared: {checked}."
        self.write(self._out, self._colour(wrapped(said), _BOLD, self._out))

    def _differences(self, verification: Verification, stream: TextIO) -> None:
        if verification.found:
            self.write(
                stream, differences.difference_table(verification, colour=_has_colour(stream))
            )
        for assertion in verification.assertions:
            self._failed(assertion)

    def waited(self, result: WaitResult) -> None:
        """`wait` has its target."""
        self._say(wrapped(f"Ready after {duration_text(result.seconds)}: {result.target}"))

    def failed(self, error: RunnerError) -> None:
        """An error: its place, the line with a caret, what the server adds, what is now true."""
        if isinstance(error, DifferencesError):
            self._differences(error.verification, self._err)
        if not isinstance(error, FindingsError) or len(error.findings) < 2:
            self._failed(error)
            return
        for finding in error.findings:
            self._failed(FindingsError.of((finding,)))
        self.write(self._err, f"{count(len(error.findings), 'error')}; nothing was sent.")

    def _failed(self, error: RunnerError) -> None:
        code = f" ({error.sqlstate})" if error.sqlstate else ""
        label = self._label(error.severity)
        lines = [f"{place_head(error.place)}{label}: {paragraph(error.message)}{code}"]
        if place := error.place:
            lines += [f"  included from {escape(name)}" for name in reversed(place.included_from)]
            if place.source is not None:
                lines += source_lines(place.source, place.column, f"LINE {place.line}: ")
        lines += labelled(error.detail, error.hint, error.context)
        if error.state:
            lines.append(wrapped(error.state))
        self.write(self._err, "\n".join(lines))

    def close(self) -> None:
        """Take the progress off the screen."""
        self._progress.close()

    # How it is printed

    def _say(self, text: str) -> None:
        if not self._settings.quiet:
            self.write(self._out, text)

    def write(self, stream: TextIO, text: str) -> None:
        with self._progress.lock:
            self._progress.clear()
            try:
                print(text, file=stream, flush=True)
            except OSError:
                # Nobody reads any more (`… | head`). That must not undo the run, nor fail again
                # when Python flushes at its end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

    def _label(self, severity: str) -> str:
        colour = _YELLOW if severity in ("WARNING", "SKIPPED") else _RED
        if severity in ("NOTICE", "INFO", "LOG", "DEBUG"):
            return severity
        return self._colour(escape(severity), colour, self._err)

    @staticmethod
    def _colour(text: str, code: str, stream: TextIO) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if _has_colour(stream) else text


def _has_colour(stream: TextIO) -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def _is_absence(notice: Notice) -> bool:
    """What DROP … IF EXISTS says of all that it does not find.

    There is no SQLSTATE to know it by; what a server says in another language is shown.
    """
    return notice.sqlstate == "00000" and notice.message.endswith("does not exist, skipping")
