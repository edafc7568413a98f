"""Show the progress of a long run: draw it on a terminal, or print it as lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

from runner.report.terminal import cut_start, escape

if TYPE_CHECKING:
    import rich.live
    from rich.console import RenderableType


# Least width of the bar, the percentage and the time together.
_BAR = 30
# Seconds: before the picture is drawn, between two redraws, from a printed line to the next redraw,
# and between two lines if there is no terminal.
_FIRST, _TICK, _PAUSE, _LINE = 1.0, 0.2, 0.5, 10.0


class Activity:
    """The state of a run on one target, and pictures of the script that is being sent.

    The run sets it; the thread that draws it reads it. `state`: a text for a table. `size`, `done`:
    bytes of `script`, whose name is empty between two scripts.
    """

    def __init__(self) -> None:
        self.state = "connecting"
        self.script = ""
        self.size = self.done = 0
        self.started = time.monotonic()

    def start_script(self, name: str, size: int) -> None:
        self.state, self.script, self.size, self.done = name, name, size, 0
        self.started = time.monotonic()

    def finish_script(self) -> None:
        self.state, self.script = f"{self.script}: done", ""

    @property
    def percent(self) -> int | None:
        """The percentage of the current script that was sent; None if its size is unknown."""
        return min(self.done * 100 // self.size, 100) if self.script and self.size else None

    def draw(self, width: int) -> RenderableType | None:
        """Return a bar for a terminal of `width` columns; None if nothing is being sent."""
        if not self.script:
            return None
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        percent = self.percent
        elapsed = timedelta(seconds=int(time.monotonic() - self.started))
        grid = Table.grid(padding=(0, 1), expand=True)
        for ratio in (None, 1, None, None):
            grid.add_column(no_wrap=True, ratio=ratio)
        grid.add_row(
            Text(cut_start(escape(self.script), width - _BAR)),
            ProgressBar(completed=percent or 0, pulse=percent is None),
            "" if percent is None else f"{percent}%",
            str(elapsed),
        )
        return grid

    def line(self) -> str | None:
        """Return a line for a log file or a pipe; None if nothing is being sent."""
        if not self.script:
            return None
        share = "being sent" if self.percent is None else f"{self.percent} % sent"
        elapsed = time.monotonic() - self.started
        return f"{escape(self.script)}: {share} after {elapsed:.0f} s"


class Display:
    """A thread that draws what `draw` returns. Before printing, hold `lock` and call `clear`."""

    def __init__(
        self, stream: TextIO, activity: Activity, print_line: Callable[[str], None]
    ) -> None:
        self.lock = threading.RLock()
        self.draw: Callable[[int], RenderableType | None] = activity.draw
        self._activity = activity
        self._stream = stream
        self._print_line = print_line
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._live: rich.live.Live | None = None
        self._next = 0.0

    def start(self) -> None:
        """Draw from now on, after a delay that short work does not reach."""
        with self.lock:
            self.clear()
            self._next = time.monotonic() + (_FIRST if self._stream.isatty() else _LINE)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
            self._thread.start()

    def clear(self) -> None:
        """Remove the picture from the screen until the next redraw."""
        if self._live is not None:
            self._live.stop()
            self._live = None
            self._next = time.monotonic() + _PAUSE

    def close(self) -> None:
        """Stop the thread and clear the screen."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        with self.lock:
            self.clear()

    def _run(self) -> None:
        while not self._stopped.wait(_TICK):
            with self.lock:
                if time.monotonic() < self._next:
                    continue
                if self._stream.isatty():
                    self._draw()
                elif line := self._activity.line():
                    self._next += _LINE
                    self._print_line(line)

    def _draw(self) -> None:
        # Imported only by long runs: the import takes longer than a short run.
        from rich.console import Console
        from rich.live import Live

        console = self._live.console if self._live else Console(file=self._stream)
        picture = self.draw(console.width)
        if picture is None:
            self.clear()
            return
        if self._live is None:
            self._live = Live(console=console, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(picture, refresh=True)
