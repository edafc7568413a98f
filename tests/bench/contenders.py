"""Who is measured, and how each is called: the runner, psql, dbmate, bare psycopg."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from runner.embedded.programs import find_psql, server_user
from tests.bench.inputs import Inputs, script, script_size
from tests.bench.measure import Measured, run
from tests.conftest import clean_environment, drop_database
from tests.proxy import proxy
from tests.servers import SETTINGS, Server

DBMATE = "2.36.0"
# What a server has that keeps its data. Under tests/servers.py nothing has to reach the disk.
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a contender connects to, over TCP."""

    port: int
    database: str
    server: Server

    @property
    def conninfo(self) -> str:
        """For libpq."""
        return self.server.tcp_conninfo(self.database, password=None, port=self.port)

    @property
    def url(self) -> str:
        """For who takes nothing else."""
        user = self.server.superuser
        return f"postgres://{user}@127.0.0.1:{self.port}/{self.database}?sslmode=disable"


Arguments = list[str | Path]
Command = Callable[[Path, Address], Arguments]


class Contenders:
    """Runs contenders, each time in a new database of the one server."""

    def __init__(self, server: Server, inputs: Inputs, home: Path) -> None:
        self.server = server
        self.inputs = inputs
        self.home = home
        self.psql_path = find_psql()
        self.dbmate_path = fetch_dbmate()
        self.env = clean_environment(home)
        # A user's Python keeps what it has compiled.
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)
        self.verifies = "--no-verify" in self._help()

    def _help(self) -> str:
        command = [sys.executable, "-m", "runner", "apply", "--help"]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, env=self.env, cwd=self.home
        ).stdout

    # -- commands ---------------------------------------------------------------------------

    def runner(self, folder: Path, address: Address) -> Arguments:
        """The runner, without verification."""
        return [*self.verified(folder, address), *(["--no-verify"] if self.verifies else [])]

    def verified(self, folder: Path, address: Address) -> Arguments:
        """The runner as it is."""
        apply: Arguments = [sys.executable, "-m", "runner", "apply", "-q", "-s", folder]
        return [*apply, "-t", address.conninfo]

    def psql(self, folder: Path, address: Address) -> Arguments:
        """`psql -f`, as the image's entrypoint calls it, but once for all files."""
        files: Arguments = []
        for path in sorted(folder.glob("*.sql")):
            files += ["-f", path]
        quiet = ["-X", "-q", "-v", "ON_ERROR_STOP=1"]
        return [self.psql_path, *quiet, *files, "-d", address.conninfo]

    def psql_1(self, folder: Path, address: Address) -> Arguments:
        """`psql -1 -f`: one transaction."""
        return [*self.psql(folder, address), "-1"]

    def dbmate(self, folder: Path, address: Address) -> Arguments:
        """`dbmate migrate`: the least that it can do."""
        migrations = self.inputs.for_dbmate(folder)
        options: Arguments = [
            "--url",
            address.url,
            "--no-dump-schema",
            "--migrations-dir",
            migrations,
        ]
        return [self.dbmate_path, *options, "migrate"]

    def bare(self, folder: Path, address: Address) -> Arguments:
        """psycopg alone."""
        return [sys.executable, "-m", "tests.bench.bare", script(folder), address.conninfo]

    # -- running ----------------------------------------------------------------------------

    def template(self, folder: Path) -> str:
        """The name of a database in which the runner has applied a script."""
        name = f"template_{secrets.token_hex(4)}"
        with psycopg.connect(self.server.conninfo(), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self._measure(self.runner, folder, name, 0)
        return name

    def measure(
        self, command: Command, folder: Path, *, round_trip: float = 0, template: str = "template1"
    ) -> Measured:
        """Runs a contender in a new database, behind a line with this round-trip time."""
        name = f"bench_{secrets.token_hex(4)}"
        new = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(self.server.conninfo(), autocommit=True) as admin:
            admin.execute(new.format(sql.Identifier(name), sql.Identifier(template)))
            # DROP DATABASE, as of a reference, waits for a checkpoint: not for these files.
            admin.execute("CHECKPOINT")
            try:
                return self._measure(command, folder, name, round_trip)
            finally:
                drop_database(admin, name)
                # So that the writes of one run are not the next one's to wait for.
                admin.execute("CHECKPOINT")

    def trips(self, command: Command, folder: Path) -> Measured:
        """Runs a contender behind a line without a delay, which counts."""
        return self.measure(command, folder, round_trip=1e-9)

    def _measure(
        self, command: Command, folder: Path, database: str, round_trip: float
    ) -> Measured:
        port, half = self.server.port, round_trip / 2
        behind = proxy(port, to_server=half, to_client=half) if round_trip else nullcontext()
        with behind as line:
            address = Address(line.port if line else port, database, self.server)
            measured = self.plain(
                command(folder, address), postmaster=self.server.pid, database=database
            )
        measured = replace(measured, size=script_size(folder))
        if line:
            trips = [found.round_trips for found in line.to_database(database)]
            measured = replace(measured, round_trips=trips[0], all_round_trips=sum(trips))
        return measured

    def plain(self, command: Arguments, *, postmaster: int = 0, database: str = "") -> Measured:
        """Runs any command in the contenders' environment."""
        return run(command, env=self.env, cwd=self.home, postmaster=postmaster, database=database)

    def lexing(self, folder: Path) -> Measured:
        """Reads a script without a server; the time is processor time."""
        command: Arguments = [sys.executable, "-m", "tests.bench.lexing", folder]
        output = subprocess.run(
            command, check=True, capture_output=True, text=True, env=self.env, cwd=self.home
        ).stdout
        return Measured(float(output), float(output), size=script_size(folder))


def prepare(server: Server, *, durable: bool) -> Server:
    """Restarts a server for measuring: no password, and `durable` as servers in use are.

    A password would cost every contender the same, and hide what they differ by.
    """
    access = server.data_dir / "pg_hba.conf"
    access.write_text(access.read_text().replace("scram-sha-256", "trust"))
    settings = {
        **SETTINGS,
        **(_DURABLE if durable else {}),
        "port": str(server.port),
        "unix_socket_directories": str(server.socket_dir),
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    command: Arguments = [server.bin_dir / "pg_ctl", "restart", "--wait", "--mode", "fast"]
    command += ["--pgdata", server.data_dir, "--log", server.log_path, "--options", options]
    with tempfile.TemporaryFile() as output:
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **server_user().identity(),
        )
    pid = int((server.data_dir / "postmaster.pid").read_text().split()[0])
    return replace(server, pid=pid)


def fetch_dbmate() -> Path:
    """dbmate's own binary, from its npm package; kept in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    found = cache / "raw-sql-runner" / f"dbmate-{DBMATE}"
    if not found.exists():
        found.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=found.parent) as scratch:
            pack = ["npm", "pack", "--silent", f"@dbmate/linux-x64@{DBMATE}"]
            subprocess.run(pack, check=True, cwd=scratch, stdout=subprocess.DEVNULL)
            (archive,) = Path(scratch).glob("*.tgz")
            subprocess.run(["tar", "--extract", "--file", archive], check=True, cwd=scratch)
            (Path(scratch) / "package" / "bin" / "dbmate").rename(found)
    return found
