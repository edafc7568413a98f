"""A Unix socket that looks like a server to psql and the other client programs.

It speaks the simple query protocol (src/backend/tcop/postgres.c). Requests go to `ClientSessions`
one at a time, and nothing waits for a client that does not read or write.
"""

from __future__ import annotations

import asyncio
import tempfile
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from runner.sessions.client import Client, copies_in
from runner.sessions.client_sessions import ClientSessions

PORT_NUMBER = "5432"  # as in the image
_EXTENDED = "the extended query protocol and fast-path calls do not work in shell scripts"
_TICK = 0.1


class Gateway:
    """The socket in `directory`, and the programs that are connected to it.

    Queries pass through `translate` first.
    """

    def __init__(
        self, directory: Path, handler: ClientSessions, translate: Callable[[bytes], bytes]
    ) -> None:
        self._path = directory / f".s.PGSQL.{PORT_NUMBER}"
        self._handler = handler
        self._translate = translate
        self._clients: list[Client] = []
        self._server: asyncio.Server | None = None
        self._over = asyncio.Event()
        self._error: Exception | None = None

    async def open(self) -> None:
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
        """End the sessions of all clients when the script has ended."""
        for client in self._clients:
            self._handler.ended(client)

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
                text, data = self._translate(body[:-1]), []
                strings = client.last_status.get(b"standard_conforming_strings")
                for is_binary in copies_in(text, strings):
                    data.append(tempfile.TemporaryFile())  # noqa: SIM115, the handler keeps it
                    if not await client.take_data(data[-1], is_binary=is_binary):
                        break
                else:
                    self._handler.query(client, text, data)
            elif kind == b"X":
                return
            elif kind in b"PF":
                client.send_message(b"E", "ERROR", "0A000", _EXTENDED)
            if kind in b"SF":
                client.ready()
