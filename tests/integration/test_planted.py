"""What another role puts where the session looks first is never called by the runner's own SQL.

Every function below writes a line to the server's log, so that a call counts even where its
transaction is rolled back or its error is ignored.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

import runner
from runner import commands
from runner.catalog.rows import read_state
from runner.comparison import DifferencesError
from runner.errors import Refused
from runner.results import LossError
from runner.settings import Settings
from runner.verify import row_comparison
from tests.conftest import drop_database
from tests.integration.applying import Told
from tests.servers import Server, unique_name

if TYPE_CHECKING:
    from psycopg import Connection

_SOURCES = [
    path.read_text()
    for path in Path(runner.__file__).parent.rglob("*")
    if path.suffix in (".sql", ".py")
]
# Every function that the runner names with its schema, and what SQL calls by itself.
_FUNCTIONS = sorted(
    {name for text in _SOURCES for name in re.findall(r"pg_catalog\.(\w+)\(", text)}
)
_RELATIONS = sorted(
    {name for text in _SOURCES for name in re.findall(r"pg_catalog\.(pg_\w+)\b(?!\()", text)}
)
_OPERATORS = (
    "= <> < > <= >= + - * / % & | # ~ !~ ~* !~* ~~ !~~ ~~* || -> ->> #> #>> @> <@ ? ^".split()
)
# Each with itself, and each with each other one of its line.
_TYPES = (
    ("oid", "int4", "int8", "xid", "regclass"),
    ("text", "name", "varchar", "json"),
    ("int2", "int4", "float8", "numeric"),
    ("json", "int4"),
    ("int8[]", "int8"),
    ("text[]", "text"),
    ("name[]", "name"),
    ("bool",),
    ("timestamptz",),
    ("regtype", "oid"),
    ("int2[]", "int2"),
    ("aclitem[]", "oid[]"),
)
_PAIRS = sorted({pair for line in _TYPES for pair in itertools.product(line, repeat=2)})
_DOMAINS = (
    "text name oid int2 int4 int8 bool json jsonb xid regclass regtype char timestamptz".split()
)
# With a type of its own, whose casts are planted; its rows differ from those of the scripts.
_BEFORE = "CREATE TABLE public.kept (id int8 PRIMARY KEY, mine {}.mine);"
# Scripts mean by a name what the session finds: these name a schema wherever that could be planted.
_SCRIPT = """\
CREATE TABLE IF NOT EXISTS public.t (id serial PRIMARY KEY,
    at pg_catalog.timestamptz DEFAULT pg_catalog.now(), note pg_catalog.text);
