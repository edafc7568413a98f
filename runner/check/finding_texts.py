"""Build findings from the texts of `findings.ini`. Pure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from runner.errors import ScriptError, UsageError
from runner.findings import Finding
from runner.texts import first_match, read_text

if TYPE_CHECKING:
    from configparser import ConfigParser

    from runner.errors import Place
    from runner.psql.steps import Problem


@cache
def _texts() -> ConfigParser:
    from configparser import ConfigParser

    texts = ConfigParser(delimiters="=", interpolation=None)
    texts.read_string(read_text("check/findings.ini"))
    return texts


def finding(kind: str, script: str = "", place: Place | None = None, **values: object) -> Finding:
    """Return the finding of a kind, with `values` in its texts. The caller may add the place."""
    texts: dict[str, Any] = {key: text.format(**values) for key, text in _texts()[kind].items()}
    texts["in_check_only"] = bool(texts["in_check_only"])
    return Finding(script=script, place=place, **texts)


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
    """Return the finding with its effects in Docker and on the target, by its message."""
    row = first_match("check/problems.txt", kind, found.message)
    docker, _, target = row[1].partition(" | ") if row else ("", "", "")
    return found._replace(docker=docker, target=target)
