"""Statements that act otherwise than in the container, by what earlier ones have made. Pure."""

from __future__ import annotations

import re

from runner.check.command import Command
from runner.check.outside_rules import OutsideRules, bare_name
from runner.check.script_facts import NAME
from runner.findings import Finding

_FORCE = re.compile(rf"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?{NAME}.*? (NO )?FORCE ROW LEVEL")
_WRITES = re.compile(rf"(?:UPDATE|DELETE FROM|MERGE INTO) (?:ONLY )?{NAME}")
_CLOCK = re.compile(
    rb"[(,]\s*(\"[^\"]+\"|[a-z_][\w$]*)\s+[^,]*?\bdefault\s+\(*"
    rb"(?:now\s*\(|transaction_timestamp\s*\(|current_timestamp\b|localtimestamp\b)"
)
_ORDERS = (b" by ", b" BY ", b"max(", b"MAX(", b"min(", b"MIN(")
_READS_ROWS = frozenset(b"INSERT UPDATE DELETE MERGE SELECT WITH".split())
_READ_INTO = re.compile(r"CREATE (?:TEMP(?:ORARY)? |UNLOGGED )?(?:TABLE|MATERIALIZED VIEW)\b.* AS ")
_FORCED = Finding(
    "warning",
    "",
    "FORCE ROW LEVEL SECURITY holds for the owner, too",
    "its role is a superuser, who sees all rows",
    "only the rows that a policy shows are found",
    "Write the rows before FORCE ROW LEVEL SECURITY.",
    for_owners=True,
)
_STANDS_STILL = Finding(
    "warning",
    "",
    "a column that defaults to now() does not tell which row is older",
    "each statement has its own now()",
    "now() is the same in all statements of the run",
    "Order by an id, give the column values, or DEFAULT clock_timestamp().",
)


class DataRules:
    """Sees the commands of all scripts in their order."""

    def __init__(self) -> None:
        self._forced: set[str] = set()
        self._clocks: set[bytes] = set()  # columns
        self._outside = OutsideRules()

    def concerns(self, plain: bytes) -> bool:
        """Whether plain statements may be what a rule is about."""
        orders = bool(self._clocks) and any(word in plain for word in _ORDERS)
        return bool(self._forced) or orders or self._outside.concerns(plain)

    def see(self, command: Command) -> Finding | None:
        """Gives what is wrong with the next command."""
        return self._outside.see(command) or self._see_rows(command)

    def _see_rows(self, command: Command) -> Finding | None:
        if command.first == b"ALTER" and b"force" in command.lower:
            self._see_force(command)
        elif command.first == b"CREATE" and b"default" in command.lower:
            self._clocks.update(_CLOCK.findall(command.lower))
        if self._forced and (written := _WRITES.match(command.leading(20))):
            return _FORCED if bare_name(written[1]) in self._forced else None
        if self._clocks and (command.first in _READS_ROWS or _READ_INTO.match(command.head)):
            names = b"|".join(map(re.escape, self._clocks))
            orders = rb"\b(?:(?:order|group|partition)\s+by\b|(?:max|min)\s*\()[^;()]{0,99}?"
            compared = rb"%b(?<![\w$])(?:%b)(?![\w$])" % (orders, names)
            return _STANDS_STILL if re.search(compared, command.lower) else None
        return None

    def _see_force(self, command: Command) -> None:
        if found := _FORCE.match(command.head):
            change = self._forced.discard if found[2] else self._forced.add
            change(bare_name(found[1]))
