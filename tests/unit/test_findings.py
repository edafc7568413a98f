"""Which statements `check` finds, on their own and together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.check.scripts import check_scripts
from runner.psql.sql_text import Token, tokens
from runner.results import FindingsError
from runner.scripts.folder import read_folder
from tests.unit.findings import check, folder_of, messages, short

if TYPE_CHECKING:
    from collections.abc import Iterator

# Statements that no transaction can hold

REFUSED = {
    "VACUUM": "VACUUM",
    "vacuum (full, analyze) t": "VACUUM",
    "/* why */ vacuum /* not */ full": "VACUUM",
    "CREATE DATABASE app": "CREATE or DROP DATABASE",
    "drop database if exists app": "CREATE or DROP DATABASE",
    "ALTER DATABASE app SET TABLESPACE fast": "ALTER DATABASE SET TABLESPACE",
    "ALTER DATABASE app WITH TABLESPACE fast": "ALTER DATABASE SET TABLESPACE",
    "ALTER DATABASE app TABLESPACE = fast": "ALTER DATABASE SET TABLESPACE",
    "CREATE TABLESPACE fast LOCATION '/x'": "CREATE or DROP TABLESPACE",
    "DROP TABLESPACE fast": "CREATE or DROP TABLESPACE",
    "ALTER SYSTEM SET work_mem = '1MB'": "ALTER SYSTEM",
    "CREATE INDEX CONCURRENTLY ON t (i)": "CREATE INDEX CONCURRENTLY",
    "create unique index concurrently if not exists x on t (i)": "CREATE INDEX CONCURRENTLY",
    "CREATE INDEX /* now */ CONCURRENTLY x ON t (i)": "CREATE INDEX CONCURRENTLY",
    "CREATE INDEX  CONCURRENTLY x1 ON t (i)": "CREATE INDEX CONCURRENTLY",
    "DROP INDEX CONCURRENTLY x": "DROP INDEX CONCURRENTLY",
    "REINDEX TABLE CONCURRENTLY t": "REINDEX CONCURRENTLY",
    "REINDEX (VERBOSE) INDEX CONCURRENTLY x": "REINDEX CONCURRENTLY",
    "REINDEX (CONCURRENTLY) TABLE t": "REINDEX CONCURRENTLY",
    "REINDEX (VERBOSE, CONCURRENTLY true) TABLE t": "REINDEX CONCURRENTLY",
    "REINDEX DATABASE app": "REINDEX of a database or a schema",
    "REINDEX (VERBOSE) SCHEMA public": "REINDEX of a database or a schema",
    "REINDEX SYSTEM app": "REINDEX of a database or a schema",
    "CLUSTER": "CLUSTER of all tables",
    "CLUSTER VERBOSE": "CLUSTER of all tables",
    "DISCARD ALL": "DISCARD ALL",
    "ALTER TABLE p DETACH PARTITION q CONCURRENTLY": "DETACH PARTITION CONCURRENTLY",
    "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p": "CREATE SUBSCRIPTION with a new slot",
    "ALTER SUBSCRIPTION s REFRESH PUBLICATION": "ALTER SUBSCRIPTION with refresh",
    "ALTER SUBSCRIPTION s SET PUBLICATION p": "ALTER SUBSCRIPTION with refresh",
    "COMMIT PREPARED 'x'": "COMMIT or ROLLBACK PREPARED",
    "ROLLBACK PREPARED 'x'": "COMMIT or ROLLBACK PREPARED",
}


@pytest.mark.parametrize("statement", REFUSED)
def test_a_statement_that_no_transaction_can_hold(tmp_path: Path, statement: str) -> None:
    folder = folder_of(tmp_path, f"select 1;\n  {statement};\n")
    found = check(folder)[:1]
    assert short(found) == [("error", 2, f"{REFUSED[statement]} cannot run in a transaction")]
    assert found[0].place is not None
    assert found[0].place.column == 3 + 10 * statement.startswith("/* why */")
    assert all((found[0].docker, found[0].target, found[0].rewrite))


@pytest.mark.parametrize("statement", REFUSED)
def test_it_is_fine_without_a_transaction(tmp_path: Path, statement: str) -> None:
    folder = folder_of(tmp_path, f"{statement};")
    assert not [m for m in messages(check(folder, transaction="none")) if "in a transaction" in m]


ALLOWED = [
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
def test_what_a_transaction_can_hold(tmp_path: Path, statement: str) -> None:
    assert check(folder_of(tmp_path, f"{statement};")) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN\\; COMMIT",
        "begin work isolation serializable",
        "ROLLBACK AND CHAINS",
        "PREPARE TRANSACTION 'x'",
    ],
)
def test_what_no_savepoint_can_stand_for(tmp_path: Path, statement: str) -> None:
    folder = folder_of(tmp_path, f"select 1;\n{statement};\n")
    found = check(folder)[0]
    assert (found.severity, found.where) == ("error", f"{folder}/01.sql:2:1")
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
    folder = folder_of(tmp_path, "select 1\\; vacuum\\; commit;\n")
    assert [(f.place.column, f.message[:6]) for f in check(folder) if f.place] == [
        (12, "VACUUM"),
        (21, "COMMIT"),
    ]


@pytest.mark.parametrize("statement", ["SET track_counts = 0", 'SET LOCAL "track_counts" TO off'])
def test_what_would_hide_rows_from_the_guard(tmp_path: Path, statement: str) -> None:
    """Whoever runs it: it is no matter of rights alone."""
    [found] = [one for one in check(folder_of(tmp_path, f"{statement};")) if not one.rights]
    assert found.severity == "error"
    assert "hide deleted rows from the guard" in found.message


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


def test_warnings_hide_no_error(tmp_path: Path) -> None:
    noise = "LOCK TABLE t;\n" * 120
    found = check(folder_of(tmp_path, f"{noise}vacuum t;\n"))
    assert [one.place and one.place.line for one in found if one.severity == "error"] == [121]
    assert "20 more warnings are not listed" in found[-1].message


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


def test_a_do_block_that_commits(tmp_path: Path) -> None:
    text = "DO $x$ BEGIN IF true THEN -- ;\n COMMIT; END IF; END $x$;"
    [found] = check(folder_of(tmp_path, text))
    assert found.severity == "warning"
    assert "DO block" in found.message


@pytest.mark.parametrize(
    ("statement", "severity"),
    [
        ("SET TRANSACTION SNAPSHOT '1'", "error"),
        ("SAVEPOINT a", "warning"),
        ("LOCK TABLE t", "warning"),
        ("SET lock_timeout = 5000", "warning"),
        ("SET SESSION lock_timeout TO '1s'", "warning"),
        ("DROP SUBSCRIPTION s", "warning"),
    ],
)
def test_what_differs_in_a_transaction(tmp_path: Path, statement: str, severity: str) -> None:
    folder = folder_of(tmp_path, f"{statement};")
    assert [one.severity for one in check(folder)] == [severity]
    assert check(folder, transaction="none") == ()


@pytest.mark.parametrize("value", ["= 0", "TO '0'", "= DEFAULT"])
def test_no_lock_timeout_as_a_dump_writes_it_is_none(tmp_path: Path, value: str) -> None:
    text = f"SET lock_timeout {value};\nset session lock_timeout {value}"
    assert check(folder_of(tmp_path, text)) == ()


def test_in_a_transaction_of_the_script_they_do_not_differ(tmp_path: Path) -> None:
    text = "BEGIN;\nSAVEPOINT a;\nSET LOCAL x.y = 1;\nLOCK TABLE t;\nCOMMIT;\nSAVEPOINT b;\n"
    assert [one.place.line for one in check(folder_of(tmp_path, text)) if one.place] == [6]


# What needs a superuser

RIGHTS = [
    "LOAD 'auto_explain'",
    "SET session_replication_role = replica",
    "set session session_replication_role to 'replica'",
    'SET "session_replication_role" = replica',
    "SELECT set_config('session_replication_role', 'replica', false)",
    "SELECT pg_catalog.set_config ( 'log_statement' , 'all' , true )",
    "SET log_min_duration_statement = 0",
    "ALTER DATABASE app SET log_statement = 'all'",
    "ALTER ROLE app SET session_replication_role = replica",
    "SET SESSION AUTHORIZATION app",
    "CREATE LANGUAGE plpython3u",
    "CREATE OR REPLACE PROCEDURAL LANGUAGE plperlu",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ return 1 $$",
    "CREATE OR REPLACE FUNCTION f() RETURNS int AS '$libdir/f', 'f' LANGUAGE C STRICT",
    "CREATE FUNCTION f() RETURNS int AS $$ return 1 $$ LANGUAGE 'plperlu'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET log_statement = 'all' AS 'SELECT 1'",
    "CREATE PROCEDURE p() LANGUAGE sql SET session_replication_role = replica AS 'SELECT 1'",
    "ALTER FUNCTION f() SET session_replication_role TO replica",
    "ALTER ROUTINE f() SET log_statement = 'all'",
    "DO LANGUAGE plpython3u $$ pass $$",
    "DO $$ elog(NOTICE, 1) $$ LANGUAGE 'plperlu'",
    "CREATE ROLE app SUPERUSER LOGIN",
    "CREATE USER app WITH PASSWORD 'x' REPLICATION",
    "ALTER ROLE app BYPASSRLS",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE ACCESS METHOD m TYPE INDEX HANDLER h",
    "CREATE OPERATOR CLASS c FOR TYPE int USING btree AS STORAGE int",
    "CREATE CAST (int AS text) WITHOUT FUNCTION",
    "CREATE CAST (character varying AS jsonb) WITH INOUT AS IMPLICIT",
    "CREATE CAST (text AS pg_catalog.inet) WITH INOUT AS ASSIGNMENT",
    "SELECT pg_reload_conf()",
    "CREATE TYPE t (INPUT = a, OUTPUT = b)",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT * FROM pg_ls_dir('.')",
    "SELECT lo_import('/docker-entrypoint-initdb.d/x.png')",
    "SELECT PG_READ_BINARY_FILE('/x')",
    "INSERT INTO t VALUES (pg_read_file('/docker-entrypoint-initdb.d/x.json'))",
]


@pytest.mark.parametrize("statement", RIGHTS)
def test_what_needs_a_superuser(tmp_path: Path, statement: str) -> None:
    folder = folder_of(tmp_path, f"\n{statement};\n")
    for transaction in ("all", "none"):
        [found] = check(folder, transaction=transaction)
        assert (found.severity, found.rights) == ("error", True)
        assert found.where == f"{folder}/01.sql:2:1"
        assert "superuser" in found.message


@pytest.mark.parametrize(
    "statement",
    ["SET LOCAL session_replication_role = replica", "SET LOCAL SESSION AUTHORIZATION app"],
)
def test_what_is_set_locally_may_need_a_superuser_too(tmp_path: Path, statement: str) -> None:
    found = check(folder_of(tmp_path, f"{statement};\n"))
    assert [(one.severity, one.rights) for one in found] == [("error", True)]


def test_a_body_that_updates_sets_nothing(tmp_path: Path) -> None:
    text = "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC UPDATE t SET log_statement"
    assert check(folder_of(tmp_path, f"{text} = 1; END;\n")) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE EXTENSION postgis",
        'CREATE EXTENSION IF NOT EXISTS "pg_stat_statements" WITH SCHEMA x',
        "CREATE EXTENSION citextra",
        "COMMENT ON EXTENSION plpgsql IS 'x'",
        "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
        "CREATE PUBLICATION p FOR ALL TABLES",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = false)",
        "ALTER TABLE t DISABLE TRIGGER ALL",
        "CHECKPOINT",
    ],
)
def test_what_may_need_a_superuser(tmp_path: Path, statement: str) -> None:
    assert [one.severity for one in check(folder_of(tmp_path, f"{statement};"))] == ["warning"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE EXTENSION pgcrypto",
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"',
        "CREATE EXTENSION citext SCHEMA public",
        "COMMENT ON EXTENSION citext IS 'x'",
        "CREATE ROLE app NOSUPERUSER NOREPLICATION LOGIN",
        "CREATE ROLE superuser",
        "CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'REPLICATION')",
        "ALTER TABLE t DISABLE TRIGGER USER",
        "ALTER TABLE t DISABLE TRIGGER all_of_them",
        "SET search_path = log_statement",
        "SELECT set_config('search_path', '', false)",
        "SELECT lo_create(1)",
        "SELECT 'pg_read_file(1)' AS set_config",
        "SET SESSION AUTHORIZATION DEFAULT",
        "CREATE LANGUAGE plpgsql",
        "CREATE CAST (varchar AS mood) WITH INOUT AS IMPLICIT",
        "CREATE CAST (app.text AS text) WITH FUNCTION app.text(app.text)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION c() RETURNS int AS $$ LANGUAGE C $$ LANGUAGE plpgsql",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1'",
        "ALTER FUNCTION f() OWNER TO log_statement",
        "DO LANGUAGE plpgsql $$ BEGIN PERFORM 'LANGUAGE plperlu'; END $$",
        "CREATE TYPE t AS (input int)",
        "CREATE TYPE t AS ENUM ('INPUT =')",
        "CREATE PUBLICATION p FOR TABLE t",
    ],
)
def test_what_needs_none(tmp_path: Path, statement: str) -> None:
    assert check(folder_of(tmp_path, f"{statement};")) == ()


def test_a_run_leaves_rights_to_its_target(tmp_path: Path) -> None:
    folder = read_folder(folder_of(tmp_path, "SET session_replication_role = replica;"))
    checked, warnings, _ = check_scripts(folder, {}, in_transaction=True)
    assert [one.script.path.name for one in checked] == ["01.sql"]
    assert [one.severity for one in warnings] == ["warning"]


def test_a_run_stops_with_all_errors(tmp_path: Path) -> None:
    folder = read_folder(folder_of(tmp_path, "vacuum;\n\\foo\nselect (1", "vacuum;"))
    with pytest.raises(FindingsError) as caught:
        check_scripts(folder, {}, in_transaction=True)
    assert [one.where.rpartition("/")[2] for one in caught.value.findings] == [
        "01.sql:1:1",
        "01.sql:2:1",
        "01.sql:3:8",
        "02.sql:1:1",
    ]
    assert str(caught.value.place) == caught.value.findings[0].where


# A new value of an enum

OWN_TYPE = "CREATE TYPE mood AS ENUM ('ok');\nCREATE TABLE t (m mood, note text);\n"


@pytest.mark.parametrize(
    "use",
    [
        "INSERT INTO t VALUES ('happy');",
        "INSERT INTO public.t (m) SELECT 'happy';",
        "SELECT 'happy'::mood;",
        "ALTER TABLE t ALTER m SET DEFAULT 'happy';",
        "COPY t FROM stdin;\nok\tx\nhappy\ty\n\\.\n",
        "UPDATE \"t\" SET m = 'happy';",
    ],
)
@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_new_value_in_use(tmp_path: Path, use: str, in_one_file: bool) -> None:
    add = "ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'ok';\n"
    texts = [OWN_TYPE + add + use] if in_one_file else [OWN_TYPE, add, use]
    folder = folder_of(tmp_path, *texts)
    [found] = check(folder)
    assert found.severity == "warning"
    assert "'happy' of mood" in found.message
    assert "before PostgreSQL 17" in found.target
    assert found.place is not None
    assert found.place.line == (4 if in_one_file else 1)
    assert check(folder, transaction="none") == ()


# Uses of a value of a type that is on the target already; the server refuses them for certain.
SURE_USES = (
    "SELECT 'happy'::mood;",
    "SELECT 1, CAST(E'happy' AS mood);",
    "SELECT mood $$happy$$;",
    "CREATE TABLE faces (id int, m mood NOT NULL DEFAULT 'happy', n text);",
    "ALTER TABLE t ADD q mood DEFAULT 'happy';",
    "CREATE VIEW v AS SELECT 'happy'::mood;",
)
# The server refuses some of these; of others it runs all.
PERHAPS = (
    "CREATE TABLE faces (id int, m mood, n text);\nINSERT INTO faces (n) VALUES ('happy');",
    "CREATE TABLE faces (m mood, n text);\nCOPY faces (n) FROM stdin;\nhappy\n\\.\n",
    "CREATE TABLE faces (m mood);\nINSERT INTO faces VALUES (E'happy');",
    "CREATE TABLE faces (m mood);\nINSERT INTO faces VALUES ($$happy$$);",
    "CREATE TABLE faces (m mood);\nDO $$ BEGIN INSERT INTO faces VALUES ('happy'); END $$;",
    "DO $$ BEGIN IF false THEN PERFORM 'happy'::mood; END IF; END $$;",
    "CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$ SELECT 'happy'::mood $$;",
    "CREATE TABLE IF NOT EXISTS t (m mood DEFAULT 'happy');",
    "SELECT 'happy', 'ok'::mood;",
)


@pytest.mark.parametrize("use", SURE_USES)
def test_a_new_value_of_a_type_that_is_not_the_scripts_own(tmp_path: Path, use: str) -> None:
    [found] = check(folder_of(tmp_path, f"ALTER TYPE mood ADD VALUE 'happy';\n{use}\n"))
    assert (found.severity, found.place and found.place.line) == ("error", 2)
    assert "is used" in found.message


@pytest.mark.parametrize("use", PERHAPS)
def test_a_new_value_that_may_be_in_use(tmp_path: Path, use: str) -> None:
    [found] = check(folder_of(tmp_path, f"ALTER TYPE mood ADD VALUE 'happy';\n{use}\n"))
    assert found.severity == "warning"
    assert "may be used" in found.message


@pytest.mark.parametrize(
    ("add", "use"),
    [
        ("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy';", "SELECT 'happy'::mood;"),
        ("ALTER TYPE mood ADD VALUE 'happy';", "SELECT 'happy'::other.mood;"),
        (
            "DO $$ BEGIN CREATE TYPE mood AS ENUM ('ok'); END $$;\n"
            "ALTER TYPE mood ADD VALUE 'happy';",
            "SELECT 'happy'::mood;",
        ),
        (
            "SELECT 'CREATE TYPE mood AS ENUM (''ok'')' \\gexec\n"
            "ALTER TYPE mood ADD VALUE 'happy';",
            "SELECT 'happy'::mood;",
        ),
    ],
)
def test_a_value_that_may_not_be_new_is_a_warning(tmp_path: Path, add: str, use: str) -> None:
    found = check(folder_of(tmp_path, f"{add}\n{use}\n"))
    assert [one.severity for one in found] == ["warning"]


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TYPE mood ADD VALUE 'happy';",
        "ALTER TYPE mood ADD VALUE 'happy';\nINSERT INTO t VALUES ('ok', 'y');",
        "ALTER TYPE mood ADD VALUE 'happy';\nINSERT INTO other VALUES ('happy');",
        "ALTER TYPE mood ADD VALUE 'happy';\nCOPY other FROM stdin;\nhappy\n\\.\n",
        "ALTER TYPE mood ADD VALUE 'happy';\nCOPY t FROM stdin;\nok\tunhappy\n\\.\n",
        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';\nINSERT INTO t VALUES ('ok');",
        "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';\nINSERT INTO t VALUES ('fine');",
        "ALTER TYPE mood ADD VALUE 'happy';\n-- INSERT INTO t VALUES ('happy');\nSELECT 1;",
        "ALTER TYPE mood ADD VALUE 'happy';\nDROP TYPE mood CASCADE;\n"
        "CREATE TYPE mood AS ENUM ('happy');\nSELECT 'happy'::mood;",
    ],
)
def test_values_that_are_no_problem(tmp_path: Path, text: str) -> None:
    assert check(folder_of(tmp_path, OWN_TYPE + text)) == ()


def test_each_command_is_tokenised_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a new value makes every statement be compared with every table."""
    made = 0

    def counting(text: bytes) -> Iterator[Token]:
        nonlocal made
        for token in tokens(text):
            made += 1
            yield token

    monkeypatch.setattr("runner.check.rule.tokens", counting)
    pairs = "".join(
        f"CREATE TABLE t{n} (m mood);\nINSERT INTO q{n} VALUES ('happy');\n" for n in range(50)
    )
    assert check(folder_of(tmp_path, f"ALTER TYPE mood ADD VALUE 'happy';\n{pairs}")) == ()
    # Once up to the ALTER TYPE, and once more with a look at every statement.
    assert made <= 2 * sum(1 for _ in tokens(f"ALTER TYPE mood ADD VALUE 'happy';{pairs}".encode()))
