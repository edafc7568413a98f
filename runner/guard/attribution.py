"""After which script a change was first seen, and which line made it, if that is certain. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from runner.guard.effects import (
    COLUMN,
    DELETED,
    DROPPED,
    TRUNCATED,
    UNFED,
    UNLINKED,
    Change,
    Effects,
    Inventory,
    in_place,
    objects_lost,
    of_others,
    table_changes,
    unfed,
    vanished,
)

if TYPE_CHECKING:
    from runner.psql.steps import Statements


# What takes rows, columns or relations away by itself, and what may hide anything.
_STRONG = (b"DROP", b"TRUNCATE", b"DELETE", b"MERGE", b"ALTER", b"DO", b"CALL")
# These do it only through a function, a trigger or a partition. Two are as good as a thousand:
# none of them is certain then.
_WEAK = (b"SELECT", b"INSERT", b"UPDATE", b"COPY", b"DELETE", b"MERGE")
_BLOCKS = (b"DO", b"CALL")
_DROP_SCHEMA = b"DROP SCHEMA"
_LARGEST = 10_000
_TEXT = 4_096

_NAME = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')
# The statements that do it openly, the likeliest first.
_TAGS = {
    DROPPED: (b"DROP",),
    UNFED: (b"DROP", b"ALTER"),
    TRUNCATED: (b"TRUNCATE",),
    DELETED: (b"DELETE", b"MERGE"),
    UNLINKED: (),
    COLUMN: (b"ALTER", b"DROP"),
}


class CandidateStatement(NamedTuple):
    """A statement that may have done it."""

    script: str
    line: int
    tag: bytes
    text: bytes


@dataclass(slots=True)
class CandidateStatements:
    """The statements of one script that may have taken something away."""

    strong: list[CandidateStatement] = field(default_factory=list)
    weak: list[CandidateStatement] = field(default_factory=list)
    noted: list[tuple[int, bytes]] = field(default_factory=list)  # of the message under way
    seen: int = 0  # weak ones, noted or settled

    @property
    def has_enough(self) -> bool:
        """Whether another weak one would tell nothing more."""
        return self.seen > 1

    def note(self, index: int, tag: bytes) -> None:
        """The command of this index in the message has ended with this tag."""
        if _is_strong(tag):
            if len(self.strong) + len(self.noted) < _LARGEST:
                self.noted.append((index, tag))
        elif tag.startswith(_WEAK) and not self.has_enough:
            self.seen += 1
            self.noted.append((index, tag))

    def settle(self, statements: Sequence[Statements]) -> None:
        """The message has ended: finds the statements of what was noted, in one pass."""
        noted, self.noted = iter(self.noted), []
        wanted = next(noted, None)
        first = 0
        for statement in statements:
            if wanted is None:
                return
            after = first + len(statement.starts)
            while wanted is not None and wanted[0] < after:
                index, tag = wanted
                one = statement.at(index - first)
                found = CandidateStatement(one.source.name, one.line, tag, one.text[:_TEXT])
                (self.strong if _is_strong(tag) else self.weak).append(found)
                wanted = next(noted, None)
            first = after

    def responsible(
        self, names: Sequence[str], tags: Sequence[bytes], schema: str = ""
    ) -> CandidateStatement | None:
        """The statement that did something to a relation; None when it is not certain.

        `names` are the relation's and those of its columns that are meant. `tags` are those of
        the statements that do such a thing openly, the likeliest first.
        """
        fitting = [one for one in self.strong if one.tag.startswith((*tags, *_BLOCKS))]
        named = [one for one in fitting if _names_relation(one, names[0], schema)]
        for tag in tags:
            openly = [one for one in named if one.tag.startswith(tag)]
            if openly:
                if len({one.tag == _DROP_SCHEMA for one in openly}) > 1:
                    return None
                return next((one for one in openly if _names(one.text, names[1:])), openly[0])
        anyone = [*fitting, *self.weak]
        return anyone[0] if len(anyone) == 1 else None


def _is_strong(tag: bytes) -> bool:
    return tag.startswith(_STRONG) and not tag.endswith(b" 0")


def _names_relation(one: CandidateStatement, name: str, schema: str) -> bool:
    """Whether a statement names a relation, and not one of this name in another schema."""
    if one.tag == _DROP_SCHEMA and schema:
        return _names(one.text, [schema])
    pattern = rb"(?i)(?:([\w$]+|\"[^\"]+\")\s*\.\s*)?" + _word(name)
    given = (found[1] for found in re.finditer(pattern, one.text))
    return any(not of or not schema or _same(of, schema) for of in given)


def _same(given: bytes, schema: str) -> bool:
    return given.strip(b'"').lower() == schema.encode().lower()


def _names(text: bytes, names: Sequence[str]) -> bool:
    return all(re.search(rb"(?i)" + _word(name), text) for name in names)


def _word(name: str) -> bytes:
    return rb"(?<![\w$])\"?" + re.escape(name.encode()) + rb"\"?(?![\w$])"


@dataclass(slots=True)
class LossAttribution:
    """After which script a change was first seen, and what that script ran."""

    before: Inventory
    first: dict[tuple[int, str], int]
    scripts: list[tuple[str, CandidateStatements]]

    def saw(self, now: Effects) -> None:
        """The effects after the last of `scripts`."""
        if not self.scripts:
            return
        last = len(self.scripts) - 1
        for change in self._all(now):
            self.first.setdefault(change.key, last)

    def _all(self, now: Effects) -> Iterator[Change]:
        for change in table_changes(self.before, now):
            yield change
            if change.cause == TRUNCATED:  # or only rewritten, and changed in place too
                yield from in_place(change.table, now.relations[change.table.oid])
        gone = dict.fromkeys(vanished(self.before, now), "")
        yield from of_others(self.before, now, gone)
        yield from unfed(self.before, now)
        yield from objects_lost(self.before, now)

    def place(self, change: Change, columns: Sequence[str] = ()) -> tuple[str | None, int | None]:
        """The script that did it, and the line, as far as both are certain.

        `columns` are the names of those that the table lost.
        """
        index = self.first.get(change.key)
        if index is None:
            return None, None
        script, candidates = self.scripts[index]
        schema, bare = _parts(change.feed.name if change.feed else change.table.name)
        found = candidates.responsible([bare, *columns], _TAGS[change.cause], schema)
        return (found.script, found.line) if found else (script, None)


def _parts(name: str) -> tuple[str, str]:
    """Schema and name of a relation, as the catalog has them."""
    found = [(one[1] or one[2]).replace('""', '"') for one in _NAME.finditer(name)]
    return ("", *found)[-2], found[-1]
