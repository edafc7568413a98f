r"""Scripts that make databases and roles, and `\connect` to them: all of it or nothing."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from runner.adapt.shared_statements import UNFINISHED_MARK
from runner.run import other_runs, shared_objects
from runner.run.other_runs import Unfinished
from tests.acceptance.scripts import execute, query, tables, write_scripts
from tests.acceptance.test_apply import without_times
from tests.acceptance.test_shell import shell_script
from tests.conftest import create_database, drop_database
from tests.forking import Forked
from tests.proxy import Cut, Line, proxy
from tests.servers import find_tool, unique_name
from tests.waiting import until

if TYPE_CHECKING:
    from tests.conftest import Runner
    from tests.servers import Server

Fork = Callable[..., Forked]


class Place:
    """A database and, beside it, names for what scripts make: `{x}` in them begins all names."""

    def __init__(self, server: Server, admin: psycopg.Connection[Any], folder: Path) -> None:
        self.server = server
        self.admin = admin
        self.folder = folder
        self.name = unique_name()
        self.target = server.conninfo(self.name)
        self.make()

    def make(self) -> None:
        create_database(self.admin, self.name)

    def scripts(self, *texts: str) -> Path:
        return write_scripts(self.folder, *(text.replace("{x}", self.name) for text in texts))

    def of(self, suffix: str) -> str:
        """The conninfo of a database that scripts make."""
        return self.server.conninfo(self.name + suffix)

    def made(self) -> list[str]:
        """The databases and roles beside the target, with what is unfinished."""
        rows = self.admin.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %(of)s AND datname <> %(home)s"
            " UNION ALL SELECT rolname FROM pg_roles WHERE rolname ~ %(of)s"
            " UNION ALL SELECT datname FROM pg_database AS d, pg_shdescription AS s"
            " WHERE s.objoid = d.oid AND datname ~ %(of)s AND description ~ 'unfinished'"
            " ORDER BY 1",
            {"of": f"^{self.name}", "home": self.name},
        )
        return [name.removeprefix(self.name) for (name,) in rows]

    def whole(self) -> str:
        """All databases and roles, as pg_dump -C and pg_dumpall write them."""
        names = self.admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY 1", [f"{self.name}%"]
        ).fetchall()
        options = ("-C", "--restrict-key=test", "--exclude-schema=runner")
        texts = [self._run("pg_dump", *options, "-d", self.server.conninfo(n)) for (n,) in names]
        roles = self._run("pg_dumpall", "--globals-only", "-d", self.server.conninfo())
        texts += [line for line in roles.splitlines(keepends=True) if self.name in line]
        return without_times(re.sub(r"SCRAM-SHA-256\$[^']*", "…", "".join(texts)))

    def by_psql(self, scripts: Path) -> str:
        for script in sorted(scripts.iterdir()):
            self._run("psql", "-Xqv", "ON_ERROR_STOP=1", "-d", self.target, "-f", str(script))
        return self.whole()

    def _run(self, program: str, *options: str) -> str:
        command = [str(find_tool(self.server, program)), *options]
        return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout

    def clear(self) -> None:
        """Drops all of it."""
        like = "SELECT {0} FROM {1} WHERE {0} LIKE '{2}%'"
        for name in query(self.server.conninfo(), like.format("datname", "pg_database", self.name)):
            drop_database(self.admin, name)
        for name in query(self.server.conninfo(), like.format("rolname", "pg_roles", self.name)):
            self.admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


@pytest.fixture
def place(server: Server, admin: psycopg.Connection[Any], tmp_path: Path) -> Iterator[Place]:
    found = Place(server, admin, tmp_path)
    yield found
    found.clear()


@pytest.fixture
def alone(primary: Server, tmp_path: Path) -> Iterator[Place]:
    """On a server of its own: what a killed run leaves there, the next run of anybody drops."""
    with psycopg.connect(primary.conninfo(), autocommit=True) as admin:
        found = Place(primary, admin, tmp_path)
        yield found
        found.clear()


FOLDERS = {
    "a database with its user": [
        "CREATE USER {x}_u WITH PASSWORD 'secret';\nCREATE DATABASE {x}_a;\n"
        "GRANT ALL PRIVILEGES ON DATABASE {x}_a TO {x}_u;\n\\c {x}_a\n"
        "CREATE TABLE t (id serial PRIMARY KEY, txt text);\nALTER TABLE t OWNER TO {x}_u;\n"
        "COPY t (txt) FROM stdin;\na\nb\n\\.\nGRANT ALL ON SCHEMA public TO {x}_u;\n",
    ],
    "several databases with owners": [
        "CREATE TABLE here (id int);\nCREATE ROLE {x}_a LOGIN;\nCREATE ROLE {x}_b LOGIN;\n"
        "CREATE DATABASE {x}_a OWNER {x}_a;\nCREATE DATABASE {x}_b OWNER = {x}_b ENCODING 'UTF8';\n"
        "GRANT {x}_a TO {x}_b;\nALTER ROLE {x}_b SET work_mem = '8MB';\n",
        "\\connect {x}_a\nSET ROLE {x}_a;\nCREATE SCHEMA app;\nCREATE TABLE app.t (i int);\n"
        "\\connect {x}_b\nCREATE TABLE u (i int DEFAULT 1);\nINSERT INTO u DEFAULT VALUES;\n"
        "ALTER DEFAULT PRIVILEGES FOR ROLE {x}_b GRANT SELECT ON TABLES TO {x}_a;\n",
        "\\c {x}_a\nINSERT INTO app.t VALUES (1);\n\\c {x}\nINSERT INTO here VALUES (1);\n",
    ],
    "a template": [
        "CREATE DATABASE {x}_a IS_TEMPLATE true TEMPLATE template0 CONNECTION LIMIT 5;\n"
        "\\c {x}_a\nCREATE TABLE t (i int);\n",
    ],
    "what a table of the target names": [
        "CREATE TABLE tenants (name text);\nINSERT INTO tenants VALUES ('{x}_a'), ('{x}_b');\n"
        "SELECT format('CREATE ROLE %I', name) FROM tenants\\gexec\n"
        "SELECT format('CREATE DATABASE %I OWNER %I', name, name) FROM tenants\\gexec\n"
        "\\c {x}_a\nCREATE TABLE t (i int);\nGRANT SELECT ON t TO {x}_b;\n",
        "\\c {x}_b\nCREATE TABLE t (i int);\nALTER TABLE t OWNER TO {x}_b;\n",
    ],
    "filled, dropped, made again, copied": [
        "DROP DATABASE IF EXISTS {x}_b;\nCREATE DATABASE {x}_b;\nCREATE DATABASE {x}_d;\n"
        "\\c {x}_b\nCREATE TABLE t (i int);\nCREATE TABLE u (i int);\n\\c {x}_d\n"
        "CREATE TABLE v (i int);\n\\c {x}\n"
        "DROP DATABASE {x}_b;\nDROP DATABASE {x}_d;\nCREATE DATABASE {x}_b CONNECTION LIMIT 7;\n",
        "\\c {x}_b\nCREATE TABLE t (i text);\n\\c {x}\nCREATE DATABASE {x}_c TEMPLATE {x}_b;\n"
        "\\c {x}_c\nINSERT INTO t VALUES (3);\nCREATE DATABASE {x}_a;\n\\c {x}_a\n",
    ],
    "only what is missing": [
        "SELECT 'CREATE DATABASE {x}_a' WHERE NOT EXISTS"
        " (SELECT FROM pg_database WHERE datname = '{x}_a')\\gexec\n"
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{x}_u') THEN\n"
        "CREATE ROLE {x}_u LOGIN PASSWORD 'pw'; END IF; END $$;\n"
        "SELECT count(*) = 1 AS found FROM pg_roles WHERE rolname = '{x}_v' \\gset\n"
        "\\if :found\n\\else\nCREATE ROLE {x}_v;\n\\endif\n"
        "ALTER DATABASE {x}_a OWNER TO {x}_v;\nALTER DATABASE {x}_a SET work_mem = '8MB';\n"
        "GRANT TEMPORARY ON DATABASE {x}_a TO {x}_u;\n\\c {x}_a\n"
        "CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION {x}_u;\n"
        "CREATE TABLE IF NOT EXISTS app.t (i int);\nGRANT SELECT ON app.t TO {x}_v;\n",
    ],
    "names of the database itself": [
        "SELECT current_database() || '_a' AS db \\gset\nCREATE DATABASE :\"db\";\n"
        "CREATE TEMP TABLE gone (i int);\nSET search_path = nowhere;\n\\connect\n"
        "CREATE TABLE t (gone bool);\nINSERT INTO t SELECT to_regclass('gone') IS NULL;\n"
        "\\c :db\nCREATE TABLE there (i int);\n\\c {x}\nINSERT INTO t VALUES (NULL);\n",
    ],
    "what is asked of the names of databases": [
        "DO $$ BEGIN IF current_database() <> '{x}' THEN RAISE 'not here'; END IF;\n"
        "IF EXISTS (SELECT FROM pg_database WHERE datname = '{x}_a') THEN RAISE 'there'; END IF;\n"
        "END $$;\nSELECT current_database() AS home \\gset\nCREATE DATABASE {x}_a;\n"
        "SELECT count(*) = 1 AS made FROM pg_catalog.pg_database WHERE datname = '{x}_a' \\gset\n"
        "SELECT datname FROM pg_database AS d WHERE d.datname = '{x}_a' \\gset\n"
        "\\c :datname\n\\if :made\nCREATE TABLE made (i int);\n\\endif\n"
        "SELECT '{x}_a' = current_catalog AS here \\gset\n"
        "\\if :here\nCREATE VIEW v AS SELECT FROM pg_database WHERE datname = '{x}_a';\n\\endif\n"
        "SELECT datname FROM pg_database WHERE datname = '{x}_a' \\gset\n"
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_database WHERE datname = '{x}_a')\n"
        "OR current_database() NOT IN ('{x}_a') THEN RAISE 'late'; END IF;\n"
        "END $$;\n"
        "SELECT current_database() AS db \\gset\nALTER DATABASE :\"db\" SET work_mem = '7MB';\n"
        "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS"
        " 'SELECT count(*) FROM pg_database WHERE datname = current_database()';\n"
        "COMMENT ON FUNCTION f() IS 'asks FROM pg_database, current_database() = 1';\n"
        "CREATE TABLE n AS SELECT 'current_database() = ''x'' FROM pg_catalog.pg_database' AS n;\n"
        "\\c :home\nCREATE TABLE t AS SELECT 1 AS i WHERE current_database() = '{x}';\n",
    ],
    "a block that makes a role, and more": [
        "CREATE SCHEMA app;\nCREATE DATABASE {x}_a;\nDO $$ BEGIN CREATE ROLE {x}_u LOGIN;\n"
        "GRANT USAGE ON SCHEMA app TO {x}_u; CREATE TABLE app.t (i int); END $$;\n"
        "ALTER TABLE app.t OWNER TO {x}_u;\n\\c {x}_a\nCREATE TABLE t (i int);\n\\c {x}\n"
        "ALTER ROLE {x}_u SET work_mem = '7MB';\nCREATE ROLE {x}_w IN ROLE {x}_u;\n",
    ],
    "what the connection asks for": [
        "CREATE ROLE {x}_u LOGIN;\nCREATE DATABASE {x}_a OWNER {x}_u;\n"
        "ALTER ROLE {x}_u IN DATABASE {x}_a SET work_mem = '9MB';\n\\c {x}_a {x}_u\n"
        "CREATE TABLE t AS SELECT current_setting('work_mem') AS w,"
        " current_setting('datestyle') AS d;\n"
        "\\c -reuse-previous=on \"dbname={x}_a user={x}_u options='-c work_mem=5MB'\"\n"
        "INSERT INTO t SELECT current_setting('work_mem'), current_setting('datestyle');\n"
        '\\c -reuse-previous=on "user={x}_u"\n'
        "INSERT INTO t SELECT current_setting('work_mem'), current_setting('datestyle');\n"
        "\\c {x} postgres\nCREATE TABLE t AS SELECT current_setting('work_mem') AS w;\n"
        "\\c {x}_a {x}_u\n"
        "INSERT INTO t SELECT current_setting('work_mem'), current_setting('datestyle');\n",
    ],
    "renamed before it is filled": [
        "CREATE DATABASE {x}_b;\nALTER DATABASE {x}_b SET work_mem = '7MB';\n"
        "ALTER DATABASE {x}_b RENAME TO {x}_a;\nCOMMENT ON DATABASE {x}_a IS 'was b';\n"
        "CREATE TABLE here (i int);\n",
        "\\c {x}_a\nCREATE TABLE u (i int);\n",
    ],
    "options, settings and comments": [
        "DROP DATABASE IF EXISTS {x}_a;\nDROP ROLE IF EXISTS {x}_u;\n"
        "CREATE DATABASE {x}_a WITH TEMPLATE = template0 ENCODING = 'UTF8' LC_COLLATE = 'C'"
        " LC_CTYPE = 'C';\nCOMMENT ON DATABASE {x}_a IS 'of the scripts';\n"
        "CREATE ROLE {x}_u;\nCOMMENT ON ROLE {x}_u IS 'too';\n"
        "ALTER DATABASE {x}_a SET search_path = app, public;\n"
        "REVOKE ALL ON DATABASE {x}_a FROM PUBLIC;\nGRANT CONNECT ON DATABASE {x}_a TO {x}_u;\n"
        "GRANT CONNECT ON DATABASE {x} TO {x}_u;\nALTER DATABASE {x} SET datestyle = 'SQL';\n"
        "\\connect -reuse-previous=on \"dbname='{x}_a'\"\n"
        "CREATE SCHEMA app;\n\\c\nCREATE TABLE t (txt text DEFAULT 'é');\n"
        "INSERT INTO t DEFAULT VALUES;\nCOMMENT ON DATABASE {x} IS 'home';\n",
    ],
    "as other users": [
        "CREATE USER {x}_u CREATEDB CREATEROLE;\nCREATE SCHEMA {x}_u AUTHORIZATION {x}_u;\n"
        "ALTER ROLE {x}_u SET work_mem = '7MB';\n\\connect - {x}_u\n"
        "CREATE TABLE t AS SELECT current_setting('work_mem'), session_user::text AS who;\n"
        "CREATE DATABASE {x}_a;\nCREATE ROLE {x}_r;\n\\c {x}_a\nCREATE TABLE t (i int);\n",
        "CREATE TABLE mine (who text DEFAULT session_user);\nINSERT INTO mine DEFAULT VALUES;\n"
        "CREATE DATABASE {x}_b OWNER {x}_u;\n\\c {x}_b {x}_u\n"
        "CREATE TABLE t (i int);\n\\c {x}\nCREATE TABLE {x}_u.u (i int);\n"
        "\\c - postgres\nCREATE TABLE v (i int);\nSET ROLE {x}_u;\nCREATE DATABASE {x}_c;\n",
    ],
    "copies": [
        "CREATE DATABASE {x}_s LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;\n\\c {x}_s\n"
        "CREATE TABLE t (i int);\nINSERT INTO t VALUES (1);\n\\c {x}\n"
        "CREATE DATABASE {x}_b TEMPLATE {x}_s;\nCREATE DATABASE {x}_c WITH TEMPLATE = {x}_b;\n",
        "CREATE DATABASE {x}_a;\n\\c {x}_c\nINSERT INTO t VALUES (2);\n\\c {x}_s\n"
        "INSERT INTO t VALUES (3);\nDROP TABLE t;\nCREATE TABLE u (i int);\n"
        "\\c {x}_a\nCREATE TABLE v (i int);\n",
    ],
    "copies, and who owns them": [
        "CREATE ROLE {x}_u;\nCREATE ROLE {x}_v;\nCREATE DATABASE {x}_s OWNER {x}_u;\n\\c {x}_s\n"
        "SET ROLE {x}_u;\nCREATE TABLE t (i int);\n\\c {x}\n"
        "CREATE DATABASE {x}_b TEMPLATE {x}_s OWNER {x}_v;\n\\c {x}_b\nSET ROLE {x}_v;\n"
        "CREATE TABLE u (i int);\n\\c {x}\nCREATE DATABASE {x}_c TEMPLATE {x}_s;\n"
        "\\c {x}_c\nCREATE TABLE v (i int);\n\\c {x}\nCREATE DATABASE {x}_a;\n\\c {x}_a\n",
    ],
    "roles that are used, changed and dropped again": [
        "CREATE DATABASE {x}_b;\nCOMMENT ON DATABASE {x}_b IS 'one';\n"
        "COMMENT ON DATABASE {x}_b IS 'two ''';\nCREATE ROLE {x}_g;\n"
        "COMMENT ON ROLE {x}_g IS 'a group';\nCOMMENT ON ROLE {x}_g IS NULL;\n"
        "CREATE ROLE {x}_m IN ROLE {x}_g;\nCREATE ROLE {x}_u;\nGRANT {x}_g TO {x}_u;\n"
        "CREATE TABLE t (i int);\nGRANT SELECT ON t TO {x}_m;\nALTER TABLE t OWNER TO {x}_u;\n"
        "\\c {x}_b\nCREATE TABLE t (i int);\nGRANT SELECT ON t TO {x}_g;\n\\c {x}\n"
        "DROP OWNED BY {x}_m;\nDROP ROLE {x}_m;\n"
        "ALTER ROLE {x}_u SET work_mem = '7MB';\nCOMMENT ON ROLE {x}_u IS 'of the scripts';\n",
        "CREATE DATABASE {x}_a;\n\\c {x}_a\nCREATE ROLE {x}_h;\nCREATE TABLE t (i int);\n"
        "ALTER TABLE t OWNER TO {x}_h;\nALTER TABLE t OWNER TO CURRENT_USER;\n"
        "DROP ROLE {x}_h;\nCOMMENT ON DATABASE {x}_a IS 'here';\n",
    ],
    "what is asked of its own tables": [
        "CREATE DATABASE {x}_a;\n\\c {x}_a\nCREATE TABLE t (i int);\nINSERT INTO t VALUES (1);\n"
        "SELECT count(*) AS n, 'u' AS name FROM t \\gset\n\\if :{?n}\nCREATE TABLE :name (i int);\n"
        "\\endif\nINSERT INTO :name VALUES (:n);\n",
    ],
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_as_psql_runs_it(runner: Runner, place: Place, name: str) -> None:
    scripts = place.scripts(*FOLDERS[name])
    expected = place.by_psql(scripts)
    place.clear()
    place.make()
    options = ("-s", scripts, "-t", place.target)
    if name in ("a database with its user", "copies"):
        planned = json.loads(runner("plan", *options, "--json", check=0).stdout)
        assert {"created", "database"} <= {v for one in planned["changes"] for v in one.values()}
        assert place.made() == []
    result = runner("apply", *options, "--json", check=0)
    assert "dropped: database privilege" not in result.stderr, "in a database of the run"
    applied = json.loads(result.stdout)
    assert place.whole() == expected
    assert applied["databases"][-1] == place.name
    assert len(applied["databases"]) >= 2
    runner("verify", *options, check=0)
    assert [query(place.of(""), "select count(*) from runner.run")] == [[1]]
    assert query(place.of("_a"), "select count(*) from runner.run") == [1]


@pytest.mark.db
@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.usefixtures("rehearsing_here")
def test_check_finds_nothing_in_it(runner: Runner, tmp_path: Path, name: str) -> None:
    """The rehearsal is on the embedded PostgreSQL, whatever server the folder is for."""
    texts = (text.replace("{x}", "t_home") for text in FOLDERS[name])
    runner("check", "-s", write_scripts(tmp_path, *texts), check=0)


def test_a_copy_of_a_database_that_was_there_before(runner: Runner, place: Place) -> None:
    execute_alone(place.target, f"CREATE DATABASE {place.name}_b")
    execute(place.of("_b"), "CREATE TABLE t AS SELECT 1 AS i", "CREATE TABLE u (i int)")
    scripts = place.scripts(
        "CREATE DATABASE {x}_a TEMPLATE {x}_b;\n\\c {x}_a\nINSERT INTO t VALUES (2);\n"
    )
    runner("apply", "-s", scripts, "-t", place.target, check=0)
    assert query(place.of("_a"), "select i from t order by i") == [1, 2]


def test_a_row_where_the_reference_has_none(runner: Runner, place: Place) -> None:
    """The reference is built before the run, and its rows are copied."""
    scripts = place.scripts(
        "ALTER DATABASE {x} SET work_mem = '7MB';\n"
        "CREATE FUNCTION here() RETURNS bool LANGUAGE sql"
        " AS $$ SELECT current_database() = '{x}' $$;\n"
        "CREATE TABLE t AS SELECT 1 AS i WHERE here();"
    )
    said = runner("apply", "-s", scripts, "-t", place.target, check=1).stderr
    assert "extra    row public.t" in said


def test_a_database_that_is_not_there_is_dropped(runner: Runner, place: Place) -> None:
    scripts = place.scripts("DROP DATABASE IF EXISTS {x}_b;\nCREATE TABLE t (i int);\n")
    runner("apply", "-s", scripts, "-t", place.target, check=0)
    runner("verify", "-s", scripts, "-t", place.target, check=0)


def test_without_a_transaction_it_is_the_same(runner: Runner, place: Place) -> None:
    scripts = place.scripts(*FOLDERS["several databases with owners"])
    expected = place.by_psql(scripts)
    place.clear()
    place.make()
    runner("apply", "-s", scripts, "-t", place.target, "--transaction", "none", check=0)
    assert place.whole() == expected


@pytest.fixture(scope="module")
def unchanged(server: Server, module_path: Path) -> Iterator[Place]:
    """A place with a database beside the target, for runs that leave both as they were."""
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        found = Place(server, admin, module_path)
        execute_alone(found.target, f"CREATE DATABASE {found.name}_b")
        execute(
            found.of("_b"),
            "CREATE TABLE kept (i int)",
            "INSERT INTO kept VALUES (1)",
            "CREATE TABLE older (a int)",
        )
        yield found
        found.clear()


BEFORE = (
    "CREATE ROLE {x}_u;\nCREATE TABLE here (i int);\nCREATE DATABASE {x}_a;\n"
    "\\c {x}_b\nCREATE TABLE IF NOT EXISTS kept (i int);\nINSERT INTO kept VALUES (2);\n"
    "\\c {x}_a\nCREATE TABLE t (r float);\n"
)
FAILURES = {
    "a statement fails there": ("SELECT 1/0;\n", 3),
    "a statement fails at home": ("\\c {x}\nSELECT 1/0;\n", 3),
    "a statement fails in a copy": (
        "\\c {x}\nCREATE DATABASE {x}_c TEMPLATE {x}_a;\n\\c {x}_c\nDROP TABLE t, nothing;\n",
        3,
    ),
    "a template": ("\\c {x}\nALTER DATABASE {x}_a IS_TEMPLATE true;\nSELECT 1/0;\n", 3),
    "a database that exists": ("CREATE DATABASE {x}_b;\n", 3),
    "a name that is none": ("CREATE DATABASE ${DB};\n", 3),
    "a name that is a reserved word": ("CREATE DATABASE order;\n", 3),
    "no such database": ("\\c {x}_nowhere\n", 3),
    "rows are lost there": ("\\c {x}_b\nDELETE FROM kept;\n", 4),
    "a database is dropped": ("DROP DATABASE {x}_b;\n", 4),
    "it is not what the scripts build": (
        "\\c {x}_b\nCREATE TABLE IF NOT EXISTS older (b text);\n",
        1,
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_all_is_as_it_was(runner: Runner, unchanged: Place, name: str) -> None:
    place, (text, code) = unchanged, FAILURES[name]
    scripts = place.scripts(BEFORE + text)
    options = ("-s", scripts, "-t", place.target)
    ended = runner("apply", *options, *(["--no-verify"] if code == 3 else []), check=code)
    assert "Nothing has changed: the transactions were rolled back." in " ".join(
        ended.stderr.split()
    )
    assert place.made() == ["_b"]
    assert tables(place.target) == []
    assert query(place.of("_b"), "select * from kept") == [1]


def test_a_copy_of_the_target_fails_at_its_place(runner: Runner, unchanged: Place) -> None:
    scripts = unchanged.scripts(
        "CREATE TABLE t ();\nCREATE DATABASE {x}_c TEMPLATE {x};\n\\c {x}_c\n"
    )
    said = runner("apply", "-s", scripts, "-t", unchanged.target, check=3).stderr
    assert "sql/01.sql:2:1: ERROR: source database" in said
    assert "apply the statement alone, with another database as the target" in " ".join(
        said.split()
    )
    assert unchanged.made() == ["_b"]


def test_a_statement_that_waits_for_the_run_itself_has_a_remedy(
    runner: Runner, place: Place
) -> None:
    """It is refused at once, also where a program of a shell script sends it and would go on."""
    used = "GRANT CREATE ON SCHEMA public TO {x}_u;\nDROP OWNED BY {x}_u;\n"
    text = f"CREATE ROLE {{x}}_u;\n{used}\\c {{x}}_a\n{used}DROP ROLE {{x}}_u;\n"
    scripts = place.scripts("CREATE DATABASE {x}_a;\n" + text)
    options = ("-s", scripts, "-t", place.target, "--lock-timeout", "5min")
    said = runner("apply", *options, check=2).stderr
    assert "sql/01.sql:8:1: ERROR: this statement waits for another transaction of" in said
    assert place.made() == []
    runner("apply", *options, "--transaction", "none", check=0)
    assert place.made() == ["_a"]
    (scripts / "01.sql").unlink()
    text = text.replace("{x}", place.name)
    shell_script(scripts, "02.sh", f"psql <<'EOF'\n{text}EOF\n", executable=False)
    said = runner("apply", *options, "--allow-shell", check=2).stderr
    assert "sql/02.sh:8:1: ERROR: this statement waits for another transaction of" in said
    assert place.made() == ["_a"]


def execute_alone(conninfo: str, statement: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute(statement.encode())


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("TEMPLATE template0 MISSPELT = 'x'", 'option "misspelt" not recognized'),
        ("TEMPLATE template0 LC_COLLATE 'xx_YY.nowhere'", "locale name"),
        ("TEMPLATE {x}_missing", 'template database "{x}_missing" does not exist'),
    ],
)
def test_an_option_that_the_server_refuses(
    runner: Runner, place: Place, option: str, message: str
) -> None:
    """Its reference cannot be made either: the error is that of the script, with its place."""
    scripts = place.scripts(f"CREATE DATABASE {{x}}_a {option};\n\\c {{x}}_a\nCREATE TABLE t ();\n")
    said = runner("apply", "-s", scripts, "-t", place.target, check=3).stderr
    assert "sql/01.sql:1:" in said
    assert message.replace("{x}", place.name) in said
    assert place.made() == []


def test_a_right_is_granted_to_who_lacks_it(runner: Runner, place: Place) -> None:
    scripts = place.scripts("CREATE USER {x}_u;\n\\c - {x}_u\nCREATE SCHEMA s;\n")
    said = runner("apply", "-s", scripts, "-t", place.target, check=4).stderr
    assert f"GRANT CREATE ON DATABASE {place.name} TO {place.name}_u" in said
    assert place.made() == []


def test_a_database_that_was_changed_or_dropped(runner: Runner, place: Place) -> None:
    scripts = place.scripts(*FOLDERS["only what is missing"])
    options = ("-s", scripts, "-t", place.target)
    runner("apply", *options, check=0)
    runner("apply", *options, check=0)
    execute(place.of("_a"), "ALTER TABLE app.t ALTER COLUMN i TYPE bigint")
    [found] = json.loads(runner("verify", *options, "--json", check=1).stdout)["verification"][
        "differences"
    ]
    assert (found["name"], found["database"]) == ("app.t.i", f"{place.name}_a")
    execute(place.of("_a"), "ALTER TABLE app.t ALTER COLUMN i TYPE int")
    name = f"{place.name}_a"
    grant = f"GRANT TEMPORARY ON DATABASE {name} TO {place.name}_u"
    for change in (f"ALTER DATABASE {name} SET work_mem = '9MB'", f"REVOKE {grant[6:]}"):
        execute(place.of("_a"), change.replace(" TO ", " FROM "))
    [*found] = json.loads(runner("verify", *options, "--json", check=1).stdout)["verification"][
        "differences"
    ]
    assert {(one["name"], one["database"]) for one in found} == {
        ("DATABASE SET work_mem", name),
        (f"TEMPORARY TO {place.name}_u", name),
    }
    drop_database(place.admin, name)
    said = runner("verify", *options, check=1).stdout
    assert f"missing  database {place.name}_a" in said


SCRIPTS = (
    "CREATE ROLE {x}_u;\nCREATE TABLE here (i int);\nCREATE DATABASE {x}_a;\n\\c {x}_a\n"
    "CREATE TABLE t (i int);\nALTER TABLE t OWNER TO {x}_u;\n\\c {x}\n"
    "INSERT INTO here VALUES (1);\n"
)
# In the order of a run; the text is in a message to the server, or in its answer.
STEPS = {
    "before the role": Cut("to server", text=b"CREATE ROLE"),
    "before the role is marked": Cut("to server", text=b"COMMENT ON ROLE"),
    "when the role is made": Cut("to client", text=b"CREATE ROLE\0"),
    "before the database": Cut("to server", text=b'CREATE DATABASE "runner_unf'),
    "when the database is made": Cut("to client", text=b"CREATE DATABASE\0"),
    "when it is marked": Cut("to client", text=b"COMMENT\0", database="t_"),
    "when it has its name": Cut("to client", text=b"ALTER DATABASE\0"),
    "when it is connected to": Cut("to server", text=b"BEGIN ISOLATION", database="_a"),
    "in its transaction": Cut("to server", text=b"CREATE TABLE t"),
    "when all is done": Cut("to server", text=b"INSERT INTO here"),
    "before it is kept": Cut("to server", text=b"IS NULL"),
    "when its COMMIT comes": Cut("to server", text=b"COMMIT", database="_a"),
    "when it is committed": Cut("to client", text=b"COMMIT\0", database="_a"),
    "before the last COMMIT": Cut("to server", text=b"COMMIT\0"),
}


def held(cut: Cut, place: Place) -> Cut:
    database = cut.database and (place.name + cut.database if cut.database == "_a" else place.name)
    return Cut(cut.direction, text=cut.text, database=database, holds=True)


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(runner: Runner, alone: Place, fork: Fork, step: str) -> None:
    place = alone
    scripts = place.scripts(SCRIPTS)
    with proxy(place.server.port, cut=held(STEPS[step], place)) as line:
        target = place.server.tcp_conninfo(place.name, port=line.port)
        run = fork("apply", "-s", scripts, "-t", target, "--no-verify")
        until(lambda: line.reached.is_set() or run.poll() is not None, "it never came there")
        assert run.poll() is None, run.communicate()
        run.kill()
        run.communicate()
        line.go_on(cut=True)
    until(lambda: not sessions(place), "the server never noticed")
    other = place.scripts("CREATE TABLE another (i int);\n")
    runner("apply", "-s", other, "-t", place.target, "--no-verify", check=0)
    assert place.made() == []
    assert tables(place.target) == ["another"]


def sessions(place: Place) -> list[Any]:
    like = f"{place.name}%"
    return place.admin.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname LIKE %s", [like]
    ).fetchall()


@pytest.mark.parametrize("step", ["when it has its name", "in its transaction", "when all is done"])
def test_interrupted_at_a_step(place: Place, fork: Fork, step: str) -> None:
    scripts = place.scripts(SCRIPTS)
    with proxy(place.server.port, cut=held(STEPS[step], place)) as line:
        target = place.server.tcp_conninfo(place.name, port=line.port)
        run = fork("apply", "-s", scripts, "-t", target, "--no-verify")
        until(lambda: line.reached.is_set() or run.poll() is not None, "it never came there")
        run.send_signal(signal.SIGINT)
        line.go_on()
        _, stderr = run.communicate()
    assert run.returncode == 130, stderr
    assert place.made() == []
    assert tables(place.target) == []


def test_what_a_live_run_has_made_is_left_alone(runner: Runner, place: Place, fork: Fork) -> None:
    scripts = place.scripts(SCRIPTS)
    other = place.server.conninfo(f"{place.name}_b")
    execute_alone(place.target, f"CREATE DATABASE {place.name}_b")
    with proxy(place.server.port, cut=held(STEPS["when all is done"], place)) as line:
        target = place.server.tcp_conninfo(place.name, port=line.port)
        run = fork("apply", "-s", scripts, "-t", target, "--no-verify")
        until(lambda: line.reached.is_set() or run.poll() is not None, "it never came there")
        more = write_scripts(place.folder, "CREATE TABLE another (i int);\n")
        runner("apply", "-s", more, "-t", other, "--no-verify", check=0)
        line.go_on()
        _, stderr = run.communicate()
    assert run.returncode == 0, stderr
    assert place.made() == ["_a", "_b", "_u"]


def test_what_a_run_commits_while_it_is_looked_for_is_left_alone(
    runner: Runner, alone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comments are those of before the COMMIT, and the lock has gone by then."""
    place = alone
    for kind, suffix in (("ROLE", "_u"), ("DATABASE", "_a")):
        made = Unfinished(kind, place.name + suffix)
        place.admin.execute(made.command("CREATE {}"))
        place.admin.execute(made.commented(f"{UNFINISHED_MARK}1_1"))
    look = other_runs.unfinished
    assert vars(shared_objects)["unfinished"] is look  # an import while it is patched would last

    def look_before_commit(conn: psycopg.Connection[Any]) -> list[Unfinished]:
        found: list[Unfinished] = look(conn)
        for one in found:
            place.admin.execute(one.commented())
        return found

    monkeypatch.setattr(other_runs, "unfinished", look_before_commit)
    scripts = place.scripts("CREATE TABLE another (i int);\n")
    runner("apply", "-s", scripts, "-t", place.target, "--no-verify", check=0)
    assert place.made() == ["_a", "_u"]


