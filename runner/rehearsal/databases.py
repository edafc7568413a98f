"""The databases of the scripts in a rehearsal, which runs what they do in one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import Query, StatementFailed
from runner.execute.server_errors import hint_for
from runner.reference.names import by_known_names
from runner.reference.one_database import OneDatabase, VisitedDatabase

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.connect.session import Session
    from runner.errors import RunnerError
    from runner.execute.execution import RunningScript, Where
    from runner.execute.shared import Shared
    from runner.psql.steps import Connect

TARGETS = ":DBNAME"
_IN_TRANSACTION = "25001"
_INITIAL = ("template0", "template1")


class RehearsedDatabases(OneDatabase):
    """The target's is the one whose name is not known: any that no script makes is `taken` for it.

    A CREATE DATABASE is sent, so that the server reads it.

    `on_error` takes the error of a CREATE DATABASE that could not copy its template.
    """

    def __init__(
        self,
        conn: Session,
        other: tuple[str, VisitedDatabase] | None,
        on_error: Callable[[RunnerError, bytes], object],
    ) -> None:
        super().__init__(conn, TARGETS, *(other or (TARGETS,)))
        self.taken: set[str] = set()
        self._made: set[str] = set()
        self._only_read: set[tuple[str, int]] = set()
        self._on_error = on_error

    def connect(self, name: str, step: Connect | None) -> tuple[Session, None] | None:
        """See execute.execution.Databases."""
        name = self._connected(name)
        if name not in (TARGETS, *self._created):
            self.taken.add(name)
            name = TARGETS
        return super().connect(name, step)

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        """See execute.execution.Databases. A copy of the target's begins with what that has."""
        names = set(shared.database_names)
        if shared.verb == b"DROP":
            self._made -= names
        if shared.verb == b"CREATE" and names:
            name = self.with_known_names(shared.template or "")
            # A query that gives the statement looks first whether the database is there.
            if shared.statement.origins is None and not names.isdisjoint(self._made):
                self._fail(shared, "42P04", f'database "{shared.database_names[0]}" already exists')
            elif name in (TARGETS, *self.taken):
                said = f'source database "{name}" is being accessed by other users'
                self._fail(shared, "55006", said)
                shared = shared._replace(sources=(TARGETS,))
            elif name and name not in (*_INITIAL, *self._created):
                self._fail(shared, "3D000", f'template database "{name}" does not exist')
            self._made |= names
        found = super().run_shared(shared, progress)
        if found is None and shared.verb == b"CREATE" and names:
            place = shared.statement.source.place(shared.statement.file_offset(0))
            self._only_read.add((place.script, place.line))
            return None, shared.statement
        return found

    def sent(self, text: bytes) -> bytes:
        """What is sent for the text of a statement."""
        return by_known_names(text, None if self.current == TARGETS else self.current)

    def is_read(self, error: RunnerError) -> bool:
        """Whether the server has refused a CREATE DATABASE only because of the transaction."""
        place = error.place
        return error.sqlstate == _IN_TRANSACTION and bool(place and place[:2] in self._only_read)

    def _fail(self, shared: Shared, sqlstate: str, message: str) -> None:
        """Report what the server would say."""
        statement = shared.statement
        text = statement.text.decode("utf-8", "replace")
        error = StatementFailed(
            message,
            sqlstate=sqlstate,
            place=statement.source.place(statement.offset),
            statement=Query(text),
            hint=hint_for(sqlstate, text),
        )
        self._on_error(error, statement.text)
