"""Signals around work that must not be left half done."""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from sys import UnraisableHookArgs
    from types import FrameType


# Windows has no SIGHUP.
_TERMINATION = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_ONE_PRESS = 1.0  # seconds
_too_late = threading.Event()
_lost = threading.Event()


class Stop:
    """Stops a run from another thread.

    The run gets a KeyboardInterrupt, as the main thread does by Ctrl-C, where it calls `check`;
    or an error where one of `cancels` ends what it waits for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancels: list[Callable[[], None]] = []
        self._requested = False
        self.is_too_late = False

    @property
    def cancels(self) -> tuple[Callable[[], None], ...]:
        """What to call, repeatedly, until the run has ended. Each may raise psycopg.Error."""
        return () if self.is_too_late else tuple(self._cancels)

    def on_request(self, cancel: Callable[[], None]) -> None:
        """From here on `cancel` ends what the run waits for. Raises KeyboardInterrupt."""
        with self._lock:
            self.check()
            self._cancels.append(cancel)

    def check(self) -> None:
        """Raises KeyboardInterrupt when the run is to stop."""
        raise_lost()
        if self.is_requested:
            raise KeyboardInterrupt

    @property
    def is_requested(self) -> bool:
        """Whether the run is to stop, and still can."""
        return self._requested and not self.is_too_late

    def request(self) -> None:
        """The run is to stop, unless it is too late."""
        with self._lock:
            self._requested = True

    def refuse(self) -> None:
        """Nothing stops the run from here on. Raises KeyboardInterrupt."""
        with self._lock:
            self.check()
            self.is_too_late = True

    def forget(self) -> None:
        """The run has ended: what its cancels hold is not needed any more."""
        self._cancels = []


@contextmanager
def raising_on_termination(*, to_the_end: bool = False) -> Iterator[None]:
    """SIGTERM and SIGHUP become KeyboardInterrupt as Ctrl-C does, so that `finally` runs.

    Further signals within a second are ignored, so that the cleanup after the first goes on.
    With `to_the_end` they are ignored after the block as well, because the process ends then.
    Handlers of the caller, and signals that it ignores, stay as they are.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[float] = []

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if not _too_late.is_set() and (not received or now > received[-1] + _ONE_PRESS):
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
        ignored = to_the_end and (received or _too_late.is_set())
        for signum, handler in replaced.items():
            signal.signal(signum, signal.SIG_IGN if ignored else handler)
        if replaced:
            _too_late.clear()


def _unraisable(error: UnraisableHookArgs) -> None:
    if issubclass(error.exc_type, KeyboardInterrupt):
        _lost.set()
    else:
        sys.__unraisablehook__(error)


def raise_lost() -> None:
    """Raises the KeyboardInterrupt that was lost in a callback of libpq, such as for notices."""
    if _lost.is_set() and threading.current_thread() is threading.main_thread():
        _lost.clear()
        raise KeyboardInterrupt


def too_late() -> None:
    """Nothing can be undone any more: signals are ignored to the end of the outermost block.

    The result is still reported, with its own exit code.
    """
    _too_late.set()


@contextmanager
def signals_held() -> Iterator[None]:
    """Delays Ctrl-C, SIGTERM and SIGHUP until the block has ended. Keep it short.

    When the block raises they are dropped: its error ends the run as well.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []

    def remember(signum: int, _frame: FrameType | None) -> None:
        received.append(signum)

    previous = {}
    for signum in (signal.SIGINT, *_TERMINATION):
        handler = signal.getsignal(signum)
        # None: a handler that Python did not set and could not put back.
        if handler not in (None, signal.SIG_IGN):
            previous[signum] = signal.signal(signum, remember)
    try:
        yield
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)
    for held in received:
        signal.raise_signal(held)
