"""What a look at the scripts alone can tell, before anything is connected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from runner.errors import ScriptError
from runner.folder import Files, Folder, Script
from runner.psql.reader import read_script
from runner.psql.state import State
from runner.psql.steps import Gexec, Gset, Problem, Statement, Step, Sync
from runner.psql.words import first_words, transaction_control

_READ_SIZE = 1 << 20
# No statement that controls transactions begins with one of these; most statements do.
_OTHERS = frozenset(b"DdGgIiTtUuVvWw")


@dataclass(frozen=True, slots=True)
class Checked:
    """A script that can be run: its SHA-256, of the file as it is on disk."""

    script: Script
    sha256: str


def check_scripts(
    folder: Folder, variables: Mapping[str, str], *, in_transaction: bool
) -> tuple[Checked, ...]:
    """Reads all scripts to their ends, as a run will, without a server.

    Raises ScriptError for the first thing that cannot work: what cannot be read, a
    meta-command that is unknown or refused, and, `in_transaction`, a script that controls
    transactions itself.
    """
    return tuple(
        Checked(script, _check(script, folder, variables, in_transaction=in_transaction))
        for script in folder.scripts
    )


def _check(
    script: Script, folder: Folder, variables: Mapping[str, str], *, in_transaction: bool
) -> str:
    steps = read_script(script.source, State(Files(folder.path), variables))
    for step in without_transaction_control(steps) if in_transaction else steps:
        if isinstance(step, Problem) and not step.warning:
            raise ScriptError(step.message, place=step.source.place(step.offset), hint=step.hint)
        if isinstance(step, Sync) and not step.known:
            break  # only the server can tell how to read on
    with script.path.open("rb") as stream:
        digest = sha256()
        while block := stream.read(_READ_SIZE):
            digest.update(block)
    return digest.hexdigest()


def without_transaction_control(steps: Iterator[Step]) -> Iterator[Step]:
    """Passes the steps on. Raises ScriptError at a statement that begins or ends a transaction."""
    for step in steps:
        statement = step.statement if isinstance(step, Gset | Gexec) else step
        if isinstance(statement, Statement) and (
            statement.text[0] not in _OTHERS or len(statement.starts) > 1
        ):
            _refuse_transaction_control(statement)
        yield step


def _refuse_transaction_control(statement: Statement) -> None:
    for start, command in zip(statement.starts, statement.commands, strict=True):
        control = transaction_control(first_words(command))
        if control is not None:
            raise ScriptError(
                f"{control.decode()} would end or split the one transaction of the run",
                place=statement.source.place(statement.file_offset(start)),
                hint="Remove it: all scripts run in one transaction, which the runner commits."
                " To run them as psql does, statement by statement, use --transaction none.",
            )
