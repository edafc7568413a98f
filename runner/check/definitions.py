"""Find statements of scripts that create objects or fill tables, with their places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from runner.check.command import NAME, Command, bare_name
from runner.comparison import Definition
from runner.errors import RunnerError
from runner.psql.reader import read_script
from runner.psql.state import State
from runner.psql.steps import Connect, Gexec, Gset, Statement, Sync, separated
from runner.scripts.files import Files
from runner.scripts.folder import Folder

_UP_TO_NAME = 8  # tokens
_FILLED = re.compile(rf"(?:INSERT INTO|COPY) {NAME}")


def definitions(folder: Folder, variables: Mapping[str, str]) -> Iterator[tuple[Definition, bytes]]:
    """Yield the objects that the scripts create and the tables they fill, with the statement.

    Each script is read up to the first statement that cannot be read.
    """
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
    for statement in _statements(folder, variables):
        for start, command in zip(statement.starts, statement.commands, strict=True):
            line = statement.line + statement.text.count(b"\n", 0, start)
            yield command, (statement.source.name, line)


def _statements(folder: Folder, variables: Mapping[str, str]) -> Iterator[Statement]:
    for script in folder.scripts:
        if script.shell:
            continue
        state = State(Files(script.path.parent), variables, offline=True)
        with suppress(RunnerError):
            for step in separated(read_script(script.source, state)):
                if isinstance(step, Statement):
                    yield step
                elif isinstance(step, Gset | Gexec):
                    yield step.statement
                elif isinstance(step, Connect):
                    state.begin_session()
                elif isinstance(step, Sync) and not step.known:
                    break  # an answer of the server decides how to read the rest


def definition_of(command: bytes) -> tuple[str, str, str] | None:
    """Return kind, name and table of the object that a command creates, or of the filled table."""
    if not command[:8].upper().startswith((b"CREATE", b"INSERT", b"COPY")):
        return None
    one = Command(command)
    if filled := _FILLED.match(one.leading(_UP_TO_NAME)):
        return "rows", bare_name(filled[1]), ""
    return one.created
