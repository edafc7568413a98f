"""The shell scripts of a run, in its transaction or beside it, and commands in backquotes."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, cast

from runner.errors import StatementFailed
from runner.results import Notice
from runner.scripts.files import CONTAINER_FOLDER, FOLDER_VARIABLE
from runner.scripts.recording import CommandRecord
from runner.sessions.client_sessions import ClientSessions
from runner.sessions.container_folder import ContainerFolder
from runner.sessions.gateway import Gateway
from runner.sessions.shell import Shell, libpq_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.check.scripts import Checked
    from runner.execute.execution import Execution, RunningScript
    from runner.psql.state import State
    from runner.scripts.files import RunProgram
    from runner.scripts.folder import Script
    from runner.scripts.recording import Recording
    from runner.sessions.sessions import Sessions

# Its client programs say this name when they find no server.
_NO_SERVER = "/only-in-shell-scripts"


class ShellScripts:
    """Runs shell scripts in one bash; `environ` is what they have exported.

    `last` is the script that has ended that bash, if one has. Programs that they call get sessions
    of `ClientSessions`, or connect by themselves. The methods raise StatementFailed, and what
    Executor.run raises.
    """

    def __init__(self, execution: Execution, sessions: Sessions) -> None:
        self.environ: Mapping[str, str] = {}
        self.last: Script | None = None
        self.sessions = sessions
        self._execution = execution
        self._shell: Shell | None = None
        self._container: ContainerFolder | None = None

    def run(self, checked: Checked, running: RunningScript, state: State) -> None:
        """Run a shell script, or replay it if it has run.

        In the run's transaction it begins in the target's database.
        """
        sessions, execution = self.sessions, self._execution
        if execution.autocommit:
            self._script(checked.script, None)
            return
        if not sessions.is_used:
            sessions.executor.flush(sessions.begin())
        sessions.start_in_target()
        clients = ClientSessions(sessions, execution, checked, running, state)
        ran = cast("Recording", checked.recording).ran
        if ran:
            clients.replay(ran[0].requests)
            self.environ = ran[0].environ
        else:
            self._script(checked.script, clients)
            ran.append(CommandRecord(clients.requests, self.environ))

    def commands(self, checked: Checked) -> RunProgram:
        """Return the function that runs commands for psql, each once: see scripts.files.Files.

        A psql among them finds no server: it would not be part of the run.
        """
        script, numbers = checked.script, itertools.count()
        ran = cast("Recording", checked.recording).ran
        shown = str(Path(self.environ.get(FOLDER_VARIABLE, script.path.parent)).resolve())

        def run(text: str, directory: Path, environ: Mapping[str, str]) -> tuple[bytes, int]:
            self.sessions.executor.flush()
            number = next(numbers)
            if number < len(ran) and not self._execution.autocommit:
                return ran[number].output, ran[number].status
            command = ["sh", "-c", text.replace(CONTAINER_FOLDER.rstrip("/"), shown)]
            given = {**environ, "PGHOST": _NO_SERVER}
            done = subprocess.run(
                command, cwd=directory, env=given, stdin=subprocess.DEVNULL, capture_output=True
            )
            self._execution.observer.output(done.stderr.decode("utf-8", "replace"), to_stderr=True)
            ran.append(CommandRecord((), {}, done.stdout, done.returncode))
            return done.stdout, done.returncode

        return run

    def _script(self, script: Script, clients: ClientSessions | None) -> None:
        container = self._opened(script)
        bash = self._run(script.name, container.place / script.path.name, clients)
        self.environ = bash.process.environ
        self.last = script if bash.process.exited.is_set() else None
        if names := container.has_configured():
            message = f"{script.name} changes {names}: the server of the target keeps its own"
            hint = "Set it there, or for one database: ALTER DATABASE … SET."
            self._execution.observer.notice(Notice("WARNING", message, hint=hint))

    def _run(self, name: str, path: Path, clients: ClientSessions | None) -> Shell:
        container, bash = cast("ContainerFolder", self._container), cast("Shell", self._shell)
        if clients is None:
            bash.run(name, path)
            return bash
        gateway = Gateway(container.directory, clients, container.in_container)
        try:
            bash.run(name, path, gateway)
            gateway.finish()
        except StatementFailed as error:
            raise clients.explained(error) from None
        finally:
            gateway.close()
        if clients.refused is not None:
            raise clients.refused
        return bash

    def _opened(self, script: Script) -> ContainerFolder:
        container = self._container = self._container or ContainerFolder(script.path.parent)
        if self._shell is not None:
            return container
        execution, observer = self._execution, self._execution.observer
        environ = libpq_environment(
            execution.session, execution.target, container.directory, alone=execution.autocommit
        ) | {FOLDER_VARIABLE: str(container.place.absolute()), "PGDATA": str(container.data)}

        def show(text: bytes, to_stderr: bool) -> None:
            shown = container.in_container(text).decode("utf-8", "replace")
            observer.output(shown, to_stderr=to_stderr)

        self._shell = Shell(container.entrypoint, environ, show)
        return container

    def close(self) -> None:
        """End bash."""
        for one in (self._shell, self._container):
            if one is not None:
                one.close()
        self._shell = self._container = None
