"""Runs scripts one after the other on one session, each in what looks like a new session."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runner.check.script_facts import ScriptFacts
from runner.check.scripts import Checked
from runner.connect.queries import encoded
from runner.errors import RunnerError, ScriptError, StatementFailed
from runner.execute.execution import Execution, RunningScript
from runner.execute.query_results import text_format
from runner.guard.guard import Guard
from runner.psql.enum_labels import uses_new_label
from runner.psql.state import State
from runner.results import ScriptResult
from runner.scripts.files import FOLDER_VARIABLE, Files, Recording, RunProgram, standard_input
from runner.scripts.folder import Script
from runner.sessions import session_reset
from runner.sessions.sessions import Sessions
from runner.settings import Settings

if TYPE_CHECKING:
    from runner.sessions.shell_scripts import ShellScripts


class Scripts:
    """Runs scripts on a session; the caller begins and ends the transaction.

    After each script the effects are recorded in `guard`. `facts` are what the text of the scripts
    shows, `begin` commands to send before the first script.
    """

    def __init__(
        self,
        execution: Execution,
        settings: Settings,
        *,
        facts: ScriptFacts,
        guard: Guard | None = None,
        begin: tuple[bytes, ...] = (),
    ) -> None:
        self.execution = execution
        self.sessions = Sessions(execution, settings, guard, facts, begin)
        self.executor = self.sessions.executor
        self.results: list[ScriptResult] = []
        self.shell_script: Script | None = None  # the one that is running
        self._recordings: list[Recording] = []  # of the scripts that have begun
        self._settings = settings
        self._shells: ShellScripts | None = None
        self._from_stdin = standard_input()
        self._text_format = text_format(execution.session.pgconn)

    def run(self, checked: Checked) -> None:
        """Run one script in what looks like a new session.

        A short rest of it may wait for the next script or `finish`. Raises what Executor.run
        raises, and ScriptError for a file that was changed while it ran.
        """
        script, sessions, observer = checked.script, self.sessions, self.execution.observer
        self._recordings += [checked.recording] if checked.recording else []
        if self._shells is not None and (last := self._shells.last) is not None:
            raise StatementFailed(
                f"{last.name} ended the shell that sources it",
                hint="The image would run no script after it: write return instead of exit.",
            )
        running = RunningScript(checked, observer, sessions.record_effects, self._end)
        if script.shell:
            self.executor.flush()
            running.start()
            self.shell_script = script
            self._shell_scripts().run(checked, running, self._state(checked))
            self.shell_script = None
            running.end()
        else:
            self._run_psql(checked, running)
        # The runner's own commands and its errors have the encoding of a new session.
        encoding = text_format(self.execution.session.pgconn).encoding
        if encoding != self._text_format.encoding and not self.execution.autocommit:
            self.executor.flush((b"RESET client_encoding;",))
        sessions.go_back()
        if checked.recording is not None:
            checked.recording.complete = True
        if script.has_changed():
            raise ScriptError(f"{script.name} was changed while it was being applied")

    def _end(self, result: ScriptResult) -> None:
        self.sessions.end_script(result.name)
        self.results.append(result)
        self.execution.observer.script_finished(result)

    @property
    def _environ(self) -> Mapping[str, str]:
        return {} if self._shells is None else self._shells.environ

    def close(self) -> None:
        """End the shell of the shell scripts, and the session of a script without a transaction."""
        self.sessions.close()
        if self._shells is not None:
            self._shells.close()

    def _shell_scripts(self) -> ShellScripts:
        from runner.sessions.shell_scripts import ShellScripts

        self._shells = self._shells or ShellScripts(self.execution, self.sessions)
        return self._shells

    def _run_psql(self, checked: Checked, running: RunningScript) -> None:
        own = self.sessions.begin()
        if self._environ:
            self.sessions.record_effects(self.executor.flush(own))
            own = ()
            # As in psql, if a shell script has exported it.
            options = self._environ.get("PGOPTIONS")
            if options not in (None, os.environ.get("PGOPTIONS", "")):
                session = self.executor.exchange.conn
                settings = session_reset.settings_of({"options": options})
                session.execute(b"".join(session_reset.set_commands(session, settings)))
        run = self._shell_scripts().commands(checked) if checked.recording is not None else None
        state = self._state(checked, run)
        self.sessions.start_in_target()
        self.executor.run(checked.script.source, state, running, own)

    def finish(self, *commands: str) -> list[str]:
        """Send what is pending, the session's reset and commands; return the commands' answers.

        An answer is the first value of each row. Raises what `run` and `Guard` raise.
        """
        own = (encoded(self.execution.session, command) for command in commands)
        return self.sessions.take(self.executor.flush((*self.sessions.reset(), *own)))

    def has_learned_label(self, error: RunnerError) -> bool:
        """Return whether the scripts can use the refused label of an enum if all run again."""
        labels = self.executor.blocks.labels
        if labels is None or not uses_new_label(error, labels):
            return False
        labels.is_new = False
        self.close()
        for recording in self._recordings:
            recording.forget()
        return True

    def run_again(self) -> None:
        self.sessions.forget()
        self.results.clear()
        self._from_stdin = standard_input()
        if self._shells is not None:
            self._shells.environ, self._shells.last = {}, None

    def _state(self, checked: Checked, run: RunProgram | None = None) -> State:
        target, script = self.execution.target, checked.script
        files = Files(script.path.parent, self._from_stdin, run)
        files.directory = Path(self._environ.get("PWD", ""))
        files.copy = Path(self._environ.get(FOLDER_VARIABLE, script.path.parent))
        given = self._settings.variables
        own = {"POSTGRES_USER": target.user, "POSTGRES_DB": target.dbname}
        # As in psql, whatever -v sets.
        variables = {**given, **session_reset.variables(self.execution.session, target)}
        environ = {**(self._environ or os.environ), **own}
        return State(files, variables, text_format=self._text_format, environ=environ, given=given)
