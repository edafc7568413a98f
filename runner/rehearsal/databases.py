"""The databases of the scripts in a rehearsal, which rehearses one database at a time."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from runner.errors import Query, RunnerError, StatementFailed
from runner.execute.exchange import Exchange
from runner.execute.execution import Execution
from runner.execute.messages import Part
from runner.execute.server_errors import hint_for
from runner.observer import Observer
from runner.reference.database import drop_database
from runner.reference.names import by_known_names
from runner.reference.one_database import OneDatabase, VisitedDatabase

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.adapt.shared_statements import Shared
    from runner.connect.session import Session
    from runner.execute.execution import RunningScript, Where
    from runner.psql.steps import Connect
    from runner.results import Target

TARGET_DATABASE = ":DBNAME"
_IN_TRANSACTION = "25001"
_IF_EXISTS = re.compile(rb"(?i)\bIF\s+EXISTS\b")
_INITIAL = ("template0", "template1")


class RehearsedDatabases(OneDatabase):
    """The databases that a rehearsal connects to; CREATE DATABASE is sent only to be parsed.

    The name of the target is unknown, so each name that no script creates is `taken` for it.
    `on_error` is called with the error of a CREATE DATABASE that could not copy its template.
    """

    def __init__(
        self,
        conn: Session,
        other: tuple[str, VisitedDatabase] | None,
        on_error: Callable[[RunnerError, bytes], object],
    ) -> None:
        super().__init__(conn, TARGET_DATABASE, *(other or (TARGET_DATABASE,)))
        self.taken: set[str] = set()
        self._created_names: set[str] = set()
        self._only_read: set[tuple[str, int]] = set()
        self._with_options: list[Shared] = []
        self._on_error = on_error

    def connect(self, name: str, step: Connect | None) -> tuple[Session, None] | None:
        """See execute.execution.Databases."""
        name = self._known(name, TARGET_DATABASE)
        if name not in (TARGET_DATABASE, *self._created):
            self.taken.add(name)
            name = TARGET_DATABASE
        return super().connect(name, step)

    def run_shared(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        """See execute.execution.Databases; a copy of the target begins with its objects."""
        names = set(shared.database_names)
        if shared.verb == b"DROP":
            is_optional = _IF_EXISTS.search(shared.statement.text)
            if names and names.isdisjoint(self._created_names) and not is_optional:
                lost = "it does not exist, or all of it would be lost"
                self._fail(shared, None, f"DROP DATABASE {shared.database_names[0]}: {lost}")
            self._created_names -= names
        if shared.verb == b"CREATE" and names:
            name = self.with_known_names(shared.template or "")
            # A query that returns the statement usually checks first that the database is missing.
            if shared.statement.origins is None and not names.isdisjoint(self._created_names):
                self._fail(shared, "42P04", f'database "{shared.database_names[0]}" already exists')
            elif name in (TARGET_DATABASE, *self.taken):
                message = f'source database "{name}" is being accessed by other users'
                self._fail(shared, "55006", message)
                shared = shared._replace(sources=(TARGET_DATABASE,))
            elif name and name not in (*_INITIAL, *self._created):
                self._fail(shared, "3D000", f'template database "{name}" does not exist')
            elif not name or name in _INITIAL:
                self._with_options.append(shared)
            self._created_names |= names
        found = super().run_shared(shared, progress)
        if found is None and shared.verb == b"CREATE" and names:
            place = shared.statement.source.place(shared.statement.file_offset(0))
            self._only_read.add((place.script, place.line))
            return None, shared.statement
        return found

    def try_options(self, target: Target) -> None:
        """Create the databases, each alone under another name: only then are options read."""
        self._conn.rollback()
        exchange = Exchange(Execution(self._conn, Observer(), target, autocommit=True))
        name = f"{self._conn.info.dbname[:-8]}{secrets.token_hex(4)}"  # dropped by a later run, too
        for shared in self._with_options:
            try:
                exchange.send([Part(shared.without_owner(name), None, is_alone=True)])
                exchange.collect(lambda: None)
            except RunnerError as error:
                self._on_error(error, shared.statement.text)
            else:
                drop_database(self._conn, name)

    def sent(self, text: bytes) -> bytes:
        """Return the text to send for a statement."""
        return by_known_names(text, None if self.current == TARGET_DATABASE else self.current)

    def is_only_parsed(self, error: RunnerError) -> bool:
        """Return whether the server refused a CREATE DATABASE only because of the transaction."""
        place = error.place
        return error.sqlstate == _IN_TRANSACTION and bool(place and place[:2] in self._only_read)

    def _fail(self, shared: Shared, sqlstate: str | None, message: str) -> None:
        """Report the error that the server, or the run, would give."""
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
