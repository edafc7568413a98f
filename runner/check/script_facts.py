"""What the text of scripts tells of what they create, and of what they require of the target. Pure.

A guess from first words, not a parse: what a DO block or a function puts together, or an unusual
spelling, is not seen. Nothing that has to be right depends on it. Only what is certain is
required: it would be worse to refuse what works than to leave an error to the statement itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from runner.check.rule import Command
from runner.psql.sql_text import catalog_name

NAME = r'((?:"(?:[^"]|"")+"|[^\s".(;,]+)(?: \. (?:"(?:[^"]|"")+"|[^\s".(;,]+))*)'
_ONE_NAME = r'("(?:[^"]|"")+"|[A-Z_][A-Z0-9_$]*)(?= |$)'

# What is shared by all databases of a server, and the commands that change it.
_SHARED_KINDS = frozenset(b"ROLE USER GROUP DATABASE TABLESPACE SUBSCRIPTION OWNED".split())
_CLUSTER_WIDE = re.compile(
    r"(?:CREATE|ALTER|DROP) (?:ROLE|USER|GROUP|DATABASE|TABLESPACE|SUBSCRIPTION)\b(?! MAPPING\b)"
    r"|(?:GRANT|REVOKE) (?!.* ON )"
    r"|(?:GRANT|REVOKE) .* ON (?:DATABASE|TABLESPACE|PARAMETER)\b"
    r"|(?:REASSIGN|DROP) OWNED\b"
    r"|(?:COMMENT|SECURITY LABEL)\b.* ON (?:ROLE|DATABASE|TABLESPACE)\b"
)
_CREATED_ROLE = re.compile(rf"CREATE (?:ROLE|USER|GROUP) (?!MAPPING ){NAME}")
# Bodies are searched as they are written. Few scripts have such ones: their patterns are compiled
# when they are needed.
_IN_BODIES = (b"create", b"alter", b"drop", b"owned")
_SHARED_IN_BODY = re.compile(
    rb"(?i)\b(?:(?:create|alter|drop)\s+(?:role|user|group|database)|owned\s+by)\b"
)
_ROLE_IN_BODY = rf"(?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\s){NAME}"
# A body that looks whether a role is there accepts the one that is.
_CONDITION_IN_BODY = r"(?i)\b(?:IF|EXCEPTION)\b"
_SCHEMA_IN_BODY = re.compile(
    rf"(?i)\bCREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:AUTHORIZATION\s+)?{NAME}"
)

# The first words of commands that can require or create a role, or change who creates, and where.
_RELEVANT = frozenset(
    b"CREATE ALTER DROP GRANT REVOKE REASSIGN DO SELECT WITH CALL SET RESET".split()
)
_NAMES_SOMETHING = re.compile(
    rb"(?:CREATE (?:EXTENSION|SCHEMA|ROLE|USER|GROUP|POLICY)|GRANT|REVOKE|REASSIGN|DROP OWNED"
    rb"|ALTER (?:DEFAULT|POLICY|ROLE|USER|GROUP)|SET (?:(?:SESSION|LOCAL) )?(?:ROLE|SESSION))\b"
)
_EXTENSION = re.compile(rf"CREATE EXTENSION (IF NOT EXISTS )?{_ONE_NAME}(.* (?:SCHEMA|VERSION) )?")
_SCHEMA = re.compile(rf"CREATE SCHEMA (?:IF NOT EXISTS )?(?:AUTHORIZATION )?{_ONE_NAME}")
_ROLES = re.compile(
    r"(?:GRANT|ALTER DEFAULT PRIVILEGES .*\bGRANT) .* TO "
    r"|(?:REVOKE|ALTER DEFAULT PRIVILEGES .*\bREVOKE) .* FROM "
    r"|ALTER (?!.* RENAME ).* OWNER TO |CREATE SCHEMA .*?\bAUTHORIZATION "
    r"|(?:CREATE|ALTER) POLICY (?!.* RENAME )(?:(?!USING |WITH )[^ ]+ )*?TO "
    r"|ALTER (?:ROLE|USER) (?!MAPPING )(?!.* RENAME )|ALTER GROUP (?!.* RENAME )"
    r"|REASSIGN OWNED BY .* TO |DROP OWNED BY "
    r"|SET (?:SESSION |LOCAL )?ROLE (?:= |TO )?|SET (?:LOCAL |SESSION )?SESSION AUTHORIZATION "
)
# Before the roles that give or own something.
_OTHER_ROLES = re.compile(r"(?:ALTER DEFAULT PRIVILEGES FOR (?:ROLE|USER)|REASSIGN OWNED BY) ")
_ONE_ROLE = re.compile(rf"(?:GROUP )?{_ONE_NAME}")
_COMMA = " , "
_NO_ROLES = frozenset("PUBLIC CURRENT_USER CURRENT_ROLE SESSION_USER NONE DEFAULT ALL".split())
_CREATED_NAME = re.compile(rf"CREATE (?:ROLE|USER|GROUP) {_ONE_NAME}")
# In a body, or in what \gexec will run, the names are not known.
_MAY_CREATE_ROLE = re.compile(
    rb"(?i)\b(?:create|alter)\s+(?:role|user|group)\b(?!\s+mapping)"
    rb"|\bexecute\b(?!\s+(?:function|procedure)\b)"
)
# What may come before the first object, and does not change where that is created.
_BEFORE_OBJECTS = re.compile(
    rb"DROP\b|CREATE EXTENSION\b|GRANT\b|REVOKE\b"
    rb"|SET (?!(?:LOCAL )?(?:ROLE|SESSION|SCHEMA|SEARCH_PATH)\b)"
)
# After these, another role may be the one that creates.
_OTHER_ROLE = re.compile(rb"SET (?:LOCAL )?(?:ROLE|SESSION)\b|CALL\b|DO\b|RESET\b")
_SET_CONFIG = re.compile(rb"(?i)\bset_config\s*\(\s*(?!'(?!role'|session_authorization'))")
_OBJECT_KINDS = frozenset(b"TABLE VIEW RECURSIVE SEQUENCE FUNCTION PROCEDURE TYPE DOMAIN".split())
_OBJECT = re.compile(
    r"CREATE (?:OR REPLACE )?(?:UNLOGGED |RECURSIVE )?"
    r"(?:TABLE|VIEW|SEQUENCE|FUNCTION|PROCEDURE|TYPE|DOMAIN) (?:IF NOT EXISTS )?"
    r"([^\W\d][\w$]*)(?= |$)( \.)?"
)
_UP_TO_NAME = 10  # tokens


@dataclass(slots=True)
class Requirements:
    """Extensions, roles and rights that the target has to have, by their names in the catalog.

    `own_extensions` are those that must not exist before, or only in a certain version or schema.
    `schema` tells whether the first object is created in the session's own schema; `filled` are
    the other schemas in which the role itself creates; `creates` is `roles`, `schemas` or both.
    """

    extensions: set[str] = field(default_factory=set)
    own_extensions: set[str] = field(default_factory=set)
    named_roles: set[str] = field(default_factory=set)
    created_roles: set[str] = field(default_factory=set)
    creates_unknown_roles: bool = False
    schema: bool | None = None
    filled: set[str] = field(default_factory=set)
    created_schemas: set[str] = field(default_factory=set)
    creates: set[str] = field(default_factory=set)
    same_role: bool = True  # whether the role that connects is still the one that creates

    @property
    def roles(self) -> set[str]:
        """The roles that have to exist; none if nobody knows which ones the scripts create."""
        return set() if self.creates_unknown_roles else self.named_roles - self.created_roles

    @property
    def schemas(self) -> set[str]:
        """The schemas in which the role must be allowed to create, if they exist."""
        return self.filled - self.created_schemas

    def see(self, command: Command) -> None:
        """Takes the next command of the scripts."""
        if command.first not in _RELEVANT:
            return
        start = b" ".join(command.words)
        self._see_object(start, command)
        if _OTHER_ROLE.match(start) or (self.same_role and _SET_CONFIG.search(command.text)):
            self.same_role = False
        changes_owner = command.first == b"ALTER" and b"owner" in command.lower
        if changes_owner or _NAMES_SOMETHING.match(start):
            self._see_names(command.head, certain=command.certain)
        elif not self.creates_unknown_roles:
            self.creates_unknown_roles = _MAY_CREATE_ROLE.search(command.text) is not None

    def _see_object(self, start: bytes, command: Command) -> None:
        created = None
        if command.first == b"CREATE" and not _OBJECT_KINDS.isdisjoint(command.words):
            created = _OBJECT.match(command.leading(_UP_TO_NAME))
        if self.schema is None and not _BEFORE_OBJECTS.match(start):
            self.schema = command.certain and created is not None and not created[2]
        if created is not None and created[2] and command.certain and self.same_role:
            self.filled.add(catalog_name(created[1]))

    def _see_names(self, text: str, *, certain: bool) -> None:
        if created := _CREATED_NAME.match(text):
            self.created_roles.add(catalog_name(created[1]))
            self._creates("roles", certain=certain)
            return
        if schema := _SCHEMA.match(text):
            self.created_schemas.add(catalog_name(schema[1]))
            self._creates("schemas", certain=certain)
        if " RENAME TO " in text:
            self.creates_unknown_roles |= text.startswith(
                ("ALTER ROLE ", "ALTER USER ", "ALTER GROUP ")
            )
        elif certain and (extension := _EXTENSION.match(text)):
            name = catalog_name(extension[2])
            self.extensions.add(name)
            if not extension[1] or extension[3]:
                self.own_extensions.add(name)
        elif certain:
            for found in filter(None, (_ROLES.match(text), _OTHER_ROLES.match(text))):
                names = set(_listed_roles(text, found.end())) - _NO_ROLES
                self.named_roles |= set(map(catalog_name, names))

    def _creates(self, what: str, *, certain: bool) -> None:
        if certain and self.same_role:
            self.creates.add(what)

    def not_all_seen(self) -> None:
        """The commands that come here are unknown: they may create roles, or change the role."""
        self.creates_unknown_roles = True
        self.schema = bool(self.schema)
        self.same_role = False

    def to_text(self) -> str:
        """The input of run/sql/preflight.sql. Other letters than ASCII may not fit the encoding."""
        extensions, roles, schemas = (
            sorted(filter(str.isascii, names))
            for names in (self.extensions, self.roles, self.schemas)
        )
        return json.dumps({"extensions": extensions, "roles": roles, "schemas": schemas})


def _listed_roles(text: str, pos: int) -> Iterator[str]:
    """The names in a list of roles that begins at `pos`, as they are written."""
    while role := _ONE_ROLE.match(text, pos):
        yield role[1]
        if not text.startswith(_COMMA, role.end()):
            return
        pos = role.end() + len(_COMMA)


@dataclass(slots=True)
class ScriptFacts:
    """What scripts create by their text: roles and schemas, by their names in the catalog.

    `shared_texts` are the texts, in lower case, of commands that change what all databases of a
    server share. With `generated` a query may produce such commands. `asks_where` is whether the
    scripts use a variable that names their database or server.
    """

    shared_texts: list[str] = field(default_factory=list)
    asks_where: bool = False
    roles: set[str] = field(default_factory=set)
    requirements: Requirements = field(default_factory=Requirements)
    generated: bool = False

    @property
    def schemas(self) -> set[str]:
        """The schemas that they create."""
        return self.requirements.created_schemas

    @property
    def changes_defaults(self) -> bool:
        """Whether the scripts may change what a new session begins with."""
        return self.cluster_wide or self.generated

    @property
    def cluster_wide(self) -> bool:
        """Whether the scripts change what all databases of a server share."""
        return bool(self.shared_texts)

    @property
    def shared(self) -> str:
        """All of `shared_texts`."""
        return "".join(self.shared_texts)

    def see(self, command: Command) -> None:
        """Takes the next command of the scripts."""
        self.requirements.see(command)
        if command.first == b"DO":
            self._see_body(command)
        elif _may_be_shared(command) and _CLUSTER_WIDE.match(command.head):
            self.shared_texts.append(command.text.decode("utf-8", "replace").lower())
            if role := _CREATED_ROLE.match(command.head):
                self.roles.add(catalog_name(role[1]))

    def _see_body(self, command: Command) -> None:
        if not any(word in command.lower for word in _IN_BODIES):
            return
        text = command.text.decode("utf-8", "replace")
        if _SHARED_IN_BODY.search(command.text):
            self.shared_texts.append(text.lower())
            if not re.search(_CONDITION_IN_BODY, text):
                self.roles |= {catalog_name(name) for name in re.findall(_ROLE_IN_BODY, text)}
        self.schemas.update(catalog_name(name) for name in _SCHEMA_IN_BODY.findall(text))

    def generates(self, query: bytes) -> None:
        r"""Takes a query of `\gexec`, whose results are commands: most of their text is in it."""
        if _SHARED_IN_BODY.search(query):
            self.generated = True


def _may_be_shared(command: Command) -> bool:
    first, second, third = (*command.words, b"", b"", b"")[:3]
    if first in (b"CREATE", b"ALTER", b"DROP"):
        return second in _SHARED_KINDS
    if first == b"COMMENT":
        return third in _SHARED_KINDS
    return first in (b"GRANT", b"REVOKE", b"REASSIGN", b"SECURITY")
