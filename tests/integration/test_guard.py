"""Each way to lose rows is refused, and goes through when its table is named; nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runner.connect import session
from runner.connect.queries import all_rows, pinned, statement
from runner.errors import Refused, RunnerError
from runner.guard.effects import Effects, Relation, Table
from runner.guard.guard import Guard
from runner.guard.questions import with_fewer_rows
from runner.observer import Observer
from runner.registry import registry
from runner.results import Loss, LossError
from tests.integration.applying import ALONE, Applier
from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.servers import Server


class Way(NamedTuple):
    """What is there by hand, the script that destroys it, and what is to be said of that."""

    before: str
    script: str
    table: str
    rows: int
    cause: str
    line: int | None
    since: int = 12  # the version that understands the script


TABLES = 5_000
TWO = "CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b');"
PARENT = """CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent VALUES (1), (2);
CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE);
INSERT INTO child VALUES (1), (1), (2);"""
PARTS = """CREATE TABLE p (k int, v text) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p DEFAULT;
INSERT INTO p VALUES (1, 'a'), (1, 'b');"""
WIPE = """CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$
BEGIN DELETE FROM t WHERE id = 1; END $$;"""
WAYS = {
    "drop": Way(TWO, "SELECT 1;\nDROP TABLE t;", "public.t", 2, "dropped", 2),
    "drop and create": Way(
        TWO, "DROP TABLE IF EXISTS t;\nCREATE TABLE t (id int);", "public.t", 2, "dropped", 1
    ),
    "drop schema": Way(
        "CREATE SCHEMA s; CREATE TABLE s.t (id int); INSERT INTO s.t VALUES (1)",
        "DROP SCHEMA s CASCADE;", "s.t", 1, "dropped", 1,
    ),
    "drop owned": Way(
        "CREATE TABLE t (id int); INSERT INTO t VALUES (1);"
        "CREATE USER :owner; ALTER TABLE t OWNER TO :owner",
        "DROP OWNED BY :owner;", "public.t", 1, "dropped", 1,
    ),
    "truncate": Way(TWO, "\n\nTRUNCATE t;", "public.t", 2, "truncated", 3),
    "truncate and fill": Way(
        TWO, "TRUNCATE t;\nINSERT INTO t SELECT 7 FROM generate_series(1, 9);",
        "public.t", 2, "truncated", 1,
    ),
    "truncate and rewrite": Way(
        TWO, "TRUNCATE t;\nALTER TABLE t ALTER id TYPE bigint;", "public.t", 2, "truncated", 1
    ),
    "delete": Way(TWO, "DELETE FROM t WHERE id = 1;", "public.t", 1, "deleted from", 1),
    "delete and rewrite": Way(
        TWO, "DELETE FROM t WHERE id = 1;\nALTER TABLE t ALTER id TYPE bigint;",
        "public.t", 1, "deleted from", 1,
    ),
    "delete through a view": Way(
        TWO + "CREATE VIEW looks AS SELECT * FROM t", "DELETE FROM looks;",
        "public.t", 2, "deleted from", 1,
    ),
    "merge": Way(
        TWO, "MERGE INTO t USING (VALUES (1)) AS s (id) ON s.id = t.id\nWHEN MATCHED THEN DELETE;",
        "public.t", 1, "deleted from", 1, since=15,
    ),
    "column": Way(
        TWO + "INSERT INTO t VALUES (3)", "ALTER TABLE t DROP v;", "public.t", 2,
        "column v dropped", 1,
    ),
    "column and added again": Way(
        TWO, "ALTER TABLE t DROP COLUMN v;\nALTER TABLE t ADD v text;", "public.t", 2,
        "column v dropped", 1,
    ),
    "column with its type": Way(
        "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE t (m mood); INSERT INTO t VALUES ('good')",
        "DROP TYPE mood CASCADE;", "public.t", 1, "column m dropped", 1,
    ),
    "partition of an updated table, by a trigger": Way(
        PARTS + "INSERT INTO p VALUES (7, 'c');"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " DELETE FROM p WHERE k = 1; INSERT INTO p VALUES (1, 'other'); RETURN NEW; END $$;"
        "CREATE TRIGGER g BEFORE UPDATE ON p2 FOR EACH ROW EXECUTE FUNCTION f();",
        "SELECT 1;\nUPDATE p SET k = k WHERE k = 7;", "public.p1", 2, "deleted from", 2,
    ),
    "partition": Way(PARTS, "DROP TABLE p1;", "public.p1", 2, "dropped", 1),
    "partitions of a parent": Way(PARTS, "DROP TABLE p;", "public.p1", 2, "dropped", 1),
    "truncate the parent of partitions": Way(PARTS, "TRUNCATE p;", "public.p1", 2, "truncated", 1),
    "delete from the parent of partitions": Way(
        PARTS, "DELETE FROM p;", "public.p1", 2, "deleted from", 1
    ),
    "column of a parent": Way(
        PARTS, "ALTER TABLE p DROP v;", "public.p1", 2, "column v dropped", 1
    ),
    "detached partition": Way(
        PARTS, "ALTER TABLE p DETACH PARTITION p1;\nDROP TABLE p1;", "public.p1", 2, "dropped", 2
    ),
    "inheritance child": Way(
        "CREATE TABLE base (id int); CREATE TABLE kid () INHERITS (base);"
        "INSERT INTO kid VALUES (1)",
        "DROP TABLE base CASCADE;", "public.kid", 1, "dropped", 1,
    ),
    "unlogged": Way(
        "CREATE UNLOGGED TABLE t (id int); INSERT INTO t VALUES (1)", "DROP TABLE t;",
        "public.t", 1, "dropped", 1,
    ),
    "names in quotes": Way(
        'CREATE SCHEMA "S ""1"; CREATE TABLE "S ""1"."Tä.b" (id int);'
        'INSERT INTO "S ""1"."Tä.b" VALUES (1)',
        'DROP TABLE "S ""1"."Tä.b";', '"S ""1"."Tä.b"', 1, "dropped", 1,
    ),
    "table of an extension": Way(
        "CREATE SCHEMA x; CREATE TABLE t (id int); INSERT INTO t VALUES (1);"
        "ALTER EXTENSION plpgsql ADD TABLE t",
        "ALTER EXTENSION plpgsql DROP TABLE t;\nDROP TABLE t;", "public.t", 1, "dropped", 2,
    ),
    "DO block": Way(
        TWO, "SET search_path = public;\nDO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$;",
        "public.t", 2, "dropped", 2,
    ),
    "function": Way(
        TWO + WIPE, "CREATE TABLE other (id int);\nSELECT wipe();",
        "public.t", 1, "deleted from", 2,
    ),
    "procedure": Way(
        TWO + "CREATE PROCEDURE wipe() LANGUAGE sql AS 'TRUNCATE t'", "CALL wipe();",
        "public.t", 2, "truncated", 1,
    ),
    "trigger": Way(
        TWO + WIPE.replace("void", "trigger").replace("END $$", "RETURN NULL; END $$")
        + "CREATE TABLE log (id int);"
        "CREATE TRIGGER wipes AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION wipe()",
        "\nINSERT INTO log VALUES (1);", "public.t", 1, "deleted from", 2,
    ),
    "rule": Way(
        TWO + "CREATE TABLE log (id int);"
        "CREATE RULE wipes AS ON INSERT TO log DO ALSO DELETE FROM t",
        "INSERT INTO log VALUES (1);", "public.t", 2, "deleted from", 1,
    ),
    "deferred twice": Way(
        TWO + "CREATE TABLE log (id int); CREATE FUNCTION wipe() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN SET CONSTRAINTS ALL DEFERRED; INSERT INTO log SELECT"
        " new.id + 1 WHERE new.id < 4; DELETE FROM t WHERE new.id = 4; RETURN NULL; END $$;"
        " CREATE CONSTRAINT TRIGGER wipes AFTER INSERT ON log DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION wipe()",
        "INSERT INTO log VALUES (1);", "public.t", 2, "deleted from", None,
    ),
    "WITH": Way(
        TWO, "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone;",
        "public.t", 2, "deleted from", 1,
    ),
    "sequence": Way(
        "CREATE TABLE t (id serial); INSERT INTO t DEFAULT VALUES",
        "DROP SEQUENCE t_id_seq CASCADE;", "public.t", 0,
        "sequence public.t_id_seq dropped", 1,
    ),
    "sequence of an empty table": Way(
        "CREATE TABLE t (id serial); INSERT INTO t DEFAULT VALUES; DELETE FROM t",
        "TRUNCATE t RESTART IDENTITY;", "public.t", 0,
        "sequence public.t_id_seq set back from 1 to its start", 1,
    ),
    "sequence of its own": Way(
        "CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'))",
        "ALTER TABLE t ALTER id DROP DEFAULT;\nDROP SEQUENCE s;", "public.t", 0,
        "sequence public.s dropped", 2,
    ),
    "identity": Way(
        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO t DEFAULT VALUES",
        "ALTER TABLE t ALTER id DROP IDENTITY;", "public.t", 0,
        "sequence public.t_id_seq dropped", 1,
    ),
    "under another name": Way(
        TWO, "ALTER TABLE t RENAME TO u;\nDROP TABLE u;", "public.t", 2, "dropped", 2,
    ),
    "nothing, then all": Way(
        TWO, "DELETE FROM t WHERE id = 99;\nDELETE FROM t;", "public.t", 2, "deleted from", 2,
    ),
    "large object": Way(
        "SELECT lo_create(4711); SELECT lo_create(4712)", "SELECT lo_unlink(4711);",
        "pg_catalog.pg_largeobject", 1, "unlinked or written to", 1,
    ),
    "pages of a large object": Way(
        "SELECT lo_from_bytea(4711, decode(repeat('00', 5000), 'hex'))",
        "SELECT lo_truncate(lo_open(4711, x'20000'::int), 0);",
        "pg_catalog.pg_largeobject", 1, "unlinked or written to", 1,
    ),
    "rows of pg_largeobject": Way(
        "SELECT lo_from_bytea(4711, 'x')", "DELETE FROM pg_largeobject;",
        "pg_catalog.pg_largeobject", 1, "unlinked or written to", 1,
    ),
}  # fmt: skip


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, server: Server, apply: Applier) -> Iterator[Way]:
    found = WAYS[request.param]
    if server.version < found.since:
        pytest.skip(f"version {found.since} has it first")
    owner = unique_name()
    apply.sql(found.before.replace(":owner", owner))
    yield found._replace(script=found.script.replace(":owner", owner))
    if ":owner" in found.before:
        apply.sql(f"DROP OWNED BY {owner}; DROP ROLE {owner}")


def test_a_loss_is_refused_unless_it_is_allowed(way: Way, apply: Applier) -> None:
    with pytest.raises(LossError) as caught:
        apply(way.script)
    error = caught.value
    script = str(apply.folder / "01.sql")
    assert error.losses == (Loss(way.table, way.rows, way.cause, script, way.line),)
    assert error.state == "Nothing has changed: the transaction was rolled back."
    flag = f"'{way.table}'" if '"' in way.table else way.table
    first, *more = str(error.hint).splitlines()
    keeping = [line for line in more if line.startswith("To keep")]
    assert first == f"To allow this, add: --allow-loss {flag}"
    of_table = way.cause.endswith("dropped") and not way.cause.startswith("column")
    is_kept = of_table or "set back" in way.cause or way.table == "pg_catalog.pg_largeobject"
    assert bool(keeping) == is_kept
    assert (error.exit_code, error.code) == (4, "refused")
    assert apply.sql("SELECT nspname::text FROM pg_namespace WHERE nspname = 'runner'") == []

    result = apply(way.script, allow_loss=(way.table,))
    loss = Loss(way.table, way.rows, way.cause, script)
    assert (result.committed, result.loss) == (True, (loss,))
    assert apply.told.messages == [f"lost, as allowed: {loss}"]
    assert apply.sql("SELECT count(*) FROM runner.run") == [1]


HARMLESS = {
    "an empty table dropped": ("CREATE TABLE t (id int)", "DROP TABLE t;"),
    "an emptied table dropped": (TWO + "DELETE FROM t", "DROP TABLE t;"),
    "an empty table truncated": ("CREATE TABLE t (id int)", "TRUNCATE t;"),
    "an empty table filled and truncated": (
        "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1);\nTRUNCATE t;",
    ),
    "its own rows deleted from an empty table": (
        "CREATE TABLE t (id int)", "INSERT INTO t VALUES (1), (2);\nDELETE FROM t WHERE id = 1;",
    ),
    "a column of nulls dropped": (
        "CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1)", "ALTER TABLE t DROP v;",
    ),
    "a table rewritten": (TWO, "ALTER TABLE t ALTER id TYPE bigint;\nALTER TABLE t ADD w serial;"),
    "rows inserted and a table rewritten": (
        TWO, "INSERT INTO t VALUES (3);\nALTER TABLE t ALTER id TYPE bigint;",
    ),
    "a table clustered": (
        TWO + "CREATE INDEX i ON t (id); CLUSTER t USING i", "CLUSTER t;\nREINDEX TABLE t;",
    ),
    "all rows updated as they are": (TWO, "UPDATE t SET v = v;"),
    "no row deleted": (TWO, "DELETE FROM t WHERE id > 2;"),
    "a delete that was undone": (
        TWO, "DO $$ BEGIN DELETE FROM t; RAISE 'no'; EXCEPTION WHEN OTHERS THEN END $$;",
    ),
    "a drop that was undone": (
        TWO, "DO $$ BEGIN DROP TABLE t; RAISE 'no'; EXCEPTION WHEN OTHERS THEN END $$;",
    ),
    "a table renamed": (TWO, "ALTER TABLE t RENAME TO old;\nCREATE TABLE t (id int);"),
    "a table moved": (TWO, "CREATE SCHEMA s;\nALTER TABLE t SET SCHEMA s;"),
    "rows inserted and the schema renamed": (
        "CREATE SCHEMA s; CREATE TABLE s.t AS SELECT 1 AS id",
        "INSERT INTO s.t VALUES (2);\nALTER SCHEMA s RENAME TO u;\n"
        "CREATE SCHEMA s CREATE TABLE t (id int);",
    ),
    "a partition detached": (PARTS, "ALTER TABLE p DETACH PARTITION p1;"),
    "an empty partition dropped": (PARTS, "DROP TABLE p2;"),
    "an index and a view dropped": (
        TWO + "CREATE INDEX i ON t (id); CREATE VIEW looks AS TABLE t",
        "DROP INDEX i;\nDROP VIEW looks;",
    ),
    "a materialized view": (
        TWO + "CREATE MATERIALIZED VIEW m AS TABLE t",
        "REFRESH MATERIALIZED VIEW m;\nDROP MATERIALIZED VIEW m;\n"
        "CREATE MATERIALIZED VIEW m AS TABLE t;",
    ),
    "a materialized view that becomes a table": (
        TWO + "CREATE MATERIALIZED VIEW m AS TABLE t",
        "CREATE TABLE n AS TABLE m;\nDROP MATERIALIZED VIEW m;\nALTER TABLE n RENAME TO m;",
    ),
    "a foreign table": (
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
        "CREATE FOREIGN TABLE t (id int) SERVER s",
        "DROP FOREIGN TABLE t;",
    ),
    "a temporary table": (
        "SELECT", "CREATE TEMP TABLE t AS SELECT 1 AS id;\nDELETE FROM t;\nDROP TABLE t;",
    ),
    "a table of its own": (
        "SELECT", "CREATE TABLE t AS SELECT 1 AS id;\nDELETE FROM t;\nDROP TABLE t;",
    ),
    "a sequence nobody uses": ("CREATE SEQUENCE s", "DROP SEQUENCE s;"),
    "a sequence with an empty table": ("CREATE TABLE t (id serial)", "DROP TABLE t;"),
    "a large object of its own, and its pages": (
        "SELECT lo_create(4711)",
        "SELECT lo_from_bytea(4713, 'x');\nSELECT lo_unlink(4713);",
    ),
    "a large object of its own": (
        "SELECT lo_create(4711)", "SELECT lo_create(4713);\nSELECT lo_unlink(4713);",
    ),
    "a generated column": (
        TWO + "ALTER TABLE t ADD g text GENERATED ALWAYS AS (upper(v)) STORED",
        "ALTER TABLE t DROP g;\nALTER TABLE t ADD g text GENERATED ALWAYS AS (lower(v)) STORED;",
    ),
    "the registry": ("SELECT", "DROP SCHEMA IF EXISTS runner CASCADE;"),
}  # fmt: skip


@pytest.mark.parametrize("case", HARMLESS)
def test_what_loses_nothing_goes_through(case: str, apply: Applier) -> None:
    before, script = HARMLESS[case]
    apply("CREATE TABLE something (id int);")
    apply.sql(before)
    result = apply(script)
    assert (result.committed, result.loss) == (True, ())
    assert [message for message in apply.told.messages if "registry" not in message] == []


def test_the_line_of_each_loss_of_several_scripts(apply: Applier) -> None:
    apply.sql(
        "CREATE TABLE a AS SELECT 1 AS id; CREATE TABLE b AS SELECT 1 AS id, 2 AS c;"
        "CREATE TABLE d AS SELECT 1 AS id; CREATE TABLE e AS SELECT 1 AS id"
    )
    scripts = (
        "CREATE TABLE f (id int);\nDROP TABLE a;",
        "ALTER TABLE b ADD x int;\nALTER TABLE b DROP c;",
        "SELECT 1;\n\nTRUNCATE d;\nDELETE FROM f;",
        "DELETE FROM f;\nDELETE FROM e;",
    )
    with pytest.raises(LossError) as caught:
        apply(*scripts)
    found = {(one.table, one.script and one.script[-5:], one.line) for one in caught.value.losses}
    assert found == {
        ("public.a", "1.sql", 2),
        ("public.b", "2.sql", 2),
        ("public.d", "3.sql", 3),
        ("public.e", "4.sql", 2),
    }


def test_tables_named_as_those_of_the_registry(apply: Applier) -> None:
    """In a schema that somebody else has made they are as any."""
    apply.sql("CREATE SCHEMA runner; CREATE TABLE runner.run AS SELECT 1 AS id")
    with pytest.raises(LossError) as caught:
        apply("DROP TABLE runner.run;")
    assert [(loss.table, loss.rows) for loss in caught.value.losses] == [("runner.run", 1)]
    apply("DROP TABLE runner.run;", allow_loss=("runner.run",))


class Hidden(NamedTuple):
    """A script whose tags do not tell which statement loses rows of which table, and the lines."""

    before: str
    script: str
    lines: dict[str, int]


TRIGGER = """CREATE TABLE log (id int); CREATE FUNCTION wipe() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN IF NEW.id = 7 THEN DELETE FROM t; END IF; RETURN NEW; END $$;
CREATE TRIGGER wipes BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION wipe();"""
HIDDEN = {
    "a trigger among many rows": Hidden(
        TWO + TRIGGER,
        "".join(f"INSERT INTO log VALUES ({n});\n" for n in range(1, 10)),
        {"public.t": 7},
    ),
    "a trigger of a row of COPY": Hidden(
        TWO + TRIGGER,
        "INSERT INTO log VALUES (1);\nCOPY log FROM stdin;\n1\n7\n\\.\n;\nSELECT 1;",
        {"public.t": 2},
    ),
    "functions, each to another table": Hidden(
        TWO + WIPE + "CREATE TABLE u AS SELECT 1 AS id; CREATE FUNCTION wipe_u() RETURNS void"
        " LANGUAGE sql AS 'TRUNCATE u'",
        "SELECT 1;\nSELECT wipe_u();\nSELECT 2;\n\nSELECT wipe();",
        {"public.u": 2, "public.t": 5},
    ),
    "a block that does not name it, and a function": Hidden(
        TWO + WIPE, "DO $$ BEGIN EXECUTE 'ANALYZE t'; END $$;\nSELECT wipe();", {"public.t": 2}
    ),
    "a script that turns messages off, as pg_dump does": Hidden(
        TWO + WIPE, "SET client_min_messages = error;\nSELECT wipe();\nSELECT 1;", {"public.t": 2}
    ),
    "one of two blocks": Hidden(
        TWO, "DO $$ BEGIN ANALYZE t; END $$;\nDO $$ BEGIN TRUNCATE t; END $$;", {"public.t": 2}
    ),
    "a table emptied between others that are rewritten": Hidden(
        TWO + "CREATE FUNCTION empties() RETURNS int LANGUAGE plpgsql AS"
        " $$ BEGIN TRUNCATE t; RETURN 1; END $$",
        "INSERT INTO t VALUES (3);\nALTER TABLE t ALTER id TYPE bigint;\nSELECT empties();"
        "\nSELECT 1;",
        {"public.t": 3},
    ),
    "what a query has made": Hidden(
        TWO + WIPE, "SELECT 1;\nSELECT 'SELECT wipe()' \\gexec\nSELECT 2;", {"public.t": 2}
    ),
    "a column": Hidden(
        TWO + "CREATE FUNCTION cuts() RETURNS void LANGUAGE sql AS 'ALTER TABLE t DROP v'",
        "SELECT 1;\nSELECT cuts() AS x \\gset\nSELECT 2;", {"public.t": 2},
    ),
    "a sequence": Hidden(
        "CREATE TABLE t (id serial); CREATE FUNCTION cuts() RETURNS void LANGUAGE sql AS"
        " 'DROP SEQUENCE t_id_seq CASCADE'",
        "SELECT 1;\nSELECT cuts();", {"public.t": 2},
    ),
    "large objects": Hidden(
        "SELECT lo_create(4711)", "SELECT 1;\nSELECT lo_unlink(4711);",
        {"pg_catalog.pg_largeobject": 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_the_line_is_found_that_no_tag_tells(hidden: Hidden, apply: Applier) -> None:
    apply.sql(hidden.before)
    with pytest.raises(LossError) as caught:
        apply("\\echo once\nCREATE TABLE first (id int);", hidden.script)
    found = {loss.table: (loss.script, loss.line) for loss in caught.value.losses}
    script = str(apply.folder / "02.sql")
    assert found == {table: (script, line) for table, line in hidden.lines.items()}
    assert apply.told.notes[-1] == "The scripts run once more to find the lines that lose rows."
    assert apply.told.outputs.count("once\n") <= 2


def test_the_line_of_a_loss_in_another_database(
    apply: Applier, make_database: Callable[..., str]
) -> None:
    other = make_database()
    name = conninfo_to_dict(other)["dbname"]
    with psycopg.connect(other) as conn:
        conn.execute("CREATE TABLE t AS SELECT 1 AS id")
    with pytest.raises(LossError, match="delete rows") as caught:
        apply(f"CREATE TABLE a (i int);\n\\connect {name}\nDO $$ BEGIN DELETE FROM t; END $$;")
    assert [one.line for one in caught.value.losses] == [3]
    apply(f"CREATE TABLE a (i int);\n\\connect {name}\nUPDATE t SET id = 2;")
    (told,) = apply.told.messages
    assert told.startswith(f"in the database {name}: rows of others overwritten: public.t: 1 row")


def test_a_line_that_cannot_be_found_is_not_named(apply: Applier) -> None:
    """It is another statement each time: the script is named, no line."""
    apply.sql(TWO + "CREATE SEQUENCE runs")
    block = "DO $$ BEGIN IF nextval('runs') IN (1, 2) THEN EXECUTE 'TRUNCATE t'; END IF; END $$;\n"
    with pytest.raises(LossError) as caught:
        apply("SELECT 1;", 2 * block)
    (loss,) = caught.value.losses
    assert (loss.script, loss.line) == (str(apply.folder / "02.sql"), None)


def test_only_what_was_named_is_allowed(apply: Applier) -> None:
    apply.sql(TWO + PARENT)
    with pytest.raises(LossError) as caught:
        apply("DROP TABLE t;\nDELETE FROM parent WHERE id = 1;", allow_loss=("public.t", "nowhere"))
    told = [(loss.table, loss.rows, loss.line) for loss in caught.value.losses]
    assert told == [("public.parent", 1, 2), ("public.child", 2, 2)]
    assert apply.told.messages == ["--allow-loss nowhere: there is no such table"]
    assert apply.sql("SELECT count(*) FROM t") == [2]


def test_names_that_are_allowed_are_read_as_sql_reads_them(apply: Applier) -> None:
    apply.sql(
        TWO + 'CREATE TABLE "T" AS SELECT 1 AS id; CREATE SCHEMA s; CREATE TABLE s.t (id int)'
    )
    with pytest.raises(LossError):
        apply('DROP TABLE "T";', allow_loss=("T",))
    assert apply('DROP TABLE "T";', allow_loss=('"T"',)).loss[0].table == 'public."T"'
    assert apply("DROP TABLE t;", allow_loss=("PUBLIC.t",)).loss[0].table == "public.t"


def test_naming_the_parent_allows_its_partitions(apply: Applier) -> None:
    apply.sql(PARTS + "INSERT INTO p VALUES (5)")
    result = apply("DROP TABLE p;", allow_loss=("p",))
    assert {(loss.table, loss.rows) for loss in result.loss} == {("public.p1", 2), ("public.p2", 1)}


# Ours and not ours

CREATE = """DROP TABLE IF EXISTS t;
CREATE TABLE t (id int, v text);"""
SEED = "INSERT INTO t VALUES (1, 'a'), (2, 'b');"


def refused(apply: Applier, *texts: str) -> tuple[Loss, str]:
    """What is said of the one table that would be lost, and the detail."""
    with pytest.raises(LossError) as caught:
        apply(*texts)
    (loss,) = caught.value.losses
    return loss, caught.value.detail or ""


def test_a_seed_that_was_edited_runs_again(apply: Applier) -> None:
    apply(CREATE, SEED)
    assert apply(CREATE, SEED).round_trips == 3
    assert apply(CREATE, SEED + "INSERT INTO t VALUES (3, 'c');").loss == ()
    assert apply.told.started == ["01.sql", "02.sql"]  # once
    assert apply.sql("SELECT id FROM t ORDER BY 1") == [1, 2, 3]


@pytest.mark.parametrize(
    "by_hand", ["INSERT INTO t VALUES (3, 'mine')", "UPDATE t SET v = 'mine' WHERE id = 1"]
)
def test_a_row_that_was_touched_is_protected(apply: Applier, by_hand: str) -> None:
    apply(CREATE, SEED)
    apply.sql(by_hand)
    loss, detail = refused(apply, CREATE, SEED)
    rows = apply.sql("SELECT count(*) FROM t")[0]
    assert (loss.table, loss.rows, loss.cause, loss.line) == ("public.t", rows, "dropped", 1)
    assert "; the scripts wrote all but 1 of the rows that it held" in detail
    assert apply.sql("SELECT count(*) FROM t WHERE v = 'mine'") == [1]


def test_rows_of_a_savepoint_are_ours(apply: Applier) -> None:
    """A block with EXCEPTION gives its rows an id of its own."""
    seed = """DO $$ BEGIN
    FOR i IN 1..3 LOOP
        BEGIN
            INSERT INTO t VALUES (i); INSERT INTO t SELECT 1 / (i - 2);
        EXCEPTION WHEN division_by_zero THEN INSERT INTO t VALUES (-i);
        END;
    END LOOP;
