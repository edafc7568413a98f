"""Where the scripts define an object; a half-made database told from one that was changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from runner.check.script_facts import NAME, beginning
from runner.psql.reader import read_script
from runner.psql.sql_text import catalog_name
from runner.psql.state import State
from runner.psql.steps import Gexec, Gset, Statement, Sync, separated
from runner.results import Defined
from runner.scripts.files import Files
from runner.scripts.folder import Folder

if TYPE_CHECKING:
    from runner.catalog.snapshot import Snapshot
    from runner.reference.expected import Digests, Expected
    from runner.results import Difference

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
    text = beginning(command)
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


class HalfMade:
    """Tells a database whose scripts stopped somewhere from one that was changed later.

    Then everything that they define before some statement is there, and nothing after it.
    """

    def __init__(
        self, differences: Sequence[Difference], expected: Expected, actual: Digests
    ) -> None:
        self._missing = {
            (difference.object.split()[-1], unqualified(difference.name)): difference
            for difference in differences
            if difference.kind == "missing" and difference.object != "row"
        }
        self._known = {
            (k.object.split()[-1], unqualified(k.name)) for k in expected.snapshot.objects
        }
        self._rows = {unqualified(table.name) for table in expected.digests}
        self._empty = {unqualified(t.name) for t, digest in actual.items() if not digest.rows}
        self._fewer = {
            unqualified(d.name.partition(" (")[0])
            for d in differences
            if d.kind == "missing" and d.object == "row"
        }
        self._extra = any(difference.kind == "extra" for difference in differences)

    def first(self, in_order: Sequence[Defined]) -> Defined | None:
        """The first statement that has no effect there, where all after it have none either."""
        states = [(one, state) for one in in_order if (state := self._state(one)) is not None]
        at = next((at for at, (_, state) in enumerate(states) if state != "there"), None)
        if at is None or self._extra:
            return None
        rest = [state for _, state in states[at:]]
        if "there" in rest or ("missing" not in rest and len(rest) == 1):
            return None
        return states[at][0]

    def _state(self, one: Defined) -> str | None:
        """there, missing, or partly; None for what the scripts take back later."""
        if one.kind == "rows":
            if one.name not in self._rows:
                return None
            if one.name in self._empty or ("table", one.name) in self._missing:
                return "missing"
            return "partly" if one.name in self._fewer else "there"
        key = one.kind, one.name
        if key not in self._known:
            return None
        gone = key in self._missing or (one.table and ("table", one.table) in self._missing)
        return "missing" if gone else "there"
