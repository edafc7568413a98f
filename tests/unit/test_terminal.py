from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.report.terminal import WIDTH, escape, paragraph, source_lines, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("größe 日本", "größe 日本"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\rb\x00\x7f", "a\\x0db\\x00\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("a\u2028b\u200f", "a\\u2028b\\u200f"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("a\nb", "a\\x0ab"),
    ],
)
def test_hostile_characters_are_seen(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_a_later_line_of_a_message_cannot_pass_for_ours() -> None:
    text = "first\r\nCommitted: 2 scripts\n"
    assert paragraph(text) == "first\n  Committed: 2 scripts"


@pytest.mark.parametrize(
    ("source", "column", "lines"),
    [
        ("select slugg", 8, ["L: select slugg", "          ^"]),
        ("\tx", 2, ["L:         x", "           ^"]),
        ("ab\tx", 4, ["L: ab      x", "           ^"]),
        ("日本 x", 4, ["L: 日本 x", "        ^"]),
        ("e\u0301x", 3, ["L: e\u0301x", "    ^"]),
        ("a\x1bx", 3, ["L: a\\x1bx", "        ^"]),
        ("abc", 4, ["L: abc", "      ^"]),
        ("abc", 99, ["L: abc", "      ^"]),
        ("", 1, ["L:", "   ^"]),
        ("abc", None, ["L: abc"]),
    ],
)
def test_the_caret_is_below_its_character(source: str, column: int, lines: list[str]) -> None:
    assert source_lines(source, column, "L: ") == lines


def test_a_long_line_is_cut_around_the_caret() -> None:
    source = "a" * 1000 + "X" + "b" * 1000
    line, caret = source_lines(source, 1001, "LINE 7: ")
    assert line.startswith("LINE 7: …aaa")
    assert line.endswith("bbb…")
    assert line[len(caret) - 1] == "X"
    assert len(line) == WIDTH


def test_a_line_is_cut_only_where_it_goes_on() -> None:
    source = "X" + "b" * 100 + "Y"
    assert source_lines(source, 1)[0] == "X" + "b" * 77 + "…"
    assert source_lines(source, 102)[0] == "…" + "b" * 77 + "Y"
    assert source_lines("z" * WIDTH, 40)[0] == "z" * WIDTH


_CHARACTERS = st.one_of(st.characters(), st.sampled_from("\t日e\u0301a\x1b"))


@given(st.text(_CHARACTERS, max_size=300), st.data())
def test_any_line_fits_and_the_caret_is_inside(source: str, data: st.DataObject) -> None:
    column = data.draw(st.integers(1, len(source) + 1))
    line, caret = source_lines(source, column, "LINE 1: ")
    assert width(line) <= WIDTH
    assert len(caret) <= WIDTH + 1
    assert escape(line) == line
