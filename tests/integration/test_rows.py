"""Rows of two real databases compared by their digests, and named where they differ."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from runner.catalog import row_differences
from runner.catalog.reader import read_snapshot
from runner.catalog.row_differences import compare_rows
from runner.catalog.rows import SequenceState, comparable, compare_sequences, read_rows
from runner.catalog.snapshot import SequenceFeed, TableShape
from runner.comparison import Difference
from tests.integration.everything import SCRIPT, database, execute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server

PLAYERS = """
CREATE TABLE player (id serial PRIMARY KEY, name text, score numeric, at timestamptz DEFAULT now());
INSERT INTO player (name, score) SELECT 'n' || i, i / 2.0 FROM generate_series(1, 40) AS i;
"""
Pair = tuple[psycopg.Connection[Any], psycopg.Connection[Any]]


@contextmanager
def pair(server: Server, script: str) -> Iterator[Pair]:
    """Two databases that the same script built."""
    with (
        database(server, script) as one,
        database(server, script) as other,
        psycopg.connect(one) as reference,
        psycopg.connect(other) as target,
    ):
        yield reference, target


@pytest.fixture
def players(server: Server) -> Iterator[Pair]:
    with pair(server, PLAYERS) as connections:
        yield connections


def differences(connections: Pair, *, exact: bool = True) -> tuple[Difference, ...]:
    """All differences in the only table."""
    reference, target = connections
    (table,) = read_snapshot(reference).tables
    wanted, _ = read_rows(reference, [table])
    actual, _ = read_rows(target, [table])
    if wanted == actual:
        return ()
    counts = wanted[table].rows, actual[table].rows
    return compare_rows(reference, target, table, counts, exact=exact)


def columns(conn: psycopg.Connection[Any], script: str) -> tuple[str, ...]:
    execute(conn, script)
    (table,) = read_snapshot(conn).tables
    return table.columns


def test_the_same_scripts_give_the_same_rows(server: Server) -> None:
    with pair(server, SCRIPT.read_text()) as (reference, target):
        execute(target, "SET datestyle = 'German'; SET extra_float_digits = -5")
        wanted, actual = read_snapshot(reference), read_snapshot(target)
        tables, feeds = comparable(wanted, actual)
        assert (tables, feeds) == (wanted.tables, wanted.feeds)
        assert read_rows(reference, tables, feeds) == read_rows(target, tables, feeds)
        filled = {table.name for table, d in read_rows(reference, tables)[0].items() if d.rows}
    assert filled == {
        '"Odd Schema"."Odd ""Table"""', "app.account", "app.animal", "app.cat", "app.down",
        "app.event_2020", "app.event_2021_x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("definition", "compared"),
    [
        ("timestamptz DEFAULT now()", False),
        ("timestamptz DEFAULT CURRENT_TIMESTAMP", False),
        ("timestamp(3) DEFAULT LOCALTIMESTAMP", False),
        ("date DEFAULT CURRENT_DATE + 1", False),
        ("date DEFAULT 'today'::text::date", False),
        ("timestamptz DEFAULT pg_catalog.clock_timestamp() + interval '1 day'", False),
        ("double precision DEFAULT random()", False),
        ("text DEFAULT md5(random()::text)", False),
        ("text DEFAULT CURRENT_USER", False),
        ("integer DEFAULT made_up()", False),
        ('integer DEFAULT "Made Up"()', False),
        ("stamp", False),
        ("stamp DEFAULT '2020-01-01'", True),
        ("timestamptz DEFAULT '2020-01-01 00:00+00'", True),
        ("date DEFAULT 'today'", True),
        ("text DEFAULT 'now()'", True),
        ("text DEFAULT 'CURRENT_USER'", True),
        ("text DEFAULT 'it''s now()'", True),
        ("text DEFAULT upper('x')", True),
        ("numeric(10, 2) DEFAULT 0", True),
        ("varchar(9) DEFAULT 'x'", True),
        ("jsonb DEFAULT '{}'", True),
        ("integer DEFAULT nextval('counter')", True),
        ("integer GENERATED ALWAYS AS IDENTITY", True),
        ("serial", True),
        ("integer", True),
    ],
)
def test_a_default_that_differs_from_run_to_run_is_not_compared(
    fresh_database: str, definition: str, compared: bool
) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            "CREATE FUNCTION made_up() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
            "CREATE FUNCTION \"Made Up\"() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
            "CREATE DOMAIN stamp AS timestamptz DEFAULT now(); CREATE SEQUENCE counter",
        )
        found = columns(conn, f"CREATE TABLE t (a integer, x {definition})")
    assert found == (("a", "x") if compared else ("a",))


