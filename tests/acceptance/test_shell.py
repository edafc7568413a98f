"""Shell scripts in the folder: named, or run as the image's entrypoint does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.scripts import NOBODY, query, tables, write_scripts
from tests.conftest import clean_environment
from tests.servers import PASSWORD
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server

# The scripts are bash's, whatever the version of the server that its programs connect to.
pytestmark = pytest.mark.needs18

ALLOWED = ("--allow-shell",)
PSQL = 'psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"'
RECORD = f"""{PSQL} -qc "insert into seen values ('$0', current_user, current_database())"\n"""
SEEN = "create table seen (what text, who name, here name);"
ENVIRONMENT = "".join(
    f'echo "{name}=${{{name}-unset}}"\n'
    for name in "POSTGRES_USER POSTGRES_DB PGHOST PGPORT PGUSER PGDATABASE PGSERVICE".split()
)


def shell_script(folder: Path, name: str, text: str, *, executable: bool) -> Path:
    path = folder / name
    path.write_text(("#!/bin/sh\n" if executable else "") + text)
    path.chmod(0o755 if executable else 0o644)
    return path


def test_it_is_an_error(runner: Runner, tmp_path: Path) -> None:
    shell_script(write_scripts(tmp_path, "select 1;"), "02.sh", "exit 0", executable=True)
    assert (
        "ERROR: sql/02.sh: a shell script"
        in runner("check", "--offline", "-s", "sql", check=2).stdout
    )
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert "ERROR: sql/02.sh: a shell script runs only with --allow-shell" in result.stderr
    assert "HINT: Add --allow-shell (or RUNNER_ALLOW_SHELL=1)" in result.stderr


def test_a_folder_of_nothing_else_names_the_flag(runner: Runner, tmp_path: Path) -> None:
    shell_script(write_scripts(tmp_path), "01.sh", "exit 0", executable=True)
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert "HINT: --allow-shell runs shell scripts." in result.stderr


def test_the_variable_allows_it(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    shell_script(write_scripts(tmp_path), "01.sh", "psql -qc 'create table t ()'", executable=True)
    (tmp_path / ".env").write_text("RUNNER_ALLOW_SHELL=1\n")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert tables(fresh_database) == ["t"]
    (tmp_path / ".env").write_text("RUNNER_ALLOW_SHELL=maybe\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=2)
    assert "RUNNER_ALLOW_SHELL must be 1 or 0" in result.stderr


@pytest.mark.parametrize("executable", [True, False])
def test_it_runs_in_the_order_of_names(
    runner: Runner, tmp_path: Path, fresh_database: str, executable: bool
) -> None:
    folder = write_scripts(tmp_path, SEEN)
    shell_script(folder, "02.sh", RECORD, executable=executable)
    (folder / "03.sql").write_text("insert into seen select 'after ' || count(*) from seen;")
    assert "nothing found" in runner("check", "--offline", "-s", "sql", *ALLOWED, check=0).stdout
    runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)
    [(what, who, here), (after, _, _)] = query(fresh_database, "select * from seen")
    # An executable has its own name; one that is sourced has the entrypoint's.
    assert what.endswith(str(folder.resolve() / "02.sh") if executable else "/docker-entrypoint.sh")
    [now] = query(fresh_database, "select (current_user, current_database())::text")
    assert f"({who},{here})" == now
    assert after == "after 1"


def test_its_output_is_shown_and_its_environment_is_the_targets(
    runner: Runner, tmp_path: Path, server: Server, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "select 1;")
    shell_script(folder, "02.sh", ENVIRONMENT + "echo oops >&2\n", executable=True)
    env = {"PGDATABASE": "another", "POSTGRES_USER": "another"}
    options = (*ALLOWED, "--transaction", "none")
    result = runner("apply", "-s", "sql", "-t", fresh_database, *options, env=env, check=0)
    [name] = query(fresh_database, "select current_database()::text")
    assert (
        f"""\