END $$;"""
    apply(CREATE, seed)
    assert len(set(apply.sql("SELECT xmin::text FROM t"))) > 1
    assert apply(CREATE, seed).loss == ()
    assert apply.told.started == ["01.sql", "02.sql"]


def test_rows_that_later_runs_put_into_our_table_are_ours(apply: Applier) -> None:
    create = "CREATE TABLE IF NOT EXISTS t (id int, v text);"
    for _ in range(4):
        assert apply(create, "DELETE FROM t;\n" + SEED).loss == ()
    apply.sql("UPDATE t SET v = 'mine' WHERE id = 1")
    assert refused(apply, create, "DELETE FROM t;\n" + SEED)[0].rows == 2


UPSERT = (
    """INSERT INTO t VALUES (1, 'a'), (2, 'b') ON CONFLICT (id) DO UPDATE SET v = excluded.v;"""
)


@pytest.mark.parametrize(
    "later",
    [
        UPSERT + "UPDATE t SET v = v || '!';",
        UPSERT + "ALTER TABLE t ALTER v TYPE varchar(9);",
        UPSERT + "ALTER TABLE t ADD r float DEFAULT random();",
        UPSERT + "ALTER TABLE t SET UNLOGGED;",
        UPSERT.replace("(1, 'a')", "(3, 'c')"),
    ],
)
def test_a_row_by_hand_stays_protected_when_a_script_rewrites_it(
    apply: Applier, later: str
) -> None:
    """It has a run's id then, and is none of ours for that."""
    create = "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, v text);"
    apply(create, UPSERT)
    apply.sql("INSERT INTO t VALUES (3, 'mine')")
    apply(create, later)
    for script in (CREATE, "DELETE FROM t;", "TRUNCATE t;"):
        assert refused(apply, script, "SELECT 1;")[0].table == "public.t"
    apply.sql("DELETE FROM t")
    assert apply(CREATE, SEED).loss == ()


