"""The results that commands return and `report` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, Unpack

from runner.comparison import Difference, Verification
from runner.errors import ErrorData, Place, Refused, RunnerError, ScriptError, VerificationFailed
from runner.findings import Finding


class Target(NamedTuple):
    """The database of a connection, without any password."""

    host: str
    port: int | None
    dbname: str
    user: str
    server_version: str
    embedded: bool = False
    aurora_version: str | None = None

    @property
    def place(self) -> str:
        """The database and its server: `blog at localhost:5438`."""
        port = f":{self.port}" if self.port else ""
        server = "on the embedded PostgreSQL" if self.embedded else f"at {self.host}{port}"
        return f"{self.dbname} {server}"

    def __str__(self) -> str:
        if self.embedded:
            return f"{self.place} {self.server_version}"
        aurora = f", Aurora {self.aurora_version}" if self.aurora_version else ""
        return f"{self.place} as {self.user} (PostgreSQL {self.server_version}{aurora})"


class NotRun(NamedTuple):
    """An entry of the scripts folder that is not run, and the reason."""

    name: str
    reason: str


class ScriptResult(NamedTuple):
    """A script that ran; `rows`: the number inserted, copied, updated, deleted and merged."""

    name: str
    sha256: str
    bytes: int
    statements: int
    rows: int
    seconds: float


class Notice(NamedTuple):
    """A NOTICE or WARNING of the server or the runner, with its place in a script."""

    severity: str
    message: str
    place: Place | None = None
    sqlstate: str | None = None
    detail: str | None = None
    hint: str | None = None


class CheckResult(NamedTuple):
    """The findings of `check`, the number of `scripts`, and remarks about the rehearsal."""

    findings: tuple[Finding, ...]
    scripts: int
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)


class VerifyResult(NamedTuple):
    """The result of `verify`."""

    target: Target
    verification: Verification
    seconds: float


class DiffStatement(NamedTuple):
    """A statement that `diff` found, its object, and the script and line that define the object."""

    sql: str
    object: str
    name: str
    script: str | None = None
    line: int | None = None


class TableLock(NamedTuple):
    """The strongest lock that statements took on a table; whether they rewrote or scanned it."""

    table: str
    mode: str
    rewritten: bool
    scanned: bool


class LeftOver(NamedTuple):
    """A difference that `diff` cannot remove, the reason, and its place in the scripts."""

    difference: Difference
    reason: str
    script: str | None = None
    line: int | None = None


class Proof(NamedTuple):
    """The locks and the time that the statements took, in a transaction that was rolled back."""

    database: Target
    locks: tuple[TableLock, ...]
    seconds: float


class DiffResult(NamedTuple):
    """The result of `diff`; `left`: differences that remain, `proof`: None with --no-proof."""

    target: Target
    statements: tuple[DiffStatement, ...]
    left: tuple[LeftOver, ...]
    checked: Mapping[str, int]
    proof: Proof | None
    seconds: float = 0.0


class Loss(NamedTuple):
    """A loss of `rows`, values of a column or large objects; `rows` None: an unknown number.

    `cause`: dropped, truncated, deleted from, column NAME dropped, sequence NAME dropped or set
    back, overwritten, values changed, unlinked or written to.
    """

    table: str
    rows: int | None
    cause: str
    script: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        rows = "an unknown number of rows, " if self.rows is None else f"{self.rows:,} rows, "
        if self.rows in (0, 1):
            rows = "1 row, " * self.rows  # none: a sequence
        line = "" if self.line is None else f":{self.line}"
        where = "" if self.script is None else f" by {self.script}{line}"
        return f"{self.table}: {rows}{self.cause.removesuffix(' from')}{where}"


class LossError(Refused):
    """The run would delete rows that the scripts did not create."""

    def __init__(self, losses: Sequence[Loss], message: str, **data: Unpack[ErrorData]) -> None:
        super().__init__(message, **data)
        self.losses = tuple(losses)


class ApplyResult(NamedTuple):
    """The result of `apply`, or of `plan` (`planned`, which alone sets `exit_code`).

    `loss`: the losses that were allowed. `databases`: the databases with a commit. `already`: the
    last run, if there was nothing to do. `changes`: None if unknown.
    """

    target: Target
    scripts: tuple[ScriptResult, ...]
    round_trips: int = 0
    loss: tuple[Loss, ...] = ()
    verification: Verification | None = None
    changes: tuple[ObjectChange, ...] | None = None
    databases: tuple[str, ...] = ()
    already: RecordedRun | None = None
    seconds: float = 0.0
    planned: bool = False
    exit_code: int = 0

    @property
    def committed(self) -> bool:
        return not (self.planned or self.already)


class ObjectChange(NamedTuple):
    """A change that a run makes to one object, or to the rows of one table.

    `before`, `after`: values of a `property`, as in SQL. `overwritten`: updated rows that no script
    wrote. `database`: a database that the scripts `\\connect` to; None for the target.
    """

    kind: Literal["created", "dropped", "changed", "rows"]
    object: str
    name: str
    property: str | None = None
    before: str | None = None
    after: str | None = None
    inserted: int | None = None
    deleted: int | None = None
    updated: int | None = None
    overwritten: int | None = None
    database: str | None = None


class AppliedScript(NamedTuple):
    """A script of a recorded run, and its SHA-256."""

    name: str
    sha256: str


class RecordedRun(NamedTuple):
    """A committed run, read from the registry."""

    id: int
    started_at: datetime
    finished_at: datetime
    role: str
    client: str
    runner_version: str
    git_revision: str | None
    scripts: tuple[AppliedScript, ...]


class ScriptStatus(NamedTuple):
    """A script, and how it differs from the last run: same, changed, new or gone."""

    name: str
    status: str


class StatusResult(NamedTuple):
    """The last runs, newest first, and the scripts compared with the newest run."""

    target: Target
    runs: tuple[RecordedRun, ...]
    scripts: tuple[ScriptStatus, ...]


class DiagramResult(NamedTuple):
    """The data model as text; `is_stale`: the file `output` does not contain it."""

    text: str
    tables: int
    output: Path | None = None
    is_stale: bool = False


class WaitResult(NamedTuple):
    """The result of `wait`; `seconds`: the time until the target was writable."""

    target: Target
    seconds: float


Result = (
    ApplyResult
    | CheckResult
    | DiagramResult
    | DiffResult
    | StatusResult
    | VerifyResult
    | WaitResult
)


class Failure(NamedTuple):
    """The result of a command that failed; `scripts`: the scripts that ran before the error."""

    error: RunnerError
    target: Target | None = None
    scripts: tuple[ScriptResult, ...] = ()
    seconds: float = 0.0


def exit_code(result: Result | Failure) -> int:
    """Return the exit code of a command with the given result."""
    differs = False
    match result:
        case Failure():
            return result.error.exit_code
        case CheckResult():
            return ScriptError.exit_code if result.errors else 0
        case ApplyResult():
            return result.exit_code
        case DiffResult():
            differs = bool(result.statements or result.left)
        case DiagramResult():
            differs = result.is_stale
        case VerifyResult():
            differs = not result.verification.agrees
    return VerificationFailed.exit_code if differs else 0
