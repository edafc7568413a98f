"""Guess from the text of scripts what they create. Pure.

The first words of commands are searched, not parsed: unusual spellings are missed, and commands
that a DO block or a function builds. Nothing that has to be correct depends on the guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from runner.check.command import NAME, Command, Created, bare_name
from runner.comparison import Definition
from runner.errors import RunnerError
from runner.psql.enum_labels import EnumLabels
from runner.psql.reader import read_script
from runner.psql.sql_text import catalog_name
from runner.psql.state import State
from runner.psql.steps import Connect, Gexec, Gset, Statement, Sync, separated
from runner.scripts.files import Files
from runner.scripts.folder import Folder

_IN_BODIES = (b"create", b"alter", b"drop", b"owned")
# Objects shared by all databases of a server, and the commands that change them.
_SHARED_KINDS = "(?:ROLE|USER|GROUP|DATABASE|TABLESPACE|SUBSCRIPTION)"
_SHARED = re.compile(
    rf"(?:CREATE|ALTER|DROP) {_SHARED_KINDS}\b(?! MAPPING\b)|(?:REASSIGN|DROP) OWNED\b"
    rf"|(?:COMMENT|SECURITY LABEL)\b.* ON {_SHARED_KINDS}\b"
    r"|(?:GRANT|REVOKE) (?:(?!.* ON )|.* ON (?:DATABASE|TABLESPACE|PARAMETER)\b)"
)
# Function bodies are searched as plain text. Few scripts have any, so these patterns are compiled
# only when needed.
SHARED_IN_BODY = rb"(?i)\b(?:(?:create|alter|drop)\s+(?:role|user|group|database)|owned\s+by)\b"
ROLE_IN_BODY = rf"(?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\s){NAME}"
_MAKES_ROLE = ROLE_IN_BODY.encode()
_ROUTINES = ("function", "procedure")
# A function body with IF or EXCEPTION accepts a role that already exists.
_CONDITION_IN_BODY = r"(?i)\b(?:IF|EXCEPTION)\b"
_SCHEMA_IN_BODY = rf"(?i)\bCREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:AUTHORIZATION\s+)?{NAME}"
_FORCES = (
    rb"(?i)(?:\bTABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?:[^\s;]+\.)?(\"[^\"]+\"|[\w$]+)[^;]*?)?"
    rb"(?<!NO )\bFORCE\s+ROW\s+LEVEL"
)
# Functions of Citus that send commands to its nodes.
CALLS_WORKERS = rb"(?:run_command_on_\w+|master_run_on_worker)"
_LONG = (b"GRANT", b"REVOKE", b"SECURITY")  # commands whose object comes late
_MAY_FORCE = frozenset({b"ALTER", b"DO"})
_SEVERAL = ((b"CREATE", b"DATABASE"), (b"DROP", b"DATABASE"))
_CONTAINER_USER = "postgres"
_UP_TO_NAME = 8  # tokens
_FILLED = re.compile(rf"(?:INSERT INTO|COPY) {NAME}")


class ScriptFacts:
    """The objects that scripts create by their text: roles, schemas, extensions, tables.

    `own_extensions`: extensions that must not exist before, or only in one version or schema.
    `shared_texts`: the commands, in lower case, that change objects shared by all databases;
    `generated`: queries that may produce such commands. `asks_where`: the scripts use a variable
    naming their database or server; `asks_database`: they may ask the server for database names.
    `several`: they may create databases or connect to others. The commands of a shell script are
    known only while it runs.
    """

    def __init__(self) -> None:
        self.shared_texts: list[str] = []
        self.asks_where = False
        self.asks_database = False
        self.roles: set[str] = set()
        self.schemas: set[str] = set()
        self.extensions: set[str] = set()
        self.own_extensions: set[str] = set()
        self.generated: list[str] = []
        self.tables: set[str] = set()  # and views, without schema
        self.several = False
        self.labels = EnumLabels()
        self.has_shell = False
        self.forced: set[str] = set()  # tables under FORCE ROW LEVEL SECURITY
        self.calls_workers = False  # functions of Citus send commands to its nodes

    @property
    def may_be_several(self) -> bool:
        return self.several or self.has_shell

    @property
    def cluster_wide(self) -> bool:
        """Whether the scripts change objects that all databases of a server share."""
        return self.several or bool(self.shared_texts)

    @property
    def may_be_cluster_wide(self) -> bool:
        """Whether the scripts may change such objects, and the settings of new sessions."""
        return self.cluster_wide or bool(self.generated) or self.has_shell

    @property
    def shared(self) -> str:
        return "".join((*self.shared_texts, *self.generated))

    def makes_schema_of(self, role: str) -> bool:
        """Return whether "$user" means a schema of the scripts here, but not in the container."""
        return role in self.schemas and role != _CONTAINER_USER

    def add_command(self, command: Command) -> None:
        self.asks_database |= b"_database" in command.lower or b"current_cat" in command.lower
        self.labels.see(command.text, command.first, certain=command.certain)
        if created := command.created:
            self._add_created(command, created)
        if command.first in _MAY_FORCE and b"force" in command.lower:
            self.add_forced(command.text)
        if b"run_" in command.lower and re.search(CALLS_WORKERS, command.lower):
            self.calls_workers = True
        if command.first == b"DO":
            self._add_body(command)
            return
        makes_role = created and created.kind in _ROUTINES and re.search(_MAKES_ROLE, command.text)
        head = command.head if command.first in _LONG else command.leading(3)
        if makes_role or _SHARED.match(head):
            self.shared_texts.append(command.text.decode("utf-8", "replace").lower())
            self.several |= command.words[:2] in _SEVERAL

    def add_forced(self, text: bytes) -> None:
        """Add the tables that a command puts under FORCE ROW LEVEL SECURITY."""
        names = re.findall(_FORCES, text)
        self.forced.update(catalog_name(name.decode("utf-8", "replace")) for name in names)

    def _add_created(self, command: Command, created: Created) -> None:
        if created.kind == "role":
            self.roles.add(created.name)
        elif created.kind == "schema":
            self.schemas.add(created.name)
        elif created.kind in ("table", "view"):
            self.tables.add(created.name)
        elif created.kind == "extension" and command.certain:
            self.extensions.add(created.name)
            if b"IF" not in command.words or re.search(" (?:SCHEMA|VERSION) ", command.head):
                self.own_extensions.add(created.name)

    def _add_body(self, command: Command) -> None:
        if not any(word in command.lower for word in _IN_BODIES):
            return
        text = command.text.decode("utf-8", "replace")
        if re.search(SHARED_IN_BODY, command.text):
            self.shared_texts.append(text.lower())
            if not re.search(_CONDITION_IN_BODY, text):
                self.roles |= {catalog_name(name) for name in re.findall(ROLE_IN_BODY, text)}
        self.schemas.update(catalog_name(name) for name in re.findall(_SCHEMA_IN_BODY, text))

    def add_generated(self, query: bytes) -> None:
        r"""Add the facts of a query of `\gexec`, which contains most text of its commands."""
        if re.search(SHARED_IN_BODY, query):
            self.generated.append(query.decode("utf-8", "replace").lower())
            self.several |= re.search(rb"(?i)create\s+database", query) is not None


def definitions(folder: Folder, variables: Mapping[str, str]) -> Iterator[tuple[Definition, bytes]]:
    """Yield what the scripts create and fill, up to a statement that cannot be read in each."""
    seen: set[tuple[str, str]] = set()
    insert_heads: set[bytes] = set()
    for command, place in _commands(folder, variables):
        # Plain INSERTs that are equal up to their first parenthesis fill the same table.
        head = command[: command.find(b"(", 0, 200) + 1]
        if head[:6].upper() != b"INSERT" or any(c in head for c in (b'"', b"--", b"/*")):
            head = b""
        if head in insert_heads:
            continue
        found = definition_of(command)
        if found and found[0] == "rows" and head:
            insert_heads.add(head)
        if found is None or (found[0] == "rows" and found[:2] in seen):
            continue
        seen.add(found[:2])
        yield Definition(*found, *place), command


def insertions(folder: Folder, variables: Mapping[str, str]) -> Iterator[tuple[Definition, bytes]]:
    """Yield each INSERT of the scripts with its text."""
    for command, place in _commands(folder, variables):
        found = definition_of(command) if command[:6].upper() == b"INSERT" else None
        if found:
            yield Definition(*found, *place), command


def _commands(
    folder: Folder, variables: Mapping[str, str]
) -> Iterator[tuple[bytes, tuple[str, int]]]:
    for script in (one for one in folder.scripts if not one.shell):
        state = State(Files(script.path.parent), variables, offline=True)
        with suppress(RunnerError):
            for step in separated(read_script(script.source, state)):
                if isinstance(step, Connect):
                    state.begin_session()
                elif isinstance(step, Sync) and not step.known:
                    break  # an answer of the server decides how to read the rest
                one = step.statement if isinstance(step, Gset | Gexec) else step
                if isinstance(one, Statement):
                    for start, command in zip(one.starts, one.commands, strict=True):
                        line = one.line + one.text.count(b"\n", 0, start)
                        yield command, (one.source.name, line)


def definition_of(command: bytes) -> tuple[str, str, str] | None:
    """Return kind, name and table of the object that a command creates, or of the filled table."""
    if not command[:8].upper().startswith((b"CREATE", b"INSERT", b"COPY")):
        return None
    one = Command(command)
    if filled := _FILLED.match(one.leading(_UP_TO_NAME)):
        return "rows", bare_name(filled[1]), ""
    return one.created
