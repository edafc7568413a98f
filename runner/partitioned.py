"""REINDEX and CLUSTER of partitioned tables, which commit partition by partition. Pure.

Refused in a transaction since PostgreSQL 14 and 15 (ReindexPartitions in
src/backend/commands/indexcmds.c, cluster in cluster.c); before, they did nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from runner.psql.words import tokens
from runner.rules import Rule

_MAKES = re.compile(rb"(?i)\bPARTITION\s+BY\b")
_ASKS = (b"REINDEX", b"CLUSTER")
# As many tokens as stand before the name of what is made, or of what is meant.
_HEAD = 16
_LEFT_OUT = frozenset({b"UNLOGGED", b"IF", b"NOT", b"EXISTS", b"UNIQUE", b"ONLY", b"VERBOSE"})


@dataclass(slots=True)
class Partitioned:
    """Partitioned tables that the scripts have made so far, and their indexes: bare names."""

    names: set[bytes] = field(default_factory=set)

    def see(self, command: bytes) -> list[Rule]:
        """Takes the next command; gives what is wrong with it."""
        first = command[:7].upper()
        if first.startswith(b"CREATE"):
            if _MAKES.search(command) or (self.names and b"INDEX" in command[:40].upper()):
                self._made(_words(command))
            return []
        if not self.names or first not in _ASKS:
            return []
        words = _words(command)
        named = _name(words[2:] if first == b"REINDEX" else words[1:])
        return [_rule(first.decode(), named)] if named in self.names else []

    def _made(self, words: list[bytes]) -> None:
        if words[1:2] == [b"TABLE"]:
            self.names.add(_name(words[2:]))
        elif words[1:2] == [b"INDEX"] and b"ON" in words:
            on = words.index(b"ON")
            if _name(words[on + 1 :]) in self.names:
                self.names.add(_name(words[2:on]))


def _words(command: bytes) -> list[bytes]:
    """The first words, without those that may be left out and without options in parentheses."""
    found: list[bytes] = []
    depth = 0
    for token in islice(tokens(command), _HEAD):
        depth += {b"(": 1, b")": -1}.get(token.text, 0)
        if not depth and token.text not in _LEFT_OUT and token.text != b")":
            found.append(token.text)
    return found


def _name(words: list[bytes]) -> bytes:
    """The last part of a name that the words begin with."""
    name = words[:1]
    while words[1:2] == [b"."]:
        words = words[2:]
        name = words[:1]
    return name[0].strip(b'"').lower() if name else b""


def _rule(what: str, name: bytes) -> Rule:
    return Rule(
        (),
        "",
        f"{what} of {name.decode('utf-8', 'replace')}, which is partitioned, cannot run in a"
        " transaction",
        "psql sends it by itself, and it runs",
        "refused inside the one transaction of the run (25001)",
        "Leave it out, or name the partitions. To run the scripts as psql does, use"
        " --transaction none.",
        "warning",
    )
