"""One process, measured: time, processor time, and peak private memory on both ends."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INTERVAL = 0.005
_RSS_ANON = re.compile(rb"^RssAnon:\s*(\d+) kB", re.MULTILINE)
_CLOCK_TICK = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run took. Seconds; MB of private memory at its peak, of the client and its backend.

    `cpu` is the client's processor time, `server_cpu` its backend's; `size` is that of the
    input in bytes. Where a proxy was in between `round_trips` are those of the first connection
    to the database, the main one, `all_round_trips` those of all of them.
    """

    seconds: float
    cpu: float
    client_mb: float = 0.0
    server_mb: float = 0.0
    server_cpu: float = 0.0
    size: int = 0
    round_trips: int = 0
    all_round_trips: int = 0


class FailedError(Exception):
    """A contender ended with an error."""


def run(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    postmaster: int = 0,
    database: str = "",
    size: int = 0,
) -> Measured:
    """Runs a command to its end and measures it, and the backend that works in `database`.

    Raises FailedError with what it wrote, when it fails.
    """
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        with _Watch(process.pid, postmaster, database) as watch:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise FailedError(f"{command[0]} failed: {errors.read().decode(errors='replace')}")
    return Measured(
        seconds,
        usage.ru_utime + usage.ru_stime,
        watch.client_kb / 1000,
        watch.server_kb / 1000,
        watch.server_cpu,
        size,
    )


class _Watch:
    """Looks at a process and its backend as often as costs nothing, and keeps the peaks."""

    def __init__(self, pid: int, postmaster: int, database: str) -> None:
        self.client_kb = self.server_kb = 0
        self.server_cpu = 0.0
        self._pid = pid
        self._children = Path(f"/proc/{postmaster}/task/{postmaster}/children")
        self._wanted = f" {database} ".encode()
        self._backends: dict[int, bool] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_INTERVAL):
            self.client_kb = max(self.client_kb, _private_kb(self._pid))
            for backend in self._our_backends():
                self.server_kb = max(self.server_kb, _private_kb(backend))
                self.server_cpu = max(self.server_cpu, _cpu_seconds(backend))

    def _our_backends(self) -> list[int]:
        """The postmaster's children that work in the database: their titles say so."""
        with suppress(OSError):
            for pid in map(int, self._children.read_bytes().split()):
                if not self._backends.get(pid):
                    title = Path(f"/proc/{pid}/cmdline").read_bytes()
                    self._backends[pid] = self._wanted in title
        return [pid for pid, ours in self._backends.items() if ours]


def _private_kb(pid: int) -> int:
    """Memory that no other process shares; 0 when the process is gone or it is not Linux."""
    with suppress(OSError):
        found = _RSS_ANON.search(Path(f"/proc/{pid}/status").read_bytes())
        return int(found.group(1)) if found else 0
    return 0


def _cpu_seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) * _CLOCK_TICK
    return 0.0
