r"""What `\connect` is given, as psql's read_connect_arg reads it."""

from __future__ import annotations

import pytest

from runner.psql.steps import Connect
from tests.unit.reading import steps_of


def connect(line: str) -> Connect:
    (found,) = (
        step for step in steps_of(f"\\connect {line}\n".encode()) if isinstance(step, Connect)
    )
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("app joe", ("app", "joe")),
        ('"My Db" "Joe ""X"""', ("My Db", 'Joe "X"')),
        ('- "joe"', (None, "joe")),
        ('a"B"c', ("aBc", None)),
        ("'My Db' - ;", ("My Db", None)),
        ("'-' '-'", ("-", "-")),
        ("-reuse-previous=off app joe h 1 more", ("app", "joe")),
    ],
)
def test_names_may_be_in_quotes(line: str, expected: tuple[str | None, str | None]) -> None:
    found = connect(line)
    assert (found.dbname, found.user) == expected


@pytest.mark.parametrize(
    ("line", "conninfo", "reuse"),
    [
        ("", None, True),
        ("-reuse-previous=off app", None, False),
        ("user=joe", "user=joe", False),
        ("-reuse-previous=on \"dbname='my-db'\"", "dbname='my-db'", True),
        ("-reuse-previous=t postgresql://h/app", "postgresql://h/app", True),
        ("'postgres://h'", "postgres://h", False),
    ],
)
def test_a_conninfo_begins_anew_unless_told_otherwise(
    line: str, conninfo: str | None, reuse: bool
) -> None:
    found = connect(line)
    assert (found.conninfo, found.reuse) == (conninfo, reuse)
