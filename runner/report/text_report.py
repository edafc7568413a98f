"""Write results of commands, and errors, as lines of text."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from runner import PROGRAM
from runner.comparison import DifferencesError, Verification
from runner.errors import Query, RunnerError
from runner.findings import FindingsError
from runner.report import differences
from runner.report.terminal import (
    BOLD,
    coloured,
    count,
    duration_text,
    escape,
    labelled,
    message_head,
    paragraph,
    source_lines,
)
from runner.results import (
    ApplyResult,
    CheckResult,
    DiagramResult,
    DiffResult,
    Failure,
    Result,
    StatusResult,
    VerifyResult,
    WaitResult,
)
from runner.settings import Settings

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_RENEW = "docker-compose up --build --force-recreate -V"
# Tables that one line names at most.
_NAMED = 5


class Style(NamedTuple):
    """The settings and the colour with which a result is written."""

    settings: Settings
    colour: bool = False

    def bold(self, text: str) -> str:
        """Return the sentence with the outcome of a command, escaped and in bold."""
        return coloured(escape(text), BOLD, self.colour)


def lines(result: Result | Failure, style: Style) -> list[str]:
    """Return the lines of a result; with `quiet`, only errors, findings and differences."""
    match result:
        case Failure():
            return _failure_lines(result.error, style)
        case CheckResult():
            return _check_lines(result, style)
        case VerifyResult():
            return _verify_lines(result, style)
        case DiagramResult():
            return _diagram_lines(result, style)
        case DiffResult():
            return differences.diff_lines(result, style.settings)
        case _ if style.settings.quiet:
            return []
        case ApplyResult():
            return _plan_lines(result, style) if result.planned else _apply_lines(result, style)
        case StatusResult():
            return _status_lines(result)
        case WaitResult():
            return [escape(f"Ready after {duration_text(result.seconds)}: {result.target}")]


def _diagram_lines(result: DiagramResult, style: Style) -> list[str]:
    if result.output is None:
        return [result.text.removesuffix("\n")]
    done = "is up to date" if style.settings.check else "written"
    text = f"{result.output} {done}: {count(result.tables, 'table')}"
    if result.is_stale:
        text = f"{result.output} is stale: run the same command without --check"
    return [escape(text)] if result.is_stale or not style.settings.quiet else []


def local_time(moment: datetime) -> str:
    """Return date, time and offset in the local time zone."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %z")


def _apply_lines(result: ApplyResult, style: Style) -> list[str]:
    if (run := result.already) is not None:
        done = f"Nothing to do: these scripts were applied on {local_time(run.finished_at)}"
        matches = "" if style.settings.verify == "none" else ", and the database matches them"
        return [style.bold(f"{done} by {run.role}, {run.client}{matches}.")]
    text = _verification_lines(result.verification)
    text.append(style.bold(_committed(result, style.settings)))
    if result.target.embedded:
        named = " -t embedded" if style.settings.target_named else ""
        text.append(f"Look inside: {PROGRAM} psql{named} -- -c '\\dt'")
    return text


def _committed(result: ApplyResult, settings: Settings) -> str:
    figures = f"{count(len(result.scripts), 'script')}, "
    figures += f"{count(sum(one.statements for one in result.scripts), 'statement')}, "
    figures += count(sum(one.rows for one in result.scripts), "row")
    if settings.transaction == "none":
        done = "Done, each statement committed separately, not verified"
    else:
        done = "Committed" if result.committed else "Rolled back"
        done += "" if result.verification else ", not verified"
    others = [name for name in result.databases if name != result.target.dbname]
    where = f"in {result.target.place}{', and in ' * bool(others)}{', '.join(others)}"
    return f"{done}: {figures} in {duration_text(result.seconds)}, {where}."


def _plan_lines(result: ApplyResult, style: Style) -> list[str]:
    changes = [line for change in result.changes or () for line in differences.change_lines(change)]
    return [
        *(changes or ["apply would change nothing."]),
        *(escape(f"data loss allowed by --allow-loss: {loss}") for loss in result.loss),
        *_verification_lines(result.verification),
        style.bold(
            f"Planned in {duration_text(result.seconds)}, in {result.target.place}: apply would"
            " succeed. All changes were rolled back; sequences may have advanced."
        ),
    ]


