"""A server with TLS under the name of an endpoint of Aurora."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.certificates import Authority
from tests.servers import (
    TLS_VERSION,
    Server,
    binaries,
    create_cluster,
    start_server,
    stopped_at_end,
)

WRITER = "blog.cluster-abc123.eu-central-1.rds.amazonaws.com"


@contextmanager
def tls_server_in(folder: Path, authority: Authority, *rules: str) -> Iterator[Server]:
    """A server with a certificate for WRITER; `rules` come first in its pg_hba.conf."""
    bin_dir = binaries(TLS_VERSION)
    create_cluster(folder, TLS_VERSION, bin_dir)
    authority.install(folder / "data", WRITER, "127.0.0.1")
    file = folder / "data" / "pg_hba.conf"
    file.write_text("\n".join([*rules, file.read_text()]))
    server = start_server(folder, TLS_VERSION, bin_dir, ssl="on", ssl_ca_file=str(authority.file))
    with stopped_at_end(server):
        yield server


def endpoint(server: Server, host: str = WRITER, **parameters: Any) -> str:
    """The server under the name of an endpoint."""
    return server.tcp_conninfo(**{"host": host, "hostaddr": "127.0.0.1", **parameters})
