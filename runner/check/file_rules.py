"""Find faults in the first bytes, the names and the permissions of files."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runner.check.finding_texts import finding
from runner.errors import Place
from runner.findings import Finding
from runner.psql.source import Source

if TYPE_CHECKING:
    from runner.scripts.folder import Folder


_HEAD = 1 << 16  # bytes
_SCRIPTS = (".sql", ".sql.gz", ".sql.xz", ".sql.zst", ".sh")

# `.SQL`, `.sql~`, `.sql.txt`, `.sql.bak`, `.sq`, `.psql`, `.slq`, `01_create_sql`, …
_TYPO = r"(?i)\.[a-z]?sql\b|\.(?:sq|slq|qsl|sqll|ddl)$|[_-]?sql$"


def head_findings(source: Source, keeps: str) -> Iterator[Finding]:
    """Yield the findings about the first line of a script; `keeps`: the effect of a CR."""
    with source.open() as stream:
        first = stream.read(_HEAD).partition(b"\n")[0]
    if first.endswith(b"\r"):
        suffix = os.path.splitext(source.name)[1]  # noqa: PTH122
        place = source.place(len(first) - 1)
        yield finding("cr lf", source.name, place, keeps=keeps, suffix=suffix)


def folder_findings(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    """Yield the findings about names, order and permissions.

    `read`: the real paths of the files that the scripts read themselves.
    """
    for part in folder.parts or (folder,):
        if part.byte_order is not None:
            ours = ", ".join(script.path.name for script in part.scripts)
            in_bytes = ", ".join(part.byte_order)
            yield finding("locale", str(part.path), ours=ours, bytes=in_bytes)
        for one, other in part.uncertain:
            yield finding("uncertain", str(part.path), one=one, other=other)
        yield from _not_run(part, read)
        if os.name == "posix":
            yield from _permissions(part, read)


def _not_run(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    for entry in folder.not_run:
        path = folder.path / entry.name
        real = os.path.realpath(path)
        # The entrypoint's `*` does not match a name that begins with a dot.
        if entry.name.startswith("."):
            continue
        if path.is_dir() and path.name.endswith(_SCRIPTS):
            yield finding("folder as script", str(path))
        elif any(Path(file).is_relative_to(real) for file in read):
            continue
        elif path.name.endswith(".sh"):
            yield finding("shell", str(path))
        elif (typo := re.search(_TYPO, path.name)) and not path.is_dir():
            yield finding("misnamed", str(path), name=path.name[: typo.start()])
        else:
            yield finding("not run", str(path), reason=entry.reason)


def _permissions(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    whole = os.path.realpath(folder.path)
    within = (Path(file).relative_to(whole) for file in read if Path(file).is_relative_to(whole))
    inside = [folder.path / file for file in within]
    folders = {up for file in inside for up in file.parents if folder.path in up.parents}
    files = (*(script.path for script in folder.scripts), *sorted(inside))
    entries = (
        (folder.path, "the folder", "nothing runs", "o+rx"),
        *((path, "what is in the folder", "it fails", "o+x") for path in sorted(folders)),
        *((path, "the file", "it fails", "o+r") for path in files),
    )
    for path, what, result, change in entries:
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = stat.S_IROTH * ("r" in change) | stat.S_IXOTH * ("x" in change)
        if mode & wanted != wanted:
            place = Place(str(path), 1, 1) if what == "the file" else None
            given = {"what": what, "mode": mode, "result": result, "change": change}
            yield finding("unreadable for others", str(path), place, path=path, **given)
