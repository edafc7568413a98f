"""Verification of one target: its catalog and rows are compared with those of a reference."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from runner.catalog.citus_shards import compare_shards
from runner.catalog.reader import (
    parse_snapshot,
    read_snapshot,
    shared_queries,
    without_other_shared_objects,
)
from runner.catalog.row_differences import RowCheck
from runner.catalog.rows import compare_sequences
from runner.catalog.snapshot import most_common_owner, parts_added_again
from runner.check.script_facts import definitions
from runner.comparison import Difference, Verification
from runner.connect.session import Session
from runner.errors import Collision, Refused, RunnerError
from runner.guard.effects import Effects, Inventory
from runner.reference.one_database import VisitedDatabase
from runner.reference.reference import Reference
from runner.reference.reference_state import (
    ReferencePool,
    ReferenceState,
    state_before_run,
    state_beside_run,
    with_another_build,
    with_second_run,
)
from runner.reference.spec import (
    ReferenceSpec,
    is_of_scripts,
    is_short,
    only_in_reference,
    require_rights,
)
from runner.verify.assertions import AssertionFile, run_assertions
from runner.verify.definitions import DefinitionIndex, first_unapplied
from runner.verify.row_comparison import RowComparison, WrittenTables, table_of, unverified_rows

_ROLL_BACK = b"ROLLBACK TO SAVEPOINT runner_snapshot; RELEASE SAVEPOINT runner_snapshot"


def has_no_room(error: RunnerError | psycopg.Error) -> bool:
    """Return whether the server's lock table was full (out_of_memory): it refuses sessions, too."""
    return error.sqlstate == "53200" or "out of shared memory" in str(error)


