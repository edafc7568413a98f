r"""The commands of the shell in a script for psql: `\!` and backquotes."""

from __future__ import annotations

import itertools
import os
import shlex
from typing import TYPE_CHECKING

from psycopg import sql

from runner.connect.queries import fetch, statement
from runner.errors import ScriptError
from runner.psql.slash_arguments import ArgumentError
from runner.sessions.session_reset import set_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from runner.check.scripts import Checked
    from runner.execute.execution import RunningScript
    from runner.psql.state import State
    from runner.sessions.sessions import Sessions
    from runner.sessions.shell_scripts import ShellScripts


class ShellCommands:
    """Those of one script, whose session waits for their client programs. `state` is for these."""

    def __init__(
        self, shells: ShellScripts, checked: Checked, running: RunningScript, state: State
    ) -> None:
        self._shells = shells
        self._checked = checked
        self._running = running
        self._state = state
        self._numbers = itertools.count()

    def run(self, command: str, directory: Path, environ: Mapping[str, str]) -> tuple[bytes, int]:
        """See scripts.files.Files. Raises ArgumentError where the script's session cannot wait."""
        shells, sessions = self._shells, self._shells.sessions
        sessions.executor.flush()
        aside: list[Callable[[], None]] = []

        def before() -> None:
            aside.append(_set_aside(sessions, self._checked, self._state))

        clients = shells.clients(self._checked, self._running, self._state, before)
        inside = _in_environment(command, directory, environ, shells.environ or os.environ)
        try:
            ran = shells.once(
                self._checked,
                next(self._numbers),
                clients,
                lambda: shells.program(self._checked.script, inside, clients),
            )
        except ScriptError as error:
            if error.place is not None:
                raise
            raise ArgumentError(error.message, error.hint or "") from None
        for take_up in aside:
            take_up()
        return ran.output, ran.status


def _in_environment(
    command: str, directory: Path, environ: Mapping[str, str], before: Mapping[str, str]
) -> str:
    """The command in a directory, with the variables that are other than before."""
    lines = [f"cd {shlex.quote(str(directory.absolute()))} || exit"]
    lines += [f"unset {name}" for name in before.keys() - environ.keys()]
    changed = {name: value for name, value in environ.items() if before.get(name) != value}
    lines += [f"export {name}={shlex.quote(value)}" for name, value in changed.items()]
    return "\n".join([*lines, command])


def _set_aside(sessions: Sessions, checked: Checked, state: State) -> Callable[[], None]:
    """Ends a script's session for those of client programs; gives what takes it up again.

    Raises ScriptError for one that has more than settings.
    """
    executor, back = sessions.executor, sessions.here(checked.script.source)
    settings = {} if executor.is_passed_over else _settings(sessions)

    def take_up() -> None:
        sessions.record_effects(executor.flush(sessions.reset()))
        executor.connect(back, state)
        if not executor.is_passed_over:
            conn = executor.exchange.conn
            conn.execute(b"".join(set_commands(conn, settings)))

    return take_up


def _settings(sessions: Sessions) -> dict[str, str]:
    executor = sessions.executor
    query = sql.SQL(statement("sessions/aside"))
    query_of_user = query.format(user=executor.exchange.user)
    ((has_more, settings),) = fetch(executor.exchange.conn, query_of_user)
    if has_more or executor.blocks.is_open:
        raise ScriptError(
            "this command connects to the database, while the script has a role, temporary"
            " tables, prepared statements, a cursor or an open transaction",
            hint="Write it before these, or into a shell script.",
        )
    return settings or {}
