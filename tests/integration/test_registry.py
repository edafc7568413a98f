"""What is recorded of a run, when it cannot be, and what scripts cannot do to it."""

from __future__ import annotations

import getpass
import gzip
import hashlib
import re
import socket
import subprocess
from importlib import resources
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runner import __version__, commands
from runner.connect.queries import statement
from runner.errors import Refused, StatementFailed
from runner.registry import registry
from runner.results import LossError
from runner.settings import Settings
from tests.integration.applying import Applier, Told
from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.servers import Server

CREATE = "DROP TABLE IF EXISTS t; CREATE TABLE t (id int);"
SEED = "INSERT INTO t VALUES (1);"


def test_a_run_is_recorded(apply: Applier, fresh_database: str) -> None:
    apply(CREATE, SEED)
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        (run,) = registry.read_runs(conn, "runner", 10)
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in (CREATE, SEED)]
    assert [(one.name, one.sha256) for one in run.scripts] == [
        ("01.sql", digests[0]),
        ("02.sql", digests[1]),
    ]
    assert (run.id, run.role, run.runner_version) == (1, "postgres", __version__)
    assert run.client == f"{getpass.getuser()}@{socket.gethostname()}"
    assert run.git_revision is None
    assert run.started_at <= run.finished_at
    assert apply.sql("SELECT tables = ARRAY['t'::regclass::oid] FROM runner.run") == [True]


def test_runs_come_newest_first(apply: Applier, fresh_database: str) -> None:
    for seed in (SEED, SEED, "SELECT 1;"):
        apply(CREATE, seed)
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        assert [run.id for run in registry.read_runs(conn, "runner", 2)] == [3, 2]
        digest = hashlib.sha256(b"SELECT 1;").hexdigest()
        assert registry.read_runs(conn, "runner", 1)[0].scripts[1].sha256 == digest


def test_contents_are_recorded_where_the_run_may_have_changed_them(apply: Applier) -> None:
    for script in (CREATE + SEED, "SELECT FROM t;", SEED, "ALTER TABLE t ADD v text;"):
        apply(script)
    known = [["public.t", 1], None, ["public.t", 2], ["public.t", 2]]
    found = apply.sql("SELECT contents->0 FROM runner.run ORDER BY id")
    assert [one and one[:2] for one in found] == known


@pytest.mark.needs18
def test_the_contents_of_a_large_new_table_are_read_in_parallel(apply: Applier) -> None:
    """From its size and the widths of its columns, the planner expects too few rows for that."""
    apply(
        "CREATE TABLE t (v varchar(900)); INSERT INTO t SELECT 1 FROM generate_series(1, 300000);"
    )
    workers = "SELECT parallel_workers_to_launch > 0 FROM pg_stat_database WHERE datname = current_"
    assert apply.sql(workers + "database()") == [True]


def test_where_nothing_was_applied_there_are_no_runs(fresh_database: str) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        assert registry.read_runs(conn, "runner", 10) == ()


def test_a_run_that_fails_is_not_recorded(apply: Applier) -> None:
    with pytest.raises(StatementFailed):
        apply(CREATE, "SELECT 1 / 0;")
    assert apply.sql("SELECT to_regnamespace('runner') IS NULL") == [True]


def test_a_run_that_need_not_be_recorded(apply: Applier) -> None:
    apply(CREATE, registry=False)
    assert apply.told.messages == []
    assert apply.sql("SELECT to_regnamespace('runner') IS NULL") == [True]


def test_its_ids_hold_those_of_its_rows(apply: Applier) -> None:
    apply("CREATE TABLE t (x int);", "DO $$ BEGIN INSERT INTO t VALUES (1);"
          " EXCEPTION WHEN OTHERS THEN END $$; INSERT INTO t VALUES (2);")  # fmt: skip
    first, last, others = apply.sql("SELECT first_xid, last_xid, other_xids FROM runner.run")[0]
    ids = [int(xid) for xid in apply.sql("SELECT xmin::text FROM t ORDER BY x")]
    assert ids[1] == first
    assert first < ids[0] < last
    assert not set(others) & set(ids)


