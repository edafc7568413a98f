"""The command line, as a process or in this one, which has Python and its modules loaded."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from runner.cli import main as cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command runs: the working directory and the environment."""

    cwd: Path
    env: Mapping[str, str]


def started(
    args: list[str], place: Place, text: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """`python -m runner` with `text` as its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "runner", *args],
        check=False,
        capture_output=True,
        cwd=place.cwd,
        encoding="utf-8",
        env=place.env,
        input=text,
        timeout=timeout,
    )


def called(args: list[str], place: Place, timeout: float) -> subprocess.CompletedProcess[str]:
    """The same as a call: a process would find this directory, environment and standard files."""
    with ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.chdir(place.cwd)
        stack.enter_context(_environment(place.env))
        # After COMMIT the command leaves them ignored, for the little that is left of a process.
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            stack.callback(signal.signal, signum, signal.getsignal(signum))
        stack.enter_context(_time_limit(timeout))
        stack.enter_context(_descriptors(files))
        for number, (name, mode) in enumerate([("stdin", "r"), ("stdout", "w"), ("stderr", "w")]):
            stream = open(number, mode, closefd=False, encoding="utf-8")  # noqa: SIM115
            patch.setattr(sys, name, stack.enter_context(stream))
        with _end_of_a_process():
            code = cli.main(args)
        sys.stderr.flush()
        for file in files:
            file.seek(0)
        _, stdout, stderr = (file.read().decode() for file in files)
    return subprocess.CompletedProcess(args, code, stdout, stderr)


@contextmanager
def _end_of_a_process() -> Iterator[None]:
    """What the block leaves open is closed at its end, without a warning, as a process would do.

    Later it would be a warning, and so a failure, of another test. The collector looks only through
    what is new.
    """
    gc.collect()
    gc.freeze()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            yield
        finally:
            gc.collect()


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """TimeoutError in the block after so many seconds."""

    def expired(_signum: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    _set_environment(values)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(values)


@contextmanager
def _descriptors(files: Sequence[IO[bytes]]) -> Iterator[None]:
    """`files` as 0, 1 and 2, where programs that the command starts write as well."""
    saved = [os.dup(number) for number in range(len(files))]
    for number, file in enumerate(files):
        os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        for number, copy in enumerate(saved):
            os.dup2(copy, number)
            os.close(copy)
