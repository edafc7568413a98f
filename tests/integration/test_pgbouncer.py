"""Runs through a real PgBouncer in transaction mode."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runner.adapt.shared_statements import UNFINISHED_MARK
from runner.run.other_runs import KEY
from tests.acceptance.scripts import DATA_SQL, query, tables, write_scripts
from tests.conftest import clean_environment
from tests.pooler import pgbouncer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Runner
    from tests.servers import Server

# What a session of the server can have that the next client of a pooler would find. PgBouncer
# itself sets the first five for each client.
_LEFT = """\
SELECT 'setting ' || name || '=' || setting FROM pg_settings
 WHERE source = 'session' AND name <> ALL ('{application_name,client_encoding,DateStyle,
       standard_conforming_strings,TimeZone}')
UNION ALL SELECT 'role ' || current_user WHERE current_user <> session_user
UNION ALL SELECT 'prepared ' || name FROM pg_prepared_statements
UNION ALL SELECT 'cursor ' || name FROM pg_cursors WHERE is_holdable
UNION ALL SELECT 'channel ' || c FROM pg_listening_channels() AS c
UNION ALL SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
UNION ALL SELECT 'table ' || relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()
"""
LITTER = """\
SET search_path = '';
SELECT pg_catalog.set_config('statement_timeout', '50000', false);
SET default_transaction_read_only = off;
SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE;
SET lock_timeout = '7s';
SET ROLE pg_monitor;
RESET ROLE;
PREPARE p AS SELECT 1;
DECLARE c CURSOR WITH HOLD FOR SELECT 1;
CREATE TEMP TABLE scratch (n int);
CREATE TABLE public.kept (n int);
LISTEN channel;
SELECT pg_catalog.pg_advisory_lock(42);
SET ROLE pg_monitor;
"""
SIZE = 3


@pytest.fixture
def pooled(server: Server, fresh_database: str, tmp_path: Path) -> Iterator[str]:
    """The new database through the pooler."""
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    with pgbouncer(server, tmp_path, size=SIZE) as port:
        yield f"host=127.0.0.1 port={port} user=postgres dbname={dbname}"


def left(pooled: str) -> list[Any]:
    """What is left in any of the server's sessions, all of which are looked at."""
    with ExitStack() as stack:
        found: list[Any] = []
        pids = set()
        for _ in range(SIZE):
            # Each holds its session until all have been had.
            conn = stack.enter_context(psycopg.connect(pooled, prepare_threshold=None))
            pids.update(conn.execute("SELECT pg_backend_pid()").fetchall())
            found += [row[0] for row in conn.execute(_LEFT).fetchall()]
        assert len(pids) == SIZE
        return found


def test_what_is_left_behind_is_seen(pooled: str) -> None:
    with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as conn:
        conn.execute(LITTER.encode())
    kinds = {text.split()[0] for text in left(pooled)}
    assert kinds == {"setting", "role", "prepared", "cursor", "channel", "lock", "table"}


def test_every_command_of_a_run(runner: Runner, pooled: str, fresh_database: str) -> None:
    """As in the README: what the guard takes for ours, and what it protects, is so here too."""
    blog = ("-s", DATA_SQL, "-t", pooled, "--json")
    plan = json.loads(runner("plan", *blog, check=0).stdout)
    assert sum(change["kind"] == "created" for change in plan["changes"]) >= 4
    assert tables(fresh_database) == []
    for _ in range(2):
        applied = json.loads(runner("apply", *blog, check=0).stdout)
        assert applied["committed"] is True
        assert applied["verification"]["checked"]["rows"] == 9
    assert query(fresh_database, "SELECT count(*) FROM users") == [3]
    assert json.loads(runner("verify", *blog, check=0).stdout)["exit_code"] == 0
    with psycopg.connect(fresh_database) as conn:
        conn.execute("UPDATE users SET name = 'Joe' WHERE id = 1")
    found = json.loads(runner("verify", *blog, check=1).stdout)["verification"]["differences"]
    assert {difference["object"] for difference in found} == {"row"}
    refused = json.loads(runner("apply", *blog, check=4).stdout)
    assert [loss["table"] for loss in refused["loss"]] == ["public.users"]
    runner("apply", *blog, "--allow-loss", "users", check=0)
    assert json.loads(runner("apply", *blog, "--once", check=0).stdout)["committed"] is False
    status = json.loads(runner("status", *blog, check=0).stdout)
    assert len(status["runs"]) == 3
    assert {script["status"] for script in status["scripts"]} == {"same"}
    assert left(pooled) == []


