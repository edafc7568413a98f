"""Rows of two real databases compared by their digests, and named where they differ."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from runner.catalog import row_differences
from runner.catalog.reader import read_snapshot
from runner.catalog.row_differences import RowCheck, compare_rows
from runner.catalog.rows import (
    SequenceState,
    comparable_feeds,
    compare_sequences,
    read_rows,
    read_state,
    shapes_without_times,
)
from runner.catalog.shapes import SequenceFeed, TableShape
from runner.comparison import Difference
from tests.integration.everything import SCRIPT, database, execute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server

PLAYERS = """
CREATE TABLE player (id serial PRIMARY KEY, name text, score numeric, at date DEFAULT '2020-01-01');
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
    wanted, actual = read_rows(reference, [table]), read_rows(target, [table])
    if wanted == actual:
        return ()
    counts = wanted[table].rows, actual[table].rows
    check = RowCheck(table, table, extra=exact)
    return tuple(compare_rows(reference, target, check, counts)[0])


def test_the_same_scripts_give_the_same_rows(server: Server) -> None:
    with pair(server, SCRIPT.read_text()) as (reference, target):
        execute(target, "SET datestyle = 'German'; SET extra_float_digits = -5")
        wanted, actual = read_snapshot(reference), read_snapshot(target)
        feeds = comparable_feeds(wanted, actual)
        assert (wanted.tables, list(wanted.feeds)) == (actual.tables, feeds)
        tables = [table.without([name for name, *_ in table.times]) for table in wanted.tables]
        assert read_state(reference, tables, feeds) == read_state(target, tables, feeds)
        filled = {table.name for table, d in read_rows(reference, tables).items() if d.rows}
    assert filled == {
        '"Odd Schema"."Odd ""Table"""', "app.account", "app.animal", "app.cat", "app.down",
        "app.event_2020", "app.event_2021_x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("timestamptz", "'2020-01-01 00:00+00'"),
        ("timestamp", "'2020-01-01 00:00'"),
        ("timestamptz(3)", "'2020-01-01 00:00+00'"),
        ("timestamp(0)", "'2020-01-01 00:00'"),
        ("date", "'2020-01-01'"),
        ("time", "'10:00'"),
    ],
)
def test_the_time_of_the_transaction_is_equal_to_that_of_another(
    fresh_database: str, kind: str, written: str
) -> None:
    """By its value, whatever the default: what was written is compared."""
    digests = []
    for value in ("DEFAULT", "DEFAULT", written, f"{written}::{kind} + interval '1 hour'"):
        with psycopg.connect(fresh_database) as conn:
            execute(
                conn,
                "SET timezone = 'Asia/Kathmandu';"
                f"CREATE TABLE t (a int, at {kind} DEFAULT now());"
                f"INSERT INTO t VALUES (1, {value}), (2, DEFAULT)",
            )
            (table,) = read_snapshot(conn).tables
            digests.append(read_rows(conn, [table])[table])
            shapes = shapes_without_times(conn, table, table.times)
            conn.rollback()
        assert sorted(shape.columns for shape in shapes) == (
            [("a",)] if value == "DEFAULT" else [("a",), ("a", "at")]
        )
    assert digests[0] == digests[1]
    assert len(set(digests)) == (2 if kind == "date" else 3)


def test_what_a_default_computes_from_the_time_is_equal_to_that_of_another(
    fresh_database: str,
) -> None:
    """Without code of others: a cast, function or operator of the database is not called."""
    computed = {
        "a": "bigint DEFAULT extract(epoch FROM now())",
        "b": "date DEFAULT CURRENT_DATE + 30",
        "c": "text DEFAULT to_char(now(), 'YYYY-MM-DD HH24:MI:SS.US')",
        "d": "timestamp(0) DEFAULT date_trunc('second', now() + interval '1 day')",
        "e": "varchar(9) DEFAULT (extract(epoch FROM now())::bigint % 7)",
        "f": "text DEFAULT lower(now()::text)",
    }
    others = {
        "g": "text DEFAULT now()::text || random()",
        "h": "bigint DEFAULT my_clock(now())",
        "i": "json DEFAULT to_json(now())",
    }
    digests = []
    for value in ("DEFAULT", "DEFAULT", "NULL"):
        with psycopg.connect(fresh_database) as conn:
            execute(
                conn,
                "SET timezone = 'UTC'; CREATE FUNCTION my_clock(timestamptz) RETURNS bigint"
                " LANGUAGE sql AS 'SELECT 1::bigint';"
                f"CREATE TABLE t ({', '.join(f'{n} {t}' for n, t in (computed | others).items())});"
                f"INSERT INTO t VALUES ({', '.join([value] * len(computed))}, '', 1, '1')",
            )
            (table,) = read_snapshot(conn).tables
            digests.append(read_rows(conn, [table])[table])
            assert [name for name, *_ in table.times] == list(computed)
            conn.rollback()
    assert digests[0] == digests[1] != digests[2]


