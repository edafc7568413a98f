"""What to do about a right that is missing, by the server's English text. Pure."""

from __future__ import annotations

import re

from runner import endpoints

_KINDS = "table|view|materialized view|foreign table|sequence|function|procedure|type|language"
# {user} is who runs the scripts, {1} and so on are the groups of the text.
_ADVICE = (
    (
        r"permission denied for schema (.+)",
        "GRANT USAGE, CREATE ON SCHEMA {1} TO {user}; since PostgreSQL 15 not everybody may create"
        " in public.",
    ),
    (r"permission denied for database (.+)", "GRANT CREATE ON DATABASE {1} TO {user};"),
    (r"permission denied to create database", "ALTER ROLE {user} CREATEDB;"),
    (
        r"permission denied to (?:create|alter|drop|rename) role|permission denied to grant role",
        "ALTER ROLE {user} CREATEROLE; since PostgreSQL 16 that covers only roles which {user} has"
        " the ADMIN option of.",
    ),
    (rf"permission denied for (?:{_KINDS}) (\S+)", "Grant {user} what the statement does to {1}."),
    (
        r"must be owner of (?:[a-z ]+ )?(\S+)",
        "Run as the owner of {1}, or let its owner GRANT himself TO {user}.",
    ),
    (
        r"(?:must be able to SET ROLE|must be (?:a )?member of role|permission denied to set role)"
        r" (\S+)",
        "GRANT {1} TO {user};",
    ),
)
_SUPERUSER = re.compile(
    r"must be (?:a )?superuser|[Oo]nly (?:superusers|roles with)|must have privileges of"
    r"|permission denied to (?:create|alter) (?:extension|event trigger|subscription|publication)"
    r'|permission denied to set parameter|permission denied for function "?pg_'
    r"|permission denied for (?:language|foreign-data wrapper|tablespace)"
)
_NO_SUPERUSER = (
    "It takes a superuser, whom the container has. Amazon Aurora has none: rds_superuser may do"
    " part of it (GRANT rds_superuser TO {user};), parameter groups set parameters, and"
    " rds.allowed_extensions lists the extensions."
)
_ON_RDS = " The cluster's master user may grant it: he is a member of rds_superuser."


def advice(message: str, user: str, host: str) -> str | None:
    """The hint for the text of a 42501, insufficient_privilege; None when nothing is known."""
    if _SUPERUSER.search(message):
        return _NO_SUPERUSER.format(user=user)
    for pattern, text in _ADVICE:
        if match := re.search(pattern, message):
            found = text.format(match[0], *match.groups(), user=user)
            return found + (_ON_RDS if endpoints.is_rds(host) else "")
    return None
