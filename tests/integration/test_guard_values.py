"""Rows that are still there with other values, or there again with the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from runner.results import Loss, LossError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.applying import Applier
    from tests.servers import Server


class Way(NamedTuple):
    """What is there by hand, the script, and what is to be said of each table."""

    before: str
    script: str
    losses: dict[str, tuple[int, str, int | None]]
    since: int = 12


ACCT = """CREATE TABLE acct (id int PRIMARY KEY, name text, bal numeric(12,4));
INSERT INTO acct SELECT i, 'n' || i, i * 1.2345 FROM generate_series(1, 10) i;"""
JOBS = """CREATE TABLE job (id int PRIMARY KEY, name text);
INSERT INTO job VALUES (1, 'a'), (2, 'b'); CREATE TABLE people (id int,
job int DEFAULT 2 REFERENCES job ON {action});
INSERT INTO people VALUES (1, 1), (2, 1), (3, NULL);"""
TOKEN = "CREATE TABLE acct (id int, token float8 DEFAULT random()); INSERT INTO acct VALUES (1);"
RELOAD = "DELETE FROM job WHERE id = 1;\nINSERT INTO job VALUES (1, 'a');"


def overwritten(
    rows: int, line: int, table: str = "acct"
) -> dict[str, tuple[int, str, int | None]]:
    return {f"public.{table}": (rows, "overwritten", line)}


def values(
    rows: int, line: int | None, table: str = "acct"
) -> dict[str, tuple[int, str, int | None]]:
    return {f"public.{table}": (rows, "values changed", line)}


def block(text: str) -> str:
    return f"SELECT 1;\nDO $$ BEGIN {text}; END $$;"


WAYS = {
    "set null": Way(
        JOBS.format(action="DELETE SET NULL"), RELOAD, overwritten(2, 1, "people")
    ),
    "set default": Way(
        JOBS.format(action="DELETE SET DEFAULT"), RELOAD, overwritten(2, 1, "people")
    ),
    "cascaded key": Way(
        JOBS.format(action="UPDATE CASCADE"),
        "SELECT 1;\nUPDATE job SET id = 101 WHERE id = 1;", overwritten(2, 2, "people"),
    ),
    "key set null": Way(
        JOBS.format(action="UPDATE SET NULL"),
        "UPDATE job SET id = 101 WHERE id = 1;", overwritten(2, 1, "people"),
    ),
    "block": Way(ACCT, block("UPDATE acct SET name = 'gone'"), overwritten(10, 2)),
    "beside a statement that names it": Way(
        ACCT + "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'UPDATE acct SET bal = 0'",
        "SELECT 1;\nUPDATE acct SET bal = 1 WHERE false \\; SELECT f();", overwritten(10, 2),
    ),
    "block that merges": Way(
        ACCT, block("MERGE INTO acct USING (VALUES (1), (2)) v (i) ON id = i"
                    " WHEN MATCHED THEN UPDATE SET bal = 0"), overwritten(2, 2), since=15,
    ),
    "block that upserts": Way(
        ACCT, block("INSERT INTO acct VALUES (1) ON CONFLICT (id) DO UPDATE SET bal = 0"),
        overwritten(1, 2),
    ),
    "trigger": Way(
        ACCT + "CREATE TABLE log (i int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN UPDATE acct SET bal = 0 WHERE id <= 3; RETURN NEW; END $$;"
        "CREATE TRIGGER g AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION f()",
        "INSERT INTO log VALUES (1);", overwritten(3, 1),
    ),
    "view": Way(
        ACCT + "CREATE VIEW v AS TABLE acct",
        "UPDATE v SET bal = 0 WHERE id = 1;", overwritten(1, 1)
    ),
    "one that names it, and a block": Way(
        ACCT, "UPDATE acct SET bal = 0 WHERE id = 1;\nSAVEPOINT s;\n"
        "UPDATE acct SET bal = 0 WHERE id = 3;\nROLLBACK TO s;\n"
        "DO $$ BEGIN UPDATE acct SET bal = 0 WHERE id = 2; END $$;", overwritten(2, 5),
    ),
    "USING a constant": Way(
        ACCT, block("ALTER TABLE acct ALTER bal TYPE int USING 0"), values(10, 2)
    ),
    "USING, of the same type": Way(
        ACCT, "ALTER TABLE acct ALTER name TYPE text USING left(name, 1);", values(10, 1)
    ),
    "shortened": Way(
        ACCT, "ALTER TABLE acct ALTER name TYPE varchar(2) USING left(name, 2);", values(1, 1)
    ),
    "scale": Way(  # of 2.4690 only a zero goes
       ACCT, "ALTER TABLE acct ALTER bal TYPE numeric(12, 3);", values(5, 1)),
    "text to int": Way(
        "CREATE TABLE acct (id int, v text); INSERT INTO acct VALUES (1, '007'), (2, '7')",
        "ALTER TABLE acct ALTER v TYPE int USING v::int;", values(1, 1),
    ),
    "time to date": Way(
        "CREATE TABLE acct (id int, v timestamptz); INSERT INTO acct VALUES"
        " (1, '2020-01-01 12:00'), (2, '2020-01-01')",
        "ALTER TABLE acct ALTER v TYPE date;", values(1, 1),
    ),
    "what cannot be converted back": Way(
        "CREATE TABLE acct (v int); INSERT INTO acct VALUES (1), (2)",
        "ALTER TABLE acct ALTER v TYPE text USING 'gone';", values(2, 1),
    ),
    "with rows put in": Way(
        ACCT, "ALTER TABLE acct ALTER bal TYPE int USING 0;\n"
        "INSERT INTO acct SELECT i, 'n', 1 FROM generate_series(11, 90) i;", values(10, 1),
    ),
    "attribute of a composite type": Way(
        "CREATE TYPE contact AS (mail text, phone text); CREATE DOMAIN mine AS contact;"
        "CREATE TABLE acct (id int PRIMARY KEY, c mine[]);"
        "INSERT INTO acct VALUES (1, ARRAY[('a', 'secret')]::mine[]), (2, NULL)",
        "SELECT 1;\nALTER TYPE contact DROP ATTRIBUTE phone;", values(1, 2),
    ),
    "column of a table that is another's type": Way(
        "CREATE TABLE kind (id int, mail text); CREATE TABLE acct (id int PRIMARY KEY, c kind);"
        "INSERT INTO acct VALUES (1, ROW(1, 'secret'))",
        "SELECT 1;\nALTER TABLE kind DROP mail;", values(1, 2),
    ),
    "attribute of a type in a multirange": Way(
        "CREATE TYPE k AS (a int, b int); CREATE TYPE kr AS RANGE (subtype = k);"
        "CREATE TABLE acct (v kr_multirange); INSERT INTO acct VALUES"
        " (kr_multirange(kr(ROW(1, 2)::k, ROW(2, 2)::k)))",
        "SELECT 1;\nALTER TYPE k DROP ATTRIBUTE b;", values(1, 2), since=14,
    ),
    "a column that varies, after the rest was put in again": Way(
        TOKEN, "DELETE FROM acct;\nINSERT INTO acct (id) VALUES (1);\nALTER TABLE acct DROP token;",
        {"public.acct": (1, "column token dropped", 3)},
    ),
    "a column that varies, by a table without it": Way(
        TOKEN, "SELECT 1;\nDROP TABLE acct;\nCREATE TABLE acct AS SELECT 1 AS id;",
        {"public.acct": (1, "dropped", 2)},
    ),
    "digits that the session does not show": Way(
        "CREATE TABLE acct (v float8); INSERT INTO acct VALUES ('0.30000000000000004');"
        " DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET extra_float_digits = 0',"
        " current_database()); END $$",
        "TRUNCATE acct;\nINSERT INTO acct VALUES (0.3);", {"public.acct": (1, "truncated", 1)},
    ),
    "materialized view": Way(
        ACCT + "CREATE MATERIALIZED VIEW m AS TABLE acct", "\nDROP MATERIALIZED VIEW m;",
        {"public.m": (10, "dropped", 2)},
    ),
    "page of a large object": Way(
        "SELECT lo_from_bytea(4711, 'hello')",
        "SELECT 1;\nSELECT lo_truncate(lo_open(4711, x'20000'::int), 2);",
        {"pg_catalog.pg_largeobject": (1, "unlinked or written to", 2)},
    ),
    "put in a large object": Way(
        "SELECT lo_from_bytea(4711, 'hello')", "SELECT lo_put(4711, 0, 'j');",
        {"pg_catalog.pg_largeobject": (1, "unlinked or written to", 1)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_values_that_would_change_are_refused(name: str, server: Server, apply: Applier) -> None:
    way = WAYS[name]
    if server.version < way.since:
        pytest.skip(f"version {way.since} has it first")
    apply.sql(way.before)
    with pytest.raises(LossError) as caught:
        apply(way.script)
    found = {loss.table: (loss.rows, loss.cause, loss.line) for loss in caught.value.losses}
    assert found == way.losses
    allowed = apply(way.script, allow_loss=tuple(found))
    assert {loss.table: loss.cause for loss in allowed.loss} == {
        table: cause for table, (_, cause, _) in found.items()
    }


NAMED = {
    "update": ("UPDATE acct SET name = 'gone';", 10),
    "update only": ('UPDATE ONLY "public" . "acct" AS a SET bal = 0 WHERE id < 3;', 2),
    "merge": (
        "MERGE INTO acct USING (VALUES (1), (2)) v (i) ON id = i"
        " WHEN MATCHED THEN UPDATE SET bal = 0;", 2,
    ),
    "upsert": (
        "SET search_path = public; INSERT INTO ACCT VALUES (1, 'a', 1), (11, 'b', 2)"
        " ON CONFLICT (id) DO UPDATE SET bal = EXCLUDED.bal;", 1,
    ),
    "two in one message": (
        "UPDATE acct SET bal = 0 WHERE id = 1 \\; UPDATE acct SET bal = 0 WHERE id = 2;", 2
    ),
    "with": (
        "WITH done AS (UPDATE acct SET bal = 0 WHERE id = 1 RETURNING *) SELECT * FROM done;", 1
    ),
    "as it was": ("UPDATE acct SET name = name;\nUPDATE acct SET bal = 0 WHERE id > 10;", 0),
    "several": (
        "UPDATE acct SET bal = 0 WHERE id = 1;\nSELECT 1;\nUPDATE acct SET bal = 0 WHERE id < 3;", 2
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_rows_of_others_that_a_statement_names_are_overwritten_and_told(
    name: str, server: Server, apply: Applier
) -> None:
    if name == "merge" and server.version < 15:
        pytest.skip("version 15 has MERGE first")
    script, rows = NAMED[name]
    apply.sql(ACCT)
    result = apply("SELECT 1;", script, format="json")
    assert (result.committed, result.loss) == (True, ())
    loss = Loss("public.acct", rows, "overwritten", str(apply.folder / "02.sql"))
    told = [f"rows of others overwritten: {loss}"] if rows else []
    assert apply.told.messages == told
    (change,) = [one for one in result.changes or () if one.name == "public.acct"]
    assert change.overwritten == rows


def test_partitions_are_named_by_their_parent(apply: Applier) -> None:
    apply.sql(
        "CREATE TABLE p (k int, v text) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p"
        " FOR VALUES IN (1); INSERT INTO p VALUES (1, 'a')"
    )
    apply("UPDATE p SET v = 'b';")
    assert [message[:43] for message in apply.told.messages] == [
        "rows of others overwritten: public.p1: 1 ro"
    ]


KEPT = {
    "wider": "ALTER TABLE acct ALTER id TYPE bigint;",
    "to text and more": "ALTER TABLE acct ALTER bal TYPE text;\nALTER TABLE acct ADD x serial;",
    "to a domain": "CREATE DOMAIN label AS text;\nALTER TABLE acct ALTER name TYPE label;",
    "rows put in": "INSERT INTO acct VALUES (11, 'a', 1);\nALTER TABLE acct ALTER id TYPE bigint;",
    "renamed": "ALTER TABLE acct RENAME bal TO sum;\nALTER TABLE acct ALTER id TYPE bigint;",
    "unlogged": "ALTER TABLE acct SET UNLOGGED;",
    "made again": (
        "DROP TABLE acct;\nCREATE TABLE acct (name text, id bigint, bal numeric);\n"
        "INSERT INTO acct SELECT 'n' || i, i, i * 1.2345 FROM generate_series(1, 10) i;"
    ),
    "truncated and filled": (
        "TRUNCATE acct;\nINSERT INTO acct SELECT i, 'n' || i, i * 1.2345"
        " FROM generate_series(1, 12) i;"
    ),
    "a column that varies": (
        "ALTER TABLE acct ADD token float8 DEFAULT random();\nDELETE FROM acct WHERE id = 1;\n"
        "INSERT INTO acct VALUES (1, 'n1', 1.2345);"
    ),
    "deleted and put in": "DELETE FROM acct WHERE id = 1;\n"
    "INSERT INTO acct VALUES (1, 'n1', 1.2345);",
}


@pytest.mark.parametrize("name", KEPT)
def test_rows_with_the_same_content_are_not_lost(name: str, apply: Applier) -> None:
    apply.sql(ACCT)
    assert apply(KEPT[name]).loss == ()


PARTS = """CREATE TABLE p (k int, at timestamptz DEFAULT now(), v text) PARTITION BY LIST (k);
CREATE TABLE p12 PARTITION OF p FOR VALUES IN (1, 2); CREATE TABLE p3 PARTITION OF p DEFAULT;
INSERT INTO p VALUES (1, now(), 'a'), (2, now(), 'a'), (3, now(), 'a');"""
MOVED = {
    "to a partitioned table": (
        ACCT, "ALTER TABLE acct RENAME TO old;\nCREATE TABLE acct (id int, name text, bal"
        " numeric(12,4)) PARTITION BY RANGE (id);\nCREATE TABLE acct_1 PARTITION OF acct FOR VALUES"
        " FROM (0) TO (99);\nINSERT INTO acct SELECT * FROM old WHERE {};\nDROP TABLE old;",
        "id < 3",
    ),
    "from a partitioned table": (
        PARTS, "CREATE TABLE q AS SELECT * FROM p WHERE {};\nDROP TABLE p;\n"
        "ALTER TABLE q RENAME TO p;", "k < 3",
    ),
    "to smaller partitions": (
        PARTS, "ALTER TABLE p DETACH PARTITION p12;\nCREATE TABLE p1 PARTITION OF p FOR VALUES IN"
        " (1);\nCREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);\n"
        "INSERT INTO p SELECT * FROM p12 WHERE {};\nDROP TABLE p12;", "k = 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVED)
def test_rows_may_move_to_other_partitions(name: str, apply: Applier) -> None:
    before, script, some = MOVED[name]
    apply.sql(before)
    with pytest.raises(LossError):
        apply(script.format(some))
    assert apply(script.format("true")).loss == ()


def test_an_update_that_moves_rows_of_others_to_another_partition(apply: Applier) -> None:
    apply.sql(PARTS)
    with pytest.raises(LossError) as caught:
        apply("UPDATE p SET v = 'b' WHERE k = 2;\nUPDATE p SET k = 7 WHERE k = 1;")
    assert [(one.table, one.line) for one in caught.value.losses] == [("public.p12", 2)]


def test_rows_of_runs_in_a_partition_stay_theirs_beside_rows_of_others(apply: Applier) -> None:
    apply("CREATE TABLE p (k int, v text) PARTITION BY LIST (k);\n"
          "CREATE TABLE p1 PARTITION OF p DEFAULT; INSERT INTO p VALUES (1, 'a');")  # fmt: skip
    apply.sql("INSERT INTO p VALUES (1, 'mine')")
    for value in "bc":
        assert not apply(f"DELETE FROM p WHERE v < 'd'; INSERT INTO p VALUES (1, '{value}');").loss
    with pytest.raises(LossError) as caught:
        apply("DROP TABLE p;")
    assert [(one.table, one.rows) for one in caught.value.losses] == [("public.p1", 2)]


NOT_OURS = {
    "a copy": (
        "CREATE TABLE t (v text); INSERT INTO t VALUES ('mine')",
        "CREATE TABLE n AS TABLE t;\nDROP TABLE t;\nALTER TABLE n RENAME TO t;", "t",
    ),
    "a partition of the copy": (*MOVED["to a partitioned table"][:2], "acct_1"),
    "a partition of the same table": (*MOVED["to smaller partitions"][:2], "p1"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_OURS)
def test_rows_of_others_in_a_table_of_an_unverified_run_are_not_ours(
    name: str, apply: Applier
) -> None:
    before, script, table = NOT_OURS[name]
    apply.sql(before)
    apply(script.format("true"))
    with pytest.raises(LossError) as caught:
        apply(f"DROP TABLE {table};")
    assert [one.table for one in caught.value.losses] == [f"public.{table}"]


def test_of_a_large_table_no_keys_are_named(apply: Applier) -> None:
    apply.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 1001)")
    made = "DROP TABLE t;\nCREATE TABLE t (id int PRIMARY KEY);\nINSERT INTO t VALUES (1);"
    with pytest.raises(LossError, match="delete rows") as caught:
        apply(made)
    detail = caught.value.detail or ""
    assert detail.endswith("1,000 of them not inserted again")


def test_a_large_object_that_only_the_function_of_another_role_sees(
    as_new_role: Callable[[str], Applier],
) -> None:
    apply = as_new_role(
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql SECURITY DEFINER AS"
        " 'SELECT lo_put(4711, 0, ''gone'')'; SELECT lo_from_bytea(4711, 'mine')"
    )
    with pytest.raises(LossError) as caught:
        apply("SELECT f();", registry=False)
    assert [(one.cause, one.rows) for one in caught.value.losses] == [("unlinked or written to", 1)]


def test_own_large_objects_may_be_written(apply: Applier) -> None:
    apply.sql("SELECT lo_from_bytea(4711, 'hello')")
    assert apply("SELECT lo_from_bytea(1, 'x');\nSELECT lo_put(1, 0, 'y');").loss == ()


def test_large_objects_of_others_may_not_be_written_beside_own_ones(apply: Applier) -> None:
    apply.sql("SELECT lo_from_bytea(4711, 'hello'); SELECT lo_from_bytea(4712, 'hello')")
    made = "SELECT lo_from_bytea(1, 'x');\nSELECT lo_unlink(1);\n"
    with pytest.raises(LossError, match="objects that the scripts did not create") as caught:
        apply(f"{made}SELECT lo_put(4711, 0, 'y');")
    assert [one.rows for one in caught.value.losses] == [1]


def test_large_objects_may_be_made_again(apply: Applier) -> None:
    again = "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid IN (4711, 4712);\n" + (
        "SELECT lo_from_bytea(4711, '{}'), lo_from_bytea(4712, 'x');"
    )
    seed = again.format("a" * 5000)
    apply.sql(seed)
    assert apply(seed).loss == ()
    apply.sql(again.format("c"))
    with pytest.raises(LossError, match="change or unlink large objects") as caught:
        apply(again.format("b"))
    assert [(one.rows, one.cause, one.line) for one in caught.value.losses] == [
        (1, "unlinked or written to", 1)
    ]


def test_large_objects_of_the_scripts_may_be_made_again_otherwise(apply: Applier) -> None:
    """With another oid or content; one that the application has changed is not the scripts'."""
    apply.sql("SELECT lo_from_bytea(4711, 'hello')")
    seed = (
        "CREATE TABLE IF NOT EXISTS files (name text, data oid);"
        " SELECT lo_unlink(data) FROM files; TRUNCATE files;"
        " INSERT INTO files VALUES ('a', lo_from_bytea(0, '{}')); DO $$BEGIN INSERT INTO files"
        " VALUES ('b', lo_from_bytea(0, '{}')); EXCEPTION WHEN division_by_zero THEN END$$;"
    )
    for content in "abab":
        assert apply(seed.format(content, content * 3000)).loss == ()
    apply.sql("SELECT lo_put(data, 0, 'app') FROM files WHERE name = 'b'")
    with pytest.raises(LossError) as caught:
        apply(seed.format("c", "c"))
    assert [(one.cause, one.rows) for one in caught.value.losses] == [("unlinked or written to", 1)]
    assert apply.sql("SELECT count(*) FROM pg_largeobject_metadata") == [3]


