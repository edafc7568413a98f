"""What a run takes from the disk alone, and what it can share with runs on other targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from runner.check.scripts import check_scripts
from runner.results import Notice
from runner.scripts.folder import read_folders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.check.script_facts import ScriptFacts
    from runner.check.scripts import Checked
    from runner.findings import Finding
    from runner.fleet import Member
    from runner.observer import Observer
    from runner.reference.pool import ReferencePool
    from runner.reference.spec import DatabaseProperties, ReferenceSpec
    from runner.results import Target
    from runner.scripts.folder import Folder
    from runner.settings import Settings
    from runner.verify.assertions import AssertionFile


class Prepared(NamedTuple):
    """Scripts and assertions that were read: the same for all targets.

    Several share the pool, and `member` is one of them.
    """

    folder: Folder
    checked: Sequence[Checked]
    outline: ScriptFacts
    asserted: Sequence[AssertionFile]
    shared: ReferencePool | None = None
    member: Member | None = None

    def reference_spec(
        self, conninfo: str, settings: Settings, target: Target, properties: DatabaseProperties
    ) -> ReferenceSpec:
        """What a reference is built from for one of the targets."""
        from runner.reference.spec import ReferenceSpec

        read = self.folder, self.checked, self.outline
        return ReferenceSpec(conninfo, settings, *read, target, properties)


def prepare(settings: Settings, observer: Observer) -> Prepared:
    """For `apply` and `plan`. Raises UsageError or ScriptError."""
    from runner.verify.assertions import assertions_folders, read_assertions

    folder = read_folders(settings.scripts, allow_shell=settings.allow_shell)
    observer.not_run(folder.not_run)
    checked, warnings, outline = check_scripts(
        folder, settings.variables, in_transaction=settings.transaction == "all"
    )
    for warning in warnings:
        if not warning.in_check_only:
            observer.notice(_notice(warning))
    asserted = read_assertions(
        assertions_folders(settings.assertions, settings.scripts), settings.variables
    )
    return Prepared(folder, checked, outline, asserted)


def prepare_to_verify(settings: Settings, observer: Observer) -> Prepared:
    """For `verify`: only assertions that are named count. Raises UsageError or ScriptError."""
    from runner.verify.assertions import read_assertions

    folder = read_folders(settings.scripts, allow_shell=settings.allow_shell)
    observer.not_run(folder.not_run)
    checked, _, outline = check_scripts(folder, settings.variables, in_transaction=True)
    named = () if settings.assertions is None else (settings.assertions,)
    asserted = read_assertions(named, settings.variables)
    return Prepared(folder, checked, outline, asserted)


def _notice(finding: Finding) -> Notice:
    where = "" if finding.place else f"{finding.script}: "
    return Notice(
        "WARNING",
        where + finding.message,
        finding.place,
        detail=f"Docker: {finding.docker}. Target: {finding.target}.",
        hint=finding.rewrite,
    )
