"""A Unix socket that looks like a server to psql and the other client programs.

It speaks the simple query protocol (src/backend/tcop/postgres.c): what a client asks for goes to
`Handler`, one request at a time, and nothing waits for a client that does not read or write.
"""

from __future__ import annotations

import select
import socket
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from runner.execute.client_requests import copies_in

if TYPE_CHECKING:
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
_READ_SIZE = 1 << 16


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
        self._handler = handler
        self._translate = translate
        self._clients: list[Client] = []
        self._number = 0
        self._path = directory / f".s.PGSQL.{PORT_NUMBER}"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen()

    def serve(self, seconds: float) -> bool:
        """Waits, no longer than this, for clients to ask for something, and has it done.

        Returns whether one did. Raises what the handler raises.
        """
        self._handler.idle()
        writing = [client for client in self._clients if client.out]
        reading: list[socket.socket | Client] = [self._listener, *self._clients]
        readable, writable, _ = select.select(reading, writing, [], seconds)
        for client in writable:
            client.flush()
        for one in readable:
            if isinstance(one, Client):
                one.read()
            else:
                connection = self._listener.accept()[0]
                self._number += 1
                client = Client(connection, self._handler, self._translate, self._number)
                self._clients.append(client)
        self._clients = [client for client in self._clients if not client.is_closed]
        return bool(readable)

    def finish(self) -> None:
        """Has done what was asked for, and disconnects all clients."""
        while self.serve(0):
            pass
        for client in self._clients:
            client.end()
        self.close()

    def close(self) -> None:
        self._listener.close()
        for client in self._clients:
            client.close()
        self._path.unlink(missing_ok=True)


class Client:
    """One connected program. `out` is what it has not read yet."""

    def __init__(
        self,
        connection: socket.socket,
        handler: Handler,
        translate: Callable[[bytes], bytes],
        number: int,
    ) -> None:
        connection.setblocking(False)
        self.number = number
        self.out = bytearray()
        self.is_closed = False
        self._socket = connection
        self._handler = handler
        self._translate = translate
        self._read = bytearray()
        self._is_known = False  # whether its startup packet has come
        self._query = b""
        self._copies: list[bool] = []  # of the query: what is still to come
        self._data: list[IO[bytes]] = []
        self._last_status: dict[bytes, bytes] = {}

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self.is_closed = True
        self._socket.close()

    def finish(self) -> None:
        """Disconnects the program, which gets what was sent."""
        self.flush()
        self.close()

    def read(self) -> None:
        """Takes what has come, and has it done as soon as it is complete."""
        try:
            block = self._socket.recv(_READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            block = b""
        self._read += block
        while not self.is_closed and (message := self._next_message()) is not None:
            self._take(*message)
            self.flush()
        if not block:
            self.end()

    def end(self) -> None:
        """The program has ended, or is disconnected."""
        if not self.is_closed:
            self.close()
            if self._is_known:
                self._handler.ended(self)

    def _next_message(self) -> tuple[bytes, bytes] | None:
        kind = 1 if self._is_known else 0
        if len(self._read) < kind + 4:
            return None
        (size,) = struct.unpack_from("!I", self._read, kind)
        if len(self._read) < kind + size:
            return None
        message = bytes(self._read[:kind]), bytes(self._read[kind + 4 : kind + size])
        del self._read[: kind + size]
        return message

    def _take(self, kind: bytes, body: bytes) -> None:
        if not self._is_known:
            self._start(body)
        elif kind == b"Q":
            self._query, self._data = self._translate(body[:-1]), []
            strings = self._last_status.get(b"standard_conforming_strings")
            self._copies = copies_in(self._query, strings)
            self._go_on()
        elif kind == b"d":
            self._data[-1].write(body)
        elif kind == b"c":
            self._go_on()
        elif kind == b"f":
            self._copies.clear()
            reason = body[:-1].decode("utf-8", "replace")
            self.tell(b"E", "ERROR", "57014", f"COPY from stdin failed: {reason}")
            self.ready()
        elif kind == b"X":
            self.end()
        elif kind == b"S":
            self.ready()
        elif kind in b"PF":
            self.tell(b"E", "ERROR", "0A000", _EXTENDED)
            if kind == b"F":
                self.ready()

    def _start(self, body: bytes) -> None:
        (code,) = struct.unpack_from("!I", body)
        if code in _ENCRYPT:
            self.out += b"N"
            return
        if code == _CANCEL:
            self.close()
            return
        if code > _VERSION:
            self.send(b"v", struct.pack("!II", _VERSION, 0))
        words = [word.decode("utf-8", "surrogateescape") for word in body[4:].split(b"\0")]
        self._is_known = True
        self._handler.connected(self, dict(zip(words[::2], words[1::2], strict=False)))

    def _go_on(self) -> None:
        """Asks for the data of the next COPY of the query, or has the query done."""
        if self._copies:
            self._flush_data()
            self._data.append(tempfile.TemporaryFile())  # noqa: SIM115, the handler keeps it
            self.send(b"G", struct.pack("!BH", self._copies.pop(0), 0))
            return
        self._flush_data()
        self._handler.query(self, self._query, self._data)

    def _flush_data(self) -> None:
        for file in self._data[-1:]:
            file.flush()

    # -- answers ----------------------------------------------------------------------------

    def send(self, kind: bytes, body: bytes = b"") -> None:
        self.out += kind + struct.pack("!I", len(body) + 4) + body

    def flush(self) -> None:
        """Sends as much as the program reads now."""
        if self.is_closed:
            return
        try:
            del self.out[: self._socket.send(self.out)]
        except BlockingIOError:
            return
        except OSError:
            self.out.clear()  # it has ended: reading will tell

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
            if value is not None and self._last_status.get(name) != value:
                self._last_status[name] = value
                self.send(b"S", name + b"\0" + value + b"\0")
        self.send(b"Z", state)

    def tell(self, kind: bytes, severity: str, sqlstate: str, message: str) -> None:
        """Sends an error (E) or a notice (N) of the runner's own."""
        fields = {"S": severity, "V": severity, "C": sqlstate, "M": message}
        text = "".join(f"{key}{value}\0" for key, value in fields.items())
        self.send(kind, text.encode("utf-8", "surrogateescape") + b"\0")
