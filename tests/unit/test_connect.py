r"""What `\connect` is given, as psql's read_connect_arg reads it."""

from __future__ import annotations

import pytest

from runner.psql.steps import Connect
from tests.unit.reading import steps_of


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("app joe", ("app", "joe")),
        ('"My Db" "Joe ""X"""', ("My Db", 'Joe "X"')),
        ('- "joe"', (None, "joe")),
        ('a"B"c', ("aBc", None)),
        ("'My Db' - ;", ("My Db", None)),
    ],
)
def test_names_may_be_in_quotes(line: str, expected: tuple[str | None, str | None]) -> None:
    (found,) = steps_of(f"\\connect {line}\n".encode())
    assert isinstance(found, Connect)
    assert (found.dbname, found.user) == expected
