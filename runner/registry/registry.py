"""Read and write the registry, tables that record each run; compare the last with the scripts."""

from __future__ import annotations

import getpass
import json
import socket
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from runner import __version__
from runner.check.scripts import read_scripts
from runner.connect.queries import all_rows, fetch, pinned, statement
from runner.errors import Refused, UsageError
from runner.results import AppliedScript, Notice, RecordedRun, ScriptResult, ScriptStatus
from runner.scripts.folder import read_folders

if TYPE_CHECKING:
    from runner.settings import Settings

DROPPED = Notice(
    "WARNING",
    "the scripts dropped the registry: the record of earlier runs is lost",
    hint="Do not drop its schema: without it, later runs treat existing rows as foreign.",
)
# Each change of the tables gets a new version, and a file sql/version_N.sql that migrates to it.
VERSION = 2
_GIT_TIMEOUT = 2.0  # seconds
_OBJECTS = ("ALTER SCHEMA {}", "ALTER TABLE {}.run", "ALTER TABLE {}.script")


def info_query(schema: str) -> tuple[str, ...]:
    """Return the statements that read the state of a registry in the given schema."""
    asked = _format("SET LOCAL runner.schema = {};", schema)
    answer = "SELECT pg_catalog.current_setting('runner.registry');"
    return asked, statement("registry/info"), answer


class RegistryInfo(NamedTuple):
    """The state of the registry, as sql/info.sql describes it."""

    name: str
    can_create: bool
    schema: bool = False
    version: int | None = None
    oids: Sequence[int] | None = None
    can_read: bool | None = None
    can_write: bool | None = None
    foreign_owner: str | None = None
    altered: bool = False
    written: bool = False

    @classmethod
    def read(cls, text: str) -> RegistryInfo:
        """Parse the answer to `info_query`."""
        return cls(**json.loads(text))

    def check(self) -> None:
        """Raise Refused if a later version made the registry, or if it cannot be trusted."""
        if self.version is not None and self.version > VERSION:
            raise Refused(
                f"the registry of this database has version {self.version};"
                f" this runner knows version {VERSION}",
                hint="Use the latest runner that has been used here. apply --no-registry works"
                " without the registry, and treats all existing rows as foreign.",
            )
        registry = f"the registry in the schema {self.name}"
        if self.foreign_owner is not None:
            objects = (f"{one.format(self.name)} OWNER TO CURRENT_USER" for one in _OBJECTS)
            raise _refused(
                f"{registry} belongs to the role {self.foreign_owner}",
                "That role could run code as this role, or claim rows that no run wrote.",
                f"Connect as {self.foreign_owner} or a member of it, or change the owner as a"
                f" superuser: {'; '.join(objects)}.",
            )
        if self.altered:
            raise _refused(
                f"{registry} was altered",
                "A trigger, rule, policy, default, constraint, index, child table or column was"
                " added, or a column removed; it could run code as this role.",
                f"Undo the change: \\d {self.name}.run, \\d {self.name}.script.",
            )

    def check_after(self, before: RegistryInfo) -> None:
        """Raise Refused if the scripts have written to the registry, or created one."""
        is_new = self.version is not None and self.oids is not None and self.oids != before.oids
        if is_new or self.written:
            raise _refused(
                f"the scripts write to the registry in the schema {self.name}",
                "It records which rows the runs wrote: only the runner may write there.",
                "Remove the statements that name its tables run and script.",
            )

    @property
    def obstacle(self) -> str | None:
        """The reason why runs cannot be recorded; None if they can."""
        if not self.schema:
            return None if self.can_create else "this role may not create a schema in the database"
        if self.version is None or self.can_write is None:
            return f"there is a schema named {self.name} that is not the registry"
        if not (self.can_read and self.can_write):
            return "this role may not write to the registry"
        return None


def _refused(message: str, detail: str, remedy: str) -> Refused:
    hint = f"{remedy} Or keep the registry elsewhere: --registry-schema NAME"
    return Refused(message, detail=detail, hint=hint)


def not_recorded(obstacle: str) -> Notice:
    """Return the warning that this run is not recorded, with the reason."""
    return Notice(
        "WARNING",
        f"this run is not recorded: {obstacle}",
        detail="status and --once will not know of it, and the next run will treat the rows that"
        " this one has written as foreign.",
        hint="GRANT CREATE ON DATABASE, or USAGE on the registry's schema and SELECT, INSERT,"
        " UPDATE on its tables, to this role; --registry-schema NAME keeps it in another schema;"
        " --no-registry hides this warning.",
    )


class Entry(NamedTuple):
    """The data of a run to record; `xid`: the 64-bit id of its transaction.

    `tables`: tables that hold only rows of runs. `changed`: tables whose digests are recorded.
    """

    xid: int
    system: int | None = None
    tables: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    scripts: tuple[ScriptResult, ...] = ()
    git_revision: str | None = None


