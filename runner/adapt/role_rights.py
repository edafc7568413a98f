"""Lets a role that is no superuser do what a superuser may with the scripts' roles and rows.

During the run it is a member of the roles that the scripts make, owners may create objects in the
schemas that they get something in, and FORCE ROW LEVEL SECURITY is deferred to the end of a script.
Everything is taken back before COMMIT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from runner.adapt.transaction_effects import filled
from runner.check.script_facts import ScriptFacts
from runner.connect.queries import statement as own_statement
from runner.connect.session import Session
from runner.psql.sql_text import catalog_name, first_words, tokens
from runner.psql.steps import Statement

_NAME = rb"(?:\"(?:[^\"]|\"\")+\"|[\w\x80-\xff][\w$\x80-\xff]*)"
_NAMES = rb"(?:\"(?:[^\"]|\"\")+\"|[\w$\x80-\xff]|\s*,\s*)+"
_KIND = rb"\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\b)"
_MAKES = re.compile(rb"(?i)\bCREATE" + _KIND)
_MAKES_OR_ASKS = re.compile(rb"(?i)\bCREATE%b|\b(?:rol|use)name\b" % _KIND)
_AUTHORIZES = re.compile(
    rb"(?i)SET\s+(LOCAL\s+)?(?:SESSION\s+)??SESSION\s+AUTHORIZATION\s+(?!DEFAULT\b)"
)
_OWNS = re.compile(rb"(?i)\bOWNE(?:R|D\s+BY\s[^;]*?)\s+TO\s+(" + _NAME + rb")")
_REASSIGNS = re.compile(rb"(?i)REASSIGN\s+OWNED\s+BY\s+(%b)\s+TO\s+(%b)" % (_NAMES, _NAME))
# GRANT and REVOKE of memberships, and the ADMIN option.
_MEMBERSHIPS = (
    re.compile(
        rb"(?i)\b(?:GRANT|(?P<takes>REVOKE))\s+(?P<roles>%b)\s+(?:TO|FROM)\s+(?P<members>%b)"
        rb"(?P<admin>\s+WITH\s+ADMIN\s+(?:OPTION|TRUE))?" % (_NAMES, _NAMES)
    ),
    re.compile(
        rb"(?i)\b(?:CREATE|ALTER)%b(?P<roles>%b)[^;]*?(?<!\bIN)(?:\s+(?P<takes>DROP)\s+USER"
        rb"|(?P<admin>\s+ADMIN)|\s+(?:ROLE|USER))\s+(?P<members>%b)" % (_KIND, _NAME, _NAMES)
    ),
)
# A body that composes the name: format('GRANT %I TO CURRENT_USER', 'app').
_GRANTS_BY_TEXT = re.compile(
    rb"(?i)'\s*GRANT\s(?=[^;]*?[%|])(?:(?!\bON\b)[^;])*?\bTO\b['|\s]+"
    rb"(?:CURRENT_USER|CURRENT_ROLE|SESSION_USER)\b[^;]*"
)
_IN_QUOTES = re.compile(rb"'\"?([\w$]+)\"?'")
# RESET ALL would lose the list of deferred tables; other roles are subject to their policies.
_FORCES = re.compile(
    rb"(?i)\bFORCE\s+ROW\s+LEVEL\s|\A\s*RESET\s+ALL\b"
    rb"|\b(?:RE)?SET\s+(?:(?:LOCAL|SESSION)\s+)*(?:ROLE|AUTHORIZATION)\b"
)
_FIRST = frozenset(b"CREATE DO SELECT CALL ALTER REASSIGN GRANT REVOKE SET RESET".split())
_CALLS = frozenset({b"SELECT", b"CALL", b"DO"})
# Text in a body that may make a role.
_MAY_MAKE = frozenset({b"ROLE", b"USER", b"GROUP", b"EXECUTE", b"PERFORM", b"CALL"})
_LOOKED_AT = 1 << 20  # bytes of a statement
# A role that this one creates is granted to it at once (since 16).
_SELF_GRANT = b"SET LOCAL createrole_self_grant = 'set, inherit';"
_SELF = frozenset({"current_user", "current_role", "session_user"})


class RoleRights:
    """The rights of one run whose role is no superuser.

    `registry` is the schema that stays the role's own. With `act_at_once`, which lets all
    sessions of the run act for older roles if it can, statements about roles run on another
    connection, whose caller uses `making`.
    """

    def __init__(
        self,
        conn: Session,
        facts: ScriptFacts,
        registry: str,
        act_at_once: Callable[[Collection[str]], bool] | None,
    ) -> None:
        self._act_at_once = act_at_once
        self._is_recent = conn.info.server_version >= 160000
        self._facts = facts
        self._registry = registry
        self._user = conn.info.user
        self._self = _SELF | {self._user}
        self._kept: set[str] = set()  # roles that the scripts grant to this one
        self._kept_admin: set[str] = set()  # the same with the ADMIN option
        self._roles = _names(facts.shared.encode())  # and other words of the same texts
        self._has_maker = False  # whether a routine may make roles
        self._has_edited = False  # whether a routine was sent with `act_for` in its body

    def settings(self) -> tuple[bytes, ...]:
        """Return the commands that let the runner see what earlier runs made for these roles."""
        return self._act_for(self._roles) if self._roles else ()

    def _act_for(self, names: Collection[str]) -> tuple[bytes, ...]:
        names = {name.lower() for name in names} - self._self
        is_done = self._act_at_once is not None and self._act_at_once(names)
        return () if is_done else (act_for(names),)

    def begin(self) -> tuple[bytes, ...]:
        own = (_SELF_GRANT,) if self._is_recent else ()
        return (*own, *self.settings(), *self.end_force())

    def end_force(self) -> tuple[bytes, ...]:
        """Return the command that shows the role all rows despite FORCE ROW LEVEL SECURITY."""
        return (filled("no_force", names=self._facts.forced),) if self._facts.forced else ()

    def end(self) -> tuple[bytes, ...]:
        return (b"RESET SESSION AUTHORIZATION;", filled("force")) if self._facts.forced else ()

    def around(self, statement: Statement) -> tuple[Statement, list[bytes], list[bytes]]:
        """Return the statement as this role may run it, and the commands before and after it."""
        words = first_words(statement.text, 2)
        if _FIRST.isdisjoint(words[:1]):
            return statement, [], []
        text = statement.text[:_LOOKED_AT]
        before, after = ([], []) if self._act_at_once else self.making(text)
        makes = bool(before)
        owners = {name for one in _OWNS.findall(text) for name in _names(one)}
        if owners and words[1:] != (b"DATABASE",):
            before.append(filled("let_own", names=owners))
            after.append(filled("let_own_no_more"))
        if _FORCES.search(text):
            self._facts.add_forced(text)  # a shell script's are not known before
        if self._facts.forced and _FORCES.search(text):
            before.append(filled("force"))
            after += self.end_force()
        if words == (b"RESET", b"ALL"):
            after += self.begin()
        statement = self._edited(statement, text, after)
        if makes and words[0] in (b"DO", b"CREATE") and not self._is_recent:
            statement = _grant_new_roles(statement)
            self._has_edited |= words[0] == b"CREATE"
        return statement, before, after

    def making(self, text: bytes) -> tuple[list[bytes], list[bytes]]:
        """Return the commands before and after a statement that may make roles."""
        words = first_words(text, 2)
        calls = self._has_maker and words[0] in _CALLS
        if not (calls or _MAKES.search(text)):
            return [], []
        self._has_maker |= words[0] == b"CREATE" and words[1] not in _MAY_MAKE
        known = [act_for(_names(text) - self._self)] if calls else []
        return [*known, own_statement("adapt/note_roles").encode()], [act_for(())]

    def if_they_exist(self, text: bytes) -> tuple[bytes, ...]:
        """Return the command before a statement of a shell script that makes or looks for roles."""
        return self._act_for(_names(text)) if _MAKES_OR_ASKS.search(text) else ()

    def _edited(self, statement: Statement, text: bytes, after: list[bytes]) -> Statement:
        if (found := _REASSIGNS.match(text)) and _names(found[1]) & self._self:
            groups = map(_names, found.groups())
            old, heir = ({self._user if name in _SELF else name for name in one} for one in groups)
            command = filled("reassign", old=old, new=heir, kept={self._registry})
            return statement.with_replaced(0, len(statement.text), command)
        if found := _AUTHORIZES.match(text):
            return statement.with_replaced(*found.span(), b"SET %bROLE " % (found[1] or b""))
        edits = []
        for found in (one for pattern in _MEMBERSHIPS for one in pattern.finditer(text)):
            roles = _names(found["roles"])
            if self._self.isdisjoint(_names(found["members"])):
                continue
            if found["takes"]:
                self._kept -= roles
                after.append(act_for(roles))
            else:
                (self._kept_admin if found["admin"] else self._kept).update(roles)
            # Since 16 the creator has the ADMIN option, and cannot grant it to itself.
            if found["admin"] and self._is_recent:
                edits.append(self._without_self(found))
        for by_text in _GRANTS_BY_TEXT.finditer(text):
            named = _names(by_text[0]) & _names(b" ".join(_IN_QUOTES.findall(text)))
            self._kept |= named or _names(text)  # a variable holds the name
        for start, end, new in sorted(edits, reverse=True):
            statement = statement.with_replaced(start, end, new)
        return statement

    def _without_self(self, found: re.Match[bytes]) -> tuple[int, int, bytes]:
        """Return the start and end of the text that names the role itself, and the new text."""
        members = re.findall(_NAME, found["members"])
        if others := [one for one in members if _names(one).isdisjoint(self._self)]:
            return *found.span("members"), b", ".join(others)
        return found.start("admin"), max(found.end("admin"), found.end("members")), b""

    def taken_back(self) -> tuple[str, ...]:
        """Return the commands that revoke the memberships, after the end of `end_force`."""
        commands = [filled("force")] if self._facts.forced else []
        if self._has_edited:
            commands.append(filled("restore_bodies", inserted={act_for(()).decode()}))
        commands.append(filled("act_no_more", kept=self._kept, kept_admin=self._kept_admin))
        return tuple(one.decode() for one in commands)


def act_for(names: Collection[str], member: str = "CURRENT_USER") -> bytes:
    """Return the command, on one line, that makes `member`, as SQL, a member of some roles.

    They are the given names that are roles, roles whose names are composed of these, and roles made
    since `note_roles`.
    """
    names = {"", *(name.lower() for name in names)}
    lines = filled("act_for", names=names, member=member).split(b"\n")
    return b" ".join(line.strip() for line in lines if not line.startswith(b"--"))


def _grant_new_roles(block: Statement) -> Statement:
    """Return a DO block, or a routine, that lets the role act for each role it makes at once."""
    places = []
    for token in tokens(block.text):
        if token.kind == "dollar":
            tag = token.text.index(b"$", 1) + 1
            makes = False  # whether the statement may make a role
            for inner in tokens(token.text[tag:-tag]):
                makes = makes or inner.text in _MAY_MAKE
                if inner.text == b";" and makes:
                    makes = False
                    places.append(token.offset + tag + inner.offset + 1)
    for place in reversed(places):
        block = block.with_replaced(place, place, act_for(()))
    return block


def _names(text: bytes) -> set[str]:
    return {catalog_name(name.decode("utf-8", "replace")) for name in re.findall(_NAME, text)}
