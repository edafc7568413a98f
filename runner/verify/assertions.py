"""Assertions in plain SQL: each file runs and is rolled back to one savepoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from psycopg import errors, pq
from psycopg.pq.abc import PGresult

from runner.connect import wire
from runner.connect.session import Session
from runner.errors import RunnerError, ScriptError, StatementFailed
from runner.execute.messages import Message, Part
from runner.psql.reader import read_script
from runner.psql.sql_text import refused_control, transaction_commands
from runner.psql.state import State
from runner.psql.steps import Connect, Gexec, Gset, Problem, Statement, Step, Sync, separated
from runner.scripts.files import Files
from runner.scripts.folder import read_folders

BEFORE = "SAVEPOINT runner_assertion;"
_AFTER = b"ROLLBACK TO SAVEPOINT runner_assertion;"
_BOOLEAN = 16  # in pg_type.dat


class AssertionFile(NamedTuple):
    """A file of assertions: its statements, followed by the rollback to the savepoint."""

    name: str
    statements: tuple[Statement, ...]

    @property
    def commands(self) -> int:
        """The number of results that the server returns when nothing fails."""
        return sum(len(statement.starts) for statement in self.statements)


def assertions_folders(assertions: Path | None, scripts: Sequence[Path]) -> tuple[Path, ...]:
    """Return the folder that was named, else each folder `verify` beside a folder of scripts."""
    if assertions is not None:
        return (assertions,)
    beside = dict.fromkeys(folder.parent / "verify" for folder in scripts)
    return tuple(one for one in beside if one.is_dir() and any(one.iterdir()))


def read_assertions(
    paths: Sequence[Path], variables: Mapping[str, str]
) -> tuple[AssertionFile, ...]:
    """Read all files of the folders into memory.

    Raises UsageError for a folder that cannot be used, and ScriptError, with its place, for
    anything that is not plain SQL or would end the transaction.
    """
    scripts = read_folders(paths).scripts if paths else ()
    found = []
    for one in scripts:
        steps = separated(read_script(one.source, State(Files(one.path.parent), variables)))
        plain = filter(None, (_plain(step, one.name) for step in steps))
        found.append(AssertionFile(one.name, (*plain, Statement(_AFTER, 0, 1, one.source))))
    return tuple(found)


def _plain(step: Step, name: str) -> Statement | None:
    if isinstance(step, Sync) and step.known:
        return None
    if isinstance(step, Statement) and not step.data:
        for start, control in transaction_commands(step):
            raise ScriptError(
                refused_control(control),
                place=step.source.place(step.file_offset(start)),
                hint="Remove it: the assertions run in the transaction of the scripts.",
            )
        return step
    if isinstance(step, Gset | Gexec | Connect):
        step = step.statement
    place = step.source.place(step.offset) if isinstance(step, Statement | Problem) else None
    message = "an assertion is plain SQL: no psql meta-command, no COPY data"
    raise ScriptError(message if place else f"{name}: {message}", place=place)


def run_assertions(conn: Session, files: Sequence[AssertionFile]) -> tuple[RunnerError, ...]:
    """Run the assertions in the open transaction, after the savepoint BEFORE.

    Returns the failures. All files are sent in one message. An error ends its file, and the
    files after it are sent again.
    """
    failed: list[RunnerError] = []
    while files:
        done, found, is_error = _run(conn, files)
        failed += found
        if not is_error:
            break
        conn.execute(_AFTER)
        ends = accumulate(file.commands for file in files)
        files = [file for file, end in zip(files, ends, strict=True) if end > done][1:]
    return tuple(failed)


def _run(conn: Session, files: Sequence[AssertionFile]) -> tuple[int, list[RunnerError], bool]:
    """Send one message; return the completed commands, the failures, and whether it failed."""
    pgconn = conn.pgconn
    parts = [Part(statement) for file in files for statement in file.statements]
    message = Message(parts, pgconn.parameter_status(b"client_encoding"))
    conn.send_pipeline(message.commands())
    found: list[RunnerError] = []
    error: PGresult | None = None
    done, reported = 0, -1
    for result in wire.results(pgconn):
        if result.status == wire.SINGLE_TUPLE and reported != done:
            if result.ftype(0) == _BOOLEAN and result.get_value(0, 0) == b"f":
                reported = done
                found.append(_false(result, message))
        elif result.status in wire.ENDED:
            done += 1
            message.part.done += 1
            if message.part.done == message.part.count and not message.is_at_end:
                message.next_part()
        elif result.status == wire.FATAL_ERROR and error is None:
            error = result
        elif result.status == wire.COPY_IN:
            wire.copy_in(pgconn, ())
    if error is None:
        return done, found, False
    if pgconn.status == pq.ConnStatus.BAD:
        raise errors.OperationalError(error.get_error_message(message.codec))
    from runner.execute.server_errors import statement_failed

    return done, [*found, statement_failed(message, error)], True


def _false(result: PGresult, message: Message) -> StatementFailed:
    """Return the error for a row that begins with false; its other columns are the detail."""
    values = []
    for column in range(1, result.nfields):
        name = (result.fname(column) or b"").decode(message.codec, "replace")
        value = result.get_value(0, column)
        shown = "NULL" if value is None else value.decode(message.codec, "replace")
        values.append(f"{name}: {shown}")
    return StatementFailed(
        "assertion failed: false", place=message.place(), detail="\n".join(values) or None
    )
