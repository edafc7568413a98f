"""Check the scripts of a folder before connecting to a server."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from runner.check.command import Command
from runner.check.file_rules import folder_findings
from runner.check.script_checker import Checker
from runner.check.script_facts import ScriptFacts
from runner.findings import Finding, FindingsError
from runner.psql.statement_buffer import command_starts
from runner.scripts.folder import Folder, Script

if TYPE_CHECKING:
    from runner.scripts.recording import Recording

_READ_SIZE = 1 << 20


class Checked(NamedTuple):
    """A script that can be run; `recording`: the actions of its shell, if it `runs_shell`."""

    script: Script
    digested: Callable[[], str]
    included: tuple[str, ...] = ()
    recording: Recording | None = None
    runs_shell: bool = False

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file and the files that it includes, now. Raises OSError."""
        own = self.digested()
        if not self.included:
            return own
        of_all = "".join([own, *(_digest(Path(name)) for name in self.included)])
        return sha256(of_all.encode()).hexdigest()

    @property
    def is_known(self) -> bool:
        """Whether the statements of the script are known without running a shell."""
        return not self.runs_shell or (self.recording is not None and self.recording.complete)


class Reading(NamedTuple):
    """The scripts of a folder, the findings, and the facts about the scripts."""

    checked: tuple[Checked, ...]
    findings: tuple[Finding, ...]
    facts: ScriptFacts


def read_scripts(
    folder: Folder,
    variables: Mapping[str, str],
    *,
    in_transaction: bool,
    environ: Mapping[str, str] | None = None,
) -> Reading:
    """Read all scripts as a run does, but without a server.

    Without `in_transaction` each statement is committed separately. Findings about the folder come
    first, then the findings of the scripts in their order.
    """
    digests = _digests(folder.scripts)
    checker = Checker(folder, variables, os.environ if environ is None else environ, in_transaction)
    found = [finding for script in folder.scripts for finding in checker.check(script)]
    checker.facts.has_shell |= bool(checker.runs_shell)  # for later scripts it exports nothing
    of_folder = folder_findings(folder, frozenset(checker.files_read))
    checked = tuple(
        Checked(
            one,
            digested,
            checker.included.get(one.name, ()),
            runs_shell=one.shell or one.name in checker.runs_shell,
        )
        for one, digested in zip(folder.scripts, digests, strict=True)
    )
    return Reading(checked, (*of_folder, *dict.fromkeys(found)), checker.facts)


def check_scripts(folder: Folder, variables: Mapping[str, str], *, in_transaction: bool) -> Reading:
    """Read the scripts before a run. Raises FindingsError for errors."""
    checked, found, facts = read_scripts(folder, variables, in_transaction=in_transaction)
    errors = tuple(finding for finding in found if finding.severity == "error")
    if errors:
        raise FindingsError.of(errors)
    for one in checked:
        if one.script.size < _READ_SIZE:
            one.digested()  # now, so that the digest is of the text that was checked
    if folder.allow_shell:
        from runner.scripts.recording import Recording

        facts.labels.is_new = False

        def learn(text: bytes) -> None:
            """Add the facts of the text that a shell script has sent."""
            starts = (*command_starts(text, standard_conforming_strings=True), len(text))
            for start, end in pairwise(starts):
                facts.add_command(Command(text[start:end].lstrip()))

        checked = tuple(one._replace(recording=Recording(learn)) for one in checked)
    return Reading(checked, found, facts)


def _digests(scripts: Sequence[Script]) -> list[Callable[[], str]]:
    """Return what returns each digest; hash large files in a thread, outside the GIL."""
    if all(script.size < _READ_SIZE for script in scripts):
        return [cache(partial(_digest, script.path)) for script in scripts]
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1, "digest")
    submitted = [pool.submit(_digest, script.path) for script in scripts]
    pool.shutdown(wait=False)
    return [one.result for one in submitted]


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as stream:
        while block := stream.read(_READ_SIZE):
            found.update(block)
    return found.hexdigest()
