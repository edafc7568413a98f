"""The rows that tables held before the scripts: the answer to sql/look.sql. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from runner.guard.changes import Change


class CountedTable(NamedTuple):
    """The number of rows in a table before the scripts changed it, and of values in its `columns`.

    `columns` are pairs of number and name. A number is None where the role may not count. With
    `recorded`, the registry has a run that made the table. sql/kept.sql compares with `kept`.
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
        """The reason why the rows count as foreign."""
        if not self.rows or self.not_ours is None:
            return ""
        if not self.recorded:
            return "no recorded run made this table"
        if self.not_ours == self.rows:
            return "its rows are not as a recorded run left them"
        return f"the scripts wrote all but {self.not_ours} of the rows that it held"

    def of_columns(self, numbers: tuple[int, ...]) -> tuple[list[str], int | None]:
        """Return the names of columns, and the number of values in the fullest of them."""
        at = [i for i, (number, _) in enumerate(self.columns or ()) if number in numbers]
        names = [name for number, name in self.columns or () if number in numbers]
        return names, max((self.values[i] for i in at), default=None) if self.values else None


class Contents(NamedTuple):
    """The answer of sql/look.sql; each table has the `key` of the change that was asked about.

    `allowed` are tables that may be lost, `unknown` the names in --allow-loss without a table.
    `registry` is its schema, if it records contents; `planted` are tables that must not be read.
    """

    system: int | None
    hides: bool
    safe: frozenset[int | tuple[int, str]]
    own: frozenset[int]
    looked: dict[tuple[int, str], CountedTable]
    allowed: frozenset[int]
    unknown: tuple[str, ...] = ()
    registry: str | None = None
    planted: frozenset[int] = frozenset()

    def is_safe(self, change: Change) -> bool:
        """Return whether nothing is lost: the table was empty, or held only rows of the scripts."""
        return change.table.oid in self.safe or change.key in self.safe

    def may_be_kept(self, change: Change) -> bool:
        """Return whether the change is safe, or a comparison of rows may show that it is."""
        held = self.looked.get(change.key)
        only_others = held and held.not_ours == held.rows and change.keep == "all"
        is_certain = change.deleted and only_others
        return self.is_safe(change) or bool(change.keep and not is_certain)

    def is_allowed(self, change: Change) -> bool:
        return change.table.oid in self.allowed

    def held(self, change: Change) -> CountedTable | None:
        """Return the table before the run, if its rows were counted."""
        return self.looked.get(change.key) or self.looked.get((change.table.oid, "allowed"))


NO_CONTENTS = Contents(None, True, frozenset(), frozenset(), {}, frozenset())


def read_contents(text: str, allow: Sequence[str]) -> Contents:
    """Parse the answer to sql/look.sql, which is `{}` where the query could not be sent."""
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
        found.get("registry"),
        frozenset(found.get("planted") or ()),
    )


class Missing(NamedTuple):
    """The number of rows whose content no longer exists, and the keys of some of them.

    `untouched`: the number of foreign rows that the run has not written; see sql/kept.sql.
    """

    rows: int
    keys: tuple[str, ...] = ()
    untouched: int | None = None