def test_a_pool_that_is_too_small_for_the_reference(
    runner: Runner, server: Server, fresh_database: str, tmp_path: Path
) -> None:
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    scripts = write_scripts(tmp_path, "CREATE TABLE t (n int);")
    with pgbouncer(server, tmp_path, size=1, query_wait_timeout=5) as port:
        target = f"host=127.0.0.1 port={port} user=postgres dbname={dbname}"
        result = runner("apply", "-s", scripts, "-t", target, check=5)
        assert "query_wait_timeout" in result.stderr
        runner("apply", "-s", scripts, "-t", target, "--no-verify", check=0)


def test_a_pool_of_one_serves_a_run_beside_one_that_makes_roles(
    runner: Runner,
    server: Server,
    admin: psycopg.Connection,
    make_role: Callable[..., str],
    fresh_database: str,
    tmp_path: Path,
) -> None:
    """What the other run has made so far is not left behind: it goes on."""
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    scripts = write_scripts(tmp_path, "CREATE TABLE t (n int);")
    admin.execute(f"SELECT pg_advisory_lock({KEY})".encode())
    mark = f"{UNFINISHED_MARK}{admin.info.backend_pid}_1"
    admin.execute(f"COMMENT ON ROLE {make_role()} IS '{mark}'".encode())
    with pgbouncer(server, tmp_path, size=1, query_wait_timeout=5) as port:
        target = f"host=127.0.0.1 port={port} user=postgres dbname={dbname}"
        runner("apply", "-s", scripts, "-t", target, "--no-verify", check=0)


def test_a_pool_of_one_serves_scripts_whose_tables_go_again(
    runner: Runner, server: Server, fresh_database: str, tmp_path: Path
) -> None:
    """Temporary tables, and what a later script drops: nobody else has to be asked whose it was."""
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    texts = (
        "CREATE TEMP TABLE w AS SELECT 1 AS n; CREATE TABLE staging (n int);",
        "CREATE TABLE t AS TABLE staging; DROP TABLE staging;",
        "CREATE TEMP TABLE w (n int);",
    )
    scripts = write_scripts(tmp_path, *texts)
    with pgbouncer(server, tmp_path, size=1, query_wait_timeout=5) as port:
        target = f"host=127.0.0.1 port={port} user=postgres dbname={dbname}"
        runner("apply", "-s", scripts, "-t", target, "--no-verify", check=0)


def test_ctrl_c_cancels_what_the_server_does(
    admin: psycopg.Connection, pooled: str, fresh_database: str, tmp_path: Path
) -> None:
    scripts = write_scripts(tmp_path, f"{LITTER}SELECT pg_sleep(600);")
    with subprocess.Popen(
        [sys.executable, "-m", "runner", "apply", "--no-verify", "-s", scripts, "-t", pooled],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        dbname = conninfo_to_dict(fresh_database)["dbname"]
        asleep = "SELECT FROM pg_stat_activity WHERE datname = %s AND wait_event = 'PgSleep'"
        while not admin.execute(asleep, [dbname]).fetchall():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Nothing has changed: the transaction was rolled back." in stderr
    assert tables(fresh_database) == []
    assert admin.execute(asleep, [dbname]).fetchall() == []
    assert left(pooled) == []


def test_nothing_of_a_script_goes_to_the_next_client(
    runner: Runner, pooled: str, fresh_database: str, tmp_path: Path
) -> None:
    scripts = write_scripts(tmp_path, LITTER, LITTER.replace("kept", "also_kept"))
    runner("apply", "-s", scripts, "-t", pooled, "--no-verify", check=0)
    assert tables(fresh_database) == ["also_kept", "kept"]
    assert left(pooled) == []


def test_nothing_of_a_script_that_failed_does_either(
    runner: Runner, pooled: str, fresh_database: str, tmp_path: Path
) -> None:
    scripts = write_scripts(tmp_path, LITTER, "SELECT 1 / 0;")
    runner("apply", "-s", scripts, "-t", pooled, "--no-verify", check=3)
    assert tables(fresh_database) == []
    assert left(pooled) == []


def test_without_a_transaction_it_is_refused(
    runner: Runner, pooled: str, fresh_database: str, tmp_path: Path
) -> None:
    scripts = write_scripts(tmp_path, "CREATE TABLE t (n int);")
    result = runner("apply", "-s", scripts, "-t", pooled, "--transaction", "none", check=4)
    assert "through a connection pooler" in result.stderr
    assert tables(fresh_database) == []
    assert left(pooled) == []


def test_an_error_of_the_guard_leaves_all_as_it_was(
    runner: Runner, pooled: str, fresh_database: str, tmp_path: Path
) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("CREATE TABLE theirs AS SELECT 1 AS n")
    scripts = write_scripts(tmp_path, "DROP TABLE theirs;")
    result = runner("apply", "-s", scripts, "-t", pooled, check=4)
    assert "theirs" in result.stderr
    assert query(fresh_database, "SELECT n FROM theirs") == [1]
    assert left(pooled) == []
