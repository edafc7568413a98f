"""The shell scripts of a run, and commands in backquotes.

Also the client programs and the folder that they expect to find as in the image.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import cast

from runner.check.scripts import Checked
from runner.errors import StatementFailed
from runner.execute.execution import Execution, RunningScript
from runner.psql.state import State
from runner.results import Notice
from runner.scripts.files import (
    CONTAINER_FOLDER,
    FOLDER_VARIABLE,
    CommandRecord,
    Recording,
    RunProgram,
)
from runner.scripts.folder import Script
from runner.sessions.client_sessions import ClientSessions
from runner.sessions.gateway import Gateway
from runner.sessions.sessions import Sessions
from runner.sessions.shell import Shell, libpq_environment

# Its client programs say this name when they find no server.
_NO_SERVER = "/only-in-shell-scripts"
_CLIENTS = ("psql", "createdb", "createuser", "dropdb", "dropuser", "pg_isready", "pg_restore")
_NAME = CONTAINER_FOLDER.rstrip("/").encode()
_CONFIGURATION = ("postgresql.conf", "pg_hba.conf")
_LARGEST = 1 << 26  # bytes; larger files are not searched for paths


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
        """Run a shell script, or replay it; in the run's transaction it begins in the target."""
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
        """Return what runs psql's shell commands, each once; a psql in them finds no server."""
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
            if errors := done.stderr.decode("utf-8", "replace"):
                self._execution.observer.output(errors, to_stderr=True)
            ran.append(CommandRecord((), {}, done.stdout, done.returncode))
            return done.stdout, done.returncode

        return run

    def _script(self, script: Script, clients: ClientSessions | None) -> None:
        container, bash = self._opened(script.path.parent)
        path = container.place / script.path.name
        if clients is None:
            bash.run(script.name, path)
        else:
            gateway = Gateway(container.directory, clients, container.in_container)
            try:
                bash.run(script.name, path, gateway)
                gateway.finish()
            except StatementFailed as error:
                raise clients.explained(error) from None
            finally:
                gateway.close()
            if clients.refused is not None:
                raise clients.refused
        self.environ = bash.process.environ
        self.last = script if bash.process.exited.is_set() else None
        if names := container.has_configured():
            message = f"{script.name} changes {names}: the server of the target keeps its own"
            hint = "Set it there, or for one database: ALTER DATABASE … SET."
            self._execution.observer.notice(Notice("WARNING", message, hint=hint))

    def _opened(self, folder: Path) -> tuple[ContainerFolder, Shell]:
        container = self._container = self._container or ContainerFolder(folder)
        if self._shell is not None:
            return container, self._shell
        execution, observer = self._execution, self._execution.observer
        environ = libpq_environment(
            execution.session, execution.target, container.directory, alone=execution.autocommit
        ) | {FOLDER_VARIABLE: str(container.place.absolute()), "PGDATA": str(container.data)}

        def show(text: bytes, to_stderr: bool) -> None:
            shown = container.in_container(text).decode("utf-8", "replace")
            observer.output(shown, to_stderr=to_stderr)

        self._shell = Shell(container.entrypoint, environ, show)
        return container, self._shell

    def close(self) -> None:
        for one in (self._shell, self._container):
            if one is not None:
                one.close()
        self._shell = self._container = None


class ContainerFolder:
    """A private directory with client programs that connect to the run.

    If a file names `/docker-entrypoint-initdb.d`, scripts run from a copy of the folder, `place`,
    whose files name the copy instead. `data` has files for PGDATA, which have no effect.
    """

    def __init__(self, folder: Path) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="runner-"))
        self.place = folder
        self.data = self.directory / "data"
        self.data.mkdir()
        for name in _CONFIGURATION:
            (self.data / name).touch()
        clients = self.directory / "bin"
        clients.mkdir()
        own = resources.files("runner").joinpath("sessions", "bash")
        for name in _CLIENTS:
            (clients / name).write_bytes(own.joinpath("client.sh").read_bytes())
            (clients / name).chmod(0o755)
        self.entrypoint = self.directory / "docker-entrypoint.sh"
        self.entrypoint.write_bytes(own.joinpath("entrypoint.sh").read_bytes())
        if any(_NAME in (_content(path) or b"") for path in folder.rglob("*")):
            self.place = self.directory / "initdb.d"
            _copy(folder, self.place)

    def has_configured(self) -> str:
        """Return the files of PGDATA written since the last call, for a message."""
        found = [name for name in _CONFIGURATION if (self.data / name).read_bytes()]
        for name in found:
            (self.data / name).write_bytes(b"")
        return " and ".join(found)

    def in_container(self, text: bytes) -> bytes:
        """Return a text with the container's name of the folder in place of the copy's."""
        return text.replace(os.fsencode(self.directory / "initdb.d"), _NAME)

    def close(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST else None
    except OSError:
        return None


def _copy(folder: Path, place: Path) -> None:
    """Copy the folder so that its files name the copy; a large file becomes a link."""
    for path in (folder, *folder.rglob("*")):
        copy = place / path.relative_to(folder)
        if path.is_dir():
            copy.mkdir()
        elif (content := _content(path)) is not None:
            copy.write_bytes(content.replace(_NAME, os.fsencode(place)))
            copy.chmod(path.stat().st_mode)
        else:
            copy.symlink_to(path.resolve())
