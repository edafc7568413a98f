"""The same scripts on several targets: each with its own verdict, or all of them together."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import psycopg
import pytest

from tests.acceptance.scripts import DATA_SQL, query, tables, write_scripts
from tests.conftest import clean_environment, needs_proc
from tests.servers import (
    EMBEDDED_VERSION,
    binaries,
    create_cluster,
    start_server,
    stopped_at_end,
)
from tests.waiting import TIMEOUT, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Runner
    from tests.forking import Forked
    from tests.servers import Server

UNVERIFIED = ("apply", "--no-verify", "-s", "sql")
LOCK = 4711
NOBODY = "host=127.0.0.1 port=1 dbname=nobody user=u password=geheim"
CREATE = "create table t (a int);\n"
# The name of the database, which a reference does not replace by that of the target.
HERE = "(select datname from pg_stat_activity where pid = pg_backend_pid())"
# Waits for as long as the test holds the lock in that database.
WAITING = f"{CREATE}select pg_catalog.pg_advisory_xact_lock({LOCK});\n"
AT_WORK = "wait_event_type = 'Lock'"
# What a member says when it begins to wait for the others.
IS_READY = "query like 'SET LOCAL idle%%' and state = 'idle in transaction'"
OTHERS = "application_name like 'raw-sql-runner%%' and pid <> pg_catalog.pg_backend_pid()"


def dbname(conninfo: str) -> str:
    return conninfo.rpartition("=")[2]


def each(*conninfos: str) -> list[str]:
    """`-t` for each of them."""
    return [argument for conninfo in conninfos for argument in ("-t", conninfo)]


@contextmanager
def lock_held(conninfo: str) -> Iterator[None]:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("select pg_catalog.pg_advisory_lock(%s)", [LOCK])
        yield


def backends(admin: psycopg.Connection, conninfo: str, condition: str = "true") -> list[int]:
    """The processes that serve the runner in a database."""
    rows = admin.execute(
        "select pid from pg_catalog.pg_stat_activity"
        f" where {OTHERS} and datname = %s and {condition}".encode(),
        [dbname(conninfo)],
    ).fetchall()
    return [pid for (pid,) in rows]


def until_served(admin: psycopg.Connection, conninfos: list[str], condition: str) -> None:
    """Waits until each of these databases has a process for the runner that is so."""
    until(
        lambda: all(backends(admin, conninfo, condition) for conninfo in conninfos),
        f"no process was ever: {condition}",
    )


@pytest.fixture
def three(make_database: Callable[..., str]) -> list[str]:
    """Three databases."""
    return [make_database() for _ in range(3)]


def lines(text: str) -> dict[str, str]:
    """The verdict of each target, by its database."""
    return dict(re.findall(r"^ *\d+/\d+ \S+/(\S+): (.+), [\d.]+ s$", text, re.MULTILINE))


# Each by itself


@pytest.mark.needs18
def test_each_has_its_own_verdict(runner: Runner, tmp_path: Path, three: list[str]) -> None:
    write_scripts(tmp_path, "create table first (a int);\n", CREATE)
    with psycopg.connect(three[1]) as conn:
        conn.execute("create table t (theirs int)")
    result = runner("apply", "-s", "sql", *each(*three), check=3)
    names = [dbname(conninfo) for conninfo in three]
    assert lines(result.stdout) == {names[0]: "done", names[2]: "done"}
    assert lines(result.stderr) == {names[1]: "statement failed"}
    assert "sql/02.sql:1:1: ERROR: relation" in result.stderr
    assert "Nothing has changed: the transaction was rolled back." in result.stderr
    assert "Done: 2 of 3 targets in" in result.stdout
    assert [tables(conninfo) for conninfo in three] == [["first", "t"], ["t"], ["first", "t"]]


@pytest.mark.needs18
def test_one_that_cannot_be_reached_stops_no_other(
    runner: Runner, tmp_path: Path, three: list[str]
) -> None:
    write_scripts(tmp_path, CREATE)
    targets = each(NOBODY, *three)
    result = runner("apply", "-s", "sql", *targets, "--connect-timeout", "0", check=5)
    assert lines(result.stderr) == {"nobody": "connection"}
    assert "connection: 127.0.0.1:1/nobody" in result.stdout
    assert "geheim" not in result.stdout + result.stderr
    assert [tables(conninfo) for conninfo in three] == [["t"]] * 3


@pytest.mark.needs18
def test_the_worst_exit_code_counts(runner: Runner, tmp_path: Path, three: list[str]) -> None:
    write_scripts(tmp_path, CREATE)
    with psycopg.connect(three[0]) as conn:
        conn.execute("create table t (theirs int)")
    targets = each(NOBODY, *three)
    runner("apply", "-s", "sql", *targets, "--connect-timeout", "0", "--no-verify", check=3)


def test_scripts_that_cannot_work_are_told_once_and_nobody_is_asked(
    runner: Runner, tmp_path: Path
) -> None:
    write_scripts(tmp_path, "create table t (a int);\nselect 1\\; commit;\n")
    result = runner("apply", "-s", "sql", "-t", NOBODY, "-t", "host=localhost port=1", check=2)
    assert result.stderr.count("ERROR") == 1
    assert "connection" not in result.stderr


@pytest.mark.needs18
def test_json_of_several(runner: Runner, tmp_path: Path, three: list[str]) -> None:
    write_scripts(tmp_path, CREATE)
    targets = each(NOBODY, *three[:2])
    result = runner("apply", "-s", "sql", *targets, "--json", "--connect-timeout", "0", check=5)
    found = json.loads(result.stdout)
    assert list(found) == ["command", "exit_code", "targets", "seconds"]
    assert (found["command"], found["exit_code"]) == ("apply", 5)
    unreachable, *done = found["targets"]
    assert unreachable["name"] == "127.0.0.1:1/nobody"
    assert (unreachable["exit_code"], unreachable["committed"]) == (5, False)
    assert unreachable["error"]["code"] == "connection"
    assert [one["target"]["dbname"] for one in done] == [dbname(one) for one in three[:2]]
    assert all(one["committed"] and one["error"] is None for one in done)
    assert [one["scripts"][0]["statements"] for one in done] == [1, 1]


@pytest.mark.needs18
def test_json_of_one_target_is_what_it_was(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, CREATE)
    result = runner("apply", "-s", "sql", "-t", fresh_database, "--json", check=0)
    found = json.loads(result.stdout)
    assert found["target"]["dbname"] == dbname(fresh_database)
    assert not {"targets", "name"} & set(found)


@pytest.mark.needs18
def test_warnings_belong_to_their_target(runner: Runner, tmp_path: Path, three: list[str]) -> None:
    warn = "do $$ begin raise warning '% warns', current_database(); end $$;"
    write_scripts(tmp_path, warn)
    result = runner("apply", "-s", "sql", *each(*three), check=0)
    for name in map(dbname, three):
        assert re.search(rf"/{name}: done, .* s\n  .*WARNING: {name} warns\n", result.stdout)
    quiet = runner("apply", "-s", "sql", *each(*three), "-q", check=0)
    assert quiet.stdout == ""
    assert set(lines(quiet.stderr)) == set(map(dbname, three))


@pytest.mark.needs18
def test_verify_and_status_of_several(runner: Runner, tmp_path: Path, three: list[str]) -> None:
    write_scripts(tmp_path, CREATE)
    runner("apply", "-s", "sql", *each(*three[:2]), check=0)
    result = runner("verify", "-s", "sql", *each(*three), check=1)
    assert lines(result.stderr) == {dbname(three[2]): "differences"}
    runner("status", "-s", "sql", *each(*three), check=0)


# How many at a time


# The session of the target before may not have ended yet; it is idle.
ALONE = """
do $$ begin
    assert (select count(distinct datname) from pg_catalog.pg_stat_activity
            where application_name like 'raw-sql-runner%' and state <> 'idle'
                  and datname like current_setting('a.prefix') || '%') = 1;
