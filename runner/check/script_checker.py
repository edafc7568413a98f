"""Reads the scripts of a folder as a run does, but without a server, and collects findings."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runner.check import finding_texts
from runner.check.data_rules import DataRules
from runner.check.file_rules import Content, has_invisible, invisible_characters
from runner.check.rule import Command, Rule
from runner.check.script_facts import ScriptFacts
from runner.check.statement_rules import StatementRules
from runner.check.transaction_rules import LEFT_OPEN
from runner.errors import Place, ScriptError, UsageError
from runner.psql.reader import read_script
from runner.psql.source import Source, canonical_encoding
from runner.psql.sql_text import leading_space, tokens
from runner.psql.state import State
from runner.psql.steps import (
    Connect,
    CopyData,
    Gexec,
    Gset,
    PlainStatements,
    Problem,
    Statement,
    Step,
    Sync,
    separated,
)
from runner.results import Finding
from runner.scripts.files import Files
from runner.scripts.folder import Folder, Script

# Of one kind, as many are listed one by one: the place of each costs a reading of the file.
_LISTED = 3
_MOST = 100  # kinds; then the rest of the script is not read
_READING_SETTINGS = (b"standard_conforming_strings", b"client_encoding", b"backslash_quote")


class _LookCloser(Exception):
    """The script has to be read once more, with all its statements."""


class _WatchedFiles(Files):
    """Finds files as in a run, and adds them to `files_read`; included ones are watched."""

    def __init__(self, folder: Folder, files_read: set[str], contents: dict[str, Content]) -> None:
        super().__init__(folder.path, allows_programs=folder.allow_shell)
        self._files_read = files_read
        self._contents = contents
        self.included: list[str] = []

    def data(self, name: str, source: Source) -> Source:
        found = super().data(name, source)
        if name:
            self._files_read.add(os.path.realpath(found.name))
        return found

    def include(self, name: str, source: Source, *, relative: bool) -> Source:
        found = super().include(name, source, relative=relative)
        self.included.append(found.name)
        self._files_read.add(os.path.realpath(found.name))
        return self.watched(found)

    def watched(self, source: Source) -> Source:
        content = self._contents[source.name] = Content(source)
        return content.watched()


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
            return finding_texts.shell_script(script)
        try:
            return _ScriptCheck(self, script, closely=False).findings()
        except _LookCloser:
            return _ScriptCheck(self, script, closely=True).findings()


class _ScriptCheck:
    """One reading of one script. `closely`: plain INSERTs and the like are looked at, too."""

    def __init__(self, run: Checker, script: Script, *, closely: bool) -> None:
        self.run = run
        self.script = script
        self.closely = closely
        self.found: list[Finding] = []
        self.times: Counter[tuple[str, str, str]] = Counter()  # by severity, script and message
        self.contents: dict[str, Content] = {}
        self.files = _WatchedFiles(run.folder, run.files_read, self.contents)
        # A shell script may have exported other values.
        environ = {} if run.shell_has_run else run.environ
        self.state = State(
            self.files, run.variables, environ=environ, given=run.variables, offline=True
        )
        if self.state.offline is not None:
            self.state.offline.knows_environ = not run.shell_has_run
        self.rules = StatementRules(in_transaction=run.in_transaction)
        self.last: Statement | None = None
        self.data: Content | None = None
        encoding = canonical_encoding(run.environ.get("PGCLIENTENCODING", "UTF8"))
        self.other_encoding = encoding != "UTF8"

    def findings(self) -> list[Finding]:
        """Reads the script. Raises _LookCloser when that does not show enough."""
        try:
            source = self.files.watched(self.script.source)
            steps = read_script(source, self.state, lines=False)
            for step in separated(steps) if self.closely else steps:
                self._step(step)
                if self._unreadable_after(step) or len(self.times) >= _MOST:
                    break
        except ScriptError as exc:
            self.found.append(finding_texts.unreadable(exc, self.script.name))
        except UsageError as exc:
            self._whole(
                "error", self.script.name, exc.message, "Make it readable, or compress it again."
            )
        if self.rules.in_block and self.last is not None:
            self._broken(LEFT_OPEN, self.last, 0)
        self.run.included[self.script.name] = tuple(self.files.included)
        if self.state.offline is not None:
            self.run.facts.asks_where |= self.state.offline.asks_where
        for content in self.contents.values():
            self._look_closer(content)
            self._content(content)
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
        if self.data is not None:
            self.data.in_data = False
            self.data = None
        if isinstance(step, Statement):
            self._statement(step)
        elif isinstance(step, PlainStatements):
            self._plain(step)
        elif isinstance(step, Gset | Gexec):
            self._statement(step.statement)
            if isinstance(step, Gexec):
                self._generated(step.statement)
        elif isinstance(step, CopyData):
            self._copy_data(step)
        elif isinstance(step, Sync):
            self.other_encoding |= self.state.encoding != "UTF8"
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
        content = self.contents[statement.source.name]
        self.last = statement
        if statement.data:
            self.other_encoding |= b"ENCODING" in statement.text.upper()
        alone = len(statement.starts) == 1
        in_run = self.run.in_transaction
        certain = not (self.state.offline and self.state.offline.uncertain)
        texts = (statement.text,) if alone else statement.commands
        for start, text in zip(statement.starts, texts, strict=True):
            command = Command(text, certain=certain, alone=alone)
            self.run.facts.see(command)
            rule = self.rules.see(command) or (in_run and self.run.data_rules.see(command))
            if rule and not (alone and self.run.facts.runs_otherwise(command)):
                self._broken(rule, statement, start + leading_space(text))
        content.line_ends(statement)
        if content.invisible and has_invisible(statement.text):
            self._invisible(statement)

    def _plain(self, step: PlainStatements) -> None:
        self.contents[step.source.name].line_ends(step)
        if self.run.in_transaction and self.run.data_rules.concerns(step.text):
            for one in step.each():
                if rule := self.run.data_rules.see(Command(one.text)):
                    self._broken(rule, one, 0)

    def _look_closer(self, content: Content) -> None:
        if not self.closely and content.invisible:
            raise _LookCloser

    def _generated(self, statement: Statement) -> None:
        r"""`\gexec`: what stands in the query's literals may become a statement."""
        self.run.facts.generates(statement.text)
        for token in tokens(statement.text):
            is_string = token.kind == "string"
            if is_string and (rule := self.rules.see(Command(token.text[1:-1].lstrip()))):
                rule = rule._replace(message=f"{rule.message}, if it is run")
                self._broken(rule._replace(severity="warning"), statement, token.offset)

    def _invisible(self, statement: Statement) -> None:
        if not self.state.standard_conforming_strings:
            return  # then `tokens` cannot find the strings
        for token in tokens(statement.text):
            if token.kind == "word" and not token.text.isascii():
                for at, name in invisible_characters(token.text):
                    offset = statement.file_offset(token.offset + at)
                    self._add(finding_texts.invisible(name), statement.source, offset)

    def _copy_data(self, step: CopyData) -> None:
        self.data = self.contents.get(step.source.name)
        if self.data is not None:
            self.data.in_data = True

    # -- findings ---------------------------------------------------------------------------

    def _broken(self, rule: Rule, statement: Statement, start: int) -> None:
        self._add(finding_texts.broken(rule), statement.source, statement.file_offset(start))

    def _connect(self, step: Connect) -> None:
        self.run.facts.connects()
        self.state.standard_conforming_strings = True  # of a new session
        self.state.set_encoding("UTF8")
        if self.run.in_transaction and (step.user or step.host or step.port):
            self._add(finding_texts.CONNECT, step.statement.source, step.statement.offset)

    def _content(self, content: Content) -> None:
        name = content.source.name
        start = Place(name, 1, 1, included_from=content.source.included_from)
        if content.utf16:
            self.found = [one for one in self.found if one.script != name]
            self._whole("error", name, "the file is in UTF-16", "Save it as UTF-8.", start)
            return
        if content.bom:
            rewrite = "Save it as UTF-8 without BOM."
            self._whole("warning", name, "a byte order mark (BOM)", rewrite, start)
        if content.crlf is not None:
            self._whole(
                "warning",
                name,
                "lines end in CR LF: strings and functions over several lines keep the CR",
                "Save it with LF; for git, *.sql text eol=lf in .gitattributes.",
                content.source.place(content.crlf),
            )
        if content.invalid is not None and not self.other_encoding:
            self._add(finding_texts.NOT_UTF8, content.source, content.invalid)

    def _whole(
        self, severity: str, name: str, message: str, rewrite: str = "", place: Place | None = None
    ) -> None:
        found = finding_texts.whole(severity, name, message, rewrite)
        self.found.append(found._replace(place=place))

    def _add(self, finding: Finding, source: Source, offset: int) -> None:
        if self.state.offline and self.state.offline.uncertain:
            message = f"{finding.message} (if this branch is taken)"
            finding = finding._replace(severity="warning", message=message)
        kind = finding.severity, source.name, finding.message
        self.times[kind] += 1
        if self.times[kind] > _LISTED:
            return
        content = self.contents.get(source.name)
        place = (content.source if content else source).place(offset)
        self.found.append(finding._replace(script=place.script, place=place))
