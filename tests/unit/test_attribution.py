"""Which statement did it: the one that says so, or nobody for certain."""

from __future__ import annotations

import io

import pytest

from runner.guard.attribution import CandidateStatements
from runner.psql.source import Source
from runner.psql.steps import Statement

SOURCE = Source("01.sql", lambda: io.BytesIO())


def ran(*statements: tuple[str, str]) -> CandidateStatements:
    """Texts and their command tags, one a line; they went in one message."""
    texts = [
        Statement(text.encode(), 0, line, SOURCE) for line, (text, _) in enumerate(statements, 1)
    ]
    candidates = CandidateStatements()
    for index, (_, tag) in enumerate(statements):
        candidates.note(index, tag.encode())
    candidates.settle(texts)
    return candidates


CASES = {
    "it says so": ([("drop table a", "DROP TABLE"), ("drop table t", "DROP TABLE")], 2),
    "it says so first": ([("drop table t", "DROP TABLE"), ("drop table t", "DROP TABLE")], 1),
    "in capitals and quotes": ([('DROP TABLE "T"', "DROP TABLE"), ("x", "DROP TABLE")], 1),
    "a word, not a part of one": (
        [("drop table t_old", "DROP TABLE"), ("drop table s.t", "DROP TABLE")],
        2,
    ),
    "one that does not name it, or a function": (
        [("drop schema s cascade", "DROP SCHEMA"), ("select 1", "SELECT")],
        None,
    ),
    "a block, or a trigger": (
        [("insert into t values (1)", "INSERT 0 1"), ("do $$ $$", "DO")],
        None,
    ),
    "the only block": ([("create table a ()", "CREATE TABLE"), ("do $$ $$", "DO")], 2),
    "of several blocks one that names it": (
        [("do $$ a $$", "DO"), ("do $$ drop t $$", "DO")],
        None,
    ),
    "openly rather than in a block": (
        [("do $$ t $$", "DO"), ("drop table t", "DROP TABLE")],
        2,
    ),
    "a drop rather than an alter": (
        [("alter table t add c int", "ALTER TABLE"), ("drop table t", "DROP TABLE")],
        2,
    ),
    "nobody else is there": (
        [("create table a ()", "CREATE TABLE"), ("select f()", "SELECT 1")],
        2,
    ),
    "two blocks": ([("do $$ a $$", "DO"), ("do $$ b $$", "DO")], None),
    "two that may fire triggers": (
        [("insert into a values (1)", "INSERT 0 1"), ("select f()", "SELECT 1")],
        None,
    ),
    "nothing that could": ([("create table a ()", "CREATE TABLE")], None),
}


@pytest.mark.parametrize("case", CASES)
def test_the_line_that_did_it(case: str) -> None:
    statements, line = CASES[case]
    found = ran(*statements).responsible(["t"], (b"DROP", b"ALTER"))
    assert (found.line if found else None) == line


TABLES = {
    "not one of this name elsewhere": (
        [("drop table a.t", "DROP TABLE"), ("drop schema s cascade", "DROP SCHEMA")],
        2,
    ),
    "not one of this name elsewhere, quoted": (
        [('drop table "a"."t"', "DROP TABLE"), ('drop table "S" . "t"', "DROP TABLE")],
        2,
    ),
    "it or its schema": (
        [("drop table t", "DROP TABLE"), ("drop schema s cascade", "DROP SCHEMA")],
        None,
    ),
    "under another name by then": (
        [("alter table t rename to u", "ALTER TABLE"), ("drop table u", "DROP TABLE")],
        2,
    ),
    "in another schema by then": (
        [("alter table t set schema z", "ALTER TABLE"), ("drop schema z", "DROP SCHEMA")],
        2,
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_the_line_that_dropped_a_table(case: str) -> None:
    statements, line = TABLES[case]
    found = ran(*statements).responsible(["t"], (b"DROP",), "s")
    assert (found.line if found else None) == line


def test_what_took_nothing_away_did_not_do_it() -> None:
    candidates = ran(("delete from t where a = 9", "DELETE 0"), ("delete from t", "DELETE 4"))
    found = candidates.responsible(["t"], (b"DELETE", b"MERGE"))
    assert found is not None
    assert found.line == 2


def test_the_column_decides_between_two_of_a_table() -> None:
    candidates = ran(
        ("alter table t add c int", "ALTER TABLE"), ("alter table t drop d", "ALTER TABLE")
    )
    found = candidates.responsible(["t", "d"], (b"ALTER",))
    assert found is not None
    assert found.line == 2


def test_commands_of_one_statement_have_its_line() -> None:
    candidates = CandidateStatements()
    text = b"select 1 \\; drop table t"
    statement = Statement(text, 0, 7, SOURCE, starts=(0, 12))
    for index, tag in enumerate((b"SELECT 1", b"DROP TABLE")):
        candidates.note(index, tag)
    candidates.settle([statement])
    found = candidates.responsible(["t"], (b"DROP",))
    assert found is not None
    assert found.line == 7


def test_memory_does_not_grow_with_the_script() -> None:
    candidates = ran(*[("insert into t values (1)", "INSERT 0 1")] * 1000)
    assert (len(candidates.weak), candidates.noted) == (2, [])
