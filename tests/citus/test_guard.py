"""Rows of others that are on the servers of Citus are not lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

TABLES = """
CREATE TABLE spread (id int PRIMARY KEY, v text, x int);
SELECT create_distributed_table('spread', 'id');
CREATE TABLE everywhere (id int PRIMARY KEY, v text);
SELECT create_reference_table('everywhere');
CREATE TABLE managed (id int PRIMARY KEY, r int REFERENCES everywhere, v text);
CREATE TABLE plain (id int PRIMARY KEY, r int);
CREATE TABLE depends (id int PRIMARY KEY, r int REFERENCES everywhere ON DELETE CASCADE);
SELECT create_distributed_table('depends', 'id');
CREATE TABLE columns (id int, v text) USING columnar;
CREATE TABLE spread_columns (id int, v text) USING columnar;
SELECT create_distributed_table('spread_columns', 'id');
CREATE TABLE parts (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
SELECT create_distributed_table('parts', 'id');
INSERT INTO spread SELECT i, 'v' || i, i FROM generate_series(1, 100) AS i;
INSERT INTO everywhere SELECT i, 'v' || i FROM generate_series(1, 100) AS i;
INSERT INTO managed SELECT i, i, 'v' || i FROM generate_series(1, 100) AS i;
INSERT INTO depends SELECT i, i FROM generate_series(1, 100) AS i;
INSERT INTO plain SELECT i, i FROM generate_series(1, 100) AS i;
INSERT INTO columns SELECT i, 'v' || i FROM generate_series(1, 100) AS i;
INSERT INTO spread_columns SELECT i, 'v' || i FROM generate_series(1, 100) AS i;
INSERT INTO parts SELECT i, '2020-05-05' FROM generate_series(1, 100) AS i;
"""


@pytest.fixture(scope="module")
def foreign(database: str) -> str:
    """The database, with a table of each type that holds 100 rows of others."""
    with psycopg.connect(database, autocommit=True) as conn:
        for command in filter(str.strip, TABLES.split(";")):
            conn.execute(command)
    return database


def in_block(text: str) -> str:
    return f"DO $$ BEGIN {text}; END $$;"


@pytest.mark.parametrize(
    ("script", "loss"),
    [
        (in_block("DELETE FROM spread WHERE id <= 50"), "public.spread: 50 rows"),
        (in_block("DELETE FROM managed WHERE id <= 50"), "public.managed: 50 rows"),
        (in_block("UPDATE everywhere SET v = 'x'"), "public.everywhere: 100 rows"),
        ("UPDATE spread SET v = 'x' WHERE id = 8;", "public.spread: 1 row"),
        ("TRUNCATE spread;", "public.spread: 100 rows"),
        ("TRUNCATE everywhere CASCADE;", "public.managed: 100 rows"),
        ("DROP TABLE managed;", "public.managed: 100 rows, dropped"),
        (
            "DROP TABLE spread; CREATE TABLE spread (id int PRIMARY KEY, v text, x int);"
            "SELECT create_distributed_table('spread', 'id');",
            "public.spread: 100 rows, dropped",
        ),
        ("ALTER TABLE spread DROP COLUMN v;", "public.spread: 100 rows, column v dropped"),
        ("ALTER TABLE spread ALTER x TYPE int USING 0;", "public.spread: 100 rows"),
        (
            "SELECT create_distributed_table('plain', 'id');"
            + in_block("DELETE FROM plain WHERE id = 1"),
            "public.plain: 1 row",
        ),
        (
            "ALTER TABLE plain ADD FOREIGN KEY (r) REFERENCES everywhere;"
            + in_block("DELETE FROM plain WHERE id < 10"),
            "public.plain: 9 rows",
        ),
        (
            "SELECT undistribute_table('spread'); DELETE FROM spread WHERE id < 10;",
            "public.spread: 100 rows",
        ),
        ("BEGIN; SAVEPOINT a; DELETE FROM spread WHERE id < 5; RELEASE a; COMMIT;", "4 rows"),
        ("DELETE FROM parts WHERE id < 5;", "public.parts_1: 4 rows"),
        ("DROP TABLE parts_1;", "public.parts_1: 100 rows, dropped"),
        ("TRUNCATE columns;", "public.columns: 100 rows, truncated"),
        ("TRUNCATE spread_columns;", "public.spread_columns: 100 rows"),
        ("DROP TABLE columns;", "public.columns: 100 rows, dropped"),
        ("ALTER TABLE columns DROP COLUMN v;", "public.columns: 100 rows"),
        ("ALTER TABLE spread_columns DROP COLUMN v;", "public.spread_columns: 100 rows"),
        ("DROP TABLE spread_columns;", "public.spread_columns: 100 rows, dropped"),
        (
            "DELETE FROM managed; DELETE FROM everywhere WHERE id > 98;",
            "public.everywhere: 2 rows",
        ),
        ("DELETE FROM managed; DELETE FROM everywhere WHERE id > 98;", "public.depends: 2 rows"),
        ("ALTER TABLE everywhere DROP COLUMN v;", "public.everywhere: 100 rows, column v dropped"),
        ("TRUNCATE managed;", "public.managed: 100 rows"),
        ("UPDATE managed SET v = NULL WHERE id < 4;", "public.managed: 3 rows"),
        ("ALTER TABLE managed DROP COLUMN v;", "public.managed: 100 rows, column v dropped"),
        (
            "ALTER TABLE managed DROP CONSTRAINT managed_r_fkey; DELETE FROM managed;",
            "public.managed: 100 rows",
        ),
        (
            "INSERT INTO spread VALUES (1, 'n', 1) ON CONFLICT (id) DO UPDATE SET v = 'n';",
            "public.spread: 1 row",
        ),
        (
            "WITH gone AS (DELETE FROM spread WHERE id < 3 RETURNING *) SELECT FROM gone;",
            "public.spread: 2 rows",
        ),
        ("UPDATE parts SET day = day + 1;", "public.parts_1: 100 rows"),
        ("ALTER TABLE parts DETACH PARTITION parts_1; DROP TABLE parts_1;", "public.parts_1"),
        (
            "SELECT alter_table_set_access_method('spread', 'columnar'); TRUNCATE spread;",
            "public.spread: 100 rows",
        ),
        (
            "SELECT alter_distributed_table('spread', shard_count := 2,"
            " cascade_to_colocated := false); DELETE FROM spread WHERE id = 1;",
            "public.spread: 100 rows",
        ),
        (
            "SELECT undistribute_table('everywhere', cascade_via_foreign_keys := true);"
            "DELETE FROM managed WHERE id = 1;",
            "public.managed: 100 rows",
        ),
    ],
)
def test_rows_of_others_that_would_be_lost_are_refused(
    foreign: str, runner: Runner, tmp_path: Path, script: str, loss: str
) -> None:
    (tmp_path / "01.sql").write_text(script)
    refused = plan(runner, tmp_path, foreign, check=4)
    assert loss in refused
    # No id of a row tells there when it was put in.
    assert "01.sql:1" in refused or "ALTER x TYPE" in script or "spread_columns" in script


def test_rows_that_are_changed_outside_the_transaction_are_refused_before(
    foreign: str, runner: Runner, tmp_path: Path
) -> None:
    """Neither counts nor digests show it: the run has locked no table, and changes none."""
    (tmp_path / "01.sql").write_text("SELECT run_command_on_shards('spread', 'DELETE FROM %s');")
    assert "is not guarded" in plan(runner, tmp_path, foreign, check=2)
    with psycopg.connect(foreign) as conn:
        assert conn.execute("SELECT count(*) FROM spread").fetchone() == (100,)


def test_commands_to_the_servers_that_no_text_shows_are_refused_after_the_scripts(
    foreign: str, runner: Runner, tmp_path: Path
) -> None:
    """A function of the target, or names that are put together: the server counts the calls."""
    call = "EXECUTE 'SELECT run_command'||'_on_shards(''spread'', ''SELECT 1 FROM %s'')'"
    (tmp_path / "01.sql").write_text(in_block(call))
    refused = plan(runner, tmp_path, foreign, check=4)
    assert "What those servers did is not undone." in refused
    (tmp_path / "01.sql").write_text("SELECT run_command_on_shards('spread', 'SELECT 1 FROM %s');")
    plan(runner, tmp_path, foreign, check=0)


@pytest.mark.parametrize(
    "script",
    [
        "INSERT INTO spread VALUES (1001, 'n', 1), (1, 'n', 1) ON CONFLICT DO NOTHING;",
        "INSERT INTO everywhere VALUES (1001, 'n'); INSERT INTO managed VALUES (1001, 1001, 'n');",
        "INSERT INTO columns VALUES (1001, 'n'); INSERT INTO spread_columns VALUES (1001, 'n');",
        "ALTER TABLE spread ADD COLUMN z int; CREATE INDEX ON spread (v);",
        "ALTER TABLE spread ALTER x TYPE bigint;",
        "SELECT create_distributed_table('plain', 'id');",
        "ALTER TABLE plain ADD FOREIGN KEY (r) REFERENCES everywhere;",
        "SELECT alter_table_set_access_method('plain', 'columnar');",
        "SELECT alter_distributed_table('spread', shard_count := 2,"
        " cascade_to_colocated := false);",
        "DELETE FROM spread WHERE id = 7; INSERT INTO spread VALUES (7, 'v7', 7);",
        "BEGIN; SAVEPOINT a; DELETE FROM spread; ROLLBACK TO a; COMMIT;",
        "ALTER TABLE parts DETACH PARTITION parts_1;",
    ],
)
def test_what_loses_no_row_of_others_may_run(
    foreign: str, runner: Runner, tmp_path: Path, script: str
) -> None:
    (tmp_path / "01.sql").write_text(script)
    plan(runner, tmp_path, foreign, check=0)


def plan(runner: Runner, folder: Path, target: str, *, check: int) -> str:
    """The messages of a run that is rolled back."""
    return runner(
        "plan", "--no-registry", "--verify", "none", "-s", folder, "-t", target, check=check
    ).stderr
