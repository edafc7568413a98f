"""The tables of a catalog whose rows can be compared, and the sequences of their columns. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_Column = tuple[str, str]  # its table and its name

# The types (format_type) of columns that can hold the time of a transaction.
TIME = re.compile(
    r"(timestamp|time|date)(\(\d\))?( without time zone)?$|timestamp.* with time zone$"
)
# The name in place of an unknown sequence: a function calls nextval().
_UNKNOWN = ""


class TableShape(NamedTuple):
    """The part of a table that is compared: its columns, and the rows that satisfy `where`.

    All names are quoted. `times`: columns that may hold the time of a transaction, each with its
    type and the default that computes it from now(). `fed`: pairs of a column and the sequence that
    its values come from, directly or through a column that it references. `nulls`: columns that are
    compared only as NULL or not. `citus`: other nodes hold the rows. `columnar`: the rows have no
    xmin, so their transaction is unknown.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    times: tuple[tuple[str, str, str], ...] = ()
    fed: tuple[tuple[str, str], ...] = ()
    nulls: frozenset[str] = frozenset()
    where: str = ""
    citus: bool = False
    columnar: bool = False

    def each(self) -> tuple[TableShape, ...]:
        """Return a shape for each column, to find the columns that differ."""
        return tuple(self._replace(columns=(one,), key=()) for one in self.columns)

    def stable(self, varying: Collection[str]) -> TableShape:
        """Return the shape without the `varying` columns, which each build fills differently."""
        key = () if set(self.key) & set(varying) else self.key
        return self.without(varying)._replace(key=key)

    def without(self, columns: Collection[str]) -> TableShape:
        """Return the shape without the given columns."""
        return self._replace(columns=tuple(c for c in self.columns if c not in columns))

    def with_fed(self, columns: Collection[str]) -> TableShape:
        """Return the shape with more columns whose values come from unknown sequences."""
        return self._replace(fed=(*self.fed, *((column, _UNKNOWN) for column in columns)))

    def without_fed(self, new: Collection[str] = ()) -> TableShape:
        """Return the shape without the values that come from sequences, other than `new` ones.

        What refers to such a value may still be NULL or not; a key never is.
        """
        fed = {column for column, sequence in self.fed if sequence not in new}
        unknown = {column for column, sequence in self.fed if sequence == _UNKNOWN}
        nulls = fed - unknown - set(self.key)
        return self.without(fed - nulls)._replace(nulls=frozenset(nulls))


# The only table of an extension whose rows scripts define.
CRON = "pg_cron"
CRON_JOBS = TableShape(
    "cron.job", ("jobname", "schedule", "command", "database", "username", "active")
)


class SequenceFeed(NamedTuple):
    """A sequence and the unique column that it fills; `least` and `greatest` are its bounds."""

    sequence: str
    table: str
    column: str
    increment: int = 1
    least: int = 1
    greatest: int = 2**63 - 1


@dataclass(slots=True)
class Shapes:
    """A builder of table shapes from the columns `?…` of the catalog queries."""

    feeds: list[SequenceFeed] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    _tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    _columns: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    _sources: dict[_Column, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, kind: str, name: str, row: dict[str, Any], table: str) -> None:
        """Add a table, a column of a `table` that was added, or a sequence, after the tables."""
        if kind == "table":
            self._tables[name], self._columns[name] = row, {}
            if row.get("?rows") and row.get("?hidden"):
                self.unreadable.append(name)
        elif kind == "column" and table in self._columns:
            column = name.removeprefix(f"{table}.")
            self._columns[table][column] = row
            if row.get("?fed"):
                self._sources[table, column].add(_UNKNOWN)
        elif kind == "sequence":
            bounds = int(row["increment"]), int(row["minvalue"]), int(row["maxvalue"])
            for fed, column, can_collide in row.get("?feeds", ()):
                self._sources[fed, column].add(name)
                if can_collide and row["cycle"] == "NO CYCLE" and fed not in self.unreadable:
                    self.feeds.append(SequenceFeed(name, fed, column, *bounds))

    def tables(self) -> tuple[TableShape, ...]:
        """Return the shapes of the tables whose rows this role can read."""
        self._inherit_sources()
        found = []
        for name, row in self._tables.items():
            if not row.get("?rows") or row.get("?hidden"):
                continue
            columns, is_citus = self._columns[name], bool(row.get("?citus"))
            fed = [(one, source) for one in columns for source in sorted(self._sources[name, one])]
            times = tuple(_times(columns, local=not is_citus))
            shape = TableShape(name, tuple(columns), tuple(row.get("?key", ())), times, tuple(fed))
            columnar = row.get("access method") == "columnar"
            found.append(shape._replace(citus=is_citus, columnar=columnar))
        return tuple(found)

    def _inherit_sources(self) -> None:
        """Add to each column the sequences of the columns that it takes its values from."""
        taken = [
            ((table, column), (other_table, other_column))
            for table, row in self._tables.items()
            for column, other_table, other_column in row.get("?references", ())
        ]
        has_changed = True
        while has_changed:
            has_changed = False
            for column, other in taken:
                more = self._sources.get(other, set()) - self._sources[column]
                self._sources[column] |= more
                has_changed = has_changed or bool(more)


def _times(columns: dict[str, dict[str, Any]], *, local: bool) -> Iterator[tuple[str, str, str]]:
    for name, column in columns.items():
        kind, default = str(column["type"]), ""
        if local and column.get("?clock") and column["default"] != "now()":
            default = column["default"]
        if default or TIME.match(kind):
            yield name, kind, default
