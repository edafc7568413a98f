"""Statements to messages, and positions in a message back to statements."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execute.messages import FIRST_MESSAGE, LARGEST_MESSAGE, Batch, batches
from runner.psql.steps import CopyData, Echo, Statement
from tests.unit.reading import source_of, statements_of, steps_of


def batches_of(script: bytes, *, autocommit: bool = False) -> list[object]:
    """Batches as the texts of their statements; other steps as they are."""
    found: list[object] = []
    for item in batches(steps_of(script), autocommit=autocommit):
        if isinstance(item, Batch):
            found.append([s.text.decode() for s in item.statements])
        elif isinstance(item, CopyData):
            found.append(b"".join(item.blocks))
        else:
            found.append(item)
    return found


def test_consecutive_statements_go_in_one_message() -> None:
    assert batches_of(b"select 1; select 2;\nselect 3") == [["select 1;", "select 2;", "select 3"]]


def test_one_by_one_sends_each_alone() -> None:
    assert batches_of(b"select 1; select 2;", autocommit=True) == [["select 1;"], ["select 2;"]]


def test_copy_ends_a_message_and_its_data_comes_next() -> None:
    script = b"select 1; copy t from stdin;\n1\n\\.\nselect 2; select 3;"
    assert batches_of(script) == [
        ["select 1;", "copy t from stdin;"],
        b"1\n",
        ["select 2;", "select 3;"],
    ]


def test_a_step_that_is_no_statement_ends_a_message() -> None:
    script = b"select 1;\n\\echo a\nselect 2;"
    assert batches_of(script) == [["select 1;"], Echo("a\n"), ["select 2;"]]


def test_a_change_of_how_text_is_read_ends_a_message() -> None:
    """The server reads a whole message with the settings in force when it arrives."""
    found = batches_of(b"select 1; set standard_conforming_strings = off;\nselect 'a\\'b';")
    assert [item for item in found if isinstance(item, list)] == [
        ["select 1;", "set standard_conforming_strings = off;"],
        ["select 'a\\'b';"],
    ]


def test_messages_grow_and_stay_bounded() -> None:
    statement = b"insert into t values ('" + b"x" * 970 + b"');\n"
    script = statement * 8000
    sizes = [len(item.text) for item in batches(steps_of(script)) if isinstance(item, Batch)]
    assert sizes[0] <= FIRST_MESSAGE
    assert max(sizes) <= LARGEST_MESSAGE
    assert max(sizes) > LARGEST_MESSAGE * 0.9
    assert sizes[:3] == sorted(sizes[:3])
    assert len(sizes) < 15


def test_a_statement_larger_than_any_message_goes_alone() -> None:
    large = b"select '" + b"x" * (2 * LARGEST_MESSAGE) + b"';"
    found = list(batches(steps_of(b"select 1;" + large + b"select 2;")))
    assert [len(b.statements) for b in found if isinstance(b, Batch)] == [1, 1, 1]


def test_a_comment_at_the_end_does_not_swallow_the_next_statement() -> None:
    first, second = (
        Statement(b"select 1 -- c", 0, 1, source_of(b"")),
        statements_of(b"select 2;")[0],
    )
    assert Batch([first, second]).text == b"select 1 -- c\n;\nselect 2;\n"
    (third,) = statements_of(b"select 1\n  -- a comment; it ends;")
    assert Batch([third, second]).text.endswith(b"it ends;\n;\nselect 2;\n")


@pytest.mark.parametrize("encoding", ["utf-8", "euc_jp", "shift_jis"])
def test_the_500th_statement_after_wide_characters(encoding: str) -> None:
    """The server counts characters of the whole message, from 1."""
    texts = [f"select '日本ア', {number};" for number in range(600)]
    source = source_of(b"")
    statements = [Statement(text.encode(encoding), 0, 1, source) for text in texts]
    batch = Batch(statements)
    message = batch.text.decode(encoding)
    position = message.index(", 499") + 1
    statement, offset = batch.at_position(position, encoding)
    assert statement is statements[499]
    assert statement.text[offset:].decode(encoding) == ", 499;"


@given(texts=st.lists(st.text("a日é😀 \n", min_size=1, max_size=8), min_size=1, max_size=6))
def test_every_position_leads_to_its_character(texts: list[str]) -> None:
    source = source_of(b"")
    statements = [Statement(f"{text};".encode(), 0, 1, source) for text in texts]
    batch = Batch(statements)
    message = batch.text.decode()
    position = 0
    for statement in statements:
        text = statement.text.decode()
        for index, char in enumerate(text):
            found, offset = batch.at_position(position + 1, "utf-8")
            assert found is statement
            assert found.text[offset:].decode().startswith(char)
            assert offset == len(text[:index].encode())
            position += 1
        position += 1
    assert message == "".join(f"{text};\n" for text in texts)


def test_a_position_beyond_the_message_is_its_end() -> None:
    batch = Batch(statements_of(b"select 1; select 2;"))
    statement, offset = batch.at_position(10_000, "utf-8")
    assert (statement.text, offset) == (b"select 2;", 9)


def test_commands_are_counted_across_escaped_semicolons() -> None:
    batch = Batch(statements_of(b"select 1; select 2 \\; select 3; select 4;"))
    found = [batch.at_command(index).text for index in range(5)]
    assert found == [
        b"select 1;",
        b"select 2 ; select 3;",
        b"select 2 ; select 3;",
        b"select 4;",
        b"select 4;",
    ]
