"""The names of several targets: those of the command line, and those of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict

from runner.connect.failures import where
from runner.environment import EMBEDDED, usable_conninfo
from runner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


# What names the place, beside or within a service.
_OF_SERVICE = ("service", "host", "hostaddr", "port", "dbname")


def read_targets(path: Path) -> list[str]:
    """The conninfos of a file, one a line; blank lines and those that begin with # do not count.

    Raises UsageError when the file cannot be read or names no target, and for a line that is
    no usable conninfo, of which nothing is shown.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"cannot read {path}: it is not UTF-8") from error
    found = [
        usable_conninfo(line, f"{path}:{number}")
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not found:
        raise UsageError(f"{path} names no target", hint="one conninfo a line")
    return found


def several(options: Sequence[str], path: Path | None) -> tuple[str, ...]:
    """The conninfos of a command on several targets; empty where one target at most is named.

    Raises UsageError for those that cannot be used, or not together.
    """
    if path is None and len(options) < 2:
        return ()
    if EMBEDDED in options:
        raise UsageError("the embedded PostgreSQL cannot be one of several targets")
    found = [usable_conninfo(option, "--target") for option in options]
    if path is not None:
        found += read_targets(path)
    names: set[str] = set()
    for name in map(name_of, found):
        if name in names:
            raise UsageError(f"the target {name} is named twice")
        names.add(name)
    return tuple(found)


def name_of(conninfo: str) -> str:
    """Host, port and database for a message, or the service that says them. Connects nowhere."""
    given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    options = pq.Conninfo.get_defaults()
    defaults = {option.keyword.decode(): (option.val or b"").decode() for option in options}
    known = {**defaults, **given}
    if known.get("service"):
        shown = {"service": known["service"], **given}
        return " ".join(f"{key}={shown[key]}" for key in _OF_SERVICE if key in shown)
    return f"{where(known)}/{known['dbname'] or known['user']}"
