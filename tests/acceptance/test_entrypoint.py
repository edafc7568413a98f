"""What the image's entrypoint makes of a folder, `apply` makes of it, too."""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import zstandard
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.acceptance.scripts import DATA_SQL, dump, write_scripts
from tests.acceptance.test_apply import without_times
from tests.conftest import clean_environment, drop_database
from tests.servers import find_tool

if TYPE_CHECKING:
    from tests.conftest import Runner
    from tests.servers import Server

CORPUS = Path(__file__).parent.parent / "corpus" / "server"
ALL_OF_IT = CORPUS.parent / "entrypoint"
# How files are packed, and what the container unpacks them with.
PACKED: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    ".gz": (gzip.compress, gzip.decompress),
    ".xz": (lzma.compress, lzma.decompress),
    ".zst": (zstandard.compress, zstandard.decompress),
}
# docker_process_init_files and what it needs of docker-entrypoint.sh; the programs that unpack
# may not be here, so that what they would give is in files of the same names in $UNPACKED.
ENTRYPOINT = """
set -Eeo pipefail
docker_process_sql() {
    psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc \\
        --dbname "$POSTGRES_DB" "$@"
}
docker_process_init_files() {
    psql=( docker_process_sql )
    local f
    for f; do
        case "$f" in
            *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
            *.sql) docker_process_sql -f "$f" ;;
            *.sql.*) docker_process_sql < "$UNPACKED/${f##*/}" ;;
        esac
    done
}
docker_process_init_files "$@"
"""