def test_a_database_that_was_made_without_the_runner_is_taken_up(apply: Applier) -> None:
    """A database that others made is taken up where its rows are those of the scripts."""
    build = """DROP TABLE IF EXISTS users;
CREATE TABLE users (id serial PRIMARY KEY, name text, created timestamptz DEFAULT now());
INSERT INTO users (name) VALUES ('a'), ('b');"""
    apply.sql(build)
    apply.sql("SELECT setval('users_id_seq', 7)")
    assert apply(build).loss == ()
    apply.sql("UPDATE users SET name = 'mine' WHERE id = 2")
    with pytest.raises(LossError, match="delete rows") as caught:
        apply(build)
    assert "such as (2)" in (caught.value.detail or "")


SERIAL = (
    "CREATE TABLE t (id serial, v text); INSERT INTO t (v) SELECT 'a' FROM generate_series(1, 9);"
)
BACK = {
    "setval": ("SELECT setval('t_id_seq', 2);", "2"),
    "setval of the highest id": (
        "DELETE FROM t WHERE id = 99; SELECT setval('t_id_seq', (SELECT max(id) - 7 FROM t));",
        "2",
    ),
    "setval of a value that was not given": ("SELECT setval('t_id_seq', 9, false);", "its start"),
    "restart": ("ALTER SEQUENCE t_id_seq RESTART;", "its start"),
    "restart of one that now cycles": ("ALTER SEQUENCE t_id_seq CYCLE RESTART 1;", "its start"),
    "round": (
        "ALTER SEQUENCE t_id_seq MAXVALUE 9 CYCLE; INSERT INTO t DEFAULT VALUES;",
        "1",
    ),
    "at its end": ("ALTER SEQUENCE t_id_seq MAXVALUE 9 CYCLE;", "9"),
    "in the other direction": ("ALTER SEQUENCE t_id_seq INCREMENT -1 MINVALUE -9 MAXVALUE 9;", "9"),
    "larger steps": ("ALTER SEQUENCE t_id_seq INCREMENT 10 RESTART 5;", "its start"),
    "block": ("DO $$ BEGIN PERFORM setval('t_id_seq', 2); END $$;", "2"),
    "rows after it": ("SELECT setval('t_id_seq', 2);\nINSERT INTO t DEFAULT VALUES;", "3"),
}


