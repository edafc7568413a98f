"""Signal handling around work that must complete or be undone as a whole."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# Windows has no SIGHUP.
_TERMINATION = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_REPEAT_TIME = 1.0  # seconds
_is_ignoring = threading.Event()
_lost = threading.Event()


class Stop:
    """A request to stop a run, made by another thread.

    `check` raises KeyboardInterrupt in the run's thread, as Ctrl-C does in the main thread; the
    callbacks in `cancels` end what the run is waiting for, which raises an error there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancels: list[Callable[[], None]] = []
        self._requested = False
        self.is_too_late = False

    @property
    def cancels(self) -> tuple[Callable[[], None], ...]:
        """The callbacks to call until the run has ended. Each may raise psycopg.Error."""
        return () if self.is_too_late else tuple(self._cancels)

    def on_request(self, cancel: Callable[[], None]) -> None:
        """Add a callback that ends what the run is waiting for. Raises KeyboardInterrupt."""
        with self._lock:
            self.check()
            self._cancels.append(cancel)

    def check(self) -> None:
        """Raise KeyboardInterrupt if the run was asked to stop."""
        raise_lost_interrupt()
        if self.is_requested:
            raise KeyboardInterrupt

    @property
    def is_requested(self) -> bool:
        """Whether the run was asked to stop, and still can."""
        return self._requested and not self.is_too_late

    def request(self) -> None:
        """Ask the run to stop; without effect after `refuse`."""
        with self._lock:
            self._requested = True

    def refuse(self) -> None:
        """Refuse all requests from here on. Raises KeyboardInterrupt after an earlier one."""
        with self._lock:
            self.check()
            self.is_too_late = True

    def forget(self) -> None:
        """Release the callbacks of a run that has ended."""
        self._cancels = []


@contextmanager
def raising_on_termination(*, to_the_end: bool = False) -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into KeyboardInterrupt, like Ctrl-C, so that `finally` runs.

    Further signals within a second are ignored, so that the cleanup after the first continues. With
    `to_the_end` they are ignored after the block as well, because the process ends then. The
    caller's own handlers, and signals that it ignores, are not changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[float] = []

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if not _is_ignoring.is_set() and (not received or now > received[-1] + _REPEAT_TIME):
            received.append(now)
            raise KeyboardInterrupt

    replaced = {
        signum: handler
        for signum in (signal.SIGINT, *_TERMINATION)
        if (handler := signal.getsignal(signum)) in (signal.SIG_DFL, signal.default_int_handler)
    }
    for signum in replaced:
        signal.signal(signum, interrupt)
    outer, sys.unraisablehook = sys.unraisablehook, _unraisable
    try:
        yield
    finally:
        sys.unraisablehook = outer
        ignored = to_the_end and (received or _is_ignoring.is_set())
        for signum, handler in replaced.items():
            signal.signal(signum, signal.SIG_IGN if ignored else handler)
        if replaced:
            _is_ignoring.clear()


def _unraisable(error: sys.UnraisableHookArgs) -> None:
    if issubclass(error.exc_type, KeyboardInterrupt):
        _lost.set()
    else:
        sys.__unraisablehook__(error)


def raise_lost_interrupt() -> None:
    """Raise the KeyboardInterrupt that was lost in a callback of libpq, such as for notices."""
    if _lost.is_set() and threading.current_thread() is threading.main_thread():
        _lost.clear()
        raise KeyboardInterrupt


def ignore_signals() -> None:
    """Ignore signals until the end of the outermost block: the run cannot be undone any more."""
    _is_ignoring.set()


@contextmanager
def signals_held() -> Iterator[None]:
    """Delay Ctrl-C, SIGTERM and SIGHUP until the end of the block. Keep it short.

    When the block raises they are dropped: its error ends the run as well.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    previous = {}
    for signum in (signal.SIGINT, *_TERMINATION):
        handler = signal.getsignal(signum)
        # None: a handler that Python did not set and could not restore.
        if handler not in (None, signal.SIG_IGN):
            previous[signum] = signal.signal(signum, lambda signum, _frame: received.append(signum))
    try:
        yield
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)
    for held in received:
        signal.raise_signal(held)
