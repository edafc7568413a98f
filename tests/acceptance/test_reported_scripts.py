"""Small scripts that went wrong once, each by its name: what applying them comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.acceptance.scripts import execute, query, write_scripts
from tests.startup import listening, mute

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server


class Case(NamedTuple):
    """A script, the exit code of each run, and what the last one prints.

    `then` is the script of the last run, if another, and `between` is run before it; `found` is a
    query and its rows afterwards. {x} begins the names of roles, {me} is the role that applies.
    """

    script: str
    codes: tuple[int, ...] = (0, 0)
    said: str = ""
    then: str = ""
    between: str = ""
    found: tuple[str, list[Any]] = ("select 1", [1])
    versions: range = range(12, 99)


def run(case: Case, runner: Runner, folder: Path, target: str, names: dict[str, str]) -> None:
    """Apply the case, and compare."""

    def named(text: str) -> str:
        for word, name in names.items():
            text = text.replace(word, name)
        return text

    for number, code in enumerate(case.codes, 1):
        is_last = number == len(case.codes) > 1
        if is_last and case.between:
            execute(names["owner of all"], named(case.between))
        script = case.then if is_last and case.then else case.script
        scripts = write_scripts(folder, named(script))
        done = runner("apply", "-s", scripts, "-t", target, check=code)
    said = " ".join((done.stdout + done.stderr).split())
    assert " ".join(named(case.said).split()) in said
    assert "in the reference database" not in said
    found = [named(one) if isinstance(one, str) else one for one in case.found[1]]
    assert query(names["owner of all"], named(case.found[0])) == found


GRADES = "CREATE TABLE IF NOT EXISTS grades (id {} PRIMARY KEY, name text UNIQUE);\n"
LOW = "INSERT INTO grades (name) VALUES ('low'), ('high')"
HIGH = (
    "INSERT INTO grades (name) SELECT '{0}'"
    " WHERE NOT EXISTS (SELECT FROM grades WHERE name = '{0}');\n"
)
STAFF = """
DROP TABLE IF EXISTS staff;
CREATE TABLE staff (id int PRIMARY KEY, name text);
INSERT INTO staff VALUES (1, 'admin'), (2, 'guest');
"""
GUESTS = """
DROP TABLE IF EXISTS guests;
CREATE TABLE guests (id serial PRIMARY KEY, name text{});
INSERT INTO guests (name) VALUES ('a');
"""
AGAIN = {
    "delete_then_insert_serial": Case(
        GRADES.format("serial") + f"DELETE FROM grades; {LOW};",
        found=("select id from grades order by 1", [3, 4]),
    ),
    "delete_then_insert_identity": Case(
        GRADES.format("bigint GENERATED ALWAYS AS IDENTITY")
        + f"DELETE FROM grades WHERE name IN ('low', 'high'); {LOW};",
        found=("select id from grades order by 1", [3, 4]),
    ),
    "truncate_keeps_serial": Case(
        GRADES.format("serial") + f"TRUNCATE grades; {LOW};",
        found=("select id from grades order by 1", [3, 4]),
    ),
    "do_nothing_seed_grows": Case(
        GRADES.format("serial") + LOW + " ON CONFLICT (name) DO NOTHING;",
        (0, 0, 0),
        then=GRADES.format("serial") + LOW + ", ('top') ON CONFLICT (name) DO NOTHING;",
        found=("select id from grades order by 1", [1, 2, 7]),
    ),
    "insert_where_not_exists_grows": Case(
        GRADES.format("serial") + HIGH.format("low"),
        between="INSERT INTO grades (name) VALUES ('by a user')",
        then=GRADES.format("serial") + HIGH.format("low") + HIGH.format("high"),
        found=("select name from grades where id = 3", ["high"]),
    ),
    "edited_seed_row_kept": Case(
        GRADES.format("int") + "INSERT INTO grades VALUES (1, 'low') ON CONFLICT DO NOTHING;",
        between="UPDATE grades SET name = 'edited'",
        said="Unchanged by this run, so not compared: the rows of public.grades.",
        found=("select name from grades", ["edited"]),
    ),
    "edited_row_stops_new_column": Case(
        GRADES.format("int") + "INSERT INTO grades VALUES (1, 'low') ON CONFLICT DO NOTHING;",
        between="UPDATE grades SET name = 'edited'",
        then=GRADES.format("int") + "INSERT INTO grades VALUES (1, 'low') ON CONFLICT DO NOTHING;"
        "ALTER TABLE grades ADD COLUMN IF NOT EXISTS note text;",
        found=("select name, note from grades", [("edited", None)]),
    ),
    "plain_insert_doubles": Case(
        "CREATE TABLE IF NOT EXISTS steps (id serial PRIMARY KEY, name text);\n"
        "INSERT INTO steps (name) VALUES ('one'), ('two');",
        said="have inserted 2 rows into public.steps that it had already",
    ),
    "conflict_target_never_hits": Case(
        "CREATE TABLE IF NOT EXISTS bills (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int);\n"
        "INSERT INTO bills (n) VALUES (1), (2) ON CONFLICT (id) DO NOTHING;",
        said="have inserted 2 rows into public.bills that it had already",
        versions=range(13, 99),
    ),
    "deleted_row_and_added_column_undone": Case(
        STAFF,
        between="DELETE FROM staff WHERE id = 1; GRANT SELECT ON staff TO PUBLIC;"
        " ALTER TABLE staff ADD COLUMN branch text DEFAULT 'north'",
        said="WARNING: dropped: column public.staff.branch"
        " WARNING: privileges taken from table public.staff: PUBLIC: SELECT",
        found=("select name from staff", ["admin", "guest"]),
    ),
    "loop_over_schemas_drops_registry": Case(
        "DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace\n"
        "WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') LOOP\n"
        "EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$;\n"
        "CREATE SCHEMA app; CREATE TABLE app.t (id int); INSERT INTO app.t VALUES (1);",
        said="registry",
    ),
    "new_column_with_a_users_row": Case(
        GUESTS.format(""),
        (0, 4),
        then=GUESTS.format(", bio text"),
        between="INSERT INTO guests (name) VALUES ('a user')",
        said="ALTER TABLE … ADD COLUMN IF NOT EXISTS",
    ),
}
METER = (
    "CREATE TABLE meter (tenant text, n int);\n{}ALTER TABLE meter ENABLE ROW LEVEL SECURITY;\n"
    "ALTER TABLE meter FORCE ROW LEVEL SECURITY;\n"
    "CREATE POLICY own ON meter USING (tenant = current_setting('app.tenant', true));\n"
)
# Applied by an owner who is no superuser.
OWNED = {
    "schema_for_new_role": Case(
        "CREATE ROLE {x} LOGIN; ALTER ROLE {x} SET search_path = {x}, public;\n"
        "CREATE SCHEMA {x} AUTHORIZATION {x}; SET ROLE {x}; CREATE TABLE {x}.t (id int);",
        (0,),
        found=("select tableowner::text from pg_tables where tablename = 't'", ["{x}"]),
    ),
    "table_owner_new_role": Case(
        'CREATE ROLE {x} LOGIN; CREATE TABLE t (id int); ALTER TABLE t OWNER TO "{x}";',
        (0,),
        found=("select tableowner::text from pg_tables where tablename = 't'", ["{x}"]),
    ),
    "default_privileges_for_new_role": Case(
        "CREATE ROLE {x} NOLOGIN; CREATE ROLE {x}_ro NOLOGIN; CREATE SCHEMA svc;\n"
        "ALTER DEFAULT PRIVILEGES FOR ROLE {x} IN SCHEMA svc GRANT SELECT ON TABLES TO {x}_ro;",
        (0,),
        found=("select defaclrole::regrole::text from pg_default_acl", ["{x}"]),
    ),
    "reassign_owned_to_new_role": Case(
        "CREATE ROLE {x}; CREATE TABLE t (id int); REASSIGN OWNED BY CURRENT_USER TO {x};",
        (0,),
        found=("select tableowner::text from pg_tables where tablename = 't'", ["{x}"]),
    ),
    "reassign_owned_to_oneself": Case(
        "CREATE ROLE {x}; REASSIGN OWNED BY {x}, CURRENT_USER TO SESSION_USER;", (0,)
    ),
    "set_role_new_role_in_do": Case(
        "DO $$ BEGIN CREATE ROLE {x}; EXECUTE 'SET LOCAL ROLE {x}'; END $$;\n"
        "CREATE TABLE t (id int);",
        (0,),
        found=("select tableowner::text from pg_tables where tablename = 't'", ["{me}"]),
    ),
    "new_owner_needs_create_on_schema": Case(
        "CREATE ROLE {x} LOGIN; GRANT {x} TO CURRENT_USER;\n"
        "CREATE TABLE public.t (id int); ALTER TABLE public.t OWNER TO {x};",
        (0,),
        found=("select tableowner::text from pg_tables where tablename = 't'", ["{x}"]),
    ),
    "owner_made_in_the_same_block": Case(
        "CREATE SCHEMA s; CREATE TABLE s.t (id int);\nDO $$ BEGIN CREATE ROLE {x};\n"
        "EXECUTE format('ALTER TABLE s.t OWNER TO %I', '{x}'); END $$;",
        (4,),
        said="GRANT USAGE, CREATE ON SCHEMA s TO {x};",
    ),
    "alter_role_nosuperuser": Case(
        "CREATE ROLE {x} LOGIN;\nALTER ROLE {x} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;",
        (4,),
        said="Leave out SUPERUSER, REPLICATION and BYPASSRLS, also with NO before them",
    ),
    "grant_predefined_role": Case(
        "CREATE ROLE {x} LOGIN; GRANT pg_monitor TO {x};",
        (4,),
        said="WITH ADMIN OPTION",
        versions=range(16, 99),
    ),
    "grant_back_to_self_with_admin": Case(
        "CREATE ROLE {x}; GRANT {x} TO CURRENT_USER WITH ADMIN OPTION;", (0,)
    ),
    "grant_on_information_schema": Case(
        "CREATE ROLE {x} LOGIN;\nGRANT SELECT ON ALL TABLES IN SCHEMA information_schema TO {x};",
        (4,),
        said="everybody may read: leave the statement out",
    ),
    "public_schema_owner_postgres": Case(
        "CREATE SCHEMA IF NOT EXISTS public; ALTER SCHEMA public OWNER TO postgres;",
        (4,),
        said="--no-owner",
        versions=range(15, 99),
    ),
    "table_owner_superuser": Case(
        "CREATE TABLE t (a int); ALTER TABLE t OWNER TO postgres;", (4,), said="--no-owner"
    ),
    "database_custom_setting": Case(
        "SELECT format('ALTER DATABASE %I SET \"app.token\" TO ''x''', current_database()) \\gexec",
        (4,),
        said="app.token",
        versions=range(15, 99),
    ),
    "function_custom_setting": Case(
        "CREATE FUNCTION f() RETURNS bool LANGUAGE sql SET app.mode = 'x' AS 'SELECT true';",
        (4,),
        said="app.mode",
        versions=range(15, 99),
    ),
    "disable_trigger_all": Case(
        "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (p int REFERENCES parent);\n"
        "DO $$ BEGIN EXECUTE 'ALTER TABLE child DISABLE TRIGGER ALL'; END $$;",
        (4,),
        said="DISABLE TRIGGER USER",
    ),
    "user_schema_takes_tables": Case(
        "CREATE SCHEMA {me}; CREATE TABLE guests (id int); INSERT INTO guests VALUES (1);",
        (0,),
        said="the schema {me} is named like the role",
        found=("select count(*) from public.guests", [1]),
    ),
    "force_rls_update_sees_none": Case(
        METER.format("INSERT INTO meter VALUES ('a', 1), ('b', 2);")
        + "UPDATE meter SET n = n * 10; DELETE FROM meter WHERE tenant = 'b';",
        (0,),
        found=("select * from meter", [("a", 10)]),
    ),
    "force_rls_insert_refused": Case(
        METER.format("") + "INSERT INTO meter VALUES ('a', 1), ('b', 2);",
        (0,),
        found=("select count(*) from meter", [2]),
    ),
    "force_rls_insert_through_function": Case(
        METER.format("") + "DO $$ BEGIN INSERT INTO meter VALUES ('a', 1); END $$;",
        (0,),
        found=("select count(*) from meter", [1]),
    ),
    "comment_on_plpgsql": Case(
        "CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;\n"
        "COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';",
        (4,),
        said="Leave it out",
    ),
}
BAR = "CREATE TABLE bar (id int);"
WHERE_BAR = ("select schemaname::text from pg_tables where tablename = 'bar'", ["public"])
EV = (
    "CREATE TABLE ev (id serial PRIMARY KEY, at {}, UNIQUE (at));\nINSERT INTO ev DEFAULT VALUES;\n"
)
TWICE = "INSERT INTO ev DEFAULT VALUES;"
SAME = "are the same in all statements of the run"
# A statement is a transaction of its own in the container.
ALONE = {
    "set_config_local": Case(
        f"CREATE SCHEMA app;\nSELECT set_config('search_path', 'app', true);\n{BAR}",
        (0,),
        found=WHERE_BAR,
    ),
    "set_local_in_do": Case(
        f"CREATE SCHEMA app;\nDO $$ BEGIN SET LOCAL search_path TO app; END $$;\n{BAR}",
        (0,),
        found=WHERE_BAR,
    ),
    "set_local_plain": Case(
        f"CREATE SCHEMA app;\nSET LOCAL search_path TO app;\n{BAR}", (0,), found=WHERE_BAR
    ),
    "set_config_local_datestyle": Case(
        "SELECT set_config('DateStyle', 'SQL, DMY', true);\nCREATE TABLE d (day date, said text);\n"
        "INSERT INTO d VALUES ('03/04/2026', '03/04/2026'::date::text);",
        (0,),
        found=("select day::text, said from d", [("2026-03-04", "2026-03-04")]),
    ),
    "on_commit_delete_rows": Case(
        "CREATE TABLE kept (id int);\nCREATE TEMP TABLE stage (id int) ON COMMIT DELETE ROWS;\n"
        "INSERT INTO stage VALUES (1), (2);\nINSERT INTO kept SELECT id FROM stage;",
        (0,),
        found=("select count(*) from kept", [0]),
    ),
    "on_commit_drop": Case(
        "CREATE TEMP TABLE stage (id int) ON COMMIT DROP;\nINSERT INTO stage VALUES (1), (2);",
        (3,),
        said='relation "stage" does not exist',
    ),
    "now_default_unique": Case(EV.format("timestamptz DEFAULT now()") + TWICE, (3,), SAME),
    "txid_default_unique": Case(EV.format("bigint DEFAULT txid_current()") + TWICE, (3,), SAME),
    "statement_timestamp_unique": Case(
        EV.format("timestamptz DEFAULT statement_timestamp()") + TWICE, (0,)
    ),
    "now_in_primary_key": Case(
        "CREATE TABLE price (item int, since date DEFAULT now(), PRIMARY KEY (item, since));\n"
        + "INSERT INTO price (item) VALUES (1);\n" * 2,
        (3,),
        SAME,
    ),
    "latest_row_by_created_at": Case(
        "CREATE TABLE news (id serial, title text, created_at timestamptz DEFAULT now());\n"
        "INSERT INTO news (title) VALUES ('old');\nINSERT INTO news (title) VALUES ('new');\n"
        "CREATE TABLE headline AS SELECT count(*) AS older FROM news"
        " WHERE created_at < (SELECT max(created_at) FROM news);",
        (0,),
        said="a column that defaults to now()",
    ),
    "transaction_timeout_over_all": Case(
        "SET transaction_timeout = '400ms';\n" + "SELECT pg_sleep(0.3);\n" * 2,
        (0,),
        said="SET transaction_timeout",
    ),
    "statement_timeout_of_a_message": Case(
        "SET statement_timeout = '600ms';\n" + "SELECT pg_sleep(0.3);\n" * 3, (0,)
    ),
}
# What the text says, and where.
TEXTS = {
    "role_made_then_typo": Case(
        "CREATE ROLE {x} NOLOGIN;\nCREATE TABLE t (id int);\nINSERT INTO t (idd) VALUES (1);",
        (3,),
        '01.sql:3:16: ERROR: column "idd"',
    ),
    "grant_on_database_then_error": Case(
        'GRANT CONNECT ON DATABASE :"DBNAME" TO PUBLIC;\nSELECT nosuch();',
        (3,),
        "01.sql:2:8: ERROR: function nosuch()",
    ),
    "grant_on_missing_database": Case(
        "CREATE TABLE t (id int);\nGRANT CONNECT ON DATABASE nowhere TO PUBLIC;",
        (3,),
        '01.sql:2:1: ERROR: database "nowhere" does not exist',
    ),
    "alter_database_current_then_error": Case(
        "CREATE TABLE t (a int);\nALTER DATABASE CURRENT SET timezone TO 'UTC';",
        (3,),
        ':"DBNAME" is the name',
    ),
    "alter_role_then_typo": Case(
        "ALTER ROLE CURRENT_USER SET search_path = public;\nINSRT INTO t (id) VALUES (1);",
        (3,),
        "01.sql:2:1: ERROR: syntax error",
    ),
    "unset_variable_in_password": Case(
        "CREATE ROLE {x} LOGIN PASSWORD :password;", (3,), "--var password="
    ),
    "dumpall_role_exists": Case(
        "SET client_encoding = 'UTF8';\nCREATE ROLE postgres;", (3,), "leave it out"
    ),
    "role_in_do_then_missing_table": Case(
        "DO $$ BEGIN CREATE ROLE {x}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n"
        "GRANT SELECT ON nowhere TO {x};",
        (3,),
        '01.sql:2:1: ERROR: relation "nowhere" does not exist',
    ),
    "query_of_inner_error_dropped": Case(
        "SELECT pg_catalog.set_config('search_path', '', false);\n"
        "CREATE TABLE public.documents (title text);\n"
        "CREATE MATERIALIZED VIEW public.words AS SELECT word FROM\n"
        "ts_stat('SELECT to_tsvector(''simple'', title) FROM documents') WITH NO DATA;\n"
        "REFRESH MATERIALIZED VIEW public.words;",
        (3,),
        "QUERY: SELECT to_tsvector('simple', title) FROM documents",
    ),
    "query_of_generated_column_dropped": Case(
        "CREATE FUNCTION public.norm(v text) RETURNS text LANGUAGE plpgsql IMMUTABLE"
        " AS $$ BEGIN RETURN lower(base(v)); END $$;\n"
        "CREATE FUNCTION public.base(v text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT v';\n"
        "CREATE TABLE public.t (name text,"
        " slug text GENERATED ALWAYS AS (public.norm(name)) STORED);\n"
        "SELECT pg_catalog.set_config('search_path', '', false);\n"
        "COPY public.t (name) FROM stdin;\nabc\n\\.\n",
        (3,),
        "lower(base(v)) ^",
    ),
    "missing_role_hint_unquoted": Case(
        'CREATE TABLE t (id int);\nGRANT SELECT ON t TO "Web User", anon;',
        (4,),
        'CREATE ROLE "Web User"',
    ),
    "setting_of_newer_server": Case(
        "SET transaction_timeout = 0;\nCREATE TABLE public.t (id int);",
        (0,),
        "SET transaction_timeout",
        versions=range(12, 17),
    ),
    "call_with_commit": Case(
        "CREATE TABLE a (id int PRIMARY KEY);\nCREATE PROCEDURE fill() LANGUAGE plpgsql AS $$\n"
        "BEGIN FOR i IN 1..3 LOOP INSERT INTO a VALUES (i); COMMIT; END LOOP; END $$;\n"
        "CALL fill();",
        (3,),
        "Leave COMMIT and ROLLBACK out of it.",
    ),
    "unclosed_quote_place": Case(
        "CREATE TABLE t (a text, b text);\nINSERT INTO t VALUES ('one, 'two');\n"
        "INSERT INTO t VALUES ('three', 'four');\nINSERT INTO t VALUES ('five', 'six');",
        (2,),
        "01.sql:2:29: ERROR: unterminated quoted string",
    ),
    "unclosed_double_quote_place": Case(
        'CREATE TABLE "people (id int);\nCREATE TABLE "pets" (id int);\n'
        'CREATE TABLE "cars" (id int);',
        (2,),
        "01.sql:1:14: ERROR: unterminated quoted identifier",
    ),
    "column_option_of_another_build": Case(
        "CREATE TABLE da (i int);\nALTER TABLE ONLY da ALTER COLUMN i SET (pg_attver=39363928);",
        (3,),
        "pg_dump of Debian's PostgreSQL 15.20 writes it: leave the line out.",
        versions=range(16, 99),
    ),
}
CASES = AGAIN | ALONE | TEXTS


@pytest.mark.parametrize("name", CASES)
def test_as_superuser(
    runner: Runner, tmp_path: Path, server: Server, fresh_database: str, prefix: str, name: str
) -> None:
    if server.version not in CASES[name].versions:
        pytest.skip("the version has or lacks it")
    names = {"{x}": prefix, "owner of all": fresh_database}
    run(CASES[name], runner, tmp_path, fresh_database, names)


@pytest.mark.parametrize("name", OWNED)
def test_as_an_owner_who_is_no_superuser(
    runner: Runner,
    tmp_path: Path,
    server: Server,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    admin: psycopg.Connection[Any],
    prefix: str,
    name: str,
) -> None:
    if server.version not in OWNED[name].versions:
        pytest.skip("the version has or lacks it")
    user = make_role("CREATEDB", "CREATEROLE")
    target = make_database(owner=user)
    names = {"{x}": prefix, "{me}": user, "owner of all": target}
    run(OWNED[name], runner, tmp_path, make_conninfo(target, user=user), names)
    admin.execute(f'drop database "{conninfo_to_dict(target)["dbname"]}"'.encode())


@pytest.mark.needs18
def test_wait_ignores_connect_timeout(runner: Runner) -> None:
    """A server that lets anybody log in and answers nothing."""
    with listening([mute] * 9) as listener:
        target = f"host=127.0.0.1 port={listener.port} user=u dbname=d"
        runner("wait", "-t", target, "--connect-timeout", "500ms", check=5)