def test_the_role_of_a_run_that_begins_again_is_left_to_it(runner: Runner, alone: Place) -> None:
    """Between two attempts the run holds no lock, but its session goes on."""
    options = ("apply", "--no-verify", "-s", alone.scripts("select 1;"), "-t", alone.target)
    there = "select rolname::text from pg_roles where rolname ~ '^runner_acting_'"
    with psycopg.connect(alone.target) as conn:
        pid = conn.info.backend_pid
        role = Unfinished("ROLE", f"runner_acting_{pid}_1")
        alone.admin.execute(role.command("CREATE {}"))
        alone.admin.execute(role.commented(f"{UNFINISHED_MARK}{pid}_1"))
        runner(*options, check=0)
        assert query(alone.target, there) == [role.name]
    still = f"select 1 from pg_stat_activity where pid = {pid}"
    until(lambda: query(alone.target, still) == [], "the session goes on")
    runner(*options, check=0)
    assert query(alone.target, there) == []


def test_what_a_run_drops_itself_is_left_to_it(runner: Runner, alone: Place, fork: Fork) -> None:
    """It has rolled back by then, which has released its lock."""
    scripts = alone.scripts(f"{SCRIPTS}SELECT 1 / 0;\n")
    execute_alone(alone.target, f"CREATE DATABASE {alone.name}_b")
    drops = Cut("to server", text=b"DROP DATABASE", holds=True)
    with proxy(alone.server.port, cut=drops) as line:
        target = alone.server.tcp_conninfo(alone.name, port=line.port)
        run = fork("apply", "-s", scripts, "-t", target, "--no-verify")
        until(lambda: line.reached.is_set() or run.poll() is not None, "it never came there")
        more = write_scripts(alone.folder, "CREATE TABLE another (i int);\n")
        told = runner("apply", "-s", more, "-t", alone.of("_b"), "--no-verify", check=0)
        line.go_on()
        _, stderr = run.communicate()
    assert "WARNING" not in told.stdout + told.stderr
    assert f"Dropped again: database {alone.name}_a, role {alone.name}_u." in " ".join(
        stderr.split()
    )
    assert alone.made() == ["_b"]


