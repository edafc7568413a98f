"""A dump goes through the runner into an empty database, and what comes out dumps the same."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import dump, query
from tests.servers import find_tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Runner
    from tests.servers import Server

MORE = Path(__file__).with_name("hard_to_dump.sql")


@pytest.fixture
def source(server: Server, fresh_database: str) -> str:
    """A database with pgbench's tables, filled, and more."""
    given = conninfo_to_dict(fresh_database)
    subprocess.run(
        [
            *(str(find_tool(server, "pgbench")), "--initialize", "--quiet", "--scale=1"),
            *("--foreign-keys", "-h", str(given["host"]), "-p", str(given["port"])),
            *("-U", str(given["user"]), str(given["dbname"])),
        ],
        check=True,
        capture_output=True,
    )
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        # Fewer rows: --inserts writes a statement for each.
        conn.execute("delete from pgbench_accounts where aid > 3000")
        conn.execute(MORE.read_bytes())
    return fresh_database


def dump_of_its_version(server: Server, conninfo: str, *options: str) -> bytes:
    """As the pg_dump of the server's own version writes it: a newer one sets what 17 brought."""
    command = [str(find_tool(server, "pg_dump")), *options, "--dbname", conninfo]
    text = subprocess.run(command, check=True, capture_output=True).stdout
    return text if server.version >= 17 else text.replace(b"SET transaction_timeout = 0;\n", b"")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((), id="COPY"),
        pytest.param(("--inserts",), id="inserts"),
        pytest.param(("--rows-per-insert=500",), id="rows-per-insert"),
        pytest.param(("--column-inserts", "--quote-all-identifiers"), id="column-inserts"),
        pytest.param(("--clean", "--if-exists", "--encoding=EUC_JIS_2004"), id="other encoding"),
    ],
)
def test_a_dump_of_pgbench(
    runner: Runner,
    server: Server,
    make_database: Callable[[], str],
    tmp_path: Path,
    source: str,
    options: tuple[str, ...],
) -> None:
    if "--encoding=EUC_JIS_2004" in options:
        with psycopg.connect(source, autocommit=True) as conn:
            conn.execute('delete from "Odd ""Name""".texts where id = 4')
    scripts = tmp_path / "sql"
    scripts.mkdir()
    text = dump_of_its_version(server, source, *options)
    (scripts / "01.sql").write_bytes(text)
    assert b"\n\\restrict " in text
    assert b"SET lock_timeout = 0;" in text

    target = make_database()
    result = runner("apply", "-s", scripts, "-t", target, check=0)
    assert "WARNING" not in result.stderr
    assert dump(server, target, "--exclude-schema=runner") == dump(server, source)
    assert query(target, "select count(*) from pgbench_accounts") == [3000]


def test_a_dump_and_a_script_after_it(
    runner: Runner, server: Server, make_database: Callable[[], str], tmp_path: Path, source: str
) -> None:
    """The dump sets search_path to nothing: the next script must find its tables all the same."""
    scripts = tmp_path / "sql"
    scripts.mkdir()
    (scripts / "01_dump.sql").write_bytes(dump_of_its_version(server, source))
    (scripts / "02_more.sql").write_text(
        "update pgbench_accounts set abalance = 99 where aid = 1;\nselect balance(1);\n"
    )
    target = make_database()
    runner("apply", "-s", scripts, "-t", target, check=0)
    assert query(target, "select abalance from pgbench_accounts where aid = 1") == [99]


def test_a_dump_of_the_schema_and_the_rows_apart(
    runner: Runner, server: Server, make_database: Callable[[], str], tmp_path: Path, source: str
) -> None:
    scripts = tmp_path / "sql"
    scripts.mkdir()
    for number, section in enumerate(("pre-data", "data", "post-data"), 1):
        text = dump_of_its_version(server, source, f"--section={section}")
        (scripts / f"{number}.sql").write_bytes(text)
    target = make_database()
    runner("apply", "-s", scripts, "-t", target, check=0)
    assert dump(server, target, "--exclude-schema=runner") == dump(server, source)


def test_large_objects_come_with_a_transaction_of_their_own(
    runner: Runner, server: Server, make_database: Callable[[], str], tmp_path: Path
) -> None:
    """pg_dump writes BEGIN and COMMIT around them, which are passed over."""
    source, target = make_database(), make_database()
    for text in ("large; object", "another"):
        oid = query(source, f"select lo_from_bytea(0, '{text}'::bytea)")[0]
    scripts = tmp_path / "sql"
    scripts.mkdir()
    (scripts / "01.sql").write_bytes(dump_of_its_version(server, source))
    result = runner("apply", "-s", scripts, "-t", target, check=0)
    assert result.stderr.count("BEGIN and COMMIT are passed over") == 1
    assert query(target, f"select lo_get({oid})") == query(source, f"select lo_get({oid})")
    assert dump(server, target, "--exclude-schema=runner") == dump(server, source)
