"""Results of commands, and errors, as JSON objects."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from runner.comparison import DifferencesError
from runner.findings import FindingsError
from runner.results import (
    ApplyResult,
    CheckResult,
    DiagramResult,
    DiffResult,
    Failure,
    LossError,
    StatusResult,
    VerifyResult,
    WaitResult,
    exit_code,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.comparison import Verification
    from runner.errors import Place, RunnerError
    from runner.findings import Finding
    from runner.results import ObjectChange, RecordedRun, Result


def to_json(result: Result | Failure, command: str | None) -> dict[str, Any]:
    """The object of a result. `command` is None if the command line does not name one."""
    error = _error(result.error) if isinstance(result, Failure) else None
    code = exit_code(result)
    return {"command": command, "exit_code": code, **_values(result, command), "error": error}


def _values(result: Result | Failure, command: str | None) -> dict[str, Any]:
    match result:
        case Failure():
            return _failure(result, command)
        case CheckResult():
            findings = [_finding(found) for found in result.findings]
            return {"findings": findings, "notes": list(result.notes)}
        case DiagramResult():
            return _diagram(result)
    target = {"target": result.target._asdict()}
    match result:
        case ApplyResult():
            databases = {"databases": list(result.databases)}
            run = _run(result, committed=result.committed)
            return {**target, **run, **({} if result.planned else databases)}
        case DiffResult():
            return {**target, **_diff(result)}
        case StatusResult():
            scripts = [script._asdict() for script in result.scripts]
            return {**target, "runs": [_recorded(run) for run in result.runs], "scripts": scripts}
        case VerifyResult():
            verification = _verification(result.verification)
            return {**target, "verification": verification, "seconds": round(result.seconds, 3)}
        case WaitResult():
            return {**target, "seconds": round(result.seconds, 3)}


def _run(result: ApplyResult | Failure, *, committed: bool | None) -> dict[str, Any]:
    """The keys of `apply` and `plan`, also if they failed."""
    if isinstance(result, Failure):
        error = result.error
        found = error.verification if isinstance(error, DifferencesError) else None
        losses = error.losses if isinstance(error, LossError) else ()
        changes: Sequence[ObjectChange] | None = None if committed is None else ()
        round_trips = error.round_trips
    else:
        found, losses, changes = result.verification, result.loss, result.changes
        round_trips = result.round_trips
    return {
        "scripts": [
            {**script._asdict(), "seconds": round(script.seconds, 3)} for script in result.scripts
        ],
        "verification": None if found is None else _verification(found),
        "changes": None if changes is None else [change._asdict() for change in changes],
        "loss": [loss._asdict() for loss in losses],
        "committed": committed,
        "round_trips": round_trips,
        "seconds": round(result.seconds, 3),
    }


def _failure(result: Failure, command: str | None) -> dict[str, Any]:
    error = result.error
    values: dict[str, Any] = {"target": result.target._asdict() if result.target else None}
    if command in ("apply", "plan"):
        values |= _run(result, committed=error.committed)
    if isinstance(error, FindingsError):
        values["findings"] = [_finding(found) for found in error.findings]
    return values


def _diagram(result: DiagramResult) -> dict[str, Any]:
    if result.output is None:
        return {"text": result.text, "tables": result.tables}
    output, stale = str(result.output), result.is_stale
    return {"output": output, "is_stale": stale, "tables": result.tables}


def _diff(result: DiffResult) -> dict[str, Any]:
    proof = result.proof
    return {
        "statements": [one._asdict() for one in result.statements],
        "left": [
            {**asdict(one.difference), "reason": one.reason, "script": one.script, "line": one.line}
            for one in result.left
        ],
        "proof": proof
        and {
            "checked": result.checked,
            "database": str(proof.database),
            "locks": [one._asdict() for one in proof.locks],
            "seconds": round(proof.seconds, 3),
        },
        "seconds": round(result.seconds, 3),
    }


def _recorded(run: RecordedRun) -> dict[str, Any]:
    return {
        **run._asdict(),
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat(),
        "scripts": [script._asdict() for script in run.scripts],
    }


def _verification(verification: Verification) -> dict[str, Any]:
    half_made = verification.partially_applied
    return {
        "checked": verification.checked,
        "differences": [
            {**asdict(found.difference), "script": found.script, "line": found.line}
            for found in verification.found
        ],
        "assertions": [_error(error) for error in verification.assertions],
        "kept": verification.kept,
        "warnings": [caution._asdict() for caution in verification.cautions],
        "half_made": None if half_made is None else half_made._asdict(),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "script": finding.script,
        **_position(finding.place),
        "message": finding.message,
        "sqlstate": finding.sqlstate or None,
        "detail": finding.detail,
        "docker": finding.docker,
        "target": finding.target,
        "rewrite": finding.rewrite,
    }


def _position(place: Place | None) -> dict[str, Any]:
    """Line and column, and the including files, outermost first, if there are any."""
    chain = {"included_from": list(place.included_from)} if place and place.included_from else {}
    return {
        "line": place.line if place else None,
        "column": place.column if place else None,
        **chain,
    }


def _error(error: RunnerError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": error.message,
        "script": error.place.script if error.place else None,
        **_position(error.place),
        "sqlstate": error.sqlstate,
        "detail": error.detail,
        "hint": error.hint,
        "context": error.context,
        "query": error.query.text if error.query else None,
    }
