"""The commands of a message, and positions in them back to the script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execute.messages import Message, Part, is_copy
from runner.psql.steps import PlainStatements, Statement, Statements
from tests.unit.reading import source_of, statements_of


def message_of(*statements: Statements, encoding: str = "UTF8") -> Message:
    return Message([Part(statement) for statement in statements], encoding.encode())


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "euc_jp", "shift_jis"],
)
def test_the_500th_statement_after_wide_characters(encoding: str) -> None:
    """The server counts the characters of a command, from 1."""
    texts = [f"delete from t where '日本ア' = '{number}';" for number in range(600)]
    text = "\n".join(texts).encode(encoding)
    message = message_of(PlainStatements(text, 0, 1, source_of(text)), encoding=encoding)
    message.part.done = 499
    place = message.place(texts[499].index("'499") + 1)
    assert place is not None
    assert (place.line, place.column) == (500, texts[499].index("'499") + 1)


@given(texts=st.lists(st.text("a日é😀 ", min_size=1, max_size=8), min_size=1, max_size=6))
def test_every_position_leads_to_its_character(texts: list[str]) -> None:
    script = "".join(f"select '{text}';\n" for text in texts)
    message = message_of(*statements_of(script.encode()))
    for line, text in enumerate(texts, 1):
        for column in range(1, len(text) + 10):
            place = message.place(column)
            assert place is not None
            assert (place.line, place.column) == (line, column)
        if not message.is_at_end:
            message.next_part()


def test_a_position_beyond_the_command_is_its_end() -> None:
    place = message_of(*statements_of(b"select 1; select 2;")).place(10_000)
    assert place is not None
    assert place.column == 10


def test_commands_are_those_between_escaped_semicolons() -> None:
    one, two, three = statements_of(b"select 1; select 2 \\; select 3; select 4;")
    message = message_of(one, two._replace(lead=b"-- two\n"), three)
    assert list(message.commands()) == [
        b"select 1;",
        b"-- two\nselect 2 ;",
        b" select 3;",
        b"select 4;",
    ]
    message.next_part()
    found = [message.command()]
    message.part.done = 1
    found.append(message.command())
    assert [one[1:] for one in found if one] == [(0, b"select 2 ;"), (10, b" select 3;")]


def test_the_runners_own_commands_have_no_place() -> None:
    (statement,) = statements_of(b"select 1;")
    message = Message([Part(own=(b"a;", b"b;")), Part(statement)], None)
    assert list(message.commands()) == [b"a;", b"b;", b"select 1;"]
    assert message.place() is None
    assert message.statement_place() is None
    assert (message.part.count, message.part.of_script) == (2, 0)
    message.next_part()
    assert str(message.statement_place()) == "s.sql:1"
    assert (message.part.count, message.part.of_script) == (1, 1)
    own_at_end: Statement = statement._replace(text=b"a;b;", starts=(0, 2), uncounted=1)
    assert (Part(own_at_end).count, Part(own_at_end).of_script) == (2, 1)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (b"copy t from stdin;", True),
        (b"COPY (select 1) to stdout;", True),
        (b"select 1 \\; copy t from stdin;", True),
        (b"-- of a copy\nselect 1;", False),
        (b"select 'copy';", False),
    ],
)
def test_what_is_a_copy(script: bytes, expected: bool) -> None:
    assert is_copy(statements_of(script)[0]) is expected
