"""Errors of the server with their places in scripts, and hints about a single transaction."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from psycopg import errors, pq
from psycopg.pq.abc import PGresult

from runner.connect import failures
from runner.errors import MergedInsertFailed, Place, Query, Refused, RunnerError, StatementFailed
from runner.texts import first_match

if TYPE_CHECKING:
    from runner.execute.messages import Message
    from runner.results import Target


# `COPY users, line 3, column email: …`; some servers translate the word before the number.
_COPY_LINE = re.compile(r"^COPY .+?, \D*?(\d+)")
# For text in a wrong encoding the server reports the bytes but no position.
NOT_IN_REPERTOIRE, UNTRANSLATABLE = "22021", "22P05"
# What `$1` is in a message of the extended protocol; psql, without `\\bind`, gets 42P02.
_NO_VALUE = ("08P01", "42P18")  # protocol_violation, indeterminate_datatype
_PARAMETER = re.compile(rb"\$\d+")
_BYTE = re.compile(r"\b0x([0-9a-f]{2})\b")
_ENCODING_HINT = (
    "Save the script as UTF-8, or say at its top what it is in: SET client_encoding = 'LATIN1';"
)
# The end of the statement, or of the statement in a body that the context names.
_NEW_OWNER = re.compile(r"(?i)\bOWNER\s+TO\s+(\"[^\"]+\"|\w+)\s*;?\s*\"?$")
# Classes of SQLSTATE of which a row is not the cause: where INSERTs are merged, any of them may be
# told in the place of another.
_NOT_OF_ROWS = ("08", "25", "40", "53", "55", "57", "58")


def failure(message: Message, result: PGresult, target: Target) -> Exception:
    """Return the error to raise: psycopg's own for one of the runner's commands."""
    failed = statement_failed(message, result)
    if message.part.merged and (failed.sqlstate or "08")[:2] not in _NOT_OF_ROWS:
        return MergedInsertFailed(failed.message)
    is_own = message.part.statement is None
    if is_own and failed.sqlstate not in (NOT_IN_REPERTOIRE, UNTRANSLATABLE):
        return errors.error_from_result(result, message.codec)
    kind: type[RunnerError] = StatementFailed
    text = (failed.statement or ("",))[0]
    in_body = failed.sqlstate == "25001" and failed.context
    hint = hint_for("body" if in_body else failed.sqlstate, text)
    if failed.sqlstate == "42501":
        kind = Refused
        # The server's hint does not know who runs the scripts, and where.
        is_schema = failed.message.startswith("permission denied for schema")
        inner = (failed.context or text).partition("\nPL/pgSQL")[0]
        owner = _NEW_OWNER.search(inner) if is_schema else None
        user = owner[1] if owner else target.user
        more = failed.detail or failed.hint
        hint = failures.privilege_hint(failed.message, more, user, target.host)
    elif missing := failures.missing_object_hint(
        failed.sqlstate, result.error_field(pq.DiagnosticField.SOURCE_FUNCTION), failed.message
    ):
        kind, hint = Refused, missing
    return failed.converted(kind, hint="\n".join(filter(None, (failed.hint, hint))) or None)


def hint_for(sqlstate: str | None, text: str) -> str | None:
    """Return the hint that the server's own lacks for this statement."""
    found = first_match("execute/advice.txt", sqlstate or "", text)
    return found and found[1]


def statement_failed(message: Message, result: PGresult) -> StatementFailed:
    """Convert an error of the server, with its place in the script."""
    diag = errors.Diagnostic(result, message.codec)
    position = None
    if diag.statement_position:
        position = int(diag.statement_position) - message.sent_before()
    place = message.place(position)
    hint = diag.message_hint
    line = _COPY_LINE.match(diag.context or "")
    if diag.sqlstate == NOT_IN_REPERTOIRE:
        hint = hint or _ENCODING_HINT
    if diag.sqlstate in (NOT_IN_REPERTOIRE, UNTRANSLATABLE):
        place = _of_bytes(message, diag.message_primary or "") or place
    context, command = diag.context, message.command()
    if context and command and b"DO $runner$" in command[2]:  # sent instead of REASSIGN OWNED
        context = context.partition("\nPL/pgSQL function inline_code_block")[0]
    if command and diag.sqlstate in _NO_VALUE and (parameter := _PARAMETER.search(command[2])):
        before = parameter.string[: parameter.start()].decode(message.codec)
        return StatementFailed(
            f"there is no parameter {parameter[0].decode()}",
            sqlstate="42P02",
            place=message.place(len(before) + 1),
            statement=_statement(message, len(before) + 1),
        )
    data = message.part.data
    if data is not None and line:
        place = data.source.line_place(data.line + int(line.group(1)) - 1, message.codec)
    inner = None  # what psql shows as QUERY: a statement inside the one that failed
    if diag.internal_query:
        at = diag.internal_position
        inner = Query(diag.internal_query, int(at) - 1 if at else None)
    return StatementFailed(
        diag.message_primary or "the server gave no message",
        severity=diag.severity or "ERROR",
        sqlstate=diag.sqlstate,
        detail=diag.message_detail,
        hint=hint,
        context=context,
        query=inner,
        statement=_statement(message, position),
        place=place,
    )


def _statement(message: Message, position: int | None) -> Query | None:
    if (found := message.command()) is None:
        return None
    decoded = found[2].decode(message.codec, "replace")
    return Query(decoded, None if position is None else position - 1)


def _of_bytes(message: Message, text: str) -> Place | None:
    """Return the place of the bytes that the server names: `0xe9 0x27`."""
    named = bytes(int(byte, 16) for byte in _BYTE.findall(text))
    command = message.command()
    if not named or command is None:
        return None
    statement, start, _ = command
    found = statement.text.find(named, start)
    return message.place_at(statement, found) if found >= 0 else None
