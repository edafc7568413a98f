"""Read the scripts of a folder as a run does, but without a server, and collect findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.check.command import Command
from runner.check.file_rules import head_findings
from runner.check.finding_texts import finding, problem_finding, unreadable
from runner.check.script_facts import ScriptFacts
from runner.check.statement_rules import StatementRules
from runner.errors import ScriptError, UsageError
from runner.findings import Finding
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
from runner.scripts.files import Files
from runner.scripts.folder import Folder, Script

# Findings of one kind that are listed one by one: each place costs a reading of the file.
_MAX_LISTED = 3
_MAX_KINDS = 100  # then the rest of the script is not read
_IN_PSQL = "strings and functions over several lines keep the CR"
_IN_BASH = "bash reads the CR as part of the last word, and usually fails"
_READING_SETTINGS = (b"standard_conforming_strings", b"client_encoding", b"backslash_quote")


@dataclass(slots=True, eq=False)
class Checker:
    """A check of the scripts of a run in their order, with the facts that later scripts need.

    `files_read`: the real paths of the files that the scripts read themselves.
    """

    folder: Folder
    variables: Mapping[str, str]
    environ: Mapping[str, str]
    in_transaction: bool
    files_read: set[str] = field(default_factory=set)
    included: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by the script's name
    runs_shell: set[str] = field(default_factory=set)  # by `\\!` and backquotes
    facts: ScriptFacts = field(default_factory=ScriptFacts)
    rules: StatementRules = field(init=False)

    def __post_init__(self) -> None:
        self.rules = StatementRules(self.facts.tables)

    def check(self, script: Script) -> list[Finding]:
        """Read the next script to its end; return its findings in their order."""
        if script.shell:
            self.facts.has_shell = True
            return list(head_findings(script.source, _IN_BASH))
        return _ScriptCheck(self, script).findings()


class _ScriptCheck:
    """The check of one script."""

    def __init__(self, run: Checker, script: Script) -> None:
        self.run = run
        self.script = script
        self.found: list[Finding] = []
        self.times: Counter[tuple[str, str, str]] = Counter()  # by severity, script and message
        # An earlier shell script may have exported other values.
        knows_environ = not run.facts.has_shell
        self.files = Files(
            script.path.parent,
            allows_programs=run.folder.allow_shell,
            after_shell=not knows_environ,
        )
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
        self.run.included[self.script.name] = tuple(one.name for one in self.files.included)
        self.run.facts.asks_where |= self.state.asks_where
        if self.state.runs_programs:
            self.run.runs_shell.add(self.script.name)
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
