"""Each way to lose rows is refused, and goes through when its table is named; nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest

from runner.errors import StatementFailed
from runner.results import Loss, LossError
from tests.integration.applying import Applier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server


@pytest.fixture
def apply(tmp_path: Path, fresh_database: str) -> Applier:
    return Applier(tmp_path, fresh_database)


class Way(NamedTuple):
    """What is there by hand, the script that destroys it, and what is to be said of that."""

    before: str
    script: str
    table: str
    rows: int
    cause: str
    line: int | None
    since: int = 12  # the version that understands the script


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
        "DO $$ BEGIN CREATE ROLE runner_test_owner; EXCEPTION WHEN duplicate_object THEN END $$;"
        "ALTER TABLE t OWNER TO runner_test_owner",
        "DROP OWNED BY runner_test_owner;", "public.t", 1, "dropped", 1,
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
    "partition": Way(PARTS, "DROP TABLE p1;", "public.p1", 2, "dropped", 1),
    "partitions of a parent": Way(PARTS, "DROP TABLE p;", "public.p1", 2, "dropped", 1),
    "truncate the parent of partitions": Way(PARTS, "TRUNCATE p;", "public.p1", 2, "truncated", 1),
    "delete from the parent of partitions": Way(
        PARTS, "DELETE FROM p;", "public.p1", 2, "deleted from", 1
    ),
    "column of a parent": Way(PARTS, "ALTER TABLE p DROP v;", "public.p1", 2, "column v dropped", 1),
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
        TWO, "SELECT 1;\nDO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$;",
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
    "WITH": Way(
        TWO, "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone;",
        "public.t", 2, "deleted from", 1,
    ),
    "sequence": Way(
        "CREATE TABLE t (id serial); INSERT INTO t DEFAULT VALUES",
        "DROP SEQUENCE t_id_seq CASCADE;", "public.t", 0,
        "sequence public.t_id_seq dropped", 1,
    ),
    "sequence of its own": Way(
        "CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'))",
        "ALTER TABLE t ALTER id DROP DEFAULT;\nDROP SEQUENCE s;", "public.t", 0,
        "sequence public.s dropped", 2,
    ),
    "large object": Way(
        "SELECT lo_create(4711); SELECT lo_create(4712)", "SELECT lo_unlink(4711);",
        "pg_catalog.pg_largeobject", 1, "unlinked", 1,
    ),
}  # fmt: skip


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, server: Server, apply: Applier) -> Iterator[Way]:
    found = WAYS[request.param]
    if server.version < found.since:
        pytest.skip(f"version {found.since} has it first")
    apply.sql(found.before)
    yield found
    if "ROLE" in found.before:
        apply.sql("DROP OWNED BY runner_test_owner; DROP ROLE runner_test_owner")


def test_a_loss_is_refused(way: Way, apply: Applier) -> None:
    with pytest.raises(LossError) as caught:
        apply(way.script)
    error = caught.value
    script = str(apply.folder / "01.sql")
    assert error.losses == (Loss(way.table, way.rows, way.cause, script, way.line),)
    assert error.state == "Nothing has changed: the transaction was rolled back."
    flag = f"'{way.table}'" if '"' in way.table else way.table
    assert error.hint == f"To lose them on purpose, add: --allow-loss {flag}"
    assert (error.exit_code, error.code) == (4, "refused")
    assert apply.sql("SELECT nspname::text FROM pg_namespace WHERE nspname = 'runner'") == []


def test_a_loss_that_was_allowed_goes_through(way: Way, apply: Applier) -> None:
    result = apply(way.script, allow_loss=(way.table,))
    script = str(apply.folder / "01.sql")
    loss = Loss(way.table, way.rows, way.cause, script, way.line)
    assert (result.committed, result.loss) == (True, (loss,))
    assert apply.told.messages == [f"lost, as allowed: {loss}"]
    assert apply.sql("SELECT count(*) FROM runner.run") == [1]
