"""The databases of the scripts in a rehearsal, which runs what they do in one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.errors import Query, StatementFailed
from runner.execute.server_errors import hint_for
from runner.reference.one_database import OneDatabase

if TYPE_CHECKING:
    from collections.abc import Callable

    from runner.connect.session import Session
    from runner.errors import RunnerError
    from runner.execute.execution import RunningScript, Where
    from runner.execute.shared import Shared
    from runner.psql.steps import Connect

_TARGETS = ":DBNAME"
_INITIAL = ("template0", "template1")


class RehearsedDatabases(OneDatabase):
    """The target's is the one whose name is not known: any that no script makes is `taken` for it.

    `on_error` takes the error of a CREATE DATABASE that could not copy its template.
    """

    def __init__(
        self,
        conn: Session,
        other: tuple[str, Shared | None] | None,
        on_error: Callable[[RunnerError, bytes], None],
    ) -> None:
        super().__init__(conn, _TARGETS, *(other or (_TARGETS,)))
        self.taken: set[str] = set()
        self._on_error = on_error

    def connect(self, name: str, step: Connect | None) -> tuple[Session, None] | None:
        """See execute.execution.Databases."""
        name = self._known(name)
        if name not in (_TARGETS, *self._created):
            self.taken.add(name)
            name = _TARGETS
        return super().connect(name, step)

    def share(self, shared: Shared, progress: RunningScript | None) -> Where | None:
        """See execute.execution.Databases. A copy of the target's begins with what that has."""
        name = self._known(shared.template or "")
        if shared.verb == b"CREATE" and name and name not in (*_INITIAL, *self._created):
            is_own = name in (_TARGETS, *self.taken)
            said = f'source database "{name}" is being accessed by other users'
            if not is_own:
                said = f'template database "{name}" does not exist'
            text, sqlstate = shared.statement.text, "55006" if is_own else "3D000"
            error = StatementFailed(
                said,
                sqlstate=sqlstate,
                place=shared.statement.source.place(shared.statement.offset),
                statement=Query(text.decode("utf-8", "replace")),
                hint=hint_for(sqlstate, text.decode("utf-8", "replace")),
            )
            self._on_error(error, text)
            shared = shared._replace(sources=(_TARGETS,) if is_own else ())
        return super().share(shared, progress)
