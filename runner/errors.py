"""One tree of errors, each with its exit code.

    RunnerError
    ├── VerificationFailed    1    the database is not what the scripts build
    ├── UsageError            2    arguments, environment, conninfo, folder
    ├── ScriptError           2    a script that cannot work as it stands; has a place
    ├── StatementFailed       3    the server refused a statement; has a place
    ├── Refused               4    data would be lost, read-only target, a right is missing
    ├── ConnectionFailed      5    no connection, or it broke before COMMIT
    ├── LockNotAvailable      5    another run, or another session, holds the lock
    ├── OutcomeUnknown        6    the connection broke during COMMIT
    └── Interrupted         130    Ctrl-C or SIGTERM

An error carries data; `report` makes the text from it.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class Place(NamedTuple):
    """Where in a script: 1-based line, 1-based column in characters, and the line itself.

    `included_from` holds the chain of files, outermost first, when `\\i` led here.
    """

    script: str
    line: int
    column: int | None = None
    source: str | None = None
    included_from: tuple[str, ...] = ()

    def __str__(self) -> str:
        column = "" if self.column is None else f":{self.column}"
        return f"{self.script}:{self.line}{column}"


class RunnerError(Exception):
    """Base of all errors that a user can meet. Its text holds no secret.

    `message` says what happened, `hint` what to do next, `state` what is now true of
    the target (set by the command that knows it). `committed` is None where some of the run may
    have been committed, or all of it. `round_trips` are those of the run so far.
    """

    exit_code: ClassVar[int] = 2
    code: ClassVar[str] = "error"
    committed: bool | None = False

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        detail: str | None = None,
        context: str | None = None,
        place: Place | None = None,
        sqlstate: str | None = None,
        severity: str = "ERROR",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail
        self.context = context
        self.place = place
        self.sqlstate = sqlstate
        self.severity = severity
        self.state: str | None = None
        self.round_trips = 0


class VerificationFailed(RunnerError):
    """The database differs from what the scripts build."""

    exit_code = 1
    code = "verification_failed"


class UsageError(RunnerError):
    """Arguments, environment, conninfo or folder cannot be used."""

    exit_code = 2
    code = "usage"


class ScriptError(RunnerError):
    """A script cannot be read, or cannot work on the target as it stands."""

    exit_code = 2
    code = "script"


class StatementFailed(RunnerError):
    """The server refused a statement of a script."""

    exit_code = 3
    code = "statement_failed"


class Refused(RunnerError):
    """The run was refused: data would be lost, the target is read-only, a right is missing."""

    exit_code = 4
    code = "refused"


class ConnectionFailed(RunnerError):
    """The target could not be reached, or the connection broke before COMMIT."""

    exit_code = 5
    code = "connection"


class LockNotAvailable(RunnerError):
    """A lock was not had within the lock timeout."""

    exit_code = 5
    code = "lock_not_available"


class OutcomeUnknown(RunnerError):
    """The connection broke during COMMIT and the outcome could not be learnt."""

    exit_code = 6
    code = "outcome_unknown"
    committed = None


class Interrupted(RunnerError):
    """Ctrl-C or SIGTERM."""

    exit_code = 130
    code = "interrupted"
