"""`verify`: what it finds in a database, whoever built it, and that it only reads."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.acceptance.scripts import DATA_SQL, dump, execute, query, write_scripts
from tests.servers import unique_name

if TYPE_CHECKING:
    from tests.conftest import Runner
    from tests.servers import Server

COMPOSE = DATA_SQL.parent.parent / "docker-compose.yml"
TABLE = "create table t (id int primary key, name text);\ninsert into t values (1, 'a'), (2, 'b');"


def entrypoint(psql_bin: Path, conninfo: str, scripts: Path) -> None:
    """What the image does with the scripts: a psql for each, and no more after the first error."""
    for script in sorted(scripts.iterdir()):
        command: list[str | Path] = [
            psql_bin,
            "-v",
            "ON_ERROR_STOP=1",
            "--no-psqlrc",
            "-q",
            "-d",
            conninfo,
        ]
        result = subprocess.run([*command, "-f", script], check=False, capture_output=True)
        if result.returncode:
            return


# It agrees


def test_the_container_s_way(runner: Runner, psql_bin: Path, fresh_database: str) -> None:
    entrypoint(psql_bin, fresh_database, DATA_SQL)
    result = runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=0)
    assert "Verified: 4 tables, 27 columns" in result.stdout
    assert "matches the scripts; it may contain more than they create." in result.stdout
    assert result.stderr == ""


def test_a_database_in_use(runner: Runner, fresh_database: str) -> None:
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    execute(
        fresh_database,
        "insert into users (name) values ('Ann')",
        "create table of_somebody_else (id serial primary key)",
        "create schema another",
    )
    runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=0)


def test_it_only_reads(server: Server, runner: Runner, fresh_database: str) -> None:
    """A database, and a role, that can only be read."""
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    before = dump(server, fresh_database)
    name = conninfo_to_dict(fresh_database)["dbname"]
    execute(fresh_database, f"alter database {name} set default_transaction_read_only = on")
    runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=0)
    execute(
        fresh_database,
        "set transaction read write",
        f"alter database {name} reset default_transaction_read_only",
    )
    assert dump(server, fresh_database) == before


@pytest.mark.parametrize(
    "setting",
    ["standard_conforming_strings = off", "quote_all_identifiers = on", "datestyle = 'SQL, DMY'"],
)
def test_settings_of_the_database(
    runner: Runner, tmp_path: Path, fresh_database: str, setting: str
) -> None:
    """The scripts are read by them; the runner's own statements mean the same under any."""
    execute(
        fresh_database,
        f"alter database {conninfo_to_dict(fresh_database)['dbname']} set {setting}",
    )
    scripts = write_scripts(
        tmp_path,
        "create table t (id serial primary key, at timestamptz default now(), day date"
        " default current_date, what text default 'it''s (' || 'x');",
        "create procedure p(in a int, inout b int) language sql as 'select 1';",
        "insert into t (what) values ('plain'), ('a''b');",
    )
    scripts.joinpath("04.sql").write_text("insert into t (what) values ('c') -- no; end of line;")
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    assert "WARNING" not in result.stderr
    result = runner("verify", "-s", scripts, "-t", fresh_database, check=0)
    assert "WARNING" not in result.stderr
    assert runner("status", "-s", scripts, "-t", fresh_database, check=0).stderr == ""
    runner("apply", "--once", "-s", scripts, "-t", fresh_database, check=0)
    execute(fresh_database, "alter table t alter what drop default")
    runner("verify", "-s", scripts, "-t", fresh_database, check=1)


