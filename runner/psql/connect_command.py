r"""`\connect`: exec_command_connect in src/bin/psql/command.c."""

from __future__ import annotations

import re

from runner.psql.slash_arguments import ArgumentError, Arguments, Context, Outcome
from runner.psql.state import parse_boolean
from runner.psql.steps import Connect, Sync

_REUSE = "-reuse-previous="


def slash_connect(arguments: Arguments, context: Context) -> Outcome:
    """The step, and the Sync after it. Raises ArgumentError for what psql refuses."""
    given = _connect_arguments(arguments)
    reuse = None
    if given and given[0] and given[0].startswith(_REUSE):
        value = str(given.pop(0)).removeprefix(_REUSE)
        reuse = parse_boolean(value)
        if reuse is None:
            message = f'unrecognized value "{value}" for "-reuse-previous": Boolean expected'
            raise ArgumentError(message, 0, "Write on or off.")
    dbname, user, host, port = (*given, None, None, None, None)[:4]
    statement = context.statement_here("\\" + arguments.name)
    if dbname is None or not _is_conninfo(dbname):
        step = Connect(dbname, user, host, port, statement, reuse=reuse is not False)
    elif (user, host, port) == (None, None, None):
        step = Connect(None, None, None, None, statement, dbname, reuse is True)
    else:
        message = "\\connect: user, host or port beside a connection string"
        raise ArgumentError(message, 0, "Write them into the connection string.")
    return Outcome((step, Sync()))


def _connect_arguments(arguments: Arguments) -> list[str | None]:
    """The remaining arguments, None for `-`: see read_connect_arg."""
    given: list[str | None] = []
    while (value := arguments.take(strip_semicolons=True)) is not None:
        is_same = value == "-" and not arguments.quoted
        given.append(None if is_same else _unquoted(value))
    return given


def _unquoted(value: str) -> str:
    """Without double quotes, as an identifier's: OT_SQLIDHACK in src/bin/psql/psqlscanslash.l."""
    return re.sub(r'"((?:[^"]|"")*)"?', lambda found: found[1].replace('""', '"'), value)


def _is_conninfo(text: str) -> bool:
    """See recognized_connection_string in src/bin/psql/common.c."""
    return "=" in text or text.startswith(("postgresql://", "postgres://"))
