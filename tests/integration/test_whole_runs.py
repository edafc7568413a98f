"""Whole runs, verified: what is there, what is run, how it ends, what is said and what is left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from runner import commands
from runner.comparison import DifferencesError
from runner.errors import RunnerError
from runner.registry.registry import compare_scripts
from runner.settings import Settings
from tests.integration.applying import Applier, Told

if TYPE_CHECKING:
    from tests.servers import Server

Step = tuple[Any, ...]

ACCT = """CREATE TABLE acct (id int PRIMARY KEY, name text, bal numeric(12,4));
INSERT INTO acct SELECT i, 'n' || i, i * 1.2345 FROM generate_series(1, 10) i;"""
GUESTS = """CREATE TABLE IF NOT EXISTS guests (id serial PRIMARY KEY, name text);"""
HUNDRED = GUESTS + "INSERT INTO guests (name) SELECT 'g' || i FROM generate_series(1, 100) i;"
JOB = "CREATE TABLE IF NOT EXISTS job (id int PRIMARY KEY, name text);"
CHIEF = JOB + "INSERT INTO job VALUES (1, 'chief') ON CONFLICT DO NOTHING;"
PEOPLE = "CREATE TABLE people (id int, job int REFERENCES job ON {});"


def if_there(statement: str) -> str:
    """A block that does nothing in the reference, where nobody has made the table."""
    there = "to_regclass('public.acct') IS NOT NULL"
    return f"DO $$ BEGIN IF {there} THEN {statement} END IF; END $$;"


def of_acct(statement: str, code: int, said: str, *, query: str, left: object) -> list[Step]:
    """A block about the table of somebody else."""
    run = ("apply", if_there(statement), code, said)
    return [("sql", ACCT), run, ("look", query, [left])]


def uncounted(off: str) -> list[Step]:
    run = ("apply", off + if_there("DELETE FROM acct;"), 4, "track_counts")
    return [("sql", ACCT), run, ("look", "SELECT count(*) FROM acct", [10])]


OWN = """CREATE SCHEMA own;
CREATE FUNCTION own.eq(int, int) RETURNS bool LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR own.= (leftarg = int, rightarg = int, function = own.eq);
SELECT format('ALTER ROLE CURRENT_USER IN DATABASE %I SET search_path = own, pg_catalog, public',
    current_database()) \\gexec