@pytest.mark.parametrize("name", BACK)
def test_a_sequence_that_a_table_uses_is_not_set_back(name: str, apply: Applier) -> None:
    apply.sql(SERIAL)
    back, value = BACK[name]
    with pytest.raises(LossError, match="set back or drop sequences that tables use") as caught:
        apply("SELECT 1;\n" + back)
    script = str(apply.folder / "01.sql")
    loss = Loss("public.t", 0, f"sequence public.t_id_seq set back from 9 to {value}", script, 2)
    assert caught.value.losses == (loss,)
    assert apply.sql("SELECT last_value FROM t_id_seq") == [9]
    assert apply(back, allow_loss=("t",)).loss == (loss._replace(line=None),)


def test_rows_without_columns_are_counted(apply: Applier) -> None:
    apply.sql("CREATE TABLE t (); INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES")
    with pytest.raises(LossError, match="delete rows") as caught:
        apply("DELETE FROM t;\nINSERT INTO t DEFAULT VALUES;")
    assert "1 of them not inserted again" in (caught.value.detail or "")
    apply("DELETE FROM t;\nINSERT INTO t DEFAULT VALUES;\nINSERT INTO t DEFAULT VALUES;")


def test_the_remedy_for_a_sequence_that_is_set_back(apply: Applier) -> None:
    """A seed that sets it to the highest id, where ids beyond that were given and deleted."""
    seed = "CREATE TABLE IF NOT EXISTS t (id serial PRIMARY KEY, v text);" + (
        "INSERT INTO t (id, v) VALUES (3, 'a') ON CONFLICT DO NOTHING;"
    )
    highest = "(SELECT max(id) FROM t)"
    apply(seed + f"SELECT setval('t_id_seq', {highest});")
    apply.sql("SELECT setval('t_id_seq', 100)")
    with pytest.raises(LossError) as caught:
        apply(seed + f"SELECT setval('t_id_seq', {highest});")
    found = str(caught.value.hint).partition("write: ")[2].splitlines()[0]
    remedy = found.replace("VALUE", highest)
    assert apply(seed + remedy).loss == ()
    assert apply.sql("SELECT last_value FROM t_id_seq") == [100]
    apply.sql("DROP TABLE t")
    assert apply(seed + remedy, verify="all").verification is not None
    assert apply.sql("SELECT last_value FROM t_id_seq") == [3]


