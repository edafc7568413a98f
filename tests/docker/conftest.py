"""pytest-docker on the project's own compose file, where there is an engine and the image."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_docker.plugin import Services

CHECKOUT = Path(__file__).resolve().parents[2]
IMAGE = "postgres:12"
# Of one command: a pull over a slow line.
TIMEOUT = 300.0


@dataclass(frozen=True, slots=True)
class Database:
    """The service `db` of the compose file, on a Docker engine."""

    command: str
    services: Services

    def compose(self, arguments: str) -> str:
        """docker-compose on the project of this run."""
        return _run(f"{self.command} {arguments}")

    def health(self) -> str:
        """`starting`, `healthy` or `unhealthy`, as Docker sees it."""
        container = self.compose("ps -q db")
        return _run(f"docker inspect --format '{{{{.State.Health.Status}}}}' {container}")

    def wait_until_healthy(self) -> None:
        """Fail with the container's log when it does not get there."""
        try:
            self.services.wait_until_responsive(
                timeout=120.0, pause=0.5, check=lambda: self.health() == "healthy"
            )
        except Exception as error:  # noqa: BLE001, the only class that pytest-docker raises
            log = self.compose("logs --no-color --tail 50")
            pytest.fail(f"{error}\n{log}")


def _run(command: str) -> str:
    """The command's output; an AssertionError that shows it when the command fails."""
    code, output = _try(command)
    assert code == 0, f"{command}\n{output}"
    return output


def _try(command: str) -> tuple[int, str]:
    """Exit code and output; a shell's, because pytest-docker's compose command is a shell's."""
    try:
        result = subprocess.run(  # noqa: S602
            command,
            check=False,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=CHECKOUT,
            encoding="utf-8",
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return -1, f"no answer in {TIMEOUT:.0f} s"
    return result.returncode, result.stdout.strip()


@pytest.fixture(scope="session")
def compose_program() -> str:
    """`docker-compose` (1.29), else the plugin of Compose v2; skips where there is neither."""
    if shutil.which("docker-compose"):
        return "docker-compose"
    code, output = _try("docker compose version")
    if code != 0:
        pytest.skip(f"no docker-compose: {output}")
    return "docker compose"


@pytest.fixture(scope="session")
def docker_compose_command(compose_program: str) -> Iterator[str]:
    """Compose without this machine's .env and variables: a copy of .env.example changes nothing."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("POSTGRES_", "COMPOSE_")):
                patch.delenv(name)
        yield f'{compose_program} --env-file "{CHECKOUT / ".env.example"}"'


@pytest.fixture(scope="session")
def docker_compose_file() -> str:
    return str(CHECKOUT / "docker-compose.yml")


@pytest.fixture(scope="session")
def docker_setup() -> str:
    """pytest-docker's `--wait` is not known to docker-compose 1.29."""
    return "up -d"


@pytest.fixture(scope="session")
def docker_engine() -> None:
    """Skips where no engine answers or the image can not be had; what comes after may only fail."""
    code, output = _try("docker info --format '{{.ServerVersion}}'")
    if code != 0:
        pytest.skip(f"no Docker engine: {output}")
    code, _ = _try(f"docker image inspect {IMAGE}")
    if code != 0:
        code, output = _try(f"docker pull --quiet {IMAGE}")
    if code != 0:
        pytest.skip(f"no image {IMAGE}: {output}")


@pytest.fixture(scope="session")
def docker_database(
    docker_engine: None,  # noqa: ARG001, before docker_services
    docker_compose_command: str,
    docker_compose_file: str,
    docker_compose_project_name: str,
    docker_services: Services,
) -> Database:
    """The database of docker-compose.yml, once Docker calls it healthy."""
    command = f'{docker_compose_command} -f "{docker_compose_file}"'
    database = Database(f"{command} -p {docker_compose_project_name}", docker_services)
    database.wait_until_healthy()
    return database