def test_columns_that_sequences_feed_and_what_refers_to_them(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            """
            CREATE SEQUENCE bill;
            CREATE FUNCTION next_code() RETURNS text LANGUAGE sql
              AS $$ SELECT 'B' || nextval('bill') $$;
            CREATE TABLE a (id serial PRIMARY KEY, "No" text DEFAULT 'R' || nextval('bill'),
              code text DEFAULT next_code(), twice int GENERATED ALWAYS AS (id * 2) STORED,
              name text, UNIQUE (twice, name));
            CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int REFERENCES a,
              twice int, name text, n int, FOREIGN KEY (twice, name) REFERENCES a (twice, name));
            CREATE TABLE c (b bigint PRIMARY KEY REFERENCES b, note text);
            CREATE TABLE d (c bigint REFERENCES c, id int) PARTITION BY LIST (id);
            CREATE TABLE d1 PARTITION OF d FOR VALUES IN (1);
            CREATE TABLE e (id int PRIMARY KEY, e int REFERENCES e)
            """,
        )
        shapes = {shape.name: shape for shape in read_snapshot(conn).tables}
    left = {name: shape.without_fed() for name, shape in shapes.items()}
    values = {name: (set(one.columns) - one.nulls) for name, one in left.items()}
    assert values == {
        "public.a": {"name"},
        "public.b": {"name", "n"},
        "public.c": {"note"},
        "public.d1": {"id"},
        "public.e": {"id", "e"},
    }
    assert {name: one.nulls for name, one in left.items() if one.nulls} == {
        "public.a": {'"No"', "twice"},
        "public.b": {"a", "twice"},
        "public.d1": {"c"},
    }
    made = {"public.a_id_seq", "public.bill"}
    assert shapes["public.a"].without_fed(made).columns == ("id", '"No"', "twice", "name")
    assert shapes["public.c"].without_fed(made).columns == ("note",)


def test_a_changed_value_is_named(players: Pair) -> None:
    execute(players[1], "UPDATE player SET name = 'it''s', score = NULL WHERE id = 7")
    name = "public.player (id) = (7)"
    assert differences(players) == (
        Difference("changed", "row", name, "'n7'", "'it''s'", property="name"),
        Difference("changed", "row", name, "'3.5000000000000000'", "NULL", property="score"),
    )


def test_a_long_value_is_shown_where_it_differs(players: Pair) -> None:
    for conn, end in zip(players, ("here", "there"), strict=True):
        execute(conn, f"UPDATE player SET name = repeat('n', 900) || '{end}' WHERE id = 7")
    (found,) = differences(players)
    assert found.expected == f"'...{'n' * 100}here'"
    assert found.actual == f"'...{'n' * 100}there'"


