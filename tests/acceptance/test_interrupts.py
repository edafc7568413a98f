"""Whoever stops a run finds the target as it was, and the server no longer busy with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.acceptance.scripts import tables, write_scripts
from tests.conftest import clean_environment
from tests.waiting import TIMEOUT, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Runner
    from tests.forking import Forked
    from tests.servers import Server

LOCK = 4711
# Waits until the test lets go of the lock, after a change that must not stay.
WAITING = f"create table left_behind (a int);\nselect pg_catalog.pg_advisory_xact_lock({LOCK});\n"
# What a backend of the runner is doing; the test's own connections have another name.
BACKENDS = """
    select state, wait_event_type, query from pg_catalog.pg_stat_activity
    where datname = %s and application_name like 'raw-sql-runner%%'
    """


class Run:
    """A running `python -m runner apply`, and the database that it works on."""

    def __init__(
        self, process: subprocess.Popen[str] | Forked, admin: psycopg.Connection, dbname: str
    ) -> None:
        self.process = process
        self.admin = admin
        self.dbname = dbname

    def backends(self) -> list[tuple[str, str, str]]:
        return self.admin.execute(BACKENDS, [self.dbname]).fetchall()

    def wait_until_it_waits(self, event_type: str = "Lock") -> None:
        def waits() -> bool:
            assert self.process.poll() is None, self.process.communicate()
            return any(event == event_type for _, event, _ in self.backends())

        until(waits, "the runner never came to wait")

    def wait_until_it_is_at(self, text: str) -> None:
        until(lambda: any(text in query for *_, query in self.backends()), "it did not begin")

    def wait_until_gone(self) -> None:
        until(lambda: not self.backends(), "a backend of the runner is still there")

    def ended(self) -> tuple[int, str]:
        _, stderr = self.process.communicate(timeout=TIMEOUT)
        return self.process.wait(TIMEOUT), stderr


@pytest.fixture
def begin(
    fork: Callable[..., Forked], admin: psycopg.Connection, fresh_database: str
) -> Callable[..., Run]:
    """`begin("--transaction", "none")`: a run that has begun; killed at the end."""

    def begin(*options: str, target: str = fresh_database) -> Run:
        process = fork("apply", "-s", "sql", "-t", target, *options)
        return Run(process, admin, fresh_database.rpartition("=")[2])

    return begin


@pytest.fixture
def begin_process(
    start: Callable[..., subprocess.Popen[str]], admin: psycopg.Connection, fresh_database: str
) -> Callable[..., Run]:
    """As `begin`, but Python is started as by a user."""

    def begin(*options: str, target: str = fresh_database, stdin: int | None = None) -> Run:
        process = start("apply", "-s", "sql", "-t", target, *options, stdin=stdin)
        return Run(process, admin, fresh_database.rpartition("=")[2])

    return begin


@contextmanager
def lock_held(conninfo: str) -> Iterator[None]:
    """Whoever asks for the lock in this database waits as long as the block lasts."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("select pg_catalog.pg_advisory_lock(%s)", [LOCK])
        yield


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_mid_run_rolls_back_and_stops_the_server(
    begin_process: Callable[..., Run], tmp_path: Path, fresh_database: str, signum: signal.Signals
) -> None:
    write_scripts(tmp_path, "create table first (a int);\n", WAITING)
    with lock_held(fresh_database):
        run = begin_process("--lock-timeout", "0")
        run.wait_until_it_waits()
        run.process.send_signal(signum)
        code, stderr = run.ended()
        assert code == 130
        assert "interrupted" in stderr
        assert "Nothing has changed: the transaction was rolled back." in stderr
        assert "Traceback" not in stderr
        # The lock is still held: had the statement not been cancelled, it would wait for it.
        run.wait_until_gone()
    assert tables(fresh_database) == []


def test_ctrl_c_while_there_are_many_notices(begin: Callable[..., Run], tmp_path: Path) -> None:
    """libpq hands them out in a callback, which loses an exception."""
    write_scripts(tmp_path, "do $$ begin loop raise notice 'more'; end loop; end $$;")
    for _ in range(5):
        run = begin("--no-verify", "-q")
        run.wait_until_it_is_at("loop")
        run.process.send_signal(signal.SIGINT)
        code, stderr = run.ended()
        assert code == 130
        assert "Nothing has changed: the transaction was rolled back." in stderr
        assert "Exception ignored" not in stderr
        run.wait_until_gone()


def test_an_impatient_user(
    begin_process: Callable[..., Run], tmp_path: Path, fresh_database: str
) -> None:
    """Ctrl-C as fast as it can be pressed."""
    write_scripts(tmp_path, WAITING)
    with lock_held(fresh_database):
        run = begin_process("--lock-timeout", "0")
        run.wait_until_it_waits()
        while run.process.poll() is None:
            run.process.send_signal(signal.SIGINT)
            time.sleep(0.001)
        code, stderr = run.ended()
        assert code == 130
        assert "interrupted" in stderr
        assert "Traceback" not in stderr
        run.wait_until_gone()
    assert tables(fresh_database) == []


def test_killed_in_mid_run_leaves_nothing_behind(
    begin: Callable[..., Run], tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, "create table first (a int);\n", WAITING)
    with lock_held(fresh_database):
        run = begin("--lock-timeout", "0")
        run.wait_until_it_waits()
        run.process.kill()
        assert run.ended()[0] == -signal.SIGKILL
    run.wait_until_gone()
    assert tables(fresh_database) == []


