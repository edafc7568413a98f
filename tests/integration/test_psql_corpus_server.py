"""Where results matter: each folder of `corpus/server` through psql and through the runner.

psql runs it file by file as the entrypoint of the Docker image does, the runner with
`--transaction none`, and in one transaction where that says the same. All must end alike, and the
databases they leave must be the same.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from runner.embedded.programs import package_bin_dir
from tests.conftest import clean_environment, drop_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Runner

CASES = sorted((Path(__file__).parent.parent / "corpus" / "server").iterdir())
CONTAINER_FOLDER = b"/docker-entrypoint-initdb.d"
TIMEOUT = 60
# Cases of the corpus that also say the same in one transaction.
IN_ONE_TRANSACTION = [
    "atomic_body",
    "bom_and_crlf",
    "copy_command_csv_file",
    "copy_command_inline",
    "copy_command_text_file",
    "copy_server_side_csv",
    "copy_stdin_crlf",
    "copy_stdin_joined",
    "copy_stdin_latin1",
    "copy_stdin_text",
    "display_commands",
    "gexec_statements",
    "gset_feeds_statements",
    "gset_values",
    "if_on_fetched_value",
    "if_on_server_version",
    "include_with_data",
    "notices_and_results",
    "quit_ends_only_its_file",
    "rules_functions_and_atomic_bodies",
    "session_is_new_for_each_file",
    "strings_off",
    "variables_quote_for_the_server",
    "whole_dump",
]


@pytest.fixture
def readable_folder() -> Iterator[Path]:
    """An empty folder that the server, another user, can read files from."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="corpus") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def with_others(
    admin: psycopg.Connection, make_database: Callable[..., str]
) -> Iterator[Callable[[], str]]:
    """Makes databases like make_database, and also drops those that scripts made beside them."""
    names: list[str] = []

    def make() -> str:
        conninfo = make_database()
        names.append(str(conninfo_to_dict(conninfo)["dbname"]))
        return conninfo

    yield make
    for name in names:
        for other in others(admin, name):
            drop_database(admin, name + other)


def others(admin: psycopg.Connection, name: str) -> list[str]:
    """What the names of the databases beside `name` add to it."""
    found = admin.execute(
        "SELECT pg_catalog.substr(datname, pg_catalog.length(%(name)s) + 1)"
        " FROM pg_catalog.pg_database"
        " WHERE datname <> %(name)s AND pg_catalog.starts_with(datname, %(name)s) ORDER BY 1",
        {"name": name},
    )
    return [suffix for (suffix,) in found]


def as_the_entrypoint(case: Path, folder: Path, conninfo: str) -> tuple[int, str]:
    """Run a case with psql; returns the first exit code that is not 0, and what psql said."""
    place = shutil.copytree(case, folder / case.name)
    for script in place.rglob("*.sql"):
        text = script.read_bytes().replace(CONTAINER_FOLDER, bytes(place))
        script.write_bytes(text)
    said = ""
    for script in sorted(place.glob("*.sql")):
        done = subprocess.run(
            [
                *(package_bin_dir() / "psql", "-X", "-v", "ON_ERROR_STOP=1", "--no-password"),
                *("-d", conninfo, "-f", script),
            ],
            check=False,
            capture_output=True,
            cwd=place,
            env=clean_environment(folder),
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
        )
        said += done.stderr.decode("utf-8", "replace")
        if done.returncode:
            return done.returncode, said
    return 0, said


def dumped(admin: psycopg.Connection, conninfo: str, folder: Path) -> list[str]:
    """The lines of the dumps of a database and of those beside it."""
    name = str(conninfo_to_dict(conninfo)["dbname"])
    lines = []
    for other in ["", *others(admin, name)]:
        target = psycopg.conninfo.make_conninfo(conninfo, dbname=name + other)
        options = ["--restrict-key=corpus", "--exclude-schema=runner", "-d", target]
        done = subprocess.run(
            [package_bin_dir() / "pg_dump", *options],
            check=True,
            capture_output=True,
            encoding="utf-8",
            env=clean_environment(folder),
            timeout=TIMEOUT,
        )
        lines += [f"database {other}", *done.stdout.splitlines()]
    return lines


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_same_database_and_same_exit(
    case: Path,
    runner: Runner,
    admin: psycopg.Connection,
    with_others: Callable[[], str],
    readable_folder: Path,
    tmp_path: Path,
) -> None:
    by_psql, by_runner = with_others(), with_others()
    psql_exit, psql_said = as_the_entrypoint(case, readable_folder, by_psql)
    place = shutil.copytree(case, tmp_path / case.name)

    done = runner("apply", "-s", place, "-t", by_runner, "--transaction", "none", cwd=place)

    assert done.returncode == psql_exit, f"{done.stdout}\n{done.stderr}\npsql: {psql_said}"
    expected = dumped(admin, by_psql, tmp_path)
    assert dumped(admin, by_runner, tmp_path) == expected
    if case.name not in IN_ONE_TRANSACTION:
        return
    verified = with_others()
    command = ("-s", place, "-t", verified)
    said = runner("apply", *command, check=0, cwd=place).stderr
    assert "in the reference database" not in said
    runner("verify", *command, check=0, cwd=place)
    assert dumped(admin, verified, tmp_path) == expected
