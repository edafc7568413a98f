"""The results of comparing a database with what the scripts build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple

from runner.errors import RunnerError, VerificationFailed


class Difference(NamedTuple):
    """An object, or a property of it, that differs from what the scripts build; spelled as in SQL.

    `database`: a database that the scripts `\\connect` to; None for the target.
    """

    kind: Literal["missing", "extra", "changed"]
    object: str
    name: str
    expected: str | None = None
    actual: str | None = None
    database: str | None = None
    property: str | None = None


class LocatedDifference(NamedTuple):
    """A difference, and the script and line that define its object, if known."""

    difference: Difference
    script: str | None = None
    line: int | None = None


class ComparisonWarning(NamedTuple):
    """A remark for the user about something that is no difference, and how to avoid it."""

    message: str
    hint: str | None = None


class Definition(NamedTuple):
    """A statement that creates an object or fills a table (kind `rows`), and its place.

    `name` has no schema. `table`: the table of a trigger, an index, a rule or a policy.
    """

    kind: str
    name: str
    table: str
    script: str
    line: int


class Verification(NamedTuple):
    """The result of a comparison; `checked`: the number of compared objects by their kind.

    `checked["row"]` counts the rows that the run wrote or, without a run, the rows of the scripts.
    `kept`: tables that the scripts fill but the run left unchanged, whose rows it did not compare.
    `assertions`: the failed ones. `partially_applied`: the first statement without effect in a
    database whose scripts stopped half-way.
    """

    checked: Mapping[str, int]
    found: tuple[LocatedDifference, ...] = ()
    assertions: tuple[RunnerError, ...] = ()
    partially_applied: Definition | None = None
    warnings: tuple[ComparisonWarning, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return not self.found and not self.assertions

    @property
    def differs_in_catalog(self) -> bool:
        """Whether anything other than rows and sequences differs."""
        kinds = {found.difference.object for found in self.found}
        return not kinds <= {"row", "rows", "sequence"}


def merge(home: Verification, others: Mapping[str, Verification]) -> Verification:
    """Return one result for the target's database and the `others`, given by name."""
    for name, other in others.items():
        checked = Counter(home.checked)
        checked.update(other.checked)
        found = (
            one._replace(difference=one.difference._replace(database=name)) for one in other.found
        )
        home = home._replace(
            checked=checked,
            found=(*home.found, *found),
            warnings=(*home.warnings, *other.warnings),
        )
    return home


class DifferencesError(VerificationFailed):
    """The database is not what the scripts build, or an assertion failed."""

    def __init__(self, verification: Verification) -> None:
        differ, failed = len(verification.found), len(verification.assertions)
        parts = []
        if differ:
            parts.append(f"{differ} difference{'s' * (differ > 1)} from what the scripts build")
        if failed:
            parts.append(f"{failed} failed assertion{'s' * (failed > 1)}")
        hint = "To apply them without comparing rows: --verify schema" if differ else None
        if verification.differs_in_catalog:
            hint = "To apply them without a comparison: --no-verify"
        super().__init__(" and ".join(parts), hint=hint)
        self.verification = verification
