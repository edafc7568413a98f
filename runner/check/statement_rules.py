"""Statements that a script in the container, or in one transaction, has another effect of. Pure.

What else PostgreSQL refuses in a transaction, a rehearsal or the run itself shows.
"""

from __future__ import annotations

import re
from collections.abc import Container

from runner.check.command import Command
from runner.findings import Finding
from runner.psql.maintenance import concurrent_index
from runner.psql.sql_text import read_control, refused_control, transaction_control

# 0, which pg_dump writes, is passed over: see step_filters.with_lock_timeout
_LOCK_TIMEOUT = re.compile(
    r"SET (?:SESSION )?LOCK_TIMEOUT\b(?! (?:=|TO) (?:0|'0'|DEFAULT)(?: ;)?$)"
)
# access/transam/xact.c, RequireTransactionBlock
_OUTSIDE = "To run the scripts as psql does, use --transaction none."
_ONLY_IN_TRANSACTION = frozenset({b"SAVEPOINT", b"RELEASE", b"LOCK"})

_LIMITS_LOCKS = Finding(
    "warning",
    "",
    "the script sets lock_timeout, which is the runner's --lock-timeout",
    "no other session holds a lock",
    "until the end of the script this setting limits how long a lock is waited for",
    "Leave it out, unless you want this limit.",
)
_CONCURRENTLY = Finding(
    "error",
    "",
    "CREATE INDEX CONCURRENTLY cannot run in a transaction",
    "psql sends it by itself, and it runs",
    "the index is made with all else, and locks a table that no script makes",
    f"Leave out CONCURRENTLY, and see that nobody waits for the table. {_OUTSIDE}",
)
_NEEDS_TRANSACTION = Finding(
    "warning",
    "",
    "this statement works only in a transaction",
    "refused (25P01): psql is not in a transaction",
    "it runs",
    "Leave it out.",
)
LEFT_OPEN = Finding(
    "warning",
    "",
    "the script ends in an open transaction",
    "rolled back: psql disconnects at the end of the script",
    "rolled back, too",
    "Add COMMIT at the end of the script, or remove its BEGIN.",
)


class StatementRules:
    """Sees the commands of one script in their order: `in_block` is between BEGIN and COMMIT.

    `made` are the tables that the scripts have made up to then.
    """

    def __init__(self, made: Container[str]) -> None:
        self._made = made
        self.in_block = False

    def see(self, command: Command) -> Finding | None:
        """Gives what is wrong with the next command."""
        if command.first == b"SET":
            return _LIMITS_LOCKS if _LOCK_TIMEOUT.match(command.leading(8)) else None
        if b"CONCURRENTLY" in command.words and (index := concurrent_index(command.text)):
            return None if index.table in self._made else _CONCURRENTLY
        if command.first in _ONLY_IN_TRANSACTION:
            # In a message of several commands psql has a transaction, too.
            return _NEEDS_TRANSACTION if command.alone and not self.in_block else None
        words = transaction_control(command.words)
        if words is None:
            return None
        control = read_control(command.text)
        if control is None or not command.alone:
            return _control(words)
        self.in_block = control.begins or (self.in_block and control.chains)
        return None


def _control(words: bytes) -> Finding:
    return Finding(
        "error",
        "",
        refused_control(words),
        "psql sends it, and the script has transactions of its own",
        "refused: all scripts are one transaction, which the runner commits",
        f"Write BEGIN and COMMIT as statements of their own. {_OUTSIDE}",
    )
