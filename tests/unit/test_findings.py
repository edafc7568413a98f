"""What `check` finds in a folder of scripts, and where; and that it finds nothing else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from runner.errors import ScriptError
from runner.folder import Files, read_folder
from runner.precheck import check_scripts, findings, without_transaction_control
from runner.psql.reader import read_script
from runner.psql.state import State
from runner.psql.steps import Sync
from runner.results import Finding, FindingsError
from tests.unit.reading import source_of

TESTS = Path(__file__).parent.parent
CORPUS = TESTS / "corpus"
DATA_SQL = TESTS.parent / "data" / "sql"
Found = list[tuple[str, int | None, str]]


def folder_of(path: Path, *texts: str | bytes, **named: str | bytes) -> Path:
    """A folder with 01.sql, 02.sql, …, and a file for each keyword, `__` for its dots."""
    folder = path / "sql"
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)
    files = {f"{number:02}.sql": text for number, text in enumerate(texts, 1)}
    files |= {name.replace("__", "."): text for name, text in named.items()}
    for name, text in files.items():
        file = folder / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(0o644)
    return folder


def check(
    folder: Path, *, transaction: str = "all", env: dict[str, str] | None = None, **variables: str
) -> tuple[Finding, ...]:
    in_transaction = transaction == "all"
    found = read_folder(folder)
    return findings(found, variables, in_transaction=in_transaction, environ=env or {})


def short(found: tuple[Finding, ...]) -> Found:
    """Severity, line and the beginning of the message."""
    return [(one.severity, one.place.line if one.place else None, one.message) for one in found]


def messages(found: tuple[Finding, ...]) -> list[str]:
    return [one.message for one in found]


# Statements that no transaction can hold

REFUSED = {
    "VACUUM": "VACUUM",
    "vacuum (full, analyze) t": "VACUUM",
    "/* why */ vacuum /* not */ full": "VACUUM",
    "CREATE DATABASE app": "CREATE or DROP DATABASE",
    "drop database if exists app": "CREATE or DROP DATABASE",
    "ALTER DATABASE app SET TABLESPACE fast": "ALTER DATABASE SET TABLESPACE",
    "CREATE TABLESPACE fast LOCATION '/x'": "CREATE or DROP TABLESPACE",
    "DROP TABLESPACE fast": "CREATE or DROP TABLESPACE",
    "ALTER SYSTEM SET work_mem = '1MB'": "ALTER SYSTEM",
    "CREATE INDEX CONCURRENTLY ON t (i)": "CREATE INDEX CONCURRENTLY",
    "create unique index concurrently if not exists x on t (i)": "CREATE INDEX CONCURRENTLY",
    "CREATE INDEX /* now */ CONCURRENTLY x ON t (i)": "CREATE INDEX CONCURRENTLY",
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


@pytest.mark.parametrize(
    "statement",
    [
        "ANALYZE",
        "ANALYZE t",
        "CLUSTER t USING x",
        "CLUSTER (VERBOSE) t USING x",
        "REINDEX TABLE t",
        "REINDEX (CONCURRENTLY false) TABLE t",
        "REINDEX INDEX concurrently_x",
        "CREATE INDEX concurrently_x ON t (i)",
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
    ],
)
def test_what_a_transaction_can_hold(tmp_path: Path, statement: str) -> None:
    assert check(folder_of(tmp_path, f"{statement};")) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN",
        "begin work",
        "START TRANSACTION",
        "COMMIT",
        "COMMIT AND CHAIN",
        "END",
        "ROLLBACK",
        "ABORT",
        "PREPARE TRANSACTION 'x'",
    ],
)
def test_transaction_control(tmp_path: Path, statement: str) -> None:
    folder = folder_of(tmp_path, f"select 1;\n{statement};\n")
    [found] = check(folder)
    assert (found.severity, found.where) == ("error", f"{folder}/01.sql:2:1")
    assert "would end or split the one transaction" in found.message
    assert check(folder, transaction="none") == ()


def test_all_of_a_message_is_looked_at(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1\\; vacuum\\; commit;\n")
    assert [(f.place.column, f.message[:6]) for f in check(folder) if f.place] == [
        (12, "VACUUM"),
        (21, "COMMIT"),
    ]


def test_a_do_block_that_commits(tmp_path: Path) -> None:
    text = "DO $x$ BEGIN IF true THEN -- ;\n COMMIT; END IF; END $x$;"
    [found] = check(folder_of(tmp_path, text))
    assert found.severity == "warning"
    assert "DO block" in found.message


@pytest.mark.parametrize(
    ("statement", "severity"),
    [
        ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "error"),
        ("SET TRANSACTION READ ONLY", "error"),
        ("SET LOCAL search_path = app", "warning"),
        ("SET CONSTRAINTS ALL DEFERRED", "warning"),
        ("SAVEPOINT a", "warning"),
        ("LOCK TABLE t", "warning"),
        ("SET lock_timeout = 0", "warning"),
        ("SET SESSION lock_timeout TO '1s'", "warning"),
        ("DROP SUBSCRIPTION s", "warning"),
    ],
)
def test_what_differs_in_a_transaction(tmp_path: Path, statement: str, severity: str) -> None:
    folder = folder_of(tmp_path, f"{statement};")
    assert [one.severity for one in check(folder)] == [severity]
    assert check(folder, transaction="none") == ()


def test_in_a_transaction_of_the_script_they_do_not_differ(tmp_path: Path) -> None:
    text = "BEGIN;\nSAVEPOINT a;\nSET LOCAL x.y = 1;\nLOCK TABLE t;\nCOMMIT;\nSAVEPOINT b;\n"
    assert [one.place.line for one in check(folder_of(tmp_path, text)) if one.place] == [1, 5, 6]


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
    "CREATE ROLE app SUPERUSER LOGIN",
    "CREATE USER app WITH PASSWORD 'x' REPLICATION",
    "ALTER ROLE app BYPASSRLS",
    "CREATE FOREIGN DATA WRAPPER w",
    "CREATE ACCESS METHOD m TYPE INDEX HANDLER h",
    "CREATE OPERATOR CLASS c FOR TYPE int USING btree AS STORAGE int",
    "CREATE CAST (int AS text) WITHOUT FUNCTION",
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
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION c() RETURNS int AS $$ LANGUAGE C $$ LANGUAGE plpgsql",
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
    folder = read_folder(folder_of(tmp_path, "vacuum;\n\\foo\nselect (1", "commit;"))
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


def test_a_new_value_of_a_type_that_is_not_the_scripts_own(tmp_path: Path) -> None:
    text = "ALTER TYPE mood ADD VALUE 'happy';\nSELECT 'happy'::mood;\n"
    assert [(f.severity, f.place and f.place.line) for f in check(folder_of(tmp_path, text))] == [
        ("error", 2)
    ]


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
    ],
)
def test_values_that_are_no_problem(tmp_path: Path, text: str) -> None:
    assert check(folder_of(tmp_path, OWN_TYPE + text)) == ()


# psql's commands


def test_reading_goes_on_after_meta_commands(tmp_path: Path) -> None:
    text = (
        "\\! ls\n\\foo\n\\set x `date`\nCOPY t FROM '/etc/passwd';\nCOPY t TO PROGRAM 'x';\n"
        "\\else\n\\i none.sql\n\\set AUTOCOMMIT off\n\\set ON_ERROR_STOP 0\nselect 1 \\bind 1 \\g\n"
    )
    found = check(folder_of(tmp_path, text))
    assert [(f.severity[0], f.place.line) for f in found if f.place] == [
        *(("e", line) for line in range(1, 9)),
        ("w", 9),
        ("e", 10),
    ]
    assert all(one.docker and one.target for one in found)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("select 1;\nselect 'a;\n", 2, "unterminated quoted string"),
        ('select "a;\n', 1, "unterminated quoted identifier"),
        ("\n/* x\n", 2, "unterminated /* comment"),
        ("select $$;\n", 1, "unterminated dollar-quoted string"),
        ("select 1;\nselect (1;\n", 2, "unterminated parenthesis"),
        ("\\if true\nselect 1;\n", 1, "\\if without \\endif"),
        (b"select 1;\n\0", 2, "a zero byte"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    folder = folder_of(tmp_path, text, "vacuum;")
    first, second = check(folder)
    assert (first.severity, first.place and first.place.line) == ("error", line)
    assert first.message.startswith(message)
    assert second.where == f"{folder}/02.sql:1:1"


def test_a_damaged_archive(tmp_path: Path) -> None:
    whole = gzip.compress(b"select 1;\n" * 1000)
    folder = folder_of(tmp_path, "vacuum;")
    (folder / "00.sql.gz").write_bytes(whole[:-20])
    (folder / "00.sql.gz").chmod(0o644)
    first, second = check(folder)
    assert "00.sql.gz" in first.message
    assert "VACUUM" in second.message


def test_connecting_elsewhere(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "\\connect\n\\c - - - -\n\\c other\n\\c :DBNAME\n")
    assert [(f.severity, f.place and f.place.line) for f in check(folder)] == [("warning", 3)]
    assert check(folder, transaction="none") == ()


def test_a_file_with_too_much_is_not_listed_to_its_end(tmp_path: Path) -> None:
    assert len(check(folder_of(tmp_path, "vacuum;\n" * 1000))) == 100


def test_included_files_are_read(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        "select 1;\n\\ir sub/a.sql\n\\i /docker-entrypoint-initdb.d/sub/b.sql\n",
    )
    (folder / "sub").mkdir()
    (folder / "sub/a.sql").write_text("select 1;\nvacuum;\n")
    (folder / "sub/b.sql").write_text("\ufeffselect\u200b 1;\r\n")
    first, second, *others = check(folder)
    assert first.where == f"{folder}/sub/a.sql:2:1"
    assert first.place is not None
    assert first.place.included_from == (f"{folder}/01.sql",)
    assert "U+200B" in second.message
    assert [one.script for one in others] == [f"{folder}/sub/b.sql"] * 2


# Values that only a server could tell


@pytest.mark.parametrize(
    "condition",
    [
        ":SERVER_VERSION_NUM",
        ":'DBNAME'",
        ":fetched",
        ":{?fetched}",
        ":ROW_COUNT",
        ":copied",
    ],
)
def test_a_branch_that_is_not_known_to_be_taken(tmp_path: Path, condition: str) -> None:
    text = (
        "select true as fetched \\gset\n\\set copied :fetched\n"
        f"\\if {condition}\nvacuum;\n\\elif true\nvacuum;\n\\else\n\\foo\n\\endif\nvacuum;\n"
    )
    found = check(folder_of(tmp_path, text))
    assert [(f.severity, f.place.line) for f in found if f.place] == [
        ("warning", 4),
        ("warning", 6),
        ("warning", 8),
        ("error", 10),
    ]
    assert [one.message.endswith("(if this branch is taken)") for one in found] == [True] * 3 + [
        False
    ]


@pytest.mark.parametrize(
    "condition", ["false", ":given", ":{?unset}", ":unset", "0", ":ERROR", ":AUTOCOMMIT_x"]
)
def test_a_branch_that_is_known_not_to_be_taken(tmp_path: Path, condition: str) -> None:
    text = f"\\if {condition}\nvacuum;\n\\else\nselect 1;\n\\endif\n"
    assert check(folder_of(tmp_path, "select 1;\n" + text), given="off") == ()


@pytest.mark.parametrize("condition", ["true", ":given", ":{?DBNAME}", ":{?given}", ":SERVER"])
def test_a_branch_that_is_known_to_be_taken(tmp_path: Path, condition: str) -> None:
    text = f"\\if {condition}\nvacuum;\n\\else\n\\foo\n\\endif\n"
    [found, *_] = check(folder_of(tmp_path, text), given="on", SERVER="on")
    assert (found.severity, found.message) == ("error", "VACUUM cannot run in a transaction")


def test_what_a_doubtful_branch_sets_is_unknown_after_it(tmp_path: Path) -> None:
    text = (
        "\\set x false\n\\if :SERVER_VERSION_NUM\n\\set x true\n"
        "\\if :x\nvacuum;\n\\endif\n\\endif\n"
        "\\if :x\nvacuum;\n\\endif\n\\set x false\n\\if :x\nvacuum;\n\\endif\n"
    )
    found = check(folder_of(tmp_path, text))
    assert [(f.severity, f.place.line) for f in found if f.place] == [
        ("warning", 5),
        ("warning", 9),
    ]


def test_files_of_unknown_names_are_left_out(tmp_path: Path) -> None:
    text = (
        "select 'x' as file \\gset\n\\i :file\n\\ir :file.sql\n\\cd :file\n"
        "\\set y :file/z\n\\i :y\n\\set ON_ERROR_STOP :file\nselect 1 \\g :file\n"
    )
    assert check(folder_of(tmp_path, text)) == ()


def test_a_missing_file_in_a_doubtful_branch_ends_nothing(tmp_path: Path) -> None:
    text = "\\if :HOST\n\\i none.sql\n\\endif\nvacuum;\n"
    assert [one.severity for one in check(folder_of(tmp_path, text))] == ["warning", "error"]


def test_after_a_doubtful_quit_nothing_is_certain(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "\\if :HOST\n\\q\n\\endif\nvacuum;\n", "vacuum;")
    assert [one.severity for one in check(folder)] == ["warning", "error"]


def test_a_certain_quit_ends_the_script(tmp_path: Path) -> None:
    assert check(folder_of(tmp_path, "\\if true\n\\q\n\\endif\nvacuum; select (")) == ()


def test_a_doubtful_branch_around_an_included_file(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "\\if :HOST\n\\ir sub/a.sql\nvacuum;\n\\endif\nvacuum;\n")
    (folder / "sub").mkdir()
    (folder / "sub/a.sql").write_text("\\if true\nvacuum;\n\\endif\n")
    assert [one.severity for one in check(folder)] == ["warning", "warning", "error"]


def test_statements_that_a_query_may_generate(tmp_path: Path) -> None:
    text = (
        "SELECT 'CREATE DATABASE app' WHERE true\\gexec\nSELECT 'CREATE TABLE t (i int)'\\gexec\n"
    )
    [found] = check(folder_of(tmp_path, text))
    assert found.severity == "warning"
    assert found.message == "CREATE or DROP DATABASE cannot run in a transaction, if it is run"


def test_the_environment_is_that_of_a_run(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "\\getenv x GO\n\\if :x\nvacuum;\n\\endif\n")
    assert len(check(folder, env={"GO": "yes"})) == 1
    assert check(folder, env={"GO": "no"}) == ()
    assert check(folder) == ()


# Bytes

INVISIBLE = {
    "\u200b": "ZERO WIDTH SPACE",
    "\u00a0": "NO-BREAK SPACE",
    "\u2060": "WORD JOINER",
    "\ufeff": "ZERO WIDTH NO-BREAK SPACE",
    "\u202e": "RIGHT-TO-LEFT OVERRIDE",
    "\u00ad": "SOFT HYPHEN",
    "\u3000": "IDEOGRAPHIC SPACE",
    "\u2028": "LINE SEPARATOR",
    "\u200d": "ZERO WIDTH JOINER",
}


@pytest.mark.parametrize("char", INVISIBLE, ids=list(INVISIBLE.values()))
@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("insert into t values (1);\nselect ", "1;", 8),
        ("select 1;\ninsert into é", " values (1);", 14),
        ("select 1;\ndelete from t where a =", " 1;", 24),
    ],
)
def test_an_invisible_character(
    tmp_path: Path, char: str, before: str, after: str, column: int
) -> None:
    folder = folder_of(tmp_path, before + char + after)
    [found] = check(folder)
    assert (found.severity, found.where) == ("error", f"{folder}/01.sql:2:{column}")
    assert f"U+{ord(char):04X} {INVISIBLE[char]}" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "select 'a\u200bb';",
        "insert into t values ('a\u00a0b', E'\\'\u00a0', $$\u200b$$);",
        'select 1 as "a\u00a0b";',
        "-- a\u00a0b\nselect /* \u200b */ 1;",
        "copy t from stdin;\na\u00a0b\u200b\n\\.\n",
        "select 'ü—“”…' as ü;",
        "insert into t values ('it''s \u00a0', '\u200b');",
        "create function f() returns text language sql as $$ select 'a\u00a0b' $$;",
        "create table \u0645\u06cc\u200c\u062e\u0648 (i int);",
    ],
)
def test_invisible_characters_that_may_be_there(tmp_path: Path, text: str) -> None:
    assert check(folder_of(tmp_path, text)) == ()


def test_not_utf_8(tmp_path: Path) -> None:
    text = "select 1;\nselect 'ü', 'é".encode() + b"\xfc';\n"
    folder = folder_of(tmp_path, text)
    [found] = check(folder)
    assert (found.severity, found.where) == ("error", f"{folder}/01.sql:2:15")
    assert "not UTF-8" in found.message


@pytest.mark.parametrize("size", [100, 262_130, 262_140, 262_143, 600_000])
def test_not_utf_8_far_into_a_file(tmp_path: Path, size: int) -> None:
    good = ("ü" * (size // 2) + "\n").encode()
    [found] = check(folder_of(tmp_path, b"/* " + good + b"\xff */ select 1;"))
    assert found.place is not None
    assert (found.place.line, found.place.column) == (2, 1)


def test_a_character_cut_off_at_the_end(tmp_path: Path) -> None:
    [found] = check(folder_of(tmp_path, b"-- \xc3"))
    assert "not UTF-8" in found.message


@pytest.mark.parametrize(
    "text",
    [
        b"SET client_encoding = 'LATIN1';\nselect '\xfc';",
        b"set names 'latin1';\nselect '\xfc';",
        b"\\encoding LATIN1\nselect '\xfc';",
        b"COPY t FROM stdin (ENCODING 'latin1');\n\xfc\n\\.\n",
    ],
)
def test_another_encoding_that_the_script_names(tmp_path: Path, text: bytes) -> None:
    assert check(folder_of(tmp_path, text)) == ()


def test_another_encoding_of_the_environment(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, b"select '\xfc';")
    assert check(folder, env={"PGCLIENTENCODING": "latin1"}) == ()


def test_utf_16(tmp_path: Path) -> None:
    [found] = check(folder_of(tmp_path, "select 1;".encode("utf-16")))
    assert (found.severity, found.message) == ("error", "the file is in UTF-16")


def test_bom_and_line_ends(tmp_path: Path) -> None:
    found = check(folder_of(tmp_path, "\ufeffselect 1;\r\nselect 2;\r\n", "select '\r';\n"))
    assert [one.severity for one in found] == ["warning", "warning"]
    assert "BOM" in found[0].message
    assert "CR LF" in found[1].message


def test_line_ends_that_are_data(tmp_path: Path) -> None:
    assert check(folder_of(tmp_path, "select 1;\nselect 'a\r\nb';\n")) == ()


# Names and permissions


def test_an_order_that_depends_on_the_locale(tmp_path: Path) -> None:
    found = check(
        folder_of(tmp_path, a_b__sql="select 1;", aB__sql="select 1;", ab__sql="select 1;")
    )
    assert [one.severity for one in found] == ["warning"]
    assert "locale" in found[0].message


def test_two_scripts_with_one_number(tmp_path: Path) -> None:
    texts = {"01_a__sql": "", "1_b__sql": "", "02_c__sql": "", "010__sql": "", "x1__sql": ""}
    folder = folder_of(tmp_path, **texts)
    found = [one for one in check(folder) if "number" in one.message]
    assert [(one.script, one.message) for one in found] == [
        (f"{folder}/1_b.sql", "01_a.sql has the number 1 too")
    ]


@pytest.mark.parametrize(
    "name",
    "03_x.SQL 03_x.sql~ 03_x.sql.txt 03_x.sql.bak 03_x.sq 03_x.psql 03_xsql 03_x.Sql.gz"
    " 03_x.sql.zip".split(),
)
def test_a_name_that_looks_like_a_script(tmp_path: Path, name: str) -> None:
    folder = folder_of(tmp_path, "select 1;")
    (folder / name).write_text("select 1;")
    [found] = check(folder)
    assert (found.severity, found.script) == ("warning", f"{folder}/{name}")
    assert "looks like a script" in found.message
    assert "03_x.sql" in found.rewrite


def test_other_files_are_not_run(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1;", README__md="", **{".gitkeep": ""})
    (folder / "more").mkdir()
    assert [(one.severity, Path(one.script).name) for one in check(folder)] == [
        ("warning", "more"),
        ("warning", "README.md"),
    ]


def test_files_that_scripts_read_are_in_use(tmp_path: Path) -> None:
    text = (
        "COPY t FROM '/docker-entrypoint-initdb.d/users.csv' CSV;\n\\ir parts/a.sql\n"
        "\\copy t from '/docker-entrypoint-initdb.d/more.csv'\n"
    )
    folder = folder_of(tmp_path, text, users__csv="1\n", more__csv="1\n")
    (folder / "parts").mkdir()
    (folder / "parts/a.sql").write_text("select 1;")
    assert check(folder) == ()


def test_a_shell_script_is_an_error_unless_it_is_run(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1;", **{"02__sh": "echo\r\n"})
    [found] = check(folder)
    assert (found.severity, found.script) == ("error", f"{folder}/02.sh")
    allowed = read_folder(folder, allow_shell=True)
    assert [script.shell for script in allowed.scripts] == [False, True]
    [found] = findings(allowed, {}, in_transaction=False, environ={})
    assert (found.severity, found.message) == ("warning", "lines end in CR LF")


def test_files_that_the_container_cannot_read(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "select 1;")
    (folder / "01.sql").chmod(0o640)
    folder.chmod(0o750)
    found = check(folder)
    assert [(one.severity, one.script) for one in found] == [
        ("warning", str(folder)),
        ("warning", f"{folder}/01.sql"),
    ]
    assert "0750" in found[0].message
    assert found[1].rewrite == f"chmod o+r {folder}/01.sql"


# Nothing else is found

# Scripts that are about what is a finding, whatever the transaction: file, line, word.
ERRORS = {
    "sql": {
        ("bom_on_second_line.sql", 2, "invisible"),
        ("bom_twice.sql", 1, "invisible"),
        ("copy_data_binary_bytes.sql", 2, "UTF-8"),
        *(("invisible_characters.sql", line, "invisible") for line in range(1, 5)),
        ("latin1_bytes_undeclared.sql", 1, "UTF-8"),
        ("utf8_cut_short.sql", 1, "UTF-8"),
    },
    "meta": set(),
}
# What may be said of many of them.
TRUE = (
    "would end or split",
    "only the server knows",
    "CR LF",
    "BOM",
    "has the number",
    "depends on the locale",
)
WARNINGS = {
    "pg_dump_with_copy.sql": "lock_timeout",
    "strings_off_other_spellings.sql": "SET LOCAL",
    "connect_same.sql": "\\connect",
    "gexec_without_rows.sql": "DATABASE",
}


@pytest.mark.parametrize("transaction", ["all", "none"])
@pytest.mark.parametrize("part", ["sql", "meta"])
def test_the_corpus_has_no_other_findings(
    part: str, transaction: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CORPUS / part)
    variables = {"given": "from -v", "number": "7"}
    found = check(Path(), transaction=transaction, env={"CORPUS": "from env"}, **variables)
    errors = set()
    for one in found:
        if any(text in one.message for text in TRUE):
            continue
        if one.severity == "error":
            assert one.place is not None, one
            word = next(word for word in ("invisible", "UTF-8", one.message) if word in one.message)
            errors.add((one.script, one.place.line, word))
        else:
            assert transaction == "all"
            assert WARNINGS[one.script] in one.message
    assert errors == ERRORS[part]
    if transaction == "none":
        assert not any(TRUE[0] in one.message for one in found)


def test_transaction_control_in_the_corpus_is_what_a_run_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The scripts with that finding are those at which the executor would stop."""
    monkeypatch.chdir(CORPUS / "sql")
    found = {one.script for one in check(Path()) if TRUE[0] in one.message}
    refused = set()
    for path in sorted(Path().glob("*.sql")):
        state = State(Files(Path()))
        try:
            steps = read_script(source_of(path.read_bytes()), state)
            for step in without_transaction_control(steps):
                if isinstance(step, Sync) and not step.known:
                    break  # only a server could tell how to read on
        except ScriptError:
            refused.add(path.name)
    assert found == refused


