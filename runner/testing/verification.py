"""`pytest --runner-verify`: a test for each object and seeded table that the scripts build."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql

from runner import commands
from runner.catalog.reader import read_snapshot
from runner.catalog.rows import read_rows
from runner.catalog.snapshot import ObjectKey
from runner.check.definitions import definitions
from runner.comparison import Difference, Found, Verification
from runner.connect.queries import fetch, statement
from runner.errors import RunnerError
from runner.observer import Silent
from runner.report.differences import difference_lines
from runner.run.prepare import prepare
from runner.settings import Settings
from runner.testing import databases
from runner.verify.definitions import DefinitionIndex

_ROWS, _OTHERS = "rows", ObjectKey("database", "everything else")


class Test(NamedTuple):
    """The line that defines an object, the object that it is part of, and what is tested."""

    script: Path
    line: int
    group: str
    name: str
    run: Callable[[], None]


_TESTS = pytest.StashKey[Sequence[Test]]()
# The error of the scripts or the server that one test or script has failed with.
REPORTED = pytest.StashKey[str]()


class ScriptItem(pytest.Item):
    """A test of something that the scripts build."""

    test: Test

    def runtest(self) -> None:
        """Fail with the differences."""
        self.test.run()

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The line that defines the object."""
        return self.path, self.test.line - 1, self.nodeid.partition("::")[2]


