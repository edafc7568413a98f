"""The tree of all errors, with their exit codes.

    RunnerError
    ├── VerificationFailed    1    the database is not what the scripts build
    │   └── DifferencesError       carries the comparison (runner/comparison.py)
    ├── UsageError            2    arguments, environment, conninfo, folder
    ├── ScriptError           2    a script that cannot work without a change; has a place
    │   ├── FindingsError          carries the findings (runner/findings.py)
    │   └── WaitsForItself         a lock that the run itself holds until its end
    ├── StatementFailed       3    the server refused a statement; has a place
    │   └── MergedInsertFailed     one of many rows; the run starts again without merging
    ├── Refused               4    data would be lost, read-only target, a right is missing
    │   └── LossError              carries the losses (runner/results.py)
    ├── HeldBack              4    another of several targets failed, so this target is rolled back
    ├── ConnectionFailed      5    no connection, or it broke before COMMIT
    ├── LockNotAvailable      5    another run or session holds the lock
    │   └── Collision              the run and its reference wait for each other
    ├── OutcomeUnknown        6    the connection broke during COMMIT
    ├── InternalError        70    a bug in the runner
    └── Interrupted         130    Ctrl-C or SIGTERM

This module imports nothing, so errors that carry values are defined with those values. An error
carries data; `report` writes it as text.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, TypedDict, TypeVar, Unpack

E = TypeVar("E", bound="RunnerError")
# The help shows them, and so does README; a test compares them.
EXIT_CODES = {
    0: "success",
    1: "verification found differences",
    2: "usage or configuration error, or a script that cannot work",
    3: "a script failed",
    4: "refused: data would be lost, the target is read-only, or a privilege, a role or an"
    " extension is missing",
    5: "no connection, or lock timeout exceeded",
    6: "the connection was lost during COMMIT and the outcome is unknown",
    10: "apply would change something (plan --exit-code)",
    70: "a bug in the runner; please report the line it prints",
    130: "interrupted",
}
# For several targets: unknown outcome, interruption, faults of the scripts, faults of the targets.
WORST_FIRST = (6, 130, 70, 3, 1, 4, 5, 2, 10, 0)


class Place(NamedTuple):
    """A place in a script: 1-based line, 1-based column in characters, and the line itself.

    `included_from`: the chain of files, outermost first, whose `\\i` includes this script.
    """

    script: str
    line: int
    column: int | None = None
    source: str | None = None
    included_from: tuple[str, ...] = ()

    def __str__(self) -> str:
        column = "" if self.column is None else f":{self.column}"
        return f"{self.script}:{self.line}{column}"


class Query(NamedTuple):
    """The text of a statement, and the 0-based character offset that the server names, if any."""

    text: str
    offset: int | None = None


class ErrorData(TypedDict, total=False):
    """The data that an error may have besides its message; see RunnerError."""

    hint: str | None
    detail: str | None
    context: str | None
    query: Query | None
    statement: Query | None
    place: Place | None
    sqlstate: str | None
    severity: str
    state: str | None
    committed: bool | None
    round_trips: int


class RunnerError(Exception):
    """The base of all errors that a user can see; no text of it contains a secret.

    `message`: what happened. `hint`: what to do next. `state`: the state of the target now.
    `statement`: the statement that failed; `query`: the inner query that failed, in a function.
    `committed`: None if the run may have been committed, wholly or in part. `round_trips`: the
    number of round trips of the run so far.
    """

    exit_code: ClassVar[int] = 2
    code: ClassVar[str] = "error"

    hint: str | None = None
    detail: str | None = None
    context: str | None = None
    query: Query | None = None
    statement: Query | None = None
    place: Place | None = None
    sqlstate: str | None = None
    severity: str = "ERROR"
    state: str | None = None
    committed: bool | None = False
    round_trips: int = 0

    def __init_subclass__(cls, exit_code: int = 0, code: str = "") -> None:
        if code:
            cls.exit_code, cls.code = exit_code, code

    def __init__(self, message: str, **data: Unpack[ErrorData]) -> None:
        super().__init__(message)
        self.message = message
        vars(self).update(data)

    def converted(self, kind: type[E], **changes: Any) -> E:
        """Return an error of another kind with the same data, except for the changes."""
        found = kind.__new__(kind)
        vars(found).update({**vars(self), **changes})
        found.args = (found.message,)
        return found


class VerificationFailed(RunnerError, exit_code=1, code="verification_failed"):
    """The database differs from what the scripts build."""


class UsageError(RunnerError, exit_code=2, code="usage"):
    """Arguments, environment, conninfo or folder cannot be used."""


class ScriptError(RunnerError, exit_code=2, code="script"):
    """A script cannot be read, or cannot work on the target without a change."""


class StatementFailed(RunnerError, exit_code=3, code="statement_failed"):
    """The server refused a statement of a script."""


class MergedInsertFailed(StatementFailed):
    """INSERTs that were sent as one have failed; the run starts again and sends each alone."""


class WaitsForItself(ScriptError):
    """A statement needs a lock that another connection of the run holds until the run ends."""


class Refused(RunnerError, exit_code=4, code="refused"):
    """The run was refused: data would be lost, the target is read-only, a right is missing."""


class HeldBack(RunnerError, exit_code=4, code="held_back"):
    """Another of the targets that commit together has failed; this target had no error."""


class ConnectionFailed(RunnerError, exit_code=5, code="connection"):
    """The target could not be reached, or the connection broke before COMMIT."""


class LockNotAvailable(RunnerError, exit_code=5, code="lock_not_available"):
    """The lock timeout was exceeded."""


class Collision(LockNotAvailable):
    """The run and its reference wait for each other: both change shared objects, such as roles."""

    def __init__(self, message: str = "the run and its reference wait for each other") -> None:
        super().__init__(message, hint="Wait longer: --lock-timeout")


class OutcomeUnknown(RunnerError, exit_code=6, code="outcome_unknown"):
    """The connection broke during COMMIT, and the outcome could not be found out."""


class InternalError(RunnerError, exit_code=70, code="internal"):
    """An unexpected exception, which is a bug in the runner."""


class Interrupted(RunnerError, exit_code=130, code="interrupted"):
    """Ctrl-C or SIGTERM ended the command."""
