"""A database on all servers of a cluster of Citus, which `--citus` names."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The conninfo of a new database on the coordinator, with the workers of the cluster."""
    cluster = request.config.getoption("--citus")
    if not cluster:
        pytest.skip("--citus names no cluster of Citus")
    name = unique_name()
    with psycopg.connect(cluster, autocommit=True) as conn:
        nodes = conn.execute("SELECT groupid, nodename, nodeport FROM pg_dist_node").fetchall()
    workers = [node[1:] for node in nodes if node[0]]
    places = [cluster, *(make_conninfo(cluster, host=h, port=p) for h, p in workers)]
    with ExitStack() as stack:
        for place in reversed(places):  # the coordinator's daemon asks the workers to the end
            _run(place, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            stack.callback(_run, place, drop)
            there = make_conninfo(place, dbname=name)
            _run(there, "CREATE EXTENSION citus", "CREATE EXTENSION IF NOT EXISTS citus_columnar")
        here = make_conninfo(cluster, dbname=name)
        for group, host, port in nodes:
            call = "citus_add_node" if group else "citus_set_coordinator_host"
            _run(here, sql.SQL("SELECT {}({}, {})").format(sql.SQL(call), host, port))
        yield here


def _run(conninfo: str, *commands: str | sql.Composed) -> None:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        for command in commands:
            conn.execute(command)
