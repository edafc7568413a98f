"""The statements of the scripts that create objects and fill tables, with their places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runner.check.command import Command
from runner.check.script_facts import NAME
from runner.comparison import Defined
from runner.psql.reader import read_script
from runner.psql.sql_text import catalog_name
from runner.psql.state import State
from runner.psql.steps import Connect, Gexec, Gset, Statement, Sync, separated
from runner.scripts.files import Files
from runner.scripts.folder import Folder

_KINDS = (
    "TABLE", "VIEW", "SEQUENCE", "INDEX", "FUNCTION", "PROCEDURE", "AGGREGATE", "TRIGGER", "RULE",
    "POLICY", "TYPE", "DOMAIN", "SCHEMA", "EXTENSION", "PUBLICATION", "SERVER", "COLLATION",
    "STATISTICS", "CONSTRAINT", "ROLE", "USER", "GROUP", "SUBSCRIPTION",
)  # fmt: skip
_CREATED = (
    r"CREATE (?:OR REPLACE |UNLOGGED |UNIQUE |MATERIALIZED |RECURSIVE |FOREIGN |EVENT"
    r" |CONSTRAINT |TRUSTED |PROCEDURAL )*"
    rf"({'|'.join(_KINDS)}) (?!MAPPING )(?:CONCURRENTLY )?(?:IF NOT EXISTS )?{NAME}"
    rf"(?:.*? ON (?:ONLY )?{NAME})?"
)
_FILLED = rf"(?:INSERT INTO|COPY) {NAME}"


def definitions(folder: Folder, variables: Mapping[str, str]) -> Iterator[tuple[Defined, bytes]]:
    """Yield what the statements of all scripts create or fill, in their order, and their text."""
    seen: set[tuple[str, str]] = set()
    filling: set[bytes] = set()
    for command, place in _commands(folder, variables):
        if (inserting := _before_parenthesis(command)) in filling:
            continue  # into the table of an earlier statement
        made = defined(command)
        if made and made[0] == "rows" and inserting:
            filling.add(inserting)
        if made is None or (made[0] == "rows" and made[:2] in seen):
            continue
        seen.add(made[:2])
        yield Defined(*made, *place), command


def insertions(folder: Folder, variables: Mapping[str, str]) -> Iterator[tuple[Defined, bytes]]:
    """Yield each INSERT of the scripts, and its text."""
    for command, place in _commands(folder, variables):
        made = defined(command) if command[:6].upper() == b"INSERT" else None
        if made:
            yield Defined(*made, *place), command


def _commands(
    folder: Folder, variables: Mapping[str, str]
) -> Iterator[tuple[bytes, tuple[str, int]]]:
    for statement in _statements(folder, variables):
        for start, command in zip(statement.starts, statement.commands, strict=True):
            line = statement.line + statement.text.count(b"\n", 0, start)
            yield command, (statement.source.name, line)


def _before_parenthesis(command: bytes) -> bytes | None:
    """Return the beginning of a plain INSERT, which alone tells its table."""
    head = command[: command.find(b"(", 0, 200) + 1]
    plain = head[:6].upper() == b"INSERT" and not any(c in head for c in (b'"', b"--", b"/*"))
    return head if plain else None


def _statements(folder: Folder, variables: Mapping[str, str]) -> Iterator[Statement]:
    for script in folder.scripts:
        if script.shell:
            continue
        state = State(Files(script.path.parent), variables, offline=True)
        for step in separated(read_script(script.source, state)):
            if isinstance(step, Statement):
                yield step
            elif isinstance(step, Gset | Gexec):
                yield step.statement
            elif isinstance(step, Connect):
                state.begin_session()
            elif isinstance(step, Sync) and not step.known:
                break  # how to read on depends on an answer of the server


def defined(command: bytes) -> tuple[str, str, str] | None:
    """Return the kind and name of what a command creates or fills, and the table that it is on."""
    head = command[:8].upper()
    if not head.startswith((b"CREATE", b"INSERT", b"COPY")):
        return None
    text = Command(command).head
    if filled := re.match(_FILLED, text):
        return "rows", _last(filled[1]), ""
    if made := re.match(_CREATED, text):
        kind, name, table = made.groups()
        on = table if kind in ("TRIGGER", "INDEX", "RULE", "POLICY") else None
        kind = "role" if kind in ("USER", "GROUP") else kind.lower()
        return kind, _last(name), _last(on) if on else ""
    return None


def _last(name: str) -> str:
    return catalog_name(re.split(r" \. (?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$)", name)[-1])
