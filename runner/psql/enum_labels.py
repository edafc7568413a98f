"""Move labels that scripts add to their new enum types into CREATE TYPE. Pure.

PostgreSQL cannot use a label that ALTER TYPE adds before the transaction is committed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from runner.errors import RunnerError
from runner.psql.steps import Statement

_NAME = rb"((?:\"[^\"]+\"|[\w$]+)(?:\.(?:\"[^\"]+\"|[\w$]+))?)"
_LABEL = rb"'(?:[^']|'')*'"
_CREATED = rb"(?i)\bCREATE\s+TYPE\s+%b\s+AS\s+ENUM\s*\(\s*(%b(?:\s*,\s*%b)*)\s*\)" % (
    _NAME,
    _LABEL,
    _LABEL,
)
_ADD = (
    rb"ALTER\s+TYPE\s+%b\s+ADD\s+VALUE\s+(IF\s+NOT\s+EXISTS\s+)?(%b)"
    rb"(?:\s+(BEFORE|AFTER)\s+(%b))?\s*" % (_NAME, _LABEL, _LABEL)
)
_ADDED = rb"(?i)%b;?\s*\Z" % _ADD
# As the first statement of a DO block, which depends at most on whether the label is there.
_ADDED_BY_BLOCK = (
    rb"(?i)DO\b(?:(?!\bIF\b|\bBEGIN\b)[^;])*\bBEGIN\s+"
    rb"(?:IF\s+NOT\s+EXISTS\s*\([^;]*\bpg_enum\b[^;]*\)\s*THEN\s+)?%b;" % _ADD
)
_UNCOMMITTED = "55P04"


class EnumLabels:
    r"""The labels that scripts add to enum types, but for types of one name or in an `\if`."""

    def __init__(self) -> None:
        self._created: Counter[bytes] = Counter()  # more than 1: the labels are not moved
        self._plain: set[bytes] = set()  # not created by a DO block, which may find the type
        self._labels: dict[bytes, list[bytes]] = {}
        self._unknown: list[re.Match[bytes]] = []  # labels of types that no script has created
        self.is_new = False  # whether labels were added since the run has begun
        self._added: defaultdict[bytes, set[bytes]] = defaultdict(set)

    def see(self, text: bytes, first: bytes, *, certain: bool) -> None:
        """Add the next command and its first word, in upper case; `certain`: it runs for sure."""
        may_create = first in (b"CREATE", b"DO") and b"enum" in text.lower()
        for created in re.finditer(_CREATED, text) if may_create else ():
            name = created[1].lower()
            self._created[name] += 1 if certain else 2
            self._labels[name] = re.findall(_LABEL, created[2])
            self._plain |= {name} if first == b"CREATE" else set()
            for one in [added for added in self._unknown if added[1].lower() == name]:
                self._add(one)
        added = re.match(_ADDED, text) or re.match(_ADDED_BY_BLOCK, text)
        if added and certain:
            self._add(added)

    def _add(self, added: re.Match[bytes]) -> None:
        name, label, where, other = added[1].lower(), added[3], added[4], added[5]
        if name not in self._labels:
            self._unknown.append(added)
            return
        labels = self._labels[name]
        is_again, is_unknown = label in labels, bool(other and other not in labels)
        must_be_new = added.re.pattern == _ADDED and not added[2]
        if is_unknown or (is_again and must_be_new):
            self._created[name] += 2
        if self._created[name] != 1 or is_again:
            return
        at = labels.index(other) + (where.upper() == b"AFTER") if other else len(labels)
        labels.insert(at, label)
        self._added[name].add(label)
        self.is_new = True

    def sent(self, statement: Statement) -> Statement | None:
        """Return the statement to send: CREATE TYPE with all labels, None for ALTER TYPE."""
        if not self._added:
            return statement
        for created in reversed([*re.finditer(_CREATED, statement.text)]):
            if labels := self._labels_of(created[1]):
                statement = statement.with_replaced(*created.span(2), b", ".join(labels))
        alone = re.match(_ADDED, statement.text)
        added = alone or re.match(_ADDED_BY_BLOCK, statement.text)
        if not added or not self._labels_of(added[1], added[3]):
            return statement
        if alone and added[1].lower() in self._plain:
            return None
        missing = b"" if added[2] else b"IF NOT EXISTS "
        return statement.with_replaced(added.start(3), added.start(3), missing)

    def _labels_of(self, name: bytes, label: bytes | None = None) -> list[bytes]:
        """Return all labels of a type if `label`, or any label, moves into its CREATE TYPE."""
        added = self._added.get(name.lower(), set())
        is_added = label in added if label else bool(added)
        return self._labels[name.lower()] if is_added and self._created[name.lower()] == 1 else []


def uses_new_label(error: RunnerError, labels: EnumLabels | None) -> bool:
    """Return whether a run that starts again can use the label that was refused."""
    return labels is not None and labels.is_new and error.sqlstate == _UNCOMMITTED
