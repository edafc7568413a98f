"""What the text of scripts tells of what they create. Pure.

A guess from first words, not a parse: what a DO block or a function puts together, or an unusual
spelling, is not seen. Nothing that has to be right depends on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from runner.check.command import Command
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
ROLE_IN_BODY = rf"(?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\s){NAME}"
# A body that looks whether a role is there accepts the one that is.
_CONDITION_IN_BODY = r"(?i)\b(?:IF|EXCEPTION)\b"
_SCHEMA_IN_BODY = re.compile(
    rf"(?i)\bCREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:AUTHORIZATION\s+)?{NAME}"
)

_CONTAINER_USER = "postgres"
_NEW = (b"EXTENSION", b"SCHEMA")
_TABLE = re.compile(
    r"CREATE (?:GLOBAL |LOCAL )?(?:TEMP |TEMPORARY |UNLOGGED )?(?:TABLE|MATERIALIZED VIEW)"
    rf" (?:IF NOT EXISTS )?{NAME}"
)
_UP_TO_NAME = 11  # tokens
_EXTENSION = re.compile(rf"CREATE EXTENSION (IF NOT EXISTS )?{_ONE_NAME}(.* (?:SCHEMA|VERSION) )?")
_SCHEMA = re.compile(rf"CREATE SCHEMA (?:IF NOT EXISTS )?(?:AUTHORIZATION )?{_ONE_NAME}")


@dataclass(slots=True)
class ScriptFacts:
    """What scripts create by their text: roles, schemas, extensions, tables.

    `own_extensions` are those that must not exist before, or only in a certain version or schema.
    `shared_texts` are the texts, in lower case, of commands that change what all databases of a
    server share. With `generated` a query may produce such commands. `asks_where` is whether the
    scripts use a variable that names their database or server, `several` whether they may make
    databases or connect to others. What a shell script does is seen only while it runs.
    """

    shared_texts: list[str] = field(default_factory=list)
    asks_where: bool = False
    roles: set[str] = field(default_factory=set)
    schemas: set[str] = field(default_factory=set)
    extensions: set[str] = field(default_factory=set)
    own_extensions: set[str] = field(default_factory=set)
    generated: bool = False
    tables: set[str] = field(default_factory=set)  # without schema
    has_bare_tables: bool = False  # created without the name of a schema
    several: bool = False
    has_shell: bool = False

    @property
    def may_be_several(self) -> bool:
        """Whether the scripts may turn out to use several databases."""
        return self.several or self.has_shell

    @property
    def changes_defaults(self) -> bool:
        """Whether the scripts may change what a new session begins with."""
        return self.cluster_wide or self.generated or self.has_shell

    @property
    def cluster_wide(self) -> bool:
        """Whether the scripts change what all databases of a server share."""
        return self.several or bool(self.shared_texts)

    @property
    def shared(self) -> str:
        """All of `shared_texts`."""
        return "".join(self.shared_texts)

    def makes_schema_of(self, role: str) -> bool:
        """Whether the scripts make a schema that "$user" means here, but not in the container."""
        return role in self.schemas and role != _CONTAINER_USER

    def see(self, command: Command) -> None:
        """Takes the next command of the scripts."""
        if command.first == b"CREATE" and command.words[1:2] and command.words[1] in _NEW:
            self._see_created(command)
        elif command.first == b"CREATE" and (table := _TABLE.match(command.leading(_UP_TO_NAME))):
            self.tables.add(catalog_name(table[1].rpartition(" . ")[2] or table[1]))
            self.has_bare_tables |= " . " not in table[1]
        if command.first == b"DO":
            self._see_body(command)
        elif _may_be_shared(command) and _CLUSTER_WIDE.match(command.head):
            self.shared_texts.append(command.text.decode("utf-8", "replace").lower())
            self.several |= command.words[:2] == (b"CREATE", b"DATABASE")
            if role := _CREATED_ROLE.match(command.head):
                self.roles.add(catalog_name(role[1]))

    def _see_created(self, command: Command) -> None:
        if schema := _SCHEMA.match(command.head):
            self.schemas.add(catalog_name(schema[1]))
        elif command.certain and (extension := _EXTENSION.match(command.head)):
            name = catalog_name(extension[2])
            self.extensions.add(name)
            if not extension[1] or extension[3]:
                self.own_extensions.add(name)

    def _see_body(self, command: Command) -> None:
        if not any(word in command.lower for word in _IN_BODIES):
            return
        text = command.text.decode("utf-8", "replace")
        if _SHARED_IN_BODY.search(command.text):
            self.shared_texts.append(text.lower())
            if not re.search(_CONDITION_IN_BODY, text):
                self.roles |= {catalog_name(name) for name in re.findall(ROLE_IN_BODY, text)}
        self.schemas.update(catalog_name(name) for name in _SCHEMA_IN_BODY.findall(text))

    def generates(self, query: bytes) -> None:
        r"""Takes a query of `\gexec`, whose results are commands: most of their text is in it."""
        if _SHARED_IN_BODY.search(query):
            self.generated = True
            self.several |= re.search(rb"(?i)create\s+database", query) is not None

    def connects(self) -> None:
        r"""Takes a `\connect`: what follows may run in another database."""
        self.several = True


def _may_be_shared(command: Command) -> bool:
    first, second, third = (*command.words, b"", b"", b"")[:3]
    if first in (b"CREATE", b"ALTER", b"DROP"):
        return second in _SHARED_KINDS
    if first == b"COMMENT":
        return third in _SHARED_KINDS
    return first in (b"GRANT", b"REVOKE", b"REASSIGN", b"SECURITY")
