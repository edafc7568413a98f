"""What `check` finds in scripts."""

from __future__ import annotations

from typing import NamedTuple, Unpack

from runner.errors import ErrorData, Place, ScriptError


class Finding(NamedTuple):
    """What fails, or may fail, in a script: in Docker, on the target, and what to write instead.

    `severity` is error or warning. `script` is a file or the folder; `place` is None if the finding
    is about all of it. A run prints warnings, too: not those `in_check_only`, which are about the
    container alone. `detail` and `sqlstate` are those of the server's error.
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

    @property
    def is_unreadable(self) -> bool:
        """Whether it is about a file that cannot be read."""
        return self.severity == "error" and self.place is None


class FindingsError(ScriptError):
    """Scripts that cannot work. `findings` are all errors, without the warnings."""

    def __init__(
        self, findings: tuple[Finding, ...], message: str, **data: Unpack[ErrorData]
    ) -> None:
        super().__init__(message, **data)
        self.findings = findings

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> FindingsError:
        """The error for some findings, with the message of the first."""
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
