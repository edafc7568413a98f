"""Folders of scripts, and what is in a database afterwards."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.servers import find_tool

if TYPE_CHECKING:
    from tests.servers import Server

DATA_SQL = Path(__file__).parent.parent.parent / "data" / "sql"
# Nobody listens there: who connects at all fails with exit code 5, at once.
NOBODY = ("-t", "host=127.0.0.1 port=1 dbname=d user=u", "--connect-timeout", "0")


def write_scripts(folder: Path, *texts: str | bytes, **named: str | bytes) -> Path:
    """Makes the folder `sql` with 01.sql, 02.sql, … and `name.sql` for each keyword."""
    scripts = folder / "sql"
    scripts.mkdir(exist_ok=True)
    files = {f"{number:02}.sql": text for number, text in enumerate(texts, 1)}
    files |= {f"{name}.sql": text for name, text in named.items()}
    for name, text in files.items():
        (scripts / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return scripts


def query(conninfo: str, text: str) -> list[Any]:
    """The rows of a query; those of one column as plain values."""
    with psycopg.connect(conninfo, autocommit=True) as conn:
        rows = conn.execute(text.encode()).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def execute(conninfo: str, *statements: str) -> None:
    with psycopg.connect(conninfo) as conn:
        for statement in statements:
            conn.execute(statement.encode())


def drop_roles(conn: psycopg.Connection[Any], prefix: str) -> None:
    """Drops the roles whose names begin with the prefix, and what they own in this database."""
    query = "select quote_ident(rolname) from pg_roles where starts_with(rolname, %s)"
    for (role,) in conn.execute(query, [prefix]).fetchall():
        conn.execute(f"drop owned by {role}; drop role {role}".encode())


def tables(conninfo: str) -> list[str]:
    """The tables of the schema public: none in a database that was left as it was."""
    return query(
        conninfo, "select tablename::text from pg_tables where schemaname = 'public' order by 1"
    )


def dump(server: Server, conninfo: str, *options: str) -> str:
    """The database as pg_dump writes it, always with the same `\\restrict` key."""
    command = [
        str(find_tool(server, "pg_dump")),
        "--restrict-key=test",
        *options,
        "--dbname",
        conninfo,
    ]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
