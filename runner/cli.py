"""Arguments and environment to settings, errors to exit codes. Knows no SQL."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from runner.arguments import parse
from runner.errors import Interrupted, RunnerError, UsageError
from runner.report import TextReport
from runner.settings import Settings, environment, prepare_libpq, with_access
from runner.signals import raising_on_termination

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence


class InternalError(RunnerError):
    """An exception that nobody foresaw."""

    exit_code = 70
    code = "internal"


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # A name or a message that the locale cannot show must not end a run.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        with raising_on_termination():
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
        settings = Settings.load(vars(args), environ, offline=offline)
        if not offline:
            prepare_libpq(environ, embedded=settings.embedded)
        report = _report(settings, args.command)
        return _COMMANDS[args.command](args, settings, report)
    except RunnerError as error:
        return _failed(report, error)
    except KeyboardInterrupt:
        return _failed(report, Interrupted("interrupted"))
    except Exception as error:  # noqa: BLE001, the last resort: it becomes an exit code of its own
        return _failed(report, _bug(error))
    finally:
        report.close()


def _failed(report: TextReport, error: RunnerError) -> int:
    report.failed(error)
    return error.exit_code


def _bug(error: Exception) -> InternalError:
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
    from runner.json_report import JsonReport

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

    report.applied(commands.apply(settings, report))
    return 0


def _status(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands

    report.status(commands.status(settings, report))
    return 0


def _wait(_args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands

    report.waited(commands.wait(settings, report))
    return 0


def _psql(args: argparse.Namespace, settings: Settings, report: TextReport) -> int:
    from runner import commands

    if settings.json:
        raise UsageError("psql has no --json")
    return commands.psql(settings, args.psql_args, report)


_COMMANDS: dict[str, Callable[[argparse.Namespace, Settings, TextReport], int]] = {
    "check": _check,
    "apply": _apply,
    "status": _status,
    "wait": _wait,
    "psql": _psql,
}
