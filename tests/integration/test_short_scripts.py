"""Short scripts that go in one message, and what must come out as if each had gone alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from runner.errors import ScriptError, StatementFailed
from runner.execute.messages import FIRST_MESSAGE
from tests.integration.applying import Applier

if TYPE_CHECKING:
    pass

CREATE = "CREATE TABLE t (id integer UNIQUE DEFERRABLE, body text);\n"
SAY = "DO $$ BEGIN RAISE NOTICE '{}'; END $$;\n"
# BEGIN with all that is asked, the scripts, the record with COMMIT.
ALL_TOGETHER = 3


def fails(apply: Applier, *texts: str) -> StatementFailed:
    with pytest.raises(StatementFailed) as caught:
        apply(*texts)
    return caught.value


def test_each_script_has_its_own_counts(apply: Applier) -> None:
    insert = "INSERT INTO t VALUES (1), (2);\nINSERT INTO t VALUES (3);\n"
    result = apply(CREATE, "-- nothing\n", insert, "SELECT * FROM t;\nDELETE FROM t;\n", "")
    assert result.round_trips == ALL_TOGETHER
    counts = [(script.statements, script.rows) for script in result.scripts]
    assert counts == [(1, 0), (0, 0), (2, 3), (2, 3), (0, 0)]
    assert apply.told.started == ["01.sql", "02.sql", "03.sql", "04.sql", "05.sql"]


def test_scripts_of_nothing(apply: Applier) -> None:
    result = apply("", "-- nothing\n")
    assert [(script.statements, script.rows) for script in result.scripts] == [(0, 0), (0, 0)]


def test_notices_have_their_own_script_and_line(apply: Applier) -> None:
    result = apply("\n".join([SAY.format(1), CREATE, SAY.format(4)]), SAY.format(1) + SAY.format(2))
    places = [(n.place.script, n.place.line) for n in apply.told.notices if n.place]
    first, second = (script.name for script in result.scripts)
    assert places == [(first, 1), (first, 5), (second, 1), (second, 2)]
    assert result.round_trips == ALL_TOGETHER


@pytest.mark.parametrize(
    ("bad", "column"), [("SELECT absent FROM t;", 8), ("SELEC 1;", 1), ("SELECT 'é', absent;", 13)]
)
def test_an_error_in_the_second_script_has_its_place(apply: Applier, bad: str, column: int) -> None:
    """Characters count, not bytes, and so they do in what comes before."""
    error = fails(apply, f"{CREATE}-- é\nSELECT 'äöü';\n", f"SELECT 1;\n\n{bad}\n")
    assert error.place is not None
    assert error.place.script.endswith("02.sql")
    assert (error.place.line, error.place.column) == (3, column)


def test_an_error_without_a_position_has_the_line_of_its_statement(apply: Applier) -> None:
    error = fails(apply, CREATE, "SELECT 1;\nSELECT 1/0;\n", "SELECT 2;\n")
    assert error.place is not None
    assert (error.place.script[-6:], error.place.line) == ("02.sql", 2)
    # What ran before it has been told.
    assert apply.told.started == ["01.sql", "02.sql"]


def test_a_constraint_that_a_script_deferred_is_checked_at_its_end(apply: Applier) -> None:
    """As COMMIT does in psql; the script after it is not to blame."""
    deferred = "SET CONSTRAINTS ALL DEFERRED;\nINSERT INTO t VALUES (1), (1);\n"
    error = fails(apply, CREATE, deferred, "SELECT 1;\n")
    assert error.sqlstate == "23505"
    assert error.place
    assert (error.place.script[-6:], error.place.line) == ("02.sql", 2)


def test_an_error_of_reading_comes_after_what_fails_before_it(apply: Applier) -> None:
    hidden = "SELECT 'PREPARE TRANSACTION ' || quote_literal('x') \\gexec\n"
    assert fails(apply, "SELECT 1/0;\n", hidden).sqlstate == "22012"
    with pytest.raises(ScriptError, match="PREPARE TRANSACTION"):
        apply("SELECT 1;\n", hidden)


def test_each_script_is_a_session_of_its_own(apply: Applier) -> None:
    apply(
        f"{CREATE}SET search_path = pg_catalog; SET work_mem = '1MB'; CREATE TEMP TABLE x ();",
        "CREATE TABLE x AS SELECT current_setting('work_mem') AS found;",
        "INSERT INTO t SELECT 1, found FROM x;",
    )
    assert apply.sql("SELECT body FROM t") == apply.sql("SHOW work_mem")


@pytest.mark.parametrize("hidden", ["", "' || '"])
@pytest.mark.parametrize("end", ["", "SELECT 'a\\'';\n", "\\echo a message ends here\n"])
def test_what_one_script_says_of_strings_does_not_reach_the_next(
    apply: Applier, hidden: str, end: str
) -> None:
    """Said openly the text is read on by it; hidden, the server alone knows."""
    if hidden and "SELECT" in end:
        end = "SELECT 'a\\\\';\n"
    setting = f"SELECT set_config('standard_{hidden}conforming_strings', 'off', false);\n"
    apply(f"{CREATE}{setting}{end}", "INSERT INTO t VALUES (1, 'a\\');\n")
    assert apply.sql("SELECT body FROM t") == ["a\\"]


def test_an_encoding_does_not_reach_the_next(apply: Applier) -> None:
    apply(CREATE, "SET client_encoding = 'LATIN1';\n", "INSERT INTO t VALUES (1, 'é');\n")
    assert apply.sql("SELECT body FROM t") == ["é"]


def test_values_are_those_of_their_own_query(apply: Applier) -> None:
    r"""Rows of the script before, in the same message, are no result of \gset and \gexec."""
    gexec = "SELECT format('INSERT INTO t VALUES (%s)', 7) \\gexec\nSELECT 8 AS v \\gset\n"
    apply(f"{CREATE}SELECT 'INSERT INTO t VALUES (5)';\n", f"{gexec}INSERT INTO t VALUES (:v);\n")
    assert apply.sql("SELECT id FROM t ORDER BY id") == [7, 8]
    none = "SELECT 1 WHERE false \\gset\n"
    assert "no rows" in fails(apply, "SELECT 6;\n", none).message


def test_long_scripts_go_by_themselves(apply: Applier) -> None:
    long = CREATE + "-- padding\nSELECT 1;\n" * (FIRST_MESSAGE // 9)
    assert apply(long, "SELECT 1;\n", "SELECT 2;\n").round_trips > ALL_TOGETHER
    assert apply("DROP TABLE t;\n", *[f"-- {n}\nSELECT 1;\n" for n in range(40)]).round_trips == (
        ALL_TOGETHER
    )
