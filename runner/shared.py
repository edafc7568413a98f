"""What scripts change beyond their database: roles, memberships, settings, rights on databases."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from psycopg import errors, sql

from runner.catalog import ask, load_sql
from runner.snapshot import CatalogObject, ObjectKey, Snapshot
from runner.statements import encoded

if TYPE_CHECKING:
    from collections.abc import Collection

    from psycopg import Connection

    from runner.catalog import ResultSet

# It is not there. Or nobody may, or it is the role of this very session; then a script will say
# that it exists.
_NOT_RENAMED = (
    errors.UndefinedObject,
    errors.InsufficientPrivilege,
    errors.FeatureNotSupported,
)
_KINDS = frozenset({"comment", "database privilege", "role", "role membership", "setting"})


def shared_query(database: str) -> str:
    """The query whose rows `snapshot_of` takes, too; `database` is the name the scripts know."""
    return sql.SQL(load_sql("shared")).format(database=sql.Literal(database)).as_string()


def read_shared(conn: Connection[Any], database: str) -> tuple[ResultSet, ...]:
    """What there is, for `changed`."""
    return tuple(ask(conn, shared_query(database)))


def changed(
    before: Collection[ResultSet], after: Collection[ResultSet], text: str
) -> dict[ObjectKey, CatalogObject]:
    """What scripts of this text have made. Others may change roles, too, at the same time."""
    known = {repr(row) for result in before for row in result.rows}
    return {
        ObjectKey(kind, name): CatalogObject(None, {"definition": definition} if definition else {})
        for result in after
        for row in result.rows
        for kind, _, name, definition, _, roles in [row]
        if repr(row) not in known and all(role.lower() in text for role in roles or () if role)
    }


def set_roles_aside(conn: Connection[Any], roles: Collection[str], prefix: str) -> None:
    """What the scripts create must not be there: a role belongs to all databases.

    Renamed in this transaction, which is rolled back; nobody else sees it.
    """
    for number, role in enumerate(sorted(roles)):
        names = map(sql.Identifier, (role, f"{prefix}_{number}"))
        command = sql.SQL("ALTER ROLE {} RENAME TO {}").format(*names)
        with suppress(*_NOT_RENAMED), conn.transaction():
            conn.execute(encoded(conn, command.as_string()))


def only_as(reference: Snapshot, target: Snapshot) -> Snapshot:
    """The target without what it shares with other databases and the scripts do not make."""
    objects = {
        key: entry
        for key, entry in target.objects.items()
        if key.object not in _KINDS or key in reference.objects
    }
    return target._replace(objects=objects)


def has_shared(snapshot: Snapshot) -> bool:
    """Whether the scripts make any of it."""
    return any(key.object in _KINDS for key in snapshot.objects)
