"""The shell scripts of a run: in its transaction, or beside it where it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from runner.errors import StatementFailed
from runner.execute import shell
from runner.execute.client_logins import Inside
from runner.execute.client_sessions import ClientSessions
from runner.execute.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from runner.check.scripts import Checked
    from runner.execute.execution import Execution
    from runner.execute.executor import Executor
    from runner.execute.messages import ScriptProgress
    from runner.psql.state import State
    from runner.scripts.folder import Folder, Script
    from runner.scripts.recording import Recording


class ShellScripts:
    """One bash runs all of them; `environ` is what they have exported."""

    def __init__(self, execution: Execution, folder: Folder) -> None:
        self.environ: Mapping[str, str] = {}
        self._execution = execution
        self._folder = folder
        self._shell: shell.Shell | None = None
        self._room: shell.Room | None = None

    def run_alone(self, script: Script) -> None:
        """Runs a script whose programs connect to the target. Raises StatementFailed."""
        bash = self._bash()
        bash.run(script.name, script.path)
        self.environ = bash.environ

    def run_inside(
        self,
        checked: Checked,
        progress: ScriptProgress,
        executor: Executor,
        state: State,
        begin: Callable[[], None],
    ) -> None:
        """Runs a script whose client programs get sessions in the run's transaction.

        What they have asked for is done again where that is known. `begin` sends what makes the
        run's session look like a new one. Raises what Executor.run raises.
        """
        recording = cast("Recording", checked.recording)
        inside = Inside(
            executor,
            self._execution.between or _nothing,
            self._execution.target,
            checked.script,
            progress,
            state,
            begin,
        )
        sessions = ClientSessions(inside, recording)
        if recording.complete:
            sessions.replay()
        else:
            self._record(checked.script, sessions, recording)
        self.environ = recording.environ

    def _record(self, script: Script, sessions: ClientSessions, recording: Recording) -> None:
        bash, room = self._bash(), cast("shell.Room", self._room)
        recording.begin()
        gateway = Gateway(room.directory, sessions, room.in_container)
        try:
            bash.run(script.name, room.place / script.path.name, gateway)
            gateway.finish()
        except StatementFailed as error:
            raise sessions.explained(error) from None
        finally:
            gateway.close()
        if sessions.refused is not None:
            raise sessions.refused
        recording.end(bash.environ)

    def _bash(self) -> shell.Shell:
        if self._shell is None:
            directory, command = None, list[str]()
            if not self._execution.autocommit:
                self._room = shell.Room(self._folder.path)
                directory, command = self._room.directory, self._room.command
            target, session = self._execution.target, self._execution.session
            environ = shell.libpq_environment(session, target, directory)
            self._shell = shell.Shell(environ, self._execution.observer, command)
        return self._shell

    def close(self) -> None:
        """Ends bash, and removes what it ran in."""
        if self._shell is not None:
            self._shell.close()
            self._shell = None
        if self._room is not None:
            self._room.close()
            self._room = None


def _nothing() -> None: ...
