"""What the text of scripts tells of what they make, and where. Pure.

A guess from first words, not a parse: what a DO block or a function puts together, or an unusual
spelling, is not seen. Nothing that has to be right depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from runner.folder import Files, Folder
from runner.needs import Needs
from runner.psql.reader import read_script
from runner.psql.state import State
from runner.psql.steps import Gexec, Gset, Statement, Sync, separated
from runner.psql.words import Token, catalog_name, tokens
from runner.results import Defined

if TYPE_CHECKING:
    from runner.snapshot import Difference, Snapshot

# Only these first words lead to anything here.
_FIRST = re.compile(rb"(?i)\s*(create|alter|drop|grant|revoke|reassign|comment|security|do)\b")
# Most of those, told at a glance.
_OTHER = re.compile(
    rb"(?i)\s*(?:(?:create|alter|drop)\s+"
    rb"(?!role|user|group|database|tablespace|subscription|owned|schema)"
    rb"|comment\s+on\s+(?!role|database|tablespace))[a-z]"
)
# Changes of what all databases of a server share.
_CLUSTER_WIDE = re.compile(
    r"(?:CREATE|ALTER|DROP) (?:ROLE|USER|GROUP|DATABASE|TABLESPACE|SUBSCRIPTION)\b(?! MAPPING\b)"
    r"|(?:GRANT|REVOKE) (?!.* ON )"
    r"|(?:GRANT|REVOKE) .* ON (?:DATABASE|TABLESPACE|PARAMETER)\b"
    r"|(?:REASSIGN|DROP) OWNED\b"
    r"|(?:COMMENT|SECURITY LABEL)\b.* ON (?:ROLE|DATABASE|TABLESPACE)\b"
)
_IN_BODY = re.compile(
    rb"(?i)\b(?:(?:create|alter|drop)\s+(?:role|user|group|database)|owned\s+by)\b"
)
_IN_BODIES = (b"create", b"alter", b"drop", b"owned")
_NAME = r'((?:"(?:[^"]|"")+"|[^\s".(;,]+)(?: \. (?:"(?:[^"]|"")+"|[^\s".(;,]+))*)'
_ROLE = re.compile(rf"CREATE (?:ROLE|USER|GROUP) (?!MAPPING ){_NAME}")
# What a schema and a seed hardly ever ask for is compiled when they do.
_ROLE_IN_BODY = rf"(?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\s){_NAME}"
# A body that looks whether a role is there is content with the one that is.
_ASKED = r"(?i)\b(?:IF|EXCEPTION)\b"
_SCHEMA = re.compile(
    rf"(?i)\bCREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:AUTHORIZATION\s+)?{_NAME}"
)
# Enough for the name of whatever is created, and for its table.
_HEAD = 60
_KINDS = (
    "TABLE", "VIEW", "SEQUENCE", "INDEX", "FUNCTION", "PROCEDURE", "AGGREGATE", "TRIGGER", "RULE",
    "POLICY", "TYPE", "DOMAIN", "SCHEMA", "EXTENSION", "PUBLICATION", "SERVER", "COLLATION",
    "STATISTICS", "CONSTRAINT", "ROLE", "USER", "GROUP", "SUBSCRIPTION",
)  # fmt: skip
_CREATED = (
    r"CREATE (?:OR REPLACE |UNLOGGED |UNIQUE |MATERIALIZED |RECURSIVE |FOREIGN |EVENT"
    r" |CONSTRAINT |TRUSTED |PROCEDURAL )*"
    rf"({'|'.join(_KINDS)}) (?!MAPPING )(?:CONCURRENTLY )?(?:IF NOT EXISTS )?{_NAME}"
    rf"(?:.*? ON (?:ONLY )?{_NAME})?"
)
_FILLED = rf"(?:INSERT INTO|COPY) {_NAME}"


@dataclass(slots=True)
class Outline:
    """What scripts create by their text: roles and schemas, names as the catalog has them.

    `shared` is the text, in lower case, of what changes what all databases of a server share.
    `asks_where` is whether a variable tells the scripts which database they are in, or where.
    `needs` is what has to be there.
    """

    shared: str = ""
    asks_where: bool = False
    roles: set[str] = field(default_factory=set)
    needs: Needs = field(default_factory=Needs)
    generated: bool = False  # a query may make such commands

    @property
    def schemas(self) -> set[str]:
        """The schemas that they create."""
        return self.needs.schemas_made

    @property
    def changes_defaults(self) -> bool:
        """Whether the scripts may change what a new session begins with."""
        return self.cluster_wide or self.generated

    @property
    def cluster_wide(self) -> bool:
        """Whether the scripts change what all databases of a server share."""
        return bool(self.shared)

    def see(self, command: bytes, *, certain: bool = True) -> None:
        """Takes the next command of the scripts, which is `certain` to run."""
        self.needs.see(command, certain=certain)
        first = _FIRST.match(command)
        if first is None or _OTHER.match(command):
            return
        if first[1].upper() == b"DO":
            lower = command.lower()
            if not any(word in lower for word in _IN_BODIES):
                return
            text = command.decode("utf-8", "replace")
            if _IN_BODY.search(command):
                self.shared += text.lower()
                if not re.search(_ASKED, text):
                    self.roles |= {catalog_name(name) for name in re.findall(_ROLE_IN_BODY, text)}
            self.schemas.update(catalog_name(name) for name in _SCHEMA.findall(text))
            return
        text = _joined(islice(tokens(command), _HEAD))
        if _CLUSTER_WIDE.match(text):
            self.shared += command.decode("utf-8", "replace").lower()
            if role := _ROLE.match(text):
                self.roles.add(catalog_name(role[1]))

    def generates(self, query: bytes) -> None:
        r"""Takes a query whose results are commands, for `\gexec`: mostly they stand in it."""
        if _IN_BODY.search(query):
            self.generated = True


def definitions(folder: Folder, variables: Mapping[str, str]) -> Iterator[Defined]:
    """What the statements of all scripts create or fill, in the order in which they run."""
    seen: set[tuple[str, str]] = set()
    for statement in _statements(folder, variables):
        for start, command in zip(statement.starts, statement.commands, strict=True):
            made = _defined(command)
            if made is None or (made[0] == "rows" and made[:2] in seen):
                continue
            seen.add(made[:2])
            line = statement.line + statement.text.count(b"\n", 0, start)
            yield Defined(*made, statement.source.name, line)


def _statements(folder: Folder, variables: Mapping[str, str]) -> Iterator[Statement]:
    for script in folder.scripts:
        if script.shell:
            continue
        state = State(Files(folder.path), variables, offline=True)
        for step in separated(read_script(script.source, state)):
            if isinstance(step, Statement):
                yield step
            elif isinstance(step, Gset | Gexec):
                yield step.statement
            elif isinstance(step, Sync) and not step.known:
                break  # only the server can tell how to read on


def _defined(command: bytes) -> tuple[str, str, str] | None:
    head = command[:8].upper()
    if not head.startswith((b"CREATE", b"INSERT", b"COPY")):
        return None
    text = _joined(islice(tokens(command), _HEAD))
    if filled := re.match(_FILLED, text):
        return "rows", _last(filled[1]), ""
    if made := re.match(_CREATED, text):
        kind, name, table = made.groups()
        on = table if kind in ("TRIGGER", "INDEX", "RULE", "POLICY") else None
        kind = "role" if kind in ("USER", "GROUP") else kind.lower()
        return kind, _last(name), _last(on) if on else ""
    return None


def _joined(found: Iterator[Token]) -> str:
    """Tokens with one blank between; words are in upper case, as `tokens` gives them."""
    return b" ".join(token.text for token in found).decode("utf-8", "replace")


def _last(name: str) -> str:
    return catalog_name(re.split(r" \. (?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$)", name)[-1])


class Places:
    """Where the scripts define what a difference is about."""

    def __init__(self, found: Iterator[Defined], reference: Snapshot) -> None:
        self.in_order = tuple(found)
        self._reference = reference
        self._by_name: dict[tuple[str, str], Defined] = {}
        for one in self.in_order:
            self._by_name.setdefault((one.kind, one.name), one)

    def of(self, difference: Difference) -> Defined | None:
        """The statement, where the text tells it."""
        if difference.object in ("row", "rows"):
            table = unqualified(difference.name.partition(" (")[0])
            # Those of CREATE TABLE AS, and what a function or a trigger has put there.
            return self._by_name.get(("rows", table)) or self._by_name.get(("table", table))
        return self.of_object(difference.object, difference.name)

    def of_object(self, kind: str, name: str) -> Defined | None:
        """The statement that creates an object; for a part of a table, maybe the table's."""
        kind = kind.split()[-1]
        if found := self._by_name.get((kind, unqualified(name.partition("(")[0]))):
            return found
        for key, entry in self._reference.objects.items():
            if key.object.split()[-1] == kind and key.name == name and entry.parent is not None:
                if entry.parent.object == "schema":
                    return None
                return self.of_object(*entry.parent)
        return None


def unqualified(name: str) -> str:
    """The last part of a name as SQL writes it, as the catalog has it."""
    parts = re.findall(r'"(?:[^"]|"")+"|[^."]+', name)
    return catalog_name(parts[-1]) if parts else name
