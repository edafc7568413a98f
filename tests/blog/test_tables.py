"""Every table of the blog: columns, keys, indexes and sequences, as the catalog has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg import errors, sql

if TYPE_CHECKING:
    from psycopg import Connection

TEXT = ("character varying(255)", False, None)
INTEGER = ("integer", False, None)
TIMESTAMP = ("timestamp with time zone", False, "CURRENT_TIMESTAMP")
TIMESTAMPS = {"created_at": TIMESTAMP, "updated_at": TIMESTAMP}


def serial(table: str) -> tuple[str, bool, str]:
    """What `id serial PRIMARY KEY` makes."""
    return ("integer", True, f"nextval('{table}_id_seq'::regclass)")


# Column name -> type, NOT NULL, default; in the order of the table.
COLUMNS = {
    "social_accounts": {
        "id": serial("social_accounts"),
        "username": TEXT,
        "social_type": TEXT,
        **TIMESTAMPS,
    },
    "users": {
        "id": serial("users"),
        "name": TEXT,
        "email": TEXT,
        "password": TEXT,
        "user_type": TEXT,
        "social_id": INTEGER,
        **TIMESTAMPS,
    },
    "posts": {
        "id": serial("posts"),
        "title": TEXT,
        "content": ("text", False, None),
        "image_url": TEXT,
        "slug": TEXT,
        "user_id": INTEGER,
        **TIMESTAMPS,
    },
    "comments": {
        "id": serial("comments"),
        "content": TEXT,
        "user_id": INTEGER,
        "post_id": INTEGER,
        **TIMESTAMPS,
    },
}
FOREIGN_KEYS = [
    ("users", "social_id", "social_accounts"),
    ("posts", "user_id", "users"),
    ("comments", "user_id", "users"),
    ("comments", "post_id", "posts"),
]

all_tables = pytest.mark.parametrize("table", COLUMNS)
all_foreign_keys = pytest.mark.parametrize(
    ("table", "column", "parent"), FOREIGN_KEYS, ids=lambda name: name
)


@all_tables
def test_is_a_plain_table(blog_connection: Connection, table: str) -> None:
    """Permanent, not partitioned, in no inheritance, without row security."""
    row = blog_connection.execute(
        "SELECT relkind, relpersistence, relispartition, relhassubclass, relrowsecurity"
        " FROM pg_catalog.pg_class WHERE oid = %s::pg_catalog.regclass",
        [table],
    ).fetchone()
    assert row == ("r", "p", False, False, False)


@all_tables
def test_columns(blog_connection: Connection, table: str) -> None:
    rows = blog_connection.execute(
        "SELECT attname, pg_catalog.format_type(atttypid, atttypmod), attnotnull,"
        " pg_catalog.pg_get_expr(adbin, adrelid)"
        " FROM pg_catalog.pg_attribute"
        " LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum"
        " WHERE attrelid = %s::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attnum",
        [table],
    ).fetchall()
    assert rows == [(name, *column) for name, column in COLUMNS[table].items()]


@all_tables
def test_no_column_is_identity_or_generated_or_has_a_collation_of_its_own(
    blog_connection: Connection, table: str
) -> None:
    rows = blog_connection.execute(
        "SELECT attname FROM pg_catalog.pg_attribute"
        " JOIN pg_catalog.pg_type ON pg_type.oid = atttypid"
        " WHERE attrelid = %s::pg_catalog.regclass AND attnum > 0"
        " AND (attidentity <> '' OR attgenerated <> '' OR attcollation <> typcollation)",
        [table],
    ).fetchall()
    assert rows == []


@all_tables
def test_keys(blog_connection: Connection, table: str) -> None:
    """All constraints, validated and not deferrable; PostgreSQL 18 also lists NOT NULL ones."""
    rows = blog_connection.execute(
        "SELECT conname, pg_catalog.pg_get_constraintdef(oid), convalidated"
        " FROM pg_catalog.pg_constraint"
        " WHERE conrelid = %s::pg_catalog.regclass AND contype NOT IN ('n', 't')"
        " ORDER BY conname",
        [table],
    ).fetchall()
    expected = [(f"{table}_pkey", "PRIMARY KEY (id)", True)] + [
        (f"{child}_{column}_fkey", f"FOREIGN KEY ({column}) REFERENCES {parent}(id)", True)
        for child, column, parent in FOREIGN_KEYS
        if child == table
    ]
    assert rows == sorted(expected)


@all_tables
def test_the_primary_key_is_the_only_index(blog_connection: Connection, table: str) -> None:
    rows = blog_connection.execute(
        "SELECT indexrelid::pg_catalog.regclass::text, indisprimary, indisunique, indisvalid"
        " FROM pg_catalog.pg_index WHERE indrelid = %s::pg_catalog.regclass",
        [table],
    ).fetchall()
    assert rows == [(f"{table}_pkey", True, True, True)]


@all_tables
def test_sequence(blog_connection: Connection, table: str) -> None:
    """The sequence of the serial column is owned by it and counts 1, 2, 3, …"""
    row = blog_connection.execute(
        "SELECT seqrelid::pg_catalog.regclass::text, seqtypid::pg_catalog.regtype::text,"
        " seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle"
        " FROM pg_catalog.pg_sequence"
        " WHERE seqrelid = pg_catalog.pg_get_serial_sequence(%s, 'id')::pg_catalog.regclass",
        [table],
    ).fetchone()
    assert row == (f"{table}_id_seq", "integer", 1, 1, 1, 2**31 - 1, 1, False)


@all_tables
def test_the_next_id_is_free(blog_connection: Connection, table: str) -> None:
    query = sql.SQL(
        "SELECT last_value + is_called::integer,"
        " (SELECT coalesce(max(id), 0) FROM {table}) FROM {sequence}"
    ).format(table=sql.Identifier(table), sequence=sql.Identifier(f"{table}_id_seq"))
    row = blog_connection.execute(query).fetchone()
    assert row is not None
    next_id, greatest_id = row
    assert next_id > greatest_id


@all_tables
def test_timestamps_default_to_now(blog_connection: Connection, table: str) -> None:
    query = sql.SQL(
        "INSERT INTO {} (id) VALUES (-1) RETURNING created_at = now(), updated_at = now()"
    ).format(sql.Identifier(table))
    assert blog_connection.execute(query).fetchone() == (True, True)


@all_tables
def test_an_id_is_taken_once(blog_connection: Connection, table: str) -> None:
    insert = sql.SQL("INSERT INTO {} (id) VALUES (-1)").format(sql.Identifier(table))
    blog_connection.execute(insert)
    with pytest.raises(errors.UniqueViolation):
        blog_connection.execute(insert)


@all_foreign_keys
def test_a_row_needs_its_parent(
    blog_connection: Connection, table: str, column: str, parent: str
) -> None:
    insert = sql.SQL("INSERT INTO {} (id, {}) VALUES (-1, -2)")
    with pytest.raises(errors.ForeignKeyViolation) as caught:
        blog_connection.execute(insert.format(sql.Identifier(table), sql.Identifier(column)))
    assert caught.value.diag.constraint_name == f"{table}_{column}_fkey"
    assert f'is not present in table "{parent}"' in str(caught.value)


@all_foreign_keys
def test_a_parent_stays_while_it_is_referred_to(
    blog_connection: Connection, table: str, column: str, parent: str
) -> None:
    child_name, column_name, parent_name = map(sql.Identifier, (table, column, parent))
    insert_parent = sql.SQL("INSERT INTO {} (id) VALUES (-2)").format(parent_name)
    insert_child = sql.SQL("INSERT INTO {} (id, {}) VALUES (-1, -2)")
    blog_connection.execute(insert_parent)
    blog_connection.execute(insert_child.format(child_name, column_name))
    with pytest.raises(errors.ForeignKeyViolation) as caught:
        blog_connection.execute(sql.SQL("DELETE FROM {} WHERE id = -2").format(parent_name))
    assert caught.value.diag.constraint_name == f"{table}_{column}_fkey"
