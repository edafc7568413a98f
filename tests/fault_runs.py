"""A run of the fault tests: a process, what it has said when it ended, and waiting for it."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.figures import Missed
from tests.waiting import TIMEOUT

if TYPE_CHECKING:
    import signal

    from tests.forking import Forked


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended, by itself or not."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        return f"exit code {self.code}\n{self.stdout}\n{self.stderr}"


@dataclass(frozen=True, slots=True)
class Called:
    """A run in this process, which has ended: only its line could be struck."""

    generation: int
    ended: Ended


@dataclass(frozen=True, slots=True)
class Run:
    """A running `python -m runner apply`, which writes its generation into the database."""

    process: Forked
    generation: int

    @property
    def pid(self) -> int:
        return self.process.pid

    def ended(self) -> Ended:
        """Waits for its end."""
        code = self.process.wait(TIMEOUT)
        return Ended(code, *self.process.communicate(TIMEOUT))

    def struck_after(self, seconds: float, signum: signal.Signals) -> None:
        """Lets it run so long, then sends the signal. Raises Missed when it has ended by then."""
        with suppress(subprocess.TimeoutExpired):
            self.process.communicate(timeout=seconds)
            raise Missed
        self.process.send_signal(signum)
