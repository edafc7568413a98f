"""The seed rows, whole: each is there once and as it was written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from psycopg import sql

if TYPE_CHECKING:
    from psycopg import Connection

HERE = Path(__file__).resolve().parent

Row: TypeAlias = tuple[object, ...]


def markdown(slug: str) -> str:
    """The text of a post; the file ends with a line feed, the post does not."""
    text = (HERE / "seed" / f"{slug}.md").read_text(encoding="utf-8")
    return text.removesuffix("\n")


# Table -> columns, then its rows in the order of their ids, which begin with 1.
SEED: dict[str, tuple[tuple[str, ...], list[Row]]] = {
    "social_accounts": (
        ("username", "social_type"),
        [("Jareechang", "Github")],
    ),
    "users": (
        ("name", "email", "password", "user_type", "social_id"),
        [
            ("Jerry", "jerry@example.com", "test123", "author", 1),
            ("Bob", "bob@example.com", "test123", "guest", None),
            ("Susan", "susan@example.com", "test123", "guest", None),
        ],
    ),
    "posts": (
        ("title", "content", "image_url", "slug", "user_id"),
        [
            (
                "Two Forms of Pre-rendering",
                markdown("two-forms-of-pre-rendering"),
                "/images/two-forms-of-pre-rendering.png",
                "two-forms-of-pre-rendering",
                1,
            ),
            (
                "When to Use Static Generation v.s. Server-side Rendering",
                markdown("when-to-use-static-generation-vs-server-side-rendering"),
                "/images/static-generation-vs-server-side-rendering.png",
                "when-to-use-static-generation-vs-server-side-rendering",
                1,
            ),
        ],
    ),
    "comments": (
        ("content", "user_id", "post_id"),
        [
            (
                "What about Incremental Static Regeneration (ISR) ? Can you write about that ?",
                2,
                1,
            ),
            ("When should I know to use SSG over SSR ? ", 3, 1),
            ("Great post", 2, 1),
        ],
    ),
}

all_tables = pytest.mark.parametrize("table", SEED)


def read(conn: Connection, table: str, columns: tuple[str, ...]) -> list[Row]:
    """All rows of the table, by id."""
    query = sql.SQL("SELECT {} FROM {} ORDER BY id").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
    )
    return conn.execute(query).fetchall()


@all_tables
def test_seed_rows(blog_connection: Connection, table: str) -> None:
    """Rows that others added since are no matter, unless they repeat a seed row."""
    columns, seed = SEED[table]
    expected = [(number, *values) for number, values in enumerate(seed, start=1)]
    ids = range(1, len(seed) + 1)
    rows = read(blog_connection, table, ("id", *columns))
    assert [row for row in rows if row[0] in ids or row[1:] in seed] == expected


@all_tables
def test_seed_rows_have_their_times(blog_connection: Connection, table: str) -> None:
    count = len(SEED[table][1])
    rows = blog_connection.execute(
        sql.SQL(
            "SELECT count(*) FROM {}"
            " WHERE id BETWEEN 1 AND %s AND created_at <= updated_at AND updated_at <= now()"
        ).format(sql.Identifier(table)),
        [count],
    ).fetchall()
    assert rows == [(count,)]


def test_each_comment_is_by_a_guest_on_a_post_of_the_author(blog_connection: Connection) -> None:
    """What a reader sees: the keys of the seed lead to the right rows."""
    rows = blog_connection.execute(
        "SELECT guest.name, guest.user_type, slug, author.name, author.user_type, username"
        " FROM comments"
        " JOIN users AS guest ON guest.id = comments.user_id"
        " JOIN posts ON posts.id = post_id"
        " JOIN users AS author ON author.id = posts.user_id"
        " JOIN social_accounts ON social_accounts.id = author.social_id"
        " WHERE comments.id <= 3 ORDER BY comments.id"
    ).fetchall()
    post = ("two-forms-of-pre-rendering", "Jerry", "author", "Jareechang")
    assert rows == [(name, "guest", *post) for name in ("Bob", "Susan", "Bob")]
