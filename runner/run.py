"""One run of all scripts on one target, from BEGIN to COMMIT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq

from runner import facts, session, wire
from runner.errors import Interrupted, OutcomeUnknown, Refused, RunnerError
from runner.precheck import Checked
from runner.results import ScriptResult
from runner.scripts import LEFT_BEHIND, Scripts
from runner.signals import signals_held

if TYPE_CHECKING:
    from runner.executor import Executor
    from runner.folder import Folder
    from runner.results import Observer, Target
    from runner.settings import Settings

_CANCEL_TIMEOUT = 5.0


def run_scripts(
    conn: psycopg.Connection[tuple[Any, ...]],
    conninfo: str,
    settings: Settings,
    folder: Folder,
    checked: Sequence[Checked],
    observer: Observer,
    target: Target,
) -> tuple[tuple[ScriptResult, ...], Executor]:
    """Runs the scripts and commits. Gives their results, and the executor for its counts.

    `conninfo` is where `conn` leads, for a script that connects elsewhere.
    Raises StatementFailed, ScriptError, Refused, ConnectionFailed, OutcomeUnknown or
    Interrupted, each with the state of the target.
    """
    scripts = Scripts(conn, conninfo, settings, folder, observer, target)
    run = _Run(scripts)
    with run.outcome_told():
        run.begin()
        for one in checked:
            scripts.run(one)
        run.commit()
    return tuple(scripts.results), scripts.executor


class _Run:
    """The state of one run: what has been done so far, for the message if it fails."""

    def __init__(self, scripts: Scripts) -> None:
        self.conn = scripts.conn
        self.scripts = scripts
        self.executor = scripts.executor
        self.one_by_one = scripts.one_by_one
        self.committing = False

    def begin(self) -> None:
        """One round trip: BEGIN, our settings, and whether the target can be written to.

        Without a transaction two: no setting goes to a session that may not be ours.
        """
        settings = b"".join(self.scripts.own_settings())
        cursor = self.conn.execute(
            facts.QUERY if self.one_by_one else b"BEGIN;" + settings + facts.QUERY
        )
        while cursor.nextset():
            pass
        self.executor.round_trips += 1
        found = facts.Facts(*cursor.fetchall()[0])
        if refused := facts.refusal(found, self.conn.info.host):
            raise refused
        if self.one_by_one:
            if found.backend_pid != self.conn.info.backend_pid:
                raise Refused(
                    "--transaction none through a connection pooler",
                    detail="Each statement could run in another session of the server, without"
                    " the settings and temporary tables of the one before, and leave its own to"
                    " other clients.",
                    hint="Connect to the server itself.",
                )
            self.conn.execute(settings)
            self.executor.round_trips += 1

    def commit(self) -> None:
        """Makes it last. From here on a lost connection leaves the outcome open."""
        if self.one_by_one:
            return
        self.committing = True
        with signals_held():
            cursor = self.conn.execute(self.scripts.end_session() + b"COMMIT")
            while cursor.nextset():
                pass
        self.executor.round_trips += 1
        if cursor.statusmessage != "COMMIT":
            raise Refused(f"the server answered COMMIT with {cursor.statusmessage}")
        self.committing = False

    # -- when it fails ----------------------------------------------------------------------

    @contextmanager
    def outcome_told(self) -> Iterator[None]:
        """Whatever goes wrong inside becomes one of our errors that says what is now true."""
        try:
            yield
        except KeyboardInterrupt:
            self._stop_server()
            raise self._told(Interrupted("interrupted")) from None
        except RunnerError as error:
            self._roll_back()
            raise self._told(error) from None
        except psycopg.Error as error:
            broken = self.conn.pgconn.status == pq.ConnStatus.BAD
            if broken and self.committing:
                raise OutcomeUnknown(
                    "the connection broke during COMMIT: it may or may not have happened",
                    detail=str(error).strip(),
                    hint="Look at the database before you apply again.",
                ) from None
            self._roll_back()
            raise self._told(session.driver_error(error)) from None

    def _told(self, error: RunnerError) -> RunnerError:
        if error.state is not None:
            return error
        if not self.one_by_one:
            error.state = "Nothing has changed: the transaction was rolled back."
            return error
        done = [result.name for result in self.scripts.results]
        said = [f"all of {', '.join(done)}"] if done else []
        last = self.executor.last
        if last is not None and last.source.name not in done:
            end = last.line + last.text.count(b"\n")
            said.append(f"{last.source.name} up to line {end}")
        if self.scripts.shell is not None:
            said.append(f"what {self.scripts.shell.name} did")
        what = " and ".join(said) or "nothing"
        error.state = f"Without a transaction, what ran before is in: {what}."
        return error

    def _roll_back(self) -> None:
        try:
            if self.conn.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                self.conn.execute(b"ROLLBACK;" + LEFT_BEHIND)
        except psycopg.Error:
            self.conn.close()

    def _stop_server(self) -> None:
        """Cancels the running statement, so that its locks do not outlive us; then rolls back."""
        with suppress(psycopg.Error):
            self.conn.cancel_safe(timeout=_CANCEL_TIMEOUT)
            wire.abandon(self.conn.pgconn)
            self._roll_back()
        self.conn.close()
