"""What the references of the other databases of a run are built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.connect.queries import fetch, first_rows, statement
from runner.reference.spec import database_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.execute.shared import Shared
    from runner.reference.spec import DatabaseProperties, ReferenceSpec
    from runner.run.context import RunContext


_DATABASES = "SELECT d.datname::pg_catalog.text FROM pg_catalog.pg_database AS d"


def other_specs(
    ctx: RunContext, home: ReferenceSpec, visited: Mapping[str, Shared | None]
) -> Iterator[tuple[str, ReferenceSpec]]:
    r"""Yields each database of a `\connect` with what its reference is built from.

    `visited` has the CREATE DATABASE of those that the scripts make. One that exists already is
    not made; one that is neither there nor made is left to the error of its `\connect`, and a copy
    of the target's database to that of its CREATE DATABASE.
    """
    existing = {name for (name,) in fetch(ctx.session, _DATABASES)}
    for name, create in visited.items():
        spec = home._replace(part=name, made=create)
        if name in existing:
            yield name, spec._replace(properties=_properties(ctx, name, home.properties))
        elif create is not None and create.template != ctx.target.dbname:
            properties = home.properties._replace(schemas=(), settings=())
            yield name, spec._replace(create=create, properties=properties)


def _properties(ctx: RunContext, name: str, home: DatabaseProperties) -> DatabaseProperties:
    """Those of an existing database; the reference belongs to the run's own session."""
    with ctx.connect(name) as conn:
        (row,) = first_rows(conn, statement("reference/target"))
        found = database_properties(row, conn)
    return found._replace(pid=home.pid)
