"""What a superuser may do with roles and rows of the scripts, for a role that is none.

While the run lasts it is a member of the roles that the scripts make, their owners may create where
they get something, and FORCE ROW LEVEL SECURITY waits for the end of a script. All of it is taken
back before COMMIT.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runner.execute.transaction_effects import filled
from runner.psql.sql_text import catalog_name, first_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from runner.check.script_facts import ScriptFacts
    from runner.connect.session import Session
    from runner.psql.steps import Statement


_NAME = rb"(\"(?:[^\"]|\"\")+\"|[\w\x80-\xff][\w$\x80-\xff]*)"
_NAMES = rb"((?:\"(?:[^\"]|\"\")+\"|[\w$\x80-\xff]|\s*,\s*)+)"
_MAKES = re.compile(rb"(?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\b)")
# Of a block's body: what may make a role, and the end of a statement.
_MAKES_IN_BODY = re.compile(
    rb"(?is)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|(;)|(\bEXECUTE\b|" + _MAKES.pattern[4:] + rb")"
)
_IS_BODY = re.compile(rb"(?i)DO\s+(?:LANGUAGE\s+\S+\s+)?\$")
_AUTHORIZES = re.compile(
    rb"(?i)SET\s+(LOCAL\s+)?(?:SESSION\s+)??SESSION\s+AUTHORIZATION\s+(?!DEFAULT\b)"
)
_OWNS = re.compile(rb"(?i)\bOWNE(?:R|D\s+BY\s[^;]*?)\s+TO\s+" + _NAME)
_REASSIGNS = re.compile(rb"(?i)REASSIGN\s+OWNED\s+BY\s+" + _NAMES + rb"\s+TO\s+" + _NAME)
_GRANTS = re.compile(
    rb"(?i)\b(?:GRANT|(REVOKE))\s+"
    + _NAMES
    + rb"\s+(?:TO|FROM)\s+"
    + _NAMES
    + rb"(\s+WITH\s+ADMIN\s+(?:OPTION|TRUE))?"
)
# RESET ALL would forget which tables wait; another role sees what their policies show to it.
_FORCES = re.compile(
    rb"(?i)\bFORCE\s+ROW\s+LEVEL\s|\A\s*RESET\s+ALL\b"
    rb"|\b(?:RE)?SET\s+(?:(?:LOCAL|SESSION)\s+)*(?:ROLE|AUTHORIZATION)\b"
)
_FIRST = frozenset(b"CREATE DO SELECT CALL ALTER REASSIGN GRANT REVOKE SET RESET".split())
_CALLS = frozenset({b"SELECT", b"CALL", b"DO"})
_KINDS = frozenset({b"ROLE", b"USER", b"GROUP"})
_LOOKED_AT = 1 << 20  # bytes of a statement
# A role that this one creates is granted to it at once (since 16).
_SELF_GRANT = b"SET LOCAL createrole_self_grant = 'set, inherit';"
_SELF = frozenset({"current_user", "current_role", "session_user"})


class RoleRights:
    """Of one run, whose role is no superuser.

    `registry` is the schema that stays the role's own. With `is_routed` statements about roles do
    not run among the others: who runs them calls `made`.
    """

    def __init__(
        self, conn: Session, facts: ScriptFacts, registry: str, *, is_routed: bool
    ) -> None:
        self._is_routed = is_routed
        self._is_recent = conn.info.server_version >= 160000
        self._forced = facts.forced
        self._registry = registry
        self._user = conn.info.user
        self._self = _SELF | {self._user}
        self._kept: set[str] = set()  # roles that the scripts grant to this one
        self._kept_admin: set[str] = set()  # those of them with the ADMIN option
        self._roles = _names(facts.shared.encode())  # and other words
        self._has_maker = False  # a routine that makes roles

    def settings(self) -> tuple[bytes, ...]:
        """The commands that let the runner see what earlier runs have made for these roles."""
        return (act_for(self._roles - self._self),) if self._roles else ()

    def begin(self) -> tuple[bytes, ...]:
        """The commands for each new session of the scripts."""
        own = (_SELF_GRANT,) if self._is_recent else ()
        return (*own, *self.settings(), *self.end_force())

    def end_force(self) -> tuple[bytes, ...]:
        """The command that lets the role see the rows of tables with FORCE ROW LEVEL SECURITY."""
        return (filled("no_force", names=self._forced),) if self._forced else ()

    def end(self) -> tuple[bytes, ...]:
        """The commands for the end of such a session."""
        return (b"RESET SESSION AUTHORIZATION;", _force()) if self._forced else ()

    def around(self, statement: Statement) -> tuple[Statement, list[bytes], list[bytes]]:
        """The statement as this role may run it, and the commands before and after it."""
        before: list[bytes] = []
        after: list[bytes] = []
        words = first_words(statement.text, 2)
        if _FIRST.isdisjoint(words[:1]):
            return statement, before, after
        text = statement.text[:_LOOKED_AT]
        if self._has_maker and words[0] in _CALLS:
            before.append(self._act_for(text))
            after.append(before[0])
        owners = {name for one in _OWNS.findall(text) for name in _names(one)}
        if owners and words[1:] != (b"DATABASE",):
            before.append(filled("let_own", names=owners))
            after.append(filled("let_own_no_more"))
        if self._forced and _FORCES.search(text):
            before.append(_force())
            after += self.end_force()
        if words == (b"RESET", b"ALL"):
            after += self.begin()
        if not self._is_routed:
            made = self.made(text)
            self._has_maker |= bool(made) and words[0] == b"CREATE" and words[1] not in _KINDS
            after = [*made, *after]
        return self._edited(statement, text, after), before, after

    def _edited(self, statement: Statement, text: bytes, after: list[bytes]) -> Statement:
        if (found := _REASSIGNS.match(text)) and _names(found[1]) & self._self:
            old = {self._user if name in _SELF else name for name in _names(found[1])}
            command = filled("reassign", old=old, new=_names(found[2]), kept={self._registry})
            return statement.with_replaced(0, len(statement.text), command)
        if found := _AUTHORIZES.match(text):
            return statement.with_replaced(*found.span(), b"SET %bROLE " % (found[1] or b""))
        for found in reversed([*_GRANTS.finditer(text)]):
            names = _names(found[2])
            if not _names(found[3]) <= self._self:
                continue
            if found[1]:
                self._kept -= names
                after.append(act_for(names))
            else:
                (self._kept_admin if found[4] else self._kept).update(names)
            # Since 16 it has the option, and cannot grant it to itself.
            if found[4] and self._is_recent:
                statement = statement.with_replaced(*found.span(4), b"")
        if (
            not (self._is_recent or self._is_routed)
            and _MAKES.search(text)
            and _IS_BODY.match(text)
        ):
            # With a $ in it the command might end the body: `END$$` looks like a name.
            command = act_for({one for one in _names(text) - self._self if "$" not in one})
            for place in reversed([*_after_makers(text)]):
                statement = statement.with_replaced(place, place, command)
        return statement

    def made(self, text: bytes) -> list[bytes]:
        """The command for the roles that a statement makes, if it may make any."""
        return [self._act_for(text)] if _MAKES.search(text) else []

    def _act_for(self, text: bytes) -> bytes:
        return act_for(_names(text) - self._self)

    def taken_back(self) -> tuple[str, ...]:
        """The commands that take the memberships back, after FORCE ROW LEVEL SECURITY is."""
        back = filled("act_no_more", kept=self._kept, kept_admin=self._kept_admin)
        return tuple(one.decode() for one in ((_force(), back) if self._forced else (back,)))


def act_for(names: Collection[str]) -> bytes:
    """The command that lets the session's role act for those of the names that are roles."""
    return filled("act_for", names={name.lower() for name in names})


def _after_makers(body: bytes) -> Iterator[int]:
    """The ends of the statements in a body that may make a role."""
    makes = False
    for found in _MAKES_IN_BODY.finditer(body):
        makes = makes or found[2] is not None
        if found[1] and makes:
            makes = False
            yield found.end()


def _force() -> bytes:
    return filled("force")


def _names(text: bytes) -> set[str]:
    """The names of a list."""
    return {catalog_name(name.decode("utf-8", "replace")) for name in re.findall(_NAME, text)}
