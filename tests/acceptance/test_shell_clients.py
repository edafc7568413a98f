"""psql and the other client programs in shell scripts: what they do is part of the run."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import make_conninfo

from tests.acceptance.scripts import dump, execute, query, tables, write_scripts
from tests.acceptance.test_apply import without_times
from tests.acceptance.test_entrypoint import as_the_entrypoint
from tests.acceptance.test_shell import ALLOWED, shell_script
from tests.servers import find_tool
from tests.waiting import TIMEOUT, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from psycopg import Connection
    from psycopg.rows import TupleRow

    from tests.conftest import Runner
    from tests.forking import Forked
    from tests.servers import Server


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
psql <<< 'begin; insert into t values (30); savepoint a; select 1 / 0; rollback to a; release a; commit;'
psql -1 -v ON_ERROR_STOP=1 <<< 'savepoint a; insert into t values (31); rollback to a; insert into t values (32);'
psql <<< 'begin; insert into t values (33); rollback to nowhere; insert into t values (34); commit;'
psql -v ON_ERROR_ROLLBACK=on <<< 'begin; insert into t values (35); select 1 / 0; insert into t values (36); commit;'
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


@pytest.mark.needs18
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
    wanted, found = (
        [(line, re.sub(rf"{folder}|/[^\s:]*/initdb\.d", FOLDER, said)) for line, said in told]
        for told in answers
    )
    assert wanted == found
    by_now = without_times(dump(server, by_psql))
    assert without_times(dump(server, by_runner, "--exclude-schema=runner")) == by_now
    assert "CREATE TABLE public.dumped" in by_now


@pytest.mark.needs18
def test_the_container_path_is_the_folder(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """For the script, for what it calls and finds, and for COPY."""
    folder = write_scripts(tmp_path)
    text = (
        f"cat {FOLDER}/more/rows >seen\npsql -f {FOLDER}/more/a.sql\n. {FOLDER}/more/b.inc\n"
        f"psql -c \"copy t from '{FOLDER}/more/rows'\"\n"
        f"ls {FOLDER}/more/rows\n"
        f"find {FOLDER} -type f -name r* -exec cat {{}} + >found\n"
    )
    shell_script(folder, "01.sh", text, executable=True)
    (folder / "more").mkdir()
    (folder / "more" / "rows").write_text("1\n2\n")
    (folder / "more" / "a.sql").write_text(f"create table t (i int);\n\\i {FOLDER}/more/c.sql\n")
    (folder / "more" / "b.inc").write_text("psql -c 'insert into t values (3)'\n")
    (folder / "more" / "c.sql").write_text("insert into t values (4);\n")
    result = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)
    assert f"{FOLDER}/more/rows\n" in result.stdout
    assert query(fresh_database, "select i from t order by i") == [1, 2, 3, 4]
    assert (tmp_path / "seen").read_text() == (tmp_path / "found").read_text() == "1\n2\n"


@pytest.mark.needs18
def test_without_a_transaction_its_programs_connect_by_themselves(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path)
    shell_script(folder, "01.sh", f"psql -h localhost -f {FOLDER}/more\n", executable=False)
    (folder / "more").write_text("create table t ();")
    options = ("--transaction", "none", *ALLOWED)
    runner("apply", "-s", "sql", "-t", fresh_database, *options, check=0)
    assert tables(fresh_database) == ["t"]


@pytest.mark.needs18
@pytest.mark.parametrize("transaction", ["all", "none"])
def test_local_hosts_mean_the_run(
    runner: Runner, tmp_path: Path, fresh_database: str, transaction: str
) -> None:
    folder = write_scripts(tmp_path, "create table t (v text);")
    ways = (
        "psql -h localhost",
        "psql --host=127.0.0.1",
        "psql -h/var/run/postgresql",
        "psql --host ::1 -p 5432",
        'psql "postgresql://$POSTGRES_USER:${PW}@localhost:5432/$POSTGRES_DB"',
        "psql -d postgres://[::1]/$POSTGRES_DB?connect_timeout=9",
        "psql --dbname=postgresql://$POSTGRES_USER@127.0.0.1",
        'psql "dbname=$POSTGRES_DB host=localhost port=5432"',
        "PGHOST=localhost PGPORT=5432 psql -v host=localhost",
        "unset PGHOST PGPORT && psql",
    )
    insert = "insert into t values ('postgresql://localhost:5432/x')"
    text = "".join(f'{way} -c "{insert}"\n' for way in ways)
    shell_script(folder, "02.sh", f"{text}! psql -h nowhere.invalid -c table\n", executable=True)
    options = ("-t", fresh_database, "--transaction", transaction, *ALLOWED)
    runner("apply", "-s", "sql", *options, env={"PW": "pw"}, check=0)
    counts = "select (count(*), count(distinct v))::text from t"
    assert query(fresh_database, counts) == [f"({len(ways)},1)"]


@pytest.mark.needs18
def test_what_a_script_exports_reaches_the_next_ones(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "create table t (v text);")
    exports = "export PGOPTIONS='-c work_mem=7MB' WORD=exported\n"
    shell_script(folder, "02.sh", exports, executable=False)
    (folder / "03.sql").write_text(
        "insert into t values (current_setting('work_mem'));\n"
        "\\set shown `echo \"$WORD\"`\ninsert into t values (:'shown');\n"
    )
    runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)
    assert query(fresh_database, "select v from t") == ["7MB", "exported"]


@pytest.mark.needs18
def test_a_script_unsets_options_that_the_runner_was_given(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "create table t (v text);")
    shell_script(folder, "02.sh", "unset PGOPTIONS\n", executable=False)
    (folder / "03.sql").write_text(
        "\\set shown `echo \"-$PGOPTIONS\"`\ninsert into t values (:'shown');"
    )
    given = {"PGOPTIONS": "-c work_mem=7MB"}
    runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, env=given, check=0)
    assert query(fresh_database, "select v from t") == ["-"]


def test_plan_runs_and_rolls_back(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    folder = write_scripts(tmp_path, "create table t (i int);")
    shell_script(
        folder, "02.sh", "psql -qc 'insert into t values (1)'; echo >>ran\n", executable=True
    )
    result = runner("plan", "-s", "sql", "-t", fresh_database, *ALLOWED, check=0)
    assert "table public.t: 1 inserted" in result.stdout
    assert tables(fresh_database) == []
    assert (tmp_path / "ran").read_text() == "\n", "bash runs once: the reference is built from it"


def test_verify_runs_them_for_the_reference(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    folder = write_scripts(tmp_path, "create table t (i int);")
    script = "psql -qc 'insert into t values (1)' -c 'create table u (r float default random())'\n"
    shell_script(folder, "02.sh", f"{script}echo said; echo >>ran\n", executable=False)
    command = ("-s", "sql", "-t", fresh_database, *ALLOWED)
    runner("apply", *command, check=0)
    (tmp_path / "ran").unlink()
    assert "said" not in runner("verify", *command, check=0).stdout
    assert (tmp_path / "ran").read_text() == "\n"
    execute(fresh_database, "delete from t", "drop table u")
    result = runner("verify", *command, check=1)
    assert "missing  table public.u" in result.stdout
    assert "row" in result.stdout
    assert query(fresh_database, "select count(*) from t") == [0], "the target is only read"
    assert runner("verify", "-s", "sql", "-t", fresh_database, check=2).stderr.count("HINT") == 1


def test_extensions_that_only_a_run_shows_are_made_in_the_reference(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Not those of the target, although verify knows of the scripts no more than their names."""
    folder = write_scripts(tmp_path, "do $$ begin execute 'create extension citext'; end $$;")
    shell_script(folder, "02.sh", "psql -c 'create extension hstore'", executable=False)
    command = ("-s", "sql", "-t", fresh_database, *ALLOWED)
    assert "2 extensions" in runner("apply", *command, check=0).stdout
    runner("verify", *command, check=0)
    execute(fresh_database, "drop extension citext", "drop extension hstore")
    missing = runner("verify", *command, check=1).stdout
    assert "missing  extension citext" in missing
    assert "missing  extension hstore" in missing


