"""Messages over libpq. Waits are short, so that Ctrl-C can interrupt them.

psycopg's cursors gather all results of a message. These functions yield them one by one, so that
memory does not grow and each result can be matched to its statement.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from psycopg import Error, OperationalError, pq
from psycopg.abc import PQGen
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGconn, PGresult

from runner.signals import raise_lost_interrupt

_T = TypeVar("_T")

# Plain numbers: a message may have ten thousand results, and enums are slow to compare.
COPY_IN, COPY_OUT = int(pq.ExecStatus.COPY_IN), int(pq.ExecStatus.COPY_OUT)
SINGLE_TUPLE = int(pq.ExecStatus.SINGLE_TUPLE)
FATAL_ERROR = int(pq.ExecStatus.FATAL_ERROR)
# Seconds. A signal that arrives just before select() does not interrupt it: Python would handle
# it only after select() returns.
_TICK = 0.2
_SYNC, _ABORTED = int(pq.ExecStatus.PIPELINE_SYNC), int(pq.ExecStatus.PIPELINE_ABORTED)
ENDED = frozenset(
    map(int, (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK, pq.ExecStatus.EMPTY_QUERY))
)


class Prepare(NamedTuple):
    """A command with parameters; it replaces the unnamed prepared statement.

    `types` are the oids of the parameters' types, unless the server finds them.
    """

    text: bytes
    types: Sequence[int] = ()


# The text of a command, a command to prepare, or parameter values for the prepared command.
PipelineCommand = bytes | Prepare | list[bytes | None]


def send_pipeline(pgconn: PGconn, commands: Iterable[PipelineCommand]) -> None:
    """Send each command in its own message, without waiting for results.

    After an error the server skips the remaining commands. Raises psycopg.OperationalError; it is
    the server's last error, if it closed the connection with one.
    """
    pgconn.enter_pipeline_mode()
    send_command = pgconn.send_query_params
    try:
        for command in commands:
            if isinstance(command, bytes):
                send_command(command, None)
            elif isinstance(command, Prepare):
                pgconn.send_prepare(b"", command.text, command.types)
            else:
                pgconn.send_query_prepared(b"", command)
    except OperationalError as error:
        is_lost = pgconn.status == pq.ConnStatus.BAD
        raise (is_lost and _error_of_server(pgconn)) or error from None
    finally:
        if pgconn.status == pq.ConnStatus.OK:
            pgconn.pipeline_sync()  # ends the results, also after an interrupt
    _ask_for_rows(pgconn)
    pgconn.flush()


def _error_of_server(pgconn: PGconn) -> Error | None:
    """Return the last error that the server sent before the connection failed.

    After results that were not taken, libpq reports it as a notice (pqParseInput3 in
    fe-protocol3.c).
    """
    found: list[Error] = []

    def take(result: PGresult) -> None:
        if result.error_field(pq.DiagnosticField.SEVERITY_NONLOCALIZED) in (b"FATAL", b"PANIC"):
            found.append(error_from_result(result))

    handler, pgconn.notice_handler = pgconn.notice_handler, take
    was_last = False
    while (result := pgconn.get_result()) or not was_last:
        was_last = result is None  # None twice is the end
        if result:
            take(result)
    pgconn.notice_handler = handler
    return found[-1] if found else None


class Watch(Protocol):
    """A callback for each `interval` seconds without a message from the server."""

    interval: float

    def __call__(self) -> None: ...


def results(
    pgconn: PGconn,
    before_result: Callable[[], object] = lambda: None,
    watch: Watch | None = None,
    copied: Callable[[bytes], None] | None = None,
) -> Iterator[PGresult]:
    """Yield the results of a message or a pipeline.

    After a COPY_IN result call `copy_in` before taking the next one. The data of a COPY … TO STDOUT
    is passed to `copied` in blocks, or discarded. `before_result` is called before each result, and
    each time the received ones are used up. Raises KeyboardInterrupt.
    """
    is_busy, get_result = pgconn.is_busy, pgconn.get_result
    is_pipeline = pgconn.pipeline_status != pq.PipelineStatus.OFF
    has_failed = False
    flush(pgconn)
    while True:
        try:
            if is_busy():
                _wait_for_result(pgconn, before_result, watch)
        except OperationalError:
            if has_failed:
                return  # the server's error says why it closed the connection
            raise
        before_result()
        result = get_result()
        if result is None:  # the end of one command's results
            if not is_pipeline or pgconn.status == pq.ConnStatus.BAD:
                return
            _ask_for_rows(pgconn)
            continue
        status = result.status
        if status == _SYNC:
            pgconn.exit_pipeline_mode()
            return
        if status == COPY_OUT:
            _drain(pgconn, copied)
        elif status != _ABORTED:
            has_failed = has_failed or status == FATAL_ERROR
            yield result


def _ask_for_rows(pgconn: PGconn) -> None:
    """Request single-row mode for the next command, if it can return rows."""
    try:  # noqa: SIM105, suppress() costs a tenth of the client's time for a command
        pgconn.set_single_row_mode()
    except OperationalError:
        pass


def _wait_for_result(
    pgconn: PGconn, before_result: Callable[[], object], watch: Watch | None
) -> None:
    watched = time.monotonic()
    while pgconn.is_busy():
        raise_lost_interrupt()
        before_result()
        if _wait(pgconn):
            watched = time.monotonic()
        elif watch and time.monotonic() - watched >= watch.interval:
            watch()
            watched = time.monotonic()


def copy_in(pgconn: PGconn, blocks: Iterable[bytes]) -> None:
    """Stream COPY data; an error that `blocks` raises ends the COPY, and is raised again."""
    try:
        for block in blocks:
            pgconn.put_copy_data(block)
            flush(pgconn)
    except (OperationalError, KeyboardInterrupt):
        raise  # the server may not be reading: the caller cancels the COPY
    except BaseException:
        pgconn.put_copy_end(b"the runner could not read the data")
        flush(pgconn)
        raise
    pgconn.put_copy_end()
    flush(pgconn)


def abandon(pgconn: PGconn) -> None:
    """Discard the remaining results of the message after a cancel."""
    flush(pgconn)
    for result in results(pgconn):
        if result.status == COPY_IN:
            pgconn.put_copy_end(b"canceled")
            flush(pgconn)


def flush(pgconn: PGconn) -> None:
    """Write libpq's output buffer, and read what arrives meanwhile.

    A server that blocks on writing would otherwise never read.
    """
    while pgconn.flush():
        _wait(pgconn, to_write=True)


def _wait(pgconn: PGconn, *, to_write: bool = False) -> bool:
    """Wait until the socket is readable or writable; return False after one tick."""
    socket = pgconn.socket
    readable, writable, _ = select.select([socket], [socket] if to_write else [], [], _TICK)
    if readable:
        pgconn.consume_input()
    return bool(readable or writable)


def _drain(pgconn: PGconn, copied: Callable[[bytes], None] | None) -> None:
    if copied is not None:
        copied(b"")  # there may be no rows
    while True:
        length, block = pgconn.get_copy_data(1)
        if length < 0:
            return
        if not length:
            _wait(pgconn)
        elif copied is not None:
            copied(bytes(block))


def watched(gen: PQGen[_T], seconds: float, watch: Watch | None) -> PQGen[_T]:
    """Limit psycopg's wait generator, which is resumed at short intervals, to `seconds`."""
    ready, asked = cast("Any", None), time.monotonic()
    deadline = asked + seconds
    while True:
        try:
            wants = gen.send(ready)
        except StopIteration as end:
            result: _T = end.value
            return result
        ready = yield wants
        if not ready and time.monotonic() > deadline:
            raise OperationalError(
                f"the server did not answer a query within {round(seconds, 1):g} s"
            )
        if not ready and watch and time.monotonic() - asked >= watch.interval:
            watch()
            asked = time.monotonic()
