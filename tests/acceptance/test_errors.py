"""Errors as a person meets them: the right place, one cause with one code, and what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import execute, write_scripts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server


# With these the reference is built before the run.
SHARED = {
    "a role": "create role made_by_errors nologin;",
    "a role in a body": "do $$ begin create role made_by_errors; exception"
    " when duplicate_object then null; end $$;",
    "a setting of the role": "alter role current_user set search_path = public;",
    "a grant on the database": 'grant connect on database :"DBNAME" to public;',
}
DATABASE = SHARED["a grant on the database"]
ERRORS = {
    "a column": ("create table t (id int);\ninsert into t (idd) values (1);", "42703", "2:16"),
    "a syntax error": ("create table t (id int);\ninsrt into t (id) values (1);", "42601", "2:1"),
    "a function": ("\nselect nosuch();", "42883", "2:8"),
    "a database": ("\ngrant connect on database nowhere to public;", "3D000", "2:1"),
    "a role that exists": ("\ncreate role postgres;", "42710", "2:1"),
}


def failure(runner: Runner, *args: Any, check: int = 3) -> dict[str, Any]:
    """The error of a command in JSON."""
    error: dict[str, Any] = json.loads(runner(*args, "--json", check=check).stdout)["error"]
    return error


@pytest.mark.parametrize(
    ("first", "error"),
    [
        *((first, "a column") for first in SHARED.values()),
        *((DATABASE, error) for error in list(ERRORS)[1:]),
    ],
)
def test_the_target_tells_its_own_errors(
    runner: Runner, tmp_path: Path, module_database: str, first: str, error: str
) -> None:
    text, sqlstate, place = ERRORS[error]
    scripts = write_scripts(tmp_path, first, text)
    found = failure(runner, "apply", "-s", scripts, "-t", module_database)
    assert (found["sqlstate"], f"{found['line']}:{found['column']}") == (sqlstate, place)
    assert "reference" not in f"{found['message']} {found['hint']}"
    assert "--no-verify" not in str(found["hint"])


@pytest.mark.parametrize("first", ["", f"{DATABASE}\n"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("alter table only_here set (fillfactor = 90);", "let a script make it"),
        (
            "do $$ begin if exists (select from pg_stat_activity where pid = pg_backend_pid()"
            " and datname like 'runner_reference_%') then raise 'not here'; end if; end $$;",
            "a database of another name",
        ),
    ],
)
def test_an_error_of_the_reference_alone_says_why(
    runner: Runner, tmp_path: Path, module_database: str, first: str, text: str, reason: str
) -> None:
    execute(module_database, "create table if not exists only_here (a int)")
    scripts = write_scripts(tmp_path, first + text)
    found = failure(runner, "apply", "-s", scripts, "-t", module_database)
    assert found["message"].startswith("in the reference database: ")
    assert reason in found["hint"]
    assert found["hint"].endswith("--no-verify skips the comparison.")
    runner("apply", "-s", scripts, "-t", module_database, "--no-verify", check=0)
    found = failure(runner, "verify", "-s", scripts, "-t", module_database)
    assert "--no-verify" not in str(found["hint"])


@pytest.mark.parametrize("first", ["", "alter role current_user set search_path = public;\n"])
def test_a_missing_right_has_one_code(
    runner: Runner,
    tmp_path: Path,
    server: Server,
    fresh_database: str,
    make_role: Callable[..., str],
    first: str,
) -> None:
    """Found by the target's own run, by that of its reference, and by `verify`."""
    role = make_role("CREATEDB")
    database = str(conninfo_to_dict(fresh_database)["dbname"])
    target = server.conninfo(database, user=role)
    scripts = write_scripts(tmp_path, f"{first}select from pg_authid;")
    for command in (("apply",), ("apply", "--no-verify"), ("plan",), ("verify",)):
        found = failure(runner, *command, "-s", scripts, "-t", target, check=4)
        assert (found["code"], found["sqlstate"]) == ("refused", "42501")


