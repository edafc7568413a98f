"""The client programs and the folder that shell scripts expect to find as in the image."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib import resources
from pathlib import Path

from runner.scripts.files import CONTAINER_FOLDER

_CLIENTS = ("psql", "createdb", "createuser", "dropdb", "dropuser", "pg_isready", "pg_restore")
_NAME = CONTAINER_FOLDER.rstrip("/").encode()
_CONFIGURATION = ("postgresql.conf", "pg_hba.conf")
_LARGEST = 1 << 26  # bytes; larger files are not searched for paths


class ContainerFolder:
    """A private directory with client programs that connect to the run.

    If a file names `/docker-entrypoint-initdb.d`, scripts run from a copy of the folder, `place`,
    whose files name the copy instead. `data` has files for PGDATA, which have no effect.
    """

    def __init__(self, folder: Path) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="runner-"))
        self.place = folder
        self.data = self.directory / "data"
        self.data.mkdir()
        for name in _CONFIGURATION:
            (self.data / name).touch()
        clients = self.directory / "bin"
        clients.mkdir()
        own = resources.files("runner").joinpath("sessions", "bash")
        for name in _CLIENTS:
            (clients / name).write_bytes(own.joinpath("client.sh").read_bytes())
            (clients / name).chmod(0o755)
        self.entrypoint = self.directory / "docker-entrypoint.sh"
        self.entrypoint.write_bytes(own.joinpath("entrypoint.sh").read_bytes())
        if any(_NAME in (_content(path) or b"") for path in folder.rglob("*")):
            self.place = self.directory / "initdb.d"
            _copy(folder, self.place)

    def has_configured(self) -> str:
        """Return the files of PGDATA written since the last call, for a message."""
        found = [name for name in _CONFIGURATION if (self.data / name).read_bytes()]
        for name in found:
            (self.data / name).write_bytes(b"")
        return " and ".join(found)

    def in_container(self, text: bytes) -> bytes:
        """Return a text with the container's name of the folder in place of the copy's."""
        return text.replace(os.fsencode(self.directory / "initdb.d"), _NAME)

    def close(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)


def _content(path: Path) -> bytes | None:
    """Return the content of a file that is not large; None for any other file."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST else None
    except OSError:
        return None


def _copy(folder: Path, place: Path) -> None:
    """Copy the folder so that its files name the copy; a large file becomes a link."""
    for path in (folder, *folder.rglob("*")):
        copy = place / path.relative_to(folder)
        if path.is_dir():
            copy.mkdir()
        elif (content := _content(path)) is not None:
            copy.write_bytes(content.replace(_NAME, os.fsencode(place)))
            copy.chmod(path.stat().st_mode)
        else:
            copy.symlink_to(path.resolve())
