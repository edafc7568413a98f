"""What goes over the line: counted in a proxy, so that no clock is needed to guard the speed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runner.execute.messages import FIRST_MESSAGE, LARGEST_MESSAGE
from tests.acceptance.scripts import DATA_SQL, query, write_scripts
from tests.proxy import proxy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.proxy import Line
    from tests.servers import Server

TABLE = "CREATE TABLE t (id integer, body text);\n"
# From FIRST_MESSAGE messages grow to LARGEST_MESSAGE: at most so many are smaller than that, with
# the question whether INSERTs can be merged.
SMALLER = (LARGEST_MESSAGE // FIRST_MESSAGE).bit_length() - 1


def apply(
    runner: Runner, server: Server, conninfo: str, scripts: Path, *options: str
) -> tuple[Line, str]:
    """Runs `apply` through a proxy: its main connection, and what it prints."""
    database = str(conninfo_to_dict(conninfo)["dbname"])
    with proxy(server.port) as line:
        target = server.tcp_conninfo(database, port=line.port)
        result = runner("apply", "-s", scripts, "-t", target, *options, check=0)
    main, *_ = line.to_database(database)
    return main, result.stdout


def inserts(count: int) -> str:
    """A script of single-row INSERTs, 73 bytes each."""
    return TABLE + "".join(
        f"INSERT INTO t (id, body) VALUES ({number:07}, 'it''s the row {number:07}');\n"
        for number in range(count)
    )


def test_the_proxy_counts_what_is_answered(server: Server) -> None:
    with (
        proxy(server.port) as line,
        psycopg.connect(server.tcp_conninfo(port=line.port), autocommit=True) as conn,
    ):
        for _ in range(3):
            conn.execute("SELECT")
    (connection,) = line.to_database("postgres")
    assert connection.round_trips == 3
    assert connection.largest < connection.bytes_to_server < 1000
    assert line.to_database("another") == []


def test_the_blog_takes_three_round_trips(
    runner: Runner, server: Server, fresh_database: str
) -> None:
    """Guard and registry included."""
    line, _ = apply(runner, server, fresh_database, DATA_SQL, "--no-verify")
    assert line.round_trips <= 3


@pytest.mark.process
def test_an_unverified_run_imports_nothing_that_only_others_need(
    runner: Runner, fresh_database: str
) -> None:
    """To the end of the run, that is: importing them is a third of what a start takes."""
    told = {"PYTHONPROFILEIMPORTTIME": "1"}
    unverified = "apply", "-s", DATA_SQL, "-t", fresh_database, "--no-verify"
    listed = runner(*unverified, env=told, check=0).stderr
    others = ("reference", "catalog", "verify.verifier", "run.compare", "run.changes", "fleet")
    assert "runner.execute.executor\n" in listed
    assert [name for name in others if f" runner.{name}" in listed] == []


def test_the_verified_blog_takes_five(runner: Runner, server: Server, fresh_database: str) -> None:
    """Guard, registry and assertions included; the reference database has its own connection."""
    line, _ = apply(runner, server, fresh_database, DATA_SQL)
    assert line.round_trips <= 5


def test_json_tells_the_round_trips(runner: Runner, server: Server, fresh_database: str) -> None:
    """Its list of changes, too, costs none."""
    line, stdout = apply(runner, server, fresh_database, DATA_SQL, "--json")
    assert line.round_trips <= 5
    assert line.round_trips == json.loads(stdout)["round_trips"]


def test_round_trips_do_not_grow_with_statements(
    runner: Runner,
    server: Server,
    tmp_path: Path,
    make_database: Callable[..., str],
) -> None:
    lines = {}
    for count in (10, 1_000, 100_000):
        scripts, database = write_scripts(tmp_path, inserts(count)), make_database()
        lines[count], _ = apply(runner, server, database, scripts, "--no-verify")
        assert query(database, "select count(*) from t") == [count]
    assert lines[1_000].round_trips == lines[10].round_trips
    # All but the first few messages, and the last, are at least this large.
    whole_messages = len(inserts(100_000)) // (LARGEST_MESSAGE - 1000)
    assert lines[100_000].round_trips <= lines[10].round_trips + SMALLER + whole_messages
    # What libpq holds is bounded: of each statement its text, and 40 bytes of the protocol.
    assert lines[100_000].largest <= 2 * LARGEST_MESSAGE


@pytest.mark.parametrize("length", [60, 120, 500])
def test_single_row_inserts_are_merged_however_long_the_rows_are(
    runner: Runner, server: Server, tmp_path: Path, fresh_database: str, length: int
) -> None:
    """Merged, long rows take fewer bytes than the script; each alone takes more."""
    row = f"INSERT INTO t (id, name) VALUES ({{}}, '{'x' * length}');\n"
    text = "CREATE TABLE t (id int, name text);\n" + "".join(map(row.format, range(8_000)))
    scripts = write_scripts(tmp_path, text)
    line, _ = apply(runner, server, fresh_database, scripts, "--no-verify")
    assert query(fresh_database, "select count(*) from t") == [8_000]
    assert line.bytes_to_server < len(text)


def test_copy_data_costs_no_round_trips_however_much_it_is(
    runner: Runner,
    server: Server,
    tmp_path: Path,
    make_database: Callable[..., str],
) -> None:
    lines = {}
    for count in (10, 100_000):
        rows = "".join(f"{number}\ta row\n" for number in range(count))
        scripts = write_scripts(tmp_path, f"{TABLE}COPY t FROM stdin;\n{rows}\\.\n")
        database = make_database()
        lines[count], _ = apply(runner, server, database, scripts, "--no-verify")
        assert query(database, "select count(*) from t") == [count]
    assert lines[100_000].bytes_to_server > 1_000_000
    assert lines[100_000].round_trips == lines[10].round_trips
