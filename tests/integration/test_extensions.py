"""Extensions that the target has, in the reference: same version, same schema."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.acceptance.scripts import write_scripts
from tests.programs import find_extension
from tests.servers import create_cluster, start_server, stopped_at_end, version_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Runner
    from tests.servers import Server

# What was there before, the scripts, and the exit code.
CASES = {
    "made by an admin": (
        "create extension citext",
        "create table if not exists mail (a citext)",
        0,
    ),
    "made by an admin, in a schema on the search_path": (
        "create schema ext; create extension citext schema ext;"
        " alter database {database} set search_path to public, ext",
        "create table if not exists mail (a citext)",
        0,
    ),
    "an older version": (
        "create extension pg_trgm version '1.3'",
        "create extension if not exists pg_trgm",
        0,
    ),
    "an older version than the script names": (
        "create extension pg_trgm version '1.3'",
        "create extension if not exists pg_trgm version '1.4'",
        1,
    ),
    "in another schema": (
        "create schema ext; create extension citext schema ext",
        "create extension if not exists citext; create table t (a ext.citext)",
        0,
    ),
    "in another schema than the script names": (
        "create schema ext; create extension citext schema ext",
        "create extension if not exists citext with schema public",
        1,
    ),
    "dropped and made anew": (
        "create extension citext",
        "drop extension if exists citext; create extension citext; create table t (a citext)",
        0,
    ),
    "one that needs another": (
        "create extension cube; create extension earthdistance",
        "create table if not exists place (at earth)",
        0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_extension_that_the_target_has_is_no_difference(
    runner: Runner, tmp_path: Path, fresh_database: str, name: str
) -> None:
    before, scripts, code = CASES[name]
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(before.replace("{database}", conn.info.dbname).encode())
    folder = write_scripts(tmp_path, scripts)
    applied = runner("apply", "-s", folder, "-t", fresh_database, check=code)
    assert ("Verified:" in applied.stdout) == (code == 0)
    if code == 0:
        runner("verify", "-s", folder, "-t", fresh_database, check=0)


def test_verify_finds_an_extension_that_is_gone_or_that_the_scripts_do_not_make_again(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "create extension citext; create table t (a citext);")
    runner("apply", "-s", folder, "-t", fresh_database, check=0)
    runner("verify", "-s", folder, "-t", fresh_database, check=0)
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("drop extension citext cascade")
    gone = runner("verify", "-s", folder, "-t", fresh_database, check=1)
    assert "missing  extension citext" in gone.stdout


@pytest.mark.needs18
def test_what_the_role_may_not_create_in_the_reference_is_named(
    runner: Runner,
    server: Server,
    tmp_path: Path,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
) -> None:
    role = make_role("CREATEDB")
    database = make_database(owner=role)
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("create extension vector")
        name = conn.info.dbname
    folder = write_scripts(tmp_path, "create table t (a vector(3));")
    target = server.conninfo(name, user=role)
    refused = runner("apply", "-s", folder, "-t", target, check=3).stderr
    assert "the target's extensions (vector)" in refused
    runner("apply", "-s", folder, "-t", target, "--reference", server.conninfo(), check=0)


@pytest.fixture(scope="module")
def debian(module_path: Path) -> Iterator[Server]:
    """A server of this machine that has pg_cron, in the database postgres, and orafce."""
    bin_dir = find_extension("pg_cron", "orafce")
    version = int(version_text(bin_dir).partition(".")[0])
    create_cluster(module_path, version, bin_dir)
    settings = {"shared_preload_libraries": "pg_cron", "max_worker_processes": "20"}
    with stopped_at_end(start_server(module_path, version, bin_dir, **settings)) as server:
        yield server


def test_a_schema_of_an_extension_is_not_given_to_the_reference(
    runner: Runner, debian: Server, tmp_path: Path
) -> None:
    with psycopg.connect(debian.conninfo(), autocommit=True) as conn:
        conn.execute("create database orafce")
    folder = write_scripts(tmp_path, "create extension if not exists orafce;")
    for command in ("apply", "apply", "verify"):
        runner(command, "-s", folder, "-t", debian.conninfo("orafce"), check=0)


CRON = """
create extension if not exists pg_cron;
comment on extension pg_cron is 'Job scheduler for PostgreSQL';
create table if not exists logs (i int);
select cron.schedule('nightly', '0 3 * * *', 'delete from logs');
select cron.schedule('weekly', '0 4 * * 0', 'vacuum');
select cron.schedule('weekly', '0 5 * * 0', 'vacuum logs');
select cron.schedule('never', '0 0 1 1 *', 'select 1');
select cron.unschedule('never');
select cron.alter_job(jobid, active => false) from cron.job where jobname = 'weekly';
"""


def test_jobs_of_pg_cron_are_compared(runner: Runner, debian: Server, tmp_path: Path) -> None:
    folder, target = write_scripts(tmp_path, CRON), debian.conninfo()
    for command in ("apply", "apply", "verify", "plan"):
        runner(command, "-s", folder, "-t", target, check=0)
    with psycopg.connect(target, autocommit=True) as conn:
        conn.execute("update cron.job set command = 'select 2' where jobname = 'nightly'")
        changed = runner("verify", "-s", folder, "-t", target, check=1)
        assert "row cron.job" in changed.stdout
        assert "nightly" in changed.stdout
        conn.execute("select cron.unschedule('weekly')")
    missing = runner("verify", "-s", folder, "-t", target, check=1)
    assert "weekly" in missing.stdout