def record(info: RegistryInfo, entry: Entry) -> str:
    """Return the statements that record a run, to be sent before COMMIT in the same message.

    The rows that the run wrote have an xmin from the id of its transaction to the id of the
    savepoint here. An id in between may be of another running transaction, which can write to the
    new tables after COMMIT. Such ids are listed once the last id is assigned: a later transaction
    gets a larger id, and a transaction that has ended could not see the tables.
    """
    registry = sql.Identifier(info.name)
    arrays = ("{" + ",".join(map(str, oids)) + "}" for oids in (entry.tables, entry.changed))
    tables, changed = arrays
    client = _client_name(), __version__, entry.git_revision
    values = *client, entry.system, entry.xid, entry.xid, tables
    rows = ", ".join(
        _format("({}, {}, {})", position, Path(script.name).name, script.sha256)
        for position, script in enumerate(entry.scripts, 1)
    )
    scripts = _format(statement("registry/scripts"), sql.SQL(rows), registry=registry)
    versions = [f"registry/version_{v + 1}" for v in range(info.version or 0, VERSION)]
    changes = [_format(statement(version), registry=registry) for version in versions]
    off = _format(statement("registry/event_triggers_off"), xid=entry.xid)
    on = statement("registry/event_triggers_on")
    contents = _format(statement("registry/contents"), oids=changed)
    return "\n".join(
        [
            *((statement("registry/citus"), off, *changes, on) if changes else ()),
            contents,
            "SAVEPOINT runner_registry;",
            _format(statement("registry/run"), *values, registry=registry),
            *([scripts] if entry.scripts else ()),
            _format(statement("registry/ids"), registry=registry),
            "RELEASE SAVEPOINT runner_registry;",
        ]
    )


def _format(template: str, *values: object, **names: object) -> str:
    """Format a template: insert composables as SQL, other values as literals."""
    return sql.SQL(template).format(*values, **names).as_string()


def _client_name() -> str:
    """Return the operating-system user and the host of this process: `jo@laptop`."""
    try:
        user = getpass.getuser()
    except (ImportError, OSError, KeyError):  # a user id without a name, as in a container
        user = "unknown"
    return f"{user}@{socket.gethostname()}"


def git_revision(folder: Path) -> str | None:
    """Return the commit that is checked out in `folder`; None if git fails or takes too long.

    git may be missing, find no repository or no commit, or refuse a folder of another user
    (safe.directory in git-config(1)).
    """
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        found = subprocess.run(command, capture_output=True, timeout=_GIT_TIMEOUT, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.decode("ascii", "replace").strip() or None


def read_runs(conn: Connection[TupleRow], schema: str, limit: int = 10) -> tuple[RecordedRun, ...]:
    """Read the last runs, newest first; none if there is no registry.

    Raises Refused if the registry is newer than this runner, or if this role may not read it.
    """
    ((found,),) = all_rows(conn, " ".join(pinned(*info_query(schema))))
    info = RegistryInfo.read(found)
    info.check()
    if info.version is None or info.can_read is None:
        return ()
    if not info.can_read:
        raise Refused("this role may not read the registry of this database")
    query = sql.SQL(statement("registry/runs"))
    found = fetch(conn, query.format(limit, registry=sql.Identifier(schema)))
    return tuple(
        RecordedRun(
            number,
            datetime.fromisoformat(started),
            datetime.fromisoformat(finished),
            *(role, client, version, revision),
            tuple(AppliedScript(*one) for one in scripts),
        )
        for number, started, finished, role, client, version, revision, scripts in found
    )


def compare_scripts(
    applied: tuple[AppliedScript, ...], settings: Settings
) -> tuple[ScriptStatus, ...]:
    """Return for each script of the last run or the folder: same, changed, new or gone.

    Reads the files. If there is no folder, all applied scripts are gone.
    """
    on_disk = {}
    with suppress(UsageError):
        folder = read_folders(settings.scripts, allow_shell=True)
        read = read_scripts(folder, settings.variables, in_transaction=True).checked
        on_disk = _numbered(AppliedScript(Path(one.script.name).name, one.sha256) for one in read)
    then = _numbered(applied)
    found = []
    for key, sha256 in on_disk.items():
        status = "new" if key not in then else "same" if then[key] == sha256 else "changed"
        found.append(ScriptStatus(key[0], status))
    found += [ScriptStatus(key[0], "gone") for key in then if key not in on_disk]
    return tuple(found)


def _numbered(scripts: Iterable[AppliedScript]) -> dict[tuple[str, int], str]:
    """Return the digests by name and number, as several folders may have a script of the name."""
    listed = list(scripts)
    names = [name for name, _ in listed]
    return {(one.name, names[:at].count(one.name)): one.sha256 for at, one in enumerate(listed)}
