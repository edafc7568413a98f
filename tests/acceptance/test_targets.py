"""Where the target comes from, and the ways in which it is not to be had."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.acceptance.scripts import DATA_SQL, tables, write_scripts
from tests.conftest import clean_environment
from tests.servers import TLS_VERSION, binaries, version_text
from tests.startup import READY, closed_port, listening, mute, nonsense, one_row

if TYPE_CHECKING:
    from tests.conftest import Runner
    from tests.servers import Server


def url(server: Server, password: str | None = None) -> str:
    secret = quote(server.password if password is None else password, safe="")
    return f"postgresql://postgres:{secret}@127.0.0.1:{server.port}/postgres"


def target_of(result: subprocess.CompletedProcess[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(result.stdout)["target"]
    return found


def where(server: Server) -> str:
    return f"postgres at 127.0.0.1:{server.port} as postgres (PostgreSQL {server.version_text})\n"


# It is had


@pytest.mark.needs18
def test_the_option(server: Server, runner: Runner) -> None:
    result = runner("wait", "-t", url(server), env={"DATABASE_URL": "host=no"}, check=0)
    assert result.stdout.startswith("Ready after ")
    assert result.stdout.endswith(where(server))
    assert result.stderr == ""


@pytest.mark.needs18
@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_database_url(server: Server, runner: Runner, scheme: str) -> None:
    conninfo = url(server).replace("postgresql", scheme, 1)
    result = runner("wait", env={"DATABASE_URL": conninfo, "PGHOST": "no.invalid"}, check=0)
    assert result.stdout.endswith(where(server))


@pytest.mark.needs18
def test_the_pg_variables(server: Server, runner: Runner) -> None:
    env = {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGUSER": "postgres",
        "PGPASSWORD": server.password,
    }
    result = runner("wait", "--json", env=env, check=0)
    assert target_of(result) == {
        "host": "127.0.0.1",
        "port": server.port,
        "dbname": "postgres",
        "user": "postgres",
        "server_version": server.version_text,
        "embedded": False,
        "aurora_version": None,
    }


@pytest.mark.needs18
def test_a_service_and_a_password_file(server: Server, runner: Runner, tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.write_text(f"[prod]\nhost=127.0.0.1\nport={server.port}\nuser=postgres\n")
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"127.0.0.1:{server.port}:*:postgres:{server.password}\n")
    passwords.chmod(0o600)
    env = {"PGSERVICEFILE": str(services), "PGPASSFILE": str(passwords), "PGHOST": "no.invalid"}
    assert runner("wait", "-t", "service=prod", env=env, check=0).stdout.endswith(where(server))
    env["PGSERVICE"] = "prod"
    assert runner("wait", env=env, check=0).stdout.endswith(where(server))


@pytest.mark.needs18
def test_the_password_file_in_the_home_folder(
    server: Server, runner: Runner, tmp_path: Path
) -> None:
    passwords = tmp_path / ".pgpass"
    passwords.write_text(f"*:*:*:*:{server.password}\n")
    passwords.chmod(0o600)
    runner("wait", "-t", server.tcp_conninfo(password=None), check=0)


@pytest.mark.needs18
def test_dot_env_is_read_and_overrides_nothing(
    server: Server, runner: Runner, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        f"PGHOST=127.0.0.1\nPGPORT={closed_port()}\nPGUSER=postgres\n"
        f"PGPASSWORD='{server.password}'\n"
    )
    result = runner("wait", env={"PGPORT": str(server.port)}, check=0)
    assert result.stdout.endswith(where(server))
    assert server.password not in result.stdout + result.stderr


@pytest.mark.needs18
def test_another_env_file(server: Server, runner: Runner, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=\n")
    (tmp_path / "prod.env").write_text(f"DATABASE_URL={url(server)}\n")
    assert runner("--env-file", "prod.env", "wait", check=0).stdout.endswith(where(server))
    result = runner("wait", check=2)
    assert result.stderr.startswith(".env:1: ERROR: DATABASE_URL is set but empty\n")
    assert "cannot read no.env" in runner("wait", "--env-file", "no.env", check=2).stderr


@pytest.mark.needs18
def test_a_password_of_every_printable_character(
    server: Server, admin: psycopg.Connection, runner: Runner, tmp_path: Path
) -> None:
    password = "".join(map(chr, range(32, 127)))
    role = "every_character"
    create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
    admin.execute(create.format(sql.Identifier(role), sql.Literal(password)))
    try:
        conninfo = url(server, password).replace("postgres:", f"{role}:", 1)
        runner("wait", "-t", conninfo, check=0)
        env = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": role}
        env["PGDATABASE"] = "postgres"
        runner("wait", env={**env, "PGPASSWORD": password}, check=0)
        escaped = password.replace("\\", "\\\\").replace("'", "\\'")
        place = f"host=127.0.0.1 port={server.port} user={role} dbname=postgres"
        runner("wait", "-t", f"{place} password='{escaped}'", check=0)
        (tmp_path / ".env").write_text(f"PGPASSWORD='{escaped}'\n")
        runner("wait", env=env, check=0)
        (tmp_path / ".env").write_text(f"DATABASE_URL={conninfo}\n")
        runner("wait", check=0)
        (tmp_path / ".env").unlink()
        passwords = tmp_path / ".pgpass"
        passwords.write_text("*:*:*:*:" + password.replace("\\", "\\\\").replace(":", "\\:") + "\n")
        passwords.chmod(0o600)
        runner("wait", env=env, check=0)
        passwords.unlink()
        services = "[prod]\n" + place.replace(" ", "\n") + f"\npassword={password}\n"
        (tmp_path / ".pg_service.conf").write_text(services)
        runner("wait", "-t", "service=prod", check=0)
    finally:
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.mark.db
def test_without_any_target_it_is_the_embedded_server(runner: Runner) -> None:
    result = runner("wait", check=0)
    first, ready = result.stdout.splitlines()
    assert first == "No target is configured: using the embedded PostgreSQL in .runner/pgdata"
    assert "postgres on the embedded PostgreSQL 18" in ready
    # The environment leads nowhere else, nor do its settings of TLS.
    env = {"CI": "true", "PGHOSTADDR": "192.0.2.1", "PGSERVICE": "no", "PGSSLMODE": "verify-full"}
    named = runner("wait", "-t", "embedded", "--json", env=env, check=0)
    assert target_of(named)["embedded"] is True
    shown = runner("psql", "-t", "embedded", "--", "-Atc", "select 40 + 2", env=env, check=0)
    assert shown.stdout == "42\n"


@pytest.fixture
def full_postgresql(tmp_path: Path) -> str:
    """A PATH with the pg_config of a server that has all of contrib."""
    native = binaries(TLS_VERSION).parent
    pg_config = tmp_path / "pg" / "pg_config"
    pg_config.parent.mkdir()
    share = f"{native}/share/postgresql"
    version = version_text(native / "bin")
    pg_config.write_text(f"#!/bin/sh\nprintf '%s\\n' {native}/bin {share} 'PostgreSQL {version}'\n")
    pg_config.chmod(0o755)
    return f"{pg_config.parent}:{os.environ['PATH']}"


@pytest.mark.db
def test_a_full_postgresql_of_the_machine_is_used_for_an_extension_that_the_package_lacks(
    runner: Runner, tmp_path: Path, full_postgresql: str
) -> None:
    env = {"PATH": full_postgresql}
    scripts = tmp_path / "data" / "sql"
    scripts.mkdir(parents=True)
    (scripts / "01.sql").write_text("CREATE EXTENSION citext;")
    assert "the embedded PostgreSQL 18" in runner("apply", env=env, check=0).stdout
    (scripts / "01.sql").write_text('CREATE EXTENSION pgcrypto;\nCREATE EXTENSION "uuid-ossp";')
    kept = runner("apply", env=env, check=4).stderr
    assert "18 does not have the extension pgcrypto, uuid-ossp\nHINT: PostgreSQL 1" in kept
    assert f"remove {tmp_path / '.runner' / 'pgdata'}" in kept
    shutil.rmtree(tmp_path / ".runner")
    runner("apply", env=env, check=0)
    query = "SELECT pg_catalog.length(public.digest('a', 'sha256'))"
    shown = runner("psql", "--", "-Atc", query, env=env, check=0)
    assert shown.stdout == "32\n", "the programs that ran last run again"
    (scripts / "01.sql").write_text("CREATE EXTENSION nonsense;")
    missing = runner("apply", env=env, check=4).stderr
    assert "does not have the extension nonsense\nHINT: Install a full PostgreSQL" in missing
    (tmp_path / ".runner" / "pgdata" / "PG_VERSION").write_text("11\n")
    older = runner("status", env=env, check=2).stderr
    assert "is the data of PostgreSQL 11, which this machine does not have" in older


# It is not had


@pytest.mark.parametrize("command", ["apply", "wait", "psql"])
def test_in_ci_the_embedded_server_must_be_asked_for(runner: Runner, command: str) -> None:
    result = runner(command, "-s", ".", env={"CI": "1"}) if command == "apply" else None
    result = result or runner(command, env={"CI": "1"})
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        "ERROR: no target is configured, and CI is set\n"
        "HINT: set DATABASE_URL or PGHOST, or use the embedded PostgreSQL: -t embedded\n"
    )


@pytest.mark.parametrize("name", ["DATABASE_URL", "PGHOST", "PGSERVICE", "PGDATABASE", "PGPORT"])
def test_set_but_empty(runner: Runner, name: str) -> None:
    result = runner("wait", env={name: ""}, check=2)
    assert result.stderr == (
        f"ERROR: {name} is set but empty\n"
        "HINT: a missing CI secret has this effect; set the variable, or unset it\n"
    )


@pytest.mark.parametrize(
    "conninfo",
    [
        "postgresql://joe:ge#he@im@127.0.0.1/blog",
        "postgresql://joe:ge/heim@127.0.0.1/blog",
        "postgresql://joe:ge%heim@127.0.0.1/blog",
        "host=127.0.0.1 password=ge heim",
        "mysql://joe:geheim@127.0.0.1/blog",
    ],
)
@pytest.mark.parametrize("way", ["option", "environment", "file", "json"])
def test_an_unusable_conninfo_shows_no_password(
    runner: Runner, tmp_path: Path, conninfo: str, way: str
) -> None:
    if way == "option":
        result = runner("wait", "-t", conninfo, check=2)
    elif way == "file":
        (tmp_path / ".env").write_text(f'DATABASE_URL="{conninfo}"\n')
        result = runner("wait", check=2)
    else:
        options = ["--json"] if way == "json" else []
        result = runner("wait", *options, env={"DATABASE_URL": conninfo}, check=2)
    printed = result.stdout + result.stderr
    assert "is not a valid conninfo" in printed
    assert not any(part in printed for part in ("joe", "ge#he", "heim", "im@", "ge/", "ge%"))


def test_no_server(runner: Runner) -> None:
    port = closed_port()
    conninfo = f"postgresql://joe:geheim@127.0.0.1:{port}/blog"
    result = runner("wait", "-t", conninfo, "--connect-timeout", "300ms", check=5)
    said = f"no connection to 127.0.0.1:{port}: connection refused; trying for "
    assert re.fullmatch(rf"{re.escape(said)}0\.\d s\n", result.stdout)
    assert result.stderr == (
        f'ERROR: connection to server at "127.0.0.1", port {port} failed: Connection refused\n'
        "  Is the server running on that host and accepting TCP/IP connections?\n"
        "HINT: start the server, or check host and port\n"
    )


def test_a_wrong_password(server: Server, runner: Runner) -> None:
    result = runner("wait", "-t", url(server, "geheim"), check=5)
    assert 'password authentication failed for user "postgres"' in result.stderr
    assert result.stdout == ""
    assert "geheim" not in result.stderr
    error = json.loads(runner("wait", "-t", url(server, "geheim"), "--json", check=5).stdout)
    assert (error["exit_code"], error["error"]["code"]) == (5, "connection")
    assert "geheim" not in str(error)


def test_no_such_database(server: Server, runner: Runner) -> None:
    result = runner("wait", "-t", url(server).removesuffix("postgres") + "nosuch", check=5)
    assert 'FATAL:  database "nosuch" does not exist' in result.stderr
    assert "createdb" in result.stderr


def test_a_read_only_target(
    server: Server, runner: Runner, admin: psycopg.Connection, fresh_database: str
) -> None:
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    command = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on")
    admin.execute(command.format(sql.Identifier(dbname)))
    result = runner("wait", "-t", server.tcp_conninfo(dbname), "--connect-timeout", "0", check=4)
    assert "default_transaction_read_only is on" in result.stderr


@pytest.mark.process  # PQping does not let the thread answer that listens
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_waiting_can_be_interrupted(tmp_path: Path, signum: signal.Signals) -> None:
    command = [sys.executable, "-m", "runner", "wait", "--connect-timeout", "5min", "-t"]
    with subprocess.Popen(
        [*command, f"host=127.0.0.1 port={closed_port()}"],
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "connection refused" in process.stdout.readline()
        process.send_signal(signum)
        _, stderr = process.communicate()
    assert process.returncode == 130
    assert stderr == "ERROR: interrupted\n"


def test_a_reader_that_goes_away_changes_nothing(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m runner --help | head -n 1; echo ${{PIPESTATUS[0]}}"
    result = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        text=True,
    )
    assert result.stdout.splitlines()[-1] == "0"
    assert result.stderr == ""


@pytest.mark.needs18
@pytest.mark.parametrize(
    ("shell", "error"),
    [
        ("{apply} >&-", ""),
        ("{apply} >&- 2>&- <&-", ""),
        ("{apply} >/dev/full", "WARNING: cannot write the output: No space left on device\n"),
        (
            "mkdir gone && cd gone && rmdir ../gone; {apply}",
            "ERROR: the current directory was deleted\nHINT: Change to another one.\n",
        ),
    ],
)
def test_streams_and_directories_that_cannot_be_used(
    tmp_path: Path, fresh_database: str, shell: str, error: str
) -> None:
    """A socket must not get the number of a closed stream."""
    scripts = write_scripts(tmp_path, "create table if not exists t (a int);")
    apply = f"'{sys.executable}' -m runner apply --no-verify -s '{scripts}' -t '{fresh_database}'"
    result = subprocess.run(
        ["bash", "-c", shell.format(apply=apply)],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
        text=True,
    )
    assert (result.stdout, result.stderr) == ("", error)
    assert result.returncode == (2 if "gone" in shell else 0)
    assert tables(fresh_database) == ([] if "gone" in shell else ["t"])


NONSENSE = {
    "nothing": READY,
    "one row": one_row(b"nonsense") + READY,
    "rows": (one_row(b"nonsense") * 12) + READY,
    "the right number of columns": one_row(b"x", b"x", b"x", b"x") + READY,
    "http": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "copy": b"G" + struct.pack("!ibh", 7, 0, 0) + READY,
    "an error": b"E" + struct.pack("!i", 18) + b"CXX000\0Mno\0\0\0\0" + READY,
}


@pytest.mark.parametrize("command", ["wait", "status", "verify", "apply", "plan"])
@pytest.mark.parametrize("name", NONSENSE)
def test_a_server_that_answers_nonsense(runner: Runner, command: str, name: str) -> None:
    with listening([nonsense(NONSENSE[name])] * 20) as listener:
        target = f"host=127.0.0.1 port={listener.port} user=u dbname=d sslmode=disable"
        scripts = ("-s", DATA_SQL) if command != "wait" else ()
        result = runner(command, "-t", target, *scripts, "--connect-timeout", "0", check=5)
    assert "Expected the rows of the runner's own queries" in result.stderr


@pytest.mark.parametrize("command", ["apply", "plan"])
def test_a_server_that_does_not_answer_the_first_message(runner: Runner, command: str) -> None:
    with listening([mute] * 20) as listener:
        target = f"host=127.0.0.1 port={listener.port} user=u dbname=d sslmode=disable"
        times = ("--connect-timeout", "1", "--lock-timeout", "1")
        result = runner(command, "-t", target, "-s", DATA_SQL, *times, check=5, timeout=60)
    assert "the server did not answer a query within 2 s" in result.stderr


@pytest.mark.parametrize("command", ["wait", "status", "verify"])
def test_a_server_that_answers_no_query(runner: Runner, command: str) -> None:
    with listening([mute] * 20) as listener:
        target = f"host=127.0.0.1 port={listener.port} user=u dbname=d sslmode=disable"
        scripts = ("-s", DATA_SQL) if command != "wait" else ()
        timeout = ("--connect-timeout", "2")
        result = runner(command, "-t", target, *scripts, *timeout, check=5, timeout=60)
    assert "the server did not answer a query within" in result.stderr
