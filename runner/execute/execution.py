"""What an executor is given: session, observer and options; the databases; a running script."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from runner.adapt import step_filters
from runner.adapt.shared_statements import Shared, with_shared
from runner.errors import RunnerError
from runner.psql.steps import Connect, Statement, Step
from runner.results import ScriptResult, Target

if TYPE_CHECKING:
    from runner.check.scripts import Checked
    from runner.connect.session import Session
    from runner.connect.wire import Watch
    from runner.guard.guard import Guard
    from runner.observer import Observer


class Execution(NamedTuple):
    """The session in which scripts begin, and the options of their execution.

    psql's variables and hints are derived from `target`. With `autocommit` every statement is sent
    alone; otherwise it is an error if the run's transaction ends. `watch` is called while the
    server is silent, `between` after each message. `probe` returns what to run after a statement.
    Commands that match `left_out` are not sent; `rewrite` returns the text to send for a statement.
    With `on_error` scripts go on after an error, as in psql with ON_ERROR_ROLLBACK; it is called
    with the error and the text of the statement, and returns what to send instead, if anything.
    With `merges`, runs of INSERTs may be merged.
    `databases` is None where the scripts stay in one database.
    """

    session: Session
    observer: Observer
    target: Target
    autocommit: bool = False
    watch: Watch | None = None
    between: Callable[[], None] | None = None
    probe: Callable[[Statement], bytes] | None = None
    left_out: str | None = None
    rewrite: Callable[[bytes], bytes] | None = None
    merges: bool = True
    on_error: Callable[[RunnerError, bytes], bytes | None] | None = None
    databases: Databases | None = None

    def filtered(
        self, steps: Iterator[Step], is_passed_over: Callable[[], bool]
    ) -> Iterator[Step | Shared]:
        """The steps of a script as they are sent."""
        if self.rewrite is not None:
            steps = step_filters.rewritten(steps, self.rewrite)
        if not self.autocommit:
            steps = step_filters.with_lock_timeout(steps)
            if self.on_error is not None:
                steps = step_filters.apart_from_savepoints(steps)
        if self.probe is not None:
            steps = step_filters.probed(steps, self.probe)
        if self.databases is not None:
            return with_shared(steps, is_passed_over, self.databases.generated)
        return steps


class Databases(Protocol):
    """The databases of the server that take part in a run, and the objects they share."""

    def connect(self, name: str, step: Connect | None) -> tuple[Session, Guard | None] | None:
        r"""Return where statements go after a `\connect`, or at a script's start; None: nowhere."""

    def can_run(self, given: Statement) -> bool:  # noqa: ARG002, it is about a left-out database
        """Return whether a statement of another database needs nothing that only that one has."""
        return True

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        """Return which statement about roles or databases to run, and where; None if it is done."""

    def act_for(self, names: Collection[str]) -> bool:  # noqa: ARG002, the reference is one
        """Let the role of the run act for older roles; return False if each session has to."""
        return False

    def with_known_names(self, text: str) -> str:
        """Return a text of the server with the names of databases that the scripts know."""
        return text

    def session_commands(self) -> tuple[bytes, ...]:
        """Return the commands that begin a session of scripts that ask for databases."""
        return ()

    def generated(self, query: Statement) -> Sequence[Shared] | None:  # noqa: ARG002
        r"""Return the results of a `\gexec` query that is left out here; None to send the query."""
        return None


Where = tuple["Session | None", "Statement"]  # None: on the current session


class RunningScript:
    """Counts statements and their rows. No method may raise.

    `on_answers` is called with the first values of the rows that the runner's own commands before
    the script return.
    """

    def __init__(
        self,
        checked: Checked,
        observer: Observer,
        on_answers: Callable[[Sequence[bytes]], None],
        on_end: Callable[[ScriptResult], None],
    ) -> None:
        self.statements = self.rows = 0
        self.on_answers = on_answers
        self._checked = checked
        self._observer = observer
        self._on_end = on_end
        self._started: float | None = None

    def start(self) -> None:
        """Note that the server begins with the script; called again with each message of it."""
        if self._started is None:
            self._started = time.monotonic()
            script = self._checked.script
            size = script.size if script.name.endswith(".sql") else 0  # unknown if compressed
            self._observer.script_started(script.name, size)

    def end(self) -> None:
        """Note that the server has ended the script."""
        script = self._checked.script
        seconds = time.monotonic() - (self._started or 0.0)
        counts = self.statements, self.rows
        self._on_end(ScriptResult(script.name, self._checked.sha256, script.size, *counts, seconds))
