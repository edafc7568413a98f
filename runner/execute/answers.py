"""What the server answers to a client program, in messages of the protocol."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Protocol

from psycopg import pq

from runner.connect import wire
from runner.psql.copy_command import copy_end
from runner.psql.sql_text import first_words, leading_space, transaction_control

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import errors
    from psycopg.pq.abc import PGresult

    from runner.errors import RunnerError


_TAGS = {b"END": b"COMMIT", b"ABORT": b"ROLLBACK"}
_COMMAND_OK = int(pq.ExecStatus.COMMAND_OK)
_SQLSTATE = pq.DiagnosticField.SQLSTATE
_POSITION = pq.DiagnosticField.STATEMENT_POSITION


class _Client(Protocol):
    """A client program: takes messages, and the runner's own notices and errors."""

    def send(self, kind: bytes, body: bytes = b"", /) -> object: ...
    def tell(self, kind: bytes, severity: str, sqlstate: str, message: str, /) -> object: ...


class Answers:
    """Passes what the server answers to a request on to the client; see Exchange.

    `has_answered` is whether the end of the command was among it.
    """

    def __init__(self, client: _Client) -> None:
        self.has_answered = self._is_silent = False
        self._start = 0
        self._client = client
        self._failed: PGresult | None = None
        self._has_columns = self._copies = False

    def begin(self, start: int, *, is_silent: bool) -> None:
        """A command that begins there in the request. While it `is_silent`, only errors count."""
        self._start, self._is_silent, self.has_answered = start, is_silent, False

    def result(self, result: PGresult) -> None:
        status = result.status
        if status == wire.FATAL_ERROR:
            self._failed = result
        elif status != wire.COPY_IN and not self._is_silent:
            if status != _COMMAND_OK and not self._has_columns:
                self._client.send(b"T", _columns(result))
                self._has_columns = True
            if status == wire.SINGLE_TUPLE:
                self._client.send(b"D", _row(result))
            else:
                self.done(result.command_status or b"")

    def copied(self, block: bytes) -> None:
        if not self._copies:
            self._client.send(b"H", b"\0\0\0")
        self._copies = True
        self._client.send(b"d", block)

    def notice(self, diag: errors.Diagnostic) -> None:
        found = {field: getattr(diag, field.name.lower()) or "" for field in pq.DiagnosticField}
        self._client.send(b"N", _fields({field: text.encode() for field, text in found.items()}))

    def warn(self, message: str) -> None:
        """A warning that the server would send."""
        self._client.tell(b"N", "WARNING", "01000", message)

    def done(self, tag: bytes) -> None:
        if self._copies:
            self._client.send(b"c")
        self._copies = self._has_columns = False
        self.has_answered = True
        self._client.send(b"C", tag + b"\0")

    def not_sent(self, command: bytes) -> None:
        """The end of a command that the run has done by other means, such as CREATE ROLE."""
        end = copy_end(command[leading_space(command) :])
        if end is not None and end.kind == "stdout":
            self.copied(b"")  # psql waits for data
        self.done(_usual_tag(command))

    def empty(self) -> None:
        self._client.send(b"I")

    def failed(self, error: RunnerError) -> None:
        result = self._failed
        if result is None or (result.error_field(_SQLSTATE) or b"").decode() != error.sqlstate:
            message = f"{error.message}\nHINT:  {error.hint}" if error.hint else error.message
            self._client.tell(b"E", "ERROR", error.sqlstate or "XX000", message)
            return
        found = {field: result.error_field(field) or b"" for field in pq.DiagnosticField}
        if position := found[_POSITION]:
            found[_POSITION] = b"%d" % (int(position) + self._start)
        self._client.send(b"E", _fields(found))


def _usual_tag(command: bytes) -> bytes:
    if (control := transaction_control(first_words(command))) is not None:
        return _TAGS.get(control, control)
    first, second = (*first_words(command, 2), b"", b"")[:2]
    kind = b"ROLE" if second in (b"USER", b"GROUP") else second
    return first + b" " + kind if kind in (b"ROLE", b"DATABASE", b"SYSTEM") else first


def _fields(found: Mapping[pq.DiagnosticField, bytes]) -> bytes:
    """The body of an ErrorResponse or a NoticeResponse."""
    return b"".join(b"%c%s\0" % (field, value) for field, value in found.items() if value) + b"\0"


def _columns(result: PGresult) -> bytes:
    body = struct.pack("!H", result.nfields)
    for at in range(result.nfields):
        body += (result.fname(at) or b"") + b"\0"
        of_table, of_type = (result.ftable(at), result.ftablecol(at)), result.ftype(at)
        numbers = (*of_table, of_type, result.fsize(at), result.fmod(at), result.fformat(at))
        body += struct.pack("!IhIhih", *numbers)
    return body


def _row(result: PGresult) -> bytes:
    values = [result.get_value(0, at) for at in range(result.nfields)]
    sent = [b"\xff" * 4 if v is None else struct.pack("!I", len(v)) + v for v in values]
    return struct.pack("!H", result.nfields) + b"".join(sent)
