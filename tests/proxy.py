"""A TCP proxy before a server: delays what passes, counts it, holds or cuts it at a given place.

Without TLS it can read along: which database a connection is for, and when it is up.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from tests.serving import serving

Direction = Literal["to server", "to client"]

_READ_SIZE = 1 << 16
# What may be under way in one direction at a time, in reads: the window of a line.
_WINDOW = 64
_READY_FOR_QUERY, _READY_FOR_QUERY_BYTES = re.compile(rb"Z\x00\x00\x00\x05[ITE]"), 6
_DATABASE = re.compile(rb"\0database\0([^\0]+)\0")


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the line is cut: after so many bytes of a connection, or at a text that passes.

    With `text_passes` the read that holds the text is still passed on. The first connection
    that gets there is cut, and no other; with `database` only one to a database whose name
    begins so. `for_good`: nobody can connect any more. `holds`: nothing passes in that
    direction until `Proxy.go_on` says whether it is a cut.
    """

    direction: Direction
    after: int | None = None
    text: bytes | None = None
    text_passes: bool = False
    database: str | None = None
    for_good: bool = False
    holds: bool = False

    def allows(self, line: Line, passed: int, chunk: bytes) -> int | None:
        """How much of a read still passes before the cut; None: all, and no cut yet."""
        if self.database is not None and not (line.database or "").startswith(self.database):
            return None
        if self.after is not None and passed + len(chunk) >= self.after:
            return self.after - passed
        if self.text is not None and (found := chunk.find(self.text)) >= 0:
            return len(chunk) if self.text_passes else found
        return None


class Line:
    """One connection that went through the proxy, counted as its bytes arrive there.

    A round trip ends with ReadyForQuery: in a pipeline answers come while the client sends.
    `startup_round_trips` are the changes of direction up to the first one, `round_trips` those
    after it. `largest` is the most that the client sent in one. Bytes are those of the whole
    connection.
    """

    def __init__(self) -> None:
        self.database: str | None = None
        self.up = False
        self.was_cut = False
        self.startup_round_trips = self.round_trips = 0
        self.bytes_to_server = self.bytes_to_client = 0
        self.largest = 0
        self._unanswered = 0
        self._last = b""

    def passes(self, direction: Direction, chunk: bytes) -> None:
        """Counts a read."""
        if direction == "to server":
            self.bytes_to_server += len(chunk)
            self._unanswered += len(chunk)
            if not self.up and (found := _DATABASE.search(chunk)):
                self.database = found.group(1).decode()
            return
        self.bytes_to_client += len(chunk)
        self._last = (self._last + chunk)[-_READY_FOR_QUERY_BYTES:]
        is_ready = _READY_FOR_QUERY.fullmatch(self._last) is not None
        if self._unanswered and (is_ready or not self.up):
            self.startup_round_trips += not self.up
            self.round_trips += self.up
            self.largest = max(self.largest, self._unanswered)
            self._unanswered = 0
        self.up = self.up or is_ready


class Proxy:
    """A running proxy: connect to 127.0.0.1 at `port`; `lines` are the connections, in order.

    `reached` is set when a line has come to its cut.
    """

    def __init__(
        self, address: tuple[str, int], delays: dict[Direction, float], cut: Cut | None
    ) -> None:
        self.port = 0
        self.lines: list[Line] = []
        self.reached = threading.Event()
        self._address = address
        self._delays = delays
        self._cut = cut
        self._is_closed = False
        self._is_cut: bool | None = None
        self._go_on = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def to_database(self, name: str) -> list[Line]:
        """The connections to one database."""
        return [line for line in self.lines if line.database == name]

    def go_on(self, *, cut: bool = False) -> None:
        """Lets the line that is held go on, or cuts it there. The first word counts."""
        if self._is_cut is not None:
            return
        self._is_cut = cut
        self._loop.call_soon_threadsafe(self._go_on.set)

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        """Serves until `stop` is set, then hangs up everywhere."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await stop.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connection(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connection(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        line = Line()
        self.lines.append(line)
        try:
            if self._is_closed:
                raise ConnectionAbortedError
            answers, server = await asyncio.open_connection(*self._address)
        except OSError:
            client.transport.abort()
            return
        try:
            with suppress(OSError):
                await asyncio.gather(
                    self._pass_on(line, "to server", reader, server),
                    self._pass_on(line, "to client", answers, client),
                )
        finally:
            for writer in (server, client):
                writer.transport.abort()

    async def _pass_on(
        self,
        line: Line,
        direction: Direction,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Passes one direction on, each read after the delay, to the end or to the cut."""
        # So that drain() waits for the last byte: what is cut off is exactly what was meant.
        writer.transport.set_write_buffer_limits(0)
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_WINDOW)
        receiving = asyncio.create_task(self._receive(line, direction, reader, under_way))
        now = asyncio.get_running_loop().time
        try:
            while True:
                due, chunk = await under_way.get()
                if (left := due - now()) > 0:
                    await asyncio.sleep(left)
                if not chunk:
                    break
                writer.write(chunk)
                await writer.drain()
            await receiving
            if line.was_cut:
                raise ConnectionAbortedError
            writer.write_eof()
        finally:
            receiving.cancel()

    async def _receive(
        self,
        line: Line,
        direction: Direction,
        reader: asyncio.StreamReader,
        under_way: asyncio.Queue[tuple[float, bytes]],
    ) -> None:
        delay, now = self._delays[direction], asyncio.get_running_loop().time
        with suppress(ConnectionError):
            while not line.was_cut and (chunk := await reader.read(_READ_SIZE)):
                async for part in self._allowed(line, direction, chunk):
                    line.passes(direction, part)
                    if part:
                        await under_way.put((now() + delay, part))
        await under_way.put((now() + delay, b""))

    async def _allowed(
        self, line: Line, direction: Direction, chunk: bytes
    ) -> AsyncIterator[bytes]:
        """What of a read passes; in two parts where the line is held."""
        cut, allowed = self._cut, None
        if cut is not None and cut.direction == direction:
            passed = line.bytes_to_server if direction == "to server" else line.bytes_to_client
            allowed = cut.allows(line, passed, chunk)
        if cut is None or allowed is None:
            yield chunk
            return
        self._cut = None
        yield chunk[:allowed]
        self.reached.set()
        if cut.holds:
            await self._go_on.wait()
            if not self._is_cut:
                yield chunk[allowed:]
                return
        line.was_cut = True
        self._is_closed = cut.for_good


@contextmanager
def proxy(
    port: int,
    host: str = "127.0.0.1",
    *,
    to_server: float = 0.0,
    to_client: float = 0.0,
    cut: Cut | None = None,
) -> Iterator[Proxy]:
    """A proxy before the server at this port; `to_server` and `to_client` are delays in seconds."""
    found = Proxy((host, port), {"to server": to_server, "to client": to_client}, cut)
    with serving(found):
        yield found
