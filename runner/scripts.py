"""The scripts one after the other on one connection, each in what looks like a new session."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from runner import session, shell
from runner.errors import ScriptError
from runner.executor import Executor
from runner.folder import Files, Folder, Script
from runner.psql.settings_seen import canonical_encoding
from runner.psql.state import State
from runner.results import ScriptResult
from runner.standard_input import StandardInput
from runner.statements import EFFECTS, statement

if TYPE_CHECKING:
    from runner.guard import Guard
    from runner.lock import Watch
    from runner.precheck import Checked
    from runner.psql.steps import Connect
    from runner.results import Observer, Target
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
# Behind a pooler the server's session goes on, with the next client. These outlive a rollback.
LEFT_BEHIND = b"DEALLOCATE ALL; SELECT pg_catalog.pg_advisory_unlock_all()"
# The run may have to wait for its reference, in its open transaction.
_PATIENT = b"SET LOCAL idle_in_transaction_session_timeout = 0;"
# psql commits each statement, so deferred constraints are checked at its end.
_AS_IF_COMMITTED = b"SET CONSTRAINTS ALL IMMEDIATE;"


class Scripts:
    """Runs scripts on `conn`; whoever has it begins and ends the transaction.

    `conninfo` is where `conn` leads, for a script that connects elsewhere. `target` is what
    the scripts are told of where they run. After each script `guard` is told what it has
    done; `watch` sees for whom a statement waits.
    """

    def __init__(
        self,
        conn: psycopg.Connection[tuple[Any, ...]],
        conninfo: str,
        settings: Settings,
        folder: Folder,
        observer: Observer,
        target: Target,
        *,
        guard: Guard | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.conn = conn
        self.conninfo = conninfo
        self.settings = settings
        self.folder = folder
        self.observer = observer
        self.target = target
        self.guard = guard
        self.one_by_one = settings.transaction == "none"
        self.executor = Executor(
            conn,
            observer,
            target,
            one_by_one=self.one_by_one,
            reconnect=self._reconnect,
            watch=watch,
        )
        self.results: list[ScriptResult] = []
        self.is_used = False  # whether scripts have run before the first of `results`
        self.shell: Script | None = None  # the shell script that is running
        self.standard_input = StandardInput()
        self.first_settings = self._parse_settings()

    def _parse_settings(self) -> tuple[bytes | None, bytes | None]:
        """The settings with which the server reads text, as it has reported them."""
        status = self.conn.pgconn.parameter_status
        return status(b"standard_conforming_strings"), status(b"client_encoding")

    def own_settings(self) -> tuple[bytes, ...]:
        """The commands that give the session what the runner needs, whatever a script has set."""
        local = sql.SQL("" if self.one_by_one else "LOCAL")
        timeout = sql.Literal(f"{round(self.settings.lock_timeout * 1000)}ms")
        statement = sql.SQL("SET {} lock_timeout = {};").format(local, timeout)
        commands = (statement.as_bytes(self.conn),)
        return commands if self.one_by_one else (*commands, _PATIENT, _AS_IF_COMMITTED)

    def end_session(self) -> bytes:
        """The commands after which nothing of the scripts is left in the server's session.

        Deferred constraints come first, while the lock timeout counts.
        """
        return b"".join((*self.own_settings(), *_NEW_SESSION))

    def run(self, checked: Checked) -> None:
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
        self._read_as_before()
        self._tell_guard(script.name)
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

    def _tell_guard(self, script: str) -> None:
        """What the script before has done, and that this one has run."""
        if self.guard is None:
            return
        if self.executor.said is not None:
            self.guard.saw(self.executor.said.decode("utf-8", "surrogateescape"))
        self.guard.ran(script, self.executor.suspects)

    def run_again(self) -> None:
        """Back to the first script, in a new transaction."""
        self.results.clear()
        self.is_used = True
        self.standard_input = StandardInput()

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
        conn.execute(b"".join(self.own_settings()))
        return conn

    def _leave(self) -> None:
        if self.executor.conn is not self.conn:
            self.executor.conn.close()

    def _back_home(self) -> None:
        """The next script begins where the run began, whatever this one connected to."""
        self._leave()
        self.executor.use(self.conn)

    def _read_as_before(self) -> None:
        """The server would read what comes next, the runner's own questions too, with what the
        script has set."""
        if not self.one_by_one and self._parse_settings() != self.first_settings:
            self.conn.execute("RESET standard_conforming_strings; RESET client_encoding")
            self.executor.round_trips += 1

    def _preamble(self) -> tuple[bytes, ...]:
        """What has to come before a script so that its session looks new."""
        if not self.results and not self.is_used:
            return ()
        if self.one_by_one:
            self.leave_session()
            self.conn.execute(b"".join(self.own_settings()))
            self.executor.round_trips += 1
            return ()
        effects = (statement(EFFECTS).encode(),) if self.guard else ()
        return (*self.new_session(), *effects)

    def leave_session(self) -> None:
        """Without a transaction: as if the connection was new."""
        if self.conn.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            self.conn.execute("ROLLBACK")  # a script left it open, and psql would disconnect
        self.conn.execute("DISCARD ALL")
        self.executor.round_trips += 1

    def new_session(self) -> tuple[bytes, ...]:
        """The commands that put a session back to its beginning, in the run's transaction."""
        return (*_NEW_SESSION, *self.own_settings())

    def _state(self) -> State:
        """psql's variables as it would set them on this connection."""
        info, target = self.conn.info, self.target
        strings, encoding = self.first_settings
        name = canonical_encoding((encoding or b"UTF8").decode())
        variables = {
            "DBNAME": target.dbname,
            "USER": target.user,
            "HOST": target.host,
            "PORT": str(target.port),
            "SERVER_VERSION_NUM": str(info.server_version),
            "SERVER_VERSION_NAME": info.parameter_status("server_version") or "",
            **self.settings.variables,
        }
        return State(
            Files(self.folder.path, self.standard_input),
            variables,
            standard_conforming_strings=strings != b"off",
            encoding=name,
            environ={
                **os.environ,
                "POSTGRES_USER": target.user,
                "POSTGRES_DB": target.dbname,
            },
        )
