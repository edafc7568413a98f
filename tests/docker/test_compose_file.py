"""What docker-compose.yml and .env.example promise, without Docker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from dotenv import dotenv_values
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from tests.servers import find_tool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.servers import Server

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = CHECKOUT / "docker-compose.yml"
ENV_EXAMPLE = CHECKOUT / ".env.example"
SCRIPTS = sorted((CHECKOUT / "data" / "sql").iterdir())


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    """The one service of the file, before Compose fills in variables."""
    document = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
    assert list(document) == ["services"]
    assert list(document["services"]) == ["db"]
    db: dict[str, Any] = document["services"]["db"]
    return db


def test_image_and_credentials_have_the_defaults_of_the_series(service: dict[str, Any]) -> None:
    assert service["image"] == "postgres:${POSTGRES_VERSION:-12}"
    assert service["environment"] == {
        "POSTGRES_USER": "${POSTGRES_USER:-postgres}",
        "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:-test123}",
        "POSTGRES_DB": "${POSTGRES_DB:-postgres}",
    }


def test_the_port_is_bound_to_loopback(service: dict[str, Any]) -> None:
    assert service["ports"] == ["127.0.0.1:5438:5432"]


def test_restart_and_log_rotation(service: dict[str, Any]) -> None:
    assert service["restart"] == "always"
    options = {"max-size": "10m", "max-file": "3"}
    assert service["logging"] == {"driver": "json-file", "options": options}


def test_the_scripts_and_nothing_else_are_mounted_read_only(service: dict[str, Any]) -> None:
    """In order. No volume for the data: where it belongs depends on the image's version."""
    assert service["volumes"] == [
        f"./data/sql/{script.name}:/docker-entrypoint-initdb.d/{script.name}:ro"
        for script in SCRIPTS
    ]


def test_the_entrypoint_runs_every_script(service: dict[str, Any]) -> None:
    """Their names are ones it takes, and the container's user, who is another, may read them."""
    assert [script.suffix for script in SCRIPTS] == [".sql"] * len(service["volumes"])
    for script in SCRIPTS:
        assert script.stat().st_mode & 0o004, f"{script} is not readable by others"


@pytest.mark.parametrize("version", ["", "16"])
@pytest.mark.parametrize("program", [["docker-compose"], ["docker", "compose"]], ids=" ".join)
def test_compose_reads_the_file(program: list[str], version: str) -> None:
    """Both generations of Compose, where they are installed; no engine is needed for that."""
    if not shutil.which(program[0]) or _run([*program, "version"]).returncode != 0:
        pytest.skip(f"no {' '.join(program)} here")
    command = [*program, "--env-file", str(ENV_EXAMPLE), "-f", str(COMPOSE_FILE), "config"]
    result = _run(command, {"POSTGRES_VERSION": version})
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    config = yaml.safe_load(result.stdout)["services"]["db"]
    assert config["image"] == f"postgres:{version or 12}"
    assert config["environment"] == {
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "test123",
        "POSTGRES_DB": "postgres",
    }


def test_healthy_only_when_the_last_script_has_run(
    service: dict[str, Any], server: Server, fresh_database: str
) -> None:
    """Each stage of the container's first start, on a server that listens on TCP."""
    dbname = str(conninfo_to_dict(fresh_database)["dbname"])
    psql = find_tool(server, "psql")
    env = {
        "PATH": f"{psql.parent}:{os.environ['PATH']}",
        "PGPORT": str(server.port),
        "POSTGRES_USER": server.superuser,
        "POSTGRES_PASSWORD": server.password,
        "POSTGRES_DB": dbname,
    }
    create, seed = (script.read_text(encoding="utf-8") for script in SCRIPTS)
    start, last_statement, rest = seed.rpartition("INSERT INTO")
    assert not is_healthy(service, env), "before the first script"
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(create.encode())
        assert not is_healthy(service, env), "before the last script"
        conn.execute(start.encode())
        assert not is_healthy(service, env), "before the last statement"
        conn.execute((last_statement + rest).encode())
    assert is_healthy(service, env)
    assert not is_healthy(service, {**env, "PGPORT": "1"}), "on the Unix socket only"
    assert not is_healthy(service, {**env, "POSTGRES_PASSWORD": "wrong"}), "wrong password"


def test_healthcheck_goes_over_tcp_and_has_time(service: dict[str, Any]) -> None:
    check = service["healthcheck"]
    assert check["test"][0] == "CMD-SHELL"
    assert " -h 127.0.0.1 " in check["test"][1]
    assert {"interval", "timeout", "retries", "start_period"} < set(check)


def is_healthy(service: dict[str, Any], env: Mapping[str, str]) -> bool:
    """Run the healthcheck as Docker does: by /bin/sh, after Compose made `$$` a `$`."""
    script = service["healthcheck"]["test"][1].replace("$$", "$")
    return _run(["/bin/sh", "-c", script], env).returncode == 0


def test_env_example_names_every_variable_of_the_compose_file() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_FILE.read_text(encoding="utf-8")))
    assert used == {"POSTGRES_VERSION", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}
    assert used <= set(example_values())


def test_env_example_sets_nothing_as_it_is() -> None:
    assert dotenv_values(ENV_EXAMPLE) == {}


def test_env_example_shows_the_defaults_of_the_compose_file() -> None:
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    values = example_values()
    for name, default in re.findall(r"\$\{(\w+):-([^}]*)\}", text):
        assert values[name] == default


def test_env_example_names_variables_that_libpq_reads() -> None:
    """`PGSERVICEFILE` is in libpq's own list since 18 only."""
    known = {option.envvar.decode() for option in pq.Conninfo.get_defaults() if option.envvar}
    named = {name for name in example_values() if name.startswith("PG")}
    assert {"PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSERVICE"} < named
    assert named <= known | {"PGSERVICEFILE"}


def test_env_example_has_a_local_and_an_aurora_target() -> None:
    text = ENV_EXAMPLE.read_text(encoding="utf-8")
    local, aurora = map(conninfo_to_dict, re.findall(r"^#DATABASE_URL=(.+)$", text, re.MULTILINE))
    assert (local["host"], local["port"]) == ("127.0.0.1", "5438")
    assert str(aurora["host"]).endswith(".rds.amazonaws.com")
    assert "sslmode" not in aurora  # such a host is verified in full, as the text beside it says
    assert "password" not in aurora


def example_values() -> dict[str, str | None]:
    """The variables of .env.example with every `#NAME=` made `NAME=`; the last one counts."""
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    settings = [line[1:] for line in lines if re.match(r"#[A-Z]+[A-Z_]*=", line)]
    return dict(dotenv_values(stream=StringIO("\n".join(settings))))


def _run(
    command: list[str], env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "POSTGRES_", "COMPOSE_"))
    }
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        cwd=CHECKOUT,
        encoding="utf-8",
        env={**plain, **(env or {})},
    )
