"""A run on Citus that is struck in the middle of COPY or of COMMIT leaves the target whole."""

from __future__ import annotations

import shlex
import subprocess
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from signal import SIGKILL
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.conftest import Runner

TABLE = "CREATE TABLE struck (id int PRIMARY KEY); SELECT create_distributed_table('struck', 'id');"
_SHARDS = """SELECT nodename, nodeport, shardid
      FROM pg_dist_shard JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node USING (groupid)
     WHERE logicalrelid = 'struck'::regclass ORDER BY shardid"""
# Whether another session than the daemon of Citus waits for that one.
_WAITS = """SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND %s = ANY (pg_blocking_pids(pid)))"""
_PREPARED = """SELECT result FROM run_command_on_all_nodes($$
    SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()$$)"""
_END_ON_WORKERS = """SELECT run_command_on_workers($$
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name LIKE 'citus_internal%'
       AND pid <> pg_backend_pid()$$)"""
_RUNS = """SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'raw-sql-runner%'"""


@pytest.fixture(scope="module")
def struck(database: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database, with a distributed table of a run, which holds a thousand rows."""
    from runner.cli.main import main

    folder = tmp_path_factory.mktemp("made")
    (folder / "01.sql").write_text(TABLE + copy(0))
    assert main(["apply", "-s", str(folder), "-t", database]) == 0
    return database


def copy(first: int) -> str:
    rows = "".join(f"{one}\n" for one in range(first, first + 1000))
    return f"COPY struck FROM stdin;\n{rows}\\.\n"


@contextmanager
def locked(place: str, table: str) -> Iterator[Callable[[], bool]]:
    """Locks a table on one server; gives a function that tells whether a session waits for it."""
    with psycopg.connect(place) as conn, psycopg.connect(place, autocommit=True) as other:
        conn.execute("SET citus.enable_manual_changes_to_shards = on")
        conn.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield lambda: other.execute(_WAITS, [conn.info.backend_pid]).fetchone() == (True,)
        conn.rollback()


def in_copy(conninfo: str) -> AbstractContextManager[Callable[[], bool]]:
    """Keeps a COPY from one shard; the others take its rows."""
    with psycopg.connect(conninfo) as conn:
        host, port, shard = conn.execute(_SHARDS).fetchall()[0]
    return locked(make_conninfo(conninfo, host=host, port=port), f"struck_{shard}")


def in_commit(conninfo: str) -> AbstractContextManager[Callable[[], bool]]:
    """Keeps a COMMIT from recording the transactions that it prepares on the workers."""
    return locked(conninfo, "pg_dist_transaction")


@contextmanager
def in_prepare(conninfo: str) -> Iterator[Callable[[], bool]]:
    """Keeps one worker from preparing the transaction, which the other has prepared."""
    with psycopg.connect(conninfo, autocommit=True) as here:
        host, port, shard = here.execute(_SHARDS).fetchall()[0]
        place = make_conninfo(conninfo, host=host, port=port)
        with psycopg.connect(place) as conn, psycopg.connect(place, autocommit=True) as other:
            other.execute(
                "SET citus.enable_manual_changes_to_shards = on;"
                "SET citus.enable_ddl_propagation = off;"
                "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
                " 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END';"
                f"CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON struck_{shard}"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold()"
            )
            conn.execute("SELECT pg_advisory_xact_lock(1)")
            yield (
                lambda: (
                    other.execute(_WAITS, [conn.info.backend_pid]).fetchone() == (True,)
                    and ("1",) in here.execute(_PREPARED).fetchall()
                )
            )
            conn.rollback()
            other.execute("DROP FUNCTION hold CASCADE")


def end_workers(coordinator: psycopg.Connection, _: object) -> None:
    coordinator.execute(_END_ON_WORKERS)


def end_coordinator(coordinator: psycopg.Connection, _: object) -> None:
    coordinator.execute(f"SELECT pg_terminate_backend(pid) FROM ({_RUNS}) AS r")


def kill_runner(_: object, process: subprocess.Popen[str]) -> None:
    process.kill()


def stop_worker(coordinator: psycopg.Connection, _: object, command: Sequence[str]) -> None:
    """Stops the worker of the last shard at once, and starts it again."""
    port = str(coordinator.execute(_SHARDS).fetchall()[-1][1])
    for action in ("stop", "start"):
        subprocess.run([*command, action, port], check=True)


@pytest.fixture(params=[end_workers, end_coordinator, kill_runner, stop_worker])
def strike(request: pytest.FixtureRequest) -> Callable[..., None]:
    chosen: Callable[..., None] = request.param
    command = shlex.split(request.config.getoption("--citus-control") or "")
    if chosen is stop_worker and not command:
        pytest.skip("--citus-control names no command that stops a worker")
    return partial(chosen, command=command) if chosen is stop_worker else chosen


@pytest.mark.parametrize("held", [in_copy, in_commit, in_prepare])
def test_a_run_that_is_struck_leaves_the_target_whole(
    struck: str,
    runner: Runner,
    start: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
    held: Callable[[str], AbstractContextManager[Callable[[], bool]]],
    strike: Callable[..., None],
) -> None:
    """Kept from a shard, or from preparing, the run waits: then it or its servers are gone."""
    with psycopg.connect(struck, autocommit=True) as conn:
        ((before,),) = conn.execute("SELECT count(*) FROM struck").fetchall()
    (tmp_path / "01.sql").write_text(copy(before))
    with psycopg.connect(struck, autocommit=True) as conn, held(struck) as is_waited_for:
        process = start("apply", "--no-verify", "-s", tmp_path, "-t", struck)

        def waits() -> bool:
            assert process.poll() is None, process.communicate()
            return is_waited_for()

        until(waits, "it never came to wait")
        strike(conn, process)
    _, stderr = process.communicate()
    with psycopg.connect(struck, autocommit=True) as conn:
        until(lambda: not conn.execute(_RUNS).fetchall(), "its session is still there")
        conn.execute("SELECT recover_prepared_transactions()")
        assert set(conn.execute(_PREPARED).fetchall()) == {("0",)}
        ((after,),) = conn.execute("SELECT count(*) FROM struck").fetchall()
    if strike is kill_runner:
        assert process.returncode == -SIGKILL
        assert after in ((before,) if held is in_copy else (before, before + 1000))
    elif held is in_prepare and isinstance(strike, partial):  # the worker that is stopped has it
        assert process.returncode == 0, stderr
        assert "SELECT recover_prepared_transactions();" in stderr
        assert after == before + 1000
    else:
        assert process.returncode == 5, stderr
        assert "Nothing has changed" in stderr
        assert after == before
    # All rows are those of recorded runs.
    (tmp_path / "01.sql").write_text("TRUNCATE struck;")
    runner("plan", "--verify", "none", "-s", tmp_path, "-t", struck, check=0)