"""
UPSERT = """INSERT INTO acct VALUES (1, 'seed', 0)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, bal = excluded.bal;"""
TEMPLATES = """CREATE TABLE IF NOT EXISTS templates (id int PRIMARY KEY, body text);
INSERT INTO templates VALUES (1, 'as delivered')
    ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body;"""

GUARDED: dict[str, list[Step]] = {
    "a reload sets references of others null": [
        ("apply", reload := JOB + "DELETE FROM job; INSERT INTO job VALUES (1, 'a'), (2, 'b');", 0),
        ("sql", PEOPLE.format("DELETE SET NULL") + "INSERT INTO people VALUES (1, 1), (2, 2)"),
        ("apply", reload, 4, "people: 2 rows, overwritten"),
        ("look", "SELECT job FROM people ORDER BY id", [1, 2]),
    ],
    "a new key cascades to others": [
        ("apply", CHIEF, 0),
        ("sql", PEOPLE.format("UPDATE CASCADE") + "INSERT INTO people VALUES (1, 1)"),
        ("apply", CHIEF + "UPDATE job SET id = 101 WHERE id = 1;", 4, "people: 1 row, overwritten"),
        ("look", "SELECT job FROM people", [1]),
    ],
    "an update of rows of others": of_acct(
        "UPDATE acct SET name = 'gone';", 4, "10 rows, overwritten",
        query="SELECT count(DISTINCT name) FROM acct", left=10,
    ),
    "a merge into rows of others": [
        ("since", 15),
        *of_acct(
            "MERGE INTO acct a USING (VALUES (1), (2)) v (id) ON a.id = v.id"
            " WHEN MATCHED THEN UPDATE SET bal = 0;", 4, "2 rows, overwritten",
            query="SELECT min(bal)::text FROM acct", left="1.2345",
        ),
    ],
    "an upsert over a row of others": of_acct(
        UPSERT, 4, "1 row, overwritten", query="SELECT name FROM acct WHERE id = 1", left="n1"
    ),
    "an upsert over an edited seed row": [
        ("apply", TEMPLATES, 0),
        ("sql", "UPDATE templates SET body = 'mine'"),
        ("plan", TEMPLATES, 0, "rows of others overwritten: public.templates: 1 row"),
        ("look", "SELECT body FROM templates", ["mine"]),
        ("apply", TEMPLATES, 0, "rows of others overwritten: public.templates: 1 row"),
    ],
    "a type that forgets values": of_acct(
        "ALTER TABLE acct ALTER bal TYPE int USING 0;", 4, "10 rows, values changed",
        query="SELECT count(DISTINCT bal) FROM acct", left=10,
    ),
    "an attribute of a composite type": [
        ("sql", "CREATE TYPE contact AS (mail text, phone text); CREATE TABLE person (c contact);"
                "INSERT INTO person VALUES (('a', 'secret'))"),
        ("apply", "DO $$ BEGIN IF to_regtype('contact') IS NOT NULL THEN"
                  " ALTER TYPE contact DROP ATTRIBUTE phone; END IF; END $$;",
         4, "person: 1 row, values changed"),
        ("look", "SELECT (c).phone FROM person", ["secret"]),
    ],
    "counters by set_config": uncounted("SELECT set_config('track_counts', 'off', false);"),
    "counters by a query": uncounted("SELECT 'SET track_counts = off' \\gexec\n"),
    "counters by another spelling": uncounted('SET U&"track\\005Fcounts" = off;'),
    "counters by a block": uncounted("DO $$ BEGIN EXECUTE 'SET track_' || 'counts=off'; END $$;"),
    "counters off in the database": [
        ("sql", "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET track_counts = off',"
                " current_database()); END $$"),
        *uncounted(""),
    ],
    "setval in a plan": [
        ("sql", HUNDRED),
        ("plan", GUESTS + "SELECT setval('guests_id_seq', 2);", 4, "set back from 100 to 2"),
        ("look", "SELECT last_value FROM guests_id_seq", [100]),
    ],
    "setval in a run that fails": [
        ("sql", HUNDRED),
        ("apply", GUESTS + "SELECT setval('guests_id_seq', 2); SELECT 1/0;", 3, "seq to 100"),
        ("look", "SELECT last_value FROM guests_id_seq", [100]),
    ],
    "operators of the search_path of a role": [
        ("sql", ACCT),
        ("apply", OWN, if_there("DELETE FROM public.acct;"), 4, "acct: 10 rows, deleted"),
        ("look", "SELECT count(*) FROM public.acct", [10]),
    ],
    "a forged registry": [
        ("apply", "CREATE SCHEMA IF NOT EXISTS s;", 0),
        ("sql", ACCT),
        ("apply", "UPDATE runner.run SET tables = tables || 'acct'::regclass::oid;", 4, "registry"),
        ("apply", "DROP TABLE IF EXISTS acct;", 4, "acct: 10 rows, dropped"),
    ],
    "a sequence of others made anew": [
        ("sql", "CREATE SEQUENCE inv_no; SELECT setval('inv_no', 500)"),
        ("apply", "DROP SEQUENCE IF EXISTS inv_no; CREATE SEQUENCE inv_no;", 0, "it was at 500"),
    ],
    "a large object of others": [
        ("sql", "SELECT lo_from_bytea(777777, 'hello world')"),
        ("apply", "DO $$ BEGIN IF EXISTS (SELECT FROM pg_largeobject_metadata WHERE oid = 777777)"
                  " THEN PERFORM lo_truncate(lo_open(777777, 131072), 0); END IF; END $$;",
         4, "pg_largeobject"),
        ("look", "SELECT length(lo_get(777777))", [11]),
    ],
}  # fmt: skip

AUDIT = """CREATE TABLE t (a int); CREATE TABLE audit (q text);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO audit VALUES (current_query()); RETURN NEW; END $$;
CREATE TRIGGER log BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION log();
INSERT INTO t VALUES (1);
INSERT INTO t VALUES (2);"""
LOGIN = """CREATE TABLE IF NOT EXISTS login (id int PRIMARY KEY,
    role text NOT NULL DEFAULT current_user, u text DEFAULT md5(random()::text));
