"""BEGIN, COMMIT, ROLLBACK and their kin, as gram.y has them. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from runner.psql.sql_text import tokens

_MODE = (
    rb"(?: ,)? (?:ISOLATION LEVEL (?:SERIALIZABLE|REPEATABLE READ|READ COMMITTED|READ UNCOMMITTED)"
    rb"|READ WRITE|READ ONLY|(?:NOT )?DEFERRABLE)"
)
_BEGIN = re.compile(rb"(?:BEGIN(?: WORK| TRANSACTION)?|START TRANSACTION)((?:" + _MODE + rb")*)")
_END = re.compile(
    rb"(COMMIT|END|ROLLBACK|ABORT)(?: WORK| TRANSACTION)?(?: AND( NO)? (CHAIN))?",
)
_SET = re.compile(rb"SET TRANSACTION((?:" + _MODE + rb")+)")
_MOST = 24  # tokens


class Control(NamedTuple):
    """One of these commands; `first` is its first word."""

    first: bytes
    chains: bool = False
    read_only: bool = False

    @property
    def begins(self) -> bool:
        return self.first in (b"BEGIN", b"START")

    @property
    def undoes(self) -> bool:
        return self.first in (b"ROLLBACK", b"ABORT")


def read_control(command: bytes) -> Control | None:
    """The command; None for what a savepoint cannot stand for, such as PREPARE TRANSACTION."""
    text = _words(command)
    if begin := _BEGIN.fullmatch(text):
        return Control(text.split()[0], read_only=b"READ ONLY" in begin[1])
    if end := _END.fullmatch(text):
        return Control(end[1], chains=end[3] is not None and end[2] is None)
    return None


def read_modes(command: bytes) -> bytes | None:
    """The modes that SET TRANSACTION sets; None for any other command, and for a snapshot."""
    found = _SET.fullmatch(_words(command))
    return found[1] if found else None


def _words(command: bytes) -> bytes:
    found = [token.text for _, token in zip(range(_MOST), tokens(command), strict=False)]
    return b" ".join(found[:-1] if found[-1:] == [b";"] else found)
