"""Build findings from the texts of `findings.ini`. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from runner import PROGRAM
from runner.errors import ScriptError, UsageError
from runner.findings import Finding
from runner.texts import read_text

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
    texts["in_check_only"] = "in_check_only" in texts
    return Finding(script=script, place=place, **texts)


def problem_finding(step: Problem) -> Finding:
    """Return the finding for a Problem that the reader yields."""
    severity = "warning" if step.warning else "error"
    return _by_message("problem", step.message)._replace(severity=severity, rewrite=step.hint)


def unreadable(error: ScriptError | UsageError, script: str) -> Finding:
    """Return the finding for an error that ended the reading of a script."""
    place = error.place
    rewrite = error.hint or "Make it readable, or compress it again."
    found = _by_message("unreadable", error.message)
    return found._replace(script=place.script if place else script, place=place, rewrite=rewrite)


def _by_message(kind: str, message: str) -> Finding:
    """Return the first finding of a kind whose name ends in a pattern that fits the message."""
    names = (name for name in _texts().sections() if name.startswith(f"{kind} "))
    name = next(name for name in names if re.match(name[len(kind) + 1 :], message))
    return finding(name, program=PROGRAM)._replace(message=message)