class Verifier:
    """Compares the target with a reference that is dropped when `stack` is closed, or before.

    Usually the reference is built while the scripts run on the target. It is built before the run,
    with no transaction left open, when the scripts change objects that all databases of a server
    share, and when it comes from a `pool` because there are several targets. Scripts whose result
    depends on the server get a reference of their own.
    """

    def __init__(
        self, spec: ReferenceSpec, stack: ExitStack, pool: ReferencePool | None = None
    ) -> None:
        self.spec, facts = spec, spec.facts
        asks = facts.asks_where or facts.asks_database
        self._pool = None if facts.cluster_wide or asks else pool
        self.builds_before_run = facts.cluster_wide or self._pool is not None
        self._stack = stack
        self._reference, self._second = self._new_reference(), self._new_reference()
        self._reference_state: ReferenceState | None = None
        self._rows: RowComparison | None = None  # of the run
        self._compares_rows = spec.settings.verify == "all"
        self._was_built_before_run = self.awaits_run = False
        self._verification = Verification({})
        self._failed: tuple[RunnerError, ...] | None = None
        self._script_error: RunnerError | None = None

    def _new_reference(self) -> Reference:
        reference = Reference(self.spec)
        self._stack.callback(reference.close)
        return reference

    def start(self, *, awaits_run: bool = False) -> None:
        """Start to build the reference; return when it is built, if that must precede the run.

        With `awaits_run`, the build starts after the run, which tells what shell scripts send.
        Raises Refused when it cannot be built. An error of the scripts is kept: the run on the
        target reports it, or `wait_for_reference` does.
        """
        require_rights(self.spec)
        self.awaits_run = awaits_run
        if awaits_run:
            self.builds_before_run = False
            return
        self._was_built_before_run = self.builds_before_run
        try:
            if self._pool is not None:
                self._reference_state = self._pool.state(self.spec)
                return
            self._reference.start()
            if self.builds_before_run:
                self._reference_state = state_before_run(self._reference, self._second)
        except RunnerError as error:
            if not is_of_scripts(error):
                raise
            self._script_error = error

    def restart(self) -> None:
        """Prepare for another attempt of the run; build a new reference after a collision."""
        if self.builds_before_run and not self._was_built_before_run:
            self._reference.close()
            self._reference, self._second = self._new_reference(), self._new_reference()
            self.start()

    def wait_for_reference(self) -> ReferenceState:
        """Wait until the reference is built. Raises why it cannot be built, or Collision."""
        with self._telling_where():
            if self._script_error is not None:
                raise self._script_error
            if self.awaits_run:
                self.awaits_run = False
                self._reference.start()
            if self._reference_state is None:
                self._reference_state = state_beside_run(self._reference)
        return self._reference_state

    @contextmanager
    def _telling_where(self) -> Iterator[None]:
        """Make an error of the scripts say that it occurred in the reference, and why."""
        try:
            yield
        except RunnerError as error:
            if not is_of_scripts(error):
                raise
            has_run = self._rows is not None
            raise only_in_reference(error, self.spec, has_run=has_run) from None

    def visited(self) -> Mapping[str, VisitedDatabase]:
        """Return the other databases that the scripts connect to; see `OneDatabase`."""
        if self._script_error is not None or self.awaits_run:
            return {}
        return self._reference.result().visited

    def check(self) -> None:
        """Raise a failure of the reference that makes it useless to continue the run."""
        self._reference.check()

    def release(self) -> None:
        """Cancel the build, for which another thread may wait; that of a pool for all targets."""
        if self._pool is not None:
            self._pool.stop()
        self._second.release()
        self._reference.release()

    def must_repeat(self, error: RunnerError | psycopg.Error, holders: str | None = None) -> bool:
        """Return whether the run failed because of its reference, and must be repeated after it.

        Both have changed the same shared object, which the text of the scripts does not show, or
        the server's lock table had no room for both. `holders` are the sessions that hold the lock
        that the run waited for, if known.
        """
        # With a longer timeout the reference detects the collision first, and cancels its build.
        may_collide = is_short(self.spec.settings.lock_timeout) and self._reference.is_busy()
        is_ours = not holders or f"pid {self._reference.pid}," in holders
        has_waited = error.sqlstate == "55P03" and may_collide and is_ours
        is_crowded = has_no_room(error) and self._reference.is_started()
        is_collision = has_waited or is_crowded or isinstance(error, Collision)
        if self.builds_before_run or not is_collision:
            return False
        self.builds_before_run = True
        return True

    def run_assertions(self, conn: Session, asserted: Sequence[AssertionFile]) -> None:
        """Run the assertions while the reference is built."""
        self._failed = run_assertions(conn, asserted)

    def read_changes(
        self, conn: Connection[TupleRow], catalog: Sequence[str], before: Inventory, now: Effects
    ) -> None:
        """Read what a run has written while the reference is built; `catalog` is the target's."""
        written, snapshot = WrittenTables.by(before, now), parse_snapshot(catalog)
        self._rows = RowComparison(conn, snapshot, written)
        if self._compares_rows:
            tables = [check.actual for check in written.checks(snapshot.tables)]
            try:
                self._rows.read(tables, written.feeds(snapshot.feeds))
            except Refused:  # raised once it is known what is compared
                conn.execute(_ROLL_BACK)

    def compare_target(self, conn: Connection[TupleRow], *, strict: bool = False) -> None:
        """Compare the target, in the open transaction of `conn`, with the reference.

        After `read_changes`, compare only the rows that the run has written. Raises the reason why
        there is no reference, Collision, and Refused where the role may not read.
        """
        reference = self.wait_for_reference()
        rows = self._rows or self._without_run(conn, reference, strict)
        snapshot = without_other_shared_objects(reference.snapshot, rows.snapshot)
        rows = replace(rows, snapshot=snapshot)
        found, checks, reference = self._differences(reference, rows)
        checked = reference.snapshot.checked()
        warnings = [*parts_added_again(reference.snapshot, snapshot)]
        if rows.written is None:
            on_shards, unanswered = compare_shards(
                conn, reference.snapshot, rows=self._compares_rows
            )
            found += on_shards
            warnings += unanswered
        if self._compares_rows:
            behind, sequences = compare_sequences(reference.states, rows.sequences(reference))
            found += behind
            warnings += sequences
            if all(map(rows.is_derived, found)):
                warnings += unverified_rows(found)
                unverified, found = {table_of(one) for one in found}, []
                checks = [check for check in checks if check.actual.name not in unverified]
            checked["row"] = rows.rows(reference, checks)
        if found:
            folder, variables = self.spec.folder, self.spec.settings.variables
            in_order = tuple(one for one, _ in definitions(folder, variables))
            index = DefinitionIndex(in_order, snapshot, reference.snapshot)
            unapplied = first_unapplied(found, in_order, reference, rows.digests)
            places = tuple(map(index.located, found))
            self._verification = Verification(checked, places, partially_applied=unapplied)
        else:
            kept: tuple[str, ...] = ()
            if self._compares_rows:
                warnings += rows.warnings(reference, checks)
                kept = rows.kept(reference)
            self._verification = Verification(checked, warnings=tuple(warnings), kept=kept)
        self._reference.release()

    def _without_run(
        self, conn: Connection[TupleRow], reference: ReferenceState, strict: bool
    ) -> RowComparison:
        queries = shared_queries(self.spec.facts, self.spec.target.dbname, self.spec.part)
        built = reference.snapshot
        functions = (one.properties for key, one in built.objects.items() if key[0] == "function")
        trusted = [one["definition"] for one in functions if one.get("owner") != built.role]
        found = read_snapshot(conn, *queries, trusted=trusted)
        return RowComparison(conn, found, strict=strict)

    def finish(self, conn: Session, asserted: Sequence[AssertionFile] = ()) -> Verification:
        """Return the differences. If there are none, run the assertions unless that was done."""
        verification = self._verification
        if not verification.found and asserted:
            if self._failed is None:
                self.run_assertions(conn, asserted)
            count = sum(file.commands - 1 for file in asserted)  # without the rollback
            checked = {**verification.checked, "assertion": count}
            verification = verification._replace(checked=checked, assertions=self._failed or ())
        return verification

    def _differences(
        self, reference: ReferenceState, rows: RowComparison
    ) -> tuple[list[Difference], list[RowCheck], ReferenceState]:
        """Return the differences in catalog and rows, except those between any two builds."""
        made = rows.written.made if rows.written else ()
        catalog, differing = self._compared(reference, rows)
        names = {table_of(one) for one in differing}
        while not self.builds_before_run and reference.builds < reference.builds_needed:
            if not _shows(catalog, differing):
                break
            repeat = names.difference(made) if reference.builds == 1 else None
            spec = self.spec._replace(repeat=repeat)
            with self._telling_where():
                reference = with_another_build(spec, self._reference, reference, names)
            catalog, differing = self._compared(reference, rows, names)
            names = {table_of(one) for one in differing}
        if self.builds_before_run and _shows(catalog, differing):
            repeated = self.spec._replace(repeat=names.difference(made))
            reference = with_second_run(repeated, reference)
            catalog, differing = self._compared(reference, rows, names)
        checks = rows.checks(reference) if self._compares_rows else []
        return [*catalog, *differing], checks, reference

    def _compared(
        self, reference: ReferenceState, rows: RowComparison, names: Collection[str] | None = None
    ) -> tuple[list[Difference], list[Difference]]:
        """Return the differences in the catalog, and in the rows of all or of the named tables."""
        built_by = None if rows.written else most_common_owner(reference.snapshot, rows.snapshot)
        catalog = reference.compare_catalog(rows.snapshot, strict=rows.strict, built_by=built_by)
        checks = rows.checks(reference, names) if self._compares_rows else []
        return catalog, rows.differences(reference, checks)


def _shows(catalog: Sequence[Difference], rows: Sequence[Difference]) -> bool:
    """Return whether another build may explain the differences: not if objects are only missing."""
    return bool(rows) or any(one.kind != "missing" for one in catalog)