INSERT INTO login VALUES (1, 'guest', 'given') ON CONFLICT DO NOTHING;"""
RACES = """CREATE SCHEMA IF NOT EXISTS runner;
CREATE TABLE IF NOT EXISTS runner.races (id int PRIMARY KEY);
INSERT INTO runner.races VALUES (1) ON CONFLICT DO NOTHING;"""
TRIGRAMS = "CREATE EXTENSION IF NOT EXISTS pg_trgm; CREATE TABLE IF NOT EXISTS o (i text);"
PUBLIC_T = "CREATE TABLE IF NOT EXISTS public.t (i int);"
CHOICE = """CREATE TABLE u (id text PRIMARY KEY DEFAULT md5(random()::text), mail text UNIQUE);
INSERT INTO u (mail) VALUES ('a@example.com'), ('b@example.com');
CREATE TABLE p (id text PRIMARY KEY DEFAULT md5(random()::text), u text REFERENCES u, t text);
INSERT INTO p (u, t) SELECT id, 'hello' FROM u;
INSERT INTO p (u, t) SELECT id, 'second' FROM u WHERE random() < 0.5;"""


def in_database(setting: str) -> Step:
    command = f"EXECUTE format('ALTER DATABASE %I SET {setting}', current_database());"
    return ("sql", f"DO $x$ BEGIN {command} END $x$")


COMPARED: dict[str, list[Step]] = {
    "written values beside a volatile default": [
        ("apply", LOGIN, 0),
        ("sql", "UPDATE login SET role = 'superadmin', u = 'other'"),
        ("verify", 1, "login .id. = .1. role.*login .id. = .1. u"),
    ],
    "an extension that an admin has made": [
        ("sql", "CREATE EXTENSION citext"),
        ("apply", mail := "CREATE TABLE IF NOT EXISTS mail (a citext);", 0),
        ("verify", 0),
    ],
    "an older version of an extension": [
        ("since", 13),
        ("sql", "CREATE EXTENSION pg_trgm VERSION '1.4'"),
        ("apply", TRIGRAMS, 0, "already exists"),
    ],
    "an extension in another schema": [
        ("sql", "CREATE SCHEMA extensions; CREATE EXTENSION pg_trgm SCHEMA extensions"),
        ("apply", TRIGRAMS, 0, "already exists"),
        ("apply", TRIGRAMS, 0),
    ],
    "an empty search_path": [
        in_database("search_path = ''''"), ("apply", PUBLIC_T, 0), ("verify", 0),
    ],
    "an empty name in search_path": [
        in_database("search_path = '''', public"), ("apply", PUBLIC_T, 0), ("verify", 0),
    ],
    "the text of a query": [
        ("apply", AUDIT, 0),
        ("look", "SELECT q FROM audit", ["INSERT INTO t VALUES (1);", "INSERT INTO t VALUES (2);"]),
    ],
    "a schema named as that of the registry": [
        ("apply", RACES, 0, "not recorded"),
        ("sql", "DROP TABLE runner.races"),
        ("verify", 1, "missing table runner.races"),
    ],
    "a random number of rows": [
        ("apply", "CREATE TABLE t (a int);"
                  "INSERT INTO t SELECT 1 FROM generate_series(1, (random() * 9999)::int);", 0,
         "the rows of public.t are not verified"),
        ("verify", 0),
    ],
    "random rows": [("plan", CHOICE, 0), ("apply", CHOICE, 0), ("verify", 0)],
    "an option of a column": [
        ("apply", "CREATE TABLE nd (a int); ALTER TABLE nd ALTER a SET (n_distinct = 5);", 0),
        ("sql", "ALTER TABLE nd ALTER a SET (n_distinct = 77)"),
        ("verify", 1, "changed column public.nd.a"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", [*GUARDED, *COMPARED])
def test_how_it_ends(name: str, server: Server, apply: Applier) -> None:
    for verb, *rest in (GUARDED | COMPARED)[name]:
        if verb == "since":
            if server.version < rest[0]:
                pytest.skip(f"version {rest[0]} has it first")
        elif verb == "sql":
            apply.sql(*rest)
        elif verb == "look":
            query, left = rest
            assert apply.sql(query) == left
        else:
            scripts = [one for one in rest if isinstance(one, str)]
            code = next(one for one in rest if isinstance(one, int))
            said = scripts.pop() if isinstance(rest[-1], str) else ""
            assert ended(apply, verb, *scripts, said=said) == code


def ended(apply: Applier, verb: str, *scripts: str, said: str) -> int:
    """The exit code of a command, which has `said` something (a pattern)."""
    told, text, code = Told(), "", 0
    try:
        if verb == "apply":
            apply(*scripts, verify="all")
        else:
            for number, script in enumerate(scripts, 1):
                (apply.folder / f"{number:02}.sql").write_text(script)
            settings = Settings(scripts=(apply.folder,), target=apply.conninfo)
            result = getattr(commands, verb)(settings, told)
            if verb == "verify" and not result.verification.agrees:
                raise DifferencesError(result.verification)
    except RunnerError as error:
        code = error.exit_code
        text = f"{error.message} {error.detail} {error.hint} {error.state}"
        if isinstance(error, DifferencesError):
            found = [one.difference for one in error.verification.found]
            text += "".join(f"\n{d.kind} {d.object} {d.name} {d.property}" for d in found)
    told = apply.told if verb == "apply" else told
    text += "\n".join(notice.message for notice in told.notices)
    assert re.search(said, text, re.DOTALL), text
    return code


def test_a_file_that_is_included(apply: Applier) -> None:
    """A script is another one if a file that it includes has changed."""
    part = apply.folder / "part.inc"
    part.write_text("CREATE TABLE IF NOT EXISTS t (i int);")
    apply("\\ir part.inc", verify="all")
    settings = Settings(scripts=(apply.folder,), target=apply.conninfo)
    applied = commands.status(settings, Told()).runs[0].scripts
    assert [one.status for one in compare_scripts(applied, settings)] == ["same"]
    part.write_text("SELECT 1;")
    assert [one.status for one in compare_scripts(applied, settings)] == ["changed"]