def test_settings_of_the_database_that_the_scripts_make(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """They count from the next script on."""
    scripts = write_scripts(
        tmp_path,
        "create schema a; create table one (); do $$ begin execute format("
        "'alter database %I set search_path = a, public', current_database()); end $$;",
        "create table two ();",
    )
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    assert query(fresh_database, "select to_regclass('a.two')::text") == ["two"]
    runner("verify", "-s", scripts, "-t", fresh_database, check=0)


def test_a_role_that_may_not_read_the_rows(
    runner: Runner, admin: psycopg.Connection, fresh_database: str
) -> None:
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    name = unique_name()
    admin.execute(f"create role {name} login createdb".encode())
    command = ("verify", "-s", DATA_SQL, "-t", make_conninfo(fresh_database, user=name))
    try:
        result = runner(*command, check=4)
    finally:
        admin.execute(f"drop role {name}".encode())
    assert "ERROR: permission denied for table " in result.stderr
    assert "GRANT SELECT" in result.stderr


def test_a_role_whose_name_no_text_tells(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """It is there, and must not be where the scripts are run once more to compare."""
    name = unique_name()
    half = len(name) // 2
    hidden = f"create role %I', '{name[:half]}' || '{name[half:]}"
    scripts = write_scripts(
        tmp_path,
        "create table t (id int);",
        f"do $$ begin execute format('{hidden}'); end $$;",
        f"grant select on t to {name};",
    )
    try:
        runner("apply", "-s", scripts, "-t", fresh_database, check=0)
        runner("verify", "-s", scripts, "-t", fresh_database, check=0)
        execute(fresh_database, f"revoke select on t from {name}")
        result = runner("verify", "-s", scripts, "-t", fresh_database, check=1)
        assert f"{name}: SELECT" in result.stdout
    finally:
        execute(fresh_database, f"drop owned by {name}", f"drop role {name}")


def test_json(runner: Runner, fresh_database: str) -> None:
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    result = runner("verify", "--json", "-s", DATA_SQL, "-t", fresh_database, check=0)
    output = json.loads(result.stdout)
    assert (output["command"], output["exit_code"], output["error"]) == ("verify", 0, None)
    assert output["verification"]["checked"]["rows"] == 9
    assert output["verification"]["differences"] == []


# It does not


def test_drift(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    write_scripts(tmp_path, TABLE, "create view v as select id from t;")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    execute(
        fresh_database,
        "alter table t add extra int",
        "alter table t alter name type varchar(20)",
        "update t set name = 'z' where id = 2",
        "create function f() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger t before update on t for each row execute function f()",
    )
    result = runner("verify", "-s", "sql", "-t", fresh_database, check=1)
    shown = [line for line in result.stdout.splitlines() if re.match("missing|extra|changed", line)]
    assert [" ".join(line.split()) for line in shown] == [
        "changed column public.t.name, type (sql/01.sql:1)",
        "extra column public.t.extra (sql/01.sql:1)",
        "extra trigger public.t.t (sql/01.sql:1)",
        "changed row public.t (id) = (2), name (sql/01.sql:2)",
    ]
    assert "4 differences from what the scripts build; compared: 1 table, " in result.stdout
    assert "Incomplete" not in result.stdout
    result = runner("verify", "--verify", "schema", "-s", "sql", "-t", fresh_database, check=1)
    assert "3 differences from what the scripts build; compared: 1 table, " in result.stdout
    assert "changed  row" not in result.stdout


def test_a_reference_that_became_null(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """Which generated key a row refers to is not compared, but whether it refers to one."""
    scripts = write_scripts(
        tmp_path,
        "create table users (id serial primary key, name text unique);\n"
        "create table posts (title text, author int references users on delete set null);\n",
        "insert into users (name) values ('Ann'), ('Bob');\n"
        "insert into posts select 'Hello', id from users where name = 'Ann';\n"
        "insert into posts values ('Nobody''s', null);\n",
    )
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    execute(
        fresh_database,
        "delete from users where name = 'Ann'",
        "insert into users (name) values ('Ann')",
    )
    found = runner("verify", "-s", scripts, "-t", fresh_database, check=1)
    assert "missing  row public.posts" in found.stdout
    assert "1 difference" in found.stdout
    execute(
        fresh_database,
        "update posts set author = (select id from users where name = 'Ann') where title = 'Hello'",
    )
    runner("verify", "-s", scripts, "-t", fresh_database, check=0)


def test_strict_lists_what_the_scripts_do_not_build(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    scripts = write_scripts(tmp_path, TABLE)
    command = ("verify", "--strict", "-s", scripts, "-t", fresh_database)
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    result = runner(*command, check=0)
    assert "matches the scripts.\n" in result.stdout
    execute(fresh_database, "create table other (a int)", "insert into t values (3, 'c')")
    result = runner(*command, check=1)
    assert "extra    table public.other\n" in result.stdout
    assert "extra    row public.t (id) = (3)" in result.stdout
    assert "3 rows, 0 missing, 1 extra" in result.stdout


def test_an_empty_database(runner: Runner, fresh_database: str) -> None:
    result = runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=1)
    assert "missing  table public.comments" in result.stdout


# A container whose scripts stopped


def broken(tmp_path: Path, script: str, before: str) -> Path:
    """The blog's scripts, with a statement in one of them that fails; and the compose file."""
    folder = tmp_path / "broken"
    shutil.copytree(DATA_SQL, folder)
    path = folder / script
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, f"select 1 / 0;\n{before}", 1))
    shutil.copy(COMPOSE, tmp_path)
    return folder


@pytest.mark.parametrize(
    ("script", "before", "place", "first"),
    [
        ("01_create.sql", "CREATE TABLE posts(", "01_create.sql:29", "First missing: table posts"),
        (
            "01_create.sql",
            "CREATE TRIGGER update_posts_timestamp",
            "01_create.sql:61",
            "First missing: trigger update_posts_timestamp",
        ),
        (
            "02_seed.sql",
            "INSERT INTO users",
            "02_seed.sql:4",
            "First incomplete: the rows of users",
        ),
        (
            "02_seed.sql",
            "INSERT INTO comments",
            "02_seed.sql:8",
            "First incomplete: the rows of posts",
        ),
    ],
)
def test_half_made(
    server: Server,
    runner: Runner,
    psql_bin: Path,
    tmp_path: Path,
    fresh_database: str,
    script: str,
    before: str,
    place: str,
    first: str,
) -> None:
    entrypoint(psql_bin, fresh_database, broken(tmp_path, script, before))
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    result = runner("verify", "-s", DATA_SQL, "-t", server.tcp_conninfo(dbname), check=1)
    said = " ".join(result.stdout.split())
    assert f"{place}, and nothing after it." in said
    assert f"{first}." in said
    assert "To repair it: docker-compose up --build --force-recreate -V\n" in result.stdout


def test_half_made_elsewhere(
    runner: Runner, psql_bin: Path, tmp_path: Path, fresh_database: str
) -> None:
    folder = broken(tmp_path, "02_seed.sql", "INSERT INTO social_accounts")
    entrypoint(psql_bin, fresh_database, folder)
    result = runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=1)
    assert f"To repair it: python -m runner apply -s {DATA_SQL} -t " in result.stdout
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=0)


@pytest.mark.parametrize(
    "change",
    [
        "drop table comments cascade; create table comments ()",
        "drop trigger update_users_timestamp on users",
        "delete from comments where id = 3",
        "alter table users drop column name",
        "truncate comments",
    ],
)
def test_drift_is_not_half_made(runner: Runner, fresh_database: str, change: str) -> None:
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    execute(fresh_database, *change.split(";"))
    result = runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=1)
    # Without its rows the last table looks as if the last INSERTs had failed.
    assert ("Incomplete" in result.stdout) is change.startswith("truncate")


def test_what_verify_does_not_take(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    scripts = write_scripts(tmp_path, "create table t (a int); prepare transaction 'x';")
    runner("verify", "-s", scripts, "-t", fresh_database, check=2)
    runner("verify", "-s", scripts, "-t", fresh_database, "--transaction", "none", check=2)
    assert query(fresh_database, "select count(*) from pg_tables where tablename = 't'") == [0]
