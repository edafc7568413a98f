"""The pytest plugin, in projects of their own."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from runner.testing import verification  # noqa: F401, pytester forgets what its runs import
from tests.acceptance.scripts import query, write_scripts
from tests.conftest import CHECKOUT, PLUGIN
from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers import Server

    Pytest = Callable[..., pytest.RunResult]

TESTS = """\
import asyncio
import psycopg
import pytest

def test_one_of_its_own(runner_db):
    assert runner_db.execute("SELECT count(*) FROM public.t").fetchone() == (2,)
    runner_db.execute("DELETE FROM public.t")
    runner_db.commit()
    runner_db.close()

async def count(conninfo):
    async with await psycopg.AsyncConnection.connect(conninfo) as conn:
        print("cloned", conn.info.dbname)
        print("path", *await (await conn.execute("SHOW search_path")).fetchone())
        return await (await conn.execute("SELECT count(*) FROM public.t")).fetchone()

def test_the_next_is_new(runner_conninfo):
    assert asyncio.run(count(runner_conninfo)) == (2,)

def test_a_transaction(runner_transaction):
    with runner_transaction.transaction():
        runner_transaction.execute("DELETE FROM public.t")
    with pytest.raises(psycopg.ProgrammingError, match="commit"):
        runner_transaction.commit()

def test_a_connection_is_closed(runner_transaction):
    runner_transaction.close()

def test_was_rolled_back(runner_transaction):
    assert runner_transaction.execute("SELECT count(*) FROM public.t").fetchone() == (2,)

def test_the_template(runner_template):
    print("built", runner_template.name)
"""
TABLE = "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1), (2);\n"
TRIGGERS = """\
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE seeded (a int NOT NULL, b text);
INSERT INTO seeded VALUES (1);
CREATE TABLE filled (a int NOT NULL);
CREATE TABLE counted (a serial);
CREATE TABLE "odd::name[1]" (a int);
CREATE TABLE made (a int) PARTITION BY LIST (a);
CREATE TABLE made_1 PARTITION OF made DEFAULT;
CREATE TRIGGER updated AFTER UPDATE OF b ON seeded FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER never BEFORE UPDATE ON seeded FOR EACH ROW WHEN (new.a > 1) EXECUTE FUNCTION f();
CREATE TRIGGER inserted BEFORE INSERT ON filled FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER counted BEFORE UPDATE ON counted FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER updated AFTER UPDATE ON made FOR EACH ROW EXECUTE FUNCTION f();
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON made DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION f();
"""
# CREATE DATABASE … TEMPLATE copies no setting, and all databases share the role.
SHARED = """\
CREATE ROLE {0};
CREATE DATABASE {0}_made;
DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app', current_database()); END$$;
"""
LEFT = """\
import psycopg
import pytest
from psycopg.rows import dict_row

def settings(conn):
    conn.execute("SET work_mem = '1MB'; SET search_path = nosuch; SET client_encoding = LATIN1")
    conn.execute("SET app.tenant = '1'")

def settings_of_a_transaction(conn):
    conn.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY")
    conn.execute("SELECT set_config('app.tenant', '1', true)")

def objects_of_a_session(conn):
    conn.execute("CREATE TEMP TABLE temporary (a int)")
    conn.execute("DECLARE held CURSOR WITH HOLD FOR SELECT 1; PREPARE p AS SELECT 1")
    for _ in range(9):
        conn.execute("SELECT %s::int", (1,))
    conn.execute("LISTEN channel; SELECT pg_advisory_lock(1)")

def listening(conn):
    conn.execute("LISTEN channel; NOTIFY channel")
    conn.execute("COMMIT")

def a_role(conn):
    conn.execute("SET ROLE pg_monitor; SET SESSION AUTHORIZATION pg_monitor")

def properties_of_the_connection(conn):
    conn.row_factory = dict_row
    conn.cursor_factory = psycopg.ClientCursor
    conn.prepare_threshold = None
    conn.adapters.register_loader("int4", psycopg.types.string.TextLoader)
    conn.add_notice_handler(print)
    conn.add_notify_handler(print)

def a_failed_transaction(conn):
    with pytest.raises(psycopg.errors.DivisionByZero):
        conn.execute("DELETE FROM t; SELECT 1/0")

def an_open_savepoint(conn):
    conn.transaction().__enter__()

def a_pipeline(conn):
    conn.pipeline().__enter__()
    conn.execute("DELETE FROM t")

def a_pipeline_of_libpq(conn):
    conn.pgconn.enter_pipeline_mode()

KEPT = []

def a_copy(conn):
    KEPT.append(conn.cursor().copy("COPY t FROM STDIN"))
    KEPT[-1].__enter__()

