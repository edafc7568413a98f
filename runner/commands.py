"""The commands: each takes settings and an observer and gives a result. Prints nothing."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from runner.check.scripts import findings
from runner.errors import UsageError
from runner.results import (
    ApplyResult,
    CheckResult,
    PlanResult,
    StatusResult,
    VerifyResult,
    WaitResult,
)
from runner.run.context import RunContext
from runner.run.prepare import Prepared, prepare, prepare_to_verify
from runner.scripts.folder import read_folder
from runner.settings import Settings
from runner.signals import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.fleet import Member
    from runner.observer import Observer
    from runner.results import RecordedRun, Target
    from runner.run.context import Done


_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@contextmanager
def for_all(
    settings: Settings, observer: Observer, prepare: Callable[[Settings, Observer], Prepared]
) -> Iterator[Prepared | None]:
    """What is read once for several targets, and the references that they share.

    None for one target, which is read for when its turn comes.
    """
    if not settings.targets:
        yield None
        return
    from runner.reference.pool import ReferencePool

    found = prepare(settings, observer)
    with closing(ReferencePool()) as shared:
        yield found._replace(shared=shared)


@contextmanager
def target_conninfo(settings: Settings, observer: Observer) -> Iterator[str]:
    """Gives the conninfo of the target; the embedded server runs as long as the block does."""
    if settings.target is not None:
        yield settings.target
        return
    from runner.embedded.server import embedded_server

    with embedded_server(settings.data_dir) as server:
        if not settings.embedded_named:
            observer.note(
                f"No target is configured: the embedded PostgreSQL in {settings.data_dir}"
            )
        if settings.verbose:
            observer.note(f"The embedded server's log: {server.log_path}")
        yield server.conninfo


def apply(
    settings: Settings,
    observer: Observer,
    prepared: Prepared | None = None,
    member: Member | None = None,
) -> ApplyResult:
    """Runs all scripts on the target, in one transaction, and commits.

    With `once` it does nothing where exactly these scripts were applied last and still verify.
    One target of several is a `member` of them, with what was `prepared` for all. Raises what
    `prepare` raises, before anything is connected, and what `run_in_transaction` raises.
    """
    started = time.monotonic()
    prepared = prepared or prepare(settings, observer)
    _import_meanwhile()
    with _connected(settings, observer, prepared, member) as ctx:
        if settings.once and (run := _applied_already(ctx)):
            return ApplyResult(
                target=ctx.target,
                scripts=(),
                not_run=prepared.folder.not_run,
                committed=False,
                round_trips=0,
                seconds=time.monotonic() - started,
                already=run,
                changes=(),
            )
        done = _run(ctx)
    return ApplyResult(
        target=done.target,
        scripts=done.scripts,
        not_run=prepared.folder.not_run,
        committed=True,
        round_trips=done.round_trips,
        seconds=time.monotonic() - started,
        example_table=done.example_table,
        loss=done.loss,
        verification=done.verification,
        changes=done.changes,
    )


def plan(
    settings: Settings,
    observer: Observer,
    prepared: Prepared | None = None,
    member: Member | None = None,
) -> PlanResult:
    """Runs, guards and verifies as `apply` does, sees what has changed, and rolls back.

    Raises what `apply` would raise, and UsageError without one transaction over all scripts.
    """
    started = time.monotonic()
    if settings.transaction == "none":
        raise UsageError("plan needs a transaction: it could not take back what it tries")
    prepared = prepared or prepare(settings, observer)
    _import_meanwhile()
    from runner.run.transaction import run_in_transaction

    with _connected(settings, observer, prepared, member) as ctx:
        done = run_in_transaction(ctx, plan=True)
    return PlanResult(
        target=done.target,
        scripts=done.scripts,
        not_run=prepared.folder.not_run,
        changes=done.changes or (),
        loss=done.loss,
        verification=done.verification,
        round_trips=done.round_trips,
        seconds=time.monotonic() - started,
    )


def _import_meanwhile() -> None:
    """Imports what a run needs while the server is connected to."""
    Thread(target=import_module, args=("runner.run.transaction",), daemon=True).start()


@contextmanager
def _connected(
    settings: Settings, observer: Observer, prepared: Prepared, member: Member | None
) -> Iterator[RunContext]:
    """What a run is given, with its connection to the target."""
    from runner.connect import session

    stop = Stop() if member is None else member.stop
    with (
        target_conninfo(settings, observer) as conninfo,
        session.connect(
            conninfo, connect_timeout=settings.connect_timeout, observer=observer
        ) as conn,
    ):
        stop.on_request(conn.cancel_statement)
        target = session.describe(conn, embedded=settings.embedded)
        yield RunContext(conn, settings, prepared, observer, target, stop, member)


def _run(ctx: RunContext) -> Done:
    if ctx.settings.transaction == "none":
        from runner.run.autocommit import run_autocommit

        return run_autocommit(ctx)
    from runner.run.transaction import run_in_transaction

    return run_in_transaction(ctx)


def _applied_already(ctx: RunContext) -> RecordedRun | None:
    """The last run, if it applied exactly these scripts and the database is what they build."""
    from runner.registry.status import last_run_of
    from runner.run.compare import compare_only

    run = last_run_of(ctx.session, ctx.prepared.checked, ctx.settings.registry_schema)
    if run is None or not ctx.settings.verify:
        return run
    verification = compare_only(replace(ctx, prepared=ctx.prepared._replace(asserted=())))
    return run if verification.agrees else None


def verify(
    settings: Settings,
    observer: Observer,
    prepared: Prepared | None = None,
    member: Member | None = None,
) -> VerifyResult:
    """Compares the target with what the scripts build. The target is only read.

    Assertions that are named (`--assertions`) run in a transaction of their own, which may write
    and is rolled back. Raises UsageError or ScriptError before anything is connected, Refused
    when there can be no reference, and what failed there.
    """
    started = time.monotonic()
    prepared = prepared or prepare_to_verify(settings, observer)
    from runner.connect import session
    from runner.run.compare import compare_only

    with _connected(settings, observer, prepared, member) as ctx:
        info = session.server_info(ctx.session)
        target = session.describe(ctx.session, embedded=settings.embedded, server=info)
        observer.connected(target)
        verification = compare_only(replace(ctx, target=target))
    mend = _mend(target, settings) if verification.partially_applied else None
    return VerifyResult(target, verification, time.monotonic() - started, mend)


def _mend(target: Target, settings: Settings) -> str:
    """The command that makes a database anew whose scripts stopped half-way."""
    if target.host in _LOOPBACK and Path("docker-compose.yml").is_file():
        return "docker-compose up --build --force-recreate -V"
    from shlex import quote

    usual = settings.scripts == Settings().scripts
    return "python -m runner apply" + ("" if usual else f" -s {quote(str(settings.scripts))}")


def check(settings: Settings) -> CheckResult:
    """Reads all scripts as `apply` would, and connects to nothing.

    With `strict` warnings are errors. Raises UsageError when there is nothing to read.
    """
    folder = read_folder(settings.scripts, allow_shell=settings.allow_shell)
    found = findings(folder, settings.variables, in_transaction=settings.transaction == "all")
    if settings.strict:
        found = tuple(finding._replace(severity="error") for finding in found)
    return CheckResult(found, len(folder.scripts))


def status(settings: Settings, observer: Observer) -> StatusResult:
    """What was applied, and whether the files on disk are still those. Changes nothing.

    Raises ConnectionFailed, and Refused for a registry that is newer or may not be read.
    """
    from runner.connect import session
    from runner.registry.status import compare_scripts, read_runs

    with (
        target_conninfo(settings, observer) as conninfo,
        session.connect(
            conninfo, connect_timeout=settings.connect_timeout, observer=observer
        ) as conn,
    ):
        target = session.describe(
            conn, embedded=settings.embedded, server=session.server_info(conn)
        )
        runs = read_runs(conn, settings.registry_schema)
    scripts = compare_scripts(runs[0].scripts, settings) if runs else ()
    return StatusResult(target, runs, scripts)


def wait(settings: Settings, observer: Observer) -> WaitResult:
    """Waits until the target answers and can be written to.

    Raises what `session.wait_until_writable` raises.
    """
    started = time.monotonic()
    from runner.connect import session

    with target_conninfo(settings, observer) as conninfo:
        target = session.wait_until_writable(
            conninfo,
            connect_timeout=settings.connect_timeout,
            observer=observer,
            embedded=settings.embedded,
        )
    return WaitResult(target, time.monotonic() - started)


def psql(settings: Settings, args: Sequence[str], observer: Observer) -> int:
    """Runs psql on the target, in the foreground, and gives its exit code.

    Raises UsageError where there is no psql, and what starting the embedded server raises.
    """
    from runner.connect import session
    from runner.embedded.programs import run_psql

    with target_conninfo(settings, observer) as conninfo:
        return run_psql(session.psql_conninfo(conninfo), args)
