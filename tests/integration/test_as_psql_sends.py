"""What a server sees of the statements that a run sends, against what psql sends."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.errors import StatementFailed
from tests.acceptance.scripts import query
from tests.conftest import clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.applying import Applier

AUDIT = r"""
CREATE TABLE t (id serial PRIMARY KEY, body text);
CREATE TABLE audit (id serial, statement text, started timestamptz);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit (statement, started) VALUES (current_query(), statement_timestamp());
  RAISE NOTICE 'audit %', new.id;
  RETURN new;
END $$;
CREATE TRIGGER audit BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION audit();
"""
STATEMENTS = r"""
-- a comment before it
INSERT INTO t (body) VALUES ('one'); INSERT INTO t (body) VALUES ('two'); -- and one behind it
INSERT /* a block */ INTO t (body) VALUES ('a;b'),

  ('c');
/* before it */

-- the next
INSERT INTO t (body) VALUES (

  'an empty

line'); /* alone */;
UPDATE t SET body = $$it's$$ WHERE id = 1;
INSERT INTO t (body) SELECT 'last' -- no semicolon;
;"""


def psql(psql_bin: Path, conninfo: str, script: str) -> subprocess.CompletedProcess[str]:
    """Runs a script as the entrypoint of the Docker image does."""
    return subprocess.run(
        [psql_bin, "-X", "-v", "ON_ERROR_STOP=1", "-d", conninfo],
        input=script,
        env=clean_environment(Path("/")),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def test_an_audit_trigger_sees_each_statement(
    apply: Applier, psql_bin: Path, fresh_database: str, make_database: Callable[..., str]
) -> None:
    """Its text, when it started, and its notices."""
    apply(AUDIT, STATEMENTS)
    told = [notice.message for notice in apply.told.notices if notice.severity == "NOTICE"]
    other = make_database()
    assert psql(psql_bin, other, AUDIT).returncode == 0
    expected = psql(psql_bin, other, STATEMENTS)
    assert told == re.findall(r"NOTICE:  (.*)", expected.stderr)
    assert len(told) == 7
    for seen in ("array_agg(statement ORDER BY id)", "count(DISTINCT started)"):
        question = f"SELECT {seen} FROM audit"
        assert query(fresh_database, question) == query(other, question)


def test_a_statement_timeout_is_that_of_one_statement(apply: Applier) -> None:
    apply("SET statement_timeout = '700ms';\n" + "SELECT pg_sleep(0.25);\n" * 4)


@pytest.mark.parametrize(
    ("script", "sqlstate", "line"),
    [
        ("SELECT 1;\nSELECT 1/0;\nSELEC 2;\nSELECT 3;", "22012", 2),
        ("SELECT 1\n\\; SELECT 1/0\n\\; SELECT 2;", "22012", 2),
        ("SELECT 'é' || $1, 2;", "42P02", 1),
        ("SELECT $2 IS NULL;", "42P02", 1),
        ("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';\nSELECT $1;", "42P02", 2),
        ("SELECT 1;\nSELECT 'no such' + 2;\nSELECT (1)) ;", "22P02", 2),
        ("/* é */ -- a\n\nSELECT 1;\n/* b */ SELECT 1,\n\n\n  nothing;", "42703", 7),
    ],
)
def test_the_first_error_is_the_one_of_psql(
    apply: Applier,
    psql_bin: Path,
    make_database: Callable[..., str],
    script: str,
    sqlstate: str,
    line: int,
) -> None:
    with pytest.raises(StatementFailed) as caught:
        apply(script)
    failed = psql(psql_bin, make_database(), script)
    message = re.search(r"ERROR:  (.*)", failed.stderr)
    assert message
    assert caught.value.message == message.group(1)
    assert caught.value.sqlstate == sqlstate
    assert caught.value.place
    assert caught.value.place.line == line
    if column := re.search(r"LINE \d+: .*\n( *)\^", failed.stderr):
        assert caught.value.place.column == len(column.group(1)) - len("LINE 1: ") + 1


def test_row_count_is_that_of_the_last_statement(apply: Applier) -> None:
    apply(
        "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1), (2);\nINSERT INTO t VALUES (3);\n"
        "\\echo :ROW_COUNT\nUPDATE t SET a = 0;\n\\echo :ROW_COUNT\n"
    )
    assert apply.told.outputs == ["1\n", "3\n"]