# What scripts do to their session, and to the registry


@pytest.mark.parametrize(
    "script",
    [
        "CREATE SCHEMA elsewhere; SET search_path = elsewhere;",
        "SELECT set_config('search_path', '', false);",
        "SET standard_conforming_strings = off; SET client_encoding = 'LATIN1';",
        "SET statement_timeout = '1h'; SET row_security = off;",
        "SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'iso_8601'; SET bytea_output = 'escape';",
        "SET SESSION AUTHORIZATION pg_monitor;",
        "SET ROLE pg_monitor;",
        "SET LOCAL ROLE pg_monitor;",
        "CREATE FUNCTION public.max(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1 / 0::bigint';"
        " SET search_path = public, pg_catalog;",
        "DROP SCHEMA runner CASCADE;",
        "DROP SCHEMA runner CASCADE; CREATE TABLE runner (id int);",
        "CREATE TABLE p (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED); SET CONSTRAINTS ALL"
        " DEFERRED; INSERT INTO p VALUES (1);",
        "CREATE TEMP TABLE run (id int); CREATE TEMP TABLE script (id int);",
    ],
)
def test_a_script_does_not_keep_the_run_from_being_recorded(apply: Applier, script: str) -> None:
    apply("SELECT 1;")
    kept = "DROP SCHEMA" not in script
    apply(CREATE, script)
    dropped = "the scripts dropped the registry: the record of earlier runs is lost"
    # As in psql, SET LOCAL has no effect there.
    told = [text for text in apply.told.messages if "transaction blocks" not in text]
    assert told == ([] if kept else [dropped])
    assert apply.sql("SELECT name FROM runner.script ORDER BY run DESC, position LIMIT 2") == [
        "01.sql",
        "02.sql",
    ]
    assert apply.sql("SELECT count(*) FROM runner.run") == [2 if kept else 1]
    assert apply(CREATE, "SELECT 1;").loss == ()


def test_a_schema_runner_of_somebody_else(apply: Applier) -> None:
    apply.sql("CREATE SCHEMA runner; CREATE TABLE runner.run (pace int)")
    apply(CREATE)
    assert apply.told.messages == [
        "this run is not recorded: there is a schema named runner that is not the registry"
    ]
    assert apply.sql("SELECT count(*) FROM runner.run") == [0]


def test_a_script_that_makes_a_schema_runner(apply: Applier) -> None:
    apply("CREATE SCHEMA runner;")
    assert "not the registry" in apply.told.messages[0]


# Versions


def test_each_version_has_its_file() -> None:
    files = resources.files("runner").joinpath("registry", "sql").iterdir()
    numbered = {file.name for file in files if file.name.startswith("version_")}
    assert numbered == {f"version_{number}.sql" for number in range(1, registry.VERSION + 1)}


NEXT = registry.VERSION + 1
LATER = f"""ALTER TABLE runner.run ADD note text NOT NULL DEFAULT '';
COMMENT ON SCHEMA runner IS 'Registry of raw-sql-runner, version {NEXT}: with notes';
"""


