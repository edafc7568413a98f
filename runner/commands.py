"""The commands: each takes settings and an observer and gives a result. Prints nothing."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.folder import read_folder
from runner.precheck import check_scripts, findings
from runner.results import ApplyResult, CheckResult, Notice, WaitResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.results import Finding, Observer
    from runner.settings import Settings


@contextmanager
def target_conninfo(settings: Settings, observer: Observer) -> Iterator[str]:
    """Gives the conninfo of the target; the embedded server runs as long as the block does."""
    if settings.target is not None:
        yield settings.target
        return
    from runner.embedded import embedded_server

    with embedded_server(settings.data_dir) as server:
        if not settings.embedded_named:
            observer.note(
                f"No target is configured: the embedded PostgreSQL in {settings.data_dir}"
            )
        if settings.verbose:
            observer.note(f"The embedded server's log: {server.log_path}")
        yield server.conninfo


def apply(settings: Settings, observer: Observer) -> ApplyResult:
    """Runs all scripts on the target, in one transaction, and commits.

    Raises UsageError or ScriptError before anything is connected, and what
    `run.run_scripts` raises.
    """
    started = time.monotonic()
    folder = read_folder(settings.scripts, allow_shell=settings.allow_shell)
    observer.not_run(folder.not_run)
    checked, warnings = check_scripts(
        folder, settings.variables, in_transaction=settings.transaction == "all"
    )
    if settings.verbose:
        for warning in warnings:
            observer.notice(_notice(warning))
    from runner import session
    from runner.run import run_scripts

    with (
        target_conninfo(settings, observer) as conninfo,
        session.connect(
            conninfo, connect_timeout=settings.connect_timeout, observer=observer
        ) as conn,
    ):
        target = session.describe(conn, embedded=settings.embedded)
        observer.connected(target)
        scripts, executor, loss = run_scripts(
            conn, conninfo, settings, folder, checked, observer, target
        )
        example_table = executor.created_table()
    return ApplyResult(
        target=target,
        scripts=scripts,
        not_run=folder.not_run,
        committed=True,
        round_trips=executor.round_trips,
        seconds=time.monotonic() - started,
        example_table=example_table,
        loss=loss,
    )


def _notice(finding: Finding) -> Notice:
    where = "" if finding.place else f"{finding.script}: "
    return Notice(
        "WARNING",
        where + finding.message,
        finding.place,
        detail=f"Docker: {finding.docker}. Target: {finding.target}.",
        hint=finding.rewrite,
    )


def check(settings: Settings) -> CheckResult:
    """Reads all scripts as `apply` would, and connects to nothing.

    With `strict` warnings are errors. Raises UsageError when there is nothing to read.
    """
    folder = read_folder(settings.scripts, allow_shell=settings.allow_shell)
    found = findings(folder, settings.variables, in_transaction=settings.transaction == "all")
    if settings.strict:
        found = tuple(replace(finding, severity="error") for finding in found)
    return CheckResult(found, len(folder.scripts))


def wait(settings: Settings, observer: Observer) -> WaitResult:
    """Waits until the target answers and can be written to.

    Raises what `session.wait_until_writable` raises.
    """
    started = time.monotonic()
    from runner import session

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
    from runner import session
    from runner.embedded import run_psql

    with target_conninfo(settings, observer) as conninfo:
        return run_psql(session.psql_conninfo(conninfo), args)
