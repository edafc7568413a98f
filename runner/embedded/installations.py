"""The choice of a PostgreSQL for a data directory: the package's, or one on the machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from runner.embedded.programs import ServerUser, reachable, reachable_bin_dir
from runner.errors import Refused, UsageError

_PACKAGE_VERSION = 18
_DEBIAN = Path("/usr/lib/postgresql")
_INSTALL_HINT = (
    "Install a full PostgreSQL on this machine (apt-get install postgresql, brew install"
    " postgresql): it is used when it has the extension. Or name a target (DATABASE_URL)."
)


class Installation(NamedTuple):
    """The programs of a PostgreSQL, its major version, and its extension folder."""

    bin_dir: Path
    version: int
    extension_dir: Path

    def missing(self, extensions: Collection[str]) -> list[str]:
        """Return the extensions that are not available here."""
        control = (self.extension_dir / f"{name}.control" for name in sorted(extensions))
        return [path.stem for path in control if not path.exists()]


def choose_installation(
    place: Path, user: ServerUser, extensions: Collection[str] = ()
) -> Installation:
    """Return the installation for the data in `place`, which may not exist yet.

    The one that last ran there is preferred, then the package's. Raises Refused if none has all
    `extensions`, UsageError if there is none of the major version of the data.
    """
    bin_dir = reachable_bin_dir(user)
    package = Installation(bin_dir, _PACKAGE_VERSION, bin_dir.parent / "share" / "extension")
    created, options = (_text(place / name) for name in ("PG_VERSION", "postmaster.opts"))
    version = int(created) if created.strip().isdigit() else None
    last = Path(options.partition("/postgres ")[0]) if options else None
    is_usual = version in (None, package.version) and last in (None, package.bin_dir)
    if is_usual and not package.missing(extensions):
        return package
    found = sorted([package, *_other_installations(user)], key=lambda one: one.bin_dir != last)
    of_version = [one for one in found if version in (None, one.version)]
    if not of_version:
        raise UsageError(
            f"{place} is the data of PostgreSQL {version}, which this machine does not have",
            hint=f"install PostgreSQL {version}, remove the data, or name a target (DATABASE_URL)",
        )
    complete = [one for one in of_version if not one.missing(extensions)]
    if not complete:
        raise _extension_missing(place, of_version[0], found, extensions)
    return complete[0]


def _extension_missing(
    place: Path, chosen: Installation, found: list[Installation], extensions: Collection[str]
) -> Refused:
    names = ", ".join(chosen.missing(extensions))
    other = next((one for one in found if not one.missing(extensions)), None)
    return Refused(
        f"the embedded PostgreSQL {chosen.version} does not have the extension {names}",
        hint=f"PostgreSQL {other.version} in {other.bin_dir} has it. To have the database created"
        f" anew with that version, remove {place}. Or name a target (DATABASE_URL)."
        if other
        else _INSTALL_HINT,
    )


def _text(path: Path) -> str:
    return path.read_text(errors="replace") if path.exists() else ""


def _other_installations(user: ServerUser) -> Iterator[Installation]:
    """Yield the installations of the PATH's pg_config and of Debian's folder, newest first."""
    programs = [Path(found)] if (found := shutil.which("pg_config")) else []
    programs += _DEBIAN.glob("*/bin/pg_config")
    installations = {one for one in map(_installation, programs) if one}
    for one in sorted(installations, key=lambda one: -one.version):
        server = one.bin_dir / "postgres"
        if server.exists() and reachable(server, user):
            yield one


def _installation(pg_config: Path) -> Installation | None:
    command = [str(pg_config), "--bindir", "--sharedir", "--version"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    found = re.match(r"(.+)\n(.+)\nPostgreSQL (\d+)", answer.stdout)
    if answer.returncode != 0 or not found:
        return None
    return Installation(Path(found[1]), int(found[3]), Path(found[2], "extension"))
