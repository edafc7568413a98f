"""What a superuser may do with the roles of the scripts, for a role that is none.

While the run lasts it is a member of the roles that the scripts make, and their owners may create
where they get something. All of it is taken back before COMMIT.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.errors import ScriptError
from runner.execute.shared import shared
from runner.execute.transaction_effects import filled
from runner.psql.sql_text import catalog_name

if TYPE_CHECKING:
    from collections.abc import Collection

    from runner.connect.session import Session
    from runner.psql.steps import Statement


_NAME = rb"(\"(?:[^\"]|\"\")+\"|[\w$\x80-\xff]+)"
_MAKES = re.compile(rb"(?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\b)" + _NAME)
_OWNS = re.compile(rb"(?i)\bOWNE(?:R|D\s+BY\s[^;]*?)\s+TO\s+" + _NAME)
_GIVES = re.compile(rb"(?i)(?:\bBY|,)\s+" + _NAME)
_FIRST = frozenset(b"CREATE DO SELECT ALTER REASSIGN GRANT".split())
_LOOKED_AT = 1 << 20  # bytes of a statement
# A role that this one creates is granted to it at once (since 16).
_SELF_GRANT = b"SET LOCAL createrole_self_grant = 'set, inherit';"
_SELF = frozenset({"current_user", "current_role", "session_user"})


class RoleRights:
    """Of one run, whose role is no superuser.

    `settings` are commands for each new session of the scripts. With `is_routed` statements about
    roles do not run among the others: who runs them calls `made`.
    """

    def __init__(self, conn: Session, *, is_routed: bool) -> None:
        self._is_routed = is_routed
        is_recent = conn.info.server_version >= 160000
        self.settings = (_SELF_GRANT,) if is_recent else ()
        self._self = _SELF | {conn.info.user}
        self._kept: set[str] = set()  # roles that the scripts grant to this one

    def around(self, statement: Statement, first: bytes) -> tuple[list[bytes], list[bytes]]:
        """The commands before and after a statement, whose first word is given."""
        before: list[bytes] = []
        after: list[bytes] = []
        if first not in _FIRST:
            return before, after
        text = statement.text[:_LOOKED_AT]
        if first == b"GRANT":
            self._see_grant(statement)
        elif first == b"REASSIGN" and not self._self.isdisjoint(_names(_GIVES, text)):
            raise ScriptError(
                "REASSIGN OWNED would give away the database, too",
                place=statement.source.place(statement.file_offset(0)),
                hint="In the container it fails: that role owns the system. Write ALTER … OWNER TO"
                " for each object.",
            )
        elif owners := _names(_OWNS, text):
            before.append(filled("let_own", names=owners))
            after.append(filled("let_own_no_more"))
        return before, after if self._is_routed else [*self.made(text), *after]

    def made(self, text: bytes) -> list[bytes]:
        """The command for the roles that the text of a statement makes, if it makes any."""
        names = _names(_MAKES, text)
        return [act_for(names - self._self)] if names else []

    def _see_grant(self, statement: Statement) -> None:
        found = shared(statement)
        if found is not None and len(found.roles) > 1 and not self._self.isdisjoint(found.roles[1]):
            self._kept.update(found.roles[0])

    def taken_back(self) -> str:
        """The command that takes the memberships back."""
        return filled("act_no_more", kept=self._kept).decode()


def act_for(names: Collection[str]) -> bytes:
    """The command that lets the session's role act for roles that have just been made."""
    return filled("act_for", names=names)


def _names(pattern: re.Pattern[bytes], text: bytes) -> set[str]:
    return {catalog_name(name.decode("utf-8", "replace")) for name in pattern.findall(text)}
