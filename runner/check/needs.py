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

from runner.psql.sql_text import catalog_name, tokens

# Nothing else can need a role or make one, or change who creates, and where.
_SEEN = re.compile(
    rb"(?i)\s*(?:create|alter|drop|grant|revoke|reassign|do|select|with|call|set|reset)\b"
)
_NAMES = re.compile(
    rb"(?is)\s*(?:create\s+(?:extension|schema|role|user|group|policy)\s|grant\s|revoke\s|reassign\s"
    rb"|drop\s+owned\s|alter\s+(?:default|policy|role|user|group)\s|alter\s.*\bowner\s+to\s"
    rb"|set\s+(?:(?:session|local)\s+)?(?:role|session)\s)"
)
_NAME = r'("(?:[^"]|"")+"|[A-Z_][A-Z0-9_$]*)(?= |$)'
_EXTENSION = re.compile(rf"CREATE EXTENSION (?:IF NOT EXISTS )?{_NAME}")
_SCHEMA = re.compile(rf"CREATE SCHEMA (?:IF NOT EXISTS )?(?:AUTHORIZATION )?{_NAME}")
_ROLE = re.compile(
    r"(?:GRANT|ALTER DEFAULT PRIVILEGES .*\bGRANT) .* TO "
    r"|(?:REVOKE|ALTER DEFAULT PRIVILEGES .*\bREVOKE) .* FROM "
    r"|ALTER (?!.* RENAME ).* OWNER TO |CREATE SCHEMA .*?\bAUTHORIZATION "
    r"|(?:CREATE|ALTER) POLICY (?!.* RENAME )(?:(?!USING |WITH )[^ ]+ )*?TO "
    r"|ALTER (?:ROLE|USER) (?!MAPPING )(?!.* RENAME )|ALTER GROUP (?!.* RENAME )"
    r"|REASSIGN OWNED BY .* TO |DROP OWNED BY "
    r"|SET (?:SESSION |LOCAL )?ROLE (?:= |TO )?|SET (?:LOCAL |SESSION )?SESSION AUTHORIZATION "
)
# These stand before the roles that they give, or take, or own.
_ALSO = re.compile(r"(?:ALTER DEFAULT PRIVILEGES FOR (?:ROLE|USER)|REASSIGN OWNED BY) ")
_ONE_ROLE, _COMMA = re.compile(rf"(?:GROUP )?{_NAME}"), " , "
_NO_ROLES = {
    "PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER", "NONE", "DEFAULT", "ALL",
}  # fmt: skip
_CREATED = re.compile(rf"CREATE (?:ROLE|USER|GROUP) {_NAME}")
# In a body, or in what \gexec will run: then nobody knows the names.
_MAKES_ROLE = re.compile(
    rb"(?i)\b(?:create|alter)\s+(?:role|user|group)\b(?!\s+mapping)"
    rb"|\bexecute\b(?!\s+(?:function|procedure)\b)"
)
# What may come before the first thing that is made, and change nothing of where that goes.
_BEFORE = re.compile(
    rb"(?i)\s*(?:drop|create\s+extension|grant|revoke"
    rb"|set\s+(?!(?:(?:local|session)\s+)?(?:role|session|schema|search_path)\b))"
)
# After these another role may be creating.
_OTHER_ROLE = re.compile(
    rb"(?i)\s*(?:set\s+(?:(?:local|session)\s+)?(?:role|session)\b|call\b|do\b|reset\b)"
    rb"|(?s:.*)\bset_config\s*\(\s*(?!'(?!role'|session_authorization'))"
)
_MADE = re.compile(
    rb"(?i)\s*create\s+(?:or\s+replace\s+)?(?:unlogged\s+|recursive\s+)?"
    rb"(?:table|view|sequence|function|procedure|type|domain)\s+(?:if\s+not\s+exists\s+)?"
    rb"([a-z_][a-z0-9_$]*)\s*(\.)?"
)
# Enough for the role of a GRANT on a few tables.
_HEAD = 60


@dataclass(slots=True)
class Needs:
    """Extensions, and roles that no script makes, by their names in the catalog; and rights.

    `schema` tells whether the first thing that is made goes to the session's own schema, and
    `schemas` into which others the role itself creates. It `makes` schemas or roles.
    """

    extensions: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    created: set[str] = field(default_factory=set)
    makes_roles: bool = False
    schema: bool | None = None
    filled: set[str] = field(default_factory=set)
    schemas_made: set[str] = field(default_factory=set)
    makes: set[str] = field(default_factory=set)
    itself: bool = True  # whether the role that connects is the one that creates

    @property
    def roles(self) -> set[str]:
        """The roles that have to be there; none where nobody knows which the scripts make."""
        return set() if self.makes_roles else self.named - self.created

    @property
    def schemas(self) -> set[str]:
        """The schemas in which the role has to be allowed to create, where they are there."""
        return self.filled - self.schemas_made

    def see(self, command: bytes, *, certain: bool = True) -> None:
        """Takes the next command of the scripts, which is `certain` to run."""
        if not _SEEN.match(command):
            return
        made = _MADE.match(command)
        if self.schema is None and not _BEFORE.match(command):
            self.schema = certain and made is not None and not made[2]
        if made is not None and made[2] and certain and self.itself:
            self.filled.add(catalog_name(made[1].decode()))
        if _OTHER_ROLE.match(command):
            self.itself = False
        if not _NAMES.match(command):
            self.makes_roles = self.makes_roles or _MAKES_ROLE.search(command) is not None
            return
        found = (token.text for token in islice(tokens(command), _HEAD))
        self._see_names(b" ".join(found).decode("utf-8", "replace"), certain=certain)

    def _see_names(self, text: str, *, certain: bool) -> None:
        if created := _CREATED.match(text):
            self.created.add(catalog_name(created[1]))
            self._makes("roles", certain=certain)
            return
        if schema := _SCHEMA.match(text):
            self.schemas_made.add(catalog_name(schema[1]))
            self._makes("schemas", certain=certain)
        if " RENAME TO " in text:
            renamed = text.startswith(("ALTER ROLE ", "ALTER USER ", "ALTER GROUP "))
            self.makes_roles = self.makes_roles or renamed
        elif certain and (extension := _EXTENSION.match(text)):
            self.extensions.add(catalog_name(extension[1]))
        elif certain:
            for found in filter(None, (_ROLE.match(text), _ALSO.match(text))):
                names = set(_roles(text, found.end())) - _NO_ROLES
                self.named |= set(map(catalog_name, names))

    def _makes(self, what: str, *, certain: bool) -> None:
        if certain and self.itself:
            self.makes.add(what)

    def not_all_seen(self) -> None:
        """What comes here is not known: it may make roles, and change where tables go."""
        self.makes_roles = True
        self.schema = bool(self.schema)
        self.itself = False

    def to_text(self) -> str:
        """What run/sql/preflight.sql is asked. Names in other letters may not fit the encoding."""
        extensions, roles, schemas = (
            sorted(filter(str.isascii, names))
            for names in (self.extensions, self.roles, self.schemas)
        )
        return json.dumps({"extensions": extensions, "roles": roles, "schemas": schemas})


def _roles(text: str, pos: int) -> Iterator[str]:
    """The names in a list of roles that begins at `pos`, as they are written."""
    while role := _ONE_ROLE.match(text, pos):
        yield role[1]
        if not text.startswith(_COMMA, role.end()):
            return
        pos = role.end() + len(_COMMA)
