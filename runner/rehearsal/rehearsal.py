"""The rehearsal: run the scripts as `apply` would, but in a temporary database, and twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial

import psycopg
from psycopg import pq

from runner.catalog.reader import read_snapshot
from runner.catalog.rows import read_state, sequences_behind
from runner.check.failed_statement import Facts
from runner.check.hints import with_remedy
from runner.check.scripts import Checked, Reading
from runner.connect import session
from runner.connect.queries import is_restricted
from runner.connect.server_info import describe
from runner.embedded.programs import DISTRIBUTION, package_bin_dir
from runner.errors import ConnectionFailed, Place, Refused, RunnerError, UsageError
from runner.execute.execution import Execution
from runner.findings import Finding, FindingsError
from runner.observer import Observer, ProgressOnly
from runner.reference.one_database import VisitedDatabase
from runner.rehearsal.databases import TARGET_DATABASE, RehearsedDatabases, temporary_database
from runner.rehearsal.error_findings import (
    ErrorFindings,
    TooManyErrors,
    allowed_to_rds_superuser,
    finding_of,
    in_order,
    is_left_out,
    text_after,
)
from runner.scripts.folder import Folder
from runner.sessions.script_runner import Scripts
from runner.sessions.session_reset import own_settings
from runner.settings import Settings
from runner.verify.assertions import BEFORE, assertions_folders, read_assertions, run_assertions
from runner.verify.definitions import unqualified

Take = Callable[[RunnerError, bytes | None], None]
Test = Callable[[RunnerError], bool]
Rehearsed = tuple[tuple[Finding, ...], tuple[str, ...]]

_NOT_REHEARSED = "Scripts that run commands of the shell were not rehearsed."
_NO_SERVER = (
    "Not rehearsed, because the embedded PostgreSQL is not installed: syntax errors, names that do"
    " not exist, missing privileges and failing rows were not looked for. To rehearse: pip install"
    f" '{DISTRIBUTION}[embedded]', or --reference CONNINFO."
)
_BEGIN = b"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"


def rehearse(settings: Settings, folder: Folder, reading: Reading, observer: Observer) -> Rehearsed:
    """Run the scripts and the assertions in a temporary database, and the scripts once more.

    Return all findings, in the order of the scripts, and notes; without a server, a note about
    that. Raises the errors of `temporary_database`.
    """
    if settings.reference is None:
        try:
            package_bin_dir()
        except UsageError:
            return reading.findings, (_NO_SERVER,)
    try:
        return _run_rehearsal(settings, folder, reading, observer)
    except (UsageError, ConnectionFailed, Refused) as error:
        needs = "The role of --reference needs CREATEDB." if error.sqlstate == "42501" else None
        hint = "\n".join(filter(None, (error.hint, needs, "--offline checks without a server.")))
        raise error.converted(type(error), hint=hint) from None


def _run_rehearsal(
    settings: Settings, folder: Folder, reading: Reading, observer: Observer
) -> Rehearsed:
    errors = ErrorFindings(reading.findings)
    has_shell = any(one.runs_shell for one in reading.checked)
    errors.is_complete = not has_shell
    if all(one.runs_shell for one in reading.checked):
        return reading.findings, (_NOT_REHEARSED,)
    sequences: list[Finding] = []
    with temporary_database(settings, reading.facts, observer) as conn:
        rehearsal = _Rehearsal(conn, settings, folder, reading, observer)
        rehearsal.run(errors.add)
        if errors.is_clean and not settings.schema_only:
            sequences = list(rehearsal.sequences())
            rehearsal.run_assertions(errors.add)
        notes = [rehearsal.server_note()]
        if taken := ", ".join(sorted(rehearsal.databases.taken - {"postgres"})):
            notes.append(f"Taken for the target's database, as no script creates it: {taken}.")
        if rehearsal.unread:
            notes.append(f"Not examined: {', '.join(rehearsal.unread)}.")
        if number := errors.followed:
            notes.append(f"Further errors that follow from these, or are equal to them: {number}.")
        if errors.is_clean and (second := rehearsal.second_error()):
            place = f"{second.place}: " if second.place else ""
            sqlstate = f" ({second.sqlstate})" if second.sqlstate else ""
            failed = f"A second apply would fail at {place}{second.message}{sqlstate}."
            notes.append(f"{failed} {second.hint or ''}".rstrip())
        notes += [_NOT_REHEARSED] * has_shell
        if settings.schema_only:
            notes.append("INSERT, COPY and the assertions were not rehearsed.")
    allowed = rehearsal.allowed
    for other in rehearsal.databases.visited.items():
        with temporary_database(settings, reading.facts, observer) as conn:
            visited = _Rehearsal(conn, settings, folder, reading, observer, other)
            visited.run(errors.add)
            allowed |= visited.allowed
    found = [*errors.without_refused(reading.findings), *errors.findings, *sequences]
    return in_order(folder, (*found, *allowed.values())), tuple(notes)


@contextmanager
def built(
    settings: Settings, folder: Folder, reading: Reading, observer: Observer
) -> Iterator[session.Session]:
    """Yield a session with a temporary database in which the scripts have run, but no shell.

    What needs a superuser is left out with a warning. Raises the errors of `temporary_database`,
    FindingsError, and the first other error of the scripts.
    """
    if wrong := tuple(one for one in reading.findings if one.severity == "error"):
        raise FindingsError.of(wrong)
    with temporary_database(settings, reading.facts, observer) as conn:
        rehearsal = _Rehearsal(conn, settings, folder, reading, observer)
        if error := rehearsal.first_error(partial(is_left_out, observer=observer)):
            raise error
        yield conn


class _Rehearsal:
    """A run in a temporary database; `other`: a further database, to rehearse instead."""

    def __init__(
        self,
        conn: session.Session,
        settings: Settings,
        folder: Folder,
        reading: Reading,
        observer: Observer,
        other: tuple[str, VisitedDatabase] | None = None,
    ) -> None:
        self._conn = conn
        self._settings = settings
        self._folder = folder
        self._checked = [one for one in reading.checked if not one.runs_shell]
        self.unread: list[str] = []
        # Warnings about extensions that Aurora's rds_superuser may create, but not this role.
        self.allowed: dict[Place | None, Finding] = {}
        self._autocommit = settings.transaction == "none"
        self._take: Take | None = None
        self._script = ""
        self._facts = cache(partial(Facts.of, folder, settings.variables))
        own = own_settings(self._conn, settings.lock_timeout, autocommit=self._autocommit)
        is_one = self._autocommit or not reading.facts.several
        self.databases = RehearsedDatabases(self._conn, other, self._on_error)
        self._scripts = Scripts(
            Execution(
                self._conn,
                ProgressOnly(observer),
                describe(self._conn),
                autocommit=self._autocommit,
                left_out="INSERT |COPY " if settings.schema_only else None,
                rewrite=self.databases.sent if reading.facts.asks_database else None,
                on_error=self._on_error,
                databases=None if is_one else self.databases,
            ),
            settings,
            facts=reading.facts,
            begin=(_BEGIN, *own),
        )

    def server_note(self) -> str:
        target = self._scripts.execution.target
        superuser = "a superuser: missing privileges were not found"
        rights = "no superuser" if is_restricted(self._conn) else superuser
        return f"Rehearsed on PostgreSQL {target.server_version} as {target.user}, {rights}."

    def run(self, take: Take) -> None:
        """Run all scripts; call `take` with each error and its statement."""
        self._take = take
        sessions = self._scripts.sessions
        try:
            if not (self._autocommit or sessions.is_used):
                # Send it now: an unreadable script discards queued commands, but BEGIN must stay.
                self._scripts.executor.flush(sessions.begin())
            for one in self._checked:
                self._script = one.script.name
                self._run_script(one)
            if not self._autocommit:
                self._scripts.finish()
        except psycopg.Error as error:
            failed = session.driver_error(error)
            place = failed.place or Place(self._script, 1, 1)
            self._on_error(failed.converted(type(failed), place=place), None)
        except TooManyErrors:
            pass
        finally:
            sessions.close()

    def _run_script(self, checked: Checked) -> None:
        try:
            self._scripts.run(checked)
        except ConnectionFailed:
            raise
        except RunnerError as error:
            self._scripts.executor.forget()
            place = error.place or Place(self._script, 0)
            rest: bytes | None = b""
            if not error.message.startswith("\\if "):  # a missing \\endif is reported at the end
                found = text_after(checked.script.source, place)
                rest = found and b";" + b";".join(found)
                if found is None or found[0].strip(b";"):
                    after = f" after line {place.line}" if place.line else ""
                    outer = (f", and what follows it in {o}" for o in reversed(place.included_from))
                    self.unread.append(f"{place.script}{after}{''.join(outer)}")
            self._on_error(error.converted(type(error), place=place), rest)
            if self._conn.pgconn.transaction_status == pq.TransactionStatus.INERROR:
                raise TooManyErrors from None

    def _on_error(self, error: RunnerError, statement: bytes | None) -> bytes | None:
        if self._take is None or self.databases.is_only_parsed(error):
            return None
        message = error.message.replace(self._conn.info.dbname, TARGET_DATABASE)
        error = with_remedy(error.converted(type(error), message=message), self._facts)
        is_own = self._settings.reference is None
        if found := allowed_to_rds_superuser(error, statement or b"") if is_own else None:
            self.allowed.setdefault(error.place, found[0])
            return found[1]
        self._take(error, statement)
        return None

    def sequences(self) -> Iterator[Finding]:
        """Yield a warning for each sequence behind its column, placed at the table's first rows."""
        known = reversed(self._facts().definitions)
        filled = {one.name: one for one, _ in known if one.kind == "rows"}
        with self._conn.transaction():
            _, states = read_state(self._conn, (), read_snapshot(self._conn).feeds)
        for feed, warning in sequences_behind(states):
            found = Finding("warning", str(self._folder.path), warning.message)
            if rows := filled.get(unqualified(feed.table)):
                found = found._replace(script=rows.script, place=Place(rows.script, rows.line))
            yield found._replace(rewrite=warning.hint or "")

    def run_assertions(self, take: Take) -> None:
        """Run the assertions in the transaction of the scripts, which must not have failed."""
        folders = assertions_folders(self._settings.assertions, self._settings.scripts)
        try:
            with session.errors_converted():
                if asserted := read_assertions(folders, self._settings.variables):
                    self._conn.execute("BEGIN;" * self._autocommit + BEFORE)
                    for error in run_assertions(self._conn, asserted):
                        take(with_remedy(error, self._facts), b"")
        except RunnerError as error:
            take(error, b"")
        finally:
            if self._autocommit:
                self._conn.rollback()

    def second_error(self) -> RunnerError | None:
        """Run the scripts again in the same database; return the first error, if any."""
        self._scripts.run_again()
        return self.first_error()

    def first_error(self, is_left_out: Test = lambda _: False) -> RunnerError | None:
        """Run up to an error that is no warning; return the first of all: it may be the cause."""
        found: list[tuple[str, RunnerError]] = []

        def take(error: RunnerError, statement: bytes | None) -> None:
            if is_left_out(error):
                return
            found.append((finding_of(error, statement or b"").severity, error))
            if found[-1][0] == "error":
                raise TooManyErrors

        self.run(take)
        return found[0][1] if found and found[-1][0] == "error" else None
