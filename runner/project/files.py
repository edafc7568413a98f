"""The files of a new project, by its Compose file. Only .gitignore is ever changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from shlex import quote as quote_argument
from typing import Any, NamedTuple
from urllib.parse import quote

from dotenv import dotenv_values

from runner import PROGRAM
from runner.environment import read_file
from runner.errors import UsageError
from runner.scripts.folder import read_folder
from runner.texts import read_text

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_FOLDER = PurePosixPath("/docker-entrypoint-initdb.d")
_DEFAULT = r"(?P<default>(?:[^{}]|\{[^{}]*\})*)"  # may contain a variable
_VARIABLE = re.compile(rf"\$(?:\$|\{{\w+(?::?-{_DEFAULT}|[^}}]*)\}}|\w+)")
_IGNORED = ".env"
_WORKFLOW = Path(".github/workflows/database.yml")
_URL = "postgresql://postgres@127.0.0.1:5432/postgres"


class Container(NamedTuple):
    """A PostgreSQL service: the folder of its scripts, and its URL if it publishes a port."""

    scripts: Path | None = None
    url: str | None = None


def compose_file(folder: Path) -> Path | None:
    """Return the Compose file of a folder; None without one."""
    return next((path for path in map(folder.joinpath, _NAMES) if path.is_file()), None)


def container_of(text: str, path: Path) -> Container:
    """Return the first service with mounted scripts, else with port 5432. Raises UsageError."""
    try:
        import yaml
    except ImportError as error:
        needs = f"reading {path} needs PyYAML, which is not installed"
        raise UsageError(needs, hint="pip install 'raw-sql-runner[init]'") from error
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    services = [_mapping(one) for one in _mapping(_mapping(document).get("services")).values()]
    found = [Container(_scripts(one), _url(one, path.parent)) for one in services]
    with_scripts = (one for one in found if one.scripts)
    return next(with_scripts, next((one for one in found if one.url), Container()))


def _mapping(value: Any) -> dict[str, Any]:
    """Return a mapping, also from a list of NAME=VALUE; empty for other values."""
    if isinstance(value, list):
        return dict(str(one).split("=", 1) for one in value if "=" in str(one))
    return value if isinstance(value, dict) else {}


def _with_defaults(value: Any) -> str:
    """Return a scalar with the default of each variable, as if no variable were set."""
    return _VARIABLE.sub(
        lambda match: "$" if match[0] == "$$" else _with_defaults(match["default"]),
        "" if value is None else str(value),
    )


def _pairs(entries: Any, *names: str) -> Iterator[tuple[str, str]]:
    """Yield source and target of each volume or port, in short or long syntax."""
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield _with_defaults(entry.get(names[0])), _with_defaults(entry.get(names[1]))
        elif match := re.fullmatch(names[2], _with_defaults(entry)):
            yield match[1], match[2]


def _scripts(service: dict[str, Any]) -> Path | None:
    """Return the mounted scripts folder, or a mounted file's; None for a named volume."""
    for outside, inside in _pairs(service.get("volumes"), "source", "target", r"([^:]+):([^:]+).*"):
        target = PurePosixPath(inside)
        if outside[:1] in ("", ".", "/", "~") and outside and target.is_relative_to(_FOLDER):
            path = Path(outside).expanduser()
            return path if target == _FOLDER else path.parent
    return None


def _url(service: dict[str, Any], folder: Path) -> str | None:
    """Return the URL of the published port, with the image's defaults.

    A password of an env_file, which git ignores, must not get into `.env.example`.
    """
    given: dict[str, Any] = {}
    files = service.get("env_file") or []
    for file in files if isinstance(files, list) else [files]:
        name = _with_defaults(file.get("path") if isinstance(file, dict) else file)
        given |= dotenv_values(folder / name, interpolate=False)
    given = {**given, "POSTGRES_PASSWORD": None, **_mapping(service.get("environment"))}
    names = ("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB")
    user, password, dbname = (_with_defaults(given.get(name)) for name in names)
    user = user or "postgres"
    login, database = (quote(one, safe="") for one in (user, dbname or user))
    if password:
        login += f":{quote(password, safe='')}"
    ports = _pairs(service.get("ports"), "published", "target", r"(?:.*:)?([\d-]+):(\d+)(?:/tcp)?")
    for published, target in ports:
        if published and target == "5432":
            return f"postgresql://{login}@127.0.0.1:{published.partition('-')[0]}/{database}"
    return None


def write_project(folder: Path | None, default: Path) -> Iterator[str]:
    """Write the files that the current directory lacks; yield a line about each file.

    The scripts folder is `folder`, else the Compose file's, else `default`. Raises UsageError.
    """
    compose = compose_file(Path())
    container = container_of(read_file(compose), compose) if compose else Container()
    scripts = folder or container.scripts or default
    yield f"Read: {compose}" if compose else "There is no docker-compose.yml here"
    option = "" if scripts == default else f" -s {quote_argument(scripts.as_posix())}"
    values = {"@OPTION@": option, "@URL@": container.url or _URL}
    try:
        if scripts.is_dir() and read_folder(scripts, allow_shell=True).scripts:
            yield f"Left as it is: {scripts.as_posix()}"
        else:
            for name in ("01_create.sql", "02_seed.sql"):
                yield _write_new(scripts / name, name, values)
        yield _write_new(Path(".env.example"), "env.example", values)
        yield _write_new(_WORKFLOW, "workflow.yml", values)
        yield _add_to_gitignore(Path(".gitignore"))
    except OSError as error:
        raise UsageError(f"cannot write {error.filename}: {error.strerror}") from error
    yield f"Next: {PROGRAM} apply{option}"


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