def test_the_remedy_for_a_descending_sequence(apply: Applier) -> None:
    apply.sql(
        "CREATE SEQUENCE s INCREMENT -1; CREATE TABLE t (id int DEFAULT nextval('s'));"
        " SELECT setval('s', -9)"
    )
    with pytest.raises(LossError, match="set back") as caught:
        apply("SELECT 1;\nSELECT setval('s', -2);")
    script = str(apply.folder / "01.sql")
    loss = Loss("public.t", 0, "sequence public.s set back from -9 to -2", script, 2)
    assert caught.value.losses == (loss,)
    remedy = str(caught.value.hint).partition("write: ")[2].splitlines()[0]
    for value, last in ((-2, -9), (-12, -12)):
        assert apply(remedy.replace("VALUE", str(value))).loss == ()
        assert apply.sql("SELECT last_value FROM s") == [last]


def test_a_sequence_that_has_given_no_value_has_a_place(apply: Applier) -> None:
    apply.sql("CREATE TABLE t (id serial); SELECT setval('t_id_seq', 50, false)")
    with pytest.raises(LossError, match="set back"):
        apply("SELECT 1;\nALTER SEQUENCE t_id_seq RESTART 1;")
    assert apply("SELECT setval('t_id_seq', 50, false);").loss == ()


