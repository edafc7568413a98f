"""`diff`: the SQL that makes a database what the scripts build, proven and rolled back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.acceptance.scripts import write_scripts

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
    assert [one["sql"] for one in parts["statements"]] == ["DROP INDEX public.more"]
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
    assert ran.stdout.startswith("ALTER TABLE public.users RENAME COLUMN called TO name;")
    execute(fresh_database, ran.stdout)
    runner("verify", *options, check=0)
