"""Fixtures of the tests of modules against real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.integration.applying import Applier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import Server


@pytest.fixture
def apply(tmp_path: Path, fresh_database: str) -> Applier:
    """Applies scripts in this process to a new database."""
    return Applier(tmp_path, fresh_database)


@pytest.fixture
def as_new_role(
    server: Server,
    make_role: Callable[..., str],
    make_database: Callable[..., str],
    tmp_path: Path,
) -> Iterator[Callable[[str], Applier]]:
    """`as_new_role(sql)`: applies scripts as a role of no rights, in a new database.

    `sql` is what the superuser does there first; the role's name stands for each `{role}` in it.
    """
    made: list[Applier] = []
    roles: list[str] = []

    def make(text: str) -> Applier:
        role, conninfo = make_role(), make_database()
        owner = Applier(tmp_path, conninfo)
        owner.sql(text.replace("{role}", role))
        made.append(owner)
        roles.append(role)
        database = str(conninfo_to_dict(conninfo)["dbname"])
        return Applier(tmp_path, server.conninfo(database, user=role))

    yield make
    for owner, role in zip(made, roles, strict=True):
        owner.sql(f"REASSIGN OWNED BY {role} TO postgres; DROP OWNED BY {role}")
