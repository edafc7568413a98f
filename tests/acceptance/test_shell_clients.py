"""psql and the other client programs in shell scripts: what they do is part of the run."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.scripts import dump, execute, write_scripts
from tests.acceptance.test_apply import without_times
from tests.acceptance.test_entrypoint import as_the_entrypoint
from tests.acceptance.test_shell import ALLOWED, shell_script
from tests.servers import find_tool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner
    from tests.servers import Server

pytestmark = pytest.mark.process

FOLDER = "/docker-entrypoint-initdb.d"
# Each line writes what it prints, and its exit status, to a file of its own.
LINES = r"""
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -c 'create table t (i int, v text)'
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c 'insert into t values (1)' -c 'table t'
psql -tAc "SELECT 1 FROM pg_database WHERE datname = current_database()" | grep -q 1 && echo there
psql -qtAX -c 'select i, v from t' -c 'select 2 as b'
psql --tuples-only --no-align --no-psqlrc --command='select null, 3'
echo "select * from t; select 'a', E'b\nc'" | psql -a
psql -w -e -c 'select 1'
psql -x -c 'select * from t'
psql --csv -c "select 'a,b', 1"
psql -c '\d t'
psql -v n=7 --set=w="it's" -c '\echo :n' <<< '' ; psql -v n=7 --set=w="it's" <<< "insert into t values (:n, :'w') returning *"
psql <<-EOSQL
	create table not a table;
	insert into t values (8);
	select 1 / 0;
EOSQL
psql -v ON_ERROR_STOP=1 <<< 'insert into t values (9); nonsense; insert into t values (10);'
psql -c 'insert into t values (11); select 1 / 0; insert into t values (12)'
psql -1 -v ON_ERROR_STOP=1 -c 'insert into t values (13)' -c 'select nonsense'
psql -1 -c 'insert into t values (14)' -c 'insert into t values (15)'
psql <<< 'begin; insert into t values (16); select nonsense; insert into t values (17); commit; select 18;'
psql <<< 'begin; insert into t values (19); commit; begin; insert into t values (20); rollback;'
psql -c 'begin; insert into t values (21); commit; select 1 / 0;'
psql <<< 'begin; insert into t values (22);'
psql -Atc 'select i from t order by i'
psql <<< 'commit; set role nobody_at_all; reset role; set lock_timeout = 0;'
printf 'copy t (i) from stdin;\n23\n24\n\\.\nselect count(*) from t;\n' | psql
printf '25\tx\n' | psql -c 'copy t from stdin'
printf '26\ty\nnonsense\tz\n' | psql -c '\copy t from pstdin'
psql -c '\copy t (i) from FOLDER/rows.csv csv'
psql -c "copy t (i) from 'FOLDER/rows.csv' csv"
psql -qc 'create table u (i int, v text)'
psql -c "copy (select generate_series(1, 50000), repeat('x', 100)) to stdout" | psql -c 'copy u from stdin'
psql -f FOLDER/more/included.sql ; psql -f FOLDER/nothing.sql
psql -c "do 'begin raise notice ''hello''; raise warning ''there''; end'"
psql -c 'set client_encoding = latin1' -c "select U&'\00e9'" -c 'show client_encoding'
PGOPTIONS='-c work_mem=7MB --enable-seqscan=off' psql -Atc 'show work_mem' -c 'show enable_seqscan'
psql "dbname=$POSTGRES_DB options=-csearch_path=pg_catalog" -Atc 'show search_path'
psql -c 'create temp table x ()' ; psql -c 'table x'
psql -c 'select 1;;' -c '' -c ';' -c '-- nothing'
psql -c 'create function f() returns int begin atomic select 1; end' -c 'select f()'
psql -c 'create table d (i int primary key deferrable initially deferred)' -c 'insert into d values (1), (1)'
psql <<< 'begin; insert into d values (2), (2); delete from d; commit; insert into d values (3);'
psql <<< 'begin; insert into d values (4), (4); commit; table d;'
pg_isready -q
psql -U nobody_at_all -c 'select 1' 2>/dev/null
psql -c "select 'a' as \"Zoë\", 1.5, now() is null, array[1,2], '{\"a\": 1}'::json" -c 'select'
docker_process_sql -c 'select 27'
psql -c 'select 28' & psql -c 'select 28' & wait
pg_restore --clean --if-exists -d "$POSTGRES_DB" -U "$POSTGRES_USER" FOLDER/dumped.custom
pg_restore -f - --data-only FOLDER/dumped.custom | psql -q -1
pg_restore -j 2 -d "$POSTGRES_DB" FOLDER/nothing.custom
""".strip()  # noqa: E501, as they are called


def lines() -> list[str]:
    """Each line of LINES, with the here-document that follows it."""
    found: list[str] = []
    inside = False
    for line in LINES.splitlines():
        if inside:
            found[-1] += f"\n{line}"
        else:
            found.append(line)
        inside = "<<-" in line or (inside and line != "EOSQL")
    return found


def every_line(folder: Path, out: Path) -> None:
    """Makes the script, and what it reads."""
    out.mkdir()
    text = "export PGDATABASE=$POSTGRES_DB\n"
    for number, line in enumerate(lines(), 1):
        file = f"{out}/{number:02}"
        text += f'{{\n{line}\n}} >{file} 2>&1 && echo 0 >>{file} || echo "$?" >>{file}\n'
    shell_script(folder, "02.sh", text.replace("FOLDER", FOLDER), executable=False)
    (folder / "more").mkdir()
    (folder / "more" / "included.sql").write_text("\\ir other.sql\nselect 'from a file';\n")
    (folder / "more" / "other.sql").write_text("insert into t values (100) returning i;\n")
    (folder / "rows.csv").write_text("200\n201\n")


def test_they_answer_as_outside(
    runner: Runner, server: Server, make_database: Callable[[], str], tmp_path: Path
) -> None:
    """Every way to call psql: its output, its exit status, and the database."""
    by_psql, by_runner, dumped = make_database(), make_database(), make_database()
    folder, out, expected = write_scripts(tmp_path), tmp_path / "found", tmp_path / "expected"
    execute(
        dumped, "create table dumped (i serial primary key)", "insert into dumped default values"
    )
    pg_dump = find_tool(server, "pg_dump")
    subprocess.run([pg_dump, "-Fc", "-f", folder / "dumped.custom", dumped], check=True)
    every_line(folder, out)
    env = {"PATH": f"{pg_dump.parent}:{os.environ['PATH']}"}
    runner("apply", "-s", "sql", "-t", by_runner, *ALLOWED, env=env, check=0)
    script = folder / "02.sh"
    text = script.read_text().replace(str(out), str(expected)).replace(FOLDER, str(folder))
    script.write_text(text)
    expected.mkdir()
    as_the_entrypoint(server, folder, by_psql)
    answers = [
        [
            (line, (place / f"{number:02}").read_text("latin-1"))
            for number, line in enumerate(lines(), 1)
        ]
        for place in (expected, out)
    ]
    wanted = [(line, said.replace(str(folder), FOLDER)) for line, said in answers[0]]
    assert wanted == answers[1]
    by_now = without_times(dump(server, by_psql))
    assert without_times(dump(server, by_runner, "--exclude-schema=runner")) == by_now
    assert "CREATE TABLE public.dumped" in by_now
