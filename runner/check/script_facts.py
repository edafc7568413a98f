"""What the text of scripts tells of what they make. Pure.

A guess from first words, not a parse: what a DO block or a function puts together, or an unusual
spelling, is not seen. Nothing that has to be right depends on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice

from runner.check.needs import Needs
from runner.psql.sql_text import catalog_name, tokens

# Only these first words lead to anything here.
_FIRST = re.compile(rb"(?i)\s*(create|alter|drop|grant|revoke|reassign|comment|security|do)\b")
# Most of those, told at a glance.
_OTHER = re.compile(
    rb"(?i)\s*(?:(?:create|alter|drop)\s+"
    rb"(?!role|user|group|database|tablespace|subscription|owned|schema)"
    rb"|comment\s+on\s+(?!role|database|tablespace))[a-z]"
)
# Changes of what all databases of a server share.
_CLUSTER_WIDE = re.compile(
    r"(?:CREATE|ALTER|DROP) (?:ROLE|USER|GROUP|DATABASE|TABLESPACE|SUBSCRIPTION)\b(?! MAPPING\b)"
    r"|(?:GRANT|REVOKE) (?!.* ON )"
    r"|(?:GRANT|REVOKE) .* ON (?:DATABASE|TABLESPACE|PARAMETER)\b"
    r"|(?:REASSIGN|DROP) OWNED\b"
    r"|(?:COMMENT|SECURITY LABEL)\b.* ON (?:ROLE|DATABASE|TABLESPACE)\b"
)
_IN_BODY = re.compile(
    rb"(?i)\b(?:(?:create|alter|drop)\s+(?:role|user|group|database)|owned\s+by)\b"
)
_IN_BODIES = (b"create", b"alter", b"drop", b"owned")
NAME = r'((?:"(?:[^"]|"")+"|[^\s".(;,]+)(?: \. (?:"(?:[^"]|"")+"|[^\s".(;,]+))*)'
_ROLE = re.compile(rf"CREATE (?:ROLE|USER|GROUP) (?!MAPPING ){NAME}")
# What a schema and a seed hardly ever ask for is compiled when they do.
_ROLE_IN_BODY = rf"(?i)\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\s){NAME}"
# A body that looks whether a role is there is content with the one that is.
_ASKED = r"(?i)\b(?:IF|EXCEPTION)\b"
_SCHEMA = re.compile(
    rf"(?i)\bCREATE\s+SCHEMA\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:AUTHORIZATION\s+)?{NAME}"
)
# Enough for the name of whatever is created, and for its table.
_HEAD = 60


@dataclass(slots=True)
class Outline:
    """What scripts create by their text: roles and schemas, names as the catalog has them.

    `shared` is the text, in lower case, of what changes what all databases of a server share.
    `asks_where` is whether a variable tells the scripts which database they are in, or where.
    `needs` is what has to be there.
    """

    shared: str = ""
    asks_where: bool = False
    roles: set[str] = field(default_factory=set)
    needs: Needs = field(default_factory=Needs)
    generated: bool = False  # a query may make such commands

    @property
    def schemas(self) -> set[str]:
        """The schemas that they create."""
        return self.needs.schemas_made

    @property
    def changes_defaults(self) -> bool:
        """Whether the scripts may change what a new session begins with."""
        return self.cluster_wide or self.generated

    @property
    def cluster_wide(self) -> bool:
        """Whether the scripts change what all databases of a server share."""
        return bool(self.shared)

    def see(self, command: bytes, *, certain: bool = True) -> None:
        """Takes the next command of the scripts, which is `certain` to run."""
        self.needs.see(command, certain=certain)
        first = _FIRST.match(command)
        if first is None or _OTHER.match(command):
            return
        if first[1].upper() == b"DO":
            lower = command.lower()
            if not any(word in lower for word in _IN_BODIES):
                return
            text = command.decode("utf-8", "replace")
            if _IN_BODY.search(command):
                self.shared += text.lower()
                if not re.search(_ASKED, text):
                    self.roles |= {catalog_name(name) for name in re.findall(_ROLE_IN_BODY, text)}
            self.schemas.update(catalog_name(name) for name in _SCHEMA.findall(text))
            return
        text = beginning(command)
        if _CLUSTER_WIDE.match(text):
            self.shared += command.decode("utf-8", "replace").lower()
            if role := _ROLE.match(text):
                self.roles.add(catalog_name(role[1]))

    def generates(self, query: bytes) -> None:
        r"""Takes a query whose results are commands, for `\gexec`: mostly they stand in it."""
        if _IN_BODY.search(query):
            self.generated = True


def beginning(command: bytes) -> str:
    """The first tokens with one blank between; words are in upper case, as `tokens` gives them."""
    found = islice(tokens(command), _HEAD)
    return b" ".join(token.text for token in found).decode("utf-8", "replace")
