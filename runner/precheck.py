"""What a look at the scripts alone can tell, before anything is connected."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from typing import NamedTuple

from runner.errors import ScriptError
from runner.folder import Folder, Script
from runner.names import folder_findings
from runner.outline import Outline
from runner.psql.steps import Gexec, Gset, Statement, Step
from runner.psql.words import first_words, transaction_control
from runner.reading import Run
from runner.results import Finding, FindingsError

_READ_SIZE = 1 << 20
# No statement that controls transactions begins with one of these; most statements do.
_OTHERS = frozenset(b"DdGgIiTtUuVvWw")
# By its underscore, as in settings_seen.
_LOCK_TIMEOUT = re.compile(rb"_(?i:(?<=lock_)timeout)")
_NO_LOCK_TIMEOUT = re.compile(
    rb"(?i)SET\s+(?:SESSION\s+)?lock_timeout\s*(?:=|\bTO\b)\s*(?:0|'0'|DEFAULT)\s*;?"
)


class Checked(NamedTuple):
    """A script that can be run."""

    script: Script
    digested: Callable[[], str]

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file as it is on disk. Raises OSError."""
        return self.digested()


def findings(
    folder: Folder,
    variables: Mapping[str, str],
    *,
    in_transaction: bool,
    environ: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Reads all scripts as a run will, without a server, and gives all that is wrong with them.

    Without `in_transaction` each statement is committed by itself. What the folder shows comes
    first, then the scripts in their order.
    """
    run = Run(folder, variables, os.environ if environ is None else environ, in_transaction)
    return _findings(run)


def _findings(run: Run) -> tuple[Finding, ...]:
    folder = run.folder
    found = [finding for script in folder.scripts for finding in run.read(script)]
    return (*folder_findings(folder, frozenset(run.files_read)), *dict.fromkeys(found))


def check_scripts(
    folder: Folder, variables: Mapping[str, str], *, in_transaction: bool
) -> tuple[tuple[Checked, ...], tuple[Finding, ...], Outline]:
    """Makes sure before a run that the scripts can work. Gives them, warnings, their outline.

    Raises FindingsError for errors. What depends on the rights of the target's user is a
    warning here: the target is there to tell.
    """
    checked = _digesting(folder.scripts)
    run = Run(folder, variables, os.environ, in_transaction)
    found = tuple(
        finding._replace(severity="warning") if finding.rights else finding
        for finding in _findings(run)
    )
    errors = tuple(finding for finding in found if finding.severity == "error")
    if errors:
        raise FindingsError.of(errors)
    for one in checked:
        if one.script.size < _READ_SIZE:
            one.digested()  # of what was read just now
    return checked, found, run.outline


def _digesting(scripts: Sequence[Script]) -> tuple[Checked, ...]:
    """Each with its digest; with large ones it is made meanwhile: hashlib lets others go on."""
    if all(script.size < _READ_SIZE for script in scripts):
        return tuple(Checked(script, cache(partial(digest, script))) for script in scripts)
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1, "digest")
    checked = tuple(Checked(script, pool.submit(digest, script).result) for script in scripts)
    pool.shutdown(wait=False)
    return checked


def digest(script: Script) -> str:
    """The SHA-256 of a script's file."""
    found = sha256()
    with script.path.open("rb") as stream:
        while block := stream.read(_READ_SIZE):
            found.update(block)
    return found.hexdigest()


def without_transaction_control(steps: Iterator[Step]) -> Iterator[Step]:
    """Passes the steps on. Raises ScriptError at a statement that begins or ends a transaction."""
    for step in steps:
        statement = step.statement if isinstance(step, Gset | Gexec) else step
        if isinstance(statement, Statement) and (
            statement.text[0] not in _OTHERS or len(statement.starts) > 1
        ):
            _refuse_transaction_control(statement)
        yield step


def with_lock_timeout(steps: Iterator[Step]) -> Iterator[Step]:
    """Passes the steps of a script on, but for the `SET lock_timeout = 0` of pg_dump.

    That is no wish to wait without end: it is the default, as it was to psql. The runner's own
    limit stays. A script that has set another one is left alone.
    """
    is_ours = True
    for step in steps:
        if is_ours and isinstance(step, Statement) and _LOCK_TIMEOUT.search(step.text):
            if _NO_LOCK_TIMEOUT.fullmatch(step.text):
                continue
            is_ours = False
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
