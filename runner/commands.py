"""The commands. Each takes settings and an observer, and returns a result; it prints nothing."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from runner.check.scripts import read_scripts
from runner.connect import session
from runner.connect.server_info import describe
from runner.errors import UsageError
from runner.observer import Observer
from runner.report.terminal import write_file
from runner.results import (
    ApplyResult,
    CheckResult,
    DiagramResult,
    DiffResult,
    StatusResult,
    Target,
    VerifyResult,
    WaitResult,
)
from runner.run.context import Prepared, RunContext, naming_diff, prepare
from runner.scripts.folder import read_folders
from runner.settings import Settings
from runner.signals import Stop

if TYPE_CHECKING:
    from runner.reference.reference_state import ReferenceState

_CHANGES = 10


@contextmanager
def prepare_for_all(
    command: str, settings: Settings, observer: Observer
) -> Iterator[Prepared | None]:
    """Yield the scripts and references that several targets share; None if none are needed."""
    from runner.reference.reference_state import ReferencePool

    if command not in ("apply", "plan", "verify", "diff"):
        yield None
        return
    prepared = prepare(settings, observer, to_compare=command in ("verify", "diff"))
    with closing(ReferencePool()) as shared:
        yield prepared._replace(shared=shared)


@contextmanager
def target_conninfo(
    settings: Settings,
    observer: Observer,
    extensions: Collection[str] = (),
    *,
    durable: bool = True,
) -> Iterator[str]:
    """Yield the target's conninfo; an embedded server, with `extensions`, runs meanwhile."""
    if settings.target is not None:
        yield settings.target
        return
    from runner.embedded.server import embedded_server

    with embedded_server(settings.data_dir, extensions, durable=durable) as server:
        if not settings.target_named:
            observer.note(
                f"No target is configured: using the embedded PostgreSQL in {settings.data_dir}"
            )
        if settings.verbose:
            observer.note(f"The embedded server is in {server.bin_dir}, its log {server.log_path}")
        yield server.conninfo


@contextmanager
def _open_session(
    settings: Settings, observer: Observer, extensions: Collection[str] = ()
) -> Iterator[session.Session]:
    with (
        target_conninfo(settings, observer, extensions) as conninfo,
        session.connected(conninfo, observer, settings.connect_timeout) as conn,
    ):
        yield conn


@contextmanager
def _context(settings: Settings, observer: Observer, prepared: Prepared) -> Iterator[RunContext]:
    stop = Stop() if prepared.member is None else prepared.member.stop
    with _open_session(settings, observer, prepared.facts.extensions) as conn:
        stop.on_request(conn.cancel_statement)
        target = describe(conn, embedded=settings.embedded)
        yield RunContext(conn, settings, prepared, observer, target, stop)


def _read_target(conn: session.Session, settings: Settings) -> Target:
    """Return the target with the version of Aurora, in one round trip."""
    server = session.server_info(conn, settings.connect_timeout)
    return describe(conn, embedded=settings.embedded, server=server)


def apply(
    settings: Settings,
    observer: Observer,
    prepared: Prepared | None = None,
    *,
    planning: bool = False,
) -> ApplyResult:
    """Run all scripts on the target in one transaction, and commit, or roll back if `planning`.

    With `once`, do nothing if the last run applied these scripts and the database still matches.
    `prepared`: what several targets share. Raises the errors of `prepare`, before it connects, and
    of `run_in_transaction`.
    """
    started = time.monotonic()
    prepared = prepared or prepare(settings, observer)
    Thread(target=_import_ahead, name="import", daemon=True).start()
    with naming_diff(settings), _context(settings, observer, prepared) as ctx:
        run = None
        if settings.once:
            from runner.run.compare import last_run

            run = last_run(ctx)
        if run is not None:
            done = ApplyResult(ctx.target, (), changes=(), already=run)
        elif settings.transaction == "none":
            from runner.run.autocommit import run_autocommit

            done = run_autocommit(ctx)
        else:
            from runner.run.transaction import run_in_transaction

            done = run_in_transaction(ctx, plan=planning)
    return done._replace(seconds=time.monotonic() - started)


def _import_ahead() -> None:
    """Import what a run needs while the server starts a process for its session."""
    import runner.report.text_report
    import runner.run.transaction  # noqa: F401


def plan(settings: Settings, observer: Observer, prepared: Prepared | None = None) -> ApplyResult:
    """Run, guard and verify as `apply` does, read the changes, and roll back.

    Raises the errors of `apply`, and UsageError with `--transaction none`.
    """
    if settings.transaction == "none":
        raise UsageError("plan needs a transaction: --transaction none commits each statement")
    done = apply(settings, observer, prepared, planning=True)
    code = _CHANGES if settings.exit_code and done.changes else 0
    return done._replace(planned=True, exit_code=code)


