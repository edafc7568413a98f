"""`init` in projects that have nothing, and in those that have something."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from runner.environment import environment
from tests.acceptance.scripts import query

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

COMPOSE = """\
services:
  db:
    image: postgres:16
    environment: {POSTGRES_USER: app, POSTGRES_PASSWORD: secret}
    ports: ["5440:5432"]
    volumes: ["./my #sql:/docker-entrypoint-initdb.d"]
"""


def files(folder: Path) -> dict[str, str]:
    """The text of each file."""
    return {
        str(path.relative_to(folder)): path.read_text(errors="replace")
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_new_project_works(runner: Runner, tmp_path: Path, fresh_database: str) -> None:
    """What it writes is what the workflow checks and applies, once and again."""
    (tmp_path / "docker-compose.yml").write_text(COMPOSE)
    (tmp_path / ".gitignore").write_bytes(b"# .env \xe4\ndist/")
    said = runner("init", check=0).stdout
    assert "Next: python -m runner apply -s 'my #sql'" in said
    written = files(tmp_path)
    assert set(written) == {
        *(".env.example", ".gitignore", ".github/workflows/database.yml", "docker-compose.yml"),
        *("my #sql/01_create.sql", "my #sql/02_seed.sql"),
    }
    assert written[".gitignore"].endswith("\ndist/\n.env\n")
    uncommented = written[".env.example"].replace("#DATABASE_URL", "DATABASE_URL", 1)
    (tmp_path / "env").write_text(uncommented)
    url = environment({}, str(tmp_path / "env"))["DATABASE_URL"]
    assert url == "postgresql://app:secret@127.0.0.1:5440/app"

    steps = [
        step["run"].removeprefix("python -m runner ")
        for job in yaml.safe_load(written[".github/workflows/database.yml"])["jobs"].values()
        for step in job["steps"]
        if "-m runner" in step.get("run", "")
    ]
    check, apply = map(shlex.split, steps)
    runner(*check, "--reference", fresh_database, check=0)
    for _ in range(2):
        runner(*apply, "-t", fresh_database, check=0)
    assert query(fresh_database, "SELECT title FROM notes ORDER BY id") == ["First", "Second"]


def test_nothing_is_overwritten(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "data" / "sql").mkdir(parents=True)
    (tmp_path / "data" / "sql" / "schema.sql").write_text("SELECT 1;\n")
    (tmp_path / ".env.example").write_text("mine\n")
    (tmp_path / ".gitignore").write_text("/.env\n")
    assert "There is no docker-compose.yml here" in runner("init", check=0).stdout
    before = files(tmp_path)
    assert before.pop(".github/workflows/database.yml")
    assert before == {
        "data/sql/schema.sql": "SELECT 1;\n",
        ".env.example": "mine\n",
        ".gitignore": "/.env\n",
    }
    before = files(tmp_path)
    assert "Written" not in runner("init", check=0).stdout
    assert files(tmp_path) == before
    assert "Written: mine/01_create.sql" in runner("init", "-s", "mine", check=0).stdout


def test_what_it_cannot_do_is_said(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "init does not support --json" in runner("init", "--json", check=2).stdout
    (tmp_path / "data").write_text("a file")
    assert "cannot write data/sql: Not a directory" in runner("init", check=2).stderr
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    monkeypatch.setitem(sys.modules, "yaml", None)
    missing = runner("init", check=2).stderr
    assert "pip install 'raw-sql-runner[init]'" in missing