# The version that has it, and what to write for an older one.
NEWER = {
    "create or replace trigger r before update on t for each row"
    " execute function suppress_redundant_updates_trigger();": (
        14,
        "There is no CREATE OR REPLACE",
    ),
    "create function f() returns int language sql begin atomic select 1; end;": (14, "write AS $$"),
    "create table n (i int, unique nulls not distinct (i));": (15, "leave it out"),
    "create table n (i text compression pglz);": (14, "leave it out"),
    "create table n (i int, j int generated always as (i) virtual);": (18, "write STORED"),
    "create view n with (security_invoker) as select 1;": (15, "leave it out"),
    "select any_value(i) from t;": (16, "write max(column)"),
    "merge into t using t s on true when matched then do nothing;": (15, "write INSERT"),
}


def test_what_an_older_server_does_not_have(
    runner: Runner, tmp_path: Path, server: Server, module_database: str
) -> None:
    for text, (version, hint) in NEWER.items():
        scripts = write_scripts(tmp_path, f"create table t (i int);\n{text}\n")
        options = ("plan", "-s", scripts, "-t", module_database, "--no-verify")
        if server.version >= version:
            runner(*options, check=0)
        else:
            assert hint in failure(runner, *options)["hint"]


# A statement after others (a file each where there are several), its error, and the hint.
SLIPS: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "a misspelt keyword": (("CRAETE TABLE g ();",), "01.sql:1:1", "42601", "Did you mean CREATE?"),
    "letters swapped": (("INSERT INOT t VALUES (1);",), "01.sql:1:8", "42601", "mean INTO?"),
    "a word before": (("UPDATE t STE a = 1;",), "01.sql:1:14", "42601", "mean SET?"),
    "a missing comma": (
        ("CREATE TABLE g (\n  id int\n  , name text\n    mail text\n);",),
        "01.sql:4:5",
        "42601",
        "A comma is missing before line 4.",
    ),
    "a missing comma in a row": (
        ("CREATE TABLE g (a int, b text);\nINSERT INTO g VALUES (1 'a');",),
        "01.sql:2:25",
        "42601",
        "A comma is missing before 'a'.",
    ),
    "a comma too many": (
        ("CREATE TABLE g (\n  id int,\n);",),
        "01.sql:3:1",
        "42601",
        "Remove the comma before ).",
    ),
    "a comma after the last row": (
        ("CREATE TABLE g (a int, b text);\nINSERT INTO g VALUES\n  (1, 'a'),\n;",),
        "01.sql:4:1",
        "42601",
        "Remove the comma before the end.",
    ),
    "a comma before FROM": (("SELECT 1, FROM pg_class;",), "01.sql:1:11", "42601", "before FROM."),
    "a missing semicolon": (
        ("CREATE TABLE a ()\n\nCREATE TABLE b ();",),
        "01.sql:3:1",
        "42601",
        "A semicolon is missing before line 3.",
    ),
    "too many values": (
        ("CREATE TABLE g (a int, b text);\nINSERT INTO g (a, b) VALUES (1, 'b'), (1, (2), 'c');",),
        "01.sql:2:40",
        "42601",
        "",  # the message says it
    ),
    "too few values": (
        ("CREATE TABLE g (a int, b text);\nINSERT INTO g (a, b) VALUES (1);",),
        "01.sql:2:19",
        "42601",
        "",  # the message says it
    ),
    "typographic quotes": (
        ("CREATE TABLE g (a text);\nINSERT INTO g VALUES (\u2018Ann\u2019);",),
        "01.sql:2:23",
        "42703",
        "These are typographic quotes",
    ),
    "a text in double quotes": (
        ('CREATE TABLE g (a text);\nINSERT INTO g VALUES ("Ann\'s");',),
        "01.sql:2:23",
        "42703",
        "A text is written 'Ann''s'.",
    ),
    "two apostrophes": (
        ("SELECT 'It's mine', 'It's yours';",),
        "01.sql:1:14",
        "42601",
        "is written twice",
    ),
    "a variable": (
        ("CREATE ROLE made_by_errors PASSWORD :password;",),
        "01.sql:1:37",
        "42601",
        "The variable password is not set: --var password=…",
    ),
    "made later": (
        ("CREATE TABLE a (b_id int REFERENCES b (id));\nCREATE TABLE b (id int PRIMARY KEY);",),
        "01.sql:1:1",
        "42P01",
        "b is made later, in {0}/01.sql:2.",
    ),
    "made in a later file": (
        ("INSERT INTO b VALUES (1);", "CREATE TABLE b (id int);"),
        "01.sql:1:13",
        "42P01",
        "b is made later, in {0}/02.sql:1. Scripts run in the order of their names.",
    ),
    "a function made later": (
        ("SELECT f();\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",),
        "01.sql:1:8",
        "42883",
        "f is made later, in {0}/01.sql:2.",
    ),
    "a type made later": (
        ("CREATE TABLE b (m mood);\nCREATE TYPE mood AS ENUM ('a');",),
        "01.sql:1:19",
        "42704",
        "mood is made later, in {0}/01.sql:2.",
    ),
    "dropped": (
        ("CREATE TABLE b ();\nDROP TABLE b;\nSELECT FROM b;",),
        "01.sql:3:13",
        "42P01",
        "b is made in {0}/01.sql:1, but not in a schema of search_path, or it was dropped.",
    ),
    "another name": (
        ("CREATE TABLE guests ();\nSELECT FROM guest;",),
        "01.sql:2:13",
        "42P01",
        "Did you mean guests, made in {0}/01.sql:1?",
    ),
    "a name in capitals": (
        ('CREATE TABLE "Users" ();\nSELECT FROM Users;',),
        "01.sql:2:13",
        "42P01",
        'Did you mean "Users", made in {0}/01.sql:1?',
    ),
    "made twice": (
        ("CREATE TABLE b ();", "CREATE TABLE b ();"),
        "02.sql:1:1",
        "42P07",
        "b was first made in {0}/01.sql:1. Write CREATE TABLE IF NOT EXISTS",
    ),
    "a function made twice": (
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n" * 2,),
        "01.sql:2:1",
        "42723",
        "f was first made in {0}/01.sql:1. Write CREATE OR REPLACE FUNCTION",
    ),
    "a type made twice": (
        ("CREATE TYPE mood AS ENUM ('a');\n" * 2,),
        "01.sql:2:1",
        "42710",
        "Write DO $$ BEGIN CREATE TYPE …; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
    ),
    "a column made twice": (
        ("CREATE TABLE b (a int);\nALTER TABLE b ADD COLUMN a int;",),
        "01.sql:2:1",
        "42701",
        "Write ADD COLUMN IF NOT EXISTS",
    ),
    "a column twice in a table": (
        ("CREATE TABLE b (\n  a int,\n  a text\n);",),
        "01.sql:3:3",
        "42701",
        "",  # the message says it
    ),
    "a trigger made twice": (
        (
            "CREATE TABLE b ();\n"
            + "CREATE TRIGGER g BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION"
            " suppress_redundant_updates_trigger();\n" * 2,
        ),
        "01.sql:3:1",
        "42710",
        "DROP TRIGGER IF EXISTS g ON b;",
    ),
    "a setting of a newer server": (
        ("SELECT set_config('pg_attver', '', false);",),
        "01.sql:1:1",
        "42704",
        "leave the line out",
    ),
    "a semicolon inside of parentheses": (
        ("CREATE TABLE b (a int;\n  c text);",),
        "01.sql:1:22",
        "42601",
        "Inside of parentheses write a comma, not a semicolon.",
    ),
    "a semicolon before a parenthesis": (
        ("CREATE TABLE b (a int, c text;);",),
        "01.sql:1:30",
        "42601",
        "Remove the semicolon before the parenthesis.",
    ),
    "SET of a variable": (
        ("DO $$ DECLARE n int; BEGIN SET n = 5; END $$;",),
        "01.sql:1:1",
        "42704",
        "In PL/pgSQL a variable is set without SET: n := value;",
    ),
    "SET of a sum": (
        ("DO $$ DECLARE n int := 0; BEGIN SET n = n + 1; END $$;",),
        "01.sql:1:43",
        "42601",
        "In PL/pgSQL a variable is set without SET: name := value;",
    ),
    "IF NOT EXISTS where there is none": (
        ("CREATE POLICY IF NOT EXISTS p ON t USING (true);",),
        "01.sql:1:18",
        "42601",
        "write DROP POLICY IF EXISTS name ON table; before it.",
    ),
    "IF EXISTS after the name": (
        ("DROP TABLE b IF EXISTS;",),
        "01.sql:1:14",
        "42601",
        "IF EXISTS goes before the name.",
    ),
    "no name of an index": (
        ("CREATE INDEX IF NOT EXISTS ON t (a);",),
        "01.sql:1:28",
        "42601",
        "With IF NOT EXISTS an index has a name",
    ),
    "no parentheses": (
        ("CREATE TABLE b (a int) PARTITION BY RANGE a;",),
        "01.sql:1:43",
        "42601",
        "Parentheses are missing after RANGE: RANGE (…)",
    ),
    "no type to return": (
        ("CREATE FUNCTION f() LANGUAGE sql AS 'SELECT 1';",),
        "01.sql:1:1",
        "42P13",
        "such as RETURNS void.",
    ),
    "backquotes": (("CREATE TABLE `b` ();",), "01.sql:1:14", "42601", 'write b, or "b".'),
    "AUTO_INCREMENT": (
        ("CREATE TABLE b (id INT AUTO_INCREMENT);",),
        "01.sql:1:24",
        "42601",
        "AUTO_INCREMENT is of another database: write serial, or",
    ),
    "two types": (
        ("CREATE TABLE v (at DATETIME, n INT UNSIGNED);",),
        "01.sql:1:36",
        "42601",
        "timestamptz.\nUNSIGNED is MySQL's: leave it out, or add CHECK (column >= 0).",
    ),
    "a type": (("CREATE TABLE v (at datetime);",), "01.sql:1:20", "42704", "write timestamp"),
    "USE": (("USE shop;",), "01.sql:1:1", "42601", "the target names the database (-t)"),
    "DESCRIBE": (("DESCRIBE shop;",), "01.sql:1:1", "42601", "psql has \\dt, \\l and \\d NAME"),
    "SHOW TABLES": (("SHOW TABLES;",), "01.sql:1:1", "42704", "psql has \\dt"),
    "ENGINE": (
        ("CREATE TABLE b () ENGINE=InnoDB;",),
        "01.sql:1:19",
        "42601",
        "ENGINE is of another",
    ),
    "brackets": (
        ("CREATE TABLE [b] (n int IDENTITY(1,1));",),
        "01.sql:1:14",
        "42601",
        'write b, or "b".\nIDENTITY is of another database',
    ),
    "GO": (("CREATE TABLE b ();\nGO",), "01.sql:2:1", "42601", "GO is SQL Server's"),
    "a function of another database": (
        ("SELECT ifnull(1, 2);",),
        "01.sql:1:8",
        "42883",
        "IFNULL is of another database: write coalesce(…).",
    ),
    "a function of an extension": (
        ("SELECT uuid_generate_v4();",),
        "01.sql:1:8",
        "42883",
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";',
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_has_a_remedy(
    runner: Runner, tmp_path: Path, module_database: str, slip: str
) -> None:
    texts, place, sqlstate, hint = SLIPS[slip]
    scripts = write_scripts(tmp_path, *texts)
    found = failure(runner, "apply", "-s", scripts, "-t", module_database, "--no-verify")
    where = f"{found['script']}:{found['line']}:{found['column']}"
    assert (where, found["sqlstate"]) == (f"{scripts}/{place}", sqlstate)
    assert hint.replace("{0}", str(scripts)) in str(found["hint"])


def test_what_was_there_before_and_when(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    command = ("apply", "-s", write_scripts(tmp_path, "CREATE TABLE b (a int);"), "-t")
    runner(*command, fresh_database, check=0)
    hint = failure(runner, *command, fresh_database)["hint"]
    assert hint.startswith("b existed before this run: these scripts were applied on 2")
    write_scripts(tmp_path, "CREATE TABLE IF NOT EXISTS b (a int, c int);\nSELECT c FROM b;")
    hint = failure(runner, *command, fresh_database)["hint"]
    assert "Write ALTER TABLE b ADD COLUMN IF NOT EXISTS c …" in hint


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        # An apostrophe, a closing quote that is missing, and one that is missing at a line's end.
        ("INSERT INTO t VALUES ('It's great');\n", "1:26", "string"),
        ("SELECT 1;\nSELECT ('Ann, 'a');\nSELECT ('Bob', 'b');\n", "2:15", "string"),
        ("SELECT ('a', 'b);\nSELECT ('c', 'd');\nSELECT ('e', 'f');\n", "1:14", "string"),
        ('CREATE TABLE "a (id int);\nCREATE TABLE "b" ();\nCREATE TABLE "c" ();', "1:14", "name"),
        # Nothing is odd before the last quote.
        ("SELECT 'a;b', 'c'\n;\nSELECT 'd\n", "3:8", "string"),
    ],
)
@pytest.mark.usefixtures("rehearsing_here")
def test_a_quote_that_is_not_closed_is_found_where_it_is_missing(
    runner: Runner, tmp_path: Path, text: str, place: str, what: str
) -> None:
    scripts = write_scripts(tmp_path, text)
    kind = {"string": "quoted string", "name": "quoted identifier"}[what]
    found = runner("check", "-s", scripts, check=2)
    assert f"{scripts}/01.sql:{place}: ERROR: unterminated {kind}" in found.stdout