REFUSED_FILES = json.loads((CORPUS / "refused" / "expected.json").read_text())


@pytest.mark.parametrize("name", sorted(REFUSED_FILES))
def test_what_the_runner_refuses_is_found_at_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CORPUS / "refused")
    folder = tmp_path / "sql"
    folder.mkdir()
    # The files that it includes are named from the folder that it is in.
    (folder / "included").symlink_to(CORPUS / "refused" / "included")
    (folder / f"{name}.sql").symlink_to(CORPUS / "refused" / f"{name}.sql")
    errors = [one for one in check(folder, transaction="none") if one.severity == "error"]
    first = errors[0].where.removeprefix(f"{folder}/")
    assert first == REFUSED_FILES[name]["place"]


def test_the_blog_has_none() -> None:
    """But for what a strict checkout does to permissions, which git does not keep."""
    assert [one for one in check(DATA_SQL) if one.place is not None] == []


def test_a_dump_has_none_but_its_lock_timeout(tmp_path: Path) -> None:
    text = (CORPUS / "server" / "whole_dump" / "01.sql").read_bytes()
    found = check(folder_of(tmp_path, text))
    assert {one.message for one in found} <= {LOCK_TIMEOUT}


LOCK_TIMEOUT = "the script sets lock_timeout, which is the runner's --lock-timeout"
