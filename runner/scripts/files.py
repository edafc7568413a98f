r"""The files that a script names in `\i`, `\ir`, `\copy` and COPY, and standard input."""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Any, BinaryIO, NamedTuple, cast

from runner.errors import UsageError
from runner.psql.slash_arguments import ArgumentError
from runner.psql.source import Source

RunProgram = Callable[[str, Path, Mapping[str, str]], tuple[bytes, int]]

# The container's path of the scripts folder; in a script it stands for that folder.
CONTAINER_FOLDER = "/docker-entrypoint-initdb.d/"
FOLDER_VARIABLE = "RUNNER_FOLDER"  # the path at which shell scripts see the folder

# The number of files that one script may include, and how deep.
_MOST_INCLUDED, _MOST_NESTED = 10_000, 100


class KeptFile(io.RawIOBase):
    """An independent reader of a temporary file, with its own position."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = fd
        self._pos = 0

    def read(self, size: int = -1) -> bytes:
        data = os.pread(self._fd, size, self._pos)
        self._pos += len(data)
        return data


_stdin_lock = Lock()


def standard_input() -> Iterator[Source]:
    r"""Yield the source of each `\copy … from pstdin`: as in psql, the first one takes all."""
    yield Source("standard input", lambda: cast("BinaryIO", KeptFile(_stdin_copy())))
    while True:
        yield Source("standard input", io.BytesIO)


def _stdin_copy() -> int:
    with _stdin_lock:
        return _copied_stdin().fileno()


@cache
def _copied_stdin() -> IO[bytes]:
    """Return a copy of standard input, which target and reference read; nothing of a terminal."""
    kept = tempfile.TemporaryFile()  # noqa: SIM115
    if sys.stdin is not None and not sys.stdin.isatty():  # None if it was closed
        # Not through sys.stdin: its lock would block the exit while a thread waits for input.
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as stream:
            shutil.copyfileobj(stream, kept)
    kept.flush()
    return kept


class ReadFile(io.BufferedIOBase, BinaryIO):
    """A file to read. Raises UsageError if it cannot be opened or read, or is damaged."""

    def __init__(
        self, path: Path, opener: Callable[[], Any], damage: type[Exception] = OSError
    ) -> None:
        self._path = path
        self._damage = (damage, OSError, EOFError)
        self._stream: Any = io.BytesIO()
        with self._converted_errors():
            self._stream = opener()

    @contextmanager
    def _converted_errors(self) -> Iterator[None]:
        try:
            yield
        except self._damage as exc:
            why = getattr(exc, "strerror", None) or exc
            raise UsageError(f"cannot read {self._path}: {why}") from exc

    def read(self, size: int | None = -1) -> bytes:
        with self._converted_errors():
            data: bytes = self._stream.read(size)
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


def open_plain(path: Path) -> BinaryIO:
    """Open a file that is not compressed."""
    return ReadFile(path, lambda: path.open("rb", buffering=0))


class Files:
    r"""The files that one script names in `\i`, `\ir`, `\copy` and COPY.

    `run` runs a shell command in a directory and returns its output and exit status. `read` are the
    real paths of all files, `included` the files of `\i` and `\ir`. `after_shell`: a shell script
    may have created a missing file, or changed the directory; an empty file stands for it.
    `from_stdin` yields the sources of pstdin, for all scripts of a run.
    """

    def __init__(
        self,
        folder: Path,
        from_stdin: Iterator[Source] | None = None,
        run: RunProgram | None = None,
        *,
        allows_programs: bool = False,
        after_shell: bool = False,
    ) -> None:
        self.allows_programs = allows_programs or run is not None
        self.read: set[str] = set()
        self.included: list[Source] = []
        self._after_shell = after_shell
        self._run = run
        self._from_stdin = from_stdin or standard_input()
        self.folder = folder
        self.directory = Path()
        self.copy = folder  # the copy of the folder that shell scripts see and write to

    def program(self, command: str, environ: Mapping[str, str]) -> tuple[bytes, int]:
        return (b"", 0) if self._run is None else self._run(command, self.directory, environ)

    def change_directory(self, name: str | None) -> None:
        r"""Run `\cd`, for the paths of this script alone. Raises ArgumentError."""
        directory = self._path(name or "")
        if not directory.is_dir():
            hint = (
                "Name an existing one, or leave \\cd out: \\ir starts from the script's own folder."
            )
            raise ArgumentError(f"\\cd: there is no directory {directory}", hint)
        self.directory = directory

    def in_folder(self, name: str, source: Source) -> Source | None:
        """Return the file whose path in the container is `name`; None for any other path."""
        path = self._path(name) if name.startswith(CONTAINER_FOLDER) else None
        places = (self.folder.resolve(), self.copy.resolve())
        if path is None or not any(map(path.resolve().is_relative_to, places)):
            return None
        return self.data(name, source)

    def data(self, name: str | None, source: Source) -> Source:
        if name is None:
            return next(self._from_stdin)
        also = ", in single quotes" if name.startswith('"') else ""
        return self._readable(self._path(name), (*source.included_from, source.name), also)

    def include(self, name: str, source: Source, *, relative: bool) -> Source:
        """Return the source to include. Raises ArgumentError when it cannot be read."""
        if relative and not Path(name).is_absolute():
            path = Path(source.directory) / name
        else:
            path = self._path(name)
        chain = (*source.included_from, source.name)
        if _real_path(path) in map(_real_path, chain):
            raise ArgumentError(f"{path} includes itself", "Remove the \\i or \\ir.")
        if len(self.included) >= _MOST_INCLUDED or len(chain) > _MOST_NESTED:
            message = f"more than {_MOST_INCLUDED} files are included by one script"
            if len(chain) > _MOST_NESTED:
                message = f"files are included more than {_MOST_NESTED} deep"
            raise ArgumentError(message, "Remove the \\i or \\ir.")
        # psql does not decompress an included file: only the entrypoint does.
        found = self._readable(path, chain, ", or with \\ir, by its path from the script")
        if found.directory:  # otherwise it is missing
            self.included.append(found)
        return found

    def _readable(self, path: Path, chain: tuple[str, ...], also: str) -> Source:
        """Return the file as a source; `also`: what else the hint says if it cannot be read."""
        try:
            if not stat.S_ISREG(path.stat().st_mode) and path != Path(os.devnull):
                hint = "A run reads it more than once: copy it to a file."
                raise ArgumentError(f"{path} is not a regular file", hint)
            with path.open("rb"):
                pass
        except OSError as exc:
            if self._after_shell:
                return Source(str(path), io.BytesIO)
            hint = f"Put it there, or name it as in the container, {CONTAINER_FOLDER}FILE{also}."
            raise ArgumentError(f"{path}: {exc.strerror}", hint) from exc
        self.read.add(_real_path(path))
        return Source(str(path), lambda: open_plain(path), str(path.parent), chain)

    def _path(self, name: str) -> Path:
        """Return the path that psql would open; the container's folder is the scripts folder."""
        if f"{name}/".startswith(CONTAINER_FOLDER):  # the folder itself, too
            name = os.path.normpath(name)
            if f"{name}/".startswith(CONTAINER_FOLDER):
                inside = name[len(CONTAINER_FOLDER) :]
                found = self.folder / inside
                return found if os.path.lexists(found) else self.copy / inside
        return self.directory / name


@cache
def _real_path(path: Path | str) -> str:
    return os.path.realpath(path)


class Request(NamedTuple):
    """A client's request: `parameters` of a new connection; `failed`: refused, None if not sent."""

    client: int
    text: bytes = b""
    data: Sequence[Source] = ()
    parameters: Mapping[str, str] | None = None
    failed: bool | None = False


class CommandRecord(NamedTuple):
    """A shell script that has ended, with what bash exports then, or a command with its output."""

    requests: Sequence[Request]
    environ: Mapping[str, str]
    output: bytes = b""
    status: int = 0


class Recording:
    """The commands that a script `ran`, `complete` at its end; `add_facts` gets each request."""

    def __init__(self, add_facts: Callable[[bytes], None]) -> None:
        self.complete = False
        self.ran: list[CommandRecord] = []
        self._add_facts = add_facts
        self._learned: set[tuple[str | None, bytes]] = set()

    def learn(self, login: str | None, text: bytes) -> None:
        """Add the facts of a request, once, also if the script runs again."""
        if (login, text) not in self._learned:
            self._learned.add((login, text))
            self._add_facts(text)

    def forget(self) -> None:
        self.complete = False
        self.ran.clear()
