"""`diff`: the SQL that makes a database what the scripts build, proven and rolled back."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.scripts import write_scripts
from tests.conftest import CHECKOUT
from tests.readme import README, blocks, commands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    Runner = Callable[..., CompletedProcess[str]]

SCRIPT = """\
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users, score int, bio text);
CREATE VIEW scores AS SELECT author, score FROM posts;
CREATE FUNCTION users_there() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM users';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
"""
DRIFT = """\
INSERT INTO users (name) VALUES ('Ann'), ('Bob');
INSERT INTO posts VALUES (1, 1, 5, 'a bio');
DROP TRIGGER touch ON posts;
CREATE OR REPLACE FUNCTION users_there() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
DROP VIEW scores;
ALTER TABLE posts ALTER score TYPE text;
ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;
CREATE VIEW scores AS SELECT author, score FROM posts;
ALTER TABLE users ALTER name DROP NOT NULL;
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    return write_scripts(tmp_path, SCRIPT)


def execute(conninfo: str, text: str) -> None:
    with psycopg.connect(conninfo) as conn:
        conn.execute(text.encode())


def test_an_empty_database_and_a_drifted_one_become_what_the_scripts_build(
    runner: Runner, fresh_database: str, scripts: Path, tmp_path: Path
) -> None:
    """The SQL of both is proven, changes nothing when it is found, and does what it says."""
    options = ("-s", str(scripts), "-t", fresh_database)
    built = runner("diff", *options, check=1)
    assert "-- Proven: " in built.stdout
    assert "Left to you" not in built.stdout
    execute(fresh_database, built.stdout)
    assert "matches the scripts" in runner("diff", *options, check=0).stdout

    execute(fresh_database, DRIFT)
    file = tmp_path / "mend.sql"
    mended = runner("diff", *options, "-o", str(file), check=1)
    assert "It takes ACCESS EXCLUSIVE on public.posts, rewrites it." in mended.stdout
    assert "reads all of it" in mended.stdout
    assert "-- " + str(scripts / "01.sql") + ":6\n" in file.read_text()
    runner("verify", *options, check=1)
    execute(fresh_database, file.read_text())
    runner("verify", *options, check=0)
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT * FROM posts").fetchall() == [(1, 1, 5, "a bio")]


CHAIN = """\
CREATE TABLE t (a {0}, b {0}, c {0}, d {0}, e {1}, f {1}, g {1}, h {1});
CREATE VIEW v AS SELECT t.*{2} FROM t;
CREATE VIEW w AS SELECT a, h FROM v{3};
CREATE MATERIALIZED VIEW m AS SELECT max(a) AS a FROM w;
"""