BODY = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN {}; RETURN 1; END $$;\n"


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ("DELETE FROM nowhere", "\nQUERY: DELETE FROM nowhere\n                   ^\n"),
        ("DELETE\n  FROM nowhere", "\nQUERY: DELETE\n    FROM nowhere\n         ^\n"),
    ],
)
def test_the_query_inside_of_a_statement_is_shown(
    runner: Runner, tmp_path: Path, module_database: str, inner: str, shown: str
) -> None:
    scripts = write_scripts(tmp_path, BODY.format(inner) + "SELECT f();")
    command = ("apply", "-s", scripts, "-t", module_database, "--no-verify")
    assert shown in runner(*command, check=3).stderr
    found = failure(runner, *command)
    assert found["query"] == inner
    assert found["context"].startswith("PL/pgSQL function f() line 1 at SQL statement")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL p();", 3),
        ("CREATE TABLESPACE made_by_errors LOCATION '/nowhere';", 3),
        ("ABORT AND CHAINS;", 2),
    ],
)
@pytest.mark.parametrize("command", ["apply", "plan", "verify"])
def test_only_apply_advises_what_only_apply_can(
    runner: Runner, tmp_path: Path, module_database: str, command: str, text: str, code: int
) -> None:
    scripts = write_scripts(tmp_path, text)
    result = runner(command, "-s", scripts, "-t", module_database, "--json", check=code)
    assert ("--transaction none" in result.stdout + result.stderr) == (command == "apply")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT FROM (SELECT FROM json_to_record('{}')) AS a;",
        "SELECT FROM pg_class, json_to_record('{}');",
    ],
)
def test_what_is_no_slip_of_punctuation_has_no_remedy_of_it(
    runner: Runner, tmp_path: Path, module_database: str, text: str
) -> None:
    """The grammar accepts it, and what reads the statement then uses the same SQLSTATE."""
    scripts = write_scripts(tmp_path, text)
    found = failure(runner, "apply", "-s", scripts, "-t", module_database, "--no-verify")
    assert found["sqlstate"] == "42601"
    assert "comma" not in str(found["hint"])
