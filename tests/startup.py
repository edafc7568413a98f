"""A server whose first connections go wrong, and a port where nothing listens."""

from __future__ import annotations

import secrets
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Answer = Callable[[socket.socket], None]


def refused(sqlstate: str, message: str, severity: str = "FATAL") -> Answer:
    """Answer the start-up packet with an error, as a server does."""

    def answer(client: socket.socket) -> None:
        _startup_packet(client)
        values = {"S": severity, "V": "FATAL", "C": sqlstate, "M": message}
        body = b"".join(f"{key}{value}\0".encode() for key, value in values.items()) + b"\0"
        client.sendall(b"E" + struct.pack("!i", len(body) + 4) + body)

    return answer


def cut(client: socket.socket) -> None:
    """Hang up after the start-up packet."""
    _startup_packet(client)


def reset(client: socket.socket) -> None:
    """Hang up with a TCP reset."""
    _startup_packet(client)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(client: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    while client.recv(4096):
        pass


def mute(client: socket.socket) -> None:
    """Let anybody log in and answer no query, as a pooler whose pool is full."""
    _log_in(client)
    silent(client)


def nonsense(answer: bytes) -> Answer:
    """Let anybody log in and give every query this answer."""

    def serve(client: socket.socket) -> None:
        _log_in(client)
        while kind := _exactly(client, 1):
            (length,) = struct.unpack("!i", _exactly(client, 4))
            _exactly(client, length - 4)
            if kind in b"QS":
                client.sendall(answer)

    return serve


def one_row(*values: bytes) -> bytes:
    """An answer of one row of texts, and the end of the command."""
    count = struct.pack("!h", len(values))
    text = b"x\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0)
    row = b"".join(struct.pack("!i", len(value)) + value for value in values)
    messages = (b"T", count + text * len(values)), (b"D", count + row), (b"C", b"SELECT 1\0")
    return b"".join(kind + struct.pack("!i", len(body) + 4) + body for kind, body in messages)


READY = b"Z" + struct.pack("!i", 5) + b"I"


def _log_in(client: socket.socket) -> None:
    _startup_packet(client)
    authenticated = b"R" + struct.pack("!ii", 8, 0)
    encoding = b"client_encoding\0UTF8\0"
    parameter = b"S" + struct.pack("!i", len(encoding) + 4) + encoding
    key = b"K" + struct.pack("!iii", 12, 1, 2)
    client.sendall(authenticated + parameter + key + READY)


def _startup_packet(client: socket.socket) -> None:
    while True:
        (length,) = struct.unpack("!i", _exactly(client, 4))
        packet = _exactly(client, length - 4)
        # SSLRequest and GSSENCRequest: see ProcessStartupPacket in backend_startup.c
        if struct.unpack("!i", packet[:4])[0] not in (80877103, 80877104):
            return
        client.sendall(b"N")


def _exactly(client: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        if not (more := client.recv(size - len(found))):
            raise ConnectionError
        found += more
    return found


class Listener:
    """What was asked of the listener."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connections = 0


@contextmanager
def listening(
    answers: Iterable[Answer], then: tuple[str, int] | None = None, port: int = 0
) -> Iterator[Listener]:
    """Answer one connection after the other; pass those that follow on to the address `then`."""
    with socket.create_server(("127.0.0.1", port)) as server:
        found = Listener(server.getsockname()[1])

        def serve() -> None:
            pending = iter(answers)
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                found.connections += 1
                answer = next(pending, None) or (lambda client: _pass_on(client, then))
                threading.Thread(target=_answer, args=(client, answer), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            # Closing alone does not wake accept up.
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _answer(client: socket.socket, answer: Answer) -> None:
    with client, suppress(OSError):
        answer(client)


def _pass_on(client: socket.socket, address: tuple[str, int] | None) -> None:
    if address is None:
        return
    with socket.create_connection(address) as server:
        back = threading.Thread(target=_copy, args=(server, client), daemon=True)
        back.start()
        _copy(client, server)
        back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while block := source.recv(65536):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)


def closed_port() -> int:
    """A port where nothing listens, nor will: of those below 10000 no test takes any."""
    while True:
        port = 5_000 + secrets.randbelow(5_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
