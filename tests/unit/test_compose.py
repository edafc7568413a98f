"""What `init` takes from Compose files, in the forms that they have."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.environment import read_file
from runner.errors import UsageError
from runner.project.files import Container, container_of
from tests.conftest import CHECKOUT

LONG = """
x-base: &base {restart: always, image: "postgis/postgis:16-3.4"}
services:
  web: {image: nginx, ports: ["80:80"], volumes: ["./www:/usr/share/nginx/html"]}
  other: {image: "postgres:16", ports: ["5432:5432"]}
  db:
    <<: *base
    environment: [POSTGRES_USER=app, "POSTGRES_PASSWORD=a@b$$", POSTGRES_DB]
    ports: [{target: 5432, published: "5433"}]
    volumes:
      - {type: volume, source: data, target: /var/lib/postgresql/data}
      - {type: bind, source: ./db/init, target: /docker-entrypoint-initdb.d/, read_only: true}
"""
FILE = """
services:
  db:
    image: ${IMAGE:-postgres:16}
    environment: {POSTGRES_USER: "${DB_USER:-jo}", POSTGRES_PASSWORD: "${DB_PASSWORD}"}
    ports: ["5432", "127.0.0.1:${PORT:-6000}:5432/tcp"]
    volumes: ["./schema.sql:/docker-entrypoint-initdb.d/1.sql:ro"]
"""


@pytest.mark.parametrize(
    ("text", "scripts", "url"),
    [
        (LONG, "db/init", "postgresql://app:a%40b%24@127.0.0.1:5433/app"),
        (FILE, ".", "postgresql://jo@127.0.0.1:6000/jo"),
        ("services: {db: {image: postgres, ports: ['5432']}}", None, None),
        (
            "services: {db: {image: postgres, volumes: ['init:/docker-entrypoint-initdb.d']}}",
            None,
            None,
        ),
        (
            "services: {a: {ports: ['1:2']}, b: {ports: [5432, '5000:5432']}}",
            None,
            "postgresql://postgres@127.0.0.1:5000/postgres",
        ),
        (
            "services: {a: {environment: ['POSTGRES_USER=${A:-${B-me}}'], ports: ['6-9:5432']}}",
            None,
            "postgresql://me@127.0.0.1:6/me",
        ),
        *(
            (
                f"services: {{a: {{env_file: {files}, ports: ['1:5432'],"
                " environment: {POSTGRES_DB: d}}}",
                None,
                "postgresql://jo@127.0.0.1:1/d",
            )
            for files in ("db.env", "[no.env, ./db.env]", "[{path: db.env, required: false}, {}]")
        ),
        *((text, None, None) for text in ("", "[]", "services: [1, a=b]", "services: {db: }")),
    ],
)
def test_the_forms_of_the_file(
    tmp_path: Path, text: str, scripts: str | None, url: str | None
) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    (tmp_path / "db.env").write_text("POSTGRES_USER=jo\nPOSTGRES_PASSWORD=secret\n")
    path = tmp_path / "compose.yaml"
    found = container_of(read_file(path), path)
    assert found == Container(None if scripts is None else Path(scripts), url)


def test_the_file_of_this_project() -> None:
    url = "postgresql://postgres:test123@127.0.0.1:5438/postgres"
    path = CHECKOUT / "docker-compose.yml"
    assert container_of(read_file(path), path) == Container(Path("data/sql"), url)


@pytest.mark.parametrize("text", ["a: [", "\xff", "a: !!python/name:os.system"])
def test_what_cannot_be_read_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "compose.yml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=r"cannot read .*compose\.yml: "):
        container_of(read_file(path), path)
