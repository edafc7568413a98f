"""The findings of `check` about scripts."""

from __future__ import annotations

from typing import NamedTuple, Unpack

from runner.errors import ErrorData, Place, ScriptError


class Finding(NamedTuple):
    """A statement or file that fails, or may fail: the effect in Docker and on the target.

    `severity`: error or warning. `script`: a file or the folder; `place`: None if the finding is
    about all of it. `rewrite`: what to write instead. `in_check_only`: about the container alone,
    so a run does not print the warning. `detail`, `sqlstate`: from the server's error.
    """

    severity: str
    script: str
    message: str
    docker: str = ""
    target: str = ""
    rewrite: str = ""
    place: Place | None = None
    in_check_only: bool = False
    detail: str = ""
    sqlstate: str | None = None


class FindingsError(ScriptError):
    """Scripts that cannot work; `findings`: all errors, without the warnings."""

    def __init__(
        self, findings: tuple[Finding, ...], message: str, **data: Unpack[ErrorData]
    ) -> None:
        super().__init__(message, **data)
        self.findings = findings

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> FindingsError:
        """Return the error for some findings, with the message of the first."""
        first = findings[0]
        message = first.message if first.place else f"{first.script}: {first.message}"
        return cls(
            findings,
            message,
            severity=first.severity.upper(),
            place=first.place,
            detail=first.detail or None,
            hint=first.rewrite or None,
            sqlstate=first.sqlstate,
        )
