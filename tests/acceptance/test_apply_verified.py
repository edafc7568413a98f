"""`apply` commits only what agrees with the reference, and leaves nothing of that behind."""

from __future__ import annotations

import json
import re
import shutil
import threading
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner.guard.guard import Guard
from runner.reference import database
from runner.reference.reference import Reference
from tests.acceptance.scripts import DATA_SQL, execute, query, tables, write_scripts
from tests.integration.everything import BULK, SCRIPT, make_roles
from tests.integration.test_dumps import dump_of_its_version
from tests.integration.test_psql_corpus_server import IN_ONE_TRANSACTION
from tests.servers import create_cluster, start_server, stopped_at_end, unique_name

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from runner.connect.session import Session
    from tests.conftest import Runner
    from tests.servers import Server

CORPUS = Path(__file__).parent.parent / "corpus" / "server"


def references(conninfo: str, owner: str) -> list[str]:
    """The reference databases of a role. Other tests, at the same time, are other roles."""
    return query(
        conninfo,
        "select datname::text from pg_database where datname ~ '^runner_reference_'"
        f" and pg_get_userbyid(datdba) = '{owner}'",
    )


def found(result: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    output: dict[str, Any] = json.loads(result.stdout)
    return output


@pytest.fixture
def role_name(admin: psycopg.Connection) -> Iterator[str]:
    """A role's name; the role is dropped, if a test makes it."""
    name = unique_name()
    yield name
    admin.execute(f"DROP ROLE IF EXISTS {name}".encode())


@contextmanager
def login(admin: psycopg.Connection, conninfo: str, options: str) -> Iterator[str]:
    """A new role that may log in, as the conninfo of a database."""
    name = unique_name()
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute(f"CREATE ROLE {name} LOGIN {options}".encode())
        try:
            yield make_conninfo(conninfo, user=name)
        finally:
            conn.execute(f"DROP OWNED BY {name} CASCADE".encode())
            admin.execute(f"DROP ROLE {name}".encode())


# What agrees is committed


def test_the_blog(runner: Runner, fresh_database: str) -> None:
    result = runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    said = " ".join(result.stdout.split())
    assert (
        "Verified: 4 tables, 27 columns, 8 constraints, 4 sequences, 4 triggers, 1 function,"
        " 1 schema, 9 rows, 7 assertions. Committed: " in said
    )
    assert result.stderr == ""


def test_json_has_the_counts(runner: Runner, fresh_database: str) -> None:
    result = runner("apply", "--json", "-s", DATA_SQL, "-t", fresh_database, check=0)
    verification = found(result)["verification"]
    assert verification["differences"] == verification["assertions"] == []
    counts = {"tables": 4, "columns": 27, "triggers": 4, "functions": 1, "rows": 9, "assertions": 7}
    assert counts.items() <= verification["checked"].items()


def test_it_costs_two_round_trips(runner: Runner, make_database: Callable[..., str]) -> None:
    """Snapshot and rows in one, all assertions in the other."""
    command = ("apply", "--json", "-s", DATA_SQL, "-t")
    verified = found(runner(*command, make_database(), check=0))
    plain = found(runner(*command, make_database(), "--no-verify", check=0))
    assert plain["verification"] is None
    assert verified["round_trips"] - plain["round_trips"] == 2


def test_what_each_run_makes_once_more_is_told(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    folder = write_scripts(
        tmp_path,
        "create table if not exists a (id int primary key);\n"
        'create table if not exists "B" (x1 int);\ncreate index on "B" (x1);\n'
        'alter table "B" add unique (x1), add check (x1 > 0);\n'
        'alter table "B" add foreign key (x1) references a;\n',
    )
    for times in range(3):
        applied = runner("apply", "-s", folder, "-t", fresh_database)
        assert applied.stderr.count("each run adds another one") == (4 if times else 0)
    assert 'as "B_x1_idx1", "B_x1_idx2": each run' in applied.stderr
    assert 'CREATE INDEX IF NOT EXISTS "B_x1_idx" ON' in applied.stderr
    with psycopg.connect(fresh_database) as conn:
        conn.execute('CREATE INDEX "B_x1_idx9" ON "B" (x1) WHERE x1 > 1')
    found = runner("verify", "-s", folder, "-t", fresh_database, check=1).stdout
    assert [line.split()[2] for line in found.splitlines() if line.startswith("extra")] == [
        'public."B_x1_idx9"'
    ]


def test_apply_twice(runner: Runner, fresh_database: str) -> None:
    for _ in range(2):
        runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    assert query(fresh_database, "select count(*) from users") == [3]


def test_no_verify_says_so_in_its_last_line(runner: Runner, fresh_database: str) -> None:
    result = runner("apply", "-s", DATA_SQL, "-t", fresh_database, "--no-verify", check=0)
    assert "Committed, not verified: 2 scripts" in result.stdout
    assert "Verified" not in result.stdout


def test_without_a_transaction_nothing_is_verified(runner: Runner, fresh_database: str) -> None:
    command = ("apply", "-s", DATA_SQL, "-t", fresh_database, "--transaction", "none")
    result = runner(*command, check=0)
    assert "Done, each statement committed separately, not verified: 2 scripts" in result.stdout


def test_values_that_differ_each_time_are_no_difference(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Whether a default makes them or the INSERT itself."""
    script = """
    create table made (id serial primary key, name text, at timestamptz default now(),
                       luck float8, seen timestamptz, key uuid default md5(random()::text)::uuid);
    insert into made (name, luck, seen) values ('a', random(), clock_timestamp());
    insert into made (name, luck, seen) values ('b', random(), now());
    create table shuffled as select i, row_number() over (order by random()) as place
      from generate_series(1, 50) as i;
    create table sampled as select i from generate_series(1, 1000) as i where random() < 0.5;
    """
    scripts = write_scripts(tmp_path, script)
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    runner("verify", "-s", scripts, "-t", fresh_database, check=0)


# What does not is rolled back


def test_if_not_exists_over_an_older_table(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """The classic silent failure."""
    older = "create table users (id serial primary key, name varchar(20))"
    with psycopg.connect(fresh_database) as conn:
        conn.execute(older)
    script = "create table if not exists users\n  (id serial primary key, name varchar(255));\n"
    scripts = write_scripts(tmp_path, "create table other (a int);\n", script)
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=1)
    assert "changed  column public.users.name, type" in result.stderr
    assert f"{scripts}/02.sql:1" in result.stderr
    assert "expected  varchar(255)\n         actual    varchar(20)\n" in result.stderr
    assert "ERROR: 1 difference from what the scripts build\n" in result.stderr
    assert result.stderr.endswith("Nothing has changed: the transaction was rolled back.\n")
    assert tables(fresh_database) == ["users"]


def test_json_has_the_differences(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute("create table t (a int)")
    scripts = write_scripts(tmp_path, "-- line 1\ncreate table if not exists t (a text);")
    output = found(runner("apply", "--json", "-s", scripts, "-t", fresh_database, check=1))
    assert output["verification"]["differences"] == [
        {
            "kind": "changed",
            "object": "column",
            "name": "public.t.a",
            "property": "type",
            "expected": "text",
            "actual": "integer",
            "database": None,
            "script": str(scripts / "01.sql"),
            "line": 2,
        }
    ]
    assert (output["exit_code"], output["committed"]) == (1, False)
    assert output["error"]["code"] == "verification_failed"


def test_other_rows_may_stay(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute("create table t (id int primary key, name text)")
        conn.execute("insert into t values (9, 'of somebody else')")
    script = """
    create table if not exists t (id int primary key, name text);
    insert into t values (1, 'one'), (2, 'two') on conflict do nothing;
    """
    scripts = write_scripts(tmp_path, script)
    for _ in range(2):
        runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    assert query(fresh_database, "select id from t order by id") == [1, 2, 9]


def test_a_catalog_that_differs_each_time_is_no_difference(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    scripts = write_scripts(
        tmp_path,
        "create table t (id int, at timestamp default 'now'); insert into t values (1);",
        """do $$ begin
             execute format('comment on table t is %L', clock_timestamp());
             execute format('create function f() returns text language sql as %L',
                            'select ' || quote_literal(md5(random()::text)));
           end $$;""",
    )
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    runner("verify", "-s", scripts, "-t", fresh_database, check=0)
    execute(fresh_database, "alter table t alter id set default 3")
    result = runner("verify", "-s", scripts, "-t", fresh_database, check=1)
    assert result.stdout.count("\nchanged ") == 1
    execute(fresh_database, "alter table t alter id drop default, alter at type timestamp(3)")
    result = runner("verify", "-s", scripts, "-t", fresh_database, check=1)
    assert "changed  column public.t.at, type" in result.stdout


@pytest.mark.parametrize("how", ["create table copied as table old", "truncate old"])
def test_a_table_that_the_run_filled_holds_nothing_else(
    runner: Runner, tmp_path: Path, fresh_database: str, how: str
) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute("create table old (a int); insert into old values (7)")
    script = f"""
    create table if not exists old (a int);
    create table saved as table old;
    {how};
    insert into old select a from saved where a = 7;
    insert into old values (1);
    insert into saved values (2);
    """
    scripts = write_scripts(tmp_path, script)
    command = ("apply", "-s", scripts, "-t", fresh_database, "--allow-loss", "old")
    result = runner(*command, check=1)
    assert "extra    row public.saved" in result.stderr
    assert "extra    row public.old" in result.stderr


def test_differences_have_colours_on_a_terminal_only(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute("create table t (a int)")
    scripts = write_scripts(tmp_path, "create table if not exists t (a text);")
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=1)
    assert "\x1b" not in result.stdout + result.stderr
    lines = result.stderr.splitlines()
    shown = lines[[line.startswith("changed") for line in lines].index(True) :]
    (hint,) = [
        line for line in shown if line.startswith("HINT: For the SQL that corrects the target:")
    ]
    assert [line for line in shown[2:] if len(line) > 80 and line != hint] == []


def test_scripts_that_need_what_they_do_not_build(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute("create table older (a int)")
    scripts = write_scripts(tmp_path, "alter table older add b int;")
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=3)
    place = f"{scripts}/01.sql:1:1: "
    assert f'{place}ERROR: in the reference database: relation "older" does not' in result.stderr
    assert "--no-verify" in result.stderr
    assert query(fresh_database, "select count(*) from pg_attribute where attname = 'b'"
                 " and attrelid = 'older'::regclass") == [0]  # fmt: skip
    runner("apply", "-s", scripts, "-t", fresh_database, "--no-verify", check=0)


def test_when_a_script_fails_the_run_tells_it(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    scripts = write_scripts(tmp_path, "create table t (a int);", "select 1 / 0;")
    result = runner("apply", "-s", scripts, "-t", fresh_database, check=3)
    assert "02.sql:1:1: ERROR: division by zero (22012)" in result.stderr
    assert "reference" not in result.stderr
    assert tables(fresh_database) == []


# What all databases of a server share


def test_a_role_that_the_text_names(
    runner: Runner, tmp_path: Path, role_name: str, fresh_database: str
) -> None:
    script = f"""
    create role {role_name};
    create table t (id int primary key, at timestamptz);
    insert into t values (1, now());
    grant select on t to {role_name};
    """
    scripts = write_scripts(tmp_path, script)
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    # Now the role is there, and a fresh server would not have it.
    runner("verify", "-s", scripts, "-t", fresh_database, check=0)
    assert query(
        fresh_database, f"select count(*) from pg_roles where rolname = '{role_name}'"
    ) == [1]
    assert query(fresh_database, "select count(*) from pg_roles where rolname ~ '^runner'") == [0]


@pytest.mark.parametrize("goes_on", ["set role {role};", "\\connect - {role}"])
@pytest.mark.parametrize(
    ("gives", "makes"),
    [
        ('alter database :"DBNAME" owner to {role};', "create table public.t (i int);"),
        ('grant create on database :"DBNAME" to {role};', "create schema s;"),
    ],
)
def test_a_role_that_gets_the_database_goes_on(
    runner: Runner,
    tmp_path: Path,
    role_name: str,
    fresh_database: str,
    gives: str,
    makes: str,
    goes_on: str,
) -> None:
    """The reference is a database of another name, in which the role has the same rights."""
    text = "\n".join(("create role {role} login;", gives, goes_on, makes))
    scripts = write_scripts(tmp_path, text.format(role=role_name))
    for command in ("apply", "verify"):
        runner(command, "-s", scripts, "-t", fresh_database, check=0)


def test_a_member_of_a_role(
    runner: Runner, tmp_path: Path, make_role: Callable[..., str], fresh_database: str
) -> None:
    member, group = make_role(), make_role()
    scripts = write_scripts(tmp_path, f"grant {group} to {member};")
    for command in ("apply", "verify"):
        runner(command, "-s", scripts, "-t", fresh_database, check=0)


@pytest.mark.parametrize("wait", ["10", "0"])
def test_a_role_that_the_text_does_not_tell(
    runner: Runner, tmp_path: Path, role_name: str, fresh_database: str, wait: str
) -> None:
    """Run and reference make it in open transactions, and wait for each other: not for ever.

    pg_dump's header takes the lock timeout away, and so can the command line.
    """
    script = f"""
    set lock_timeout = 0;
    do $$ begin execute 'cre' || 'ate role {role_name}'; end $$;
    create table t (id int primary key, luck float8);
    insert into t select i, random() from generate_series(1, 1000) as i;
    alter table t owner to {role_name};
    """
    scripts = write_scripts(tmp_path, script)
    command = ("apply", "-s", scripts, "-t", fresh_database, "--lock-timeout", wait)
    result = runner(*command, timeout=120, check=0)
    assert "again, after the reference is built" in result.stdout
    assert query(fresh_database, "select count(*) from t") == [1000]
    assert query(
        fresh_database, "select tableowner::text from pg_tables where tablename = 't'"
    ) == [role_name]


def test_a_foreign_row_beside_a_role(
    runner: Runner, tmp_path: Path, role_name: str, fresh_database: str
) -> None:
    """Rows can still be told apart when nothing of the reference's transaction is left."""
    with psycopg.connect(fresh_database) as conn:
        conn.execute("create table t (id int primary key, ok bool); insert into t values (9, true)")
    script = f"""
    create role {role_name};
    create table if not exists t (id int primary key, ok bool);
    insert into t values (1, true), (2, null), (9, false) on conflict do nothing;
    """
    scripts = write_scripts(tmp_path, script)
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    result = runner("verify", "-s", scripts, "-t", fresh_database, check=1)
    assert "changed  row public.t (id) = (9), ok" in result.stdout
    assert "1 difference" in result.stdout


def test_what_is_shared_is_compared(
    runner: Runner, tmp_path: Path, role_name: str, fresh_database: str
) -> None:
    """What the scripts change of the database itself, of roles, and of nothing else."""
    name = conninfo_to_dict(fresh_database)["dbname"]
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(f"alter database {name} set work_mem = '1MB'".encode())
        conn.execute(f"grant temporary on database {name} to pg_monitor".encode())
    script = f"""
    create role {role_name} login password 'hidden';
    grant pg_monitor to {role_name};
    alter role {role_name} in database :DBNAME set work_mem = '8MB';
    comment on database :DBNAME is 'ours';
    alter database {name} set search_path = app, public;
    grant connect on database {name} to {role_name};
    revoke connect on database {name} from public;
    do $$ begin execute format('comment on database %I is %L', '{name}', 'mine'); end $$;
    do $$ begin execute format('alter database %I set app.secret = 1', current_database()); end $$;
    create schema app;
    create table app.t (a int);
    \\connect :DBNAME
    insert into app.t values (1);
    """
    scripts = write_scripts(tmp_path, script)
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    assert query(fresh_database, "select count(*) from t") == [1]
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        for change in (
            f"alter role {role_name} nologin",
            f"revoke pg_monitor from {role_name}",
            f"alter role {role_name} in database {name} reset all",
            f"alter database {name} reset app.secret",
            f"comment on database {name} is 'theirs'",
            f"grant connect on database {name} to public",
            f"alter database {name} set work_mem = '2MB'",
        ):
            conn.execute(change.encode())
    result = runner("verify", "--json", "-s", scripts, "-t", fresh_database, check=1)
    verification = found(result)["verification"]
    assert [(one["kind"], one["object"], one["name"]) for one in verification["differences"]] == [
        ("missing", "role membership", f"pg_monitor TO {role_name}"),
        ("missing", "setting", f"ROLE {role_name} IN DATABASE SET work_mem"),
        ("missing", "setting", "DATABASE SET app.secret"),
        ("missing", "database privilege", "CONNECT REVOKED FROM PUBLIC"),
        ("changed", "role", role_name),
        ("changed", "comment", "ON DATABASE"),
    ]
    assert verification["differences"][-2]["line"] == 2
    assert verification["checked"]["roles"] == 1


# Rights and kinds of targets


def test_a_role_that_may_not_create_databases(
    runner: Runner, tmp_path: Path, admin: psycopg.Connection, fresh_database: str
) -> None:
    name = str(conninfo_to_dict(fresh_database)["dbname"])
    with login(admin, fresh_database, "") as target:
        user = str(conninfo_to_dict(target)["user"])
        admin.execute(f"GRANT CREATE ON DATABASE {name} TO {user}".encode())
        scripts = write_scripts(tmp_path, "create schema s; create table s.t (a int);")
        result = runner("apply", "-s", scripts, "-t", target, check=4)
        assert f"the role {user} may not create databases" in result.stderr
        assert f"ALTER ROLE {user} CREATEDB" in result.stderr
        assert "--reference CONNINFO" in result.stderr
        assert "--no-verify" in result.stderr
        assert "01.sql" not in result.stdout
        runner("apply", "-s", scripts, "-t", target, "--reference", fresh_database, check=0)
        runner("verify", "-s", scripts, "-t", target, "--reference", fresh_database, check=0)
        runner("verify", "-s", scripts, "-t", target, check=4)
        with psycopg.connect(target) as conn:
            conn.execute("drop schema s cascade")
        runner("apply", "-s", scripts, "-t", target, "--no-verify", check=0)
    assert references(fresh_database, user) == []


def test_another_server_that_is_not_there(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    scripts = write_scripts(tmp_path, "create table t (a int);")
    command = ("apply", "-s", scripts, "-t", fresh_database, "--connect-timeout", "0")
    result = runner(*command, "--reference", "host=127.0.0.1 port=1", check=5)
    assert "--no-verify" in result.stderr
    assert tables(fresh_database) == []


def test_a_role_that_owns_only_one_schema(
    runner: Runner, tmp_path: Path, admin: psycopg.Connection, fresh_database: str
) -> None:
    """The schema was made for it, so the reference has one too, on the same search_path."""
    with login(admin, fresh_database, "CREATEDB") as target:
        user = str(conninfo_to_dict(target)["user"])
        with psycopg.connect(fresh_database) as conn:
            conn.execute(f"CREATE SCHEMA {user} AUTHORIZATION {user}".encode())
            conn.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        scripts = write_scripts(tmp_path, f"create table t (a int); create table {user}.s (b int);")
        result = runner("apply", "-s", scripts, "-t", target, "--no-registry", check=0)
        assert "Verified: 2 tables, 2 columns" in result.stdout
        runner("verify", "-s", scripts, "-t", target, check=0)
        # The superuser did not build it, and knows who did.
        runner("verify", "-s", scripts, "-t", fresh_database, check=1)


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
@pytest.mark.parametrize("how", ["beside", "alone"])
def test_a_database_in_another_encoding(
    server: Server,
    runner: Runner,
    tmp_path: Path,
    make_database: Callable[..., str],
    encoding: str,
    how: str,
) -> None:
    """In SQL_ASCII bytes are what they are."""
    provider = {"locale_provider": "libc"} if server.version >= 15 else {}
    target = make_database(
        template="template0", encoding=encoding, lc_collate="C", lc_ctype="C", **provider
    )
    script = f"""
    {"set client_encoding = 'UTF8';" if encoding == "LATIN1" else ""}
    do $$ begin perform '{"create role" if how == "alone" else ""}'; end $$;
    create table "tablé" (name text primary key, "naïve" text default 'ï');
    insert into "tablé" values ('é'), ('z'), ('É');
    """
    scripts = write_scripts(tmp_path, script)
    runner("apply", "-s", scripts, "-t", target, check=0)
    with psycopg.connect(target, client_encoding="UTF8") as conn:
        names = conn.execute('select name from "tablé" order by 1'.encode()).fetchall()
        assert sorted(names) == [("z",), ("É",), ("é",)]
        conn.execute("""update "tablé" set "naïve" = 'ö' where name = 'é'""".encode())
    result = runner("verify", "-s", scripts, "-t", target, check=1)
    assert 'row public."tablé" (name) = (é), "naïve"' in result.stdout
    assert "'ï'" in result.stdout
    assert "'ö'" in result.stdout
    assert "1 difference from" in result.stdout


def test_the_target_s_own_settings_hold_in_the_reference(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    name = str(conninfo_to_dict(fresh_database)["dbname"])
    with psycopg.connect(fresh_database) as conn:
        conn.execute(f'ALTER DATABASE {name} SET search_path = "app two", public'.encode())
        conn.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Kathmandu'".encode())
    script = """
    create schema "app two";
    create table t (at timestamptz, zone text default current_setting('timezone'));
    insert into t values ('2000-01-01 00:00');
    """
    scripts = write_scripts(tmp_path, script)
    runner("apply", "-s", scripts, "-t", fresh_database, check=0)
    assert query(fresh_database, 'select zone from "app two".t') == ["Asia/Kathmandu"]


@pytest.mark.parametrize(
    "path", ["''", "'', public", "'\"', public", "'A b', public", '"$user", public']
)
def test_any_search_path_of_the_database_holds_in_the_reference(
    runner: Runner, tmp_path: Path, fresh_database: str, path: str
) -> None:
    name = str(conninfo_to_dict(fresh_database)["dbname"])
    with psycopg.connect(fresh_database) as conn:
        conn.execute(f"ALTER DATABASE {name} SET search_path = {path}".encode())
    scripts = write_scripts(
        tmp_path,
        "create table public.t as select current_setting('search_path') as path;",
    )
    there = ("-s", scripts, "-t", fresh_database)
    for command in ("plan", "apply", "verify"):
        runner(command, *there, check=0)
    shown = query(fresh_database, "select current_setting('search_path')")
    assert query(fresh_database, "select path from public.t") == shown


def test_hundreds_of_other_tables(runner: Runner, fresh_database: str) -> None:
    """Somebody else's, and foreign ones in the sense of SQL, whose server is not there."""
    with psycopg.connect(fresh_database) as conn:
        conn.execute(
            "create foreign data wrapper nowhere; create server far foreign data wrapper nowhere;"
            "do $$ begin for i in 1..300 loop"
            " execute format('create table other_%s (id serial primary key, name text unique);"
            " insert into other_%s values (1); create foreign table far_%s (id int) server far',"
            " i, i, i); end loop; end $$"
        )
    runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    result = runner("verify", "-s", DATA_SQL, "-t", fresh_database, check=0)
    assert "Verified: 4 tables, 27 columns" in result.stdout
    result = runner("verify", "--json", "--strict", "-s", DATA_SQL, "-t", fresh_database, check=1)
    extra = [one["object"] for one in found(result)["verification"]["differences"]]
    assert (extra.count("table"), extra.count("foreign table")) == (300, 300)


# No false differences


def test_every_kind_of_object(
    server: Server,
    runner: Runner,
    tmp_path: Path,
    admin: psycopg.Connection,
    make_database: Callable[[], str],
) -> None:
    """More than 300 objects, from a script of ours and from what pg_dump makes of them."""
    make_roles(admin)
    scripts = write_scripts(tmp_path, SCRIPT.read_bytes(), BULK + ";")
    target, restored = make_database(), make_database()
    runner("apply", "-s", scripts, "-t", target, check=0)
    runner("verify", "-s", scripts, "-t", target, check=0)
    (scripts / "02.sql").unlink()
    (scripts / "01.sql").write_bytes(dump_of_its_version(server, target, "--exclude-schema=runner"))
    result = runner("apply", "--json", "-s", scripts, "-t", restored, check=0)
    checked = found(result)["verification"]["checked"]
    assert sum(checked.values()) - checked["columns"] - checked["rows"] >= 300
    runner("verify", "-s", scripts, "-t", restored, check=0)


@pytest.mark.parametrize(
    "case", sorted({path.name for path in CORPUS.iterdir()} - set(IN_ONE_TRANSACTION))
)
def test_the_corpus(runner: Runner, tmp_path: Path, fresh_database: str, case: str) -> None:
    """What can be applied in one transaction is verified, and verifies afterwards.

    `test_psql_corpus_server` does so with those that can, whatever the database.
    """
    scripts = tmp_path / "sql"
    shutil.copytree(CORPUS / case, scripts)
    command = ("-s", scripts, "-t", fresh_database)
    result = runner("apply", *command)
    assert "in the reference database" not in result.stderr
    if result.returncode == 0:
        runner("verify", *command, check=0)
    else:
        assert result.returncode != 1, result.stderr


def test_standard_input_is_the_same_for_target_and_reference(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """psql reads it to its end for the first command; the second run looks closer, and so twice."""
    text = "drop table if exists t; create table t (a int);\n\\copy t from pstdin\n"
    write_scripts(tmp_path, text + "\\copy t from pstdin\n", "\\copy t from pstdin\n")
    rows = "".join(f"{number}\n" for number in range(100_000))
    for _ in range(2):
        result = runner("apply", "-s", "sql", "-t", fresh_database, input=rows, check=0)
        assert result.stderr.count("sql/01.sql:2:1: WARNING: \\copy … from pstdin takes") == 1
        assert "100,000 rows" in result.stdout
        assert query(fresh_database, "select count(distinct a)::int from t") == [100_000]
    result = runner("apply", "-s", "sql", "-t", fresh_database, input="1\nx\n", check=3)
    assert "standard input:2: ERROR: invalid input syntax" in result.stderr


def test_a_lock_that_somebody_else_holds_is_waited_for_once(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Only the reference's own would be a reason to begin again."""
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("create table held (a int)")
    scripts = write_scripts(
        tmp_path, "create table if not exists held (a int);\nalter table held add b int;"
    )
    with psycopg.connect(fresh_database) as holder:
        holder.execute("lock table held in access share mode")
        command = ("apply", "-s", scripts, "-t", fresh_database, "--lock-timeout", "1s")
        result = runner(*command, check=5)
    assert "The lock is held by pid" in " ".join(result.stderr.split())
    assert "Running the scripts again" not in result.stdout + result.stderr


@pytest.mark.parametrize("command", ["apply", "plan", "verify", "diff"])
def test_a_lock_that_the_runner_itself_waits_for_has_its_holder_named(
    runner: Runner, tmp_path: Path, fresh_database: str, command: str
) -> None:
    """The inventory and the catalog's definitions are read before the first script."""
    write_scripts(tmp_path, "create table if not exists held (a serial, b int default 1);")
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    with psycopg.connect(fresh_database, application_name="holder") as holder:
        holder.execute("lock table held")
        result = runner(command, "-s", "sql", "-t", fresh_database, "--lock-timeout", "1s", check=5)
    words = " ".join(result.stderr.split())
    assert re.search(r"The lock is held by pid \d+, user \w+, application holder", words)


def test_a_server_without_room_for_the_locks_of_two_runs(
    server: Server, runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits without the comparison fits with it.

    The run on the target holds its locks until the other one has met the limit. Then the guard
    meets it while the reference is built, then the session that creates the reference, and then
    that session is refused.
    """
    folder = tmp_path / "small"
    folder.mkdir()
    create_cluster(folder, server.version, server.bin_dir)
    settings = {"max_locks_per_transaction": "10", "max_connections": "20"}
    started = start_server(folder, server.version, server.bin_dir, **settings)
    judge, drop_abandoned = Guard.judge, database.drop_abandoned
    connect = Reference._connect  # noqa: SLF001, only the first of its sessions is refused
    fill = b"select count(pg_advisory_xact_lock(0, i)) from generate_series(1, 10000) i"

    def crowded_guard(self: Guard, conn: Session) -> bool:
        monkeypatch.setattr(Guard, "judge", judge)
        conn.execute(fill)
        return judge(self, conn)

    def late_guard(self: Guard, conn: Session) -> bool:
        for thread in threading.enumerate():
            if thread.name == "reference":
                thread.join(30)
        return crowded_guard(self, conn)

    def crowded_drop(keeper: Session) -> None:
        monkeypatch.setattr(database, "drop_abandoned", drop_abandoned)
        keeper.execute(fill)

    def refused(self: Reference, conninfo: str) -> Session:
        monkeypatch.setattr(Reference, "_connect", connect)
        with psycopg.connect(small.conninfo(), autocommit=True) as other:
            numbers = count()
            with suppress(psycopg.errors.OutOfMemory):
                while True:  # locks that an error does not release
                    other.execute(b"select pg_advisory_lock(1, %d)" % next(numbers))
            return connect(self, conninfo)

    with stopped_at_end(started) as small:
        fit = 0
        with psycopg.connect(small.conninfo()) as conn, suppress(psycopg.errors.OutOfMemory):
            while True:  # advisory locks have the room of those of tables
                conn.execute(b"select pg_advisory_xact_lock(%d)" % fit)
                fit += 1
        scripts = write_scripts(
            tmp_path,
            "select count(pg_advisory_xact_lock(i)) from generate_series(1, :locks) as i;\n"
            "select pg_sleep(:wait) from pg_stat_activity"
            " where pid = pg_backend_pid() and datname ~ :'waits';",
        )
        command = ("plan", "-s", scripts, "-t", small.conninfo(), "--var", "wait=3", "--var")
        many = f"locks={fit * 4 // 5}"
        runner(*command, many, "--no-verify", "--var", "waits=none", check=0)
        results = [runner(*command, many, "--var", "waits=^postgres$", check=0)]
        monkeypatch.setattr(Guard, "judge", crowded_guard)
        results.append(runner(*command, "locks=1", "--var", "waits=^runner_reference", check=0))
        monkeypatch.setattr(Guard, "judge", late_guard)
        monkeypatch.setattr(database, "drop_abandoned", crowded_drop)
        results.append(runner(*command, "locks=1", "--var", "waits=none", check=0))
        monkeypatch.setattr(Reference, "_connect", refused)
        results.append(runner(*command, "locks=1", "--var", "waits=none", check=0))
    for result in results:
        assert (
            "The server has no room for the locks of two such runs.\nRunning the scripts again"
            in result.stdout
        )
        assert "change what all databases" not in result.stdout