class ScriptObject(pytest.Collector):
    """The parts of a table, or of another object that has parts."""

    tests: Sequence[Test]

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Columns, constraints, rows, …"""
        for test in self.tests:
            item = ScriptItem.from_parent(self, name=test.name)
            item.test = test
            yield item


class ScriptFile(pytest.File, ScriptObject):
    """A script, with the tests of what it builds."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """The objects, and the parts of each."""
        groups: dict[str, list[Test]] = defaultdict(list)
        for test in _tests(self.config):
            if test.script == self.path:
                groups[test.group].append(test)
        self.tests = groups.pop("", ())
        yield from super().collect()
        for name, tests in groups.items():
            parts = ScriptObject.from_parent(self, name=name)
            parts.tests = tests
            yield parts


def _tests(config: pytest.Config) -> Sequence[Test]:
    """All tests. Fails once with the error of the scripts or the target; then there are none."""
    if _TESTS not in config.stash:
        config.stash[_TESTS] = ()
        stack = ExitStack()
        config.add_cleanup(stack.close)
        try:
            settings = databases.project_settings(config)
            server = stack.enter_context(databases.server(settings))
            template = databases.build_template(settings, server)
            expected = _Expected(settings, stack.enter_context(databases.cloned(template)))
        except RunnerError as error:
            config.stash[REPORTED] = databases.error_text(error)
            raise pytest.Collector.CollectError(config.stash[REPORTED]) from None
        config.stash[_TESTS] = sorted(expected.tests(), key=lambda one: one.line)
    return config.stash[_TESTS]


class _Expected:
    """What the scripts build, and how the database under test differs from it."""

    def __init__(self, settings: Settings, built: str) -> None:
        self._prepared = prepare(settings, Silent())
        with databases.connected(built) as conn:
            conn.execute("BEGIN READ ONLY")
            snapshot = read_snapshot(conn)
            digests = read_rows(conn, snapshot.tables)
        defined = (one for one, _ in definitions(self._prepared.folder, {}))
        self._index = DefinitionIndex(defined, snapshot)
        self._triggers = [
            key
            for key, one in snapshot.objects.items()
            if re.search("(BEFORE|AFTER) .* FOR EACH ROW ", one.properties.get("definition", ""))
        ]
        self._parents = {key: one.parent for key, one in snapshot.objects.items()}
        for table, digest in digests.items():
            if digest.rows:
                self._parents[ObjectKey(_ROWS, table.name)] = ObjectKey("table", table.name)
        self._settings = replace(settings, target=settings.target or built)
        self._keeps_sequences = not settings.embedded
        verified = commands.verify(self._settings, Silent(), self._prepared)
        self._verification = verified.verification
        self._found: dict[ObjectKey, list[Found]] = defaultdict(list)
        for one in self._verification.found:
            self._found[_owner(one.difference, self._parents)].append(one)

    def tests(self) -> Iterator[Test]:
        """A test for each object, for the rows of each table, trigger and file of assertions."""
        for key in [*self._parents, _OTHERS]:
            yield self._test(key, partial(self._check, key))
        for key in self._triggers:
            yield self._test(key, partial(self._fire, key.name), " fires")
        for file in self._prepared.asserted:
            run = partial(self._check_assertions, file.name)
            yield Test(Path.cwd() / file.name, 1, "", "assertions", run)

    def _test(self, key: ObjectKey, run: Callable[[], None], what: str = "") -> Test:
        """A test that is named `column email` in the group `table public.users`.

        Without a definition in the folder, the object is tested with the first line of all.
        """
        folder, parent = self._prepared.folder, self._parents.get(key)
        script, line = folder.scripts[0].name, 1
        one = self._index.find(Difference("missing", *key))
        if one and Path(one.script).is_relative_to(folder.path):
            script, line = one.script, one.line
        if parent is None or parent.object == "schema":
            group, name = "", key.name
        else:
            group = f"{parent.object} {parent.name}"
            name = f"{key.name}.".removeprefix(f"{parent.name}.")[:-1]
        return Test(Path.cwd() / script, line, group, f"{key.object} {name}".strip() + what, run)

    def _check(self, key: ObjectKey) -> None:
        if found := self._found.get(key):
            shown = difference_lines(Verification({}, tuple(found)), colour=False)
            pytest.fail("\n".join(shown), pytrace=False)
        parent = self._parents.get(key)
        while parent is not None:
            if any(one.difference.kind == "missing" for one in self._found.get(parent, ())):
                pytest.skip(f"{parent.object} {parent.name} is missing")
            parent = self._parents.get(parent)

    def _check_assertions(self, script: str) -> None:
        failed = self._verification.assertions
        if own := [one for one in failed if one.place and one.place.script == script]:
            pytest.fail("\n".join(map(databases.error_text, own)), pytrace=False)
        if self._verification.found:
            pytest.skip("assertions run when the objects are those of the scripts")

    def _fire(self, trigger: str) -> None:
        """Fail unless a change of a row calls the trigger, as EXPLAIN ANALYZE says.

        Each change is rolled back. Skips where no row can be changed without inventing values.
        """
        query = sql.SQL(statement("testing/triggers")).format(
            trigger=trigger, keeps_sequences=self._keeps_sequences
        )
        refused = "the trigger is missing, or a new row would take the next number of a sequence"
        with databases.connected(self._settings.target or "") as conn:
            for name, has_condition, message in fetch(conn, query):
                try:
                    with conn.transaction(force_rollback=True):
                        cursor = conn.execute(message.encode())
                        while cursor.nextset():
                            pass
                        ((plans,),) = cursor.fetchall()
                except psycopg.Error as error:
                    refused = f"no row can be changed: {error.diag.message_primary}"
                    continue
                if name in (one["Trigger Name"] for plan in plans for one in plan["Triggers"]):
                    return
                if any(part["Actual Rows"] for plan in plans for part in plan["Plan"]["Plans"]):
                    if has_condition:
                        pytest.skip("its WHEN is not true for the row that was tried")
                    pytest.fail(f"{trigger} did not fire", pytrace=False)
                refused = "the table has no row"
        pytest.skip(refused)


def _owner(difference: Difference, objects: Collection[ObjectKey]) -> ObjectKey:
    """The object with a test that a difference belongs to: itself, its table, or the rest."""
    kind, name = difference.object, difference.name
    if kind in ("row", "rows"):
        kind, name = _ROWS, name.partition(" (")[0]
    if (key := ObjectKey(kind, name)) in objects:
        return key
    tables = (
        one for one in objects if one.object == "table" and f"{name}.".startswith(f"{one.name}.")
    )
    return max(tables, key=lambda one: len(one.name), default=_OTHERS)
