"""A streaming standby of a server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from runner.embedded.programs import reachable_bin_dir, server_user
from tests.servers import Server, start_server, stopped_at_end


@contextmanager
def standby_of(primary: Server, folder: Path) -> Iterator[Server]:
    """A standby in `folder`, made with pg_basebackup; it answers queries."""
    user = server_user()
    user.give(folder)
    subprocess.run(
        [
            # The servers of npm come without it; it works with older servers.
            *(reachable_bin_dir() / "pg_basebackup", "--pgdata", folder / "data"),
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
            *("--dbname", primary.conninfo()),
        ],
        check=True,
        capture_output=True,
        **user.identity(),
    )
    with stopped_at_end(start_server(folder, primary.version, primary.bin_dir)) as server:
        yield server


def promote(standby: Server) -> None:
    """Begin to make it a primary."""
    with psycopg.connect(standby.conninfo(), autocommit=True) as conn:
        conn.execute("SELECT pg_promote(wait => false)")
