"""README's table of JSON keys, compared with what the commands print."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.acceptance.scripts import execute, write_scripts
from tests.readme import README

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Runner

TABLES = "CREATE TABLE t (a int);\nCREATE TABLE u (b int);\nINSERT INTO t VALUES (1);\n"
REPEATED = "CREATE TABLE IF NOT EXISTS t (a int);\nINSERT INTO t VALUES (1);\n"
DROPPED = f"DROP TABLE IF EXISTS t;\n{TABLES}"
INCLUDED = "\\ir inc/one\n"
# The keys of the first are kinds of objects, those of the second the keys of an error.
CLOSED = ("checked", "assertions")


class Row(NamedTuple):
    """A row of the table: a key, the commands that print it, and the keys below it."""

    key: str
    commands: frozenset[str]
    below: frozenset[str]


def documented() -> set[Row]:
    section = README.read_text("utf-8").partition("\n### JSON\n")[2].partition("\n#")[0]
    return {
        Row(
            key,
            frozenset(re.findall(r"`(\w+)`", commands) or [commands]),
            frozenset(re.findall(r"`(\w+)`", value)),
        )
        for keys, commands, value in re.findall(r"(?m)^\| (`.*?) \| (.*?) \| (.*) \|$", section)
        for key in re.findall(r"`(\w+)`", keys)
    }


def below(value: Any) -> Iterator[str]:
    """All keys in a value."""
    for one in value if isinstance(value, list) else ():
        yield from below(one)
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield key
        yield from below(inner) if key not in CLOSED else ()


@pytest.mark.needs18
def test_the_table_has_all_keys(
    runner: Runner, make_database: Callable[..., str], tmp_path: Path
) -> None:
    printed: dict[tuple[str, str], set[str]] = defaultdict(set)

    def run(command: str, *args: str) -> None:
        result = json.loads(runner(command, "--json", *args).stdout)
        for one in result.get("targets", [result]):
            for key, value in one.items():
                printed[key, command] |= set(below(value))
            for error in (one.get("verification") or {}).get("assertions", ()):
                printed["error", command] |= set(error)
        if "targets" in result:
            printed["targets", command], printed["name", command]

    (tmp_path / "data" / "sql" / "inc").mkdir(parents=True)
    (tmp_path / "data" / "sql" / "inc" / "one").write_text("SELECT 1/0;\n")
    first, second, third = (make_database() for _ in range(3))
    write_scripts(tmp_path / "data", TABLES)
    run("diagram", "--reference", first)
    run("diagram", "--reference", first, "-o", "a.mmd")
    run("plan", "-t", first, "-t", second)
    run("apply", "-t", first)
    run("status", "-t", first)
    run("wait", "-t", first)
    execute(first, "DROP TABLE u")
    run("verify", "-t", first)
    execute(first, "ALTER TABLE t ALTER a SET NOT NULL, ADD z int")
    run("diff", "-t", first)
    execute(second, "CREATE TABLE t (a int)")
    run("verify", "-t", second)
    execute(second, "INSERT INTO t VALUES (2)")
    write_scripts(tmp_path / "data", DROPPED)
    run("apply", "-t", second)
    run("plan", "-t", second)
    write_scripts(tmp_path / "data", REPEATED)
    run("apply", "-t", third)
    run("apply", "-t", third)
    write_scripts(tmp_path / "data", INCLUDED)
    run("check", "--reference", first)
    run("apply", "-t", third)
    (tmp_path / "data" / "sql" / "inc" / "one").write_text("COPY t FROM PROGRAM 'ls';\n\\gbad\n")
    run("plan", "-t", third)
    run("apply", "-t", third)

    commands = {command for _, command in printed}
    table: dict[str, set[str]] = defaultdict(set)
    for key, named, keys in documented():
        of = {"all": commands, "several targets": {"plan"}}.get(min(named), named)
        found = set[str]().union(*(printed.get((key, command), {""}) for command in of))
        assert keys == found or key in ("targets", "name"), key
        table[key] |= of
    assert table == {
        key: {command for name, command in printed if name == key} for key, _ in printed
    }