def _verification_lines(verification: Verification | None) -> list[str]:
    if verification is None:
        return []
    text = f"Verified: {differences.counts_text(verification.checked)}."
    if kept := verification.kept:
        more = f" and {len(kept) - _NAMED} more" if len(kept) > _NAMED else ""
        named = ", ".join(kept[:_NAMED])
        text += f" Unchanged by this run, so not compared: the rows of {named}{more}."
    return [escape(text)]


def _check_lines(result: CheckResult, style: Style) -> list[str]:
    text = []
    for finding in result.findings:
        text += _error_lines(FindingsError.of((finding,)), style)
        text += labelled(Docker=finding.docker, Target=finding.target)
    if style.settings.quiet:
        return text
    errors, warnings = result.errors, len(result.findings) - result.errors
    found = f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    notes = [escape(note) for note in result.notes]
    found = found if text else "nothing found"
    return [*text, *notes, f"{count(result.scripts, 'script')}: {found}."]


def _status_lines(result: StatusResult) -> list[str]:
    text = [escape(f"Target: {result.target}")]
    for run in result.runs:
        revision = f", revision {run.git_revision[:12]}" if run.git_revision else ""
        client = f"{run.role}, {run.client}, runner {run.runner_version}{revision}"
        text.append(escape(f"{local_time(run.finished_at)}  {client}"))
        text.append(f"  {escape(', '.join(script.name for script in run.scripts))}")
    if not result.runs:
        text.append("No run is recorded in this database.")
    if result.scripts:
        text.append("Files on disk, compared with the last run:")
    text += [f"  {script.status:<8} {escape(script.name)}" for script in result.scripts]
    return text


def _verify_lines(result: VerifyResult, style: Style) -> list[str]:
    if not result.verification.agrees:
        return [*_found_lines(result.verification, style), *_conclusion(result, style)]
    if style.settings.quiet:
        return []
    text = f"{result.target.dbname} matches the scripts"
    more = "" if style.settings.strict else "; it may contain more than they create"
    return [*_verification_lines(result.verification), style.bold(f"{text}{more}.")]


def _found_lines(verification: Verification, style: Style) -> list[str]:
    text = differences.difference_lines(verification, colour=style.colour)
    return text + [line for one in verification.assertions for line in _error_lines(one, style)]


def _conclusion(result: VerifyResult, style: Style) -> list[str]:
    verification, text = result.verification, []
    if verification.partially_applied is not None:
        text.append(escape(differences.stopped_text(verification.partially_applied)))
        is_container = result.target.host in _LOOPBACK and Path("docker-compose.yml").is_file()
        repair = _RENEW if is_container else style.settings.command("apply")
        text.append(escape(f"To repair it: {repair}"))
    elif verification.found:
        text.append(escape(f"For the SQL that corrects it: {style.settings.command('diff')}"))
    checked = differences.counts_text(verification.checked)
    message = DifferencesError(verification).message
    return [*text, style.bold(f"{message}; compared: {checked}.")]


def _failure_lines(error: RunnerError, style: Style) -> list[str]:
    if isinstance(error, FindingsError):
        errors = (FindingsError.of((one,)) for one in error.findings)
        text = [line for one in errors for line in _error_lines(one, style)]
        return [*text, f"{count(len(error.findings), 'error')}; nothing was sent."]
    text = _found_lines(error.verification, style) if isinstance(error, DifferencesError) else []
    return text + _error_lines(error, style)


def _query_lines(query: Query | None) -> list[str]:
    """Return the inner query, with a caret below the character that the server names."""
    if query is None:
        return []
    lines, at = paragraph(query.text).split("\n"), query.text[: query.offset or 0]
    lines[0] = f"QUERY: {lines[0]}"
    if query.offset is not None:
        line = query.text.split("\n")[at.count("\n")]
        column = query.offset - at.rfind("\n")
        prefix = "  " if "\n" in at else "QUERY: "
        lines[at.count("\n") : at.count("\n") + 1] = source_lines(line, column, prefix)
    return lines


def _error_lines(error: RunnerError, style: Style) -> list[str]:
    """Return place and message, the line with a caret, the server's fields, the target's state."""
    place = error.place
    text = [message_head(place, error.severity, error.message, error.sqlstate, colour=style.colour)]
    if place is not None:
        text += [f"  included from {escape(one)}" for one in reversed(place.included_from)]
        if place.source is not None:
            text += source_lines(place.source, place.column, f"LINE {place.line}: ")
    text += labelled(DETAIL=error.detail, HINT=error.hint)
    text += [*_query_lines(error.query), *labelled(CONTEXT=error.context)]
    return [*text, escape(error.state)] if error.state else text
