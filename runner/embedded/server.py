"""The embedded server while a command runs: started by the first command, stopped by the last.

Each command holds a shared lock on a file. The kernel releases it, even after `kill -9`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from psycopg.conninfo import make_conninfo

from runner.embedded.cluster import PORT, Cluster
from runner.embedded.programs import (
    FALLBACK,
    choose_installation,
    package_bin_dir,
    reachable,
    server_user,
)
from runner.errors import UsageError
from runner.signals import raising_on_termination, signals_held


class EmbeddedServer(NamedTuple):
    """A running embedded server."""

    conninfo: str
    log_path: Path
    bin_dir: Path


@contextmanager
def embedded_server(
    data_dir: Path, extensions: Collection[str] = (), *, durable: bool = True
) -> Iterator[EmbeddedServer]:
    """Run the embedded server on `data_dir`, created on first use, while the block runs.

    Commands that run at the same time share it. The last one stops it, also after an exception,
    Ctrl-C, SIGTERM or SIGHUP (the last two become KeyboardInterrupt, unless the caller handles
    them). A server that a killed command has left running is used again. Without `durable` it does
    not wait for the disk (fsync and synchronous_commit off).

    Root runs it as another user. If that user cannot reach `data_dir`, the data is kept below
    `FALLBACK` and `data_dir` becomes a symbolic link to it.

    Raises UsageError when the package is missing or `data_dir` cannot be used, Refused when no
    PostgreSQL has the extensions, and ConnectionFailed when the server does not start.
    """
    data_dir = data_dir.absolute()
    with raising_on_termination(), ExitStack() as stack:
        with signals_held():
            try:
                server = _join(data_dir, extensions, stack, durable=durable)
            except OSError as error:
                raise UsageError(
                    f"the embedded PostgreSQL cannot use {data_dir}: {error}",
                    hint="run in a folder that you may write to, or name a target (DATABASE_URL)",
                ) from error
        yield server


def _join(
    data_dir: Path, extensions: Collection[str], stack: ExitStack, *, durable: bool
) -> EmbeddedServer:
    """Start the server, or use the running one; `stack` stops it after the last command."""
    try:
        import fcntl
    except ImportError as error:
        raise UsageError(
            "the embedded PostgreSQL needs file locks and Unix sockets, which Windows lacks",
            hint="name a server: -t or DATABASE_URL, for check --reference",
        ) from error
    package_bin_dir()  # before any folder is created: raises UsageError without the package
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    turn_lock, use_lock = (
        stack.enter_context(data_dir.with_name(f"{data_dir.name}.{kind}").open("w"))
        for kind in ("lock", "users")
    )
    fcntl.flock(turn_lock, fcntl.LOCK_EX)
    place = _real_place(data_dir)
    user = server_user(place)
    installation = choose_installation(place, user, extensions)
    cluster = Cluster(place, installation.bin_dir, user, durable=durable)
    if not (place / "PG_VERSION").exists():
        cluster.create(installation.version)
    socket_dir = cluster.running_socket_dir() or cluster.start()
    fcntl.flock(use_lock, fcntl.LOCK_SH)
    stack.callback(_leave, turn_lock, use_lock, cluster)
    fcntl.flock(turn_lock, fcntl.LOCK_UN)
    # An empty hostaddr overrides PGHOSTADDR and that of a service.
    conninfo = make_conninfo(
        "", host=socket_dir, hostaddr="", port=PORT, user="postgres", dbname="postgres"
    )
    return EmbeddedServer(conninfo, cluster.log_path, cluster.bin_dir)


def _leave(turn_lock: TextIOWrapper, use_lock: TextIOWrapper, cluster: Cluster) -> None:
    import fcntl

    with signals_held():
        fcntl.flock(turn_lock, fcntl.LOCK_EX)
        try:
            fcntl.flock(use_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        cluster.stop()


def _real_place(data_dir: Path) -> Path:
    """Return `data_dir`, or the target of its symbolic link, which may be created here."""
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
