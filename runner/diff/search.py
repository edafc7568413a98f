"""Finds the statements: each is tried on the database, in a savepoint, until nothing differs.

The order is the one in which the server accepts them: what fails because something else has to be
there first is tried again. What depends on an object that has to be created anew is dropped
before, and is missing then.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from psycopg import errors, sql

from runner.catalog.reader import read_snapshot
from runner.catalog.shared import without_other_shared_objects
from runner.catalog.snapshot import ObjectKey, key_of
from runner.connect.queries import encoded, fetch, first_rows, pinned, statement
from runner.diff.desired_state import Left, differences
from runner.diff.item import Alternatives, CannotWrite, Commands, literal
from runner.diff.statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.catalog.snapshot import Snapshot
    from runner.connect.session import Session
    from runner.diff.item import Item

# The same statement may be needed again for what was dropped with something else.
_MOST_OFTEN = 3
_DEPENDED_ON = ("2BP01", "0A000")
_NOT_OURS = ("55P03", "57014", "25P02", "25006")
# Before the others: with them a partition gets the indexes and triggers of its table.
_FIRST = ("inherits", "partition bound")
# Where pg_identify_object has another word.
_IDENTIFIED = {"attribute": "column", "domain": "type"}


class FoundStatement(NamedTuple):
    """A statement of the result, without semicolon, and the object that it is for."""

    text: str
    key: ObjectKey


def with_paths(conn: Session, found: Sequence[FoundStatement]) -> Iterator[FoundStatement]:
    """Yield the statements, and before those that need it what sets search_path.

    Names in definitions are written for a path of its own; the INSERTs are those of the scripts.
    """
    ((own,),) = first_rows(conn, "SELECT pg_catalog.current_setting('search_path')")
    for is_row, group in groupby(found, lambda one: one.key.object == "rows"):
        path = literal(own if is_row else "pg_catalog, pg_temp")
        text = f"SELECT pg_catalog.set_config('search_path', {path}, false)"
        yield from (FoundStatement(text, ObjectKey("setting", "search_path")), *group)


class _Task:
    """A difference, how it may go away, and why that has failed."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.reason = "no statement was found that changes it"
        self.depended_on = False
        self.alternatives: Alternatives = ()
        try:
            self.alternatives = statements(item)
        except CannotWrite as error:
            self.reason = str(error)


class Search:
    """Searches in the open transaction of `conn`; `written` are the statements so far.

    `shared` are the queries for what all databases of a server share.
    """

    def __init__(self, conn: Session, desired: Snapshot, shared: Sequence[str] = ()) -> None:
        self._conn = conn
        self._desired = desired
        self._shared = shared
        self._often = Counter[Commands]()
        self.written: list[FoundStatement] = []

    def run(self, current: Snapshot) -> dict[Left, str]:
        """Run statements until no more help; return what still differs, and why."""
        while True:
            tasks = [_Task(item) for item in differences(self._desired, current)]
            tasks.sort(key=lambda task: task.item.difference.property not in _FIRST)
            if not tasks or not (self._step(tasks) or self._drop_dependents(tasks)):
                return {key_of(task.item.difference): task.reason for task in tasks}
            current = self.current()

    def current(self) -> Snapshot:
        """Return the catalog as it is now."""
        found = read_snapshot(self._conn, *self._shared)
        return without_other_shared_objects(self._desired, found)

    def _step(self, tasks: Sequence[_Task]) -> bool:
        """Run the first alternatives, and only if none can be run the next; whether any was."""
        for level in range(max(len(task.alternatives) for task in tasks)):
            waiting = [task for task in tasks if len(task.alternatives) > level]
            ran = False
            while True:
                rest = [task for task in waiting if not self._try(task, task.alternatives[level])]
                if len(rest) == len(waiting):
                    break
                waiting, ran = rest, True
            if ran:
                return True
        return False

    def _try(self, task: _Task, commands: Commands) -> bool:
        """Run commands in a savepoint; whether the server accepted them."""
        if not commands or self._often[commands] >= _MOST_OFTEN:
            return False
        error = self.attempt(task.item.key, commands)
        if error is not None:
            task.reason = error.diag.message_primary or task.reason
            task.depended_on |= error.sqlstate in _DEPENDED_ON
            return False
        self._often[commands] += 1
        return True

    def attempt(self, key: ObjectKey, commands: Commands) -> errors.Error | None:
        """Run commands in a savepoint; return the error of the server.

        Raises what is no error of the commands, such as an exceeded lock timeout.
        """
        sent = commands if key.object == "rows" else pinned(*(f"{one};" for one in commands))
        self._execute("SAVEPOINT runner_diff")
        try:
            self._execute(*sent, "RELEASE SAVEPOINT runner_diff")
        except errors.Error as error:
            if error.sqlstate is None or error.sqlstate in _NOT_OURS:
                raise
            self._execute("ROLLBACK TO SAVEPOINT runner_diff")
            return error
        self.written += [FoundStatement(command, key) for command in commands]
        return None

    def _execute(self, *commands: str) -> None:
        """Send commands in one message."""
        self._conn.execute(encoded(self._conn, ";\n".join(commands)))

    def _drop_dependents(self, tasks: Sequence[_Task]) -> bool:
        """Drop what keeps an object from being changed, and change it; whether that worked."""
        found = [task for task in tasks if task.depended_on]
        for task in sorted(found, key=lambda task: task.item.difference.kind == "extra"):
            so_far, often = len(self.written), self._often.copy()
            self._execute("SAVEPOINT runner_diff_dependents")
            for command in self._dependents(task.item):
                self._try(task, (command,))
            if any(self._try(task, commands) for commands in task.alternatives):
                self._execute("RELEASE SAVEPOINT runner_diff_dependents")
                return True
            self._execute("ROLLBACK TO SAVEPOINT runner_diff_dependents")
            del self.written[so_far:]
            self._often = often
        return False

    def _dependents(self, item: Item) -> list[str]:
        kind, names = item.key.object, item.names()
        # As pg_identify_object writes them: "a on public.t", "public.f(integer,text)".
        is_on = kind in ("constraint", "trigger", "rule", "policy")
        name = f"{names['own']} on {names['parent']}" if is_on else item.key.name.replace(", ", ",")
        query = sql.SQL(statement("diff/dependents")).format(
            kind=sql.Literal(_IDENTIFIED.get(kind, kind)), identity=sql.Literal(name)
        )
        return [text for (text,) in fetch(self._conn, query)]