def test_after_it_the_same_run_goes_through(
    begin: Callable[..., Run], runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, WAITING)
    with lock_held(fresh_database):
        run = begin("--lock-timeout", "0")
        run.wait_until_it_waits()
        run.process.kill()
        run.ended()
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert tables(fresh_database) == ["left_behind"]


@pytest.mark.parametrize("connect", ["", "\\connect\n"])
def test_without_a_transaction_it_is_said_what_stays(
    begin: Callable[..., Run], tmp_path: Path, fresh_database: str, connect: str
) -> None:
    write_scripts(tmp_path, "create table first (a int);\n", connect + WAITING)
    with lock_held(fresh_database):
        run = begin("--lock-timeout", "0", "--transaction", "none")
        run.wait_until_it_waits()
        run.process.send_signal(signal.SIGINT)
        code, stderr = run.ended()
        assert code == 130
        line = 2 if connect else 1
        assert f"all of sql/01.sql and sql/02.sql up to line {line}" in " ".join(stderr.split())
        run.wait_until_gone()
    assert tables(fresh_database) == ["first", "left_behind"]


def test_ctrl_c_while_copy_data_is_being_sent(
    begin: Callable[..., Run], tmp_path: Path, fresh_database: str
) -> None:
    """The server stops reading: a trigger of the table waits, and the data piles up."""
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(
            "create table t (a text);"
            "create function wait() returns trigger language plpgsql as $$ begin"
            f" perform pg_catalog.pg_advisory_xact_lock({LOCK}); return new; end $$;"
            "create trigger w before insert on t for each row execute function wait()"
        )
    rows = ("x" * 99 + "\n") * 100_000
    write_scripts(tmp_path, f"create table left_behind (a int);\ncopy t from stdin;\n{rows}\\.\n")
    with lock_held(fresh_database):
        run = begin("--lock-timeout", "0")
        run.wait_until_it_waits()
        run.process.send_signal(signal.SIGINT)
        code, stderr = run.ended()
        assert code == 130
        assert "Nothing has changed" in stderr
        run.wait_until_gone()
    assert tables(fresh_database) == ["t"]


def test_ctrl_c_while_the_server_waits_for_copy_data(
    begin_process: Callable[..., Run], tmp_path: Path, fresh_database: str
) -> None:
    """`\\copy … from pstdin`, and nobody types."""
    write_scripts(tmp_path, "create table t (a text);\n\\copy t from pstdin\n")
    run = begin_process(stdin=subprocess.PIPE)
    run.wait_until_it_waits("Client")
    until(lambda: any("COPY" in query for _, _, query in run.backends()), "no COPY yet")
    run.process.send_signal(signal.SIGINT)
    code, stderr = run.ended()
    assert code == 130
    assert "Nothing has changed" in stderr
    run.wait_until_gone()
    assert tables(fresh_database) == []


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_while_it_waits_for_a_connection(
    begin: Callable[..., Run], tmp_path: Path, signum: signal.Signals
) -> None:
    """A server that accepts and then says nothing."""
    write_scripts(tmp_path, "select 1;")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        run = begin(
            "--connect-timeout", "10min", target=f"host=127.0.0.1 port={port} dbname=d user=u"
        )
        silent.settimeout(TIMEOUT)
        conn, _ = silent.accept()
        with conn:
            assert conn.recv(8)  # it has asked for TLS, and waits for the answer
            run.process.send_signal(signum)
            code, stderr = run.ended()
    assert code == 130
    assert "interrupted" in stderr
    assert "Traceback" not in stderr


def test_while_it_tries_again_to_connect(begin_process: Callable[..., Run], tmp_path: Path) -> None:
    write_scripts(tmp_path, "select 1;")
    run = begin_process(
        "--connect-timeout", "10min", target="host=127.0.0.1 port=1 dbname=d user=u"
    )
    assert isinstance(run.process, subprocess.Popen)
    assert run.process.stdout
    assert "trying for" in run.process.stdout.readline()
    run.process.send_signal(signal.SIGINT)
    code, stderr = run.ended()
    assert code == 130
    assert "Traceback" not in stderr


def test_the_server_ends_the_session(
    begin: Callable[..., Run], tmp_path: Path, admin: psycopg.Connection, fresh_database: str
) -> None:
    write_scripts(tmp_path, "create table first (a int);\n", WAITING)
    with lock_held(fresh_database):
        run = begin("--lock-timeout", "0")
        run.wait_until_it_waits()
        admin.execute(
            "select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity"
            " where datname = %s and application_name like 'raw-sql-runner%%'",
            [run.dbname],
        )
        code, stderr = run.ended()
    assert code in (3, 5)
    assert "terminating connection due to administrator command" in stderr
    assert "Nothing has changed" in stderr
    assert tables(fresh_database) == []


def test_the_server_stays_out_of_it(server: Server) -> None:
    """Killing the runner never takes the server with it."""
    os.kill(server.pid, 0)


def test_the_exit_code_stays_when_a_module_was_being_imported(tmp_path: Path) -> None:
    """Python ends by SIGINT once KeyboardInterrupt has gone through `exec`, caught or not."""
    (tmp_path / "shim.py").write_text(
        "import sys\n"
        "from runner import __main__\n"
        "from runner.cli import main as cli\n"
        "def interrupted():\n"
        "    try:\n"
        "        exec('raise KeyboardInterrupt')\n"
        "    except KeyboardInterrupt:\n"
        "        print('told', end='', flush=True)\n"
        "    return 130\n"
        "cli.main = interrupted\n"
        "sys.exit(__main__.main())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "shim"],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "told", "")
