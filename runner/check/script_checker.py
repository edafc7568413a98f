"""Reads the scripts of a folder as a run does, but without a server, and collects findings."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner.check import finding_texts
from runner.check.command import Command
from runner.check.data_rules import DataRules
from runner.check.file_rules import head_findings
from runner.check.script_facts import ScriptFacts
from runner.check.statement_rules import LEFT_OPEN, StatementRules
from runner.errors import ScriptError, UsageError
from runner.findings import Finding
from runner.psql.reader import read_script
from runner.psql.source import Source
from runner.psql.sql_text import leading_space
from runner.psql.state import State
from runner.psql.steps import (
    Connect,
    Gexec,
    Gset,
    PlainStatements,
    Problem,
    Statement,
    Step,
    Sync,
)
from runner.scripts.files import Files
from runner.scripts.folder import Folder, Script

# Of one kind, as many are listed one by one: the place of each costs a reading of the file.
_LISTED = 3
_MOST = 100  # kinds; then the rest of the script is not read
_IN_PSQL = "strings and functions over several lines keep the CR"
_IN_BASH = "bash reads the CR as part of the last word, and usually fails"
_READING_SETTINGS = (b"standard_conforming_strings", b"client_encoding", b"backslash_quote")


class _NotedFiles(Files):
    """Finds files as in a run, and adds them to `files_read`; `included` are those of `\\i`."""

    def __init__(self, folder: Path, files_read: set[str], *, allows_programs: bool) -> None:
        super().__init__(folder, allows_programs=allows_programs)
        self._files_read = files_read
        self.included: list[Source] = []

    def data(self, name: str, source: Source) -> Source:
        found = super().data(name, source)
        if name:
            self._files_read.add(os.path.realpath(found.name))
        return found

    def include(self, name: str, source: Source, *, relative: bool) -> Source:
        found = super().include(name, source, relative=relative)
        self.included.append(found)
        self._files_read.add(os.path.realpath(found.name))
        return found


@dataclass(slots=True)
class Checker:
    """Checks the scripts of a run in their order, and keeps what later ones depend on.

    `files_read` are the real paths of files that the scripts read themselves.
    """

    folder: Folder
    variables: Mapping[str, str]
    environ: Mapping[str, str]
    in_transaction: bool
    files_read: set[str] = field(default_factory=set)
    included: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by the script's name
    shell_has_run: bool = False
    facts: ScriptFacts = field(default_factory=ScriptFacts)
    data_rules: DataRules = field(default_factory=DataRules)

    def check(self, script: Script) -> list[Finding]:
        """Reads the next script to its end; gives what is wrong with it, in its order."""
        if script.shell:
            self.shell_has_run = self.facts.has_shell = True
            return list(head_findings(script.source, _IN_BASH))
        return _ScriptCheck(self, script).findings()


class _ScriptCheck:
    """One reading of one script."""

    def __init__(self, run: Checker, script: Script) -> None:
        self.run = run
        self.script = script
        self.found: list[Finding] = []
        self.times: Counter[tuple[str, str, str]] = Counter()  # by severity, script and message
        self.files = _NotedFiles(
            script.path.parent, run.files_read, allows_programs=run.folder.allow_shell
        )
        # A shell script may have exported other values.
        environ = {} if run.shell_has_run else run.environ
        self.state = State(
            self.files, run.variables, environ=environ, given=run.variables, offline=True
        )
        if self.state.offline is not None:
            self.state.offline.knows_environ = not run.shell_has_run
        self.rules = StatementRules(run.facts.tables)
        self.last: Statement | None = None

    def findings(self) -> list[Finding]:
        """Reads the script to its end, or to where only a server knows how to read on."""
        source = self.script.source
        try:
            self.found += head_findings(source, _IN_PSQL)
            for step in read_script(source, self.state, lines=False):
                self._step(step)
                if self._unreadable_after(step) or len(self.times) >= _MOST:
                    break
        except (ScriptError, UsageError) as exc:
            self.found.append(finding_texts.unreadable(exc, self.script.name))
        if self.rules.in_block and self.last is not None:
            self._add(LEFT_OPEN, self.last.source, self.last.file_offset(0))
        self.run.included[self.script.name] = tuple(one.name for one in self.files.included)
        if self.state.offline is not None:
            self.run.facts.asks_where |= self.state.offline.asks_where
        for included in self.files.included:
            self.found += head_findings(included, _IN_PSQL)
        return list(self._listed())

    def _listed(self) -> Iterator[Finding]:
        """Many of one kind are one, with their number."""
        told: set[tuple[str, str, str]] = set()
        for one in self.found:
            kind = one.severity, one.script, one.message
            times = self.times[kind]
            if times <= _LISTED:
                yield one
            elif kind not in told:
                told.add(kind)
                yield one._replace(message=f"{one.message} ({times} times)")

    def _step(self, step: Step) -> None:
        if isinstance(step, Statement):
            self._statement(step)
        elif isinstance(step, PlainStatements):
            self._plain(step)
        elif isinstance(step, Gset | Gexec):
            self._statement(step.statement)
            if isinstance(step, Gexec):
                # What stands in the query's literals may become a statement.
                self.run.facts.generates(step.statement.text)
        elif isinstance(step, Problem):
            self._add(finding_texts.problem_finding(step), step.source, step.offset)
        elif isinstance(step, Connect):
            self._connect(step)

    # -- statements -------------------------------------------------------------------------

    def _unreadable_after(self, step: Step) -> bool:
        """Whether only a server knows how to read the text after a step."""
        if not isinstance(step, Sync) or step.known or self.last is None:
            return False
        lower = self.last.text.lower()
        if not self.state.has_changed and not any(name in lower for name in _READING_SETTINGS):
            return False
        self._add(finding_texts.UNCHECKED, self.last.source, self.last.offset)
        return True

    def _statement(self, statement: Statement) -> None:
        self.last = statement
        alone = len(statement.starts) == 1
        certain = not (self.state.offline and self.state.offline.uncertain)
        texts = (statement.text,) if alone else statement.commands
        for start, text in zip(statement.starts, texts, strict=True):
            command = Command(text, certain=certain, alone=alone)
            self.run.facts.see(command)
            if not self.run.in_transaction:
                continue  # each statement is committed by itself: no rule is about it
            if found := self.rules.see(command) or self.run.data_rules.see(command):
                offset = statement.file_offset(start + leading_space(text))
                self._add(found, statement.source, offset)

    def _plain(self, step: PlainStatements) -> None:
        if self.run.in_transaction and self.run.data_rules.concerns(step.text):
            for one in step.each():
                if found := self.run.data_rules.see(Command(one.text)):
                    self._add(found, one.source, one.file_offset(0))

    def _connect(self, step: Connect) -> None:
        self.run.facts.connects()
        self.state.begin_session()
        if self.run.in_transaction and (step.user or step.host or step.port):
            self._add(finding_texts.CONNECT, step.statement.source, step.statement.offset)

    def _add(self, finding: Finding, source: Source, offset: int) -> None:
        if self.state.offline and self.state.offline.uncertain:
            message = f"{finding.message} (if this branch is taken)"
            finding = finding._replace(severity="warning", message=message)
        kind = finding.severity, source.name, finding.message
        self.times[kind] += 1
        if self.times[kind] > _LISTED:
            return
        place = source.place(offset)
        self.found.append(finding._replace(script=place.script, place=place))