def test_rows_that_later_runs_rewrite_or_write_in_savepoints_are_ours(apply: Applier) -> None:
    create = "CREATE TABLE IF NOT EXISTS t (id int, v text);"
    seed = """DELETE FROM t; SAVEPOINT s; INSERT INTO t VALUES (1, 'a'); RELEASE s;
INSERT INTO t VALUES (2, 'b'); UPDATE t SET v = v || '!' WHERE id = 1;
ALTER TABLE t ALTER v TYPE varchar(9);"""
    for _ in range(4):
        assert apply(create, seed).loss == ()
    assert apply("DROP TABLE t;").loss == ()


def test_a_table_that_was_there_before_is_never_ours(apply: Applier) -> None:
    apply.sql("CREATE TABLE t (id int, v text)")
    apply("CREATE TABLE IF NOT EXISTS t (id int);", SEED)
    assert refused(apply, CREATE, "SELECT 1;")[0].rows == 2


def test_an_empty_table_of_ours_that_was_filled_by_others(apply: Applier) -> None:
    apply(CREATE)
    apply.sql(SEED)
    assert refused(apply, CREATE)[0].rows == 2


RESTORED = [None, "UPDATE t SET v = 'mine' WHERE id = 1", "INSERT INTO t VALUES (3)"]


@pytest.mark.parametrize("by_hand", RESTORED)
def test_rows_restored_from_a_dump_are_ours_by_their_content(
    apply: Applier, by_hand: str | None
) -> None:
    """They, and the registry beside them, have ids of the session that restored them."""
    apply(CREATE, SEED)
    apply.sql(
        "CREATE TEMP TABLE rows AS TABLE t; CREATE TEMP TABLE runs AS TABLE runner.run;"
        # Even where the range is wide enough to hold their ids.
        "UPDATE runs SET last_xid = last_xid + 1000;"
        "CREATE TEMP TABLE scripts AS TABLE runner.script;"
        "TRUNCATE t, runner.run, runner.script; INSERT INTO t TABLE rows;"
        "INSERT INTO runner.run TABLE runs; INSERT INTO runner.script TABLE scripts"
    )
    if by_hand:
        apply.sql(by_hand)
        with pytest.raises(LossError) as caught:
            apply(CREATE, SEED)
        told = "its rows are not as a recorded run left them; 1 of them not inserted again"
        assert told in str(caught.value.detail)
    else:
        apply("CREATE TABLE other (id int);")
        assert apply(CREATE, "SELECT 1;").loss == ()
        assert apply.told.started == ["01.sql", "02.sql"]  # once


