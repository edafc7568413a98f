"""What a comparison of a database with what the scripts build has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from runner.errors import RunnerError, VerificationFailed


@dataclass(frozen=True, slots=True)
class Difference:
    """One property or object that is not as the scripts build it, spelled as in SQL.

    `database` is that of a `\\connect`; None is the target's own.
    """

    kind: Literal["missing", "extra", "changed"]
    object: str
    name: str
    property: str | None = field(default=None, kw_only=True)
    expected: str | None = None
    actual: str | None = None
    database: str | None = None


class LocatedDifference(NamedTuple):
    """A difference, and the place in the scripts that defines its object, if known."""

    difference: Difference
    script: str | None = None
    line: int | None = None


class ComparisonWarning(NamedTuple):
    """What is no difference, but the user should know, and what to write instead."""

    message: str
    hint: str | None = None


class Defined(NamedTuple):
    """A statement that creates an object or puts rows into a table (`rows`), and its place.

    `name` has no schema; `table` is what a trigger, an index or a policy is on.
    """

    kind: str
    name: str
    table: str
    script: str
    line: int


class Verification(NamedTuple):
    """How many objects of each kind (`tables`, `rows`) were compared, and what was found.

    In a run, `rows` are those that it has written; otherwise those of the scripts. `kept` are the
    tables that the scripts fill and the run has left as they were: it did not compare their rows.
    `assertions` are those that failed. `partially_applied` is the first statement without effect
    in a database whose scripts stopped half-way.
    """

    checked: Mapping[str, int]
    found: tuple[LocatedDifference, ...] = ()
    assertions: tuple[RunnerError, ...] = ()
    partially_applied: Defined | None = None
    warnings: tuple[ComparisonWarning, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether the database is what the scripts build."""
        return not self.found and not self.assertions

    @property
    def differs_in_catalog(self) -> bool:
        """Whether something else than rows and sequences differs."""
        kinds = {found.difference.object for found in self.found}
        return not kinds <= {"row", "rows", "sequence"}


def merged(home: Verification, others: Mapping[str, Verification]) -> Verification:
    """One for the target's own database and the others, by their names."""
    for name, other in others.items():
        checked = {
            kind: home.checked.get(kind, 0) + other.checked.get(kind, 0)
            for kind in (*home.checked, *other.checked)
        }
        found = (
            one._replace(difference=replace(one.difference, database=name)) for one in other.found
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
        super().__init__(" and ".join(parts), hint=_way_on(verification))
        self.verification = verification


def _way_on(verification: Verification) -> str | None:
    """How to apply the scripts all the same."""
    if not verification.found:
        return None
    if verification.differs_in_catalog:
        return "To apply them without a comparison: --no-verify"
    return "To apply them without comparing rows: --verify schema"
