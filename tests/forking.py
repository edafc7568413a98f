"""Runs of the command line, forked from one process that has imported the runner.

Each is a process of its own, which signals and kills reach. Python's start and the imports, three
quarters of the processor time of a small run, happen once.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

import runner.cli.main
import runner.commands  # noqa: F401, what a run imports
from runner.__main__ import main
from tests.waiting import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.commands import Place

_CHECKOUT = Path(__file__).resolve().parent.parent
_LARGEST_REQUEST = 1 << 20


class Forked:
    """A run, with those methods of `subprocess.Popen` that the tests use."""

    def __init__(self, channel: socket.socket, output: IO[bytes], error: IO[bytes]) -> None:
        self._channel = channel
        self._files = output, error
        self._texts: tuple[str, ...] = ()
        self.pid = int(channel.recv(100))
        self.returncode: int | None = None

    def wait(self, timeout: float = TIMEOUT) -> int:
        """Return the exit code. Raises TimeoutExpired."""
        if self.returncode is None:
            self._channel.settimeout(timeout)
            try:
                self.returncode = int(self._channel.recv(100))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired("runner", timeout) from None
            self._channel.close()
            self._texts = tuple(_read(file) for file in self._files)
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def communicate(self, timeout: float = TIMEOUT) -> tuple[str, str]:
        """Return what it has written to standard output and error. Raises TimeoutExpired."""
        self.wait(timeout)
        return self._texts[0], self._texts[1]

    def send_signal(self, signum: int) -> None:
        """Send it unless the run has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended just now
                os.kill(self.pid, signum)

    def kill(self) -> None:
        """Kill it unless it has ended."""
        self.send_signal(signal.SIGKILL)


def _read(file: IO[bytes]) -> str:
    with file:
        file.seek(0)
        return file.read().decode()


class ForkServer:
    """The process that forks."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def start(self, args: list[str], place: Place, stdout: int | None = None) -> Forked:
        """Return a run that has begun; `stdout` is a descriptor, by default that of a file."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, error = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115
        request = json.dumps({"args": args, "cwd": str(place.cwd), "env": dict(place.env)})
        files = [output.fileno() if stdout is None else stdout, error.fileno(), theirs.fileno()]
        with theirs:
            socket.send_fds(self._channel, [request.encode()], files)
            return Forked(ours, output, error)


@contextmanager
def fork_server() -> Iterator[ForkServer]:
    """A process that forks runs; it ends when this one closes the socket, or is killed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.forking", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            cwd=_CHECKOUT,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        yield ForkServer(ours)
    process.wait()


def _serve(channel: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that watch the runs
    while True:
        request, files, _, _ = socket.recv_fds(channel, _LARGEST_REQUEST, 3)
        if not request:
            return
        if os.fork() == 0:
            channel.close()
            _watch(json.loads(request), files)
        for file in files:
            os.close(file)


def _watch(request: dict[str, object], files: list[int]) -> NoReturn:
    """Fork the run; tell its process id, and when it has ended, its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    output, error, replies = files
    os.dup2(output, 1)
    os.dup2(error, 2)
    pid = os.fork()
    if pid == 0:
        for file in files:
            os.close(file)
        _run(request)
    nothing = os.open(os.devnull, os.O_RDWR)
    for file in (output, error, 1, 2):  # the reader of a pipe sees the end of the run
        os.dup2(nothing, file)
    os.write(replies, str(pid).encode())
    _, status = os.waitpid(pid, 0)
    os.write(replies, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(request: dict[str, object]) -> NoReturn:
    try:
        os.chdir(str(request["cwd"]))
        environ, args = request["env"], request["args"]
        assert isinstance(environ, dict)
        assert isinstance(args, list)
        os.environ.clear()
        os.environ.update(environ)
        sys.argv[1:] = args
        # Not the server's: each remembers what its descriptor was, such as whether it can seek.
        for number, (name, mode) in enumerate([("stdin", "r"), ("stdout", "w"), ("stderr", "w")]):
            setattr(sys, name, open(number, mode, closefd=False, encoding="utf-8"))  # noqa: SIM115
        main()
    except BaseException:  # noqa: BLE001, as at the end of every process
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
