"""Servers of a test's own, each on an event loop in a thread."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Serves(Protocol):
    """Sets `started` when it can be connected to, and serves until `stop` is set."""

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None: ...


@contextmanager
def serving(server: Serves) -> Iterator[None]:
    """Serves as long as the block lasts."""
    # Unlike epoll's, the time-outs of select() are finer than a millisecond.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    started, stop = threading.Event(), asyncio.Event()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(server.serve(started, stop))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
