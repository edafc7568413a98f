"""What a look at the scripts alone can tell, before anything is connected."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from typing import NamedTuple

from runner.check.file_rules import folder_findings
from runner.check.reading import Run
from runner.check.script_facts import Outline
from runner.results import Finding, FindingsError
from runner.scripts.folder import Folder, Script

_READ_SIZE = 1 << 20


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
