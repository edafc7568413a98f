"""Effects that end with a transaction, by the text of a script, such as SET LOCAL. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from psycopg import sql

from runner.connect.queries import statement

_LOOKED_AT = 1 << 20  # bytes of a statement
_HINTS = (b"local", b"set_config", b"commit")
_SET_LOCAL = (
    rb"(?i)\bSET\s+LOCAL\s+(?!TRANSACTION\b)"
    rb"(TIME\s+ZONE|\"[\w.]+\"|[a-z_][\w.]*)"
)
# Words after SET that name no setting: VariableSetStmt in gram.y.
_SPECIAL = {"time zone": "timezone", "names": "client_encoding", "schema": "search_path"}
_SET_CONFIG = (
    rb"(?i)\bset_config\s*\(\s*'([\w.]+)'\s*,"
    rb"((?:'(?:[^']|'')*'|\((?:[^()]|\([^()]*\))*\)|[^()'])*)\)"
)
_LOCALLY = frozenset({b"true", b"'t'", b"'true'", b"'on'", b"'yes'", b"'1'", b"1 = 1"})
_TEMPORARY = (
    rb"(?i)\bCREATE\s+(?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"
    rb"(?:pg_temp\s*\.\s*)?(\"[^\"]+\"|[\w$]+)[^;]*?\bON\s+COMMIT\s+(DROP|DELETE\s+ROWS)"
)
_ROUTINE = (
    rb"(?i)CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\s+"
    rb"(?:(?:\"[^\"]+\"|[\w$]+)\s*\.\s*)?\"?([\w$]+)"
)


class CommitEffects(NamedTuple):
    """Local settings, and temporary tables that COMMIT drops or empties."""

    settings: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()

    def __or__(self, other: CommitEffects) -> CommitEffects:
        return CommitEffects(*(one | two for one, two in zip(self, other, strict=True)))

    def keep(self) -> bytes:
        return filled("keep_settings", names=self.settings)

    def end(self) -> bytes:
        return filled("at_commit", **self._asdict())


NONE = CommitEffects()


class ScriptEffects:
    """The effects of a script; a routine that it creates has its effects where it is named."""

    def __init__(self) -> None:
        self.emptied: frozenset[str] = frozenset()
        self._routines: dict[bytes, CommitEffects] = {}

    def of(self, text: bytes) -> CommitEffects:
        """Return the effects of the next statement that last until the end of its transaction."""
        found = _shown(text)
        if found is not NONE and (made := re.match(_ROUTINE, text)):
            self._routines[made[1].lower()] = found
            return NONE
        if self._routines:
            for name in {one.lower() for one in _named(self._routines).findall(text)}:
                found |= self._routines[name]
        self.emptied |= found.emptied
        return found

    def is_named(self, text: bytes) -> bool:
        """Return whether plain statements name such a routine or table."""
        names = {*self._routines, *(name.strip('"').encode() for name in self.emptied)}
        return bool(names) and _named(names).search(text) is not None


def _shown(text: bytes) -> CommitEffects:
    lower = text[:_LOOKED_AT].lower()
    if not any(hint in lower for hint in _HINTS):
        return NONE
    settings = {found[1] for found in re.finditer(_SET_LOCAL, text)}
    calls = re.finditer(_SET_CONFIG, text)
    settings |= {one[1] for one in calls if one[2].rpartition(b",")[2].strip().lower() in _LOCALLY}
    tables = [(_text(f[1]), f[2].upper() == b"DROP") for f in re.finditer(_TEMPORARY, text)]
    dropped, emptied = (
        frozenset(n for n, drops in tables if drops is one) for one in (True, False)
    )
    return CommitEffects(frozenset(map(setting_name, settings)), dropped, emptied)


def _named(names: Collection[bytes]) -> re.Pattern[bytes]:
    return re.compile(rb"(?i)(?<![\w$])(?:" + b"|".join(map(re.escape, names)) + rb")(?![\w$])")


def setting_name(name: bytes) -> str:
    """Return the name of a setting that SET names with one or two words."""
    text = " ".join(_text(name).strip('"').lower().split())
    return _SPECIAL.get(text, text)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def filled(name: str, **values: Collection[str]) -> bytes:
    """Return a statement of this package filled with texts and with lists of names."""
    arrays = {
        key: sql.Literal(value if isinstance(value, str) else sorted(value))
        for key, value in values.items()
    }
    return sql.SQL(statement(f"adapt/{name}")).format(**arrays).as_string().encode()
