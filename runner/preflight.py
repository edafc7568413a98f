"""What is missing on the target before the first script: all of it at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from psycopg import sql

from runner.errors import Refused
from runner.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from runner.needs import Needs

# Where unqualified names are made, for preflight.sql: asked with the session's own search_path.
SCHEMA = (
    "SELECT FROM (SELECT pg_catalog.set_config('runner.schema',"
    " pg_catalog.current_schema()::pg_catalog.text, true) OFFSET 0) AS s (made_in)"
    " WHERE s.made_in IS NULL;"
)
_RIGHTS = {
    "schemas": "GRANT CREATE ON DATABASE {database} TO {user};",
    "roles": "ALTER ROLE {user} CREATEROLE;",
}


def question(needs: Needs) -> str:
    """The statements that ask, the answer to which `missing` takes."""
    asked = sql.Literal(needs.to_text()).as_string()
    return f"SET LOCAL runner.needs = {asked}; {statement('preflight')}"


def missing(needs: Needs, answer: str, user: str) -> Iterator[Refused]:
    """Yields each thing that is missing, and what to do about it."""
    found = json.loads(answer)
    if needs.schema and not found["may_create"]:
        schema = found["schema"]
        yield Refused(
            f"the role {user} may not create in the schema {schema}"
            if schema
            else f"there is no schema in which the role {user} may create",
            hint=_grant(schema or "public", user)
            + "; since PostgreSQL 15 not everybody may create in public.",
        )
    for name in found["closed"]:
        if not (needs.schema and name == found["schema"]):
            yield Refused(
                f"the role {user} may not create in the schema {name}",
                hint=_grant(name, user) + ";",
            )
    for what, right in _RIGHTS.items():
        if what in needs.makes and what not in found["may_make"]:
            yield Refused(
                f"the role {user} may not create {what}",
                hint=right.format(user=user, database=found["database"]),
            )
    for name in found["extensions"]:
        yield Refused(
            f"the server does not have the extension {name}",
            hint=f"Look into pg_available_extensions on the target for {name}.",
        )
    for name in found["roles"]:
        yield Refused(
            f"there is no role {name}, which the scripts name", hint=f"CREATE ROLE {name};"
        )


def _grant(schema: str, user: str) -> str:
    return f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {user}"


def require(found: Sequence[Refused]) -> None:
    """Raises one Refused for all that is missing."""
    if len(found) == 1:
        raise found[0]
    if found:
        raise Refused(
            "the target lacks what the scripts need",
            detail="\n".join(one.message for one in found),
            hint="\n".join(dict.fromkeys(one.hint for one in found if one.hint)),
        )
