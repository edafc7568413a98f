"""Find the statements of `--rows`: the scripts' INSERTs whose rows the target lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from runner.catalog.row_differences import RowCheck, compare_rows
from runner.catalog.snapshot import ObjectKey
from runner.connect.queries import fetch, statement
from runner.connect.session import Session
from runner.diff.search import Search
from runner.reference.reference_state import ReferenceState
from runner.verify.definitions import unqualified
from runner.verify.row_comparison import RowComparison

_MORE = "the statement would do more than insert the rows that are missing"


class MissingRows:
    """The rows of the reference that a database lacks; `reasons`: why a table still lacks some."""

    def __init__(self, conn: Session, reference: ReferenceState) -> None:
        self._conn = conn
        self._reference = reference
        self.reasons: dict[str, str] = {}

    def insert(self, search: Search, statements: Iterable[tuple[str, str]]) -> None:
        """Run each statement (with its table's name) that does nothing but add missing rows.

        Otherwise try it with ON CONFLICT DO NOTHING, which skips rows that the table has. `reasons`
        then explains the statements that were not run.
        """
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
                columns = (
                    known.get(ObjectKey("column", f"{table.name}.{n}")) for n in table.columns
                )
                defaults = (one.properties.get("default", "") if one else "" for one in columns)
                # A default that calls a function may differ in each build.
                varying = {n for n, one in zip(table.columns, defaults, strict=True) if "(" in one}
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
