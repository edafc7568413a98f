"""The shell scripts of a run: in its transaction, or beside it where it has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import StatementFailed
from runner.execute.container_folder import FOLDER, ContainerFolder
from runner.execute.gateway import Gateway
from runner.execute.shell import Shell, libpq_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.execute.client_sessions import ClientSessions
    from runner.execute.execution import Execution
    from runner.scripts.folder import Script


class ShellScripts:
    """One bash runs all of them; `environ` is what they have exported.

    `last` is the script that has ended that bash, if one has.
    """

    def __init__(self, execution: Execution) -> None:
        self.environ: Mapping[str, str] = {}
        self.last: Script | None = None
        self._execution = execution
        self._shell: Shell | None = None
        self._container: ContainerFolder | None = None

    def run(self, script: Script, clients: ClientSessions | None = None) -> None:
        """Runs a script. Its programs get sessions of `clients`, or connect by themselves.

        Raises StatementFailed, and what Executor.run raises.
        """
        self._container = container = self._container or ContainerFolder(script.path.parent)
        self._shell = bash = self._shell or self._started(container)
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
        self.environ = bash.environ
        self.last = script if bash.has_ended else None

    def _started(self, container: ContainerFolder) -> Shell:
        execution, observer = self._execution, self._execution.observer
        environ = {FOLDER: str(container.place.absolute())} | libpq_environment(
            execution.session, execution.target, container.directory, alone=execution.autocommit
        )

        def show(text: bytes, to_stderr: bool) -> None:
            shown = container.in_container(text).decode("utf-8", "replace")
            observer.output(shown, to_stderr=to_stderr)

        return Shell(environ, show)

    def close(self) -> None:
        """Ends bash."""
        for one in (self._shell, self._container):
            if one is not None:
                one.close()
        self._shell = self._container = None
