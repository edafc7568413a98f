"""Transactions in scripts: one transaction leaves what psql's many leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.acceptance.scripts import dump, execute, query, tables, write_scripts
from tests.acceptance.test_entrypoint import as_the_entrypoint, psql_exit_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server

DEFERRED = "references p deferrable initially deferred"
# Each is a script of its own. It makes its tables in a schema of its name.
SAME = {
    "plain_pair": "begin; create table t (a int); insert into t values (1); commit;",
    "spellings": "Begin Transaction Isolation Level Serializable, Read Write;"
    " create table t (a int); insert into t values (1); END /* c */ WORK; -- now\n"
    "start transaction deferrable; insert into t values (2); commit transaction and no chain;"
    "begin work; insert into t values (3); abort; begin; insert into t values (4); rollback work;",
    "rolled_back": "create table t (a int); begin; insert into t values (1); create table u ();"
    " set work_mem = '7MB'; rollback; create table w as select current_setting('work_mem') = '7MB';"
    " insert into t values (2);",
    "savepoints_inside": "begin; create table t (a int); savepoint s; insert into t values (1);"
    " rollback to s; insert into t values (2); savepoint s; insert into t values (3); commit;",
    "chained": "create table t (a int); begin; insert into t values (1); commit and chain;"
    " insert into t values (2); rollback and chain; insert into t values (3); commit;",
    "open_at_the_end": "create table t (a int); begin; insert into t values (1);"
    " create table u ();",
    "open_at_quit": "create table t (a int);\nbegin;\ninsert into t values (1);\n\\q\nnonsense;",
    "open_at_connect": "create table t (a int);\nbegin;\ninsert into t values (1);\n\\connect -\n"
    "insert into open_at_connect.t values (2);",
    "begin_in_begin": "begin; create table t (a int); begin; insert into t values (1); rollback;"
    " create table u (a int); commit;",
    "commit_alone": "create table t (a int); commit; insert into t values (1); rollback; end;",
    "autocommit_off": "create table t (a int primary key);\n\\set AUTOCOMMIT off\n"
    "insert into t values (1); insert into t values (2); commit; insert into t values (3);"
    " rollback; set local work_mem = '7MB'; savepoint s; insert into t values (4);"
    " rollback to s; insert into t values (5); commit and chain; insert into t values (6);"
    " commit; create table u as select current_setting('work_mem') = '7MB'; commit;\n"
    "\\set AUTOCOMMIT on\ninsert into t values (7);\n\\unset AUTOCOMMIT\n"
    "select format('insert into t values (%s)', n) from generate_series(8, 9) n \\gexec\n"
    "commit;\ncopy t from stdin;\n10\n\\.\ncommit; vacuum u; insert into t values (11);",
    "autocommit_off_at_connect": "create table t (a int);\n\\set AUTOCOMMIT off\n"
    "insert into t values (1);\n\\connect -\n"
    "insert into autocommit_off_at_connect.t values (2); commit;",
    "autocommit_off_in_one_script": "create table t (a int); insert into t values (1);",
    "deferred_to_commit": f"create table p (a int primary key); create table c (a int {DEFERRED});"
    " begin; insert into c values (1); insert into p values (1); commit;",
    "deferred_made_inside": "begin; create table p (a int primary key);"
    f" create table c (a int {DEFERRED}); insert into c values (1); insert into p values (1);"
    " commit; alter table c add b int;",
    "deferred_unique": "create table t (a int unique deferrable initially deferred);"
    " insert into t values (1), (2); begin; update t set a = 2 where a = 1;"
    " update t set a = 1 where a = 2 and ctid = '(0,2)'; commit;",
    "set_constraints": "create table p (a int primary key);"
    " create table c (a int references p deferrable); begin; set constraints all deferred;"
    " insert into c values (1); insert into p values (1); commit;"
    " begin; set constraints c_a_fkey deferred; insert into c values (2);"
    " insert into p values (2); commit;",
    "deferred_in_a_block_of_code": f"create table p (a int primary key);"
    f" create table c (a int {DEFERRED}); do $$ begin insert into c values (1);"
    " insert into p values (1); end $$;",
    "deferred_in_a_message": "create table p (a int primary key);"
    f" create table c (a int {DEFERRED}); insert into c values (1)\\; insert into p values (1);",
    "read_only": "create table t as select 1 as a; begin read only; select * from t; commit;"
    " insert into t values (2); begin; set transaction read only; select 1; commit;"
    " begin; set transaction isolation level repeatable read, read write;"
    " insert into t values (3); commit; set transaction read only; insert into t values (4);",
    "large_objects": "begin; select pg_catalog.lo_create('123450');"
    " select pg_catalog.lo_open('123450', 131072); select pg_catalog.lowrite(0, '\\x616263');"
    " select pg_catalog.lo_close(0); commit;",
    "copied": "begin; create table t (a int);\n"
    "copy t from stdin with (freeze);\n1\n2\n\\.\ncommit;",
    "generated": "create table t (a int);\nselect unnest(array['begin', 'insert into t values (1)',"
    " 'rollback', 'begin', 'insert into t values (2)', 'commit'])\n\\gexec\n",
    "local_in_a_block": "begin; set local datestyle = 'SQL, DMY'; create table t as select"
    " '03/04/2026'::date as d; commit; insert into t values ('03/04/2026');",
    "local_then_lasting": "begin; set local work_mem = '7MB'; set work_mem = '8MB'; commit;"
    " create table t as select current_setting('work_mem') as a;"
    " begin; set work_mem = '9MB'; set local work_mem = '1MB'; commit;"
    " insert into t select current_setting('work_mem');",
    "local_role": "begin; set local role pg_monitor; commit;"
    " create table t as select current_user::text = session_user;",
    "local_by_config": "begin; select set_config('app.who', 'x', true); create table t as select"
    " current_setting('app.who') as a; commit;"
    " insert into t select current_setting('app.who', true);",
    "local_rolled_back": "begin; savepoint s; set local work_mem = '7MB'; rollback to s;"
    " commit; begin; set local work_mem = '7MB'; rollback;"
    " create table t as select current_setting('work_mem') = '7MB' as a;",
    "set_config_alone": "select set_config('DateStyle', 'SQL, DMY', true);"
    " create table t as select '03/04/2026'::date as d;",
    "set_local_alone": "set local datestyle = 'SQL, DMY';"
    " create table t as select '03/04/2026'::date as d;",
    "set_local_in_do": "do $$ begin set local datestyle = 'SQL, DMY'; end $$;"
    " create table t as select '03/04/2026'::date as d;",
    "set_local_in_a_function": "create function f() returns int language plpgsql as"
    " $$ begin perform set_config('datestyle', 'SQL, DMY', true); return 1; end $$;"
    " select f(); create table t (d date); insert into t values ('03/04/2026');"
    " insert into t select '03/04/2026' from f(); insert into t values ('03/04/2026');",
    "words_that_are_no_settings": "create function f() returns int language plpgsql as"
    " $$ begin /* set local context, set local server_version, SET LOCAL is_superuser */"
    " perform set_config('work_mem', '7MB', true); return 1; end $$;"
    " comment on function f() is 'set local nothing'; select f();"
    " create table t as select current_setting('work_mem') = '7MB' as a;",
    "local_beside_lasting": "select set_config('work_mem', '7MB', false),"
    " set_config('datestyle', 'SQL, DMY', true);"
    " create table t as select '03/04/2026'::date as d, current_setting('work_mem') as w;",
    "constraints_alone": f"create table p (a int primary key); create table c (a int {DEFERRED});"
    " set constraints all deferred; alter table c add b int;",
    "emptied_at_commit": "create table t (a int);"
    " create temp table s (a int) on commit delete rows; insert into s values (1);"
    " insert into t select a from s; begin; insert into s values (2);"
    " insert into t select a from s; commit; insert into t select a + 10 from s;\n"
    "copy s from stdin;\n3\n\\.\ninsert into t select a + 20 from s;"
    " create temp table s2 on commit delete rows as select 4 as a;"
    " insert into t select a from s2;",
    "dropped_at_commit": "create temp table s (a int) on commit drop; create table s (b int);"
    " begin; create temp table s (a int) on commit drop; insert into s values (1); commit;"
    " insert into s (b) values (2);",
    "labels_that_blocks_add": "create type tone as enum ('low', 'high'); create table t (m tone);\n"
    + 2 * "do $$ begin if not exists (select 1 from pg_enum where enumlabel = 'mid'"
    " and enumtypid = 'tone'::regtype) then alter type tone add value 'mid'; end if; end $$;\n"
    "do $$ begin alter type tone add value 'deep' before 'low';"
    " exception when duplicate_object then null; end $$;\n"
    "do $$ begin alter type tone add value if not exists 'shrill'; end $$;"
    " insert into t values ('mid'), ('deep'), ('shrill');"
    " create index on t (m) where m = 'mid';",
    "labels_that_blocks_do_not_add": "create type hue as enum ('red'); create table t (h hue);"
    " create function add() returns void language plpgsql as"
    " $$ begin alter type hue add value 'blue'; end $$;\n"
    "do $$ begin if false then begin alter type hue add value 'green'; end; end if; end $$;"
    " do $$ begin alter type hue add value 'blue'; exception when duplicate_object then null;"
    " end $$; insert into t values ('blue');",
    "labels_of_a_type": "create type mood as enum ('a', 'it''s');\ncreate table t (m mood);"
    " alter type mood add value 'b'; insert into t values ('b'); begin; alter type mood"
    " add value if not exists 'c' before 'a'; commit; insert into t values ('c'); alter"
    " type mood rename value 'c' to 'd';"
    " create type other as enum ('x'); alter type other add value 'y';"
    " do $$ begin create type fourth as enum ('a'); exception when duplicate_object then null;"
    " end $$; alter type fourth add value 'b'; create table u (f fourth default 'b');",
    "dropped_by_a_function": "create function f() returns int language plpgsql as $$ begin"
    " create temporary table work on commit drop as select 1 as a;"
    " return (select count(*) from work); end $$; create table t as select f() as a;"
    " insert into t select f(); insert into t values (f());",
}  # fmt: skip


def in_schemas(texts: dict[str, str]) -> dict[str, str]:
    start = "create schema {0};\nset search_path = {0};\n"
    return {name: start.format(name) + text + "\n" for name, text in texts.items()}


def test_they_leave_what_psql_leaves(
    runner: Runner, server: Server, make_database: Callable[..., str], tmp_path: Path
) -> None:
    """Verified, so the reference has built the same; and `plan` runs them, too."""
    folder = write_scripts(tmp_path, **in_schemas(SAME))
    by_psql, by_runner = make_database(), make_database()
    as_the_entrypoint(server, folder, by_psql)
    runner("plan", "-s", "sql", "-t", by_runner, check=0)
    result = runner("apply", "-s", "sql", "-t", by_runner, check=0)
    assert dump(server, by_runner, "--exclude-schema=runner") == dump(server, by_psql)
    passed_over = [line for line in result.stderr.splitlines() if "are passed over" in line]
    assert len(passed_over) == len(set(passed_over)) > 10


# What psql stops at, with the line and the text of the error.
STOPPED = {
    "violated_at_commit": (
        f"create table p (a int primary key); create table c (a int {DEFERRED});\n"
        "begin;\ninsert into c values (1);\ncommit;\ninsert into p values (1);",
        "4:1: ERROR: insert or update on table",
    ),
    "not_deferred_inside": (
        "create table p (a int primary key);\ncreate table c (a int references p deferrable);\n"
        "begin;\ninsert into c values (1);\ninsert into p values (1);\ncommit;",
        "4:1: ERROR: insert or update on table",
    ),
    "not_deferred_if_made_inside": (
        "begin;\ncreate table p (a int primary key);\n"
        "create table c (a int references p deferrable);\n"
        "insert into c values (1);\ninsert into p values (1);\ncommit;",
        "4:1: ERROR: insert or update on table",
    ),
    "violated_after_commit": (
        f"begin;\ncreate table p (a int primary key); create table c (a int {DEFERRED});\ncommit;\n"
        "insert into c values (1);\ninsert into p values (1);",
        "4:1: ERROR: insert or update on table",
    ),
    "violated_by_a_block_of_code": (
        f"create table p (a int primary key); create table c (a int {DEFERRED});\n"
        "do $$ begin insert into c values (1); end $$;\ninsert into p values (1);",
        "2:1: ERROR: insert or update on table",
    ),
    "gone_with_rollback": (
        "begin;\ncreate table t ();\nrollback;\ntable t;",
        "4:7: ERROR: relation",
    ),
    "dropped_at_commit": (
        "create temp table s (a int) on commit drop;\ninsert into s values (1);",
        "2:13: ERROR: relation",
    ),
    "chain_alone": (
        "select 1;\ncommit and chain;",
        "2:1: ERROR: COMMIT AND CHAIN can only be used",
    ),
}  # fmt: skip


def test_they_stop_where_psql_stops(
    runner: Runner, server: Server, make_database: Callable[..., str], tmp_path: Path
) -> None:
    conninfo, by_psql = make_database(), make_database()
    for name, text in in_schemas({name: text for name, (text, _) in STOPPED.items()}).items():
        script = tmp_path / "one" / f"{name}.sql"
        script.parent.mkdir(exist_ok=True)
        script.write_text(text.replace("\n", " ", 2))
        assert psql_exit_code(server, script, by_psql) == 3, name
        result = runner("apply", "-s", "one", "-t", conninfo, "--no-verify")
        assert result.returncode in (2, 3), name
        assert f"one/{name}.sql:{STOPPED[name][1]}" in result.stderr
        script.unlink()
    assert tables(conninfo) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("begin\\; select 1\\; commit;\n", "BEGIN would end or split"),
        ("begin;\nprepare transaction 'x';\n", "PREPARE TRANSACTION would end or split"),
        ("commit prepared 'x';\n", "COMMIT would end or split"),
    ],
)
@pytest.mark.usefixtures("rehearsing_here")
def test_what_a_savepoint_cannot_stand_for_is_refused_first(
    runner: Runner, tmp_path: Path, text: str, message: str
) -> None:
    write_scripts(tmp_path, text)
    assert message in runner("check", "-s", "sql", check=2).stdout


@pytest.mark.usefixtures("rehearsing_here")
def test_a_block_that_is_left_open_is_told_and_its_statements_are_counted_as_psql_would(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    write_scripts(
        tmp_path, "create table t (a int);\nbegin;\ninsert into t values (1);\n", "table t;"
    )
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert "01.sql:2:1: WARNING: sql/01.sql ends in an open transaction" in result.stderr
    assert "2 scripts, 4 statements, 1 row" in " ".join(result.stdout.split())
    assert query(fresh_database, "select * from t") == []
    checked = runner("check", "-s", "sql", check=0)
    assert "the script ends in an open transaction" in checked.stdout


def test_no_transaction_timeout_ends_the_run(
    runner: Runner, server: Server, fresh_database: str, tmp_path: Path
) -> None:
    """Whether a script or the database sets it, and on a server that does not have it."""
    script = "SET transaction_timeout = {};\n" + "SELECT pg_sleep(0.2);\n" * 3
    write_scripts(tmp_path, script.format("'400ms'"), "SET transaction_timeout = 0;\nSELECT 1;\n")
    if server.version >= 17:
        name = fresh_database.rpartition("=")[2]
        execute(fresh_database, f"ALTER DATABASE {name} SET transaction_timeout = '500ms'")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    told = [line for line in result.stderr.splitlines() if "SET transaction_timeout" in line]
    assert len(told) == (1 if server.version >= 17 else 2)
    runner("verify", "-s", "sql", "-t", fresh_database, check=0)


@pytest.mark.usefixtures("rehearsing_here")
def test_maintenance_of_tables_that_the_run_makes(
    runner: Runner, server: Server, make_database: Callable[..., str], tmp_path: Path
) -> None:
    """An index is made as any other; VACUUM, and others of the kind, run after COMMIT.

    VACUUM FULL names its table here. Without one it locks pg_database, and it waits for every
    transaction that has read that; meanwhile no other test can connect.
    """
    by_psql, by_runner = make_database(), make_database()
    folder = write_scripts(
        tmp_path,
        'create schema app; set search_path = app; create table t (a int); create table "T U" ();\n'
        "insert into t values (1);\ncreate unique index concurrently t_a on only app.t (a);\n"
        "create index /* now */ concurrently if not exists x on t using btree (a);\n"
        'vacuum t, "T U";\ndrop index concurrently if exists none;\n'
        "create index i on t (a);\ninsert into t values (0);\ncluster t using i;\n"
        "insert into t values (-1);\ndrop index concurrently x;\n",
        "vacuum (analyze) app.t (a);\nvacuum full app.t;\nvacuum;\n"
        "begin;\ncreate table u ();\ncommit;\nvacuum u;\n"
        "reindex table concurrently app.t;\nreindex index concurrently app.i;\n"
        "reindex schema app;\ncluster /* all */;\n"
        "select format(E'\\n reindex (verbose) database %I', current_database()) \\gexec",
    )
    runner("check", "-s", "sql", check=0)
    runner("plan", "-s", "sql", "-t", by_runner, check=0)
    runner("apply", "-s", "sql", "-t", by_runner, check=0)
    as_the_entrypoint(server, folder, by_psql)
    assert dump(server, by_runner, "--exclude-schema=runner") == dump(server, by_psql)
    analysed = "SELECT reltuples::int FROM pg_class WHERE oid = 'app.t'::regclass"
    assert query(by_runner, analysed) == [3]


@pytest.mark.parametrize(
    ("what", "rest"),
    [("CREATE INDEX", "on other (a)"), ("DROP INDEX", "other_i")],
)
def test_concurrently_on_other_tables_is_refused(
    runner: Runner, tmp_path: Path, what: str, rest: str
) -> None:
    write_scripts(tmp_path, f"create table t (a int);\n{what} concurrently {rest};\n")
    said = runner("check", "-s", "sql", "--offline", check=2).stdout
    assert f"sql/01.sql:2:1: ERROR: {what} CONCURRENTLY cannot run in a transaction" in said


def test_a_database_made_by_a_block_of_code_has_its_remedy(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    """Where psql fails, too."""
    write_scripts(tmp_path, "DO $$ BEGIN CREATE DATABASE other_than_this; END $$;")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert "\\gexec" in result.stderr
    assert "--transaction none" not in result.stderr


def test_alter_system_runs_after_commit(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    written = "SELECT setting FROM pg_file_settings WHERE name = 'commit_siblings'"
    write_scripts(tmp_path, "ALTER SYSTEM SET commit_siblings = 6;", "SELECT 1/0;")
    runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert query(fresh_database, written) == []
    set_to = "ALTER SYSTEM SET commit_siblings = {};"
    write_scripts(tmp_path, set_to.format(6), "CREATE TABLE t (); INSERT INTO t DEFAULT VALUES;")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, written) == ["6"]
    write_scripts(tmp_path, "CREATE TABLE IF NOT EXISTS t ();", "")
    shell = f"psql -c '{set_to.format(7)}' -c 'VACUUM ANALYZE t' -c nonsense || true"
    (tmp_path / "sql" / "03.sh").write_text(shell)
    runner("apply", "-s", "sql", "-t", fresh_database, "--allow-shell", check=0)
    assert query(fresh_database, written) == ["7"]
    assert query(fresh_database, "SELECT reltuples FROM pg_class WHERE relname = 't'") == [1]
    (tmp_path / "sql" / "03.sh").unlink()
    write_scripts(tmp_path, "ALTER /* again */ SYSTEM RESET commit_siblings;")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, written) == []
    write_scripts(tmp_path, "ALTER SYSTEM SET no.such = $1;", "CREATE TABLE IF NOT EXISTS u ();")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert "WARNING: ALTER SYSTEM has failed, after COMMIT: " in result.stderr


def test_alter_system_has_the_remedy_for_one_database(
    runner: Runner,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    """For a role that is no superuser."""
    owner = make_role("CREATEDB")
    fresh_database = make_conninfo(make_database(owner=owner), user=owner)
    write_scripts(tmp_path, "ALTER SYSTEM SET work_mem = '8MB';")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert "ALTER DATABASE … SET" in result.stderr
    name = conninfo_to_dict(fresh_database)["dbname"]
    write_scripts(tmp_path, f"ALTER DATABASE {name} SET work_mem = '8MB';")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "show work_mem") == ["8MB"]


def test_begin_and_commit_need_no_more_round_trips(
    runner: Runner, make_database: Callable[..., str], tmp_path: Path
) -> None:
    statements = ["create table t (a int);", "insert into t values (1);", "table t;"]
    found = []
    for name, text in {
        "plain": "\n".join(statements),
        "blocks": "\n".join(f"begin;\n{one}\ncommit;" for one in statements),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        (folder / "01.sql").write_text(text)
        command = ("apply", "-s", name, "-t", make_database(), "--json")
        found.append(json.loads(runner(*command, check=0).stdout)["round_trips"])
    assert found[0] == found[1]


def test_without_a_transaction_what_a_begin_rolled_back_is_not_told_as_committed(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    write_scripts(
        tmp_path,
        "create table a (x int);\nbegin;\ncreate table b (x int);\ncreate table c (x nosuch);\n",
    )
    command = ("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none")
    told = " ".join(runner(*command, check=3).stderr.split())
    assert "Already committed: sql/01.sql up to line 1" in told
    assert tables(fresh_database) == ["a"]
