"""Scripts that distribute tables: applied, again, planned, verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

NEW = "WHERE NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = '{}'::regclass)"
TABLES = f"""
CREATE EXTENSION IF NOT EXISTS citus_columnar;
CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, name text NOT NULL, at timestamptz,
                                  n bigserial);
CREATE TABLE IF NOT EXISTS posts (
    id int, user_id int REFERENCES users, body text, PRIMARY KEY (user_id, id));
CREATE TABLE IF NOT EXISTS comments (
    id int, user_id int, post_id int, body text, PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, post_id) REFERENCES posts (user_id, id));
CREATE TABLE IF NOT EXISTS countries (code text PRIMARY KEY, name text);
CREATE TABLE IF NOT EXISTS settings (id serial PRIMARY KEY, name text, at timestamptz);
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN NEW.at := '2020-01-01'; RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER touch BEFORE INSERT ON settings FOR EACH ROW EXECUTE FUNCTION touch();
SELECT create_distributed_table('users', 'id') {NEW.format("users")};
SELECT create_distributed_table('posts', 'user_id', colocate_with => 'users') {NEW.format("posts")};
SELECT create_distributed_table('comments', 'user_id', colocate_with => 'posts')
    {NEW.format("comments")};
SELECT create_reference_table('countries') {NEW.format("countries")};
CREATE INDEX IF NOT EXISTS posts_body ON posts (body);
ALTER TABLE posts ADD COLUMN IF NOT EXISTS title text;
CREATE TABLE IF NOT EXISTS plain (id int);
CREATE TABLE IF NOT EXISTS old (id int, v text) USING columnar;
CREATE TABLE IF NOT EXISTS old_spread (id int, v text) USING columnar;
SELECT create_distributed_table('old_spread', 'id', colocate_with => 'none')
    {NEW.format("old_spread")};
CREATE TABLE IF NOT EXISTS events (id int, day int, CHECK (day > 0));
SELECT create_distributed_table('events', 'day', colocate_with => 'none') {NEW.format("events")};
SET citus.enable_unsafe_triggers = on;
CREATE OR REPLACE TRIGGER "AFTER old" AFTER UPDATE ON posts
    FOR EACH ROW WHEN (NEW.id > OLD.id) EXECUTE FUNCTION touch();
RESET citus.enable_unsafe_triggers;
DROP POLICY IF EXISTS known ON users;
CREATE POLICY known ON users USING (id > 0);
CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
SELECT create_distributed_function('twice(int)', 'n', colocate_with => 'users');
CREATE SCHEMA IF NOT EXISTS tenant;
CREATE TABLE IF NOT EXISTS tenant.notes (id int PRIMARY KEY);
SELECT citus_schema_distribute('tenant') WHERE NOT EXISTS (SELECT FROM pg_dist_schema);
"""
ROWS = """
INSERT INTO countries VALUES ('DE', 'Germany'), ('FR', 'France') ON CONFLICT DO NOTHING;
INSERT INTO users (id, name, at) VALUES (1, 'Ann', '2020-01-01 00:00+02'), (2, 'Ben', '2021-02-02')
    ON CONFLICT DO NOTHING;