def a_copy_of_libpq(conn):
    conn.pgconn.exec_(b"COPY t TO STDOUT")

def a_running_statement(conn):
    conn.pgconn.send_query(b"DELETE FROM t")

def a_lost_session(conn):
    with pytest.raises(psycopg.OperationalError):
        conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")

def a_closed_connection(conn):
    conn.close()

def the_connection(conn):
    KEPT.append(conn)

ALL = [f for f in list(globals().values()) if getattr(f, "__module__", "") == __name__]

STATE = '''
SELECT ARRAY(SELECT (name, setting)::text FROM pg_settings WHERE source = 'session'
                 OR name IN ('transaction_isolation', 'transaction_read_only', 'search_path')
              ORDER BY name),
       tenant(), current_user, session_user, to_regclass('pg_temp.temporary'),
       ARRAY(SELECT pg_listening_channels()),
       ARRAY(SELECT name FROM pg_prepared_statements), ARRAY(SELECT name FROM pg_cursors),
       ARRAY(SELECT locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
       ARRAY(SELECT a FROM public.t)
'''
NEW = {}

def state(conn):
    assert conn.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    properties = {k: v for k, v in vars(conn).items() if k not in ("pgconn", "lock", "_prepared")}
    return repr(properties), conn.prepare_threshold, conn.execute(STATE).fetchone()

def test_new(runner_transaction):
    NEW["state"] = state(runner_transaction)

@pytest.mark.parametrize("leave", [one for leave in ALL for one in (leave, None)])
def test_next(leave, runner_transaction):
    if leave:
        leave(runner_transaction)
        return
    assert state(runner_transaction) == NEW["state"]
    for one in KEPT:
        if isinstance(one, psycopg.Connection):
            assert one.closed
            with pytest.raises(psycopg.OperationalError, match="closed"):
                one.execute("SELECT 1")
"""
VERIFY = ("--runner-verify", "-p", "no:xdist")


@pytest.fixture
def in_project(
    pytester: pytest.Pytester,
    server: Server,
    no_libpq_environment: None,  # noqa: ARG001
) -> Pytest:
    """Runs pytest in a project, in this process."""

    def run(*args: str, target: str = "") -> pytest.RunResult:
        plain = (*PLUGIN, "-rA", "--color=no", "--runner-target", target or server.conninfo())
        return pytester.runpytest_inprocess(*plain, *args)

    return run


def write_project(pytester: pytest.Pytester, script: str, tests: str = TESTS) -> None:
    """One script, and tests."""
    (pytester.path / "data").mkdir(exist_ok=True)
    write_scripts(pytester.path / "data", script)
    pytester.makepyfile(test_it=tests)


def results(result: pytest.RunResult, what: str) -> list[str]:
    """The names of the tests with this outcome, or the reasons of those that were skipped."""
    lines = (line.partition(f"{what} ")[2] for line in result.outlines if line.startswith(what))
    return [one.removeprefix("data/sql/").partition(" - ")[0] for one in lines]


def printed(result: pytest.RunResult, word: str) -> str:
    (found,) = {line.split()[1] for line in result.outlines if line.startswith(f"{word} ")}
    return found


def test_databases_for_tests(
    in_project: Pytest,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    server: Server,
    admin: psycopg.Connection,
) -> None:
    """All processes share one template; a changed script replaces it, and nothing else is left."""
    role = unique_name()
    script = TABLE + SHARED.format(role)
    write_project(pytester, script)
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    arguments = (*PLUGIN, "-rA", "-n2", "--runner-target", server.conninfo())
    first = pytester.runpytest_subprocess(*arguments)
    first.assert_outcomes(passed=6)
    template = printed(first, "built")
    assert printed(first, "path") == "app"
    assert query(server.conninfo(template), "SELECT count(*) FROM public.t") == [2]
    again = in_project("-n0")
    assert printed(again, "built") == template
    write_project(pytester, script + "-- another\n")
    new = printed(in_project("-n0"), "built")
    assert new != template
    left = {name for (name,) in admin.execute("SELECT datname FROM pg_database")}
    assert not {template, *(printed(one, "cloned") for one in (first, again))} & left
    for name in (new, f"{role}_made"):
        admin.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_the_reference_of_a_role_that_may_make_no_database(
    in_project: Pytest,
    pytester: pytest.Pytester,
    server: Server,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    role = make_role()
    write_project(pytester, TABLE)
    name = str(conninfo_to_dict(make_database(owner=role))["dbname"])
    target = server.conninfo(name, user=role)
    with psycopg.connect(target) as conn:
        conn.execute(TABLE)
    refused = in_project(*VERIFY, "data/sql", target=target)
    refused.stdout.fnmatch_lines(["*--runner-reference CONNINFO names another server*"])
    reference = ("--runner-reference", server.conninfo())
    in_project(*VERIFY, *reference, "data/sql", target=target).assert_outcomes(passed=5)


def test_a_transaction_leaves_nothing(in_project: Pytest, pytester: pytest.Pytester) -> None:
    """Each test meets a connection and a session like the first one's, in the same database."""
    tenant = "SELECT current_setting('app.tenant', true)::int"
    function = f"CREATE FUNCTION tenant() RETURNS int AS $$ {tenant} $$ LANGUAGE sql;"
    write_project(pytester, TABLE + function, LEFT)
    unraisable = "error::pytest.PytestUnraisableExceptionWarning"  # a connection that is left open
    result = in_project("-n0", "-W", unraisable)
    result.assert_outcomes(passed=2 * LEFT.count("(conn):\n") - 1)