def verify(
    settings: Settings, observer: Observer, prepared: Prepared | None = None
) -> VerifyResult:
    """Compare the target with what the scripts build, without changing the target.

    Assertions run only with `--assertions`, in a transaction that may write and is rolled back.
    Raises the errors of `prepare`, before it connects, and of `compare_only`.
    """
    prepared = prepared or prepare(settings, observer, to_compare=True)
    return verify_with(settings, observer, prepared)[0]


def verify_with(
    settings: Settings, observer: Observer, prepared: Prepared
) -> tuple[VerifyResult, ReferenceState]:
    """Return the result of `verify`, and the state of the reference, whose database is dropped."""
    started = time.monotonic()
    from runner.run.compare import compare_only

    with _context(settings, observer, prepared) as ctx:
        target = _read_target(ctx.session, settings)
        observer.connected(target)
        verification, reference = compare_only(ctx._replace(target=target))
    return VerifyResult(target, verification, time.monotonic() - started), reference


def diff(settings: Settings, observer: Observer, prepared: Prepared | None = None) -> DiffResult:
    """Find the statements that make the target equal to what the scripts build, and prove them.

    Rolls everything back. With `output`, writes the statements to that file. Raises UsageError if
    the file cannot be written, and the errors of `find_statements`.
    """
    started = time.monotonic()
    prepared = prepared or prepare(settings, observer, to_compare=True)
    from runner.diff.diff import find_statements

    with _context(settings, observer, prepared) as ctx:
        found = find_statements(ctx)._replace(seconds=time.monotonic() - started)
    if settings.output is not None and found.statements:
        from runner.report.differences import script_lines

        write_file("\n".join(script_lines(found)) + "\n", settings.output)
    return found


def check(settings: Settings, observer: Observer) -> CheckResult:
    """Read all scripts as `apply` does, and rehearse them unless `offline`; use no target.

    With `strict`, warnings become errors. Raises the errors of `read_folders` and `rehearse`.
    """
    folder = read_folders(settings.scripts, allow_shell=settings.allow_shell)
    in_transaction = settings.transaction == "all"
    reading = read_scripts(folder, settings.variables, in_transaction=in_transaction)
    found, notes = reading.findings, tuple[str, ...]()
    if not settings.offline:
        from runner.rehearsal.rehearsal import rehearse

        found, notes = rehearse(settings, folder, reading, observer)
    if settings.strict:
        found = tuple(finding._replace(severity="error") for finding in found)
    return CheckResult(found, len(folder.scripts), notes)


def diagram(settings: Settings, observer: Observer) -> DiagramResult:
    """Draw the data model of the scripts, or of a named target, in the format of `output`.

    With `check`, only compare it with the file. Raises UsageError for an unknown file format.
    """
    from runner.diagram.model import scripts_model, target_model
    from runner.diagram.output import draw_function, is_stale

    output = settings.output
    draw = draw_function(output)
    if settings.target is None and not settings.target_named:
        model = scripts_model(settings, observer)
    else:
        with target_conninfo(settings, observer) as conninfo:
            model = target_model(conninfo, settings, observer)
    text, stale = draw(model), False
    if output is not None and settings.check:
        stale = is_stale(text, output)
    elif output is not None:
        write_file(text, output)
    return DiagramResult(text, len(model.tables), output, stale)


def status(settings: Settings, observer: Observer) -> StatusResult:
    """Read the recorded runs, and compare the last one with the files on disk.

    Raises UsageError if a named folder does not exist, and the errors of `registry.read_runs`.
    """
    from runner.registry.registry import compare_scripts, read_runs

    if settings.scripts != Settings().scripts:
        read_folders(settings.scripts, allow_shell=True)  # a named folder has to exist
    with _open_session(settings, observer) as conn:
        target = _read_target(conn, settings)
        with conn.answering_within(session.LONGEST_ANSWER):
            runs = read_runs(conn, settings.registry_schema)
    scripts = compare_scripts(runs[0].scripts, settings) if runs else ()
    return StatusResult(target, runs, scripts)


def wait(settings: Settings, observer: Observer) -> WaitResult:
    """Wait until the target is writable. Raises the errors of `session.wait_until_writable`."""
    started = time.monotonic()
    timeout, embedded = settings.connect_timeout, settings.embedded
    with target_conninfo(settings, observer) as conninfo:
        target = session.wait_until_writable(
            conninfo, connect_timeout=timeout, observer=observer, embedded=embedded
        )
    return WaitResult(target, time.monotonic() - started)


def init(settings: Settings, observer: Observer) -> None:
    """Write the files that a new project lacks. Raises UsageError."""
    from runner.project.files import write_project

    if len(settings.scripts) > 1:
        raise UsageError("init accepts only one folder of scripts")
    [named], [usual] = settings.scripts, Settings().scripts
    for line in write_project(None if named == usual else named, usual):
        observer.note(line)


def psql(settings: Settings, args: Sequence[str], observer: Observer) -> int:
    """Run psql on the target, in the foreground, and return its exit code."""
    from runner.embedded.programs import run_psql

    with target_conninfo(settings, observer) as conninfo:
        return run_psql(session.psql_conninfo(conninfo), args)
