"""Scripts one after the other on one session, each in what looks like a new one."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from psycopg import pq

from runner.check.command import left_out
from runner.connect import session
from runner.connect.queries import codec, encoded, is_restricted
from runner.connect.server_info import describe
from runner.errors import ScriptError
from runner.execute import reconnect, session_reset
from runner.execute.execution import Execution
from runner.execute.executor import Executor
from runner.execute.running_script import RunningScript
from runner.execute.transaction_blocks import left_open
from runner.psql.source import canonical_encoding
from runner.psql.state import State
from runner.results import ScriptResult
from runner.scripts.files import Files, StandardInput
from runner.scripts.folder import Folder, Script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.check.script_facts import ScriptFacts
    from runner.check.scripts import Checked
    from runner.execute.role_rights import RoleRights
    from runner.execute.shell_scripts import ShellScripts
    from runner.guard.guard import Guard
    from runner.psql.steps import Connect
    from runner.scripts.recording import Recording
    from runner.settings import Settings


class Scripts:
    """Runs scripts on a session; the caller begins and ends the transaction.

    After each script the effects are recorded in `guard`. `facts` are what their text tells of
    them, `begin` commands to put before the first script.
    """

    def __init__(
        self,
        execution: Execution,
        settings: Settings,
        folder: Folder,
        *,
        guard: Guard | None = None,
        facts: ScriptFacts | None = None,
        begin: tuple[bytes, ...] = (),
    ) -> None:
        self.execution = execution
        self.session = execution.session
        self.settings = settings
        self.folder = folder
        self.guard = guard
        changes_defaults = facts is not None and facts.changes_defaults
        self._rights: RoleRights | None = None
        if changes_defaults and not execution.autocommit and is_restricted(self.session):
            from runner.execute.role_rights import RoleRights

            is_routed = execution.databases is not None
            self._rights = RoleRights(self.session, is_routed=is_routed)
        self.executor = Executor(
            execution,
            self._reconnect,
            left_out(
                owners=settings.no_owner,
                privileges=settings.no_privileges,
                more=execution.left_out,
            ),
            self._rights,
        )
        self.results: list[ScriptResult] = []
        self.shell_script: Script | None = None  # the one that is running
        self._here = execution.target.dbname  # the database, by the name that scripts know
        self._home_guard = guard
        self._begin = begin
        self._changes_defaults = changes_defaults
        self._settings = (
            *session_reset.without_user_schema(execution.target.user, facts),
            *(self._rights.settings if self._rights else ()),
        )
        self._is_used = False
        self._elsewhere = 0  # round trips on connections that scripts have made
        self._shells: ShellScripts | None = None
        self._standard_input = StandardInput()
        self._text_settings = session_reset.TextSettings(self.session)

    @property
    def round_trips(self) -> int:
        """Those of the run's session, and of those that the scripts have connected to."""
        return self.session.round_trips + self._elsewhere

    def roles_back(self) -> tuple[str, ...]:
        """The command that takes back what the run has granted to its role, if anything."""
        return (self._rights.taken_back(),) if self._rights else ()

    def own_settings(self) -> tuple[bytes, ...]:
        """Those for the settings of this run."""
        timeout = self.settings.lock_timeout
        return session_reset.own_settings(
            self.session, timeout, autocommit=self.execution.autocommit
        )

    def end_session(self) -> bytes:
        """The commands after which nothing of the scripts is left in the server's session."""
        return session_reset.end_session(self.own_settings())

    def run(self, checked: Checked) -> None:
        """Runs one script in what looks like a new session.

        A short end of it may wait for what comes next, another script or `finish`. Raises what
        Executor.run raises, and ScriptError for a file that was changed while it ran.
        """
        script = checked.script
        if script.shell:
            self.flush()
        running = RunningScript(checked, self.execution.observer, self.record_effects, self._end)
        if not self.executor.is_waiting:
            running.start()
        if script.shell:
            self._run_shell(checked, running)
            running.end()
        else:
            self._run_psql(checked, running)
        if script.has_changed():
            raise ScriptError(f"{script.name} was changed while it was being applied")

    def _run_shell(self, checked: Checked, running: RunningScript) -> None:
        """A shell script, whose client programs get sessions in the run's transaction.

        Without one they connect by themselves.
        """
        self.shell_script = script = checked.script
        if self._shells is None:
            from runner.execute.shell_scripts import ShellScripts

            self._shells = ShellScripts(self.execution, self.folder)
        if self.execution.autocommit:
            self._new_connection()
            self._shells.run_alone(script)
        else:
            self._at_home()
            begin = partial(self._begin_client, script)
            state = self._state(None)
            self._shells.run_inside(checked, running, self.executor, state, begin)
            if not self._is_used:
                begin()
            self._back_home()
        self.shell_script = None

    def _end(self, result: ScriptResult) -> None:
        if self.guard is not None:
            self.guard.end_script(result.name)
        self.results.append(result)
        self.execution.observer.script_finished(result)

    def _begin_client(self, script: Script) -> None:
        """What looks like a new session, for a program that a shell script has called."""
        self.record_effects(self.executor.flush(self._new_connection()))
        if self.guard is not None:
            self.guard.end_script(script.name)

    @property
    def _environ(self) -> Mapping[str, str]:
        """What the shell scripts have exported."""
        return {} if self._shells is None else self._shells.environ

    def close(self) -> None:
        """Ends the shell of the shell scripts."""
        if self._shells is not None:
            self._shells.close()

    def _run_psql(self, checked: Checked, running: RunningScript) -> None:
        own = self._new_connection()
        if self._environ:
            self.record_effects(self.executor.flush(own))
            own = ()
            self._take_environment()
        may_wait = self._is_read_alike
        state, source = self._state(checked.recording), checked.script.source
        self._at_home()
        self.executor.run(source, state, running, own, may_wait=may_wait)
        self._back_home()
        if not self.executor.is_waiting:
            self._read_as_before()

    def _take_environment(self) -> None:
        """Sets what psql would for PGOPTIONS and the like, if a shell script has exported them."""
        from runner.execute.startup_settings import exported_settings, set_commands

        if settings := exported_settings(self._environ, os.environ):
            self.session.execute(b"".join(set_commands(self.session, settings)))

    def _is_read_alike(self) -> bool:
        """Whether the server would read the next script with the settings of the first one."""
        is_home = self.executor.exchange.conn is self.session
        alone = self.execution.autocommit or self.execution.on_error is not None
        return is_home and not alone and not self._text_settings.have_changed

    def flush(self) -> None:
        """Sends queued statements."""
        self.executor.flush()
        self._read_as_before()

    def finish(self, *commands: str) -> list[str]:
        """Sends queued statements, the reset of the session and commands; returns their answers.

        One message. An answer is the first value of each row. Raises what `run` raises, and what
        the guard raises for the effects.
        """
        if not self._is_read_alike():
            self.flush()
        new_session = self._new_session()
        own = (*new_session, *(encoded(self.session, command) for command in commands))
        answers = self.executor.flush(own)
        answered = len(self._new_defaults()) + (2 if self.guard is not None else 0) + 1
        self.record_effects(answers[:answered])
        return self.decoded(answers[answered:])

    def record_effects(self, answers: Sequence[bytes]) -> None:
        """Takes what a script has done from the answers to `_new_session`."""
        if self.guard is not None and answers:
            counts, *_, effects, _ = self.decoded(answers)
            self.guard.record_effects(effects, is_counting=counts == "on")

    def decoded(self, answers: Sequence[bytes]) -> list[str]:
        """The answers as text in the session's encoding."""
        name = codec(self.session)
        return [answer.decode(name, "surrogateescape") for answer in answers]

    def run_again(self) -> None:
        """Back to the first script, in a new transaction."""
        self.executor.forget()
        self.executor.exchange.use(self.session)
        self.results.clear()
        self._is_used = True
        if self._shells is not None:
            self._shells.environ = {}
        self._standard_input = StandardInput()

    def _reconnect(
        self, step: Connect, given: dict[str, str]
    ) -> tuple[session.Session, dict[str, str]] | None:
        r"""`\connect`. Raises StatementFailed where psql would stop."""
        if not self.execution.autocommit:
            return self._enter(step, given)
        route = reconnect.route(step, given, self.session, self.executor.exchange.conn)
        conn = reconnect.new_connection(route, step, self.settings, self.execution.observer)
        self._leave()
        conn.execute(b"".join(self.own_settings()))
        return conn, reconnect.variables(conn, describe(conn))

    def _enter(
        self, step: Connect, given: dict[str, str]
    ) -> tuple[session.Session, dict[str, str]] | None:
        r"""`\connect` to a database of the same server, whose transaction goes on there.

        None: its statements are passed over. Raises ScriptError for another server or user.
        """
        target, databases = self.execution.target, self.execution.databases
        name = given.get("dbname") or (self._here if step.reuse else target.user)
        is_here = reconnect.is_here({**given, "dbname": target.dbname}, target)
        if not is_here or (databases is None and name != target.dbname):
            raise ScriptError(
                "\\connect to another server or user would leave the run's transaction",
                place=step.statement.source.place(step.statement.offset),
                hint="Apply the scripts of each alone. To mix them, use --transaction none.",
            )
        if databases is None:
            return self.session, {}
        if not self.executor.is_passed_over:
            if self.guard is not None:
                self.guard.end_script(step.statement.source.name)
            self.record_effects(self.executor.leave(self._new_session()))
        self._here, self.guard = name, None
        found = databases.connect(name, step)
        if found is None:
            return None
        conn, self.guard = found
        if self._settings:
            conn.execute(b"".join(self._settings))
        return conn, reconnect.variables(conn, target._replace(dbname=name))

    def _at_home(self) -> None:
        """A script begins in the database of the target, which may be passed over."""
        databases = self.execution.databases
        if databases is not None:
            self.executor.is_passed_over = databases.connect(self._here, None) is None

    def _leave(self) -> None:
        conn = self.executor.exchange.conn
        if conn is not self.session:
            self._elsewhere += conn.round_trips
            conn.close()

    def _back_home(self) -> None:
        """Returns to the run's session for the next script."""
        exchange = self.executor.exchange
        if self.execution.autocommit:
            self._leave()
        elif exchange.conn is not self.session:
            self.record_effects(self.executor.flush(self._new_session()))
        exchange.use(self.session)
        self._here, self.guard = self.execution.target.dbname, self._home_guard

    def _read_as_before(self) -> None:
        """Resets the settings with which the server reads text, if the script has changed them."""
        if not self.execution.autocommit:
            self._text_settings.reset()

    def _new_connection(self) -> tuple[bytes, ...]:
        """Resets the session, or returns the commands for that, which go before the script."""
        if not self._is_used:
            self._is_used = True
            return (*self._begin, *self._settings)
        if self.execution.autocommit:
            self.leave_session()
            own = *self._new_defaults(), *self.own_settings(), *self._settings
            self.session.execute(b"".join(own))
            return ()
        return (*self._new_session(), *self._settings)

    def leave_session(self) -> None:
        """Without a transaction: DISCARD ALL, after ROLLBACK of one that a script left open."""
        if self.session.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            self.session.execute("ROLLBACK")  # psql would disconnect
            script = self.results[-1].name if self.results else "the script"
            self.execution.observer.notice(left_open(script))
        self.session.execute("DISCARD ALL")

    def _new_session(self) -> tuple[bytes, ...]:
        own = (*self._new_defaults(), *self.own_settings())
        return session_reset.new_session(own, is_guarded=self.guard is not None)

    def _new_defaults(self) -> tuple[bytes, ...]:
        if not self._changes_defaults:
            return ()
        return (session_reset.new_defaults(self.session, self._here),)

    def _state(self, recording: Recording | None) -> State:
        """psql's variables as it would set them on this connection."""
        target = self.execution.target
        variables = {
            **self.settings.variables,
            **reconnect.variables(self.session, target),  # as in psql, whatever -v says of them
        }
        return State(
            Files(
                self.folder.path,
                self._standard_input,
                recording,
                allows_programs=recording is not None,
            ),
            variables,
            given=self.settings.variables,
            standard_conforming_strings=self._text_settings.strings != b"off",
            encoding=canonical_encoding((self._text_settings.encoding or b"UTF8").decode()),
            environ={
                **(self._environ or os.environ),
                "POSTGRES_USER": target.user,
                "POSTGRES_DB": target.dbname,
            },
        )
