"""The data of COPY in SQL: from the script, or from a file of the container's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.psql.copy_command import copy_end
from runner.psql.slash_arguments import ArgumentError
from runner.psql.sql_text import leading_space
from runner.psql.steps import Problem

if TYPE_CHECKING:
    from runner.psql.source import Source
    from runner.psql.state import FileAccess
    from runner.psql.steps import Statement


_SERVER_COPY = "COPY with a file or a program on the server"
_SERVER_COPY_HINT = (
    "The target has no such file and does not let you read files. Put the file into the scripts"
    " folder and name it /docker-entrypoint-initdb.d/FILE, or use \\copy."
)


def with_data(statement: Statement, files: FileAccess) -> tuple[Statement, Problem | None]:
    """Adds the sources of COPY data; a file in the container's folder is read from here."""
    source = statement.source
    data: list[Source | None] = []
    for start, command in zip(statement.starts, statement.commands, strict=True):
        lead = leading_space(command) if len(statement.starts) > 1 else 0
        end = copy_end(command) if command[lead : lead + 4].upper() == b"COPY" else None
        if end is None or end.kind == "stdout":
            continue
        if end.kind == "stdin":
            data.append(None)
            continue
        offset = statement.file_offset(start + lead)
        try:
            is_read = end.kind == "file" and not end.to
            file = files.in_folder(end.file, source) if is_read else None
        except ArgumentError as exc:
            return statement, Problem(exc.message, exc.hint or "", source, offset)
        if file is None:
            return statement, Problem(_SERVER_COPY, _SERVER_COPY_HINT, source, offset)
        data.append(file)
        statement = statement.with_replaced(start + end.start, start + end.end, b" STDIN ")
    return statement._replace(data=tuple(data)), None
