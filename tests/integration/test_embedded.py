"""The embedded server is there while a command runs, and never after it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runner.embedded import cluster
from runner.embedded.programs import FALLBACK, package_bin_dir, reachable, server_user
from tests.conftest import clean_environment
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.db

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="root only")
TIMEOUT = 120
# argv: data directory, uid to become or "", statements. Prints one JSON object once the server
# answers; then goes on when its standard input ends, runs the statements and prints their rows.
PROGRAM = """
import json, os, sys
from pathlib import Path
import psycopg
from runner.embedded.server import embedded_server
from runner.errors import RunnerError

data_dir, uid, statements = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
if uid:
    os.setgroups([])
    os.setgid(int(uid))
    os.setuid(int(uid))
try:
    with embedded_server(data_dir) as server, psycopg.connect(server.conninfo) as conn:
        facts = {
            "host": conn.info.host,
            "pid": int((server.log_path.parent / "postmaster.pid").read_text().split()[0]),
            "place": str(server.log_path.parent),
            "bin_dir": str(server.bin_dir),
            "log": server.log_path.exists(),
        }
        print(json.dumps(facts), flush=True)
        sys.stdin.read()
        for statement in statements:
            if statement == "raise":
                raise ZeroDivisionError
            cursor = conn.execute(statement)
            if cursor.description:
                print(json.dumps(cursor.fetchall()), flush=True)
except RunnerError as error:
    print(type(error).__name__, error.message, error.hint, error.detail, file=sys.stderr)
    sys.exit(error.exit_code)
"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / ".runner" / "pgdata"


