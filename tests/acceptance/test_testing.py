"""The pytest plugin, in projects of their own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.acceptance.scripts import query, write_scripts
from tests.conftest import CHECKOUT, clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server

    Pytest = Callable[..., str]

# An installation from before the plugin has no entry point for it; named twice it is an error.
PLUGIN = (
    () if entry_points(group="pytest11", name="raw_sql_runner") else ("-p", "runner.testing.plugin")
)
TESTS = """\
import psycopg

def test_one_of_its_own(runner_db):
    assert runner_db.execute("SELECT count(*) FROM t").fetchone() == (2,)
    runner_db.execute("DELETE FROM t")
    runner_db.commit()

def test_the_next_is_new(runner_conninfo):
    with psycopg.connect(runner_conninfo) as conn:
        print("cloned", conn.info.dbname)
        assert conn.execute("SELECT count(*) FROM t").fetchone() == (2,)

def test_a_transaction(runner_transaction):
    runner_transaction.execute("DELETE FROM t")

def test_was_rolled_back(runner_transaction):
    assert runner_transaction.execute("SELECT count(*) FROM t").fetchone() == (2,)

def test_the_template(runner_template):
    print("built", runner_template.name)
"""
TABLE = "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1), (2);\n"
TRIGGERS = """\
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE seeded (a int NOT NULL, b text);
INSERT INTO seeded VALUES (1);
CREATE TABLE empty (a int NOT NULL);
CREATE TRIGGER updated AFTER UPDATE OF b ON seeded FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER never BEFORE UPDATE ON seeded FOR EACH ROW WHEN (new.a > 1) EXECUTE FUNCTION f();
CREATE TRIGGER inserted BEFORE INSERT ON empty FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER deleted BEFORE DELETE ON empty FOR EACH ROW EXECUTE FUNCTION f();
"""


@pytest.fixture
def in_project(tmp_path: Path, server: Server) -> Pytest:
    """Runs pytest in a project; gives what it prints, without the exit code."""

    def run(*args: str, target: str = "") -> str:
        command = [sys.executable, "-m", "pytest", *PLUGIN]
        plain = ["-p", "no:cacheprovider", "-rA", "--color=no", "--runner-target"]
        done = subprocess.run(
            [*command, *plain, target or server.conninfo(), *args],
            cwd=tmp_path,
            env={**clean_environment(tmp_path), "PYTHONPATH": str(CHECKOUT), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.stdout

    return run


def write_data(project: Path, script: str) -> None:
    (project / "data").mkdir(exist_ok=True)
    write_scripts(project / "data", script)


def results(output: str, what: str) -> list[str]:
    return re.findall(rf"^{what} (?:\[\d+\] )?(.*)", output, re.MULTILINE)


def test_databases_for_tests(
    in_project: Pytest, tmp_path: Path, server: Server, admin: psycopg.Connection
) -> None:
    """All processes share one template; a changed script replaces it."""
    write_data(tmp_path, TABLE)
    (tmp_path / "test_it.py").write_text(TESTS)
    output = in_project("-n", "2")
    assert "5 passed" in output, output
    (first,), (clone,) = re.findall("built (.*)", output), re.findall("cloned (.*)", output)
    assert query(server.conninfo(first), "SELECT count(*) FROM t") == [2]
    assert first in in_project()
    write_data(tmp_path, TABLE + "-- another\n")
    assert first not in in_project()
    left = admin.execute("SELECT datname FROM pg_database WHERE datname ~ '^runner_te'").fetchall()
    assert not {(first,), (clone,)} & set(left)


def test_scripts_that_fail_are_one_error(in_project: Pytest, tmp_path: Path) -> None:
    write_data(tmp_path, TABLE + "SELECT 1/0;\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    output = in_project()
    assert "data/sql/01.sql:3:1: ERROR: division by zero (22012)" in output
    assert len(results(output, "ERROR")) == 1
    assert "4 skipped" in output


def test_what_the_scripts_build(in_project: Pytest, tmp_path: Path, fresh_database: str) -> None:
    write_data(tmp_path, TRIGGERS)
    with psycopg.connect(fresh_database) as conn:
        conn.execute(TRIGGERS.encode())
    output = in_project("--runner-verify", "-p", "no:xdist", target=fresh_database)
    passed = results(output, "PASSED")
    assert "data/sql/01.sql::table public.seeded::column b" in passed
    assert "data/sql/01.sql::table public.seeded::rows" in passed
    assert "data/sql/01.sql::table public.seeded::trigger updated fires" in passed
    assert not results(output, "FAILED")
    skipped = results(output, "SKIPPED")
    reasons = [
        "its WHEN is not true for the row that was tried",
        "no row can be changed without values: null value in column",
        "the table has no row",
    ]
    for reason in reasons:
        assert sum(reason in one for one in skipped) == 1, output
    assert len(skipped) == 3


@pytest.mark.parametrize(
    ("mutation", "failed"),
    [
        ("DROP TABLE comments", ["table public.comments"]),
        ("ALTER TABLE users ALTER email SET NOT NULL", ["table public.users::column email"]),
        ("ALTER TABLE users ADD bio text", ["table public.users"]),
        ("UPDATE posts SET title = 'x' WHERE id = 1", ["table public.posts::rows"]),
        (
            "ALTER TABLE posts DISABLE TRIGGER update_posts_timestamp",
            [
                "table public.posts::trigger update_posts_timestamp",
                "table public.posts::trigger update_posts_timestamp fires",
            ],
        ),
        (
            "ALTER TABLE comments DROP CONSTRAINT comments_post_id_fkey",
            ["table public.comments::constraint comments_post_id_fkey"],
        ),
    ],
)
def test_a_mutation_fails_the_test_of_its_object(
    in_project: Pytest,
    runner: Runner,
    tmp_path: Path,
    fresh_database: str,
    mutation: str,
    failed: list[str],
) -> None:
    shutil.copytree(CHECKOUT / "data", tmp_path / "data")
    runner("apply", "-q", "-t", fresh_database, check=0)
    with psycopg.connect(fresh_database) as conn:
        conn.execute(mutation.encode())
    output = in_project("--runner-verify", "-p", "no:xdist", target=fresh_database)
    found = [one.partition("::")[2].partition(" - ")[0] for one in results(output, "FAILED")]
    assert sorted(found) == sorted(failed), output
