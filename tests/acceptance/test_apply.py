"""`python -m runner apply`: what runs as psql would run it, and what is said about it."""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import re
from typing import TYPE_CHECKING

import psycopg
import pytest
import zstandard
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import DATA_SQL, dump, query, tables, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server


# The blog


def test_the_blog_twice_is_the_same_database(
    runner: Runner, server: Server, fresh_database: str
) -> None:
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    first = dump(server, fresh_database, "--exclude-schema=runner", "--data-only")
    schema = dump(server, fresh_database, "--exclude-schema=runner", "--schema-only")
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    second = dump(server, fresh_database, "--exclude-schema=runner", "--data-only")
    assert dump(server, fresh_database, "--exclude-schema=runner", "--schema-only") == schema
    assert without_times(second) == without_times(first)


def without_times(text: str) -> str:
    """The rows say when they were made."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d", "TIME", text)


def test_what_a_run_says(runner: Runner, fresh_database: str) -> None:
    result = runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Target: ")
    rows = [match[1] for line in lines if (match := re.search(r" (\d+) rows? +\d\.\d\d s$", line))]
    assert rows == ["0", "9"]
    assert any(line.startswith("Committed: 2 scripts, ") and "9 rows" in line for line in lines)
    assert result.stderr == ""


def test_quiet_says_nothing(runner: Runner, fresh_database: str) -> None:
    result = runner("apply", "-q", "-s", DATA_SQL, "-t", fresh_database, check=0)
    assert (result.stdout, result.stderr) == ("", "")


def test_json_is_one_object_on_stdout(
    runner: Runner, tmp_path: Path, server: Server, fresh_database: str
) -> None:
    scripts = write_scripts(
        tmp_path, "create table t (a int);\n", "insert into t values (1), (2);\nselect 1;\n"
    )
    result = runner("apply", "--json", "-s", "sql", "-t", fresh_database, check=0)
    found = json.loads(result.stdout)
    assert (found["command"], found["exit_code"], found["committed"]) == ("apply", 0, True)
    assert found["error"] is None
    assert found["target"]["host"] == str(server.socket_dir)
    assert found["target"]["port"] == server.port
    assert found["target"]["user"] == "postgres"
    assert found["target"]["dbname"] in fresh_database
    assert found["target"]["server_version"] == server.version_text
    assert found["target"]["embedded"] is False
    assert [(s["name"], s["statements"], s["rows"]) for s in found["scripts"]] == [
        ("sql/01.sql", 1, 0),
        ("sql/02.sql", 2, 2),
    ]
    for script, path in zip(found["scripts"], sorted(scripts.iterdir()), strict=True):
        assert script["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert script["bytes"] == path.stat().st_size
        assert script["seconds"] >= 0
    changed = [(c["kind"], c["object"], c["name"], c["inserted"]) for c in found["changes"]]
    assert changed == [
        ("created", "table", "public.t", None),
        ("rows", "table", "public.t", 2),
    ]
    assert found["round_trips"] >= 3
    assert found["seconds"] > 0
    assert "Committed" in result.stderr


def test_json_of_a_failure_has_the_place(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table t (a int primary key);\n",
        "select 1;\n  insert into t values (1), (1);\n",
    )
    result = runner("apply", "--json", "-s", "sql", "-t", fresh_database, check=3)
    found = json.loads(result.stdout)
    assert (found["exit_code"], found["committed"]) == (3, False)
    assert found["error"] == {
        "code": "statement_failed",
        "message": 'duplicate key value violates unique constraint "t_pkey"',
        "script": "sql/02.sql",
        "line": 2,
        "column": 3,
        "sqlstate": "23505",
        "detail": "Key (a)=(1) already exists.",
        "hint": "A row with this key exists: use another key, or write ON CONFLICT DO NOTHING.",
        "context": None,
        "query": None,
    }


def test_many_statements_take_a_handful_of_round_trips(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    inserts = "".join(f"insert into t values ({number});\n" for number in range(2000))
    write_scripts(tmp_path, "create table t (a int);\n", inserts)
    result = runner("apply", "--json", "-s", "sql", "-t", fresh_database, check=0)
    assert json.loads(result.stdout)["round_trips"] < 15
    assert query(fresh_database, "select count(*), sum(a) from t") == [(2000, 1999000)]


# The folder


def test_compressed_scripts_run_in_their_place(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    scripts = write_scripts(tmp_path, "create table t (a int);\n")
    data = "insert into t values ({0});\ncopy t from stdin;\n{0}0\n\\.\n"
    (scripts / "02.sql.gz").write_bytes(gzip.compress(data.format(2).encode()))
    (scripts / "03.sql.xz").write_bytes(lzma.compress(data.format(3).encode()))
    (scripts / "04.sql.zst").write_bytes(zstandard.compress(data.format(4).encode()))
    (scripts / "05.sql.gz").write_bytes(gzip.compress(b"select 1;\nselect absent;\n"))
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.startswith('sql/05.sql.gz:2:8: ERROR: column "absent" does not exist')
    (scripts / "05.sql.gz").unlink()
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select a from t order by a") == [2, 3, 4, 20, 30, 40]


@pytest.mark.usefixtures("rehearsing_here")
def test_several_folders_run_in_the_order_given(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Each is the container's folder for its scripts, and may have assertions beside it."""
    for number, text in enumerate(
        ("create table t (i int);", "\\i /docker-entrypoint-initdb.d/part/row.sql\n")
    ):
        folder = tmp_path / f"{number}" / "sql"
        (folder / "part").mkdir(parents=True)
        (folder / "01.sql").write_text(text)
        (folder / "part" / "row.sql").write_text("insert into t values (1);")
        (folder.parent / "verify").mkdir()
        (folder.parent / "verify" / "a.sql").write_text("select count(*) = 1 from t;")
    options = ("-s", "0/sql", "-s", "1/sql")
    assert "2 scripts: 0 errors" in runner("check", *options, check=0).stdout
    said = runner("apply", *options, "-t", fresh_database, check=0).stdout
    assert "2 assertions" in said
    assert query(fresh_database, "select i from t") == [1]
    runner("verify", *options, "-t", fresh_database, check=0)
    (tmp_path / "1" / "sql" / "01.sql").write_text("select 1;")
    status = json.loads(runner("status", *options, "-t", fresh_database, "--json").stdout)
    assert [one["status"] for one in status["scripts"]] == ["same", "changed"]
    for command in ("plan", "diff", "diagram"):
        assert "no folder 2" in runner(command, "-s", "0/sql", "-s", "2", check=2).stderr


