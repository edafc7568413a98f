"""`python -m runner apply` and rows that the scripts did not write; fifty runs at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import DATA_SQL, query, write_scripts
from tests.proxy import proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.forking import Forked
    from tests.servers import Server

RUNS = 50
COUNTS = "select count(*) from users union all select count(*) from posts"
MINE = "insert into comments (content) values ('mine') returning 1"


def apply_json(runner: Runner, *args: str | Path, check: int) -> dict[str, Any]:
    result = runner("apply", "--json", "-s", DATA_SQL, *args, check=check)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_blog_and_a_row_by_hand(runner: Runner, fresh_database: str) -> None:
    """A reset as long as nobody else has written; then it takes the table's name."""
    for _ in range(2):
        assert apply_json(runner, "-t", fresh_database, check=0)["loss"] == []
    query(fresh_database, MINE)
    loss = {
        "table": "public.comments",
        "rows": 4,
        "cause": "dropped",
        "script": str(DATA_SQL / "01_create.sql"),
        "line": 4,
    }
    found = apply_json(runner, "-t", fresh_database, check=4)
    assert (found["loss"], found["committed"]) == ([loss], False)
    assert (found["error"]["code"], found["error"]["line"]) == ("refused", 4)
    assert query(fresh_database, "select count(*) from comments") == [4]
    found = apply_json(runner, "-t", fresh_database, "--allow-loss", "comments", check=0)
    assert (found["loss"], found["committed"]) == ([{**loss, "line": None}], True)
    assert query(fresh_database, "select count(*) from comments") == [3]
    assert apply_json(runner, "-t", fresh_database, check=0)["loss"] == []


def test_the_blog_that_the_container_made(runner: Runner, fresh_database: str) -> None:
    """Nothing is recorded there: its rows are known by their content; an edited one is named."""
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        for script in sorted(DATA_SQL.glob("*.sql")):
            conn.execute(script.read_bytes())
    for _ in range(2):
        assert apply_json(runner, "-t", fresh_database, check=0)["loss"] == []
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("drop schema runner cascade")
        conn.execute("update users set name = 'mine' where id = 2")
    found = apply_json(runner, "-t", fresh_database, check=4)
    assert [loss["table"] for loss in found["loss"]] == ["public.users"]
    assert "such as (2)" in found["error"]["detail"]


def test_what_others_added_to_a_table_that_is_made_anew_is_told(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    first = "DROP TABLE IF EXISTS job CASCADE; CREATE TABLE job (id int PRIMARY KEY);"
    scripts = write_scripts(
        tmp_path,
        first + "CREATE TABLE IF NOT EXISTS log (i int);"
        "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$;"
        "DROP TRIGGER IF EXISTS g ON log;"
        "CREATE TRIGGER g BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION f();",
    )
    for _ in range(2):
        result = runner("apply", "-s", scripts, "-t", fresh_database, check=0)
        assert "WARNING" not in result.stderr
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("CREATE TABLE people (id int, job int REFERENCES job)")
        conn.execute("ALTER TABLE job ADD note text")
        conn.execute("GRANT SELECT ON job TO PUBLIC")
        conn.execute("CREATE VIEW jobs AS SELECT id FROM job")
    text = "ALTER TABLE log DISABLE TRIGGER g, ENABLE ROW LEVEL SECURITY, OWNER TO pg_monitor;"
    (scripts / "02.sql").write_text(text)
    told = runner("apply", "-s", scripts, "-t", fresh_database, check=0).stderr
    for line in (
        "dropped: constraint public.people.people_job_fkey",
        "dropped: column public.job.note",
        "dropped: view public.jobs",
        "privileges taken from table public.job: ",
        "trigger public.log.g: DISABLE",
        "table public.log: ENABLE",
        "owner of table public.log: pg_monitor, before: postgres",
    ):
        assert line in told.replace("\n  ", " ")


def test_without_verification_a_column_that_others_added_is_told(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    first = "DROP TABLE IF EXISTS job; CREATE TABLE job (id int);\nINSERT INTO job VALUES (1);"
    scripts = write_scripts(tmp_path, first)
    arguments = ("apply", "-s", scripts, "-t", fresh_database)
    runner(*arguments, check=0)
    gone = "public.job created again with 1 fewer column"
    for option, is_told in (("--no-verify", True), ("--verify=all", False), ("--json", False)):
        with psycopg.connect(fresh_database, autocommit=True) as conn:
            conn.execute("ALTER TABLE job ADD note int DEFAULT 5, ADD other int")
            conn.execute("ALTER TABLE job DROP other")
        assert (gone in runner(*arguments, option, check=0).stderr) == is_told
    assert gone not in runner(*arguments, "--no-verify", check=0).stderr


def test_what_a_refusal_says(runner: Runner, fresh_database: str, tmp_path: Path) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute("CREATE TABLE orders AS SELECT 1 AS id")
    scripts = write_scripts(tmp_path, "SELECT 1;\nDROP TABLE IF EXISTS orders;\n")
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=4)
    told = result.stderr.splitlines()
    assert told.pop(4).startswith("  For SQL that keeps the rows: python -m runner diff -s ")
    assert told == [
        f"{scripts}/01.sql:2: ERROR: the run would delete rows that the scripts did not create",
        f"DETAIL: public.orders: 1 row, dropped by {scripts}/01.sql:2; no recorded run made"
        " this table",
        "HINT: To allow this, add: --allow-loss public.orders",
        "  To keep the rows, leave the DROP TABLE out, write CREATE TABLE IF NOT EXISTS, and add a"
        " new column with ALTER TABLE … ADD COLUMN IF NOT EXISTS.",
        "Nothing has changed: the transaction was rolled back.",
    ]
    args = ("apply", "-s", scripts, "-t", fresh_database, "--allow-loss", "public.orders")
    result = runner(*args, check=0)
    assert f"lost, as allowed: public.orders: 1 row, dropped by {scripts}/01.sql" in result.stderr


def test_a_name_that_is_none_is_found_before_anything_is_connected(runner: Runner) -> None:
    result = runner("apply", "--allow-loss", "a b", "-t", "host=127.0.0.1 port=1", check=2)
    assert "--allow-loss" in result.stderr


def test_the_guard_costs_no_message(runner: Runner, server: Server, fresh_database: str) -> None:
    """BEGIN with all that is asked, the scripts with what they did, the record with COMMIT."""
    database = str(conninfo_to_dict(fresh_database)["dbname"])
    for _ in range(2):
        with proxy(server.port) as line:
            target = server.tcp_conninfo(database, port=line.port)
            runner("apply", "-s", DATA_SQL, "-t", target, "--no-verify", check=0)
        (connection,) = line.to_database(database)
        assert connection.round_trips == 3


@pytest.mark.needs18
def test_fifty_runs_at_once(fresh_database: str, fork: Callable[..., Forked]) -> None:
    command = ["apply", "-q", "--no-verify", "-s", DATA_SQL, "-t", fresh_database]
    command += ["--lock-timeout", "5min", "--connect-timeout", "5min"]
    processes = [fork(*command) for _ in range(RUNS)]
    ended = [(process.communicate()[1], process.returncode) for process in processes]
    assert ended == [("", 0)] * RUNS
    assert query(fresh_database, "select count(*) from runner.run") == [RUNS]
    assert query(fresh_database, COUNTS) == [3, 2]
    assert query(fresh_database, "select id from posts order by 1") == [1, 2]
