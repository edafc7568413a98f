"""PgBouncer in transaction mode before a server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runner.embedded.programs import server_user
from tests.programs import find_program
from tests.servers import Server, free_port

_CONFIGURATION = """\
[databases]
* = host={server.socket_dir} port={server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {size}
query_wait_timeout = {query_wait_timeout}
log_connections = 0
log_disconnections = 0
"""


@contextmanager
def pgbouncer(
    server: Server, folder: Path, *roles: str, size: int = 3, query_wait_timeout: int = 120
) -> Iterator[int]:
    """The port of a pooler with `size` connections for each database and role.

    The test is skipped where PgBouncer is not installed, and fails there when CI is set.
    """
    program = find_program("pgbouncer")
    users, configuration = folder / "users.txt", folder / "pgbouncer.ini"
    users.write_text("".join(f'"{role}" ""\n' for role in (server.superuser, *roles)))
    port = free_port()
    text = _CONFIGURATION.format(
        server=server, port=port, users=users, size=size, query_wait_timeout=query_wait_timeout
    )
    configuration.write_text(text)
    for file in (users, configuration):
        file.chmod(0o644)
    with subprocess.Popen(
        [program, configuration],
        stderr=subprocess.PIPE,
        text=True,
        **server_user().identity(),
    ) as process:
        try:
            assert process.stderr is not None
            said = ""
            for line in process.stderr:
                said += line
                if "process up" in line:
                    break
            else:
                pytest.fail(f"pgbouncer: {said}")
            yield port
        finally:
            process.kill()
