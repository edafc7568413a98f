"""`pytest --runner-verify`: a test for each object and seeded table that the scripts build."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner import commands
from runner.catalog.reader import read_snapshot
from runner.catalog.rows import read_rows
from runner.catalog.snapshot import ObjectKey, Snapshot
from runner.check.definitions import definitions
from runner.comparison import Difference, Found, Verification
from runner.errors import Place, RunnerError
from runner.observer import Silent
from runner.report.differences import difference_lines
from runner.report.text_report import Style, lines
from runner.results import Failure
from runner.scripts.folder import read_folder
from runner.settings import Settings
from runner.testing.databases import cloned
from runner.testing.trigger_tests import NotTried, Trigger, fire, read_triggers
from runner.verify.assertions import assertions_folder
from runner.verify.definitions import DefinitionIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from runner.testing.databases import Template


# What every new database has.
_NOT_OF_SCRIPTS = (ObjectKey("schema", "public"), ObjectKey("language", "plpgsql"))
ROWS, OTHERS = "rows", ObjectKey("database", "everything else")


@dataclass
class TestedDatabase:
    """The database under test; it is compared with the scripts once, when the first test runs."""

    template: Template
    conninfo: str
    objects: Mapping[ObjectKey, ObjectKey | None]
    _verification: Verification | RunnerError | None = field(default=None, init=False)

    def verification(self) -> Verification:
        """Raises what `verify` raises."""
        if self._verification is None:
            scripts = self.template.scripts
            assertions = assertions_folder(None, scripts)
            settings = Settings(scripts=scripts, target=self.conninfo, assertions=assertions)
            try:
                self._verification = commands.verify(settings, Silent()).verification
            except RunnerError as error:
                self._verification = error
        if isinstance(self._verification, RunnerError):
            raise self._verification
        return self._verification

    def found(self, key: ObjectKey) -> list[Found]:
        """The differences that belong to an object."""
        return [one for one in self.verification().found if self._owner(one) == key]

    def _owner(self, one: Found) -> ObjectKey:
        """The object with a test that a difference belongs to: itself, its table, or the rest."""
        kind, name = one.difference.object, one.difference.name
        if kind in ("row", "rows"):
            kind, name = ROWS, name.partition(" (")[0]
        if (key := ObjectKey(kind, name)) in self.objects:
            return key
        tables = [k for k in self.objects if k.object == "table" and _is_in(k.name, name)]
        return max(tables, key=lambda k: len(k.name), default=OTHERS)

    def missing_parent(self, key: ObjectKey) -> ObjectKey | None:
        """The object whose absence stands for this one."""
        missing = {
            ObjectKey(one.difference.object, one.difference.name)
            for one in self.verification().found
            if one.difference.kind == "missing"
        }
        parent = self.objects.get(key)
        while parent is not None and parent not in missing:
            parent = self.objects.get(parent)
        return parent


def _is_in(table: str, name: str) -> bool:
    return name.startswith(f"{table}.") or name.endswith(f" on {table}")


def text_of(result: Failure) -> str:
    """An error as the command line prints it."""
    return "\n".join(lines(result, Style(Settings())))


class ScriptFile(pytest.File):
    """A script, with the tests of what it defines. They are made by `collect`."""

    def collect(self) -> Iterator[pytest.Item]:
        """None of its own."""
        return iter(())


class ScriptItem(pytest.Item):
    """A test of something that the scripts build."""

    def __init__(self, *, target: TestedDatabase, place: Place, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.target = target
        self.place = place

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The line that defines the object."""
        return self.path, max(self.place.line - 1, 0), self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """The differences, or the error, without a traceback."""
        if isinstance(excinfo.value, RunnerError):
            return text_of(Failure(excinfo.value))
        if isinstance(excinfo.value, psycopg.Error):
            return f"the target: {excinfo.value}"
        return str(excinfo.value)


