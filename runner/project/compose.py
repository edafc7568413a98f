"""The PostgreSQL service of a Compose file: its scripts folder and its URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dotenv import dotenv_values

from runner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_FOLDER = PurePosixPath("/docker-entrypoint-initdb.d")
_DEFAULT = r"(?P<default>(?:[^{}]|\{[^{}]*\})*)"  # may contain a variable
_VARIABLE = re.compile(rf"\$(?:\$|\{{\w+(?::?-{_DEFAULT}|[^}}]*)\}}|\w+)")


@dataclass(frozen=True, slots=True)
class Container:
    """A PostgreSQL service: the folder of its scripts, and its URL if it publishes a port."""

    scripts: Path | None = None
    url: str | None = None


def compose_file(folder: Path) -> Path | None:
    """Return the Compose file of a folder; None without one."""
    return next((path for path in map(folder.joinpath, _NAMES) if path.is_file()), None)


def container_of(text: str, path: Path) -> Container:
    """Return the first service with mounted scripts, else the first that publishes 5432.

    Raises UsageError for an invalid text.
    """
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
    names = ("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB", "PGPORT")
    user, password, dbname, port = (_with_defaults(given.get(name)) for name in names)
    user = user or "postgres"
    login, database = (quote(one, safe="") for one in (user, dbname or user))
    if password:
        login += f":{quote(password, safe='')}"
    ports = _pairs(service.get("ports"), "published", "target", r"(?:.*:)?([\d-]+):(\d+)(?:/tcp)?")
    for published, target in ports:
        if published and target == (port or "5432"):
            return f"postgresql://{login}@127.0.0.1:{published.partition('-')[0]}/{database}"
    return None
