"""psql on a target: its own exit code, its own Ctrl-C, and no secret to be seen."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest

from tests.conftest import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg

    from tests.servers import Server

PROGRAM = (
    "import sys, runner.embedded.programs as p; sys.exit(p.run_psql(*sys.argv[1:2], sys.argv[2:]))"
)
TIMEOUT = 60


def run_psql(
    tmp_path: Path, conninfo: str, *args: str, script: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, conninfo, *args],
        check=False,
        capture_output=True,
        env=clean_environment(tmp_path, env),
        input=script,
        text=True,
        timeout=TIMEOUT,
    )


def test_the_password_reaches_the_server_but_not_the_list_of_processes(
    server: Server, tmp_path: Path
) -> None:
    # The parent of a shell that psql starts is psql.
    shown = r"\! tr '\0' '\n' < /proc/$PPID/cmdline"
    conninfo = server.tcp_conninfo(sslpassword="pass phrase", application_name="it's me")
    result = run_psql(
        tmp_path, conninfo, "-At", "-c", "SELECT current_setting('application_name')", "-c", shown
    )
    assert result.returncode == 0, result.stderr
    name, *arguments = result.stdout.splitlines()
    assert name == "it's me"
    assert "psql" in arguments[0]
    assert any("host=127.0.0.1" in argument for argument in arguments)
    assert server.password not in result.stdout
    assert "pass phrase" not in result.stdout


@pytest.mark.parametrize(
    ("args", "script", "code"),
    [
        ([], "SELECT 1;", 0),
        (["-c", "SELECT 1/0"], "", 1),
        (["-v", "ON_ERROR_STOP=1"], "SELECT 1/0;", 3),
        (["--dbname=host=/nonexistent"], "", 2),
    ],
)
def test_the_exit_code_is_psql_s(
    server: Server, tmp_path: Path, args: list[str], script: str, code: int
) -> None:
    result = run_psql(tmp_path, server.conninfo(), *args, script=script)
    assert result.returncode == code, result.stderr


def test_ctrl_c_cancels_a_query_and_not_the_session(
    server: Server, admin: psycopg.Connection, tmp_path: Path
) -> None:
    conninfo = server.conninfo(application_name=f"interrupted {tmp_path.name}")
    child = pexpect.spawn(
        sys.executable,
        ["-c", PROGRAM, conninfo, "-X"],
        encoding="utf-8",
        env=clean_environment(tmp_path, {"TERM": "dumb", "PAGER": "cat"}),
        timeout=TIMEOUT,
    )
    try:
        child.expect("postgres=#")
        child.sendline("SELECT pg_sleep(1000);")
        wait_until_active(admin, f"interrupted {tmp_path.name}")
        child.sendintr()
        child.expect("canceling statement due to user request")
        child.sendline("SELECT 6 * 7 AS answer;")
        child.expect(r"\b42\b")
        child.sendline(r"\q")
        child.expect(pexpect.EOF)
        child.wait()
        assert child.exitstatus == 0
    finally:
        child.close(force=True)


def wait_until_active(admin: psycopg.Connection, application_name: str) -> None:
    """Until that session runs pg_sleep; the database's own lock wait has no better sign."""
    query = (
        "SELECT 1 FROM pg_catalog.pg_stat_activity"
        " WHERE application_name = %s AND state = 'active' AND wait_event = 'PgSleep'"
    )
    for _ in range(100 * TIMEOUT):
        if admin.execute(query, [application_name]).fetchone():
            return
        admin.execute("SELECT pg_catalog.pg_sleep(0.01)")
    raise AssertionError(f"{application_name} runs no query")


def test_without_psql_on_the_path_the_package_s_is_used(server: Server, tmp_path: Path) -> None:
    result = run_psql(
        tmp_path, server.conninfo(), "-At", "-c", r"\echo :VERSION_NAME", PATH="/nonexistent"
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("18")
