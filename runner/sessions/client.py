"""A client program at the gateway: its messages and commands, and the server's answers."""

from __future__ import annotations

import re
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import IO, BinaryIO, cast

from psycopg import errors, pq
from psycopg.conninfo import make_conninfo
from psycopg.pq.abc import PGresult

from runner.connect import wire
from runner.errors import RunnerError
from runner.psql.buffers import command_starts
from runner.psql.copy_command import copy_end, with_copy_data
from runner.psql.source import Source
from runner.psql.sql_text import first_words, leading_space, tokens, transaction_control
from runner.psql.state import State
from runner.psql.steps import CopyData, Origin, Statement, Step
from runner.results import Target
from runner.scripts.files import KeptFile
from runner.sessions.session_reset import settings_of

# The codes of the first packet: SSLRequest, GSSENCRequest, CancelRequest.
_ENCRYPT, _CANCEL = (80877103, 80877104), 80877102
# Parameters that a server reports; psql reads some of them.
_REPORTED = (
    b"server_version", b"server_encoding", b"client_encoding", b"application_name",
    b"default_transaction_read_only", b"in_hot_standby", b"is_superuser",
    b"session_authorization", b"DateStyle", b"IntervalStyle", b"TimeZone", b"integer_datetimes",
    b"standard_conforming_strings", b"search_path",
)  # fmt: skip
_TAGS = {b"END": b"COMMIT", b"ABORT": b"ROLLBACK"}
_COMMAND_OK = int(pq.ExecStatus.COMMAND_OK)
_SQLSTATE = pq.DiagnosticField.SQLSTATE
_POSITION = pq.DiagnosticField.STATEMENT_POSITION
# These programs connect to a maintenance database; their statements concern the server.
_OF_THE_SERVER = frozenset({"createdb", "createuser", "dropdb", "dropuser"})
# In the options of a connection.
_SEPARATOR, _ESCAPED = r"([\\\s])", r"\\\1"
_SAVEPOINTS = (b"SAVEPOINT", b"RELEASE", b"ROLLBACK")


class Client:
    """One connected program. Data that it does not read yet is kept for it."""

    def __init__(self, number: int, reader: StreamReader, writer: StreamWriter) -> None:
        self.number = number
        self.last_status: dict[bytes, bytes] = {}
        self._reader = reader
        self._writer = writer

    def close(self) -> None:
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
        words = [word.decode("utf-8", "surrogateescape") for word in body[4:].split(b"\0")]
        return dict(zip(words[::2], words[1::2], strict=False))

    async def message(self) -> tuple[bytes, bytes]:
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
                self.send_message(b"E", "ERROR", "57014", f"COPY from stdin failed: {reason}")
                self.ready()
                return False

    def send(self, kind: bytes, body: bytes = b"") -> None:
        self._writer.write(kind + struct.pack("!I", len(body) + 4) + body)

    def accept(self, status: Callable[[bytes], bytes | None]) -> None:
        """Complete the login; `status` are the parameters that a server reports."""
        self.send(b"R", struct.pack("!I", 0))
        self.send(b"K", bytes(8))
        self.ready(status)

    def ready(
        self, status: Callable[[bytes], bytes | None] = lambda _: None, state: bytes = b"I"
    ) -> None:
        """Send ReadyForQuery. `state` is that of the transaction: I, T or E."""
        for name in _REPORTED:
            value = status(name)
            if value is not None and self.last_status.get(name) != value:
                self.last_status[name] = value
                self.send(b"S", name + b"\0" + value + b"\0")
        self.send(b"Z", state)

    def send_message(self, kind: bytes, severity: str, sqlstate: str, message: str) -> None:
        fields = {"S": severity, "V": severity, "C": sqlstate, "M": message}
        text = "".join(f"{key}{value}\0" for key, value in fields.items())
        self.send(kind, text.encode("utf-8", "surrogateescape") + b"\0")