def test_rows_of_ours_are_deleted_beside_those_of_others(apply: Applier) -> None:
    """Rows of others that are gone are lost, even where one of ours has the same content."""
    made = "CREATE TABLE IF NOT EXISTS t (id serial PRIMARY KEY, v text); INSERT INTO t (v) "
    seed = made + "SELECT v FROM unnest(ARRAY['a', 'b']) AS s (v) EXCEPT SELECT v FROM t;"
    apply(seed)
    apply.sql("INSERT INTO t (v) VALUES ('mine'), ('a')")
    assert apply(seed, "DELETE FROM t WHERE v = 'b'; INSERT INTO t (v) VALUES ('c');").loss == ()
    for delete in ("DELETE FROM t WHERE id = 4;", "DELETE FROM t WHERE id IN (1, 3);"):
        for insert in ("", "INSERT INTO t (v) VALUES ('d');"):
            with pytest.raises(LossError, match="delete rows") as caught:
                apply(delete + insert)
            assert "1 of them not inserted again" in str(caught.value.detail)


def test_rows_of_ours_that_are_updated_beside_those_of_others_stay_ours(apply: Applier) -> None:
    seed = (
        "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, v text, at timestamptz);"
        "INSERT INTO t VALUES (1, 'a'), (2, 'b') ON CONFLICT (id) DO"
        " UPDATE SET v = excluded.v, at = clock_timestamp();"
    )
    apply(seed)
    apply.sql("INSERT INTO t VALUES (3, 'mine'), (4, 'mine')")
    for _ in range(3):
        assert (apply(seed).loss, apply.told.messages) == ((), [])
    assert apply(seed, "DELETE FROM t WHERE id = 2;").loss == ()
    assert apply(seed, "UPDATE t SET v = v WHERE id < 4;").loss == ()  # a row of others has its id
    with pytest.raises(LossError, match="delete rows"):
        apply("DELETE FROM t WHERE id = 3;")
    with pytest.raises(LossError, match="delete rows"):
        apply("DELETE FROM t WHERE id = 4;")


