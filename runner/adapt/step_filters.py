"""Filters for the steps of a script before they are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, islice

from runner.psql.sql_text import first_words
from runner.psql.steps import (
    Gexec,
    Gset,
    Origin,
    PlainStatements,
    Statement,
    Statements,
    Step,
    Sync,
    separated,
)

_NO_LOCK_TIMEOUT = rb"(?i)SET\s+(?:SESSION\s+)?lock_timeout\s*(?:=|\bTO\b)\s*(?:0|'0'|DEFAULT)\s*;?"
_SAVEPOINTS = ((b"SAVEPOINT",), (b"RELEASE",), (b"ROLLBACK",))


def rewritten(steps: Iterator[Step], rewrite: Callable[[bytes], bytes]) -> Iterator[Step]:
    """Yield the steps, each statement with the text that is sent for it."""
    for step in separated(steps):
        if isinstance(step, Gset | Gexec):
            text = rewrite(step.statement.text)
            yield step._replace(statement=step.statement._replace(text=text))
        elif isinstance(step, Statement) and len(step.starts) == 1:
            yield step._replace(text=rewrite(step.text))
        else:
            yield step


def with_lock_timeout(steps: Iterator[Step]) -> Iterator[Step]:
    """Yield the steps without the `SET lock_timeout = 0` of pg_dump: the run's own limit stays."""
    for step in steps:
        if not isinstance(step, Statement) or not re.fullmatch(_NO_LOCK_TIMEOUT, step.text):
            yield step


def apart_from_savepoints(steps: Iterator[Step]) -> Iterator[Step]:
    """Yield the steps; statements that move a savepoint are sent alone, after all answers."""
    for step in steps:
        if isinstance(step, Statements) and moves_savepoints(step):
            yield from (Sync(), step, Sync())
        else:
            yield step


def moves_savepoints(statement: Statements) -> bool:
    """Return whether a command of it is SAVEPOINT, RELEASE or ROLLBACK TO."""
    commands = () if isinstance(statement, PlainStatements) else statement.commands
    return any(first_words(command, 1) in _SAVEPOINTS for command in commands)


def probed(steps: Iterator[Step], probe: Callable[[Statement], bytes]) -> Iterator[Step]:
    """Yield the steps, with a probe of what triggers and functions did after each statement."""
    steps = separated(steps)
    for step in steps:
        yield step
        last = step.statement if isinstance(step, Gset | Gexec) else step
        if isinstance(last, Statement):
            yield from islice(steps, len(last.data))
            yield Statement(probe(last), last.offset, last.line, last.source)


def own_statements(statement: Statement, commands: Sequence[bytes]) -> tuple[Statement, ...]:
    """Return the runner's commands as one statement with the place of a statement of the script."""
    if not commands:
        return ()
    starts = tuple(accumulate(map(len, commands[:-1]), initial=0))
    text, offset = b"".join(commands), statement.file_offset(0)
    own = Statement(text, offset, statement.line, statement.source, starts)
    origins = (Origin(0, offset, verbatim=False),)
    return (own._replace(origins=origins, uncounted=len(commands)),)