class LastCommit(Cut):
    """That of the connection to the target, not of one to a database with a longer name."""

    def allows(self, line: Line, passed: int, chunk: bytes) -> int | None:
        if line.database is None or line.database.endswith(("_a", "_b")):
            return None
        return super().allows(line, passed, chunk)


def test_a_later_commit_that_does_not_happen(runner: Runner, place: Place) -> None:
    """What was there before and is committed by then is named; what was made is dropped."""
    execute_alone(place.target, f"CREATE DATABASE {place.name}_b")
    scripts = place.scripts(
        "CREATE DATABASE {x}_a;\n\\c {x}_b\nCREATE TABLE t (i int);\n"
        "\\c {x}\nCREATE TABLE here (i int);\n"
    )
    with proxy(place.server.port, cut=LastCommit("to server", text=b"COMMIT\0")) as line:
        target = place.server.tcp_conninfo(place.name, port=line.port)
        ended = runner("apply", "--json", "-s", scripts, "-t", target, "--no-verify", check=5)
    said = " ".join(ended.stderr.split())
    assert f"Committed in {place.name}_b; rolled back in {place.name}." in said
    assert json.loads(ended.stdout)["committed"] is None
    assert place.made() == ["_b"]
    assert tables(place.of("_b")) == ["t"]
    assert tables(place.target) == []
