"""`pytest --runner-verify`: a test for each object and seeded table that the scripts build."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from runner import commands
from runner.catalog.reader import read_snapshot
from runner.catalog.rows import read_rows
from runner.catalog.snapshot import ObjectKey
from runner.check.definitions import definitions
from runner.comparison import Difference, Verification
from runner.errors import Place, RunnerError
from runner.observer import Silent
from runner.report.differences import difference_lines
from runner.scripts.folder import read_folders
from runner.testing.databases import build_template, cloned, connected, server
from runner.testing.project import fail_once, project_settings, text_of
from runner.testing.trigger_tests import fire, read_triggers
from runner.verify.assertions import assertions_folders
from runner.verify.definitions import DefinitionIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from runner.settings import Settings


# What every new database has.
_NOT_OF_SCRIPTS = (ObjectKey("schema", "public"), ObjectKey("language", "plpgsql"))
_ROWS, _OTHERS = "rows", ObjectKey("database", "everything else")
_EXPECTED = pytest.StashKey["Expected | RunnerError"]()


class Test(NamedTuple):
    """The line that defines an object, the object that it is part of, and what is tested."""

    place: Place
    group: str
    name: str
    run: Callable[[], None]


class ScriptItem(pytest.Item):
    """A test of something that the scripts build."""

    test: Test

    def runtest(self) -> None:
        """Fail with the differences."""
        self.test.run()

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The line that defines the object."""
        line = self.test.place.line
        return self.path, line - 1, f"{self.test.group} {self.name}, line {line}".strip()


class ScriptObject(pytest.Collector):
    """The parts of a table, or of another object that has parts."""

    tests: list[Test]

    def collect(self) -> Iterator[pytest.Item]:
        """Columns, constraints, rows, …"""
        return _items(self, self.tests)


class ScriptFile(pytest.File):
    """A script, with the tests of what it builds."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Each object, followed by its parts."""
        groups: dict[str, list[Test]] = defaultdict(list)
        for test in _expected(self.config).tests():
            if Path.cwd() / test.place.script == self.path:
                groups[test.group].append(test)
        for item in _items(self, groups.pop("", ())):
            yield item
            yield from self._parts(item.name, groups.pop(item.name, []))
        for name, tests in groups.items():
            yield from self._parts(name, tests)

    def _parts(self, name: str, tests: list[Test]) -> Iterator[ScriptObject]:
        if tests:
            parts = ScriptObject.from_parent(self, name=name)
            parts.tests = tests
            yield parts


def _items(parent: pytest.Collector, tests: Iterable[Test]) -> Iterator[ScriptItem]:
    for test in sorted(tests, key=lambda one: one.place.line):
        item = ScriptItem.from_parent(parent, name=test.name)
        item.test = test
        yield item


def _expected(config: pytest.Config) -> Expected:
    """What the scripts build. Fails once with the error of the scripts or the target."""
    if _EXPECTED not in config.stash:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        try:
            settings = project_settings(config)
            template = build_template(settings, stack.enter_context(server(settings)))
            built = stack.enter_context(cloned(template))
            config.stash[_EXPECTED] = Expected(settings, built)
        except RunnerError as error:
            config.stash[_EXPECTED] = error
    found = config.stash[_EXPECTED]
    return fail_once(config, found) if isinstance(found, RunnerError) else found


class Expected:
    """What the scripts build, and how the database under test differs from it."""

    def __init__(self, settings: Settings, built: str) -> None:
        assertions = assertions_folders(None, settings.scripts)
        self._asserted = read_folders(assertions).scripts if assertions else ()
        self._folder = read_folders(settings.scripts)
        with connected(built) as conn:
            conn.execute("BEGIN READ ONLY")
            snapshot = read_snapshot(conn)
            digests = read_rows(conn, snapshot.tables)
            self._triggers = read_triggers(conn, keeps_sequences=not settings.embedded)
        defined = (one for one, _ in definitions(self._folder, {}))
        self._index = DefinitionIndex(defined, snapshot)
        self._parents = {
            key: one.parent for key, one in snapshot.objects.items() if key not in _NOT_OF_SCRIPTS
        }
        for table, digest in digests.items():
            if digest.rows:
                self._parents[ObjectKey(_ROWS, table.name)] = ObjectKey("table", table.name)
        self._target = settings.target or built
        compared = replace(settings, target=self._target, assertions=next(iter(assertions), None))
        self._verification = commands.verify(compared, Silent()).verification

    def tests(self) -> Iterator[Test]:
        """A test for each object, for the rows of each table, trigger and file of assertions."""
        for key in [*self._parents, _OTHERS]:
            yield Test(self._place(key), *self._name(key), partial(self._check, key))
        for trigger in self._triggers:
            key = ObjectKey("trigger", trigger.key)
            group, name = self._name(key)
            yield Test(
                self._place(key), group, f"{name} fires", partial(fire, self._target, trigger)
            )
        for script in self._asserted:
            check = partial(self._check_assertions, script.name)
            yield Test(Place(script.name, 1), "", "assertions", check)

    def _place(self, key: ObjectKey) -> Place:
        """The line that defines it, in a file of the folder; else the first line of all."""
        one = self._index.find(Difference("missing", *key))
        if one and Path(one.script).is_relative_to(self._folder.path):
            return Place(one.script, one.line)
        return Place(self._folder.scripts[0].name, 1)

    def _name(self, key: ObjectKey) -> tuple[str, str]:
        """The object that it is part of, and its name: `table public.users`, `column email`."""
        parent = self._parents.get(key)
        if parent is None or parent.object == "schema":
            return "", f"{key.object} {key.name}"
        short = key.name.removeprefix(f"{parent.name}.").removesuffix(f" on {parent.name}")
        name = key.object if key.object == _ROWS else f"{key.object} {short}"
        return f"{parent.object} {parent.name}", name

    def _check(self, key: ObjectKey) -> None:
        found = self._verification.found
        if own := tuple(one for one in found if owner(one.difference, self._parents) == key):
            shown = difference_lines(Verification({}, own), colour=False)
            pytest.fail("\n".join(shown), pytrace=False)
        missing = {(d.object, d.name) for d, _, _ in found if d.kind == "missing"}
        parent = self._parents.get(key)
        while parent is not None:
            if parent in missing:
                pytest.skip(f"{parent.object} {parent.name} is missing")
            parent = self._parents.get(parent)

    def _check_assertions(self, script: str) -> None:
        failed = self._verification.assertions
        if own := [one for one in failed if one.place and one.place.script == script]:
            pytest.fail("\n".join(map(text_of, own)), pytrace=False)
        if self._verification.found:
            pytest.skip("assertions run when the objects are those of the scripts")


def owner(difference: Difference, objects: Collection[ObjectKey]) -> ObjectKey:
    """The object with a test that a difference belongs to: itself, its table, or the rest."""
    kind, name = difference.object, difference.name
    if kind in ("row", "rows"):
        kind, name = _ROWS, name.partition(" (")[0]
    if (key := ObjectKey(kind, name)) in objects:
        return key
    tables = (
        one
        for one in objects
        if one.object == "table"
        and (f"{name}.".startswith(f"{one.name}.") or name.endswith(f" on {one.name}"))
    )
    return max(tables, key=lambda one: len(one.name), default=_OTHERS)