def test_what_does_not_run_is_listed(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    scripts = write_scripts(tmp_path, "select 1;")
    (scripts / "notes.txt").touch()
    (scripts / "more").mkdir()
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert "not run: notes.txt (its name does not end in .sql, " in result.stdout
    assert "not run: more (a folder: sub-folders are not read)" in result.stdout


def test_an_order_that_depends_on_the_locale_is_shown_both_ways(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    names = ("02-role-b", "02-roleaa")
    inserts = {name: f"insert into t (name) values ('{name}');" for name in names}
    write_scripts(tmp_path, "create table t (name text, at serial);", **inserts)
    result = runner("apply", "-v", "-s", "sql", "-t", fresh_database, check=0)
    assert "01.sql, 02-roleaa.sql, 02-role-b.sql" in result.stderr
    assert "01.sql, 02-role-b.sql, 02-roleaa.sql" in result.stderr
    assert query(fresh_database, "select name from t order by at") == ["02-roleaa", "02-role-b"]


# A new session for each script


def test_nothing_of_a_session_reaches_the_next_script(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """What a pg_dump header and a careless script leave behind."""
    role = f"r_{fresh_database.rpartition('=')[2]}"
    first = f"""
        create table kept (a int);
        create role {role};
        create schema app;
        select pg_catalog.set_config('search_path', '', false);
        set statement_timeout = 0; set lock_timeout = 0; set row_security = off;
        set work_mem = '1234kB';
        set datestyle = 'German';
        create temporary table leftover (a int);
        prepare p as select 1;
        declare c cursor with hold for select 1;
        listen l;
        select pg_catalog.pg_advisory_lock(42);
        set session authorization {role};
        """
    second = f"set search_path = app; set role {role}; select current_user;"
    third = """
        create table found as select current_user::text as who, session_user::text as session,
          pg_catalog.current_setting('role') as role,
          pg_catalog.current_setting('search_path') as path,
          pg_catalog.current_setting('work_mem') as work_mem,
          pg_catalog.current_setting('datestyle') as datestyle,
          pg_catalog.current_setting('lock_timeout') as lock_timeout,
          pg_catalog.to_regclass('leftover')::text as leftover,
          (select count(*) from pg_catalog.pg_prepared_statements where name = 'p') as prepared,
          (select count(*) from pg_catalog.pg_cursors where name = 'c') as cursors,
          (select count(*) from pg_catalog.pg_listening_channels()) as channels,
          (select count(*) from pg_catalog.pg_locks
           where locktype = 'advisory' and objid = 42 and pid = pg_backend_pid()) as locks;
        prepare p as select 2;
        create temporary table leftover (b int);
        """
    write_scripts(tmp_path, first, second, third)
    try:
        runner("apply", "-s", "sql", "-t", fresh_database, "--lock-timeout", "7s", check=0)
        (path,) = query(fresh_database, "show search_path")
        (work_mem,) = query(fresh_database, "show work_mem")
        (datestyle,) = query(fresh_database, "show datestyle")
        assert query(fresh_database, "select * from public.found") == [
            ("postgres", "postgres", "none", path, work_mem, datestyle, "7s", None, 0, 0, 0, 0)
        ]
    finally:
        with psycopg.connect(fresh_database, autocommit=True) as conn:
            conn.execute(f"drop owned by {role}; drop role {role}".encode())


def test_strings_and_encoding_of_one_script_do_not_reach_the_next(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "set standard_conforming_strings = off; set escape_string_warning = off;\n"
        "set client_encoding = 'latin1';\n"
        "create table t (a text);\ninsert into t values ('a\\'b');\n",
        "insert into t values ('é\\');\n",
    )
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select a from t order by a") == ["a'b", "é\\"]


DROP = "drop table if exists t;\n"


@pytest.mark.parametrize(
    ("head", "again", "place"),
    [
        ("SET lock_timeout = 0;\n", "", "02.sql:2:1"),
        ("SET lock_timeout = 0;\nSET row_security = off;\n", DROP, "01.sql:3:1"),
        # What the script has set itself, it may also end.
        ("SET lock_timeout = '1h';\nSET lock_timeout = '50ms';\n", DROP, "01.sql:3:1"),
        ("SET lock_timeout = '1h';\nSET lock_timeout = 0;\n", "", "02.sql:2:1"),
    ],
)
def test_the_lock_timeout_holds_in_a_dump_and_after_it(
    runner: Runner, tmp_path: Path, fresh_database: str, head: str, again: str, place: str
) -> None:
    """A dump says that it has none of its own; no script must wait for ever."""
    with psycopg.connect(fresh_database, autocommit=True) as holder:
        holder.execute("create table t (a int)")
        with holder.transaction():
            holder.execute("lock table t in access exclusive mode")
            write_scripts(tmp_path, head + again, f"select 1;\n{DROP}")
            options = ("--lock-timeout", "100ms")
            result = runner("apply", "-s", "sql", "-t", fresh_database, *options)
    assert result.returncode in (3, 5)
    assert f"sql/{place}: ERROR: canceling statement due to lock timeout (55P03)" in result.stderr
    assert tables(fresh_database) == ["t"]


# One transaction that looks like psql's many


def test_seed_rows_under_a_deferred_key_do_not_stop_a_later_alter_table(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """psql commits in between; one transaction would say "pending trigger events"."""
    write_scripts(
        tmp_path,
        "create table a (id int primary key);\n"
        "create table b (a int references a deferrable initially deferred);\n"
        "insert into a values (1); insert into b values (1);\n"
        "alter table b add column c int; alter table a add column d int;\n",
        "insert into b values (1); drop table b; drop table a;\n",
    )
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)


def test_a_deferred_key_is_violated_where_psql_would_say_so(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table a (id int primary key);\n"
        "create table b (a int references a deferrable initially deferred);\n"
        "insert into b values (7);\n"
        "insert into a values (7);\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert result.stderr.startswith("sql/01.sql:3:1: ERROR: insert or update on table")


def test_savepoints_work(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    write_scripts(
        tmp_path,
        "create table t (a int);\nsavepoint s;\ninsert into t values (1);\n"
        "rollback to savepoint s;\ninsert into t values (2);\nrelease s;\n"
        "savepoint s; insert into t values (3); rollback transaction to s;\n",
        "insert into t values (4);",
    )
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select a from t order by a") == [2, 4]


def test_without_a_transaction_runs_what_no_transaction_may_hold(
    runner: Runner, tmp_path: Path, admin: psycopg.Connection, fresh_database: str
) -> None:
    other = fresh_database.rpartition("=")[2] + "_other"
    write_scripts(
        tmp_path,
        "create table t (a int);\ninsert into t values (1);\n"
        "create index concurrently t_a on t (a);\nvacuum t;\n",
        f"create database {other};\nbegin;\ninsert into t values (2);\ncommit;\n",
    )
    try:
        result = runner(
            "apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=0
        )
        assert "Done, each statement committed separately" in result.stdout
        assert "2 scripts, 8 statements, 2 rows" in " ".join(result.stdout.split())
        assert query(fresh_database, "select a from t order by a") == [1, 2]
        assert query(
            fresh_database, "select indisvalid from pg_index where indexrelid = 't_a'::regclass"
        ) == [True]
    finally:
        admin.execute(f"drop database if exists {other}".encode())


@pytest.mark.parametrize(
    ("text", "sqlstate"),
    [
        (
            "create procedure p() language plpgsql as 'begin commit; end';\n"
            "do 'begin call p(); end';\n",
            "2D000",
        ),
        ("create procedure p() language plpgsql as 'begin commit; end';\ncall p();\n", "2D000"),
    ],
)
@pytest.mark.usefixtures("rehearsing_here")
def test_what_only_the_server_knows_not_to_work_in_a_transaction(
    runner: Runner, tmp_path: Path, fresh_database: str, text: str, sqlstate: str
) -> None:
    write_scripts(tmp_path, "create table t (a int);\n", text)
    assert sqlstate in runner("check", "-s", "sql", check=2).stdout
    stderr = runner("apply", "-s", "sql", "-t", fresh_database, check=3).stderr
    assert re.search(rf"sql/02.sql:\d:1: ERROR: .*\({sqlstate}\)", stderr)
    assert "HINT: Leave " in stderr
    assert "--transaction none" in stderr
    assert tables(fresh_database) == []
    runner("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=0)


# The text of scripts


def test_what_others_take_for_placeholders_stays_as_it_is(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    text = "100 % of %s, %(x)s, %%, :name, ?, $1, {0}, ${x}, :'q', ;"
    literal = text.replace("'", "''")
    write_scripts(
        tmp_path,
        "create table t (a text);\n"
        f"-- {text}\n/* {text} */\n"
        f"insert into t values ('{literal}'), ($${text}$$), (E'{literal}'), (U&'{literal}');\n"
        "insert into t select 5 % 3 || ':' || '1'::text || (array[1,2])[1:2]::text;\n"
        "do $do$ begin execute 'insert into t select $1' using 'done'; end $do$;\n",
    )
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select a from t") == [*[text] * 4, "2:1{1,2}", "done"]


def test_windows_line_ends_and_a_byte_order_mark(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    script = (
        "\ufeffcreate table t (a text, b int);\n-- comment\n"
        "copy t from stdin;\none\t1\ntwo\t2\n\\.\n"
        "insert into t\nvalues ('a\nb', 3);\n"
    )
    write_scripts(tmp_path, script.replace("\n", "\r\n"))
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select a from t order by b") == ["one", "two", "a\r\nb"]


def test_a_script_of_comments_alone(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    write_scripts(tmp_path, "-- nothing\n", "", "/* nothing */ ;;\n", "select 1")
    result = runner("apply", "--json", "-s", "sql", "-t", fresh_database, check=0)
    assert [s["statements"] for s in json.loads(result.stdout)["scripts"]] == [0, 0, 0, 1]


def test_large_results_are_read_and_dropped(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table t as select g from generate_series(1, 200000) g;\n"
        "select g, repeat('x', 100) from t;\ncopy t to stdout;\nselect 1;\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert "xxx" not in result.stdout


def test_copy_of_several_tables_and_what_follows_on_the_line(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table a (x int);create table b (y text);\n"
        "copy a from stdin; copy b (y) from stdin with (format csv); insert into a values (9);\n"
        "1\n2\n\\.\n"
        '"q;\n\'",\n'.replace(",", "")
        + "two\n\\.\n"
        "insert into a values (10);\n",
    )
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select x from a order by x") == [1, 2, 9, 10]
    assert query(fresh_database, "select y from b") == ["q;\n'", "two"]


# Notices


def test_notices_come_with_their_place_and_in_order(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table t (a int);\n"
        "do $$ begin raise notice 'one'; raise warning 'two' using hint = 'so'; end $$;\n\n"
        "select 1; do $$ begin raise notice 'three'; end $$;\n",
        "\n\ncreate table if not exists t (b int);\ndo $$ begin raise notice 'four'; end $$;\n",
        "do $$ begin raise notice 'five'; end $$;\n",
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert result.stderr.splitlines() == [
        "sql/01.sql:2: NOTICE: one",
        "sql/01.sql:2: WARNING: two",
        "HINT: so",
        "sql/01.sql:4: NOTICE: three",
        'sql/02.sql:3: NOTICE: relation "t" already exists, skipping',
        "sql/02.sql:4: NOTICE: four",
        "sql/03.sql:1: NOTICE: five",
    ]


def test_drop_if_exists_is_heard_of_only_with_verbose(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, "select 1;\ndrop table if exists absent cascade;\n")
    quiet = runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert quiet.stderr == ""
    verbose = runner("apply", "-v", "-s", "sql", "-t", fresh_database, check=0)
    assert verbose.stderr == 'sql/01.sql:2: NOTICE: table "absent" does not exist, skipping\n'


def test_warnings_are_heard_of_also_with_quiet(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, "do $$ begin raise notice 'n'; raise warning 'w'; end $$;\n")
    result = runner("apply", "-q", "-s", "sql", "-t", fresh_database, check=0)
    assert (result.stdout, result.stderr) == ("", "sql/01.sql:1: WARNING: w\n")


# What may be done to the target


def test_a_read_only_target_is_refused(
    runner: Runner, tmp_path: Path, make_database: Callable[..., str]
) -> None:
    conninfo = make_database()
    name = conninfo.rpartition("=")[2]
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute(f"alter database {name} set default_transaction_read_only = on".encode())
    write_scripts(tmp_path, "create table t (a int);\n")
    result = runner("apply", "-s", "sql", "-t", conninfo, check=4)
    assert "the target is read-only" in result.stderr


def test_a_deferrable_unique_key_counts_at_the_end_of_each_statement(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(
        tmp_path,
        "create table t (a int unique deferrable initially deferred);\n"
        "insert into t select generate_series(1, 3);\nupdate t set a = a + 1;\n",
    )
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select a from t order by a") == [2, 3, 4]


def test_what_the_connection_says_no_variable_can_deny(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """psql sets these after it has read -v."""
    dbname = conninfo_to_dict(fresh_database)["dbname"]
    write_scripts(tmp_path, "\\echo :DBNAME :USER :ENCODING :VERBOSITY\nselect 1;\n")
    given = ("DBNAME=a", "USER=b", "ENCODING=c", "VERBOSITY=terse")
    options = [word for one in given for word in ("--var", one)]
    result = runner("apply", "-s", "sql", "-t", fresh_database, *options, check=0)
    assert f"{dbname} postgres UTF8 terse\n" in result.stdout