def test_an_older_registry_is_brought_up_in_place(
    apply: Applier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a later version of the runner will do it, in the transaction of its first run."""
    apply(CREATE, SEED)
    with monkeypatch.context() as later:
        later.setattr(registry, "VERSION", NEXT)
        later.setattr(
            registry,
            "statement",
            lambda name: LATER if name == f"registry/version_{NEXT}" else statement(name),
        )
        with pytest.raises(StatementFailed):
            apply(CREATE, "SELECT 1 / 0;")
        assert apply.sql(NOTES) == [0]
        for _ in range(2):
            assert apply(CREATE, SEED).loss == ()
            assert apply.told.started == ["01.sql", "02.sql"]  # its rows are still known as ours
        assert apply.sql(NOTES) == [1]
        assert apply.sql("SELECT count(*) FROM runner.run") == [3]
    with pytest.raises(Refused, match=f"has version {NEXT}"):
        apply(CREATE, SEED)


NOTES = (
    "SELECT count(*) FROM pg_attribute WHERE attrelid = 'runner.run'::regclass AND attname = 'note'"
)


def test_a_newer_registry_is_refused(apply: Applier, fresh_database: str) -> None:
    apply(CREATE, SEED)
    newer = registry.VERSION + 1
    apply.sql(f"COMMENT ON SCHEMA runner IS 'Registry of raw-sql-runner, version {newer}: …'")
    apply.sql("ALTER TABLE runner.run DROP first_xid")
    with pytest.raises(Refused) as caught:
        apply(CREATE, SEED)
    assert f"version {newer}; this runner knows version {registry.VERSION}" in caught.value.message
    assert apply.told.started == []
    with psycopg.connect(fresh_database, autocommit=True) as conn, pytest.raises(Refused):
        registry.read_runs(conn, "runner", 1)
    assert apply("SELECT 1;", registry=False).committed


# Rights


@pytest.fixture
def limited(as_new_role: Callable[[str], Applier]) -> Applier:
    """As a role that may use the schema public, and make no other."""
    return as_new_role("GRANT CREATE, USAGE ON SCHEMA public TO {role}")


def as_owner(limited: Applier) -> Applier:
    database = str(conninfo_to_dict(limited.conninfo)["dbname"])
    given = {**conninfo_to_dict(limited.conninfo), "user": "postgres", "dbname": database}
    return Applier(limited.folder, psycopg.conninfo.make_conninfo("", **given))


def test_without_the_right_to_make_a_schema(limited: Applier) -> None:
    limited(CREATE)
    (notice,) = [one for one in limited.told.notices if one.sqlstate is None]
    assert notice.message == (
        "this run is not recorded: this role may not create a schema in the database"
    )
    assert "status and --once will not know of it" in str(notice.detail)
    assert "--no-registry" in str(notice.hint)
    limited(CREATE, registry=False)
    assert limited.told.messages == []


def test_without_a_right_to_the_registry(limited: Applier) -> None:
    owner = as_owner(limited)
    owner("CREATE TABLE theirs AS SELECT 1 AS id;")
    limited(CREATE)
    assert limited.told.messages == [
        "this run is not recorded: this role may not write to the registry"
    ]
    with psycopg.connect(limited.conninfo, autocommit=True) as conn, pytest.raises(Refused):
        registry.read_runs(conn, "runner", 1)


def test_with_rights_to_the_registry_of_another_role(limited: Applier) -> None:
    """Of a superuser: he could run code as this role anyway."""
    owner = as_owner(limited)
    owner("SELECT 1;")
    owner.sql(
        "GRANT USAGE ON SCHEMA runner TO public;"
        "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA runner TO public"
    )
    for _ in range(2):
        limited(CREATE, SEED)
    assert limited.told.messages == []
    assert owner.sql("SELECT count(*) FROM runner.run") == [3]
    owner.sql("REVOKE ALL ON ALL TABLES IN SCHEMA runner FROM public")


@pytest.mark.parametrize(
    "squat",
    [
        "ALTER SCHEMA runner OWNER TO {0}",
        "ALTER TABLE runner.run OWNER TO {0}",
        "ALTER TABLE runner.script OWNER TO {0}",
    ],
)
def test_a_registry_of_a_role_with_fewer_rights_is_refused(limited: Applier, squat: str) -> None:
    owner, role = as_owner(limited), conninfo_to_dict(limited.conninfo)["user"]
    owner(CREATE)
    owner.sql(squat.format(role))
    for command in (owner, lambda *scripts: owner(*scripts, once=True)):
        with pytest.raises(Refused, match=f"belongs to the role {role}") as caught:
            command(CREATE, SEED)
    assert caught.value.exit_code == 4
    commands = re.findall("ALTER [A-Z]+ [a-z.]+ OWNER TO CURRENT_USER", str(caught.value.hint))
    owner.sql("; ".join(commands))
    owner(CREATE, SEED)
    assert owner.told.messages == []


def test_the_registry_of_a_role_that_one_is_a_member_of(
    limited: Applier, admin: psycopg.Connection
) -> None:
    role, group = conninfo_to_dict(limited.conninfo)["user"], unique_name()
    admin.execute(f"CREATE ROLE {group} ROLE {role}")
    as_owner(limited).sql(f"GRANT CREATE ON DATABASE {_dbname(limited)} TO {group}")
    limited(CREATE)
    as_owner(limited).sql(
        f"ALTER SCHEMA runner OWNER TO {group}; ALTER TABLE runner.run OWNER TO {group};"
        f"ALTER TABLE runner.script OWNER TO {group}"
    )
    limited(CREATE, SEED)
    assert limited.told.messages == []
    as_owner(limited).sql(f"DROP OWNED BY {group}")
    admin.execute(f"DROP ROLE {group}")


def _dbname(apply: Applier) -> str:
    return str(conninfo_to_dict(apply.conninfo)["dbname"])


def test_an_addition_to_the_registry_that_is_taken_out_again(apply: Applier) -> None:
    apply(CREATE)
    apply.sql("ALTER TABLE runner.run ADD CONSTRAINT mine CHECK (id > 0)")
    with pytest.raises(Refused, match="was altered"):
        apply(CREATE)
    apply.sql("ALTER TABLE runner.run DROP CONSTRAINT mine")
    apply(CREATE)
    assert apply.told.messages == []


# Scripts that write to it


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE runner.run SET tables = '{}';",
        "DO $$ BEGIN EXECUTE 'DELETE FROM runner.' || 'script'; END $$;",
        "INSERT INTO runner.script VALUES (1, 99, 'x', 'y');",
        "TRUNCATE runner.script;",
        "ALTER TABLE runner.run ADD more int;",
        "CREATE TEMP TABLE r AS TABLE runner.run; DROP SCHEMA runner CASCADE; CREATE SCHEMA runner;"
        " CREATE TABLE runner.run AS TABLE r; CREATE TABLE runner.script (run int);"
        " COMMENT ON SCHEMA runner IS 'Registry of raw-sql-runner, version 1: mine';",
    ],
)
def test_scripts_that_write_to_the_registry_are_refused(apply: Applier, script: str) -> None:
    apply(CREATE)
    before = apply.sql("SELECT r::text FROM runner.run AS r")
    for registry_is_used in (True, False):
        with pytest.raises(Refused, match="write to the registry") as caught:
            apply(CREATE, script, registry=registry_is_used)
        assert caught.value.exit_code == 4
    assert apply.sql("SELECT r::text FROM runner.run AS r") == before


def test_scripts_that_only_look_at_the_registry_run(apply: Applier) -> None:
    apply(CREATE)
    apply(
        CREATE, "SELECT * FROM runner.run FOR SHARE; ANALYZE; COMMENT ON TABLE runner.run IS 'x';"
    )
    assert apply.told.messages == []


# Elsewhere


def test_a_schema_runner_of_ones_own_beside_the_registry(apply: Applier) -> None:
    scripts = (
        "CREATE SCHEMA IF NOT EXISTS runner; CREATE TABLE IF NOT EXISTS runner.run (pace int);",
    )
    for _ in range(2):
        apply(*scripts, registry_schema="kept_runs", verify="all")
        assert apply.told.messages == []
    assert apply.sql("SELECT count(*) FROM kept_runs.run") == [2]
    assert apply.sql("SELECT count(*) FROM runner.run") == [0]


@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE runner.run DROP COLUMN tables",
        "ALTER TABLE runner.run RENAME first_xid TO xid",
        "DROP TABLE runner.script",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
        "CREATE TRIGGER t BEFORE INSERT ON runner.run FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE RULE r AS ON INSERT TO runner.run DO ALSO SELECT 1",
        "ALTER TABLE runner.script ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON runner.run USING (true);"
        " ALTER TABLE runner.run ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE runner.run ALTER client SET DEFAULT 'x'",
        "ALTER TABLE runner.run ADD CHECK (id > 0)",
        "ALTER TABLE runner.script ALTER name DROP NOT NULL",
        "CREATE INDEX ON runner.run (lower(client))",
        "CREATE TABLE child () INHERITS (runner.run)",
        "CREATE DOMAIN t_ AS text CHECK (true); ALTER TABLE runner.run ALTER client TYPE t_",
        "ALTER TABLE runner.run ADD more int GENERATED ALWAYS AS (1) STORED",
    ],
)
def test_a_registry_that_was_changed_is_refused(
    apply: Applier, fresh_database: str, damage: str
) -> None:
    apply("CREATE TABLE IF NOT EXISTS t (id int);")
    apply.sql(damage)
    with pytest.raises(Refused, match="was altered") as caught:
        apply("CREATE TABLE IF NOT EXISTS t (id int);", once=True)
    assert "--registry-schema NAME" in str(caught.value.hint)
    with psycopg.connect(fresh_database, autocommit=True) as conn, pytest.raises(Refused):
        registry.read_runs(conn, "runner", 10)
    apply("CREATE TABLE IF NOT EXISTS t (id int);", registry_schema="elsewhere")
    assert apply.sql("SELECT count(*) FROM elsewhere.run") == [1]


# What is missing


@pytest.mark.parametrize(
    ("script", "message", "hint"),
    [
        ("CREATE VIEW v AS SELECT 1;", "denied for schema public", "ON SCHEMA public TO"),
        ("CREATE TABLE closed.t ();", "denied for schema closed", "ON SCHEMA closed TO"),
        ("CREATE SCHEMA app;", "denied for database", "GRANT CREATE ON DATABASE"),
        ("CREATE ROLE no_role_of_ours;", "denied to create role", "CREATEROLE"),
        ("CREATE EXTENSION nowhere;", "nowhere", "pg_available_extensions on the target for nowh"),
        ('SELECT 1; GRANT pg_monitor TO "No One";', "does not exist", 'CREATE ROLE "No One";'),
        ("ALTER ROLE no_one LOGIN;", 'role "no_one" does not exist', "CREATE ROLE no_one;"),
    ],
)
def test_what_is_missing_has_one_code_and_a_remedy(
    limited: Applier, script: str, message: str, hint: str
) -> None:
    owner, role = as_owner(limited), str(conninfo_to_dict(limited.conninfo)["user"])
    database = str(conninfo_to_dict(limited.conninfo)["dbname"])
    owner.sql(
        f"REVOKE CREATE ON SCHEMA public FROM {role}, public;"
        f"CREATE SCHEMA closed; GRANT USAGE ON SCHEMA closed TO {role};"
        f"REVOKE CREATE ON DATABASE {database} FROM {role}, public"
    )
    with pytest.raises(Refused, match=message) as caught:
        limited("SET lock_timeout = 0;" + script)
    assert hint in str(caught.value.hint)
    assert caught.value.exit_code == 4
    assert caught.value.place is not None


def test_the_role_that_lacks_a_right_is_the_one_in_force(
    limited: Applier, make_role: Callable[..., str]
) -> None:
    owner, login = as_owner(limited), str(conninfo_to_dict(limited.conninfo)["user"])
    database, role = conninfo_to_dict(limited.conninfo)["dbname"], make_role()
    owner.sql(
        f"GRANT {role} TO {login}; ALTER ROLE {login} IN DATABASE {database} SET role = {role}"
    )
    with pytest.raises(Refused, match=f"{role} may not create databases") as caught:
        limited(CREATE, verify=True)
    assert f"ALTER ROLE {role} CREATEDB" in str(caught.value.hint)
    owner.sql(f"ALTER ROLE {login} IN DATABASE {database} RESET role")


# Encodings


def test_names_that_the_database_cannot_spell(
    server: Server, make_database: Callable[..., str], tmp_path: Path
) -> None:
    options = {"template": "template0", "lc_collate": "C", "lc_ctype": "C"}
    if server.version >= 15:
        options["locale_provider"] = "libc"
    apply = Applier(tmp_path, make_database(encoding="LATIN1", **options))
    apply('CREATE TABLE "t?" AS SELECT 1 AS id;', registry=False)
    with pytest.raises(LossError):  # the one that is named is another
        apply('DROP TABLE "t?";', allow_loss=('public."t€"',), registry=False)
    (tmp_path / "02_€.sql.gz").write_bytes(gzip.compress(SEED.encode()))
    apply(CREATE, allow_loss=('public."t€"',))
    assert apply.told.messages == ['--allow-loss public."t€": there is no such table']
    assert apply.sql("SELECT name FROM runner.script ORDER BY position") == [
        "01.sql",
        "02_&#8364;.sql.gz",
    ]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1", "UTF8"])
def test_the_database_may_be_in_any_encoding(
    server: Server, make_database: Callable[..., str], tmp_path: Path, encoding: str
) -> None:
    options = {"template": "template0", "lc_collate": "C", "lc_ctype": "C"}
    if server.version >= 15:
        options["locale_provider"] = "libc"
    apply = Applier(tmp_path, make_database(encoding=encoding, **options))
    create = 'DROP TABLE IF EXISTS "Bücher"; CREATE TABLE "Bücher" (id int);'
    seed = 'INSERT INTO "Bücher" VALUES (1);'
    if encoding == "LATIN1":
        create = f"SET client_encoding = 'UTF8'; {create}"
        seed = f"SET client_encoding = 'UTF8'; {seed}"
    for _ in range(2):
        assert apply(create, seed).loss == ()
    assert apply.sql("SELECT count(*) FROM runner.run") == [2]
    assert apply(create, seed, allow_loss=('"Bücher"',)).loss == ()
    assert apply.told.messages == []  # there is such a table


# The commit that is checked out


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Jo", "-c", "user.email=jo@example.com")
    command = ["git", *identity, *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The folder of the scripts in a new repository without a commit."""
    git(tmp_path, "init", "--quiet")
    scripts = tmp_path / "data" / "sql"
    scripts.mkdir(parents=True)
    return scripts


def test_the_revision_of_a_checkout(checkout: Path, tmp_path: Path) -> None:
    assert registry.git_revision(checkout) is None
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "One")
    assert registry.git_revision(checkout) == git(tmp_path, "rev-parse", "HEAD")
    git(tmp_path, "worktree", "add", "--quiet", "beside")
    git(tmp_path / "beside", "commit", "--quiet", "--allow-empty", "--message", "Two")
    beside = registry.git_revision(tmp_path / "beside")
    assert beside == git(tmp_path / "beside", "rev-parse", "HEAD")
    assert beside != registry.git_revision(checkout)


