"""Places: line, column and text of a byte of a script."""

from __future__ import annotations

import pytest

from runner.errors import Place
from runner.psql.source import BLOCK_SIZE, Source
from tests.unit.reading import source_of


@pytest.mark.parametrize(
    ("data", "mark", "line", "column", "source"),
    [
        pytest.param("a b", "b", 1, 3, "a b", id="ascii"),
        pytest.param("x\n\ny z\n", "z", 3, 3, "y z", id="third line"),
        pytest.param("日本 é😀 !", "!", 1, 7, "日本 é😀 !", id="characters, not bytes"),
        pytest.param("\ta\t!", "!", 1, 4, "\ta\t!", id="tabs count one"),
        pytest.param("a\r\nb !\r\n", "!", 2, 3, "b !", id="CRLF"),
        pytest.param("\ufeffa !", "!", 1, 3, "a !", id="byte order mark"),
        pytest.param("\ufeff!", "!", 1, 1, "!", id="right after the mark"),
        pytest.param("\ufeffa\nb !", "!", 2, 3, "b !", id="mark on the line before"),
        pytest.param("a" * 700_000 + "!", "!", 1, 700_001, "a" * 700_000 + "!", id="long line"),
        pytest.param("ab\n" * 200_000 + "!", "!", 200_001, 1, "!", id="in a later block"),
        pytest.param("!\nb", "!", 1, 1, "!", id="first byte"),
    ],
)
@pytest.mark.parametrize("most", [7, BLOCK_SIZE])
def test_place_of_a_byte(
    data: str, mark: str, line: int, column: int, source: str, most: int
) -> None:
    encoded = data.encode()
    place = source_of(encoded, most).place(encoded.index(mark.encode()))
    assert place == Place("s.sql", line, column, source)


def test_the_place_after_the_last_byte() -> None:
    assert source_of(b"select").place(6) == Place("s.sql", 1, 7, "select")
    assert source_of(b"select\n").place(7).line == 2
    assert source_of(b"").place(0) == Place("s.sql", 1)


def test_a_column_counts_characters_of_the_client_encoding() -> None:
    data = "é !".encode("latin-1")
    assert source_of(data).place(2, "latin-1") == Place("s.sql", 1, 3, "é !")
    assert source_of("日 !".encode("shift_jis")).place(3, "shift_jis").column == 3


def test_what_is_not_of_the_encoding_still_has_a_place() -> None:
    place = source_of("é !".encode("latin-1")).place(2)
    assert (place.line, place.column, place.source) == (1, 3, "\ufffd !")


@pytest.mark.parametrize("most", [1, 3, BLOCK_SIZE])
def test_place_of_a_whole_line(most: int) -> None:
    source = source_of(b"one\ntwo\r\n\nfour", most)
    found = [source.line_place(line) for line in range(1, 5)]
    assert [place.source for place in found] == ["one", "two", "", "four"]
    assert [place.line for place in found] == [1, 2, 3, 4]
    assert {place.column for place in found} == {None}
    assert source.line_place(9) == Place("s.sql", 9)


def test_a_place_tells_how_the_file_was_reached() -> None:
    source = Source("inner.sql", source_of(b"x").open, included_from=("01.sql", "middle.sql"))
    assert source.place(0).included_from == ("01.sql", "middle.sql")
    assert source.line_place(1).included_from == ("01.sql", "middle.sql")
