"""Folders of scripts, and what `check` finds in them."""

from __future__ import annotations

from pathlib import Path

from runner.check.scripts import read_scripts
from runner.findings import Finding
from runner.scripts.folder import read_folder

LocatedDifference = list[tuple[str, int | None, str]]


def folder_of(path: Path, *texts: str | bytes, **named: str | bytes) -> Path:
    """A folder with 01.sql, 02.sql, …, and a file for each keyword, `__` for its dots."""
    folder = path / "sql"
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)
    files = {f"{number:02}.sql": text for number, text in enumerate(texts, 1)}
    files |= {name.replace("__", "."): text for name, text in named.items()}
    for name, text in files.items():
        file = folder / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(0o644)
    return folder


def check(
    folder: Path, *, transaction: str = "all", env: dict[str, str] | None = None, **variables: str
) -> tuple[Finding, ...]:
    in_transaction = transaction == "all"
    found = read_folder(folder)
    environ = env or {}
    return read_scripts(found, variables, in_transaction=in_transaction, environ=environ).findings


def short(found: tuple[Finding, ...]) -> LocatedDifference:
    """Severity, line and the beginning of the message."""
    return [(one.severity, one.place.line if one.place else None, one.message) for one in found]


def messages(found: tuple[Finding, ...]) -> list[str]:
    return [one.message for one in found]
