"""Check the scripts of a folder before connecting to a server."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import file_digest, sha256
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from runner.check.command import Command
from runner.check.rules import (
    StatementRules,
    finding,
    folder_findings,
    head_findings,
    problem_finding,
    unreadable,
)
from runner.check.script_facts import ScriptFacts
from runner.errors import ScriptError, UsageError
from runner.findings import Finding, FindingsError
from runner.psql.buffers import command_starts
from runner.psql.reader import read_script
from runner.psql.source import Source
from runner.psql.sql_text import leading_space
from runner.psql.state import State
from runner.psql.steps import (
    LOCAL_HOSTS,
    Connect,
    Gexec,
    Gset,
    PlainStatements,
    Problem,
    Statement,
    Step,
    Sync,
)
from runner.scripts.files import Files, Recording
from runner.scripts.folder import Folder, Script

_LARGE = 1 << 20  # bytes of a script
# Findings of one kind that are listed one by one: each place costs a reading of the file.
_MAX_LISTED = 3
_MAX_KINDS = 100  # then the rest of the script is not read
_IN_PSQL = "strings and functions over several lines keep the CR"
_IN_BASH = "bash reads the CR as part of the last word, and usually fails"
_READING_SETTINGS = (b"standard_conforming_strings", b"client_encoding", b"backslash_quote")


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
    run = _Run(folder, variables, os.environ if environ is None else environ, in_transaction)
    found: list[Finding] = []
    checked: list[Checked] = []
    for script, digested in zip(folder.scripts, digests, strict=True):
        if script.shell:
            run.facts.has_shell = True
            found += head_findings(script.source, _IN_BASH)
            checked.append(Checked(script, digested, runs_shell=True))
            continue
        one = _ScriptCheck(run, script)
        found += one.findings()
        included = tuple(file.name for file in one.files.included)
        checked.append(Checked(script, digested, included, runs_shell=one.state.runs_programs))
    # A command of the shell exports nothing for later scripts.
    run.facts.has_shell |= any(one.runs_shell for one in checked)
    of_folder = folder_findings(folder, frozenset(run.files_read))
    return Reading(tuple(checked), (*of_folder, *dict.fromkeys(found)), run.facts)


def check_scripts(folder: Folder, variables: Mapping[str, str], *, in_transaction: bool) -> Reading:
    """Read the scripts before a run. Raises FindingsError for errors."""
    checked, found, facts = read_scripts(folder, variables, in_transaction=in_transaction)
    errors = tuple(finding for finding in found if finding.severity == "error")
    if errors:
        raise FindingsError.of(errors)
    for one in checked:
        if one.script.size < _LARGE:
            one.digested()  # now, so that the digest is of the text that was checked
    if folder.allow_shell:
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
    if all(script.size < _LARGE for script in scripts):
        return [cache(partial(_digest, script.path)) for script in scripts]
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(1, "digest")
    submitted = [pool.submit(_digest, script.path) for script in scripts]
    pool.shutdown(wait=False)
    return [one.result for one in submitted]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


@dataclass(slots=True, eq=False)
class _Run:
    """What the checks of a run's scripts share; `files_read`: real paths of the files they read."""

    folder: Folder
    variables: Mapping[str, str]
    environ: Mapping[str, str]
    in_transaction: bool
    files_read: set[str] = field(default_factory=set)
    facts: ScriptFacts = field(default_factory=ScriptFacts)
    rules: StatementRules = field(init=False)

    def __post_init__(self) -> None:
        self.rules = StatementRules(self.facts.tables)


class _ScriptCheck:
    def __init__(self, run: _Run, script: Script) -> None:
        self.run = run
        self.script = script
        self.found: list[Finding] = []
        self.times: Counter[tuple[str, str, str]] = Counter()  # by severity, script and message
        # An earlier shell script may have exported other values.
        knows_environ = not run.facts.has_shell
        folder, allows = script.path.parent, run.folder.allow_shell
        self.files = Files(folder, allows_programs=allows, after_shell=not knows_environ)
        environ = run.environ if knows_environ else {}
        given = run.variables
        self.state = State(self.files, given, environ=environ, given=given, offline=True)
        self.state.knows_environ = knows_environ
        self.last: Statement | None = None

    def findings(self) -> list[Finding]:
        """Read the script to its end, or up to text that only a server can interpret."""
        source, rules = self.script.source, self.run.rules
        rules.in_block = False
        try:
            self.found += head_findings(source, _IN_PSQL)
            for step in read_script(source, self.state):
                self._step(step)
                if self._unreadable_after(step) or len(self.times) >= _MAX_KINDS:
                    break
        except (ScriptError, UsageError) as exc:
            self.found.append(unreadable(exc, self.script.name))
        if rules.in_block and self.last is not None:
            self._add(finding("left open"), self.last.source, self.last.file_offset(0))
        self.run.files_read |= self.files.read
        self.run.facts.asks_where |= self.state.asks_where
        for included in self.files.included:
            self.found += head_findings(included, _IN_PSQL)
        listed: dict[object, Finding] = {}  # many of one kind become one with their number
        for one in self.found:
            kind = one.severity, one.script, one.message
            if (times := self.times[kind]) > _MAX_LISTED:
                listed.setdefault(kind, one._replace(message=f"{one.message} ({times} times)"))
            else:
                listed[one] = one
        return list(listed.values())

    def _step(self, step: Step) -> None:
        if isinstance(step, Statement):
            self._statement(step)
        elif isinstance(step, PlainStatements):
            if self.run.rules.may_concern(step.text):
                for one in step.each():
                    self._rule(Command(one.text), one, 0)
        elif isinstance(step, Gset | Gexec):
            self._statement(step.statement)
            if isinstance(step, Gexec):
                # The result of the query is executed: its literals may contain commands.
                self.run.facts.add_generated(step.statement.text)
        elif isinstance(step, Problem):
            self._add(problem_finding(step), step.source, step.offset)
        elif isinstance(step, Connect):
            self.run.facts.several = True
            self.state.begin_session()
            if self.run.in_transaction and step.host not in (None, *LOCAL_HOSTS):
                self._add(finding("connect"), step.statement.source, step.statement.offset)

    def _unreadable_after(self, step: Step) -> bool:
        """Return whether only a server can tell how to read the text after a step."""
        if not isinstance(step, Sync) or step.known or self.last is None:
            return False
        lower = self.last.text.lower()
        if not self.state.has_changed and not any(name in lower for name in _READING_SETTINGS):
            return False
        self._add(finding("unchecked"), self.last.source, self.last.offset)
        return True

    def _statement(self, statement: Statement) -> None:
        self.last = statement
        alone = len(statement.starts) == 1
        texts = (statement.text,) if alone else statement.commands
        for start, text in zip(statement.starts, texts, strict=True):
            command = Command(text, certain=not self.state.uncertain, alone=alone)
            self.run.facts.add_command(command)
            self._rule(command, statement, start)

    def _rule(self, command: Command, statement: Statement, start: int) -> None:
        if self.run.in_transaction and (found := self.run.rules.find(command)):
            offset = statement.file_offset(start + leading_space(command.text))
            self._add(found, statement.source, offset)

    def _add(self, found: Finding, source: Source, offset: int) -> None:
        if self.state.uncertain:
            message = f"{found.message} (if this branch is taken)"
            found = found._replace(severity="warning", message=message)
        kind = found.severity, source.name, found.message
        self.times[kind] += 1
        if self.times[kind] > _MAX_LISTED:
            return
        place = source.place(offset)
        self.found.append(found._replace(script=place.script, place=place))