REWRITES = [
    "UPDATE t SET v = v",
    "ALTER TABLE t ALTER id TYPE bigint",
    "CREATE TABLE new AS TABLE t; DROP TABLE t; ALTER TABLE new RENAME TO t",
    "VACUUM FULL t",
]


@pytest.mark.parametrize("by_hand", REWRITES)
def test_rows_that_others_rewrite_as_they_are_stay_ours(apply: Applier, by_hand: str) -> None:
    apply(CREATE, SEED)
    apply.sql(by_hand)
    assert apply("DROP TABLE t;").loss == ()


def test_what_an_older_runner_recorded_is_ours(apply: Applier) -> None:
    """Its registry has no contents: rows are known by their xmin, and it is brought up."""
    older = statement("registry/version_1").replace("{registry}", "runner")
    apply.sql(
        f"BEGIN; {older} {CREATE} {SEED}"
        "INSERT INTO runner.run SELECT 1, now(), now(), 'a', 'b', 'c', NULL, c.system_identifier,"
        " txid_current(), txid_current(), '{}', ARRAY['t'::regclass::oid]"
        " FROM pg_control_system() AS c; COMMIT"
    )
    assert apply(CREATE, SEED + "INSERT INTO t VALUES (3);").loss == ()
    assert apply.told.started == ["01.sql", "02.sql"]
    assert apply.sql("SELECT count(*) FROM runner.run WHERE contents IS NOT NULL") == [1]


def test_a_registry_of_another_cluster_is_not_ours(apply: Applier) -> None:
    apply(CREATE, SEED)
    apply.sql(
        "BEGIN; DELETE FROM runner.script; TRUNCATE t; INSERT INTO t VALUES (1);"
        "UPDATE runner.run SET system_identifier = 1, first_xid = txid_current(),"
        " last_xid = txid_current(); COMMIT"
    )
    assert refused(apply, CREATE, SEED)[0].rows == 1


