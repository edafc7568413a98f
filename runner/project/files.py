"""The files of a new project. Existing files are not changed, except .gitignore."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from runner import PROGRAM
from runner.environment import read_file
from runner.errors import UsageError
from runner.project.compose import Container, compose_file, container_of
from runner.scripts.folder import read_folder
from runner.texts import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_IGNORED = ".env"
_WORKFLOW = Path(".github/workflows/database.yml")
_URL = "postgresql://postgres@127.0.0.1:5432/postgres"


def write_project(folder: Path | None, default: Path) -> Iterator[str]:
    """Write the files that the current directory lacks; yield a line about each file.

    The scripts folder is `folder`, else the Compose file's, else `default`. Raises UsageError.
    """
    compose = compose_file(Path())
    container = container_of(read_file(compose), compose) if compose else Container()
    scripts = folder or container.scripts or default
    yield f"Read: {compose}" if compose else "There is no docker-compose.yml here"
    option = "" if scripts == default else f" -s {quote(scripts.as_posix())}"
    values = {"@OPTION@": option, "@URL@": container.url or _URL}
    try:
        yield from _write_files(scripts, values)
    except OSError as error:
        raise UsageError(f"cannot write {error.filename}: {error.strerror}") from error
    yield f"Next: {PROGRAM} apply{option}"


def _write_files(scripts: Path, values: dict[str, str]) -> Iterator[str]:
    if scripts.is_dir() and read_folder(scripts, allow_shell=True).scripts:
        yield f"Left as it is: {scripts.as_posix()}"
    else:
        for name in ("01_create.sql", "02_seed.sql"):
            yield _write_new(scripts / name, name, values)
    yield _write_new(Path(".env.example"), "env.example", values)
    yield _write_new(_WORKFLOW, "workflow.yml", values)
    yield _add_to_gitignore(Path(".gitignore"))


def _write_new(path: Path, template: str, values: dict[str, str]) -> str:
    text = read_text(f"project/templates/{template}")
    for name, value in values.items():
        text = text.replace(name, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return f"Left as it is: {path.as_posix()}"
    return f"Written: {path.as_posix()}"


def _add_to_gitignore(path: Path) -> str:
    """Add `.env`, which holds passwords, to .gitignore; return the line about it."""
    text = path.read_text("utf-8", errors="replace") if path.exists() else ""
    lines = {line.strip() for line in text.splitlines()}
    if {_IGNORED, f"/{_IGNORED}", f"{_IGNORED}*", f"*{_IGNORED}"} & lines:
        return f"Left as it is: {path}"
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" * (text[-1:] not in ("", "\n")) + f"{_IGNORED}\n")
    return f"Written: {_IGNORED} in {path}"
