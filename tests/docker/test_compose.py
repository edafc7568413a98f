"""docker-compose.yml as it is, on a Docker engine: the database it brings up on port 5438."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo

from tests.blog.verification import verify_blog

if TYPE_CHECKING:
    from tests.docker.conftest import Database

# What the file promises to somebody who configured nothing.
PASSWORD = "test123"
CONNINFO = make_conninfo("", host="127.0.0.1", port=5438, user="postgres", dbname="postgres")


def test_up_builds_the_blog_and_a_new_volume_builds_it_again(docker_database: Database) -> None:
    """The same tests that verify the embedded server and Aurora, on the container.

    One test, not several: the port is fixed, so only one process of a parallel run may have it.
    """
    assert docker_database.compose("port db 5432") == "127.0.0.1:5438"
    assert_is_the_blog()

    with psycopg.connect(CONNINFO, password=PASSWORD) as conn:
        conn.execute("DELETE FROM comments")
    docker_database.compose("up -d --build --force-recreate -V")
    docker_database.wait_until_healthy()
    assert_is_the_blog()


def assert_is_the_blog() -> None:
    result = verify_blog(CONNINFO, PGPASSWORD=PASSWORD)
    assert result.returncode == 0, result.stdout
