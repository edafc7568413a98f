"""Statements to messages, and positions in a message back to statements."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.execute.messages import (
    FIRST_MESSAGE,
    LARGEST_MESSAGE,
    Batch,
    Message,
    Part,
    batches,
)
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
        ["select 1;"],
        ["copy t from stdin;"],
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
    sizes = [item.size for item in batches(steps_of(script)) if isinstance(item, Batch)]
    assert sizes[0] <= FIRST_MESSAGE
    assert max(sizes) <= LARGEST_MESSAGE
    assert max(sizes) > LARGEST_MESSAGE * 0.9
    assert sizes[:3] == sorted(sizes[:3])
    assert len(sizes) < 15


def test_a_statement_larger_than_any_message_goes_alone() -> None:
    large = b"select '" + b"x" * (2 * LARGEST_MESSAGE) + b"';"
    found = list(batches(steps_of(b"select 1;" + large + b"select 2;")))
    assert [len(b.statements) for b in found if isinstance(b, Batch)] == [1, 1, 1]


@pytest.mark.parametrize("encoding", ["utf-8", "euc_jp", "shift_jis"])
def test_the_500th_statement_after_wide_characters(encoding: str) -> None:
    """The server counts the characters of a command, from 1."""
    texts = [f"select '日本ア', {number};" for number in range(600)]
    source = source_of("\n".join(texts).encode(encoding))
    offsets = accumulate((len(text.encode(encoding)) + 1 for text in texts), initial=0)
    statements = [
        Statement(text.encode(encoding), offset, 1, source)
        for text, offset in zip(texts, offsets, strict=False)
    ]
    message = Message([Part(batch=Batch(statements))], encoding.encode())
    message.part.done = 499
    place = message.place(texts[499].index(", 499") + 1)
    assert place is not None
    assert (place.line, place.column) == (500, texts[499].index(", 499") + 1)


@given(texts=st.lists(st.text("a日é😀 ", min_size=1, max_size=8), min_size=1, max_size=6))
def test_every_position_leads_to_its_character(texts: list[str]) -> None:
    script = "".join(f"select '{text}';\n" for text in texts)
    message = Message([Part(batch=Batch(statements_of(script.encode())))], b"UTF8")
    for line, text in enumerate(texts, 1):
        for column in range(1, len(text) + 10):
            place = message.place(column)
            assert place is not None
            assert (place.line, place.column) == (line, column)
        message.part.done += 1


def test_a_position_beyond_the_command_is_its_end() -> None:
    message = Message([Part(batch=Batch(statements_of(b"select 1; select 2;")))], b"UTF8")
    place = message.place(10_000)
    assert place is not None
    assert place.column == 10


def test_commands_are_counted_across_escaped_semicolons() -> None:
    batch = Batch(statements_of(b"select 1; select 2 \\; select 3; select 4;"))
    assert list(batch.commands) == [b"select 1;", b"select 2 ;", b" select 3;", b"select 4;"]
    found = [(batch.at_command(index)[0].text, batch.at_command(index)[1]) for index in range(5)]
    assert found == [
        (b"select 1;", 0),
        (b"select 2 ; select 3;", 0),
        (b"select 2 ; select 3;", 1),
        (b"select 4;", 0),
        (b"select 4;", -1),
    ]
