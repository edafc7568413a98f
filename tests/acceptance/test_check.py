"""`python -m runner check`: what it says, how it ends, and whether the target agrees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.scripts import DATA_SQL, NOBODY, dump, execute, query, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server


def scripts_of(tmp_path: Path, *texts: str | bytes) -> Path:
    folder = write_scripts(tmp_path, *texts)
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)
    return folder


# What it says, and how it ends


@pytest.mark.process
def test_nothing_found(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "select 1;", "select 2;")
    result = runner("check", "--offline", "-s", "sql", check=0)
    assert (result.stdout, result.stderr) == ("2 scripts: nothing found.\n", "")


def test_each_finding_has_its_place_and_the_rewrite(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "select 1;\n  abort and chains;\n", "select 1;\r\n")
    result = runner("check", "--offline", "-s", "sql", check=2)
    assert result.stdout.splitlines() == [
        "sql/01.sql:2:3: ERROR: ABORT would end or split the one transaction of the run",
        "LINE 2:   abort and chains;",
        "          ^",
        "HINT: Write BEGIN and COMMIT as statements of their own, a block as DO $$ BEGIN … END $$;"
        " To run the scripts as psql does, use --transaction none.",
        "Docker: psql sends it, and the script has transactions of its own",
        "Target: refused: all scripts are one transaction, which the runner commits",
        "sql/02.sql:1:10: WARNING: lines end in CR LF",
        "LINE 1: select 1;",
        "                 ^",
        "HINT: Save it with LF; for git, *.sql text eol=lf in .gitattributes.",
        "Docker: strings and functions over several lines keep the CR",
        "Target: the same",
        "2 scripts: 1 error, 1 warning.",
    ]
    assert result.stderr == ""


def test_a_finding_is_one_line_with_its_place(runner: Runner, tmp_path: Path) -> None:
    """Whoever looks for `file:line:column: text` finds all of the text in that line."""
    text = "abort x;\nselect http('x');\n\\! x\n\\if :HOST\ndrop database x;\n\\endif\nselect 'a"
    scripts_of(tmp_path, text, "set lock_timeout = 5;\r\n")
    result = runner("check", "--offline", "-s", "sql", check=2)
    lines = result.stdout.splitlines()
    found = json.loads(runner("check", "--offline", "-s", "sql", "--json", check=2).stdout)[
        "findings"
    ]
    said = [f"{one['severity'].upper()}: {one['message']}" for one in found]
    assert [line.split(": ", 1)[1] for line in lines if line.startswith("sql/")] == said
    assert max(map(len, said)) > 70


def test_warnings_alone_are_no_failure_unless_strict(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "select 1;\r\n")
    assert runner("check", "--offline", "-s", "sql", check=0).stdout.endswith(
        "1 script: 0 errors, 1 warning.\n"
    )
    strict = runner("check", "--offline", "-s", "sql", "--strict", check=2)
    assert ": ERROR: lines end in CR LF" in strict.stdout
    assert strict.stdout.endswith("1 script: 1 error, 0 warnings.\n")


def test_quiet_prints_the_findings_alone(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "select 1;")
    assert runner("check", "--offline", "-s", "sql", "-q", check=0).stdout == ""
    scripts_of(tmp_path, "abort x;")
    assert "ABORT" in runner("check", "--offline", "-s", "sql", "-q", check=2).stdout


def test_as_json(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "select 1;\n abort x;\n", "select 1;\r\n")
    result = runner("check", "--offline", "-s", "sql", "--json", check=2)
    found = json.loads(result.stdout)
    first, second = found["findings"]
    assert (found["command"], found["exit_code"], found["error"]) == ("check", 2, None)
    assert first == {
        "severity": "error",
        "script": "sql/01.sql",
        "line": 2,
        "column": 2,
        "message": "ABORT would end or split the one transaction of the run",
        "sqlstate": None,
        "detail": "",
        "docker": "psql sends it, and the script has transactions of its own",
        "target": "refused: all scripts are one transaction, which the runner commits",
        "rewrite": "Write BEGIN and COMMIT as statements of their own, a block as"
        " DO $$ BEGIN … END $$; To run the scripts as psql does, use --transaction none.",
    }
    assert (second["severity"], second["line"], second["column"]) == ("warning", 1, 10)


def test_the_chain_of_files_is_in_json(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "\\ir parts/outer.sql\n")
    parts = tmp_path / "sql" / "parts"
    parts.mkdir()
    (parts / "outer.sql").write_text("\\ir inner.sql\n")
    (parts / "inner.sql").write_text("abort x;\n")
    chain = ["sql/01.sql", "sql/parts/outer.sql"]
    found = json.loads(runner("check", "--offline", "-s", "sql", "--json", check=2).stdout)
    [finding] = [one for one in found["findings"] if one["severity"] == "error"]
    assert (finding["script"], finding["included_from"]) == ("sql/parts/inner.sql", chain)
    failed = json.loads(runner("apply", "-s", "sql", "--json", *NOBODY, check=2).stdout)
    assert failed["error"]["included_from"] == chain


def test_nothing_found_as_json(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "select 1;")
    result = runner("check", "--offline", "-s", "sql", "--json", check=0)
    assert json.loads(result.stdout) == {
        "command": "check",
        "exit_code": 0,
        "findings": [],
        "notes": [],
        "error": None,
    }


def test_nothing_to_read_is_an_error(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    result = runner("check", "--offline", "-s", "sql", check=2)
    assert "nothing to run in sql" in result.stderr


@pytest.mark.parametrize(
    "env",
    [
        {"CI": "1"},
        {"DATABASE_URL": ""},
        {"DATABASE_URL": "postgresql://u@127.0.0.1:1/d"},
        {"PGHOST": "127.0.0.1", "PGPORT": "nonsense"},
    ],
    ids=str,
)
@pytest.mark.usefixtures("rehearsing_here")
def test_it_needs_no_target(runner: Runner, tmp_path: Path, env: dict[str, str]) -> None:
    runner("check", "-s", DATA_SQL, env=env, check=0)
    assert not (tmp_path / ".runner" / "pgdata").exists()


def test_variables_are_those_of_the_command(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "\\if :big\nabort x;\n\\endif\n")
    runner("check", "--offline", "-s", "sql", "--var", "big=yes", check=2)
    runner("check", "--offline", "-s", "sql", "--var", "big=no", check=0)


def test_without_a_transaction(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "begin; commit; abort x; create database x;")
    runner("check", "--offline", "-s", "sql", check=2)
    runner("check", "--offline", "-s", "sql", "--transaction", "none", check=0)


# What apply makes of it


@pytest.mark.process
def test_a_run_stops_before_it_connects_and_lists_all_errors(
    runner: Runner, tmp_path: Path
) -> None:
    scripts_of(tmp_path, "select 1;\nabort x;\n\\foo\n", "\ufeffprepare transaction 'x';\n")
    result = runner("apply", "-s", "sql", *NOBODY, check=2)
    assert result.stderr.splitlines() == [
        "sql/01.sql:2:1: ERROR: ABORT would end or split the one transaction of the run",
        "LINE 2: abort x;",
        "        ^",
        "HINT: Write BEGIN and COMMIT as statements of their own, a block as DO $$ BEGIN … END $$;"
        " To run the scripts as psql does, use --transaction none.",
        "sql/01.sql:3:1: ERROR: invalid command \\foo",
        "LINE 3: \\foo",
        "        ^",
        "HINT: Correct its name, or delete the backslash if this is not a meta-command.",
        "sql/02.sql:1:1: ERROR: PREPARE TRANSACTION would end or split"
        " the one transaction of the run",
        "LINE 1: prepare transaction 'x';",
        "        ^",
        "HINT: Write BEGIN and COMMIT as statements of their own, a block as DO $$ BEGIN … END $$;"
        " To run the scripts as psql does, use --transaction none.",
        "3 errors; nothing was sent.",
    ]


def test_a_run_has_its_errors_in_json(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "abort x;", "abort x;")
    found = json.loads(runner("apply", "-s", "sql", "--json", *NOBODY, check=2).stdout)
    assert [one["script"] for one in found["findings"]] == ["sql/01.sql", "sql/02.sql"]
    assert (found["error"]["script"], found["error"]["line"]) == ("sql/01.sql", 1)


def test_a_run_prints_the_warnings_that_apply_to_it(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """But for the mode of a file, which is a matter of the container."""
    folder = scripts_of(tmp_path, "\ufeffcreate table t_x();\r\n")
    (folder / "01.sql").chmod(0o600)
    said = runner("apply", "-s", "sql", "-t", fresh_database, check=0).stderr
    assert [line for line in said.splitlines() if "WARNING" in line] == [
        "sql/01.sql:1:20: WARNING: lines end in CR LF",
    ]
    assert "0600" in runner("check", "--offline", "-s", "sql", check=0).stdout


def test_a_run_always_says_when_the_order_depends_on_the_locale(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = tmp_path / "sql"
    folder.mkdir()
    (folder / "02-role-x.sql").write_text("insert into first values (1);\n")
    (folder / "02-rolebinding-x.sql").write_text("create table first (i int);\n")
    said = runner("apply", "-s", "sql", "-t", fresh_database, check=0).stderr
    assert "the order of the scripts depends on the locale" in said
    assert "02-rolebinding-x.sql, 02-role-x.sql" in said
    assert "02-role-x.sql, 02-rolebinding-x.sql" in said


# Files that Docker runs: what check says, and what a run does

FIELD: dict[str, tuple[tuple[str | bytes, ...], str]] = {
    "a search_path that one script leaves": (
        (
            "create table t (i int); select pg_catalog.set_config('search_path', '', false);",
            "insert into t values (1);",
        ),
        "",
    ),
    "pending triggers of a deferred foreign key": (
        (
            "create table a (i int primary key);"
            "create table b (i int references a deferrable initially deferred);"
            "insert into a values (1); insert into b values (1); alter table b add j int;",
        ),
        "",
    ),
    "a BOM": (("\ufeffcreate table t (i int);",), ""),
    "COPY data": (("create table t (i int);\ncopy t from stdin;\n1\n\\.\n",), ""),
    "COPY data with CR LF": (
        ("create table t (i int);\r\ncopy t from stdin;\r\n1\r\n\\.\r\n",),
        "CR LF",
    ),
    "a dump's key": (("\\restrict abc\ncreate table t (i int);\n\\unrestrict abc\n",), ""),
    "a dump's lock_timeout": (("SET lock_timeout = 0;\ncreate table t (i int);",), ""),
}


@pytest.mark.usefixtures("rehearsing_here")
def test_a_role_does_not_outlive_the_rehearsal(runner: Runner, tmp_path: Path) -> None:
    """Nor one of scripts with an error, in another of their databases."""
    text = "CREATE ROLE outlives;\nCREATE DATABASE other;\nSELECT 1/0;\n\\c other\nSELECT 1;\n"
    scripts_of(tmp_path, text)
    for _ in range(2):
        found = json.loads(runner("check", "-s", "sql", "--json", check=2).stdout)["findings"]
        assert [one["line"] for one in found] == [3]


# What fails in one transaction, and the exit code of apply.
FIELD_ERRORS = {
    "do $$ begin commit; end $$;": 3,
    "create table t (i int)\\; commit;": 2,
}


@pytest.mark.parametrize("name", FIELD)
def test_what_runs_has_no_errors(
    runner: Runner, tmp_path: Path, fresh_database: str, name: str
) -> None:
    texts, warning = FIELD[name]
    scripts_of(tmp_path, *texts)
    found = json.loads(runner("check", "--offline", "-s", "sql", "--json", check=0).stdout)[
        "findings"
    ]
    assert [warning in one["message"] for one in found] == ([True] if warning else [])
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)


@pytest.mark.parametrize(("text", "code"), FIELD_ERRORS.items())
@pytest.mark.usefixtures("rehearsing_here")
def test_what_no_transaction_can_hold_runs_without(
    runner: Runner, tmp_path: Path, fresh_database: str, text: str, code: int
) -> None:
    scripts_of(tmp_path, text)
    assert "--transaction none" in runner("check", "-s", "sql", check=2).stdout
    failed = runner("apply", "-s", "sql", "-t", fresh_database, check=code)
    assert "--transaction none" in failed.stderr
    runner("check", "--offline", "-s", "sql", "--transaction", "none", check=0)
    runner("apply", "-s", "sql", "-t", fresh_database, "--transaction", "none", check=0)


def test_a_new_enum_value_in_use(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """A type that was there before takes another command first."""
    scripts_of(
        tmp_path,
        "alter type mood add value if not exists 'new' before 'ok';\ncreate table t (m mood);\n"
        "insert into t values ('new');",
    )
    execute(fresh_database, "create type mood as enum ('ok')")
    result = runner("apply", "-s", "sql", "-t", fresh_database, check=3)
    assert 'psql -- -c "ALTER TYPE … ADD VALUE …"' in result.stderr
    execute(fresh_database, "alter type mood add value 'new' before 'ok'")
    runner("apply", "-s", "sql", "-t", fresh_database, "--no-verify", check=0)


def test_a_file_of_the_server(runner: Runner, tmp_path: Path) -> None:
    scripts_of(tmp_path, "select 1;\nCOPY t FROM '/tmp/users.csv' CSV;")
    assert (
        "sql/01.sql:2:1: ERROR: COPY with a file"
        in runner("check", "--offline", "-s", "sql", check=2).stdout
    )
    runner("apply", "-s", "sql", *NOBODY, check=2)


def test_rights_are_the_targets_to_tell(
    runner: Runner,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    scripts_of(tmp_path, "SET session_replication_role = replica;\ncreate table t (i int);")
    role = make_role("CREATEDB")
    database = make_database(owner=role)
    runner("apply", "-s", "sql", "-t", database, check=0)
    conninfo = make_conninfo(database, user=role)
    assert "42501" in runner("apply", "-s", "sql", "-t", conninfo, check=4).stderr


# No false findings


@pytest.mark.process
def test_the_blog(runner: Runner) -> None:
    result = runner("check", "-s", DATA_SQL, check=0)
    assert "0 errors" in result.stdout or "nothing found" in result.stdout


EVERYDAY = """
create schema app; comment on schema app is 'VACUUM; COMMIT;';
create type app.mood as enum ('sad', 'o''k'); create domain app.email as text check (value ~ '@');
create table app.users (id serial primary key, name text not null, m app.mood default 'sad');
create table app.posts (id int generated always as identity, user_id int references app.users
  deferrable initially deferred, body text, created timestamptz default now());
