"""Compare the last recorded run with the scripts on disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from runner.check.scripts import Checked, read_scripts
from runner.errors import Refused, UsageError
from runner.registry import registry
from runner.results import AppliedScript, RecordedRun, ScriptStatus
from runner.scripts.folder import read_folders

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from runner.settings import Settings


def last_run_of(
    conn: Connection[TupleRow], checked: Sequence[Checked], schema: str
) -> RecordedRun | None:
    """Return the last run if it applied exactly these scripts in this order.

    None otherwise, and if the registry cannot be read.
    """
    try:
        runs = registry.read_runs(conn, schema, 1)
    except Refused:
        return None
    wanted = [(Path(one.script.name).name, one.sha256) for one in checked]
    applied = [(script.name, script.sha256) for run in runs for script in run.scripts]
    return runs[0] if runs and applied == wanted else None


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
