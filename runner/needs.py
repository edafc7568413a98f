"""What scripts need to find on the target, by their text. Pure.

Only what is certain counts: it would be worse to refuse what works than to hear of what is
missing from the statement itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from runner.psql.words import tokens

# Nothing else can need a role or make one, or change where the session creates.
_SEEN = re.compile(rb"(?i)\s*(?:create|alter|drop|grant|do|select|with|call|set|reset)\b")
_NAMES = re.compile(
    rb"(?is)\s*(?:create\s+(?:extension|schema|role|user|group)\s|grant\s|alter\s.*\bowner\s+to\s)"
)
_NAME = r'("(?:[^"]|"")+"|[A-Z_][A-Z0-9_$]*)(?= |$)'
_EXTENSION = re.compile(rf"CREATE EXTENSION (?:IF NOT EXISTS )?{_NAME}")
_ROLE = re.compile(
    r"GRANT .* TO |ALTER (?!.* RENAME ).* OWNER TO |CREATE SCHEMA .*?\bAUTHORIZATION "
)
_ONE_ROLE, _COMMA = re.compile(rf"(?:GROUP )?{_NAME}"), " , "
_NO_ROLES = {"PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER"}
_CREATED = re.compile(rf"CREATE (?:ROLE|USER|GROUP) {_NAME}")
# In a body, or in what \gexec will run: then nobody knows the names.
_MAKES_ROLE = re.compile(
    rb"(?i)\b(?:create|alter)\s+(?:role|user|group)\b(?!\s+mapping)"
    rb"|\bexecute\b(?!\s+(?:function|procedure)\b)"
)
_BEFORE = re.compile(rb"(?i)\s*(?:drop|create\s+extension)\s")
_TABLE = re.compile(
    rb"(?i)\s*create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?[a-z_][a-z0-9_$]*\s*\("
)
# Enough for the role of a GRANT on a few tables.
_HEAD = 60


@dataclass(slots=True)
class Needs:
    """Extensions, and roles that no script makes, by their names in the catalog.

    `schema` tells whether the first thing that is made is a table in the session's own schema.
    """

    extensions: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    created: set[str] = field(default_factory=set)
    makes_roles: bool = False
    schema: bool | None = None

    @property
    def roles(self) -> set[str]:
        """The roles that have to be there; none where nobody knows which the scripts make."""
        return set() if self.makes_roles else self.named - self.created

    def see(self, command: bytes, *, certain: bool = True) -> None:
        """Takes the next command of the scripts, which is `certain` to run."""
        if not _SEEN.match(command):
            return
        if self.schema is None and not _BEFORE.match(command):
            self.schema = certain and _TABLE.match(command) is not None
        if not _NAMES.match(command):
            self.makes_roles = self.makes_roles or _MAKES_ROLE.search(command) is not None
            return
        found = (token.text for token in islice(tokens(command), _HEAD))
        text = b" ".join(found).decode("utf-8", "replace")
        if created := _CREATED.match(text):
            self.created.add(_catalog_name(created[1]))
        elif not certain:
            return
        elif extension := _EXTENSION.match(text):
            self.extensions.add(_catalog_name(extension[1]))
        elif before := _ROLE.match(text):
            names = set(_roles(text, before.end())) - _NO_ROLES
            self.named |= set(map(_catalog_name, names))

    def not_all_seen(self) -> None:
        """What comes here is not known: it may make roles, and change where tables go."""
        self.makes_roles = True
        self.schema = bool(self.schema)

    def to_text(self) -> str:
        """What preflight.sql is asked. Names in other letters may not fit the encoding."""
        extensions, roles = (
            sorted(filter(str.isascii, names)) for names in (self.extensions, self.roles)
        )
        return json.dumps({"extensions": extensions, "roles": roles})


def _roles(text: str, pos: int) -> Iterator[str]:
    """The names in a list of roles that begins at `pos`, as they are written."""
    while role := _ONE_ROLE.match(text, pos):
        yield role[1]
        if not text.startswith(_COMMA, role.end()):
            return
        pos = role.end() + len(_COMMA)


def _catalog_name(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
