"""Signals around work that must not be left half done."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_TERMINATION = (signal.SIGTERM, signal.SIGHUP)


def _interrupt(_signum: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def raising_on_termination() -> Iterator[None]:
    """SIGTERM and SIGHUP become KeyboardInterrupt, so that `finally` runs.

    Only where they would have ended the process: what the caller handles or ignores stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    replaced = [signum for signum in _TERMINATION if signal.getsignal(signum) == signal.SIG_DFL]
    for signum in replaced:
        signal.signal(signum, _interrupt)
    try:
        yield
    finally:
        for signum in replaced:
            signal.signal(signum, signal.SIG_DFL)


@contextmanager
def signals_held() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP wait until the block has ended. Keep it short."""
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