def as_the_entrypoint(server: Server, folder: Path, conninfo: str) -> None:
    """docker_process_init_files in docker-entrypoint.sh, in the order of its locale."""
    there = conninfo_to_dict(conninfo)
    env = {f"PG{name.upper()}": str(there[name]) for name in ("host", "port", "user")}
    env |= {"POSTGRES_USER": str(there["user"]), "POSTGRES_DB": str(there["dbname"])}
    env["PATH"] = os.pathsep.join([str(find_tool(server, "psql").parent), os.environ["PATH"]])
    env["UNPACKED"] = str(folder.parent)
    scripts = sorted(folder.iterdir())
    for script in scripts:
        if script.suffix in PACKED:
            (folder.parent / script.name).write_bytes(PACKED[script.suffix][1](script.read_bytes()))
    done = subprocess.run(
        ["bash", "-c", ENTRYPOINT, "docker-entrypoint.sh", *map(str, scripts)],
        check=False,
        capture_output=True,
        cwd=folder,
        env=clean_environment(folder, env),
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def psql_exit_code(server: Server, script: Path, conninfo: str) -> int:
    """Of psql as docker_process_sql runs it."""
    psql = str(find_tool(server, "psql"))
    command = [psql, "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", str(script)]
    env = clean_environment(script.parent)
    return subprocess.run(command, check=False, capture_output=True, env=env).returncode


def same_database(
    runner: Runner, server: Server, make_database: Callable[[], str], folder: Path
) -> None:
    by_psql, by_runner = make_database(), make_database()
    as_the_entrypoint(server, folder, by_psql)
    runner("apply", "-s", folder, "-t", by_runner, check=0, cwd=folder)
    expected = without_times(dump(server, by_psql))
    assert without_times(dump(server, by_runner, "--exclude-schema=runner")) == expected
    assert len(expected) > 400


def test_the_blog(runner: Runner, server: Server, make_database: Callable[[], str]) -> None:
    same_database(runner, server, make_database, DATA_SQL)


def test_scripts_of_many_kinds(
    runner: Runner, server: Server, make_database: Callable[[], str], tmp_path: Path
) -> None:
    folder = write_scripts(
        tmp_path,
        "create schema app; create type app.mood as enum ('sad', 'happy');\n"
        "create domain app.email as text check (value ~ '@');\n"
        "create table app.person (id int generated always as identity primary key,\n"
        "  name text not null, mail app.email unique, mood app.mood default 'happy');\n"
        "create index on app.person (lower(name)) where mood = 'sad';\n"
        "comment on table app.person is 'people; they -- say /* hello';\n"
        "create view app.happy as select * from app.person where mood = 'happy';\n"
        "create materialized view app.names as select name from app.person;\n"
        "create rule keep as on delete to app.person do instead\n"
        "  (update app.person set mood = 'sad' where id = old.id; notify kept;);\n",
        "set search_path = app;\n"
        "create function hello(who text) returns text language sql as $$ select 'hi; ' || who $$;\n"
        "create function touch() returns trigger language plpgsql as $body$\n"
        "begin new.name := new.name || $$;$$; return new; end $body$;\n"
        "create trigger t before insert on person for each row execute function touch();\n"
        "create procedure add(a text) language plpgsql as\n"
        "'begin insert into app.person (name) values (a); end';\n"
        "copy person (name, mail) from stdin;\nBob\tb@x\nEve\t\\N\n\\.\n"
        "call add('Zoë'); refresh materialized view names;\n",
        "insert into app.person (name) select 'n' || g from generate_series(1, 50) g;\n"
        "select setval('app.person_id_seq', 1000);\n"
        "alter table app.person enable row level security;\n"
        "create policy p on app.person using (mood <> 'sad');\n"
        "grant select on app.happy to public;\n",
    )
    same_database(runner, server, make_database, folder)


@pytest.mark.parametrize("transaction", ["all", "none"])
def test_defaults_that_an_earlier_script_has_set(
    runner: Runner,
    server: Server,
    make_database: Callable[[], str],
    tmp_path: Path,
    transaction: str,
) -> None:
    """Each file has a session of its own, which begins with them."""
    set_default = "select format('alter database %I set {}', current_database()) \\gexec\n"
    folder = write_scripts(
        tmp_path,
        set_default.format("search_path = app, public")
        + set_default.format("datestyle = ''SQL, DMY''")
        + "create schema app;\ncreate table here (id int);\n",
        "create table there (day text);\ninsert into there values (date '2026-01-31');\n",
        "create table last (id int);\n",
    )
    by_psql, by_runner = make_database(), make_database()
    as_the_entrypoint(server, folder, by_psql)
    command = ("apply", "-s", folder, "--transaction", transaction, "-t", by_runner)
    runner(*command, check=0, cwd=folder)
    expected = without_times(dump(server, by_psql))
    assert "31/01/2026" in expected
    assert without_times(dump(server, by_runner, "--exclude-schema=runner")) == expected


@pytest.fixture
def two_databases(
    admin: psycopg.Connection[Any], make_database: Callable[..., str]
) -> Iterator[tuple[str, str]]:
    """Their conninfos; the databases that scripts make beside them are dropped, too."""
    found = make_database(), make_database()
    yield found
    for conninfo in found:
        drop_database(admin, f"{conninfo_to_dict(conninfo)['dbname']}_other")


@pytest.mark.usefixtures("rehearsing_here")
def test_a_folder_with_all_of_it(
    runner: Runner, server: Server, two_databases: tuple[str, str], tmp_path: Path
) -> None:
    """Every command, kind of file and kind of statement, and the databases are the same."""
    by_psql, by_runner = two_databases
    place = shutil.copytree(ALL_OF_IT, tmp_path / "sql")
    place.chmod(0o755)
    packed = {"05_bodies": ".gz", "07_windows": ".xz", "08_strings": ".zst"}
    for name, suffix in packed.items():
        plain = place / f"{name}.sql"
        (place / f"{name}.sql{suffix}").write_bytes(PACKED[suffix][0](plain.read_bytes()))
        plain.unlink()
    options = ("-s", "sql", "--transaction", "none", "--allow-shell")
    said = runner("check", *options).stdout
    assert [line for line in said.splitlines() if ": ERROR: " in line] == []
    applied = runner("apply", *options, "-t", by_runner, check=0)
    assert "it's on" in applied.stdout
    assert "to standard error" in applied.stderr

    for script in place.rglob("*.sql"):
        text = script.read_bytes().replace(b"/docker-entrypoint-initdb.d", bytes(place))
        script.write_bytes(text)
    as_the_entrypoint(server, place, by_psql)
    for suffix in ("", "_other"):
        names = (f"{conninfo_to_dict(one)['dbname']}{suffix}" for one in two_databases)
        expected, found = (
            dump(server, make_conninfo(by_psql, dbname=name), "--exclude-schema=runner")
            for name in names
        )
        assert found == expected
        assert len(expected) > 400