create table app.logs (at date, text text) partition by range (at);
create table app.logs_1 partition of app.logs for values from ('2024-01-01') to ('2025-01-01');
create index on app.posts using btree (lower(body)) where body <> 'CONCURRENTLY';
create view app.names as select name from app.users;
create materialized view app.counts as select count(*) from app.users with no data;
create function app.touch() returns trigger language plpgsql as $$ begin new.created = now();
  -- COMMIT;
  return new; end $$;
create trigger touch before update on app.posts for each row execute procedure app.touch();
create procedure app.tidy() language plpgsql as $x$ begin commit; end $x$;
create rule r as on insert to app.names do instead (insert into app.users (name) values (new.name);
  notify x);
alter table app.users enable row level security;
create policy p on app.users using (name = current_user);
grant select on app.users to public;
"""
ROWS = (
    "VACUUM;\nCOMMIT;\n\\.\n\\foo\t'x\u200b\u00a0",
    "BEGIN; it''s \\ \"quoted\" $$ /* -- \r\n",
)


@pytest.mark.parametrize("options", [(), ("--inserts",), ("--clean", "--if-exists", "--create")])
def test_a_dump_has_no_findings(
    runner: Runner, tmp_path: Path, server: Server, fresh_database: str, options: tuple[str, ...]
) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute(EVERYDAY.encode())
        for row in ROWS:
            conn.execute("insert into app.users (name) values (%s)", [row])
    scripts_of(tmp_path, dump(server, fresh_database, *options))
    one_by_one = runner("check", "--offline", "-s", "sql", "--transaction", "none", check=0)
    assert one_by_one.stdout == "1 script: nothing found.\n"
    found = json.loads(runner("check", "--offline", "-s", "sql", "--json").stdout)["findings"]
    allowed = ["DATABASE", "\\connect"] if "--create" in options else []
    assert [one for one in found if not any(text in one["message"] for text in allowed)] == []


def test_what_is_in_the_database_is_what_the_scripts_say(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """What check passes over as harmless is: a value with every odd character arrives."""
    text = "a\u200bb\u00a0c\ufeffd"
    scripts_of(tmp_path, f"create table t (x text);\ninsert into t values ('{text}');\n")
    assert runner("check", "--offline", "-s", "sql", check=0).stdout == "1 script: nothing found.\n"
    runner("apply", "-s", "sql", "-t", fresh_database, check=0)
    assert query(fresh_database, "select x from t") == [text]
