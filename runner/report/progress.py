"""How far a long run is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TextIO

from runner.report.terminal import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    import rich.progress


# Seconds: until a run is long, between two looks, from a printed line to the bar's return,
# and between two lines where there is no terminal.
_LONG, _TICK, _REST, _EVERY = 1.0, 0.2, 0.5, 10.0


class Progress:
    """Drawn by a thread of its own, so that it lives on while one statement takes its time.

    `lock` is held while something is drawn; whoever prints holds it too, and calls `clear`.
    """

    def __init__(self, stream: TextIO, print_line: Callable[[str], None]) -> None:
        self.lock = threading.RLock()
        self._stream = stream
        self._print_line = print_line
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._bar: rich.progress.Progress | None = None
        self._name = ""
        self._size = self._done = 0
        self._began = self._next = 0.0

    def start(self, name: str, size: int) -> None:
        """A script begins."""
        with self.lock:
            self.clear()
            self._name, self._size, self._done = escape(name), size, 0
            self._began = time.monotonic()
            self._next = self._began + (_LONG if self._stream.isatty() else _EVERY)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
            self._thread.start()

    def update(self, done: int) -> None:
        """So many bytes of the script are done. Costs nothing."""
        self._done = done

    def finish(self) -> None:
        """The script has ended."""
        with self.lock:
            self.clear()
            self._name = ""

    def clear(self) -> None:
        """Take the bar off the screen; it comes back after a while."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            self._next = time.monotonic() + _REST

    def close(self) -> None:
        """Nothing is drawn any more."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.finish()

    def _run(self) -> None:
        while not self._stopped.wait(_TICK):
            with self.lock:
                if not self._name or time.monotonic() < self._next:
                    continue
                if self._stream.isatty():
                    self._draw()
                else:
                    self._next += _EVERY
                    self._print_line(self._line())

    def _line(self) -> str:
        share = f"{self._done * 100 // self._size} % sent" if self._size else "being sent"
        return f"{self._name}: {share} after {time.monotonic() - self._began:.0f} s"

    def _draw(self) -> None:
        if self._bar is None:
            # Imported by the first run that lasts: it takes longer than many a run does.
            from rich.console import Console
            from rich.markup import escape as plain
            from rich.progress import BarColumn, TaskProgressColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            columns = ("{task.description}", BarColumn(None), TaskProgressColumn())
            console = Console(file=self._stream)
            self._bar = Bar(*columns, TimeElapsedColumn(), console=console, transient=True)
            task = self._bar.add_task(plain(self._name), total=self._size or None)
            self._bar.start()
        else:
            task = self._bar.task_ids[0]
        self._bar.update(task, completed=self._done)
