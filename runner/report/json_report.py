"""Results and errors as one JSON object."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

from runner.report.text_report import TextReport
from runner.results import DifferencesError, FindingsError, LossError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.errors import Place, RunnerError
    from runner.results import (
        ApplyResult,
        CheckResult,
        Finding,
        ObjectChange,
        PlanResult,
        ScriptResult,
        StatusResult,
        Target,
        Verification,
        VerifyResult,
        WaitResult,
    )
    from runner.settings import Settings


class JsonReport(TextReport):
    """One JSON object on `out` at the end; everything else is text on `err`."""

    def __init__(
        self,
        settings: Settings,
        command: str | None,
        *,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        super().__init__(settings, out=err or sys.stderr, err=err)
        self._json = out or sys.stdout
        self._command = command
        self._target: Target | None = None
        self._scripts: list[ScriptResult] = []
        self._started = time.monotonic()

    def connected(self, target: Target) -> None:
        """The target was connected to."""
        self._target = target
        super().connected(target)

    def script_finished(self, result: ScriptResult) -> None:
        """A script ran to its end."""
        self._scripts.append(result)
        super().script_finished(result)

    def applied(self, result: ApplyResult) -> None:
        """The object of an `apply` that went through."""
        super().applied(result)
        self._put(
            0,
            target=result.target._asdict(),
            scripts=[_script(script) for script in result.scripts],
            verification=_verification(result.verification),
            changes=_changes(result.changes),
            loss=[loss._asdict() for loss in result.loss],
            committed=result.committed,
            round_trips=result.round_trips,
            seconds=round(result.seconds, 3),
        )

    def checked(self, result: CheckResult) -> None:
        """The object of a `check`."""
        super().checked(result)
        self._put(result.exit_code, findings=[_finding(found) for found in result.findings])

    def planned(self, result: PlanResult) -> None:
        """The object of a `plan` that went through."""
        super().planned(result)
        self._put(
            0,
            target=result.target._asdict(),
            scripts=[_script(script) for script in result.scripts],
            verification=_verification(result.verification),
            changes=_changes(result.changes),
            loss=[loss._asdict() for loss in result.loss],
            committed=False,
            round_trips=result.round_trips,
            seconds=round(result.seconds, 3),
        )

    def status(self, result: StatusResult) -> None:
        """The object of a `status`."""
        super().status(result)
        runs = [
            {
                **run._asdict(),
                "started_at": run.started_at.isoformat(),
                "finished_at": run.finished_at.isoformat(),
                "scripts": [script._asdict() for script in run.scripts],
            }
            for run in result.runs
        ]
        scripts = [script._asdict() for script in result.scripts]
        self._put(0, target=result.target._asdict(), runs=runs, scripts=scripts)

    def verified(self, result: VerifyResult) -> None:
        """The object of a `verify`, whatever it found."""
        super().verified(result)
        code = 0 if result.verification.agrees else DifferencesError.exit_code
        self._put(
            code,
            target=result.target._asdict(),
            verification=_verification(result.verification),
            seconds=round(result.seconds, 3),
        )

    def waited(self, result: WaitResult) -> None:
        """The object of a `wait` that has its target."""
        super().waited(result)
        self._put(0, target=result.target._asdict(), seconds=round(result.seconds, 3))

    def failed(self, error: RunnerError) -> None:
        """The object of an error: what was known of the run, and the error."""
        super().failed(error)
        values: dict[str, Any] = {"target": self._target._asdict() if self._target else None}
        if self._command in ("apply", "plan"):
            values["scripts"] = [_script(script) for script in self._scripts]
            found = error.verification if isinstance(error, DifferencesError) else None
            values["verification"] = _verification(found)
            losses = error.losses if isinstance(error, LossError) else ()
            values["changes"] = None if error.committed is None else []
            values["loss"] = [loss._asdict() for loss in losses]
            values["committed"] = error.committed
            values["round_trips"] = error.round_trips
            values["seconds"] = round(time.monotonic() - self._started, 3)
        if isinstance(error, FindingsError):
            values["findings"] = [_finding(found) for found in error.findings]
        self._put(error.exit_code, **values, error=_error(error))

    def _put(self, exit_code: int, *, error: dict[str, Any] | None = None, **values: Any) -> None:
        found = {"command": self._command, "exit_code": exit_code, **values, "error": error}
        self.write(self._json, json.dumps(found))


def _changes(changes: Sequence[ObjectChange] | None) -> list[dict[str, Any]] | None:
    return None if changes is None else [change._asdict() for change in changes]


def _script(result: ScriptResult) -> dict[str, Any]:
    return {**result._asdict(), "seconds": round(result.seconds, 3)}


def _verification(verification: Verification | None) -> dict[str, Any] | None:
    if verification is None:
        return None
    half_made = verification.partially_applied
    return {
        "checked": verification.checked,
        "differences": [
            {**asdict(found.difference), "script": found.script, "line": found.line}
            for found in verification.found
        ],
        "assertions": [_error(error) for error in verification.assertions],
        "half_made": None if half_made is None else half_made._asdict(),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "severity": finding.severity,
        "script": finding.script,
        **_where(place),
        "message": finding.message,
        "docker": finding.docker,
        "target": finding.target,
        "rewrite": finding.rewrite,
    }


def _where(place: Place | None) -> dict[str, Any]:
    """Where in its script, and the files that led to it, outermost first, where some did."""
    chain = {"included_from": list(place.included_from)} if place and place.included_from else {}
    return {
        "line": place.line if place else None,
        "column": place.column if place else None,
        **chain,
    }


def _error(error: RunnerError) -> dict[str, Any]:
    place = error.place
    return {
        "code": error.code,
        "message": error.message,
        "script": place.script if place else None,
        **_where(place),
        "sqlstate": error.sqlstate,
        "detail": error.detail,
        "hint": error.hint,
    }
