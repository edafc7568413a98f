"""Assertions in plain SQL, and what is told of those that fail."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.scripts import DATA_SQL, query, tables, write_scripts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

TABLE = "create table t (id serial primary key, name text); insert into t (name) values ('a');"


def write_assertions(folder: Path, *texts: str) -> Path:
    """Makes the folder `verify`, which stands beside that of the scripts."""
    path = folder / "verify"
    path.mkdir(exist_ok=True)
    for number, text in enumerate(texts, 1):
        (path / f"{number:02}.sql").write_text(text)
    return path


def test_they_may_change_what_they_like(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Each file finds the database as the scripts left it, and so does everybody else."""
    scripts = write_scripts(tmp_path, TABLE + "set search_path = '';")
    write_assertions(
        tmp_path,
        "delete from t; select count(*) = 0 from t; set search_path = pg_catalog;",
        "-- a comment alone",
        "select count(*) = 1, 'one row' from t; update t set name = 'b'; drop table t;",
    )
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    assert "1 row, 6 assertions." in " ".join(result.stdout.split())
    assert query(fresh_database, "select name from t") == ["a"]


@pytest.mark.parametrize(
    ("assertion", "line", "message"),
    [
        ("do $$ begin assert false, 'no luck'; end $$;", 1, "no luck (P0004)"),
        ("do $$ begin\n  raise exception 'told %', 1;\nend $$;", 1, "told 1 (P0001)"),
        ("select 1;\nselect 1 / 0;", 2, "division by zero (22012)"),
        ("select true;\nselect name = 'b', name as found from t;", 2, "assertion failed: false"),
        ("select slugg from t;", 1, 'column "slugg" does not exist (42703)'),
        ("select true;\nselec 1;", 2, 'syntax error at or near "selec" (42601)'),
        ("select 1; select 2;select 1\n= 3 ", 1, "assertion failed: false"),
    ],
)
def test_one_that_fails(
    runner: Runner,
    tmp_path: Path,
    fresh_database: str,
    assertion: str,
    line: int,
    message: str,
) -> None:
    scripts = write_scripts(tmp_path, TABLE)
    folder = write_assertions(tmp_path, "select true;", assertion)
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=1)
    assert f"{folder}/02.sql:{line}:" in result.stderr
    assert f"ERROR: {message}\n" in result.stderr
    assert "ERROR: 1 failed assertion\n" in result.stderr
    assert "Nothing has changed: the transaction was rolled back." in result.stderr
    assert tables(fresh_database) == []


@pytest.mark.needs18
def test_all_that_fail_are_told(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """A file ends at its first error; what is false does not end it."""
    scripts = write_scripts(tmp_path, TABLE)
    folder = write_assertions(
        tmp_path,
        "select false, 'first' as why;\nselect false, null as why, 2 as number;",
        "select 1/0;\nselect false;",
        "select true;",
        "select nothing;",
        "select id <> 1 from t;",
    )
    result = runner("apply", "--json", "-s", scripts, "-t", fresh_database, check=1)
    output = json.loads(result.stdout)
    failed = [
        (one["script"].removeprefix(f"{folder}/"), one["line"], one["detail"])
        for one in output["verification"]["assertions"]
    ]
    assert failed == [
        ("01.sql", 1, "why: first"),
        ("01.sql", 2, "why: NULL\nnumber: 2"),
        ("02.sql", 1, None),
        ("04.sql", 1, None),
        ("05.sql", 1, None),
    ]
    assert output["error"]["message"] == "5 failed assertions"


@pytest.mark.needs18
def test_what_is_no_sql_hides_no_other(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """The server runs nothing of a message that it cannot read."""
    scripts = write_scripts(tmp_path, TABLE)
    folder = write_assertions(
        tmp_path,
        "delete from t;\nselect exists (select from t);",
        "delete from t;\nselect 1 +;",
        "select true;\ncreate table;",
        "select name = 'a' from t;",
    )
    for command in ("apply", "verify"):
        options = ("-s", scripts, "--assertions", folder, "-t", fresh_database)
        result = runner(command, *options, check=1)
        for place in ("01.sql:2:1", "02.sql:2:11", "03.sql:2:13"):
            assert f"{folder}/{place}: ERROR: " in result.stdout + result.stderr
        assert ("ERROR: 3 failed assertions\n" in result.stderr) is (command == "apply")
        runner("apply", "-s", scripts, "--no-verify", "--allow-loss", "t", "-t", fresh_database)
    assert query(fresh_database, "select name from t") == ["a"]


@pytest.mark.needs18
def test_another_folder(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    scripts = write_scripts(tmp_path, TABLE)
    write_assertions(tmp_path, "select false;")
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.sql").write_text("select :'who' = 'me';")
    command = ("apply", "-s", scripts, "-t", fresh_database, "--assertions", other)
    runner(*command, "--var", "who=me", check=0)
    runner(*command, "--var", "who=you", "--allow-loss", "t", check=3)


@pytest.mark.needs18
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select 1 \\gset", "verify/01.sql:1:1: ERROR: an assertion is plain SQL"),
        ("select 1;\n\\c postgres", "verify/01.sql:2:1: ERROR: an assertion is plain SQL"),
        ("\\echo a", "verify/01.sql: an assertion is plain SQL"),
        ("copy t from stdin;\n1\ta\n\\.\n", "an assertion is plain SQL"),
        ("select 1;\ncommit;", "COMMIT would end or split the one transaction"),
    ],
)
def test_what_is_no_assertion(
    runner: Runner, tmp_path: Path, fresh_database: str, text: str, message: str
) -> None:
    """It is refused before anything is connected."""
    scripts = write_scripts(tmp_path, TABLE)
    write_assertions(tmp_path, text)
    result = runner("apply", "-s", scripts, "-t", "host=127.0.0.1 port=1", check=2)
    assert message in result.stderr
    assert tables(fresh_database) == []


def test_a_folder_that_is_not_there(runner: Runner, tmp_path: Path) -> None:
    scripts = write_scripts(tmp_path, TABLE)
    command = ("apply", "-s", scripts, "--assertions", tmp_path / "no", "-t", "port=1")
    result = runner(*command, check=2)
    assert "there is no folder" in result.stderr


def test_verify_runs_them_when_they_are_named(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    scripts = write_scripts(tmp_path, TABLE)
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    folder = write_assertions(tmp_path, "update t set name = 'b'; select false from t;")
    command = ("verify", "-s", scripts, "-t", fresh_database)
    result = runner(*command, check=0)
    assert "assertion" not in result.stdout
    result = runner(*command, "--assertions", folder, check=1)
    assert f"{folder}/01.sql:1:26: ERROR: assertion failed: false\n" in result.stdout
    assert query(fresh_database, "select name from t") == ["a"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("alter table posts disable trigger all", "an UPDATE of posts does not refresh updated_at"),
        ("alter table comments drop constraint comments_post_id_fkey", "comments (id, post_id)"),
        ("alter table users drop constraint users_pkey cascade", "users takes the same id twice"),
    ],
)
def test_those_of_the_blog(
    runner: Runner, tmp_path: Path, fresh_database: str, change: str, said: str
) -> None:
    """What the scripts themselves get wrong no comparison can tell."""
    scripts = tmp_path / "sql"
    shutil.copytree(DATA_SQL, scripts)
    (scripts / "03.sql").write_text(change)
    command = ("apply", "-s", scripts, "-t", fresh_database)
    result = runner(*command, "--assertions", DATA_SQL.parent / "verify", check=1)
    assert said in result.stderr
    assert tables(fresh_database) == []
