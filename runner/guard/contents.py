"""What tables held before the scripts: the question to sql/look.sql, and its answer. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from runner.guard.changes import Change


class CountedTable(NamedTuple):
    """What a table held before the scripts changed it: rows, and values in each of `columns`.

    `columns` are pairs of number and name. A number is None where the role may not count. Runs that
    are `recorded` vouch for the table. `kept` is what sql/kept.sql compares with.
    """

    oid: int
    cause: str
    rows: int | None
    not_ours: int | None
    columns: list[tuple[int, str]] | None
    values: list[int] | None
    recorded: bool = False
    kept: dict[str, Any] | None = None

    @property
    def why(self) -> str:
        """Why its rows count as those of others."""
        if not self.rows or self.not_ours is None:
            return ""
        if not self.recorded:
            return "no recorded run made this table"
        if self.not_ours == self.rows:
            return "its rows are not as a recorded run left them"
        return f"the scripts wrote all but {self.not_ours} of the rows that it held"

    def of_columns(self, numbers: tuple[int, ...]) -> tuple[list[str], int | None]:
        """The names of columns, and how many values the fullest of them held."""
        at = [i for i, (number, _) in enumerate(self.columns or ()) if number in numbers]
        names = [name for number, name in self.columns or () if number in numbers]
        return names, max((self.values[i] for i in at), default=None) if self.values else None


class Contents(NamedTuple):
    """The answer of sql/look.sql; what was asked for is known by its `key`.

    `allowed` are tables that may be lost, `unknown` names of such that are not there.
    """

    system: int | None
    hides: bool
    safe: frozenset[int | tuple[int, str]]
    own: frozenset[int]
    looked: dict[tuple[int, str], CountedTable]
    allowed: frozenset[int]
    unknown: tuple[str, ...] = ()

    def is_safe(self, change: Change) -> bool:
        """Whether nothing is lost: every row was ours, or there was none."""
        return change.table.oid in self.safe or change.key in self.safe

    def may_be_kept(self, change: Change) -> bool:
        """Whether it is safe, or its rows are to be compared: those deleted may all be ours."""
        held = self.looked.get(change.key)
        only_others = held is not None and held.not_ours == held.rows and change.keep == "all"
        is_certain = change.deleted and only_others and not change.may_be_named
        return self.is_safe(change) or bool(change.keep and not is_certain)

    def compared(self, change: Change) -> CountedTable | None:
        """What the table held, if the rows are compared with it."""
        held = self.looked.get(change.key)
        return held if change.keep and held and held.kept else None

    def is_allowed(self, change: Change) -> bool:
        """Whether the user has named the table, or a partitioned table above it."""
        return change.table.oid in self.allowed

    def held(self, change: Change) -> CountedTable | None:
        """What the table held, if it was looked at."""
        return self.looked.get(change.key) or self.looked.get((change.table.oid, "allowed"))


NO_CONTENTS = Contents(None, True, frozenset(), frozenset(), {}, frozenset())


def read_contents(text: str, allow: Sequence[str]) -> Contents:
    """Reads the answer to sql/look.sql, which is `{}` where it could not be asked."""
    found: dict[str, Any] = json.loads(text)
    looked = [CountedTable(*row) for row in found.get("looked", ())]
    named = found.get("named") or ()
    return Contents(
        found.get("system"),
        found.get("hides", True),
        frozenset(tuple(one) if isinstance(one, list) else one for one in found.get("safe", ())),
        frozenset(found.get("own", ())),
        {(one.oid, one.cause): one for one in looked},
        frozenset(found.get("allowed", ())),
        tuple(name for name, oid in zip(allow, named, strict=False) if oid is None),
    )


class Missing(NamedTuple):
    """How many rows are not there any more with their content, and the keys of some."""

    rows: int
    keys: tuple[str, ...] = ()
