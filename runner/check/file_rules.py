"""Findings from the first bytes, the names and the permissions of files."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from runner.errors import Place
from runner.findings import Finding
from runner.psql.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from runner.scripts.folder import Folder


_BOM = b"\xef\xbb\xbf"
_HEAD = 1 << 16  # bytes

_NUMBER = re.compile(r"\d+(?:[-.]\d+)*")  # dates and versions, too
# `.SQL`, `.sql~`, `.sql.txt`, `.sql.bak`, `.sq`, `.psql`, `.slq`, `01_create_sql`, …
_TYPO = re.compile(r"(?i)\.[a-z]?sql\b|\.(?:sq|slq|qsl|sqll|ddl)$|[_-]?sql$")
_ZERO_PADDED = "Number the files with leading zeros, in lower case: 01_create.sql, 02_seed.sql."
# The official image's user `postgres`; the Alpine one's is 70.
_OTHERS = "the container runs the scripts as the user postgres (uid 999)"


def head_findings(source: Source, keeps: str) -> Iterator[Finding]:
    """Yields the findings about the beginning of a script; `keeps` is what a CR does."""
    with source.open() as stream:
        first = stream.read(_HEAD).partition(b"\n")[0]
    place = Place(source.name, 1, 1, included_from=source.included_from)
    found = Finding("warning", source.name, "", target="the same", place=place)
    if first.startswith(_BOM):
        yield found._replace(
            message="a byte order mark (BOM)",
            docker="it works",
            rewrite="Save it as UTF-8 without BOM.",
        )
    if first.endswith(b"\r"):
        suffix = os.path.splitext(source.name)[1]  # noqa: PTH122
        yield found._replace(
            message="lines end in CR LF",
            docker=keeps,
            rewrite=f"Save it with LF; for git, *{suffix} text eol=lf in .gitattributes.",
            place=source.place(len(first) - 1),
        )


_SHELL = Finding(
    "error",
    "",
    "a shell script runs only with --allow-shell",
    docker="the entrypoint runs it",
    target="it is not run: it may do anything on this machine",
    rewrite="Add --allow-shell (or RUNNER_ALLOW_SHELL=1), or write it in SQL.",
)


def folder_findings(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    """Yields the findings about names, order and permissions.

    `read` are the real paths of files that the scripts read themselves.
    """
    for part in folder.parts or (folder,):
        yield from _order(part)
        yield from _same_numbers(part)
        yield from _not_run(part, read)
        if os.name == "posix":
            yield from _permissions(part, read)


def _order(folder: Folder) -> Iterator[Finding]:
    if folder.byte_order is not None:
        ours = ", ".join(script.path.name for script in folder.scripts)
        yield Finding(
            "warning",
            str(folder.path),
            "the order of the scripts depends on the locale",
            docker=f"{ours} (en_US.utf8)",
            target=f"the same; in byte order: {', '.join(folder.byte_order)}",
            rewrite=_ZERO_PADDED,
        )
    for one, other in folder.uncertain:
        yield Finding(
            "warning",
            str(folder.path),
            f"the order of {one} and {other} is not certain",
            docker="its locale, en_US.utf8, orders case, punctuation and rare letters",
            target=f"{one} runs first; the runner does not know the whole locale",
            rewrite=_ZERO_PADDED,
        )


def _same_numbers(folder: Folder) -> Iterator[Finding]:
    numbered = [
        ([int(one) for one in re.findall(r"\d+", found.group())], script)
        for script in folder.scripts
        if (found := _NUMBER.match(script.path.name))
    ]
    for parts, group in groupby(sorted(numbered, key=lambda one: one[0]), lambda one: one[0]):
        number = "-".join(map(str, parts))
        (_, first), *others = group
        for _, script in others:
            yield Finding(
                "warning",
                script.name,
                f"{first.path.name} has the number {number} too",
                docker="the rest of their names decides which runs first",
                target="the same",
                rewrite="Give each script its own number.",
            )


def _not_run(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    for entry in folder.not_run:
        path = folder.path / entry.name
        real = os.path.realpath(path)
        # The entrypoint's `*` never sees a name that begins with a dot.
        is_read = any(_within(file, real) for file in read) and not _is_named_as_script(path)
        if entry.name.startswith(".") or is_read:
            continue
        is_shell = entry.name.endswith(".sh") and not path.is_dir()
        yield _SHELL._replace(script=str(path)) if is_shell else _entry_not_run(path, entry.reason)


def _entry_not_run(path: Path, reason: str) -> Finding:
    typo = _TYPO.search(path.name) and not path.is_dir()
    move = "Move it elsewhere."
    if _is_named_as_script(path):
        return Finding(
            "error",
            str(path),
            "a folder with the name of a script",
            docker="it fails (Is a directory), and no script after it runs",
            target="the scripts after it would run",
            rewrite="Docker makes one where a mounted file is missing: put the file there.",
        )
    return Finding(
        "warning",
        str(path),
        "this looks like a script but is not run" if typo else f"not run: {reason}",
        docker="the entrypoint ignores it",
        target="it is not run either",
        rewrite=f"Rename it to {_renamed(path.name)}, or move it elsewhere." if typo else move,
        in_check_only=True,
    )


def _is_named_as_script(path: Path) -> bool:
    """Whether the entrypoint would run a folder, because of its name."""
    return path.is_dir() and path.name.endswith((".sql", ".sql.gz", ".sql.xz", ".sql.zst", ".sh"))


def _within(file: str, path: str) -> bool:
    return file == path or file.startswith(path + os.sep)


def _renamed(name: str) -> str:
    found = _TYPO.search(name)
    return f"{name[: found.start()] if found else name}.sql"


def _permissions(folder: Folder, read: frozenset[str]) -> Iterator[Finding]:
    wanted = stat.S_IROTH | stat.S_IXOTH
    mode = folder.path.stat().st_mode
    if mode & wanted != wanted:
        yield _unreadable(folder.path, mode, "the folder", "nothing runs", "o+rx")
    whole = os.path.realpath(folder.path)
    inside = [folder.path / os.path.relpath(file, whole) for file in read if _within(file, whole)]
    for path in sorted({up for file in inside for up in file.parents if folder.path in up.parents}):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            yield _unreadable(path, mode, "what is in the folder", "it fails", "o+x")
    for path in (*(script.path for script in folder.scripts), *sorted(inside)):
        mode = path.stat().st_mode
        if not mode & stat.S_IROTH:
            yield _unreadable(path, mode, "the file", "it fails", "o+r")


def _unreadable(path: Path, mode: int, what: str, result: str, change: str) -> Finding:
    return Finding(
        "warning",
        str(path),
        f"others may not read {what}: its mode is {stat.S_IMODE(mode):04o}",
        docker=f"{result}: {_OTHERS}",
        target="it runs: your user may read it",
        rewrite=f"chmod {change} {path}",
        place=Place(str(path), 1, 1) if what == "the file" else None,
        in_check_only=True,
    )
