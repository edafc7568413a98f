"""Laws of reading that hold for every input."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from runner.errors import ScriptError
from runner.psql.reader import MainLoop, read_script
from runner.psql.source import BLOCK_SIZE, Source, blocks
from runner.psql.steps import PlainStatements, Statement, Step, separated
from tests.unit.reading import read, source_of, state_of, steps_of

BOM = b"\xef\xbb\xbf"

PLAIN = re.compile(rb"(?i)insert|update|delete|comment")

# What a lexer may trip over; a text of these is far likelier to be tricky than random bytes.
TRICKY = [
    *("'", "''", '"', '""', "$$", "$tag$", "$", "a$b$", "$1", "1$$", "e'", "E'\\'", "U&'", "b'"),
    *("--", "-- c\n", "-", "/*", "*/", "/", "/* ; */", "(", ")", ";", ";", ";\n", "::", ":=", ","),
    *(
        " ",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\f",
        "\ufeff",
        "é",
        "日本",
        "😀",
        "x",
        "1",
        "e",
        "=",
        "%s",
        "?",
    ),
    *("select ", "insert into t values (", "update t set a = ", "delete from t", "comment on "),
]
WORDS = [
    *("create ", "or replace ", "function ", "procedure ", "begin ", "atomic ", "case ", "end "),
    *("end;", "rule ", "do ", "copy t from stdin;\n", "\\.\n", "1\t2\n", "set ", "table "),
    *("set standard_conforming_strings = off;", "set client_encoding = 'sjis';", "rollback to s;"),
]
META = [
    *("\\", "\\;", "\\:", "\\\\", "\\g\n", "\\gset\n", "\\gexec\n", "\\r\n", "\\p\n", "\\q\n"),
    *("\\if true\n", "\\if :x\n", "\\elif 1\n", "\\else\n", "\\endif\n", "\\echo 'a' \"b\"\n"),
    *(
        "\\set x 'a;b'\n",
        "\\set y :x:'x'\n",
        "\\unset x\n",
        ":x",
        ":'x'",
        ':"x"',
        ":{?x}",
        ":ROW_COUNT",
    ),
    *("\\copy t from stdin\n", "\\copy (", "\\i nowhere.sql\n", "\\c\n", "\\encoding latin1\n"),
    *(
        "\\d t\n",
        "\\!",
        "\\restrict k\n",
        "\\getenv a b\n",
        "\\setenv A 'b'\n",
        "\\bind 1 \\g\n",
        "`",
        "|",
    ),
]


def texts(*pools: list[str]) -> st.SearchStrategy[bytes]:
    pieces = st.sampled_from([piece for pool in pools for piece in pool])
    return st.lists(pieces, max_size=25).map(lambda found: "".join(found).encode())


ANY = st.one_of(
    texts(TRICKY, WORDS, META),
    st.binary(max_size=60),
    st.lists(
        st.one_of(st.sampled_from([p.encode() for p in [*TRICKY, *META]]), st.binary(max_size=3)),
        max_size=20,
    ).map(b"".join),
)
# No meta-commands and no variables: every byte of a statement is a byte of the file.
STATEMENTS_ONLY = texts(TRICKY, ["create ", "function ", "begin ", "atomic ", "case ", "end "])


def read_or_place(data: bytes, most: int = 1 << 30, *, strings: bool = True) -> object:
    """The steps, or the message and the place of the error."""
    state = state_of({"x": "1"}, strings=strings)
    try:
        return read(data, most, state)
    except ScriptError as error:
        return error.message, error.place


@given(data=ANY, strings=st.booleans())
@settings(max_examples=600)
def test_whatever_cannot_be_read_is_named_with_its_place(data: bytes, strings: bool) -> None:
    found = read_or_place(data, strings=strings)
    if isinstance(found, tuple):
        _, place = found
        assert place is not None
        assert 1 <= place.line <= data.count(b"\n") + 1
        assert place.column is None or place.column >= 1


@given(data=ANY, most=st.integers(1, 64), strings=st.booleans())
@example(data=b"a$b$'\\g\n'\\c\n\\q\n", most=1, strings=False)
@settings(max_examples=600)
def test_the_size_of_a_read_does_not_matter(data: bytes, most: int, strings: bool) -> None:
    assume(b"\0" not in data)  # one anywhere in a block is found before all else
    assert read_or_place(data, most, strings=strings) == read_or_place(data, strings=strings)


@given(data=ANY)
@settings(max_examples=600)
def test_the_quick_way_for_plain_statements_reads_the_same(data: bytes) -> None:
    quick = read_or_place(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MainLoop, "_is_plain", lambda _self: False)
        assert quick == read_or_place(data)


PLAIN_TEXTS = st.lists(
    st.sampled_from(
        [
            "insert into t values (1);",
            "INSERT INTO t VALUES ('a;b', (2));\n",
            "\n\n  update t set a = 'é\n''x' where b;",
            "delete from t;\r\n",
            "comment on table t is 'c';\t",
        ]
    ),
    min_size=1,
    max_size=12,
).map(lambda texts: "".join(texts) + "\n")


def plain_statements(data: bytes) -> PlainStatements:
    (found,) = steps_of(data)
    assert isinstance(found, PlainStatements)
    return found


@given(text=PLAIN_TEXTS)
def test_plain_statements_are_what_they_are_one_by_one(text: str) -> None:
    data = text.encode()
    found = plain_statements(data)
    alone = [*found.each()]
    assert [found.at(index) for index in range(len(found.starts))] == alone
    assert found.at(-1) == alone[-1]
    for statement in alone:
        assert data[statement.offset :].startswith(statement.text)
        assert statement.line == data.count(b"\n", 0, statement.offset) + 1
        within = statement.offset - found.offset
        assert found.file_offset(within) == statement.offset
        assert found.text[within:].startswith(statement.text)


@given(text=PLAIN_TEXTS, size=st.integers(0, 300))
def test_plain_statements_can_be_cut_in_two(text: str, size: int) -> None:
    """The first part fits, no more would have fitted, and nothing is lost."""
    found = plain_statements(text.encode())
    fits, rest = found.cut(size)
    parts = [part for part in (fits, rest) if part is not None]
    assert [s for part in parts for s in part.each()] == [*found.each()]
    assert fits is None or len(fits.text) <= size
    if rest is not None:
        first = next(rest.each())
        assert first.offset + len(first.text) - found.offset > size


@given(first=PLAIN_TEXTS, second=PLAIN_TEXTS | texts(TRICKY))
def test_what_was_found_before_holds_only_for_the_same_bytes(
    first: str, second: str | bytes
) -> None:
    """A source remembers its plain statements; its file may be another by the next reading."""
    data = [first.encode(), second.encode() if isinstance(second, str) else second]
    now = 0
    source = Source("s.sql", lambda: io.BytesIO(data[now]))

    def steps() -> list[Step]:
        return [*separated(read_script(source, state_of()))]

    assert steps() == steps() == read(data[0])
    now = 1
    try:
        expected: list[object] | None = read(data[1])
    except ScriptError:
        expected = None
    assume(expected is not None)
    assert steps() == expected


def test_a_long_line_of_plain_statements_comes_in_pieces() -> None:
    """However long a line is, no step is much longer than a block."""
    statement = b"insert into t values (1); "
    found = [*steps_of(statement * (3 * BLOCK_SIZE // len(statement)))]
    assert all(isinstance(s, PlainStatements) and len(s.text) <= BLOCK_SIZE for s in found)
    assert len(found) > 2


_OUTSIDE = re.compile(rb"/\*|--[^\n\r]*")
_INSIDE = re.compile(rb"/\*|\*/")


def without_comments(gap: bytes) -> bytes:
    """What stands between two statements, without comments."""
    kept, depth, pos = b"", 0, 0
    while mark := (_INSIDE if depth else _OUTSIDE).search(gap, pos):
        if not depth:
            kept += gap[pos : mark.start()]
        depth += {b"/*": 1, b"*/": -1}.get(mark.group(), 0)
        pos = mark.end()
    return kept if depth else kept + gap[pos:]


@given(data=STATEMENTS_ONLY, strings=st.booleans())
@example(data=b"/* a */-- b\n\n\n/* c */\n\n''", strings=True)
@settings(max_examples=800)
def test_spans_in_order_and_what_lies_between_give_the_input_back(
    data: bytes, strings: bool
) -> None:
    try:
        steps = read(data, state=state_of(strings=strings))
    except ScriptError:
        return
    end = len(BOM) if data.startswith(BOM) else 0
    for step in steps:
        assert isinstance(step, Statement)
        assert step.offset >= end
        places = [step.file_offset(at) for at in range(len(step.text))]
        assert places == sorted(places)
        assert bytes(data[place] for place in places) == step.text
        left_out = set(range(step.offset, places[-1])) - set(places)  # empty lines, as in psql
        assert {data[place] for place in left_out} <= set(b"\n")
        assert step.line == data.count(b"\n", 0, step.offset) + 1
        assert not without_comments(data[end : step.offset]).strip(b"; \t\r\n\f")
        assert step.text.strip(b"; \t\r\n\f")
        end = places[-1] + 1
    assert not without_comments(data[end:]).strip(b"; \t\r\n\f")


@given(data=STATEMENTS_ONLY)
def test_reading_a_script_again_from_a_statements_start_gives_the_same_statement(
    data: bytes,
) -> None:
    """A statement depends on nothing that stands before it."""
    try:
        steps = read(data)
    except ScriptError:
        return
    for step in steps:
        assert isinstance(step, Statement)
        assume(not step.text.startswith(BOM))
        alone = read(step.text)
        assert [s.text for s in alone if isinstance(s, Statement)] == [step.text]


@given(data=st.binary(max_size=200), most=st.integers(1, 20))
def test_blocks_are_whole_lines_and_lose_nothing(data: bytes, most: int) -> None:
    with source_of(data, most).open() as stream:
        found = list(blocks(stream))
    assert b"".join(block.data for block in found) == data
    assert all(block.data.endswith(b"\n") for block in found[:-1])
    assert [block.offset for block in found] == [
        sum(len(b.data) for b in found[:number]) for number in range(len(found))
    ]
