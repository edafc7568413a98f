"""What a run takes from the disk alone, and what it can share with runs on other targets."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from runner.folder import read_folder
from runner.precheck import check_scripts
from runner.results import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.alike import SharedReferences
    from runner.assertions import AssertionFile
    from runner.blueprint import Plan
    from runner.folder import Folder
    from runner.observer import Observer
    from runner.outline import Outline
    from runner.precheck import Checked
    from runner.results import Finding, Target
    from runner.scratch import Likeness
    from runner.settings import Settings


class Prepared(NamedTuple):
    """Scripts and assertions that were read: the same for all targets. `shared`: several."""

    folder: Folder
    checked: Sequence[Checked]
    outline: Outline
    asserted: Sequence[AssertionFile]
    shared: SharedReferences | None = None

    def plan(self, conninfo: str, settings: Settings, target: Target, likeness: Likeness) -> Plan:
        """What a reference is built from for one of the targets."""
        from runner.blueprint import Plan

        read = self.folder, self.checked, self.outline
        return Plan(conninfo, settings, *read, target, likeness)


def prepare(settings: Settings, observer: Observer) -> Prepared:
    """For `apply` and `plan`. Raises UsageError or ScriptError."""
    from runner.assertions import assertions_folder, read_assertions

    folder = read_folder(settings.scripts, allow_shell=settings.allow_shell)
    observer.not_run(folder.not_run)
    checked, warnings, outline = check_scripts(
        folder, settings.variables, in_transaction=settings.transaction == "all"
    )
    for warning in warnings:
        if settings.verbose or warning.always:
            observer.notice(_notice(warning))
    asserted = read_assertions(
        assertions_folder(settings.assertions, settings.scripts), settings.variables
    )
    return Prepared(folder, checked, outline, asserted)


def prepare_to_verify(settings: Settings, observer: Observer) -> Prepared:
    """For `verify`: only assertions that are named count. Raises UsageError or ScriptError."""
    from runner.assertions import read_assertions

    folder = read_folder(settings.scripts)
    observer.not_run(folder.not_run)
    checked, _, outline = check_scripts(folder, settings.variables, in_transaction=True)
    asserted = read_assertions(settings.assertions, settings.variables)
    return Prepared(folder, checked, outline, asserted)


@contextmanager
def for_all(
    settings: Settings, observer: Observer, prepare: Callable[[Settings, Observer], Prepared]
) -> Iterator[Prepared | None]:
    """What is read once for several targets, and the references that they share.

    None for one target, which is read for when its turn comes.
    """
    if not settings.targets:
        yield None
        return
    from runner.alike import SharedReferences

    found = prepare(settings, observer)
    with closing(SharedReferences()) as shared:
        yield found._replace(shared=shared)


def _notice(finding: Finding) -> Notice:
    where = "" if finding.place else f"{finding.script}: "
    return Notice(
        "WARNING",
        where + finding.message,
        finding.place,
        detail=f"Docker: {finding.docker}. Target: {finding.target}.",
        hint=finding.rewrite,
    )