INSERT INTO posts VALUES (1, 1, 'x'), (2, 1, 'y'), (1, 2, 'z') ON CONFLICT DO NOTHING;
INSERT INTO comments VALUES (1, 1, 2, 'c') ON CONFLICT DO NOTHING;
INSERT INTO settings (name) SELECT 's' WHERE NOT EXISTS (SELECT FROM settings);
INSERT INTO old SELECT 1, 'a' WHERE NOT EXISTS (SELECT FROM old);
INSERT INTO old_spread SELECT 1, 'a' WHERE NOT EXISTS (SELECT 1 FROM old_spread);
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a blog, distributed by users, with many INSERTs alike."""
    folder = tmp_path_factory.mktemp("sql")
    (folder / "01.sql").write_text(TABLES)
    many = "INSERT INTO users (id, name) VALUES ({0}, 'u{0}') ON CONFLICT DO NOTHING;\n"
    (folder / "02.sql").write_text(ROWS + "".join(map(many.format, range(10, 210))))
    return folder


@pytest.fixture(scope="module")
def applied(database: str, folder: Path) -> str:
    """The database with the blog, applied once, where schemas made would be distributed."""
    from runner.cli.main import main

    with psycopg.connect(database, autocommit=True) as conn:
        name = conn.info.dbname
        conn.execute(f'ALTER DATABASE "{name}" SET citus.enable_schema_based_sharding = on')
    assert main(["apply", "-s", str(folder), "-t", database]) == 0
    return database


def run(database: str, commands: str) -> list[tuple[object, ...]]:
    """Sends each command by itself; gives the rows of the last."""
    with psycopg.connect(database, autocommit=True) as conn:
        for command in filter(str.strip, commands.split(";")):
            cursor = conn.execute(command)
        return cursor.fetchall() if cursor.description else []


def test_it_can_be_applied_planned_and_verified_again_and_again(
    applied: str, folder: Path, runner: Runner
) -> None:
    for command in ("apply", "apply", "plan", "apply", "verify"):
        done = runner(command, "-s", folder, "-t", applied, check=0)
        assert "once more" not in done.stderr
    assert run(applied, "SELECT count(*), sum(n) FROM users") == [(202, sum(range(1, 203)))]
    assert run(applied, "SELECT count(*) FROM runner.run") == [(4,)]
    assert run(applied, "SELECT schemaid::regnamespace::text FROM pg_dist_schema") == [("tenant",)]


def on_first_shard(command: str, table: str = "posts") -> str:
    """The query that sends a command, formatted with the number of a shard, to the workers."""
    return (
        f"SELECT run_command_on_workers(format('{command}', min(shardid)))"
        f" FROM pg_dist_shard WHERE logicalrelid = '{table}'::regclass"
    )


def twice_on_workers(factor: int) -> str:
    """The query that changes the body of a function on the workers alone; %s is a semicolon."""
    return (
        "SELECT run_command_on_workers(format($$SET citus.enable_ddl_propagation = off%s"
        " CREATE OR REPLACE FUNCTION twice(n int) RETURNS int LANGUAGE sql"
        f" AS 'SELECT {factor} * n'$$, chr(59)))"
    )


@pytest.mark.parametrize(
    ("change", "undo", "found"),
    [
        (
            "ALTER TABLE comments DROP CONSTRAINT comments_user_id_post_id_fkey; SELECT"
            " alter_distributed_table('comments', shard_count := 2, cascade_to_colocated := false)",
            "SELECT alter_distributed_table('comments', colocate_with := 'posts');"
            "ALTER TABLE comments ADD FOREIGN KEY (user_id, post_id)"
            " REFERENCES posts (user_id, id)",
            "distribution public.comments",
        ),
        (
            "SELECT undistribute_table('countries')",
            "SELECT create_reference_table('countries')",
            "missing  distribution public.countries",
        ),
        (
            "SELECT citus_add_local_table_to_metadata('plain')",
            "SELECT undistribute_table('plain')",
            "extra    distribution public.plain",
        ),
        ("DROP INDEX posts_body", "CREATE INDEX posts_body ON posts (body)", "posts_body"),
        ("UPDATE users SET name = 'x' WHERE id = 1", "UPDATE users SET name = 'Ann' WHERE id = 1",
         "(id) = (1)"),
        ("TRUNCATE old", "INSERT INTO old VALUES (1, 'a')", "missing  row public.old"),
        ("TRUNCATE old_spread", "INSERT INTO old_spread VALUES (1, 'a')", "public.old_spread"),
        ("DELETE FROM comments", ROWS.split(";")[3], "comments"),
        (on_first_shard("DROP INDEX posts_body_%1$s"),
         on_first_shard("CREATE INDEX posts_body_%1$s ON posts_%1$s (body)"),
         "INDEX USING btree (body)"),
        (on_first_shard("ALTER TABLE events_%1$s DROP CONSTRAINT events_day_check", "events"),
         on_first_shard("ALTER TABLE events_%1$s ADD CHECK (day > 0)", "events"),
         "CHECK ((day > 0))"),
        (on_first_shard("CREATE UNIQUE INDEX u ON events_%1$s (id)", "events"),
         on_first_shard("DROP INDEX u", "events"), "UNIQUE INDEX USING btree (id)"),
        (on_first_shard("ALTER TABLE users_%1$s ALTER name DROP NOT NULL", "users"),
         on_first_shard("ALTER TABLE users_%1$s ALTER name SET NOT NULL", "users"),
         "COLUMN name text NOT NULL"),
        (on_first_shard("ALTER TABLE events_%1$s ADD COLUMN z int", "events"),
         on_first_shard("ALTER TABLE events_%1$s DROP COLUMN z", "events"), "COLUMN z integer"),
        (on_first_shard("ALTER TABLE posts_%1$s ENABLE ROW LEVEL SECURITY"),
         on_first_shard("ALTER TABLE posts_%1$s DISABLE ROW LEVEL SECURITY"),
         "ROW LEVEL SECURITY"),
        (on_first_shard('DROP TRIGGER "AFTER old_%1$s" ON posts_%1$s'),
         on_first_shard('CREATE TRIGGER "AFTER old_%1$s" AFTER UPDATE ON posts_%1$s FOR EACH ROW'
                        " WHEN (new.id > old.id) EXECUTE FUNCTION touch()"),
         "TRIGGER AFTER UPDATE FOR EACH ROW WHEN ((new.id > old.id))"),
        (on_first_shard("ALTER TABLE posts_%1$s DISABLE TRIGGER ALL"),
         on_first_shard("ALTER TABLE posts_%1$s ENABLE TRIGGER ALL"),
         "DISABLED TRIGGER AFTER UPDATE"),
        (on_first_shard("DROP POLICY known ON users_%1$s", "users"),
         on_first_shard("CREATE POLICY known ON users_%1$s USING (id > 0)", "users"),
         "POLICY known * t {-} USING ((id > 0)) WITH CHECK ()"),
        (twice_on_workers(3), twice_on_workers(2), "function public.twice(integer)"),
        ("SELECT alter_distributed_table('events', distribution_column := 'id')",
         "SELECT alter_distributed_table('events', distribution_column := 'day')",
         "distribution public.events, column"),
        ("DROP FUNCTION twice;"
         "CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n'",
         "SELECT create_distributed_function('twice(int)', 'n', colocate_with => 'users')",
         "distributed function"),
        ("SELECT citus_schema_undistribute('tenant')", "SELECT citus_schema_distribute('tenant')",
         "distributed schema tenant"),
        (on_first_shard("UPDATE countries_%1$s SET name = name || ''x''", "countries"),
         on_first_shard("UPDATE countries_%1$s SET name = rtrim(name, ''x'')", "countries"),
         "rows public.countries, shard"),
        ("INSERT INTO countries VALUES ('XX', 'x')", "DELETE FROM countries WHERE code = 'XX'", ""),
    ],
)  # fmt: skip
def test_a_difference_is_found(
    applied: str, folder: Path, runner: Runner, change: str, undo: str, found: str
) -> None:
    run(applied, change)
    try:
        verified = runner("verify", "-s", folder, "-t", applied, check=1 if found else 0)
        assert found in verified.stdout
    finally:
        run(applied, undo)


def new(table: str) -> str:
    return NEW.format(table)


@pytest.mark.parametrize(
    "script",
    [
        # The text of a query on several servers, and rows that the coordinator hands out.
        f"""CREATE TABLE IF NOT EXISTS a (id int PRIMARY KEY, v text);
        SELECT create_distributed_table('a', 'id', colocate_with => 'none') {new("a")};
        INSERT INTO a SELECT i, 'v' FROM generate_series(1, 50) AS i ON CONFLICT DO NOTHING;
        CREATE MATERIALIZED VIEW IF NOT EXISTS many AS SELECT v, count(*) FROM a GROUP BY v;
        REFRESH MATERIALIZED VIEW many;""",
        f"""CREATE TABLE IF NOT EXISTS b (id int, day date, PRIMARY KEY (id, day))
            PARTITION BY RANGE (day);
        CREATE TABLE IF NOT EXISTS b_1 PARTITION OF b
            FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        SELECT create_distributed_table('b', 'id') {new("b")};
        CREATE TABLE IF NOT EXISTS b_2 PARTITION OF b DEFAULT;
        INSERT INTO b VALUES (1, '2020-02-02'), (2, '2022-02-02') ON CONFLICT DO NOTHING;""",
        # The workers' clocks.
        f"""CREATE TABLE IF NOT EXISTS c (id int PRIMARY KEY, a timestamptz DEFAULT now(),
            b timestamptz(0) DEFAULT current_timestamp, c timestamp DEFAULT localtimestamp,
            d date DEFAULT current_date, u uuid DEFAULT gen_random_uuid());
        SELECT create_distributed_table('c', 'id') {new("c")};
        INSERT INTO c SELECT i FROM generate_series(1, 9) AS i ON CONFLICT DO NOTHING;
        INSERT INTO c VALUES (10) ON CONFLICT DO NOTHING;""",
        # What a shard has beside its table.
        f"""CREATE TABLE IF NOT EXISTS d (id int PRIMARY KEY, v text, w text);
        SELECT create_distributed_table('d', 'id') {new("d")};
        CREATE STATISTICS IF NOT EXISTS v_w ON v, w FROM d; ALTER TABLE d SET (fillfactor = 70);
        ALTER TABLE d ENABLE ROW LEVEL SECURITY; DROP POLICY IF EXISTS p ON d;
        CREATE POLICY p ON d USING (v IS NOT NULL); COMMENT ON COLUMN d.v IS 'v';""",
        f"""CREATE SEQUENCE IF NOT EXISTS numbers;
        CREATE TABLE IF NOT EXISTS e (id bigint PRIMARY KEY DEFAULT nextval('numbers'), v text);
        SELECT create_distributed_table('e', 'id') {new("e")};
        INSERT INTO e (v) SELECT 'v' FROM generate_series(1, 9) AS i
            WHERE NOT EXISTS (SELECT 1 FROM e);
        SELECT setval('numbers', 100);""",
        """DROP TABLE IF EXISTS f; CREATE TABLE f (id int) USING columnar;
        INSERT INTO f VALUES (1);""",
        # The reference has one server.
        """SET citus.shard_replication_factor = 2; DROP TABLE IF EXISTS g; CREATE TABLE g (id int);
        SELECT create_distributed_table('g', 'id'); INSERT INTO g SELECT generate_series(1, 9);""",
    ],
)
def test_more_that_can_be_applied_again_and_again(
    database: str, runner: Runner, tmp_path: Path, script: str
) -> None:
    (tmp_path / "01.sql").write_text(script)
    for command in ("apply", "apply", "plan", "verify"):
        done = runner(command, "-s", tmp_path, "-t", database, check=0)
        assert "once more" not in done.stderr


def test_a_row_of_ours_that_others_have_changed_is_kept(
    applied: str, runner: Runner, tmp_path: Path
) -> None:
    run(applied, "UPDATE users SET name = 'other' WHERE id = 20")
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "01.sql").write_text("DELETE FROM users WHERE id > 10;")
    refused = runner("apply", "-s", drop, "-t", applied, check=4)
    assert "public.users" in refused.stderr
    run(applied, "UPDATE users SET name = 'u20' WHERE id = 20")
    runner("plan", "--verify", "none", "-s", drop, "-t", applied, check=0)


_MOVE = """SELECT citus_move_shard_placement(
           s.shardid, s.nodename, s.nodeport, o.nodename, o.nodeport, 'block_writes')
  FROM citus_shards AS s, pg_dist_node AS o
 WHERE s.table_name = 'moved'::regclass AND o.groupid > 0 AND o.nodeport <> s.nodeport
   AND s.shardid = (SELECT min(shardid) FROM citus_shards WHERE table_name = 'moved'::regclass)"""


def test_rows_are_known_by_content_after_their_shard_has_moved(
    database: str, runner: Runner, tmp_path: Path
) -> None:
    """A run that writes nothing to them in between records nothing else of them."""
    first, again = tmp_path / "first", tmp_path / "again"
    for folder, script in (
        (again, "SELECT count(*) FROM moved;"),
        (first, "DROP TABLE IF EXISTS moved; CREATE TABLE moved (id int PRIMARY KEY);"
         "SELECT create_distributed_table('moved', 'id', colocate_with => 'none');"
         "INSERT INTO moved SELECT generate_series(1, 50);"),
    ):  # fmt: skip
        folder.mkdir()
        (folder / "01.sql").write_text(script)
    runner("apply", "-s", first, "-t", database, check=0)
    run(database, _MOVE)
    runner("apply", "--no-verify", "-s", again, "-t", database, check=0)
    runner("apply", "-s", first, "-t", database, check=0)
    run(database, f"INSERT INTO moved VALUES (51); {_MOVE}")
    refused = runner("apply", "-s", first, "-t", database, check=4).stderr
    assert "public.moved: 51 rows" in refused