def test_rows_of_others_are_guarded(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    execute(fresh_database, "create table t (i int)", "insert into t values (1)")
    folder = write_scripts(tmp_path, "select 1;")
    text = "echo >>ran\npsql <<SQL\nselect 1;\ndrop table t;\nSQL\n"
    shell_script(folder, "02.sh", text, executable=False)
    result = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=4)
    assert "dropped by sql/02.sh:4" in result.stderr
    assert (tmp_path / "ran").read_text() == "\n"
    assert tables(fresh_database) == ["t"]


@pytest.mark.needs18
def test_what_the_run_refuses_is_its_error(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """Also where the script goes on."""
    folder = write_scripts(tmp_path, "create table t ();")
    shell_script(folder, "02.sh", "psql -c \"copy t from '/etc/nothing'\"\n", executable=True)
    result = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=2)
    assert "sql/02.sh:2:10: ERROR: COPY with a file or a program on the server" in result.stderr
    assert tables(fresh_database) == []


@pytest.mark.needs18
def test_a_missing_right_has_its_own_code(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    """As in a script for psql; also where the transaction of psql has failed by then."""
    text = "psql <<SQL\nbegin; do 'begin raise insufficient_privilege; end';\nselect 1;\nSQL\n"
    folder = write_scripts(tmp_path)
    shell_script(folder, "01.sh", f"{text}exit 3\n", executable=True)
    result = runner("apply", "-s", "sql", "-t", fresh_database, *ALLOWED, check=4)
    assert "01.sh ended with exit status 3: insufficient_privilege (42501)" in result.stderr


def test_roles_are_made_in_the_run(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """Others make their own objects; the reference makes the same ones, after the run."""
    [name] = query(fresh_database, "select current_database()::text")
    role = f"{name}_app"
    folder = write_scripts(tmp_path)
    text = (
        f"psql -tAc \"select 1 from pg_roles where rolname = '{role}'\" | grep -q 1 ||"
        f' createuser --createdb "{role}"\npsql -c \'grant create on schema public to "{role}"\'\n'
        f'psql -U "{role}" -c "create table theirs as select current_user::text as who"\n'
        f'psql -U "{role}" -c "copy theirs to stdout" | psql -c "create table own (who text)" '
        '-c "insert into own values (current_user)"\n'
    )
    shell_script(folder, "01.sh", text, executable=True)
    command = ("apply", "-s", "sql", "-t", fresh_database, *ALLOWED)
    try:
        runner(*command, check=0)
        assert query(fresh_database, "select who from theirs") == [role]
        owner = "select tableowner::text from pg_tables where tablename = 'theirs'"
        assert query(fresh_database, owner) == [role]
        assert query(fresh_database, "select who <> current_user from own") == [False]
    finally:
        execute(fresh_database, f'drop owned by "{role}"', f'drop role "{role}"')


@pytest.mark.needs18
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_their_query(
    fork: Callable[..., Forked],
    tmp_path: Path,
    fresh_database: str,
    signum: signal.Signals,
) -> None:
    folder = write_scripts(tmp_path, "create table t ();")
    text = "psql -c \"do 'begin raise notice ''asleep''; perform pg_sleep(300); end'\"\n"
    shell_script(folder, "02.sh", text, executable=False)
    process = fork("apply", "-s", "sql", "-t", fresh_database, *ALLOWED)
    asleep = (
        "select count(*) from pg_stat_activity"
        " where query ~ '^do.*pg_sleep' and datname = current_database()"
    )
    until(lambda: query(fresh_database, asleep) == [1], "it does not run")
    process.send_signal(signum)
    _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 130
    assert "Nothing has changed" in errors
    assert tables(fresh_database) == []


@pytest.mark.needs18
def test_backquotes_run_once(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """As psql has them: variables inside, no line feed at the end, the exit status known."""
    text = (
        "\\set w `echo \"$WORD\"; echo >>ran; exit 3`\n\\set v `echo :w :'w' :none; echo`\n"
        "create table t as select :'w' as w, :'v' as v;\n\\! echo out; exit 4\n"
        "\\echo :SHELL_ERROR :SHELL_EXIT_CODE\n"
    )
    write_scripts(tmp_path, text)
    command = ("-s", "sql", "-t", fresh_database)
    env = {"WORD": "a b"}
    refused = runner("apply", *command, env=env, check=2)
    assert "sql/01.sql:1:8: ERROR: a command in backquotes" in refused.stderr
    assert "sql/01.sql:4:1: ERROR: the meta-command \\! does not work here" in refused.stderr
    assert "Allow it with --allow-shell" in refused.stderr
    assert "nothing found" in runner("check", "--offline", "-s", "sql", *ALLOWED).stdout
    result = runner("apply", *command, *ALLOWED, env=env, check=0)
    assert "out\ntrue 4\n" in result.stdout
    assert (tmp_path / "ran").read_text() == "\n"
    assert query(fresh_database, "select w, v from t") == [("a b", "a b a b :none\n")]


@pytest.mark.needs18
@pytest.mark.usefixtures("rehearsing_here")
def test_programs_give_the_data_of_copy(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    text = (
        "create table t (i int, v text);\n\\setenv WORD it\n"
        "\\copy t from program 'printf \"1\\ta\\n2\\t$WORD\\n\"; echo >>ran'\n"
        "\\copy (select 3) to program 'cat >&2'\n"
    )
    folder = write_scripts(tmp_path, text)
    command = ("apply", "-s", "sql", "-t", fresh_database)
    refused = runner(*command, check=2)
    assert "01.sql:3:1: ERROR: the meta-command \\copy does not work here" in refused.stderr
    assert "allow that with --allow-shell" in refused.stderr
    assert "01.sql:4:1: ERROR" in runner(*command, *ALLOWED, check=2).stderr, "not to a program"
    (folder / "01.sql").write_text(text.rpartition("\\copy")[0])
    assert "nothing found" in runner("check", "-s", "sql", *ALLOWED, check=0).stdout
    runner(*command, *ALLOWED, check=0)
    assert query(fresh_database, "select i || v from t") == ["1a", "2it"]
    assert (tmp_path / "ran").read_text() == "\n"
    (folder / "01.sql").write_text("\\copy t from program 'echo 4; exit 3'\n")
    result = runner(*command, *ALLOWED, check=2)
    assert "ERROR: \\copy: the program echo 4; exit 3 has failed" in result.stderr


LABELS = {
    "in_one_script": [
        ("01.sh", "psql -c \"create type mood as enum ('a')\" -c \"alter type mood add value 'b'\""
        " -c \"create table t as select 'b'::mood as m\""),
    ],
    "in_two_scripts": [
        ("01.sh", "f() { psql \"$@\"; }; f -c \"create type mood as enum ('a')\""),
        ("02.sh", "for v in b c; do f -c \"alter type mood add value '$v'\"; done"),
        ("03.sql", "create table t as select 'b'::mood as m;"),
    ],
    "of_a_type_of_sql": [
        ("01.sql", "create type mood as enum ('a');"),
        ("02.sh", "psql <<< \"begin; alter type mood add value 'b' before 'a'; commit;\""),
        ("03.sql", "create table t (m mood default 'b'); insert into t default values;"),
    ],
    "to_a_type_of_shell": [
        ("01.sh", "psql -c \"create type mood as enum ('a')\""),
        ("02.sql", "alter type mood add value if not exists 'b';"),
        ("03.sh", "psql -c \"alter type mood add value 'c'\"; psql -c \"select 'c'::mood\""),
        ("04.sql", "create table t as select 'b'::mood as m;"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("scripts", LABELS.values(), ids=LABELS)
def test_labels_that_are_added_to_a_type_of_the_run(
    runner: Runner,
    server: Server,
    make_database: Callable[[], str],
    tmp_path: Path,
    scripts: list[tuple[str, str]],
) -> None:
    """No transaction can use them before its COMMIT: the scripts run again."""
    folder = write_scripts(tmp_path)
    for name, text in scripts:
        start = "export PGDATABASE=$POSTGRES_DB\n" if name.endswith(".sh") else ""
        shell_script(folder, name, start + text, executable=False)
    by_psql, by_runner = make_database(), make_database()
    as_the_entrypoint(server, folder, by_psql)
    runner("verify", "-s", "sql", "-t", by_psql, *ALLOWED, check=0)
    runner("apply", "-s", "sql", "-t", by_runner, *ALLOWED, check=0)
    assert query(by_runner, "select m::text from t") == ["b"]
    assert dump(server, by_runner, "--exclude-schema=runner") == dump(server, by_psql)


@pytest.mark.needs18
def test_a_variable_of_the_command_line_stands_for_its_backquotes(
    runner: Runner, tmp_path: Path, fresh_database: str
) -> None:
    write_scripts(tmp_path, "\\set w `echo x >>ran`\ncreate table t as select :'w' as w;\n")
    runner("apply", "-s", "sql", "-t", fresh_database, "--var", "w=given", check=0)
    assert query(fresh_database, "select w from t") == ["given"]
    assert not (tmp_path / "ran").exists()


DATABASES = r"""
set -e
create_user_and_database() {
	psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<-EOSQL
		CREATE USER "$1";
		CREATE DATABASE "$1";
		GRANT ALL PRIVILEGES ON DATABASE "$1" TO "$1";
	EOSQL
}
for db in $(echo "$POSTGRES_MULTIPLE_DATABASES" | tr ',' ' '); do create_user_and_database $db; done
psql -tAc "SELECT 1 FROM pg_database WHERE datname = 'X_c'" | grep -q 1 || createdb -O X_a X_c
psql -tAc "SELECT 1 FROM pg_database WHERE datname = 'X_a'" | grep -q 1 || createdb X_a
psql -lqt | cut -d '|' -f 1 | grep -qw X_b
psql -v ON_ERROR_STOP=1 --dbname X_a <<-EOSQL
	CREATE TABLE in_a AS SELECT current_database()::text AS here;
	\connect X_b
	CREATE TABLE in_b (i int PRIMARY KEY);
EOSQL
psql -d X_b -c 'INSERT INTO in_b VALUES (1), (2)'
psql -d X_b -c 'COPY in_b TO STDOUT' | psql -d X_c -c 'CREATE TABLE in_c (i int)' -c 'COPY in_c FROM STDIN'
psql -d X_c -c "COMMENT ON DATABASE X_c IS 'the third'" -c 'GRANT CREATE ON DATABASE X_c TO X_a'
psql -d X_c -c 'CREATE TABLE more (i int)' -c 'GRANT CONNECT ON DATABASE X TO X_nobody' && exit 1
psql -d X_c <<< 'BEGIN; DROP TABLE in_c; GRANT CONNECT ON DATABASE X TO X_nobody; COMMIT;'
psql -d X_c <<< 'BEGIN; INSERT INTO more VALUES (1); GRANT CONNECT ON DATABASE X TO PUBLIC; COMMIT;'
psql -c 'CREATE TABLE at_home (i int)'
psql -d X_c -c 'SELECT count(*) FROM more' | cat
createdb X_d && dropdb X_d
"""  # noqa: E501, as they are written


def test_databases_and_roles(
    runner: Runner, server: Server, make_database: Callable[..., str], tmp_path: Path
) -> None:
    """The script that many folders have, and what others do with databases."""
    folder, target = write_scripts(tmp_path), make_database()
    [name] = query(target, "select current_database()::text")
    made = [f"{name}_{letter}" for letter in "abc"]
    shell_script(folder, "01.sh", re.sub(r"\bX(_|\b)", rf"{name}\1", DATABASES), executable=False)
    env = {"POSTGRES_MULTIPLE_DATABASES": f"{name}_a,{name}_b"}
    command = ("-s", "sql", "-t", target, *ALLOWED)
    there = f"select datname::text from pg_database where datname ~ '^{name}_' order by 1"
    try:
        runner("apply", *command, env=env, check=0)
        runner("verify", *command, env=env, check=0)
        assert query(target, there) == made
        within = [make_conninfo(target, dbname=one) for one in made]
        assert query(within[0], "select here from in_a") == [made[0]]
        assert query(within[2], "select i from in_c order by i") == [1, 2]
        assert tables(target) == ["at_home"]
        assert tables(within[2]) == ["in_c", "more"]
        assert query(within[2], "select i from more") == [1]
        owner = "select datdba::regrole::text from pg_database where datname = current_database()"
        assert query(within[2], owner) == [f"{name}_a"]
    finally:
        drops = [f'drop database if exists "{one}"' for one in made]
        for drop in (*drops, *(f'drop role if exists "{one}"' for one in made)):
            subprocess.run([find_tool(server, "psql"), target, "-qc", drop], check=True)


def test_what_pg_dump_copies_is_verified(
    runner: Runner, admin: Connection[TupleRow], make_database: Callable[..., str], tmp_path: Path
) -> None:
    target = make_database()
    [name] = query(target, "select current_database()::text || '_a'")
    made = "create table t as select 'restrict_nonsystem_relation_kind' as kind"
    text = f'createdb {name}\npsql {name} -c "{made}"\npg_dump {name} | psql -q\n'
    shell_script(
        write_scripts(tmp_path),
        "01.sh",
        f"export PGDATABASE=$POSTGRES_DB\n{text}",
        executable=False,
    )
    try:
        runner("apply", "-s", "sql", "-t", target, *ALLOWED, check=0)
        assert tables(target) == tables(make_conninfo(target, dbname=name)) == ["t"]
    finally:
        admin.execute(f'drop database if exists "{name}"'.encode())


def test_verify_finds_no_difference_in_what_only_a_shell_script_shows(
    runner: Runner,
    tmp_path: Path,
    make_database: Callable[..., str],
    make_role: Callable[..., str],
    admin: Connection[TupleRow],
) -> None:
    """Its role does not own the target, and the commands of the scripts name the role."""
    user, database = make_role("SUPERUSER"), make_database()
    [name] = query(database, "select current_database()::text")
    folder = write_scripts(tmp_path, "create table t (i int)")
    lines = f"createdb {name}_b\npsql -c 'GRANT ALL ON DATABASE {name}_b TO {user}'\n"
    shell_script(folder, "02.sh", lines, executable=False)
    command = ("-s", "sql", "-t", make_conninfo(database, user=user), *ALLOWED)
    try:
        runner("apply", *command, check=0)
        runner("verify", *command, check=0)
    finally:
        admin.execute(f'drop database if exists "{name}_b"')
        execute(database, f"drop owned by {user} cascade")
