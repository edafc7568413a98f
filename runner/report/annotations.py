"""Write results for GitHub: workflow commands, SARIF, and a plan for a pull request's comment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from runner import __version__
from runner.comparison import DifferencesError, Verification
from runner.errors import RunnerError
from runner.findings import FindingsError
from runner.report.differences import heading
from runner.report.terminal import count
from runner.results import ApplyResult, CheckResult, Failure, Result, VerifyResult

# Lines of a comment at most; GitHub allows 65,536 characters.
_MAX_LINES = 500
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Annotation(NamedTuple):
    """A message about a line of a file; `rule`: the SQLSTATE, or a code of the runner."""

    level: str
    message: str
    rule: str
    file: str | None = None
    line: int | None = None
    column: int | None = None


def annotated(form: str, results: Iterable[Result | Failure]) -> str:
    """Return all errors, findings and differences in the format `github` or `sarif`.

    Each is written once, although several targets often have the same errors of the scripts.
    """
    found = dict.fromkeys(one for result in results for one in _annotated(result))
    return _as_sarif(found) if form == "sarif" else "\n".join(map(_command, found))


def _annotated(result: Result | Failure) -> Iterator[Annotation]:
    match result:
        case CheckResult(findings=found) | Failure(FindingsError(findings=found)):
            for one in found:
                lines = one.message, one.detail, one.rewrite
                at = one.place[:3] if one.place else (one.script, None, None)
                yield Annotation(one.severity, _text(lines), one.sqlstate or "check", *at)
        case VerifyResult(verification=found) | Failure(DifferencesError(verification=found)):
            yield from _verification(found)
        case Failure():
            yield _error(result.error)


def _error(error: RunnerError) -> Annotation:
    message = _text((error.message, error.detail, error.hint, error.state))
    at = error.place[:3] if error.place else (None, None, None)
    return Annotation("error", message, error.sqlstate or error.code, *at)


def _verification(verification: Verification) -> Iterator[Annotation]:
    for found in verification.found:
        one = found.difference
        sides = {"expected": one.expected, "actual": one.actual}
        values = (f"{side}: {value}" for side, value in sides.items() if value is not None)
        lines = f"{one.kind}: {heading(found._replace(script=None))}", *values
        yield Annotation("error", _text(lines), "difference", found.script, found.line)
    yield from map(_error, verification.assertions)


def _text(lines: Iterable[str | None]) -> str:
    return "\n".join(filter(None, lines))


def _command(one: Annotation) -> str:
    """Return a workflow command, which GitHub reads from the log.

    See https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
    """
    named = {"file": one.file and _relative(one.file), "line": one.line, "col": one.column}
    named["title"] = one.rule
    values = {name: _quote(str(value)) for name, value in named.items() if value}
    shown = ",".join(
        f"{name}={value.replace(':', '%3A').replace(',', '%2C')}" for name, value in values.items()
    )
    return f"::{one.level} {shown}::{_quote(one.message)}"


def _quote(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _relative(file: str) -> str:
    """Return the path relative to the root of the checkout, as GitHub expects it."""
    root = os.environ.get("GITHUB_WORKSPACE") or os.getcwd()  # noqa: PTH109
    return os.path.relpath(file, root)


def _as_sarif(found: Iterable[Annotation]) -> str:
    results = []
    for one in found:
        result: dict[str, Any] = {
            "ruleId": one.rule,
            "level": one.level,
            "message": {"text": one.message},
        }
        if one.file:
            file = quote(_relative(one.file).replace(os.sep, "/"))
            region = {"startLine": one.line or 1, "startColumn": one.column or 1}
            artifact = {"uri": file, "uriBaseId": "%SRCROOT%"}
            place = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
            result["locations"] = [place]
        results.append(result)
    rules = [{"id": rule} for rule in sorted({result["ruleId"] for result in results})]
    driver = {"name": "raw-sql-runner", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def as_markdown(result: Result | Failure, text: list[str]) -> str:
    """Return a heading, and the lines of a plan or an error in a block that GitHub colours."""
    title = "`apply` would fail"
    if isinstance(result, ApplyResult):
        title = f"`apply` would make {count(len(result.changes or ()), 'change')}"
    if len(text) > _MAX_LINES:
        text = [*text[:_MAX_LINES], f"and {len(text) - _MAX_LINES:,} lines more"]
    return "\n".join([f"### {title}", "", "````diff", *text, "````"])
