"""Whether a database is what the scripts build: catalog and rows held against a reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from runner.catalog.reader import fetch_groups, shared_queries, snapshot_of
from runner.catalog.rows import RowDigest, compare_rows, compare_sequences, read_rows
from runner.catalog.snapshot import Snapshot, TableShape, compare
from runner.reference.database import Collision, ReferenceSpec, require_rights
from runner.reference.expected import Expected, built_alone, built_beside, but_for_what_varies
from runner.reference.reference import Reference
from runner.results import Difference, Found, Verification
from runner.verify.assertions import AssertionFile, run_assertions
from runner.verify.definitions import HalfMade, Places, definitions
from runner.verify.target_state import Actual, completed, filled, read

if TYPE_CHECKING:
    from psycopg import Connection

    from runner.errors import RunnerError
    from runner.guard.effects import Relation
    from runner.reference.expected import SharedReferences


_NOTICED = 3.0  # seconds
OUT_OF_MEMORY = "53200"  # SQLSTATE, of a full lock table, too


class Verifier:
    """Holds the target against a reference, which ends with `stack` at the latest.

    Beside the run, the reference is built at the same time. `alone`, it is built before the run
    begins, and no transaction of it is open when it does: for scripts that change what all
    databases of a server share. Other scripts have one that is `shared` with other targets, if
    there are any, and it is built alone, too; unless they ask where they are.
    """

    def __init__(
        self, spec: ReferenceSpec, stack: ExitStack, shared: SharedReferences | None = None
    ) -> None:
        self.spec = spec
        outline = spec.outline
        own = outline.cluster_wide or outline.asks_where
        self._shared = None if own else shared
        self.alone = outline.cluster_wide or self._shared is not None
        self.round_trips = 0  # on the target's connection
        self._stack = stack
        self._reference, self._second = self._new(), self._new()
        self._expected: Expected | None = None
        self._seen: Actual | None = None
        self._is_alone = False
        self._verification = Verification({})
        self._failed: tuple[RunnerError, ...] | None = None

    def start(self) -> None:
        """Begins with the reference; `alone`, comes back when it is built.

        Raises Refused when there can be none.
        """
        require_rights(self.spec)
        self._is_alone = self.alone
        if self._shared is not None:
            self._expected = self._shared.expected(self.spec)
            return
        self._reference.start()
        if self.alone:
            self._expected = built_alone(self._reference, self._second)

    def _new(self) -> Reference:
        found = Reference(self.spec)
        self._stack.callback(found.close)
        return found

    def start_again(self) -> None:
        """The run begins anew: after a collision with a reference that is built before it."""
        if self.alone and not self._is_alone:
            self._reference.close()
            self._reference, self._second = self._new(), self._new()
            self.start()

    def wait(self) -> Expected:
        """Waits until the reference is built. Raises why there is none, and Collision."""
        if self._expected is None:
            self._expected = built_beside(self._reference)
        return self._expected

    def check(self) -> None:
        """Raises what makes it useless to go on, such as a lost connection to the reference."""
        self._reference.check()

    def release(self) -> None:
        """Ends the reference, whatever it is doing; another thread may be waiting for it.

        One that is shared ends for all.
        """
        if self._shared is not None:
            self._shared.stop()
        self._second.release()
        self._reference.release()

    def collided(self, error: RunnerError, holders: str | None = None) -> bool:
        """Whether the run failed since it and the reference waited for each other.

        `holders` are those of the lock that it waited for, if known.

        Both change what all databases of a server share, and the text did not show it. Or the
        server had no room for the locks of both. The next reference is built before the run.
        """
        # A longer timeout lets the reference notice first, which ends it then.
        short = 0 < self.spec.settings.lock_timeout < _NOTICED
        waited = error.sqlstate == "55P03" and short and self._reference.is_busy()
        if holders and f"pid {self._reference.pid}," not in holders:
            waited = False
        crowded = error.sqlstate == OUT_OF_MEMORY and self._reference.is_busy()
        if self.alone or not (waited or crowded or isinstance(error, Collision)):
            return False
        self.alone = True
        return True

    def run_assertions(self, conn: Connection[Any], asserted: Sequence[AssertionFile]) -> None:
        """Runs them, in a run while the reference is still being built. Told by `conclude`."""
        round_trips, self._failed = run_assertions(conn, asserted)
        self.round_trips += round_trips

    def look(self, conn: Connection[Any], catalog: str, done: Iterable[Relation]) -> None:
        """Reads what a run has made, while the reference is still being built.

        `catalog` is the target's as it is now, `done` is what the run has changed.
        """
        self._seen = filled(conn, snapshot_of(catalog), done)

    def compare(self, conn: Connection[Any], *, strict: bool = False) -> None:
        """Holds what `conn` sees, in its open transaction, against the reference.

        A table may hold more rows than the scripts put there: in a run that has had a `look`, when
        it held some before this transaction and still does; else, when it is not `strict`. Raises
        why there is no reference, Collision, and Refused where the role may not read.
        """
        expected = self.wait()
        in_run = self._seen is not None
        if self._seen is None:
            actual = read(
                conn, expected, shared_queries(self.spec.outline, self.spec.target.dbname)
            )
        else:
            actual = completed(conn, expected, self._seen)
        self.round_trips += actual.round_trips
        found = self._found(conn, expected, actual, strict=strict, in_run=in_run)
        found += compare_sequences(actual.states)
        checked = expected.snapshot.checked()
        checked["rows"] = sum(digest.rows for digest in expected.digests.values())
        self._verification = Verification(checked)
        if found:
            self._verification = self._located(checked, found, expected, actual)
        self._reference.release()

    def conclude(
        self, conn: Connection[Any], asserted: Sequence[AssertionFile] = ()
    ) -> Verification:
        """What was found, and the assertions, where there are no differences."""
        verification = self._verification
        if not verification.found and asserted:
            if self._failed is None:
                self.run_assertions(conn, asserted)
            count = sum(file.asserted for file in asserted)
            checked = {**verification.checked, "assertions": count}
            verification = verification._replace(checked=checked, assertions=self._failed or ())
        return verification

    def _found(
        self,
        conn: Connection[Any],
        expected: Expected,
        actual: Actual,
        *,
        strict: bool,
        in_run: bool,
    ) -> list[Difference]:
        """What differs in the catalog and in rows, but for what differs in any two references."""
        wanted, snapshot = expected.snapshot, actual.snapshot
        built_by = None if in_run else _builder(wanted, snapshot)
        catalog = compare(wanted, snapshot, strict=strict, built_by=built_by)
        unlike = _unlike(expected.digests, actual.digests)
        exactly = {t.name for t in unlike if strict}
        if unlike and in_run:
            exactly = self._all_new(conn, unlike)
        rows = self._compare_rows(conn, expected, actual.digests, exactly)
        if not self.alone and (rows or any(d.expected and d.actual for d in catalog)):
            expected = but_for_what_varies(self.spec, self._reference, expected, unlike)
            if list(expected.digests) != unlike:
                self.round_trips += 1
                digests, _ = read_rows(conn, list(expected.digests))
                rows = self._compare_rows(conn, expected, digests, exactly)
        steady = (d for d in catalog if (d.object, d.name, d.property) not in expected.varying)
        return [*steady, *rows]

    def _compare_rows(
        self,
        conn: Connection[Any],
        expected: Expected,
        actual: Mapping[TableShape, RowDigest],
        exactly: set[str],
    ) -> list[Difference]:
        found: list[Difference] = []
        for table in _unlike(expected.digests, actual):
            rows = expected.digests[table].rows, actual[table].rows
            exact = table.name in exactly
            self.round_trips += 1
            with expected.lock:
                found += compare_rows(expected.conn, conn, table, rows, exact=exact)
        return found

    def _all_new(self, conn: Connection[Any], tables: Sequence[TableShape]) -> set[str]:
        """The tables in which the running transaction has written every row.

        age() counts from its id, so what it and its subtransactions wrote is not older.
        """
        self.round_trips += 1
        queries = (
            f"SELECT EXISTS (SELECT FROM ONLY {table.name} "  # noqa: S608, quoted by the server
            "WHERE pg_catalog.age(xmin) OPERATOR(pg_catalog.>) 0)"
            for table in tables
        )
        answers = fetch_groups(conn, ";\n".join(queries))
        return {table.name for table, ((older,),) in zip(tables, answers, strict=True) if not older}

    def _located(
        self,
        checked: Mapping[str, int],
        differences: Sequence[Difference],
        expected: Expected,
        actual: Actual,
    ) -> Verification:
        """The differences with the places in the scripts that they go back to."""
        spec = self.spec
        places = Places(definitions(spec.folder, spec.settings.variables), expected.snapshot)
        found = []
        for difference in differences:
            place = places.of(difference)
            where = (place.script, place.line) if place else (None, None)
            found.append(Found(difference, *where))
        half = HalfMade(differences, expected, actual.digests).first(places.in_order)
        return Verification(checked, tuple(found), half_made=half)


def _unlike(
    expected: Mapping[TableShape, RowDigest], actual: Mapping[TableShape, RowDigest]
) -> list[TableShape]:
    return [table for table, digest in actual.items() if digest != expected[table]]


def _builder(reference: Snapshot, target: Snapshot) -> str | None:
    """The role that built the target: who owns most of what the scripts build."""
    owners = Counter(
        target.objects[key].properties["owner"]
        for key, entry in reference.objects.items()
        if entry.properties.get("owner") == reference.role
        and key in target.objects
        and "owner" in target.objects[key].properties
    )
    return owners.most_common(1)[0][0] if owners else None
