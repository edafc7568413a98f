"""An endpoint of RDS before a real server: TLS, and a token of IAM as the password."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

from tests.certificates import Authority
from tests.servers import Server
from tests.serving import serving
from tests.tls_server import WRITER

KEY_ID, KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
_LIFETIME = timedelta(minutes=15)
# The codes of ProcessStartupPacket in src/backend/tcop/backend_startup.c
_SSL_REQUEST, _GSSENC_REQUEST, _CANCEL_REQUEST = 80877103, 80877104, 80877102


def signature(token: str) -> str:
    """The signature that a token should have (AWS Signature Version 4, in the query string)."""
    url = urlsplit(f"https://{token}")
    query = [(k, v) for k, v in parse_qsl(url.query) if k != "X-Amz-Signature"]
    values = dict(query)
    _, scope = values["X-Amz-Credential"].split("/", 1)
    canonical = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in sorted(query))
    nothing = hashlib.sha256(b"").hexdigest()
    request = f"GET\n/\n{canonical}\nhost:{url.netloc}\n\nhost\n{nothing}"
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = f"AWS4{KEY}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{values['X-Amz-Date']}\n{scope}\n{digest}"
    return hmac.digest(key, text.encode(), "sha256").hex()


class IamEndpoint:
    """Asks each client for a token, and passes on who has a good one; the server trusts it.

    `users` are those who came in, one for each connection. Without `tokens` it is only TLS, and
    the server asks for passwords.
    """

    def __init__(self, server: Server, context: ssl.SSLContext, *, tokens: bool) -> None:
        self.port = 0
        self.users: list[str] = []
        self._server = server
        self._context = context
        self._tokens = tokens
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, started: threading.Event, stop: asyncio.Event) -> None:
        """Serves until `stop` is set, then hangs up everywhere."""
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await stop.wait()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._connection(reader, writer)
        writer.transport.abort()
        self._tasks.discard(task)

    async def _connection(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        _, code = await _startup_packet(reader)
        if code == _GSSENC_REQUEST:
            client.write(b"N")
            _, code = await _startup_packet(reader)
        if code != _SSL_REQUEST:
            return
        client.write(b"S")
        await client.start_tls(self._context)
        packet, code = await _startup_packet(reader)
        asks = self._tokens and code != _CANCEL_REQUEST
        if asks and not await self._lets_in(packet, reader, client):
            return
        answers, server = await self._connect()
        server.write(packet)
        await asyncio.gather(_pass_on(reader, server), _pass_on(answers, client))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self._server.port
        if not self._tokens:
            return await asyncio.open_connection("127.0.0.1", port)
        return await asyncio.open_unix_connection(f"{self._server.socket_dir}/.s.PGSQL.{port}")

    async def _lets_in(
        self, packet: bytes, reader: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> bool:
        fields = packet[8:].split(b"\0")
        user = dict(zip(fields[::2], fields[1::2], strict=False))[b"user"].decode()
        client.write(b"R" + struct.pack("!ii", 8, 3))  # AuthenticationCleartextPassword
        _, length = struct.unpack("!ci", await reader.readexactly(5))
        token = (await reader.readexactly(length - 4)).rstrip(b"\0").decode()
        if self._is_good(token, user):
            self.users.append(user)
            return True
        message = f'PAM authentication failed for user "{user}"'
        body = f"SFATAL\0VFATAL\0C28000\0M{message}\0\0".encode()
        client.write(b"E" + struct.pack("!i", len(body) + 4) + body)
        await client.drain()
        return False

    def _is_good(self, token: str, user: str) -> bool:
        """Whether it is one for this endpoint and user, of now, signed with the key."""
        url = urlsplit(f"https://{token}")
        values = dict(parse_qsl(url.query))
        if url.netloc != f"{WRITER}:{self.port}" or values.get("DBUser") != user:
            return False
        signed = datetime.strptime(values["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        scope = f"{KEY_ID}/{signed:%Y%m%d}/eu-central-1/rds-db/aws4_request"
        return (
            values["X-Amz-Credential"] == scope
            and datetime.now(UTC) - signed < _LIFETIME
            and values["X-Amz-Signature"] == signature(token)
        )


async def _startup_packet(reader: asyncio.StreamReader) -> tuple[bytes, int]:
    """A packet and its code; that of a start is the protocol's version."""
    head = await reader.readexactly(8)
    length, code = struct.unpack("!ii", head)
    return head + await reader.readexactly(length - 8), code


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction, to its end; the other one ends with it."""
    with suppress(OSError):
        while block := await reader.read(1 << 16):
            writer.write(block)
            await writer.drain()
    writer.close()


@contextmanager
def iam_endpoint(
    server: Server, authority: Authority, *, tokens: bool = True
) -> Iterator[IamEndpoint]:
    """A running endpoint: WRITER, at `port` of 127.0.0.1, with a certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.ca.issue_cert(WRITER).configure_cert(context)
    found = IamEndpoint(server, context, tokens=tokens)
    with serving(found):
        yield found
