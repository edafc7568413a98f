"""One run of all scripts on one target, from BEGIN to COMMIT."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from runner import session, shell, wire
from runner.errors import Interrupted, OutcomeUnknown, Refused, RunnerError, ScriptError
from runner.executor import Executor
from runner.folder import Files, Folder, Script
from runner.precheck import Checked
from runner.psql.settings_seen import canonical_encoding
from runner.psql.state import State
from runner.results import ScriptResult
from runner.signals import signals_held

if TYPE_CHECKING:
    from runner.psql.steps import Connect
    from runner.results import Observer
    from runner.settings import Settings

# What a new psql session does not have: everything that an earlier script may have left.
# DISCARD ALL does the same, but not in a transaction.
_NEW_SESSION = (
    b"RESET SESSION AUTHORIZATION;",
    b"RESET ALL;",
    b"CLOSE ALL;",
    b"UNLISTEN *;",
    b"DEALLOCATE ALL;",
    b"DISCARD TEMP;",
    b"DISCARD SEQUENCES;",
    b"SELECT pg_catalog.pg_advisory_unlock_all();",
)
# psql commits each statement, so deferred constraints are checked at its end.
_AS_IF_COMMITTED = b"SET CONSTRAINTS ALL IMMEDIATE;"
_CANCEL_TIMEOUT = 5.0


def run_scripts(
    conn: psycopg.Connection[tuple[Any, ...]],
    conninfo: str,
    settings: Settings,
    folder: Folder,
    checked: Sequence[Checked],
    observer: Observer,
) -> tuple[tuple[ScriptResult, ...], Executor]:
    """Runs the scripts and commits. Gives their results, and the executor for its counts.

    `conninfo` is where `conn` leads, for a script that connects elsewhere.
    Raises StatementFailed, ScriptError, Refused, ConnectionFailed, OutcomeUnknown or
    Interrupted, each with the state of the target.
    """
    run = _Run(conn, conninfo, settings, folder, observer)
    with run.outcome_told():
        run.begin()
        for one in checked:
            run.script(one)
        run.commit()
    return tuple(run.results), run.executor


class _Run:
    """The state of one run: what has been done so far, for the message if it fails."""

    def __init__(
        self,
        conn: psycopg.Connection[tuple[Any, ...]],
        conninfo: str,
        settings: Settings,
        folder: Folder,
        observer: Observer,
    ) -> None:
        self.conn = conn
        self.conninfo = conninfo
        self.settings = settings
        self.folder = folder
        self.observer = observer
        self.one_by_one = settings.transaction == "none"
        self.executor = Executor(
            conn, observer, one_by_one=self.one_by_one, reconnect=self._reconnect
        )
        self.results: list[ScriptResult] = []
        self.shell: Script | None = None  # the shell script that is running
        self.committing = False
        self.first_settings = self._parse_settings()

    def _parse_settings(self) -> tuple[bytes | None, bytes | None]:
        """The settings with which the server reads text, as it has reported them."""
        status = self.conn.pgconn.parameter_status
        return status(b"standard_conforming_strings"), status(b"client_encoding")

    def begin(self) -> None:
        """One round trip: BEGIN, our settings, and whether the target can be written to."""
        facts = (
            "SELECT pg_catalog.pg_is_in_recovery(),"
            " pg_catalog.current_setting('transaction_read_only') OPERATOR(pg_catalog.=) 'on'"
        )
        begin = b"" if self.one_by_one else b"BEGIN;"
        message = b"".join([begin, *self._own_settings(), facts.encode()])
        cursor = self.conn.execute(message)
        while cursor.nextset():
            pass
        self.executor.round_trips += 1
        in_recovery, read_only = cursor.fetchone() or (False, False)
        if in_recovery:
            raise Refused(
                "this is a read-only replica",
                hint="Use the writer endpoint: the primary of this cluster.",
            )
        if read_only:
            raise Refused(
                "the target is read-only: default_transaction_read_only is on",
                hint="Switch it off for this role or database, or use the writer endpoint.",
            )

    def _own_settings(self) -> tuple[bytes, ...]:
        local = sql.SQL("" if self.one_by_one else "LOCAL")
        timeout = sql.Literal(f"{round(self.settings.lock_timeout * 1000)}ms")
        statement = sql.SQL("SET {} lock_timeout = {};").format(local, timeout)
        commands = (statement.as_bytes(self.conn),)
        return commands if self.one_by_one else (*commands, _AS_IF_COMMITTED)

    def script(self, checked: Checked) -> None:
        """Runs one script in what looks like a new session."""
        script = checked.script
        self.observer.script_started(script.name, script.size)
        started = time.monotonic()
        preamble = self._preamble()
        if script.shell:
            self.shell = script
            shell.run_shell(script.path, shell.environment(self.conn), self.observer)
            self.executor.statements = self.executor.rows = 0
            self.shell = None
        else:
            self.executor.run(script.source, self._state(), preamble)
        self._back_home()
        if script.has_changed():
            raise ScriptError(f"{script.name} was changed while it was being applied")
        result = ScriptResult(
            script.name,
            checked.sha256,
            script.size,
            self.executor.statements,
            self.executor.rows,
            time.monotonic() - started,
        )
        self.results.append(result)
        self.observer.script_finished(result)

    def _reconnect(self, step: Connect) -> psycopg.Connection[tuple[Any, ...]]:
        r"""`\connect` to somewhere else; what it does not name stays as it is."""
        given = {"dbname": step.dbname, "user": step.user, "host": step.host, "port": step.port}
        changed = {name: value for name, value in given.items() if value is not None}
        try:
            conninfo = make_conninfo(self.conninfo, **changed)
        except psycopg.ProgrammingError:
            place = step.statement.source.place(step.statement.offset)
            raise ScriptError("\\connect: libpq cannot use these parameters", place=place) from None
        self._leave()
        conn = session.connect(
            conninfo, connect_timeout=self.settings.connect_timeout, observer=self.observer
        )
        conn.execute(b"".join(self._own_settings()))
        return conn

    def _leave(self) -> None:
        if self.executor.conn is not self.conn:
            self.executor.conn.close()

    def _back_home(self) -> None:
        """The next script begins where the run began, whatever this one connected to."""
        self._leave()
        self.executor.use(self.conn)

    def _preamble(self) -> tuple[bytes, ...]:
        """What has to come before a script so that its session looks new."""
        if not self.results:
            return ()
        if self.one_by_one:
            if self.conn.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                self.conn.execute("ROLLBACK")  # a script left it open, and psql would disconnect
            self.conn.execute("DISCARD ALL")
            self.conn.execute(b"".join(self._own_settings()))
            self.executor.round_trips += 2
            return ()
        commands = (*_NEW_SESSION, *self._own_settings())
        if self._parse_settings() == self.first_settings:
            return commands
        # The server would read the script's text with what the last one has set.
        self.conn.execute(b"".join(commands))
        self.executor.round_trips += 1
        return ()

    def _state(self) -> State:
        """psql's variables as it would set them on this connection."""
        info = self.conn.info
        strings, encoding = self.first_settings
        name = canonical_encoding((encoding or b"UTF8").decode())
        variables = {
            "DBNAME": info.dbname,
            "USER": info.user,
            "HOST": info.host,
            "PORT": str(info.port),
            "SERVER_VERSION_NUM": str(info.server_version),
            "SERVER_VERSION_NAME": info.parameter_status("server_version") or "",
            **self.settings.variables,
        }
        return State(
            Files(self.folder.path),
            variables,
            standard_conforming_strings=strings != b"off",
            encoding=name,
            environ=os.environ,
        )

    def commit(self) -> None:
        """Makes it last. From here on a lost connection leaves the outcome open."""
        if self.one_by_one:
            return
        self.committing = True
        with signals_held():
            cursor = self.conn.execute("COMMIT")
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
        done = [result.name for result in self.results]
        said = [f"all of {', '.join(done)}"] if done else []
        last = self.executor.last
        if last is not None and last.source.name not in done:
            end = last.line + last.text.count(b"\n")
            said.append(f"{last.source.name} up to line {end}")
        if self.shell is not None:
            said.append(f"what {self.shell.name} did")
        what = " and ".join(said) or "nothing"
        error.state = f"Without a transaction, what ran before is in: {what}."
        return error

    def _roll_back(self) -> None:
        try:
            if self.conn.pgconn.transaction_status != pq.TransactionStatus.IDLE:
                self.conn.rollback()
        except psycopg.Error:
            self.conn.close()

    def _stop_server(self) -> None:
        """Cancels the running statement, so that its locks do not outlive us; then rolls back."""
        with suppress(psycopg.Error):
            self.conn.cancel_safe(timeout=_CANCEL_TIMEOUT)
            wire.abandon(self.conn.pgconn)
            self._roll_back()
        self.conn.close()