POSTGRES_USER={server.superuser}
POSTGRES_DB={name}
PGHOST={server.socket_dir}
PGPORT={server.port}
PGUSER={server.superuser}
PGDATABASE={name}
PGSERVICE=unset
"""
        in result.stdout
    )
    assert "oops\n" in result.stderr


@pytest.mark.process
def test_the_password_is_in_the_environment_alone(
    runner: Runner, tmp_path: Path, server: Server, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "create table t (i int);")
    text = 'psql -qc "insert into t values (${#POSTGRES_PASSWORD})"; ps -o args= -p $$ -p $PPID\n'
    shell_script(folder, "02.sh", text, executable=False)
    [name] = query(fresh_database, "select current_database()::text")
    conninfo = server.tcp_conninfo(name, password=None)
    env = {"PGPASSWORD": PASSWORD}
    result = runner("apply", "-s", "sql", "-t", conninfo, *ALLOWED, env=env, check=0)
    assert query(fresh_database, "select i from t") == [len(PASSWORD)]
    assert "runner apply" in result.stdout
    assert PASSWORD not in result.stdout + result.stderr


def test_what_the_entrypoint_offers(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    folder = write_scripts(tmp_path, "create table t (i int);")
    text = (
        "docker_process_sql -qc 'insert into t values (1)'\n"
        '"${psql[@]}" -q <<-SQL\n\tinsert into t values (2);\nSQL\n'
    )
    shell_script(folder, "02.sh", text, executable=False)
    runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)
    assert query(fresh_database, "select i from t order by i") == [1, 2]


def test_one_bash_runs_them_all(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """As in the image: what a sourced script leaves, the next ones and psql find.

    The entrypoint becomes the server: a trap of EXIT never runs.
    """
    folder = write_scripts(tmp_path, "create table t (what text);")
    sourced = (
        "export MODE=first\nadd() { docker_process_sql -qc \"insert into t values ('$1')\"; }\n"
        "set -u\ntrap 'add trapped' EXIT\n: \"$POSTGRES_PASSWORD\"\nmkdir made\ncd made\n"
        "echo \"insert into t values ('included')\" >in.sql\n"
        "echo copied | tee copied.txt >/docker-entrypoint-initdb.d/copied.txt\n"
    )
    shell_script(folder, "02.sh", sourced, executable=False)
    (folder / "03.sql").write_text(
        "\\getenv mode MODE\ninsert into t values (:'mode');\n\\i in.sql\n;\n"
        "\\copy t from copied.txt\ncopy t from '/docker-entrypoint-initdb.d/copied.txt';\n"
    )
    shell_script(folder, "04.sh", "add 'a function'\nMODE=$'sec\\nond'\n", executable=False)
    shell_script(folder, "05.sh", "psql -qc \"insert into t values ('$MODE')\"\n", executable=True)
    (folder / "06.sql").write_text("\\getenv mode MODE\ninsert into t values (:'mode');")
    shell_script(folder, "07.sh", "docker_process_sql -qf in.sql\n", executable=False)
    runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)
    expected = ["first", "included", "copied", "copied", "a function", "sec\nond", "sec\nond"]
    expected.append("included")
    assert query(fresh_database, "select what from t") == expected


def test_the_configuration_of_the_container_is_a_warning(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "create table t (i int);")
    text = (
        "sed -i 's/#listen_addresses/listen_addresses/' \"$PGDATA/postgresql.conf\"\n"
        "echo 'host all all all md5' >>$PGDATA/pg_hba.conf\n"
    )
    shell_script(folder, "02.sh", text, executable=False)
    said = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0).stderr
    assert "WARNING: sql/02.sh changes pg_hba.conf: the server of the target keeps" in said


@pytest.mark.process
def test_what_it_leaves_in_the_background_goes_on(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "select 1;")
    text = "sleep 300 & echo $! >job\nprintf 'no end of line'\n"
    shell_script(folder, "02.sh", text, executable=False)
    shell_script(
        folder, "03.sh", "kill -0 $(cat job) && echo ' and still there'\n", executable=True
    )
    try:
        result = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)
        os.kill(int((tmp_path / "job").read_text()), 0)
    finally:
        os.kill(int((tmp_path / "job").read_text()), signal.SIGKILL)
    assert "no end of line" in result.stdout
    assert "still there" in result.stdout


def test_none_runs_after_one_that_ends_the_entrypoint(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """In the image no script after it would run, though nothing tells of an error."""
    folder = write_scripts(tmp_path, "create table t ();")
    shell_script(
        folder,
        "02.sh",
        "trap 'echo the last words' EXIT\npsql -c 'create role ended'\nexit 0\n",
        executable=False,
    )
    runner("plan", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)  # it is the last one
    (folder / "03.sql").write_text("select 1;")
    result = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=3)
    assert "ERROR: sql/02.sh ended the shell that sources it" in result.stderr
    assert "write return instead of exit" in result.stderr
    assert "the last words" in result.stdout


@pytest.mark.parametrize(
    ("text", "executable", "status"),
    [
        ("exit 7\n", True, 7),
        ("false\necho never\n", False, 1),
        ("false | cat\necho never\n", False, 1),
        (f"{PSQL} -c 'select nonsense'\n", True, 1),
        ("kill -TERM $$\n", True, 143),
    ],
)
@pytest.mark.parametrize("transaction", ["all", "none"])
def test_a_failure_stops_the_run(
    runner: Runner,
    tmp_path: Path,
    fresh_database: str,
    text: str,
    executable: bool,
    status: int,
    transaction: str,
) -> None:
    folder = write_scripts(tmp_path, "create table before (i int);")
    shell_script(folder, "02.sh", text, executable=executable)
    (folder / "03.sql").write_text("create table after (i int);")
    options = (*ALLOWED, "--transaction", transaction)
    result = runner("apply", "-s", "sql", "-t", fresh_database, *options, check=3)
    assert f"ERROR: sql/02.sh ended with exit status {status}" in result.stderr
    assert "pop_var_context" not in result.stderr
    said = " ".join(result.stderr.split())
    if transaction == "none":
        assert "Already committed: all of sql/01.sql and what sql/02.sh did." in said
    else:
        assert "Nothing has changed: the transaction was rolled back." in said
    assert "never" not in result.stdout
    assert tables(fresh_database) == (["before"] if transaction == "none" else [])


def test_an_open_transaction_ends_before_it(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """As psql has ended by then, and what it did not commit is gone."""
    folder = write_scripts(tmp_path, SEEN, "begin; lock table seen; insert into seen values ('x');")
    shell_script(folder, "03.sh", RECORD, executable=True)
    options = (*ALLOWED, "--transaction", "none")
    runner("apply", "-s", "sql", "-t", fresh_database, *options, check=0)
    assert len(query(fresh_database, "select * from seen")) == 1


def test_json_has_it_among_the_scripts(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    folder = write_scripts(tmp_path, "create table t (i int);")
    shell_script(folder, "02.sh", "echo hello\n", executable=True)
    result = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, "--json", check=0)
    found = json.loads(result.stdout)
    assert [(one["name"], one["statements"]) for one in found["scripts"]] == [
        ("sql/01.sql", 1),
        ("sql/02.sh", 0),
    ]
    assert "hello" in result.stderr


def test_lines_that_end_in_cr_lf_are_a_warning(runner: Runner, tmp_path: Path) -> None:
    folder = write_scripts(tmp_path, "select 1;")
    shell_script(folder, "02.sh", "echo\r\n", executable=False)
    result = runner("check", "--offline", "-s", "sql", *ALLOWED, check=0)
    assert "sql/02.sh:1:5: WARNING: lines end in CR LF" in result.stdout


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_reaches_it(
    tmp_path: Path, fresh_database: str, signum: signal.Signals
) -> None:
    folder = write_scripts(tmp_path, "select 1;")
    # `ps` tells the group that it is in; its background job is deaf to SIGINT.
    text = "trap 'echo interrupted >trapped; exit 1' INT\nps -o pgid= -p $$\nsleep 300 & wait\n"
    shell_script(folder, "02.sh", text, executable=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "runner", "apply", "-s", "sql", "-t", fresh_database, *ALLOWED],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        group = next(int(line) for line in process.stdout if line.strip().isdecimal())
        process.send_signal(signum)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert (tmp_path / "trapped").read_text() == "interrupted\n"
    until(lambda: is_gone(group), "some of it still runs")


def is_gone(group: int) -> bool:
    """Whether no process of the group is left; those that have ended are init's to take away."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