def test_the_types_of_many_columns_change_under_a_chain_of_views(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    """The views are dropped once, whether they stay as they are or change too."""
    execute(fresh_database, CHAIN.format("int", "text", "", ""))
    execute(fresh_database, "INSERT INTO t VALUES (1, 2, 3, 4, '5', '6', '7', '8')")
    for views in (("", ""), (", a * 2.0 AS i", " WHERE i > 1")):
        scripts = write_scripts(tmp_path, CHAIN.format("bigint", "int", *views))
        options = ("-s", str(scripts), "-t", fresh_database)
        found = runner("diff", *options, check=1).stdout
        assert "Left to you" not in found
        assert found.count("DROP VIEW public.w;") <= 1
        execute(fresh_database, found)
        runner("verify", *options, check=0)


def test_a_table_in_the_place_of_a_view_is_dropped_by_name(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    scripts = write_scripts(tmp_path, "CREATE VIEW seen AS SELECT 1 AS a;")
    execute(fresh_database, "CREATE TABLE seen (a int)")
    options = ("-s", str(scripts), "-t", fresh_database)
    refused = runner("diff", *options, "--drop", check=1).stdout
    assert "to drop it, add: --drop public.seen" in " ".join(refused.replace("--  ", "").split())
    execute(fresh_database, runner("diff", *options, "--drop", "public.seen", check=1).stdout)
    runner("verify", *options, check=0)


def test_an_index_is_dropped_from_partitions_that_only_the_target_has(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    table = "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);"
    options = ("-s", str(write_scripts(tmp_path, table)), "-t", fresh_database)
    execute(
        fresh_database,
        f"""{table} CREATE TABLE t_1 PARTITION OF t DEFAULT PARTITION BY LIST (b);
        CREATE TABLE a_t PARTITION OF t_1 DEFAULT; CREATE INDEX by_b ON t (b);""",
    )
    found = runner("diff", *options, "--drop", check=1).stdout
    assert "DROP INDEX public.by_b;" in found
    assert "Left to you" not in found
    execute(fresh_database, found)
    assert "index" not in runner("verify", *options, "--strict", check=1).stdout


SHADOWS = """\
CREATE SCHEMA other;
CREATE DOMAIN other.text AS int;
CREATE FUNCTION other.lower(pg_catalog.text) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TYPE mood AS ENUM ('low', 'high');
"""
SHADOWED = """\
CREATE TABLE feelings (id int PRIMARY KEY, name text DEFAULT lower('X'), mood mood,
                       CHECK (lower(name) <> 'y'));
CREATE INDEX lowered ON feelings (lower(name));
CREATE VIEW names AS SELECT lower(name)::text AS name FROM feelings WHERE mood = 'low';
CREATE FUNCTION low(text) RETURNS mood LANGUAGE sql
    AS 'SELECT mood FROM feelings WHERE lower(name) = $1';
INSERT INTO feelings (id, mood) VALUES (1, 'low'), (2, low('x'));
"""


@pytest.mark.parametrize("path", ["other, pg_catalog", "pg_temp", "other"])
def test_the_sql_means_the_same_whatever_search_path_it_is_run_with(
    runner: Runner, fresh_database: str, tmp_path: Path, psql_bin: str, path: str
) -> None:
    """The INSERTs of the scripts, too, which run with that of the session of `diff`."""
    options = ("-s", str(write_scripts(tmp_path, SHADOWS + SHADOWED)), "-t", fresh_database)
    file = tmp_path / "mend.sql"
    execute(fresh_database, SHADOWS)
    runner("diff", *options, "--rows", "-o", str(file), check=1)
    user = make_conninfo(fresh_database, options=f"-csearch_path={path.replace(' ', '')}")
    subprocess.run([psql_bin, "-X1qv", "ON_ERROR_STOP=1", "-d", user, "-f", file], check=True)
    runner("verify", *options, check=0)


def test_what_only_the_target_has_is_dropped_by_name(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    """An index with --drop, a column with its name, and its values with --allow-loss."""
    options = ("-s", str(scripts), "-t", fresh_database, "--json")
    runner("apply", *options, check=0)
    execute(
        fresh_database,
        "INSERT INTO users (name) VALUES ('Ann'); ALTER TABLE users ADD extra int DEFAULT 1;"
        " CREATE INDEX more ON users (name)",
    )
    found = json.loads(runner("diff", *options, check=1).stdout)
    assert found["statements"] == []
    assert [(one["name"], one["reason"]) for one in found["left"]] == [
        ("public.users.extra", "to drop it, add: --drop public.users.extra"),
        ("public.more", "to drop it, add: --drop public.more"),
    ]
    parts = json.loads(runner("diff", *options, "--drop", check=1).stdout)
    assert [one["sql"] for one in parts["statements"]][1:] == ["DROP INDEX public.more"]
    named = ("--drop", "users.extra")
    refused = json.loads(runner("diff", *options, *named, check=4).stdout)
    assert "--allow-loss public.users" in refused["error"]["hint"]
    allowed = json.loads(runner("diff", *options, *named, "--allow-loss", "users", check=1).stdout)
    assert "ALTER TABLE public.users DROP COLUMN extra" in [
        one["sql"] for one in allowed["statements"]
    ]


def test_what_the_server_does_not_accept_is_left_with_its_reason(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    options = ("-s", str(scripts), "-t", fresh_database)
    runner("apply", *options, check=0)
    execute(
        fresh_database,
        "ALTER TABLE users ALTER name DROP NOT NULL; INSERT INTO users (name) VALUES (NULL);"
        " DROP TRIGGER touch ON posts",
    )
    ran = runner("diff", *options, check=1)
    assert "CREATE TRIGGER touch" in ran.stdout
    assert "-- Left to you: changed column public.users.name, not null" in ran.stdout
    assert "contains null values" in ran.stdout
    assert "SET NOT NULL" not in ran.stdout


def test_equal_reasons_are_given_once(runner: Runner, fresh_database: str, scripts: Path) -> None:
    options = ("-s", str(scripts), "-t", fresh_database)
    runner("apply", *options, check=0)
    (scripts / "03_more.sql").write_text("INSERT INTO users (name) VALUES ('Bo'), ('Cy');")
    ran = runner("diff", *options, check=1)
    assert ran.stdout.count("-- Left to you: missing row") > 1
    assert ran.stdout.count("add: --rows") == 1


def test_a_renamed_column_keeps_its_values(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    options = ("-s", str(scripts), "-t", fresh_database)
    runner("apply", *options, check=0)
    execute(
        fresh_database,
        "ALTER TABLE users RENAME name TO called; INSERT INTO users (called) VALUES ('Ann')",
    )
    assert "Left to you: extra column public.users.called" in runner("diff", *options).stdout
    assert "no such column" in runner("diff", *options, "--rename", "users.x=y", check=2).stderr
    ran = runner("diff", *options, "--rename", "users.called=name", check=1)
    assert "\nALTER TABLE public.users RENAME COLUMN called TO name;" in ran.stdout
    execute(fresh_database, ran.stdout)
    runner("verify", *options, check=0)


def test_a_column_that_may_have_been_renamed_names_the_option(
    runner: Runner, fresh_database: str, scripts: Path
) -> None:
    options = ("-s", str(scripts), "-t", fresh_database, "--json")
    runner("apply", *options, check=0)
    execute(fresh_database, "ALTER TABLE posts RENAME bio TO about")
    found = json.loads(runner("diff", *options, check=1).stdout)
    (reason,) = [one["reason"] for one in found["left"] if one["kind"] == "extra"]
    rename = shlex.split(reason.partition("add: ")[2].partition(";")[0])
    assert rename == ["--rename", "public.posts.about=bio"]
    found = json.loads(runner("diff", *options, *rename, check=1).stdout)
    assert [one["sql"] for one in found["statements"]][1:] == [
        "ALTER TABLE public.posts RENAME COLUMN about TO bio"
    ]


SERIAL, IDENTITY = "serial PRIMARY KEY", "int GENERATED ALWAYS AS IDENTITY PRIMARY KEY"


@pytest.mark.parametrize(("before", "after"), [(SERIAL, IDENTITY), (IDENTITY, SERIAL)])
def test_a_sequence_that_is_made_anew_goes_on_where_it_was(
    runner: Runner, fresh_database: str, tmp_path: Path, before: str, after: str
) -> None:
    """A serial column and an identity, whose sequences have the same name."""
    execute(fresh_database, f"CREATE TABLE t (id {before}, a int); INSERT INTO t (a) VALUES (1)")
    scripts = write_scripts(tmp_path, f"CREATE TABLE t (id {after}, a int);")
    options = ("-s", str(scripts), "-t", fresh_database)
    execute(fresh_database, runner("diff", *options, check=1).stdout)
    runner("verify", *options, check=0)
    execute(fresh_database, "INSERT INTO t (a) VALUES (2)")
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT id FROM t ORDER BY a").fetchall() == [(1,), (2,)]


SEEDS = """\
CREATE TABLE kinds (name text PRIMARY KEY, rank int);
CREATE TABLE users (id serial PRIMARY KEY, name text UNIQUE, kind text REFERENCES kinds);
CREATE TABLE notes (text text);
INSERT INTO kinds VALUES ('author', 1), ('guest', 2), ('bot', 3);
INSERT INTO users (name, kind) VALUES ('Ann', 'author'), ('Bob', 'guest');
INSERT INTO users (name, kind) VALUES ('Cid', 'bot') ON CONFLICT (name) DO UPDATE SET kind = 'bot';
INSERT INTO notes VALUES ('one'), ('two');
"""


def test_rows_that_are_missing_are_inserted_by_their_statement(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    """Rows that are there stay as they are, and a statement that would change them is not run."""
    scripts = write_scripts(tmp_path, SEEDS)
    options = ("-s", str(scripts), "-t", fresh_database)
    runner("apply", *options, check=0)
    execute(
        fresh_database,
        "DELETE FROM users WHERE name = 'Bob'; DELETE FROM kinds WHERE name = 'guest';"
        " UPDATE kinds SET rank = 9 WHERE name = 'author'; DELETE FROM notes WHERE text = 'one'",
    )
    without = runner("diff", *options, check=1).stdout
    assert "INSERT" not in without
    assert "add: --rows" in without
    found = runner("diff", *options, "--rows", check=1).stdout
    assert found.count("INSERT") == found.count("ON CONFLICT DO NOTHING;") == 2
    assert "-- It takes ROW EXCLUSIVE on public.users" in found
    # Nothing tells the rows of the table without a key apart.
    assert "missing row public.notes" in found
    assert "more than insert the rows that are missing" in found
    with psycopg.connect(fresh_database) as conn:
        conn.execute(found.encode())
        kinds = conn.execute("SELECT * FROM kinds ORDER BY 1").fetchall()
        users = conn.execute("SELECT name, kind FROM users ORDER BY 1").fetchall()
    assert kinds == [("author", 9), ("bot", 3), ("guest", 2)]
    assert users == [("Ann", "author"), ("Bob", "guest"), ("Cid", "bot")]
    left = runner("diff", *options, "--rows", check=1).stdout
    assert "changed row public.kinds (name) = (author), rank" in left
    assert "which repeats no COPY, UPDATE or setval()" in " ".join(left.split())
    assert "INSERT" not in left


def test_rows_are_inserted_after_those_that_they_refer_to(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    """In a dump they stand in the order of the names, before the foreign keys.

    Rows of a partition are inserted into its table.
    """
    scripts = write_scripts(
        tmp_path,
        "CREATE TABLE a (b int, c int); CREATE TABLE b (c int); CREATE TABLE c (c int PRIMARY KEY);"
        " INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1);"
        " ALTER TABLE b ADD PRIMARY KEY (c); ALTER TABLE b ADD FOREIGN KEY (c) REFERENCES c;"
        " ALTER TABLE a ADD PRIMARY KEY (b, c); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;"
        " CREATE TABLE p (a int PRIMARY KEY) PARTITION BY RANGE (a);"
        " CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);"
        " CREATE TABLE p2 PARTITION OF p DEFAULT; INSERT INTO p VALUES (1), (2);",
    )
    options = ("-s", str(scripts), "-t", fresh_database)
    execute(fresh_database, runner("diff", *options, "--rows", check=1).stdout)
    runner("verify", *options, check=0)


def test_the_proof_may_be_on_a_copy_or_left_out(
    runner: Runner, make_database: Callable[..., str], scripts: Path
) -> None:
    """With a copy the target is only read; on the target --lock-timeout counts."""
    target, copy = make_database(), make_database()
    options = ("-s", str(scripts), "-t", target)
    for one in (target, copy):
        runner("apply", "-s", str(scripts), "-t", one, check=0)
        execute(one, "DROP TRIGGER touch ON posts")
    with psycopg.connect(target) as other:
        other.execute("LOCK TABLE posts IN ROW EXCLUSIVE MODE")
        locked = runner("diff", *options, "--lock-timeout", "200ms", check=5)
        assert "Nothing has changed" in locked.stderr
        proven = runner("diff", *options, "--prove-on", copy, check=1).stdout
    assert proven.count("CREATE TRIGGER touch") == 1
    name = str(psycopg.conninfo.conninfo_to_dict(copy)["dbname"])
    assert f"it made {name} at" in " ".join(proven.replace("--", "").split())
    execute(copy, "ALTER TABLE users ADD extra int")
    refused = runner("diff", *options, "--prove-on", copy, check=2).stderr
    assert "no copy of the target: 1 difference" in refused

    unproven = runner("diff", *options, "--no-proof", check=1).stdout
    assert "-- Not proven (--no-proof)" in unproven
    assert "Proven:" not in unproven
    assert (
        json.loads(runner("diff", *options, "--no-proof", "--json", check=1).stdout)["proof"]
        is None
    )
    runner("diff", *options, "--no-proof", "--prove-on", copy, check=2)
    execute(target, unproven)
    runner("verify", *options, check=0)


def test_what_is_refused_and_what_has_drifted_name_the_command(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    """It can be run as it is printed, without a password; its output is a script for `apply`."""
    scripts = write_scripts(tmp_path, "DROP TABLE IF EXISTS t; CREATE TABLE t (a int);")
    options = ("-s", str(scripts), "-t", f"{fresh_database} password=hidden")
    runner("apply", *options, check=0)
    execute(fresh_database, "INSERT INTO t VALUES (1)")
    (scripts / "01.sql").write_text("DROP TABLE IF EXISTS t; CREATE TABLE t (a int, b int);")
    said = [runner(one, *options, check=4).stderr for one in ("apply", "plan")]
    said.append(runner("verify", *options, check=1).stdout)
    for text in said:
        assert "hidden" not in text
        command = shlex.split(text.partition("python -m runner diff")[2].splitlines()[0])
        assert command[:2] == ["-s", str(scripts)]
    changes = tmp_path / "changes"
    changes.mkdir()
    ran = runner("diff", *command, "-o", str(changes / "01.sql"), check=1)
    runner(*shlex.split(ran.stdout.partition("-- To run it: python -m runner ")[2]), check=0)
    runner("verify", *command, check=0)
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT * FROM t").fetchall() == [(1, None)]


BLOG_DRIFT = """\
ALTER TABLE users RENAME user_type TO kind;
DROP TRIGGER update_posts_timestamp ON posts;
CREATE OR REPLACE FUNCTION updated_at_trigger() RETURNS trigger LANGUAGE plpgsql
  AS 'BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END';
"""
BLOG_CHANGES = (
    (");\n\nCREATE TABLE posts", "    , bio TEXT\n);\n\nCREATE TABLE posts"),
    (", title VARCHAR(255)", ", title VARCHAR(255) NOT NULL"),
)


def as_told(text: str, database: str) -> list[str]:
    """The words of an output, whatever the name of the database, the time and the line breaks."""
    words = re.sub(r"in \d+\.\d+ s", "in 0.02 s", text.replace(database, "app"))
    return [word for word in words.split() if word != "--"]


def test_the_first_page_shows_what_is_printed_for_the_blog(
    runner: Runner, fresh_database: str, tmp_path: Path
) -> None:
    """With a new column, a dropped trigger, another function, a NOT NULL, and a renamed column."""
    (page,) = blocks("Diff", "console")
    assert page in README.read_text("utf-8")
    (command,) = commands(page)
    scripts = tmp_path / "data" / "sql"
    shutil.copytree(CHECKOUT / "data" / "sql", scripts)
    place = {"env": {"DATABASE_URL": fresh_database}, "cwd": tmp_path}
    runner("apply", check=0, **place)
    execute(fresh_database, BLOG_DRIFT)
    first = scripts / "01_create.sql"
    text = first.read_text()
    for before, after in BLOG_CHANGES:
        assert text.count(before) == 1
        text = text.replace(before, after)
    first.write_text(text)
    ran = runner(*shlex.split(command)[3:], check=1, **place)
    name = str(psycopg.conninfo.conninfo_to_dict(fresh_database)["dbname"])
    assert as_told(ran.stdout, name) == as_told(page.partition("\n")[2], name)
    execute(fresh_database, ran.stdout)
    runner("verify", check=0, **place)