def test_ids_that_are_too_old_to_compare_are_not_ours(apply: Applier) -> None:
    """32 bits of an id come round: only what is younger than half of them counts."""
    apply(CREATE, SEED)
    apply.sql(
        "BEGIN; TRUNCATE t; INSERT INTO t VALUES (1);"
        "UPDATE runner.run SET first_xid = txid_current() - 2000000001,"
        " last_xid = txid_current(); COMMIT"
    )
    assert refused(apply, CREATE, SEED)[0].rows == 1
    apply.sql(
        "BEGIN; TRUNCATE t; INSERT INTO t VALUES (1);"
        "UPDATE runner.run SET first_xid = txid_current() - 10,"
        " last_xid = txid_current(); COMMIT"
    )
    assert apply(CREATE, SEED).loss == ()


@pytest.mark.needs18
def test_thousands_of_tables(apply: Applier, fresh_database: str) -> None:
    """All of them ours, with a row in each: the guard need not lock those that nobody touched."""
    apply("SELECT 1;")
    apply.sql(
        f"""DO $$ DECLARE first bigint = txid_current(); BEGIN
            COMMIT;
            FOR i IN 1..{TABLES} LOOP
                EXECUTE format('CREATE TABLE t%s AS SELECT 1 AS id', i);
                IF i % 500 = 0 THEN COMMIT; END IF;
            END LOOP;
            UPDATE runner.run SET first_xid = first, last_xid = txid_current(), tables =
                ARRAY(SELECT oid FROM pg_class WHERE relname ~ '^t[0-9]' AND relkind = 'r');
        END $$"""
    )
    with session.connect(fresh_database, connect_timeout=None, observer=apply.told) as conn:
        guard = Guard((), apply.told)
        own = pinned(*registry.info_query("runner"), *guard.questions())
        begin = "BEGIN; SET LOCAL runner.locked = true;"
        _, *asked = all_rows(conn, " ".join([begin, *own]))
        guard.start(*(text for (text,) in asked))
        conn.execute("DELETE FROM t1")
        rows = all_rows(conn, statement("guard/effects") + statement("guard/effects_answer"))
        guard.record_effects(rows[0][0])
        assert guard.judge(conn)
        locks = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()"
        ((held,),) = all_rows(conn, locks)
        assert held < TABLES // 2
    assert len(guard.before.tables) >= TABLES


# Others at the same time


def test_who_began_before_our_commit_is_not_taken_for_us(
    apply: Applier, fresh_database: str
) -> None:
    """Its id lies between ours, and it writes to our table as soon as it can see it."""
    seed = "DO $$ BEGIN INSERT INTO t VALUES (1); EXCEPTION WHEN OTHERS THEN END $$;"
    with psycopg.connect(fresh_database) as other, psycopg.connect(fresh_database) as third:
        other.execute("SAVEPOINT s")

        def begin() -> None:
            other.execute("CREATE TABLE elsewhere (id int)")
            third.execute("SELECT txid_current()")

        apply(CREATE + ALONE, seed, at={"02.sql": begin})
        for conn in (other, third):
            conn.execute("INSERT INTO t VALUES (2)")
            conn.commit()
    first, last, others = apply.sql("SELECT first_xid, last_xid, other_xids FROM runner.run")[0]
    ids = {int(xid) for xid in apply.sql("SELECT xmin::text FROM t WHERE id = 2")}
    assert all(first < xid < last for xid in ids)
    assert ids <= set(others)
    assert "all but 2 of" in refused(apply, CREATE, seed)[1]


def test_nobody_puts_a_row_into_a_table_that_was_found_ours(
    apply: Applier, fresh_database: str
) -> None:
    apply(CREATE, SEED)

    def insert() -> None:
        with psycopg.connect(fresh_database) as other:
            other.execute("SET lock_timeout = '50ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute("INSERT INTO t VALUES (3, 'mine')")
            other.rollback()

    assert apply(CREATE, SEED, at={"01.sql": insert}).loss == ()


def test_a_row_that_came_before_its_empty_table_was_dropped(
    apply: Applier, fresh_database: str
) -> None:
    apply.sql("CREATE TABLE t (id int, v text)")

    def insert() -> None:
        with psycopg.connect(fresh_database) as other:
            other.execute("INSERT INTO t VALUES (3, 'mine')")

    with pytest.raises(LossError) as caught:
        apply(ALONE, CREATE, at={"02.sql": insert})
    assert [(loss.table, loss.rows) for loss in caught.value.losses] == [("public.t", 1)]
    assert apply.sql("SELECT v FROM t") == ["mine"]


MEANWHILE = {
    "drop": "DROP TABLE IF EXISTS t;",
    "drop and create": "DROP TABLE IF EXISTS t; CREATE TABLE t (id int);",
    "drop in a block": "DO $$ BEGIN DROP TABLE t; EXCEPTION WHEN undefined_table THEN END $$;",
    "drop by its schema": "DROP SCHEMA IF EXISTS s CASCADE;",
    "truncate": "TRUNCATE t;",
    "delete": "DELETE FROM t WHERE id = 1;",
    "drop column": "ALTER TABLE t DROP COLUMN v;",
    "update": "DO $$ BEGIN UPDATE t SET v = ''; EXCEPTION WHEN undefined_table THEN END $$;",
}


@pytest.mark.parametrize("way", MEANWHILE)
def test_a_table_that_others_make_meanwhile_is_guarded_as_any(
    apply: Applier, fresh_database: str, way: str
) -> None:
    """The inventory does not know it, and once it is dropped only others see it."""
    schema = "s" if "schema" in way else "public"

    def make() -> None:
        with psycopg.connect(fresh_database) as other:
            other.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}".encode())
            made = "AS SELECT i AS id, 'v' AS v FROM generate_series(1, 2) AS i"
            other.execute(f"CREATE TABLE {schema}.t {made}".encode())

    script = MEANWHILE[way]
    with pytest.raises(LossError) as caught:
        apply(ALONE, script, at={"02.sql": make})
    (loss,) = caught.value.losses
    assert (loss.table, Path(loss.script or "").name) == (f"{schema}.t", "02.sql")
    assert loss.rows == (1 if way == "delete" else 2)
    assert apply.sql(f"SELECT count(*) FROM {schema}.t") == [2]
    assert apply(ALONE, script, allow_loss=(f"{schema}.t",)).committed


def test_an_empty_table_that_others_make_meanwhile_may_go(
    apply: Applier, fresh_database: str
) -> None:
    def make() -> None:
        with psycopg.connect(fresh_database) as other:
            other.execute("CREATE TABLE t (id int)")

    assert apply(ALONE, "DROP TABLE IF EXISTS t;", at={"02.sql": make}).committed
    assert apply.told.notes[-1].startswith("The scripts run once more, to compare")
    assert apply.sql("SELECT to_regclass('t')::text") == [None]


def test_what_the_scripts_make_and_drop_themselves_is_no_matter(apply: Applier) -> None:
    """Temporary tables, too, and what savepoints have made."""
    script = """CREATE TABLE s AS SELECT 1 AS id; CREATE TEMP TABLE tt AS SELECT 1 AS id;
        DO $$ BEGIN CREATE TABLE u AS SELECT 1 AS id; EXCEPTION WHEN others THEN END $$;
        DELETE FROM u; TRUNCATE s; DROP TABLE s, u;"""
    result = apply(script, "SELECT 1;")
    assert (result.loss, apply.told.notes) == ((), [])