@contextmanager
def using(
    data_dir: Path, *statements: str, uid: int | None = None, **env: str
) -> Iterator[subprocess.Popen[str]]:
    """A process inside `embedded_server(data_dir)`, until its standard input is closed."""
    command = [sys.executable, "-c", PROGRAM, str(data_dir), "" if uid is None else str(uid)]
    process = subprocess.Popen(
        [*command, *statements],
        cwd="/",
        env=clean_environment(data_dir.parent.parent, env),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def facts_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the process says once the server answers it."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise AssertionError(process.communicate(timeout=TIMEOUT)[1])
    facts: dict[str, Any] = json.loads(line)
    return facts


def finish(process: subprocess.Popen[str]) -> list[Any]:
    """Let the process end; the rows that its statements gave."""
    output, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0, errors
    return [json.loads(line) for line in output.splitlines()]


def use(data_dir: Path, *statements: str, uid: int | None = None, **env: str) -> list[Any]:
    """One whole command: the facts, then the rows of each statement."""
    with using(data_dir, *statements, uid=uid, **env) as process:
        return [facts_of(process), *finish(process)]


def failure(data_dir: Path, uid: int | None = None, **env: str) -> str:
    """The message of a command that ends as one that was used wrongly."""
    with using(data_dir, uid=uid, **env) as process:
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 2, errors
    return errors


def postmasters(data_dir: Path) -> list[int]:
    """The processes that run on that data directory."""
    place = os.fsencode(data_dir.resolve())
    found: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            parent = (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if arguments[0].endswith(b"postgres") and place in arguments:
            found[int(process.name)] = int(parent)
    # What a server has just forked has its arguments for an instant.
    return [pid for pid, parent in found.items() if parent not in found]


def assert_stopped(facts: dict[str, Any]) -> None:
    """No process, no socket folder. A process lives for some instants after its pid file."""
    until(lambda: not postmasters(Path(facts["place"])), "a process is left running")
    assert not Path(facts["host"]).exists()
    assert not Path(facts["place"], "postmaster.pid").exists()


@pytest.fixture
def ordinary(tmp_path: Path) -> int:
    """For root: an ordinary user's uid; the folder belongs to them."""
    user = server_user()
    if not reachable(package_bin_dir(), user):
        pytest.skip(f"{user.name} cannot reach {package_bin_dir()}")
    os.chown(tmp_path, user.uid, -1)
    return user.uid


@pytest.fixture(params=["ourselves", pytest.param("ordinary user", marks=needs_root)])
def uid(request: pytest.FixtureRequest) -> int | None:
    """Whom to run as. None is who we are."""
    if request.param == "ourselves":
        return None
    found: int = request.getfixturevalue("ordinary")
    return found


def test_data_stays_from_one_command_to_the_next(data_dir: Path, uid: int | None) -> None:
    first, *_ = use(data_dir, "CREATE TABLE kept AS SELECT 7 AS seven", uid=uid)
    assert first["log"]
    assert_stopped(first)
    second, rows = use(data_dir, "SELECT seven FROM kept", uid=uid)
    assert rows == [[7]]
    assert second["place"] == first["place"] == str(data_dir)
    assert_stopped(second)
    assert data_dir.stat().st_mode & 0o777 == 0o700
    assert sorted(path.name for path in data_dir.parent.iterdir()) == [
        "pgdata",
        "pgdata.lock",
        "pgdata.users",
    ]


def test_it_is_utf8_in_code_point_order_and_has_no_tcp_port(data_dir: Path) -> None:
    _, encoding, order, addresses, socket_mode = use(
        data_dir,
        "SHOW server_encoding",
        "SELECT upper('é') COLLATE \"default\", 'B' < 'a'",
        "SHOW listen_addresses",
        "SHOW fsync",
    )
    assert encoding == [["UTF8"]]
    assert order == [["É", True]]
    assert addresses == [[""]]
    assert socket_mode == [["on"]]


def test_variables_for_another_server_do_not_lead_away(data_dir: Path) -> None:
    facts, rows = use(
        data_dir,
        "SELECT inet_server_addr()",
        PGHOST="192.0.2.1",
        PGHOSTADDR="192.0.2.1",
        PGPORT="9",
        PGDATA="/nonexistent",
        PGUSER="someone",
    )
    assert rows == [[None]]
    assert_stopped(facts)


def test_the_server_does_not_inherit_what_is_meant_for_a_client(data_dir: Path) -> None:
    # The server would obey some of these (PGDATESTYLE), and show a password to its extensions.
    _, rows = use(
        data_dir,
        "CREATE TEMPORARY TABLE environment (line text)",
        "COPY environment FROM PROGRAM 'env | grep -e ^PGPASS -e ^PGDATE || true'",
        "SELECT line FROM environment",
        PGPASSWORD="secret",
        PGDATESTYLE="SQL",
    )
    assert rows == []


def test_the_first_to_end_does_not_stop_the_server_under_the_second(data_dir: Path) -> None:
    with using(data_dir, "SELECT 1") as first, using(data_dir, "SELECT 2") as second:
        facts = facts_of(first)
        assert facts_of(second)["pid"] == facts["pid"]
        assert finish(first) == [[[1]]]
        assert postmasters(data_dir) == [facts["pid"]]
        assert finish(second) == [[[2]]]
    assert_stopped(facts)


def test_commands_that_start_at_the_same_time_on_a_new_folder_share_it(data_dir: Path) -> None:
    with (
        using(data_dir, "SELECT 1") as first,
        using(data_dir, "SELECT 2") as second,
        using(data_dir, "SELECT 3") as third,
    ):
        processes = [first, second, third]
        facts = [facts_of(process) for process in processes]
        assert len({one["pid"] for one in facts}) == 1
        assert [finish(process) for process in processes] == [[[[1]]], [[[2]]], [[[3]]]]
    assert_stopped(facts[0])


def test_a_server_that_a_killed_command_left_is_taken_over_and_stopped(
    data_dir: Path, uid: int | None
) -> None:
    with using(data_dir, uid=uid) as killed:
        facts = facts_of(killed)
        killed.kill()
    assert postmasters(data_dir) == [facts["pid"]]
    again, rows = use(data_dir, "SELECT 1", uid=uid)
    assert again["pid"] == facts["pid"]
    assert rows == [[1]]
    assert_stopped(again)


def test_a_killed_command_does_not_stop_the_server_under_another(data_dir: Path) -> None:
    with using(data_dir) as killed, using(data_dir, "SELECT 1") as other:
        facts = facts_of(killed)
        facts_of(other)
        killed.kill()
        killed.wait()
        assert finish(other) == [[[1]]]
    assert_stopped(facts)


def test_a_server_that_was_killed_too_recovers(data_dir: Path) -> None:
    use(data_dir, "CREATE TABLE kept AS SELECT 7 AS seven")
    with using(data_dir) as killed:
        facts = facts_of(killed)
        killed.kill()
        os.kill(facts["pid"], signal.SIGKILL)
    again, rows = use(data_dir, "SELECT seven FROM kept")
    assert rows == [[7]]
    assert_stopped(again)
    assert_stopped(facts)


def test_a_server_without_its_socket_is_replaced(data_dir: Path) -> None:
    with using(data_dir) as killed:
        facts = facts_of(killed)
        killed.kill()
    shutil.rmtree(facts["host"])
    again, rows = use(data_dir, "SELECT 1")
    assert again["pid"] != facts["pid"]
    assert rows == [[1]]
    assert_stopped(again)


def test_a_process_that_got_the_number_of_a_dead_server_is_left_alone(data_dir: Path) -> None:
    use(data_dir)
    user = server_user(data_dir)
    with subprocess.Popen(["sleep", "1000"], **user.identity()) as bystander:
        try:
            text = f"{bystander.pid}\n{data_dir}\n1\n5432\n/tmp/runner-gone\n\n  0  0\nready   \n"
            (data_dir / "postmaster.pid").write_text(text)
            facts, rows = use(data_dir, "SELECT 1")
            assert rows == [[1]]
            assert bystander.poll() is None
        finally:
            bystander.kill()
    assert_stopped(facts)


def test_a_process_that_executes_a_program_has_not_ended(tmp_path: Path) -> None:
    """A starting server, whose process has no arguments for a moment."""
    script = tmp_path / "again.sh"
    script.write_text('[ "$1" = 0 ] || exec sh "$0" $(($1 - 1)) "$2"\n')
    seen = []
    with subprocess.Popen(["sh", script, "500", tmp_path]) as process:
        while process.poll() is None:
            seen.append(cluster.is_postmaster(process.pid, tmp_path))
    assert all(seen[:-1])  # at the last it may have ended


def test_an_exception_stops_it(data_dir: Path) -> None:
    with using(data_dir, "raise") as process:
        facts = facts_of(process)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert "ZeroDivisionError" in errors
    assert_stopped(facts)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_it(data_dir: Path, signum: signal.Signals) -> None:
    with using(data_dir) as process:
        facts = facts_of(process)
        process.send_signal(signum)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert "KeyboardInterrupt" in errors
    assert process.returncode != 0
    assert_stopped(facts)


@pytest.mark.parametrize("name", ["with space, comma and 'quote'", '"; $(touch x) `y` \\'])
def test_any_path_works_and_one_longer_than_a_socket_s(tmp_path: Path, name: str) -> None:
    data_dir = tmp_path / ("long" * 40) / name / ".runner" / "pgdata"
    facts, rows = use(data_dir, "SELECT 1")
    assert rows == [[1]]
    assert facts["place"] == str(data_dir)
    assert_stopped(facts)


def test_a_server_that_does_not_start_shows_its_log(data_dir: Path) -> None:
    use(data_dir, "SELECT 1")
    with (data_dir.resolve() / "postgresql.conf").open("a") as settings:
        settings.write("shared_buffers = 'much'\n")
    with using(data_dir) as process:
        _, message = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 5
    assert "the embedded PostgreSQL does not start" in message
    assert "shared_buffers" in message


def test_what_an_interrupted_initdb_left_is_cleared_away(data_dir: Path) -> None:
    left_over = data_dir.with_name("pgdata.initdb-half")
    left_over.mkdir(parents=True)
    (left_over / "PG_VERSION").write_text("18\n")
    facts, rows = use(data_dir, "SELECT 1")
    assert rows == [[1]]
    assert not left_over.exists()
    assert_stopped(facts)


def test_a_folder_with_something_else_in_it_is_not_touched(data_dir: Path) -> None:
    data_dir.mkdir(parents=True)
    (data_dir / "thesis.txt").write_text("mine")
    assert "is neither empty nor a PostgreSQL data directory" in failure(data_dir)
    assert [path.name for path in data_dir.iterdir()] == ["thesis.txt"]


def test_without_the_package_the_message_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys, runner.embedded.server as e, pathlib\n"
        "sys.path = [p for p in sys.path if 'site-packages' not in p]\n"
        "sys.path_importer_cache.clear()\n"
        "try:\n"
        "    with e.embedded_server(pathlib.Path('.runner/pgdata')): pass\n"
        "except e.UsageError as error:\n"
        "    print(error.message, error.hint, sep='|')\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        text=True,
    )
    message, hint = result.stdout.split("|")
    assert message == "no target is configured, and the embedded PostgreSQL is not installed"
    assert "pip install 'raw-sql-runner[embedded]'" in hint
    assert "DATABASE_URL" in hint
    assert list(tmp_path.iterdir()) == []


@needs_root
def test_root_in_a_folder_of_its_own_keeps_the_data_elsewhere(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    data_dir = private / "checkout" / ".runner" / "pgdata"
    first, *_ = use(data_dir, "CREATE TABLE kept AS SELECT 7 AS seven")
    try:
        assert data_dir.is_symlink()
        assert Path(first["place"]).is_relative_to(FALLBACK)
        assert_stopped(first)
        second, rows = use(data_dir, "SELECT seven FROM kept")
        assert second["place"] == first["place"]
        assert rows == [[7]]
        assert private.stat().st_mode & 0o777 == 0o700
        data_dir.unlink()
        third, rows = use(data_dir, "SELECT pg_catalog.to_regclass('kept')")
        assert rows == [[None]], "without the link the next start is a new one"
        shutil.rmtree(Path(third["place"]).parent)
        assert_stopped(third)
    finally:
        shutil.rmtree(Path(first["place"]).parent)


@needs_root
def test_root_with_the_programs_in_a_folder_of_its_own_runs_a_copy(data_dir: Path) -> None:
    package = package_bin_dir().parent.parent
    copies = set(FALLBACK.glob("postgresql-*"))
    with tempfile.TemporaryDirectory() as private:
        shutil.copytree(package / "pginstall", Path(private, package.name, "pginstall"))
        Path(private, package.name, "__init__.py").touch()
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, Path(private, libraries.name))
        # In front of the installed one; the checkout stays importable.
        path = f"{private}:{clean_environment(data_dir)['PYTHONPATH']}"
        facts, rows = use(data_dir, "SELECT 1", PYTHONPATH=path)
        assert rows == [[1]]
        assert Path(facts["bin_dir"]).is_relative_to(FALLBACK)
        assert Path(private).stat().st_mode & 0o777 == 0o700
    assert_stopped(facts)
    for copy in set(FALLBACK.glob("postgresql-*")) - copies:
        shutil.rmtree(copy)


@needs_root
def test_root_and_the_owner_of_the_data_can_take_turns(data_dir: Path, ordinary: int) -> None:
    use(data_dir, "CREATE TABLE kept AS SELECT 7 AS seven", uid=ordinary)
    facts, rows = use(data_dir, "SELECT seven FROM kept")
    assert rows == [[7]]
    assert data_dir.stat().st_uid == ordinary
    assert_stopped(facts)
    again, rows = use(data_dir, "SELECT seven FROM kept", uid=ordinary)
    assert rows == [[7]]
    assert_stopped(again)


@needs_root
def test_a_folder_that_is_root_s_is_an_error_for_others(data_dir: Path, ordinary: int) -> None:
    use(data_dir)
    message = failure(data_dir, uid=ordinary)
    assert "Permission denied" in message
    assert "DATABASE_URL" in message
