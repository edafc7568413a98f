"""Build findings from the texts of `findings.txt`. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import Place, ScriptError, UsageError
from runner.findings import Finding
from runner.texts import first_match, rows

if TYPE_CHECKING:
    from runner.psql.steps import Problem

_FILE = "check/findings.txt"


def finding(kind: str, script: str = "", place: Place | None = None, **values: object) -> Finding:
    """Return the finding of a kind, with `values` in its texts. The caller may add the place."""
    row = next(one for one in rows(_FILE) if one.pattern == kind)
    message, *effects = (text.format(**values) for text in row.text.split(" | "))
    docker, target, rewrite = effects
    severity, in_check_only = row.key.rstrip("+"), row.key.endswith("+")
    return Finding(severity, script, message, docker, target, rewrite, place, in_check_only)


def problem_finding(step: Problem) -> Finding:
    """Return the finding for a Problem that the reader yields."""
    severity = "warning" if step.warning else "error"
    return _effects("problem", Finding(severity, "", step.message, rewrite=step.hint))


def unreadable(error: ScriptError | UsageError, script: str) -> Finding:
    """Return the finding for an error that ended the reading of a script."""
    place = error.place
    rewrite = error.hint or "Make it readable, or compress it again."
    script = place.script if place else script
    return _effects(
        "unreadable", Finding("error", script, error.message, rewrite=rewrite, place=place)
    )


def _effects(kind: str, found: Finding) -> Finding:
    row = first_match(_FILE, kind, found.message)
    docker, _, target = row[1].partition(" | ") if row else ("", "", "")
    return found._replace(docker=docker, target=target)