def test_what_is_generated_from_such_a_column_is_not_compared(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        found = columns(
            conn,
            'CREATE TABLE t (a int, at timestamp DEFAULT now(), "At 2" timestamp DEFAULT now(),'
            "b timestamp GENERATED ALWAYS AS (at + '1 day') STORED,"
            "c timestamp GENERATED ALWAYS AS (\"At 2\" + '1 day') STORED,"
            "d int GENERATED ALWAYS AS (a + 1) STORED)",
        )
    assert found == ("a", "d")


def test_a_changed_value_is_named(players: Pair) -> None:
    execute(players[1], "UPDATE player SET name = 'it''s', score = NULL WHERE id = 7")
    name = "public.player (id) = (7)"
    assert differences(players) == (
        Difference("changed", "row", name, "'n7'", "'it''s'", property="name"),
        Difference("changed", "row", name, "'3.5000000000000000'", "NULL", property="score"),
    )


def test_missing_and_extra_rows_are_named(players: Pair) -> None:
    execute(players[1], "DELETE FROM player WHERE id = 1; INSERT INTO player VALUES (99, 'new', 1)")
    assert differences(players) == (
        Difference("missing", "row", "public.player (id) = (1)",
                   "id '1', name 'n1', score '0.50000000000000000000'"),
        Difference("extra", "row", "public.player (id) = (99)",
                   actual="id '99', name 'new', score '1'"),
    )  # fmt: skip


def test_a_table_that_held_other_rows_may_keep_them(players: Pair) -> None:
    _, target = players
    execute(target, "INSERT INTO player VALUES (99, 'theirs', 1)")
    assert differences(players, exact=False) == ()
    assert [d.kind for d in differences(players)] == ["changed", "extra"]
    execute(target, "DELETE FROM player WHERE id = 3")
    (difference,) = differences(players, exact=False)
    assert (difference.kind, difference.name) == ("missing", "public.player (id) = (3)")


def test_a_duplicate_counts(server: Server) -> None:
    with pair(server, "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1), (2)") as connections:
        execute(connections[1], "DELETE FROM t; INSERT INTO t VALUES (1), (2), (2)")
        assert [(d.kind, d.expected or d.actual) for d in differences(connections)] == [
            ("missing", "a '1'"),
            ("extra", "a '2'"),
        ]
        assert [d.kind for d in differences(connections, exact=False)] == ["missing"]


def test_many_rows_are_compared_in_parts(players: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer when only four hashes are held at once."""
    execute(players[1], "UPDATE player SET name = 'x' WHERE id IN (5, 30)")
    at_once = differences(players)
    monkeypatch.setattr(row_differences, "HASHES", 4)
    assert differences(players) == at_once
    assert len(at_once) == 2
    assert len(differences(players, exact=False)) == 2


def test_the_list_of_rows_is_bounded(players: Pair) -> None:
    execute(players[1], "UPDATE player SET score = score + 1")
    head, *named = differences(players)
    assert (head.object, head.expected) == ("rows", "40 rows")
    assert head.actual == "40 rows, 40 missing, 40 extra"
    assert 10 <= len(named) <= 20


def test_columns_can_be_told_apart(players: Pair) -> None:
    """A seed that calls random() itself: two references tell which column it fills."""
    reference, target = players
    execute(target, "UPDATE player SET score = random()")
    (table,) = read_snapshot(reference).tables
    one, _ = read_rows(reference, table.each())
    other, _ = read_rows(target, table.each())
    unstable = {column for shape in one for column in shape.columns if one[shape] != other[shape]}
    assert unstable == {"score"}
    assert table.without(unstable) == TableShape("public.player", ("id", "name"), ("id",))


def test_a_sequence_behind_its_column_is_a_difference(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            "CREATE TABLE a (id serial); INSERT INTO a DEFAULT VALUES; INSERT INTO a VALUES (5);"
            "CREATE TABLE b (id int GENERATED BY DEFAULT AS IDENTITY); INSERT INTO b VALUES (1);"
            "CREATE TABLE c (id serial); INSERT INTO c DEFAULT VALUES; CREATE TABLE d (id serial);"
            "CREATE SEQUENCE down INCREMENT -1;"
            "CREATE TABLE e (id int DEFAULT nextval('down')); INSERT INTO e VALUES (-9);"
            "CREATE DOMAIN number AS int; CREATE DOMAIN key AS number; CREATE SEQUENCE keys;"
            "CREATE TABLE f (id key DEFAULT nextval('keys')); INSERT INTO f VALUES (7)",
        )
        _, states = read_rows(conn, (), read_snapshot(conn).feeds)
    assert states[SequenceFeed("public.d_id_seq", "public.d", "id")] == SequenceState(None, None)
    found = [(d.name, d.expected, d.actual) for d in compare_sequences(states)]
    assert found == [
        ("public.a_id_seq", "at least 5, as in public.a.id", "1"),
        ("public.b_id_seq", "at least 1, as in public.b.id", "not yet called"),
        ("public.down", "at most -9, as in public.e.id", "not yet called"),
        ("public.keys", "at least 7, as in public.f.id", "not yet called"),
    ]


def test_what_a_default_makes_of_a_number_is_not_held_against_the_sequence(
    fresh_database: str,
) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            """
            CREATE SEQUENCE "it's";
            CREATE TABLE a (
              plain numeric DEFAULT nextval('"it''s"'),
              made_int smallint DEFAULT nextval('"it''s"')::int,
              name text DEFAULT nextval('"it''s"'),
              more text DEFAULT 'a' || nextval('"it''s"'),
              tens int DEFAULT nextval('"it''s"') * 10)
            """,
        )
        feeds = read_snapshot(conn).feeds
    assert [feed.column for feed in feeds] == ["plain", "made_int"]


def test_what_the_target_lacks_is_not_read(make_database: Callable[..., str]) -> None:
    with psycopg.connect(make_database()) as one, psycopg.connect(make_database()) as other:
        execute(one, "CREATE TABLE a (id serial); CREATE TABLE b (id serial, x int)")
        execute(other, "CREATE TABLE b (id serial)")
        tables, feeds = comparable(read_snapshot(one), read_snapshot(other))
    assert tables == ()
    assert [feed.table for feed in feeds] == ["public.b"]


def test_all_tables_are_read_in_one_round_trip(server: Server, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with database(server, SCRIPT.read_text()) as conninfo, psycopg.connect(conninfo) as conn:
        snapshot = read_snapshot(conn)
        with trace.open("w") as file:
            conn.pgconn.trace(file.fileno())
            read_rows(conn, snapshot.tables, snapshot.feeds)
            conn.pgconn.untrace()
    sent = re.findall(r"^(?:\S+ \S+\t)?F\t\d+\t(\w+)", trace.read_text(), re.MULTILINE)
    assert sent == ["Query"]


def test_nothing_to_read_asks_nothing(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        assert read_rows(conn, ()) == ({}, {})
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