SERIAL_GONE = "ALTER TABLE t ALTER id DROP DEFAULT; DROP SEQUENCE t_id_seq;"
IDENTITY = "ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY"
GONE_ON = {
    "identity": SERIAL_GONE + IDENTITY + ";"
    "SELECT setval(pg_get_serial_sequence('t', 'id'), (SELECT max(id) FROM t) + 1, false);",
    "identity that starts there": SERIAL_GONE + IDENTITY + " (START 10);",
    "another sequence": "DROP SEQUENCE t_id_seq CASCADE; CREATE SEQUENCE s; SELECT setval('s', 9);"
    "ALTER TABLE t ALTER id SET DEFAULT nextval('s');",
}


@pytest.mark.parametrize("name", GONE_ON)
def test_a_column_may_go_on_with_another_sequence(name: str, apply: Applier) -> None:
    apply.sql(SERIAL)
    assert apply(GONE_ON[name]).loss == ()


def test_a_column_does_not_begin_again_with_another_sequence(apply: Applier) -> None:
    apply.sql(SERIAL + "ALTER TABLE t ADD w int;")
    for script in (
        SERIAL_GONE + IDENTITY + ";",
        SERIAL_GONE + "CREATE SEQUENCE s START 10; ALTER TABLE t ALTER w SET DEFAULT nextval('s');",
    ):
        with pytest.raises(LossError, match="set back or drop sequences that tables use"):
            apply(script)


