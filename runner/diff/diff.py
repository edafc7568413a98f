"""The command `diff`: find the statements, prove them, and name what is left to the user."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from runner.catalog.reader import read_snapshot, shared_queries, without_other_shared_objects
from runner.catalog.snapshot import Snapshot, compare, key_of, most_common_owner, short_type
from runner.check.script_facts import definitions, insertions
from runner.comparison import Difference, Verification
from runner.connect.queries import all_rows, encoded, fetch, pinned, statement
from runner.connect.server_info import describe
from runner.connect.session import Session, connected
from runner.diff.item import own_name
from runner.diff.search import FoundStatement, MissingRows, Reasons, search, with_search_paths
from runner.errors import Refused, UsageError
from runner.reference.reference_state import ReferenceState, with_second_run
from runner.reference.spec import ReferenceSpec
from runner.results import DiffResult, DiffStatement, LeftOver, Proof, TableLock
from runner.run.context import RunContext
from runner.run.database_run import DatabaseRun
from runner.run.state import RunState
from runner.verify.definitions import DefinitionIndex
from runner.verify.verifier import Verifier

_ORDER = (
    "PostgreSQL cannot change the order of columns; it matters to SELECT *, and to INSERT and COPY"
    " without a list of columns"
)
_RENAMED = ("column", "table", "view", "materialized view", "sequence", "index", "type", "domain")
_UNCHANGED = "Nothing has changed: the transaction was rolled back."
_NOT_ALWAYS = "each run of the scripts builds it differently"
_ROWS = "not changed by this command, which repeats no COPY, UPDATE or setval() of the scripts"
_MISSING = "to insert rows that are missing, add: --rows"
_DROP = "to drop it, add: --drop {name}"
_RENAME = "to rename it, add: {rename}; to drop it: --drop {name}"


class _Relation(NamedTuple):
    oid: int
    name: str
    table: int
    file: int
    lock: str | None
    scans: int


def find_statements(ctx: RunContext) -> DiffResult:
    """Find statements and prove them on the target or a copy, in transactions that it rolls back.

    Raises Refused if no reference can be built, LossError if rows would be lost, UsageError if
    `--prove-on` is not a copy of the target, and the errors of the scripts and the connection.
    """
    settings = ctx.settings
    if settings.prove_on is None:
        return _search_and_prove(ctx)
    with connected(settings.prove_on, ctx.observer, settings.connect_timeout) as copy:
        ctx.stop.on_request(copy.cancel_statement)
        _require_copy(ctx.session, copy)
        found = _search_and_prove(ctx._replace(session=copy, target=describe(copy)))
    return found._replace(target=ctx.target)


def _require_copy(target: Session, copy: Session) -> None:
    snapshots = []
    for conn in (target, copy):
        conn.execute(b"BEGIN READ ONLY")
        snapshots.append(read_snapshot(conn))
        conn.rollback()
    if different := compare(*snapshots, strict=True):
        first = different[0]
        raise UsageError(
            f"--prove-on: the database is no copy of the target: {len(different)} differences,"
            f" the first: {first.kind} {first.object} {first.name}",
            hint="Restore a dump of the target into it: pg_dump --schema-only is enough, but only"
            " with the rows the proof shows what fails on them, and how long it takes.",
        )


def _search_and_prove(ctx: RunContext) -> DiffResult:
    run = DatabaseRun(ctx, ctx.session, ctx.target.dbname, reads_changes=False)
    state = RunState(ctx, run.guard)
    with ExitStack() as stack, state.reported_errors(lambda _: (_UNCHANGED, False)):
        stack.callback(state.close)
        # Without the guard, which locks tables: _prove() reports only the locks of the statements.
        properties = run.begin(state, verify=True, guarded=False).properties
        if properties is None:
            raise Refused("the target did not return the properties of a reference")
        verifier = ctx.start_verifier(ctx.reference_spec(properties), stack)
        reference = verifier.wait_for_reference()
        written, remaining, reasons = _run_search(ctx, verifier.spec, reference)
        defined = definitions(ctx.prepared.folder, ctx.settings.variables)
        index = DefinitionIndex((one for one, _ in defined), reference.snapshot)
        if ctx.settings.proof:
            proof, verification = _prove(state, run, verifier, written)
            found, checked = verification.found, verification.checked
        else:
            proof, checked = None, reference.snapshot.checked()
            found = tuple(map(index.located, remaining))
    statements = tuple(
        DiffStatement(text, *key, *index.located(Difference("missing", *key))[1:])
        for text, key in written
    )
    left = tuple(
        LeftOver(one.difference, _reason(ctx, one.difference, written, reasons), *one[1:])
        for one in found
    )
    return DiffResult(state.target, statements, left, checked, proof)


def _run_search(
    ctx: RunContext, spec: ReferenceSpec, reference: ReferenceState
) -> tuple[list[FoundStatement], Sequence[Difference], Reasons]:
    """Run the statements; return them, the differences that remain after them, and why."""
    shared = shared_queries(ctx.prepared.facts, ctx.target.dbname)
    target = without_other_shared_objects(reference.snapshot, read_snapshot(ctx.session, *shared))
    if any(one.kind != "missing" for one in compare(reference.snapshot, target)):
        reference = with_second_run(spec._replace(repeat=()), reference)
    # What `verify` ignores, because each run differs.
    owner = most_common_owner(reference.snapshot, target)
    differing = {*map(key_of, reference.compare_catalog(target, built_by=owner))}
    strictly = map(key_of, compare(reference.snapshot, target, built_by=owner))
    reasons = {one: _NOT_ALWAYS for one in strictly if one not in differing}
    for one in (renamed := [*_rename_statements(read_snapshot(ctx.session), ctx.settings.rename)]):
        ctx.session.execute(encoded(ctx.session, one.text))
    found, reasons = search(ctx.session, reference.snapshot, ctx.settings.drop, reasons, shared)
    if ctx.settings.rows and ctx.settings.verify == "all":
        rows = MissingRows(ctx.session, reference)
        inserts = insertions(ctx.prepared.folder, ctx.settings.variables)
        rows.insert(found, ((o.name, text.decode().rstrip(" \n;")) for o, text in inserts))
        reasons |= {("rows", table, None): reason for table, reason in rows.reasons.items()}
    remaining = reference.compare_catalog(found.current())
    return [*with_search_paths(ctx.session, [*renamed, *found.written])], remaining, reasons


def _rename_statements(target: Snapshot, names: Sequence[str]) -> Iterator[FoundStatement]:
    """Yield the statement for each OLD=NEW. Raises UsageError for an unknown OLD.

    OLD may be without the schema public; NEW has no schema.
    """
    for one in names:
        old, _, new = one.partition("=")
        known = (key for key in target.objects if key.object in _RENAMED)
        found = [key for key in known if key.name in (old, f"public.{old}")]
        if not (found and new):
            raise UsageError(
                f"--rename {one}: the target has no such column, table, view, index or type",
                hint="write it as public.users.kind=user_type",
            )
        key = found[0]
        parent = target.objects[key].parent
        text = f"ALTER {key.object.upper()} {key.name} RENAME TO {new}"
        if key.object == "column" and parent is not None:
            text = f"ALTER TABLE {parent.name} RENAME COLUMN {own_name(key, parent)} TO {new}"
        yield FoundStatement(text, key)


def _prove(
    state: RunState, run: DatabaseRun, verifier: Verifier, statements: Sequence[FoundStatement]
) -> tuple[Proof, Verification]:
    """Run the statements, which the open transaction has already run once; compare; roll back.

    Raises LossError if rows would be lost, and the errors of `Verifier.compare_target`.
    """
    conn = run.conn
    # Read before the guard takes locks: so far only the statements have locked tables.
    locks = {one.oid: one.lock for one in _relations(conn).values()}
    while True:
        state.roll_back()
        run.begin(state)
        before = _relations(conn)
        started = time.monotonic()
        for one in statements:
            conn.execute(encoded(conn, one.text))
        seconds = time.monotonic() - started
        after = _relations(conn)
        effects = pinned(statement("guard/effects"), statement("guard/effects_answer"))
        run.guard.record_effects(all_rows(conn, " ".join(effects))[0][0])
        if run.guard.judge(run.conn):
            break
    verifier.compare_target(conn)
    verification = verifier.finish(conn)
    state.roll_back()
    return Proof(state.target, _table_locks(locks, before, after), seconds), verification


def _relations(conn: Session) -> dict[int, _Relation]:
    return {row[0]: _Relation(*row) for row in fetch(conn, statement("diff/locks"))}


def _table_locks(
    locks: Mapping[int, str | None], before: Mapping[int, _Relation], after: Mapping[int, _Relation]
) -> tuple[TableLock, ...]:
    known = [(before[oid], one) for oid, one in after.items() if oid in before]
    rewritten = {now.table for was, now in known if was.file != now.file}
    scanned = {now.table for was, now in known if was.scans < now.scans}
    return tuple(
        TableLock(now.name, mode, now.oid in rewritten, now.oid in scanned)
        for _, now in known
        if now.table == now.oid and (mode := locks.get(now.oid))
    )


def _reason(
    ctx: RunContext, difference: Difference, written: Sequence[FoundStatement], reasons: Reasons
) -> str:
    name = difference.name
    if reason := reasons.get(key_of(difference)) or reasons.get((difference.object, name, None)):
        # An object of another kind has the name.
        is_taken = difference.kind == "missing" and reason.endswith("already exists")
        return f"{reason}; {_DROP.format(name=name)}" if is_taken else reason
    if difference.property == "column order":
        return _ORDER
    if difference.object in ("row", "rows", "sequence"):
        is_missing = difference.kind == "missing" and not ctx.settings.rows
        tried = reasons.get(("rows", name.partition(" (")[0], None))
        return tried or (_MISSING if is_missing else _ROWS)
    if difference.kind != "extra":
        return ""
    table = name.rpartition(".")[0]
    new = [
        f"--rename {name}={key.name.removeprefix(f'{table}.')}"
        for text, key in written
        if difference.object == key.object == "column" and f"{table} ADD COLUMN " in text
        if f" {difference.actual}" in short_type(text)
    ]
    return (_RENAME if new else _DROP).format(name=name, rename=" or ".join(new))
