"""The seed of the blog."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg import Connection


def test_each_comment_is_by_a_guest_on_a_post_of_the_author(runner_transaction: Connection) -> None:
    """What a reader sees: the keys of the seed lead to the right rows."""
    rows = runner_transaction.execute(
        "SELECT guest.name, guest.user_type, slug, author.name, author.user_type, username"
        " FROM comments"
        " JOIN users AS guest ON guest.id = comments.user_id"
        " JOIN posts ON posts.id = post_id"
        " JOIN users AS author ON author.id = posts.user_id"
        " JOIN social_accounts ON social_accounts.id = author.social_id"
        " ORDER BY comments.id"
    ).fetchall()
    post = ("two-forms-of-pre-rendering", "Jerry", "author", "Jareechang")
    assert rows == [(name, "guest", *post) for name in ("Bob", "Susan", "Bob")]
