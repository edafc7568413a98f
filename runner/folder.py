"""Which files run, in which order, decompressed: the rules of the image's entrypoint.

`docker-entrypoint.sh` of the official image runs `*.sql`, `*.sql.gz`, `*.sql.xz` and
`*.sql.zst` of one folder in the order in which bash lists them (docker_process_init_files).
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from runner.errors import UsageError
from runner.order import container_order, uncertain_pairs
from runner.psql.slash import ArgumentError
from runner.psql.source import Source
from runner.results import NotRun
from runner.standard_input import StandardInput

# Where the container has the folder; a script that names it means the folder itself.
CONTAINER_FOLDER = "/docker-entrypoint-initdb.d/"


def _open_gzip(path: Path) -> BinaryIO:
    import gzip
    import zlib

    return _Unpacked(path, gzip.open(path, "rb"), zlib.error)


def _open_xz(path: Path) -> BinaryIO:
    import lzma

    return _Unpacked(path, lzma.open(path, "rb"), lzma.LZMAError)


def _open_zstd(path: Path) -> BinaryIO:
    import zstandard

    return _Unpacked(path, zstandard.open(path, "rb"), zstandard.ZstdError)


class _Unpacked(io.BufferedIOBase, BinaryIO):
    """A compressed file's text. Raises UsageError where the file is damaged."""

    def __init__(self, path: Path, stream: Any, damage: type[Exception]) -> None:
        self._path = path
        self._stream = stream
        self._damage = (damage, OSError, EOFError)

    def read(self, size: int | None = -1) -> bytes:
        try:
            data: bytes = self._stream.read(size)
        except self._damage as exc:
            raise UsageError(f"cannot read {self._path}: {exc}") from exc
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


def _open_plain(path: Path) -> BinaryIO:
    return path.open("rb", buffering=0)


_OPENERS: dict[str, Callable[[Path], BinaryIO]] = {
    ".sql": _open_plain,
    ".sql.gz": _open_gzip,
    ".sql.xz": _open_xz,
    ".sql.zst": _open_zstd,
}


class Script(NamedTuple):
    """A file of the folder that runs. `name` is how messages call it, `size` in bytes on disk.

    With `shell` it is a shell script, which has no SQL to read.
    """

    name: str
    path: Path
    size: int
    mtime_ns: int
    source: Source
    shell: bool = False

    def has_changed(self) -> bool:
        """True when the file is no longer the one that was found."""
        try:
            now = self.path.stat()
        except OSError:
            return True
        return (now.st_size, now.st_mtime_ns) != (self.size, self.mtime_ns)


class Folder(NamedTuple):
    """The scripts in the order in which they run, and what else is there.

    `byte_order` holds the names in byte order where that differs from the container's, `uncertain`
    neighbours that the container may have the other way round.
    """

    path: Path
    scripts: tuple[Script, ...]
    not_run: tuple[NotRun, ...]
    byte_order: tuple[str, ...] | None = None
    uncertain: tuple[tuple[str, str], ...] = ()


def read_folder(path: Path, *, allow_shell: bool = False) -> Folder:
    """Lists a folder of scripts, with `allow_shell` also those of the shell. Opens none of them.

    Raises UsageError when the folder is missing or unreadable, a script in it cannot be
    read, or nothing in it would run.
    """
    try:
        names = sorted(os.listdir(path), key=container_order)
    except FileNotFoundError as exc:
        raise UsageError(
            f"there is no folder {path}", hint="Name the folder of your scripts with -s DIR."
        ) from exc
    except OSError as exc:
        raise UsageError(f"cannot read the folder {path}: {exc.strerror}") from exc
    scripts: list[Script] = []
    not_run: list[NotRun] = []
    for name in names:
        reason = _reason_not_run(path / name, allow_shell=allow_shell)
        if reason:
            not_run.append(NotRun(name, reason))
        else:
            scripts.append(_script(path / name))
    if not scripts:
        listed = "".join(f"\n  {entry.name}: {entry.reason}" for entry in not_run)
        raise UsageError(
            f"nothing to run in {path}" + (f"; not run:{listed}" if listed else ": it is empty"),
            hint="Files that run end in .sql, .sql.gz, .sql.xz or .sql.zst.",
        )
    run = [script.path.name for script in scripts]
    by_bytes = sorted(run, key=os.fsencode)
    return Folder(
        path,
        tuple(scripts),
        tuple(not_run),
        tuple(by_bytes) if by_bytes != run else None,
        uncertain_pairs(run),
    )


