"""The shell scripts of a run: in its transaction, or beside it where it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from runner.errors import StatementFailed
from runner.execute import shell
from runner.execute.client_sessions import ClientSessions
from runner.execute.container_folder import Room
from runner.execute.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runner.execute.execution import Execution
    from runner.scripts.folder import Script
    from runner.scripts.recording import Recording


class ShellScripts:
    """One bash runs all of them; `environ` is what they have exported."""

    def __init__(self, execution: Execution, folder: Path) -> None:
        self.environ: Mapping[str, str] = {}
        self._execution = execution
        self._folder = folder
        self._shell: shell.Shell | None = None
        self._room: Room | None = None

    def run_alone(self, script: Script) -> None:
        """Runs a script whose programs connect to the target. Raises StatementFailed."""
        bash = self._bash()
        bash.run(script.name, script.path)
        self.environ = bash.environ

    def run_inside(self, script: Script, sessions: ClientSessions, recording: Recording) -> None:
        """Runs a script whose client programs get sessions in the run's transaction.

        What they have asked for is done again where that is known. Raises what Executor.run raises.
        """
        if recording.complete:
            sessions.replay()
        else:
            self._record(script, sessions, recording)
        self.environ = recording.environ

    def _record(self, script: Script, sessions: ClientSessions, recording: Recording) -> None:
        bash, room = self._bash(), cast("Room", self._room)
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
            directory = None
            if not self._execution.autocommit:
                self._room = Room(self._folder)
                directory = self._room.directory
            target, session = self._execution.target, self._execution.session
            environ = shell.libpq_environment(session, target, directory)
            self._shell = shell.Shell(environ, self._show)
        return self._shell

    def _show(self, line: bytes, to_stderr: bool) -> None:
        shown = line if self._room is None else self._room.in_container(line)
        self._execution.observer.output(shown.decode("utf-8", "replace"), to_stderr=to_stderr)

    def close(self) -> None:
        for one in (self._shell, self._room):
            if one is not None:
                one.close()
        self._shell = self._room = None
