"""The scripts one after the other on one connection, each in what looks like a new session."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from psycopg import pq, sql

from runner.connect import session, wire
from runner.connect.queries import codec, encoded, pinned, statement
from runner.errors import ScriptError
from runner.execute import reconnect
from runner.execute.executor import Executor
from runner.execute.messages import ScriptProgress
from runner.psql.parse_settings import canonical_encoding
from runner.psql.state import State
from runner.results import ScriptResult
from runner.scripts.files import Files, StandardInput
from runner.scripts.folder import Folder, Script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.check.scripts import Checked
    from runner.execute.shell import Shell
    from runner.guard.guard import Guard
    from runner.observer import Observer
    from runner.psql.steps import Connect
    from runner.results import Target
    from runner.settings import Settings


# What a new psql session does not have: everything that an earlier script may have left.
# DISCARD ALL does the same, but not in a transaction.
_RESET = (b"RESET SESSION AUTHORIZATION;", b"RESET ALL;")
_DISCARD = (
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
    done; `watch` sees for whom a statement waits. With `changes_defaults` they may change what a
    new session begins with. A `probe` is run after each statement.
    """

    def __init__(
        self,
        conn: session.Session,
        conninfo: str,
        settings: Settings,
        folder: Folder,
        observer: Observer,
        target: Target,
        *,
        guard: Guard | None = None,
        watch: wire.Watch | None = None,
        changes_defaults: bool = False,
        probe: bytes | None = None,
    ) -> None:
        self.conn = conn
        self.conninfo = self.connected = conninfo
        self.settings = settings
        self.folder = folder
        self.observer = observer
        self.target = target
        self.guard = guard
        self.one_by_one = settings.transaction == "none"
        self.changes_defaults = changes_defaults
        self.executor = Executor(
            conn,
            observer,
            target,
            one_by_one=self.one_by_one,
            reconnect=self._reconnect,
            watch=watch,
            probe=probe,
        )
        self.results: list[ScriptResult] = []
        self.opening: tuple[bytes, ...] = ()  # commands to put before the first script
        self.is_used = False
        self._elsewhere = 0  # round trips on connections that scripts have made
        self.shell_script: Script | None = None  # the one that is running
        self._shell: Shell | None = None
        self.standard_input = StandardInput()
        self.first_settings = self._parse_settings()

    @property
    def round_trips(self) -> int:
        """Those of the run's session, and of those that the scripts have connected to."""
        return self.conn.round_trips + self._elsewhere

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
        return b"".join((*self.own_settings(), *_RESET, *_DISCARD))

    def run(self, checked: Checked) -> None:
        """Runs one script in what looks like a new session.

        A short end of it may wait for what comes next, another script or `finish`. Raises what
        Executor.run raises, and ScriptError for a file that has changed meanwhile.
        """
        script = checked.script
        if script.shell:
            self.flush()
        running = _Running(self, checked)
        if not self.executor.is_waiting:
            running.starts()
        if script.shell:
            self._run_shell(script)
            running.ends()
        else:
            self._run_psql(script, running)
        if script.has_changed():
            raise ScriptError(f"{script.name} was changed while it was being applied")

    def _run_shell(self, script: Script) -> None:
        from runner.execute import shell

        self._new_connection()
        self.shell_script = script
        if self._shell is None:
            self._shell = shell.Shell(shell.libpq_environment(self.conn), self.observer)
        self._shell.run(script.path)
        self.shell_script = None

    def close(self) -> None:
        """Ends what runs the shell scripts."""
        if self._shell is not None:
            self._shell.close()

    def _run_psql(self, script: Script, running: _Running) -> None:
        own = self._new_connection()
        may_wait = self._is_read_alike
        self.executor.run(script.source, self._state(), running, own, may_wait=may_wait)
        self._back_home()
        if not self.executor.is_waiting:
            self._read_as_before()

    def _is_read_alike(self) -> bool:
        """Whether the server reads another script as it reads this one."""
        return not self.one_by_one and self._parse_settings() == self.first_settings

    def flush(self) -> None:
        """Sends what still waits."""
        self.executor.flush()
        self._read_as_before()

    def finish(self, *commands: str) -> list[str]:
        """In one message what still waits, a new session and commands; gives their answers.

        Of a command's answer it is the first value of each row. Raises what `run` raises, and
        what the guard raises of what it sees.
        """
        if not self._is_read_alike():
            self.flush()
        new_session = self.new_session()
        own = (*new_session, *(encoded(self.conn, command) for command in commands))
        answers = self.executor.flush(own)
        answered = len(self._new_defaults()) + (self.guard is not None) + 1
        self.saw(answers[:answered])
        return self.decoded(answers[answered:])

    def saw(self, answers: Sequence[bytes]) -> None:
        """The guard hears what a script has done, in the answers to `new_session`."""
        if self.guard is not None and answers:
            self.guard.saw(self.decoded(answers)[-2])

    def decoded(self, answers: Sequence[bytes]) -> list[str]:
        """What the server's answers say, in the session's encoding."""
        name = codec(self.conn)
        return [answer.decode(name, "surrogateescape") for answer in answers]

    def run_again(self) -> None:
        """Back to the first script, in a new transaction."""
        self.executor.forget()
        self.results.clear()
        self.is_used = True
        self.standard_input = StandardInput()

    def _reconnect(
        self, step: Connect, given: dict[str, str]
    ) -> tuple[session.Session, dict[str, str]]:
        r"""`\connect`. Raises StatementFailed where psql would stop."""
        now = self.executor.exchange.conn
        way = reconnect.way(step, given, self.conninfo, self.connected, now)
        conn = reconnect.new_connection(way, step, self.settings, self.observer)
        self._leave()
        self.connected = way.conninfo
        conn.execute(b"".join(self.own_settings()))
        return conn, reconnect.variables(conn, session.describe(conn))

    def _leave(self) -> None:
        conn = self.executor.exchange.conn
        if conn is not self.conn:
            self._elsewhere += conn.round_trips
            conn.close()

    def _back_home(self) -> None:
        """The next script begins where the run began, whatever this one connected to."""
        self._leave()
        self.connected = self.conninfo
        self.executor.exchange.use(self.conn)

    def _read_as_before(self) -> None:
        """The server would read what comes next, the runner's own questions too, with what the
        script has set."""
        if not self.one_by_one and self._parse_settings() != self.first_settings:
            self.conn.execute("RESET standard_conforming_strings; RESET client_encoding")

    def _new_connection(self) -> tuple[bytes, ...]:
        """Makes the session look new; gives the commands for it that go before the script."""
        if not self.is_used:
            self.is_used = True
            return self.opening
        if self.one_by_one:
            self.leave_session()
            self.conn.execute(b"".join((*self._new_defaults(), *self.own_settings())))
            return ()
        return self.new_session()

    def leave_session(self) -> None:
        """Without a transaction: as if the connection was new."""
        if self.conn.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            self.conn.execute("ROLLBACK")  # a script left it open, and psql would disconnect
        self.conn.execute("DISCARD ALL")

    def new_session(self) -> tuple[bytes, ...]:
        """The commands that put a session back to its beginning, in the run's transaction.

        In between the guard asks what was done, while the temporary tables are still there.
        """
        own = pinned(statement("guard/effects")) if self.guard else ()
        effects = [command.encode() for command in own]
        return (*_RESET, *self._new_defaults(), *self.own_settings(), *effects, *_DISCARD)

    def _new_defaults(self) -> tuple[bytes, ...]:
        if not self.changes_defaults:
            return ()
        database = sql.Literal(self.target.dbname)
        query = sql.SQL(statement("execute/new_defaults")).format(database=database)
        return (encoded(self.conn, query.as_string()),)

    def _state(self) -> State:
        """psql's variables as it would set them on this connection."""
        target = self.target
        strings, encoding = self.first_settings
        name = canonical_encoding((encoding or b"UTF8").decode())
        variables = {
            **self.settings.variables,
            **reconnect.variables(self.conn, target),  # as in psql, whatever -v says of them
        }
        return State(
            Files(self.folder.path, self.standard_input),
            variables,
            standard_conforming_strings=strings != b"off",
            encoding=name,
            environ={
                **(self._shell.environ if self._shell else os.environ),
                "POSTGRES_USER": target.user,
                "POSTGRES_DB": target.dbname,
            },
        )


class _Running(ScriptProgress):
    """A script that runs: tells the observer and the guard of it, and takes down its result."""

    def __init__(self, scripts: Scripts, checked: Checked) -> None:
        super().__init__()
        self.scripts = scripts
        self.checked = checked
        self.started: float | None = None

    def starts(self) -> None:
        """Begins at the first message that holds some of it."""
        if self.started is None:
            self.started = time.monotonic()
            script = self.checked.script
            self.scripts.observer.script_started(script.name, script.size)

    def told(self, answers: Sequence[bytes]) -> None:
        """What the script before it has done."""
        self.scripts.saw(answers)

    def ends(self) -> None:
        """Its result, and that the guard sees next what it has done."""
        script, scripts = self.checked.script, self.scripts
        seconds = time.monotonic() - (self.started or 0.0)
        if scripts.guard is not None:
            scripts.guard.ran(script.name)
        counts = self.statements, self.rows
        result = ScriptResult(script.name, self.checked.sha256, script.size, *counts, seconds)
        scripts.results.append(result)
        scripts.observer.script_finished(result)
