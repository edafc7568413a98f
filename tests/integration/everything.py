"""Databases built by everything.sql."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from tests.conftest import create_database, drop_database
from tests.servers import Server, unique_name

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(__file__).with_name("everything.sql")
# Roles belong to the cluster, so the script finds them there.
ROLES = ("everything_reader", "everything_writer", "everything_owner")
# With those of the script, 300 objects and more.
BULK = """
DO $$
BEGIN
  FOR i IN 1..40 LOOP
    EXECUTE format(
      'CREATE TABLE spare.bulk_%s (id serial PRIMARY KEY, parent integer REFERENCES app.account,
         name varchar(255) UNIQUE, made timestamptz DEFAULT now())', i);
    EXECUTE format('CREATE INDEX ON spare.bulk_%s (parent, made)', i);
    EXECUTE format('CREATE VIEW spare.view_%s AS SELECT id, name FROM spare.bulk_%s', i, i);
    EXECUTE format('CREATE TRIGGER touch BEFORE UPDATE ON spare.bulk_%s FOR EACH ROW
                    EXECUTE FUNCTION app.touch()', i);
  END LOOP;
END
$$
"""


@contextmanager
def database(server: Server, *scripts: str, template: str = "template0") -> Iterator[str]:
    """A new database in which the scripts ran, in one transaction; its superuser's conninfo."""
    name = unique_name()
    with psycopg.connect(server.conninfo(), autocommit=True) as admin:
        make_roles(admin)
        create_database(admin, name, sql.SQL(f"TEMPLATE {template}"))
        try:
            with psycopg.connect(server.conninfo(name)) as conn:
                for script in scripts:
                    execute(conn, script)
            yield server.conninfo(name)
        finally:
            drop_database(admin, name)


def execute(conn: psycopg.Connection[Any], script: str) -> None:
    """Several statements at once, as bytes: no parameters are looked for."""
    conn.execute(script.encode())


def make_roles(admin: psycopg.Connection[Any]) -> None:
    """The roles, unless they are there; another test process may make them at the same time."""
    for role in ROLES:
        try:
            execute(admin, f"CREATE ROLE {role}")
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            continue