@pytest.mark.needs18
@pytest.mark.parametrize("options", [(), (*VERIFY, "--continue-on-collection-errors")])
def test_scripts_that_fail_are_one_error(
    in_project: Pytest, pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    write_project(pytester, TABLE + "SELECT 1/0;\n")
    result = in_project(*options)
    where = "in the reference database: " if options else ""
    line = f"data/sql/01.sql:3:1: ERROR: {where}division by zero (22012)"
    assert result.outlines.count(line) == 1
    result.stdout.no_fnmatch_line("*During handling*")
    assert len(results(result, "ERROR")) == 1
    result.assert_outcomes(errors=1, skipped=6 if options else 5)


@pytest.mark.needs18
def test_a_server_that_cannot_be_used_is_one_error(
    in_project: Pytest, pytester: pytest.Pytester, server: Server, make_role: Callable[..., str]
) -> None:
    write_project(pytester, TABLE)
    for target, error in (
        (server.conninfo("nosuch"), 'database "nosuch" does not exist'),
        (server.conninfo(user=make_role()), "permission denied to create database"),
    ):
        result = in_project(target=target)
        result.stdout.fnmatch_lines(f"*{error}*")
        result.assert_outcomes(errors=1, skipped=5)


@pytest.mark.needs18
def test_a_server_that_makes_no_clone_is_one_error(
    in_project: Pytest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_project(pytester, TABLE)
    in_project().assert_outcomes(passed=6)
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_read_only=on")
    for options, skipped in ((), 4), (("-k", "transaction or closed or rolled"), 2):
        result = in_project(*options)
        result.stdout.fnmatch_lines("*cannot execute CREATE DATABASE in a read-only transaction*")
        result.assert_outcomes(errors=1, skipped=skipped, passed=0 if options else 1)


@pytest.mark.needs18
def test_the_embedded_server_is_the_default(in_project: Pytest, pytester: pytest.Pytester) -> None:
    """The database is a clone, so a new row may take a number; there are two folders of scripts."""
    write_project(pytester, TRIGGERS)
    more = pytester.mkdir("more sql")
    (more / "1.sql").write_text("CREATE TABLE more (a int);")
    pytester.makeini("[pytest]\nrunner_scripts = data/sql 'more sql'\n")
    result = in_project(*VERIFY, "--deselect=test_it.py", target="embedded")
    passed = results(result, "PASSED")
    assert "01.sql::table public.counted::trigger counted fires" in passed
    assert "more sql/1.sql::table public.more" in passed
    assert result.ret == 0


@pytest.mark.needs18
def test_another_server_is_named_by_a_fixture(
    in_project: Pytest, pytester: pytest.Pytester, server: Server
) -> None:
    write_project(pytester, TABLE)
    pytester.makeconftest(
        "import pytest\n@pytest.fixture(scope='session')\n"
        f"def runner_server():\n    return {server.conninfo()!r}\n"
    )
    in_project(target="port=1").assert_outcomes(passed=6)


@pytest.mark.needs18
def test_docker(
    in_project: Pytest, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read before anything starts. Without an engine the test is skipped."""
    pytester.makepyfile("def test_it(runner_docker): pass")
    programs = pytester.mkdir("bin")
    (programs / "docker").write_text("#!/bin/sh\ncat docker-compose.yml\n")
    (programs / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    in_project().stdout.fnmatch_lines("*there is no docker-compose.yml in *")
    (pytester.path / "docker-compose.yml").write_text("services: {db: {image: postgres}}")
    in_project().stdout.fnmatch_lines("*docker-compose.yml publishes no port 5432*")
    (programs / "docker").write_text("#!/bin/sh\necho nobody is there; exit 1\n")
    without = in_project()
    without.assert_outcomes(skipped=1)
    without.stdout.fnmatch_lines("*SKIPPED*no Docker engine: *nobody is there*")


def test_what_the_scripts_build(
    in_project: Pytest, pytester: pytest.Pytester, fresh_database: str
) -> None:
    write_project(pytester, TRIGGERS)
    with psycopg.connect(fresh_database) as conn:
        conn.execute(TRIGGERS.encode())
    result = in_project(*VERIFY, "--deselect=test_it.py", target=fresh_database)
    passed = results(result, "PASSED")
    assert "01.sql::table public.seeded::column b" in passed
    assert "01.sql::table public.seeded::rows" in passed
    assert "01.sql::table public.seeded::trigger updated fires" in passed
    assert "01.sql::table public.made::trigger updated fires" in passed
    assert "01.sql::table public.made::trigger late fires" in passed
    assert '01.sql::table public."odd: :name(1)"::column a' in passed
    reasons = [
        "its WHEN is not true for the row that was tried",
        "no row can be changed: null value in column",
        "the table has no row",
    ]
    skipped = results(result, "SKIPPED")
    assert [sum(reason in one for one in skipped) for reason in reasons] == [1, 1, 1], skipped
    assert result.ret == 0
    named = "seeded::trigger updated fires", '"odd: :name(1)"::column a'
    some = (f"data/sql/01.sql::table public.{one}" for one in named)
    in_project(*VERIFY, *some, target=fresh_database).assert_outcomes(passed=2)
    assert query(fresh_database, "SELECT is_called FROM counted_a_seq") == [False]


@pytest.fixture
def failed(
    in_project: Pytest, pytester: pytest.Pytester, make_database: Callable[..., str]
) -> Callable[..., list[str]]:
    """Names the tests that fail after changes of a new database of the blog."""
    shutil.copytree(CHECKOUT / "data", pytester.path / "data")
    blog = make_database()
    run_on(blog, *(one.read_text() for one in sorted((CHECKOUT / "data" / "sql").iterdir())))

    def run(*changes: str, what: str = "FAILED") -> list[str]:
        mutated = make_database(template=str(conninfo_to_dict(blog)["dbname"]))
        run_on(mutated, *changes)
        return sorted(results(in_project(*VERIFY, target=mutated), what))

    return run


def run_on(conninfo: str, *commands: str) -> None:
    with psycopg.connect(conninfo) as conn:
        for command in commands:
            conn.execute(command.encode())


def mutation(item: str) -> str | None:
    """A change of the object that a test is about: of its comment, or of its rows."""
    table, part = item.split("::")[-2:]
    kind, name = f"{part} ".split(" ")[:2]
    on = table.removeprefix("table ")
    if kind == "rows":
        return f"SET session_replication_role = replica; DELETE FROM {on} WHERE id = 1"
    if kind in ("database", "assertions", "schema") or part.endswith(" fires"):
        return None
    if kind in ("trigger", "constraint"):
        name = f"{name} ON {on}"
    elif kind == "column":
        name = f"{on}.{name}"
    return f"COMMENT ON {kind} {name} IS 'another'"


@pytest.mark.needs18
def test_each_mutation_fails_the_test_of_its_object(failed: Callable[..., list[str]]) -> None:
    """In each run another half of the objects is changed, so no two have the same sequence."""
    items = {one: change for one in failed(what="PASSED") if (change := mutation(one))}
    assert len(items) > 50
    for bit in range(len(items).bit_length()):
        changed = [one for number, one in enumerate(items) if number >> bit & 1]
        assert failed(*map(items.__getitem__, reversed(changed))) == changed


def test_other_mutations(failed: Callable[..., list[str]]) -> None:
    changes = {
        "ALTER TABLE users ALTER email SET NOT NULL": "users::column email",
        "ALTER TABLE users ADD bio text": "users",
        "UPDATE posts SET title = 'x' WHERE id = 1": "posts::rows",
        "ALTER TABLE posts DISABLE TRIGGER update_posts_timestamp": (
            "posts::trigger update_posts_timestamp"
        ),
        "SELECT": "posts::trigger update_posts_timestamp fires",
        "ALTER TABLE comments DROP CONSTRAINT comments_post_id_fkey": (
            "comments::constraint comments_post_id_fkey"
        ),
    }
    found = failed(*changes, "CREATE INDEX ON comments (user_id)")
    expected = [f"01_create.sql::table public.{one}" for one in changes.values()]
    expected = [one.replace("01_create", "02_seed") if "::rows" in one else one for one in expected]
    assert found == sorted([*expected, "01_create.sql::database everything else"])
    assert failed("DROP TABLE comments") == ["01_create.sql::table public.comments"]