def test_others_may_drop_and_delete_what_is_theirs(apply: Applier, fresh_database: str) -> None:
    apply.sql(TWO + "CREATE TABLE u AS SELECT 1 AS id; CREATE TABLE v AS SELECT 1 AS id")

    def act() -> None:
        with psycopg.connect(fresh_database) as other:
            other.execute("DROP TABLE t")
            other.execute("TRUNCATE u")
            other.execute("DELETE FROM v")

    assert apply(ALONE, "CREATE TABLE w (id int);", at={"02.sql": act}).committed


def test_tables_that_hold_others_rows_are_not_locked(apply: Applier, fresh_database: str) -> None:
    apply("CREATE TABLE IF NOT EXISTS t (id int);", "SELECT 1;")
    apply.sql("INSERT INTO t VALUES (1)")

    def insert() -> None:
        with psycopg.connect(fresh_database) as other:
            other.execute("SET lock_timeout = '50ms'")
            other.execute("INSERT INTO t VALUES (2)")

    create = "CREATE TABLE IF NOT EXISTS t (id int);"
    apply(create + ALONE, "SELECT 1;", at={"02.sql": insert})
    assert apply.sql("SELECT count(*) FROM t") == [2]


# Rights


@pytest.fixture
def owner_of_public(as_new_role: Callable[[str], Applier]) -> Applier:
    """As a role that owns the schema public and a table, and cannot read another table."""
    return as_new_role(
        "ALTER SCHEMA public OWNER TO {role};"
        "CREATE TABLE secret AS SELECT 1 AS id; CREATE TABLE hidden AS SELECT 1 AS id;"
        "ALTER TABLE hidden OWNER TO {role};"
        "ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE hidden FORCE ROW LEVEL SECURITY"
    )


@pytest.mark.parametrize("table", ["secret", "hidden"])
def test_rows_that_nobody_may_count_are_protected(owner_of_public: Applier, table: str) -> None:
    """The owner of a schema may drop tables in it that it may not read."""
    with pytest.raises(LossError) as caught:
        owner_of_public(f"DROP TABLE {table};")
    assert caught.value.losses[0].rows is None
    assert "an unknown number of rows" in (caught.value.detail or "")
    result = owner_of_public(f"DROP TABLE {table};", allow_loss=(table,))
    assert [loss.rows for loss in result.loss] == [None]


