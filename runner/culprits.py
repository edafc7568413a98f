"""Which statement of a script did it, as far as the command tags tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from runner.batches import Batch

# What takes rows, columns or relations away by itself, and what may hide anything.
_STRONG = (b"DROP", b"TRUNCATE", b"DELETE", b"MERGE", b"ALTER", b"DO", b"CALL")
# These do it only through a function, a trigger or a partition. Two are as good as a thousand:
# none of them is certain then.
_WEAK = (b"SELECT", b"INSERT", b"UPDATE", b"COPY", b"DELETE", b"MERGE")
_BLOCKS = (b"DO", b"CALL")
_DROP_SCHEMA = b"DROP SCHEMA"
_LARGEST = 10_000
_TEXT = 4_096


class Suspect(NamedTuple):
    """A statement that may have done it."""

    script: str
    line: int
    tag: bytes
    text: bytes


@dataclass(slots=True)
class Suspects:
    """The statements of one script that may have taken something away."""

    strong: list[Suspect] = field(default_factory=list)
    weak: list[Suspect] = field(default_factory=list)
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

    def settle(self, batch: Batch) -> None:
        """The message has ended: finds the statements of what was noted, in one pass."""
        noted, self.noted = iter(self.noted), []
        wanted = next(noted, None)
        first = 0
        for statement in batch.statements:
            if wanted is None:
                return
            after = first + len(statement.starts)
            while wanted is not None and wanted[0] < after:
                index, tag = wanted
                one = statement.at(index - first)
                found = Suspect(one.source.name, one.line, tag, one.text[:_TEXT])
                (self.strong if _is_strong(tag) else self.weak).append(found)
                wanted = next(noted, None)
            first = after

    def culprit(
        self, names: Sequence[str], tags: Sequence[bytes], schema: str = ""
    ) -> Suspect | None:
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


def _names_relation(one: Suspect, name: str, schema: str) -> bool:
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
