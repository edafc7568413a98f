"""Which statements `check` finds, on their own and together."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.check.scripts import check_scripts
from runner.findings import FindingsError
from runner.scripts.folder import read_folder
from tests.unit.findings import check, folder_of

# In one transaction, or refused by the server in its own words

ALLOWED = [
    "VACUUM t",
    "ANALYZE",
    "ANALYZE t",
    "CLUSTER t USING x",
    "CLUSTER (VERBOSE) t USING x",
    "REINDEX TABLE t",
    "REINDEX (CONCURRENTLY false) TABLE t",
    "REINDEX INDEX concurrently_x",
    "CREATE INDEX concurrently_x1 ON t (i)",
    "ALTER DATABASE app SET work_mem = '1MB'",
    "ALTER DATABASE app RENAME TO b",
    "ALTER TABLE p DETACH PARTITION q",
    "ALTER TABLE p DETACH PARTITION q FINALIZE",
    "DISCARD TEMP",
    "DISCARD PLANS",
    "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
    "ALTER TABLE t SET TABLESPACE pg_default",
    "ALTER TABLE t ADD COLUMN vacuum int",
    "SELECT 'VACUUM'",
    'CREATE TABLE "VACUUM" (i int)',
    "CREATE TABLE database (i int)",
    "COMMENT ON TABLE t IS 'VACUUM; COMMIT;'",
    "DO $$ BEGIN PERFORM 'COMMIT;'; END $$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
    "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$",
    "SET TRANSACTION READ WRITE",
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET CONSTRAINTS ALL IMMEDIATE",
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    "PREPARE q AS SELECT 1",
    "DEALLOCATE ALL",
    "RESET ALL",
    "SET ROLE app",
    "RESET ROLE",
]


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_is_the_servers_to_tell(tmp_path: Path, statement: str) -> None:
    assert check(folder_of(tmp_path, f"{statement};")) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN\\; COMMIT",
        "ROLLBACK AND CHAINS",
        "PREPARE TRANSACTION 'x'",
    ],
)
def test_what_no_savepoint_can_stand_for(tmp_path: Path, statement: str) -> None:
    folder = folder_of(tmp_path, f"select 1;\n{statement};\n")
    found = check(folder)[0]
    assert (found.severity, str(found.place)) == ("error", f"{folder}/01.sql:2:1")
    assert "would end or split the one transaction" in found.message
    assert check(folder, transaction="none") == ()


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN; COMMIT",
        "begin work; select 1; rollback and chain; end transaction and no chain",
        "START TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY NOT DEFERRABLE; ABORT",
        "COMMIT",
        "BEGIN; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; COMMIT",
    ],
)
def test_transactions_of_a_script(tmp_path: Path, text: str) -> None:
    assert check(folder_of(tmp_path, f"{text};")) == ()


def test_a_transaction_that_is_left_open(tmp_path: Path) -> None:
    [found] = check(folder_of(tmp_path, "BEGIN;\nSELECT 1;\nROLLBACK AND CHAIN;\nTABLE t;"))
    assert (found.severity, found.message) == (
        "warning",
        "the script ends in an open transaction",
    )


def test_all_of_a_message_is_looked_at(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1\\; begin\\; commit;\n")
    assert [(f.place.column, f.message[:6]) for f in check(folder) if f.place] == [
        (12, "BEGIN "),
        (20, "COMMIT"),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE USER w IN ROLE replication",
        "CREATE ROLE w LOGIN ADMIN superuser",
        "ALTER ROLE app RENAME TO replication",
        "ALTER ROLE app SET search_path = superuser, public",
    ],
)
def test_names_that_are_those_of_attributes(tmp_path: Path, statement: str) -> None:
    assert check(folder_of(tmp_path, f"{statement};")) == ()


@pytest.mark.parametrize(("number", "lines"), [(3, [1, 2, 3]), (4, [1]), (120, [1])])
def test_many_findings_of_a_kind_are_one_and_hide_no_other(
    tmp_path: Path, number: int, lines: list[int]
) -> None:
    noise = "SELECT http('x');\n" * number
    found = check(folder_of(tmp_path, f"{noise}prepare transaction 'x';\n"))
    assert [one.place.line for one in found if one.place] == [*lines, number + 1]
    assert found[0].message.endswith(f" ({number} times)") is (number > 3)


@pytest.mark.parametrize("name", ["nope.csv", "."])
def test_copy_from_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    text = f"select 1;\n copy t from '/docker-entrypoint-initdb.d/{name}';"
    [found] = check(folder_of(tmp_path, text))
    assert found.place is not None
    assert (found.severity, found.place.line, found.place.column) == ("error", 2, 2)


@pytest.mark.parametrize(
    "command",
    [
        "\\i 'a\\000b'",
        "\\ir 'a\\000b'",
        "\\i ~nosuchuser/x.sql",
        "\\copy t from ~nosuchuser/x.csv",
        "\\cd ~nosuchuser",
        "copy t from '/docker-entrypoint-initdb.d/" + "x" * 300 + "';",
    ],
)
def test_names_that_no_file_can_have(tmp_path: Path, command: str) -> None:
    [found] = check(folder_of(tmp_path, f"select 1;\n{command}\n"))
    assert found.place is not None
    assert (found.severity, found.place.line) == ("error", 2)


OUTSIDE = {
    "SELECT dblink_exec('host=x', 'INSERT INTO hits VALUES (1)');": [1],
    "SELECT DBLINK_CONNECT ('x');\nSELECT dblink FROM t;": [1],
    "DO $$ BEGIN PERFORM aws_lambda.invoke(f, '{}'); END $$;": [1],
    "SELECT aws_s3.query_export_to_s3('SELECT 1', u);": [1],
    "INSERT INTO log VALUES (1);\nINSERT INTO log SELECT http_post('x', '{}', 'y');": [2],
    "CREATE FOREIGN TABLE s.far (id int) SERVER x;\nSELECT * FROM s.far;\n"
    "INSERT INTO s.far VALUES (1);\nDELETE FROM ONLY far;": [3, 4],
    "CREATE FUNCTION tell() RETURNS void LANGUAGE sql AS $$ SELECT dblink_exec('x', 'y') $$;\n"
    "SELECT 1;\nSELECT tell();\nDROP FUNCTION tell();": [3],
    "IMPORT FOREIGN SCHEMA x FROM SERVER s INTO far;\n"
    "IMPORT FOREIGN SCHEMA y LIMIT TO (a, b) FROM SERVER s INTO near;\n"
    "INSERT INTO far.t VALUES (1);\nDELETE FROM b;\nDELETE FROM near.b;": [3, 5],
    "SELECT net.http_post('x');\nSELECT http(('GET', 'x')::http_request);\nLISTEN x;\n"
    "SELECT lo_export(1, 'x');": [1, 2, 4],
    "SELECT pg_create_physical_replication_slot('s'); SELECT 'no_slot';": [1],
    "SELECT pg_replication_slot_advance('s', '0/0'), heap_force_kill('t', '{}');": [1],
    "SELECT run_command_on_workers('SELECT citus_version()');\nSELECT result FROM"
    " run_command_on_all_nodes($$ALTER SYSTEM SET work_mem = '8MB'$$);\n"
    "DO $$ BEGIN PERFORM run_command_on_workers('SELECT 1'); END $$;": [1, 2, 3],
    "CREATE EXTENSION dblink;\nNOTIFY jobs;\nSELECT pg_notify('jobs', '');": [],
}


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_happens_outside_more_than_once(tmp_path: Path, text: str) -> None:
    """In the run, in the reference, and when a run begins again; without a transaction once."""
    found = check(folder_of(tmp_path, text))
    assert [one.place.line for one in found if one.place] == OUTSIDE[text]
    assert all("more than once" in one.message for one in found)
    assert check(folder_of(tmp_path, text), transaction="none") == ()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT run_command_on_shards('t', 'DELETE FROM %s');",
        "SELECT run_command_on_placements('t', $$ update %s SET v = 1 $$);",
        "DO $$ BEGIN PERFORM run_command_on_workers('TRUNCATE t'); END $$;",
        "SELECT Run_Command_On_All_Nodes ( 'ALTER  TABLE t DROP v' );",
        "SELECT * FROM pg_catalog.run_command_on_coordinator(E'DROP TABLE t');",
        "SELECT master_run_on_worker(ARRAY['h'], ARRAY[1], ARRAY['DELETE FROM t'], false);",
        "CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS"
        " $$ SELECT run_command_on_colocated_placements('a', 'b', 'DELETE FROM %s') $$;\n"
        "SELECT purge();",
    ],
)
def test_what_changes_rows_on_shards_outside_the_transaction_is_an_error(
    tmp_path: Path, text: str
) -> None:
    (found,) = check(folder_of(tmp_path, text))
    assert (found.severity, found.place and found.place.line) == ("error", text.count("\n") + 1)
    assert "no rollback undoes it" in found.message
    assert check(folder_of(tmp_path, text), transaction="none") == ()


def test_a_run_stops_with_all_errors(tmp_path: Path) -> None:
    folder = read_folder(folder_of(tmp_path, "abort x;\n\\foo\nselect (1", "begin\\; commit;"))
    with pytest.raises(FindingsError) as caught:
        check_scripts(folder, {}, in_transaction=True)
    assert [str(one.place).rpartition("/")[2] for one in caught.value.findings] == [
        "01.sql:1:1",
        "01.sql:2:1",
        "01.sql:3:8",
        "02.sql:1:1",
        "02.sql:1:9",
    ]
    assert str(caught.value.place) == str(caught.value.findings[0].place)
