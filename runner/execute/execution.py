"""What scripts are executed with, the databases that they may go to, and one that runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from runner.execute import step_filters
from runner.execute.shared import Shared, with_shared
from runner.results import ScriptResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.check.scripts import Checked
    from runner.connect.session import Session
    from runner.connect.wire import Watch
    from runner.errors import RunnerError
    from runner.guard.guard import Guard
    from runner.observer import Observer
    from runner.psql.steps import Connect, Statement, Step
    from runner.results import Target


class Execution(NamedTuple):
    """What scripts are executed with.

    `session` is where they begin. `target` is what psql's variables and advice are made of.
    With `autocommit` every statement is sent alone; else whatever ends the run's transaction is
    an error. `watch` is called while the server is silent, `between` after each message. What
    `probe` gives for a statement is run after it. A command that matches the pattern `left_out`
    is not sent; `rewrite` gives the text that is sent for that of a statement. With `on_error` the
    scripts go on after an error, as in psql with ON_ERROR_ROLLBACK; it takes the error and the text
    of the statement. `merges`: runs of INSERTs may go in fewer messages. `databases` is None where
    the scripts stay in one.
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
    on_error: Callable[[RunnerError, bytes], None] | None = None
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
    """The other databases of the server, in one transaction over all, and what they share."""

    def connect(self, name: str, step: Connect | None) -> tuple[Session, Guard | None] | None:
        r"""Where the statements go after a `\connect`, or at the beginning of a script.

        None: they are passed over.
        """

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        """Which statement is to run where, for one about roles or databases; None: it is done."""

    def generated(self, query: Statement) -> Sequence[Shared] | None:  # noqa: ARG002
        r"""What a query of `\gexec` gives that is passed over; None where it is to be asked."""
        return None


Where = tuple["Session | None", "Statement"]  # None: where the others go


class RunningScript:
    """Counts statements and their rows. No method may raise.

    `on_answers` takes the first values of the rows that the runner's own commands before it give.
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
        """The server begins with it; called again with each message that holds some of it."""
        if self._started is None:
            self._started = time.monotonic()
            script = self._checked.script
            size = script.size if script.name.endswith(".sql") else 0  # not of what is compressed
            self._observer.script_started(script.name, size)

    def end(self) -> None:
        """The server has ended it."""
        script = self._checked.script
        seconds = time.monotonic() - (self._started or 0.0)
        counts = self.statements, self.rows
        self._on_end(ScriptResult(script.name, self._checked.sha256, script.size, *counts, seconds))
