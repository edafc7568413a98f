"""The wheel, made from the sdist, in an environment and a project of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner import __version__
from tests.acceptance.scripts import query, write_scripts
from tests.conftest import CHECKOUT, clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FILES = ("LICENSE", "README.md", "pyproject.toml", "runner")
_BUILD = "import sys; from setuptools.build_meta import {0}; print({0}(sys.argv[1]))"
_SCRIPTS = "DROP TABLE IF EXISTS t;\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n"
_TEST = """\
def test_it(runner_transaction):
    assert runner_transaction.execute("SELECT a FROM t").fetchall() == [(1,)]
"""


def run(command: list[str | Path], folder: Path, env: Mapping[str, str], check: int = 0) -> str:
    """What a program prints, run in a folder."""
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == check, done.stdout
    return done.stdout


def build(folder: Path) -> Path:
    """The wheel, as `python -m build` makes it: of the sdist, with the tools that are required."""
    source, tools, out = folder / "source", folder / "tools", folder / "dist"
    source.mkdir()
    for name in _FILES:
        path = CHECKOUT / name
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, source / name)
    needed = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["build-system"]["requires"]
    env = {**os.environ, "PYTHONPATH": str(tools)}
    run([sys.executable, "-m", "pip", "install", "-q", "--target", tools, *needed], folder, env)
    out.mkdir()
    run([sys.executable, "-c", _BUILD.format("build_sdist"), out], source, env)
    (sdist,) = out.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    run([sys.executable, "-c", _BUILD.format("build_wheel"), out], folder / sdist.stem[:-4], env)
    (wheel,) = out.glob("*.whl")
    return wheel


def installed(wheel: Path, folder: Path) -> Path:
    """The programs of a new environment with the wheel; its dependencies are those of this one."""
    venv.create(folder, with_pip=False, symlinks=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python")]
    run([*pip, "install", "-q", "--no-deps", "--no-index", wheel], folder, os.environ)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", vars=paths))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts


def check_content(wheel: Path) -> None:
    """All of the package, and what registries and pytest read of it."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (info,) = {name.partition("/")[0] for name in names if ".dist-info/" in name}
        metadata = message_from_bytes(archive.read(f"{info}/METADATA"))
        entry_points = archive.read(f"{info}/entry_points.txt").decode()
    source = {
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / "runner").rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert {name for name in names if not name.startswith(info)} == source
    assert "runner/py.typed" in source
    assert f"{info}/licenses/LICENSE" in names
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Version"] == __version__
    assert metadata.get_all("Project-URL")
    assert "Programming Language :: Python :: 3.14" in metadata.get_all("Classifier", ())
    assert "[pytest11]\nraw_sql_runner = runner.testing.plugin" in entry_points


@pytest.mark.needs18
def test_the_wheel_in_a_project_of_its_own(
    tmp_path: Path, make_database: Callable[..., str]
) -> None:
    """There a `runner.py` of the project shadows the module, and not the console script."""
    wheel = build(tmp_path)
    check_content(wheel)
    programs, project = installed(wheel, tmp_path / "venv"), tmp_path / "project"
    (project / "data").mkdir(parents=True)
    write_scripts(project / "data", _SCRIPTS)
    (project / "runner.py").write_text("raise SystemExit('not this one')\n")
    (project / "test_it.py").write_text(_TEST)
    target = make_database()
    env = {**clean_environment(tmp_path), "PYTHONPATH": ""}
    command = programs / "raw-sql-runner"
    assert run([command, "--version"], project, env) == f"raw-sql-runner {__version__}\n"
    assert "raw-sql-runner apply [OPTIONS]" in run([command, "apply", "--help"], project, env)
    assert "see raw-sql-runner --help" in run([command, "nosuch"], project, env, check=2)
    checked = run([command, "check", "--reference", target], project, env)
    assert "1 script: nothing found." in checked
    run([command, "apply", "-t", target], project, env)
    assert query(target, "SELECT a FROM t") == [1]
    (project / "runner.py").unlink()
    said = run([programs / "python", "-m", "runner", "--version"], project, env)
    assert said == f"python -m runner {__version__}\n"
    # With nothing configured, on the embedded server.
    options = ["-p", "no:cacheprovider", "--runner-verify"]
    output = run([programs / "python", "-m", "pytest", *options], project, env)
    assert "data/sql/01.sql ..." in output
    assert " passed" in output