end $$;
"""


@pytest.mark.needs18
def test_one_at_a_time(runner: Runner, tmp_path: Path, make_database: Callable[..., str]) -> None:
    prefix = tmp_path.name.lower()
    databases = [make_database(f"{prefix}{number}") for number in range(3)]
    write_scripts(tmp_path, f"set a.prefix = '{prefix}';\n{ALONE}")
    command = ["apply", "-s", "sql", "--no-verify", "--jobs", "1"]
    result = runner(*command, *each(*databases), check=0)
    # In the order in which they were named, that is.
    assert list(lines(result.stdout)) == list(map(dbname, databases))


@pytest.mark.needs18
def test_three_at_a_time(
    fork: Callable[..., Forked],
    admin: psycopg.Connection,
    tmp_path: Path,
    three: list[str],
) -> None:
    write_scripts(tmp_path, WAITING)
    with lock_held(three[0]), lock_held(three[1]), lock_held(three[2]):
        process = fork(*UNVERIFIED, "--lock-timeout", "0", *each(*three))
        until_served(admin, three, AT_WORK)
    stdout, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0, stderr
    assert set(lines(stdout).values()) == {"done"}


# What they are held against


@pytest.mark.needs18
def test_targets_that_are_alike_share_a_reference(
    runner: Runner, server: Server, tmp_path: Path, make_database: Callable[..., str]
) -> None:
    """Built twice, to tell what varies; the third target has a schema more, and its own one."""
    databases = [make_database() for _ in range(4)]
    with psycopg.connect(databases[3]) as conn:
        conn.execute("create schema more")
    mark = tmp_path.name
    write_scripts(
        tmp_path,
        f"do $$ begin raise log '{mark} in %.', {HERE}; end $$;\n"
        "create table t (a int, b float8 default random());\ninsert into t values (1);\n",
    )

    def built() -> list[str]:
        found = re.findall(rf"{mark} in (\w+)\.", server.log_path.read_text("utf-8", "replace"))
        return sorted(name for name in found if name.startswith("runner_reference_"))

    runner("apply", "-s", "sql", *each(*databases), check=0)
    assert len(built()) == len(set(built())) == 4
    with psycopg.connect(databases[1]) as conn:
        conn.execute("update t set a = 2")
    result = runner("verify", "-s", "sql", *each(*databases), check=1)
    assert lines(result.stderr) == {dbname(databases[1]): "differences"}
    assert len(built()) == 8 + 2  # where there is a difference, one more in which they run twice
    names = "select datname from pg_database where datname = any (%s)"
    with psycopg.connect(server.conninfo()) as conn:
        assert conn.execute(names, [built()]).fetchall() == []


@pytest.mark.needs18
def test_targets_are_not_alike_where_scripts_ask_for_their_name(
    runner: Runner, tmp_path: Path, three: list[str]
) -> None:
    write_scripts(tmp_path, "create table t (a text default :'DBNAME');\n")
    runner("apply", "-s", "sql", *each(*three), check=0)
    for conninfo in three:
        (default,) = query(conninfo, "select pg_get_expr(adbin, adrelid) from pg_attrdef")
        assert default == f"'{dbname(conninfo)}'::text"


@pytest.mark.needs18
def test_a_reference_that_cannot_be_built_is_told_of_each(
    runner: Runner, tmp_path: Path, three: list[str]
) -> None:
    write_scripts(
        tmp_path,
        f"{CREATE}do $$ begin if {HERE} like 'runner_reference_%' then"
        " raise 'not here'; end if; end $$;\n",
    )
    result = runner("apply", "-s", "sql", *each(*three), check=3)
    assert lines(result.stderr) == {dbname(one): "statement failed" for one in three}
    assert result.stderr.count("ERROR: in the reference database: not here") == 3
    assert [tables(conninfo) for conninfo in three] == [[], [], []]


# The file, and where targets come from


@pytest.mark.needs18
def test_a_file_with_comments_and_a_service(
    runner: Runner, tmp_path: Path, server: Server, three: list[str]
) -> None:
    write_scripts(tmp_path, CREATE)
    (tmp_path / "services").write_text(
        f"[staging]\nhost={server.socket_dir}\nport={server.port}\nuser={server.superuser}\n"
        f"dbname={dbname(three[0])}\n"
    )
    (tmp_path / "targets").write_text(
        f"# the databases of the tenants\n\nservice=staging\n  # {NOBODY}\n{three[1]}\n"
    )
    # Neither of them is a target once others are named.
    (tmp_path / ".env").write_text(f"DATABASE_URL={NOBODY}\n")
    environ = {"PGSERVICEFILE": str(tmp_path / "services"), "PGDATABASE": "nosuch"}
    command = ["apply", "-s", "sql", "--targets", "targets", "-t", three[2]]
    result = runner(*command, env=environ, check=0)
    assert " service=staging: done" in result.stdout
    assert [tables(conninfo) for conninfo in three] == [["t"]] * 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["apply", *each("host=a", "embedded")], "--target is not a valid conninfo"),
        (["apply", "--targets", "nosuch"], "cannot read nosuch"),
        (["apply", "--targets", "bad"], "bad:2 is not a valid conninfo (not shown)"),
        (["apply", "--jobs", "0", *each("host=a", "host=b")], "argument --jobs"),
        (["psql", *each("host=a", "host=b")], "psql accepts only one target"),
    ],
)
def test_usage_errors(runner: Runner, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "bad").write_text("host=a\npostgresql://u:geh@eim@h/d\n")
    result = runner(*arguments, check=2)
    assert message in result.stderr
    assert "geh" not in result.stderr


# Together


def test_together_all_commit(runner: Runner, tmp_path: Path, three: list[str]) -> None:
    write_scripts(tmp_path, CREATE)
    result = runner("apply", "-s", "sql", "--together", "--jobs", "1", *each(*three), check=0)
    assert "Done: 3 of 3 targets" in result.stdout
    assert [tables(conninfo) for conninfo in three] == [["t"]] * 3


FAILURES = {
    "a script": ("create table t (theirs int)", CREATE),
    "a deferred constraint": (
        "create table theirs (a int primary key); create table refers (a int references theirs"
        " deferrable initially deferred)",
        "do $$ begin if to_regclass('refers') is not null then insert into refers values (1);"
        " end if; end $$;\ncreate table t (a int);\n",
    ),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("at", [0, 2])
def test_together_one_fails_and_none_commits(
    runner: Runner, tmp_path: Path, three: list[str], failure: str, at: int
) -> None:
    there, script = FAILURES[failure]
    with psycopg.connect(three[at]) as conn:
        conn.execute(there.encode())
    before = tables(three[at])
    write_scripts(tmp_path, script)
    command = ["apply", "-s", "sql", "--together", "--no-verify", "--json"]
    result = runner(*command, *each(*three), check=3)
    found = json.loads(result.stdout)["targets"]
    assert [one["committed"] for one in found] == [False] * 3
    failed = found.pop(at)
    assert failed["exit_code"] == 3
    for one in found:
        assert (one["exit_code"], one["error"]["code"]) == (4, "held_back")
        assert one["error"]["message"] == f"not committed, because {failed['name']} failed"
    left = [tables(conninfo) for conninfo in three]
    assert left.pop(at) == before
    assert left == [[], []]


@pytest.mark.needs18
def test_together_one_cannot_be_reached_and_none_commits(
    runner: Runner, tmp_path: Path, three: list[str]
) -> None:
    write_scripts(tmp_path, CREATE)
    targets = each(*three, NOBODY)
    result = runner("apply", "-s", "sql", "--together", *targets, "--connect-timeout", "0", check=5)
    assert set(lines(result.stderr)) == {*map(dbname, three), "nobody"}
    assert [tables(conninfo) for conninfo in three] == [[], [], []]


def test_together_one_connection_is_lost_while_the_others_wait(
    fork: Callable[..., Forked],
    admin: psycopg.Connection,
    tmp_path: Path,
    three: list[str],
) -> None:
    write_scripts(tmp_path, WAITING)
    with lock_held(three[2]):
        process = fork(*UNVERIFIED, "--together", "--lock-timeout", "0", *each(*three))
        until_served(admin, three[:2], IS_READY)
        (killed,) = backends(admin, three[0], IS_READY)
        admin.execute("select pg_catalog.pg_terminate_backend(%s)", [killed])
        # The second one knows at once, while the third is still at work.
        until(lambda: not backends(admin, three[1]), "the second one was not rolled back")
        assert backends(admin, three[2])
    stdout, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 5, stderr
    assert lines(stderr) == {
        dbname(three[0]): "connection",
        dbname(three[1]): "held back",
        dbname(three[2]): "held back",
    }
    assert "Done: 0 of 3 targets" in stdout
    assert [tables(conninfo) for conninfo in three] == [[], [], []]


@pytest.mark.needs18
def test_together_with_one_that_has_nothing_to_do(
    runner: Runner, tmp_path: Path, three: list[str]
) -> None:
    write_scripts(tmp_path, CREATE)
    runner("apply", "-s", "sql", "-t", three[0], check=0)
    runner("apply", "-s", "sql", "--once", "--together", *each(*three), check=0)
    assert [tables(conninfo) for conninfo in three] == [["t"]] * 3


# Interrupted


@pytest.mark.needs18
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("options", [[], ["--together"]])
def test_ctrl_c_rolls_back_all_that_run(
    fork: Callable[..., Forked],
    admin: psycopg.Connection,
    tmp_path: Path,
    three: list[str],
    options: list[str],
    signum: signal.Signals,
) -> None:
    write_scripts(tmp_path, WAITING)
    with lock_held(three[0]), lock_held(three[1]):
        process = fork(*UNVERIFIED, *options, "--lock-timeout", "0", "--jobs", "2", *each(*three))
        until_served(admin, three[:2], AT_WORK)
        process.send_signal(signum)
        stdout, stderr = process.communicate(timeout=TIMEOUT)
        assert process.returncode == 130, stderr
        until(lambda: not any(backends(admin, one) for one in three), "a backend is still there")
    assert lines(stderr) == {dbname(one): "interrupted" for one in three[:2]}
    assert stderr.count("Nothing has changed: the transaction was rolled back.") == 2
    assert "Traceback" not in stderr
    assert "not started: 1" in stdout
    assert [tables(conninfo) for conninfo in three] == [[], [], []]


@pytest.mark.needs18
def test_ctrl_c_while_members_wait_for_the_others(
    fork: Callable[..., Forked],
    admin: psycopg.Connection,
    tmp_path: Path,
    three: list[str],
) -> None:
    write_scripts(tmp_path, WAITING)
    with lock_held(three[2]):
        process = fork(*UNVERIFIED, "--together", "--lock-timeout", "0", *each(*three))
        until_served(admin, three[:2], IS_READY)
        until_served(admin, three[2:], AT_WORK)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130, stderr
    assert lines(stderr) == {dbname(one): "interrupted" for one in three}
    assert [tables(conninfo) for conninfo in three] == [[], [], []]


@pytest.mark.needs18
@pytest.mark.parametrize("command", ["apply", "plan", "verify"])
def test_ctrl_c_while_a_reference_is_waited_for(
    fork: Callable[..., Forked],
    admin: psycopg.Connection,
    tmp_path: Path,
    three: list[str],
    command: str,
) -> None:
    """The scripts go on for ever in the reference."""
    mark = tmp_path.name
    write_scripts(
        tmp_path,
        f"{CREATE}do $$ begin if {HERE} like 'runner_reference_%' then"
        f" /* {mark} */ perform pg_catalog.pg_sleep(600); end if; end $$;\n",
    )
    asleep = "select datname from pg_stat_activity where wait_event = 'PgSleep' and query ~ %s"
    found: list[Any] = []

    def is_built() -> list[Any]:
        assert process.poll() is None, process.communicate()
        found[:] = admin.execute(asleep.encode(), [mark]).fetchall()
        return found

    process = fork(*command.split(), "-s", "sql", "--jobs", "2", *each(*three))
    until(is_built, "no reference was ever built")
    until_served(admin, three[:2], "true")
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130, stderr
    assert lines(stderr) == {dbname(one): "interrupted" for one in three[:2]}
    assert [tables(conninfo) for conninfo in three] == [[], [], []]
    left = "select datname from pg_database where datname = %s"
    assert admin.execute(left, found[0]).fetchall() == []


@pytest.mark.needs18
def test_ctrl_c_waits_for_no_connection(
    start: Callable[..., subprocess.Popen[str]], tmp_path: Path, fresh_database: str
) -> None:
    """One target accepts and then says nothing; the other is done."""
    write_scripts(tmp_path, CREATE)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        process = start(
            *UNVERIFIED,
            *each(fresh_database, f"host=127.0.0.1 port={port} dbname=d user=u"),
            *("--connect-timeout", "10min", "--json"),
        )
        silent.settimeout(TIMEOUT)
        conn, _ = silent.accept()
        with conn:
            assert conn.recv(8)  # it has asked for TLS, and waits for the answer
            assert process.stderr
            assert "1/2" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            stdout, stderr = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130, stderr
    done, interrupted = json.loads(stdout)["targets"]
    assert done["committed"]
    assert (interrupted["exit_code"], interrupted["error"]["code"]) == (130, "interrupted")
    assert interrupted["committed"] is False


# What is seen


@pytest.mark.needs18
def test_the_table_on_a_terminal(tmp_path: Path, three: list[str]) -> None:
    """A name that is too long is shown by its end, and the time is always there."""
    write_scripts(tmp_path, **{"long_name_" * 8: WAITING})
    with lock_held(three[0]):
        child = pexpect.spawn(
            sys.executable,
            ["-m", "runner", "apply", "-s", "sql", "--no-verify", "--lock-timeout", "0",
             *each(*three)],
            cwd=str(tmp_path), env={**clean_environment(tmp_path), "TERM": "xterm"},
            encoding="utf-8", dimensions=(24, 80), timeout=TIMEOUT,
        )  # fmt: skip
        child.expect(r"2 of 3 ended, 0 failed")
        # After a second the state is who holds the lock.
        state = r"…(?:\S*long_name_.sql|[^\r\n]*, idle)"
        child.expect(rf"…\S*/{dbname(three[0])} +{state} +\d+ s ")
    child.expect(r"3/3 .*: done")
    child.expect(r"Done: 3 of 3 targets")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


# Many

# The kernel's own record of the most memory that the process ever had, exact to the page.
MEASURED = """
import sys
from runner.cli.main import main
code = main(sys.argv[1:])
sys.stderr.write(open("/proc/self/status").read())
sys.exit(code)
"""
FEW, MANY = 24, 100
# What the blocks of eight threads may differ by, in kB: on a busy machine fewer work at a time.
# What stayed of each target would be more.
NOISE = 4_000


@pytest.fixture(scope="module")
def many_databases(module_path: Path) -> Iterator[list[str]]:
    """The databases of a server that nobody else uses: they need not be dropped."""
    bin_dir = binaries(EMBEDDED_VERSION)
    create_cluster(module_path, EMBEDDED_VERSION, bin_dir)
    with stopped_at_end(start_server(module_path, EMBEDDED_VERSION, bin_dir)) as server:
        names = [f"tenant{number:03}" for number in range(MANY)]
        with psycopg.connect(server.conninfo(), autocommit=True) as conn:
            for name in names:
                conn.execute(f"create database {name} strategy file_copy".encode())
        yield [server.conninfo(name) for name in names]


@pytest.mark.db
@needs_proc
def test_a_hundred_targets_need_the_memory_of_a_few(
    tmp_path: Path, many_databases: list[str]
) -> None:
    peaks = {}
    for count in (FEW, MANY):
        (tmp_path / "targets").write_text("\n".join(many_databases[:count]))
        command = ["apply", "-s", str(DATA_SQL), "--targets", "targets"]
        result = subprocess.run(
            [sys.executable, "-c", MEASURED, *command, "--jobs", "8"],
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            # One arena of malloc: how many of eight threads have one of their own is chance.
            env={**clean_environment(tmp_path), "MALLOC_ARENA_MAX": "1"},
        )
        assert result.returncode == 0, result.stderr
        assert f"Done: {count} of {count} targets" in result.stdout
        (found,) = re.findall(r"^VmHWM:\s*(\d+) kB$", result.stderr, re.MULTILINE)
        peaks[count] = int(found)
    assert peaks[MANY] < peaks[FEW] + NOISE
    rows: list[Any] = [query(one, "select count(*) from users") for one in many_databases]
    assert len({tuple(row) for row in rows}) == 1
