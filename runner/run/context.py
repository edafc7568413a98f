"""What a run is given: scripts, assertions, session, observer; and the advice in its errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from runner.check.script_facts import ScriptFacts
from runner.check.scripts import Checked, check_scripts
from runner.comparison import DifferencesError, Verification
from runner.connect import session
from runner.connect.queries import no_timeouts
from runner.connect.session import Session
from runner.errors import LockNotAvailable, RunnerError
from runner.observer import Observer
from runner.results import LossError, Notice, Target
from runner.scripts.folder import Folder, read_folders
from runner.signals import Stop

if TYPE_CHECKING:
    from runner.fleet import Member
    from runner.reference.reference_state import ReferencePool
    from runner.reference.spec import DatabaseProperties, ReferenceSpec
    from runner.settings import Settings
    from runner.verify.assertions import AssertionFile
    from runner.verify.verifier import Verifier

_TIMEOUT = 5.0  # seconds
_DUPLICATE = ("42P07", "42710", "42723", "42P06", "42701")


class Prepared(NamedTuple):
    """The scripts and assertions that were read; several targets share them, and `shared`."""

    folder: Folder
    checked: Sequence[Checked]
    facts: ScriptFacts
    asserted: Sequence[AssertionFile]
    shared: ReferencePool | None = None
    member: Member | None = None


def prepare(settings: Settings, observer: Observer, *, to_compare: bool = False) -> Prepared:
    """Read scripts, and assertions (`to_compare`: if named). Raises UsageError, ScriptError."""
    from runner.verify.assertions import assertions_folders, read_assertions

    folder = read_folders(settings.scripts, allow_shell=settings.allow_shell)
    for entry in folder.not_run:
        observer.note(f"not run: {entry.name} ({entry.reason})")
    is_one = to_compare or settings.transaction == "all"
    checked, warnings, facts = check_scripts(folder, settings.variables, in_transaction=is_one)
    named: tuple[Path, ...] = () if settings.assertions is None else (settings.assertions,)
    if not to_compare:
        named = assertions_folders(settings.assertions, settings.scripts)
        for warning in warnings:
            if not warning.in_check_only:
                where = "" if warning.place else f"{warning.script}: "
                detail = f"Docker: {warning.docker}. Target: {warning.target}."
                message, place, hint = where + warning.message, warning.place, warning.rewrite
                observer.notice(Notice("WARNING", message, place, detail=detail, hint=hint))
    return Prepared(folder, checked, facts, read_assertions(named, settings.variables))


class RunContext(NamedTuple):
    """One command on one target; `stop` interrupts it from another thread."""

    session: Session
    settings: Settings
    prepared: Prepared
    observer: Observer
    target: Target
    stop: Stop

    def connect(self, dbname: str | None = None) -> Session:
        conninfo = make_conninfo(self.session.conninfo, dbname=dbname)
        timeout = self.settings.connect_timeout
        return session.connect(conninfo, connect_timeout=timeout, observer=self.observer)

    def timeouts(self) -> str:
        """Return the commands that set the timeouts of a transaction, without a last semicolon."""
        lock_timeout = round(self.settings.lock_timeout * 1000)
        return f"{no_timeouts(self.session)} SET LOCAL lock_timeout = {lock_timeout}"

    def reference_spec(self, properties: DatabaseProperties) -> ReferenceSpec:
        from runner.reference.spec import ReferenceSpec

        read = self.prepared.folder, self.prepared.checked, self.prepared.facts
        conninfo = self.session.conninfo
        return ReferenceSpec(conninfo, self.settings, *read, self.target, properties)

    def start_verifier(
        self,
        spec: ReferenceSpec,
        stack: ExitStack,
        *,
        awaits_run: bool = False,
        before_run: bool = False,
    ) -> Verifier:
        """Return a verifier that builds its reference; `Verifier.start` may raise Refused."""
        from runner.verify.verifier import Verifier

        verifier = Verifier(spec, stack, self.prepared.shared)
        self.stop.on_request(verifier.release)
        verifier.builds_before_run |= before_run
        verifier.start(awaits_run=awaits_run)
        return verifier

    def with_advice(
        self, found: RunnerError | psycopg.Error, holders: str | None, *, by_run: bool = False
    ) -> RunnerError:
        """Return the error with one more hint, if there is one; `by_run`: not of a comparison.

        An exceeded lock timeout gets the `holders` of the lock, if they are known.
        """
        error = found if isinstance(found, RunnerError) else session.driver_error(found)
        if error.sqlstate == "55P03":
            detail = error.detail or (f"The lock is held by {holders}." if holders else None)
            hint = "wait longer: --lock-timeout"
            error = error.converted(LockNotAvailable, hint=hint, detail=detail)
        applied = ""
        if by_run and error.sqlstate in _DUPLICATE:
            from runner.registry import registry

            with suppress(psycopg.Error, RunnerError):
                for run in registry.read_runs(self.session, self.settings.registry_schema, 1):
                    applied = f": these scripts were applied on {run.finished_at:%Y-%m-%d %H:%M %Z}"
        from runner.check.failed_statement import Facts
        from runner.check.hints import with_remedy

        folder, variables = self.prepared.folder, self.settings.variables
        return with_remedy(error, lambda: Facts.of(folder, variables, applied))

    def warn(self, verification: Verification) -> None:
        for warning in verification.warnings:
            self.observer.notice(Notice("WARNING", warning.message, hint=warning.hint))


@contextmanager
def open_again(conn: Session) -> Iterator[Session]:
    """Yield the connection, or another to the same target if it is closed."""
    if not conn.closed:
        yield conn
        return
    with session.connect(conn.conninfo, connect_timeout=_TIMEOUT, observer=Observer()) as another:
        yield another


@contextmanager
def naming_diff(settings: Settings) -> Iterator[None]:
    """Add the command `diff` to hints of errors where it would write ALTER instead of DROP."""
    try:
        yield
    except LossError as error:
        if not any(loss.cause == "dropped" or "column" in loss.cause for loss in error.losses):
            raise
        more = f"For SQL that keeps the rows: {settings.command('diff')}"
        raise error.converted(LossError, hint=f"{error.hint}\n{more}") from None
    except DifferencesError as error:
        if not error.verification.differs_in_catalog:
            raise
        more = f"For the SQL that corrects the target: {settings.command('diff')}"
        raise error.converted(DifferencesError, hint=f"{more}\n{error.hint}") from None