FORTH = {
    "on": "SELECT setval('t_id_seq', 12);",
    "the same": "SELECT setval('t_id_seq', 9), setval('t_id_seq', 10, false);",
    "a value given": "INSERT INTO t DEFAULT VALUES;",
    "in larger steps": "ALTER SEQUENCE t_id_seq INCREMENT 50 RESTART 10;",
    "smaller steps": "ALTER SEQUENCE wide INCREMENT 1;",
    "down, in a descending one": "SELECT nextval('down');",
    "round": "SELECT nextval('round');",
    "with its table": "DROP TABLE IF EXISTS seed;\nCREATE TABLE seed (id serial);",
    "with rows of ours": "TRUNCATE seed RESTART IDENTITY;",
}


@pytest.mark.parametrize("name", FORTH)
def test_a_sequence_may_move_on(name: str, apply: Applier) -> None:
    apply("CREATE TABLE seed (id serial); INSERT INTO seed DEFAULT VALUES;")
    apply.sql(
        SERIAL + "SELECT setval('seed_id_seq', 50); CREATE SEQUENCE wide INCREMENT 10;"
        "CREATE TABLE w (id int DEFAULT nextval('wide')); INSERT INTO w DEFAULT VALUES;"
        "CREATE SEQUENCE down INCREMENT -1; CREATE TABLE u (id int DEFAULT nextval('down'));"
        "INSERT INTO u DEFAULT VALUES; CREATE SEQUENCE round MAXVALUE 2 CYCLE;"
        "CREATE TABLE v (id int DEFAULT nextval('round'));"
        "INSERT INTO v SELECT FROM generate_series(1, 2)"
    )
    assert apply(FORTH[name]).loss == ()
    assert apply.told.messages == []