def _suffix(name: str) -> str | None:
    return next((s for s in _OPENERS if name.endswith(s)), None)


def _reason_not_run(path: Path, *, allow_shell: bool) -> str | None:
    try:
        mode = path.stat().st_mode
    except OSError as exc:
        if _suffix(path.name) is None:
            return f"cannot be read ({exc.strerror})"
        raise _unreadable(path, exc) from exc
    if stat.S_ISDIR(mode):
        return "a folder: sub-folders are not read"
    if path.name.startswith("."):
        return "its name begins with a dot"
    if path.name.endswith(".sh") and not allow_shell:
        return "a shell script: it would run outside the transaction"
    if _suffix(path.name) is None and not path.name.endswith(".sh"):
        return "its name does not end in .sql, .sql.gz, .sql.xz or .sql.zst"
    if not stat.S_ISREG(mode):
        return "not a regular file"
    return None


def _script(path: Path) -> Script:
    try:
        with path.open("rb"):
            pass
        found = path.stat()
    except OSError as exc:
        raise _unreadable(path, exc) from exc
    shell = path.name.endswith(".sh")
    return Script(str(path), path, found.st_size, found.st_mtime_ns, _source(path), shell)


def _source(path: Path) -> Source:
    opener = _OPENERS[_suffix(path.name) or ".sql"]
    return Source(str(path), lambda: opener(path), str(path.parent))


def _unreadable(path: Path, exc: OSError) -> UsageError:
    return UsageError(f"cannot read {path}: {exc.strerror}")


class Files:
    r"""Finds the files that one script names: in `\i`, `\ir`, `\copy` and COPY."""

    def __init__(self, folder: Path, standard_input: StandardInput | None = None) -> None:
        self.folder = folder
        self.directory = Path()
        self.standard_input = standard_input or StandardInput()

    def change_directory(self, name: str | None) -> None:
        r"""`\cd`, for the paths of this script alone. Raises ArgumentError."""
        directory = self._path(name or "~")
        if not directory.is_dir():
            hint = (
                "Name one that is there, or leave \\cd out: \\ir goes by the script's own folder."
            )
            raise ArgumentError(f"\\cd: there is no directory {directory}", 0, hint)
        self.directory = directory

    def in_folder(self, name: str, source: Source) -> Source | None:
        """Gives the file whose path in the container is `name`; None for any other path."""
        path = self._path(name) if name.startswith(CONTAINER_FOLDER) else None
        if path is None or not path.resolve().is_relative_to(self.folder.resolve()):
            return None
        return self.data(name, source)

    def data(self, name: str, source: Source) -> Source:
        r"""Gives the file of `\copy`; an empty name is standard input."""
        if not name:
            return self.standard_input.take()
        return _readable(self._path(name), (*source.included_from, source.name))

    def include(self, name: str, source: Source, *, relative: bool) -> Source:
        """Gives the source to include. Raises ArgumentError when it cannot be read."""
        if relative and not _expanded(name).is_absolute():
            path = Path(source.directory) / name
        else:
            path = self._path(name)
        chain = (*source.included_from, source.name)
        if os.path.realpath(path) in map(os.path.realpath, chain):
            raise ArgumentError(f"{path} includes itself", 0, "Leave the \\i or \\ir out.")
        # psql reads an included file as it is: only the entrypoint decompresses.
        return _readable(path, chain)

    def _path(self, name: str) -> Path:
        """Gives the path that psql would open; the container's folder is ours."""
        if f"{name}/".startswith(CONTAINER_FOLDER):  # the folder itself, too
            name = os.path.normpath(name)
        if f"{name}/".startswith(CONTAINER_FOLDER):
            return self.folder / name[len(CONTAINER_FOLDER) :]
        return self.directory / _expanded(name)


def _expanded(name: str) -> Path:
    """With the home folder for `~`; a user whom nobody knows stays as it is written."""
    return Path(os.path.expanduser(name))  # noqa: PTH111, Path's raises RuntimeError


def _readable(path: Path, chain: tuple[str, ...]) -> Source:
    try:
        with path.open("rb"):
            pass
    except OSError as exc:
        hint = (
            f"Name it by its path in the container, {CONTAINER_FOLDER}FILE, or with \\ir, by its"
            " path from the script."
        )
        raise ArgumentError(f"{path}: {exc.strerror}", 0, hint) from exc
    return Source(str(path), lambda: _open_plain(path), str(path.parent), chain)
