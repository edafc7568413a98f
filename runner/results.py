"""Frozen values that commands return and report shows, and the observer of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from runner.errors import Place, Refused, RunnerError, ScriptError, VerificationFailed


class Target(NamedTuple):
    """The database that was connected to. Never holds a password."""

    host: str
    port: int | None
    dbname: str
    user: str
    server_version: str
    embedded: bool = False
    aurora_version: str | None = None

    def __str__(self) -> str:
        if self.embedded:
            return f"{self.dbname} on the embedded PostgreSQL {self.server_version}"
        port = f":{self.port}" if self.port else ""
        where = f"{self.host}{port}"
        aurora = f", Aurora {self.aurora_version}" if self.aurora_version else ""
        version = f"PostgreSQL {self.server_version}{aurora}"
        return f"{self.dbname} at {where} as {self.user} ({version})"


class NotRun(NamedTuple):
    """An entry of the scripts folder that is not run, and why."""

    name: str
    reason: str


class ScriptResult(NamedTuple):
    """One script that ran. `rows` counts inserted, copied, updated, deleted and merged rows."""

    name: str
    sha256: str
    bytes: int
    statements: int
    rows: int
    seconds: float


class Notice(NamedTuple):
    """A NOTICE or WARNING of the server, or a note of the runner, with its place in a script."""

    severity: str
    message: str
    place: Place | None = None
    sqlstate: str | None = None
    detail: str | None = None
    hint: str | None = None


class Finding(NamedTuple):
    """What goes wrong with a script, or could: in Docker, on the target, and what to write.

    `script` is a file or the folder; `place` is None where the whole of it is meant. `severity`
    is error or warning. With `rights` it depends on the target's user. `always` is for a warning
    that a run gives, too, without being asked for more.
    """

    severity: str
    script: str
    message: str
    docker: str = ""
    target: str = ""
    rewrite: str = ""
    place: Place | None = None
    rights: bool = False
    always: bool = False

    @property
    def where(self) -> str:
        """The place as messages name it."""
        return self.script if self.place is None else str(self.place)


class FindingsError(ScriptError):
    """Scripts that cannot work as they stand, with everything that was found, errors only."""

    def __init__(self, findings: tuple[Finding, ...], message: str, **data: Any) -> None:
        super().__init__(message, **data)
        self.findings = findings

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> FindingsError:
        """The error for some findings; as its message it has the first."""
        first = findings[0]
        message = first.message if first.place else f"{first.script}: {first.message}"
        return cls(findings, message, place=first.place, hint=first.rewrite or None)


class CheckResult(NamedTuple):
    """What `check` found in so many scripts, in their order."""

    findings: tuple[Finding, ...]
    scripts: int

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """2 with errors, 0 with warnings alone."""
        return 2 if self.errors else 0


class Found(NamedTuple):
    """A difference, and where the scripts define what it is about, when that is known."""

    difference: Difference
    script: str | None = None
    line: int | None = None


class Verification(NamedTuple):
    """What was compared, by the plural of its kind, and what was found.

    `assertions` are those that failed. `partially_applied` is the first statement without effect
    where the scripts seem to have stopped.
    """

    checked: Mapping[str, int]
    found: tuple[Found, ...] = ()
    assertions: tuple[RunnerError, ...] = ()
    partially_applied: Defined | None = None

    @property
    def agrees(self) -> bool:
        """Whether the database is what the scripts build."""
        return not self.found and not self.assertions


class DifferencesError(VerificationFailed):
    """The database is not what the scripts build, or an assertion failed."""

    def __init__(self, verification: Verification) -> None:
        differ, failed = len(verification.found), len(verification.assertions)
        said = []
        if differ:
            said.append(f"{differ} difference{'s' * (differ > 1)} from what the scripts build")
        if failed:
            said.append(f"{failed} failed assertion{'s' * (failed > 1)}")
        super().__init__(" and ".join(said))
        self.verification = verification


class Defined(NamedTuple):
    """A statement that creates an object or puts rows into a table (`rows`), and its place.

    `name` has no schema; `table` is what a trigger, an index or a policy is on.
    """

    kind: str
    name: str
    table: str
    script: str
    line: int


class VerifyResult(NamedTuple):
    """What `verify` found. `mend` is the command that would put it right."""

    target: Target
    verification: Verification
    seconds: float
    mend: str | None = None


class Loss(NamedTuple):
    """What a table loses: rows, values of a column, large objects. `rows` is None if not known.

    `cause` is dropped, truncated, deleted from, column NAME dropped, sequence NAME dropped or
    unlinked; `script` and `line` are None when they are not certain.
    """

    table: str
    rows: int | None
    cause: str
    script: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        rows = "rows nobody may count" if self.rows is None else f"{self.rows:,} rows"
        if self.rows == 1:
            rows = "1 row"
        line = "" if self.line is None else f":{self.line}"
        where = "" if self.script is None else f" by {self.script}{line}"
        return f"{self.table}: {rows}, {self.cause.removesuffix(' from')}{where}"


class LossError(Refused):
    """Rows would be lost that the scripts did not write."""

    def __init__(self, losses: Sequence[Loss], message: str, **data: Any) -> None:
        super().__init__(message, **data)
        self.losses = tuple(losses)


class ApplyResult(NamedTuple):
    """What `apply` did. `example_table` is one that it created.

    `loss` is what the user allowed to be lost, and was; `changes` are None where nobody looked.
    """

    target: Target
    scripts: tuple[ScriptResult, ...]
    not_run: tuple[NotRun, ...]
    committed: bool
    round_trips: int
    seconds: float
    example_table: str | None = None
    already: RecordedRun | None = None
    loss: tuple[Loss, ...] = ()
    verification: Verification | None = None
    changes: tuple[ObjectChange, ...] | None = None


class ObjectChange(NamedTuple):
    """What a run does to one object, or to the rows of one table.

    `before` and `after` are what a `property` was and becomes, in the words of SQL.
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


class PlanResult(NamedTuple):
    """What `apply` would do, seen by doing it; all of it was rolled back."""

    target: Target
    scripts: tuple[ScriptResult, ...]
    not_run: tuple[NotRun, ...]
    changes: tuple[ObjectChange, ...]
    loss: tuple[Loss, ...]
    verification: Verification | None
    round_trips: int
    seconds: float


class AppliedScript(NamedTuple):
    """A script as a run applied it."""

    name: str
    sha256: str


class RecordedRun(NamedTuple):
    """A run that was committed, as the registry has it."""

    id: int
    started_at: datetime
    finished_at: datetime
    role: str
    client: str
    runner_version: str
    git_revision: str | None
    scripts: tuple[AppliedScript, ...]


class ScriptStatus(NamedTuple):
    """A script, and how it is on disk since the last run: same, changed, new or gone."""

    name: str
    status: str


class StatusResult(NamedTuple):
    """The last runs, newest first, and the scripts since the newest of them."""

    target: Target
    runs: tuple[RecordedRun, ...]
    scripts: tuple[ScriptStatus, ...]


class WaitResult(NamedTuple):
    """The target answers and is writable; `seconds` is how long that took."""

    target: Target
    seconds: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the scripts build it, in the words of SQL."""

    kind: Literal["missing", "extra", "changed"]
    object: str
    name: str
    property: str | None = field(default=None, kw_only=True)
    expected: str | None = None
    actual: str | None = None
