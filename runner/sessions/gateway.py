"""A Unix socket that looks like a server to psql and the other client programs.

It speaks the simple query protocol (src/backend/tcop/postgres.c): what a client asks for goes to
`Handler`, one request at a time, and nothing waits for a client that does not read or write.
"""

from __future__ import annotations

import asyncio
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Protocol

from runner.sessions.client_requests import copies_in

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from pathlib import Path
    from typing import IO


PORT_NUMBER = "5432"  # as in the image
# The codes of a first packet: SSLRequest, GSSENCRequest, CancelRequest.
_ENCRYPT, _CANCEL = (80877103, 80877104), 80877102
_VERSION = 3 << 16
# Parameters that a server reports; psql reads some of them.
_REPORTED = (
    b"server_version", b"server_encoding", b"client_encoding", b"application_name",
    b"default_transaction_read_only", b"in_hot_standby", b"is_superuser",
    b"session_authorization", b"DateStyle", b"IntervalStyle", b"TimeZone", b"integer_datetimes",
    b"standard_conforming_strings", b"search_path",
)  # fmt: skip
_EXTENDED = "the extended query protocol and fast-path calls do not work in shell scripts"
_TICK = 0.1


class Handler(Protocol):
    """What is done for clients. Each method answers by the client's methods."""

    def idle(self) -> None:
        """Called again and again while nobody asks."""

    def connected(self, client: Client, parameters: Mapping[str, str]) -> None:
        """A client has connected with the parameters of its startup packet."""

    def query(self, client: Client, text: bytes, data: Sequence[IO[bytes]]) -> None:
        """A query, with the data of each COPY in it."""

    def ended(self, client: Client) -> None:
        """A client has disconnected."""


class Gateway:
    """The socket in `directory`, and the programs that are connected to it.

    Queries pass through `translate` first.
    """

    def __init__(
        self, directory: Path, handler: Handler, translate: Callable[[bytes], bytes]
    ) -> None:
        self._path = directory / f".s.PGSQL.{PORT_NUMBER}"
        self._handler = handler
        self._translate = translate
        self._clients: list[Client] = []
        self._server: asyncio.Server | None = None
        self._over = asyncio.Event()
        self._error: Exception | None = None

    async def open(self) -> None:
        """Clients may connect."""
        self._server = await asyncio.start_unix_server(self._accept, self._path)

    async def serve(self) -> None:
        """Does what clients ask for, until `close`. Raises what the handler raises."""
        while not self._over.is_set():
            self._handler.idle()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _TICK)
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        """Disconnects all clients when the script has ended."""
        for client in self._clients:
            self._handler.ended(client)
        self.close()

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._over.set()
        for client in self._clients:
            client.close()

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        client = Client(len(self._clients), reader, writer)
        self._clients.append(client)
        try:
            with closing(client), suppress(EOFError, OSError):
                await self._talk(client)
            if not self._over.is_set():
                self._handler.ended(client)
        except Exception as error:  # noqa: BLE001, it is raised where clients are served
            if not self._over.is_set():
                self._error = error
                self._over.set()

    async def _talk(self, client: Client) -> None:
        """Raises EOFError when the program has ended."""
        if (parameters := await client.parameters()) is None:
            return
        self._handler.connected(client, parameters)
        while True:
            kind, body = await client.message()
            if kind == b"Q":
                await self._query(client, self._translate(body[:-1]))
            elif kind == b"X":
                return
            elif kind in b"PF":
                client.tell(b"E", "ERROR", "0A000", _EXTENDED)
            if kind in b"SF":
                client.ready()

    async def _query(self, client: Client, text: bytes) -> None:
        data = []
        for is_binary in copies_in(text, client.last_status.get(b"standard_conforming_strings")):
            data.append(tempfile.TemporaryFile())  # noqa: SIM115, the handler keeps it
            if not await client.take_data(data[-1], is_binary=is_binary):
                return
        self._handler.query(client, text, data)


class Client:
    """One connected program. What it does not read yet is kept for it."""

    def __init__(self, number: int, reader: StreamReader, writer: StreamWriter) -> None:
        self.number = number
        self.last_status: dict[bytes, bytes] = {}
        self._reader = reader
        self._writer = writer

    def close(self) -> None:
        """Disconnects the program, which gets what was sent."""
        self._writer.close()

    async def parameters(self) -> dict[str, str] | None:
        """Those of its startup packet; None where it only cancels a query."""
        while True:
            body = await self._body()
            (code,) = struct.unpack_from("!I", body)
            if code == _CANCEL:
                return None
            if code not in _ENCRYPT:
                break
            self._writer.write(b"N")
        if code > _VERSION:
            self.send(b"v", struct.pack("!II", _VERSION, 0))
        words = [word.decode("utf-8", "surrogateescape") for word in body[4:].split(b"\0")]
        return dict(zip(words[::2], words[1::2], strict=False))

    async def message(self) -> tuple[bytes, bytes]:
        """The kind and the body of the next message."""
        return await self._reader.readexactly(1), await self._body()

    async def _body(self) -> bytes:
        (size,) = struct.unpack("!I", await self._reader.readexactly(4))
        body = await self._reader.readexactly(size - 4)
        if self._writer.is_closing():
            raise EOFError  # the runner has disconnected it
        return body

    async def take_data(self, file: IO[bytes], *, is_binary: bool) -> bool:
        """Asks for the data of a COPY; False, and its query is over, where the program has none."""
        self.send(b"G", struct.pack("!BH", is_binary, 0))
        while True:
            kind, body = await self.message()
            if kind == b"d":
                file.write(body)
            elif kind == b"c":
                file.flush()
                return True
            elif kind == b"f":
                reason = body[:-1].decode("utf-8", "replace")
                self.tell(b"E", "ERROR", "57014", f"COPY from stdin failed: {reason}")
                self.ready()
                return False

    # -- answers ----------------------------------------------------------------------------

    def send(self, kind: bytes, body: bytes = b"") -> None:
        self._writer.write(kind + struct.pack("!I", len(body) + 4) + body)

    def welcome(self, status: Callable[[bytes], bytes | None]) -> None:
        """Lets the program in; `status` gives the parameters that a server reports."""
        self.send(b"R", struct.pack("!I", 0))
        self.send(b"K", bytes(8))
        self.ready(status)

    def ready(
        self, status: Callable[[bytes], bytes | None] = lambda _: None, state: bytes = b"I"
    ) -> None:
        """The program may ask again. `state` is that of its transaction: I, T or E."""
        for name in _REPORTED:
            value = status(name)
            if value is not None and self.last_status.get(name) != value:
                self.last_status[name] = value
                self.send(b"S", name + b"\0" + value + b"\0")
        self.send(b"Z", state)

    def tell(self, kind: bytes, severity: str, sqlstate: str, message: str) -> None:
        """Sends an error (E) or a notice (N) of the runner's own."""
        fields = {"S": severity, "V": severity, "C": sqlstate, "M": message}
        text = "".join(f"{key}{value}\0" for key, value in fields.items())
        self.send(kind, text.encode("utf-8", "surrogateescape") + b"\0")
