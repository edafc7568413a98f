"""Find the statements: try each in the database, in a savepoint, until nothing differs.

The result has the order in which the server accepts the statements: one that needs another first is
tried again. An object is dropped after its dependents, which are then missing and created again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from psycopg import errors, sql

from runner.catalog.reader import read_snapshot, without_other_shared_objects
from runner.catalog.row_differences import RowCheck, compare_rows
from runner.catalog.snapshot import ObjectKey, Snapshot, key_of, most_common_owner
from runner.connect.queries import SET_PATH, all_rows, encoded, fetch, statement
from runner.connect.session import Session
from runner.diff.item import (
    Alternatives,
    CannotWrite,
    Commands,
    DiffKey,
    Item,
    desired_snapshot,
    differences,
    literal,
)
from runner.diff.statements import statements
from runner.reference.reference_state import ReferenceState
from runner.verify.definitions import unqualified
from runner.verify.row_comparison import RowComparison

# Why differences are left as they are.
Reasons = Mapping[DiffKey, str]
# The same statement may be needed again after its object was dropped together with another object.
_MAX_RUNS = 3
_HAS_DEPENDENTS = ("2BP01", "0A000")
# Lock timeout, cancel, failed or read-only transaction: the statement itself is not wrong.
_OTHER_ERRORS = ("55P03", "57014", "25P02", "25006")
# Changed before the others: attaching a partition creates the indexes and triggers of its table.
_FIRST = ("inherits", "partition bound")
# Kinds that pg_identify_object names differently.
_IDENTIFIED = {"attribute": "column", "domain": "type"}
# The views of the statements are those of the scripts, which `pinned` would refuse.
_PATH = SET_PATH.removesuffix(";")
_MORE = "the statement would do more than insert the rows that are missing"


class FoundStatement(NamedTuple):
    """A statement of the result, without semicolon, and the object that it is for."""

    text: str
    key: ObjectKey


def with_search_paths(conn: Session, found: Sequence[FoundStatement]) -> Iterator[FoundStatement]:
    """Yield the statements, with one before each group that sets the search_path it needs."""
    # The INSERTs of the scripts need the session's own path.
    ((own,),) = all_rows(conn, "SELECT pg_catalog.current_setting('search_path')")
    for is_row, group in groupby(found, lambda one: one.key.object == "rows"):
        path = literal(own if is_row else "pg_catalog, pg_temp")
        text = f"SELECT pg_catalog.set_config('search_path', {path}, false)"
        yield from (FoundStatement(text, ObjectKey("setting", "search_path")), *group)


class _Task:
    def __init__(self, item: Item) -> None:
        self.item = item
        self.reason = "no statement was found that changes it"
        self.has_dependents = False
        self.alternatives: Alternatives = ()
        try:
            self.alternatives = statements(item)
        except CannotWrite as error:
            self.reason = str(error)


class Search:
    """A search in the open transaction of `conn`; `written`: the statements found so far."""

    def __init__(self, conn: Session, desired: Snapshot, shared: Sequence[str] = ()) -> None:
        self._conn = conn
        self._desired = desired
        self._shared = shared
        self._run_counts = Counter[Commands]()
        self.written: list[FoundStatement] = []

    def run(self, current: Snapshot) -> dict[DiffKey, str]:
        """Run statements as long as one helps; return the remaining differences and the reasons."""
        while True:
            tasks = [_Task(item) for item in differences(self._desired, current)]
            tasks.sort(key=lambda task: task.item.difference.property not in _FIRST)
            if not tasks or not (self._run_alternatives(tasks) or self._drop_dependents(tasks)):
                return {key_of(task.item.difference): task.reason for task in tasks}
            current = self.current()

    def current(self) -> Snapshot:
        return without_other_shared_objects(self._desired, read_snapshot(self._conn, *self._shared))

    def _run_alternatives(self, tasks: Sequence[_Task]) -> bool:
        """Run the first alternatives, the next only if all fail; return whether any succeeded."""
        for level in range(max(len(task.alternatives) for task in tasks)):
            waiting = [task for task in tasks if len(task.alternatives) > level]
            ran = False
            while (
                rest := [t for t in waiting if not self._try(t, t.alternatives[level])]
            ) != waiting:
                waiting, ran = rest, True
            if ran:
                return True
        return False

    def _try(self, task: _Task, commands: Commands) -> bool:
        if not commands or self._run_counts[commands] >= _MAX_RUNS:
            return False
        error = self.attempt(task.item.key, commands)
        if error is not None:
            task.reason = error.diag.message_primary or task.reason
            task.has_dependents |= error.sqlstate in _HAS_DEPENDENTS
            return False
        self._run_counts[commands] += 1
        return True

    def attempt(self, key: ObjectKey, commands: Commands) -> errors.Error | None:
        """Run commands in a savepoint; return the error that they cause, or None. Raises others."""
        is_row = key.object == "rows"  # written by the scripts, for the session's own search_path
        sent = commands if is_row else (_PATH, *commands, "SET LOCAL search_path TO DEFAULT")
        self._execute("SAVEPOINT runner_diff")
        try:
            self._execute(*sent, "RELEASE SAVEPOINT runner_diff")
        except errors.Error as error:
            if error.sqlstate is None or error.sqlstate in _OTHER_ERRORS:
                raise
            self._execute("ROLLBACK TO SAVEPOINT runner_diff")
            return error
        self.written += [FoundStatement(command, key) for command in commands]
        return None

    def _execute(self, *commands: str) -> None:
        self._conn.execute(encoded(self._conn, ";\n".join(commands)))

    def _drop_dependents(self, tasks: Sequence[_Task]) -> bool:
        """Drop the dependents of one object, and change it; return whether that worked."""
        found = [task for task in tasks if task.has_dependents]
        found.sort(key=lambda one: (one.item.difference.kind == "extra", "view" in one.item.key[0]))
        for task in found:
            so_far, counts = len(self.written), self._run_counts.copy()
            self._execute("SAVEPOINT runner_diff_dependents")
            for command in self._drop_commands(task.item):
                self._try(task, (command,))
            # Others that shared them are changed at once, before a view is created again.
            changed = [one for one in found if any(self._try(one, c) for c in one.alternatives)]
            if task in changed:
                self._execute("RELEASE SAVEPOINT runner_diff_dependents")
                return True
            self._execute("ROLLBACK TO SAVEPOINT runner_diff_dependents")
            del self.written[so_far:]
            self._run_counts = counts
        return False

    def _drop_commands(self, item: Item) -> list[str]:
        kind, names = item.key.object, item.names()
        # The spelling of pg_identify_object: "a on public.t", "public.f(integer,text)".
        is_on = kind in ("constraint", "trigger", "rule", "policy")
        name = f"{names['own']} on {names['parent']}" if is_on else item.key.name.replace(", ", ",")
        query = sql.SQL(statement("diff/dependents")).format(
            kind=sql.Literal(_IDENTIFIED.get(kind, kind)), identity=sql.Literal(name)
        )
        return [text for (text,) in fetch(self._conn, query)]


def search(
    conn: Session,
    wanted: Snapshot,
    dropped: Collection[str],
    reasons: dict[DiffKey, str],
    shared: Sequence[str] = (),
) -> tuple[Search, dict[DiffKey, str]]:
    """Search in the transaction of `conn`; return the search, and the differences to leave."""
    target = without_other_shared_objects(wanted, read_snapshot(conn, *shared))
    owner = most_common_owner(wanted, target) or target.role
    desired = desired_snapshot(wanted, target, owner, dropped, reasons)
    initial = {key_of(item.difference) for item in differences(desired, target)}
    new = wanted.objects.keys() - target.objects.keys()
    conn.execute(b"SAVEPOINT runner_search")
    while (rest := (one := Search(conn, desired, shared)).run(target)) and initial - reasons.keys():
        conn.execute(b"ROLLBACK TO SAVEPOINT runner_search")
        reasons = reasons | _more_reasons(rest, initial, new, reasons)
        desired = desired_snapshot(wanted, target, owner, dropped, reasons)
    return one, reasons


def _more_reasons(
    remaining: Reasons, initial: set[DiffKey], new: set[ObjectKey], reasons: Reasons
) -> dict[DiffKey, str]:
    """Return what else to leave unchanged, so that the statements cause no new difference."""
    before = {*(one[:2] for one in initial), *new}
    reason = "; ".join(dict.fromkeys(remaining.values()))
    # A changed object that is missing now is left unchanged; a new object is not created.
    known = {one if one in initial else (*one[:2], None): why for one, why in remaining.items()}
    if not all(one[:2] in before for one in remaining):  # replacing a type that objects still use
        known = {one: reason for one in initial if one[0] in ("type", "domain")}
    return dict.fromkeys(initial, reason) if known.keys() <= reasons.keys() else known


class MissingRows:
    """The rows of the reference that a database lacks; `reasons`: why a table still lacks some."""

    def __init__(self, conn: Session, reference: ReferenceState) -> None:
        self._conn = conn
        self._reference = reference
        self.reasons: dict[str, str] = {}

    def insert(self, search: Search, statements: Iterable[tuple[str, str]]) -> None:
        """Run each statement, with its table, as it is or ON CONFLICT, if it only adds rows."""
        checks = RowComparison(self._conn, search.current()).checks(self._reference)
        missing = self._count(checks)
        waiting, tried = [*statements], list[tuple[str, str]]()
        while waiting != tried:  # a row that other rows reference may come from a later statement
            tried, waiting, self.reasons = waiting, [], {}
            for table, text in tried:
                own = [one for one in checks if table in self._names(one.actual.name)]
                if not any(missing[one.actual.name] for one in own):
                    continue
                reason = self._run(search, own, missing, text)
                if reason and self._run(search, own, missing, f"{text}\nON CONFLICT DO NOTHING"):
                    self.reasons[own[0].actual.name] = reason
                    waiting.append((table, text))

    def _run(
        self, search: Search, checks: list[RowCheck], missing: Counter[str], command: str
    ) -> str | None:
        """Run a statement; if it does more than add missing rows, undo it and return the reason."""
        name, so_far, before = checks[0].actual.name, len(search.written), self._written()
        self._conn.execute(b"SAVEPOINT runner_rows")
        error = search.attempt(ObjectKey("rows", name), (command,))
        if error is None:
            inserted, changed = (b - a for a, b in zip(before, self._written(), strict=True))
            now = self._count(checks)
            added = sum(missing[table] - count for table, count in now.items())
            if inserted == added > 0 and not changed:
                missing.update({table: now[table] - missing[table] for table in now})
                self._conn.execute(b"RELEASE SAVEPOINT runner_rows")
                return None
        self._conn.execute(b"ROLLBACK TO SAVEPOINT runner_rows")
        del search.written[so_far:]
        return (error and error.diag.message_primary) or _MORE

    def _count(self, checks: Iterable[RowCheck]) -> Counter[str]:
        found, reference = Counter[str](), self._reference
        known = reference.snapshot.objects
        with reference.lock:
            for check in checks:
                table = check.actual
                keys = {n: ObjectKey("column", f"{table.name}.{n}") for n in table.columns}
                defaults = {
                    n: known[key].properties.get("default", "")
                    for n, key in keys.items()
                    if key in known
                }
                # A default that calls a function may differ in each build.
                varying = {n for n, text in defaults.items() if "(" in text}
                wanted = reference.here(check.wanted).stable(varying)
                one = RowCheck(wanted, table.stable(varying), extra=False)
                sizes = (d.rows for t, d in reference.digests.items() if t.name == wanted.name)
                rows = max(sizes, default=0), 0
                differing, _ = compare_rows(reference.conn, self._conn, one, rows, limit=2**31)
                # A row whose primary key the target has is changed, not missing.
                found[wanted.name] += sum(row.kind == "missing" for row in differing)
        return found

    def _names(self, table: str) -> set[str]:
        """Return the unqualified names that an INSERT may use: the table's and its parent's."""
        entry = self._reference.snapshot.objects[ObjectKey("table", table)]
        return {unqualified(one) for one in (table, entry.properties.get("inherits", table))}

    def _written(self) -> tuple[int, int]:
        """Return how many rows the transaction has inserted, and how many it has changed."""
        return fetch(self._conn, statement("diff/rows_written"))[0]