class ObjectItem(ScriptItem):
    """An object, or the rows of a table, are as the scripts build them."""

    def __init__(self, *, key: ObjectKey, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.key = key

    def runtest(self) -> None:
        """Fail with the differences."""
        if found := self.target.found(self.key):
            shown = difference_lines(Verification({}, tuple(found)), colour=False)
            pytest.fail("\n".join(shown), pytrace=False)
        if parent := self.target.missing_parent(self.key):
            pytest.skip(f"{parent.object} {parent.name} is missing")


class AssertionItem(ScriptItem):
    """The assertions of a file hold."""

    def runtest(self) -> None:
        """Fail with the assertions that do not hold."""
        failed = self.target.verification().assertions
        own = [one for one in failed if one.place and one.place.script == self.place.script]
        if own:
            pytest.fail("\n".join(text_of(Failure(one)) for one in own), pytrace=False)
        if self.target.verification().found:
            pytest.skip("assertions run when the objects are those of the scripts")


class TriggerItem(ScriptItem):
    """A trigger for each row fires."""

    def __init__(self, *, trigger: Trigger, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.trigger = trigger

    def runtest(self) -> None:
        """Change a row and roll it back; skip where that needs values that nobody gave."""
        with psycopg.connect(self.target.conninfo) as conn:
            try:
                fired = fire(conn, self.trigger)
            except NotTried as reason:
                pytest.skip(str(reason))
            finally:
                conn.rollback()
        if not fired:
            pytest.fail(f"{self.trigger.name} did not fire", pytrace=False)


def collect(session: pytest.Session, template: Template) -> Iterator[pytest.Item]:
    """The tests of all that the scripts build, in the order of the scripts."""
    config = session.config
    stack = ExitStack()
    config.add_cleanup(stack.close)
    built = stack.enter_context(cloned(template))
    snapshot, seeded, triggers = _read(built)
    objects = {
        key: entry.parent for key, entry in snapshot.objects.items() if key not in _NOT_OF_SCRIPTS
    }
    objects |= {ObjectKey(ROWS, name): ObjectKey("table", name) for name in seeded}
    target = TestedDatabase(template, config.getoption("--runner-target") or built, objects)
    yield from sorted(_items(session, target, snapshot, triggers), key=_position)


def _items(
    session: pytest.Session, target: TestedDatabase, snapshot: Snapshot, triggers: list[Trigger]
) -> Iterator[ScriptItem]:
    scripts = target.template.scripts
    folder = read_folder(scripts)
    index = DefinitionIndex([one for one, _ in definitions(folder, {})], snapshot)
    files = _Files(session, folder.scripts[0].name)
    for key in [*target.objects, OTHERS]:
        one = index.find(Difference("missing", *key))
        place = Place(one.script, one.line) if one else files.unknown
        parent = files.at(place)
        yield ObjectItem.from_parent(
            parent, name=_name(key, target), key=key, target=target, place=place
        )
    for trigger in triggers:
        one = index.find_object("trigger", trigger.name)
        place = Place(one.script, one.line) if one else files.unknown
        name = f"{_name(ObjectKey('trigger', trigger.name), target)} fires"
        yield TriggerItem.from_parent(
            files.at(place), name=name, trigger=trigger, target=target, place=place
        )
    assertions = assertions_folder(None, scripts)
    for script in read_folder(assertions).scripts if assertions else ():
        place = Place(script.name, 0)
        yield AssertionItem.from_parent(
            files.at(place), name="assertions", target=target, place=place
        )


class _Files:
    """The collector of each script; what has no place is put under the first."""

    def __init__(self, session: pytest.Session, first: str) -> None:
        self.unknown = Place(first, 0)
        self._session = session
        self._files: dict[str, ScriptFile] = {}

    def at(self, place: Place) -> ScriptFile:
        """The collector of the script of a place."""
        if place.script not in self._files:
            path = self._session.config.invocation_params.dir / place.script
            self._files[place.script] = ScriptFile.from_parent(self._session, path=path)
        return self._files[place.script]


def _name(key: ObjectKey, target: TestedDatabase) -> str:
    """The name of a test: `table public.users::column email`."""
    parent = target.objects.get(key)
    if parent is None or parent.object == "schema":
        return f"{key.object} {key.name}"
    short = key.name.removeprefix(f"{parent.name}.").removesuffix(f" on {parent.name}")
    return f"{parent.object} {parent.name}::{key.object}" + (
        "" if key.object == ROWS else f" {short}"
    )


def _position(item: ScriptItem) -> tuple[str, int]:
    return item.place.script, item.place.line


def _read(conninfo: str) -> tuple[Snapshot, list[str], list[Trigger]]:
    """What the scripts have built: the catalog, the tables that have rows, and the triggers."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("BEGIN READ ONLY")
        snapshot = read_snapshot(conn)
        digests = read_rows(conn, snapshot.tables)
        seeded = [table.name for table, digest in digests.items() if digest.rows]
        return snapshot, seeded, read_triggers(conn)
