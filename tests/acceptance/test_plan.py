"""`plan`, `apply --once` and `status`, as processes on real databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.acceptance.scripts import write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    Runner = Callable[..., CompletedProcess[str]]

CREATE = (
    "DROP TABLE IF EXISTS t;\nCREATE TABLE t (id int PRIMARY KEY, name text);\n"
    "COMMENT ON TABLE t IS 'two rows';\n"
)
SEED = "INSERT INTO t VALUES (1, 'one'), (2, 'two');\n"


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "01_create.sql").write_text(CREATE)
    (folder / "02_seed.sql").write_text(SEED)
    return folder


def _tables(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as conn:
        query = (
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        return [name for (name,) in conn.execute(query)]


def _plan(runner: Runner, scripts: Path, conninfo: str, code: int = 0) -> dict[str, object]:
    ran = runner("plan", "-s", str(scripts), "-t", conninfo, "--json", check=code)
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_plan_shows_what_would_be_created_and_leaves_nothing(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    ran = runner("plan", "-s", str(scripts), "-t", fresh_database, check=0)

    assert "+ created  table public.t\n" in ran.stdout
    assert "# rows     table public.t: 2 inserted\n" in ran.stdout
    assert "pg_catalog" not in ran.stdout
    assert "All changes were rolled back" in ran.stdout.replace("\n  ", " ")
    assert _tables(fresh_database) == []


def test_plan_says_the_same_in_json(runner: Runner, fresh_database: str, scripts: Path) -> None:
    found = _plan(runner, scripts, fresh_database)

    assert found["committed"] is False
    assert found["error"] is None
    changes = found["changes"]
    assert isinstance(changes, list)
    kinds = {(change["kind"], change["object"], change["name"]) for change in changes}
    assert ("created", "table", "public.t") in kinds
    assert ("rows", "table", "public.t") in kinds


def test_plan_shows_what_a_changed_script_changes(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    runner("apply", "-s", str(scripts), "-t", fresh_database, check=0)
    (scripts / "01_create.sql").write_text(CREATE.replace("name text", "name varchar(9)"))
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("CREATE VIEW v AS SELECT 1 AS one")
    (scripts / "03_drop.sql").write_text("DROP VIEW v;\n")

    found = _plan(runner, scripts, fresh_database, code=3)  # the reference has no such view
    assert found["committed"] is False

    (scripts / "03_drop.sql").write_text("DROP VIEW IF EXISTS v;\n")
    changes = _plan(runner, scripts, fresh_database)["changes"]
    assert isinstance(changes, list)
    told = {(c["kind"], c["object"], c["name"], c["property"], c["before"], c["after"])
            for c in changes}  # fmt: skip
    assert ("changed", "column", "public.t.name", "type", "text", "varchar(9)") in told
    assert ("dropped", "view", "public.v") in {(k, o, n) for k, o, n, *_ in told}
    assert "public.v" not in _tables(fresh_database)
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT one FROM v").fetchone() == (1,)


def test_plan_ends_as_apply_would_when_rows_would_be_lost(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    runner("apply", "-s", str(scripts), "-t", fresh_database, check=0)
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("INSERT INTO t VALUES (3, 'mine')")

    found = _plan(runner, scripts, fresh_database, code=4)
    assert isinstance(found["loss"], list)
    assert [(loss["table"], loss["rows"]) for loss in found["loss"]] == [("public.t", 3)]
    assert isinstance(found["round_trips"], int)
    assert found["round_trips"] > 2

    allowed = runner("plan", "-s", str(scripts), "-t", fresh_database, "--allow-loss", "t", check=0)
    assert "public.t" in allowed.stdout + allowed.stderr
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT count(*) FROM t").fetchone() == (3,)


def test_plan_tells_of_rows_and_tables_that_the_catalog_does_not(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """An UPDATE changes no number of rows, TRUNCATE of an empty table and a rewrite nothing."""
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("create table t as select i from generate_series(1, 3) i")
        conn.execute("create table v (i int)")
    command = ("plan", "--no-verify", "-t", fresh_database, "-s")
    folder = write_scripts(tmp_path, "update t set i = 0 where i > 1;", "truncate v;")
    text = runner(*command, folder, check=0).stdout
    assert "# rows     table public.t: 2 updated, 2 rows of others overwritten\n" in text
    assert "~ changed  table public.v: truncated or rewritten\n" in text
    text = runner(*command, write_scripts(tmp_path, "select 1;", "select 2;"), check=0).stdout
    assert "apply would change nothing." in text


def test_plan_tells_what_is_allowed_and_not_there(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("create table t as select 1 as i")
    allow = ("--allow-loss", "t", "--allow-loss", "nowhere")
    folder = write_scripts(tmp_path, "select 1;")
    ran = runner("plan", "--no-verify", "-t", fresh_database, *allow, "-s", folder, check=0)
    assert "--allow-loss nowhere: there is no such table" in ran.stderr


def test_plan_records_nothing(runner: Runner, fresh_database: str, scripts: Path) -> None:
    runner("plan", "-s", str(scripts), "-t", fresh_database, check=0)

    status = json.loads(
        runner("status", "-s", str(scripts), "-t", fresh_database, "--json", check=0).stdout
    )
    assert status["runs"] == []


def test_plan_needs_a_transaction(runner: Runner, fresh_database: str, scripts: Path) -> None:
    ran = runner("plan", "-s", str(scripts), "-t", fresh_database, "--transaction", "none", check=2)
    assert "plan needs a transaction" in ran.stderr


def test_once_does_nothing_a_second_time(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    def once() -> str:
        return runner("apply", "-1", "-s", str(scripts), "-t", fresh_database, check=0).stdout

    assert "Committed" in once()
    with psycopg.connect(fresh_database) as conn:
        before = conn.execute("SELECT 't'::regclass::oid").fetchone()

    assert once().startswith("Nothing to do: these scripts were applied on ")
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT 't'::regclass::oid").fetchone() == before


def test_once_applies_changed_scripts(runner: Runner, fresh_database: str, scripts: Path) -> None:
    runner("apply", "--once", "-s", str(scripts), "-t", fresh_database, check=0)
    (scripts / "02_seed.sql").write_text(SEED.replace("two", "zwei"))

    ran = runner("apply", "--once", "-s", str(scripts), "-t", fresh_database, check=0)
    assert "Committed" in ran.stdout
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT name FROM t WHERE id = 2").fetchone() == ("zwei",)


def test_once_applies_again_where_the_database_has_drifted(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    runner("apply", "--once", "-s", str(scripts), "-t", fresh_database, check=0)
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("ALTER TABLE t ADD COLUMN extra int")

    ran = runner("apply", "--once", "-s", str(scripts), "-t", fresh_database, check=0)
    assert "Committed" in ran.stdout


def test_status_tells_runs_and_files_apart(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    def status() -> dict[str, object]:
        ran = runner("status", "-s", str(scripts), "-t", fresh_database, "--json", check=0)
        found: dict[str, object] = json.loads(ran.stdout)
        return found

    assert status()["runs"] == []
    runner("apply", "-s", str(scripts), "-t", fresh_database, check=0)
    runner("apply", "-s", str(scripts), "-t", fresh_database, check=0)
    (scripts / "02_seed.sql").rename(scripts / "02_more.sql")
    (scripts / "01_create.sql").write_text(CREATE + "--\n")

    found = status()
    runs = found["runs"]
    assert isinstance(runs, list)
    assert [run["id"] for run in runs] == [2, 1]
    assert [script["name"] for script in runs[0]["scripts"]] == ["01_create.sql", "02_seed.sql"]
    assert found["scripts"] == [
        {"name": "01_create.sql", "status": "changed"},
        {"name": "02_more.sql", "status": "new"},
        {"name": "02_seed.sql", "status": "gone"},
    ]


def test_status_as_text(runner: Runner, fresh_database: str, scripts: Path) -> None:
    ran = runner("status", "-s", str(scripts), "-t", fresh_database, check=0)
    assert "No run is recorded in this database." in ran.stdout

    runner("apply", "-s", str(scripts), "-t", fresh_database, check=0)
    ran = runner("status", "-s", str(scripts), "-t", fresh_database, check=0)
    assert "  same     01_create.sql\n  same     02_seed.sql\n" in ran.stdout
