"""The shell scripts of a run, in its transaction or beside it, and commands in backquotes."""

from __future__ import annotations

import itertools
import os
import shlex
from functools import partial
from typing import TYPE_CHECKING, cast

from psycopg import sql

from runner.connect.queries import fetch, statement
from runner.errors import ScriptError, StatementFailed
from runner.psql.slash_arguments import ArgumentError
from runner.results import Notice
from runner.scripts.files import CONTAINER_FOLDER, FOLDER_VARIABLE
from runner.scripts.recording import CommandRecord
from runner.sessions.client_sessions import ClientSessions
from runner.sessions.container_folder import ContainerFolder
from runner.sessions.gateway import Gateway
from runner.sessions.session_reset import set_commands
from runner.sessions.shell import Shell, libpq_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from runner.check.scripts import Checked
    from runner.execute.execution import Execution, RunningScript
    from runner.psql.state import State
    from runner.scripts.files import RunProgram
    from runner.scripts.folder import Script
    from runner.scripts.recording import Recording
    from runner.sessions.sessions import Sessions


class ShellScripts:
    """Runs shell scripts and commands in one bash; `environ` is what the scripts have exported.

    `last` is the script that has ended that bash, if one has. Programs that they call get sessions
    of `clients`, or connect by themselves. The methods raise StatementFailed, and what Executor.run
    raises.
    """

    def __init__(self, execution: Execution, sessions: Sessions) -> None:
        self.environ: Mapping[str, str] = {}
        self.last: Script | None = None
        self.sessions = sessions
        self._execution = execution
        self._shell: Shell | None = None
        self._container: ContainerFolder | None = None

    def run(self, checked: Checked, running: RunningScript, state: State) -> None:
        """Run a shell script; in the run's transaction it begins in the target's database."""
        sessions, execution, clients = self.sessions, self._execution, None
        if execution.autocommit or not sessions.is_used:
            sessions.executor.flush(sessions.begin())
        sessions.start_in_target()
        if not execution.autocommit:
            clients = ClientSessions(sessions, execution, checked, running, state)
        self._once(checked, 0, clients, partial(self._script, checked.script, clients))

    def commands(self, checked: Checked, running: RunningScript, state: State) -> RunProgram:
        """Return the function that runs commands for psql: see scripts.files.Files.

        The script's session is suspended for the client programs of a command; `state` is for their
        variables. Raises ArgumentError where it cannot be suspended.
        """
        numbers = itertools.count()

        def run(command: str, directory: Path, environ: Mapping[str, str]) -> tuple[bytes, int]:
            self.sessions.executor.flush()
            aside: list[Callable[[], None]] = []

            def before() -> None:
                aside.append(_set_aside(self.sessions, checked, state))

            execution, clients = self._execution, None
            if not execution.autocommit:
                clients = ClientSessions(self.sessions, execution, checked, running, state, before)
            was = self.environ or os.environ
            lines = [f"cd {shlex.quote(str(directory.absolute()))} || exit"]
            lines += [f"unset {name}" for name in was.keys() - environ.keys()]
            changed = {name: value for name, value in environ.items() if was.get(name) != value}
            lines += [f"export {name}={shlex.quote(value)}" for name, value in changed.items()]
            inside = "\n".join([*lines, command])
            work = partial(self._program, checked.script, inside, clients)
            try:
                ran = self._once(checked, next(numbers), clients, work)
            except ScriptError as error:
                if error.place is not None:
                    raise
                raise ArgumentError(error.message, error.hint or "") from None
            for take_up in aside:
                take_up()
            return ran.output, ran.status

        return run

    def _once(
        self,
        checked: Checked,
        number: int,
        clients: ClientSessions | None,
        run: Callable[[], tuple[bytes, int]],
    ) -> CommandRecord:
        """Run a shell script, or the command of this number; if it has run, replay it."""
        ran = cast("Recording", checked.recording).ran
        if clients is None:
            return CommandRecord((), self.environ, *run())
        if number < len(ran):
            clients.replay(ran[number].requests)
            self.environ = ran[number].environ
        else:
            output, status = run()
            ran.append(CommandRecord(clients.requests, self.environ, output, status))
        return ran[number]

    def _script(self, script: Script, clients: ClientSessions | None) -> tuple[bytes, int]:
        container = self._opened(script)
        bash = self._run(script.name, container.place / script.path.name, clients)
        self.environ = bash.process.environ
        self.last = script if bash.process.exited.is_set() else None
        if names := container.has_configured():
            message = f"{script.name} changes {names}: the server of the target keeps its own"
            hint = "Set it there, or for one database: ALTER DATABASE … SET."
            self._execution.observer.notice(Notice("WARNING", message, hint=hint))
        return b"", 0

    def _program(
        self, script: Script, command: str, clients: ClientSessions | None
    ) -> tuple[bytes, int]:
        """Return the output and the exit status of a command of another script."""
        container = self._opened(script)
        path, output, status = (container.directory / name for name in ("run", "out", "status"))
        inside = command.replace(CONTAINER_FOLDER.rstrip("/"), str(container.place.resolve()))
        text = f"#!/bin/sh\nsh -c {shlex.quote(inside)} >{output}\necho $? >{status}\n"
        path.write_text(text, "utf-8", "surrogateescape")
        path.chmod(0o755)
        self._run(script.name, path, clients)
        return output.read_bytes(), int(status.read_text())

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


def _set_aside(sessions: Sessions, checked: Checked, state: State) -> Callable[[], None]:
    """Suspend a script's session for client programs; return the function that resumes it.

    Raises ScriptError if the session has more than settings.
    """
    executor, back = sessions.executor, sessions.here(checked.script.source)
    settings: Mapping[str, str] = {}
    if not executor.is_passed_over:
        query = sql.SQL(statement("sessions/aside")).format(user=executor.exchange.user)
        ((has_more, found),) = fetch(executor.exchange.conn, query)
        if has_more or executor.blocks.is_open:
            raise ScriptError(
                "this command connects to the database, while the script has a role, temporary"
                " tables, prepared statements, a cursor or an open transaction",
                hint="Write it before these, or into a shell script.",
            )
        settings = found or {}

    def take_up() -> None:
        sessions.record_effects(executor.flush(sessions.reset()))
        executor.connect(back, state)
        if not executor.is_passed_over:
            conn = executor.exchange.conn
            conn.execute(b"".join(set_commands(conn, settings)))

    return take_up
