"""The databases of the scripts in a rehearsal, which rehearses one database at a time."""

from __future__ import annotations

import re
from collections.abc import Callable

from runner.adapt.shared_statements import Shared
from runner.connect.session import Session
from runner.errors import Query, RunnerError, StatementFailed
from runner.execute.execution import RunningScript, Where
from runner.execute.server_errors import hint_for
from runner.psql.steps import Connect
from runner.reference.names import by_known_names
from runner.reference.one_database import OneDatabase, VisitedDatabase

TARGET_DATABASE = ":DBNAME"
_IN_TRANSACTION = "25001"
_IF_EXISTS = re.compile(rb"(?i)\bIF\s+EXISTS\b")


class RehearsedDatabases(OneDatabase):
    """The databases that a rehearsal connects to; CREATE DATABASE is sent only to be parsed.

    The name of the target is unknown, so each name that no script creates is `taken` for it.
    `on_error` is called with the errors that the server, or a run, would give.
    """

    def __init__(
        self,
        conn: Session,
        other: tuple[str, VisitedDatabase] | None,
        on_error: Callable[[RunnerError, bytes], object],
    ) -> None:
        super().__init__(conn, TARGET_DATABASE, *(other or (TARGET_DATABASE,)))
        self.taken: set[str] = set()
        self._only_read: set[tuple[str, int]] = set()
        self._on_error = on_error

    def connect(self, name: str, step: Connect | None) -> tuple[Session, None] | None:
        """See execute.execution.Databases."""
        name = self._known(name, TARGET_DATABASE)
        if name not in (TARGET_DATABASE, *self._created):
            self.taken.add(name)
            name = TARGET_DATABASE
        return super().connect(name, step)

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        """See execute.execution.Databases."""
        name = "".join(shared.database_names[:1])
        creates, exists = bool(name) and shared.verb == b"CREATE", name in self._created
        is_optional = _IF_EXISTS.search(shared.statement.text)
        if name and shared.verb == b"DROP" and not exists and not is_optional:
            lost = "it does not exist, or all of it would be lost"
            self._fail(shared, None, f"DROP DATABASE {name}: {lost}")
        # A query that returns the statement usually checks first that the database is missing.
        if creates and exists and shared.statement.origins is None:
            self._fail(shared, "42P04", f'database "{name}" already exists')
        found = super().run_shared(shared, progress)
        if found is None and creates:
            place = shared.statement.source.place(shared.statement.file_offset(0))
            self._only_read.add((place.script, place.line))
            return None, shared.statement
        return found

    def sent(self, text: bytes) -> bytes:
        """Return the text to send for a statement."""
        return by_known_names(text, None if self.current == TARGET_DATABASE else self.current)

    def is_only_parsed(self, error: RunnerError) -> bool:
        """Return whether the server refused a CREATE DATABASE only because of the transaction."""
        place = error.place
        return error.sqlstate == _IN_TRANSACTION and bool(place and place[:2] in self._only_read)

    def _fail(self, shared: Shared, sqlstate: str | None, message: str) -> None:
        statement = shared.statement
        text = statement.text.decode("utf-8", "replace")
        error = StatementFailed(
            message,
            sqlstate=sqlstate,
            place=statement.source.place(statement.offset),
            statement=Query(text),
            hint=hint_for(sqlstate, text) if sqlstate else None,
        )
        self._on_error(error, statement.text)