def test_missing_and_extra_rows_are_named(players: Pair) -> None:
    execute(players[1], "DELETE FROM player WHERE id = 1; INSERT INTO player VALUES (99, 'new', 1)")
    assert differences(players) == (
        Difference("missing", "row", "public.player (id) = (1)",
                   "id '1', name 'n1', score '0.50000000000000000000', at '2020-01-01'"),
        Difference("extra", "row", "public.player (id) = (99)",
                   actual="id '99', name 'new', score '1', at '2020-01-01'"),
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
    execute(players[1], "UPDATE player SET name = 'x'")
    assert differences(players, exact=False)[0].actual == "40 rows, 40 missing, 0 extra"


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
    one, other = read_rows(reference, table.each()), read_rows(target, table.each())
    unstable = {column for shape in one for column in shape.columns if one[shape] != other[shape]}
    assert unstable == {"score"}
    times = (("at", "date", ""),)
    fed = (("id", "public.player_id_seq"),)
    assert table.stable(unstable) == TableShape(
        "public.player", ("id", "name", "at"), ("id",), times, fed
    )


# A sequence and its column; what is in the way of the next numbers.
SEQUENCES = (
    ("a (id serial PRIMARY KEY)", "(DEFAULT), (5)", 5),
    ("a (id serial PRIMARY KEY)", "(1), (2)", 2),
    ("a (id serial UNIQUE)", "(DEFAULT), (0), (-1), (2147483647)", None),
    ("a (id serial PRIMARY KEY)", "(2147483647), (9)", 9),
    ("a (id serial)", "(5)", None),
    ("a (id serial, b int DEFAULT 1, PRIMARY KEY (id, b))", "(5)", None),
    ("a (id int GENERATED BY DEFAULT AS IDENTITY (START 1000) PRIMARY KEY)", "(1), (2)", None),
    ("a (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT 2) PRIMARY KEY)", "(2), (4)", None),
    ("a (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT 2) PRIMARY KEY)", "(2), (7)", 7),
    ("a (id smallint GENERATED BY DEFAULT AS IDENTITY (INCREMENT -3) UNIQUE)", "(-10), (-9)", -10),
    ("a (id int GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 3 CYCLE) UNIQUE)", "(1)", None),
    ("a (id int8 GENERATED BY DEFAULT AS IDENTITY (START 9223372036854775806 INCREMENT 5) UNIQUE)",
     "(DEFAULT), (9223372036854775805)", None),
    ("a (id key DEFAULT nextval('keys') UNIQUE)", "(7)", 7),
    ("a (id numeric DEFAULT nextval('keys') UNIQUE)", "(7), (7.5)", 7),
)  # fmt: skip


def test_what_is_in_the_way_of_a_sequence(fresh_database: str) -> None:
    found: list[int | None] = []
    states: dict[SequenceFeed, SequenceState] = {}
    with psycopg.connect(fresh_database) as conn:
        for table, rows, _ in SEQUENCES:
            execute(
                conn,
                "CREATE DOMAIN number AS int; CREATE DOMAIN key AS number; CREATE SEQUENCE keys;"
                f"CREATE TABLE {table}; INSERT INTO a (id) VALUES {rows}",
            )
            _, states = read_state(conn, (), read_snapshot(conn).feeds)
            found.append(next((state.collision for state in states.values()), None))
            conn.rollback()
    assert found == [collision for *_, collision in SEQUENCES]
    (feed,) = states
    free = {feed: SequenceState(7, None)}
    assert compare_sequences(free, free) == ([], [])
    (difference,), warnings = compare_sequences(free, states)
    assert warnings == []
    assert (difference.name, difference.property) == ("public.keys", "last_value")
    assert difference.expected == "at least 7, as in public.a.id"
    assert difference.actual == "not yet called"
    differences, (warning,) = compare_sequences(states, states)
    assert differences == []
    assert warning.hint == "Add to the scripts, after the rows: SELECT setval('public.keys', 7);"


def test_what_a_default_makes_of_a_number_is_not_held_against_the_sequence(
    fresh_database: str,
) -> None:
    with psycopg.connect(fresh_database) as conn:
        execute(
            conn,
            """
            CREATE SEQUENCE "it's";
            CREATE TABLE a (
              plain numeric DEFAULT nextval('"it''s"') UNIQUE,
              made_int smallint DEFAULT nextval('"it''s"')::int UNIQUE,
              name text DEFAULT nextval('"it''s"') UNIQUE,
              more text DEFAULT 'a' || nextval('"it''s"') UNIQUE,
              tens int DEFAULT nextval('"it''s"') * 10 UNIQUE)
            """,
        )
        feeds = read_snapshot(conn).feeds
    assert [feed.column for feed in feeds] == ["plain", "made_int"]


def test_what_the_target_lacks_is_not_read(make_database: Callable[..., str]) -> None:
    with psycopg.connect(make_database()) as one, psycopg.connect(make_database()) as other:
        execute(one, "CREATE TABLE a (id serial UNIQUE); CREATE TABLE b (id serial UNIQUE)")
        execute(other, "CREATE TABLE b (id serial UNIQUE)")
        feeds = comparable_feeds(read_snapshot(one), read_snapshot(other))
    assert [feed.table for feed in feeds] == ["public.b"]


def test_all_tables_are_read_in_one_round_trip(server: Server, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with database(server, SCRIPT.read_text()) as conninfo, psycopg.connect(conninfo) as conn:
        snapshot = read_snapshot(conn)
        with trace.open("w") as file:
            conn.pgconn.trace(file.fileno())
            read_state(conn, snapshot.tables, snapshot.feeds)
            conn.pgconn.untrace()
    sent = re.findall(r"^(?:\S+ \S+\t)?F\t\d+\t(\w+)", trace.read_text(), re.MULTILINE)
    assert sent == ["Query"]


def test_nothing_to_read_asks_nothing(fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        assert read_state(conn, (), ()) == ({}, {})
        assert conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
