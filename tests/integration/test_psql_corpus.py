"""Our reading of a script is the real psql's: over the whole corpus, statement by statement.

`corpus/sql` and `corpus/meta` must be read as psql reads them. `corpus/refused` holds what the
runner names instead of running it; its manifest has the place, and how psql itself ends.
"""

from __future__ import annotations

import json
import os
import subprocess
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from runner.errors import ScriptError
from runner.psql.reader import read_script
from runner.psql.source import Source
from runner.psql.state import State
from runner.psql.steps import (
    Connect,
    CopyData,
    Echo,
    Gexec,
    Gset,
    PlainStatements,
    Problem,
    Statement,
    Sync,
    separated,
)
from runner.scripts.files import Files
from tests.oracle import psql_messages
from tests.oracle_sql import changed_setting, is_empty, statements

if TYPE_CHECKING:
    from runner.psql.steps import Step

CORPUS = Path(__file__).parent.parent / "corpus"
REFUSED = json.loads((CORPUS / "refused" / "expected.json").read_text())
COMPARED = sorted([*(CORPUS / "sql").glob("*.sql"), *(CORPUS / "meta").glob("*.sql")])

# What scripts of the corpus may ask for, on both sides.
VARIABLES = {"given": "from -v", "number": "7"}
SERVER = {"SERVER_VERSION_NUM": "180004", "SERVER_VERSION_NAME": "18.4"}
ENVIRONMENT = {"CORPUS": "from env"}


def our_messages(path: Path) -> list[tuple[str, bytes]]:
    """What the runner would send for a script, in the form of `Recorded.messages`."""
    files = Files(path.parent, repeat(Source("standard input", BytesIO)))
    files.directory = path.parent
    state = State(
        files,
        {
            "DBNAME": "postgres",
            "USER": "postgres",
            "PORT": "5432",
            "HOST": "",
            **SERVER,
            **VARIABLES,
        },
        environ=ENVIRONMENT,
    )
    messages: list[tuple[str, bytes]] = []
    for step in separated(read_script(_source(path), state)):
        messages += _messages(step)
        if isinstance(step, Sync):
            _report(messages, state)
    return messages


def _source(path: Path) -> Source:
    return Source(str(path), lambda: path.open("rb"), str(path.parent))


def _messages(step: Step) -> list[tuple[str, bytes]]:
    match step:
        case Statement():
            return [("query", step.lead + step.text)]
        case CopyData():
            return [("copy", b"".join(step.blocks))]
        case Gset() | Gexec():
            return [("query", step.statement.lead + step.statement.text)]
        case PlainStatements():
            return [("query", one.text) for one in step.each()]
        case Echo() | Connect() | Sync():
            return []
        case Problem():
            if not step.warning:
                raise ScriptError(step.message, place=step.source.place(step.offset))
            return []


def _report(messages: list[tuple[str, bytes]], state: State) -> None:
    """Bring the state up to what a server would report after these messages."""
    for kind, text in messages:
        for statement in statements(text) if kind == "query" else ():
            match changed_setting(statement):
                case ("standard_conforming_strings", value):
                    state.standard_conforming_strings = value == "on"
                case ("client_encoding", value):
                    state.set_encoding(value)


def _compared(messages: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Without messages of comments alone, in which a server sees no statement."""
    return [(kind, text) for kind, text in messages if kind != "query" or not is_empty(text)]


@pytest.mark.parametrize("path", COMPARED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sends_what_psql_sends(path: Path) -> None:
    recorded = psql_messages(path, variables=VARIABLES, env=ENVIRONMENT)

    assert recorded.exit_code == 0, recorded.stderr.decode()
    assert _compared(our_messages(path)) == _compared(recorded.messages)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refuses_at_its_place(name: str) -> None:
    path = CORPUS / "refused" / f"{name}.sql"
    with pytest.raises(ScriptError) as caught:
        our_messages(path)
    assert os.path.relpath(str(caught.value.place), path.parent) == REFUSED[name]["place"]


@pytest.mark.parametrize("name", [name for name in sorted(REFUSED) if REFUSED[name]["psql_exit"]])
def test_psql_stops_there_too(name: str) -> None:
    recorded = psql_messages(CORPUS / "refused" / f"{name}.sql")
    assert recorded.exit_code == REFUSED[name]["psql_exit"]


@pytest.mark.parametrize(
    ("message", "is_left_out"),
    [
        (b" -- a\n/* b /* c */ */ SELECT 1; -- d", False),
        (b"'--'", False),
        (b"/* a */ ; -- b\n;", True),
        (b"/* open", True),
    ],
)
def test_comparison_leaves_out_only_what_no_server_runs(message: bytes, is_left_out: bool) -> None:
    assert is_empty(message) == is_left_out


def test_listener_shows_the_extended_protocol(tmp_path: Path) -> None:
    script = tmp_path / "bind.sql"
    script.write_bytes(b"SELECT $1 \\bind 7 \\g\n")
    kinds = [kind for kind, _ in psql_messages(script).messages]
    assert kinds == ["parse", "bind", "describe", "execute"]


def test_listener_shows_a_new_connection(tmp_path: Path) -> None:
    script = tmp_path / "connect.sql"
    script.write_bytes(b"\\connect other someone\nSELECT 1;\n")
    recorded = psql_messages(script)
    assert recorded.connections == [("someone", "other")]
    assert recorded.messages == [("query", b"SELECT 1;")]


def test_listener_does_not_wait_for_ever(tmp_path: Path) -> None:
    script = tmp_path / "watch.sql"
    script.write_bytes(b"SELECT 1 \\watch 60\n")
    with pytest.raises(subprocess.TimeoutExpired):
        psql_messages(script, timeout=0.5)
