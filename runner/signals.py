"""Signals around work that must not be left half done."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


_TERMINATION = (signal.SIGTERM, signal.SIGHUP)
_ONE_PRESS = 1.0  # seconds
_too_late = threading.Event()


@contextmanager
def raising_on_termination(*, to_the_end: bool = False) -> Iterator[None]:
    """SIGTERM and SIGHUP become KeyboardInterrupt as Ctrl-C does, so that `finally` runs.

    Those that follow within a second are of the same impatient press, and are not heard: what
    the first one began to clean up goes on. With `to_the_end` none is heard after the block
    either, because the process ends then. Only where a signal would have ended the process:
    what the caller handles or ignores stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[float] = []

    def interrupt(_signum: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if not _too_late.is_set() and (not heard or now > heard[-1] + _ONE_PRESS):
            heard.append(now)
            raise KeyboardInterrupt

    replaced = {
        signum: handler
        for signum in (signal.SIGINT, *_TERMINATION)
        if (handler := signal.getsignal(signum)) in (signal.SIG_DFL, signal.default_int_handler)
    }
    for signum in replaced:
        signal.signal(signum, interrupt)
    try:
        yield
    finally:
        deaf = to_the_end and (heard or _too_late.is_set())
        for signum, handler in replaced.items():
            signal.signal(signum, signal.SIG_IGN if deaf else handler)
        if replaced:
            _too_late.clear()


def too_late() -> None:
    """Nothing can be undone any more: the signals are not heard to the end of the outermost block.

    What was done is still told, with its own exit code.
    """
    _too_late.set()


@contextmanager
def signals_held() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP wait until the block has ended. Keep it short.

    When the block fails they are dropped: its error says more, and ends the run as well.
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
