"""The snapshot of real databases: what it holds, and that nothing else differs."""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.catalog.reader import fetch_groups, read_snapshot
from runner.catalog.snapshot import ObjectKey, Snapshot, compare
from runner.comparison import Difference
from tests.conftest import needs_proc
from tests.integration.everything import BULK, SCRIPT, database, execute
from tests.servers import Server, find_tool

if TYPE_CHECKING:
    from collections.abc import Callable

BLOG = sorted((Path(__file__).parents[2] / "data" / "sql").glob("*.sql"))


def snapshot(conninfo: str) -> Snapshot:
    with psycopg.connect(conninfo) as conn:
        return read_snapshot(conn)


@pytest.fixture(scope="module")
def scripts() -> tuple[str, ...]:
    return SCRIPT.read_text(), BULK


def test_the_same_scripts_twice_make_no_difference(
    server: Server, scripts: tuple[str, ...]
) -> None:
    with database(server, *scripts) as one, database(server, *scripts) as other:
        reference, target = snapshot(one), snapshot(other)
    assert compare(reference, target, strict=True) == ()
    assert sum(reference.checked().values()) >= 300


# The only object, or privilege, of its kind in a database.
ALONE = [
    ("aggregate", "CREATE AGGREGATE public.total(int) (SFUNC = int4pl, STYPE = int)"),
    ("operator", "CREATE OPERATOR public.### (FUNCTION = int4pl, LEFTARG = int, RIGHTARG = int)"),
    ("operator family", "CREATE OPERATOR FAMILY public.f USING btree"),
    ("operator class", "CREATE OPERATOR CLASS public.c FOR TYPE int USING btree"
     " AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)"),
    ("language", "CREATE LANGUAGE alone HANDLER plpgsql_call_handler"),
    ("transform", "CREATE TRANSFORM FOR int LANGUAGE sql"
     " (FROM SQL WITH FUNCTION prsd_lextype(internal))"),
    ("cast", "CREATE CAST (int AS inet) WITH INOUT"),
    ("access method", "CREATE ACCESS METHOD alone TYPE INDEX HANDLER bthandler"),
    ("collation", "CREATE COLLATION public.c (LOCALE = 'C')"),
    ("conversion", "CREATE CONVERSION public.c FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"),
    ("text search configuration", "CREATE TEXT SEARCH CONFIGURATION public.c (PARSER = default)"),
    ("text search dictionary", "CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = simple)"),
    ("text search parser", "CREATE TEXT SEARCH PARSER public.p (START = prsd_start,"
     " GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)"),
    ("text search template", "CREATE TEXT SEARCH TEMPLATE public.t (LEXIZE = dsimple_lexize)"),
    ("foreign-data wrapper", "CREATE FOREIGN DATA WRAPPER alone"),
    ("server", "CREATE FOREIGN DATA WRAPPER alone; CREATE SERVER alone FOREIGN DATA WRAPPER alone"),
    ("user mapping", "CREATE FOREIGN DATA WRAPPER alone; CREATE SERVER alone FOREIGN DATA WRAPPER"
     " alone; CREATE USER MAPPING FOR PUBLIC SERVER alone"),
    ("publication", "CREATE PUBLICATION alone"),
    ("subscription", "CREATE SUBSCRIPTION alone CONNECTION '' PUBLICATION p"
     " WITH (connect = false)"),
    ("event trigger", "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
     "CREATE EVENT TRIGGER alone ON sql_drop EXECUTE FUNCTION f()"),
    ("policy", "CREATE TABLE t (); CREATE POLICY p ON t"),
    ("rule", "CREATE TABLE t (); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING"),
    ("trigger", "CREATE TABLE t (); CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW"
     " EXECUTE FUNCTION suppress_redundant_updates_trigger()"),
    ("statistics", "CREATE TABLE t (a int, b int); CREATE STATISTICS public.s ON a, b FROM t"),
    ("index", "CREATE TABLE t (a int); CREATE INDEX ON t (a)"),
    ("constraint", "CREATE DOMAIN d AS int CHECK (VALUE > 0)"),
    ("attribute", "CREATE TYPE public.pair AS (a int)"),
    ("column", "CREATE VIEW v AS SELECT 1 AS a"),
    ("type", "CREATE TYPE public.mood AS ENUM ('ok')"),
    ("type", "CREATE TYPE public.pair AS ()"),
    ("type", "CREATE TYPE public.shell"),
    ("type", "CREATE TYPE public.spans AS RANGE (SUBTYPE = int)"),
    ("domain", "CREATE DOMAIN d AS int"),
    ("table", "CREATE TABLE t ()"),
    ("foreign table", "CREATE FOREIGN DATA WRAPPER alone; CREATE SERVER alone FOREIGN DATA WRAPPER"
     " alone; CREATE FOREIGN TABLE t () SERVER alone"),
    ("view", "CREATE VIEW v AS SELECT 1 AS a"),
    ("materialized view", "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a"),
    ("sequence", "CREATE SEQUENCE s"),
    ("function", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    ("procedure", "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'"),
    ("extension", "CREATE EXTENSION citext"),
    ("schema", "CREATE SCHEMA s"),
]  # fmt: skip
PRIVILEGES_ALONE = [
    "GRANT ALL ON SCHEMA public TO pg_monitor",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO PUBLIC",
    "CREATE TABLE t (); GRANT SELECT ON t TO PUBLIC",
    "CREATE TABLE t (a int); GRANT SELECT (a) ON t TO PUBLIC",
    "CREATE SEQUENCE s; GRANT SELECT ON s TO PUBLIC",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    "REVOKE ALL ON FUNCTION f FROM PUBLIC",
    "CREATE DOMAIN d AS int; REVOKE ALL ON TYPE d FROM PUBLIC",
    "CREATE TRUSTED LANGUAGE l HANDLER plpgsql_call_handler; REVOKE ALL ON LANGUAGE l FROM PUBLIC",
    "CREATE FOREIGN DATA WRAPPER w; GRANT ALL ON FOREIGN DATA WRAPPER w TO PUBLIC",
    "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
    "GRANT ALL ON FOREIGN SERVER s TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
]


def test_an_object_is_read_if_there_is_no_other_of_its_kind(fresh_database: str) -> None:
    """The queries for kinds of objects that do not exist are not run."""
    with psycopg.connect(fresh_database) as conn:
        empty = read_snapshot(conn)
        for kind, script in ALONE:
            with conn.transaction(force_rollback=True):
                conn.execute(script)
                made = read_snapshot(conn).objects.keys() - empty.objects.keys()
                assert kind in {key.object for key in made}, script
        for script in PRIVILEGES_ALONE:
            with conn.transaction(force_rollback=True):
                conn.execute(script)
                objects = read_snapshot(conn).objects.values()
                assert any("privileges" in one.properties for one in objects), script
    assert empty.checked() == {"schema": 1}


def test_every_version_finds_the_same_objects(
    servers: list[Server], scripts: tuple[str, ...]
) -> None:
    if len(servers) == 1:
        pytest.skip("needs --servers with a second version")
    with ExitStack() as stack:
        snapshots = [
            snapshot(stack.enter_context(database(server, *scripts))) for server in servers
        ]
    for older in snapshots[1:]:
        assert older.objects.keys() == snapshots[0].objects.keys()


def test_a_dump_restored_makes_no_difference(
    server: Server, scripts: tuple[str, ...], tmp_path: Path
) -> None:
    pg_dump, psql = find_tool(server, "pg_dump"), find_tool(server, "psql")
    with database(server, *scripts) as one, database(server) as other:
        dump = subprocess.run(
            [pg_dump, "--no-sync", "--dbname", one], check=True, capture_output=True, text=True
        ).stdout
        # pg_dump of 18 sets what servers before 17 do not know.
        script = tmp_path / "dump.sql"
        script.write_text(dump.replace("SET transaction_timeout = 0;", ""))
        subprocess.run(
            [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", other, "-f", script],
            check=True,
            capture_output=True,
        )
        assert compare(snapshot(one), snapshot(other), strict=True) == ()


@pytest.mark.parametrize("encoding", ["UTF8", "LATIN1", "SQL_ASCII"])
def test_the_blog_in_any_encoding(make_database: Callable[..., str], encoding: str) -> None:
    options = {"template": "template0", "encoding": encoding, "locale": "C"}
    try:
        conninfo = make_database(**options)
    except psycopg.errors.SyntaxError:  # LOCALE came with 13
        del options["locale"]
        conninfo = make_database(**options, lc_collate="C", lc_ctype="C")
    with psycopg.connect(conninfo, client_encoding="utf8") as conn:
        for script in BLOG:
            execute(conn, script.read_text())
        checked = read_snapshot(conn).checked()
    assert checked == {
        "column": 27,
        "constraint": 8,
        "function": 1,
        "schema": 1,
        "sequence": 4,
        "table": 4,
        "trigger": 4,
    }


def test_names_and_values_are_in_the_words_of_sql(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(conn, "CREATE TABLE users (id integer, email varchar(255), at timestamptz(3))")
        reference = read_snapshot(conn)
        execute(
            conn,
            "ALTER TABLE users ALTER email TYPE char(9), ALTER at TYPE timestamp;"
            "ALTER TABLE users DROP id",
        )
        found = compare(reference, read_snapshot(conn))
    assert found == (
        Difference("missing", "column", "public.users.id", expected="integer"),
        Difference("changed", "column", "public.users.email", "varchar(255)", "char(9)",
                   property="type"),
        Difference("changed", "column", "public.users.at", "timestamptz(3)", "timestamp",
                   property="type"),
    )  # fmt: skip


@needs_proc
@pytest.mark.needs18
def test_a_snapshot_takes_the_server_little_memory(fresh_database: str) -> None:
    """For one statement of all kinds it takes 44 MB; 12 keeps the plans of a whole message."""
    with psycopg.connect(fresh_database) as conn:
        status = Path(f"/proc/{conn.info.backend_pid}/status")
        before = status.read_text()
        read_snapshot(conn)
        after = status.read_text()
    (size,), (peak,) = re.findall(r"VmSize:\s*(\d+)", before), re.findall(r"VmPeak:\s*(\d+)", after)
    assert int(peak) - int(size) < 20_000


def test_nothing_is_left_behind(fresh_database: str) -> None:
    """The session's settings, its savepoints and the open transaction stay as they were."""
    with psycopg.connect(fresh_database) as conn:
        execute(conn, "SET search_path = 'here'; SET datestyle = 'German'; SAVEPOINT mine")
        before = conn.execute("SELECT name, setting FROM pg_settings ORDER BY name").fetchall()
        read_snapshot(conn)
        after = conn.execute("SELECT name, setting FROM pg_settings ORDER BY name").fetchall()
        xid = conn.execute("SELECT txid_current_if_assigned()").fetchone()
        execute(conn, "ROLLBACK TO SAVEPOINT mine")
    assert after == before
    assert xid == (None,)


def test_it_reads_in_a_read_only_transaction_in_one_round_trip(
    fresh_database: str, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    with psycopg.connect(fresh_database) as conn:
        execute(conn, "SET TRANSACTION READ ONLY")
        with trace.open("w") as file:
            conn.pgconn.trace(file.fileno())
            read_snapshot(conn)
            conn.pgconn.untrace()
    sent = re.findall(r"^(?:\S+ \S+\t)?F\t\d+\t(\w+)", trace.read_text(), re.MULTILINE)
    assert sent == ["Query"]


def test_any_role_may_read(server: Server, scripts: tuple[str, ...]) -> None:
    """A role with no rights sees what the superuser sees, but for what hides secrets."""
    with database(server, *scripts) as conninfo, psycopg.connect(conninfo) as conn:
        reference = read_snapshot(conn)
        execute(conn, "SET LOCAL ROLE everything_reader")
        found = compare(reference, read_snapshot(conn), built_by=reference.role)
    assert {difference.object for difference in found} == {"user mapping"}


def test_extensions_are_one_object(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        before = read_snapshot(conn).checked()
        available = conn.execute(
            "SELECT name FROM pg_available_extensions WHERE name <> 'plpgsql' ORDER BY name"
        ).fetchall()
        (name,) = available[0]
        execute(conn, f"CREATE EXTENSION {name}")
        after = read_snapshot(conn)
    assert after.checked() == {**before, "extension": 1}
    assert "version" in after.objects[ObjectKey("extension", name)].properties


def test_subscriptions(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            "CREATE SUBSCRIPTION mine CONNECTION 'password=hidden' PUBLICATION b, a"
            " WITH (connect = false, slot_name = 'slot')",
        )
        reference = read_snapshot(conn)
        execute(
            conn,
            "ALTER SUBSCRIPTION mine ENABLE; ALTER SUBSCRIPTION mine SET (slot_name = 'other');"
            "ALTER SUBSCRIPTION mine SET PUBLICATION c WITH (refresh = false)",
        )
        found = compare(reference, read_snapshot(conn))
        assert "hidden" not in repr(reference)
        conn.rollback()
    assert found == tuple(
        Difference("changed", "subscription", "mine", expected, actual, property=name)
        for name, expected, actual in (
            ("enabled", "DISABLE", "ENABLE"),
            ("slot", "slot", "other"),
            ("publications", "a, b", "c"),
        )
    )


def test_security_labels(fresh_database: str) -> None:
    """No provider is loaded, so the catalog is written to as one would."""
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            "CREATE TABLE t (a int); CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
            "INSERT INTO pg_seclabel VALUES"
            " ('t'::regclass, 'pg_class'::regclass, 0, 'anon', 'low'),"
            " ('t'::regclass, 'pg_class'::regclass, 1, 'anon', 'high'),"
            " ('f(int)'::regprocedure, 'pg_proc'::regclass, 0, 'anon', 'low'),"
            " ('pg_class'::regclass, 'pg_class'::regclass, 0, 'anon', 'system')",
        )
        reference = read_snapshot(conn)
        execute(
            conn,
            "UPDATE pg_seclabel SET label = 'none' WHERE objsubid = 1;"
            "DELETE FROM pg_seclabel WHERE classoid = 'pg_proc'::regclass",
        )
        found = compare(reference, read_snapshot(conn))
        execute(conn, "DROP TABLE t; DELETE FROM pg_seclabel")
        without = compare(reference, read_snapshot(conn))
        conn.rollback()
    function = "FOR anon ON function public.f(integer)"
    assert [(d.kind, d.name, d.expected, d.actual) for d in found] == [
        ("missing", function, None, None),
        ("changed", "FOR anon ON table column public.t.a", "high", "none"),
    ]
    assert [d.name for d in without] == ["public.t", function]


def test_the_version_of_a_column_is_not_an_option_of_it(fresh_database: str) -> None:
    """PostgreSQL 15.20 stores it among the options; other servers get it from this test."""
    store = "UPDATE pg_attribute SET attoptions = '{%s}' WHERE attrelid = 't'::regclass AND attnum"
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            "CREATE TABLE t (a int, b int);"
            "ALTER TABLE t ALTER b SET (n_distinct = 5, n_distinct_inherited = 2)",
        )
        reference = read_snapshot(conn)
        execute(conn, store % "pg_attver=18270144" + " = 1")
        execute(conn, store % "pg_attver=22239864,n_distinct=5,n_distinct_inherited=2" + " = 2")
        assert compare(reference, read_snapshot(conn), strict=True) == ()
        execute(conn, store % "pg_attver=22246320,n_distinct=6" + " = 2")
        found = compare(reference, read_snapshot(conn))
    assert found == (
        Difference("changed", "column", "public.t.b", "n_distinct=5, n_distinct_inherited=2",
                   "n_distinct=6", property="options"),
    )  # fmt: skip


def test_what_is_not_of_the_scripts_is_left_out(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        before = read_snapshot(conn)
        execute(
            conn,
            "CREATE SCHEMA kept_runs; CREATE TABLE kept_runs.run (id serial PRIMARY KEY);"
            "COMMENT ON SCHEMA kept_runs IS 'Registry of raw-sql-runner, version 1: …';"
            "CREATE FUNCTION kept_runs.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
            "CREATE TEMP TABLE scratch (id serial PRIMARY KEY);"
            "CREATE TEMP VIEW seen AS SELECT 1;"
            "CREATE ROLE rdsadmin; CREATE ROLE rds_superuser;"
            "CREATE TABLE amazon (id serial PRIMARY KEY); ALTER TABLE amazon OWNER TO rdsadmin;"
            "CREATE FUNCTION amazon() RETURNS int LANGUAGE sql AS 'SELECT 1';"
            "ALTER FUNCTION amazon() OWNER TO rdsadmin",
        )
        assert compare(before, read_snapshot(conn), strict=True) == ()
        execute(
            conn,
            "CREATE ROLE rdsapp; CREATE TABLE ours (id int); ALTER TABLE ours OWNER TO rdsapp;"
            "CREATE SCHEMA runner; CREATE TABLE runner.run (pace int)",
        )
        after = read_snapshot(conn)
    assert ObjectKey("table", "public.ours") in after.objects
    assert ObjectKey("table", "runner.run") in after.objects


def test_default_privileges_of_the_target_are_not_drift(server: Server) -> None:
    """A role that reads every new table is the target's affair, not the scripts'."""
    blog = [script.read_text() for script in BLOG]
    given = "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO everything_reader"
    with database(server, *blog) as one, database(server, given, *blog) as other:
        reference, target = snapshot(one), snapshot(other)
        with psycopg.connect(other) as conn:
            execute(conn, "GRANT UPDATE ON users TO everything_reader")
            granted = read_snapshot(conn)
    assert compare(reference, target) == ()
    assert [(d.name, d.property) for d in compare(reference, granted)] == [
        ("public.users", "privileges")
    ]


@pytest.mark.parametrize(
    "script",
    [
        "GRANT USAGE ON SCHEMA public TO r",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "ALTER SCHEMA public OWNER TO r; REVOKE ALL ON SCHEMA public FROM PUBLIC",
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        "GRANT USAGE ON SCHEMA public TO pg_monitor",
        "GRANT ALL ON SCHEMA public TO r",
        "DROP SCHEMA public; CREATE SCHEMA public",
        "DROP SCHEMA public; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC",
    ],
)
def test_grants_on_public_before_the_scripts_are_not_drift(
    server: Server, before: str, script: str
) -> None:
    """The schema is the database's own: what was granted on it before is left as it was."""
    role = "everything_reader"
    given, granted = (sql.replace(" TO r", f" TO {role}") for sql in (before, script))
    with database(server, granted) as one, database(server, given, granted) as other:
        reference, target = snapshot(one), snapshot(other)
        with psycopg.connect(other) as conn:
            execute(
                conn,
                f"REVOKE ALL ON SCHEMA public FROM {role}; GRANT ALL ON SCHEMA public TO PUBLIC",
            )
            undone = read_snapshot(conn)
    assert compare(reference, target) == ()
    assert [(d.name, d.property) for d in compare(reference, undone)] == [("public", "privileges")]


def test_locks_are_given_back_after_each_group(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(conn, "CREATE TABLE t (id int)")
        conn.commit()
        locks = "SELECT count(*) FROM pg_locks WHERE relation = 'public.t'::regclass"
        first, second = list(fetch_groups(conn, f"SELECT id FROM public.t; {locks}", locks))[1:]
    assert (first, second) == ([(1,)], [(0,)])


def test_an_error_comes_as_it_is(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn, pytest.raises(psycopg.errors.DivisionByZero):
        list(fetch_groups(conn, "SELECT 1/0"))