class Answers:
    """Passes a request's answers on; `has_answered`: they included the end of the command."""

    def __init__(self, client: Client) -> None:
        self.has_answered = self._is_silent = False
        self._start = 0
        self._client = client
        self._failed: PGresult | None = None
        self._has_columns = self._copies = False

    def begin(self, start: int, *, is_silent: bool) -> None:
        """Note the command that begins there. While it `is_silent`, only errors are sent."""
        self._start, self._is_silent, self.has_answered = start, is_silent, False

    def result(self, result: PGresult) -> None:
        status = result.status
        if status == wire.FATAL_ERROR:
            self._failed = result
        elif status != wire.COPY_IN and not self._is_silent:
            if status != _COMMAND_OK and not self._has_columns:
                body = struct.pack("!H", result.nfields)
                for at in range(result.nfields):
                    table, kind = (result.ftable(at), result.ftablecol(at)), result.ftype(at)
                    numbers = (*table, kind, result.fsize(at), result.fmod(at), result.fformat(at))
                    body += (result.fname(at) or b"") + b"\0" + struct.pack("!IhIhih", *numbers)
                self._client.send(b"T", body)
                self._has_columns = True
            if status == wire.SINGLE_TUPLE:
                values = [result.get_value(0, at) for at in range(result.nfields)]
                sent = [b"\xff" * 4 if v is None else struct.pack("!I", len(v)) + v for v in values]
                self._client.send(b"D", struct.pack("!H", result.nfields) + b"".join(sent))
            else:
                self.done(result.command_status or b"")

    def copied(self, block: bytes) -> None:
        if not self._copies:
            self._client.send(b"H", b"\0\0\0")
        self._copies = True
        if block:
            self._client.send(b"d", block)

    def notice(self, diag: errors.Diagnostic) -> None:
        found = {field: getattr(diag, field.name.lower()) or "" for field in pq.DiagnosticField}
        self._client.send(b"N", _fields({field: text.encode() for field, text in found.items()}))

    def warn(self, message: str) -> None:
        self._client.send_message(b"N", "WARNING", "01000", message)

    def done(self, tag: bytes) -> None:
        if self._copies:
            self._client.send(b"c")
        self._copies = self._has_columns = False
        self.has_answered = True
        self._client.send(b"C", tag + b"\0")

    def not_sent(self, command: bytes) -> None:
        """Send the end of a command that the run has carried out itself, such as CREATE ROLE."""
        end = copy_end(command[leading_space(command) :])
        if end is not None and end.kind == "stdout":
            self.copied(b"")  # psql waits for data
        if (control := transaction_control(first_words(command))) is not None:
            self.done(_TAGS.get(control, control))
            return
        first, second = (*first_words(command, 2), b"", b"")[:2]
        kind = b"ROLE" if second in (b"USER", b"GROUP") else second
        is_named = kind in (b"ROLE", b"DATABASE", b"SYSTEM", b"TYPE")
        self.done(first + b" " + kind if is_named else first)

    def empty(self) -> None:
        self._client.send(b"I")

    def failed(self, error: RunnerError) -> None:
        result = self._failed
        if result is None or (result.error_field(_SQLSTATE) or b"").decode() != error.sqlstate:
            message = f"{error.message}\nHINT:  {error.hint}" if error.hint else error.message
            self._client.send_message(b"E", "ERROR", error.sqlstate or "XX000", message)
            return
        found = {field: result.error_field(field) or b"" for field in pq.DiagnosticField}
        if position := found[_POSITION]:
            found[_POSITION] = b"%d" % (int(position) + self._start)
        self._client.send(b"E", _fields(found))


def _fields(found: Mapping[pq.DiagnosticField, bytes]) -> bytes:
    return b"".join(b"%c%s\0" % (field, value) for field, value in found.items() if value) + b"\0"


class RequestReader:
    """Finds the place of commands in their script; `is_in_script`: that of the last was found."""

    def __init__(self, source: Source, state: State) -> None:
        self.is_in_script = False
        self._source = source
        self._text = b"".join(source.read_blocks())
        self._state = state

    def statement(self, text: bytes) -> Statement:
        """Return the statement of a text, with the place of its first line in the script."""
        head = text[leading_space(text) :].partition(b"\n")[0].strip()
        offset = self._text.find(head)
        self.is_in_script = offset >= 0
        offset = max(offset, 0)
        line = self._text.count(b"\n", 0, offset) + 1
        origins = (Origin(0, offset, verbatim=False),)
        return Statement(text, offset, line, self._source, origins=origins)

    def steps(self, command: bytes, sent: Iterator[Source]) -> Iterator[Step]:
        """Yield the steps of one command; `sent` is the COPY data that the program has sent."""
        statement, problem = with_copy_data(self.statement(command), self._state.files)
        if problem is not None:
            yield problem
        yield statement
        for source in statement.data:
            found = source or next(sent)
            yield CopyData(found.read_blocks(), found, 0, 1)


def commands_in(text: bytes, strings: bytes | None) -> list[tuple[int, bytes]]:
    """Return commands and offsets in characters; `strings`: standard_conforming_strings."""
    starts = command_starts(text, standard_conforming_strings=strings != b"off")
    return [
        (len(text[:start].decode("utf-8", "replace")), text[start:end])
        for start, end in pairwise((*starts, len(text)))
        if any(token.text != b";" for token in tokens(text[start:end]))
    ]


def copies_in(text: bytes, strings: bytes | None) -> list[bool]:
    """Return for each COPY … FROM STDIN in a text whether its data is binary."""
    ends = ((command, copy_end(command)) for _, command in commands_in(text, strings))
    return [b"binary" in one.lower() for one, end in ends if end and end.kind == "stdin"]


def control_of(command: bytes) -> bytes | None:
    """Return BEGIN, COMMIT or the like; None for another command."""
    return transaction_control(first_words(command))


def savepoint_of(command: bytes) -> bytes | None:
    """Return SAVEPOINT, RELEASE or the ROLLBACK of ROLLBACK TO; None for another command."""
    first, *_ = *first_words(command, 1), b""
    return first if first in _SAVEPOINTS and control_of(command) is None else None


def buffered_data(name: str, file: IO[bytes]) -> Source:
    """Return the source of data that a client has sent."""
    return Source(name, lambda: cast("BinaryIO", KeptFile(file.fileno())))


def conninfo_of(parameters: Mapping[str, str], target: Target) -> str:
    """Return what the parameters of a startup packet ask for."""
    user = parameters.get("user", target.user)
    is_elsewhere = parameters.get("application_name") not in _OF_THE_SERVER
    dbname = parameters.get("database", user) if is_elsewhere else target.dbname
    pairs = (f"{name}={value}" for name, value in settings_of(parameters).items())
    options = (f"-c {re.sub(_SEPARATOR, _ESCAPED, pair)}" for pair in pairs)
    return make_conninfo("", dbname=dbname, user=user, options=" ".join(options))
