"""Statements that do something outside the transaction, which happens more than once. Pure."""

from __future__ import annotations

import re

from runner.check.command import Command
from runner.check.script_facts import NAME
from runner.findings import Finding
from runner.psql.sql_text import catalog_name

# What the functions of dblink, aws_lambda, aws_s3, http, pg_net and pg_background begin with.
_WORDS = (b"dblink", b"aws_lambda", b"aws_s3", b"http_", b"pg_background")
_CALL = re.compile(
    rb"\b(?:dblink(?:_exec|_open|_send_query|_connect|_connect_u)?|http_(?:post|put|patch|delete|get)"
    rb"|aws_lambda\s*\.\s*\w+|aws_s3\s*\.\s*\w+|pg_background_launch)\s*\("
)
_FUNCTION = re.compile(rf"CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE) {NAME}")
_FOREIGN = re.compile(rf"CREATE FOREIGN TABLE (?:IF NOT EXISTS )?{NAME}")
_WRITES = re.compile(
    rf"(?:INSERT INTO|COPY|UPDATE|DELETE FROM|MERGE INTO|TRUNCATE) (?:TABLE )?(?:ONLY )?{NAME}"
)
_OUTSIDE = Finding(
    "warning",
    "",
    "what this does outside the database happens more than once, and no rollback undoes it",
    "it happens once",
    "apply, plan and verify do it in the reference, too, and a run that begins again does it again",
    "Put it into a folder of its own: apply --transaction none runs each statement once.",
)


class OutsideRules:
    """Sees the commands of all scripts in their order."""

    def __init__(self) -> None:
        self._foreign: set[str] = set()  # tables
        self._callers: set[bytes] = set()  # functions that call outside

    def concerns(self, plain: bytes) -> bool:
        """Whether plain statements may be what the rule is about."""
        return bool(self._foreign) or any(word in plain.lower() for word in self._words)

    @property
    def _words(self) -> tuple[bytes, ...]:
        return (*_WORDS, *self._callers)

    def see(self, command: Command) -> Finding | None:
        """Gives the finding if the next command, or a function that it calls, acts outside."""
        if command.first == b"CREATE" and (table := _FOREIGN.match(command.leading(20))):
            self._foreign.add(bare_name(table[1]))
        if self._foreign and (written := _WRITES.match(command.leading(20))):
            return _OUTSIDE if bare_name(written[1]) in self._foreign else None
        if not any(word in command.lower for word in self._words):
            return None
        names = b"|".join(map(re.escape, self._callers))
        if not _CALL.search(command.lower) and not (
            names and re.search(rb"\b(?:%b)\s*\(" % names, command.lower)
        ):
            return None
        if function := _FUNCTION.match(command.leading(20)):
            self._callers.add(bare_name(function[1]).lower().encode())
            return None
        return _OUTSIDE if command.first not in (b"DROP", b"COMMENT", b"GRANT", b"REVOKE") else None


def bare_name(name: str) -> str:
    """The name without its schema, as the catalog has it."""
    return catalog_name(name.rpartition(" . ")[2] or name)
