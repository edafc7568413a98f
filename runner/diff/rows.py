"""The statements of `--rows`: the INSERTs of the scripts whose rows are missing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from runner.catalog.row_differences import RowCheck, compare_rows
from runner.catalog.snapshot import ObjectKey
from runner.connect.queries import fetch, statement
from runner.verify.definitions import unqualified
from runner.verify.row_comparison import RowComparison
from runner.verify.target_state import TargetState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.catalog.shapes import TableShape
    from runner.connect.session import Session
    from runner.diff.search import Search
    from runner.reference.reference_state import ReferenceState

_MORE = "the statement would do more than insert the rows that are missing"


class MissingRows:
    """Counts the rows of a reference that a database lacks, by the names of their tables."""

    def __init__(self, conn: Session, reference: ReferenceState) -> None:
        self._conn = conn
        self._reference = reference
        self.left: dict[str, str] = {}

    def insert(self, search: Search, statements: Iterable[tuple[str, str]]) -> None:
        """Run each statement, of the table with that name, that adds only rows that are missing.

        ON CONFLICT DO NOTHING leaves alone those of its rows that are there. `left` says then why
        others were not run.
        """
        target = TargetState(search.current(), {}, {})
        checks = RowComparison(self._conn, target).checks(self._reference)
        missing = self._count(checks)
        waiting, tried = [*statements], list[tuple[str, str]]()
        while waiting != tried:  # one that others refer to may come later
            tried, waiting, self.left = waiting, [], {}
            for table, text in tried:
                mine = [one for one in checks if table in self._names(one.actual.name)]
                if not any(missing[one.actual.name] for one in mine):
                    continue
                reason = self._run(search, mine, missing, text)
                if reason and self._run(search, mine, missing, f"{text}\nON CONFLICT DO NOTHING"):
                    self.left[mine[0].actual.name] = reason
                    waiting.append((table, text))

    def _run(
        self, search: Search, checks: list[RowCheck], missing: Counter[str], command: str
    ) -> str | None:
        """Run a statement if it does only that; return why not."""
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
        with reference.lock:
            for check in checks:
                varying = self._varying(check.actual)
                wanted = reference.here(check.wanted).stable(varying)
                one = RowCheck(wanted, check.actual.stable(varying), extra=False)
                sizes = (d.rows for t, d in reference.digests.items() if t.name == wanted.name)
                rows = max(sizes, default=0), 0
                differing, _ = compare_rows(reference.conn, self._conn, one, rows, limit=2**31)
                # A row whose primary key is there is not missing, but changed.
                found[wanted.name] += sum(row.kind == "missing" for row in differing)
        return found

    def _names(self, table: str) -> set[str]:
        """Return the names of a table that an INSERT of its rows may have: also its parent's."""
        entry = self._reference.snapshot.objects[ObjectKey("table", table)]
        return {unqualified(one) for one in (table, entry.properties.get("inherits", table))}

    def _varying(self, table: TableShape) -> set[str]:
        """Return the columns whose default may be another in each build: it calls a function."""
        known = self._reference.snapshot.objects
        found = {n: known.get(ObjectKey("column", f"{table.name}.{n}")) for n in table.columns}
        return {n for n, one in found.items() if one and "(" in one.properties.get("default", "")}

    def _written(self) -> tuple[int, int]:
        ((inserted, changed),) = fetch(self._conn, statement("diff/rows_written").rstrip(";\n"))
        return inserted, changed
