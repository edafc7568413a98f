"""What a user of Aurora meets: TLS, tokens and secrets by option, readers, rights."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import DATA_SQL, query, tables, write_scripts
from tests.certificates import Authority
from tests.proxy import Cut, proxy
from tests.servers import (
    create_cluster,
    start_server,
    stop_server,
    unique_name,
)
from tests.standby import promote, standby_of
from tests.tls_server import WRITER, endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Runner
    from tests.servers import Server

READER = WRITER.replace(".cluster-", ".cluster-ro-")
AWS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "eu-central-1"}


# TLS and tokens


@pytest.mark.db
def test_an_endpoint_is_verified(rds: Server, authority: Authority, runner: Runner) -> None:
    env = {"PGSSLROOTCERT": str(authority.file)}
    result = runner("apply", "-s", DATA_SQL, "-t", endpoint(rds), env=env, check=0)
    assert WRITER in result.stdout
    assert tables(rds.conninfo()) == ["comments", "posts", "social_accounts", "users"]


@pytest.mark.db
def test_an_endpoint_without_certificates_at_hand(rds: Server, runner: Runner) -> None:
    result = runner("apply", "-s", DATA_SQL, "-t", endpoint(rds), check=2)
    assert result.stdout == ""
    assert "ERROR: cannot verify" in result.stderr
    assert "  curl --create-dirs -fsSo ~/.postgresql/root.crt https://" in result.stderr


@pytest.mark.db
@pytest.mark.parametrize("way", ["option", "variable", "file"])
def test_a_token_by_option(
    rds: Server, authority: Authority, runner: Runner, tmp_path: Path, way: str
) -> None:
    target = endpoint(rds, user="joe", password=None, sslrootcert=str(authority.file))
    env = dict(AWS)
    options = ["--iam"] if way == "option" else []
    if way == "variable":
        env["RUNNER_IAM"] = "1"
    elif way == "file":
        (tmp_path / ".env").write_text(
            "RUNNER_IAM=1\n" + "".join(f"{name}={value}\n" for name, value in AWS.items())
        )
        env = {}
    # The server has another password: it is the refusal of a token that is seen here.
    result = runner("wait", "-t", target, *options, env=env, check=5)
    assert 'password authentication failed for user "joe"' in result.stderr
    assert "X-Amz" not in result.stdout + result.stderr


def test_an_option_that_is_set_but_empty(runner: Runner) -> None:
    for option, name in (("--secret", "RUNNER_SECRET"), ("--iam-host", "RUNNER_IAM_HOST")):
        assert f"{name} is set but empty" in runner("wait", option, "", check=2).stderr
        assert f"{name} is set but empty" in runner("wait", env={name: ""}, check=2).stderr


def test_options_that_exclude_each_other(runner: Runner) -> None:
    assert "cannot be used together" in runner("wait", "--iam", "--secret", "x", check=2).stderr
    assert "RUNNER_IAM must be" in runner("wait", env={"RUNNER_IAM": "maybe"}, check=2).stderr
    result = runner("wait", "--iam", "--iam-host", "h:geheim", check=2)
    assert "the port is not a number from 1 to 65535" in result.stderr
    assert "geheim" not in result.stderr


# Secrets


@pytest.fixture
def secret(moto_url: str) -> Iterator[Callable[..., tuple[str, dict[str, str]]]]:
    """`secret(**values)`: its name, and the environment in which it is found."""
    client: Any = boto3.session.Session("key", "x", region_name="eu-central-1").client(
        "secretsmanager", endpoint_url=moto_url
    )

    def create(**values: Any) -> tuple[str, dict[str, str]]:
        name = unique_name()
        client.create_secret(Name=name, SecretString=json.dumps(values))
        return name, {**AWS, "AWS_ENDPOINT_URL": moto_url}

    yield create
    client.close()


def test_a_secret_by_option(
    server: Server, secret: Callable[..., tuple[str, dict[str, str]]], runner: Runner
) -> None:
    name, env = secret(
        username="postgres",
        password=server.password,
        host="127.0.0.1",
        port=server.port,
        dbname="postgres",
    )
    # In CI too: the secret names the target.
    target = json.loads(
        runner("wait", "--secret", name, "--json", env={**env, "CI": "1"}, check=0).stdout
    )["target"]
    assert (target["host"], target["port"], target["user"]) == (
        "127.0.0.1",
        server.port,
        "postgres",
    )
    shown = runner(
        *("psql", "--secret", name, "--", "-Atc", "select current_user"), env=env, check=0
    )
    assert shown.stdout == "postgres\n"


def test_a_secret_counts_for_every_connection_of_a_run(
    server: Server,
    fresh_database: str,
    secret: Callable[..., tuple[str, dict[str, str]]],
    runner: Runner,
) -> None:
    name, env = secret(username="postgres", password=server.password)
    dbname = conninfo_to_dict(fresh_database)["dbname"]
    target = f"host=127.0.0.1 port={server.port} dbname={dbname}"
    # With the reference, which has connections of its own.
    runner("apply", "-s", DATA_SQL, "-t", target, "--secret", name, env=env, check=0)
    assert query(fresh_database, "SELECT count(*) FROM users") == [3]


def test_a_secret_is_not_for_the_server_of_the_reference(
    server: Server,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    secret: Callable[..., tuple[str, dict[str, str]]],
    runner: Runner,
) -> None:
    owner = make_role()
    conninfo = make_database(owner=owner)
    name, env = secret(username=owner, password="pw", host="127.0.0.1", port=server.port)
    target = f"dbname={conninfo_to_dict(conninfo)['dbname']}"
    runner(
        *("apply", "-s", DATA_SQL, "-t", target, "--secret", name),
        *("--reference", server.tcp_conninfo()),
        env=env,
        check=0,
    )
    assert query(conninfo, "SELECT count(*) FROM users") == [3]


# Aurora


def test_auroras_version_is_part_of_the_target(fresh_database: str, runner: Runner) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(
            "CREATE FUNCTION pg_catalog.aurora_version() RETURNS text"
            " LANGUAGE sql AS $$SELECT '16.4.1'::text$$"
        )
    result = runner("apply", "-s", DATA_SQL, "-t", fresh_database, check=0)
    assert ", Aurora 16.4.1)" in " ".join(result.stdout.split())
    for command in ("apply", "verify", "status", "wait"):
        options: list[str | Path] = [] if command == "wait" else ["-s", DATA_SQL]
        found = json.loads(runner(command, *options, "-t", fresh_database, "--json").stdout)
        assert found["target"]["aurora_version"] == "16.4.1"


@pytest.mark.parametrize("transaction", ["all", "none"])
def test_a_relative_that_lacks_what_a_run_needs_is_told_from_aurora(
    fresh_database: str, runner: Runner, transaction: str
) -> None:
    """Some have no advisory locks, as this database has not any more."""
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("ALTER FUNCTION pg_catalog.pg_try_advisory_xact_lock(bigint) RENAME TO gone")
    options = ("-s", DATA_SQL, "-t", fresh_database, "--transaction", transaction)
    result = runner("apply", *options, check=4)
    assert "this server lacks what a run needs: function pg_catalog.pg_try_adv" in result.stderr
    assert "Compatible databases" in result.stderr
    assert tables(fresh_database) == []


# Readers


def test_a_reader_is_refused_by_name(standby: Server, runner: Runner) -> None:
    target = endpoint(standby, host=READER, sslmode="disable")
    for how in ("all", "none"):
        result = runner("apply", "-s", DATA_SQL, "-t", target, "--transaction", how, check=4)
        assert "ERROR: this is a read-only replica\n" in result.stderr
        assert WRITER in result.stderr


# Failing over


def test_nothing_is_tried_again_after_the_first_statement(
    server: Server, fresh_database: str, runner: Runner, tmp_path: Path
) -> None:
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    scripts = write_scripts(tmp_path, "CREATE TABLE t (n int);\n", "SELECT 'here';\n")
    with proxy(server.port, cut=Cut("to server", text=b"'here'")) as line:
        target = server.tcp_conninfo(dbname, port=line.port)
        options = ("--no-verify", "--connect-timeout", "1min")
        result = runner("apply", "-s", scripts, "-t", target, *options, check=5)
        # A connection that asks who holds a lock sends less.
        assert sum(one.bytes_to_server > 5000 for one in line.to_database(dbname)) == 1
    assert "Nothing has changed: the transaction was rolled back." in result.stderr
    assert "trying" not in result.stdout + result.stderr
    assert tables(fresh_database) == []


def test_a_cluster_fails_over_in_the_middle_of_a_run(
    server: Server, module_path: Path, start: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """The run ends with nothing done; the next one waits for the new writer, and finds it."""
    folders = [module_path / f"{server.version}-{name}" for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
    create_cluster(folders[0], server.version, server.bin_dir)
    sleep = "DO $$BEGIN IF inet_server_port() = {} THEN PERFORM pg_sleep(600); END IF; END$$;\n"
    with ExitStack() as stack:
        old = start_server(folders[0], server.version, server.bin_dir)
        stack.callback(stop_if_up, old)
        new = stack.enter_context(standby_of(old, folders[1]))
        scripts = write_scripts(tmp_path, "CREATE TABLE t (n int);\n" + sleep.format(old.port))
        target = old.tcp_conninfo(
            host="127.0.0.1,127.0.0.1",
            port=f"{old.port},{new.port}",
            target_session_attrs="read-write",
        )
        command = ("apply", "--no-verify", "-s", scripts, "-t", target, "--connect-timeout", "1min")
        cut_off = start(*command)
        with psycopg.connect(old.conninfo(), autocommit=True) as conn:
            asleep = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            while not conn.execute(asleep).fetchall():
                assert cut_off.poll() is None
        stop_server(old)
        _, stderr = cut_off.communicate(timeout=60)
        assert cut_off.returncode == 5
        assert "Nothing has changed: the transaction was rolled back." in stderr

        waiting = start(*command)
        assert waiting.stdout is not None
        assert "; trying for " in waiting.stdout.readline()
        promote(new)
        stdout, stderr = waiting.communicate(timeout=60)
        assert waiting.returncode == 0, stderr
        assert f"at 127.0.0.1:{new.port} as" in stdout
        assert tables(new.conninfo()) == ["t"]


def stop_if_up(server: Server) -> None:
    with suppress(RuntimeError):
        stop_server(server)


# Rights


def as_role(server: Server, conninfo: str, name: str) -> str:
    dbname = str(conninfo_to_dict(conninfo)["dbname"])
    return server.tcp_conninfo(dbname, user=name, password="pw")


def test_the_owner_of_a_database_needs_no_superuser(
    server: Server,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    runner: Runner,
) -> None:
    name = make_role("CREATEDB", "CREATEROLE")
    conninfo = make_database(owner=name)
    blog = ("-s", DATA_SQL, "-t", as_role(server, conninfo, name), "--json")
    # The second one replaces what the first one wrote: the guard knows whose it is.
    for command in ("plan", "apply", "apply", "verify", "status"):
        found = json.loads(runner(command, *blog, check=0).stdout)
        assert found["target"]["user"] == name
        if command != "status":
            assert found["verification"]["checked"]["rows"] == 9
    assert len(found["runs"]) == 2
    assert query(conninfo, "SELECT count(*) FROM users") == [3]
    owners = "SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'"
    assert query(conninfo, owners) == [name]


def test_roles_and_grants_take_no_superuser(
    server: Server,
    admin: psycopg.Connection,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    runner: Runner,
    tmp_path: Path,
) -> None:
    """A role with CREATEROLE makes roles, and gives them rights; the reference does it first."""
    name, reader = make_role("CREATEDB", "CREATEROLE"), unique_name()
    conninfo = make_database(owner=name)
    scripts = write_scripts(
        tmp_path,
        f"CREATE ROLE {reader} NOLOGIN;\n"
        "CREATE SCHEMA blog; CREATE TABLE blog.posts (id serial PRIMARY KEY, body text);\n"
        f"GRANT USAGE ON SCHEMA blog TO {reader}; GRANT SELECT ON blog.posts TO {reader};\n"
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA blog GRANT SELECT ON TABLES TO {reader};\n"
        "INSERT INTO blog.posts (body) SELECT 'p' || n FROM generate_series(1, 5) n;\n",
        f"GRANT {reader} TO CURRENT_USER; SET ROLE {reader};\n"
        "DO $$BEGIN ASSERT (SELECT count(*) = 5 FROM blog.posts); END$$;\n",
    )
    options = ("-s", scripts, "-t", as_role(server, conninfo, name))
    try:
        for command in ("plan", "apply", "verify"):
            runner(command, *options, check=0)
    finally:
        with psycopg.connect(conninfo, autocommit=True) as conn:
            conn.execute(f"DROP OWNED BY {reader}".encode())
        admin.execute(f"DROP ROLE {reader}".encode())


def test_create_on_one_schema_and_one_database_is_enough(
    server: Server,
    make_role: Callable[..., str],
    fresh_database: str,
    runner: Runner,
    tmp_path: Path,
) -> None:
    name = make_role()
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(
            f"CREATE SCHEMA app; GRANT USAGE, CREATE ON SCHEMA app TO {name};"
            f"GRANT CREATE ON DATABASE {dbname} TO {name}".encode()
        )
    text = "SET search_path = app;\n" + (DATA_SQL / "01_create.sql").read_text()
    seed = "SET search_path = app;\n" + (DATA_SQL / "02_seed.sql").read_text()
    scripts = write_scripts(tmp_path, text, seed)
    blog = ("-s", scripts, "-t", as_role(server, fresh_database, name))
    told = runner("verify", *blog, check=4).stderr
    assert f"ALTER ROLE {name} CREATEDB" in told
    assert "--reference CONNINFO" in told
    runner("plan", *blog, "--no-verify", check=0)
    runner("apply", *blog, "--no-verify", check=0)
    # The rows are the last run's: nothing is lost, and the next one knows it from the registry.
    there = ("--reference", server.conninfo())
    for command in ("plan", "apply", "verify"):
        runner(command, *blog, *there, check=0)
    assert len(json.loads(runner("status", *blog, "--json", check=0).stdout)["runs"]) == 2
    # Without a right to the database there is no registry, which is said or asked for.
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(
            "DROP SCHEMA runner CASCADE; DROP TABLE app.comments, app.posts, app.users,"
            f" app.social_accounts; REVOKE CREATE ON DATABASE {dbname} FROM {name}".encode()
        )
    unrecorded = runner("apply", *blog, *there, check=0)
    assert "this run is not recorded" in unrecorded.stdout + unrecorded.stderr
    # The rows are those that the scripts put there again.
    runner("apply", *blog, *there, "--no-registry", check=0)
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute("UPDATE app.users SET name = 'Somebody' WHERE id = 1")
    refused = runner("apply", *blog, *there, "--no-registry", check=4)
    assert "the run would delete rows" in refused.stderr
    assert query(fresh_database, "SELECT count(*) FROM app.users") == [3]


@pytest.mark.parametrize(
    ("script", "right"),
    [
        ("SET ROLE {role}; CREATE SCHEMA another;", "GRANT CREATE ON DATABASE {dbname} TO {role};"),
        ("DROP TABLE theirs.t;", "GRANT USAGE, CREATE ON SCHEMA theirs TO {role};"),
        ("DO $$BEGIN CREATE ROLE somebody; END$$;", "ALTER ROLE {role} CREATEROLE;"),
        ("ALTER TABLE open.t ADD n int;", "Run as the owner of t"),
        ("DO $$BEGIN PERFORM pg_read_file('x'); END$$;", "GRANT rds_superuser TO {role};"),
    ],
)
def test_a_right_that_is_missing_is_named(
    server: Server,
    make_role: Callable[..., str],
    fresh_database: str,
    runner: Runner,
    tmp_path: Path,
    script: str,
    right: str,
) -> None:
    name = make_role()
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(
            sql.SQL(
                "CREATE SCHEMA closed; CREATE SCHEMA theirs; CREATE TABLE theirs.t ();"
                "CREATE SCHEMA open; CREATE TABLE open.t (); GRANT USAGE ON SCHEMA open TO {}"
            ).format(sql.Identifier(name))
        )
    scripts = write_scripts(tmp_path, script.replace("{role}", name))
    target = as_role(server, fresh_database, name)
    result = runner("apply", "-s", scripts, "-t", target, "--no-verify", "--json", check=4)
    error = json.loads(result.stdout)["error"]
    assert error["line"] == 1
    assert error["sqlstate"] == "42501"
    assert right.format(role=name, dbname=dbname) in error["hint"]