def test_there_is_no_revision_outside_a_checkout(tmp_path: Path) -> None:
    assert registry.git_revision(tmp_path) is None


@pytest.mark.parametrize("script", [None, "exit 128", "exec /bin/sleep 60"])
def test_there_is_no_revision_without_an_answer_of_git(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None
) -> None:
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "One")
    programs = tmp_path / "bin"
    programs.mkdir()
    if script is not None:
        (programs / "git").write_text(f"#!/bin/sh\necho 1\n{script}\n")
        (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(registry, "_GIT_TIMEOUT", 0.2)
    assert registry.git_revision(checkout) is None


# Included files


def test_a_script_is_changed_when_a_file_that_it_includes_is(apply: Applier) -> None:
    part = apply.folder / "part.inc"
    part.write_text("CREATE TABLE IF NOT EXISTS part (id int);\n")
    scripts = ("\\ir part.inc\n", "SELECT 1;")
    apply(*scripts)
    settings = Settings(scripts=(apply.folder,), target=apply.conninfo)
    status = commands.status(settings, Told())
    assert [one.status for one in status.scripts] == ["same", "same"]
    assert apply(*scripts, once=True).already
    part.write_text("CREATE TABLE IF NOT EXISTS part2 (id int);\n")
    status = commands.status(settings, Told())
    assert [one.status for one in status.scripts] == ["changed", "same"]
    assert not apply(*scripts, once=True).already
    assert apply.sql("SELECT to_regclass('part2') IS NOT NULL") == [True]