def test_a_sequence_that_a_table_uses_by_a_domain(apply: Applier) -> None:
    apply.sql(
        "CREATE SEQUENCE s; CREATE DOMAIN d AS int DEFAULT nextval('s');"
        " CREATE TABLE t (id d, other d DEFAULT 1); INSERT INTO t DEFAULT VALUES;"
        " INSERT INTO t DEFAULT VALUES"
    )
    with pytest.raises(LossError, match="set back") as caught:
        apply("SELECT setval('s', 1);")
    assert [one.cause for one in caught.value.losses] == ["sequence public.s set back from 2 to 1"]


IDENTITY = """CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY, k int) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p DEFAULT; INSERT INTO p (k) VALUES (1), (1);"""


def test_a_sequence_that_only_a_partitioned_table_uses(apply: Applier) -> None:
    apply.sql(IDENTITY)
    with pytest.raises(LossError) as caught:
        apply("ALTER TABLE p ALTER id RESTART;")
    cause = "sequence public.p_id_seq set back from 2 to its start"
    assert [(one.table, one.cause) for one in caught.value.losses] == [("public.p", cause)]


def test_an_own_partitioned_table_may_be_loaded_again(apply: Applier) -> None:
    apply(IDENTITY)
    assert apply("TRUNCATE p RESTART IDENTITY;\nINSERT INTO p (k) VALUES (1), (2);").loss == ()
    apply.sql("INSERT INTO p (k) VALUES (9)")
    with pytest.raises(LossError):
        apply("TRUNCATE p RESTART IDENTITY;\nINSERT INTO p (k) VALUES (1), (2);")


def test_a_sequence_that_a_view_uses_is_told(apply: Applier) -> None:
    apply.sql(
        "CREATE SEQUENCE s; SELECT setval('s', 7); CREATE VIEW v AS SELECT 1 AS id;"
        "ALTER VIEW v ALTER id SET DEFAULT nextval('s')"
    )
    apply("SELECT setval('s', 2);")
    assert apply.told.messages == ["sequence public.s set back from 7 to 2"]


def test_a_sequence_that_no_table_uses_is_told(apply: Applier) -> None:
    apply.sql(
        "CREATE SEQUENCE a; CREATE SEQUENCE b; CREATE SEQUENCE c;"
        "SELECT setval('a', 500), setval('b', 9)"
    )
    apply("DROP SEQUENCE a, c; CREATE SEQUENCE a; SELECT setval('b', 2);")
    assert sorted(apply.told.messages) == [
        "sequence public.a dropped; it was at 500",
        "sequence public.b set back from 9 to 2",
    ]
