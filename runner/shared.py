"""What scripts change beyond their database: roles, memberships, settings, rights on databases."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from psycopg import errors, sql

from runner.catalog import ask, rows_as_json
from runner.snapshot import CatalogObject, ObjectKey, Snapshot
from runner.statements import encoded, statement

if TYPE_CHECKING:
    from collections.abc import Collection

    from psycopg import Connection

    from runner.errors import StatementFailed
    from runner.outline import Outline

    Row = dict[str, Any]


# It is not there. Or nobody may, or it is the role of this very session; then a script will say
# that it exists.
_NOT_RENAMED = (
    errors.UndefinedObject,
    errors.InsufficientPrivilege,
    errors.FeatureNotSupported,
)
_DUPLICATE_OBJECT = "42710"
# Translations quote in other ways.
_QUOTED = re.compile('["«»“„‟”](.+)["«»“”]')
_KINDS = frozenset({"comment", "database privilege", "role", "role membership", "setting"})


def shared_queries(outline: Outline, database: str) -> tuple[str, ...]:
    """What a snapshot asks beside the rest, where the scripts change what databases share.

    `database` is the name that the scripts know.
    """
    query = sql.SQL(statement("shared")).format(database=sql.Literal(database)).as_string()
    return (query,) if outline.cluster_wide else ()


def read_shared(conn: Connection[Any], outline: Outline, database: str) -> list[Row]:
    """What there is, for `changed`; nothing where the scripts do not change it. One round trip."""
    found: list[Row] = []
    for query in shared_queries(outline, database):
        (((answer,),),) = ask(conn, f"SELECT {rows_as_json(query)}::text")
        found += json.loads(answer)
    return found


def changed(
    before: Collection[Row], after: Collection[Row], text: str
) -> dict[ObjectKey, CatalogObject]:
    """What scripts of this text have made. Others may change roles, too, at the same time."""
    known = {repr(row) for row in before}
    found = {}
    for row in after:
        roles = filter(None, row["?roles"] or ())
        if repr(row) not in known and all(role.lower() in text for role in roles):
            properties = {"definition": row["definition"]} if row["definition"] else {}
            found[ObjectKey(row["object"], row["name"])] = CatalogObject(None, properties)
    return found


def set_roles_aside(conn: Connection[Any], roles: Collection[str], prefix: str) -> None:
    """What the scripts create must not be there: a role belongs to all databases.

    Renamed in this transaction, which is rolled back; nobody else sees it.
    """
    for number, role in enumerate(sorted(roles)):
        names = map(sql.Identifier, (role, f"{prefix}_{number}"))
        command = sql.SQL("ALTER ROLE {} RENAME TO {}").format(*names)
        with suppress(*_NOT_RENAMED), conn.transaction():
            conn.execute(encoded(conn, command.as_string()))


def role_in_the_way(error: StatementFailed) -> str | None:
    """The role that a script has found there already, in a statement that hides its name."""
    found = _QUOTED.search(error.message) if error.sqlstate == _DUPLICATE_OBJECT else None
    return found[1] if found else None


def only_as(reference: Snapshot, target: Snapshot) -> Snapshot:
    """The target without what it shares with other databases and the scripts do not make."""
    objects = {
        key: entry
        for key, entry in target.objects.items()
        if key.object not in _KINDS or key in reference.objects
    }
    return target._replace(objects=objects)
