"""`pytest --runner-verify`: a test for each object and seeded table of the scripts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from runner import commands
from runner.catalog.snapshot import CatalogObject, ObjectKey
from runner.check.script_facts import definitions
from runner.comparison import Difference, LocatedDifference, Verification
from runner.connect import session
from runner.connect.queries import fetch, statement
from runner.observer import Observer
from runner.reference.spec import PREFIX
from runner.report.differences import difference_lines
from runner.run.context import Prepared
from runner.settings import Settings
from runner.testing import databases
from runner.verify.definitions import DefinitionIndex

_ROWS, _OTHERS = "rows", ObjectKey("database", "everything else")
# By script, parent object and test name: the line of the definition, and the test function.
Tests = dict[Path, dict[str, dict[str, tuple[int, Callable[[], None]]]]]


class ScriptItem(pytest.Item):
    """A test of one object, its trigger, its rows or an assertion file."""

    def __init__(self, *, test: tuple[int, Callable[[], None]], **node: Any) -> None:
        super().__init__(**node)
        self._line, self._run = test

    def runtest(self) -> None:
        self._run()

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, self._line - 1, self.nodeid.partition("::")[2]


class ScriptObject(pytest.Collector):
    """A table, or another object with parts: the tests of the parts."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        group = "" if isinstance(self, pytest.File) else self.name
        for name, test in _tests(self.config)[self.path.resolve()][group].items():
            yield ScriptItem.from_parent(self, name=name, test=test)


class ScriptFile(pytest.File, ScriptObject):
    """A script: the tests of the objects it defines."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        yield from super().collect()
        for name in filter(None, _tests(self.config)[self.path.resolve()]):
            yield ScriptObject.from_parent(self, name=name)


@cache
def _tests(config: pytest.Config) -> Tests:
    """Return all tests. Fail once with an error of the scripts or the target, then return none."""
    tests: Tests = defaultdict(lambda: defaultdict(dict))
    if databases.REPORTED in config.stash:
        return tests
    with databases.reported_once(config), ExitStack() as stack:
        settings, prepared = databases.project(config)
        if settings.target is None:
            server = stack.enter_context(databases.server(settings, prepared))
            template = stack.enter_context(databases.template_database(settings, prepared, server))
            settings = settings._replace(target=stack.enter_context(databases.cloned(template)))
        _ObjectTests(settings, prepared).add_to(tests)
        config.add_cleanup(stack.pop_all().close)
    return tests


class _ObjectTests:
    def __init__(self, settings: Settings, prepared: Prepared) -> None:
        self._settings, self._prepared = settings, prepared
        result, reference = commands.verify_with(settings, Observer(), prepared)
        defined = (one for one, _ in definitions(prepared.folder, settings.variables))
        self._index = DefinitionIndex(defined, reference.snapshot)
        seeded = (table.name for table, digest in reference.digests.items() if digest.rows)
        rows = {ObjectKey(_ROWS, t): CatalogObject(ObjectKey("table", t), {}) for t in seeded}
        self._objects = {**reference.snapshot.objects, **rows, _OTHERS: CatalogObject(None, {})}
        self._verification = result.verification
        self._found: dict[ObjectKey, list[LocatedDifference]] = defaultdict(list)
        for one in self._verification.found:
            self._found[_test_key(one.difference, self._objects)].append(one)

    def add_to(self, tests: Tests) -> None:
        """Add the tests; `::` and `[`, which are special in names for pytest, are replaced."""
        for key, one in self._objects.items():
            script, line = self._definition_place(key)
            whole, name = "", key.name
            if one.parent and one.parent.object != "schema":
                whole = f"{one.parent.object} {one.parent.name}".translate({91: "(", 93: ")"})
                name = f"{name}.".removeprefix(f"{one.parent.name}.")[:-1]
            whole, name = (n.replace("::", ": :") for n in (whole, f"{key.object} {name}".strip()))
            tests[script][whole][name] = line, partial(self._check, key)
            if re.search("(BEFORE|AFTER) .* FOR EACH ROW ", one.properties.get("definition", "")):
                tests[script][whole][f"{name} fires"] = line, partial(self._check_trigger, key.name)
        for file in self._prepared.asserted:
            script = Path(file.name).resolve()
            tests[script][""]["assertions"] = 1, partial(self._check_assertions, file.name)

    def _definition_place(self, key: ObjectKey) -> tuple[Path, int]:
        """Return script and line of the definition, or the first script if there is none."""
        one = self._index.find(Difference("missing", *key))
        if one and any(Path(one.script).is_relative_to(path) for path in self._settings.scripts):
            return Path(one.script).resolve(), one.line
        return self._prepared.folder.scripts[0].path.resolve(), 1

    def _check(self, key: ObjectKey) -> None:
        if found := self._found.get(key):
            shown = difference_lines(Verification({}, tuple(found)), colour=False)
            pytest.fail("\n".join(shown), pytrace=False)
        while whole := self._objects[key].parent:
            if any(one.difference.kind == "missing" for one in self._found.get(whole, ())):
                pytest.skip(f"{whole.object} {whole.name} is missing")
            key = whole

    def _check_assertions(self, script: str) -> None:
        failed = (e for e in self._verification.assertions if e.place and e.place.script == script)
        if texts := "\n".join(map(databases.error_text, failed)):
            pytest.fail(texts, pytrace=False)
        if self._verification.found:
            pytest.skip("assertions run only if the objects are those of the scripts")

    def _check_trigger(self, trigger: str) -> None:
        """Fail unless EXPLAIN ANALYZE of a change, which is rolled back, shows the trigger."""
        query = sql.SQL(statement("testing/triggers")).format(trigger=trigger, clones=PREFIX)
        refused = "the trigger is missing, or a new row would take a value of a sequence"
        with session.connected(self._settings.target or "", Observer()) as conn:
            for name, has_condition, before, change in fetch(conn, query):
                try:
                    with conn.transaction(force_rollback=True):
                        conn.execute(before.encode())
                        ((plans,),) = conn.execute(change.encode())
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


def _test_key(difference: Difference, objects: Collection[ObjectKey]) -> ObjectKey:
    """Return the key of the test for a difference: its object, its table, or the rest."""
    kind, name = difference.object, difference.name
    if kind in ("row", "rows"):
        kind, name = _ROWS, name.partition(" (")[0]
    key = ObjectKey(kind, name)
    while key not in objects and name:
        key, name = ObjectKey("table", name), name.rpartition(".")[0]
    return key if key in objects else _OTHERS