def test_without_plpgsql_a_run_is_refused(owner_of_public: Applier) -> None:
    """No table could be looked into; what is missing is named."""
    superuser = Applier(owner_of_public.folder, owner_of_public.conninfo + " user=postgres")
    superuser.sql("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
    with pytest.raises(Refused, match="permission denied for language plpgsql") as caught:
        owner_of_public(SEED)
    assert "GRANT USAGE ON LANGUAGE plpgsql" in (caught.value.hint or "")
    superuser.sql("DROP EXTENSION plpgsql")
    with pytest.raises(Refused, match="plpgsql"):
        owner_of_public(SEED)


def test_without_counters_a_run_is_refused(
    apply: Applier, admin: psycopg.Connection, fresh_database: str
) -> None:
    database = psycopg.conninfo.conninfo_to_dict(fresh_database)["dbname"]
    admin.execute(f'ALTER DATABASE "{database}" SET track_counts = off')
    apply.sql(TWO)
    with pytest.raises(Refused, match="track_counts is off"):
        apply("DELETE FROM t;")
    assert apply.sql("SELECT count(*) FROM t") == [2]
    apply.sql(f'ALTER DATABASE "{database}" SET track_counts = on')
    assert refused(apply, "DELETE FROM t;")[0].rows == 2


@pytest.mark.parametrize(
    "body",
    [
        "SET track_counts = off AS 'BEGIN DELETE FROM t; END'",
        "AS $$ BEGIN PERFORM set_config('track' || '_counts', 'off', true); DELETE FROM t;"
        " PERFORM set_config('track' || '_counts', 'on', true); END $$",
    ],
)
def test_a_function_of_a_superuser_hides_no_deletion(
    as_new_role: Callable[[str], Applier], body: str
) -> None:
    """It switches the counters off for a role that may not."""
    apply = as_new_role(
        TWO + "GRANT SELECT ON t TO {role}; CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql"
        f" SECURITY DEFINER {body}"
    )
    with pytest.raises(LossError) as caught:
        apply("SELECT 1;\nSELECT wipe();", registry=False)
    assert [(one.table, one.cause) for one in caught.value.losses] == [
        ("public.t", "deleted or changed")
    ]
    assert apply.sql("SELECT count(*) FROM t") == [2]


def test_event_triggers_of_the_scripts_do_not_fire_at_the_end(apply: Applier) -> None:
    """The registry is made after the guard has judged."""
    apply.sql(TWO)
    apply(
        "CREATE FUNCTION wipe() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM"
        " public.t; END'; CREATE EVENT TRIGGER a ON ddl_command_end EXECUTE FUNCTION wipe();"
        ' CREATE EVENT TRIGGER "B c" ON ddl_command_start EXECUTE FUNCTION wipe();'
        ' ALTER EVENT TRIGGER "B c" ENABLE ALWAYS;'
    )
    assert apply.sql("SELECT count(*) FROM t") == [2]
    enabled = 'SELECT evtenabled::text FROM pg_event_trigger ORDER BY evtname COLLATE "C"'
    assert apply.sql(enabled) == ["A", "O"]
    with pytest.raises(LossError):
        apply("CREATE TABLE made (id int);")


def test_counting_rows_elsewhere_may_take_its_time(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables of Citus may have many: only to be served at all does not take long."""
    monkeypatch.setattr("runner.guard.questions._WITHIN", 0.2)
    with session.connect(fresh_database, connect_timeout=None, observer=Observer()) as conn:
        conn.execute("CREATE TABLE slow AS SELECT 1 AS one")
        conn.commit()
        slow = Table(1, "public.slow", "r", 0, 0, 0, 0)
        there = Relation(1, False, "r", 0, 0, 0, 0, frozenset(), slow.name, False, False)
        now = Effects(None, {1: there}, 0)
        takes_long = "pg_catalog.pg_sleep(0.4) IS NOT NULL"
        assert with_fewer_rows(conn, [slow], now, here="true", there=takes_long) == []


@pytest.mark.parametrize(
    "off",
    [
        "SELECT set_config('track_counts', 'off', false);",
        "SELECT 'SET track_counts = off' \\gexec\n",
        "DO $$ BEGIN EXECUTE 'SET track_' || 'counts = off'; END $$;",
        'SET U&"track\\005Fcounts" = off;',
    ],
)
def test_a_script_that_switches_the_counters_off_is_refused(apply: Applier, off: str) -> None:
    apply.sql(TWO)
    off = f"SELECT 1;\n{off}\nDELETE FROM t;"
    for scripts in ((off,), (off, "SELECT 1;")):
        with pytest.raises(RunnerError) as caught:
            apply(*scripts)
        assert caught.value.exit_code in (2, 4)
        assert "track_counts" in str(caught.value).lower()
        assert caught.value.place is not None
        assert caught.value.place.line == 2
    assert apply.sql("SELECT count(*) FROM t") == [2]


OFF = "SELECT set_config('track_counts', 'off', false); {} " + (
    "SELECT set_config('track_counts', 'on', false);"
)
UNCOUNTED = [
    OFF.format("DELETE FROM t WHERE id = 1;"),
    OFF.format("UPDATE t SET v = 'x';") + "RESET track_counts; INSERT INTO t VALUES (3);",
    "SELECT wipe_uncounted();",
    "ALTER TABLE t ADD w int;" + OFF.format("DELETE FROM t;"),
    "ALTER TABLE t RENAME TO u;" + OFF.format("DELETE FROM u;"),
    OFF.format("DELETE FROM of_another_method;"),
]


@pytest.mark.parametrize("script", UNCOUNTED)
def test_rows_that_no_counter_shows_are_refused(apply: Applier, script: str) -> None:
    apply.sql(
        TWO + WIPE.replace("wipe", "wipe_uncounted") + "ALTER FUNCTION wipe_uncounted SET"
        " track_counts = off; CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;"
        " CREATE TABLE of_another_method USING heap2 AS SELECT 1 AS id"
    )
    with pytest.raises(LossError) as caught:
        apply("SELECT 1;\n" + script)
    (loss,) = caught.value.losses
    assert loss.line == (None if script.startswith("ALTER") else 2)
    assert apply(script, allow_loss=(loss.table,)).loss[0].table == loss.table


def test_writing_to_tables_of_others_is_checked_without_a_word(apply: Applier) -> None:
    """A superuser may switch the counters off; nobody has."""
    apply.sql(TWO + "ALTER TABLE t ADD PRIMARY KEY (id)")
    for script in (
        "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;",
        "INSERT INTO t VALUES (3); DELETE FROM t WHERE id = 9;",
    ):
        assert apply(script).loss == ()
        assert (apply.told.started, apply.told.messages) == (["01.sql"], [])
    assert apply("ALTER TABLE t ADD IF NOT EXISTS v text; INSERT INTO t VALUES (4);").loss == ()


CATALOGS = [
    "DELETE FROM pg_class WHERE oid = 't'::regclass;",
    "DO $$ BEGIN UPDATE pg_attribute SET attisdropped = true WHERE attrelid = 't'::regclass AND"
    " attname = 'v'; END $$;",
    "SET allow_system_table_mods = on; ALTER TABLE pg_description ALTER description SET STORAGE"
    " PLAIN;",
    "UPDATE pg_database SET datconnlimit = -1 WHERE datname = current_database();",
    "DO $$ BEGIN EXECUTE 'DELETE FROM pg_auth' || 'id WHERE false'; END $$;",
    "UPDATE pg_proc SET prosrc = '' WHERE proname = 'no_such';",
    "INSERT INTO pg_trigger SELECT * FROM pg_trigger WHERE false;",
    "COPY pg_rewrite FROM stdin;\n\\.\n",
    "DO $$ BEGIN INSERT INTO pg_constraint SELECT * FROM pg_constraint WHERE false; END $$;",
    "CREATE EXTENSION citext; UPDATE pg_rewrite SET ev_enabled = 'D' WHERE false;",
]
NO_WRITES = (
    "CREATE ROLE {0}; ALTER ROLE {0} SET work_mem = '5MB'; COMMENT ON ROLE {0} IS 'x';"
    " GRANT {0} TO CURRENT_USER; ALTER DATABASE {1} SET work_mem = '5MB'; COMMENT ON DATABASE {1}"
    " IS 'x'; ALTER ROLE {0} IN DATABASE {1} SET work_mem = '6MB'; GRANT CONNECT ON DATABASE {1} TO"
    " {0}; DROP OWNED BY {0}; DROP ROLE {0}; COMMENT ON TABLE t IS 'x'; CREATE EXTENSION citext"
    " VERSION '1.4'; ALTER EXTENSION citext UPDATE; LOCK TABLE pg_description IN SHARE MODE;"
    " SELECT FROM pg_authid FOR UPDATE; ANALYZE pg_class; CREATE EXTENSION cube;"
    " CREATE SCHEMA one; ALTER SCHEMA one RENAME TO another;"
)


def test_statements_of_ones_own_for_the_catalogs_are_none_of_these(apply: Applier) -> None:
    apply.sql(TWO)
    database = conninfo_to_dict(apply.conninfo)["dbname"]
    apply(NO_WRITES.format(unique_name(), database))


@pytest.mark.parametrize("script", CATALOGS)
def test_scripts_that_write_to_the_catalogs_are_refused(
    apply: Applier, server: Server, script: str
) -> None:
    if "allow_system" in script and server.version < 13:
        pytest.skip("there it is a setting of the server's start")
    apply.sql(TWO)
    with pytest.raises(LossError, match="write to the system catalogs") as caught:
        apply("CREATE TABLE u (id int);", "\n" + script, "SELECT 1;")
    (loss,) = caught.value.losses
    assert (loss.table[:14], loss.line) == ("pg_catalog.pg_", 2)
    assert (loss.script or "").endswith("02.sql")
    assert apply.sql("SELECT v FROM t ORDER BY id") == ["a", "b"]


FOREIGN = """CREATE TABLE base (id int, v text); INSERT INTO base VALUES (1, 'a'), (2, 'b');
CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS
(dbname '{dbname}', host '{host}', port '{port}'); CREATE USER MAPPING FOR CURRENT_USER SERVER s
OPTIONS (user '{user}'); CREATE FOREIGN TABLE ft (id int, v text) SERVER s
OPTIONS (table_name 'base'); CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw
OPTIONS (port '1'); CREATE USER MAPPING FOR CURRENT_USER SERVER gone;
CREATE FOREIGN TABLE fg (id int) SERVER gone;"""


def test_rows_of_a_foreign_table(apply: Applier, server: Server) -> None:
    """No counter shows them: what they hold is compared."""
    apply.sql(FOREIGN.format(**conninfo_to_dict(apply.conninfo)))
    lost = {"DELETE FROM ft WHERE id = 1;": 1, "DO $$ BEGIN UPDATE ft SET v = 'x'; END $$;": 2}
    if server.version >= 14:
        lost["TRUNCATE ft;"] = 2
    for script, rows in lost.items():
        loss = refused(apply, script)[0]
        assert (loss.table, loss.rows) == ("public.ft", rows)
    for script in (
        "INSERT INTO ft VALUES (3, 'c');",
        "DELETE FROM ft WHERE id = 1; INSERT INTO ft VALUES (1, 'a');",
        "ALTER FOREIGN TABLE fg OWNER TO CURRENT_USER; ALTER FOREIGN TABLE fg ADD v text;",
        "ALTER FOREIGN TABLE ft ADD w text; DROP FOREIGN TABLE ft;",
    ):
        assert apply(script).loss == ()
    assert apply.sql("SELECT v FROM base ORDER BY id") == ["a", "b", "c"]


def test_a_table_of_the_information_schema(apply: Applier) -> None:
    assert refused(apply, "DELETE FROM information_schema.sql_features;")[0].cause == "deleted from"


def test_without_a_transaction_nothing_is_guarded_which_is_said(apply: Applier) -> None:
    apply.sql(TWO)
    apply("DROP TABLE t;", transaction="none")
    assert [text for text in apply.told.messages if "nothing is guarded" in text]
    assert apply.sql("SELECT name FROM runner.script") == ["01.sql"]