TRUNCATE public.t;
INSERT INTO public.t (id, note) VALUES (1, 'a'), (2, 'b');
DROP TABLE IF EXISTS public.again;
CREATE TABLE public.again AS SELECT 1 AS one;
DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW public.v AS SELECT * FROM public.t'; END $$;
"""


def _planted(schema: str) -> str:
    """The statements of a role that plants all it can in a schema that it may create in."""
    log = f"RAISE LOG 'planted: {schema} is called by %', current_user"
    body = f"LANGUAGE plpgsql AS $p$ BEGIN {log}; RETURN NULL; END $p$"
    statements = [f"CREATE TYPE {schema}.mine AS (a int)"]
    for number, (left, right) in enumerate(_PAIRS):
        name = f"{schema}.p_{number}"
        arguments = f"pg_catalog.{left}, pg_catalog.{right}"
        statements.append(f"CREATE FUNCTION {name}({arguments}) RETURNS pg_catalog.bool {body}")
        statements += [
            f"CREATE OPERATOR {schema}.{operator} (LEFTARG = pg_catalog.{left},"
            f" RIGHTARG = pg_catalog.{right}, PROCEDURE = {name})"
            for operator in _OPERATORS
        ]
    for name in _FUNCTIONS:
        for arguments in (
            "",
            "pg_catalog.text",
            "pg_catalog.oid",
            "pg_catalog.text, pg_catalog.text",
        ):
            statements.append(
                f'CREATE FUNCTION {schema}."{name}"({arguments}) RETURNS pg_catalog.text {body}'
            )
    statements += [f'CREATE TABLE {schema}."{name}" (oid pg_catalog.oid)' for name in _RELATIONS]
    statements.append(f"CREATE FUNCTION {schema}.checked() RETURNS pg_catalog.bool {body}")
    statements += [
        f'CREATE DOMAIN {schema}."{name}" AS pg_catalog.{"bpchar" if name == "char" else name}'
        f" CHECK ({schema}.checked())"
        for name in _DOMAINS
    ]
    for target, how in (("text", "ASSIGNMENT"), ("int8", "IMPLICIT"), ("json", "IMPLICIT")):
        statements += [
            f"CREATE FUNCTION {schema}.to_{target}({schema}.mine)"
            f" RETURNS pg_catalog.{target} {body}",
            f"CREATE CAST ({schema}.mine AS pg_catalog.{target})"
            f" WITH FUNCTION {schema}.to_{target}({schema}.mine) AS {how}",
        ]
    return ";\n".join(statements)


@pytest.fixture(scope="module")
def templates(server: Server) -> Iterator[dict[str, str]]:
    """For each of two schemas a database in which all is planted there, once for each server."""
    names = {"public": unique_name(), "evil": unique_name()}
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        for schema, name in names.items():
            admin.execute(f"CREATE DATABASE {name}")
            with psycopg.connect(server.conninfo(name)) as conn:
                conn.execute("CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO public")
                conn.execute(_planted(schema))
                conn.execute(_BEFORE.format(schema))
        yield names
        for name in names.values():
            drop_database(admin, name)


PATHS = "evil, pg_catalog, public"
WAYS: dict[str, Callable[[str, str], str]] = {
    "nothing but public": lambda _, __: "SELECT",
    "role": lambda role, _: f"ALTER ROLE {role} SET search_path = {PATHS}",
    "database": lambda _, database: f"ALTER DATABASE {database} SET search_path = {PATHS}",
    "role in database": lambda role, database: (
        f"ALTER ROLE {role} IN DATABASE {database} SET search_path = public, {PATHS}"
    ),
    "PGOPTIONS": lambda _, __: "SELECT",
    "script": lambda _, __: "SELECT",
}


@pytest.mark.parametrize("superuser", [True, False], ids=["superuser", "owner"])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_is_planted_is_called(
    server: Server,
    admin: Connection[Any],
    templates: dict[str, str],
    make_database: Callable[..., str],
    tmp_path: Path,
    way: str,
    superuser: bool,
) -> None:
    role = unique_name()
    admin.execute(f"CREATE ROLE {role} LOGIN {'SUPERUSER' if superuser else 'CREATEDB'}")
    template = templates["public" if way == "nothing but public" else "evil"]
    database = str(conninfo_to_dict(make_database(template=template, owner=role))["dbname"])
    admin.execute(f"GRANT CREATE ON DATABASE {database} TO {role}")
    with psycopg.connect(server.conninfo(database), autocommit=True) as conn:
        conn.execute(
            f"GRANT ALL ON SCHEMA public, evil TO {role}; ALTER TABLE kept OWNER TO {role}"
        )
    admin.execute(WAYS[way](role, database))
    options = {"options": f"-c search_path={PATHS.replace(' ', '')}"} if way == "PGOPTIONS" else {}
    conninfo = make_conninfo(server.conninfo(database, user=role), **options)
    script = "SELECT;\n"
    if way == "script":
        script = f"SET search_path = {PATHS};\n"
        script += "".join(
            f"CREATE TEMP TABLE {name} (oid pg_catalog.oid);\n" for name in _RELATIONS
        )
        script += "CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (VALUE IS NULL);\n"
    start = server.log_path.stat().st_size
    try:
        _all_commands(conninfo, tmp_path, script)
    finally:
        drop_database(admin, database)
        admin.execute(f"DROP ROLE {role}")
    with server.log_path.open(errors="replace") as log:
        log.seek(start)
        calls = [line for line in log if f"is called by {role}" in line]
    assert calls == []


def _all_commands(conninfo: str, folder: Path, script: str) -> None:
    (folder / "sql").mkdir()
    (folder / "sql" / "01.sql").write_text(script)
    (folder / "sql" / "02.sql").write_text(_SCRIPT)
    (folder / "sql" / "03.sql").write_text(
        "CREATE TABLE IF NOT EXISTS public.kept (id pg_catalog.int8, mine pg_catalog.text);"
    )
    settings = Settings(scripts=(folder / "sql",), target=conninfo, connect_timeout=10)
    unverified = settings._replace(verify="none")
    commands.check(settings._replace(offline=True), Told())
    commands.wait(settings, Told())
    with pytest.raises(DifferencesError):  # public.kept is another table there
        commands.apply(settings, Told())
    commands.apply(unverified, Told())
    commands.apply(unverified._replace(format="json", once=True, allow_loss=("kept",)), Told())
    commands.plan(unverified, Told())
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("INSERT INTO public.kept VALUES (1, ROW(1))")
    (folder / "sql" / "04.sql").write_text("DELETE FROM public.kept;")
    with pytest.raises(LossError):
        commands.apply(unverified, Told())
    (folder / "sql" / "04.sql").write_text("INSERT INTO public.kept (id) VALUES (5), (6);")
    assert not commands.verify(settings._replace(strict=True), Told()).verification.agrees
    assert len(commands.status(settings, Told()).runs) == 1
    assert commands.diagram(settings._replace(target_named=True), Told()).tables
    (folder / "sql" / "03.sql").unlink()
    (folder / "sql" / "04.sql").unlink()
    commands.apply(unverified._replace(transaction="none"), Told())


_EVIL = """\
CREATE SCHEMA evil;
CREATE FUNCTION evil.fails() RETURNS pg_catalog.bool LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'it is called'; END $$;
CREATE FUNCTION evil.lower(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'it is called'; END $$;
CREATE FUNCTION evil.less(pg_catalog.int4, pg_catalog.int4) RETURNS pg_catalog.bool
    LANGUAGE plpgsql AS $$ BEGIN RAISE 'it is called'; END $$;
CREATE OPERATOR evil.< (LEFTARG = pg_catalog.int4, RIGHTARG = pg_catalog.int4,
    PROCEDURE = evil.less);
CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.fails());
CREATE DOMAIN evil.int4 AS pg_catalog.int4 CHECK (evil.fails());
CREATE TABLE public.t (id pg_catalog.int4, note pg_catalog.text);
INSERT INTO public.t VALUES (-1, 'X');
"""
_WANTED = """\
CREATE TABLE public.t (id int4 CHECK (id < 0), note text, more text DEFAULT lower('X') NOT NULL);
CREATE INDEX ON public.t (lower(note));
CREATE MATERIALIZED VIEW public.v AS SELECT lower(note) AS low FROM public.t WHERE id < 0;
"""


def test_diff_calls_nothing_that_is_planted(fresh_database: str, tmp_path: Path) -> None:
    """The statements that it writes and tries name no schema before those of pg_catalog."""
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(_EVIL)
        database = str(conninfo_to_dict(fresh_database)["dbname"])
        conn.execute(f'ALTER DATABASE "{database}" SET search_path = evil, pg_catalog, public')
    (tmp_path / "01.sql").write_text("SET search_path = public;\n" + _WANTED)
    found = commands.diff(Settings(scripts=(tmp_path,), target=fresh_database), Told())
    assert (len(found.statements), found.left) == (6, ())  # search_path, and five changes


_OWNED = """\
CREATE TABLE IF NOT EXISTS {0} (id serial PRIMARY KEY, note text);
ALTER TABLE {0} OWNER TO {1};
INSERT INTO {0} VALUES (1, 'a') ON CONFLICT DO NOTHING;
"""
# What the planner evaluates wherever the table is read.
_CONSTANTS = {
    "predicate": "CREATE INDEX ON {0} (id) WHERE evil.called(1) = 1",
    "expression": "CREATE INDEX ON {0} ((id + evil.called(1)))",
    "operator": "CREATE INDEX ON {0} (id) WHERE 1 OPERATOR(evil.===) 1",
    "statistics": "CREATE STATISTICS evil.s ON (id + evil.called(1)), note FROM {0}",
    "check": "ALTER TABLE {0} ADD CHECK (evil.called(1) = 1)",
}
_CALLED = """\
CREATE FUNCTION evil.called(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
    $$ BEGIN RAISE LOG 'planted: called by %', current_user; RETURN 1; END $$;
CREATE FUNCTION evil.same(int, int) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS
    $$ BEGIN RAISE LOG 'planted: called by %', current_user; RETURN true; END $$;
CREATE OPERATOR evil.=== (LEFTARG = int, RIGHTARG = int, PROCEDURE = evil.same);
"""


@pytest.mark.parametrize("planted", _CONSTANTS)
def test_a_table_of_another_role_whose_index_calls_its_functions_is_not_read(
    server: Server, make_role: Callable[..., str], fresh_database: str, tmp_path: Path, planted: str
) -> None:
    """The planner would call them with the rights of the runner's role."""
    if planted == "statistics" and server.version < 14:
        pytest.skip("version 14 has expressions in statistics first")
    role = make_role()
    script = tmp_path / "01.sql"
    script.write_text(_OWNED.format("public.t", role))
    settings = Settings(scripts=(tmp_path,), target=make_conninfo(fresh_database))
    commands.apply(settings, Told())
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(f"CREATE SCHEMA evil AUTHORIZATION {role}")
        conn.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
        database = str(conninfo_to_dict(fresh_database)["dbname"])
        conn.execute(f'ALTER DATABASE "{database}" SET constraint_exclusion = on')
        conn.execute(f"SET ROLE {role}")
        conn.execute(_CALLED)
        conn.execute(_CONSTANTS[planted].format("public.t"))
    start = server.log_path.stat().st_size
    verified = commands.verify(settings, Told()).verification
    script.write_text("CREATE TABLE IF NOT EXISTS public.t (id serial PRIMARY KEY, note text);")
    commands.plan(settings._replace(verify="none"), Told())
    script.write_text("TRUNCATE public.t;")
    with pytest.raises(LossError):
        commands.apply(settings._replace(verify="none"), Told())
    with server.log_path.open(errors="replace") as log:
        log.seek(start)
        text = log.read()
    # TRUNCATE itself may call them, where it builds the indexes again.
    assert "SELECT pg_catalog.count(*) FROM ONLY public.t" not in text
    before, _, _ = text.partition("TRUNCATE public.t")
    assert "planted: called by postgres" not in before
    assert verified.checked["row"] == 0


def test_a_view_that_takes_the_place_of_a_table_is_not_read(
    server: Server,
    make_role: Callable[..., str],
    fresh_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would call functions of its owner with the rights of the runner's role."""
    role = make_role()
    (tmp_path / "01.sql").write_text(_OWNED.format("public.t", role))
    settings = Settings(scripts=(tmp_path,), target=make_conninfo(fresh_database))
    commands.apply(settings, Told())
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(f"CREATE SCHEMA evil AUTHORIZATION {role}")
        conn.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
        conn.execute(f"SET ROLE {role}")
        conn.execute(_CALLED)

        def read(*given: Any) -> Any:
            conn.execute("ALTER TABLE public.t RENAME TO other")
            conn.execute("CREATE VIEW public.t AS SELECT evil.called(1) AS id, 'a' AS note")
            return read_state(*given)

        monkeypatch.setattr(row_comparison, "read_state", read)
        start = server.log_path.stat().st_size
        with pytest.raises(Refused, match='access to non-system view "t" is restricted'):
            commands.verify(settings, Told())
    with server.log_path.open(errors="replace") as log:
        log.seek(start)
        assert "planted: called by" not in log.read()


def test_what_others_write_into_the_registry_is_no_sql(fresh_database: str, tmp_path: Path) -> None:
    """A role that may write there, to record its own runs, cannot run code as another one."""
    (tmp_path / "01.sql").write_text(
        "CREATE TABLE IF NOT EXISTS t (id int); INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING;"
    )
    settings = Settings(scripts=(tmp_path,), target=make_conninfo(fresh_database))
    commands.apply(settings, Told())
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("CREATE SEQUENCE called; UPDATE t SET id = 2")
        conn.execute(
            "UPDATE runner.run SET contents = json_build_array(json_build_array('public.t', 1,"
            " $$0 + nextval('public.called')$$))"
        )
    commands.apply(settings, Told())
    with psycopg.connect(fresh_database) as conn:
        assert conn.execute("SELECT is_called FROM called").fetchone() == (False,)


def test_rows_are_read_where_runs_wrote_the_functions_of_another_role(
    make_role: Callable[..., str], fresh_database: str, tmp_path: Path
) -> None:
    """A folder that hands over its tables is applied again, until the role has other functions."""
    role = make_role()
    (tmp_path / "01.sql").write_text(
        "DROP TABLE IF EXISTS t; DROP FUNCTION IF EXISTS f(int); CREATE TABLE t (id int);"
        "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 + 1';"
        "CREATE INDEX ON t (f(id)) WHERE f(1) = 2; INSERT INTO t VALUES (1);"
        f"ALTER TABLE t OWNER TO {role}; ALTER FUNCTION f(int) OWNER TO {role};"
    )
    settings = Settings(scripts=(tmp_path,), target=make_conninfo(fresh_database))
    for _ in range(3):
        verified = commands.apply(settings, Told()).verification
        assert verified is not None
        assert verified.checked["row"] == 1
    assert commands.verify(settings, Told()).verification.checked["row"] == 1
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'")
        conn.execute(f"ALTER FUNCTION g(int) OWNER TO {role}")
    assert commands.verify(settings, Told()).verification.checked["row"] == 0
    with pytest.raises(LossError):
        commands.apply(settings, Told())
