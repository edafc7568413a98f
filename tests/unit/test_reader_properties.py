"""Laws of reading that hold for every input."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from runner.errors import ScriptError
from runner.psql.reader import Loop
from runner.psql.source import blocks
from runner.psql.steps import Statement
from tests.unit.reading import read, source_of, state_of

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


def read_or_place(
    data: bytes, most: int = 1 << 30, *, strings: bool = True, plain: bool = True
) -> object:
    """The steps, or the message and the place of the error."""
    state = state_of({"x": "1"}, strings=strings)
    try:
        return read(data, most, state, plain=plain)
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
@settings(max_examples=600)
def test_the_size_of_a_read_does_not_matter(data: bytes, most: int, strings: bool) -> None:
    assume(b"\0" not in data)  # one anywhere in a block is found before all else
    assert read_or_place(data, most, strings=strings) == read_or_place(data, strings=strings)


@given(data=ANY)
@settings(max_examples=600)
def test_the_quick_way_for_plain_statements_reads_the_same(data: bytes) -> None:
    quick = read_or_place(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Loop, "_is_plain", lambda _self: False)
        assert quick == read_or_place(data)


@given(data=ANY)
def test_who_wants_no_plain_statements_still_gets_everything_else(data: bytes) -> None:
    """Meta-commands, COPY, places and errors do not depend on what is passed over."""

    everything = read_or_place(data)
    special = read_or_place(data, plain=False)
    if isinstance(everything, tuple) or isinstance(special, tuple):
        assert everything == special
        return
    assert isinstance(everything, list)
    assert isinstance(special, list)
    left = iter(everything)
    # Every step of the short reading stands in the long one, in that order …
    assert all(step in left for step in special)
    # … and what it lacks is plain.
    lacking = [step for step in everything if step not in special]
    assert all(isinstance(step, Statement) and PLAIN.match(step.text) for step in lacking)


def without_comments(gap: bytes) -> bytes:
    """What stands between two statements, without comments."""
    kept, depth, pos = b"", 0, 0
    for mark in re.finditer(rb"/\*|\*/|--[^\n\r]*", gap):
        if not depth and mark.start() >= pos:
            kept += gap[pos : mark.start()]
        if mark.group().startswith(b"--"):
            pos = mark.end() if not depth else pos
            continue
        depth += 1 if mark.group() == b"/*" else -1
        pos = mark.end()
    return kept + gap[pos:]


@given(data=STATEMENTS_ONLY, strings=st.booleans())
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
        assert data[step.offset :].startswith(step.text)
        assert step.line == data.count(b"\n", 0, step.offset) + 1
        assert not without_comments(data[end : step.offset]).strip(b"; \t\r\n\f")
        assert step.text.strip(b"; \t\r\n\f")
        end = step.offset + len(step.text)
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
