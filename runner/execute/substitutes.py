"""Statements that one transaction does otherwise than psql, with the same result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.psql.maintenance import concurrent_index
from runner.psql.sql_text import first_words
from runner.results import Notice

if TYPE_CHECKING:
    from runner.observer import Observer
    from runner.psql.steps import Statement

_SET_TIMEOUT = re.compile(rb"(?i)SET\s+(?:SESSION\s+|LOCAL\s+)?transaction_timeout\b")
_NO_TIMEOUT = re.compile(rb"(?i)(?:\b0|'0'|\bdefault)\s*;?\s*\Z")
_HAS_TRANSACTION_TIMEOUT = 170000


class Substitutes:
    """`version` is the server's; `vacuums` are the statements to run after COMMIT."""

    def __init__(self, observer: Observer, version: int) -> None:
        self.vacuums: list[Statement] = []
        self._observer = observer
        self._version = version

    def of(self, statement: Statement) -> Statement | None:
        """What to send for a statement outside of BEGIN … COMMIT, if anything."""
        words = first_words(statement.text, 2)
        if words[:1] == (b"VACUUM",):
            self._note(statement, "VACUUM runs after COMMIT, for the tables that the run has made")
            self.vacuums.append(statement)
            return None
        if words[:1] == (b"CREATE",) and words[1:] in ((b"INDEX",), (b"UNIQUE",)):
            return self._index(statement)
        if _SET_TIMEOUT.match(statement.text):
            self._note_timeout(statement)
            return None
        return statement

    def _index(self, statement: Statement) -> Statement:
        """CREATE INDEX CONCURRENTLY: no other session sees a table that the run has made."""
        index = concurrent_index(statement.text)
        if index is None:
            return statement
        self._note(statement, "CONCURRENTLY is passed over: the table is the run's own")
        text = statement.text
        blank = b" " * (index.end - index.start)
        return statement._replace(text=text[: index.start] + blank + text[index.end :])

    def _note_timeout(self, statement: Statement) -> None:
        """SET transaction_timeout; pg_dump sets it to 0."""
        reason = "all scripts are one transaction"
        if self._version < _HAS_TRANSACTION_TIMEOUT:
            reason = "the server is older than PostgreSQL 17"
        elif _NO_TIMEOUT.search(statement.text):
            return
        self._note(statement, f"SET transaction_timeout is passed over: {reason}")

    def _note(self, statement: Statement, message: str) -> None:
        place = statement.source.place(statement.file_offset(0))
        self._observer.notice(Notice("NOTICE", message, place))
