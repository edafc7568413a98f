"""Arguments and environment to settings, errors to exit codes. Knows no SQL."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.cli.arguments import parse
from runner.errors import InternalError, Interrupted, RunnerError, UsageError, VerificationFailed
from runner.report.text_report import TextReport
from runner.settings import Settings, environment, prepare_libpq, with_access
from runner.signals import raising_on_termination

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from runner.fleet import Member


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A name or a message that the locale cannot show must not end a run.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        with raising_on_termination(to_the_end=True):
            return _run(arguments)
    finally:
        _flush()


def _run(arguments: list[str]) -> int:
    report = _report(Settings(json="--json" in arguments), None)
    try:
        args = parse(arguments)
        report = _report(Settings(json="json" in args), args.command)
        environ = environment(os.environ, vars(args).get("env_file"))
        offline = args.command == "check"
        if not offline:
            environ = with_access(environ, vars(args))
        settings = Settings.load(_options(args), environ, offline=offline)
        if not offline:
            prepare_libpq(environ, embedded=settings.embedded)
        report = _report(settings, args.command)
        return _COMMANDS[args.command](args, settings, report)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001, the last resort: an exit code
        return _failed(report, error)
    finally:
        report.close()


def _options(args: argparse.Namespace) -> dict[str, Any]:
    """What was given, with several targets as the conninfos that they are."""
    options = vars(args)
    named, path = options.get("target", []), options.get("targets_file")
    if path is None and len(named) < 2:
        return {**options, "target": named[0]} if named else options
    from runner.fleet import several

    return {**options, "targets": several(named, path)}


def _failed(report: TextReport, error: BaseException, member: Member | None = None) -> int:
    """Tells why a command ended; gives the exit code."""
    if isinstance(error, RunnerError):
        told = member.to_reported_error(error) if member else error
    elif isinstance(error, KeyboardInterrupt):
        told = Interrupted("interrupted")
    else:
        told = _bug(error)
    report.failed(told)
    return told.exit_code


def _bug(error: BaseException) -> InternalError:
    """One line: what was raised, and where. Its text may hold a secret and is not shown."""
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    return InternalError(
        f"internal error: {type(error).__name__} at {place.filename}:{place.lineno}",
        hint="this is a bug of the runner; please report it with the command that you ran",
    )


def _report(settings: Settings, command: str | None) -> TextReport:
    if not settings.json:
        # What psql prints on stdout is its own.
        return TextReport(settings, out=sys.stderr if command == "psql" else None)
    from runner.report.json_report import JsonReport

    return JsonReport(settings, command)


def _flush() -> None:
    """Leave Python nothing to write at its end, which would fail if nobody reads (`… | head`)."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# The commands


def _check(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands

    result = commands.check(settings)
    report.checked(result)
    return result.exit_code


def _apply(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands
    from runner.commands import for_all
    from runner.run.prepare import prepare

    with for_all(settings, report, prepare) as prepared:

        def one(settings: Settings, report: TextReport, member: Member | None) -> int:
            report.applied(commands.apply(settings, report, prepared, member))
            return 0

        return _each("apply", one, settings, report)


def _plan(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands
    from runner.commands import for_all
    from runner.run.prepare import prepare

    with for_all(settings, report, prepare) as prepared:

        def one(settings: Settings, report: TextReport, member: Member | None) -> int:
            report.planned(commands.plan(settings, report, prepared, member))
            return 0

        return _each("plan", one, settings, report)


def _status(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands

    def one(settings: Settings, report: TextReport, _member: Member | None) -> int:
        report.status(commands.status(settings, report))
        return 0

    return _each("status", one, settings, report)


def _verify(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands
    from runner.commands import for_all
    from runner.run.prepare import prepare_to_verify

    with for_all(settings, report, prepare_to_verify) as prepared:

        def one(settings: Settings, report: TextReport, member: Member | None) -> int:
            result = commands.verify(settings, report, prepared, member)
            report.verified(result)
            return 0 if result.verification.agrees else VerificationFailed.exit_code

        return _each("verify", one, settings, report)


def _wait(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands

    def one(settings: Settings, report: TextReport, _member: Member | None) -> int:
        report.waited(commands.wait(settings, report))
        return 0

    return _each("wait", one, settings, report)


def _each(
    name: str,
    command: Callable[[Settings, TextReport, Member | None], int],
    settings: Settings,
    report: TextReport,
) -> int:
    """The command on its target, or on each of several; the exit code is the worst."""
    if not settings.targets:
        return command(settings, report, None)
    from runner.fleet import Fleet, name_of
    from runner.report.several import TargetsReport

    names = [name_of(conninfo) for conninfo in settings.targets]
    fleet = Fleet(names, settings.jobs, together=settings.together)
    targets = TargetsReport(settings, name, report, fleet.members)

    def work(member: Member) -> int:
        conninfo = settings.targets[member.index]
        own = replace(settings, target=conninfo, targets=())
        heard = targets.begin(member)
        try:
            return command(own, heard, member)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001, as for a single one
            return _failed(heard, error, member)
        finally:
            heard.close()

    try:
        return targets.summary(fleet.run(work, targets.ended))
    finally:
        targets.close()


def _psql(args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands

    if settings.json:
        raise UsageError("psql has no --json")
    if settings.targets:
        raise UsageError("psql takes one target")
    return commands.psql(settings, args.psql_args, report)


_COMMANDS: dict[str, Callable[[argparse.Namespace, Settings, TextReport], int]] = {
    "check": _check,
    "apply": _apply,
    "plan": _plan,
    "verify": _verify,
    "status": _status,
    "wait": _wait,
    "psql": _psql,
}
