"""The commands' entry point: arguments to settings, results and errors to exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.cli.arguments import parse
from runner.environment import environment, prepare_libpq, with_access, with_place
from runner.errors import InternalError, Interrupted, RunnerError, UsageError
from runner.report.printer import Printer
from runner.settings import Settings
from runner.signals import raising_on_termination

if TYPE_CHECKING:
    import argparse

    from runner.fleet import Member
    from runner.results import Failure, Result


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # Text that the locale cannot encode must not end a run.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    try:
        with raising_on_termination(to_the_end=True):
            return _run(arguments)
    finally:
        with suppress(OSError):  # the reader of the pipe has gone
            sys.stdout.flush()


def _run(arguments: list[str]) -> int:
    printer = Printer(Settings(format="json" if "--json" in arguments else "text"))
    try:
        args = parse(arguments)
        given = vars(args)
        try:
            Path.cwd()
        except FileNotFoundError:
            hint = "Change to another one."
            raise UsageError("the current directory was deleted", hint=hint) from None
        several = len(given.get("target", ())) > 1 or "targets_file" in given
        if given.get("format") == "markdown" and (args.command != "plan" or several):
            raise UsageError("--format markdown is for plan, on one target")
        printer = Printer(Settings(format=given.get("format", "text")), args.command)
        environ = environment(os.environ, given.get("env_file"))
        settings, environ = _settings(args, environ)
        prepare_libpq(environ, embedded=settings.embedded and settings.reference is None)
        printer = Printer(settings, args.command)
        return _run_command(args, settings, printer)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001, the last resort: an exit code
        return _finish(printer, printer.failure(_reported_error(error)))
    finally:
        printer.close()


def _settings(args: argparse.Namespace, environ: dict[str, str]) -> tuple[Settings, dict[str, str]]:
    """Return the settings, and the environment overridden by the options that set variables."""
    without_target = args.command == "diagram" and not vars(args).get("target")
    offline = args.command in ("init", "check") or without_target
    try:
        if not offline:
            environ = with_access(environ, vars(args))
        options: dict[str, Any] = dict(vars(args))
        named, path = options.get("target", []), options.get("targets_file")
        if path is not None or len(named) > 1:
            from runner.fleet import target_conninfos

            options["targets"] = target_conninfos(named, path)
        elif named:
            options["target"] = named[0]
        return Settings.load(options, environ, offline=offline), environ
    except UsageError as error:
        raise with_place(error, os.environ, vars(args).get("env_file")) from None


def _finish(printer: Printer, result: Result | Failure) -> int:
    from runner.results import exit_code

    printer.finish(result)
    return exit_code(result)


def _reported_error(error: BaseException, member: Member | None = None) -> RunnerError:
    """Return the error to report for an exception that ended a command.

    For a bug it holds only type and place: the exception's text may contain a secret.
    """
    if isinstance(error, RunnerError):
        if member is None or not member.stop.is_requested:
            return error
        return Interrupted("interrupted", state=error.state, committed=error.committed)
    if isinstance(error, KeyboardInterrupt):
        return Interrupted("interrupted")
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    return InternalError(
        f"internal error: {type(error).__name__} at {place.filename}:{place.lineno}",
        hint="this is a bug in the runner; please report it with the command that you ran",
    )


def _run_command(args: argparse.Namespace, settings: Settings, printer: Printer) -> int:
    from runner import commands

    name = args.command
    if name in ("init", "psql") and "format" in args:
        raise UsageError(f"{name} does not support --json and --format")
    if name in ("diagram", "psql") and settings.targets:
        raise UsageError(f"{name} accepts only one target")
    if name == "psql":
        return commands.psql(settings, args.psql_args, printer)
    if name == "init":
        commands.init(settings, printer)
        return 0
    if settings.targets and name != "check":
        return _run_on_several(name, settings, printer)
    return _finish(printer, getattr(commands, name)(settings, printer))


def _run_on_several(name: str, settings: Settings, printer: Printer) -> int:
    """Run the command on each of several targets; return the most severe exit code."""
    from runner import commands
    from runner.fleet import Fleet, target_name
    from runner.report.targets import TargetsPrinter
    from runner.results import exit_code

    with commands.prepare_for_all(name, settings, printer) as prepared:
        names = [target_name(conninfo) for conninfo in settings.targets]
        fleet = Fleet(names, settings.jobs, together=settings.together)
        targets = TargetsPrinter(settings, name, printer, fleet.members)

        def work(member: Member) -> int:
            target = settings.targets[member.index]
            own = settings._replace(target=target, target_named=True, targets=())
            one = targets.start(member)
            shared = [prepared._replace(member=member)] if prepared else []
            result: Result | Failure
            try:
                result = getattr(commands, name)(own, one.printer, *shared)
            except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001, the last resort: an exit code
                result = one.printer.failure(_reported_error(error, member))
            one.finish(result)
            return exit_code(result)

        code = fleet.run(work, targets.ended)
        targets.summary(code)
        return code
