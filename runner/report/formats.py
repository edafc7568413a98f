"""Results as JSON, with the names of the fields as keys, as SARIF, as Markdown, and for GitHub."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from runner import __version__
from runner.comparison import DifferencesError, Verification
from runner.errors import RunnerError
from runner.findings import FindingsError
from runner.report.differences import heading
from runner.report.terminal import count, plural
from runner.report.text_report import Style, lines
from runner.results import (
    ApplyResult,
    CheckResult,
    DiagramResult,
    DiffResult,
    Failure,
    LossError,
    Result,
    VerifyResult,
    exit_code,
)
from runner.settings import Settings

# The fields of an ApplyResult to print, and the fields with other names.
_RUN = ("scripts", "verification", "changes", "loss", "committed", "round_trips", "seconds")
_RENAMED = {"found": "differences", "partially_applied": "half_made"}
_ERROR = ("code", "message", "place", "sqlstate", "detail", "hint", "context")
# Lines of a comment at most; GitHub allows 65,536 characters.
_MAX_LINES = 500
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def document(result: Result | Failure, settings: Settings, command: str | None) -> str:
    """Return the document of a result in a format that is not `text`; it may be empty.

    In Markdown: a heading, and the lines of a plan or an error in a block that GitHub colours.
    """
    if settings.format == "json":
        return json.dumps(to_json(result, command))
    if settings.format != "markdown":
        return annotated(settings.format, [result])
    title = "`apply` would fail"
    if isinstance(result, ApplyResult):
        title = f"`apply` would make {count(len(result.changes or ()), 'change')}"
    text = lines(result, Style(settings._replace(quiet=False)))
    if len(text) > _MAX_LINES:
        text = [*text[:_MAX_LINES], f"and {len(text) - _MAX_LINES:,} lines more"]
    return "\n".join([f"### {title}", "", "````diff", *text, "````"])


def to_json(result: Result | Failure, command: str | None) -> dict[str, Any]:
    """Return the object of a result. `command`: None if the command line does not name one."""
    error = _json_value(result.error) if isinstance(result, Failure) else None
    code = exit_code(result)
    return {"command": command, "exit_code": code, **_values(result, command), "error": error}


def _values(result: Result | Failure, command: str | None) -> dict[str, Any]:
    match result:
        case Failure():
            return _failure(result, command)
        case CheckResult():
            return {"findings": _json_value(result.findings), "notes": list(result.notes)}
        case DiagramResult():
            written = ("output", "is_stale", "tables")
            return _fields(result, written if result.output else ("text", "tables"))
        case ApplyResult():
            return _fields(result, ("target", *_RUN, *(() if result.planned else ("databases",))))
        case DiffResult(proof=proof):
            values = _fields(result, ("target", "statements", "left", "proof", "seconds"))
            if proof is not None:
                values["proof"] |= _fields(result, ("checked",)) | {"database": str(proof.database)}
            return values
        case _:
            return dict(_items(result._asdict()))


def _failure(result: Failure, command: str | None) -> dict[str, Any]:
    error = result.error
    values = _fields(result, ("target",))
    if command in ("apply", "plan"):
        values |= _fields(result, ("scripts", "seconds"))
        values |= _fields(error, ("committed", "round_trips"))
        found = error.verification if isinstance(error, DifferencesError) else None
        losses = error.losses if isinstance(error, LossError) else ()
        values |= {"verification": _json_value(found), "loss": _json_value(losses)}
        values["changes"] = None if error.committed is None else []
    if isinstance(error, FindingsError):
        values["findings"] = _json_value(error.findings)
    return values


def _fields(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return dict(_items({name: getattr(value, name) for name in names}))


def _items(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys of an object; the keys of a place or a difference become its own keys."""
    for name, value in fields.items():
        if name == "place":
            if "script" not in fields:
                yield "script", value.script if value else None
            yield "line", value.line if value else None
            yield "column", value.column if value else None
            if value and value.included_from:
                yield "included_from", list(value.included_from)
        elif name == "difference":
            yield from value._asdict().items()
        elif name == "checked":
            yield name, {plural(kind): number for kind, number in value.items()}
        elif name != "in_check_only":
            yield _RENAMED.get(name, name), _json_value(value)


def _json_value(value: Any) -> Any:
    match value:
        case RunnerError():
            query = value.query.text if value.query else None
            return {**_fields(value, _ERROR), "query": query}
        case tuple() if hasattr(value, "_asdict"):
            return dict(_items(value._asdict()))
        case tuple():
            return list(map(_json_value, value))
        case float():
            return round(value, 3)
        case datetime():
            return value.isoformat()
        case Path():
            return str(value)
    return value


class Annotation(NamedTuple):
    """A message about a line of a file; `rule`: the SQLSTATE, or a code of the runner."""

    level: str
    message: str
    rule: str
    file: str | None = None
    line: int | None = None
    column: int | None = None


def annotated(form: str, results: Iterable[Result | Failure]) -> str:
    """Return errors, findings and differences as `github` or `sarif`, each once for all targets."""
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
